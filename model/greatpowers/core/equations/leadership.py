"""Leaders: when they turn, and what they say."""

from greatpowers.core.kernel import entry


@entry
def is_election(now: int, period: int, offset: int) -> bool:
    """Whether an election falls in this round."""
    return period > 0 and now >= offset and (now - offset) % period == 0


@entry
def hazard_of_turning_reluctant(base: float, burden_share: float, power_share: float, weight: float) -> float:
    """Chance that the committed turn: base·(1 + w·max(0, burden share - power share))  (Olson & Zeckhauser 1966)."""
    return min(1.0, base * (1.0 + weight * max(0.0, burden_share - power_share)))


@entry
def hazard_of_turning_committed(base: float, jolt: float, violation: float, stake: float) -> float:
    """Chance that a reluctant leadership turns: base + jolt·stake after a gross violation (severity >= .75)."""
    # Severity .75 is open intervention, the first rung with bombardment and atrocity.
    return min(1.0, base + (jolt * stake if violation >= 0.75 else 0.0))


@entry
def claim(committed: bool, luck: float, bluff: float) -> float:
    """Resolve claimed in public: the committed say so; the reluctant bluff with chance `bluff`  (Sartori 2002)."""
    return 1.0 if committed or luck < bluff else 0.0
