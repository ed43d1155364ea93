"""States and theatres as Mesa agents: thin views of the world's arrays, which hold no numbers of their own.

What the engine does not work out itself may be set between rounds; see :class:`AgentField`. Also what a challenger
weighed before its move, for rules of choice written in Python.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar, overload

import mesa
import numpy as np

from greatpowers.core.declare import Declared, Floats, fields_of
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.ladder import HOSTILITY, SEVERITY, TOP_RUNG
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.core.world import BIG, States, Theatres
from greatpowers.scenario.errors import GreatPowersError, is_number_in, shown, suggestion
from greatpowers.scenario.kinds import rung_name

Value = TypeVar("Value")


Bounds = Callable[[Any], tuple[float, float]]
"""The lowest and the highest value that the rest of the world leaves an agent."""


class AgentField(Generic[Value]):
    """One declared field of a table of the core, read for one agent, and set where the world stays whole.

    The agent says which table and which row by `table` and `index`; meaning and range come from the declaration.
    Nothing is stored in the agent, so what it shows is always what the engine computes with. What `within` gives
    bounds of may be set between rounds, what has none is worked out by the engine.
    """

    _field: Declared

    def __init__(self, declared: type, kind: Callable[[Any], Value], within: Bounds | None = None) -> None:
        self._declared, self._kind, self._within, self._name = declared, kind, within, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._field = next(entry for entry in fields_of(self._declared) if entry.name == name)
        self._name = name
        set_by = "may be set between rounds" if self._within else "worked out by the engine"
        self.__doc__ = f"{self._field.field.meaning} [{self._field.field.unit}]; {set_by}"

    @overload
    def __get__(self, agent: None, owner: type) -> "AgentField[Value]": ...

    @overload
    def __get__(self, agent: Any, owner: type) -> Value: ...

    def __get__(self, agent: Any, owner: type) -> "AgentField[Value] | Value":
        if agent is None:
            return self
        return self._kind(getattr(agent.table, self._name)[agent.index])

    def __set__(self, agent: Any, value: Any) -> None:
        """Write into the world what it can be; raises :class:`GreatPowersError` for anything else."""
        what, value = f"{agent.id}: '{self._name}'", value.item() if isinstance(value, np.generic) else value
        if self._within is None:
            raise GreatPowersError(f"{what} is worked out by the engine and cannot be set.")
        field = self._field.field
        low, high = self._within(agent)
        low, high = max(low, field.low), min(high, field.high)
        if not is_number_in(value, low, high) or (self._field.whole and value != int(value)):
            kind = "a whole number" if self._field.whole else "a number"
            span = f"from {low:g} to {high:g}" if high < BIG else f"of at least {low:g}"
            raise GreatPowersError(f"{what} is {shown(value)}; expected {kind} {span} ({field.meaning}).")
        getattr(agent.table, self._name)[agent.index] = value


def anywhere(agent: Any) -> tuple[float, float]:
    """The declared range."""
    return -BIG, BIG


def up_to_the_ceiling(theatre: Any) -> tuple[float, float]:
    """Rungs below war; in a war none but the present one."""
    if theatre.war:
        return theatre.rung, theatre.rung
    return 0, min(theatre.ceiling, TOP_RUNG - 1)


def from_the_rung(theatre: Any) -> tuple[float, float]:
    """No lower than where the challenger stands."""
    return theatre.rung, TOP_RUNG


def what_is_left_of_the_host(theatre: Any) -> tuple[float, float]:
    """No less than what is recognised, no more than what no other challenger holds of the same host."""
    table = theatre.table
    of_host = table.control[table.host == table.host[theatre.index]].sum()
    return theatre.recognised, 1.0 - float(of_host) + theatre.control


def up_to_control(theatre: Any) -> tuple[float, float]:
    """What is recognised is controlled."""
    return 0.0, theatre.control


class StateAgent(mesa.Agent):
    """A state. `id` and `name` are the scenario's; `index` is its row in the arrays of `model.world`."""

    economy = AgentField(States, float, anywhere)
    capability = AgentField(States, float, anywhere)
    nuclear = AgentField(States, float, anywhere)
    openness = AgentField(States, float, anywhere)
    power_weight = AgentField(States, float, anywhere)
    order_weight = AgentField(States, float, anywhere)
    welfare_weight = AgentField(States, float, anywhere)
    fear_weight = AgentField(States, float, anywhere)
    committed = AgentField(States, bool)
    resolve = AgentField(States, float, anywhere)
    claimed = AgentField(States, float)
    trust = AgentField(States, float, anywhere)
    burden = AgentField(States, float, anywhere)
    grievance = AgentField(States, float, anywhere)
    target_cost = AgentField(States, float)
    sender_cost = AgentField(States, float)
    war_effort = AgentField(States, float)
    reliability = AgentField(States, float, anywhere)

    def __init__(self, model: Any, index: int) -> None:
        super().__init__(model)
        self.index = index
        listed = model.setting.states[index]
        self.id: str = listed.id
        self.name: str = listed.name or listed.id
        self.doctrine: str = listed.doctrine

    @property
    def table(self) -> States:
        """The table this agent is a row of."""
        states: States = self.model.world.states
        return states

    @property
    def power(self) -> float:
        """Power share as the last round began, in [0, 1]: the figure its decisions were made on."""
        return float(self.model.workspace.standing.power[self.index])

    @property
    def great_power(self) -> bool:
        """Whether it was a great power as the last round began."""
        return bool(self.model.workspace.standing.great[self.index])

    @property
    def credibility(self) -> float:
        """Its belief that the coalition does what it declares, share in [0, 1]."""
        return float(past_actions(self.table.answered_count[self.index], self.table.unanswered_count[self.index]))

    @property
    def leads(self) -> bool:
        """Whether it leads the coalition."""
        return bool(self.model.world.system.leader[0] == self.index)

    @property
    def challenges(self) -> "list[TheatreAgent]":
        """The theatres in which it is the challenger."""
        return [theatre for theatre in self.model.theatre_list if theatre.challenger is self]

    @property
    def hosts(self) -> "list[TheatreAgent]":
        """The theatres in which it is the host."""
        return [theatre for theatre in self.model.theatre_list if theatre.host is self]

    def alliance_with(self, other: "StateAgent") -> float:
        """Its commitment to defend `other`, share in [0, 1]."""
        return float(self.model.world.pairs.alliance[self.index, other.index])

    def hostility_with(self, other: "StateAgent") -> float:
        """The hostility that past disputes left between the two, share in [0, 1)."""
        return float(self.model.world.pairs.hostility[self.index, other.index])


class TheatreAgent(mesa.Agent):
    """A contested place. `id` and `name` are the scenario's; `index` is its row in the arrays of `model.world`."""

    salience = AgentField(Theatres, float, anywhere)
    ceiling = AgentField(Theatres, int, from_the_rung)
    rung = AgentField(Theatres, int, up_to_the_ceiling)
    previous_rung = AgentField(Theatres, int)
    control = AgentField(Theatres, float, what_is_left_of_the_host)
    recognised = AgentField(Theatres, float, up_to_control)
    conceded = AgentField(Theatres, float)
    annexed = AgentField(Theatres, bool)
    crisis_age = AgentField(Theatres, int)
    resisted = AgentField(Theatres, bool)
    appealed = AgentField(Theatres, bool)
    sanctions = AgentField(Theatres, float, anywhere)
    breadth = AgentField(Theatres, float)
    aid = AgentField(Theatres, float, anywhere)
    answered = AgentField(Theatres, float)
    spoilers = AgentField(Theatres, float, anywhere)
    war = AgentField(Theatres, bool)
    war_age = AgentField(Theatres, int)
    intensity = AgentField(Theatres, float)
    great_power_war = AgentField(Theatres, bool)
    entrenched = AgentField(Theatres, float)
    deaths = AgentField(Theatres, float)
    deal = AgentField(Theatres, bool)
    deal_age = AgentField(Theatres, int)
    deal_paid = AgentField(Theatres, float)

    def __init__(self, model: Any, index: int) -> None:
        super().__init__(model)
        self.index = index
        listed = model.setting.theatres[index]
        self.id: str = listed.id
        self.name: str = listed.label

    @property
    def table(self) -> Theatres:
        """The table this agent is a row of."""
        theatres: Theatres = self.model.world.theatres
        return theatres

    @cached_property
    def challenger(self) -> StateAgent:
        """The state that challenges."""
        state: StateAgent = self.model.state_list[self.table.challenger[self.index]]
        return state

    @cached_property
    def host(self) -> StateAgent:
        """The state contested."""
        state: StateAgent = self.model.state_list[self.table.host[self.index]]
        return state

    @property
    def rung_name(self) -> str:
        """What the challenger does now, in words, such as 'proxy-support'."""
        return rung_name(self.rung)

    @property
    def severity(self) -> float:
        """How grave a breach this is now, in [0, 1]: that of the rung, 1 in war."""
        return float(SEVERITY[self.rung])

    @property
    def level(self) -> int:
        """Hostility level of the rung in the MID coding, 1 to 5 (5 in war)."""
        return int(HOSTILITY[self.rung])

    @property
    def presence(self) -> float:
        """Force that guardians commit to the host's defence: sum over states of shares of their own force."""
        return float(self.model.world.stances.presence[self.index].sum())

    @property
    def sanctioning(self) -> list[StateAgent]:
        """The states that take part in the sanctions."""
        row = self.model.world.stances.sanctioning[self.index]
        return [state for state in self.model.state_list if row[state.index] > 0]


class Options(NamedTuple):
    """One number for each option of a challenger."""

    down: float
    hold: float
    up: float


def _by_name() -> dict[str, slice | int]:
    """Where each quantity is in a row of the trace, by its name in lower case."""
    places: dict[str, slice | int] = {}
    for column in Trace:
        name = column.name.lower()
        run = name.endswith("_")
        places[name.rstrip("_")] = slice(column, column + len(OPTIONS)) if run else int(column)
    return places


PLACES = _by_name()


class Appraisal:
    """The numbers behind one choice, as attributes.

    Quantities with a value for each option are :class:`Options` (`appraisal.utility.up`,
    `appraisal.probability.hold`, `appraisal.clash_risk.up`); the others are floats
    (`appraisal.believed_credibility`). Names are the columns of :class:`greatpowers.core.trace.Trace` in lower
    case; `dir(appraisal)` lists them. `luck` and `move` say what the doctrine would do this time, left to itself.
    """

    def __init__(self, row: Floats) -> None:
        self._row = row.copy()

    def __getattr__(self, name: str) -> Any:
        """The quantity `name`: :class:`Options` or a float."""
        if name.startswith("_") or name not in PLACES:
            raise AttributeError(f"an appraisal has no '{name}'. {suggestion(name, PLACES)}")
        quantity = self._row[PLACES[name]]
        return Options(*quantity.tolist()) if quantity.ndim else float(quantity)

    def __dir__(self) -> list[str]:
        return sorted([*super().__dir__(), *PLACES])
