"""Power, distance and the contest of forces."""

from greatpowers.core.kernel import entry
from greatpowers.core.mathematics import power


@entry
def power_share(economy: float, economies: float, capability: float, capabilities: float) -> float:
    """Power share p = (Y/ΣY + M/ΣM)/2, in [0, 1]  (after the composite index of Singer, Bremer & Stuckey 1972)."""
    return 0.5 * (economy / economies + capability / capabilities)


@entry
def is_great_power(power: float, nuclear: float, threshold: float) -> bool:
    """A large share of power, or second-strike capacity with a tenth of that share  (Levy 1983; Waltz 1981)."""
    # Assumed: half of a full second strike is enough to be reckoned with, though not without any power besides.
    return power >= threshold or (nuclear >= 0.5 and power >= 0.1 * threshold)


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
