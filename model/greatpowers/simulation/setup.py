"""What a caller asks for, checked and made ready to run: scenario, policy, parameters and length."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Ints
from greatpowers.core.levers import Policy
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.workspace import Workspace, new_workspace
from greatpowers.core.world import World, copy_world
from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.checks import scenario_faults
from greatpowers.scenario.errors import GreatPowersError, complain, shown
from greatpowers.scenario.kinds import repeated
from greatpowers.scenario.library import names
from greatpowers.scenario.load import compared, load_doctrine, load_policy, load_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation.own import NO_RULES, Rules, RulesLike, own_rules

ScenarioLike = Scenario | str | Path
"""A scenario, or the name of a shipped one, or the path of a file."""

PolicyLike = PolicyPreset | str | Path
"""A policy, or the name of a shipped one, or the path of a file."""

PoliciesLike = PolicyLike | Sequence[PolicyLike]
"""One policy or several."""

Seeds = int | Iterable[int]
"""Which luck: a number n for seeds 0 to n - 1, or the seeds themselves."""

LONGEST = 4000
"""Rounds: a thousand years of quarters."""


class Room(NamedTuple):
    """A copy of a world and a workspace in which nothing has been played."""

    world: World
    workspace: Workspace


Needs = tuple[int, int, int, bool]
"""What a room is made for: states, theatres, events, and whether what challengers weighed is logged."""


class Rooms:
    """Rooms that stand empty; any thread may be lent one, and keeps nothing of it.

    Histories are played in them one after another: to clear one takes less time than to lay it out anew.
    """

    def __init__(self) -> None:
        self._empty: dict[Needs, list[_UsedRoom]] = {}

    @contextmanager
    def lent(self, world: World, needs: Needs, rules: Ints) -> Iterator[Room]:
        """A room with a copy of this world, and rules that lie ready, until the block ends."""
        empty = self._empty.setdefault(needs, [])
        try:
            used = empty.pop()
        except IndexError:
            used = _UsedRoom(world, needs)
        yield used.cleared(world, rules)
        empty.append(used)


class _UsedRoom:
    """A room, and how its workspace was before anything was played there.

    Of the log only what counts is cleared: rows are written whole, and nobody reads more of them than were written.
    """

    def __init__(self, world: World, needs: Needs) -> None:
        states, theatres, capacity, traces = needs
        self._room = Room(copy_world(world), new_workspace(states, theatres, capacity, None, traces))
        log = self._room.workspace.log
        rows = {id(log.codes), id(log.numbers)}
        self._world = [_bytes(part) for part in _arrays(self._room.world)]
        cleared = [_bytes(part) for part in _arrays(self._room.workspace) if id(part) not in rows]
        self._workspace = [(now, bytes(now)) for now in cleared]

    def cleared(self, world: World, rules: Ints) -> Room:
        for memory, part in zip(self._world, _arrays(world), strict=True):
            memory[:] = _bytes(part)
        for memory, before in self._workspace:
            memory[:] = before
        return self._room._replace(workspace=self._room.workspace._replace(rules=rules))


def _arrays(parts: tuple[Any, ...]) -> Iterator[NDArray[Any]]:
    for part in parts:
        if isinstance(part, tuple):
            yield from _arrays(part)
        elif part.size:
            yield part


def _bytes(array: NDArray[Any]) -> memoryview:
    """The memory of an array; NumPy would hand the interpreter to other threads at each copy, and wait for it after."""
    return np.frombuffer(array, dtype=np.uint8).data


@dataclass(frozen=True, eq=False)
class Setup:
    """Everything a run needs except its luck; shared by all runs of an ensemble, changed by none.

    `scenario` is resolved: it spells out every parameter and every doctrine in use. `world` is the world at
    round 0, to be copied for each run; `packed` is what kernels take for `parameters`; `rooms` are what runs whose
    memory nobody keeps are played in.
    """

    scenario: Scenario
    policy: PolicyPreset
    parameters: Parameters
    rounds: int
    world: World
    levers: Policy
    packed: Parameters
    rules: Rules = NO_RULES
    rooms: Rooms = field(default_factory=Rooms, repr=False)

    @property
    def sizes(self) -> tuple[int, int]:
        """Number of states and of theatres."""
        return len(self.scenario.states), len(self.scenario.theatres)

    def new_workspace(self, capacity: int = 0, traces: bool = True) -> Workspace:
        """A workspace to play in, with room for so many events, with traces or without; the rules lie on it."""
        return new_workspace(*self.sizes, capacity, self.rules.row, traces)

    def lent_room(self, capacity: int, traces: bool) -> AbstractContextManager[Room]:
        """A copy of the world and such a workspace, until the block ends; nothing of it may be kept."""
        return self.rooms.lent(self.world, (*self.sizes, capacity, traces), self.rules.row)

    def check_rules(self, workspace: Workspace) -> None:
        """Raise :class:`GreatPowersError` if a rule of the user's own failed in what was played in this workspace."""
        if self.rules:
            self.rules.check(workspace.fault, [theatre.id for theatre in self.scenario.theatres])


def prepare(
    scenario: ScenarioLike,
    policy: PolicyLike,
    rounds: int | None,
    parameters: Mapping[str, float] | None,
    rules: RulesLike | Rules | None = None,
) -> Setup:
    """The setup for what a caller asks for; raises :class:`GreatPowersError` on anything that cannot be run."""
    return prepare_all(scenario, [policy], rounds, parameters, rules)[0]


def prepare_all(
    scenario: ScenarioLike,
    policies: Sequence[PolicyLike],
    rounds: int | None,
    parameters: Mapping[str, float] | None,
    rules: RulesLike | Rules | None = None,
) -> list[Setup]:
    """The setups of several policies in one world, which is built once: playing leaves it as it is."""
    loaded_scenario, presets = given_scenario(scenario), [given_policy(policy) for policy in policies]
    played = checked_rounds(loaded_scenario.rounds if rounds is None else rounds)
    return setups_in(loaded_scenario, presets, played, build_parameters(loaded_scenario, parameters), own_rules(rules))


def setups_in(
    scenario: Scenario, policies: Sequence[PolicyPreset], rounds: int, parameters: Parameters, rules: Rules = NO_RULES
) -> list[Setup]:
    """The same of what has been checked already."""
    world, packed, spelled_out = build_world(scenario, parameters), pack(parameters), resolved(scenario, parameters)
    rooms = Rooms()
    return [
        Setup(spelled_out, policy, parameters, rounds, world, build_policy(scenario, policy), packed, rules, rooms)
        for policy in policies
    ]


def given_scenario(scenario: ScenarioLike) -> Scenario:
    """The scenario itself, loaded if it is named; one put together in Python is checked like a file."""
    if not isinstance(scenario, Scenario):
        return load_scenario(scenario)
    known = [*names("policies"), *(terms.policy for terms in scenario.terms)]
    complain("scenario", scenario_faults(scenario, known))
    return scenario


def given_policy(policy: PolicyLike) -> PolicyPreset:
    """The policy itself, loaded if it is named."""
    return policy if isinstance(policy, PolicyPreset) else load_policy(policy)


def given_policies(scenario: Scenario, policies: PoliciesLike | None) -> tuple[PolicyPreset, ...]:
    """The policies asked for, or else those that a comparison on the scenario plays: at least one, no name twice."""
    if policies is None:
        policies = compared(scenario)
    presets = tuple(given_policy(policy) for policy in ([policies] if isinstance(policies, PolicyLike) else policies))
    if not presets:
        raise GreatPowersError("policies: there are none; expected at least one.")
    if twice := repeated(policy.name for policy in presets):
        raise GreatPowersError(f"policies: '{twice[0]}' is given more than once; give each policy a name of its own.")
    return presets


def resolved(scenario: Scenario, parameters: Parameters) -> Scenario:
    """The scenario with every parameter and doctrine spelled out: what ships with a later version cannot change it."""
    own = {doctrine.name: doctrine for doctrine in scenario.doctrines}
    for name in dict.fromkeys(state.doctrine for state in scenario.states):
        if name not in own:
            own[name] = load_doctrine(name)
    return scenario.model_copy(update={"parameters": dict(parameters._asdict()), "doctrines": tuple(own.values())})


def checked_rounds(rounds: int) -> int:
    """The number of rounds, if it is one."""
    return _whole("rounds", rounds, 1, LONGEST)


def checked_seed(seed: int) -> int:
    """The seed, if it is one."""
    return _whole("seed", seed, 0, 2**63 - 1)


def checked_seeds(seeds: Seeds) -> tuple[int, ...]:
    """The seeds of an ensemble, from 0 on where only their number is given: at least one, none twice."""
    if not isinstance(seeds, Iterable):
        return tuple(range(checked_count("seeds", seeds)))
    numbers = tuple(checked_seed(seed) for seed in seeds)
    if not numbers:
        raise GreatPowersError("seeds: there are none; expected at least one.")
    if len(set(numbers)) < len(numbers):
        raise GreatPowersError("seeds: some occur more than once; runs with equal seeds are equal, so give each once.")
    return numbers


def seeds_as_data(seeds: Sequence[int]) -> dict[str, int] | list[int]:
    """Seeds for a manifest: the first and the last where they follow one another, else all of them."""
    if list(seeds) == list(range(seeds[0], seeds[0] + len(seeds))):
        return {"first": seeds[0], "last": seeds[-1]}
    return list(seeds)


def checked_count(name: str, value: int) -> int:
    """A whole number of at least 1."""
    return _whole(name, value, 1, 2**31)


def _whole(name: str, value: int, low: int, high: int) -> int:
    try:
        number = value.__index__()
    except (AttributeError, TypeError):
        raise GreatPowersError(f"{name}: {shown(value)} is not a whole number.") from None
    if isinstance(value, bool) or not low <= number <= high:
        raise GreatPowersError(f"{name}: {shown(value)} is out of range; expected a whole number from {low} to {high}.")
    return number
