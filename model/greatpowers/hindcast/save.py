"""A hindcast on disk: every forecast, the scores, the page and the figures."""

import json
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.hindcast.benchmarks import LEAST_ONSETS, PRIOR_SPREAD, RIVALS, SETTINGS
from greatpowers.hindcast.figures import FIGURES, png
from greatpowers.hindcast.histories import EVERY_DYAD
from greatpowers.hindcast.page import render
from greatpowers.hindcast.run import OWN_WEIGHT, Hindcast
from greatpowers.hindcast.scoring import Estimate
from greatpowers.hindcast.settings import policy_of
from greatpowers.historical.published.records import Records
from greatpowers.presentation.figures import page, save_pictures
from greatpowers.storage.directories import whole_directory
from greatpowers.storage.files import write_text
from greatpowers.storage.manifest import provenance
from greatpowers.storage.tables import write_csv
from greatpowers.validation.observed import SETTLING_IN

DIGITS = 6


def save_hindcast(found: Hindcast, records: Records, directory: str | Path) -> Path:
    """Write a hindcast to a directory, whole or not at all, and return its path.

    ``hindcast.csv`` (a row a start year, lead and pair), ``scores.csv``, ``added.csv``, ``calibration.csv``,
    ``kinds.csv``, ``scores.json`` (scores and everything needed to repeat them), ``hindcast.html``, and the figures as
    PNG. Raises :class:`GreatPowersError` for a directory that is not ours or cannot be written.
    """
    manifest = {**provenance(), "kind": "hindcast", "settings": found.settings.plain()}
    with whole_directory(directory, manifest) as place:
        for name, table in _tables(found).items():
            write_csv(table, place / f"{name}.csv", digits=DIGITS)
        text = json.dumps(document(found, records), indent=2, ensure_ascii=False, allow_nan=False)
        write_text(place / "scores.json", text + "\n")
        for name, text in page("hindcast.html", partial(render, found)).items():
            write_text(place / name, text)
        save_pictures(place, {stem: partial(png, found, stem) for stem in FIGURES})
    return Path(directory)


def _tables(found: Hindcast) -> dict[str, pd.DataFrame]:
    curves = [{"forecast": name, **b._asdict()} for name, bins in found.curves.items() for b in bins]
    return {
        "hindcast": found.table.astype({"outcome": int}),
        "scores": pd.DataFrame([flat(score._asdict()) for score in found.scores]),
        "added": pd.DataFrame([flat(vars(found.added))]),
        "calibration": pd.DataFrame(curves),
        "kinds": pd.DataFrame([row._asdict() for row in found.off]),
    }


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as one row: the bounds of their intervals beside them."""
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Estimate):
            found |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        else:
            found |= value._asdict() if hasattr(value, "_asdict") else {name: value}
    return found


def document(found: Hindcast, records: Records) -> dict[str, Any]:
    """The hindcast without its table, as plain data; what has no value is null."""
    return {
        "settings": found.settings.plain(),
        "policies": {str(year): policy_of(year) for year in found.settings.starts},
        "rules": {
            "settling_in_rounds": SETTLING_IN,
            "theatre_for_every_pair": EVERY_DYAD,
            "weight_of_the_mean_in_histories": OWN_WEIGHT,
            "onsets_before_fitting": LEAST_ONSETS,
            "prior_spread_of_slopes": PRIOR_SPREAD,
        },
        "rivals": {rival.name: {"regressors": list(rival.regressors), "is": rival.meaning} for rival in RIVALS},
        "trees": SETTINGS,
        "files": records.files(),
        "first_start_scored": int(found.scored["start"].min()),
        "added": _known(flat(vars(found.added))),
        "check": _known(found.check._asdict()),
        "scores": [_known(flat(score._asdict())) for score in found.scores],
        "calibration": {name: [_known(b._asdict()) for b in bins] for name, bins in found.curves.items()},
        "kinds": [_known(row._asdict()) for row in found.off],
    }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in values.items()}  # fmt: skip
