"""The workspace that a round is worked out in: facts shared by its phases, and what is written down as it goes."""

from enum import IntEnum
from typing import Annotated, Generic, NamedTuple

import numpy as np

from greatpowers.core.declare import Field, Floats, Ints, Real, Table, Whole, table
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.log import Log, empty_log
from greatpowers.core.luck import Dice, new_dice
from greatpowers.core.trace import TraceRows, as_columns, trace_rows

FREE = 9  # a move that nobody forces: it leaves the choice of rung to the challenger's doctrine


class StateSnapshotFields(Generic[Real, Whole]):
    """What everybody sees of a state at the start of the round."""

    power: Annotated[Real, Field("power share", shape="N")]
    great: Annotated[Whole, Field("whether it is a great power", "0 or 1", "N")]
    held: Annotated[Real, Field("control that all challengers together hold of it", shape="N")]
    sanctioned: Annotated[Whole, Field("whether it is under the coalition's sanctions itself", "0 or 1", "N")]
    embroiled: Annotated[Real, Field("hostility between it and all others together", shape="N")]
    trade: Annotated[Real, Field("share of its foreign trade that is with states of this world", shape="N")]
    capability: Annotated[Real, Field("capability as the round began", "share of total", "N")]
    trust: Annotated[Real, Field("trust in promised relief as the round began", shape="N")]
    rivals: Annotated[Whole, Field("how many states it has any rivalry with", "states", "N", 0, 1e9)]
    foes: Annotated[Whole, Field("how many states it has any past with, or may come to have", "states", "N", 0, 1e9)]
    contested: Annotated[Whole, Field("whether it is the host of any theatre", "0 or 1", "N")]
    adrift: Annotated[Whole, Field("whether any alliance with it has left its treaty", "0 or 1", "N")]


class StateSnapshot(StateSnapshotFields[float, int]):
    """What everybody sees of one state."""


class StateSnapshots(StateSnapshotFields[Floats, Ints], Table[StateSnapshot]):
    """What everybody sees of each state at the start of the round: a table of shape [N]."""


class TheatreNoteFields(Generic[Real, Whole]):
    """What is noted of a theatre during the round."""

    forced_move: Annotated[
        Whole, Field("-1, 0 or 1 forces the challenger's move, FREE leaves it the choice", "move", "T")
    ]
    struck: Annotated[Real, Field("whether a strike answered this round", "0 or 1", "T")]
    spoils: Annotated[Real, Field("change of control that a war ended this round brings", "share in [-1, 1]", "T", -1)]
    noticed: Annotated[Real, Field("how far its salience draws attention", "multiple", "T", 0, 1e9)]
    posted: Annotated[Real, Field("presence of all guardians, added up", "shares of force", "T", 0, 1e9)]
    held: Annotated[Real, Field("control that the challenger holds of the host in all their theatres", shape="T")]
    loose: Annotated[Real, Field("of this, control that is not recognised", shape="T")]
    cover: Annotated[Real, Field("how far great powers bound to the host cover it", shape="T")]
    menace: Annotated[
        Real,
        Field("power of the host and all bound to it, by treaty or by troops on the spot", "share of total", "T"),
    ]
    survival: Annotated[
        Real, Field("what the challenger's regime risks by force here", "share of own power", "T", 0, 10)
    ]
    erupted: Annotated[Whole, Field("whether war broke out this round", "0 or 1", "T")]
    won: Annotated[Whole, Field("whether the challenger won a war this round", "0 or 1", "T")]
    settled: Annotated[Whole, Field("whether the parties settled this round", "0 or 1", "T")]
    force: Annotated[Real, Field("guardians' force in the theatre, as it arrives", "share of total", "T")]
    weight: Annotated[Real, Field("power of the coalition there, by camp", "share of total", "T")]
    declared: Annotated[Real, Field("presence the policy declares as things stand", shape="T")]
    idle: Annotated[Whole, Field("whether no guardian has or wants forces there", "0 or 1", "T")]
    prize: Annotated[Real, Field("what full control would add to the challenger", "share of own power", "T", 0, 100)]
    encircled: Annotated[Real, Field("encroachment as it would be without neutrality", shape="T")]
    balancers: Annotated[Real, Field("aid that balancers would give the host", shape="T")]
    will: Annotated[Real, Field("the coalition's readiness: camp x resolve, power-weighted", shape="T")]


class TheatreNote(TheatreNoteFields[float, int]):
    """What is noted of one theatre."""


class TheatreNotes(TheatreNoteFields[Floats, Ints], Table[TheatreNote]):
    """What is noted of each theatre during the round: a table of shape [T]."""


class GuardianHere(IntEnum):
    """What each state is to each theatre: the middle axis of a table of shape [T, GuardianHere, N].

    Columns rather than records, because loops over guardians read one or two of them for all states in turn; what the
    world's stances say of presence and sanctions is here as well.
    """

    MEMBERSHIP = 0  # how far it belongs to the coalition there; 0 for the parties
    HERE = 1  # share of its force present there
    WISH = 2  # presence it would like to have there
    CAMP = 3  # how far it would send troops, aid and strikes there; 0 for the parties
    JOINED = 4  # whether it takes part in the sanctions


class PairColumn(IntEnum):
    """What each state is to another: the first axis of a table [PairColumn, N, N], row about which, column who.

    What guardians are to a host or a challenger lies side by side, and is the same in all theatres of either.
    """

    ALLIANCE = 0  # its alliance with the row's state
    TREATY = 1  # the same as treaties have it
    TRADE = 2  # share of its foreign trade that is with the row's state
    RIVALRY = 3  # its rivalry with the row's state
    REACH = 4  # share of its force that arrives there
    ARRIVING = 5  # its force as it would arrive there, share of total
    HOSTILITY = 6  # hostility between it and the row's state
    CUSTOM = 7  # share of the foreign trade of the row's state that is with it


class ByRung(IntEnum):
    """What a rung means under the parameters of the run: rows of a table [ByRung, 8]."""

    MOBILISED = 0  # share of its force that a host musters against it
    GRAVITY = 1  # how the norm weighs it
    MATTER = 2  # chance that an exchange of fire on it puts peace or war before the leaders
    SANCTIONS_LEFT = 3  # mean share left over the horizon of sanctions beyond what is expected on it: alike on all


class Scratch(IntEnum):
    """Answers of all states in the theatre at hand: rows of a table [Scratch, N]."""

    ADVANTAGE = 0  # what it would gain by taking part in sanctions
    ANSWER = 1  # whether it wants to: 1 or 0, or neither where that is yet unsure
    DRAW = 2  # its luck


class StateRoom(IntEnum):
    """Arrays that phases work in, zeros when they are asked for: rows of a table [StateRoom, N]."""

    DRAWN = 0  # this and the next are for draws of all states at once
    QUANTILE = 1
    WANTED = 2
    SHARE = 3
    HELD = 4
    GAINED = 5
    KEPT = 6
    BROKEN = 7
    LOSSES = 8
    WARS = 9
    EFFORTS = 10
    CALLED = 11
    CAME = 12
    SEIZED = 13
    FELT = 14
    BILLS = 15
    ARMS = 16
    THREAT = 17
    NEUTRAL = 18
    ALLIANCES = 19
    TIES = 20
    LOST = 21
    GRAVEST = 22


class TheatreRoom(IntEnum):
    """The same of theatres: rows of a table [TheatreRoom, T]."""

    DRAWN = 0
    QUANTILE = 1
    HANDED_OVER = 2
    ODDS = 3
    SHIFT = 4
    AGREED = 5


class Guardian(IntEnum):
    """What a guardian is alike in every theatre, from the snapshot of the challenge: rows of a table [Guardian, N]."""

    CAPABILITY = 0
    NUCLEAR = 1
    OPENNESS = 2
    RESOLVE = 3
    POWER = 4
    STAKE = 5  # its stake in the order
    ENGAGED = 6  # share of own force already deployed or fighting
    LEADER_TRADE = 7  # share of its foreign trade that is with the coalition's leader
    ALIGNED = 8  # how far it is of the leader's camp
    UNSANCTIONED = 9  # 1, or 0 for one that the coalition has under sanctions itself
    GREAT = 10  # 1 for a great power
    ORDER_WEIGHT = 11
    RELIABILITY = 12


class RuleSlot(IntEnum):
    """Choices for which a rule of the user's own may stand: places in `Workspace.rules`."""

    CHALLENGER = 0
    HOST = 1
    GUARDIAN = 2
    DEAL = 3


class Party(IntEnum):
    """Who is asked whether it accepts a deal."""

    CHALLENGER = 0
    HOST = 1
    COALITION = 2


# The same as plain numbers, which kernels can hand on.
CHALLENGER, HOST, GUARDIAN, DEAL = (int(choice) for choice in RuleSlot)
AS_CHALLENGER, AS_HOST, AS_COALITION = (int(party) for party in Party)


class RuleFault(IntEnum):
    """Columns of `Workspace.fault`: the first answer of such a rule that is no chance."""

    FOUND = 0  # 1 if there is one
    CHOICE = 1
    ROUND = 2
    THEATRE = 3
    VALUE = 4


class Workspace(NamedTuple):
    """Room to work in, allocated once a run: nothing here outlives a call of `play_rounds` except the log."""

    standing: StateSnapshots
    guardians: Floats  # [Guardian, N]
    guard: Floats  # [T, GuardianHere, N]
    marks: TheatreNotes
    towards: Floats  # [PairColumn, N, N]
    scratch: Floats  # [Scratch, N]
    state_room: Floats  # [StateRoom, N]
    theatre_room: Floats  # [TheatreRoom, T]
    by_rung: Floats  # [ByRung, 8]
    pressing: Ints  # [N, N] whether column presses row; all 0 between rounds
    enemies: Ints  # [N, N] whether row fights column somewhere; filled where there is war
    holdings: Floats  # [2, N, N] control that row holds of column, and how much of it is not recognised
    rivals: Ints  # [N, N] a row's first `StateSnapshot.rivals` entries: with whom it has any rivalry
    foes: Ints  # [N, N] a row's first `StateSnapshot.foes` entries: with whom it has any past, or may come to have
    state_dice: Table[Dice]  # [N] what each state draws with
    theatre_dice: Table[Dice]  # [T] what each theatre draws with
    trace_rows: TraceRows  # [T] what each challenger weighed
    rules: Ints  # [RuleSlot] where a rule of the user's own is, 0 without one
    fault: Floats  # [RuleFault]
    log: Log

    @property
    def trace(self) -> Floats:
        """What each challenger weighed, as an array [T, Trace]."""
        return as_columns(self.trace_rows)


def new_workspace(
    states: int, theatres: int, log_capacity: int = 0, rules: Ints | None = None, traces: bool = True
) -> Workspace:
    """An empty workspace for a world of this size, with room for `log_capacity` events, and rules that lie ready.

    Without `traces` the log does not keep what the challenger weighed.
    """
    marks = table(TheatreNotes, (theatres,))
    marks.forced_move[:] = FREE
    return Workspace(
        table(StateSnapshots, (states,)),
        np.zeros((len(Guardian), states)),
        np.zeros((theatres, len(GuardianHere), states)),
        marks,
        np.zeros((len(PairColumn), states, states)),
        np.zeros((len(Scratch), states)),
        np.zeros((len(StateRoom), states)),
        np.zeros((len(TheatreRoom), theatres)),
        np.zeros((len(ByRung), TOP_RUNG + 1)),
        np.zeros((states, states), dtype=np.int64),
        np.zeros((states, states), dtype=np.int64),
        np.zeros((2, states, states)),
        np.zeros((states, states), dtype=np.int64),
        np.zeros((states, states), dtype=np.int64),
        new_dice(states),
        new_dice(theatres),
        trace_rows((theatres,)),
        np.zeros(len(RuleSlot), dtype=np.int64) if rules is None else rules,
        np.zeros(len(RuleFault)),
        empty_log(log_capacity, traces),
    )


@inlined
def zeros(row: Floats) -> Floats:
    """A row of `Workspace.state_room` or `Workspace.theatre_room`, cleared."""
    for i in range(row.size):
        row[i] = 0.0
    return row


@kernel
def greatest_power(workspace: Workspace) -> float:
    """Largest power share of any state."""
    greatest = 0.0
    for i in range(workspace.standing.size):
        greatest = max(greatest, workspace.standing[i].power)
    return greatest
