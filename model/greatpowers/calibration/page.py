"""What a calibration leaves: tables and draws as files, two figures, and one HTML page that needs nothing else."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

import greatpowers
from greatpowers.calibration.checkpoint import LEARNER, Calibrated, Prediction, agreeing, places
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
from greatpowers.validation.facts import USES, WORDS, agrees
from greatpowers.validation.scorecard import Scored
from greatpowers.validation.scorecard_page import interval, number, strip

WIDTH, HEIGHT, BARS = 168.0, 30.0, 16


def parameter_strip(calibration: Calibrated, place: int) -> str:
    """A small picture of one parameter on the scale of its prior: where draws, centre and default lie."""
    name = calibration.names[place]
    counts, _ = np.histogram(places(calibration.kept)[:, place], bins=BARS, range=(0.0, 1.0))
    default = float(calibration.settings.priors.place({})[place])
    tallest = max(int(counts.max()), 1)
    flat = HEIGHT * counts.sum() / BARS / tallest
    bars = "".join(_bar(k, HEIGHT * int(count) / tallest) for k, count in enumerate(counts))
    return (
        f'<svg class="strip" role="img" aria-label="prior and posterior of {name}" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}">'
        f'<rect class="prior" x="0" y="{HEIGHT - flat:.1f}" width="{WIDTH:g}" height="{flat:.1f}"/>{bars}'
        f"{_line('default', default)}{_line('centre', calibration.middle.at[place])}</svg>"
    )


def _bar(place: int, height: float) -> str:
    wide = WIDTH / BARS
    x, y = place * wide + 1, HEIGHT - height
    return (
        f'<rect class="draws" fill-opacity="0.7" x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{height:.1f}"/>'
    )


def _line(kind: str, at: float) -> str:
    return f'<line class="{kind}" x1="{WIDTH * at:.1f}" x2="{WIDTH * at:.1f}" y1="0" y2="{HEIGHT:g}"/>'


def misfits(calibration: Calibrated) -> str:
    """Misfits of every stage as boxes, as SVG."""
    stages = list(calibration.points)
    figure = blank(8.6, 0.5 + 0.42 * len(stages))
    axes = figure.subplots()
    for row, stage in enumerate(stages):
        _box(axes, row, _unfit(calibration, stage))
    dress(axes, "x")
    axes.set_yticks(range(len(stages)), [stage.replace("-", " ") for stage in stages])
    axes.invert_yaxis()
    label(axes, "Misfit", "")
    return svg(figure, "misfit", "misfit of the points of each wave, of the draws and of candidates for the centre")


def _unfit(calibration: Calibrated, stage: str) -> Floats:
    discrepancy = calibration.settings.priors.table.discrepancy
    seen = Evidence([aim_of(fact, discrepancy) for fact in calibration.problem.fitted], calibration.points[stage])
    runs = calibration.points["draws"][0].runs / calibration.points[stage][0].runs
    return misfit(
        seen.deviations(np.array(calibration.judged["noise"]) * runs), calibration.settings.priors.table.tails
    )


def _box(axes: Any, row: int, values: Floats) -> None:
    low, first, median, third, high = np.quantile(values, [0.025, 0.25, 0.5, 0.75, 0.975])
    axes.plot([low, high], [row, row], color=FAINT, linewidth=1.2)
    axes.plot([first, third], [row, row], color=PALETTE[0], linewidth=9, solid_capstyle="butt")
    axes.plot(median, row, "|", color="white", markersize=9, markeredgewidth=2)


def provenance(calibration: Calibrated) -> dict[str, Any]:
    """Software, rules, libraries, arguments, priors and facts of a posterior; no dates."""
    ran_on = {**environment(), **{name: version_of(name) for name in ("scipy", LEARNER)}}
    return {
        "software": "greatpowers",
        "version": greatpowers.__version__,
        "core": fingerprint(),
        "arguments": calibration.settings.arguments(),
        "priors": calibration.settings.priors.digest(),
        "facts_fitted": [fact.id for fact in calibration.problem.fitted],
        "facts_held_apart": [fact.id for fact in calibration.problem.apart],
        "facts_predicted": [fact.id for fact in calibration.problem.predicted],
        "contents": checksum_of_data(dict(calibration.problem.contents))[:16],
        "parameter_sets": calibration.settings.points,
        "histories_of_each_world": calibration.settings.histories,
        "environment": {name: ran_on[name] for name in ("python", "numpy", "numba", "scipy", "scikit-learn")},
    }


GENERATOR = "greatpowers calibrate"

MIXED = 1.1
"""Split R-hat up to which chains count as mixed  (Gelman et al. 2013)."""

UNMIXED = "The chains of the emulated posterior had not mixed, so that its widths are not to be trusted"


def render(calibration: Calibrated) -> str:
    """The page as text; equal results give equal text."""
    return rendered(
        "calibration/page.html",
        generator=GENERATOR,
        answer=answer(calibration),
        details=details(calibration),
        tables=parts(calibration),
        misfits=misfits(calibration),
        waves=[_wave(report) for report in calibration.reports],
        parameters=[_parameter(calibration, k, name) for k, name in enumerate(calibration.names)],
        unmoved=unmoved(calibration),
        pairs=[
            f"{pair['one']} and {pair['other']}: {pair['correlation']:.2f}"
            for pair in calibration.identifiability["correlations"]
        ],
        origin=_origin(calibration),
        strip=_strip,
        number=number,
        interval=interval,
        agrees=agrees,
        words=WORDS,
    )


def answer(calibration: Calibrated) -> str:
    """The result in a sentence."""
    fitted = _of_all(calibration.of("fitted"))
    return f"The posterior's median meets {fitted} facts it was fitted to{_unseen(calibration)}."


def _of_all(predictions: Sequence[Prediction], centre: bool = False) -> str:
    return f"{agreeing(predictions, centre)} of {len(predictions)}"


def _unseen(calibration: Calibrated, centre: bool = False) -> str:
    """How many of the facts that the fit did not see are met: those held apart, and those of later years."""
    parts = [f"{_of_all(calibration.of('held-apart'), centre)} held apart"]
    if predicted := calibration.of("predicted"):
        later = f"about the years after {calibration.settings.until}, which it did not see"
        parts.append(f"{_of_all(predicted, centre)} {later}")
    return (", " if len(parts) > 1 else " and ") + " and ".join(parts)


def details(calibration: Calibrated) -> list[str]:
    """What else there is to say in short."""
    settings, draws = calibration.settings, len(calibration.kept)
    relaxed = (
        "; the rule would leave fewer than half, so those that fit best were kept"
        if calibration.judged["relaxed"]
        else ""
    )
    mixed = [] if calibration.mixing["rhat"] <= MIXED else [f"{UNMIXED} (worst R-hat {calibration.mixing['rhat']})."]
    return [
        *mixed,
        f"The centre, one parameter set for all, meets {_of_all(calibration.of('fitted'), True)} fitted facts"
        f"{_unseen(calibration, True)}.",
        *_given(calibration),
        _pairs(calibration),
        f"{draws} of {settings.draws} draws were kept once the model had played them{relaxed}.",
        f"It took {settings.points:,} parameter sets, {settings.histories:,} histories of every world.",
        f"{left_alone(calibration)}.",
    ]


def parts(calibration: Calibrated) -> list[tuple[str, str, list[Prediction]]]:
    """Facts by what the fit did with them: what they are called, a sentence, and the predictions."""
    later = f"Facts about the years after {calibration.settings.until}"
    tables = [
        ("Facts that were fitted", "The fit saw these.", calibration.of("fitted")),
        ("Facts held apart", "The fit did not see these: they are predicted.", calibration.of("held-apart")),
        (later, "The fit saw nothing of these years: they are predicted.", calibration.of("predicted")),
    ]
    return [part for part in tables if part[2]]


def _pairs(calibration: Calibrated) -> str:
    """Whether the fit asked who disputes with whom, and how well the posterior does."""
    skill = next((prediction for prediction in calibration.of("fitted") if prediction.fact.id == FACT), None)
    if skill is None:
        return "The fit asked how often there are disputes, not who disputes with whom: no published files were given."
    fact, spread = skill.fact, skill.posterior
    return (
        f"{fact.description}: the posterior has {number(spread.median)} ({interval(spread.low, spread.high)}), a logit "
        f"fitted to the outcomes {number(fact.value)}."
    )


def _given(calibration: Calibrated) -> list[str]:
    """How many of the facts counted are given by inputs, and how many of those are met, if there are any."""
    given = [prediction for prediction in calibration.predictions if prediction.fact.basis == "given"]
    if not given:
        return []
    return [f"Among all these facts are {len(given)} that inputs give; the median meets {agreeing(given)} of them."]


def left_alone(calibration: Calibrated) -> str:
    """How many parameters the facts say nothing of."""
    left = calibration.identifiability["unmoved"]
    if not left:
        return "The facts narrow every parameter"
    return f"The facts leave {len(left)} of {len(calibration.names)} parameters where the prior put them"


def unmoved(calibration: Calibrated) -> str:
    """Which parameters the facts say nothing of."""
    left = calibration.identifiability["unmoved"]
    return f"{left_alone(calibration)}: {', '.join(left)}." if left else f"{left_alone(calibration)}."


def _strip(prediction: Prediction) -> str:
    """The prediction drawn as a line of the scorecard."""
    posterior = prediction.posterior
    return strip(Scored(prediction.fact, posterior.median, posterior.low, posterior.high, prediction.verdict, (), ""))


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


def _parameter(calibration: Calibrated, place: int, name: str) -> dict[str, Any]:
    prior: Prior = calibration.settings.priors.table.priors[name]
    known = calibration.identifiability["parameters"][name]
    return {
        "name": name,
        "strip": parameter_strip(calibration, place),
        "width": f"{known['width']:.2f}",
        "range": f"{number(prior.low)} to {number(prior.high)}",
        "scale": prior.scale,
        "centre": number(calibration.middle.parameters[name]),
        "facts": ", ".join(f"{fact} ({move:+.1f})" for fact, move in known["facts"].items()),
    }


def _origin(calibration: Calibrated) -> list[tuple[str, str]]:
    origin = provenance(calibration)
    arguments = ", ".join(f"{name} {value}" for name, value in origin["arguments"].items())
    return [
        ("core", origin["core"]),
        ("arguments", arguments),
        ("priors", origin["priors"]),
        (
            "sampler",
            f"worst R-hat {calibration.mixing['rhat']}, "
            f"{calibration.mixing['effective']:.0f} independent states at least",
        ),
        ("own error of the model", f"{calibration.settings.priors.table.discrepancy:.0%} of a fact's value"),
        ("facts that may be missed", str(calibration.settings.priors.table.misses)),
    ]


POSTERIOR, DOCUMENT, TABLE, FILES = "posterior.toml", "calibration.json", "calibration.csv", "calibration.html"

COLUMNS = (
    "id", "use", "basis", "family", "description", "unit", "record", "record_low", "record_high", "record_interval",
    "prior", "prior_low", "prior_high", "posterior", "posterior_low", "posterior_high", "verdict", "share_within",
    "centre", "centre_verdict",
)  # fmt: skip


def save_calibration(calibration: Calibrated, directory: Path) -> list[Path]:
    """Write every file beside the ledger; the paths. What others wrote or changed is left alone, with a warning."""
    content = {
        POSTERIOR: posterior_text(calibration),
        DOCUMENT: json_text(document(calibration), indent=1),
        TABLE: rows_as_csv(COLUMNS, [row(prediction) for prediction in calibration.predictions]),
    }
    return save_answer(directory, content | page(FILES, partial(render, calibration)))


def posterior_text(calibration: Calibrated) -> str:
    """The posterior as TOML that ``load_posterior`` and ``validate --parameters`` read; it does not say when."""
    head = {
        "format": FORMAT,
        "name": "record" if calibration.settings.until is None else f"until-{calibration.settings.until}",
        "title": f"Posterior given the record of 1816 to {calibration.settings.until or 'today'}",
        "summary": _summary(calibration),
    }
    lines = [
        "# Written by 'greatpowers calibrate'. Every draw weighs the same; [parameters] is the centre.",
        *tomli_w.dumps(head).splitlines(),
        f"names = {json.dumps(list(calibration.names))}",
        "draws = [",
        *(
            f"  {_comma_separated([played.parameters[name] for name in calibration.names])},"
            for played in calibration.kept
        ),
        "]",
        f"misfit = {_comma_separated([round(calibration.judged['misfit'][k], 3) for k in calibration.judged['kept']])}",
        "",
        tomli_w.dumps(
            {"parameters": dict(calibration.middle.parameters), "provenance": provenance(calibration)}
        ).rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def _summary(calibration: Calibrated) -> str:
    settings = calibration.settings
    return (
        f"{len(calibration.kept)} parameter sets of {settings.draws} drawn, {settings.priors.size} parameters, "
        f"{len(calibration.problem.fitted)} facts fitted."
    )


def _comma_separated(values: Sequence[float]) -> str:
    return "[" + ", ".join(repr(float(value)) for value in values) + "]"


def document(calibration: Calibrated) -> dict[str, Any]:
    """The calibration as plain data; what has no value is null."""
    parts = {use.replace("-", "_"): calibration.of(use) for use in USES}
    return {
        "provenance": provenance(calibration),
        "agreeing": {name: _counts(part) for name, part in parts.items()},
        "draws": {
            "asked": calibration.settings.draws,
            "kept": len(calibration.kept),
            "rule_relaxed": calibration.judged["relaxed"],
            "implausibility": calibration.judged["implausibility"],
            "misfit": calibration.judged["misfit"],
        },
        "mixing": calibration.mixing,
        "centre": {
            "parameters": calibration.middle.parameters,
            "candidate": calibration.centre,
            "misfit": calibration.centre_misfit,
        },
        **{name: [row(prediction) for prediction in part] for name, part in parts.items()},
        "waves": list(calibration.reports),
        "identifiability": calibration.identifiability,
        "priors": calibration.settings.priors.settings(),
    }


def _counts(predictions: Sequence[Prediction]) -> dict[str, int]:
    return {
        "facts": len(predictions),
        "posterior_median": agreeing(predictions),
        "centre": agreeing(predictions, True),
    }


def row(prediction: Prediction) -> dict[str, Any]:
    """One prediction, as the columns of the table."""
    fact = prediction.fact
    values = (
        fact.id, prediction.use, fact.basis, fact.family, fact.description, fact.unit, fact.value, fact.low, fact.high,
        fact.interval, *prediction.prior, *prediction.posterior, prediction.verdict, prediction.within,
        prediction.centre, prediction.centred,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
