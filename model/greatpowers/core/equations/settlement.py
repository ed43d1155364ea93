"""Deals: what they are worth to each side, and what ends them."""

from greatpowers.core.kernel import entry


@entry
def pain(sanctions: float, breadth: float, answered: float) -> float:
    """How much a theatre hurts its challenger, in [0, 1]: sanctioned or opposed  (Zartman 1985)."""
    return max(sanctions * breadth, answered)


@entry
def host_gain(
    severity: float, balance: float, guarantee: float, conceded: float, neutrality: float, belief: float
) -> float:  # fmt: skip
    """What a deal spares the host less its price: severity·A + (g + 1 - q)/4 - conceded·(1 - A) - neutrality·q/4.

    What would be lost by force anyway is no concession; a host takes what it can get when it expects no help
    (belief q), and neutrality is the dearer the more it believes in the guardians it renounces.
    """
    # Assumed: guarantees, the want of other help and neutrality count a quarter each of what a whole state does.
    return (
        severity * balance + 0.25 * (guarantee + 1.0 - belief) - conceded * (1.0 - balance) - 0.25 * neutrality * belief
    )


@entry
def coalition_gain(hurt: float, resolve: float, price: float) -> float:
    """What the deal spares the coalition less its price: hurt·(1 - r/2) - price·(1 + r); the committed concede less."""
    # Assumed: full resolve bears half of what hurts, and doubles the price.
    return hurt * (1.0 - 0.5 * resolve) - price * (1.0 + resolve)


@entry
def settlement_for_challenger(value: float, change: float, going_on: float) -> float:
    """What settling brings a challenger beyond going on: V·Δx - U(hold)  (Fearon 1995).

    Δx is what peace leaves of what it holds: what is recognised stays, the rest ebbs and is retaken.
    """
    return value * change - going_on


@entry
def settlement_for_host(
    danger: float, lost: float, homeland: float, spoils: float, balance: float, granted: float
) -> float:  # fmt: skip
    """What settling spares a host: danger·(loss + homeland·spoils·A²) - homeland·granted  (Fearon 1995; Powell 1999).

    `danger` is how near the ladder has come to a war, by how ready the challenger is for one.
    """
    return danger * (lost + homeland * spoils * balance * balance) - homeland * granted


@entry
def worth_of_neutrality(prize: float, fear_weight: float, encroachment: float, neutrality: float) -> float:
    """A pledge is worth what it removes: prize·w_fear·E·neutrality; nothing to the purely greedy  (Kydd 2005)."""
    return prize * fear_weight * encroachment * neutrality


@entry
def cost_of_recognition(concession: float, recognised: float, weight: float) -> float:
    """Order lost by rewarding revision: c·(control recognised)·(weight of those concerned)."""
    return concession * recognised * weight


@entry
def ceasefire_hazard(base: float, spoilers: float, peacekeepers: float, peacekeeping: float) -> float:
    """Hazard of a cease-fire: h·(1 + 3·spoilers)·(1 - κ·peacekeepers), at most 1  (Fortna 2008; Stedman 1997)."""
    # Assumed: spoilers at full strength make it four times as likely to fail.
    return min(1.0, base * (1.0 + 3.0 * spoilers) * (1.0 - peacekeeping * peacekeepers))


@entry
def spoilers_next(
    spoilers: float, atrocity: float, weak_control: float, settling: float, up: float, down: float
) -> float:
    """Spoilers grow logistically under atrocity and weak control, and shrink under settlement or counter-insurgency."""
    return min(1.0, max(0.0, spoilers + up * atrocity * weak_control * (1.0 - spoilers) - down * settling * spoilers))
