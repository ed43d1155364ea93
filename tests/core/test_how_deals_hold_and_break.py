"""One cause, one effect: deals, their price, and what ends them (phase 6).

State 0 challenges state 1; state 2 leads the coalition; state 3 is another challenger, looking on.
"""

import pytest
from core_worlds import ALWAYS, NEVER, Game, play, policy_of, still_luck, world_of

from greatpowers.core.log import Breaker, Event
from greatpowers.core.metrics import Metric
from greatpowers.core.world import World

OFFERED = {"deal": 1, "relief": 0.8, "keep": 0.5, "monitors": 0.8}
AGREED = {"proposal": ALWAYS, "challenger_accepts": ALWAYS, "host_accepts": ALWAYS, "coalition_accepts": ALWAYS}


def dispute(**theatre: float) -> World:
    """Gains at the host's expense, under broad sanctions."""
    world = world_of(
        [{"power_weight": 0.8, "welfare_weight": 0.3}, {}, {"order_weight": 1.0}, {"power_weight": 1.0}],
        [{"challenger": 0, "host": 1, "rung": 3, "control": 0.4, "sanctions": 0.8, "breadth": 1.0, **theatre}],
    )
    world.system.leader[0] = 2
    return world


def settled(**theatre: float) -> World:
    """The same under a deal, whose first year is up."""
    return dispute(**{"deal": 1, "deal_age": 3, "rung": 0, "deal_sanctions": 0.8, "deal_relief": 0.8, **theatre})


def round_of(world: World, levers: dict[str, float] | None = None, **luck: float) -> Game:
    """A round in which the challenger stays where it is."""
    return play(world, policy_of(1, **(levers or {})), still_luck(1, world, **luck), order=0)


# --- Proposals


@pytest.mark.parametrize(
    ("what", "theatre", "levers", "offers"),
    [
        ("where it hurts", {}, {}, 1),
        ("not without a policy of deals", {}, {"deal": 0}, 0),
        ("not where nothing hurts", {"rung": 0, "sanctions": 0.0}, {}, 0),
        ("not over annexed territory that is carved out", {"annexed": 1, "recognised": 0.4}, {"carve_out": 1}, 0),
        ("over annexed territory that is not", {"annexed": 1, "recognised": 0.4}, {"carve_out": 0}, 1),
        ("not while spoilers are too strong", {"spoilers": 0.8}, {"spoiler_limit": 0.7}, 0),
        ("once they are weaker", {"spoilers": 0.6}, {"spoiler_limit": 0.7}, 1),
        ("not in war", {"rung": 7, "resisted": 1}, {}, 0),
    ],
)
def test_a_deal_is_proposed(what: str, theatre: dict[str, float], levers: dict[str, float], offers: int) -> None:
    game = round_of(dispute(**theatre), {**OFFERED, **levers}, proposal=ALWAYS)
    assert len(game.events(Event.OFFER)) == offers, what


@pytest.mark.parametrize("against", ["challenger_accepts", "host_accepts", "coalition_accepts"])
def test_a_deal_needs_all_three(against: str) -> None:
    assert round_of(dispute(), OFFERED, **AGREED).world.theatres.deal[0] == 1
    refused = round_of(dispute(), OFFERED, **{**AGREED, against: NEVER})
    assert refused.world.theatres.deal[0] == 0
    assert len(refused.events(Event.REFUSAL)) == 1


def chance(party: int, world: World | None = None, **levers: float) -> float:
    """Chance that challenger (0), host (1) or coalition (2) accepts."""
    game = round_of(world if world is not None else dispute(), {**OFFERED, **levers}, proposal=ALWAYS)
    return float(game.log.numbers[game.events(Event.REFUSAL)[0], 2 + party])


def test_relief_pays_a_challenger_that_trusts_in_it() -> None:
    trusting, wary = dispute(), dispute()
    for world, trust in ((trusting, 0.9), (wary, 0.1)):
        world.states.trust[0], world.states.welfare_weight[0], world.states.openness[0] = trust, 1.0, 0.02
    assert chance(0, trusting) > chance(0, wary)
    assert chance(0, trusting, relief=0.8) > chance(0, trusting, relief=0.1)


def test_a_neutrality_pledge_reassures_the_encircled_and_is_wasted_on_the_greedy() -> None:
    def gain(weights: tuple[float, float]) -> float:
        world = dispute()
        world.states.power_weight[0], world.states.fear_weight[0] = weights
        world.pairs.alliance[2, 1] = 1.0
        return chance(0, world, neutrality=1.0) - chance(0, world, neutrality=0.0)

    assert gain((0.0, 1.0)) > 0.0 == gain((1.0, 0.0))


def test_recognising_gains_costs_host_and_coalition() -> None:
    host, coalition = ([chance(party, keep=keep) for keep in (0.0, 0.5, 1.0)] for party in (1, 2))
    assert host[0] > host[1] > host[2]
    assert coalition[0] > coalition[1] > coalition[2]


def test_a_signed_deal_recognises_gains_at_the_orders_expense() -> None:
    signed, refused = (
        round_of(dispute(), OFFERED, **{**AGREED, "host_accepts": luck}).world for luck in (ALWAYS, NEVER)
    )
    assert refused.theatres.recognised[0] == 0.0
    assert signed.theatres.recognised[0] == pytest.approx(0.5 * signed.theatres.control[0])
    assert signed.system.order[0] < refused.system.order[0]


def test_gains_recognised_here_discredit_the_coalition_in_the_eyes_of_other_challengers() -> None:
    doubts = []
    for keep in (0.0, 0.5, 1.0):
        states = round_of(dispute(), {**OFFERED, "keep": keep}, **AGREED).world.states
        doubts.append((states.unanswered_count[3], states.unanswered_count[0]))
    assert doubts[0][0] < doubts[1][0] < doubts[2][0]
    assert doubts[0][1] == doubts[2][1]  # the challenger has learned nothing new


# --- Compliance


def test_compliance_earns_a_tranche_a_year_and_with_it_trust() -> None:
    paid = round_of(settled(deal_tranches=4)).world
    assert paid.theatres.deal_paid[0] == 0.25
    assert paid.states.trust[0] == pytest.approx(0.525)  # .5 + .05 x .5
    between = round_of(settled(deal_tranches=4, deal_age=4)).world
    assert between.theatres.deal_paid[0] == 0.0
    assert between.states.trust[0] == 0.5


def test_relief_lifts_the_sanctions_by_what_is_paid() -> None:
    lifted = [round_of(settled(deal_paid=paid)).world.theatres.sanctions[0] for paid in (0.0, 0.5, 1.0)]
    assert lifted == pytest.approx([0.8, 0.48, 0.16])  # .8 x (1 - .8 x paid)


def test_whoever_keeps_the_peace_is_caught_at_nothing_however_close_monitors_look() -> None:
    game = round_of(settled(deal_monitors=1.0), detection=ALWAYS)
    assert game.events(Event.CHEATING) == [] and game.world.theatres.deal[0] == 1


def test_monitors_raise_the_chance_of_detection() -> None:
    chances = []
    for monitors in (0.0, 0.5, 1.0):
        game = round_of(settled(rung=1, deal_monitors=monitors))
        chances.append(game.log.numbers[game.events(Event.CHEATING)[0], 2])
    assert chances == pytest.approx([0.1, 0.4, 0.8])  # breaches show by their severity even without monitors


def test_grave_breaches_show_without_monitors() -> None:
    game = round_of(settled(rung=5, deal_monitors=0.0), detection=0.7)
    assert game.world.theatres.deal[0] == 0
    assert game.metric(Metric.DEALS_BROKEN_BY_CHALLENGER)[0] == 1.0


def test_a_step_down_is_not_cheating() -> None:
    world = settled(rung=3)
    game = play(world, policy_of(1), still_luck(1, world, detection=ALWAYS), order=-1)
    assert game.events(Event.CHEATING) == []


def test_snapback_returns_lifted_sanctions_when_a_breach_is_proven() -> None:
    levels = []
    for snapback in (0.0, 0.5, 1.0):
        world = settled(rung=3, sanctions=0.16, deal_paid=1.0, deal_snapback=snapback)
        levels.append(round_of(world, detection=ALWAYS).world.theatres.sanctions[0])
    assert levels == pytest.approx([0.16, 0.48, 0.8])


# --- Breakers


def broken_by(game: Game) -> list[float]:
    return [float(game.log.numbers[row, 1]) for row in game.events(Event.DEAL_BROKEN)]


def test_a_leader_that_turns_may_renege_and_loses_trust() -> None:
    reneged = round_of(settled(), turn=ALWAYS, renege=ALWAYS)
    assert broken_by(reneged) == [Breaker.GUARDIANS]
    assert reneged.world.states.trust[0] == 0.25  # half of it lost
    assert broken_by(round_of(settled(), turn=ALWAYS, renege=NEVER)) == []
    assert broken_by(round_of(settled(), turn=NEVER, renege=ALWAYS)) == []


@pytest.mark.parametrize(
    ("control", "ceiling", "holds"), [(0.4, 7, 0), (0.0, 7, 1), (0.4, 5, 1)], ids=["a line", "no line", "no land"]
)
def test_only_where_there_is_a_line_to_hold_can_a_cease_fire_fail(control: float, ceiling: int, holds: int) -> None:
    game = round_of(settled(control=control, ceiling=ceiling), ceasefire=ALWAYS)
    assert game.world.theatres.deal[0] == holds


def test_peacekeepers_lower_the_hazard_of_a_cease_fire() -> None:
    luck = 0.02  # hazards .03 and .03 x .3
    assert broken_by(round_of(settled(deal_peacekeepers=0.0), ceasefire=luck)) == [Breaker.SPOILERS]
    assert broken_by(round_of(settled(deal_peacekeepers=1.0), ceasefire=luck)) == []


def test_spoilers_raise_the_hazard_of_a_cease_fire() -> None:
    luck = 0.05  # hazards .03 and about .03 x 3.9
    assert broken_by(round_of(settled(spoilers=0.0), ceasefire=luck)) == []
    assert broken_by(round_of(settled(spoilers=1.0), ceasefire=luck)) == [Breaker.SPOILERS]


def test_spoilers_grow_on_atrocity_and_shrink_under_a_deal_or_counter_insurgency() -> None:
    atrocity = round_of(dispute(rung=5, resisted=1, spoilers=0.3)).world.theatres.spoilers[0]
    quiet = round_of(dispute(rung=3, spoilers=0.3)).world.theatres.spoilers[0]
    fought = round_of(dispute(rung=3, spoilers=0.3), {"counter_insurgency": 1.0}).world.theatres.spoilers[0]
    peace = round_of(settled(spoilers=0.3)).world.theatres.spoilers[0]
    assert peace == fought < quiet == 0.3 < atrocity


def test_relief_in_one_theatre_leaves_the_sanctions_of_another() -> None:
    world = world_of([{}, {}, {"order_weight": 1.0}], [{"challenger": 0, "host": 1, "sanctions": 0.8}] * 2)
    world.system.leader[0] = 2
    world.theatres.deal[0], world.theatres.deal_relief[0], world.theatres.deal_paid[0] = 1, 1.0, 1.0
    game = play(world, policy_of(2, sanctions=0.8), still_luck(1, world), order=0)
    assert game.world.theatres.sanctions[0] == 0.0
    assert game.world.theatres.sanctions[1] > 0.7
