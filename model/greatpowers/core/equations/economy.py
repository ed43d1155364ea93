"""Growth, drag, arms and order."""

import math

from greatpowers.core.kernel import entry


@entry
def output_next(output: float, growth: float, noise: float, luck: float, drag: float) -> float:
    """Y' = Y·exp(g + σz)·(1 - drag): growth with noise, less what sanctions and war take."""
    return output * math.exp(growth + noise * luck) * (1.0 - min(0.95, drag))


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
    return (1.0 - depreciation) * capability + burden * output * arms_yield


@entry
def arms_shock(capability: float, noise: float, luck: float) -> float:
    """Capability after what nobody planned, M·exp(σz - σ²/2): inventions, reforms, mutinies; the mean stays."""
    return capability * math.exp(noise * luck - 0.5 * noise * noise)


@entry
def order_next(
    order: float, unanswered: float, answered: float, down: float, up: float, reversion: float, normal: float
) -> float:
    """Ω' = Ω - down·unanswered·Ω + up·answered·(1 - Ω) + reversion·(normal - Ω), in [0, 1].

    The two sums weigh each breach by its gravity and the challenger's power relative to the greatest.
    """
    change = -down * unanswered * order + up * answered * (1.0 - order) + reversion * (normal - order)
    return min(1.0, max(0.0, order + change))


@entry
def alliance_next(alliance: float, treaty: float, threat: float, appeal: float, speed: float, pull: float) -> float:
    """Alliance moves towards `appeal` as fast as threat presses, and back to treaty, in [0, 1]  (Walt 1987)."""
    return min(1.0, max(0.0, alliance + speed * threat * (appeal - alliance) + pull * (treaty - alliance)))
