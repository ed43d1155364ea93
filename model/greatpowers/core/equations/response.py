"""Guardians: who has a stake, who joins, how broad the coalition is and what it delivers."""

from greatpowers.core.kernel import entry
from greatpowers.core.mathematics import power


@entry
def stake_of_order(order_weight: float, order: float) -> float:
    """Stake in the norm itself: w_order·Ω  (Ikenberry 2001)."""
    return order_weight * order


@entry
def membership(order_stake: float, alliance_with_host: float, alliance_with_challenger: float) -> float:
    """How far a third state belongs to the coalition: (order stake + alliance) less ties to the challenger."""
    return min(1.0, order_stake + alliance_with_host) * (1.0 - alliance_with_challenger)


@entry
def balancing_stake(power_weight: float, prize: float, rivalry: float) -> float:
    """A power-maximizer's wish to deny a rival the prize: w_power·prize·rivalry  (Waltz 1979; Mearsheimer 2001)."""
    return power_weight * prize * rivalry


@entry
def sanctions_advantage(
    declared: float, membership: float, severity: float, resolve: float,
    trade: float, openness: float, trade_weight: float, habit: float, pull: float,
) -> float:  # fmt: skip
    """Net wish to join: s·m·severity·r + habit + pull - w·(trade with the challenger)·openness  (Drezner 2000)."""
    return declared * membership * severity * resolve + habit + pull - trade_weight * trade * openness


@entry
def effective_breadth(breadth: float, busting: float, secondary: float) -> float:
    """Breadth less what outsiders undo: b·(1 - β(1 - σ)(1 - b))  (Early 2015); secondary sanctions σ deter busting."""
    return breadth * (1.0 - busting * (1.0 - secondary) * (1.0 - breadth))


@entry
def approach(level: float, target: float, rise: float, fall: float) -> float:
    """Move a share of the gap: `rise` of it upwards, `fall` of it downwards."""
    return level + (rise if target > level else fall) * (target - level)


@entry
def mean_left(fall: float, horizon: float) -> float:
    """Mean share still left over a horizon of h rounds of what falls by f each round: (1 - (1 - f)^h)/(f·h)."""
    return (1.0 - power(1.0 - fall, horizon)) / (fall * horizon) if fall * horizon > 0.0 else 1.0


@entry
def presence_wish(declared: float, resolve: float, camp: float, nuclear: float, fear: float) -> float:
    """Share of force sent: declared·r·camp·(1 - fear·W_c): less against any second strike  (Snyder 1965)."""
    return declared * resolve * camp * (1.0 - fear * nuclear)


@entry
def alignment_with(alliance: float, order_weight: float) -> float:
    """How far a state is of the leader's camp: by alliance, or as a whole-hearted follower of the order, 2w - 1.

    A weight on the order alone makes nobody a partner in arms  (Ikenberry 2011; Tago 2007).
    """
    return max(alliance, 2.0 * order_weight - 1.0)


# Hostility to a host beyond which nobody stands beside it, and alliance with a challenger from which nobody does.
# Assumed: above a tenth hostility is more than what one dispute leaves after ten years (a quarter, by 1/e); a half
# counts as an alliance elsewhere in the core, too.
MOST_HOSTILITY, ALLIED = 0.1, 0.5


@entry
def camp_of(membership: float, aligned: float, with_host: float, with_challenger: float, hostility: float) -> float:
    """How far a state would send troops, aid and strikes: membership·max(aligned, bound to the host).

    Nobody does beside a host it is hostile to (above a tenth), or against its own ally (a half and more).
    """
    if hostility > MOST_HOSTILITY or with_challenger >= ALLIED:
        return 0.0
    return membership * max(aligned, with_host)


@entry
def answered(sanctions: float, presence: float, aid: float, strike: float) -> float:
    """How far a breach is answered: 1 - Π(1 - instrument), each in [0, 1]."""
    return 1.0 - (1.0 - sanctions) * (1.0 - presence) * (1.0 - aid) * (1.0 - strike)


@entry
def spared_by_yielding(
    readiness: float, loss: float, homeland: float, spoils: float, balance: float, ceded: float, severity: float
) -> float:  # fmt: skip
    """What giving in spares a host: severity·(ready·(loss + homeland·spoils·A²) - homeland·ceded).

    The war it fears, by how near the ladder has come to one and how ready the challenger is for it, less what it hands
    over  (Fearon 1994; Schelling 1966).
    """
    return severity * (readiness * (loss + homeland * spoils * balance * balance) - homeland * ceded)


@entry
def explicit_demand(severity: float, exponent: float) -> float:
    """Chance σ^d that a step up comes with a demand that can be met: a show of force seldom asks for anything.

    The more force, the more often something is demanded in so many words  (Blechman & Kaplan 1978; Sechser 2011).
    """
    return power(severity, exponent)


@entry
def yielding_point(base: float, power_weight: float, order_weight: float, welfare_weight: float) -> float:
    """Price of giving in before one's own audience: higher for the proud and principled, lower for the comfortable."""
    # Assumed: of the order of the base, so that doctrine moves the point without making it.
    return base + 0.05 * (power_weight + order_weight) - 0.1 * welfare_weight
