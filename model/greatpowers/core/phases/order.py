"""Phase 8, order and alignment: norms erode or hold, and the threatened look for protection."""

import numpy as np

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.desk import ByRung, Towards, greatest_power
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.equations.economy import alliance_next, order_next, wear
from greatpowers.core.equations.response import membership, stake_of_order
from greatpowers.core.fast.uncounted import uncounted
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import NAN, NONE, Event, write


@kernel
def keep_order(r: Round) -> None:
    """Each breach wears the order down, by its gravity, the breaker's power and how little it is answered.

    An answer limits the loss and never adds. Time heals slowly, towards the level that would stay if nothing happened
    and that the power of those who live for the order can carry.
    """
    r = uncounted(r)
    world, p, desk = r.world, r.p, r.desk
    system, greatest = world.system[0], greatest_power(desk)
    worn = gross = upheld = 0.0
    for i in range(world.states.size):
        upheld += desk.standing[i].power * world.states[i].order_weight
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        severity = SEVERITY[theatre.rung]
        weight = desk.standing[theatre.challenger].power / greatest
        worn += wear(desk.by_rung[ByRung.GRAVITY, theatre.rung], weight, theatre.answered, p.answer_limit)
        gross = max(gross, severity if theatre.rung > theatre.previous_rung else 0.0)
    system.gross = gross
    untroubled = min(1.0, system.untroubled * upheld)
    system.order = order_next(system.order, worn, p.order_down, p.order_reversion, untroubled)


@inlined
def survey_threats(r: Round, threat: Floats, neutral: Floats) -> None:
    """Threat to each host [N], neutrality it is bound to [N], and by whom it is pressed."""
    world = r.world
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        c, h, severity = theatre.challenger, theatre.host, SEVERITY[theatre.rung]
        if theatre.rung >= Rung.PROVOCATION:
            threat[h] = max(threat[h], severity)
            r.desk.pressing[c, h] = 1
        if theatre.deal == 1:
            neutral[h] = max(neutral[h], theatre.deal_neutrality)


@inlined
def appeal_of(r: Round, g: int, h: int, belief: float) -> float:
    """Alliance with guardian g that host h would want: as strong as g is great, bound to the order and believed."""
    world, desk = r.world, r.desk
    guardian, alliance = world.states[g], desk.towards[Towards.ALLIANCE, h, g]
    stake = membership(stake_of_order(guardian.order_weight, world.system[0].order), alliance, 0.0)
    return float(max(alliance, belief * guardian.resolve * stake * desk.standing[g].great))


@kernel
def align(r: Round) -> None:
    """Threatened hosts draw near to credible guardians, or to the challenger where guardians are not believed."""
    r = uncounted(r)
    world, p, desk = r.world, r.p, r.desk
    n = world.states.size
    threat, neutral = np.zeros(n), np.zeros(n)
    survey_threats(r, threat, neutral)
    for h in range(n):
        host = world.states[h]
        belief = past_actions(host.answered_count, host.unanswered_count)
        bandwagon, standing = (1.0 - belief) * (1.0 - host.order_weight), desk.standing[h]
        if threat[h] == 0.0 and standing.adrift == 0:
            continue
        alliances, treaties, standing.adrift = desk.towards[Towards.ALLIANCE, h], desk.towards[Towards.TREATY, h], 0
        for g in range(n):
            before, treaty = alliances[g], treaties[g]
            if g == h or (threat[h] == 0.0 and before == treaty):
                continue
            pressing = desk.pressing[g, h] == 1
            appeal = bandwagon if pressing else appeal_of(r, g, h, belief) * (1.0 - neutral[h])
            after = alliance_next(before, treaty, threat[h], appeal, p.aligning, p.treaty_pull)
            world.pairs[g, h].alliance = alliances[g] = after
            if after != treaty:
                standing.adrift = 1
            if (before < 0.5) != (after < 0.5):
                write(desk.log, r.now, Event.ALIGNMENT, NONE, h, g, before, after, belief, threat[h], NAN)
    for k in range(world.theatres.size):
        desk.pressing[world.theatres[k].challenger, world.theatres[k].host] = 0
