"""What is calibrated: the facts to fit, those held apart, and what plays a parameter set and measures them.

A problem can be put together from other facts and another model; tests do so.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.configuration import plain
from greatpowers.validation.facts import Split, Target, load_targets
from greatpowers.validation.measures.registry import MEASURES
from greatpowers.validation.periods import side_of, years_of
from greatpowers.validation.play import WORLDS, Rows, World, gather
from greatpowers.validation.scorecard import scored

Figures = Mapping[str, Sequence[float]]
"""By fact: the figure of all histories together, then that of each replicate (one history of every world)."""

Play = Callable[[Mapping[str, float], int, int], Figures]
"""Plays a parameter set from a first seed, as many histories of every world as asked for, and measures every fact."""

MEASURING = (
    "historical/dyads.py", "validation/disputes.py", "validation/measures/*.py", "validation/observed.py",
    "validation/scorecard.py", "validation/wars.py",
)  # fmt: skip
"""Modules on which figures depend besides the core."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Facts and model. `contents` are hashes of what figures depend on besides the core, by what to call it."""

    fitted: tuple[Target, ...]
    apart: tuple[Target, ...]
    play: Play
    contents: Mapping[str, str]

    @property
    def facts(self) -> tuple[Target, ...]:
        """Every fact that is measured."""
        return (*self.fitted, *self.apart)


def record_problem(worlds: Sequence[World] = WORLDS, until: int | None = None) -> Problem:
    """The model against the record of 1816 to today, on the worlds of the scorecard.

    With `until` facts are divided by time, whatever their split: those about years up to it alone are fitted, those
    about later years alone held apart, and those about both left out. Raises :class:`GreatPowersError` if none is left.
    """
    needed = {name for measure in MEASURES.values() for name in measure.worlds}
    played = [world for world in worlds if world.name in needed]
    fitted, apart = (_facts("fitted"), _facts("held-apart")) if until is None else _by_time(until)
    return Problem(fitted, apart, player(played), _contents(played))


def _facts(split: Split) -> tuple[Target, ...]:
    return tuple(fact for fact in load_targets().values() if fact.split == split)


def _by_time(until: int) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    measured = [fact for fact in load_targets().values() if not fact.left_out]
    before, after = (tuple(fact for fact in measured if side_of(fact, until) == side) for side in ("before", "after"))
    if not before:
        first = min(years[1] for fact in measured if (years := years_of(fact)) is not None)
        raise GreatPowersError(f"until {until}: no fact of the record ends by then; expected {first} or later.")
    return before, after


def player(worlds: Sequence[World]) -> Play:
    """What plays parameter sets on some worlds, one history after another."""

    def play(parameters: Mapping[str, float], seed: int, runs: int) -> Figures:
        rows = gather(worlds, {world.name: runs for world in worlds}, parameters, seed, workers=1)
        return figures_of(rows, runs)

    return play


def figures_of(rows: Rows, runs: int) -> dict[str, tuple[float, ...]]:
    """Every fact's figure from all histories, and from the first of every world, the second, and so on."""
    replicates = [{key: [found[k]] for key, found in rows.items()} for k in range(runs if runs > 1 else 0)]
    lines = [scored(part, resamples=0) for part in (rows, *replicates)]
    return {line.fact.id: tuple(found[k].value for found in lines) for k, line in enumerate(lines[0])}


def _contents(worlds: Iterable[World]) -> dict[str, str]:
    package = files("greatpowers")
    named = {f"world '{world.name}'": digest(_world(world)) for world in worlds}
    facts = package.joinpath("validation", "data", "targets.csv").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in _measuring(Path(str(package)))]
    return {**named, "the table of facts": digest(facts), "the measures of the record": digest([texts, list(MEASURES)])}


def _world(world: World) -> list[Any]:
    parts = [[plain(_scenario(part.load())), part.years] for part in world.parts]
    return [parts, plain(load_policy(world.policy))]


def _scenario(found: Any) -> Scenario:
    return found if isinstance(found, Scenario) else load_scenario(found)


def _measuring(package: Path) -> list[Path]:
    return sorted(path for pattern in MEASURING for path in package.glob(pattern))


def digest(content: object) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
