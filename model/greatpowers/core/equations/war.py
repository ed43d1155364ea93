"""War: joining, intensity, attrition, outcome, nuclear hazard."""

import math

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
def joining_stake(alliance: float, order_stake: float, balancing: float, tripwire: float) -> float:
    """Stake in a war: alliance, order, balance and own troops already there, at most 1  (Siverson & Starr 1991)."""
    return min(1.0, alliance + 0.5 * order_stake + balancing + tripwire)
