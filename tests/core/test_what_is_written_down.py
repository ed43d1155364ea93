"""What a round leaves on paper: each event with who, when, before, after and why; and the metrics, by hand.

State 0 challenges state 1 of the same size; state 2, alike, leads the coalition where there is one. The numbers of an
event are those that :data:`~greatpowers.core.log.NUMBERS` names.
"""

from math import exp, nan

import numpy as np
import pytest
from core_worlds import ALWAYS, NEVER, Game, play, policy_of, still_luck, world_of

from greatpowers.core.equations.choice import logit
from greatpowers.core.equations.war import joining_chance
from greatpowers.core.ladder import COMMITMENT, HOLD, SEVERITY, Rung
from greatpowers.core.log import Breaker, Event, Outcome
from greatpowers.core.metrics import Metric
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.world import World

NOW, HERE = 3, 1  # the round that is played, and the theatre it is about
NOWHERE = NOBODY = -1
P = Parameters(habit=9.0)  # whoever takes part in sanctions goes on
IN_WAR = 1.0 / (1.0 + P.initiative**-P.contest_exponent)  # odds of who attacks an equal


def place(rung: int = 3, third: dict[str, float] | None = None, leader: int = -1, **theatre: float) -> World:
    """Two theatres: in the first, whose ceiling is peace, nothing happens."""
    world = world_of(
        [{"power_weight": 1.0}, {}, third or {}],
        [{"challenger": 0, "host": 1, "ceiling": 0}, {"challenger": 0, "host": 1, "rung": rung, **theatre}],
    )
    world.system.leader[0] = leader
    return world


def played(
    world: World, order: int = 0, levers: dict[str, float] | None = None, p: Parameters = P, **luck: float
) -> Game:
    drawn = still_luck(1, world, **luck)
    return play(world, policy_of(2, **(levers or {})), drawn, order=order, parameters=p, first=NOW)


def told(game: Game, kind: Event, *numbers: float, who: tuple[int, int] = (0, 1), where: int = HERE) -> None:
    """There was one event of a kind, and this is what it says."""
    (row,) = game.events(kind)
    assert game.log.codes[row].tolist() == [NOW, kind, where, *who]
    assert game.log.numbers[row] == pytest.approx(numbers, rel=1e-9, nan_ok=True)


def traced(game: Game, column: Trace, option: int = 0) -> float:
    return game.trace(column, option, theatre=HERE)


# --- The ladder, and what hosts answer


def test_a_step_and_what_went_through_the_challengers_mind() -> None:
    game = played(place(), 1, choice=0.75)
    believed, true = traced(game, Trace.BELIEVED_CREDIBILITY), traced(game, Trace.TRUE_CREDIBILITY)
    told(game, Event.RUNG, 3.0, 4.0, believed, true, 0.75)
    weighed = game.log.traces[game.events(Event.RUNG)[0]]
    assert (weighed[Trace.LUCK], weighed[Trace.MOVE]) == (0.75, 1.0)
    assert weighed[Trace.UTILITY_] == traced(game, Trace.UTILITY_) != 0.0
    assert played(place()).events(Event.RUNG) == []


def giving_way(game: Game, rung: int) -> float:
    """Chance that a host without a doctrine gives way to an equal, as the equations of the answer have it."""
    lost = P.war_loss * IN_WAR + P.victory_price
    feared = traced(game, Trace.WAR_CHANCE) * (lost + P.homeland * P.spoils * IN_WAR**2)
    return logit(
        SEVERITY[rung] * (feared - P.homeland * P.yield_transfer * HOLD[Rung.SEIZURE]) - P.yield_point, P.yield_noise
    )


def test_a_host_that_resists_and_appeals() -> None:
    world = place()
    world.states.answered_count[1], world.states.unanswered_count[1] = 3.0, 1.0
    game = played(world, 1, p=P._replace(talk=0.0), host=0.999, appeal=0.25)
    told(game, Event.RESISTANCE, 4.0, 4.0, IN_WAR, 1.0 - giving_way(game, 4), 0.999, who=(1, 0))
    told(game, Event.APPEAL, 4.0, 4.0, 0.75, logit(0.25, 0.15), 0.25, who=(1, 0))
    again = played(place(resisted=1, appealed=1), 1, host=0.999, appeal=ALWAYS)
    assert again.events(Event.RESISTANCE) == again.events(Event.APPEAL) == []


@pytest.mark.parametrize(
    ("demand", "kind", "shift"), [(0.0, Event.YIELD, 1), (50.0, Event.LET_PASS, 0)], ids=["yields", "lets it pass"]
)
def test_a_host_that_gives_way(demand: float, kind: Event, shift: int) -> None:
    game = played(place(), 1, p=P._replace(demand=demand), host=1e-9)
    told(game, kind, 4.0, 4.0, IN_WAR, giving_way(game, 4), 1e-9, who=(1, 0))
    handed_over = shift * P.yield_transfer * SEVERITY[4] * 0.45
    assert game.world.theatres.recognised[HERE] == pytest.approx(handed_over)


@pytest.mark.parametrize("order", [-1, 0])
def test_a_host_decides_only_on_a_step_up(order: int) -> None:
    game = played(place(5, resisted=0), order, host=ALWAYS)
    assert not any(game.events(kind) for kind in (Event.YIELD, Event.LET_PASS, Event.RESISTANCE, Event.APPEAL))
    assert not any(played(place(0), 1, host=ALWAYS).events(kind) for kind in (Event.YIELD, Event.LET_PASS))


# --- Guardians


def test_sanctions_that_change_by_more_than_a_twentieth() -> None:
    world = place(5, {"order_weight": 1.0}, leader=2)
    game, level = played(world, levers={"sanctions": 1.0}, p=P._replace(sanctions_rise=0.2)), 0.2 * 0.75 * 0.9
    told(game, Event.SANCTIONS, 0.0, level, level, 0.75 * 0.9, game.world.theatres.breadth[HERE], who=(2, 0))
    world.theatres.sanctions[HERE] = 0.5
    falling = played(world, p=P._replace(sanctions_fall=0.2))
    told(falling, Event.SANCTIONS, 0.5, 0.4, 0.4, 0.0, falling.world.theatres.breadth[HERE], who=(2, 0))
    assert played(place(3, leader=2), levers={"sanctions": 0.5}).events(Event.SANCTIONS) == []


def test_presence_that_comes_and_goes() -> None:
    world, wish = place(3, {"order_weight": 1.0}, leader=2), 0.4 * 0.9 * 0.7  # of resolve, and stake in an order of .7
    game = played(world, levers={"presence": 0.4, "red_line": 1}, p=P._replace(deployment=0.5))
    told(game, Event.PRESENCE, 0.0, wish / 2, wish / 2, 0.4, 0.9, who=(2, 0))
    world.stances.presence[HERE, 2] = 0.4
    leaves = played(world, p=P._replace(deployment=0.99))
    told(leaves, Event.PRESENCE, 0.4, 0.004, 0.004, 0.0, 0.9, who=(2, 0))
    assert played(world, p=P._replace(deployment=0.9)).events(Event.PRESENCE) == []


def test_a_strike() -> None:
    world = place(5, {"order_weight": 1.0}, leader=2, control=0.3, recognised=0.1)
    game = played(world, levers={"strike": 0.8}, strike=0.5)
    told(game, Event.STRIKE, nan, nan, 0.8 * 0.9, 0.5, P.strike_effect * 0.2, who=(2, 0))


# --- Fire and war


def odds_on_rung(rung: int) -> float:
    """Contest share of the challenger against an equal, who musters more than it commits."""
    facing = COMMITMENT[rung] ** P.mobilisation
    return float(1.0 / (1.0 + (facing / COMMITMENT[rung]) ** P.contest_exponent))


@pytest.mark.parametrize("rung", [3, 5])
def test_an_exchange_of_fire_and_what_leaders_choose_then(rung: int) -> None:
    own, host = COMMITMENT[rung], COMMITMENT[rung] ** P.mobilisation
    risk = 1.0 - exp(-P.clash * SEVERITY[rung] * host / (host + own))
    answer = logit(P.answer_point - odds_on_rung(rung), P.answer_noise)
    for draw, answered in ((answer - 1e-6, 1.0), (answer + 1e-6, 0.0)):
        game = played(place(rung), clash=risk - 1e-6, answer=draw)
        told(game, Event.CLASH, 1.0 * rung, 1.0 * rung, risk, risk - 1e-6, answered)
        assert len(game.events(Event.DECISION)) == game.world.theatres.resisted[HERE] == answered
    assert played(place(rung), clash=risk + 1e-6).events(Event.CLASH) == []
    matter = P.clash_war * SEVERITY[rung] ** P.war_gravity
    saved = P.homeland * SEVERITY[rung] ** 2 * (1.0 - IN_WAR)
    ready = logit(saved - P.war_loss * IN_WAR - P.victory_price, P.war_noise)
    wished = traced(game, Trace.WAR_CHANCE)
    chance = matter * (1.0 - (1.0 - wished) * (1.0 - ready))
    for draw, chosen in ((chance - 1e-6, 1.0), (chance + 1e-6, 0.0)):
        fire = played(place(rung), clash=ALWAYS, answer=ALWAYS, clash_war=draw)
        told(fire, Event.DECISION, matter, chosen, wished, ready, draw)
        assert fire.world.theatres.war[HERE] == chosen


def test_a_war_that_breaks_out_and_whom_treaties_call() -> None:
    world = place(6)
    world.pairs.alliance[2, 1] = world.pairs.treaty[2, 1] = 0.8
    world.pairs.alliance[2, 0] = world.pairs.treaty[2, 0] = 0.6
    game = played(world, 1, casus=0.3)
    told(game, Event.WAR, 6.0, 7.0, traced(game, Trace.TRUE_BALANCE), 0.0, traced(game, Trace.WAR_BALANCE))
    told(game, Event.CALL, 0.0, 1.0, 0.8, P.casus_foederis, 0.3, who=(2, 1))
    other = played(world, 1, casus=0.97)
    told(other, Event.CALL, 0.0, -1.0, 0.6, P.casus_offence, 0.97, who=(2, 0))
    for column, expected in (("war_age", 1), ("annexed", 0), ("resisted", 1), ("spread", 0)):
        assert getattr(game.world.theatres, column)[HERE] == expected


def test_a_war_that_spreads_from_another_place() -> None:
    world = place(3)
    world.theatres.ceiling[0] = world.theatres.rung[0] = 7
    world.theatres.war[0] = world.theatres.intensity[0] = 1
    world.stances.side[0, :2] = -1, 1
    game = played(world)
    told(game, Event.WAR, 3.0, 3.0, traced(game, Trace.TRUE_BALANCE), 1.0, traced(game, Trace.WAR_BALANCE))
    assert game.world.stances.side.tolist() == [[-1, 1, 0], [-1, 1, 0]]


def test_a_front_of_a_general_war() -> None:
    world = place(0)
    world.theatres.ceiling[0] = world.theatres.rung[0] = 7
    world.theatres.war[0] = world.theatres.intensity[0] = 1
    world.stances.side[0, :2] = -1, 1
    draw = P.general_war * world.theatres.salience[HERE] - 0.01
    game = played(world, front=draw)
    told(game, Event.WAR, 0.0, 0.0, traced(game, Trace.TRUE_BALANCE), 1.0, traced(game, Trace.WAR_BALANCE))
    assert (game.world.theatres.crisis_age[HERE], game.world.theatres.resisted[HERE]) == (1, 1)


def at_war(**third: float) -> World:
    world = place(7, third)
    world.pairs.reach[2, 1] = 0.5
    return world


def test_one_that_joins_the_host_for_every_reason_there_is() -> None:
    world = at_war(power_weight=0.5, order_weight=0.4)
    world.stances.bound[HERE, 2], world.stances.presence[HERE, 2] = 1, 0.05
    world.pairs.alliance[2, 1], world.pairs.alliance[2, 0] = 0.8, 0.25
    world.pairs.rivalry[2, 0] = world.pairs.rivalry[0, 2] = 0.6
    game = played(world, p=P._replace(deployment=0.0, nuclear_fear=0.0), war=0.1)
    pact, policing = 0.8 * 0.9 * 0.5, P.policing * 0.4 * 0.7 * 0.9 * 0.5
    balancing, tripwire = P.balancing * 0.5 * 0.5 * 0.6 * 0.5, P.war_join_cost / 2
    stake = (pact + policing + balancing + tripwire) * 0.75 * 2.0 * 0.5 / 1.5
    chance = joining_chance(P.war_joining, stake, P.war_join_cost, P.join_noise)
    told(game, Event.JOINING, 0.0, 1.0, stake, chance, 0.1, who=(2, 0))


def test_one_that_joins_the_challenger() -> None:
    world = at_war()
    world.stances.bound[HERE, 2], world.states.nuclear[1] = -1, 0.5
    world.pairs.alliance[2, 0], world.pairs.alliance[2, 1] = 0.9, 0.2
    game = played(world, war=0.999)
    stake = 0.9 * 0.9 * 0.8 * 0.5 * 2.0 * 0.5 / 1.5
    cost = P.war_join_cost * (1.0 + P.nuclear_dread * P.nuclear_fear * 0.5)
    chance = joining_chance(P.war_joining, stake, cost, P.join_noise)
    told(game, Event.JOINING, 0.0, -1.0, stake, chance, 0.999, who=(2, 1))


def test_great_powers_at_war_and_a_war_that_goes_nuclear() -> None:
    world = at_war()
    world.states.economy[:] = 0.5, 0.3, 0.2
    world.states.nuclear[:2] = 0.8, 0.5
    game = played(world, war_growth=0.25, nuclear=ALWAYS)
    told(game, Event.GREAT_POWER_WAR, nan, nan, 1.0, (0.3 + 1 / 3) / 2, (0.5 + 1 / 3) / 2)
    log_intensity = 2.0 * P.war_growth * 0.25
    hazard = P.nuclear_hazard * 0.8 * 0.5 * (1.0 + log_intensity)
    told(game, Event.NUCLEAR_USE, nan, nan, hazard, ALWAYS, exp(log_intensity))
    told(game, Event.WAR_END, 7.0, nan, Outcome.NUCLEAR, IN_WAR, game.metric(Metric.BATTLE_DEATHS)[0])
    assert played(world, war_growth=0.25, nuclear=hazard + 1e-9).events(Event.NUCLEAR_USE) == []


@pytest.mark.parametrize(
    ("above", "outcome"), [(-1e-9, Outcome.STALEMATE), (1e-9, Outcome.VICTORY), ((1 - P.stalemate) * IN_WAR, 0)]
)
def test_a_war_that_ends(above: float, outcome: Outcome) -> None:
    clear = P.war_stop * (1.0 + P.war_clarity * (2.0 * IN_WAR - 1.0) ** 2)
    luck = {"war_growth": 0.0, "war_outcome": P.stalemate + above + (1e-9 if outcome == Outcome.DEFEAT else 0.0)}
    game = played(at_war(), war_stop=clear - 1e-9, **luck)
    effort = P.war_effort * 0.3**P.totality  # each has a third of the world's force, a great power a tenth
    deaths = P.deaths_scale * P.attrition * effort / 3.0  # both lose by the other's share of the odds: of one
    told(game, Event.WAR_END, 7.0, nan, outcome, IN_WAR, deaths)
    assert played(at_war(), war_stop=clear + 1e-9, **luck).events(Event.WAR_END) == []


def test_territory_that_is_annexed() -> None:
    game = played(place(6, control=0.3, recognised=0.1))
    told(game, Event.ANNEXATION, nan, nan, game.world.theatres.control[HERE], 0.1, SEVERITY[6])
    assert game.world.theatres.annexed.tolist() == [0, 1]
    nothing = place(6, landless=1)
    assert played(nothing).events(Event.ANNEXATION) == []
    for change in ({"annexed": 1}, {"standing_down": 1}):
        assert played(place(6, control=0.3, **change)).events(Event.ANNEXATION) == []


# --- Deals

OFFER = {"deal": 1, "relief": 0.8, "keep": 0.5, "monitors": 0.4, "peacekeepers": 0.2}


def sanctioned(**theatre: float) -> World:
    world = place(3, {"order_weight": 0.5}, **{"leader": 2, "sanctions": 0.8, "control": 0.1, **theatre})
    world.stances.sanctioning[HERE, 2] = 1.0
    return world


def test_an_offer_and_its_refusal() -> None:
    world = sanctioned()
    game = played(world, levers=OFFER, proposal=P.proposal - 1e-9)
    theatre, hurt = game.world.theatres, game.world.theatres.sanctions[HERE]  # of all
    told(game, Event.OFFER, 3.0, 0.0, 0.5, 0.8, hurt, who=(2, 0))
    granted, odds = 0.5 * theatre.control[HERE], traced(game, Trace.TRUE_BALANCE)
    belief = game.world.states.answered_count[1] / (
        game.world.states.answered_count[1] + game.world.states.unanswered_count[1]
    )
    by_host = SEVERITY[3] * odds + 0.25 * (0.6 + 1.0 - belief) - granted * (1.0 - odds)
    price = P.concession * granted * 0.5  # by weight of the order; all powers are alike
    by_coalition = hurt * (1.0 - 0.5 * 0.9) - price * 1.9
    loose = theatre.control[HERE] - granted
    change = max(-loose, -(0.03 + 0.5 * P.retaking) * loose * P.horizon)
    wish = traced(game, Trace.VALUE) * change - traced(game, Trace.UTILITY_, 1)  # it does not care for welfare
    chances = logit(wish, P.deal_noise), logit(by_host, 0.15), logit(by_coalition, 0.15)
    told(game, Event.REFUSAL, nan, nan, *chances)
    assert game.metric(Metric.DEALS_OFFERED)[0] == 1.0
    assert played(world, levers=OFFER, proposal=P.proposal).events(Event.OFFER) == []


@pytest.mark.parametrize(("relief", "trust"), [(0.0, 0.5), (0.8, 0.25), (0.8, 0.75), (0.4, 1.0)])
def test_who_lives_by_trade_counts_the_sanctions_that_trusted_relief_would_leave(relief: float, trust: float) -> None:
    world = sanctioned()
    world.states.welfare_weight[0], world.states.trust[0], world.states.openness[0] = 0.3, trust, 0.02
    game = played(world, levers={**OFFER, "keep": 0.0, "relief": relief}, proposal=ALWAYS)
    loose = game.world.theatres.control[HERE]
    change = max(-loose, -(0.03 + 0.5 * P.retaking) * loose * P.horizon)
    left = game.world.theatres.sanctions[HERE] * (1.0 - relief * trust)
    loss = 0.5 * P.sanction_bite * left * traced(game, Trace.EXPECTED_BREADTH) * 0.02 * P.horizon
    wish = traced(game, Trace.VALUE) * change - 0.3 * loss - traced(game, Trace.UTILITY_, 1)
    by_challenger = float(game.log.numbers[game.events(Event.REFUSAL)[0], 2])
    assert by_challenger == pytest.approx(logit(wish, P.deal_noise), rel=1e-9)
    assert 1e-3 < by_challenger < 1.0 - 1e-3


def test_a_deal_that_is_signed_and_its_price() -> None:
    world = sanctioned()
    agreed = {"proposal": ALWAYS, "challenger_accepts": ALWAYS, "host_accepts": ALWAYS, "coalition_accepts": ALWAYS}
    refused, game = (
        played(world, levers=OFFER, **{**agreed, "host_accepts": NEVER}),
        played(world, levers=OFFER, **agreed),
    )
    told(game, Event.DEAL, 3.0, 0.0, 0.5, 0.8, 0.5)
    signed, granted = game.world.theatres, 0.5 * refused.world.theatres.control[HERE]
    assert signed.recognised[HERE] == pytest.approx(granted)
    names = ("deal", "deal_age", "deal_paid", "deal_relief", "deal_tranches", "deal_monitors", "deal_peacekeepers")
    assert [getattr(signed, name)[HERE] for name in names] == [1, 0, 0.0, 0.8, 4.0, 0.4, 0.2]
    assert signed.deal_sanctions[HERE] == refused.world.theatres.sanctions[HERE]
    learned = game.world.states.unanswered_count - refused.world.states.unanswered_count
    assert learned == pytest.approx([0.0, P.demonstration * granted, P.demonstration * granted])
    fallen = refused.world.system.order[0] - game.world.system.order[0]
    assert fallen == pytest.approx(P.concession * granted, rel=0.05)  # breaches of the round wear at what is left
    assert game.metric(Metric.DEALS_ACCEPTED)[0] == game.metric(Metric.DEALS_IN_FORCE)[0] == 1.0


def in_force(rung: int = 0, **theatre: float) -> World:
    deal = {"deal": 1, "deal_age": 7, "deal_sanctions": 0.8, "deal_relief": 0.6, "deal_tranches": 4, "sanctions": 0.8}
    return place(rung, leader=2, **{**deal, **theatre})


def test_a_tranche() -> None:
    game = played(in_force(deal_paid=0.5))
    trust = 0.5 + P.trust_gain * 0.5
    told(game, Event.TRANCHE, nan, nan, 0.6 * 0.75, trust, 0.8 * (1.0 - 0.6 * 0.5), who=(2, 0))
    assert game.world.theatres.deal_paid[HERE] == 0.75 and game.world.states.trust[0] == pytest.approx(trust)
    assert game.metric(Metric.RELIEF_PAID)[0] == pytest.approx(0.6 * 0.75)
    for change in ({"deal_paid": 1.0}, {"deal_relief": 0.0}, {"deal_age": 6}, {"rung": 1, "previous_rung": 2}):
        world = in_force()
        for name, value in change.items():
            getattr(world.theatres, name)[HERE] = value
        assert played(world).events(Event.TRANCHE) == [], change


@pytest.mark.parametrize(("rung", "monitors"), [(1, 0.5), (2, 0.1), (3, 0.2)])
def test_cheating_that_is_caught_and_that_is_not(rung: int, monitors: float) -> None:
    chance = max(monitors * P.detection, SEVERITY[rung])
    world = in_force(rung, deal_monitors=monitors, deal_paid=0.5, deal_snapback=0.5)
    for draw, caught in ((chance - 1e-9, 1.0), (chance, 0.0)):
        game = played(world, detection=draw)
        told(game, Event.CHEATING, 1.0 * rung, 1.0 * rung, chance, draw, caught)
        assert game.world.theatres.deal[HERE] == (rung < 3 or not caught)
        assert game.world.theatres.deal_paid[HERE] == (0.5 if rung == 3 or not caught else 0.0)
    if rung == 3:
        broken = played(world, detection=chance - 1e-9)
        told(broken, Event.DEAL_BROKEN, nan, Breaker.CHALLENGER, chance, chance - 1e-9, 8.0)


def test_a_deal_that_its_guardians_or_spoilers_break() -> None:
    world = in_force(control=0.2, spoilers=0.5, deal_peacekeepers=0.5)
    reneged = played(world, turn=ALWAYS, renege=0.1)
    told(reneged, Event.DEAL_BROKEN, nan, Breaker.GUARDIANS, P.renege, 0.1, 8.0)
    assert reneged.world.states.trust[0] == 0.5 * (1.0 - P.trust_loss)
    assert reneged.metric(Metric.DEALS_BROKEN_BY_GUARDIANS)[0] == 1.0
    spoilers = 0.5 - P.spoilers_down * 0.5
    hazard = P.ceasefire_failure * (1.0 + 3.0 * spoilers) * (1.0 - P.peacekeeping * 0.5)
    failed = played(world, ceasefire=hazard - 1e-9)
    told(failed, Event.DEAL_BROKEN, nan, Breaker.SPOILERS, hazard, hazard - 1e-9, 8.0)
    assert failed.metric(Metric.DEALS_BROKEN_BY_SPOILERS)[0] == 1.0
    assert played(world, ceasefire=hazard).events(Event.DEAL_BROKEN) == []


def test_a_compromise_between_the_two() -> None:
    world = place(4, control=0.2, recognised=0.05, resisted=1, crisis_age=2)
    over = played(world, p=P._replace(bargaining=1.0), bargain=ALWAYS)
    theatre, odds = over.world.theatres, traced(over, Trace.TRUE_BALANCE)
    granted = odds * (theatre.control[HERE] - 0.05)
    loose = theatre.control[HERE] - 0.05 - granted
    change = max(-loose, -(0.03 + 0.5 * P.retaking) * loose * P.horizon)
    wish = traced(over, Trace.VALUE) * change - traced(over, Trace.UTILITY_, 1)
    feared = P.war_loss * IN_WAR + P.victory_price + P.homeland * P.spoils * IN_WAR**2
    by_host = SEVERITY[4] * traced(over, Trace.WAR_CHANCE) * feared - P.homeland * granted
    chance = logit(wish, P.deal_noise) * logit(by_host, P.yield_noise)
    told(over, Event.COMPROMISE, 4.0, 0.0, granted, chance, ALWAYS)
    assert (theatre.standing_down[HERE], theatre.recognised[HERE]) == (1, pytest.approx(0.05 + granted))
    for change in ({"crisis_age": -1}, {"resisted": 0}, {"previous_rung": 3}):
        other = place(4, control=0.2, resisted=1, crisis_age=2)
        for name, value in change.items():
            getattr(other.theatres, name)[HERE] = value
        assert played(other, 1 if "previous_rung" in change else 0, bargain=ALWAYS).events(Event.COMPROMISE) == [], (
            change
        )


# --- Leaders and alignment


def test_a_leadership_that_turns() -> None:
    world = place()
    game = played(world, turn=P.irregular_turn - 1e-9)
    rows = game.events(Event.TURN)
    assert game.log.codes[rows].tolist() == [[NOW, Event.TURN, NOWHERE, i, NOBODY] for i in range(3)]
    assert game.log.numbers[rows[0]] == pytest.approx([1.0, 0.0, P.irregular_turn, P.irregular_turn - 1e-9, 0.3])
    assert played(world, turn=P.irregular_turn).events(Event.TURN) == []
    back = played(game.world, turn=ALWAYS)
    assert back.log.numbers[back.events(Event.TURN)[0]] == pytest.approx([0.0, 1.0, P.irregular_turn, ALWAYS, 0.9])


def test_an_alliance_that_grows_beyond_a_half_and_one_that_falls_below() -> None:
    world = place(3, {"order_weight": 1.0})
    world.pairs.alliance[2, 1], world.pairs.alliance[0, 1] = 0.49, 0.55
    world.states.answered_count[1], world.states.unanswered_count[1] = 9.0, 1.0
    game = played(world, p=P._replace(aligning=0.5, treaty_pull=0.0, belief_memory=1.0))
    host, after = game.world.states, game.world.pairs.alliance
    belief = host.answered_count[1] / (host.answered_count[1] + host.unanswered_count[1])
    drawn, left = belief * 0.9, 1.0 - belief  # to a full stake by its resolve; to the challenger for want of belief
    assert after[2, 1] == pytest.approx(0.49 + 0.5 * 0.35 * (drawn - 0.49))
    assert after[0, 1] == pytest.approx(0.55 + 0.5 * 0.35 * (left - 0.55))
    rows = game.events(Event.ALIGNMENT)
    assert game.log.codes[rows][:, 1:].tolist() == [[Event.ALIGNMENT, NOWHERE, 1, g] for g in (0, 2)]
    for row, before, g in zip(rows, (0.55, 0.49), (0, 2), strict=True):
        assert game.log.numbers[row] == pytest.approx([before, after[g, 1], belief, 0.35, nan], nan_ok=True)


# --- Luck


def chance_in(game: Game, kind: Event, column: int, row: int = -1) -> float:
    return float(game.log.numbers[game.events(kind)[row], column])


HAPPENS = {
    "clash": (lambda **luck: played(place(5), **luck), Event.CLASH, 2),
    "clash_war": (lambda **luck: played(place(5), clash=ALWAYS, answer=ALWAYS, **luck), Event.WAR, None),
    "host": (lambda **luck: played(place(), 1, p=P._replace(demand=0.0), **luck), Event.YIELD, 3),
    "appeal": (lambda **luck: played(place(), 1, **luck), Event.APPEAL, 3),
    "strike": (lambda **luck: played(_sent(5), levers={"strike": 0.5}, **luck), Event.STRIKE, 2),
    "detection": (lambda **luck: played(in_force(3), **luck), Event.DEAL_BROKEN, 2),
    "renege": (lambda **luck: played(in_force(), turn=ALWAYS, **luck), Event.DEAL_BROKEN, 2),
    "ceasefire": (lambda **luck: played(in_force(control=0.2), **luck), Event.DEAL_BROKEN, 2),
    "bargain": (lambda **luck: played(place(4, control=0.2, resisted=1, crisis_age=2), **luck), Event.COMPROMISE, 3),
    "nuclear": (lambda **luck: played(_nuclear(), **luck), Event.NUCLEAR_USE, 2),
    "turn": (lambda **luck: played(place(), **luck), Event.TURN, 2),
    "war": (lambda **luck: played(_called(), **luck), Event.JOINING, 3),
}


def _sent(rung: int) -> World:
    return place(rung, {"order_weight": 1.0}, leader=2, control=0.3)


def _nuclear() -> World:
    world = at_war()
    world.states.nuclear[:2] = 0.8, 0.5
    return world


def _called() -> World:
    world = at_war()
    world.stances.bound[HERE, 2], world.pairs.alliance[2, 1] = 1, 0.8
    return world


@pytest.mark.parametrize("draw", HAPPENS)
def test_what_has_a_chance_happens_below_it_and_not_at_it(draw: str) -> None:
    play_it, kind, column = HAPPENS[draw]
    least = play_it(**{draw: ALWAYS})
    assert least.events(kind)
    if column is None:
        decided = least.log.numbers[least.events(Event.DECISION)[0]]
        chance = float(decided[0] * (1.0 - (1.0 - decided[2]) * (1.0 - decided[3])))
    else:
        chance = chance_in(least, kind, column)
    assert 0.0 < chance < 1.0
    assert play_it(**{draw: float(np.nextafter(chance, 0.0)) * (1.0 - 1e-12)}).events(kind)
    assert not play_it(**{draw: chance if column is not None else chance * (1.0 + 1e-12)}).events(kind)


@pytest.mark.parametrize("party", ["challenger_accepts", "host_accepts", "coalition_accepts"])
def test_a_party_accepts_below_its_chance_and_not_at_it(party: str) -> None:
    willing = {"proposal": ALWAYS, "challenger_accepts": ALWAYS, "host_accepts": ALWAYS, "coalition_accepts": ALWAYS}
    refused = played(sanctioned(), levers=OFFER, **{**willing, party: NEVER})
    place_of = {"challenger_accepts": 2, "host_accepts": 3, "coalition_accepts": 4}[party]
    chance = chance_in(refused, Event.REFUSAL, place_of)
    assert len(played(sanctioned(), levers=OFFER, **{**willing, party: chance}).events(Event.REFUSAL)) == 1
    below = float(np.nextafter(chance, 0.0))
    assert len(played(sanctioned(), levers=OFFER, **{**willing, party: below}).events(Event.DEAL)) == 1


def test_a_choice_falls_where_its_probabilities_add_up() -> None:
    world = place(2)
    free = play(world, policy_of(2), still_luck(1, world, choice=0.5), parameters=P, first=NOW)
    down, _, up = (traced(free, Trace.PROBABILITY_, option) for option in range(3))
    for draw, step in ((down, 0), (np.nextafter(down, 0.0), -1), (1.0 - up, 1), (np.nextafter(1.0 - up, 0.0), 0)):
        game = play(world, policy_of(2), still_luck(1, world, choice=float(draw)), parameters=P, first=NOW)
        assert game.world.theatres.rung[HERE] - 2 == step


# --- Metrics


def test_a_rounds_metrics_follow_from_the_world_as_it_began_and_ended() -> None:
    world = place(3, {"order_weight": 1.0, "resolve": 0.6}, leader=2, control=0.2, sanctions=0.4, breadth=0.7)
    world.states.economy[:], world.states.capability[:] = (0.5, 0.3, 0.2), (0.6, 0.1, 0.3)
    world.pairs.alliance[2, 1], world.pairs.alliance[1, 2], world.pairs.alliance[0, 1] = 0.5, 0.3, 0.1
    world.theatres.deal[0], world.theatres.deal_relief[0], world.theatres.deal_paid[0] = 1, 0.5, 0.4
    game = played(world, levers={"sanctions": 0.5, "presence": 0.3, "red_line": 3}, arms=0.7)
    after, row = game.world, game.track.metrics[0]
    power = np.array([0.5 + 0.6, 0.3 + 0.1, 0.2 + 0.3]) / 2.0
    ties = after.pairs.alliance.sum(axis=1)
    capability = after.states.capability / after.states.capability.sum()
    believed, true = (game.track.traces[0, :, c].mean() for c in (Trace.BELIEVED_CREDIBILITY, Trace.TRUE_CREDIBILITY))
    squares = float((power**2).sum())
    sanctions, breadth = after.theatres.sanctions, after.theatres.breadth
    expected = {
        Metric.MEAN_SEVERITY: SEVERITY[3] / 2, Metric.HIGHEST_LEVEL: 3, Metric.HIGHEST_RUNG: 3, Metric.LEVEL_1: 1,
        Metric.LEVEL_2: 0, Metric.LEVEL_3: 1, Metric.LEVEL_4: 0, Metric.LEVEL_5: 0, Metric.WARS_UNDER_WAY: 0,
        Metric.PEACE: 1, Metric.ORDER: after.system.order[0], Metric.REVISION: after.theatres.control[1] * power[1],
        Metric.EFFECTIVE_POWERS: 1.0 / squares, Metric.CONCENTRATION: ((squares - 1 / 3) / (1 - 1 / 3)) ** 0.5,
        Metric.ALLIANCE_COHESION: (ties * after.states.resolve).sum() / ties.sum(),
        Metric.CAPABILITY_CHURN: np.abs(capability - [0.6, 0.1, 0.3]).sum() / 2,
        Metric.SANCTIONS: sanctions.mean(), Metric.BREADTH: (sanctions * breadth).sum() / sanctions.sum(),
        Metric.DEALS_IN_FORCE: 1, Metric.RELIEF_PAID: 0.5 * 0.4, Metric.CREDIBILITY: believed,
        Metric.TRUE_CREDIBILITY: true, Metric.MISPERCEPTION: believed - true,
    }  # fmt: skip
    assert ties.sum() > 0.0 and sanctions.sum() > 0.0
    for metric, value in expected.items():
        assert row[metric] == pytest.approx(value, rel=1e-12), metric


@pytest.mark.parametrize(("rung", "level"), list(enumerate([1, 2, 3, 3, 4, 4, 4])))
def test_every_rung_is_counted_at_its_level(rung: int, level: int) -> None:
    row = played(place(rung)).track.metrics[0]
    counted = [0.0] * 5
    counted[0] += 1.0
    counted[level - 1] += 1.0
    assert row[Metric.LEVEL_1 : Metric.LEVEL_5 + 1].tolist() == counted
    assert (row[Metric.HIGHEST_LEVEL], row[Metric.HIGHEST_RUNG]) == (level, rung)


def test_a_war_is_counted_at_the_fifth_level_and_one_of_great_powers_is_the_eighth() -> None:
    small = place(7)
    small.states.economy[1] = small.states.capability[1] = 1e-3
    for world, highest in ((small, 5), (place(7), 8)):
        row = played(world).track.metrics[0]
        assert row[Metric.LEVEL_1 : Metric.LEVEL_5 + 1].tolist() == [1, 0, 0, 0, 1]
        assert (row[Metric.HIGHEST_LEVEL], row[Metric.WARS_UNDER_WAY], row[Metric.PEACE]) == (highest, 1, 0)
        assert row[Metric.MEAN_SEVERITY] == 0.5


@pytest.mark.parametrize(
    ("rung", "order", "presence", "tries", "failures"),
    [(1, 0, 0.4, 0, 0), (2, 0, 0.4, 1, 0), (1, 1, 0.4, 0, 0), (2, 1, 0.4, 1, 1), (3, 0, 0.4, 0, 0), (2, 1, 0.0, 0, 0),
     (3, -1, 0.4, 0, 0), (2, -1, 0.4, 1, 0)],
)  # fmt: skip
def test_a_red_line_is_tried_from_just_below_it_and_fails_where_it_is_crossed(
    rung: int, order: int, presence: float, tries: int, failures: int
) -> None:
    row = played(place(rung, leader=2), order, {"presence": presence, "red_line": 3}).track.metrics[0]
    assert (row[Metric.DETERRENCE_TRIES], row[Metric.DETERRENCE_FAILURES]) == (tries, failures)


@pytest.mark.parametrize(
    ("weights", "control", "share"),
    [
        ((0.5, 0.5, 0.0), 0.5, 0.5),
        ((0.5, 0.5, 0.0), 0.49, 1.0),
        ((0.49, 0.49, 0.0), 0.9, 1.0),
        ((0.0, 0.6, 1.0), 0.9, 0.5),
    ],
)
def test_followers_are_lost_by_half_of_their_land(weights: tuple[float, ...], control: float, share: float) -> None:
    world = place(0, control=control, recognised=control)
    world.states.order_weight[:] = weights
    assert played(world).metric(Metric.FOLLOWERS_KEPT)[0] == share


def test_concentration_of_one_great_power_is_whole_and_of_none_is_nil() -> None:
    world = place(0)
    world.states.economy[:] = world.states.capability[:] = 0.6, 0.2, 0.2
    for share, expected in ((0.5, 1.0), (0.9, 0.0)):
        assert played(world, p=P._replace(great_power_share=share)).metric(Metric.CONCENTRATION)[0] == expected
