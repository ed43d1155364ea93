"""Every equation of the core against arithmetic done by hand; the working is in the comment beside each case.

A line is (what it shows, arguments, result). Logarithms and exponentials are written with as many digits as the
comparison needs (1e-9): e = 2.718281828459045, e^-1 = 0.36787944117144233, ln 2 = 0.6931471805599453.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import greatpowers.core.equations as equations
from greatpowers.core.equations import belief, choice, economy, leadership, power, response, settlement, war

Cases = list[tuple[str, tuple[Any, ...], float]]

BY_HAND: dict[Callable[..., Any], Cases] = {
    # --- belief
    belief.past_actions: [
        ("three kept of four", (3.0, 1.0), 0.75),  # 3 / 4
        ("nothing kept", (0.0, 2.0), 0.0),
        ("nothing broken", (2.0, 0.0), 1.0),
        ("tiny counts weigh alike", (1e-9, 3e-9), 0.25),
    ],
    belief.credibility: [
        ("a mixture", (0.8, 0.4, 0.3), 0.68),  # .7 x .8 + .3 x .4 = .56 + .12
        ("the past alone", (0.8, 0.4, 0.0), 0.8),
        ("interests alone", (0.8, 0.4, 1.0), 0.4),
    ],
    belief.forget: [
        ("a tenth fades", (5.0, 1.0, 0.9), 4.6),  # 1 + .9 x 4
        ("fewer than the prior are remembered up", (0.0, 1.0, 0.75), 0.25),  # 1 - .75
        ("nothing is kept", (5.0, 1.0, 0.0), 1.0),
        ("everything is kept", (5.0, 1.0, 1.0), 5.0),
    ],
    belief.clip: [
        ("inside", (0.3,), 0.3),
        ("below", (-0.1,), 0.0),
        ("above", (1.7,), 1.0),
        ("the ends", (1.0,), 1.0),
    ],
    belief.encroachment: [
        ("a neighbour half neutral", (1.0, 0.8, 0.5), 0.2),  # 1/2 x .8 x .5
        ("three times its own power", (3.0, 1.0, 0.0), 0.75),  # 3/4
        ("no pressure", (0.0, 1.0, 0.0), 0.0),
        ("out of reach", (3.0, 0.0, 0.0), 0.0),
        ("full neutrality", (3.0, 1.0, 1.0), 0.0),
    ],
    # --- choice
    choice.prize: [
        ("a host of a quarter of the challenger, half intangible", (0.8, 0.04, 0.16, 0.5), 0.4),  # .8 x sqrt(1/4)
        ("all tangible", (0.8, 0.04, 0.16, 0.0), 0.2),  # .8 / 4
        ("all intangible", (0.8, 0.04, 0.16, 1.0), 0.8),
        ("a host greater than the challenger", (0.5, 0.18, 0.02, 0.5), 1.5),  # .5 x sqrt 9
        ("no salience", (0.0, 0.1, 0.1, 0.5), 0.0),
    ],
    choice.value_of_control: [
        ("greed and fear", (0.5, 0.6, 0.7, 0.4, 0.25), 0.24),  # .5 x .6 x (.7 + .4 x .25) = .3 x .8
        ("greed alone", (0.5, 0.6, 0.7, 0.0, 0.25), 0.21),  # .3 x .7
        ("fear alone, not encircled", (0.5, 0.6, 0.0, 1.0, 0.0), 0.0),
    ],
    choice.projected_change: [
        ("a gain over the horizon", (0.02, 8.0, 0.3, 0.5), 0.16),  # .02 x 8
        ("no more than is left", (0.1, 8.0, 0.3, 0.5), 0.5),  # .8 > .5
        ("no less than is held", (-0.1, 8.0, 0.3, 0.5), -0.3),  # -.8 < -.3
        ("no room", (0.1, 8.0, 1.0, 0.0), 0.0),
    ],
    choice.control_change: [
        ("an even contest", (0.2, 0.0, 0.5, 0.4, 0.1), 0.1),  # .2 x (1 - .5)
        ("won at a quarter: nothing gained", (0.2, 0.0, 0.25, 0.4, 0.1), 0.0),
        ("full advantage and ebb", (0.2, 0.05, 1.0, 0.5, 0.1), 0.28),  # .2 x 1.5 - .05 x .4 = .3 - .02
        ("outmatched", (0.2, 0.0, 0.0, 0.5, 0.0), -0.1),  # .2 x -.5
        ("what is recognised does not ebb", (0.0, 0.06, 0.0, 0.5, 0.5), 0.0),
        ("recognised beyond what is held does not flow back", (0.0, 0.06, 0.0, 0.2, 0.5), 0.0),
    ],
    choice.sanction_loss: [
        ("half a trading year", (0.05, 0.8, 0.5, 0.25, 8.0), 0.02),  # .5 x .05 x .8 x .5 x .25 x 8 = .5 x .04
        ("no sanctions", (0.05, 0.0, 0.5, 0.25, 8.0), 0.0),
        ("a closed economy", (0.05, 0.8, 0.5, 0.0, 8.0), 0.0),
    ],
    choice.clash_risk: [
        ("equal presence", (0.03, 1.0, 0.2, 0.2), 0.015),  # .03 x 1/2
        ("outnumbered three to one", (0.03, 0.5, 0.1, 0.3), 0.00375),  # .03 x .5 x .25
        ("nobody there", (0.03, 1.0, 0.0, 0.2), 0.0),
        ("nobody there at all", (0.03, 1.0, 0.0, 0.0), 0.0),
        ("nobody facing them", (0.03, 1.0, 0.2, 0.0), 0.03),
    ],
    choice.loss_in_war: [
        ("even odds", (0.35, 0.5, 0.0, 3.0), 0.175),  # .35 x .5
        ("certain victory costs nothing", (0.35, 1.0, 0.0, 3.0), 0.0),
        ("under a nuclear shadow", (0.35, 0.5, 0.5, 3.0), 0.7),  # .35 x (.5 + 1.5)
        ("certain defeat against full second strike", (0.35, 0.0, 1.0, 3.0), 1.4),  # .35 x 4
    ],
    choice.norm_cost: [
        ("a believer", (0.8, 0.5, 0.75, 0.15), 0.045),  # .8 x .5 x .75 x .15 = .3 x .15
        ("no order left", (0.8, 0.0, 0.75, 0.15), 0.0),
        ("no breach", (0.8, 0.5, 0.0, 0.15), 0.0),
    ],
    choice.logit: [
        ("indifferent", (0.0, 0.003), 0.5),
        ("ln 3 units ahead is three to one", (2.1972245773362196, 2.0), 0.75),  # 2.197.. = 2 ln 3
        ("one unit ahead", (0.003, 0.003), 0.7310585786300049),  # 1 / (1 + 0.36787944117144233)
        ("one unit behind", (-0.003, 0.003), 0.2689414213699951),  # 1 - 0.7310585786300049
        ("far ahead: certain", (10.0, 0.001), 1.0),
        ("far behind: never", (-10.0, 0.001), 0.0),
    ],
    choice.logit_weight: [
        ("the best option", (0.2, 0.2, 0.01), 1.0),
        ("one unit behind", (0.19, 0.2, 0.01), 0.36787944117144233),
        ("two units behind", (0.18, 0.2, 0.01), 0.1353352832366127),  # 0.36787944117144233 squared
    ],
    # --- economy
    economy.output_next: [
        ("growth of ln 2 doubles", (0.3, 0.6931471805599453, 0.0, 1.0, 0.0), 0.6),
        ("luck of one s.d.", (0.5, 0.5, 0.5, 1.0, 0.0), 1.3591409142295225),  # .5 x e
        ("a tenth lost to drag", (0.5, 0.0, 0.004, 0.0, 0.1), 0.45),
        ("never more than 95 % lost", (0.5, 0.0, 0.004, 0.0, 3.0), 0.025),  # .5 x .05
    ],
    economy.sanctions_drag: [
        ("half sanctioned, half open", (0.05, 0.5, 0.5), 0.0125),  # .05 x .25
        ("two theatres' sanctions are no more than all", (0.05, 1.8, 0.5), 0.025),  # .05 x 1 x .5
        ("none", (0.05, 0.0, 0.5), 0.0),
    ],
    economy.burden_next: [
        ("threat arms", (0.02, 0.02, 0.5, 0.0, 0.002, 0.1, 0.002), 0.021),  # .02 + .002 x .5
        ("fatigue disarms", (0.04, 0.02, 0.0, 0.0, 0.002, 0.1, 0.002), 0.038),  # .04 - .1 x .02
        ("grievance arms", (0.02, 0.02, 0.0, 1.0, 0.002, 0.1, 0.002), 0.022),
        ("never negative", (0.0, 0.0, -1.0, 0.0, 0.002, 0.1, 0.002), 0.0),
        ("never above half", (0.5, 0.5, 10.0, 0.0, 0.1, 0.1, 0.002), 0.5),
    ],
    economy.capability_next: [
        ("wear and purchase", (0.5, 0.02, 0.03, 0.4, 0.5), 0.496),  # .98 x .5 + .03 x .4 x .5 = .49 + .006
        ("no spending", (0.5, 0.02, 0.0, 0.4, 0.5), 0.49),
        ("steady where arms yield what wears out", (0.5, 0.02, 0.02, 0.25, 2.0), 0.5),  # .49 + .005 x 2
    ],
    economy.order_next: [
        ("unanswered breaches", (0.5, 2.0, 0.0, 0.02, 0.015, 0.0, 0.7), 0.48),  # .5 - .02 x 2 x .5
        ("answered breaches", (0.5, 0.0, 2.0, 0.02, 0.015, 0.0, 0.7), 0.515),  # .5 + .015 x 2 x .5
        ("reversion", (0.5, 0.0, 0.0, 0.02, 0.015, 0.01, 0.7), 0.502),  # .5 + .01 x .2
        ("never below nothing", (0.5, 100.0, 0.0, 0.02, 0.015, 0.0, 0.7), 0.0),  # .5 - 1 = -.5
        ("never above everything", (0.5, 0.0, 200.0, 0.02, 0.015, 0.0, 0.7), 1.0),  # .5 + 1.5
    ],
    economy.alliance_next: [
        ("towards a protector", (0.2, 0.2, 1.0, 0.7, 0.02, 0.01), 0.21),  # .2 + .02 x .5
        ("back to treaty", (0.5, 0.2, 0.0, 0.7, 0.02, 0.01), 0.497),  # .5 - .01 x .3
        ("half a threat presses half as fast", (0.2, 0.2, 0.5, 0.7, 0.02, 0.01), 0.205),
        ("away from one who is not believed", (0.5, 0.5, 1.0, 0.0, 0.02, 0.01), 0.49),  # .5 - .02 x .5
        ("full ties stay full", (1.0, 1.0, 1.0, 1.0, 1.0, 1.0), 1.0),
    ],
    # --- leadership
    leadership.is_election: [
        ("the first", (15, 16, 15), True),
        ("a period later", (31, 16, 15), True),  # 15 + 16
        ("between", (30, 16, 15), False),
        ("before the first", (3, 4, 7), False),  # 7 - 3 is a period, but in the past
        ("no elections", (0, 0, 0), False),
    ],
    leadership.hazard_of_turning_reluctant: [
        ("no excess burden", (0.35, 0.1, 0.3, 2.0), 0.35),
        ("an excess of a quarter", (0.2, 0.5, 0.25, 2.0), 0.3),  # .2 x (1 + 2 x .25)
        ("at most certain", (0.35, 1.0, 0.0, 10.0), 1.0),  # .35 x 11 = 3.85
        ("no base, no hazard", (0.0, 1.0, 0.0, 10.0), 0.0),
    ],
    leadership.hazard_of_turning_committed: [
        ("open intervention jolts", (0.01, 0.15, 0.75, 0.8), 0.13),  # .01 + .15 x .8
        ("less does not", (0.01, 0.15, 0.55, 0.8), 0.01),
        ("nor one who does not care", (0.01, 0.15, 1.0, 0.0), 0.01),
        ("at most certain", (0.9, 0.9, 1.0, 1.0), 1.0),
    ],
    leadership.claim: [
        ("the committed say so", (True, 0.9, 0.5), 1.0),
        ("the reluctant may bluff", (False, 0.4, 0.5), 1.0),
        ("or not", (False, 0.5, 0.5), 0.0),
        ("no bluff", (False, 0.0, 0.0), 0.0),
    ],
    # --- power
    power.power_share: [
        ("mean of two shares", (1.0, 4.0, 3.0, 6.0), 0.375),  # (.25 + .5) / 2
        ("unarmed", (1.0, 4.0, 0.0, 6.0), 0.125),
        ("alone in the world", (2.0, 2.0, 3.0, 3.0), 1.0),
    ],
    power.is_great_power: [
        ("large enough", (0.04, 0.0, 0.04), True),
        ("not large enough", (0.039, 0.0, 0.04), False),
        ("small with second strike", (0.004, 0.5, 0.04), True),
        ("small with too little of it", (0.039, 0.49, 0.04), False),
        ("too small even so", (0.0039, 1.0, 0.04), False),
    ],
    power.contest_share: [
        ("even", (0.2, 0.2, 1.0), 0.5),
        ("three to one", (0.3, 0.1, 1.0), 0.75),
        ("three to one, more decisive", (0.3, 0.1, 2.0), 0.9),  # 9 / 10
        ("four to one, less decisive", (0.4, 0.1, 0.5), 2.0 / 3.0),  # 2 / (2 + 1)
        ("nobody comes", (0.0, 0.1, 1.0), 0.0),
        ("nobody resists", (0.1, 0.0, 1.0), 1.0),
        ("nobody at all", (0.0, 0.0, 1.0), 0.5),
        ("hopeless odds stay finite", (1e-300, 1.0, 5.0), 0.0),
    ],
    power.projected_force: [
        ("a third sent half-way", (0.3, 0.2, 0.5), 0.03),
        ("nothing committed", (0.0, 0.2, 0.5), 0.0),
    ],
    power.host_force: [
        ("mobilised by the square root, aided by half", (0.1, 0.25, 0.5, 0.5, 1.0), 0.075),  # .1 x .5 x 1.5
        ("fully mobilised", (0.1, 1.0, 0.5, 0.0, 1.0), 0.1),
        ("not challenged", (0.1, 0.0, 0.5, 0.5, 1.0), 0.0),
    ],
    # --- response
    response.stake_of_order: [("half of half", (0.5, 0.5), 0.25), ("none", (0.0, 1.0), 0.0)],
    response.membership: [
        ("order and alliance, some ties to the challenger", (0.3, 0.4, 0.5), 0.35),  # .7 x .5
        ("at most full", (0.8, 0.9, 0.0), 1.0),
        ("an ally of the challenger", (0.8, 0.9, 1.0), 0.0),
    ],
    response.balancing_stake: [("a rival's prize", (0.5, 0.4, 0.5), 0.1), ("no rivalry", (0.5, 0.4, 0.0), 0.0)],
    response.sanctions_advantage: [
        # .8 x .5 x .5 x .9 + .1 + .05 - 6 x .2 x .1 = .18 + .15 - .12
        ("all terms", (0.8, 0.5, 0.5, 0.9, 0.2, 0.1, 6.0, 0.1, 0.05), 0.21),
        ("nothing at stake but trade", (0.0, 0.5, 0.5, 0.9, 0.5, 0.4, 6.0, 0.0, 0.0), -1.2),  # -6 x .2
        ("no trade", (0.8, 0.5, 0.5, 1.0, 0.0, 0.4, 6.0, 0.0, 0.0), 0.2),
    ],
    response.effective_breadth: [
        ("half the trade, half undone", (0.5, 0.5, 0.0), 0.375),  # .5 x (1 - .5 x .5)
        ("secondary sanctions stop busting", (0.5, 0.5, 1.0), 0.5),
        ("half stop half of it", (0.5, 0.5, 0.5), 0.4375),  # .5 x (1 - .5 x .5 x .5)
        ("everybody takes part", (1.0, 0.5, 0.0), 1.0),
        ("nobody does", (0.0, 0.5, 0.0), 0.0),
    ],
    response.approach: [
        ("up fast", (0.2, 0.7, 0.6, 0.06), 0.5),  # .2 + .6 x .5
        ("down slowly", (0.7, 0.2, 0.6, 0.06), 0.67),  # .7 - .06 x .5
        ("there already", (0.4, 0.4, 0.6, 0.06), 0.4),
    ],
    response.presence_wish: [
        ("against a nuclear power", (0.2, 0.9, 0.5, 1.0, 0.0, 0.4), 0.054),  # .09 x .6
        ("matched second strike frees", (0.2, 0.9, 0.5, 1.0, 1.0, 0.4), 0.09),
        ("against one without", (0.2, 0.9, 0.5, 0.0, 0.0, 0.4), 0.09),
        ("no will", (0.2, 0.0, 0.5, 0.0, 0.0, 0.4), 0.0),
    ],
    response.answered: [
        ("two halves leave a quarter", (0.5, 0.5, 0.0, 0.0), 0.75),
        ("four halves leave a sixteenth", (0.5, 0.5, 0.5, 0.5), 0.9375),
        ("nothing done", (0.0, 0.0, 0.0, 0.0), 0.0),
        ("one full answer is enough", (1.0, 0.0, 0.0, 0.0), 1.0),
    ],
    response.yielding_point: [
        ("proud and principled", (0.95, 1.0, 1.0, 0.0), 1.05),  # .95 + .05 x 2
        ("comfortable", (0.95, 0.0, 0.0, 1.0), 0.85),
        ("a blend", (0.95, 0.4, 0.6, 0.5), 0.95),  # + .05 - .05
    ],
    # --- settlement
    settlement.pain: [
        ("sanctions hurt most", (0.8, 0.5, 0.3), 0.4),
        ("opposition hurts most", (0.8, 0.5, 0.6), 0.6),
        ("nothing hurts", (0.0, 1.0, 0.0), 0.0),
    ],
    settlement.host_gain: [
        # .75 x .8 + (1.2 + 1 - .6)/4 - .2 x .2 - 1 x .6/4 = .6 + .4 - .04 - .15
        ("a neutral peace", (0.75, 0.8, 1.2, 0.2, 1.0, 0.6), 0.81),
        ("nothing spared, nothing given, full belief", (0.0, 0.5, 0.0, 0.0, 0.0, 1.0), 0.0),
        ("no concession where all is lost anyway", (0.0, 1.0, 0.0, 1.0, 0.0, 1.0), 0.0),
        ("a concession where nothing need be lost", (0.0, 0.0, 0.0, 0.5, 0.0, 1.0), -0.5),
    ],
    settlement.coalition_gain: [
        ("a committed coalition", (0.5, 1.0, 0.1), 0.05),  # .5 x .5 - .1 x 2 = .25 - .2
        ("an indifferent one", (0.5, 0.0, 0.1), 0.4),  # .5 - .1
        ("for free", (0.5, 0.4, 0.0), 0.4),  # .5 x .8
    ],
    settlement.worth_of_neutrality: [
        ("to the encircled", (0.5, 0.8, 0.5, 1.0), 0.2),
        ("to the purely greedy", (0.5, 0.0, 0.5, 1.0), 0.0),
        ("half a pledge", (0.5, 0.8, 0.5, 0.5), 0.1),
    ],
    settlement.cost_of_recognition: [
        ("by weight", (0.3, 0.5, 0.4), 0.06),
        ("nothing recognised", (0.3, 0.0, 0.4), 0.0),
    ],
    settlement.ceasefire_hazard: [
        ("bare", (0.03, 0.0, 0.0, 0.7), 0.03),
        ("spoilers double it", (0.03, 1.0 / 3.0, 0.0, 0.7), 0.06),
        ("peacekeepers take most of it", (0.03, 0.0, 1.0, 0.7), 0.009),  # .03 x .3
        ("at most certain", (0.5, 1.0, 0.0, 0.7), 1.0),  # .5 x 4
    ],
    settlement.spoilers_next: [
        ("atrocity and weak control", (0.2, 0.75, 0.5, 0.0, 0.05, 0.05), 0.215),  # .2 + .05 x .375 x .8
        ("a settlement", (0.2, 0.0, 1.0, 1.0, 0.05, 0.05), 0.19),  # .2 - .05 x .2
        ("none where there is nothing to feed on", (0.0, 0.0, 1.0, 1.0, 0.05, 0.05), 0.0),
        ("no more than all", (1.0, 1.0, 1.0, 0.0, 1.0, 0.05), 1.0),
        ("no less than none", (0.1, 0.0, 0.0, 3.0, 0.0, 1.0), 0.0),  # .1 - .3
    ],
    # --- war
    war.growth_of_intensity: [
        ("no luck, no growth", (0.3, 0.0), 1.0),
        ("mean luck: e to the mean rate", (1.0, 0.5), 2.718281828459045),
        ("most luck: twice the rate", (0.34657359027997264, 1.0), 2.0),  # 2 x ln 2 / 2
    ],
    war.attrition_share: [
        ("one unit of loss", (1.0, 1.0, 1.0), 0.6321205588285577),  # 1 - 1/e
        ("no opponents", (0.04, 5.0, 0.0), 0.0),
        ("a half at ln 2", (0.6931471805599453, 2.0, 0.5), 0.5),
        ("never everything", (0.04, 1e9, 1.0), 1.0),
    ],
    war.nuclear_hazard: [
        ("two full second strikes", (0.004, 1.0, 1.0, 1.0), 0.004),
        ("one side has none", (0.004, 1.0, 0.0, 50.0), 0.0),
        ("grows with the logarithm", (0.004, 1.0, 0.5, 2.718281828459045), 0.004),  # .004 x .5 x 2
        ("not less in a small war", (0.004, 1.0, 1.0, 0.1), 0.004),
        ("at most certain", (0.9, 1.0, 1.0, 2.718281828459045), 1.0),  # .9 x 2
    ],
    war.joining_stake: [
        ("all four", (0.2, 0.4, 0.1, 0.05), 0.55),  # .2 + .2 + .1 + .05
        ("at most full", (1.0, 1.0, 1.0, 0.3), 1.0),
        ("none", (0.0, 0.0, 0.0, 0.0), 0.0),
    ],
}  # fmt: skip

LINES = [
    pytest.param(equation, arguments, result, id=f"{equation.__name__}-{what}".replace(" ", "-"))
    for equation, cases in BY_HAND.items()
    for what, arguments, result in cases
]


@pytest.mark.parametrize(("equation", "arguments", "result"), LINES)
def test_an_equation_gives_what_the_hand_calculation_gives(
    equation: Callable[..., float], arguments: tuple[Any, ...], result: float
) -> None:
    assert equation(*arguments) == pytest.approx(result, rel=1e-9, abs=1e-12)


def equations_of_the_core() -> list[Callable[..., Any]]:
    """Every function defined in a module of core/equations."""
    found = []
    for module in pkgutil.iter_modules(equations.__path__, f"{equations.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        functions = [member for member in members if inspect.isroutine(getattr(member, "py_func", member))]
        found += [f for f in functions if getattr(f, "__module__", "") == module.name]
    return found


def test_every_equation_has_a_hand_calculation() -> None:
    without = {equation.__name__ for equation in equations_of_the_core()} - {done.__name__ for done in BY_HAND}
    assert without == set(), f"calculate by hand and add to BY_HAND: {sorted(without)}"
    assert len(equations_of_the_core()) == len(BY_HAND)


def test_every_equation_says_what_it_means() -> None:
    for equation in equations_of_the_core():
        assert (equation.__doc__ or "").strip(), equation.__name__


def test_the_weight_of_a_hopeless_option_is_tiny_and_not_zero() -> None:
    assert 0.0 < choice.logit_weight(-1e9, 0.0, 1e-4) < 1e-300  # exp(-700), rather than an underflow


def test_two_logits_of_opposite_advantage_sum_to_one() -> None:
    for advantage in (0.0, 0.001, 0.1, 3.0, 1e6):
        assert choice.logit(advantage, 0.003) + choice.logit(-advantage, 0.003) == pytest.approx(1.0)


def test_the_contest_shares_of_two_sides_sum_to_one() -> None:
    for mine, theirs in ((0.1, 0.9), (1e-12, 1.0), (0.0, 1.0), (0.0, 0.0)):
        for decisiveness in (0.05, 1.0, 5.0):
            both = power.contest_share(mine, theirs, decisiveness) + power.contest_share(theirs, mine, decisiveness)
            assert both == pytest.approx(1.0)
