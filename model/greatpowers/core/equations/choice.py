"""The challenger's utility, term by term, relative to its own power; and the logit choice."""

from greatpowers.core.kernel import entry
from greatpowers.core.mathematics import exp, power


@entry
def prize(salience: float, host_power: float, own_power: float, intangible: float) -> float:
    """Size of the prize S·p_h^(1-b)·p_c^b / p_c: stakes do not shrink with the host  (Hensel 2001; Fearon 1995)."""
    return salience * power(host_power / own_power, 1.0 - intangible)


@entry
def value_of_control(
    prize: float, extraction: float, power_weight: float, fear_weight: float, encroachment: float
) -> float:  # fmt: skip
    """V = prize·κ·(w_power + w_fear·E): greed wants the prize, fear not to be encircled  (Jervis 1976; Kydd 2005).

    κ is the share of the prize that control turns into own power  (Liberman 1996).
    """
    return prize * extraction * (power_weight + fear_weight * encroachment)


@entry
def projected_change(change: float, horizon: float, control: float, room: float) -> float:
    """Control won or lost by going on like this over the horizon: Δx·h, within what is held and `room`.

    `room` is the less of what is left of the host and what the rung can hold of it beyond what is held.
    """
    return max(-control, min(room, change * horizon))


@entry
def control_change(gain: float, hold: float, ebb: float, balance: float, loose: float, held: float) -> float:
    """Δx = gain·(2A - ½)·(1 - held/hold) - ebb·loose: control won at an advantage, that ebbs where not recognised.

    `held` is what the challenger holds of the host in all their theatres. Winning slows as it nears what the rung can
    hold; being pushed back does not.
    """
    push = gain * (2.0 * balance - 0.5)
    if push > 0.0:
        push *= max(0.0, 1.0 - held / hold) if hold > 0.0 else 0.0
    return push - ebb * loose


@entry
def control_retaken(retaking: float, loose: float, all_loose: float, hold: float, balance: float) -> float:
    """Control that host and guardians take back: r·(1 - A)·(what the pair's loose control exceeds the hold), by share.

    What is recognised nobody retakes without a war  (Altman 2020).
    """
    if all_loose <= hold:
        return 0.0
    return retaking * (1.0 - balance) * (all_loose - hold) * loose / all_loose


@entry
def influence_kept(influence: float, hold: float, balance: float) -> float:
    """What a stance brings where there is no land to win, i·hold·A: influence and standing, for as long as it lasts.

    Great powers meet in the air, at sea and in elections too, where nothing can be occupied  (Blechman & Kaplan 1978).
    """
    return influence * hold * balance


@entry
def at_stake_at_home(homeland: float, landless: int) -> float:
    """What a host has at stake: its integrity where land is contested, and nothing of the kind where none is."""
    return homeland if landless == 0 else 0.0


@entry
def sanction_loss(bite: float, sanctions: float, breadth: float, openness: float, horizon: float) -> float:
    """Loss ½·bite·s·breadth·o·h of own power, half of which is output  (Hufbauer, Schott, Elliott & Oegg 2007)."""
    return 0.5 * bite * sanctions * breadth * openness * horizon


@entry
def incident_risk(clash: float, severity: float, presence: float, own: float) -> float:
    """Chance of an exchange of fire, 1 - exp(-hazard·severity·F/(F + own)): the threat that leaves something to chance.

    (Schelling 1966)
    """
    if presence <= 0.0:
        return 0.0
    return 1.0 - exp(-clash * severity * presence / (presence + own))


@entry
def matter_of_war(chance: float, severity: float, exponent: float) -> float:
    """Chance c·σ^e that an exchange of fire puts peace or war before the leaders: shots at a border seldom do.

    Wars grow out of crises that have already gone far  (Leng 1983; Vasquez 1993).
    """
    return chance * power(severity, exponent)


@entry
def risk_of_going_on(risk: float, exposure: float) -> float:
    """Chance 1 - (1 - r)^n of war at some time, if this goes on for n rounds."""
    return 1.0 - power(1.0 - risk, exposure) if risk != 0.0 else 0.0


@entry
def survival_risk(survival: float, balance: float, own: float, enemies: float) -> float:
    """What a regime risks by attacking, s·(1 - A)·(E/(E + p))²: everything where the enemy's camp overwhelms it.

    E is the power of the host and of all bound to it, whether or not they come soon  (Debs & Goemans 2010; Weeks 2014).
    """
    overmatch = enemies / (enemies + own)
    return survival * (1.0 - balance) * overmatch * overmatch


@entry
def loss_in_war(war_loss: float, balance: float, dread: float, dread_weight: float, price: float) -> float:
    """Loss expected from war L·((1 - A) + d·W) + price: less with better odds, more against second strike.

    Even the winner pays the price  (Jervis 1989; Fearon 1995).
    """
    return war_loss * ((1.0 - balance) + dread_weight * dread) + price


@entry
def spoils_expected(balance: float, spoils: float, room: float, control: float) -> float:
    """Change of control expected from war: A·spoils·A·(what is left) - (1 - A)·spoils·(what is held)."""
    return spoils * (balance * balance * room - (1.0 - balance) * control)


@entry
def threat_to_host(severity: float, balance: float, homeland: float) -> float:
    """What a host would save by fighting back: homeland·severity²·(1 - A), in shares of its own power.

    Incidents and proxies seldom make a host go to war, open attacks on its land do  (Vasquez 1993).
    """
    return homeland * severity * severity * (1.0 - balance)


@entry
def chance_of_either(one: float, other: float) -> float:
    """Chance that at least one of two independent choices is for war: 1 - (1 - a)(1 - b)."""
    return 1.0 - (1.0 - one) * (1.0 - other)


@entry
def confrontation_cost(cost: float, shelter: float, order: float, remoteness: float, reach: float, rung: int) -> float:
    """Cost of a dispute as such, (c·(1 - s·Ω) + m·(1 - δ))·min(1, rung/2): half of it below militarized rungs.

    Where rules bind, small disputes stay small, and are cheaper to have (the stability-instability paradox, Snyder
    1965; Jervis 1982); far from home they are dearer (Boulding 1962).
    """
    return (cost * (1.0 - shelter * order) + remoteness * (1.0 - reach)) * min(1.0, 0.5 * rung)


@entry
def audience_cost(cost: float, severity: float) -> float:
    """What backing down costs a leader at home, a·σ: the more, the further it has gone in public  (Fearon 1994).

    Whoever has staked something before an audience is punished for giving it up unforced (Tomz 2007), democrat or
    autocrat (Weeks 2008); a bargain, or a host that yields, is something to come home with.
    """
    return cost * severity


@entry
def gravity(severity: float, convexity: float) -> float:
    """How a norm weighs a breach, severity^γ: an incident at sea is overlooked, an annexation is not."""
    return power(severity, convexity)


@entry
def norm_cost(order_weight: float, order: float, gravity: float, cost: float) -> float:
    """Cost of the breach to one who values the order: w_order·Ω·gravity·cost  (Hurd 2007)."""
    return order_weight * order * gravity * cost


@entry
def logit(advantage: float, noise: float) -> float:
    """Choice probability 1/(1 + exp(-Δ/τ))  (quantal response; McKelvey & Palfrey 1995)."""
    z = advantage / noise
    if z > 700.0:
        return 1.0
    if z < -700.0:
        return 0.0
    return 1.0 / (1.0 + exp(-z))


@entry
def notice(salience: float, exponent: float) -> float:
    """How much more a place of this salience is looked at than one of a tenth, (S/.1)^b."""
    return power(10.0 * salience, exponent)


@entry
def attention_odds(level: float, notice: float, log_odds: float, size: float, parity: float, left: float) -> float:
    """Prior odds π = a·(S/.1)^b·e^z·min(1, p_h/p_c)^c·left that a challenger looks at a place and finds cause to act.

    Who chooses under rational inattention acts by a logit weighted with prior odds  (Matejka & McKay 2015): opportunity
    is who is looked at, willingness is utility  (Most & Starr 1989). `notice` is (S/.1)^b, z what the pair's past adds,
    `left` what the cover of great powers leaves.
    """
    odds = level * notice * exp(log_odds) * left
    return odds * power(min(1.0, size), parity)


@entry
def logit_weight(utility: float, best: float, noise: float) -> float:
    """Unnormalised logit weight exp((u - best)/τ)  (McKelvey & Palfrey 1995; Signorino 1999)."""
    return exp(max(-700.0, (utility - best) / noise))
