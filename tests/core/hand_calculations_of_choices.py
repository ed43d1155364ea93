"""Hand calculations: power, leaders, beliefs and choices.

A line is (what it shows, arguments, result), the working in the comment beside it. Logarithms and exponentials are
written with as many digits as the comparison needs: e = 2.718281828459045, 1/e = 0.36787944117144233,
ln 2 = 0.6931471805599453.
"""

from collections.abc import Callable
from typing import Any

from greatpowers.core.equations import belief, choice, economy, leadership

Cases = list[tuple[str, tuple[Any, ...], float]]

CHOICES: dict[Callable[..., Any], Cases] = {
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
    belief.grown: [
        ("a quarter of the room", (0.6, 0.25), 0.7),
        ("from nothing", (0.0, 0.25), 0.25),
        ("full stays full", (1.0, 0.25), 1.0),
    ],
    belief.clip: [
        ("inside", (0.3,), 0.3),
        ("below", (-0.1,), 0.0),
        ("above", (1.7,), 1.0),
        ("the ends", (1.0,), 1.0),
    ],
    belief.visible_tie: [
        ("half a treaty and half a tripwire", (0.5, 0.05, 0.1), 0.75),  # 1 - .5 x .5
        ("a treaty alone", (0.4, 0.0, 0.1), 0.4),
        ("troops alone", (0.0, 0.02, 0.1), 0.2),  # .02 / .1
        ("more troops than a tripwire needs", (0.0, 0.5, 0.1), 1.0),
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
        ("an even contest, nothing held yet", (0.2, 1.0, 0.0, 0.5, 0.0, 0.0), 0.1),  # .2 x (1 - .5)
        ("half of what the rung can hold", (0.2, 0.6, 0.0, 0.5, 0.1, 0.3), 0.05),  # .1 x (1 - .3/.6)
        ("all of it, in another theatre too", (0.2, 0.3, 0.0, 0.5, 0.1, 0.3), 0.0),
        ("a rung that holds nothing", (0.2, 0.0, 0.0, 0.5, 0.0, 0.0), 0.0),
        ("won at a quarter: nothing gained", (0.2, 1.0, 0.0, 0.25, 0.3, 0.4), 0.0),
        ("full advantage and ebb", (0.2, 0.8, 0.05, 1.0, 0.4, 0.4), 0.13),  # .3 x (1 - .4/.8) - .05 x .4
        ("outmatched, pushed back in full", (0.2, 0.5, 0.0, 0.0, 0.5, 0.5), -0.1),  # .2 x -.5
        ("what is recognised does not ebb", (0.0, 1.0, 0.06, 0.0, 0.0, 0.5), 0.0),
    ],
    choice.control_retaken: [
        ("half of the excess is this theatre's", (0.1, 0.2, 0.4, 0.2, 0.5), 0.005),  # .1 x .5 x .2 / 2
        ("what the rung can hold stays", (0.1, 0.2, 0.2, 0.2, 0.5), 0.0),
        ("and so does less than that", (0.1, 0.1, 0.1, 0.2, 0.5), 0.0),
        ("nobody there to retake it", (0.1, 0.2, 0.4, 0.2, 1.0), 0.0),
    ],
    choice.matter_of_war: [
        ("a quarter as grave, half as likely", (0.8, 0.25, 0.5), 0.4),
        ("every exchange of fire alike", (0.8, 0.25, 0.0), 0.8),
        ("in proportion", (0.8, 0.25, 1.0), 0.2),
    ],
    choice.influence_kept: [
        ("half of what the rung could hold", (1.0, 0.03, 0.5), 0.015),
        ("influence is worth nothing", (0.0, 0.03, 0.5), 0.0),
        ("worth twice as much as land", (2.0, 0.15, 0.5), 0.15),
    ],
    choice.at_stake_at_home: [
        ("land is contested", (0.7, 0), 0.7),
        ("nothing can be occupied", (0.7, 1), 0.0),
    ],
    choice.survival_risk: [
        ("equals, even odds", (1.0, 0.5, 0.1, 0.1), 0.125),  # .5 x 1/4
        ("a giant behind the host", (1.0, 0.0, 0.1, 0.9), 0.81),  # .9 x .9
        ("nobody to fear", (1.0, 0.5, 0.1, 0.0), 0.0),
        ("certain victory", (1.0, 1.0, 0.1, 0.9), 0.0),
    ],
    choice.sanction_loss: [
        ("half a trading year", (0.05, 0.8, 0.5, 0.25, 8.0), 0.02),  # .5 x .05 x .8 x .5 x .25 x 8 = .5 x .04
        ("no sanctions", (0.05, 0.0, 0.5, 0.25, 8.0), 0.0),
        ("a closed economy", (0.05, 0.8, 0.5, 0.0, 8.0), 0.0),
    ],
    choice.incident_risk: [
        ("equal presence", (2.772588722239781, 0.5, 0.2, 0.2), 0.5),  # 1 - exp(-4 ln 2 x .5 / 2)
        ("outnumbered three to one", (2.772588722239781, 1.0, 0.1, 0.3), 0.5),  # 1 - exp(-4 ln 2 / 4)
        ("nobody there", (12.0, 1.0, 0.0, 0.2), 0.0),
        ("nobody there at all", (12.0, 1.0, 0.0, 0.0), 0.0),
        ("nobody facing them", (0.6931471805599453, 1.0, 0.2, 0.0), 0.5),  # 1 - exp(-ln 2)
    ],
    choice.risk_of_going_on: [
        ("one in ten, twice", (0.1, 2.0), 0.19),  # 1 - .9 x .9
        ("one in two, three times", (0.5, 3.0), 0.875),  # 1 - 1/8
        ("war itself", (1.0, 8.0), 1.0),
        ("no risk", (0.0, 8.0), 0.0),
        ("nobody looks ahead", (0.1, 0.0), 0.0),
    ],
    choice.loss_in_war: [
        ("even odds", (0.35, 0.5, 0.0, 3.0, 0.0), 0.175),  # .35 x .5
        ("certain victory costs its price", (0.35, 1.0, 0.0, 3.0, 0.03), 0.03),
        ("under a nuclear shadow", (0.35, 0.5, 0.5, 3.0, 0.1), 0.8),  # .35 x (.5 + 1.5) + .1
        ("certain defeat against full second strike", (0.35, 0.0, 1.0, 3.0, 0.0), 1.4),  # .35 x 4
    ],
    choice.spoils_expected: [
        ("even odds, nothing held", (0.5, 0.8, 1.0, 0.0), 0.2),  # .8 x .5 x .5
        ("even odds, all to lose", (0.5, 0.8, 0.0, 1.0), -0.4),
        ("three to one", (0.75, 0.8, 0.64, 0.2), 0.248),  # .8 x (.36 - .05)
    ],
    choice.threat_to_host: [
        ("an even contest over much", (0.5, 0.5, 0.4), 0.05),  # .4 x .25 x .5
        ("nothing to be saved", (1.0, 1.0, 0.4), 0.0),
        ("nothing threatened", (0.0, 0.3, 0.4), 0.0),
    ],
    choice.chance_of_either: [
        ("two in ten and five in ten", (0.2, 0.5), 0.6),  # 1 - .8 x .5
        ("one is certain", (1.0, 0.3), 1.0),
        ("neither", (0.0, 0.0), 0.0),
    ],
    choice.confrontation_cost: [
        # (.02 x (1 - .5 x .5) + .01 x .5) x 1 = .015 + .005
        ("sheltered and half-way round", (0.02, 0.5, 0.5, 0.01, 0.5, 3), 0.02),
        ("half of it below militarized rungs", (0.02, 0.5, 0.5, 0.01, 0.5, 1), 0.01),
        ("next door, without an order", (0.02, 0.5, 0.0, 0.01, 1.0, 2), 0.02),
        ("at peace", (0.02, 0.5, 0.5, 0.01, 0.5, 0), 0.0),
        ("in full shelter", (0.02, 1.0, 1.0, 0.01, 1.0, 7), 0.0),
    ],
    choice.norm_cost: [
        ("a believer", (0.8, 0.5, 0.75, 0.15), 0.045),  # .8 x .5 x .75 x .15
        ("no order left", (0.8, 0.0, 0.75, 0.15), 0.0),
        ("no breach", (0.8, 0.5, 0.0, 0.15), 0.0),
    ],
    choice.audience_cost: [
        ("from proxy support", (0.08, 0.35), 0.028),  # .08 x .35
        ("from peace there is nothing to give up", (0.08, 0.0), 0.0),
        ("nobody watches", (0.0, 0.95), 0.0),
    ],
    choice.gravity: [
        ("half a breach, squared", (0.5, 2.0), 0.25),
        ("without convexity", (0.3, 1.0), 0.3),
        ("peace", (0.0, 2.0), 0.0),
        ("war", (1.0, 3.7), 1.0),
    ],
    choice.logit: [
        ("indifferent", (0.0, 0.003), 0.5),
        ("ln 3 units ahead is three to one", (2.1972245773362196, 2.0), 0.75),  # 2.197.. = 2 ln 3
        ("one unit ahead", (0.003, 0.003), 0.7310585786300049),  # 1 / (1 + 0.36787944117144233)
        ("one unit behind", (-0.003, 0.003), 0.2689414213699951),  # 1 - 0.7310585786300049
        ("far ahead: certain", (10.0, 0.001), 1.0),
        ("far behind: never", (-10.0, 0.001), 0.0),
    ],
    choice.notice: [
        ("salience of a tenth", (0.1, 0.5), 1.0),
        ("four times the salience, twice the notice", (0.4, 0.5), 2.0),
    ],
    choice.attention_odds: [
        ("no past, no cover", (0.3, 1.0, 0.0, 1.0, 0.2, 1.0), 0.3),
        ("twice the notice, twice the odds", (0.3, 2.0, 0.0, 1.0, 0.2, 1.0), 0.6),
        ("a past worth ln 2", (0.3, 1.0, 0.6931471805599453, 1.0, 0.2, 1.0), 0.6),
        ("a host of a quarter of the power, half covered", (0.8, 1.0, 0.0, 0.25, 0.5, 0.5), 0.2),  # .8 x .5 x .5
        ("greater hosts draw no more attention", (0.3, 1.0, 0.0, 4.0, 0.5, 1.0), 0.3),
    ],
    choice.logit_weight: [
        ("the best option", (0.2, 0.2, 0.01), 1.0),
        ("one unit behind", (0.19, 0.2, 0.01), 0.36787944117144233),
        ("two units behind", (0.18, 0.2, 0.01), 0.1353352832366127),  # 0.36787944117144233 squared
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
    economy.power_share: [
        ("mean of two shares", (1.0, 4.0, 3.0, 6.0), 0.375),  # (.25 + .5) / 2
        ("unarmed", (1.0, 4.0, 0.0, 6.0), 0.125),
        ("alone in the world", (2.0, 2.0, 3.0, 3.0), 1.0),
    ],
    economy.is_great_power: [
        ("large enough", (0.04, 0.0, 0.04), True),
        ("not large enough", (0.039, 0.0, 0.04), False),
        ("small with half a second strike", (0.0221, 0.5, 0.04), True),  # .04 (1 - .45) = .022
        ("too small for half of one", (0.0219, 0.5, 0.04), False),
        ("small with a full one", (0.0041, 1.0, 0.04), True),  # .04 (1 - .9) = .004
        ("too small even so", (0.0039, 1.0, 0.04), False),
    ],
    economy.contest_share: [
        ("even", (0.2, 0.2, 1.0), 0.5),
        ("three to one", (0.3, 0.1, 1.0), 0.75),
        ("three to one, more decisive", (0.3, 0.1, 2.0), 0.9),  # 9 / 10
        ("four to one, less decisive", (0.4, 0.1, 0.5), 2.0 / 3.0),  # 2 / (2 + 1)
        ("nobody comes", (0.0, 0.1, 1.0), 0.0),
        ("nobody resists", (0.1, 0.0, 1.0), 1.0),
        ("nobody at all", (0.0, 0.0, 1.0), 0.5),
        ("hopeless odds stay finite", (1e-60, 1.0, 5.0), 0.0),
    ],
    economy.projected_force: [
        ("a third sent half-way", (0.3, 0.2, 0.5), 0.03),
        ("nothing committed", (0.0, 0.2, 0.5), 0.0),
    ],
    economy.mobilised: [
        ("by the square root", (0.25, 0.5), 0.5),
        ("with everything", (1.0, 0.5), 1.0),
        ("not challenged", (0.0, 0.5), 0.0),
    ],
    economy.host_force: [
        ("half of it, aided by half", (0.1, 0.5, 0.5, 1.0), 0.075),  # .1 x .5 x 1.5
        ("all of it", (0.1, 1.0, 0.0, 1.0), 0.1),
        ("none", (0.1, 0.0, 0.5, 1.0), 0.0),
    ],
}  # fmt: skip
