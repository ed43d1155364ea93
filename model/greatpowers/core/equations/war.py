"""War: joining, intensity, attrition, outcome, nuclear hazard."""

import math

from greatpowers.core.equations.choice import logit
from greatpowers.core.kernel import entry


@entry
def growth_of_intensity(mean_rate: float, luck: float) -> float:
    """Factor exp(2·g·u), u uniform: a random rate; with a constant stopping hazard the sizes have a Pareto tail.

    A killed exponential has survival exponent hazard/growth  (Reed & Hughes 2002; Clauset 2018).
    """
    return math.exp(2.0 * mean_rate * luck)


@entry
def attrition_share(rate: float, intensity: float, opponents_share: float) -> float:
    """Share of force lost in a round: 1 - exp(-α·I·(opponents' contest share)), below 1  (Lanchester 1916)."""
    return 1.0 - math.exp(-rate * intensity * opponents_share)


@entry
def nuclear_hazard(rate: float, nuclear_one: float, nuclear_other: float, intensity: float) -> float:
    """Chance of nuclear use: ν·W_a·W_b·(1 + ln I), growing slowly with intensity, at most 1."""
    return min(1.0, rate * nuclear_one * nuclear_other * (1.0 + math.log(max(1.0, intensity))))


@entry
def allies_bound(luck: float, chance: float) -> float:
    """Whose allies a war calls on: 1 the host's, with chance f; -1 the challenger's, with (1 - f)/2; else 0, nobody's.

    Whether a treaty covers the case is asked once for all who signed it  (Leeds, Long & Mitchell 2000).
    """
    if luck < chance:
        return 1.0
    return -1.0 if luck >= 0.5 * (1.0 + chance) else 0.0


@entry
def weight_of_help(mine: float, theirs: float) -> float:
    """How far help can turn the scales, 2m/(m + t), at most 1: full from an equal of the other side's principal on.

    (Altfeld & Bueno de Mesquita 1979)
    """
    return min(1.0, 2.0 * mine / (mine + theirs)) if mine > 0.0 else 0.0


@entry
def joining_chance(rate: float, stake: float, cost: float, noise: float) -> float:
    """Chance per round of joining a war: rate·(Λ((s - c)/τ) - Λ(-c/τ))/(1 - Λ(-c/τ)), nil without a stake.

    The second term takes out what noise alone would make bystanders do  (Siverson & Starr 1991).
    """
    idle = logit(-cost, noise)
    return rate * max(0.0, logit(stake - cost, noise) - idle) / (1.0 - idle)


@entry
def joining_stake(alliance: float, policing: float, order_stake: float, balancing: float, tripwire: float) -> float:
    """Stake in a war: alliance, order, balance and own troops already there, at most 1  (Siverson & Starr 1991)."""
    return min(1.0, alliance + policing * order_stake + balancing + tripwire)
