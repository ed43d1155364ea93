"""Functions of the user's own: metrics of a history, and rules in place of choices of the model.

A function is handed in, or named: as ``crises.py:mean_length_of_crises``, as ``package.module:function``, a metric also
by an entry point of the group ``greatpowers.metrics``, and a few rules by short names. Other processes are sent its
name and import it themselves.
"""

import importlib
import logging
import math
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.metadata import entry_points
from inspect import getdoc
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numba.core.dispatcher import Dispatcher

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.kernel import is_compiled
from greatpowers.core.levers import SWITCH
from greatpowers.core.parameters import Parameters
from greatpowers.core.rules import ready_rule, rules_row
from greatpowers.core.workspace import RuleFault, RuleSlot
from greatpowers.dictionary import Described
from greatpowers.scenario.errors import GreatPowersError, need_known, shown, suggestion
from greatpowers.scenario.library import content_of, path_of
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.storage.files import checksum, checksum_of

if TYPE_CHECKING:
    from greatpowers.simulation.history import History

GROUP = "greatpowers.metrics"
"""Group of the entry points by which a package offers metrics."""

TAKEN = (
    *SUMMARY_COLUMNS,
    *Parameters._fields,
    *("row", "point", "policy", "seed", "round", "draw", "replicate", "scenario", "doctrines", "sample"),
)
"""Names that columns of results have already."""

NAME_METRIC = (
    "expected FILE.py:FUNCTION, PACKAGE.MODULE:FUNCTION, or the name of an entry point of 'greatpowers.metrics'"
)

MetricFunction = Callable[["History"], float]
"""A metric; its attributes `label` and `unit`, if it has them, say what to call its number."""

MetricLike = MetricFunction | str
"""A metric, or what names one."""

MetricsLike = MetricLike | Sequence[MetricLike]
"""One metric or several."""

_loading = threading.RLock()


@dataclass(frozen=True, kw_only=True)
class _Own:
    """A function of the user's own, which stays behind when it is pickled if it has a reference.

    `reference` names the function from any directory; it is empty for one that was handed in. `sha256` is that of the
    file the function is in, empty where there is none.
    """

    reference: str
    sha256: str
    handed: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in vars(self).items() if name != "function"}
        return state | {"handed": None if self.reference else self.handed}

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function; looked up again in another process than the one that was given its name."""
        if self.handed is not None:
            return self.handed
        kind, reloaded = self._again()
        if reloaded.sha256 != self.sha256:
            text = "its file is not the one that the work was begun with"
            raise GreatPowersError(f"{kind} '{self.reference}': {text}; put the same on every worker.")
        return reloaded.function

    def _again(self) -> tuple[str, "_Own"]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class OwnMetric(_Own):
    """A metric of the user's own, and what it is called."""

    described: Described

    def _again(self) -> tuple[str, _Own]:
        return "metric", own_metrics(self.reference)[0]

    @property
    def name(self) -> str:
        """Name of the function, and of the column."""
        return self.described.name

    def value(self, history: "History") -> float:
        """The number that the function gives; raises :class:`GreatPowersError` if it fails or gives none."""
        function = self.function
        place = f"metric '{self.name}' under policy '{history.policy.name}', seed {history.seed}"
        try:
            returned: object = function(history)
        except (Exception, SystemExit) as error:
            raise GreatPowersError(f"{place}: it fails with {failure_in(function, error)}.") from error
        number = float(returned) if isinstance(returned, Real | np.bool_) else math.nan
        if not math.isfinite(number):
            given = (
                "nothing"
                if returned is None
                else str(returned)
                if isinstance(returned, Real)
                else type(returned).__name__
            )
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
        metrics = [
            _metric_named(one, beside or Path()) if isinstance(one, str) else _metric(one, None, "", "handed in")
            for one in listed
        ]
    for place, metric in enumerate(metrics):
        if metric.name in TAKEN or metric.name in [other.name for other in metrics[:place]]:
            text = f"metric '{metric.name}': results have a column of this name already"
            raise GreatPowersError(f"{text}; give the function another name.")
    return tuple(metrics)


def own_values(metrics: Sequence[OwnMetric], history: "History") -> Floats:
    """The number of each metric in one history."""
    return np.array([metric.value(history) for metric in metrics])


def own_as_data(metrics: Sequence[OwnMetric]) -> list[dict[str, str]]:
    """What manifests say of metrics."""
    return [{**metric.described._asdict(), "sha256": metric.sha256} for metric in metrics]


def _metric_named(text: str, beside: Path) -> OwnMetric:
    """The metric that a text names."""
    where = f"metric '{text}'"
    if ":" not in text:
        return _entry_point(where, text.strip())
    function, module, reference = named_function(where, text, beside, NAME_METRIC)
    return _metric(function, module, reference, text)


def _entry_point(where: str, name: str) -> OwnMetric:
    offered = {entry.name: entry for entry in entry_points(group=GROUP)}
    if name in SUMMARY_COLUMNS:
        raise GreatPowersError(f"{where}: this is a metric of the model, which results have anyway; leave it out.")
    if name not in offered:
        near = f" {suggestion(name, offered)}" if offered else ""
        raise GreatPowersError(f"{where}: no installed package offers it; {NAME_METRIC}.{near}")
    return _metric(offered[name].load(), sys.modules.get(offered[name].module), name, name)


def _metric(function: Any, module: ModuleType | None, reference: str, source: str) -> OwnMetric:
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
    return OwnMetric(described=described, reference=reference, sha256=_checksum(function, module), handed=function)


CHOICES = {choice.name.lower(): choice for choice in RuleSlot}

SHIPPED = {
    name: f"greatpowers.simulation.reciprocity:{name.replace('-', '_')}" for name in ("tit-for-tat", "tit-for-two-tats")
}
"""Rules that come with the package, by name."""

NAME_RULE = f"expected a function, FILE.py:FUNCTION, PACKAGE.MODULE:FUNCTION, or one of {', '.join(SHIPPED)}"

RuleLike = Callable[..., Any] | str
"""A rule, or what names one."""

RulesLike = Mapping[str, RuleLike]
"""Rules by the choice that each makes: challenger, host, guardian, deal."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class OwnRule(_Own):
    """One rule, and the choice it makes."""

    choice: str
    name: str

    def _again(self) -> tuple[str, _Own]:
        return "rule", _rule_named(self.choice, self.reference, Path())


@dataclass(frozen=True)
class Rules:
    """The rules of a run; none, for the model as it is."""

    given: tuple[OwnRule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.given)

    def __reduce__(self) -> tuple[Any, ...]:
        return Rules, (self.given,)

    @cached_property
    def _ready(self) -> "_Ready":
        return _Ready(self.given)

    def prepare(self) -> None:
        """Compile now, in one thread, and raise :class:`GreatPowersError` for what cannot be."""
        self._ready  # noqa: B018

    @property
    def row(self) -> Ints:
        """What :func:`greatpowers.core.workspace.new_workspace` takes."""
        return self._ready.row

    def check(self, fault: Floats, theatres: Sequence[str]) -> None:
        """Raise :class:`GreatPowersError` if a rule failed or gave what is no chance, as `Workspace.fault` says."""
        if fault[RuleFault.FOUND] == 0.0:
            return
        choice = RuleSlot(int(fault[RuleFault.CHOICE]))
        rule = next(one for one in self.given if CHOICES[one.choice] == choice)
        where = f"rule '{rule.name}' for '{rule.choice}', round {int(fault[RuleFault.ROUND])}"
        where += f", theatre '{theatres[int(fault[RuleFault.THEATRE])]}'"
        if failure := self._ready.failures.get(choice):
            raise GreatPowersError(f"{where}: it fails with {failure}.")
        value, wanted = float(fault[RuleFault.VALUE]), "a chance from 0 to 1"
        if choice == RuleSlot.CHALLENGER:
            wanted = "three chances (down, hold, up) that add up to 1"
        given = "no number, or raises an error" if math.isnan(value) else f"{value:g}"
        given += " in all" if choice == RuleSlot.CHALLENGER and not math.isnan(value) else ""
        raise GreatPowersError(f"{where}: it gives {given}; expected {wanted}.")

    @property
    def manifest(self) -> dict[str, list[dict[str, str]]]:
        """What manifests say of them; nothing without any."""
        listed = [{"choice": one.choice, "name": one.name, "sha256": one.sha256} for one in self.given]
        return {"rules": listed} if listed else {}


NO_RULES = Rules()
"""Those of the model as it is."""


_made_once = lru_cache(maxsize=64)(ready_rule)
"""Compiled functions made ready: many runs, or several comparisons, need one but once."""


class _Ready:
    """Rules compiled: their addresses, what must live as long, and what rules in Python failed with."""

    def __init__(self, rules: tuple[OwnRule, ...]) -> None:
        self.failures: dict[RuleSlot, str] = {}
        self._kept = []
        pointers = {}
        for rule in rules:
            choice, function = CHOICES[rule.choice], rule.function
            try:
                if isinstance(function, Dispatcher):
                    pointers[choice], keepalive = _made_once(choice, function)
                else:
                    pointers[choice], keepalive = ready_rule(choice, self._guarded(choice, function))
            except Exception as error:  # a field that is not there is a KeyError of Numba's
                message = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                where = f"rule '{rule.name}' for '{rule.choice}'"
                raise GreatPowersError(f"{where}: Numba cannot compile it: {message}") from error
            self._kept.append(keepalive)
        self.row = rules_row(pointers)

    def _guarded(self, choice: RuleSlot, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function in Python, whose failures are written down."""

        def guarded(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except Exception as error:
                self.failures.setdefault(choice, failure_in(function, error))
                raise

        return guarded


def own_rules(given: "RulesLike | Rules | None", beside: Path | None = None) -> Rules:
    """The rules that functions, or names of functions, stand for; files are looked for from `beside`.

    Raises :class:`GreatPowersError` for what is none, and for a choice that the model does not have.
    """
    if isinstance(given, Rules):
        return given
    if given is not None and not isinstance(given, Mapping):
        raise GreatPowersError(f"rules: {shown(given)} is no mapping; expected rules by choice: {', '.join(CHOICES)}.")
    loaded_rules = []
    for choice, rule in (given or {}).items():
        need_known(choice, CHOICES, f"rules: there is no choice '{choice}'.")
        loaded_rules.append(
            _rule_named(choice, rule, beside or Path()) if isinstance(rule, str) else _rule(choice, rule, "", None)
        )
        if is_compiled() and not isinstance(loaded_rules[-1].function, Dispatcher):
            text = "is plain Python, which the engine has to wait for; with @numba.njit before it, it is fast"
            logger.warning("rule '%s' for '%s' %s", loaded_rules[-1].name, choice, text)
    rules = Rules(tuple(loaded_rules))
    rules.prepare()
    return rules


def _rule_named(choice: str, text: str, beside: Path) -> OwnRule:
    function, module, reference = named_function(f"rule '{text}'", SHIPPED.get(text, text), beside, NAME_RULE)
    return _rule(choice, function, reference, module)


def _rule(choice: str, function: Any, reference: str, module: ModuleType | None) -> OwnRule:
    name = getattr(function, "__name__", type(function).__name__)
    if not callable(function):
        raise GreatPowersError(f"rules, '{choice}': {shown(function)} is no function; {NAME_RULE}.")
    return OwnRule(choice=choice, name=name, reference=reference, sha256=_checksum(function, module), handed=function)


def named_function(where: str, text: str, beside: Path, how: str) -> tuple[Any, ModuleType, str]:
    """The function that FILE.py:FUNCTION or PACKAGE.MODULE:FUNCTION names, its module, and its name from anywhere.

    Raises :class:`GreatPowersError`, which begins with `where` and says `how` to name one.
    """
    source, colon, name = text.strip().rpartition(":")
    path = (beside / path_of(source)).resolve()
    try:
        if source.endswith(".py"):
            module, reference = _module_in(path, where), f"{path}:{name}"
        elif colon and all(part.isidentifier() for part in source.split(".")):
            module, reference = importlib.import_module(source), f"{source}:{name}"
        else:
            raise GreatPowersError(f"{where}: this names no function; {how}.")
    except GreatPowersError:
        raise
    except (Exception, SystemExit) as error:  # a program of its own may leave as it ends
        raise GreatPowersError(f"{where}: it cannot be imported, {failure_of(error, str(path))}.") from error
    function = getattr(module, name, None)
    if not callable(function):
        known = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise GreatPowersError(f"{where}: there is no function '{name}' in '{source}'. {suggestion(name, known)}")
    return function, module, reference


def _module_in(path: Path, where: str) -> ModuleType:
    """The module in a file, run once for each content: no cache of Python's is left beside it."""
    try:
        content = content_of(path)
    except OSError as error:
        raise GreatPowersError(f"{where}: '{path}' cannot be read ({error.strerror or error}).") from None
    name = f"greatpowers_own_{path.stem}_{checksum(f'{path}:'.encode() + content)[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        module.__file__ = str(path)
        sys.modules[name] = module
        try:
            exec(compile(content, str(path), "exec"), module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def failure_of(error: BaseException, file: str) -> str:
    """What went wrong, in one line, and the line of `file` where it did."""
    message = " ".join(str(error).split())
    text = f"{type(error).__name__}: {message[:200]}" if message else type(error).__name__
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f"{text.rstrip('.')} ({Path(file).name}, line {lines[-1]})" if lines else text.rstrip(".")


def failure_in(function: object, error: BaseException) -> str:
    """What went wrong in a function that was called, and the line of its own file where it did."""
    return failure_of(error, getattr(getattr(function, "__code__", None), "co_filename", ""))


def _checksum(function: object, module: ModuleType | None = None) -> str:
    """SHA-256 of the file of a module, by default that in which the function was defined; empty where there is none."""
    file = getattr(module or sys.modules.get(getattr(function, "__module__", None) or ""), "__file__", None)
    return checksum_of(Path(file)) if file else ""
