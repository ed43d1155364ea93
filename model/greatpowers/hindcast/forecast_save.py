"""Forecasts by place on disk: the places, the scores, all of it as plain data, and a page."""

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.hindcast.benchmarks import PRIOR_SPREAD
from greatpowers.hindcast.forecast import Forecast
from greatpowers.hindcast.forecast_page import render
from greatpowers.hindcast.forecast_scoring import OUTCOMES, REGRESSORS, UNDOUBTED
from greatpowers.hindcast.forecast_words import answer
from greatpowers.hindcast.run import OWN_WEIGHT
from greatpowers.presentation.figures import page
from greatpowers.simulation.setup import seeds_as_data
from greatpowers.storage.directories import whole_directory
from greatpowers.storage.files import write_text
from greatpowers.storage.manifest import provenance
from greatpowers.storage.tables import write_csv

DIGITS = 6


def save_forecast(found: Forecast, directory: str | Path) -> Path:
    """Write a forecast to a directory, whole or not at all, and return its path.

    ``forecast.csv`` (a row a place), ``policies.csv`` (its probabilities under each policy), ``scores.csv``,
    ``forecast.json`` (all of it, and everything needed to repeat it) and ``forecast.html``. Raises
    :class:`GreatPowersError` for a directory that is not ours or cannot be written.
    """
    manifest = {**provenance(), "kind": "forecast", "settings": settings(found)}
    with whole_directory(directory, manifest) as place:
        tables = {"forecast": places_table(found), "policies": found.policies, "scores": found.scores}
        for name, table in tables.items():
            write_csv(table, place / f"{name}.csv", digits=DIGITS)
        text = json.dumps(document(found), indent=2, ensure_ascii=False, allow_nan=False)
        write_text(place / "forecast.json", text + "\n")
        for name, text in page("forecast.html", partial(render, found)).items():
            write_text(place / name, text)
    return Path(directory)


def places_table(found: Forecast) -> pd.DataFrame:
    """The places, with outcomes as whole numbers, empty where they were so at the start."""
    names = [f"{outcome.name}{ending}" for ending in ("", UNDOUBTED) for outcome in OUTCOMES]
    return found.places.astype(dict.fromkeys(names, "Int64"))


def settings(found: Forecast) -> dict[str, Any]:
    """What was asked for, as plain data."""
    return {
        "scenarios": [world._asdict() | {"policies": list(world.policies)} for world in found.worlds],
        "seeds": seeds_as_data(found.seeds),
        "parameters": dict(found.parameters),
        "resamples": found.resamples,
    }


def document(found: Forecast) -> dict[str, Any]:
    """The forecast as plain data; what has no value is null."""
    return {
        "answer": answer(found),
        "settings": settings(found),
        "rules": {
            "outcomes": {outcome.name: {"rung": int(outcome.rung), "is": outcome.words} for outcome in OUTCOMES},
            "weight_of_the_mean_in_histories": OWN_WEIGHT,
            "regressors_of_the_logit": list(REGRESSORS),
            "prior_spread_of_slopes": PRIOR_SPREAD,
        },
        "scores": _rows(found.scores),
        "places": _rows(found.places),
        "policies": _rows(found.policies),
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _known(value) for key, value in row.items()} for row in table.to_dict(orient="records")]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
