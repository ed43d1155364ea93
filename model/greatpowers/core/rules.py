"""Rules of the user's own for choices of the model: each is told the chance by the built-in rule, and gives another.

Luck still decides by that chance, so histories with and without a rule are matched. A rule is compiled by itself and
called by its address, which lies on the workspace: the engine is not compiled again for it. As plain Python
(``NUMBA_DISABLE_JIT=1``) the function itself lies there.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

import numba
import numpy as np
from numba.core import cgutils
from numba.core.dispatcher import Dispatcher
from numba.extending import intrinsic

from greatpowers.core.context import Case, Round, open_case
from greatpowers.core.declare import Floats, Ints, rows
from greatpowers.core.kernel import is_compiled, kernel
from greatpowers.core.levers import Lever
from greatpowers.core.luck import RoundLuck
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import CHALLENGER, RuleFault, RuleSlot, new_workspace
from greatpowers.core.world import World, empty_world

# A sum of chances may differ from 1 by rounding.
ROUNDING = 1e-9

ONE = numba.float64
THREE = numba.types.UniTuple(numba.float64, 3)


def _answer(rule: Any, arguments: Any) -> Any:
    """What the rule at this address answers."""
    return rule(*arguments)


def _calling(kind: Any) -> Any:
    """An intrinsic that calls the compiled rule at an address, which gives an answer of this kind."""

    def generate(_typing_context: Any, rule: Any, arguments: Any) -> Any:
        def call(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            kinds = signature.args[1].types
            parts = cgutils.unpack_tuple(builder, values[1], len(kinds))
            shape = cgutils.ir.FunctionType(context.get_value_type(kind), [context.get_value_type(k) for k in kinds])
            return builder.call(builder.inttoptr(values[0], shape.as_pointer()), parts)

        return kind(rule, arguments), call

    return intrinsic(generate)


one_chance, three_chances = (_calling(ONE), _calling(THREE)) if is_compiled() else (_answer, _answer)


@kernel
def note_fault(fault: Floats, choice: int, case: Case, value: float) -> None:
    """Write down the first answer that is no chance, for whoever called the engine to say so."""
    if fault[RuleFault.FOUND] == 0.0:
        fault[RuleFault.FOUND], fault[RuleFault.CHOICE], fault[RuleFault.VALUE] = 1.0, 1.0 * choice, value
        fault[RuleFault.ROUND], fault[RuleFault.THEATRE] = 1.0 * case.now, 1.0 * case.k


@kernel
def ask(rules: Ints, fault: Floats, choice: int, world: World, case: Case, who: int, chance: float) -> float:
    """The chance by the rule for this choice; `who` is the guardian, or the party to a deal, that is asked."""
    found = one_chance(rules[choice], (world, case, who, chance))
    if 0.0 <= found <= 1.0:
        return float(found)
    note_fault(fault, choice, case, found)
    return chance


@kernel
def ask_challenger(rules: Ints, fault: Floats, world: World, case: Case) -> None:
    """Put the chances by the rule for challengers into the trace; that of an option not open falls to holding."""
    given = case.trace.probability
    down, hold, up = three_chances(rules[CHALLENGER], (world, case, (given[0], given[1], given[2])))
    total = down + hold + up
    if not (down >= 0.0 and hold >= 0.0 and up >= 0.0 and abs(total - 1.0) <= ROUNDING):
        note_fault(fault, CHALLENGER, case, total)
        return
    if case.theatre.rung == 0:
        down, hold = 0.0, hold + down
    if case.theatre.rung >= case.theatre.ceiling:
        up, hold = 0.0, hold + up
    given[0], given[1], given[2] = down, hold, up


# --- Before a run -----------------------------------------------------------------------------------------------------


def sample_of_arguments() -> tuple[World, Case]:
    """A world and a case of zeros, such as rules are given."""
    world, workspace = empty_world(1, 1), new_workspace(1, 1)
    luck = RoundLuck(workspace.state_dice, workspace.theatre_dice, np.zeros(1, np.uint64), np.zeros((1, 1, 0)))
    opened = getattr(open_case, "py_func", open_case)
    return world, opened(Round(world, pack(Parameters()), rows(Lever, (1,)), luck, 0, workspace), 0)


@cache
def _kinds() -> tuple[Any, Any]:
    """What a world and a case are to Numba."""
    world, case = sample_of_arguments()
    return numba.typeof(world), numba.typeof(case)


def _of_challenger(rule: Any) -> Any:
    nothing = float("nan")

    def chances(world: Any, case: Any, given: Any) -> tuple[float, float, float]:
        try:
            down, hold, up = rule(world, case, given)
        except Exception:
            return (nothing, nothing, nothing)
        return (float(down), float(hold), float(up))

    return chances


def _of_host(rule: Any) -> Any:
    nothing = float("nan")

    def chance(world: Any, case: Any, _who: Any, given: Any) -> float:
        try:
            found = float(rule(world, case, given))
        except Exception:
            return nothing
        return found

    return chance


def _of_somebody(rule: Any) -> Any:
    nothing = float("nan")

    def chance(world: Any, case: Any, who: Any, given: Any) -> float:
        try:
            found = float(rule(world, case, who, given))
        except Exception:
            return nothing
        return found

    return chance


_FORMS = {RuleSlot.CHALLENGER: _of_challenger, RuleSlot.HOST: _of_host}
"""The functions that the engine calls, alike for all rules but the challenger's; an error gives what is no chance."""


_PYTHON: dict[int, Any] = {}
"""Rules in Python, by number: compiled code finds them here."""


def _asked(number: int, *arguments: Any) -> Any:
    return _PYTHON[number](*arguments)


def _through_python(choice: RuleSlot, rule: Any) -> Any:
    """A function to compile that asks one in Python."""
    number = len(_PYTHON)
    _PYTHON[number] = rule

    if choice == RuleSlot.CHALLENGER:

        def three(world: Any, case: Any, given: Any) -> Any:
            which = number
            with numba.objmode(answer=THREE):
                answer = _asked(which, world, case, given)
            return answer

        ask_three = numba.njit(three)
        return lambda world, case, given: ask_three(world, case, given)

    def one(world: Any, case: Any, who: Any, given: Any) -> Any:
        which = number
        with numba.objmode(answer=ONE):
            answer = _asked(which, world, case, who, given)
        return answer

    ask_one = numba.njit(one)
    return lambda world, case, who, given: ask_one(world, case, who, given)


def ready_rule(choice: RuleSlot, rule: Callable[..., Any]) -> tuple[Any, Any]:
    """What lies in `Workspace.rules` for a rule, and what has to live as long as it is used.

    A function that Numba has compiled is called by the engine itself; for any other the engine waits for Python. A rule
    that raises an error gives NaN, which is no chance. Raises Numba's errors for what it cannot compile.
    """
    form = _FORMS.get(choice, _of_somebody)(rule)
    if not is_compiled():
        return form, form
    world, case = _kinds()
    kind = THREE(world, case, THREE) if choice == RuleSlot.CHALLENGER else ONE(world, case, numba.int64, ONE)
    made = numba.cfunc(kind)(form if isinstance(rule, Dispatcher) else _through_python(choice, form))
    return made.address, made


def rules_row(ready: Mapping[RuleSlot, Any]) -> Ints:
    """The row `Workspace.rules` with what :func:`ready_rule` gave."""
    row = np.zeros(len(RuleSlot), np.int64 if is_compiled() else object)
    for choice, rule in ready.items():
        row[choice] = rule
    return cast(Ints, row)
