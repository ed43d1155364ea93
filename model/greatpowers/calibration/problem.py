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
from greatpowers.storage.manifest import plain
from greatpowers.validation.facts import Target, Use, facts_for, use_of, years_of
from greatpowers.validation.measures.registry import MEASURES, RATE_RATIO
from greatpowers.validation.play import WORLDS, EraWorld, Rows, gather
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
    """Facts and model. `contents` are hashes of what figures depend on besides the core, by what to call it.

    `play` measures the facts fitted and held apart. Those `predicted` are about years that the fit does not see: they
    are measured by `predict`, in draws and candidates for the centre alone, since waves have no need of their worlds.
    """

    fitted: tuple[Target, ...]
    apart: tuple[Target, ...]
    play: Play
    contents: Mapping[str, str]
    predicted: tuple[Target, ...] = ()
    predict: Play | None = None

    @property
    def facts(self) -> tuple[Target, ...]:
        """Every fact that is measured: fitted, held apart, predicted."""
        return (*self.fitted, *self.apart, *self.predicted)

    def figures(self, parameters: Mapping[str, float], seed: int, runs: int, predicting: bool) -> Figures:
        """What a parameter set gives, for facts about years that the fit does not see only if `predicting`."""
        wanted = self.facts if predicting else (*self.fitted, *self.apart)
        later = self.predict(parameters, seed, runs) if predicting and self.predict is not None else {}
        found = {**self.play(parameters, seed, runs), **later}
        return {fact.id: tuple(float(x) for x in found[fact.id]) for fact in wanted}


def record_problem(worlds: Sequence[EraWorld] = WORLDS, until: int | None = None) -> Problem:
    """The model against the record of 1816 to today, on the worlds of the scorecard.

    With `until` the fit sees what is known of years up to it alone: facts about these are fitted or held apart as their
    split says, facts about later years are predicted, and facts about both give way to the same ones measured on either
    side. Raises :class:`GreatPowersError` if none is left to fit.
    """
    needed = {name for measure in MEASURES.values() for name in measure.worlds}
    played = [world for world in worlds if world.name in needed]
    measured = facts_for(until)
    fitted, apart, predicted = (_used(measured, use, until) for use in ("fitted", "held-apart", "predicted"))
    if not fitted:
        first = min(years[1] for fact in measured if fact.split == "fitted" and (years := years_of(fact)) is not None)
        raise GreatPowersError(f"until {until}: no fact to fit ends by then; expected {first} or later.")
    play, predict = player(played, (*fitted, *apart)), player(played, predicted) if predicted else None
    return Problem(fitted, apart, play, _contents(played), predicted, predict)


def _used(facts: Iterable[Target], use: Use, until: int | None) -> tuple[Target, ...]:
    return tuple(fact for fact in facts if use_of(fact, until) == use)


def player(worlds: Sequence[EraWorld], facts: Sequence[Target]) -> Play:
    """What plays parameter sets on those of some worlds in which the facts are measured, one history after another."""
    names = [fact.id for fact in facts if fact.id != RATE_RATIO[0]]

    def play(parameters: Mapping[str, float], seed: int, runs: int) -> Figures:
        rows = gather(worlds, {world.name: runs for world in worlds}, parameters, seed, workers=1, facts=names)
        return figures_of(rows, runs, facts)

    return play


def figures_of(rows: Rows, runs: int, facts: Sequence[Target]) -> dict[str, tuple[float, ...]]:
    """Every fact's figure from all histories, and from the first of every world, the second, and so on."""
    replicates = [{key: [found[k]] for key, found in rows.items()} for k in range(runs if runs > 1 else 0)]
    lines = [scored(part, 0, facts) for part in (rows, *replicates)]
    return {line.fact.id: tuple(found[k].value for found in lines) for k, line in enumerate(lines[0])}


def _contents(worlds: Iterable[EraWorld]) -> dict[str, str]:
    package = files("greatpowers")
    named = {f"world '{world.name}'": digest(_world(world)) for world in worlds}
    tables = package.joinpath("validation", "data")
    facts = [tables.joinpath(name).read_text(encoding="utf-8") for name in ("targets.csv", "halves.csv")]
    texts = [path.read_text(encoding="utf-8") for path in _measuring(Path(str(package)))]
    return {
        **named,
        "the tables of facts": digest(facts),
        "the measures of the record": digest([texts, list(MEASURES)]),
    }


def _world(world: EraWorld) -> list[Any]:
    parts = [[plain(_scenario(part.load())), part.years] for part in world.parts]
    return [parts, plain(load_policy(world.policy))]


def _scenario(found: Any) -> Scenario:
    return found if isinstance(found, Scenario) else load_scenario(found)


def _measuring(package: Path) -> list[Path]:
    return sorted(path for pattern in MEASURING for path in package.glob(pattern))


def digest(content: object) -> str:
    """SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
