"""Rules that need more than one field of a scenario at a time; each gives (place, sentence) for what breaks it."""

from collections.abc import Iterable, Iterator

from greatpowers.scenario.check_happenings import happening_faults
from greatpowers.scenario.check_matrices import matrix_faults
from greatpowers.scenario.errors import complain, suggestion
from greatpowers.scenario.explain import entry_label
from greatpowers.scenario.kinds import repeated, rung_name
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import Scenario, State, Theatre

Fault = tuple[str, str]
SLACK = 1e-9


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
    yield from happening_faults(scenario)


def unknown_state(key: str, name: str, ids: Iterable[str]) -> str:
    """The sentence for a name that should be a state's id."""
    return f"'{key}' names '{name}', but no state has that id. {suggestion(name, ids)}"


def _identity_faults(scenario: Scenario) -> Iterator[Fault]:
    for kind, found in (
        ("state", [state.id for state in scenario.states]),
        ("theatre", [theatre.id for theatre in scenario.theatres]),
        ("doctrine", [doctrine.name for doctrine in scenario.doctrines]),
    ):
        for name in repeated(found):
            yield f"{kind} '{name}'", f"{found.count(name)} {kind}s have this name; expected each to have its own."
    leader, ids = scenario.coalition.leader, scenario.state_index()
    if leader is not None and leader not in ids:
        yield "coalition", unknown_state("leader", leader, ids)


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
            yield from ((place, unknown_state(key, name, ids)) for name in listed if name not in ids)
        if alliance.from_ is not None and alliance.from_ not in ids:
            yield place, unknown_state("from", alliance.from_, ids)
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
        for name in {one: 0, other: 0}:
            if name not in ids:
                yield place, unknown_state("state" if key == "host" and name == one else key, name, ids)
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
        named = [("challenger", theatre.challenger), ("host", theatre.host)]
        named += [("sanctioning", name) for name in theatre.sanctioning]
        named += [("presence", name) for name in theatre.presence]
        yield from ((place, unknown_state(key, name, ids)) for key, name in named if name not in ids)


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
            if total > 1 + SLACK:
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
        for name in terms.theatres:
            if name not in ids:
                yield place, f"'theatres' names '{name}', but no theatre has that id. {suggestion(name, ids)}"
        yield from ((place, f"'theatres' names '{name}' more than once.") for name in repeated(terms.theatres))


def _comparison_faults(scenario: Scenario, policies: list[str]) -> Iterator[Fault]:
    for name in repeated(scenario.policies):
        yield "", f"'policies' names '{name}' more than once."
    for name in scenario.policies:
        if name not in policies:
            yield "", f"'policies' names '{name}', and there is no such policy. {suggestion(name, policies)}"
    under = scenario.happened_under
    if under is not None and under not in policies:
        yield "", f"'happened_under' names '{under}', and there is no such policy. {suggestion(under, policies)}"
