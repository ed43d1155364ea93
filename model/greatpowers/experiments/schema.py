"""What an experiment file may say: frozen models, each field with its range and meaning; and the worlds it samples.

Rules that need more than one field, or another file, are in ``load``.
"""

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from scipy.stats import qmc

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import is_number_in, shown, suggestion
from greatpowers.scenario.explain import faults_in
from greatpowers.scenario.kinds import LEVERS, PARAMETERS, Expect, Length, Name, Text, Title, TomlTable, setting_faults
from greatpowers.scenario.posterior import Posterior
from greatpowers.scenario.schema import FORMAT, SyntheticSettings
from greatpowers.statistics.checks import fetch

ALL = "all"
"""The key of [uncertainties] that stands for every parameter not named there."""

METHODS = ("lhs", "sobol", "grid", "saltelli", "morris")
RECORDS = ("run", "round")
LARGEST_FACTOR = 1000.0
MOST_REPLICATES = 100_000_000
LARGEST_SEED = 2**63 - 1


def _faulty(faults: list[str]) -> PydanticCustomError:
    return PydanticCustomError("settings", "settings", {"faults": faults})


def _one_of(key: str, known: tuple[str, ...]) -> Callable[[object], object]:
    def check(value: object) -> object:
        if isinstance(value, str) and value not in known:
            raise _faulty([f"'{key}' is {shown(value)}, which is none of its values. {suggestion(value, known)}"])
        return value

    return check


def _grid(noun: str, fault: Callable[[str, object], list[str]]) -> Callable[[object], object]:
    """A check of a table of lists, every value of which must be valid for its key."""

    def check(table: object) -> object:
        if not isinstance(table, Mapping):
            return table
        if faults := [text for name, values in table.items() for text in _axis_faults(name, values, noun, fault)]:
            raise _faulty(faults)
        return {name: tuple(values) for name, values in table.items()}

    return check


def _axis_faults(name: str, values: object, noun: str, fault: Callable[[str, object], list[str]]) -> list[str]:
    if not isinstance(values, list | tuple) or not values:
        unknown = fault(name, values) if not isinstance(values, list | tuple) else []
        missing = [text for text in unknown if text.startswith("there is no")]
        return missing or [f"{noun} '{name}' is {shown(values)}; expected a list of values, such as [0.0, 0.5, 1.0]."]
    faults = [text for value in values for text in fault(name, value)][:1]
    if not faults and len(set(values)) < len(values):
        faults = [f"{noun} '{name}' lists a value more than once; expected each value once."]
    return faults


def _lever_fault(name: str, value: object) -> list[str]:
    return setting_faults({name: value}, LEVERS, "lever")


def _synthetic_fault(name: str, value: object) -> list[str]:
    try:
        SyntheticSettings.model_validate({name: value})
    except ValidationError as error:
        return [text for _, text in faults_in(error, SyntheticSettings, {name: value})]
    return []


class ParameterRange(TomlTable):
    """How far a parameter may lie from its default: as factors, clipped to the range it is declared with."""

    from_: Annotated[float, Field(strict=True, ge=0, le=LARGEST_FACTOR), Expect("a factor of at least 0")] = Field(
        alias="from", description="lowest value, as a multiple of the default"
    )
    to: Annotated[float, Field(strict=True, gt=0, le=LARGEST_FACTOR), Expect("a factor above 0")] = Field(
        description="highest value, as a multiple of the default"
    )


class Sample(TomlTable):
    """How the space of uncertain parameters is sampled."""

    method: Annotated[
        Literal["lhs", "sobol", "grid", "saltelli", "morris"],
        BeforeValidator(_one_of("method", METHODS)),
        Expect('"lhs" (Latin hypercube), "sobol", "grid", "saltelli" (Sobol indices) or "morris" (elementary effects)'),
    ] = Field(default="lhs", description="how points are chosen")
    size: Annotated[int, Field(strict=True, ge=1, le=100_000_000), Expect("a whole number of at least 1")] = Field(
        description="number of points; of levels for each range in a grid; of base points of a saltelli sample, "
        "which has (parameters + 2) times as many; of trajectories of a morris sample, (parameters + 1) points each"
    )
    seed: Annotated[int, Field(strict=True, ge=0, le=LARGEST_SEED), Expect("a whole number of at least 0")] = Field(
        default=1, description="seed of the sample"
    )


def _uncertain(table: object) -> object:
    """Ranges by parameter, checked by name; `sample` is a table of its own."""
    if not isinstance(table, Mapping):
        return table
    faults = [text for name, value in table.items() for text in _uncertainty_faults(name, value)]
    if faults:
        raise _faulty(faults)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}


def _uncertainty_faults(name: str, value: object) -> list[str]:
    if name not in (ALL, *Parameters._fields):
        return [f"there is no parameter '{name}'. {suggestion(name, (ALL, *Parameters._fields))}"]
    if isinstance(value, Mapping):
        return _range_faults(name, value)
    if name == ALL or not isinstance(value, list | tuple) or not value:
        wanted = "{ from = 0.5, to = 2.0 }" + ("" if name == ALL else ", or a list of numbers")
        return [f"'{name}' is {shown(value)}; expected {wanted}."]
    faults = [text for one in value for text in setting_faults({name: one}, PARAMETERS, "parameter")]
    if not faults and len(set(value)) < len(value):
        faults = [f"parameter '{name}' lists a value more than once; expected each value once."]
    return faults[:1]


def _range_faults(name: str, value: Mapping[str, Any]) -> list[str]:
    try:
        span = ParameterRange.model_validate(dict(value))
    except ValidationError as error:
        return [f"in '{name}', {text}" for _, text in faults_in(error, ParameterRange, value)]
    if span.from_ >= span.to:
        return [f"'{name}' goes from {span.from_:g} to {span.to:g}; expected 'from' below 'to'."]
    if name != ALL and not is_number_in(Parameters._field_defaults[name], 1e-300, 1e300):
        return [f"parameter '{name}' has the default 0, of which there are no multiples; give it a list of numbers."]
    return []


Grid = dict[str, tuple[float, ...]]
Uncertain = dict[str, ParameterRange | tuple[float, ...]]
Assignment = dict[Name, Name]
Whole = Annotated[
    int, Field(strict=True, ge=1, le=MOST_REPLICATES), Expect(f"a whole number from 1 to {MOST_REPLICATES}")
]
Listed = Annotated[tuple[Title, ...], Field(min_length=1), Expect("a list of texts in quotes, not empty")]


class Experiment(TomlTable):
    """An experiment as its file declares it.

    A *point* is one scenario, doctrine assignment, cell of the grids and sample of the parameters; every point runs
    every policy on every seed.
    """

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    question: Text = Field(default="", description="what it is to find out")
    summary: Text = Field(default="", description="what it does")
    source: Text = Field(default="", description="author and year")
    scenarios: Listed = Field(description="shipped names, or paths beside this file")
    policies: Listed | None = Field(default=None, description="shipped names, or paths beside this file")
    rounds: Length | None = Field(default=None, description="rounds of a run; each scenario's own without it")
    replicates: Whole = Field(description="runs of each policy at each point, on matched seeds")
    seed_base: Annotated[int, Field(strict=True, ge=0, le=LARGEST_SEED), Expect("a whole number of at least 0")] = (
        Field(default=0, description="the first seed")
    )
    record: Annotated[
        Literal["run", "round"], BeforeValidator(_one_of("record", RECORDS)), Expect('"run" or "round"')
    ] = Field(default="run", description="whether rounds are kept as well as runs")
    metrics: Listed | None = Field(default=None, description="columns of the results; all without it")
    own_metrics: Listed | None = Field(
        default=None,
        description='functions of a history that are columns too: "FILE.py:FUNCTION" beside this file, '
        '"PACKAGE.MODULE:FUNCTION", or an entry point',
    )
    rules: Annotated[dict[Name, Title], Expect("a table of functions by choice")] = Field(
        default={},
        description="functions in place of choices of the model, by choice (challenger, host, guardian, deal), named "
        "like own metrics",
    )
    places: Listed | None = Field(
        default=None, description="theatres what becomes of which is columns too: their ids, such as donbas"
    )
    baseline: Title | None = Field(default=None, description="policy that others are compared with")
    part_rows: Whole | None = Field(default=None, description="most runs in one part of the results")
    levers: Annotated[Grid, BeforeValidator(_grid("lever", _lever_fault)), Expect("a table of lists of numbers")] = (
        Field(default={}, description="a grid over levers, in place of those of each policy")
    )
    synthetic: Annotated[
        dict[str, tuple[Any, ...]], BeforeValidator(_grid("setting", _synthetic_fault)), Expect("a table of lists")
    ] = Field(default={}, description="a grid over the settings of generated worlds")
    doctrines: Annotated[dict[Name, Assignment], Expect("tables of doctrines by state")] = Field(
        default={}, description="assignments of doctrines to states, each with a name; doctrines by name or by path"
    )
    uncertainties: Annotated[Uncertain, BeforeValidator(_uncertain), Expect("a table of ranges")] = Field(
        default={}, description="parameters that are varied"
    )
    parameters: Title | None = Field(
        default=None,
        description='parameter sets to draw from in place of ranges: "posterior", "posterior:NAME", a path',
    )
    sample: Sample | None = Field(default=None, description="how the uncertain parameters are sampled")


Bounds = tuple[float, float]

MORRIS_LEVELS = 4
"""Levels of each parameter in a Morris design (Morris 1991 and SALib's default)."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Values of the uncertain parameters `names`: row i of `table`, or the i-th combination of `levels`.

    `table` has shape [samples, names], or is None for a grid, whose combinations are counted and never listed.
    """

    names: tuple[str, ...]
    table: Floats | None
    levels: tuple[tuple[float, ...], ...] = ()

    def __getitem__(self, index: int) -> dict[str, float]:
        if self.table is not None:
            return dict(zip(self.names, self.table[index].tolist(), strict=True))
        places = np.unravel_index(index, [len(values) for values in self.levels])
        return {name: values[k] for name, values, k in zip(self.names, self.levels, places, strict=True)}


NOTHING = Samples((), None)
"""One sample in which no parameter is varied."""


def spread(experiment: Experiment) -> dict[str, ParameterRange | tuple[float, ...]]:
    """What is said of each parameter that is varied, in the order of their declaration.

    `all` stands for every parameter that is not named itself and whose default has multiples (switches have none).
    """
    given = experiment.uncertainties
    domains: dict[str, ParameterRange | tuple[float, ...]] = {}
    for name in Parameters._fields:
        if name in given:
            domains[name] = given[name]
        elif ALL in given and Parameters._field_defaults[name] > 0:
            domains[name] = given[ALL]
    return domains


def bounds(name: str, domain: ParameterRange | tuple[float, ...]) -> Bounds:
    """Lowest and highest value of a parameter; multiples of its default are clipped to its declared range."""
    if not isinstance(domain, ParameterRange):
        return min(domain), max(domain)
    default, field = Parameters._field_defaults[name], PARAMETERS[name]
    return max(field.low, domain.from_ * default), min(field.high, domain.to * default)


def samples(experiment: Experiment, posterior: Posterior | None = None) -> Samples:
    """The samples an experiment asks for; equal experiments give equal samples."""
    if posterior is not None:
        return drawn(experiment, posterior)
    varied, asked = spread(experiment), experiment.sample
    if asked is None or not varied:
        return NOTHING
    names = tuple(varied)
    if asked.method == "grid":
        return Samples(names, None, tuple(_levels(name, domain, asked.size) for name, domain in varied.items()))
    unit = _unit_cube(asked.method, asked.size, len(names), asked.seed)
    low, high = np.array([bounds(name, domain) for name, domain in varied.items()]).T
    return Samples(names, low + unit * (high - low))


def drawn(experiment: Experiment, posterior: Posterior) -> Samples:
    """All draws of a posterior, or as many as the experiment asks for, none twice, in the order of the posterior."""
    chosen = np.arange(len(posterior.draws))
    if experiment.sample is not None:
        luck = np.random.default_rng(experiment.sample.seed)
        chosen = np.sort(luck.choice(chosen.size, experiment.sample.size, replace=False))
    return Samples(posterior.names, np.array(posterior.draws)[chosen])


def sample_count(experiment: Experiment, posterior: Posterior | None = None) -> int:
    """How many samples an experiment asks for, without drawing them."""
    if posterior is not None:
        return len(posterior.draws) if experiment.sample is None else experiment.sample.size
    varied, asked = spread(experiment), experiment.sample
    if asked is None or not varied:
        return 1
    if asked.method == "saltelli":
        return asked.size * (len(varied) + 2)
    if asked.method == "morris":
        return asked.size * (len(varied) + 1)
    if asked.method != "grid":
        return asked.size
    return math.prod(asked.size if isinstance(domain, ParameterRange) else len(domain) for domain in varied.values())


def _levels(name: str, domain: ParameterRange | tuple[float, ...], size: int) -> tuple[float, ...]:
    if not isinstance(domain, ParameterRange):
        return domain
    return tuple(float(value) for value in np.linspace(*bounds(name, domain), size))


def _unit_cube(method: str, size: int, dimensions: int, seed: int) -> Floats:
    if method in ("saltelli", "morris"):
        return _sensitivity_design(method, size, dimensions, seed)
    luck = np.random.default_rng(seed)
    engine = (qmc.Sobol if method == "sobol" else qmc.LatinHypercube)(dimensions, seed=luck)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        design: Floats = engine.random(size)
    return design


def _sensitivity_design(method: str, size: int, dimensions: int, seed: int) -> Floats:
    """Rows in the order in which SALib's analyses want their outcomes.

    "saltelli" for Sobol indices of first and total order (Saltelli et al. 2010), "morris" for elementary effects
    (Morris 1991).
    """
    problem = {
        "num_vars": dimensions,
        "names": [str(k) for k in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    if method == "saltelli":
        design: Floats = fetch("SALib.sample.sobol").sample(problem, size, calc_second_order=False, seed=seed % 2**32)
    else:
        design = fetch("SALib.sample.morris").sample(problem, size, num_levels=MORRIS_LEVELS, seed=seed % 2**32)
    return design
