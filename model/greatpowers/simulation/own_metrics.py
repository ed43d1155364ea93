"""Metrics of the user's own: functions of a history that return a number.

A function is handed in, or named: as ``crises.py:mean_length_of_crises``, as ``package.module:function``, or by an
entry point of the group ``greatpowers.metrics``. Other processes are sent its name and import it themselves.
"""

import math
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import entry_points
from inspect import getdoc
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import Described
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.simulation.history import History
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.files import checksum_of_module, failure_in, module_of, named_function

GROUP = "greatpowers.metrics"
"""Group of the entry points by which a package offers metrics."""

TAKEN = (
    *SUMMARY_COLUMNS,
    *Parameters._fields,
    *("row", "point", "policy", "seed", "round", "draw", "replicate", "scenario", "doctrines", "sample"),
)
"""Names that columns of results have already."""

HOW = "expected FILE.py:FUNCTION, PACKAGE.MODULE:FUNCTION, or the name of an entry point of 'greatpowers.metrics'"

MetricFunction = Callable[[History], float]
"""A metric; its attributes `label` and `unit`, if it has them, say what to call its number."""

MetricLike = MetricFunction | str
"""A metric, or what names one."""

MetricsLike = MetricLike | Sequence[MetricLike]
"""One metric or several."""

_loading = threading.RLock()


@dataclass(frozen=True)
class OwnMetric:
    """A metric of the user's own: what it is called, and the function, which stays behind when it is pickled.

    `reference` names the function from any directory; it is empty for one that was handed in. `sha256` is that of the
    file the function is in, empty where there is none.
    """

    described: Described
    reference: str
    sha256: str
    function: MetricFunction | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[type["OwnMetric"], tuple[Described, str, str]]:
        return OwnMetric, (self.described, self.reference, self.sha256)

    @property
    def name(self) -> str:
        """Name of the function, and of the column."""
        return self.described.name

    def value(self, history: History) -> float:
        """The number that the function gives; raises :class:`GreatPowersError` if it fails or gives none."""
        function = self.function or _again(self.reference, self.sha256)
        place = f"metric '{self.name}' under policy '{history.policy.name}', seed {history.seed}"
        try:
            found: object = function(history)
        except Exception as error:
            raise GreatPowersError(f"{place}: it fails with {failure_in(function, error)}.") from error
        number = float(found) if isinstance(found, Real | np.bool_) else math.nan
        if not math.isfinite(number):
            given = "nothing" if found is None else str(found) if isinstance(found, Real) else type(found).__name__
            raise GreatPowersError(f"{place}: it gives {given}; expected a finite number.")
        if self.described.unit == SWITCH and number not in (0.0, 1.0):
            raise GreatPowersError(f"{place}: it gives {number:g}, and its unit is '{SWITCH}'; expected one of these.")
        return number


def own_metrics(given: MetricsLike, beside: Path | None = None) -> tuple[OwnMetric, ...]:
    """The metrics that functions, or names of functions, stand for; files are looked for from `beside`.

    Raises :class:`GreatPowersError` for what is none, and for names that results have already.
    """
    listed = [given] if isinstance(given, str) or callable(given) else given
    with _loading:
        found = [_named(one, beside or Path()) if isinstance(one, str) else _handed(one) for one in listed]
    for place, metric in enumerate(found):
        if metric.name in TAKEN or metric.name in [other.name for other in found[:place]]:
            text = f"metric '{metric.name}': results have a column of this name already"
            raise GreatPowersError(f"{text}; give the function another name.")
    return tuple(found)


def own_values(metrics: Sequence[OwnMetric], history: History) -> Floats:
    """The number of each metric in one history."""
    return np.array([metric.value(history) for metric in metrics])


def own_as_data(metrics: Sequence[OwnMetric]) -> list[dict[str, str]]:
    """What manifests say of metrics."""
    return [{**metric.described._asdict(), "sha256": metric.sha256} for metric in metrics]


def _handed(function: object) -> OwnMetric:
    return _checked(function, module_of(function), "", "handed in")


def _named(text: str, beside: Path) -> OwnMetric:
    """The metric that a text names."""
    where = f"metric '{text}'"
    if ":" not in text:
        return _entry_point(where, text.strip())
    function, module, reference = named_function(where, text, beside, HOW)
    return _checked(function, module, reference, text)


def _entry_point(where: str, name: str) -> OwnMetric:
    offered = {found.name: found for found in entry_points(group=GROUP)}
    if name in SUMMARY_COLUMNS:
        raise GreatPowersError(f"{where}: this is a metric of the model, which results have anyway; leave it out.")
    if name not in offered:
        near = f" {suggestion(name, offered)}" if offered else ""
        raise GreatPowersError(f"{where}: no installed package offers it; {HOW}.{near}")
    return _checked(offered[name].load(), sys.modules.get(offered[name].module), name, name)


def _checked(function: Any, module: ModuleType | None, reference: str, source: str) -> OwnMetric:
    """A callable as a metric, if it has a name of its own."""
    name = getattr(function, "__name__", "")
    if not callable(function) or not (isinstance(name, str) and name.isidentifier()):
        given = name or type(function).__name__
        raise GreatPowersError(f"metrics: '{given}' is no function with a name; write one with 'def'.")
    label, unit = (getattr(function, key, None) for key in ("label", "unit"))
    for key, value in (("label", label), ("unit", unit)):
        if value is not None and not isinstance(value, str):
            raise GreatPowersError(f"metric '{name}': its '{key}' is a {type(value).__name__}; expected a text.")
    meaning = (getdoc(function) or "").partition("\n")[0]
    described = Described(name, label or name.replace("_", " ").capitalize(), unit or "", meaning, source)
    return OwnMetric(described, reference, checksum_of_module(module), function)


@lru_cache(maxsize=64)
def _again(reference: str, sha256: str) -> MetricFunction:
    """The function in another process than the one that was given its name."""
    (found,) = own_metrics(reference)
    if found.sha256 != sha256:
        text = "its file is not the one that the experiment was begun with"
        raise GreatPowersError(f"metric '{reference}': {text}; put the same on every worker.")
    assert found.function is not None
    return found.function
