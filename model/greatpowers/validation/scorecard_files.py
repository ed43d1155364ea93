"""The scorecard on disk, and parameter sets from files."""

from functools import partial
from pathlib import Path
from typing import Any

from greatpowers.presentation.figures import page, pictures
from greatpowers.scenario.errors import GreatPowersError, complain, shown
from greatpowers.scenario.kinds import PARAMETERS, setting_faults
from greatpowers.scenario.library import path_of
from greatpowers.scenario.load import parse_toml
from greatpowers.storage.checkpoint import rows_as_csv
from greatpowers.storage.files import json_text
from greatpowers.storage.manifest import provenance, save_whole
from greatpowers.validation.facts import AGREED, USES, Basis, Use
from greatpowers.validation.play import Estimate
from greatpowers.validation.published_results import Replication
from greatpowers.validation.scorecard import Scorecard, Scored
from greatpowers.validation.scorecard_page import render, rule_books

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
