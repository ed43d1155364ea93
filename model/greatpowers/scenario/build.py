"""From a checked scenario to what the core runs: parameters, a world at round 0, a policy over its theatres.

And in what two policies differ once they are built.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greatpowers.core.declare import Floats, Ints, table
from greatpowers.core.equations.economy import is_great_power
from greatpowers.core.ladder import TOP_RUNG, Rung
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import Pairs, Stances, States, Theatres, World, empty_world
from greatpowers.scenario.errors import complain, suggestion
from greatpowers.scenario.geography import Bases, as_pairs, based_reach, gravity_trade, great_circle, home_reach
from greatpowers.scenario.kinds import IN_A_DEAL, LEVERS, PARAMETERS, setting_faults
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine
from greatpowers.scenario.schema import (
    LEVER_DEFAULTS,
    Deal,
    PolicyPreset,
    Scenario,
    Segment,
    State,
    Terms,
    WarUnderWay,
    Weights,
)

AS_WRITTEN = ("salience", "ceiling", "landless", "rung", "control", "annexed", "sanctions", "aid", "spoilers")
TERMS = ("age", "relief", "tranches", "paid", "neutrality", "monitors", "peacekeepers", "snapback", "sanctions")
NO_DEAL = Deal()
JUST_BEGUN = WarUnderWay()
EVERYWHERE = "everywhere"


def fill_theatres(
    theatres: Theatres, scenario: Scenario, trade: Floats, stances: Stances, great: NDArray[np.bool_]
) -> None:
    """Write the arrays [T] of a checked scenario; `trade` [N, N], `stances` [T, N], `great` powers [N]."""
    index = scenario.state_index()
    theatres.challenger[:] = [index[theatre.challenger] for theatre in scenario.theatres]
    theatres.host[:] = [index[theatre.host] for theatre in scenario.theatres]
    for name in AS_WRITTEN:
        getattr(theatres, name)[:] = [getattr(theatre, name) for theatre in scenario.theatres]
    theatres.recognised[:] = [t.control if t.annexed else t.recognised for t in scenario.theatres]
    theatres.breadth[:] = trade_breadth(theatres, trade, stances.sanctioning)
    _fill_crisis(theatres)
    _fill_war(theatres, scenario, stances.side, great)
    _fill_deals(theatres, [theatre.deal for theatre in scenario.theatres])


def trade_breadth(theatres: Theatres, trade: Floats, sanctioning: Floats) -> Floats:
    """Share of the challenger's trade that is with states taking part in the sanctions, 0 if it trades with nobody."""
    partners = trade[theatres.challenger]
    total = partners.sum(axis=1)
    taking_part = (partners * sanctioning).sum(axis=1)
    breadth: Floats = np.divide(taking_part, total, out=np.zeros_like(total), where=total > 0)
    return breadth


def fill_stances(stances: Stances, scenario: Scenario) -> None:
    """Write presence, participation in sanctions and sides in wars under way [T, N]."""
    index = scenario.state_index()
    for t, theatre in enumerate(scenario.theatres):
        for name, share in theatre.presence.items():
            stances.presence[t, index[name]] = share
        stances.sanctioning[t, [index[name] for name in theatre.sanctioning]] = 1.0
        if theatre.rung == TOP_RUNG:
            war = theatre.war or JUST_BEGUN
            stances.side[t, [index[name] for name in (theatre.challenger, *war.beside_challenger)]] = -1
            stances.side[t, [index[name] for name in (theatre.host, *war.beside_host)]] = 1


def _fill_crisis(theatres: Theatres) -> None:
    """What the files do not say: a crisis is a round old, and a host under attack resists and has asked for help."""
    theatres.previous_rung[:] = theatres.rung
    theatres.crisis_age[:] = theatres.rung >= Rung.PROVOCATION
    theatres.resisted[:] = theatres.rung >= Rung.PROXY_SUPPORT
    theatres.appealed[:] = (theatres.resisted == 1) & (theatres.aid > 0)


def _fill_war(theatres: Theatres, scenario: Scenario, side: Ints, great: NDArray[np.bool_]) -> None:
    """A war that is on at round 0 has just begun, unless the scenario says how long it has lasted."""
    at_war = theatres.rung == TOP_RUNG
    wars = [theatre.war or JUST_BEGUN for theatre in scenario.theatres]
    theatres.war[:] = at_war
    theatres.war_age[:] = np.where(at_war, [war.age for war in wars], 0)
    theatres.intensity[:] = np.where(at_war, [war.intensity for war in wars], 0.0)
    theatres.entrenched[:] = np.where(at_war, [war.entrenched for war in wars], 0.0)
    theatres.great_power_war[:] = ((side == 1) & great).any(axis=1) & ((side == -1) & great).any(axis=1)


def _fill_deals(theatres: Theatres, deals: list[Deal | None]) -> None:
    theatres.deal[:] = [deal is not None for deal in deals]
    for name in TERMS:
        getattr(theatres, f"deal_{name}")[:] = [getattr(deal or NO_DEAL, name) for deal in deals]


def fill_pairs(pairs: Pairs, scenario: Scenario, parameters: Parameters, economy: Floats) -> None:
    """Write the pair matrices [N, N] of a checked scenario; diagonals are 0, that of reach 1."""
    distances = distance_matrix(scenario)
    pairs.alliance[:] = alliance_matrix(scenario)
    pairs.treaty[:] = pairs.alliance
    pairs.reach[:] = reach_matrix(scenario, parameters, distances)
    pairs.trade[:] = trade_matrix(scenario, economy, distances)
    pairs.rivalry[:] = _mutual(scenario, [(*one.states, one.strength) for one in scenario.rivalries])
    pairs.hostility[:] = _mutual(scenario, [(*one.states, one.level) for one in scenario.hostilities])


def distance_matrix(scenario: Scenario) -> Floats:
    """Distances in km [N, N]: between capitals, except where the scenario's own matrix says otherwise."""
    latitude = np.array([state.lat if state.lat is not None else 0.0 for state in scenario.states])
    longitude = np.array([state.lon if state.lon is not None else 0.0 for state in scenario.states])
    distances = great_circle(latitude, longitude)
    _put(distances, scenario, scenario.distances.states, scenario.distances.rows)
    np.fill_diagonal(distances, 0.0)
    return distances


def reach_matrix(scenario: Scenario, parameters: Parameters, distances: Floats) -> Floats:
    """Share of row's force that arrives at column, from home or from the best forward base."""
    index = scenario.state_index()
    contiguous = as_pairs([(index[one], index[other]) for one, other in scenario.distances.contiguous])
    reach = home_reach(distances, contiguous, parameters.distance_decay)
    bases = Bases(
        np.array([index[base.state] for base in scenario.bases], dtype=np.int64),
        np.array([index[base.host] for base in scenario.bases], dtype=np.int64),
        np.array([base.strength for base in scenario.bases], dtype=np.float64),
    )
    return based_reach(reach, distances, bases, parameters.basing, parameters.distance_decay)


def alliance_matrix(scenario: Scenario) -> Floats:
    """Commitment of row to defend column: the strongest of all that the scenario lists."""
    matrix = _zeros(scenario)
    if scenario.alliance_matrix is not None:
        _put(matrix, scenario, scenario.alliance_matrix.states, scenario.alliance_matrix.rows)
    pairs = [(one, other, a.commitment) for a in scenario.alliances for one, other in a.pairs()]
    _raise_to(matrix, scenario, pairs)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def trade_matrix(scenario: Scenario, economy: Floats, distances: Floats) -> Floats:
    """Share of row's foreign trade that is with column: as given, else from gravity."""
    if scenario.trade is None:
        return gravity_trade(economy, distances)
    matrix = _zeros(scenario)
    _put(matrix, scenario, scenario.trade.states, scenario.trade.rows)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _mutual(scenario: Scenario, pairs: Sequence[tuple[str, str, float]]) -> Floats:
    """A symmetric matrix of what is said of pairs, 0 where nothing is."""
    matrix = _zeros(scenario)
    _raise_to(matrix, scenario, [*pairs, *((other, one, strength) for one, other, strength in pairs)])
    return matrix


def _zeros(scenario: Scenario) -> Floats:
    return np.zeros((len(scenario.states), len(scenario.states)))


def _put(matrix: Floats, scenario: Scenario, names: Sequence[str], rows: Sequence[Sequence[float]]) -> None:
    """Write a matrix over some states into one over all of them."""
    if names:
        index = scenario.state_index()
        places = [index[name] for name in names]
        matrix[np.ix_(places, places)] = np.array(rows)


def _raise_to(matrix: Floats, scenario: Scenario, pairs: Iterable[tuple[str, str, float]]) -> None:
    """Raise the entries of ordered pairs to the given strength where they are below it."""
    index = scenario.state_index()
    for one, other, strength in pairs:
        i, j = index[one], index[other]
        matrix[i, j] = max(matrix[i, j], strength)


LEADING_ORDER_WEIGHT = 0.5
"""Weight of the order from which on a state may lead the coalition without being named."""


def build_parameters(scenario: Scenario, overrides: Mapping[str, float] | None = None) -> Parameters:
    """The parameters of a run: defaults, then the scenario's, then `overrides` (checked by name and range)."""
    complain("parameters", [("", fault) for fault in setting_faults(overrides or {}, PARAMETERS, "parameter")])
    chosen = {**scenario.parameters, **(overrides or {})}
    return Parameters()._replace(**{name: float(value) for name, value in chosen.items()})


def build_world(scenario: Scenario, parameters: Parameters) -> World:
    """The world at round 0. Expects a checked scenario (see :func:`load_scenario` and :func:`check_scenario`)."""
    world = empty_world(len(scenario.states), len(scenario.theatres))
    _fill_states(world.states, scenario, parameters)
    fill_pairs(world.pairs, scenario, parameters, world.states.economy)
    powers, great = power_shares(world.states), great_powers(world.states, parameters)
    fill_stances(world.stances, scenario)
    fill_theatres(world.theatres, scenario, world.pairs.trade, world.stances, great)
    _fill_order(world, scenario.order.initial, powers)
    world.system.leader[0] = _leader(scenario, powers, world.states.order_weight)
    return world


def build_policy(scenario: Scenario, preset: PolicyPreset) -> Policy:
    """The preset as a table [segments, theatres] for this scenario, its terms applied.

    In the places for which the scenario has terms that a segment asks for, these win over its levers; levers that hold
    everywhere win over all terms. Raises :class:`GreatPowersError` where terms are named that do not exist.
    """
    _check_terms(scenario, preset)
    segments = segments_of(preset)
    levers = table(Levers, (len(segments), len(scenario.theatres)))
    for s, segment in enumerate(segments):
        rows = _lever_rows(scenario, segment)
        for name, row in {**rows, **segment.everywhere}.items():
            getattr(levers, name)[s] = row
    return Policy(np.array([segment.start for segment in segments], dtype=np.int64), levers)


def _check_terms(scenario: Scenario, preset: PolicyPreset) -> None:
    theirs = {terms.policy for terms in scenario.terms}
    asked = {name for segment in segments_of(preset) for name in segment.terms}
    faults = []
    if unknown := asked - {preset.name, *theirs}:  # only then are the shipped ones looked up, which reads a directory
        known = {preset.name, *names("policies"), *theirs}
        faults = [f"'terms' names '{n}', and there is no such policy. {suggestion(n, known)}" for n in unknown - known]
    if preset.name in theirs and preset.name not in asked:
        faults.append(
            f"it does not ask for the terms by place that the scenario has for '{preset.name}'; write "
            f'terms = ["{preset.name}"] to have them, or give the policy another name.'
        )
    complain(f"policy '{preset.name}'", [("", fault) for fault in sorted(faults)])


class InForce(NamedTuple):
    """What a policy says from a round on."""

    start: int
    followed: str  # the policy it follows, or itself
    terms: tuple[str, ...]  # whose terms by place hold, the later over the earlier
    levers: dict[str, float]  # every lever; what is left out is off
    everywhere: Mapping[str, float]  # levers that hold in every theatre, terms or no terms


def segments_of(preset: PolicyPreset) -> list[InForce]:
    """What the policy says, segment by segment."""
    parts: list[tuple[int, PolicyPreset | Segment]] = [(0, preset), *((s.from_round, s) for s in preset.schedule)]
    return [
        InForce(
            start, part.policy or preset.name, (preset.terms if part.terms is None else part.terms) or (),
            all_levers({**part.levers, **part.everywhere}), part.everywhere,
        )
        for start, part in parts
    ]  # fmt: skip


def terms_by_place(policy: str, rows: Mapping[str, Mapping[str, float]]) -> list[Terms]:
    """Terms of a policy that give theatres their own levers: one entry for each set of theatres treated alike."""
    alike: dict[tuple[tuple[str, float], ...], list[str]] = {}
    for theatre, levers in rows.items():
        if levers:
            alike.setdefault(tuple(levers.items()), []).append(theatre)
    return [Terms(policy=policy, theatres=tuple(theatres), levers=dict(levers)) for levers, theatres in alike.items()]


def all_levers(levers: Mapping[str, float]) -> dict[str, float]:
    """Every lever of the core, those not in `levers` at their defaults."""
    return {name: float(levers.get(name, LEVER_DEFAULTS.get(name, 0.0))) for name in LEVERS}


def _lever_rows(scenario: Scenario, segment: InForce) -> dict[str, Floats]:
    """One array [theatres] per lever."""
    rows = {name: np.full(len(scenario.theatres), value) for name, value in segment.levers.items()}
    index = scenario.theatre_index()
    for policy in segment.terms:
        for terms in scenario.terms:
            if terms.policy == policy:
                places = [index[theatre] for theatre in terms.theatres]
                for name, value in terms.levers.items():
                    rows[name][places] = value
    return rows


def weights_of(scenario: Scenario, state: State) -> Weights:
    """The four weights of a state: those of its doctrine, with its own in place of some."""
    own = {doctrine.name: doctrine.weights for doctrine in scenario.doctrines}
    base = own.get(state.doctrine) or _shipped_weights(state.doctrine)
    return base.model_copy(update=state.weights) if state.weights else base


@cache
def _shipped_weights(doctrine: str) -> Weights:
    """Read once: a study builds the same world ten thousand times."""
    return load_doctrine(doctrine).weights


def shares(amounts: Floats) -> Floats:
    """Amounts as shares of their total, all 0 if the total is 0."""
    total = amounts.sum()
    return amounts / total if total > 0 else np.zeros_like(amounts)


def power_shares(states: States) -> Floats:
    """Power share of each state: the mean of its shares of output and capability."""
    return (shares(states.economy) + shares(states.capability)) / 2


def great_powers(states: States, parameters: Parameters) -> NDArray[np.bool_]:
    """Which states are great powers [N]."""
    each = zip(power_shares(states).tolist(), states.nuclear.tolist(), strict=True)
    return np.array([is_great_power(*one, parameters.great_power_share) for one in each], dtype=np.bool_)


def _fill_states(states: States, scenario: Scenario, parameters: Parameters) -> None:
    listed = scenario.states
    states.economy[:] = shares(np.array([s.economy for s in listed]))
    states.capability[:] = shares(np.array([s.capability for s in listed]))
    for name in ("nuclear", "openness", "committed", "resolve_committed", "resolve_reluctant", "election_period"):
        getattr(states, name)[:] = [getattr(s, name) for s in listed]
    states.election_offset[:] = [_first_election(s) for s in listed]
    _fill_weights(states, scenario)
    _fill_leadership(states, listed, parameters)
    _fill_arms(states, listed, parameters.depreciation)


def _fill_order(world: World, initial: float, powers: Floats) -> None:
    """An order starts where it would stay if nothing happened, given the power of those who live for it."""
    # Not `@`: that adds up in whatever order suits the processor.
    upheld = float((powers * world.states.order_weight).sum())
    world.system.order[0] = initial
    world.system.untroubled[0] = initial / upheld if upheld > 0 else 0.0


def _fill_weights(states: States, scenario: Scenario) -> None:
    weights = [weights_of(scenario, state) for state in scenario.states]
    for name in Weights.model_fields:
        getattr(states, f"{name}_weight")[:] = [getattr(each, name) for each in weights]


def _fill_leadership(states: States, listed: tuple[State, ...], parameters: Parameters) -> None:
    """Resolve, what is claimed of it, and what others believe about it."""
    states.resolve[:] = np.where(states.committed == 1, states.resolve_committed, states.resolve_reluctant)
    states.claimed[:] = states.resolve
    prior = np.array([parameters.prior_credibility if s.credibility is None else s.credibility for s in listed])
    states.answered_count[:] = prior * parameters.prior_weight
    states.unanswered_count[:] = (1 - prior) * parameters.prior_weight
    states.reliability[:] = parameters.reliability_prior
    states.trust[:] = [parameters.trust_prior if s.trust is None else s.trust for s in listed]


def _fill_arms(states: States, listed: tuple[State, ...], depreciation: float) -> None:
    """Arms yield such that capability is steady at the customary burden: yield = depreciation M / (burden Y)."""
    states.burden[:] = [s.burden for s in listed]
    states.burden_custom[:] = states.burden
    spent = states.burden * states.economy
    worn = depreciation * states.capability
    states.arms_yield[:] = np.divide(worn, spent, out=np.zeros_like(worn), where=spent > 0)


def _first_election(state: State) -> int:
    if state.next_election is not None:
        return state.next_election
    return max(state.election_period - 1, 0)


def _leader(scenario: Scenario, powers: Floats, order_weights: Floats) -> int:
    """The leader named, else the most powerful state that lives for the order, else nobody (-1)."""
    if scenario.coalition.leader is not None:
        return scenario.state_index()[scenario.coalition.leader]
    candidates: Ints = np.flatnonzero(order_weights >= LEADING_ORDER_WEIGHT)
    return int(candidates[np.argmax(powers[candidates])]) if candidates.size else -1


def policy_differences(scenario: Scenario, one: PolicyPreset, other: PolicyPreset) -> list[dict[str, Any]]:
    """Everything in which two policies differ as built: a row for each round of change, lever and pair of values.

    `theatres` lists the places where they differ so. What would be in a deal counts where one of them offers one. No
    row at all: here the two are the same policy.
    """
    built = [build_policy(scenario, policy) for policy in (one, other)]
    ids = np.array([theatre.id for theatre in scenario.theatres])
    rows: list[dict[str, Any]] = []
    for start in sorted({*map(int, built[0].starts), *map(int, built[1].starts)}):
        segments = [np.flatnonzero(policy.starts <= start)[-1] for policy in built]
        rows_of = [policy.levers[segment] for policy, segment in zip(built, segments, strict=True)]
        offered = np.maximum(rows_of[0].deal, rows_of[1].deal) > 0
        for name, lever in LEVERS.items():
            values = np.stack([getattr(row, name) for row in rows_of], axis=1)
            differs = (values[:, 0] != values[:, 1]) & (offered | (name not in IN_A_DEAL))
            for pair in dict.fromkeys(map(tuple, values[differs].tolist())):
                places = ids[differs & (values == np.array(pair)).all(axis=1)]
                named = EVERYWHERE if places.size == ids.size else ", ".join(places)
                rows.append(
                    {"from_round": start, "lever": name, "theatres": named, "one": pair[0], "other": pair[1],
                     "unit": lever.unit, "meaning": lever.meaning}
                )  # fmt: skip
    return rows
