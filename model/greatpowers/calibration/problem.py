"""What is calibrated: the free parameters, the facts to fit and those held apart, and what plays and measures a set.

The table of free parameters says how far each may lie before the record is looked at, and why. A parameter that it does
not list is fixed at its default. Every prior is uniform on its own scale, so that a set of parameters is a point of the
unit cube: linear in the value, in its logarithm (rates, costs, exponents: half and twice are equally far), or in its
log-odds (shares and chances). A problem can be put together from other facts and another model; tests do so.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import tomli_w
from pydantic import Field
from scipy.special import expit, logit

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.historical.derived_tables import folder
from greatpowers.scenario.errors import GreatPowersError, complain, suggestion
from greatpowers.scenario.kinds import PARAMETERS, Expect, Text, TomlTable, setting_faults
from greatpowers.scenario.library import path_of
from greatpowers.scenario.load import load_policy, parse_toml, read_as
from greatpowers.scenario.schema import FORMAT
from greatpowers.simulation.setup import given_scenario
from greatpowers.storage.files import checksum_of_data
from greatpowers.storage.manifest import plain
from greatpowers.validation.facts import Target, facts_for, use_of, years_of
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
        figures = {**self.play(parameters, seed, runs), **later}
        return {fact.id: tuple(float(x) for x in figures[fact.id]) for fact in wanted}


def record_problem(worlds: Sequence[EraWorld] = WORLDS, until: int | None = None) -> Problem:
    """The model against the record of 1816 to today, on the worlds of the scorecard.

    With `until` the fit sees what is known of years up to it alone: facts about these are fitted or held apart as their
    split says, facts about later years are predicted, and facts about both give way to the same ones measured on either
    side. Raises :class:`GreatPowersError` if none is left to fit.
    """
    needed = {name for measure in MEASURES.values() for name in measure.worlds}
    played = [world for world in worlds if world.name in needed]
    measured = facts_for(until)
    fitted, apart, predicted = (
        tuple(fact for fact in measured if use_of(fact, until) == use) for use in ("fitted", "held-apart", "predicted")
    )
    if not fitted:
        first = min(years[1] for fact in measured if fact.split == "fitted" and (years := years_of(fact)) is not None)
        raise GreatPowersError(f"until {until}: no fact to fit ends by then; expected {first} or later.")
    play, predict = player(played, (*fitted, *apart)), player(played, predicted) if predicted else None
    return Problem(fitted, apart, play, _contents(played), predicted, predict)


def player(worlds: Sequence[EraWorld], facts: Sequence[Target]) -> Play:
    """What plays parameter sets on those of some worlds in which the facts are measured, one history after another."""
    names = [fact.id for fact in facts if fact.id != RATE_RATIO[0]]

    def play(parameters: Mapping[str, float], seed: int, runs: int) -> Figures:
        rows = gather(worlds, {world.name: runs for world in worlds}, parameters, seed, workers=1, facts=names)
        return figures_of(rows, runs, facts)

    return play


def figures_of(rows: Rows, runs: int, facts: Sequence[Target]) -> dict[str, tuple[float, ...]]:
    """Every fact's figure from all histories, and from the first of every world, the second, and so on."""
    replicates = [{key: [entries[k]] for key, entries in rows.items()} for k in range(runs if runs > 1 else 0)]
    lines = [scored(part, 0, facts) for part in (rows, *replicates)]
    return {line.fact.id: tuple(entries[k].value for entries in lines) for k, line in enumerate(lines[0])}


def _contents(worlds: Iterable[EraWorld]) -> dict[str, str]:
    package = files("greatpowers")
    named = {f"world '{world.name}'": checksum_of_data(_world(world)) for world in worlds}
    tables = package.joinpath("validation", "data")
    facts = [tables.joinpath(name).read_text(encoding="utf-8") for name in ("targets.csv", "halves.csv")]
    measuring = sorted(path for pattern in MEASURING for path in Path(str(package)).glob(pattern))
    texts = [path.read_text(encoding="utf-8") for path in measuring]
    return {
        **named,
        "the tables of facts": checksum_of_data(facts),
        "the measures of the record": checksum_of_data([texts, list(MEASURES)]),
    }


def _world(world: EraWorld) -> list[Any]:
    parts = [[plain(given_scenario(part.load())), part.years] for part in world.parts]
    return [parts, plain(load_policy(world.policy))]


SHIPPED = "priors.toml"
DIGITS = 6
"""Significant digits of a parameter that is drawn, so that what is written is what was played."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False), Expect("a number")]
Scale = Literal["linear", "log", "logit"]


class Prior(TomlTable):
    """How far one parameter may lie: uniform from `low` to `high` on its scale."""

    low: Number = Field(description="lowest value")
    high: Number = Field(description="highest value")
    scale: Annotated[Scale, Expect('"linear", "log" or "logit"')] = Field(description="scale it is uniform on")
    reason: Text = Field(default="", description="why this far")
    source: Text = Field(default="", description="author and year")


class PriorTable(TomlTable):
    """A table of priors as its file holds it."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    discrepancy: Annotated[float, Field(strict=True, ge=0, le=1), Expect("a number from 0 to 1")] = Field(
        default=0.05, description="s.d. of the model's own error, as a share of a fact's value"
    )
    misses: Annotated[int, Field(strict=True, ge=0, le=1000), Expect("a whole number of at least 0")] = Field(
        default=2, description="facts that a parameter set may miss before it is ruled out"
    )
    tails: Annotated[float, Field(strict=True, ge=1, le=1e6), Expect("a number of at least 1")] = Field(
        default=4.0, description="degrees of freedom of the likelihood of a fact: few forgive facts that nothing fits"
    )
    priors: Annotated[dict[str, Prior], Expect("a table of priors")] = Field(description="free parameters by name")


_ONTO: Mapping[Scale, Callable[[float], float]] = {"linear": float, "log": np.log, "logit": logit}
_FROM: Mapping[Scale, Callable[[float], float]] = {"linear": float, "log": np.exp, "logit": expit}


@dataclass(frozen=True, eq=False)
class Priors:
    """The free parameters, in the order of their declaration, and what the fit assumes of facts."""

    table: PriorTable

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the free parameters."""
        return tuple(name for name in PARAMETERS if name in self.table.priors)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.names)

    def values(self, at: Floats) -> dict[str, float]:
        """The parameters at a point of the unit cube [size], to :data:`DIGITS` significant digits."""
        return {name: self._value(name, float(u)) for name, u in zip(self.names, at, strict=True)}

    def _value(self, name: str, u: float) -> float:
        prior = self.table.priors[name]
        low, high = _ONTO[prior.scale](prior.low), _ONTO[prior.scale](prior.high)
        value = float(f"{float(_FROM[prior.scale](low + u * (high - low))):.{DIGITS}g}")
        return min(max(value, prior.low), prior.high)

    def place(self, parameters: Mapping[str, float]) -> Floats:
        """The point of a parameter set in the unit cube, defaults where it says nothing; clipped to the cube."""
        full = {**Parameters._field_defaults, **parameters}
        return np.array([self._place(name, full[name]) for name in self.names])

    def _place(self, name: str, value: float) -> float:
        prior = self.table.priors[name]
        onto = _ONTO[prior.scale]
        inside = min(max(value, prior.low), prior.high)
        return float((onto(inside) - onto(prior.low)) / (onto(prior.high) - onto(prior.low)))

    def settings(self) -> dict[str, Any]:
        """What the fit depends on, as plain data: no reasons, no sources."""
        priors = {name: self.table.priors[name].model_dump(include={"low", "high", "scale"}) for name in self.names}
        return {**self.table.model_dump(include={"discrepancy", "misses", "tails"}), "priors": priors}

    def digest(self) -> str:
        """Hash of :meth:`settings`."""
        return hashlib.sha256(tomli_w.dumps(self.settings()).encode()).hexdigest()[:16]


def load_priors(path: str | Path | None = None) -> Priors:
    """The table in a file, checked, or the one that ships; raises :class:`GreatPowersError`."""
    if path is None:
        return read_priors(parse_toml(folder() / SHIPPED, SHIPPED), SHIPPED)
    place = path_of(path)
    if "\0" in str(path) or not place.exists():
        raise GreatPowersError(f"--parameters: there is no file '{path}'.")
    return read_priors(parse_toml(place, str(path)), str(path))


def read_priors(data: Mapping[str, Any], where: str = "priors") -> Priors:
    """A table of priors as TOML gives it, checked."""
    if "priors" not in data:
        example = 'clash = { low = 10.0, high = 40.0, scale = "log" }'
        raise GreatPowersError(f"{where}: expected a table [priors] of free parameters, such as {example}.")
    table = read_as(PriorTable, data, where, "table of priors")
    complain(where, _faults(table))
    return Priors(table)


def _faults(table: PriorTable) -> Iterator[tuple[str, str]]:
    if not table.priors:
        yield "priors", "there is no free parameter; expected at least one."
    for name, prior in table.priors.items():
        yield from (("priors", text) for text in _faults_of(name, prior))


def _faults_of(name: str, prior: Prior) -> list[str]:
    if name not in PARAMETERS:
        return [f"there is no parameter '{name}'. {suggestion(name, PARAMETERS)}"]
    faults = [
        text for value in (prior.low, prior.high) for text in setting_faults({name: value}, PARAMETERS, "parameter")
    ]
    if not faults and prior.low >= prior.high:
        faults = [f"'{name}' goes from {prior.low:g} to {prior.high:g}; expected 'low' below 'high'."]
    if not faults and not _fits(prior):
        inner = "numbers above 0" if prior.scale == "log" else "numbers between 0 and 1, neither included,"
        faults = [f"'{name}' goes from {prior.low:g} to {prior.high:g}; expected {inner} on the scale {prior.scale}."]
    return faults[:1]


def _fits(prior: Prior) -> bool:
    """Whether both ends have a place on the scale."""
    if prior.scale == "log":
        return prior.low > 0
    return prior.scale == "linear" or (prior.low > 0 and prior.high < 1 and math.isfinite(prior.high))


CENTRES = 8
"""Parameter sets played as candidates for the centre."""

DRAW_RUNS, CENTRE_RUNS = 2, 4
"""Histories of a draw, and of a candidate for the centre, as multiples of those of a point of a wave.

Waves feed emulators, which learn more from many points than from many histories of few; draws and centre are held
against the record by what they give themselves.
"""


FEWEST = 10
"""Points of a wave: emulators learn their shape from four fifths of them, and take no fewer than eight."""


@dataclass(frozen=True, eq=False)
class CalibrationSettings:
    """A calibration: `waves` of `size` points, `runs` histories a world and point, `draws` of the posterior.

    With `until` only what the record says of years up to it is fitted, and what it says of later ones is predicted.
    """

    priors: Priors
    waves: int = 4
    size: int = 200
    runs: int = 2
    draws: int = 100
    seed: int = 1
    until: int | None = None

    def __post_init__(self) -> None:
        if self.size < FEWEST:
            text = f"{self.size} parameter sets in a wave are too few to learn from"
            raise GreatPowersError(f"size: {text}; expected at least {FEWEST}.")

    @property
    def points(self) -> int:
        """Parameter sets that are played in all."""
        return self.waves * self.size + self.draws + CENTRES

    @property
    def histories(self) -> int:
        """Histories of every world that are played in all."""
        return (self.waves * self.size + DRAW_RUNS * self.draws + CENTRE_RUNS * CENTRES) * self.runs

    def arguments(self) -> dict[str, Any]:
        """The numbers, without the priors."""
        numbers = {name: getattr(self, name) for name in ("waves", "size", "runs", "draws", "seed")}
        return numbers if self.until is None else {**numbers, "until": self.until}

    def text(self) -> str:
        """Everything that results depend on, as TOML."""
        return tomli_w.dumps({**self.arguments(), **self.priors.settings()})


FAST: dict[str, int] = {"waves": 2, "size": 24, "runs": 1, "draws": 8}
"""Numbers for a first look, which say little."""
