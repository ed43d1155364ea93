"""War: joining, intensity, attrition, outcome, nuclear hazard."""

from greatpowers.core.equations.choice import logit
from greatpowers.core.kernel import entry
from greatpowers.core.mathematics import exp, log, power


@entry
def growth_of_intensity(mean_rate: float, luck: float) -> float:
    """Factor exp(2·g·u), u uniform: a random rate; with a constant stopping hazard the sizes have a Pareto tail.

    A killed exponential has survival exponent hazard/growth  (Reed & Hughes 2002; Clauset 2018).
    """
    return exp(2.0 * mean_rate * luck)


GREAT_SHARE = 0.1
"""Share of the world's force that a typical great power has, to which the effort of the small is compared."""


@entry
def effort_of_war(start: float, intensity: float, share: float, totality: float) -> float:
    """Share of the force at hand that a war engages, min(1, e0·I·(.1/s)^w), s the state's share of the world's force.

    Nobody mobilises more than there is. What is a limited war for the great is a total one for the small  (Mack 1975).
    """
    return min(1.0, start * intensity * power(GREAT_SHARE / share, totality)) if share > 0.0 else 1.0


@entry
def share_engaged(mine: float, theirs: float, superiority: float) -> float:
    """Share of a side's force that finds an enemy to fight, min(1, λ·F'/F): a small war is small for a great power."""
    return min(1.0, superiority * theirs / mine) if mine > 0.0 else 0.0


@entry
def attrition_share(rate: float, effort: float, opponents_share: float) -> float:
    """Share of the force at hand lost in a round: α·(share engaged)·(opponents' contest share)  (Lanchester 1916)."""
    return rate * effort * opponents_share


@entry
def chance_of_ending(stop: float, clarity: float, odds: float, hardening: float, intensity: float) -> float:
    """Chance that a war ends, h·(1 + c·(2A - 1)²)/(1 + d·ln I), at most 1: sooner where its outcome is clear.

    Later where the war has grown: aims rise with what it has cost.  (Bennett & Stam 1996; Slantchev 2004; Goemans 2000)
    """
    clear = 1.0 + clarity * (2.0 * odds - 1.0) * (2.0 * odds - 1.0)
    return min(1.0, stop * clear / (1.0 + hardening * log(max(1.0, intensity))))


@entry
def nuclear_hazard(rate: float, nuclear_one: float, nuclear_other: float, intensity: float) -> float:
    """Chance of nuclear use: ν·W_a·W_b·(1 + ln I), growing slowly with intensity, at most 1."""
    return min(1.0, rate * nuclear_one * nuclear_other * (1.0 + log(max(1.0, intensity))))


@entry
def treaty_covers(luck: float, with_host: float, with_challenger: float, defence: float, offence: float) -> float:
    """Side to which its treaties call a state: 1 the host's, with chance d; -1 the challenger's, with chance o; else 0.

    Each treaty by itself: one to defend mostly covers an attack on the ally, and seldom a war that the ally brings
    about  (Leeds, Long & Mitchell 2000; Leeds 2003). Bound to both, a state is called by one at most.
    """
    if with_host > 0.0 and luck < defence:
        return 1.0
    return -1.0 if with_challenger > 0.0 and luck >= 1.0 - offence else 0.0


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
