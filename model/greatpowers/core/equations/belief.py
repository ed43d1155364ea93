"""Credibility as a Beta belief, and the current calculus beside it."""

from greatpowers.core.kernel import entry


@entry
def past_actions(kept: float, broken: float) -> float:
    """Mean of the Beta belief, k/(k + b)  (past-actions theory; Weisiger & Yarhi-Milo 2015)."""
    return kept / (kept + broken)


@entry
def credibility(past: float, calculus: float, weight: float) -> float:
    """Q = (1 - w)·past actions + w·current calculus, in [0, 1]  (Weisiger & Yarhi-Milo 2015; Press 2005)."""
    return (1.0 - weight) * past + weight * calculus


@entry
def forget(count: float, prior: float, memory: float) -> float:
    """Evidence fades towards the prior: prior + m·(count - prior)."""
    return prior + memory * (count - prior)


@entry
def grown(level: float, share: float) -> float:
    """L' = L + share·(1 - L): a level in [0, 1) moves towards 1 and saturates."""
    return level + share * (1.0 - level)


@entry
def clip(x: float) -> float:
    """X held within [0, 1]."""
    return min(1.0, max(0.0, x))


@entry
def encroachment(pressure: float, reach: float, neutrality: float) -> float:
    """E = (1 - 1/(1 + pressure))·reach·(1 - neutrality), in [0, 1]: hostile ties and forces near home  (Jervis 1978).

    `pressure` is guardians' alliance and presence with the host relative to the challenger's own power.
    """
    return pressure / (1.0 + pressure) * reach * (1.0 - neutrality)


@entry
def visible_tie(alliance: float, presence: float, tripwire: float) -> float:
    """How bound a guardian looks from outside, 1 - (1 - al)·(1 - min(1, f/f0)): by treaty or by troops on the spot.

    Troops are the plainer word (Schelling 1966): `tripwire` f0 is the share of its force that is as good as a treaty.
    """
    return 1.0 - (1.0 - alliance) * (1.0 - min(1.0, presence / tripwire))
