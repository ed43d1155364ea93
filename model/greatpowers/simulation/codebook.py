"""What every column of a saved comparison means: a table to read beside its files in R, Stata or a spreadsheet."""

from collections.abc import Callable, Iterable

import pandas as pd

from greatpowers.dictionary import PLACE_OUTCOMES, Described
from greatpowers.simulation.intervals import BANDS
from greatpowers.simulation.summary import OUTCOMES

COLUMNS = ("file", "column", "label", "unit", "meaning")

KEYS = {
    "policy": ("Policy", "name", "policy of the coalition"),
    "seed": ("Seed", "seed", "which luck; equal seeds bring every policy the same luck"),
    "draw": ("Draw", "number", "parameter set of the posterior, counted from 0"),
    "place": ("Place", "id", "theatre"),
    "metric": ("Metric", "name", "what is measured of a history"),
    "outcome": ("Outcome", "name", "what is measured of a place in a history"),
    "label": ("Label", "text", "what to call it"),
    "unit": ("Unit", "text", "unit of the numbers in the row"),
    "runs": ("Histories", "histories", "how many histories the row is about"),
    "baseline": ("Baseline", "name", "policy that differences are taken from"),
    "round": ("Round", "round", "round, counted from 0; a round is a quarter of a year"),
    "quarter": ("Quarter", "year and quarter", "quarter of the round"),
    "from_round": ("From round", "round", "first round from which the two policies differ so"),
    "lever": ("Lever", "name", "lever of the policy"),
    "theatres": ("Theatres", "ids", "places where they differ so"),
    "one": ("Value", "unit of the row", "value under the policy"),
    "other": ("Value of the baseline", "unit of the row", "value under the baseline"),
    "meaning": ("Meaning", "text", "what the lever is"),
    "state": ("State", "id", "who fights in a war between great powers over the place"),
    "how": ("How it came in", "text", "it began the war, was attacked, or a treaty or its own choice brought it in"),
    "by": ("Beside", "id", "whom it came in beside; empty for the two parties of the place"),
}
"""Label, unit and meaning of what rows are told apart by."""

PARTS = {
    "mean": "mean over histories",
    "low": "lower bound of its 95 % interval, by luck",
    "high": "upper bound of its 95 % interval, by luck",
    "median": "median over histories",
}
OF = {
    "": "",
    "posterior_": " (over parameter sets that agree with the record about equally well: what they leave open)",
    "difference_": " (of the paired difference from the baseline; empty for the baseline)",
    "posterior_difference_": " (of the paired difference over these parameter sets)",
}

FILES = {
    "table": ["policy", "metric", "label", "unit", "runs", "baseline"],
    "places.csv": ["place", "policy", "outcome", "label", "unit"],
    "runs": ["policy", "seed"],
    "places.parquet": ["policy", "seed", "place"],
    "posterior.parquet": ["policy", "draw", "seed"],
    "bands.parquet": ["policy", "round", "quarter", "metric"],
    "outcomes.csv": ["policy"],
    "great-power-wars.csv": ["place", "policy", "state", "how", "by"],
    "policies.csv": ["policy", "baseline", "from_round", "lever", "theatres", "one", "other", "unit", "meaning"],
}
"""Files, without an ending where there are several of the same content, and what their rows are told apart by."""


def codebook(runs: Iterable[str], describe_run: Callable[[str], Described], posterior: bool) -> pd.DataFrame:
    """A row per file and column: :data:`COLUMNS`. `runs` are the columns of histories, own metrics among them."""
    measured = [(name, *describe_run(name)[1:4]) for name in runs]
    of_places = [(o.name, o.label, o.unit, f"{o.label.lower()} of the theatre") for o in PLACE_OUTCOMES]
    estimates = [
        (of + part, _said(of + part), "unit of the row", text + why) for of, why in OF.items()
        for part, text in PARTS.items() if part != "median" or not of
    ]  # fmt: skip
    bands = [(name, _said(name), "unit of the metric", "quantile over histories") for name in BANDS]
    shares = [(name, name.capitalize(), "share in [0, 1]", "histories whose worst outcome it is") for name in OUTCOMES]
    fought = [
        ("histories", "Histories", "histories", "how many histories in which it so came into one"),
        ("share", "Share", "share in [0, 1]", "the same as a share of all histories"),
        ("low", "Low", "share in [0, 1]", "lower bound of its 95 % interval, by luck"),
        ("high", "High", "share in [0, 1]", "upper bound of its 95 % interval, by luck"),
        ("world", "World war", "share in [0, 1]", "the part of these in which that became a world war"),
    ]
    inside = {
        "table": estimates, "places.csv": estimates, "runs": measured, "places.parquet": of_places,
        "posterior.parquet": measured, "bands.parquet": bands, "outcomes.csv": shares, "policies.csv": [],
        "great-power-wars.csv": fought,
    }  # fmt: skip
    files = [file for file in FILES if posterior or not file.startswith("posterior")]
    rows = [(file, *row) for file in files for row in [*((key, *KEYS[key]) for key in FILES[file]), *inside[file]]]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _said(name: str) -> str:
    return name.replace("_", " ").capitalize()
