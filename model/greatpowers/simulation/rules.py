"""Rules of the user's own in place of choices of the model: functions that give a chance, handed in or named.

A function is named like a metric, as ``rules.py:stubborn`` or ``package.module:function``; a few have short names.
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from numba.core.dispatcher import Dispatcher

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.kernel import is_compiled
from greatpowers.core.rules import ready_rule, rules_row
from greatpowers.core.workspace import RuleFault, RuleSlot
from greatpowers.scenario.errors import GreatPowersError, shown, suggestion
from greatpowers.storage.files import checksum_of_module, failure_in, module_of, named_function

CHOICES = {choice.name.lower(): choice for choice in RuleSlot}

SHIPPED = {
    name: f"greatpowers.simulation.reciprocity:{name.replace('-', '_')}" for name in ("tit-for-tat", "tit-for-two-tats")
}
"""Rules that come with the package, by name."""

HOW = f"expected a function, FILE.py:FUNCTION, PACKAGE.MODULE:FUNCTION, or one of {', '.join(SHIPPED)}"

RuleLike = Callable[..., Any] | str
"""A rule, or what names one."""

RulesLike = Mapping[str, RuleLike]
"""Rules by the choice that each makes: challenger, host, guardian, deal."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class OwnRule:
    """One rule: the choice it makes, and its function, which stays behind when it is pickled if it has a reference.

    `reference` names the function from any directory; it is empty for one that was handed in. `sha256` is that of the
    file the function is in, empty where there is none.
    """

    choice: str
    name: str
    reference: str
    sha256: str
    handed: Callable[..., Any] | None = field(default=None, compare=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return OwnRule, (self.choice, self.name, self.reference, self.sha256, None if self.reference else self.handed)

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The function; looked up again in another process than the one that was given its name."""
        if self.handed is not None:
            return self.handed
        found = _named(self.choice, self.reference, Path())
        if found.sha256 != self.sha256:
            text = "its file is not the one that the work was begun with"
            raise GreatPowersError(f"rule '{self.reference}': {text}; put the same on every worker.")
        return found.function


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
        if told := self._ready.failures.get(choice):
            raise GreatPowersError(f"{where}: it fails with {told}.")
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
        found = {}
        for rule in rules:
            choice, function = CHOICES[rule.choice], rule.function
            try:
                if isinstance(function, Dispatcher):
                    found[choice], kept = _made_once(choice, function)
                else:
                    found[choice], kept = ready_rule(choice, self._guarded(choice, function))
            except Exception as error:  # a field that is not there is a KeyError of Numba's
                told = " ".join(f"{type(error).__name__}: {error}".split())[:300]
                where = f"rule '{rule.name}' for '{rule.choice}'"
                raise GreatPowersError(f"{where}: Numba cannot compile it: {told}") from error
            self._kept.append(kept)
        self.row = rules_row(found)

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
    found = []
    for choice, rule in (given or {}).items():
        if choice not in CHOICES:
            raise GreatPowersError(f"rules: there is no choice '{choice}'. {suggestion(choice, CHOICES)}")
        found.append(
            _named(choice, rule, beside or Path()) if isinstance(rule, str) else _checked(choice, rule, "", None)
        )
        if is_compiled() and not isinstance(found[-1].function, Dispatcher):
            text = "is plain Python, which the engine has to wait for; with @numba.njit before it, it is fast"
            logger.warning("rule '%s' for '%s' %s", found[-1].name, choice, text)
    rules = Rules(tuple(found))
    rules.prepare()
    return rules


def _named(choice: str, text: str, beside: Path) -> OwnRule:
    function, module, reference = named_function(f"rule '{text}'", SHIPPED.get(text, text), beside, HOW)
    return _checked(choice, function, reference, module)


def _checked(choice: str, function: Any, reference: str, module: ModuleType | None) -> OwnRule:
    name = getattr(function, "__name__", type(function).__name__)
    if not callable(function):
        raise GreatPowersError(f"rules, '{choice}': {shown(function)} is no function; {HOW}.")
    return OwnRule(choice, name, reference, checksum_of_module(module or module_of(function)), function)
