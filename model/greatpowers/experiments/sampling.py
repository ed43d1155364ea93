"""Samples of the uncertain parameters: Latin hypercube, Sobol, designs for sensitivity, or a grid."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from greatpowers.core.declare import Floats, fields_of
from greatpowers.core.parameters import Parameters
from greatpowers.experiments.schema import ALL, Experiment, ParameterRange
from greatpowers.scenario.posterior import Posterior
from greatpowers.statistics.checks import fetch

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
        places = mixed_radix(index, [len(values) for values in self.levels])
        return {name: values[k] for name, values, k in zip(self.names, self.levels, places, strict=True)}


NOTHING = Samples((), None)
"""One sample in which no parameter is varied."""


def mixed_radix(index: int, sizes: Sequence[int]) -> list[int]:
    """Digits of `index`, the last one running fastest, where digit k counts to `sizes[k]`."""
    digits = []
    for size in reversed(sizes):
        index, digit = divmod(index, size)
        digits.append(digit)
    return digits[::-1]


def spread(experiment: Experiment) -> dict[str, ParameterRange | tuple[float, ...]]:
    """What is said of each parameter that is varied, in the order of their declaration.

    `all` stands for every parameter that is not named itself and whose default has multiples (switches have none).
    """
    given = experiment.uncertainties
    found: dict[str, ParameterRange | tuple[float, ...]] = {}
    for name in Parameters._fields:
        if name in given:
            found[name] = given[name]
        elif ALL in given and Parameters._field_defaults[name] > 0:
            found[name] = given[ALL]
    return found


def bounds(name: str, said: ParameterRange | tuple[float, ...]) -> Bounds:
    """Lowest and highest value of a parameter; multiples of its default are clipped to its declared range."""
    if not isinstance(said, ParameterRange):
        return min(said), max(said)
    field = next(entry.field for entry in fields_of(Parameters) if entry.name == name)
    default = Parameters._field_defaults[name]
    return max(field.low, said.from_ * default), min(field.high, said.to * default)


def samples(experiment: Experiment, posterior: Posterior | None = None) -> Samples:
    """The samples an experiment asks for; equal experiments give equal samples."""
    if posterior is not None:
        return drawn(experiment, posterior)
    varied, asked = spread(experiment), experiment.sample
    if asked is None or not varied:
        return NOTHING
    names = tuple(varied)
    if asked.method == "grid":
        return Samples(names, None, tuple(_levels(name, said, asked.size) for name, said in varied.items()))
    unit = _unit_cube(asked.method, asked.size, len(names), asked.seed)
    low, high = np.array([bounds(name, said) for name, said in varied.items()]).T
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
    return math.prod(asked.size if isinstance(said, ParameterRange) else len(said) for said in varied.values())


def _levels(name: str, said: ParameterRange | tuple[float, ...], size: int) -> tuple[float, ...]:
    if not isinstance(said, ParameterRange):
        return said
    return tuple(float(value) for value in np.linspace(*bounds(name, said), size))


def _unit_cube(method: str, size: int, dimensions: int, seed: int) -> Floats:
    if method in ("saltelli", "morris"):
        return _sensitivity_design(method, size, dimensions, seed)
    luck = np.random.default_rng(seed)
    engine = (qmc.Sobol if method == "sobol" else qmc.LatinHypercube)(dimensions, seed=luck)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found: Floats = engine.random(size)
    return found


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
        found: Floats = fetch("SALib.sample.sobol").sample(problem, size, calc_second_order=False, seed=seed % 2**32)
    else:
        found = fetch("SALib.sample.morris").sample(problem, size, num_levels=MORRIS_LEVELS, seed=seed % 2**32)
    return found
