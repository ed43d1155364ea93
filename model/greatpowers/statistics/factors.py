"""What varies between worlds: parameters, levers and settings of generated worlds, in words."""

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, fields_of
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import Described
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.preset_schema import SyntheticSettings
from greatpowers.statistics.checks import need_columns, need_count, need_values

Bounds = dict[str, tuple[float, float]]
"""Lowest and highest value by factor."""

NO_FACTORS = ("point", "row", "policy", "sample", "seed", "replicate", "rounds")
MEANT = ("parameter", "lever", "synthetic")
SWITCH = "0 or 1"


def describe_factor(name: str) -> Described:
    """Label, unit, meaning and source of a factor; one nobody declared is described by its own name.

    `name` may say of what kind it is, as columns of an experiment's points do: 'lever.relief', 'synthetic.states'.
    """
    kind, _, bare = name.rpartition(".")
    label = bare.replace("_", " ").capitalize()
    parameters = {found.name: found.field for found in fields_of(Parameters)}
    if kind in ("", "parameter") and bare in parameters:
        field = parameters[bare]
        return Described(name, label, field.unit, field.meaning, field.source or "model")
    if kind in ("", "lever") and bare in LEVERS:
        return Described(name, label, LEVERS[bare].unit, LEVERS[bare].meaning, "levers")
    if kind in ("", "synthetic") and bare in SyntheticSettings.model_fields:
        return Described(name, label, "", SyntheticSettings.model_fields[bare].description or "", "generated worlds")
    return Described(name, label, "", "")


def named(name: str) -> str:
    """The factor inside a sentence: its label in lower case."""
    label = describe_factor(name).label
    return label[:1].lower() + label[1:]


def parameter_bounds(names: list[str] | None = None, low: float = 0.5, high: float = 2.0) -> Bounds:
    """From `low` to `high` times the default of each parameter, clipped to what is admissible.

    Without names, every parameter whose default has multiples (switches have none). Raises
    :class:`GreatPowersError` for names that are no parameters.
    """
    declared = {found.name: found for found in fields_of(Parameters)}
    defaults = Parameters._field_defaults
    chosen = [name for name, value in defaults.items() if value > 0] if names is None else names
    if not 0 <= low < high:
        raise GreatPowersError(f"multiples from {low:g} to {high:g}; expected the lower one first, and none below 0.")
    found: Bounds = {}
    for name in chosen:
        if name not in declared:
            raise GreatPowersError(f"there is no parameter '{name}'. {suggestion(name, declared)}")
        field, default = declared[name].field, defaults[name]
        if default <= 0:
            raise GreatPowersError(f"parameter '{name}' is {default:g}, which has no multiples; leave it out.")
        found[name] = (max(field.low, low * default), min(field.high, high * default))
    return found


def varied_factors(points: pd.DataFrame) -> list[str]:
    """Columns of numbers that differ between points, apart from those that only number them."""
    return [
        str(name)
        for name in points.columns
        if str(name).rpartition(".")[2] not in NO_FACTORS
        and pd.api.types.is_numeric_dtype(points[name])
        and points[name].nunique() > 1
    ]


def chosen_factors(points: pd.DataFrame, factors: list[str] | None) -> list[str]:
    """The factors asked for, or all that vary; raises :class:`GreatPowersError` if there is nothing to vary."""
    varied = varied_factors(points)
    if factors is None:
        need_count(len(varied), 1, "factors that vary between points", "asking what matters")
        return varied
    need_columns(points, factors, "the points")
    for name in factors:
        if name not in varied:
            raise GreatPowersError(f"'{name}' is the same in all points (or no number). {suggestion(name, varied)}")
    return list(factors)


def factor_values(points: pd.DataFrame, factors: list[str]) -> Floats:
    """Values of the factors, shape [points, factors], finite."""
    values: Floats = points[factors].to_numpy(dtype=np.float64)
    for column, name in enumerate(factors):
        need_values(values[:, column], name, "points")
    return values
