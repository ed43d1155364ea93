"""Guardians: who has a stake, who joins, how broad the coalition is and what it delivers."""

from greatpowers.core.kernel import entry


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
def presence_wish(
    declared: float, resolve: float, membership: float, nuclear: float, own_nuclear: float, fear: float
) -> float:
    """Share of force sent: declared·r·m·(1 - fear·W_c·(1 - W_g)): less against a nuclear challenger  (Snyder 1965)."""
    return declared * resolve * membership * (1.0 - fear * nuclear * (1.0 - own_nuclear))


@entry
def answered(sanctions: float, presence: float, aid: float, strike: float) -> float:
    """How far a breach is answered: 1 - Π(1 - instrument), each in [0, 1]."""
    return 1.0 - (1.0 - sanctions) * (1.0 - presence) * (1.0 - aid) * (1.0 - strike)


@entry
def spared_by_yielding(
    readiness: float, loss: float, homeland: float, spoils: float, balance: float, transfer: float, severity: float
) -> float:  # fmt: skip
    """What giving in spares a host: severity·(ready·(loss + homeland·spoils·A) - homeland·transfer).

    The war it fears, by how near the ladder has come to one and how ready the challenger is for it, less what it hands
    over  (Fearon 1994; Schelling 1966).
    """
    return severity * (readiness * (loss + homeland * spoils * balance) - homeland * transfer)


@entry
def yielding_point(base: float, power_weight: float, order_weight: float, welfare_weight: float) -> float:
    """Price of giving in before one's own audience: higher for the proud and principled, lower for the comfortable."""
    return base + 0.05 * (power_weight + order_weight) - 0.1 * welfare_weight
