"""Power, distance and the contest of forces; growth, drag, arms and order."""

from greatpowers.core.kernel import entry
from greatpowers.core.mathematics import exp, power


@entry
def power_share(economy: float, economies: float, capability: float, capabilities: float) -> float:
    """Power share p = (Y/ΣY + M/ΣM)/2, in [0, 1]  (after the composite index of Singer, Bremer & Stuckey 1972)."""
    return 0.5 * (economy / economies + capability / capabilities)


# What a full second strike stands for, as a share of the power that makes a great power. Assumed: nine tenths, so that
# Russia remains one whatever becomes of its economy, and so do France and the United Kingdom, but not Pakistan or
# Israel.
SECOND_STRIKE_COUNTS = 0.9


@entry
def is_great_power(power: float, nuclear: float, threshold: float) -> bool:
    """A large share of power; the nearer to a full second strike, the less of it will do  (Levy 1983; Waltz 1981)."""
    return power >= threshold * (1.0 - SECOND_STRIKE_COUNTS * nuclear)


@entry
def contest_share(mine: float, theirs: float, decisiveness: float) -> float:
    """Contest share A = 1/(1 + (t/m)^d), in [0, 1]; ½ if both are nil  (Tullock 1980; Hirshleifer 1989)."""
    if mine <= 0.0:
        return 0.5 if theirs <= 0.0 else 0.0
    odds = theirs / mine
    if decisiveness != 1.0:  # x^1 is x, and a power takes longer than all the rest
        odds = power(odds, decisiveness)
    return 1.0 / (1.0 + odds)


@entry
def projected_force(commitment: float, capability: float, reach: float) -> float:
    """Force that arrives: share committed x capability x loss-of-strength gradient  (Boulding 1962)."""
    return commitment * capability * reach


@entry
def mobilised(commitment: float, mobilisation: float) -> float:
    """Share of its force that a host musters against a commitment, c^m: it mobilises ahead of what it faces."""
    return power(commitment, mobilisation)


@entry
def host_force(capability: float, share: float, aid: float, aid_effect: float) -> float:
    """Force of a host M·share·(1 + κa): what it musters, multiplied by aid."""
    return capability * share * (1.0 + aid_effect * aid)


# Assumed: within these, which no world of today comes near, products and quotients of two stocks are numbers as well.
LEAST, MOST = 1e-100, 1e100


@entry
def held_finite(stock: float, before: float) -> float:
    """A stock S' that numbers can hold: within 10^-100 and 10^100 from one round to the next, unless there was none."""
    return min(MOST, max(LEAST, stock) if before > 0.0 else stock)


@entry
def output_next(output: float, growth: float, noise: float, luck: float, drag: float) -> float:
    """Y' = Y·exp(g + σz)·(1 - drag): growth with noise, less what sanctions and war take."""
    return held_finite(output * exp(growth + noise * luck) * (1.0 - min(0.95, drag)), output)


@entry
def sanctions_drag(bite: float, sanctions: float, openness: float) -> float:
    """Share of output a target loses: bite·(sum of sanctions, at most 1)·openness  (Neuenkirch & Neumeier 2015)."""
    return bite * min(1.0, sanctions) * openness


@entry
def burden_next(
    burden: float, custom: float, threat: float, grievance: float, reaction: float, fatigue: float, hate: float
) -> float:
    """Burden b' = b + k·threat - f·(b - custom) + h·grievance, in [0, 0.5]  (Richardson 1960)."""
    return min(0.5, max(0.0, burden + reaction * threat - fatigue * (burden - custom) + hate * grievance))


@entry
def capability_next(capability: float, depreciation: float, burden: float, output: float, arms_yield: float) -> float:
    """M' = (1 - d)·M + (burden·output)·yield: what is bought less what wears out."""
    return held_finite((1.0 - depreciation) * capability + burden * output * arms_yield, capability)


@entry
def arms_shock(capability: float, noise: float, luck: float) -> float:
    """Capability after what nobody planned, M·exp(σz - σ²/2): inventions, reforms, mutinies; the mean stays."""
    return held_finite(capability * exp(noise * luck - 0.5 * noise * noise), capability)


@entry
def wear(severity: float, answered: float, limit: float) -> float:
    """What a breach does to the order: σ·(1 - l·answered), as an answer limits it and never adds.

    (Finnemore & Sikkink 1998; Hurd 2007)
    """
    return severity * (1.0 - limit * answered)


@entry
def order_next(order: float, worn: float, down: float, reversion: float, untroubled: float) -> float:
    """Ω' = Ω - down·worn·Ω + reversion·(untroubled - Ω), in [0, 1]: breaches wear it down, and time heals slowly.

    `worn` is the share of the world's power that is in breach, each power by the gravest of its breaches.
    """
    return min(1.0, max(0.0, order - down * worn * order + reversion * (untroubled - order)))


@entry
def alliance_next(alliance: float, treaty: float, threat: float, appeal: float, speed: float, pull: float) -> float:
    """Alliance moves towards `appeal` as fast as threat presses, and back to treaty, in [0, 1]  (Walt 1987)."""
    return min(1.0, max(0.0, alliance + speed * threat * (appeal - alliance) + pull * (treaty - alliance)))
