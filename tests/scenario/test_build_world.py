"""A world at round 0 is what its scenario says, normalised, and steady."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_scenario, synthetic
from greatpowers.core.declare import fields_of
from greatpowers.core.world import Pairs, Stances, States, System, Theatres, World
from greatpowers.scenario.build import build_parameters, build_world
from greatpowers.scenario.load import read_scenario


def state(name: str, **settings: Any) -> dict[str, Any]:
    common = {"id": name, "doctrine": "trading-state", "economy": 1.0, "capability": 1.0, "lat": 0.0, "lon": 0.0}
    return {**common, **settings}


def world_of(states: list[dict[str, Any]], parameters: Mapping[str, float] | None = None, **tables: Any) -> World:
    scenario = read_scenario({"format": 1, "name": "test", "title": "Test", "state": states, **tables})
    return build_world(scenario, build_parameters(scenario, parameters))


def theatre(**settings: Any) -> dict[str, Any]:
    return {"id": "t", "challenger": "A", "host": "B", "salience": 0.5, **settings}


ABC = [state("A"), state("B", lon=10.0), state("C", lon=20.0)]


@pytest.mark.parametrize("name", ["template", "synthetic"])
def test_every_field_lies_in_its_declared_range(name: str) -> None:
    scenario = load_scenario(name)
    world = build_world(scenario, build_parameters(scenario, None))
    for part, layout in zip(world, (States, Pairs, Theatres, Stances, System), strict=True):
        for declared in fields_of(layout):
            values = getattr(part, declared.name)
            assert np.all((values >= declared.field.low) & (values <= declared.field.high)), declared.name


@pytest.mark.parametrize("name", ["template", "synthetic"])
def test_shares_add_up_and_diagonals_are_clear(name: str) -> None:
    scenario = load_scenario(name)
    world = build_world(scenario, build_parameters(scenario, None))
    assert world.states.economy.sum() == pytest.approx(1)
    assert world.states.capability.sum() == pytest.approx(1)
    for matrix in (
        world.pairs.alliance,
        world.pairs.treaty,
        world.pairs.trade,
        world.pairs.rivalry,
        world.pairs.hostility,
    ):
        assert not np.diagonal(matrix).any()
    assert np.all(np.diagonal(world.pairs.reach) == 1)
    assert np.all(world.pairs.trade.sum(axis=1) <= 1 + 1e-12)
    assert np.array_equal(world.pairs.treaty, world.pairs.alliance)


def test_capability_is_steady_at_the_customary_burden() -> None:
    scenario = load_scenario("template")
    parameters = build_parameters(scenario, None)
    states = build_world(scenario, parameters).states
    bought = states.arms_yield * states.burden_custom * states.economy
    assert bought == pytest.approx(parameters.depreciation * states.capability)


def test_a_state_without_arms_or_burden_buys_nothing() -> None:
    world = world_of([state("A"), state("B", capability=0.0), state("C", burden=0.0)])
    assert np.isfinite(world.states.arms_yield).all()
    assert world.states.arms_yield[1] == world.states.arms_yield[2] == 0


def test_beliefs_come_from_the_state_else_from_the_parameters() -> None:
    world = world_of(
        [state("A", credibility=0.2, trust=0.9), state("B")], {"prior_credibility": 0.6, "prior_weight": 3.0}
    )
    assert world.states.answered_count == pytest.approx([0.2 * 3, 0.6 * 3])
    assert world.states.unanswered_count == pytest.approx([0.8 * 3, 0.4 * 3])
    assert world.states.trust == pytest.approx([0.9, 0.5])


def test_resolve_follows_the_leadership_and_is_claimed() -> None:
    world = world_of([state("A"), state("B", committed=False, resolve_reluctant=0.1)])
    assert world.states.resolve == pytest.approx([0.9, 0.1])
    assert world.states.claimed == pytest.approx([0.9, 0.1])


def test_the_first_election_ends_the_first_period_unless_told_otherwise() -> None:
    world = world_of([state("A"), state("B", election_period=16), state("C", election_period=16, next_election=3)])
    assert world.states.election_offset.tolist() == [0, 15, 3]


def test_weights_are_the_doctrines_with_the_states_own() -> None:
    own = {"name": "mild", "title": "Mild", "weights": {"power": 0.2, "order": 0.3, "welfare": 0.4, "fear": 0.5}}
    world = world_of([state("A", weights={"fear": 0.7}), state("B", doctrine="mild")], doctrine=[own])
    assert world.states.welfare_weight.tolist() == [1.0, 0.4]
    assert world.states.fear_weight.tolist() == [0.7, 0.5]


def test_the_strongest_state_that_lives_for_the_order_leads_unless_one_is_named() -> None:
    loyal = {"doctrine": "order-preserving"}
    states = [state("A", economy=9.0), state("B", economy=2.0, **loyal), state("C", **loyal)]
    assert world_of(states).system.leader[0] == 1
    assert world_of(states, coalition={"leader": "C"}).system.leader[0] == 2
    assert world_of(ABC).system.leader[0] == -1


def test_alliances_combine_by_the_strongest() -> None:
    mutual = {"members": ["A", "B"], "commitment": 0.5}
    one_way = {"from": "A", "to": ["B", "C"], "commitment": 0.8}
    matrix = {"states": ["B", "C"], "rows": [[1.0, 0.4], [0.4, 1.0]]}
    alliance = world_of(ABC, alliance=[mutual, one_way], alliance_matrix=matrix).pairs.alliance
    assert alliance.tolist() == [[0, 0.8, 0.8], [0.5, 0, 0.4], [0, 0.4, 0]]


def test_rivalry_is_mutual() -> None:
    rivalry = world_of(ABC, rivalry=[{"states": ["A", "C"], "strength": 0.6}]).pairs.rivalry
    assert rivalry[0, 2] == rivalry[2, 0] == 0.6
    assert rivalry.sum() == pytest.approx(1.2)


def test_hostility_is_the_same_both_ways_and_none_where_nothing_is_said() -> None:
    hostility = world_of(ABC, hostility=[{"states": ["C", "B"], "level": 0.35}]).pairs.hostility
    assert hostility.tolist() == [[0, 0, 0], [0, 0, 0.35], [0, 0.35, 0]]
    assert not world_of(ABC, rivalry=[{"states": ["A", "C"]}]).pairs.hostility.any()


def test_a_distance_matrix_replaces_capitals() -> None:
    km = {"states": ["A", "B", "C"], "rows": [[0, 4000, 8000], [4000, 0, 4000], [8000, 4000, 0]]}
    states = [{k: v for k, v in s.items() if k not in ("lat", "lon")} for s in ABC]
    reach = world_of(states, distances=km).pairs.reach
    assert reach[0] == pytest.approx([1, np.exp(-1), np.exp(-2)])


def test_trade_is_as_given_else_by_gravity() -> None:
    rows = [[0, 0.5, 0.1], [0.2, 0, 0.2], [0.3, 0.3, 0]]
    assert world_of(ABC, trade={"states": ["A", "B", "C"], "rows": rows}).pairs.trade.tolist() == rows
    gravity = world_of([state("A"), state("B", lon=10.0), state("C", lon=20.0, economy=2.0)]).pairs.trade
    assert gravity[0] == pytest.approx([0, 0.5, 0.5])


def test_a_theatre_at_peace_has_no_crisis_no_war_no_deal() -> None:
    theatres = world_of(ABC, theatre=[theatre()]).theatres
    for name in ("rung", "previous_rung", "crisis_age", "resisted", "appealed", "war", "deal", "breadth", "recognised"):
        assert getattr(theatres, name)[0] == 0
    assert theatres.deal_tranches[0] == 1
    assert theatres.ceiling[0] == 7


@pytest.mark.parametrize(("rung", "crisis", "resisted"), [(1, 0, 0), (2, 1, 0), (3, 1, 1), (5, 1, 1)])
def test_a_crisis_that_is_on_is_a_round_old(rung: int, crisis: int, resisted: int) -> None:
    theatres = world_of(ABC, theatre=[theatre(rung=rung, aid=0.1)]).theatres
    assert theatres.previous_rung[0] == rung
    assert theatres.crisis_age[0] == crisis
    assert theatres.resisted[0] == theatres.appealed[0] == resisted


def test_a_war_that_is_on_has_its_two_parties() -> None:
    world = world_of(ABC, theatre=[theatre(rung="war")])
    assert world.theatres.war[0] == 1
    assert world.theatres.intensity[0] == 1
    assert world.stances.side[0].tolist() == [-1, 1, 0]
    assert world.theatres.great_power_war[0] == 1


def test_what_is_annexed_is_recognised() -> None:
    assert world_of(ABC, theatre=[theatre(control=0.3, annexed=True)]).theatres.recognised[0] == 0.3
    assert world_of(ABC, theatre=[theatre(control=0.3, recognised=0.1)]).theatres.recognised[0] == 0.1


def test_breadth_is_the_share_of_trade_with_those_who_take_part() -> None:
    rows = [[0, 0.5, 0.1], [0.2, 0, 0.2], [0.3, 0.3, 0]]
    trade = {"states": ["A", "B", "C"], "rows": rows}
    world = world_of(ABC, trade=trade, theatre=[theatre(sanctions=0.4, sanctioning=["C"], presence={"C": 0.2})])
    assert world.theatres.breadth[0] == pytest.approx(0.1 / 0.6)
    assert world.stances.sanctioning[0].tolist() == [0, 0, 1]
    assert world.stances.presence[0].tolist() == [0, 0, 0.2]


def test_a_deal_in_force_is_written_down() -> None:
    terms = {"age": 8, "relief": 0.5, "tranches": 4, "paid": 0.25, "monitors": 0.3, "sanctions": 0.4}
    theatres = world_of(ABC, theatre=[theatre(deal=terms)]).theatres
    assert theatres.deal[0] == 1
    assert {name: getattr(theatres, f"deal_{name}")[0] for name in terms} == terms


def test_parameters_come_from_the_scenario_then_from_whoever_asks() -> None:
    data = {"format": 1, "name": "t", "title": "T", "state": ABC, "parameters": {"clash": 0.1, "jolt": 0.2}}
    parameters = build_parameters(read_scenario(data), {"clash": 1})
    assert (parameters.clash, parameters.jolt) == (1.0, 0.2)
    with pytest.raises(GreatPowersError, match=r"no parameter 'clsh'\. Did you mean 'clash'"):
        build_parameters(read_scenario(data), {"clsh": 1})
    with pytest.raises(GreatPowersError, match="parameter 'clash' is nan; expected a number from 0 to 1"):
        build_parameters(read_scenario(data), {"clash": float("nan")})


def test_a_world_without_theatres_or_with_one_state_is_a_world() -> None:
    assert world_of(ABC).theatres.rung.shape == (0,)
    lone = world_of([state("A")])
    assert lone.pairs.trade.tolist() == [[0.0]]
    assert lone.states.economy.tolist() == [1.0]
    generated = synthetic(states=1)
    assert build_world(generated, build_parameters(generated, None)).theatres.rung.size == 0


def test_renumbering_states_renumbers_the_world() -> None:
    tables: dict[str, Any] = {
        "theatre": [theatre(presence={"C": 0.1})],
        "rivalry": [{"states": ["A", "C"]}],
        "hostility": [{"states": ["B", "C"], "level": 0.2}, {"states": ["A", "B"], "level": 0.4}],
        "base": [{"state": "C", "host": "B"}],
    }
    there, back = world_of(ABC, **tables), world_of(ABC[::-1], **tables)
    for name in (declared.name for declared in fields_of(States)):
        assert getattr(there.states, name) == pytest.approx(getattr(back.states, name)[::-1])
    for name in (declared.name for declared in fields_of(Pairs)):
        assert getattr(there.pairs, name) == pytest.approx(getattr(back.pairs, name)[::-1, ::-1])
    assert there.stances.presence.tolist() == back.stances.presence[:, ::-1].tolist()


def test_a_war_under_way_has_the_age_the_front_and_the_sides_that_the_file_gives() -> None:
    war = {"age": 6, "intensity": 3.0, "entrenched": 0.5, "beside_host": ["C"]}
    fought = world_of(ABC, theatre=[theatre(rung=7, war=war)])
    at = fought.theatres[0]
    assert (at.war, at.war_age, at.intensity, at.entrenched) == (1, 6, 3.0, 0.5)
    assert fought.stances.side.tolist() == [[-1, 1, 1]] and at.great_power_war == 1
    fresh = world_of(ABC, theatre=[theatre(rung=7)])
    at = fresh.theatres[0]
    assert (at.war, at.war_age, at.intensity, at.entrenched) == (1, 0, 1.0, 0.0)
    assert fresh.stances.side.tolist() == [[-1, 1, 0]]
