"""Rules that need more than one field of a scenario at a time; each gives (place, sentence) for what breaks it.

Matrices are square, over known states, symmetric where they must be. What really happened is in known theatres, on
rungs they have, within the time a run covers. A ceiling bounds what a challenger chooses. War may grow out of a lower
rung, from fire that is answered, so it may have come wherever the engine lets fire be exchanged: where the ceiling is
proxy support or more.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from greatpowers.core.ladder import Rung
from greatpowers.scenario.errors import complain, entry_label, suggestion
from greatpowers.scenario.kinds import repeated, rung_name
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import Happening, Matrix, Scenario, State, Theatre, WarUnderWay

Fault = tuple[str, str]
"""Where in the scenario, and what is wrong there."""

QUARTERS = 4


def quarter_number(quarter: str) -> int:
    """A quarter such as 1914Q3 as a whole number, one more for each quarter."""
    year, _, number = quarter.partition("Q")
    return QUARTERS * int(year) + int(number) - 1


def quarter_name(number: int) -> str:
    """The quarter with that number, such as 1914Q3: the inverse of :func:`quarter_number`."""
    return f"{number // QUARTERS:04d}Q{number % QUARTERS + 1}"


def happening_faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything wrong with the entries of [[happened]] and with how far they go."""
    yield from (("", text) for text in _coverage_faults(scenario))
    for number, entry in enumerate(scenario.happened, 1):
        place = f"happened number {number}"
        if not _is_played(scenario, entry.quarter):
            yield place, f"'quarter' is {entry.quarter}, {_outside(scenario)}"
        yield from ((place, text) for text in _place_faults(scenario, entry))
    for number, (before, after) in enumerate(pairwise(scenario.happened), 2):
        if quarter_number(after.quarter) < quarter_number(before.quarter):
            yield (
                f"happened number {number}",
                f"'quarter' is {after.quarter}, before the {before.quarter} above it; expected them in order of time.",
            )


def _coverage_faults(scenario: Scenario) -> Iterator[str]:
    """What is wrong with the last quarter covered: outside a run, or before an event of the chronicle."""
    end = scenario.happened_to
    if end is None:
        return
    if not _is_played(scenario, end):
        yield f"'happened_to' is {end}, {_outside(scenario)}"
    latest = max((entry.quarter for entry in scenario.happened), key=quarter_number, default=end)
    if quarter_number(latest) > quarter_number(end):
        yield f"'happened_to' is {end}, but an event of {latest} is listed; expected {latest} or later."


def _is_played(scenario: Scenario, quarter: str) -> bool:
    return 0 <= quarter_number(quarter) - quarter_number(scenario.start) < scenario.rounds


def _outside(scenario: Scenario) -> str:
    end = quarter_name(quarter_number(scenario.start) + scenario.rounds - 1)
    return f"outside what a run covers; expected one from {scenario.start} to {end}."


def _place_faults(scenario: Scenario, entry: Happening) -> Iterator[str]:
    ids = scenario.theatre_index()
    if entry.theatre is None:
        if entry.rung is not None:
            yield f"'rung' is {entry.rung} without a 'theatre'; expected both, or no rung."
    elif entry.theatre not in ids:
        yield from _unknown("theatre", [entry.theatre], ids, NO_THEATRE)
    elif entry.rung is not None and not _can_come_to(entry.rung, scenario.theatres[ids[entry.theatre]].ceiling):
        ceiling = scenario.theatres[ids[entry.theatre]].ceiling
        yield (
            f"'rung' is {entry.rung} ({rung_name(entry.rung)}), above the ceiling of '{entry.theatre}', "
            f"{ceiling} ({rung_name(ceiling)}); expected a rung up to the ceiling."
        )


def _can_come_to(rung: int, ceiling: int) -> bool:
    return rung <= ceiling or (rung == Rung.WAR and ceiling >= Rung.PROXY_SUPPORT)


NO_PLACE = (
    "the settings 'lat' and 'lon' are missing; expected the capital's degrees, or a matrix in [distances] that names "
    "every state."
)
ROUNDED_SLACK = 1e-3
"""Shares given to three digits may add up to a little more than one."""

EXACT_SLACK = 1e-9


def matrix_faults(scenario: Scenario) -> Iterator[Fault]:
    """Everything wrong with the matrices of alliances, distances and trade."""
    ids = list(scenario.state_index())
    if matrix := scenario.alliance_matrix:
        faults = list(_shape_faults(matrix, ids))
        if not faults and not matrix.directed:
            faults += _symmetry_faults(matrix, "; write directed = true if commitments are one-way.")
        yield from (("alliance_matrix", text) for text in faults)
    faults = list(_shape_faults(scenario.distances, ids))
    faults = faults or list(_symmetry_faults(scenario.distances, "; expected the same both ways."))
    yield from (("distances", text) for text in faults)
    yield from _coordinate_faults(scenario)
    if trade := scenario.trade:
        faults = list(_shape_faults(trade, ids)) or list(_trade_faults(trade, ids))
        yield from (("trade", text) for text in faults)


def _shape_faults(matrix: Matrix, ids: Sequence[str]) -> Iterator[str]:
    names, rows = matrix.states, matrix.rows
    yield from _unknown("states", names, ids)
    for name in repeated(names):
        yield f"'states' names '{name}' more than once."
    if len(rows) != len(names):
        yield f"the number of rows is {len(rows)} and the number of states {len(names)}; expected a square matrix."
    for name, row in zip(names, rows, strict=False):
        if len(row) != len(names):
            yield (
                f"the row of '{name}' has length {len(row)} and the number of states is {len(names)}; "
                "expected a square matrix."
            )


def _symmetry_faults(matrix: Matrix, remedy: str) -> Iterator[str]:
    rows = matrix.rows
    for i, one in enumerate(matrix.states):
        for j, other in enumerate(matrix.states[:i]):
            if rows[i][j] != rows[j][i]:
                yield (
                    f"'rows' is not symmetric: {rows[i][j]:g} from '{one}' to '{other}' and {rows[j][i]:g} back{remedy}"
                )
                return


def _coordinate_faults(scenario: Scenario) -> Iterator[Fault]:
    """Every pair of states needs a distance: from the matrix, or from two capitals."""
    placed = {state.id for state in scenario.states if state.lat is not None}
    listed = set(scenario.distances.states)
    everybody = set(scenario.state_index())
    if listed >= everybody or len(everybody) == 1:
        return
    for state in scenario.states:
        if state.id not in placed and state.lon is None:
            yield f"state '{state.id}'", NO_PLACE


def _trade_faults(trade: Matrix, ids: Sequence[str]) -> Iterator[str]:
    for name in ids:
        if name not in trade.states:
            yield f"'states' lacks '{name}'; expected every state of the scenario."
    for name, row in zip(trade.states, trade.rows, strict=True):
        if sum(row) > 1 + ROUNDED_SLACK:
            yield f"the row of '{name}' adds up to {sum(row):g}; expected at most 1."


def check_scenario(scenario: Scenario, where: str = "scenario") -> None:
    """Raise :class:`GreatPowersError` if a scenario put together in Python breaks a rule."""
    complain(where, scenario_faults(scenario, names("policies")))


def scenario_faults(scenario: Scenario, policies: Iterable[str]) -> Iterator[Fault]:
    """Everything wrong with a scenario, generated worlds expanded; `policies` are the names its terms may use."""
    if not scenario.states:
        yield "", "empty scenario: it has no state; add a [[state]] or a [synthetic] table."
        return
    yield from _identity_faults(scenario)
    yield from _state_faults(scenario)
    yield from _alliance_faults(scenario)
    yield from _pair_faults(scenario)
    yield from matrix_faults(scenario)
    yield from _theatre_faults(scenario)
    yield from _total_faults(scenario)
    yield from _terms_faults(scenario, list(policies))
    yield from _comparison_faults(scenario, list(policies))
    yield from _question_faults(scenario, list(policies))
    yield from happening_faults(scenario)


NO_STATE, NO_THEATRE = "but no state has that id", "but no theatre has that id"
NO_POLICY = "and there is no such policy"


def _unknown(key: str, listed: Iterable[str], known: Iterable[str], what: str = NO_STATE) -> Iterator[str]:
    """A sentence for each name listed under a key that is not among those known."""
    names = list(known)
    yield from (f"'{key}' names '{name}', {what}. {suggestion(name, names)}" for name in listed if name not in names)


def _identity_faults(scenario: Scenario) -> Iterator[Fault]:
    for kind, identifiers in (
        ("state", [state.id for state in scenario.states]),
        ("theatre", [theatre.id for theatre in scenario.theatres]),
        ("doctrine", [doctrine.name for doctrine in scenario.doctrines]),
    ):
        for name in repeated(identifiers):
            yield (
                f"{kind} '{name}'",
                f"{identifiers.count(name)} {kind}s have this name; expected each to have its own.",
            )
    leader = scenario.coalition.leader
    leaders = _unknown("leader", [] if leader is None else [leader], scenario.state_index())
    yield from (("coalition", text) for text in leaders)


def _state_faults(scenario: Scenario) -> Iterator[Fault]:
    doctrines = [*names("doctrines"), *(doctrine.name for doctrine in scenario.doctrines)]
    for state in scenario.states:
        place = f"state '{state.id}'"
        if state.doctrine not in doctrines:
            remedy = suggestion(state.doctrine, doctrines)
            yield place, f"'doctrine' is \"{state.doctrine}\", and there is no such doctrine. {remedy}"
        if (state.lat is None) != (state.lon is None):
            given, lacking = ("lat", "lon") if state.lon is None else ("lon", "lat")
            yield place, f"'{given}' is given without '{lacking}'; expected both or neither."
        if fault := _election_fault(state):
            yield place, fault
    if not any(state.capability > 0 for state in scenario.states):
        yield "", "the 'capability' of every state is 0; expected at least one state to have some."


def _election_fault(state: State) -> str:
    if state.next_election is None:
        return ""
    if state.election_period == 0:
        return f"'next_election' is {state.next_election}, but 'election_period' is 0; expected a period above 0."
    if state.next_election > state.election_period:
        return (
            f"'next_election' is {state.next_election}, later than one 'election_period' of {state.election_period}; "
            "expected a round within the first period."
        )
    return ""


def _alliance_faults(scenario: Scenario) -> Iterator[Fault]:
    ids = scenario.state_index()
    for index, alliance in enumerate(scenario.alliances):
        place = entry_label("alliance", index, {"name": alliance.name})
        one_way = alliance.from_ is not None or bool(alliance.to)
        if one_way == bool(alliance.members) or (one_way and not (alliance.from_ and alliance.to)):
            yield place, "expected either 'members', or 'from' together with 'to'."
        if len(alliance.members) == 1:
            yield place, f"'members' names only '{alliance.members[0]}'; expected at least two states."
        for key, listed in (("members", alliance.members), ("to", alliance.to)):
            yield from ((place, f"'{key}' names '{name}' more than once.") for name in repeated(listed))
            yield from ((place, text) for text in _unknown(key, listed, ids))
        if alliance.from_ is not None:
            yield from ((place, text) for text in _unknown("from", [alliance.from_], ids))
        if alliance.from_ in alliance.to:
            yield place, f"'to' names '{alliance.from_}', the state that commits itself; expected other states."


def _pair_faults(scenario: Scenario) -> Iterator[Fault]:
    ids = scenario.state_index()
    pairs = [(f"base number {n}", "host", base.state, base.host) for n, base in enumerate(scenario.bases, 1)]
    pairs += [(f"rivalry number {n}", "states", *rivalry.states) for n, rivalry in enumerate(scenario.rivalries, 1)]
    pairs += [(f"hostility number {n}", "states", *entry.states) for n, entry in enumerate(scenario.hostilities, 1)]
    for key in ("contiguous", "across_water"):
        listed = getattr(scenario.distances, key)
        pairs += [("distances", f"{key}[{n}]", *pair) for n, pair in enumerate(listed, 1)]
    for place, key, one, other in pairs:
        if one == other:
            yield place, f"'{key}' pairs '{one}' with itself; expected two different states."
        for name in dict.fromkeys((one, other)):
            named = "state" if key == "host" and name == one else key
            yield from ((place, text) for text in _unknown(named, [name], ids))
    yield from _hostility_faults(scenario)


def _hostility_faults(scenario: Scenario) -> Iterator[Fault]:
    first: dict[frozenset[str], int] = {}
    for number, entry in enumerate(scenario.hostilities, 1):
        before = first.setdefault(frozenset(entry.states), number)
        if before != number:
            one, other = entry.states
            yield (
                f"hostility number {number}",
                f"'states' pairs '{one}' with '{other}', as number {before} does; expected each pair once.",
            )


def _theatre_faults(scenario: Scenario) -> Iterator[Fault]:
    ids = scenario.state_index()
    for theatre in scenario.theatres:
        place = f"theatre '{theatre.id}'"
        yield from ((place, text) for text in _stage_faults(theatre))
        named: dict[str, Iterable[str]] = {"challenger": [theatre.challenger], "host": [theatre.host]}
        named |= {"sanctioning": theatre.sanctioning, "presence": theatre.presence}
        if war := theatre.war:
            yield from ((place, text) for text in _war_faults(theatre, war))
            named |= {"beside_challenger": war.beside_challenger, "beside_host": war.beside_host}
        yield from ((place, text) for key, listed in named.items() for text in _unknown(key, listed, ids))


def _stage_faults(theatre: Theatre) -> Iterator[str]:
    if theatre.challenger == theatre.host:
        yield f"'challenger' and 'host' are both '{theatre.host}'; expected two different states."
    if theatre.landless and theatre.control > 0:
        yield f"'control' is {theatre.control:g} in a 'landless' theatre; expected 0, as there is no land to hold."
    if theatre.rung > theatre.ceiling:
        rung, ceiling = rung_name(theatre.rung), rung_name(theatre.ceiling)
        yield (
            f"'rung' is {theatre.rung} ({rung}), above the 'ceiling' of {theatre.ceiling} ({ceiling}); "
            "expected a rung up to the ceiling."
        )
    if theatre.recognised > theatre.control:
        yield (
            f"'recognised' is {theatre.recognised:g}, more than 'control', {theatre.control:g}; "
            "expected at most what is controlled."
        )
    if theatre.annexed and theatre.recognised not in (0.0, theatre.control):
        yield f"'recognised' is {theatre.recognised:g}, but what is annexed counts as recognised; leave it out."
    yield from _sanction_faults(theatre)


def _war_faults(theatre: Theatre, war: WarUnderWay) -> Iterator[str]:
    if theatre.rung != Rung.WAR:
        yield f"'war' is given, but 'rung' is {theatre.rung} ({rung_name(theatre.rung)}); expected rung 7 (war)."
    fighting = [theatre.challenger, *war.beside_challenger, theatre.host, *war.beside_host]
    for name in repeated(fighting):
        yield f"the war names '{name}' more than once; expected each state on one side, and the parties not again."


def _sanction_faults(theatre: Theatre) -> Iterator[str]:
    for name in repeated(theatre.sanctioning):
        yield f"'sanctioning' names '{name}' more than once."
    if theatre.challenger in theatre.sanctioning:
        yield f"'sanctioning' names '{theatre.challenger}', the challenger itself; expected other states."
    if theatre.sanctions > 0 and not theatre.sanctioning:
        yield f"'sanctions' is {theatre.sanctions:g}, but 'sanctioning' names nobody; say who takes part."
    for name in {theatre.challenger, theatre.host} & set(theatre.presence):
        yield f"'presence' names '{name}', a party to the contest; expected third states at the host's side."


def _total_faults(scenario: Scenario) -> Iterator[Fault]:
    control: dict[str, float] = {}
    presence: dict[str, float] = {}
    for theatre in scenario.theatres:
        control[theatre.host] = control.get(theatre.host, 0.0) + theatre.control
        for name, share in theatre.presence.items():
            presence[name] = presence.get(name, 0.0) + share
    for key, what, totals in (("control", "of this host", control), ("presence", "of this state's force", presence)):
        for name, total in totals.items():
            if total > 1 + EXACT_SLACK:
                yield (
                    f"state '{name}'",
                    f"the '{key}' {what} over all theatres adds up to {total:g}; expected at most 1.",
                )


def _terms_faults(scenario: Scenario, policies: list[str]) -> Iterator[Fault]:
    ids = scenario.theatre_index()
    for number, terms in enumerate(scenario.terms, 1):
        place = f"terms number {number}"
        if terms.policy not in policies:
            yield (
                place,
                f"'policy' is \"{terms.policy}\", and there is no such policy. {suggestion(terms.policy, policies)}",
            )
        yield from ((place, text) for text in _unknown("theatres", terms.theatres, ids, NO_THEATRE))
        yield from ((place, f"'theatres' names '{name}' more than once.") for name in repeated(terms.theatres))


def _question_faults(scenario: Scenario, policies: list[str]) -> Iterator[Fault]:
    if scenario.question is None:
        return
    ids, asked = scenario.theatre_index(), scenario.question.policies
    if len(asked) not in (0, 2):
        yield (
            "question",
            f"'policies' names {len(asked)}; expected the one asked about and the one it is compared with.",
        )
    yield from (("question", text) for text in _unknown("policies", asked, policies, NO_POLICY))
    yield from (("question", text) for text in _unknown("places", scenario.question.places, ids, NO_THEATRE))


def _comparison_faults(scenario: Scenario, policies: list[str]) -> Iterator[Fault]:
    for name in repeated(scenario.policies):
        yield "", f"'policies' names '{name}' more than once."
    yield from (("", text) for text in _unknown("policies", scenario.policies, policies, NO_POLICY))
    if under := scenario.happened_under:
        yield from (("", text) for text in _unknown("happened_under", [under], policies, NO_POLICY))
