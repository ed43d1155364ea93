"""The state of the world: every number that evolves or conditions a round, declared here and nowhere else.

Shapes: N states, T theatres. Row *i* of a pair matrix is the state that acts or feels, column *j* the one it is
about. Each class of fields is the layout of one record array: `world.states.economy[i]` and `world.states[i].economy`
read as the equations do, and one compiled signature serves every world.
"""

from typing import Annotated, Generic, NamedTuple

from greatpowers.core.declare import Field, Floats, Grid, Ints, Real, Table, Whole, copied, table

BIG = 1e9


class StateFields(Generic[Real, Whole]):
    """What is known of a state."""

    economy: Annotated[
        Real, Field("output, as a share of the scenario's total at the start", "share of total", "N", 0, BIG)
    ]
    capability: Annotated[
        Real,
        Field("military capability, as a share of the scenario's total at the start", "share of total", "N", 0, BIG),
    ]
    nuclear: Annotated[Real, Field("second-strike capacity", shape="N")]
    openness: Annotated[Real, Field("trade share of output exposed to others", shape="N")]
    power_weight: Annotated[Real, Field("doctrine: weight of power and control", shape="N")]
    order_weight: Annotated[Real, Field("doctrine: weight of the order's norms", shape="N")]
    welfare_weight: Annotated[Real, Field("doctrine: weight of economic loss", shape="N")]
    fear_weight: Annotated[Real, Field("doctrine: weight of not being encircled", shape="N")]
    committed: Annotated[Whole, Field("whether the leadership is committed rather than reluctant", "0 or 1", "N")]
    resolve_committed: Annotated[Real, Field("resolve under a committed leadership", shape="N")]
    resolve_reluctant: Annotated[Real, Field("resolve under a reluctant leadership", shape="N")]
    resolve: Annotated[Real, Field("readiness to do what is declared", shape="N")]
    claimed: Annotated[Real, Field("resolve the leadership claims in public", shape="N")]
    election_period: Annotated[Whole, Field("rounds between elections (0: none are held)", "rounds", "N", 0, 400)]
    election_offset: Annotated[Whole, Field("round of the first election", "round", "N", 0, 400)]
    turned: Annotated[Whole, Field("whether the leadership turned this round", "0 or 1", "N")]
    answered_count: Annotated[
        Real, Field("belief about the coalition: pseudo-counts of answered breaches", "pseudo-counts", "N", 0, BIG)
    ]
    unanswered_count: Annotated[
        Real, Field("belief about the coalition: pseudo-counts of unanswered breaches", "pseudo-counts", "N", 0, BIG)
    ]
    trust: Annotated[Real, Field("trust that promised relief will be paid", shape="N")]
    burden: Annotated[Real, Field("military burden: share of output spent on arms", shape="N")]
    burden_custom: Annotated[Real, Field("customary burden, to which fatigue pulls back", shape="N")]
    arms_yield: Annotated[
        Real, Field("capability bought per unit of output spent", "capability per output", "N", 0, BIG)
    ]
    grievance: Annotated[Real, Field("hostility that outlives its cause (Richardson's g)", shape="N")]
    target_cost: Annotated[Real, Field("output lost to sanctions this round", shape="N")]
    sender_cost: Annotated[Real, Field("output lost to own sanctions, presence and aid this round", shape="N")]
    war_effort: Annotated[Real, Field("share of own force at war this round", shape="N")]
    reliability: Annotated[
        Real,
        Field(
            "how far it is believed to stand by its treaties",
            shape="N",
            source="Crescenzi, Kathman, Kleinberg & Wood 2012",
        ),
    ]


class StateRow(StateFields[float, int]):
    """One state."""


class States(StateFields[Floats, Ints], Table[StateRow]):
    """One value per state: arrays of shape [N]."""


class PairFields(Generic[Real]):
    """What is known of an ordered pair of states."""

    alliance: Annotated[Real, Field("commitment of row to defend column", shape="N, N")]
    treaty: Annotated[Real, Field("commitment written in treaties, to which alliances return", shape="N, N")]
    reach: Annotated[
        Real,
        Field("share of row's force that arrives at column (loss of strength)", shape="N, N", source="Boulding 1962"),
    ]
    trade: Annotated[Real, Field("share of row's foreign trade that is with column", shape="N, N")]
    rivalry: Annotated[Real, Field("row's rivalry with column", shape="N, N", source="Thompson & Dreyer 2012")]
    hostility: Annotated[
        Real,
        Field(
            "hostility between the two that past disputes left, symmetric", shape="N, N", source="Goertz & Diehl 1993"
        ),
    ]


class Pair(PairFields[float]):
    """One pair: what the first is to the second."""


class Pairs(PairFields[Floats], Grid[Pair]):
    """One value per ordered pair of states: arrays of shape [N, N]."""


class TheatreFields(Generic[Real, Whole]):
    """What is known of a theatre."""

    challenger: Annotated[Whole, Field("index of the state that challenges", "state", "T", 0, BIG)]
    host: Annotated[Whole, Field("index of the state contested", "state", "T", 0, BIG)]
    salience: Annotated[Real, Field("how much the prize matters to the challenger", shape="T")]
    ceiling: Annotated[Whole, Field("highest rung that makes sense here", "rung", "T", 0, 7)]
    landless: Annotated[
        Whole, Field("whether there is no land to win: at sea, in the air, in elections", "0 or 1", "T")
    ]
    rung: Annotated[Whole, Field("what the challenger does now", "rung", "T", 0, 7)]
    previous_rung: Annotated[Whole, Field("rung a round ago", "rung", "T", 0, 7)]
    control: Annotated[Real, Field("share of the host that the challenger controls", shape="T")]
    recognised: Annotated[Real, Field("control made permanent by victory, deal, settlement or concession", shape="T")]
    conceded: Annotated[Real, Field("most that deals have conceded here so far", shape="T")]
    annexed: Annotated[Whole, Field("whether the territory has been annexed", "0 or 1", "T")]
    standing_down: Annotated[Whole, Field("whether the challenger is leaving after a crisis settled", "0 or 1", "T")]
    crisis_age: Annotated[Whole, Field("rounds since the crisis began (0: none)", "rounds", "T", 0, BIG)]
    resisted: Annotated[Whole, Field("whether the host resists in this crisis", "0 or 1", "T")]
    appealed: Annotated[Whole, Field("whether the host has appealed to guardians", "0 or 1", "T")]
    sanctions: Annotated[Real, Field("level of this theatre's sanctions on the challenger", shape="T")]
    breadth: Annotated[Real, Field("effective breadth of those sanctions, after busting", shape="T")]
    aid: Annotated[Real, Field("aid reaching the host", shape="T")]
    answered: Annotated[Real, Field("how far the breach was answered this round", shape="T")]
    spoilers: Annotated[Real, Field("strength of those who would break a settlement", shape="T")]
    war: Annotated[Whole, Field("whether there is war", "0 or 1", "T")]
    spread: Annotated[
        Whole, Field("whether the war spread here from another theatre, until the two fight nowhere", "0 or 1", "T")
    ]
    war_age: Annotated[Whole, Field("rounds of war so far", "rounds", "T", 0, BIG)]
    intensity: Annotated[Real, Field("intensity of the war (1: a war as it begins)", "multiple", "T", 0, BIG)]
    great_power_war: Annotated[Whole, Field("whether great powers fight on both sides", "0 or 1", "T")]
    entrenched: Annotated[
        Real, Field("how far the front of the war has set: 1 and it no longer moves", shape="T", source="Biddle 2004")
    ]
    killed: Annotated[Real, Field("battle deaths of the last round of war", "thousands", "T", 0, BIG)]
    deaths: Annotated[Real, Field("battle deaths of the present war so far", "thousands", "T", 0, BIG)]
    deal: Annotated[Whole, Field("whether a deal is in force", "0 or 1", "T")]
    deal_age: Annotated[Whole, Field("rounds the deal has held", "rounds", "T", 0, BIG)]
    deal_relief: Annotated[Real, Field("relief promised", shape="T")]
    deal_tranches: Annotated[Real, Field("yearly steps in which it is paid", "steps", "T", 1, 40)]
    deal_paid: Annotated[Real, Field("share of the promised relief paid so far", shape="T")]
    deal_neutrality: Annotated[Real, Field("neutrality of the host under the deal", shape="T")]
    deal_monitors: Annotated[Real, Field("monitoring under the deal", shape="T")]
    deal_peacekeepers: Annotated[Real, Field("peacekeeping under the deal", shape="T")]
    deal_snapback: Annotated[Real, Field("snapback under the deal", shape="T")]
    deal_sanctions: Annotated[Real, Field("sanctions in force when it was signed", shape="T")]


class TheatreRow(TheatreFields[float, int]):
    """One theatre."""


class Theatres(TheatreFields[Floats, Ints], Table[TheatreRow]):
    """One value per theatre: arrays of shape [T]."""


class StanceFields(Generic[Real, Whole]):
    """What a state does in a theatre."""

    presence: Annotated[Real, Field("share of the state's force committed to the host's defence", shape="T, N")]
    sanctioning: Annotated[Real, Field("whether the state takes part in the sanctions", shape="T, N")]
    side: Annotated[Whole, Field("side in the war: 1 host's, -1 challenger's, 0 none", "side", "T, N", -1, 1)]
    bound: Annotated[
        Whole, Field("side the war calls it to by treaty: 1 host's, -1 challenger's, 0 none", "side", "T, N", -1, 1)
    ]


class Stance(StanceFields[float, int]):
    """One state in one theatre."""


class Stances(StanceFields[Floats, Ints], Grid[Stance]):
    """What each state does in each theatre: arrays of shape [T, N]."""


class SystemFields(Generic[Real, Whole]):
    """What belongs to nobody."""

    order: Annotated[Real, Field("how far the norms against revision still bind", shape="1")]
    untroubled: Annotated[
        Real, Field("order that would stay if nothing happened, per power behind it", "share of power", "1", 0, BIG)
    ]
    leader: Annotated[Whole, Field("index of the coalition's leader (-1: nobody leads)", "state", "1", -1, BIG)]
    gross: Annotated[Real, Field("gravest breach that began or grew in the last round", "severity in [0, 1]", "1")]
    nuclear_uses: Annotated[Whole, Field("nuclear uses so far", "count", "1", 0, BIG)]


class System(SystemFields[float, int]):
    """What belongs to nobody: one row."""


class Systems(SystemFields[Floats, Ints], Table[System]):
    """What belongs to nobody: arrays of shape [1]."""


class World(NamedTuple):
    """Everything that evolves, and everything it depends on except parameters, policy and luck."""

    states: States
    pairs: Pairs
    theatres: Theatres
    stances: Stances
    system: Systems


def empty_world(states: int, theatres: int) -> World:
    """A world of zeros with `states` states and `theatres` theatres, to be filled in."""
    return World(
        table(States, (states,)),
        table(Pairs, (states, states)),
        table(Theatres, (theatres,)),
        table(Stances, (theatres, states)),
        table(Systems, (1,)),
    )


def copy_world(world: World) -> World:
    """An independent copy: a run changes the tables of its world in place."""
    return World(
        copied(world.states), copied(world.pairs), copied(world.theatres), copied(world.stances), copied(world.system)
    )
