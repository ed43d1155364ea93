"""What a calibration leaves: tables and draws as files, two figures, and one HTML page that needs nothing else."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

import greatpowers
from greatpowers.calibration.checkpoint import (
    LEARNER,
    Calibrated,
    Prediction,
    agreeing,
    agreeing_at_centre,
    known,
    places,
)
from greatpowers.calibration.history_matching import aim_of, misfit
from greatpowers.calibration.learning import Evidence, middle
from greatpowers.calibration.pairs import FACT
from greatpowers.calibration.problem import Prior
from greatpowers.core.declare import Floats
from greatpowers.presentation.figures import page
from greatpowers.presentation.html import blank, rendered, svg
from greatpowers.presentation.style import FAINT, PALETTE, dress, label
from greatpowers.scenario.schema import FORMAT
from greatpowers.storage.checkpoint import rows_as_csv, save_answer
from greatpowers.storage.files import checksum_of_data, json_text
from greatpowers.storage.manifest import environment, fingerprint, version_of
from greatpowers.validation.facts import WORDS, agrees
from greatpowers.validation.scorecard import Scored
from greatpowers.validation.scorecard_page import interval, number, strip

WIDTH, HEIGHT, BARS = 168.0, 30.0, 16


def parameter_strip(found: Calibrated, place: int) -> str:
    """A small picture of one parameter on the scale of its prior: where draws, centre and default lie."""
    name = found.names[place]
    counts, _ = np.histogram(places(found.kept)[:, place], bins=BARS, range=(0.0, 1.0))
    default = float(found.settings.priors.place({})[place])
    tallest = max(int(counts.max()), 1)
    flat = HEIGHT * counts.sum() / BARS / tallest
    bars = "".join(_bar(k, HEIGHT * int(count) / tallest) for k, count in enumerate(counts))
    return (
        f'<svg class="strip" role="img" aria-label="prior and posterior of {name}" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}">'
        f'<rect class="prior" x="0" y="{HEIGHT - flat:.1f}" width="{WIDTH:g}" height="{flat:.1f}"/>{bars}'
        f"{_line('default', default)}{_line('centre', found.middle.at[place])}</svg>"
    )


def _bar(place: int, height: float) -> str:
    wide = WIDTH / BARS
    x, y = place * wide + 1, HEIGHT - height
    return (
        f'<rect class="draws" fill-opacity="0.7" x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{height:.1f}"/>'
    )


def _line(kind: str, at: float) -> str:
    return f'<line class="{kind}" x1="{WIDTH * at:.1f}" x2="{WIDTH * at:.1f}" y1="0" y2="{HEIGHT:g}"/>'


def misfits(found: Calibrated) -> str:
    """Misfits of every stage as boxes, as SVG."""
    stages = list(found.points)
    figure = blank(8.6, 0.5 + 0.42 * len(stages))
    axes = figure.subplots()
    for row, stage in enumerate(stages):
        _box(axes, row, _unfit(found, stage))
    dress(axes, "x")
    axes.set_yticks(range(len(stages)), [stage.replace("-", " ") for stage in stages])
    axes.invert_yaxis()
    label(axes, "Misfit", "")
    return svg(figure, "misfit", "misfit of the points of each wave, of the draws and of candidates for the centre")


def _unfit(found: Calibrated, stage: str) -> Floats:
    discrepancy = found.settings.priors.table.discrepancy
    seen = Evidence([aim_of(fact, discrepancy) for fact in found.problem.fitted], found.points[stage])
    runs = found.points["draws"][0].runs / found.points[stage][0].runs
    return misfit(seen.deviations(np.array(found.judged["noise"]) * runs), found.settings.priors.table.tails)


def _box(axes: Any, row: int, values: Floats) -> None:
    low, first, median, third, high = np.quantile(values, [0.025, 0.25, 0.5, 0.75, 0.975])
    axes.plot([low, high], [row, row], color=FAINT, linewidth=1.2)
    axes.plot([first, third], [row, row], color=PALETTE[0], linewidth=9, solid_capstyle="butt")
    axes.plot(median, row, "|", color="white", markersize=9, markeredgewidth=2)


def provenance(found: Calibrated) -> dict[str, Any]:
    """Software, rules, libraries, arguments, priors and facts of a posterior; no dates."""
    ran_on = {**environment(), **{name: version_of(name) for name in ("scipy", LEARNER)}}
    return {
        "software": "greatpowers",
        "version": greatpowers.__version__,
        "core": fingerprint(),
        "arguments": found.settings.arguments(),
        "priors": found.settings.priors.digest(),
        "facts_fitted": [fact.id for fact in found.problem.fitted],
        "facts_held_apart": [fact.id for fact in found.problem.apart],
        "facts_predicted": [fact.id for fact in found.problem.predicted],
        "contents": checksum_of_data(dict(found.problem.contents))[:16],
        "parameter_sets": found.settings.points,
        "histories_of_each_world": found.settings.histories,
        "environment": {name: ran_on[name] for name in ("python", "numpy", "numba", "scipy", "scikit-learn")},
    }


GENERATOR = "greatpowers calibrate"

MIXED = 1.1
"""Split R-hat up to which chains count as mixed  (Gelman et al. 2013)."""

UNMIXED = "The chains of the emulated posterior had not mixed, so that its widths are not to be trusted"


def render(found: Calibrated) -> str:
    """The page as text; equal results give equal text."""
    return rendered("calibration/page.html", generator=GENERATOR, **_content(found))


def answer(found: Calibrated) -> str:
    """The result in a sentence."""
    return (
        f"The posterior's median meets {agreeing(found.fitted)} of {len(found.fitted)} facts it was fitted to"
        f"{_unseen(found, agreeing)}."
    )


def _unseen(found: Calibrated, met: Callable[[Sequence[Prediction]], int]) -> str:
    """How many of the facts that the fit did not see are met: those held apart, and those of later years."""
    parts = [f"{met(found.apart)} of {len(found.apart)} held apart"]
    if found.predicted:
        later = f"about the years after {found.settings.until}, which it did not see"
        parts.append(f"{met(found.predicted)} of {len(found.predicted)} {later}")
    return (", " if len(parts) > 1 else " and ") + " and ".join(parts)


def details(found: Calibrated) -> list[str]:
    """What else there is to say in short."""
    settings, draws = found.settings, len(found.kept)
    relaxed = (
        "; the rule would leave fewer than half, so those that fit best were kept" if found.judged["relaxed"] else ""
    )
    mixed = [] if found.mixing["rhat"] <= MIXED else [f"{UNMIXED} (worst R-hat {found.mixing['rhat']})."]
    return [
        *mixed,
        f"The centre, one parameter set for all, meets {agreeing_at_centre(found.fitted)} of {len(found.fitted)} "
        f"fitted facts{_unseen(found, agreeing_at_centre)}.",
        *_given(found),
        _pairs(found),
        f"{draws} of {settings.draws} draws were kept once the model had played them{relaxed}.",
        f"It took {settings.points:,} parameter sets, {settings.histories:,} histories of every world.",
        f"{left_alone(found)}.",
    ]


def parts(found: Calibrated) -> list[tuple[str, str, list[Prediction]]]:
    """Facts by what the fit did with them: what they are called, a sentence, and the predictions."""
    later = f"Facts about the years after {found.settings.until}"
    told = [
        ("Facts that were fitted", "The fit saw these.", found.fitted),
        ("Facts held apart", "The fit did not see these: they are predicted.", found.apart),
        (later, "The fit saw nothing of these years: they are predicted.", found.predicted),
    ]
    return [part for part in told if part[2]]


def _pairs(found: Calibrated) -> str:
    """Whether the fit asked who disputes with whom, and how well the posterior does."""
    skill = next((prediction for prediction in found.fitted if prediction.fact.id == FACT), None)
    if skill is None:
        return "The fit asked how often there are disputes, not who disputes with whom: no published files were given."
    fact, spread = skill.fact, skill.posterior
    return (
        f"{fact.description}: the posterior has {number(spread.median)} ({interval(spread.low, spread.high)}), a logit "
        f"fitted to the outcomes {number(fact.value)}."
    )


def _given(found: Calibrated) -> list[str]:
    """How many of the facts counted are given by inputs, and how many of those are met, if there are any."""
    given = [prediction for prediction in found.predictions if prediction.fact.basis == "given"]
    if not given:
        return []
    return [f"Among all these facts are {len(given)} that inputs give; the median meets {agreeing(given)} of them."]


def left_alone(found: Calibrated) -> str:
    """How many parameters the facts say nothing of."""
    left = found.identifiability["unmoved"]
    if not left:
        return "The facts narrow every parameter"
    return f"The facts leave {len(left)} of {len(found.names)} parameters where the prior put them"


def unmoved(found: Calibrated) -> str:
    """Which parameters the facts say nothing of."""
    left = found.identifiability["unmoved"]
    return f"{left_alone(found)}: {', '.join(left)}." if left else f"{left_alone(found)}."


def _content(found: Calibrated) -> dict[str, Any]:
    return {
        "answer": answer(found),
        "details": details(found),
        "tables": parts(found),
        "misfits": misfits(found),
        "waves": [_wave(report) for report in found.reports],
        "parameters": [_parameter(found, k, name) for k, name in enumerate(found.names)],
        "unmoved": unmoved(found),
        "pairs": [
            f"{pair['one']} and {pair['other']}: {pair['correlation']:.2f}"
            for pair in found.identifiability["correlations"]
        ],
        "origin": _origin(found),
        "strip": _strip,
        "number": number,
        "interval": interval,
        "agrees": agrees,
        "words": WORDS,
    }


def _strip(found: Prediction) -> str:
    """The prediction drawn as a line of the scorecard."""
    posterior = found.posterior
    return strip(Scored(found.fact, posterior.median, posterior.low, posterior.high, found.verdict, (), ""))


def _wave(report: Mapping[str, Any]) -> dict[str, str]:
    ruling = sorted(report["ruled_out_by"].items(), key=lambda entry: -entry[1])[:3]
    return {
        "points": f"{report['points']:,}",
        "share": f"{report['share_left']:.2g}",
        "cut_off": f"{report['cut_off']:.3g}",
        "explained": _percent(middle(report, "explained")),
        "covered": _percent(middle(report, "covered")),
        "ruling": ", ".join(f"{name} ({share:.0%})" for name, share in ruling),
    }


def _percent(value: float) -> str:
    return f"{value:.0%}" if value == value else "–"


def _parameter(found: Calibrated, place: int, name: str) -> dict[str, Any]:
    prior: Prior = found.settings.priors.table.priors[name]
    known = found.identifiability["parameters"][name]
    return {
        "name": name,
        "strip": parameter_strip(found, place),
        "width": f"{known['width']:.2f}",
        "range": f"{number(prior.low)} to {number(prior.high)}",
        "scale": prior.scale,
        "centre": number(found.middle.parameters[name]),
        "facts": ", ".join(f"{fact} ({move:+.1f})" for fact, move in known["facts"].items()),
    }


def _origin(found: Calibrated) -> list[tuple[str, str]]:
    origin = provenance(found)
    arguments = ", ".join(f"{name} {value}" for name, value in origin["arguments"].items())
    return [
        ("core", origin["core"]),
        ("arguments", arguments),
        ("priors", origin["priors"]),
        ("sampler", f"worst R-hat {found.mixing['rhat']}, {found.mixing['effective']:.0f} independent states at least"),
        ("own error of the model", f"{found.settings.priors.table.discrepancy:.0%} of a fact's value"),
        ("facts that may be missed", str(found.settings.priors.table.misses)),
    ]


POSTERIOR, DOCUMENT, TABLE, FILES = "posterior.toml", "calibration.json", "calibration.csv", "calibration.html"

COLUMNS = (
    "id", "use", "basis", "family", "description", "unit", "record", "record_low", "record_high", "record_interval",
    "prior", "prior_low", "prior_high", "posterior", "posterior_low", "posterior_high", "verdict", "share_within",
    "centre", "centre_verdict",
)  # fmt: skip


def save_calibration(found: Calibrated, directory: Path) -> list[Path]:
    """Write every file beside the ledger; the paths. What others wrote or changed is left alone, with a warning."""
    content = {
        POSTERIOR: posterior_text(found),
        DOCUMENT: json_text(document(found), indent=1),
        TABLE: rows_as_csv(COLUMNS, [row(prediction) for prediction in found.predictions]),
    }
    return save_answer(directory, content | page(FILES, partial(render, found)))


def posterior_text(found: Calibrated) -> str:
    """The posterior as TOML that ``load_posterior`` and ``validate --parameters`` read; it does not say when."""
    head = {
        "format": FORMAT,
        "name": "record" if found.settings.until is None else f"until-{found.settings.until}",
        "title": f"Posterior given the record of 1816 to {found.settings.until or 'today'}",
        "summary": _summary(found),
    }
    lines = [
        "# Written by 'greatpowers calibrate'. Every draw weighs the same; [parameters] is the centre.",
        *tomli_w.dumps(head).splitlines(),
        f"names = {json.dumps(list(found.names))}",
        "draws = [",
        *(f"  {_comma_separated([played.parameters[name] for name in found.names])}," for played in found.kept),
        "]",
        f"misfit = {_comma_separated([round(found.judged['misfit'][k], 3) for k in found.judged['kept']])}",
        "",
        tomli_w.dumps({"parameters": dict(found.middle.parameters), "provenance": provenance(found)}).rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def _summary(found: Calibrated) -> str:
    settings = found.settings
    return (
        f"{len(found.kept)} parameter sets of {settings.draws} drawn, {settings.priors.size} parameters, "
        f"{len(found.problem.fitted)} facts fitted."
    )


def _comma_separated(values: Sequence[float]) -> str:
    return "[" + ", ".join(repr(float(value)) for value in values) + "]"


def document(found: Calibrated) -> dict[str, Any]:
    """The calibration as plain data; what has no value is null."""
    parts = {"fitted": found.fitted, "held_apart": found.apart, "predicted": found.predicted}
    return {
        "provenance": provenance(found),
        "agreeing": {name: _counts(part) for name, part in parts.items()},
        "draws": {
            "asked": found.settings.draws,
            "kept": len(found.kept),
            "rule_relaxed": found.judged["relaxed"],
            "implausibility": found.judged["implausibility"],
            "misfit": found.judged["misfit"],
        },
        "mixing": found.mixing,
        "centre": {"parameters": found.middle.parameters, "candidate": found.centre, "misfit": found.centre_misfit},
        **{name: [row(prediction) for prediction in part] for name, part in parts.items()},
        "waves": list(found.reports),
        "identifiability": found.identifiability,
        "priors": found.settings.priors.settings(),
    }


def _counts(predictions: Sequence[Prediction]) -> dict[str, int]:
    return {
        "facts": len(predictions),
        "posterior_median": agreeing(predictions),
        "centre": agreeing_at_centre(predictions),
    }


def row(found: Prediction) -> dict[str, Any]:
    """One prediction, as the columns of the table; what has no value is None."""
    fact = found.fact
    values = (
        fact.id, found.use, fact.basis, fact.family, fact.description, fact.unit, fact.value, fact.low, fact.high,
        fact.interval, *found.prior, *found.posterior, found.verdict, found.within, found.centre, found.centred,
    )  # fmt: skip
    return {name: _plain(value) for name, value in zip(COLUMNS, values, strict=True)}


def _plain(value: Any) -> Any:
    return known(value) if isinstance(value, float) else value
