"""What a scenario file may say: frozen models, each field with its range and meaning.

The names in TOML are singular where a table is repeated (``[[state]]``), the attributes plural
(``scenario.states``). Rules that need more than one field at a time are in ``checks``. Doctrines,
policies and generated worlds follow the scenario.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from greatpowers.scenario.kinds import (
    Amount,
    Expect,
    Flag,
    Latitude,
    Length,
    LeverTable,
    Longitude,
    Name,
    Pair,
    ParameterTable,
    Positive,
    Quarter,
    Rounds,
    RungNumber,
    Share,
    Text,
    Title,
    TomlTable,
    Tranches,
    WeightTable,
)

FORMAT: Final = 1

LEVER_DEFAULTS = {"red_line": 9.0, "tranches": 4.0, "carve_out": 1.0, "spoiler_limit": 1.0}
"""Levers that do not start from 0: the red line is never, annexed territory stays out of deals."""


class Weights(TomlTable):
    """What a state that follows the doctrine counts as gain and loss."""

    power: Share = Field(description="weight of gain in power and control")
    order: Share = Field(description="weight of the order's norms")
    welfare: Share = Field(description="weight of economic loss")
    fear: Share = Field(description="weight of not being encircled")


class Doctrine(TomlTable):
    """The rules a state follows, as four weights."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it stands for")
    source: Text = Field(default="", description="author and year")
    weights: Weights = Field(description="the four weights")


TermsOf = Annotated[tuple[Name, ...], Expect("a list of names of policies")]
"""Policies whose terms by place a scenario states; the later win over the earlier."""


class Segment(TomlTable):
    """What the coalition does from a given round on: another policy, levers of its own, or one changed by the other."""

    from_round: Length = Field(description="first round of the segment")
    policy: Name | None = Field(default=None, description="name of the policy it follows")
    terms: TermsOf | None = Field(
        default=None,
        description="whose terms by place hold; if not given, of the policy it follows, or of the whole",
    )
    levers: LeverTable = Field(default={}, description="levers; those left out come from the policy, or are off")
    everywhere: LeverTable = Field(
        default={}, description="levers that hold in every theatre, whatever terms say there"
    )


class PolicyPreset(TomlTable):
    """What the experimenter sets for the coalition; :func:`build_policy` turns it into arrays for one scenario."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it stands for")
    source: Text = Field(default="", description="author and year")
    comparison: Annotated[int, Field(strict=True, ge=0, le=100), Expect("a whole number from 0 to 100")] = Field(
        default=0, description="place in the default comparison, 0 if not part of it"
    )
    policy: Name | None = Field(default=None, description="name of the policy it is a variant of")
    terms: TermsOf | None = Field(
        default=None, description="whose terms by place hold; those of the policy it is a variant of if not given"
    )
    levers: LeverTable = Field(default={}, description="levers from the first round; those left out are off")
    everywhere: LeverTable = Field(
        default={}, description="levers that hold in every theatre, whatever terms say there"
    )
    schedule: tuple[Segment, ...] = Field(default=(), description="later segments")


class Terms(TomlTable):
    """What a policy means in particular theatres of one scenario."""

    policy: Name = Field(description="name of the policy whose file asks for these terms")
    theatres: Annotated[tuple[Name, ...], Field(min_length=1), Expect("a list of theatres, not empty")] = Field(
        description="ids of the theatres"
    )
    levers: LeverTable = Field(description="levers that are different there")
    reason: Text = Field(default="", description="why")
    source: Text = Field(default="", description="where it comes from")


class SyntheticSettings(TomlTable):
    """A generated world: how many states, of which kinds, how unequal, where."""

    states: Annotated[int, Field(strict=True, ge=1, le=1000), Expect("a whole number from 1 to 1000")] = Field(
        default=20, description="number of states"
    )
    power_maximizers: Share = Field(default=0.3, description="share of states that maximize power")
    inequality: Annotated[
        float, Field(strict=True, ge=0, le=0.95, allow_inf_nan=False), Expect("a number from 0 to 0.95")
    ] = Field(default=0.6, description="Gini coefficient of output")
    geography: Annotated[Literal["plane", "ring"], Expect('"plane" or "ring"')] = Field(
        default="plane", description="where the capitals lie"
    )
    theatres_per_challenger: Annotated[
        int, Field(strict=True, ge=0, le=200), Expect("a whole number from 0 to 200")
    ] = Field(default=2, description="theatres in which each state is a possible challenger")
    alliances: Share = Field(default=0.3, description="share of order-preserving neighbours that are allied")
    nuclear: Share = Field(default=0.1, description="share of states, the strongest, with second-strike forces")
    seed: Annotated[int, Field(strict=True, ge=0, le=2**63 - 1), Expect("a whole number of at least 0")] = Field(
        default=1, description="seed of the generator"
    )
    maximizer_doctrine: Name = Field(
        default="nineteenth-century", description="doctrine of power-maximizers, a name or a path"
    )
    other_doctrine: Name = Field(default="order-preserving", description="doctrine of everybody else, a name or a path")


class Order(TomlTable):
    """The order at the start."""

    initial: Share = Field(default=0.6, description="how far the norms against revision bind at the start")


class Money(TomlTable):
    """What the numbers of `economy` are in money; without it a scenario's costs are shares of output alone."""

    unit: Positive = Field(description="money in one unit of 'economy'")
    currency: Title = Field(description="which money, of which year")
    source: Text = Field(default="", description="where the outputs come from")


class Question(TomlTable):
    """What the scenario is asked, and the places that the answer is about."""

    title: Title = Field(description="the question")
    places: tuple[Name, ...] = Field(default=(), description="ids of the theatres that it is about")
    policies: tuple[Name, ...] = Field(
        default=(), description="the policy that is asked about, then the one it is compared with"
    )


class Coalition(TomlTable):
    """Who carries out the policy."""

    leader: Name | None = Field(default=None, description="id of the state that leads the coalition")


class State(TomlTable):
    """One state."""

    id: Name = Field(description="short unique name of the state")
    name: Text = Field(default="", description="full name")
    doctrine: Name = Field(description="doctrine it follows: a name, or the path of a file, from where this file is")
    weights: WeightTable = Field(default={}, description="weights of the doctrine that are different here")
    reason: Text = Field(default="", description="why this doctrine")
    source: Text = Field(default="", description="where the numbers come from")
    economy: Positive = Field(description="output, in any unit")
    capability: Amount = Field(description="military capability, in any unit")
    nuclear: Share = Field(default=0.0, description="second-strike capacity")
    openness: Share = Field(default=0.2, description="trade share of output exposed to others")
    lat: Latitude | None = Field(default=None, description="latitude of the capital")
    lon: Longitude | None = Field(default=None, description="longitude of the capital")
    burden: Share = Field(default=0.02, description="military burden, share of output")
    committed: Flag = Field(default=True, description="whether the leadership is committed rather than reluctant")
    resolve_committed: Share = Field(default=0.9, description="resolve under a committed leadership")
    resolve_reluctant: Share = Field(default=0.3, description="resolve under a reluctant leadership")
    election_period: Rounds = Field(default=0, description="rounds between elections, 0 if none are held")
    next_election: Rounds | None = Field(default=None, description="round of the first election")
    credibility: Share | None = Field(default=None, description="its prior belief in the coalition")
    trust: Share | None = Field(default=None, description="its trust that promised relief will be paid")

    @property
    def label(self) -> str:
        """The full name, or the id where none is given."""
        return self.name or self.id


class Alliance(TomlTable):
    """Members who commit to one another, or one state that commits to others."""

    name: Text = Field(default="", description="what the alliance is called")
    members: tuple[Name, ...] = Field(default=(), description="states that all commit to one another")
    from_: Name | None = Field(default=None, alias="from", description="the state that commits itself")
    to: tuple[Name, ...] = Field(default=(), description="the states it commits itself to")
    commitment: Share = Field(default=1.0, description="strength of the commitment")
    source: Text = Field(default="", description="where it comes from")

    def pairs(self) -> list[tuple[str, str]]:
        """Ordered pairs (who commits, to whom)."""
        if self.from_ is not None:
            return [(self.from_, other) for other in self.to]
        return [(one, other) for one in self.members for other in self.members if one != other]


class AllianceMatrix(TomlTable):
    """Commitments of rows to columns."""

    states: tuple[Name, ...] = Field(description="states that rows and columns stand for")
    rows: tuple[tuple[Share, ...], ...] = Field(description="commitment of the row's state to the column's")
    directed: Flag = Field(default=False, description="whether the matrix may be asymmetric")
    source: Text = Field(default="", description="where it comes from")


class Base(TomlTable):
    """Forward basing: a state's force at hand in another state."""

    state: Name = Field(description="state whose force is based abroad")
    host: Name = Field(description="state where it is based")
    strength: Share = Field(default=1.0, description="how much of a full forward base it is")
    source: Text = Field(default="", description="where it comes from")


class Rivalry(TomlTable):
    """Two states that see each other as rivals."""

    states: Pair = Field(description="the two rivals")
    strength: Share = Field(default=1.0, description="strength of the rivalry")
    source: Text = Field(default="", description="where it comes from")


class Hostility(TomlTable):
    """What past disputes have left between two states."""

    states: Pair = Field(description="the two states")
    level: Share = Field(description="hostility between them at the start")
    source: Text = Field(default="", description="where it comes from")


class Distances(TomlTable):
    """Who borders on whom, and optionally distances in kilometres instead of those between capitals."""

    contiguous: tuple[Pair, ...] = Field(
        default=(), description="pairs of neighbours, between which force arrives in full"
    )
    across_water: tuple[Pair, ...] = Field(
        default=(), description="further pairs up to 400 miles of water apart; for measuring, the engine does not ask"
    )
    states: tuple[Name, ...] = Field(default=(), description="states that rows and columns stand for")
    rows: tuple[tuple[Amount, ...], ...] = Field(default=(), description="distances in km, symmetric")
    source: Text = Field(default="", description="where it comes from")


class Trade(TomlTable):
    """Trade partners."""

    states: tuple[Name, ...] = Field(description="states that rows and columns stand for")
    rows: tuple[tuple[Share, ...], ...] = Field(description="share of the row's foreign trade with the column")
    source: Text = Field(default="", description="where it comes from")


Matrix = AllianceMatrix | Distances | Trade
"""Numbers over pairs of `states`, in `rows`."""


class Deal(TomlTable):
    """A deal that is in force at the start."""

    age: Rounds = Field(default=0, description="rounds it has held")
    relief: Share = Field(default=0.0, description="share of the theatre's sanctions to be lifted")
    tranches: Tranches = Field(default=1, description="yearly steps in which relief is paid")
    paid: Share = Field(default=0.0, description="share of the promised relief paid so far")
    neutrality: Share = Field(default=0.0, description="how far the host stays out of the coalition's camp")
    monitors: Share = Field(default=0.0, description="strength of monitoring")
    peacekeepers: Share = Field(default=0.0, description="strength of peacekeeping")
    snapback: Share = Field(default=0.0, description="share of lifted sanctions that return at a proven breach")
    sanctions: Share = Field(default=0.0, description="sanctions in force when it was signed")


class WarUnderWay(TomlTable):
    """A war that is under way at the start."""

    age: Rounds = Field(default=0, description="rounds it has lasted")
    intensity: Positive = Field(default=1.0, description="its intensity, as a multiple of a war that begins")
    entrenched: Share = Field(default=0.0, description="how far its front has set: 1 and it no longer moves")
    beside_challenger: tuple[Name, ...] = Field(default=(), description="third states that fight beside the challenger")
    beside_host: tuple[Name, ...] = Field(default=(), description="third states that fight beside the host")


class Theatre(TomlTable):
    """One contested place."""

    id: Name = Field(description="short unique name of the theatre")
    name: Text = Field(default="", description="full name")
    challenger: Name = Field(description="id of the state that challenges")
    host: Name = Field(description="id of the state contested")
    salience: Share = Field(description="how much the prize matters to the challenger")
    rung: RungNumber = Field(default=0, description="what the challenger does at the start")
    control: Share = Field(default=0.0, description="share of the host that the challenger controls")
    recognised: Share = Field(default=0.0, description="control that is recognised and does not ebb")
    annexed: Flag = Field(default=False, description="whether the territory has been annexed")
    ceiling: RungNumber = Field(default=7, description="highest rung that makes sense here")
    landless: Flag = Field(
        default=False, description="whether there is no land to win: at sea, in the air, in elections"
    )
    sanctions: Share = Field(default=0.0, description="level of sanctions at the start")
    aid: Share = Field(default=0.0, description="aid reaching the host")
    spoilers: Share = Field(default=0.0, description="strength of those who would break a settlement")
    presence: dict[Name, Share] = Field(default={}, description="share of each state's force at the host's side")
    sanctioning: tuple[Name, ...] = Field(default=(), description="states that take part in the sanctions")
    deal: Deal | None = Field(default=None, description="the deal in force, if any")
    war: WarUnderWay | None = Field(
        default=None, description="the war at rung 7, where it is not one that has just begun"
    )
    reason: Text = Field(default="", description="why these numbers")
    source: Text = Field(default="", description="where they come from")

    @property
    def label(self) -> str:
        """The full name, or the id where none is given."""
        return self.name or self.id


class Happening(TomlTable):
    """Something that really happened, to hold simulated histories against; nothing is computed from it."""

    quarter: Quarter = Field(description="quarter in which it happened")
    theatre: Name | None = Field(default=None, description="id of the theatre in which it happened, if it is one")
    rung: RungNumber | None = Field(default=None, description="rung that the theatre's challenger had then reached")
    text: Title = Field(description="what happened, in a sentence")
    source: Text = Field(default="", description="who says so")
    doubted: Flag = Field(default=False, description="whether it may be told otherwise; scores are also taken without")


class Scenario(TomlTable):
    """A world to start from, as read from a file or generated."""

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it is for")
    source: Text = Field(default="", description="where the numbers come from")
    start: Quarter = Field(default="2000Q1", description="first round; a round is a quarter of a year")
    rounds: Length = Field(default=80, description="rounds in a run unless asked otherwise")
    order: Order = Field(default=Order(), description="the order at the start")
    coalition: Coalition = Field(default=Coalition(), description="who carries out the policy")
    money: Money | None = Field(default=None, description="what outputs are in money")
    parameters: ParameterTable = Field(default={}, description="parameters that are different here")
    doctrines: tuple[Doctrine, ...] = Field(default=(), alias="doctrine", description="doctrines of this file's own")
    states: tuple[State, ...] = Field(default=(), alias="state", description="the states")
    alliances: tuple[Alliance, ...] = Field(default=(), alias="alliance", description="the alliances")
    alliance_matrix: AllianceMatrix | None = Field(default=None, description="commitments as a matrix")
    bases: tuple[Base, ...] = Field(default=(), alias="base", description="forward bases")
    rivalries: tuple[Rivalry, ...] = Field(default=(), alias="rivalry", description="rivalries")
    hostilities: tuple[Hostility, ...] = Field(
        default=(), alias="hostility", description="hostility that past disputes left between pairs"
    )
    distances: Distances = Field(default=Distances(), description="neighbours and distances")
    trade: Trade | None = Field(default=None, description="trade partners; a gravity equation without it")
    theatres: tuple[Theatre, ...] = Field(default=(), alias="theatre", description="the contested places")
    terms: tuple[Terms, ...] = Field(default=(), description="what a policy means in particular theatres")
    policies: tuple[Name, ...] = Field(default=(), description="policies to compare unless asked otherwise")
    question: Question | None = Field(default=None, description="what it is asked, and about which places")
    happened_under: Name | None = Field(default=None, description="policy that comes nearest to what was really done")
    happened_to: Quarter | None = Field(default=None, description="last quarter that the list of what happened covers")
    happened: tuple[Happening, ...] = Field(default=(), description="what really happened, for comparison only")
    synthetic: SyntheticSettings | None = Field(default=None, description="a generated world instead")

    def state_index(self) -> dict[str, int]:
        """Position of each state's id."""
        return {state.id: index for index, state in enumerate(self.states)}

    def theatre_index(self) -> dict[str, int]:
        """Position of each theatre's id."""
        return {theatre.id: index for index, theatre in enumerate(self.theatres)}
