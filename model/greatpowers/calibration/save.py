"""A calibration on disk: posterior, predictions and identifiability as data, and a page. Equal results, equal bytes."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import tomli_w

from greatpowers.calibration.checkpoint import known
from greatpowers.calibration.page import provenance, render
from greatpowers.calibration.result import Calibrated, Prediction, agreeing, agreeing_at_centre
from greatpowers.presentation.figures import page
from greatpowers.scenario.schema import FORMAT
from greatpowers.storage.checkpoint import save_answer
from greatpowers.storage.tables import rows_as_csv

POSTERIOR, DOCUMENT, TABLE, PAGE = "posterior.toml", "calibration.json", "calibration.csv", "calibration.html"

COLUMNS = (
    "id", "use", "basis", "family", "description", "unit", "record", "record_low", "record_high", "record_interval",
    "prior", "prior_low", "prior_high", "posterior", "posterior_low", "posterior_high", "verdict", "share_within",
    "centre", "centre_verdict",
)  # fmt: skip


def save_calibration(found: Calibrated, directory: Path) -> list[Path]:
    """Write every file beside the ledger; the paths. What others wrote or changed is left alone, with a warning."""
    text = json.dumps(document(found), indent=1, ensure_ascii=False, allow_nan=False)
    content = {
        POSTERIOR: posterior_text(found),
        DOCUMENT: text + "\n",
        TABLE: rows_as_csv(COLUMNS, [row(prediction) for prediction in found.predictions]),
    }
    return save_answer(directory, content | page(PAGE, partial(render, found)))


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
        *(f"  {_row([played.parameters[name] for name in found.names])}," for played in found.kept),
        "]",
        f"misfit = {_row([round(found.judged['misfit'][k], 3) for k in found.judged['kept']])}",
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


def _row(values: Sequence[float]) -> str:
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
