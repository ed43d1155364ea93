"""What every method checks before it computes, in one sentence instead of a storm of warnings; factors in words."""

import warnings
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import OWN, Described, describe
from greatpowers.scenario.errors import GreatPowersError, need_known, shown
from greatpowers.scenario.kinds import LEVERS, PARAMETERS
from greatpowers.scenario.schema import SyntheticSettings

SAME = 1e-12
"""Spread relative to size below which values count as equal."""

MOST_RESAMPLES = 1_000_000


def fetch(module: str, extra: str = "analysis") -> Any:
    """A module of an optional extra; raises :class:`GreatPowersError` that says how to install it."""
    try:
        with warnings.catch_warnings():
            # Libraries warn on import of optional parts of theirs (clusters, other simulators) that nothing here uses.
            warnings.simplefilter("ignore")
            return import_module(module)
    except ImportError as error:
        name = error.name or module
        raise GreatPowersError(
            f'{name.partition(".")[0]} is not installed; install it with: pip install "greatpowers[{extra}]".'
        ) from None


def need_columns(frame: pd.DataFrame, names: Iterable[str], what: str) -> None:
    """Raise unless the table has these columns; `what` says which table it is."""
    for name in names:
        need_known(name, map(str, frame.columns), f"'{name}' is not among the columns of {what}.")


def need_metric(frame: pd.DataFrame, metric: str, what: str = "these runs") -> None:
    """Raise unless the metric was recorded, as numbers."""
    need_known(metric, map(str, frame.columns), f"'{metric}' was not recorded in {what}.")
    if not pd.api.types.is_numeric_dtype(frame[metric]):
        raise GreatPowersError(f"'{metric}' holds text and not numbers; name a metric such as mean_severity.")


def need_rows(frame: pd.DataFrame, what: str) -> None:
    """Raise if a table is empty."""
    if frame.empty:
        raise GreatPowersError(f"{what}: there are no rows; run the experiment first, or loosen what picks the runs.")


def need_values(values: Floats, name: str, what: str = "runs") -> None:
    """Raise if any value is missing or infinite."""
    missing = int(np.count_nonzero(~np.isfinite(values)))
    if missing:
        raise GreatPowersError(
            f"'{name}' has no finite value in {missing:,} of {values.size:,} {what}; "
            "choose a metric that every run has, or, for times until something happens, the methods of survival."
        )


def need_spread(values: Floats, name: str, why: str) -> None:
    """Raise if all values are equal; `why` ends the sentence: what cannot be said of a constant."""
    spread, size = float(np.ptp(values)), float(np.abs(values).max())
    if spread <= SAME * max(size, SAME):
        raise GreatPowersError(f"'{name}' is {values.flat[0]:.6g} everywhere, so {why}.")


def need_count(number: int, least: int, what: str, why: str) -> None:
    """Raise if there are fewer than `least`; `what` is in the plural, `why` says what they are for."""
    if number < least:
        if least == 1:
            raise GreatPowersError(f"{why} needs {what}; there are none.")
        raise GreatPowersError(
            f"{why} needs at least {least} {what}; there {'is' if number == 1 else 'are'} {number:,}."
        )


def need_policy(policy: str, known: Sequence[str]) -> str:
    """The policy, if it is among those that were played."""
    need_known(policy, known, f"policy '{policy}' was not played in these runs.")
    return policy


def need_share(value: float, name: str) -> float:
    """A number strictly between 0 and 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise GreatPowersError(f"{name} is {shown(value)}; expected a number between 0 and 1, such as 0.95.")
    return float(value)


def need_whole(value: int, name: str, least: int, most: int = MOST_RESAMPLES) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise GreatPowersError(f"{name} is {shown(value)}; expected a whole number from {least:,} to {most:,}.")
    return int(value)


def need_power_of_two(value: int, name: str) -> int:
    """A power of two, without which a Sobol sequence loses its balance (Owen 2020)."""
    count = need_whole(value, name, 2)
    if count & (count - 1):
        near = 2 ** round(np.log2(count))
        raise GreatPowersError(f"{name} is {count}; expected a power of two for a Sobol sample, such as {near}.")
    return count


def need_choice(value: str, name: str, known: Sequence[str]) -> str:
    """One of the names that are known."""
    need_known(value, known, f"{name} is {shown(value)}.")
    return value


Bounds = dict[str, tuple[float, float]]
"""Lowest and highest value by factor."""

NO_FACTORS = ("point", "row", "policy", "sample", "seed", "replicate", "rounds")
GENERATED = "generated worlds"
"""Source of what settings of generated worlds mean."""


def describe_metric(frame: pd.DataFrame, name: str) -> Described:
    """The entry for a metric in a table: of the model, or of the user's own, by the table's `attrs` or else by name."""
    own = frame.attrs.get(OWN, {})
    if name in own:
        return Described(**own[name])
    try:
        return describe(name)
    except GreatPowersError:
        return Described(name, name.replace("_", " ").capitalize(), "", "")


KINDS = ("lever", "synthetic")
"""What names of columns of an experiment's points begin with, for levers and for settings of generated worlds."""


def bare_name(column: str) -> tuple[str, str]:
    """The kind that a column of points says it is of, one of :data:`KINDS` or an empty text, and its bare name."""
    kind, _, name = column.partition("_")
    return (kind, name) if kind in KINDS else ("", column)


def describe_factor(name: str) -> Described:
    """Label, unit, meaning and source of a factor; one nobody declared is described by its own name.

    `name` may say of what kind it is, as columns of an experiment's points do: 'lever_relief', 'synthetic_states'.
    """
    kind, bare = bare_name(name)
    label = bare.replace("_", " ").capitalize()
    if not kind and bare in PARAMETERS:
        field = PARAMETERS[bare]
        return Described(name, label, field.unit, field.meaning, field.source or "model")
    if kind != "synthetic" and bare in LEVERS:
        return Described(name, label, LEVERS[bare].unit, LEVERS[bare].meaning, "levers")
    if kind != "lever" and bare in SyntheticSettings.model_fields:
        return Described(name, label, "", SyntheticSettings.model_fields[bare].description or "", GENERATED)
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
    defaults = Parameters._field_defaults
    chosen = [name for name, value in defaults.items() if value > 0] if names is None else names
    if not 0 <= low < high:
        raise GreatPowersError(f"multiples from {low:g} to {high:g}; expected the lower one first, and none below 0.")
    bounds: Bounds = {}
    for name in chosen:
        need_known(name, PARAMETERS, f"there is no parameter '{name}'.")
        field, default = PARAMETERS[name], defaults[name]
        if default <= 0:
            raise GreatPowersError(f"parameter '{name}' is {default:g}, which has no multiples; leave it out.")
        bounds[name] = (max(field.low, low * default), min(field.high, high * default))
    return bounds


def varied_factors(points: pd.DataFrame) -> list[str]:
    """Columns of numbers that differ between points, apart from those that only number them."""
    return [
        str(name)
        for name in points.columns
        if bare_name(str(name))[1] not in NO_FACTORS
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
        need_known(name, varied, f"'{name}' is the same in all points (or no number).")
    return list(factors)


def factor_values(points: pd.DataFrame, factors: list[str]) -> Floats:
    """Values of the factors, shape [points, factors], finite."""
    values: Floats = points[factors].to_numpy(dtype=np.float64)
    for column, name in enumerate(factors):
        need_values(values[:, column], name, "points")
    return values
