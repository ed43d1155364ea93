"""The desk a round is worked out on: facts shared by its phases, and what is written down as it goes."""

from typing import Annotated, NamedTuple

import numpy as np

from greatpowers.core.declare import Field, Floats, Ints, Table, table
from greatpowers.core.kernel import kernel
from greatpowers.core.log import Log, empty_log
from greatpowers.core.luck import Draws, Luck
from greatpowers.core.metrics import N_METRICS
from greatpowers.core.trace import TraceRows, as_columns, trace_rows

FREE = 9  # an order that leaves the choice of rung to the challenger's doctrine


class Standing(Table):
    """What everybody sees of each state at the start of the round: a table of shape [N]."""

    power: Annotated[Floats, Field("power share", shape="N")]
    great: Annotated[Ints, Field("whether it is a great power", "0 or 1", "N")]
    engaged: Annotated[Floats, Field("share of own force already deployed or fighting", shape="N")]
    held: Annotated[Floats, Field("control that all challengers together hold of it", shape="N")]
    trade: Annotated[Floats, Field("share of its foreign trade that is with states of this world", shape="N")]
    capability: Annotated[Floats, Field("capability as the round began", "share of total", "N")]
    trust: Annotated[Floats, Field("trust in promised relief as the round began", shape="N")]


class Marks(Table):
    """What is noted of each theatre during the round: a table of shape [T]."""

    order: Annotated[Ints, Field("-1, 0 or 1 forces the challenger's move, FREE leaves it the choice", "move", "T")]
    struck: Annotated[Floats, Field("whether a strike answered this round", "0 or 1", "T")]
    spoils: Annotated[
        Floats, Field("change of control that a war ended this round brings", "share in [-1, 1]", "T", -1)
    ]
    posted: Annotated[Floats, Field("presence of all guardians, added up", "shares of force", "T", 0, 1e9)]
    force: Annotated[Floats, Field("guardians' force in the theatre, as it arrives", "share of total", "T")]
    weight: Annotated[Floats, Field("power of the coalition there, by membership", "share of total", "T")]
    declared: Annotated[Floats, Field("presence the policy declares as things stand", shape="T")]
    idle: Annotated[Ints, Field("whether no guardian has or wants forces there", "0 or 1", "T")]
    prize: Annotated[Floats, Field("what full control would add to the challenger", "share of own power", "T", 0, 100)]
    encircled: Annotated[Floats, Field("encroachment as it would be without neutrality", shape="T")]
    balancers: Annotated[Floats, Field("aid that balancers would give the host", shape="T")]
    will: Annotated[Floats, Field("the coalition's readiness: membership x resolve, power-weighted", shape="T")]


class Guard(Table):
    """What each state is to each theatre during the round: a table of shape [T, N]."""

    membership: Annotated[Floats, Field("how far it belongs to the coalition there; 0 for the parties", shape="T, N")]
    arriving: Annotated[Floats, Field("its force as it would arrive there", "share of total", "T, N")]
    tie: Annotated[Floats, Field("its alliance with the host", shape="T, N")]
    apart: Annotated[Floats, Field("1 less its alliance with the challenger", shape="T, N")]
    trade: Annotated[Floats, Field("share of its foreign trade that is with the challenger", shape="T, N")]
    rivalry: Annotated[Floats, Field("its rivalry with the challenger", shape="T, N")]
    reach: Annotated[Floats, Field("share of its force that arrives there", shape="T, N")]
    wish: Annotated[Floats, Field("presence it would like to have there", shape="T, N")]


class Desk(NamedTuple):
    """Room to work in, allocated once a run: nothing here outlives a round except the log."""

    standing: Standing
    guard: Guard
    marks: Marks
    trace_rows: TraceRows  # [T] what each challenger weighed
    flows: Floats  # [Metric] counts of this round
    log: Log

    @property
    def trace(self) -> Floats:
        """What each challenger weighed, as an array [T, Trace]."""
        return as_columns(self.trace_rows)


class RoundLuck(NamedTuple):
    """The luck of one round; see :class:`greatpowers.core.luck.Luck`."""

    state: Draws  # [N] StateLuck
    growth: Floats  # [N]
    theatre: Draws  # [T] TheatreLuck
    intelligence: Draws  # [T] IntelligenceLuck
    guardian: Draws  # [T, N] GuardianLuck


@kernel
def luck_of_round(luck: Luck, row: int) -> RoundLuck:
    """Row `row` of a block of luck."""
    return RoundLuck(luck.state[row], luck.growth[row], luck.theatre[row], luck.intelligence[row], luck.guardian[row])


def new_desk(states: int, theatres: int, log_capacity: int = 0) -> Desk:
    """An empty desk for a world of this size, with room for `log_capacity` events."""
    marks = table(Marks, (theatres,))
    marks.order[:] = FREE
    return Desk(
        table(Standing, (states,)),
        table(Guard, (theatres, states)),
        marks,
        trace_rows((theatres,)),
        np.zeros(N_METRICS),
        empty_log(log_capacity),
    )


@kernel
def greatest_power(desk: Desk) -> float:
    """Largest power share of any state."""
    greatest = 0.0
    for i in range(desk.standing.size):
        greatest = max(greatest, desk.standing[i].power)
    return greatest
