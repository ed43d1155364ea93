"""Scenario discovery on the results of an experiment: in which worlds does one policy lose to another."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.dictionary import PLACE_MARK, describe
from greatpowers.experiments.results import Results, check_names
from greatpowers.presentation.figures import Drawers, pictures
from greatpowers.scenario.errors import GreatPowersError, need_known, suggestion
from greatpowers.storage.checkpoint import csv_text, parquet_bytes
from greatpowers.storage.manifest import provenance, save_whole

METHODS = ("prim", "cart")
KIND = "discovery"


@dataclass(frozen=True, eq=False)
class Discovery:
    """Where `loser` does worse than `winner` by a metric: the box found, and what it was found in.

    `cases` says of each point whether it does; `box` is of :mod:`greatpowers.statistics.scenario_discovery`.
    """

    loser: str
    winner: str
    metric: str
    method: str
    points: pd.DataFrame
    cases: "pd.Series[bool]"
    box: Any
    label: str

    @property
    def what(self) -> str:
        """What is the case in the worlds that are looked for."""
        return f"{self.loser} loses to {self.winner} on {self.label.lower()}"

    def sentence(self) -> str:
        """The answer as text."""
        return str(self.box.sentence(self.what))

    def figures(self) -> Drawers:
        """What draws the figures; nothing where no box was found."""
        from greatpowers.statistics.figures import box_figure, tradeoff_figure

        if not self.box.found:
            return {}
        drawn: Drawers = {"box": partial(box_figure, self.points, self.cases, self.box, self.what)}
        tradeoff: Drawers = {"tradeoff": partial(tradeoff_figure, self.box, self.what)}
        return {**drawn, **(tradeoff if self.method == "prim" else {})}

    def save(self, directory: str | Path, figures: Drawers | None = None) -> Path:
        """Write limits, cases, answer and `figures` to a directory, and return its path."""
        asked = {"loser": self.loser, "winner": self.winner, "metric": self.metric, "method": self.method}
        manifest = {**provenance(), "kind": KIND, **asked, "worlds": len(self.points)}
        table = self.points.assign(loses=self.cases.to_numpy(), inside=self.box.contains(self.points).to_numpy())
        content: dict[str, bytes | str] = {
            "limits.csv": csv_text(self.box.limits),
            "limits.parquet": parquet_bytes(self.box.limits),
            "worlds.parquet": parquet_bytes(table),
            "answer.txt": self.sentence() + "\n",
        }
        return save_whole(directory, manifest, content | pictures(figures or {}))


def place_column(results: Results, outcome: str, place: str) -> str:
    """The column of an outcome of a place; raises :class:`GreatPowersError` if nothing was recorded of that place."""
    if place not in results.places:
        hint = f" {suggestion(place, results.places)}" if results.places else ""
        raise GreatPowersError(
            f"{results.directory}: nothing was recorded of the place '{place}'; name it in 'places' of the "
            f"experiment.{hint}"
        )
    column = f"{outcome}{PLACE_MARK}{place}"
    describe(column)
    return column


def discover(
    results: Results,
    loser: str,
    winner: str,
    metric: str,
    method: str = "prim",
    margin: float = 0.0,
    seed: int = 0,
    better: bool | None = None,
) -> Discovery:
    """Find where `loser` does worse than `winner`, by PRIM or CART.

    `metric` is any that was recorded, also of the user's own; `better` says whether more of it is better, where the
    model does not know.

    Raises :class:`GreatPowersError` for policies that were not played, a metric that was not recorded, too few worlds,
    or if one of them loses everywhere or nowhere.
    """
    from greatpowers.statistics import scenario_discovery as methods

    need_known(method, METHODS, f"method: there is no method '{method}'.")
    if len(results.policies) < 2:
        text = f"it played one policy only, '{results.policies[0]}', and losing takes two"
        raise GreatPowersError(f"{results.directory}: {text}.")
    for role, name in (("loser", loser), ("winner", winner)):
        need_known(name, results.policies, f"{results.directory}: {role}: policy '{name}' was not played.")
    if loser == winner:
        raise GreatPowersError(f"loser and winner are both '{loser}'; name two policies.")
    check_names(results, [metric], results.metrics)
    results.check_whole()
    runs = results.runs([metric], {"policy": [loser, winner]})
    cases = methods.losing(runs, metric, loser, winner, better, margin)
    if cases.all() or not cases.any():
        often = "in every one" if cases.all() else "in none"
        text = f"{loser} does worse than {winner} on {metric} {often} of {len(cases):,} worlds"
        raise GreatPowersError(f"{results.directory}: {text}, so there are no two kinds to tell apart.")
    points = results.points[results.points["point"].isin(cases.index)].reset_index(drop=True)
    if method == "prim":
        box: Any = methods.prim(points, cases, seed=seed)
    else:
        box = methods.cart(points, cases, seed=seed).best
    return Discovery(loser, winner, metric, method, points, cases, box, results.describe(metric).label)
