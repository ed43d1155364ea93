"""The scorecard as one HTML file that needs nothing else, with its figures; on disk; and parameter sets from files."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from greatpowers.presentation.figures import page, pictures
from greatpowers.presentation.html import blank, rendered, svg
from greatpowers.presentation.style import FAINT, INK, PALETTE, dress, heading, label, new_figure
from greatpowers.scenario.errors import GreatPowersError, complain, shown
from greatpowers.scenario.kinds import PARAMETERS, setting_faults
from greatpowers.scenario.library import path_of
from greatpowers.scenario.load import parse_toml
from greatpowers.storage.checkpoint import rows_as_csv
from greatpowers.storage.files import json_text
from greatpowers.storage.manifest import provenance, save_whole
from greatpowers.validation.facts import AGREED, USES, WORDS, Basis, Use, agrees
from greatpowers.validation.observed import SETTLING_IN
from greatpowers.validation.play import Estimate
from greatpowers.validation.published_results import AGREEMENTS, Replication
from greatpowers.validation.scorecard import Scorecard, Scored

WIDTH, HEIGHT, MARGIN = 168.0, 26.0, 6.0
CONTRAST = (
    ("Disputes begun per 100 state-years", "mid.per_100_state_years"),
    ("Share of disputes that reach war", "mid.war_share"),
)
ERAS = ("1816-1913", "1946-1989")
RECORD_COLOUR, MODEL_COLOUR = INK, PALETTE[1]


def strip(row: Scored) -> str:
    """A small picture of one fact: the record's interval as a bar with its value, the model's as a line with a dot."""
    numbers = [x for x in _numbers(row) if math.isfinite(x)]
    low, high = min(numbers), max(numbers)
    width = high - low or abs(high) or 1.0

    def at(x: float) -> float:
        return round(MARGIN + (WIDTH - 2 * MARGIN) * (x - low) / width, 1)

    parts = [
        _bar(row, at),
        f'<line class="record" x1="{at(row.fact.value)}" x2="{at(row.fact.value)}" y1="3" y2="15"/>',
    ]
    if math.isfinite(row.value):
        if math.isfinite(row.low):
            parts.append(f'<line class="model {row.verdict}" x1="{at(row.low)}" x2="{at(row.high)}" y1="20" y2="20"/>')
        parts.append(f'<circle class="{row.verdict}" cx="{at(row.value)}" cy="20" r="3.2"/>')
    text = f"record {row.fact.value:g}, model {row.value:.3g}"
    return (
        f'<svg class="strip" role="img" aria-label="{text}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}">{"".join(parts)}</svg>'
    )


def _numbers(row: Scored) -> tuple[float, ...]:
    return (row.fact.value, row.fact.low, row.fact.high, row.value, row.low, row.high)


def _bar(row: Scored, at: Callable[[float], float]) -> str:
    low = row.fact.low if math.isfinite(row.fact.low) else row.fact.value
    high = row.fact.high if math.isfinite(row.fact.high) else row.fact.value
    return f'<rect class="bar" x="{at(low)}" y="5" width="{max(1.0, round(at(high) - at(low), 1))}" height="8" rx="2"/>'


def contrast(card: Scorecard) -> str:
    """Both rule-books in both numbers: record and model side by side, as SVG."""
    figure = _contrasted(blank(8.6, 2.9), card)
    return svg(figure, "contrast", "disputes per state-year and share that reach war, both eras, record and model")


def rule_books(card: Scorecard) -> Figure:
    """The same as a figure of its own, with title and caption."""
    histories = max(card.runs.values(), default=0)
    figure = new_figure(
        8.6, 3.9, "Two rule-books, one set of parameters", "Power first to 1913; from 1946 most states keep an order",
        f"Bars are 95% intervals: of the record by its sources, of the model over {histories} histories.",
    )  # fmt: skip
    return _contrasted(figure, card)


def _contrasted(figure: Figure, card: Scorecard) -> Figure:
    axes = figure.subplots(1, len(CONTRAST))
    for place, (title, stem) in zip(axes, CONTRAST, strict=True):
        rows = [card.row(f"{stem}.{era}") for era in ERAS]
        _dots(place, [(r.fact.value, r.fact.low, r.fact.high) for r in rows], -0.09, RECORD_COLOUR, "record")
        _dots(place, [(r.value, r.low, r.high) for r in rows], 0.09, MODEL_COLOUR, "model")
        dress(place, "y")
        heading(place, title)
        place.set_xticks((0, 1), [f"{era}" for era in ERAS])
        place.set_xlim(-0.5, 1.5)
        place.set_ylim(-0.04 * place.get_ylim()[1], 1.1 * place.get_ylim()[1])
        label(place, "", "")
        place.legend(frameon=False, fontsize=8.5, labelcolor=FAINT)
    return figure


def _dots(axes: Any, values: Sequence[tuple[float, float, float]], shift: float, colour: str, name: str) -> None:
    """Values with their intervals, one an era, beside each other."""
    for place, (value, low, high) in enumerate(values):
        axes.plot([place + shift] * 2, [low, high], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(place + shift, value, "o", color=colour, markersize=6, label=name if place == 0 else None)
        axes.annotate(f"{value:.3g}", (place + shift, value), (6 if shift > 0 else -6, 0), textcoords="offset points",
                      ha="left" if shift > 0 else "right", va="center", fontsize=8.5, color=colour)  # fmt: skip


GENERATOR = "greatpowers validate"


def render(card: Scorecard) -> str:
    """The page as text; equal scorecards give equal text."""
    return rendered(
        "validation/scorecard_page.html",
        generator=GENERATOR,
        answer=answer(card),
        details=details(card),
        contrast=contrast(card),
        contrast_caption=_contrast_caption(card),
        families=_families(card),
        others=card.others,
        left_out=card.left_out,
        settling_in=SETTLING_IN,
        worlds=[(world.name, f"{world.meaning}; {card.runs[world.name]} histories") for world in card.worlds],
        parameters=_parameters(card.parameters),
        marks=partial(_marks, card),
        strip=strip,
        number=number,
        interval=interval,
        agrees=agrees,
        words=WORDS,
        agreements=AGREEMENTS,
    )


def answer(card: Scorecard) -> str:
    """The result in a sentence: facts that histories find, and apart from them facts that inputs give."""
    found, given = card.count(), card.count("given")
    return (
        f"{found.agreeing} of {found.all} facts found in histories agree with the record; {given.agreeing} of "
        f"{given.all} that inputs give."
    )


def details(card: Scorecard) -> list[str]:
    """What else there is to say in short."""
    return [
        *by_use(card),
        others_agree(card),
        agreed_set(card),
        f"{len(card.left_out)} facts of the short list cannot be expressed; see below.",
    ]


def by_use(card: Scorecard) -> list[str]:
    """How found facts fare by what a fit does with them: fitted or not, and predicted if it saw the past alone."""
    if card.until is None:
        uses: tuple[tuple[str, Use], ...] = (
            ("that calibration may fit", "fitted"),
            ("that are held apart from it", "held-apart"),
        )
    else:
        uses = (
            (f"of years up to {card.until}, fitted", "fitted"),
            (f"of years up to {card.until}, held apart", "held-apart"),
            (f"of years after {card.until}, predicted", "predicted"),
        )
    counts = [(name, card.count(core=card.until is None, use=use)) for name, use in uses]
    parts = [f"Found facts {name}: {count.agreeing} of {count.all} agree." for name, count in counts]
    head = [] if card.until is None else [f"The parameters were fitted to the record up to {card.until} alone."]
    return [*head, *parts]


def others_agree(card: Scorecard) -> str:
    """How many of other people's results are the model's as well, in a sentence."""
    same = [answer for answer in card.others if answer.verdict == "same"]
    return f"Other people's results: the model says the same in {len(same)} of {len(card.others)}."


def agreed_set(card: Scorecard) -> str:
    """Whether the agreed set holds, in a sentence."""
    if not AGREED:
        return "No fact has been agreed on yet as one that this version answers for."
    if not card.broken:
        return f"The agreed set of {len(AGREED)} facts holds."
    broken = ", ".join(row.fact.id for row in card.broken)
    return f"{len(card.broken)} of the {len(AGREED)} agreed facts do not hold: {broken}."


def _contrast_caption(card: Scorecard) -> str:
    row = card.row("mid.rate_ratio")
    return (
        f"Disputes per state-year, second era over first: record {number(row.fact.value)}, model {number(row.value)}. "
        "Only doctrines, capabilities, alliances, second strikes, theatres and the coalition differ between the eras."
    )


def _families(card: Scorecard) -> list[tuple[str, list[Scored]]]:
    families: dict[str, list[Scored]] = {}
    for row in card.rows:
        families.setdefault(row.fact.family.capitalize(), []).append(row)
    return list(families.items())


def _marks(card: Scorecard, row: Scored) -> str:
    """What the page says of a line under its verdict: what the fit did with it, whether it is given or agreed on."""
    use, marks = card.use(row.fact), {"given": row.fact.basis == "given", "agreed": row.fact.id in AGREED}
    return ", ".join(["of all years" if use == "none" else use, *(word for word, holds in marks.items() if holds)])


def _parameters(chosen: Mapping[str, float]) -> str:
    if not chosen:
        return "the defaults"
    return ", ".join(f"{name} = {number(value)}" for name, value in sorted(chosen.items()))


def number(value: float) -> str:
    """A number to three significant digits, or a dash."""
    if not math.isfinite(value):
        return "–"
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def interval(low: float, high: float) -> str:
    """An interval in words, empty if there is none; a bound that is open is a dash."""
    if not math.isfinite(low) and not math.isfinite(high):
        return ""
    return f"{number(low)} to {number(high)}"


COLUMNS = (
    "id", "family", "description", "unit", "period", "record", "record_low", "record_high", "record_interval",
    "model", "model_low", "model_high", "verdict", "split", "use", "basis", "given_by", "agreed", "worlds", "source",
    "definition",
)  # fmt: skip
BASES: tuple[Basis, ...] = ("found", "given")
CONTRAST_FIGURE = "two-rule-books"
OTHER_COLUMNS = ("claim", "found", "figure", "model", "model_low", "model_high", "verdict", "test", "source")


def save_scorecard(card: Scorecard, directory: str | Path) -> Path:
    """Write ``scorecard.html``, ``.csv`` and ``.json``, ``others.csv`` and ``two-rule-books.png``, or nothing at all.

    Returns the directory. Raises :class:`GreatPowersError` for a directory that holds anything else or cannot be
    written.
    """
    content: dict[str, bytes | str] = {
        **page("scorecard.html", partial(render, card)),
        "scorecard.csv": rows_as_csv(COLUMNS, table(card)),
        "others.csv": rows_as_csv(OTHER_COLUMNS, others_table(card)),
        "scorecard.json": json_text(document(card)),
        **pictures({CONTRAST_FIGURE: partial(rule_books, card)}),
    }
    return save_whole(directory, {**provenance(), "kind": "scorecard"}, content)


def table(card: Scorecard) -> list[dict[str, Any]]:
    """The lines of the scorecard as rows with the columns of :data:`COLUMNS`."""
    return [_row(row, card.use(row.fact)) for row in card.rows]


def others_table(card: Scorecard) -> list[dict[str, Any]]:
    """Other people's results with the columns of :data:`OTHER_COLUMNS`, a row for each of the model's figures."""
    return [
        {**_answer(answer), "figure": name, **_figure(figure)}
        for answer in card.others
        for name, figure in answer.figures.items()
    ]


def document(card: Scorecard) -> dict[str, Any]:
    """The scorecard as plain data; what has no value is null."""
    return {
        "found": card.count()._asdict(),
        "found_fitted": card.count(use="fitted")._asdict(),
        "found_held_apart": card.count(use="held-apart")._asdict(),
        "given": card.count("given")._asdict(),
        "fitted_until": _until(card),
        "agreed_set": {"facts": list(AGREED), "broken": [row.fact.id for row in card.broken]},
        "parameters": dict(card.parameters),
        "histories": dict(card.runs),
        "facts": table(card),
        "others": [
            {**_answer(answer), "figures": {name: _figure(figure) for name, figure in answer.figures.items()}}
            for answer in card.others
        ],
        "left_out": [{"id": fact.id, "description": fact.description, "why": fact.left_out} for fact in card.left_out],
    }


def _until(card: Scorecard) -> dict[str, Any] | None:
    """All facts by what a fit to the past alone did with them, counted apart; None where it saw all years."""
    if card.until is None:
        return None
    counts = {
        f"{use.replace('-', '_')}_{basis}": card.count(basis, core=False, use=use)._asdict()
        for use in USES
        for basis in BASES
    }
    return {"until": card.until, **counts}


def _row(row: Scored, use: Use) -> dict[str, Any]:
    fact = row.fact
    values = (
        fact.id, fact.family, fact.description, fact.unit, fact.period, fact.value, fact.low, fact.high,
        fact.interval, row.value, row.low, row.high, row.verdict, fact.split, use,
        fact.basis, fact.given_by, fact.id in AGREED, " ".join(row.worlds), fact.source, row.definition,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _answer(answer: Replication) -> dict[str, str]:
    return {name: getattr(answer, name) for name in ("claim", "found", "verdict", "test", "source")}


def _figure(figure: Estimate) -> dict[str, float]:
    return {"model": figure.value, "model_low": figure.low, "model_high": figure.high}


def read_until(path: str | Path) -> int | None:
    """The year up to which the record was seen when the parameters of a file were fitted; None if the file names none.

    Files of ``greatpowers calibrate --until`` name it among their provenance. Raises :class:`GreatPowersError`.
    """
    arguments = parse_toml(path_of(path), str(path)).get("provenance", {}).get("arguments", {})
    until = arguments.get("until")
    if until is not None and (not isinstance(until, int) or isinstance(until, bool)):
        raise GreatPowersError(f"{path}: 'until' of its provenance is {shown(until)}; expected a year, such as 1945.")
    return until


def read_parameters(path: str | Path) -> dict[str, float]:
    """The parameters in the table ``[parameters]`` of a TOML file, checked; raises :class:`GreatPowersError`.

    Other tables, such as where the numbers come from, may stand beside it.
    """
    place = path_of(path)
    if "\0" in str(path) or not place.exists():
        raise GreatPowersError(f"--parameters: there is no file '{path}'.")
    parameters = parse_toml(place, str(path)).get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        raise GreatPowersError(f"{path}: expected a table [parameters] with names and numbers, such as clash = 0.02.")
    complain(str(path), [("", fault) for fault in setting_faults(parameters, PARAMETERS, "parameter")])
    return {name: float(value) for name, value in parameters.items()}
