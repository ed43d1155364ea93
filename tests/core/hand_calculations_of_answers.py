"""Hand calculations: responses, wars, deals and the economy.

A line is (what it shows, arguments, result), the working in the comment beside it. Logarithms and exponentials are
written with as many digits as the comparison needs: e = 2.718281828459045, 1/e = 0.36787944117144233,
ln 2 = 0.6931471805599453.
"""

from collections.abc import Callable
from typing import Any

from greatpowers.core.equations import economy, response, settlement, war

Cases = list[tuple[str, tuple[Any, ...], float]]

ANSWERS: dict[Callable[..., Any], Cases] = {
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
    response.mean_left: [
        ("a half falls twice", (0.5, 2.0), 0.75),  # (1 - 1/4) / 1
        ("falls at once", (1.0, 4.0), 0.25),  # 1 / 4
        ("nothing falls", (0.0, 8.0), 1.0),
    ],
    response.presence_wish: [
        ("against a nuclear power", (0.2, 0.9, 0.5, 1.0, 0.4), 0.054),  # .09 x .6
        ("against one without", (0.2, 0.9, 0.5, 0.0, 0.4), 0.09),
        ("no will", (0.2, 0.0, 0.5, 0.0, 0.4), 0.0),
    ],
    response.alignment_with: [
        ("by treaty", (0.6, 0.3), 0.6),
        ("a whole-hearted follower without one", (0.0, 1.0), 1.0),
        ("half a heart is not enough", (0.0, 0.5), 0.0),
        ("a treaty and more of a heart", (0.2, 0.75), 0.5),  # 2 x .75 - 1
    ],
    response.camp_of: [
        ("aligned with the leader", (0.5, 0.8, 0.2, 0.1, 0.0), 0.4),  # .5 x .8
        ("bound to the host more", (0.5, 0.2, 0.8, 0.1, 0.1), 0.4),
        ("hostile to the host", (0.5, 0.8, 0.2, 0.1, 0.11), 0.0),
        ("allied to the challenger", (0.5, 0.8, 0.2, 0.5, 0.0), 0.0),
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
    response.explicit_demand: [
        ("as rare as the step is slight", (0.15, 1.0), 0.15),
        ("the steeper the rarer", (0.5, 2.0), 0.25),
        ("every step asks", (0.15, 0.0), 1.0),
        ("war leaves nothing open", (1.0, 3.0), 1.0),
    ],
    response.spared_by_yielding: [
        # .5 x (.5 x (.3 + .4 x .8 x .25) - .4 x .4) = .5 x (.19 - .16)
        ("half ready for war", (0.5, 0.3, 0.4, 0.8, 0.5, 0.4, 0.5), 0.015),
        ("nothing to fear", (0.0, 0.3, 0.4, 0.8, 0.5, 0.4, 0.5), -0.08),
        ("nothing to hand over", (1.0, 0.3, 0.0, 0.8, 0.5, 0.4, 0.5), 0.15),
        ("halfway up the ladder, half the fear", (1.0, 0.3, 0.0, 0.8, 0.5, 0.4, 0.25), 0.075),
    ],
    # --- war
    war.growth_of_intensity: [
        ("no luck, no growth", (0.3, 0.0), 1.0),
        ("mean luck: e to the mean rate", (1.0, 0.5), 2.718281828459045),
        ("most luck: twice the rate", (0.34657359027997264, 1.0), 2.0),  # 2 x ln 2 / 2
    ],
    war.effort_of_war: [
        ("a great power, as it begins", (0.1, 1.0, 0.1, 0.5), 0.1),
        ("grown fourfold", (0.1, 4.0, 0.1, 0.5), 0.4),
        ("a hundredth of a great power: ten times the share", (0.02, 1.0, 0.001, 0.5), 0.2),  # .02 x (.1/.001)^.5
        ("more than a great power: half the share", (0.1, 1.0, 0.4, 0.5), 0.05),
        ("size counts for nothing", (0.1, 1.0, 0.001, 0.0), 0.1),
        ("no more than all", (0.1, 1e9, 0.1, 0.5), 1.0),
        ("no force at all", (0.1, 1.0, 0.0, 0.5), 1.0),
    ],
    war.share_engaged: [
        ("equals", (0.2, 0.2, 3.0), 1.0),
        ("ten to one", (1.0, 0.1, 3.0), 0.3),
        ("the weaker sends all", (0.1, 1.0, 3.0), 1.0),
        ("nobody there", (0.0, 1.0, 3.0), 0.0),
    ],
    war.attrition_share: [
        ("half engaged, even odds", (0.2, 0.5, 0.5), 0.05),
        ("no opponents", (0.2, 0.5, 0.0), 0.0),
        ("everything engaged against certain victors", (0.2, 1.0, 1.0), 0.2),
    ],
    war.chance_of_ending: [
        ("an even war", (0.2, 1.0, 0.5, 1.5, 1.0), 0.2),
        ("a clear one", (0.2, 1.0, 1.0, 1.5, 1.0), 0.4),
        ("three to one, from either side", (0.2, 1.0, 0.25, 1.5, 1.0), 0.25),  # .2 x (1 + .25)
        ("at most certain", (0.8, 1.0, 0.0, 1.5, 1.0), 1.0),
        ("grown twice e-fold", (0.2, 1.0, 0.5, 1.5, 7.38905609893065), 0.05),  # .2/(1 + 1.5 x 2)
        ("grown, and aims stay", (0.2, 1.0, 0.5, 0.0, 7.38905609893065), 0.2),
        ("no sooner for being small", (0.2, 1.0, 0.5, 1.5, 0.1), 0.2),
    ],
    war.nuclear_hazard: [
        ("two full second strikes", (0.004, 1.0, 1.0, 1.0), 0.004),
        ("one side has none", (0.004, 1.0, 0.0, 50.0), 0.0),
        ("grows with the logarithm", (0.004, 1.0, 0.5, 2.718281828459045), 0.004),  # .004 x .5 x 2
        ("not less in a small war", (0.004, 1.0, 1.0, 0.1), 0.004),
        ("at most certain", (0.9, 1.0, 1.0, 2.718281828459045), 1.0),  # .9 x 2
    ],
    war.joining_stake: [
        ("all four", (0.2, 0.5, 0.4, 0.1, 0.05), 0.55),  # .2 + .2 + .1 + .05
        ("at most full", (1.0, 0.5, 1.0, 1.0, 0.3), 1.0),
        ("none", (0.0, 0.5, 0.0, 0.0, 0.0), 0.0),
    ],
    war.treaty_covers: [
        ("an attack on the ally", (0.59, 0.5, 0.0, 0.6, 0.2), 1.0),
        ("another case", (0.61, 0.5, 0.0, 0.6, 0.2), 0.0),
        ("a treaty that never covers it", (0.0, 0.5, 0.0, 0.0, 0.2), 0.0),
        ("the ally's own war", (0.8, 0.0, 0.5, 0.6, 0.2), -1.0),
        ("not that one", (0.79, 0.0, 0.5, 0.6, 0.2), 0.0),
        ("no treaty", (0.0, 0.0, 0.0, 0.6, 0.2), 0.0),
        ("bound to both, the attacked first", (0.9, 0.5, 0.5, 0.95, 0.2), 1.0),
    ],
    war.weight_of_help: [
        ("an equal", (0.2, 0.2), 1.0),
        ("a third of the other side", (0.1, 0.3), 0.5),  # .2 / .4
        ("greater still is no more than full", (0.3, 0.1), 1.0),
        ("nobody's", (0.0, 0.3), 0.0),
        ("against nobody", (0.0, 0.0), 0.0),
    ],
    war.joining_chance: [
        ("without a stake", (0.5, 0.0, 0.4, 0.1), 0.0),
        # stake = cost = ln 3 x noise: (1/2 - 1/4)/(1 - 1/4) x .6
        ("at the point of indifference", (0.6, 1.0986122886681098, 1.0986122886681098, 1.0), 0.2),
        ("overwhelming", (0.5, 1000.0, 0.4, 0.1), 0.5),
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
    settlement.settlement_for_challenger: [
        ("a costly stand given up for a little", (0.2, -0.05, -0.02), 0.01),  # -.01 + .02
        ("a stand that pays", (0.2, 0.0, 0.03), -0.03),
    ],
    settlement.settlement_for_host: [
        # .5 x (.2 + .4 x .8 x .25) - .4 x .1 = .5 x .28 - .04
        ("a war half certain", (0.5, 0.2, 0.4, 0.8, 0.5, 0.1), 0.1),
        ("no danger, nothing granted", (0.0, 0.2, 0.4, 0.8, 0.5, 0.0), 0.0),
        ("no danger, something granted", (0.0, 0.2, 0.4, 0.8, 0.5, 0.5), -0.2),
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
    # --- economy
    economy.held_finite: [
        ("what is within stays", (0.3, 0.2), 0.3),
        ("no more than numbers can square", (1e120, 0.2), 1e100),
        ("boundless", (float("inf"), 1e99), 1e100),
        ("what there was none of can be bought", (0.01, 0.0), 0.01),
    ],
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
    economy.arms_shock: [
        ("no noise", (0.3, 0.0, 1.7), 0.3),
        ("one s.d. of one, less half its square", (0.3, 1.0, 1.0), 0.4946163812100384),  # .3 x e^.5
        ("luck that leaves all as it was", (0.3, 0.4, 0.2), 0.3),  # .4 x .2 = .16/2
    ],
    economy.wear: [
        ("unanswered", (0.5, 0.0, 0.6), 0.5),
        ("half answered", (0.5, 0.5, 0.6), 0.35),  # .5 x .7
        ("an answer limits and never adds", (0.5, 1.0, 1.0), 0.0),
        ("no breach", (0.0, 0.0, 0.6), 0.0),
    ],
    economy.order_next: [
        ("worn down", (0.5, 2.0, 0.02, 0.0, 0.7), 0.48),  # .5 - .02 x 2 x .5
        ("healed by time", (0.5, 0.0, 0.02, 0.01, 0.7), 0.502),  # .5 + .01 x .2
        ("untroubled", (0.7, 0.0, 0.02, 0.01, 0.7), 0.7),
        ("never below nothing", (0.5, 100.0, 0.02, 0.0, 0.7), 0.0),  # .5 - 1 = -.5
    ],
    economy.alliance_next: [
        ("towards a protector", (0.2, 0.2, 1.0, 0.7, 0.02, 0.01), 0.21),  # .2 + .02 x .5
        ("back to treaty", (0.5, 0.2, 0.0, 0.7, 0.02, 0.01), 0.497),  # .5 - .01 x .3
        ("half a threat presses half as fast", (0.2, 0.2, 0.5, 0.7, 0.02, 0.01), 0.205),
        ("away from one who is not believed", (0.5, 0.5, 1.0, 0.0, 0.02, 0.01), 0.49),  # .5 - .02 x .5
        ("full ties stay full", (1.0, 1.0, 1.0, 1.0, 1.0, 1.0), 1.0),
    ],
}  # fmt: skip
