"""Judgements about a theatre that several phases share: whose force, what balance, how ready a host is for war.

Nothing changes here.
"""

from greatpowers.core.context import Case
from greatpowers.core.equations.choice import at_stake_at_home, logit, loss_in_war, norm_cost, threat_to_host
from greatpowers.core.equations.economy import contest_share, host_force, projected_force
from greatpowers.core.kernel import kernel
from greatpowers.core.ladder import AT_WAR, COMMITMENT, HOLD, SEVERITY, Rung
from greatpowers.core.parameters import Parameters
from greatpowers.core.workspace import ByRung
from greatpowers.core.world import TheatreRow

# Presence of this share of a state's force is a full tripwire: as good as a treaty to friend and foe. Assumed: a tenth,
# which no government can lose and stay out.
TRIPWIRE_PRESENCE = 0.1


@kernel
def standing_severity(theatre: TheatreRow, rung: int) -> float:
    """Severity the coalition answers with sanctions: that of the rung, and of territory held by annexation."""
    held = SEVERITY[Rung.PROXY_SUPPORT] if theatre.annexed == 1 else 0.0
    return float(max(SEVERITY[rung], held))


@kernel
def most_under_deal(theatre: TheatreRow) -> float:
    """Level that a deal in force leaves of the sanctions that stood when it was signed."""
    return float(theatre.deal_sanctions * (1.0 - theatre.deal_relief * theatre.deal_paid))


@kernel
def force_of_host(case: Case, rung: int, aid: float) -> float:
    """Force of the host itself at a rung, with this aid."""
    return host_force(case.host.capability, case.by_rung[ByRung.MOBILISED, rung], aid, case.p.aid_effect)


@kernel
def opposing_force(own: float, rung: int, presence: float, shield: float) -> float:
    """Force that meets the challenger at a rung: the host's, presence by severity, allies where it uses force."""
    help_ = shield if rung >= Rung.LIMITED_INTERVENTION else 0.0
    return float(own + SEVERITY[rung] * (presence + help_))


@kernel
def challenger_force(case: Case, rung: int) -> float:
    """Force the challenger brings to bear at a rung; in war it has the advantage of attacking."""
    force = projected_force(COMMITMENT[rung], case.challenger.capability, case.claim.reach)
    return force * case.p.initiative if rung == Rung.WAR else force


@kernel
def balance_at(case: Case, rung: int, presence: float, shield: float) -> float:
    """Contest share of the challenger at a rung, with the aid that arrives now and this presence and shield."""
    theirs = opposing_force(force_of_host(case, rung, case.theatre.aid), rung, presence, shield)
    return contest_share(challenger_force(case, rung), theirs, case.p.contest_exponent)


@kernel
def odds_as_hosts_see_them(case: Case) -> float:
    """Contest share of the challenger in a war, with what stands beside the host and who is bound to it."""
    return balance_at(case, AT_WAR, case.mark.force, case.trace.expected_shield)


@kernel
def chance_of_answer(p: Parameters, balance: float) -> float:
    """Chance that a host answers fire with fire, by the odds on the spot."""
    return logit(p.answer_point - balance, p.answer_noise)


@kernel
def host_readiness(case: Case, rung: int, balance: float) -> float:
    """Chance that a host under fire chooses war: what it would save, against what war costs it and the norm.

    It seldom does against one that is bound to defend it, for it has asked such forces in  (Weitsman 2004).
    `balance` is the challenger's contest share in war, as whoever asks believes it to be.
    """
    p, host = case.p, case.host
    loss = loss_in_war(p.war_loss, 1.0 - balance, case.challenger.nuclear, p.nuclear_dread, p.victory_price)
    norm = norm_cost(host.order_weight, case.system.order, 1.0, p.restraint)
    apart = 1.0 - case.claim.alliance
    at_stake = at_stake_at_home(p.homeland, case.theatre.landless)
    return apart * logit(threat_to_host(SEVERITY[rung], balance, at_stake) - loss - norm, p.war_noise)


@kernel
def left_short_of_war(held: float) -> float:
    """Share of a host that can still change hands without a war, where challengers hold this much of it together."""
    return float(max(0.0, HOLD[Rung.SEIZURE] - held))


@kernel
def room_on_rung(case: Case, rung: int) -> float:
    """Control of the host that a rung below war can still win: what it can hold, and what all short of war can."""
    return float(max(0.0, min(HOLD[rung] - case.mark.held, left_short_of_war(case.host_standing.held))))
