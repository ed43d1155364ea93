"""The appraisal of one challenger, column by column, put together by hand from the equations of the description.

State 0 challenges state 1, which has the great power 3 and the small state 4 for allies; state 2 leads the coalition,
and state 3 has troops on the spot. Everything that can weigh on the choice does.
"""

from typing import Any

import numpy as np
import pytest
from core_worlds import Game, play, policy_of, still_luck, world_of

from greatpowers.core.equations import belief, choice, economy, response
from greatpowers.core.ladder import COMMITMENT, EBB, GAIN, HOLD, SEVERITY
from greatpowers.core.parameters import Parameters
from greatpowers.core.trace import Trace
from greatpowers.core.world import World

P = Parameters(talk=0.0, clash=0.5, attention_parity=0.5)
LEVERS = {"sanctions": 0.6, "secondary": 0.3, "presence": 0.4, "red_line": 3, "aid": 0.5}
OWN, OTHER = 0.4, -0.3  # errors about either side's force
ORDER = 0.7


def case(rung: int = 3, **theatre: float) -> World:
    world = world_of(
        [
            {"economy": 0.9, "capability": 0.8, "power_weight": 0.6, "fear_weight": 0.4, "order_weight": 0.3,
             "welfare_weight": 0.5, "openness": 0.25, "trust": 0.6, "answered_count": 3.0, "unanswered_count": 2.0,
             "nuclear": 0.4},
            {"economy": 0.4, "capability": 0.5, "order_weight": 0.2, "nuclear": 0.1},
            {"economy": 1.0, "capability": 1.2, "order_weight": 1.0, "resolve": 0.8, "nuclear": 0.7},
            {"economy": 0.6, "capability": 0.7, "order_weight": 0.6, "resolve": 0.7, "reliability": 0.5,
             "war_effort": 0.2, "nuclear": 0.6},
            {"economy": 0.05, "capability": 0.04, "order_weight": 0.1, "resolve": 0.5, "reliability": 0.9},
        ],
        [{"challenger": 0, "host": 1, "rung": rung, "control": 0.02, "recognised": 0.005, "sanctions": 0.1,
          "breadth": 0.3, "aid": 0.1, "resisted": 1, "salience": 0.4, **theatre}],
        order=ORDER,
    )  # fmt: skip
    world.system.leader[0] = 2
    rng = np.random.default_rng(5)
    world.pairs.reach[:] = rng.uniform(0.3, 1.0, (5, 5))
    world.pairs.trade[:] = rng.uniform(0.05, 0.2, (5, 5)) * (1.0 - np.eye(5))
    alliance = world.pairs.alliance
    alliance[3, 1], alliance[3, 0], alliance[4, 1], alliance[3, 2], alliance[0, 1] = 0.6, 0.2, 0.3, 0.5, 0.1
    world.stances.presence[0, 3] = 0.04
    world.pairs.hostility[0, 1] = world.pairs.hostility[1, 0] = 0.3
    world.pairs.hostility[0, 2] = world.pairs.hostility[2, 0] = 0.5
    return world


def weighed(world: World, p: Parameters = P) -> Game:
    return play(world, policy_of(1, **LEVERS), still_luck(1, world, own=OWN, other=OTHER), parameters=p)


class ByHand:
    """What the challenger should believe."""

    def __init__(self, world: World) -> None:
        s, pairs, theatre = world.states, world.pairs, world.theatres
        self.world, self.rung = world, int(theatre.rung[0])
        self.power = (s.economy / s.economy.sum() + s.capability / s.capability.sum()) / 2.0
        great = (self.power >= P.great_power_share) * 1.0
        assert great.tolist() == [1, 1, 1, 1, 0]
        apart, third = 1.0 - pairs.alliance[:, 0], np.array([0.0, 0.0, 1.0, 1.0, 1.0])
        member = np.minimum(1.0, s.order_weight * ORDER + pairs.alliance[:, 1]) * apart * third
        aligned = np.maximum(0.0, np.maximum(pairs.alliance[:, 2], 2.0 * s.order_weight - 1.0))
        aligned[2] = 1.0
        camp = member * np.maximum(aligned, pairs.alliance[:, 1])
        here, arriving = world.stances.presence[0], s.capability * pairs.reach[:, 1]
        engaged = s.war_effort + here
        free, mass = np.minimum(1.0, 1.0 - engaged + here), camp * self.power
        self.will = float((mass * s.resolve).sum() / mass.sum())
        calculus = float((mass * camp * free).sum() / mass.sum())
        self.promised = float((free * arriving * 0.4 * camp * (1.0 - P.nuclear_fear * 0.4)).sum())
        self.q = (1.0 - P.current_calculus) * 0.6 + P.current_calculus * calculus
        custom = pairs.trade[0]
        broad = min(1.0, ((member * custom).sum() + custom[1]) / custom.sum())
        self.breadth = max(0.3, response.effective_breadth(broad, P.busting, 0.3))
        tie = pairs.alliance[:, 1] * third
        bound, self.presence_force = tie * apart, float((here * arriving).sum())
        helping = bound * (1.0 - engaged) * arriving
        self.shield = float((helping * s.reliability).sum() * P.casus_foederis)
        self.true_shield = float((helping * s.resolve).sum() * P.casus_foederis)
        self.dread = max(0.1, float((bound * s.nuclear).max()) * P.casus_foederis)
        seen = (1.0 - (1.0 - tie) * (1.0 - np.minimum(1.0, here / 0.1))) * apart
        pressure = float((seen * arriving).sum() / self.power[0])
        self.encircled = belief.encroachment(pressure, pairs.reach[0, 1], 0.0)
        self.menace = float(self.power[1] + (seen * self.power).sum())
        self.cover = 1.0 - float(np.prod(1.0 - bound * great))
        neutral = float(theatre.deal_neutrality[0]) if theatre.deal[0] else 0.0
        self.encroachment = self.encircled * (1.0 - neutral)
        self.worth = choice.prize(0.4, self.power[1], self.power[0], P.intangible) * (1.0 - P.fellowship * 0.1)
        self.value = self.worth * P.extraction * (0.6 + 0.4 * self.encroachment)
        self.aid = max(0.1, self.q * 0.5)
        self.errors = np.exp(P.intelligence_error * np.array([OWN, OTHER]))

    def facing(self, rung: int, aid: float) -> float:
        """Force of the host."""
        return float(self.world.states.capability[1] * COMMITMENT[rung] ** P.mobilisation * (1.0 + P.aid_effect * aid))

    def own(self, rung: int) -> float:
        """Force of the challenger, without error."""
        force = COMMITMENT[rung] * self.world.states.capability[0] * self.world.pairs.reach[0, 1]
        return float(force * (P.initiative if rung == 7 else 1.0))

    def presence(self, rung: int) -> float:
        """Presence that it expects to meet."""
        return max(self.presence_force, self.q * self.promised if rung >= LEVERS["red_line"] else 0.0)

    def balance(self, rung: int) -> float:
        """Contest share that it expects."""
        shield = self.shield if rung >= 4 else 0.0
        theirs = self.facing(rung, self.aid) + SEVERITY[rung] * (self.presence(rung) + shield)
        mine = self.own(rung) * self.errors[0]
        return economy.contest_share(mine, theirs * self.errors[1], P.contest_exponent)

    def sanctions(self, rung: int, relief: float = 0.0) -> float:
        """Level of sanctions that it expects over the horizon."""
        held = SEVERITY[3] if self.world.theatres.annexed[0] else 0.0
        expected, now = (
            0.6 * max(SEVERITY[rung], held) * (1.0 - relief) * self.q,
            float(self.world.theatres.sanctions[0]),
        )
        left = (1.0 - (1.0 - P.sanctions_fall) ** P.horizon) / (P.sanctions_fall * P.horizon)
        return float(expected if expected >= now else expected + left * (now - expected))

    def loss_rate(self) -> float:
        """Loss per unit of sanctions."""
        return 0.5 * 0.5 * P.sanction_bite * self.breadth * 0.25 * P.horizon

    def norm(self, rung: int) -> float:
        """Cost of the breach."""
        return float(0.3 * ORDER * SEVERITY[rung] ** P.norm_convexity * P.norm_cost)

    def war(self) -> dict[str, float]:
        """What war would bring."""
        odds, control = self.balance(7), float(self.world.theatres.control[0])
        gain = self.value * P.spoils * (odds**2 * (1.0 - control) - (1.0 - odds) * control)
        risk = choice.survival_risk(P.survival, odds, self.power[0], self.menace)
        loss = P.war_loss * (1.0 - odds + P.nuclear_dread * self.dread) + P.victory_price - gain
        wish = -loss - risk - self.sanctions(7) * self.loss_rate() - self.norm(7)
        return {"odds": odds, "loss": loss, "wish": wish, "chance": choice.logit(wish, P.war_noise), "risk": risk}


def test_what_it_believes() -> None:
    world = case()
    game, hand = weighed(world), ByHand(world)
    war = hand.war()
    expected = {
        Trace.TRUE_CREDIBILITY: hand.will, Trace.BELIEVED_CREDIBILITY: hand.q, Trace.EXPECTED_BREADTH: hand.breadth,
        Trace.EXPECTED_AID: hand.aid, Trace.EXPECTED_SHIELD: hand.shield, Trace.TRUE_SHIELD: hand.true_shield,
        Trace.EXPECTED_DREAD: hand.dread, Trace.ENCROACHMENT: hand.encroachment, Trace.VALUE: hand.value,
        Trace.PRESENCE_FORCE: hand.presence_force, Trace.DECLARED_PRESENCE_FORCE: hand.promised,
        Trace.WAR_BALANCE: war["odds"], Trace.WAR_LOSS: war["loss"], Trace.WAR_WISH: war["wish"],
        Trace.WAR_CHANCE: war["chance"],
    }  # fmt: skip
    assert {column.name: game.trace(column) for column in expected} == pytest.approx(
        {column.name: value for column, value in expected.items()}, rel=1e-9
    )
    meeting = hand.facing(3, 0.1) + SEVERITY[3] * hand.presence_force
    assert game.trace(Trace.TRUE_BALANCE) == pytest.approx(
        economy.contest_share(hand.own(3), meeting, P.contest_exponent)
    )
    past, elsewhere = 0.3, 0.5 * (1.0 - 0.7 * 0.5 + 0.3)
    odds = choice.attention_odds(
        P.attention, choice.notice(0.4, P.attention_salience),
        P.attention_hostility * past + P.attention_spill * (elsewhere - past), hand.power[1] / hand.power[0],
        P.attention_parity, (1.0 - P.attention_cover * hand.cover) * (1.0 - P.fellowship * 0.1),
    )  # fmt: skip
    assert game.trace(Trace.ATTENTION) == pytest.approx(odds, rel=1e-9)


@pytest.mark.parametrize("rung", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("theatre", [{}, {"annexed": 1}, {"landless": 1, "control": 0.0, "recognised": 0.0}])
def test_what_each_step_would_bring(rung: int, theatre: dict[str, Any]) -> None:
    world = case(rung, **theatre)
    game, hand = weighed(world), ByHand(world)
    control, landless = float(world.theatres.control[0]), bool(world.theatres.landless[0])
    war, loose, utilities = hand.war(), control - float(world.theatres.recognised[0]), list[float]()
    if landless:  # no spoils
        loss = P.war_loss * (1.0 - war["odds"] + P.nuclear_dread * hand.dread) + P.victory_price
        wish = -loss - war["risk"] - hand.sanctions(7) * hand.loss_rate() - hand.norm(7)
        war |= {"loss": loss, "wish": wish, "chance": choice.logit(wish, P.war_noise)}
    assert game.trace(Trace.WAR_WISH) == pytest.approx(war["wish"], rel=1e-9)
    for option, step in enumerate((rung - 1, rung, rung + 1)):
        odds = hand.balance(step)
        if step == 7:
            change = P.spoils * (odds**2 * (1.0 - control) - (1.0 - odds) * control) if not landless else 0.0
            danger, lost = 1.0, war["loss"] + war["risk"] + hand.value * change
        elif landless:
            change = P.influence * HOLD[step] * odds
        else:
            change = choice.control_change(GAIN[step], HOLD[step], EBB[step], odds, loose, control)
            change -= choice.control_retaken(P.retaking, loose, loose, HOLD[step], odds)
            room = max(0.0, min(HOLD[step] - control, HOLD[6] - control))
            change = max(-loose, min(room, change * P.horizon))
        if step < 7:
            lost = max(0.0, war["loss"] + (war["risk"] if step >= 4 else 0.0))
            mine, theirs = hand.own(step) * hand.errors[0], hand.facing(step, hand.aid) * hand.errors[1]
            fire = choice.incident_risk(P.clash, SEVERITY[step], hand.presence(step) + theirs, mine)
            saved = (0.0 if landless else P.homeland) * SEVERITY[step] ** 2 * (1.0 - war["odds"])
            host_lost = P.war_loss * (war["odds"] + P.nuclear_dread * 0.4) + P.victory_price
            ready = 0.9 * choice.logit(saved - host_lost - 0.2 * ORDER * P.restraint, P.war_noise)
            answer = choice.logit(P.answer_point - odds, P.answer_noise)
            danger = fire * answer * P.clash_war * SEVERITY[step] ** P.war_gravity * ready if step >= 2 else 0.0
        going_on = (1.0 - (1.0 - danger) ** P.exposure) * lost * (P.probe_fear if step <= 2 else 1.0)
        dispute = P.confrontation * (1.0 - P.shelter * ORDER) + P.remoteness * (1.0 - float(world.pairs.reach[0, 1]))
        effort = P.operations * P.horizon * COMMITMENT[step] + dispute * min(1.0, step / 2)
        given_up = P.audience_cost * SEVERITY[rung] if option == 0 and rung >= 2 else 0.0
        expected = {
            Trace.BALANCE_: odds, Trace.EXPECTED_PRESENCE_: hand.presence(step), Trace.CLASH_RISK_: danger,
            Trace.EXPECTED_SANCTIONS_: hand.sanctions(step), Trace.GAIN_: hand.value * change,
            Trace.OPERATIONS_: effort + P.inertia * abs(option - 1), Trace.CLASH_LOSS_: going_on,
            Trace.SANCTION_LOSS_: hand.sanctions(step) * hand.loss_rate(), Trace.NORM_COST_: hand.norm(step),
            Trace.CHEATING_LOSS_: 0.0, Trace.AUDIENCE_COST_: given_up,
        }  # fmt: skip
        actual = {column.name: game.trace(column, option) for column in expected}
        assert actual == pytest.approx({column.name: value for column, value in expected.items()}, rel=1e-9), step
        costs = (Trace.OPERATIONS_, Trace.SANCTION_LOSS_, Trace.CLASH_LOSS_, Trace.NORM_COST_, Trace.AUDIENCE_COST_)
        utilities.append(expected[Trace.GAIN_] - sum(expected[cost] for cost in costs))
        assert game.trace(Trace.UTILITY_, option) == pytest.approx(utilities[-1], rel=1e-9)
    weights = np.exp((np.array(utilities) - max(utilities)) / (P.information_cost if rung < 2 else P.choice_noise))
    weights[2] *= game.trace(Trace.ATTENTION) if rung < 2 else 1.0
    for option in range(3):
        assert game.trace(Trace.PROBABILITY_, option) == pytest.approx(weights[option] / weights.sum(), rel=1e-9)


@pytest.mark.parametrize(("monitors", "paid", "snapback"), [(0.9, 0.0, 0.5), (0.1, 0.8, 1.0)])
def test_what_a_deal_in_force_changes(monitors: float, paid: float, snapback: float) -> None:
    terms = {"deal_relief": 0.5, "deal_paid": paid, "deal_neutrality": 0.4, "deal_monitors": monitors}
    world = case(3, deal=1, deal_sanctions=0.6, deal_snapback=snapback, **terms)
    game, hand = weighed(world), ByHand(world)
    assert game.trace(Trace.ENCROACHMENT) == pytest.approx(hand.encircled * 0.6, rel=1e-9)
    pledge = hand.worth * P.extraction * 0.4 * hand.encircled * 0.4
    for option, step in enumerate((2, 3, 4)):
        assert game.trace(Trace.EXPECTED_SANCTIONS_, option) == pytest.approx(
            hand.sanctions(step, 0.5 * paid), rel=1e-9
        )
        caught = max(monitors * P.detection, SEVERITY[step])
        relief = 0.6 * 0.5 * max(0.6, paid) * (0.5 + 0.5 * snapback) * hand.loss_rate()
        cost = 0.0 if option == 0 else caught * (relief + pledge)
        assert game.trace(Trace.CHEATING_LOSS_, option) == pytest.approx(cost, rel=1e-9)
        assert game.trace(Trace.AUDIENCE_COST_, option) == 0.0


def test_nobody_cheats_on_a_deal_that_is_over_or_by_keeping_the_peace() -> None:
    terms = {"deal_sanctions": 0.6, "deal_relief": 0.5, "deal_paid": 0.5, "deal_monitors": 0.9, "deal_neutrality": 0.4}
    over, in_force = weighed(case(3, deal=0, **terms)), weighed(case(0, deal=1, **terms))
    assert [over.trace(Trace.CHEATING_LOSS_, option) for option in range(3)] == [0.0] * 3
    assert in_force.trace(Trace.CHEATING_LOSS_, 1) == 0.0 < in_force.trace(Trace.CHEATING_LOSS_, 2)


def test_an_option_that_is_not_open_says_nothing() -> None:
    """Also where an earlier round has left something."""
    world = case(1)
    luck = still_luck(2, world, own=OWN, other=OTHER)
    fallen = play(world, policy_of(1, **LEVERS), luck, order=-1)
    assert fallen.track.traces[0, 0, Trace.UTILITY_] != 0.0
    at_top = case(2, ceiling=3)
    risen = play(at_top, policy_of(1, **LEVERS), luck, order=1)
    assert risen.track.traces[0, 0, Trace.UTILITY_ + 2] != 0.0
    for game, option in ((fallen, 0), (risen, 2)):
        shut = [column for column in Trace if column.name.endswith("_")]
        assert [game.trace(column, option, row=1) for column in shut] == [0.0] * len(shut)
        open_ones = [game.trace(Trace.PROBABILITY_, other, row=1) for other in range(3) if other != option]
        assert sum(open_ones) == pytest.approx(1.0) and min(open_ones) > 0.0
