"""Phase 8, order and alignment: norms erode or hold, and the threatened look for protection."""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.desk import Desk, greatest_power
from greatpowers.core.equations.belief import past_actions
from greatpowers.core.equations.economy import alliance_next, order_next
from greatpowers.core.equations.response import membership, stake_of_order
from greatpowers.core.kernel import kernel, spliced
from greatpowers.core.ladder import SEVERITY, Rung
from greatpowers.core.log import NAN, NONE, Event, write
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World


@kernel
def keep_order(world: World, p: Parameters, desk: Desk) -> None:
    """Order falls with unanswered breaches and rises with answered ones, each by severity and the breaker's power."""
    system, greatest = world.system[0], greatest_power(desk)
    unanswered = answered = gross = 0.0
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        severity = SEVERITY[theatre.rung]
        weight = severity * desk.standing[theatre.challenger].power / greatest
        unanswered += weight * (1.0 - theatre.answered)
        answered += weight * theatre.answered
        gross = max(gross, severity if theatre.rung > theatre.previous_rung else 0.0)
    system.gross = gross
    system.order = order_next(
        system.order, unanswered, answered, p.order_down, p.order_up, p.order_reversion, p.order_normal
    )


@spliced
def survey_threats(world: World, threat: Floats, neutral: Floats, pressing: Floats) -> None:
    """Threat to each host [N], neutrality it is bound to [N], and by whom it is pressed [N, N]."""
    for k in range(world.theatres.size):
        theatre = world.theatres[k]
        c, h, severity = theatre.challenger, theatre.host, SEVERITY[theatre.rung]
        if theatre.rung >= Rung.PROVOCATION:
            threat[h] = max(threat[h], severity)
            pressing[c, h] = max(pressing[c, h], severity)
        if theatre.deal == 1:
            neutral[h] = max(neutral[h], theatre.deal_neutrality)


@kernel
def appeal_of(world: World, desk: Desk, g: int, h: int, belief: float) -> float:
    """Alliance with guardian g that host h would want: as strong as g is great, bound to the order and believed."""
    guardian = world.states[g]
    stake = membership(stake_of_order(guardian.order_weight, world.system[0].order), world.pairs[g, h].alliance, 0.0)
    return max(world.pairs[g, h].alliance, belief * guardian.resolve * stake * desk.standing[g].great)


@kernel
def align(world: World, p: Parameters, now: int, desk: Desk) -> None:
    """Threatened hosts draw near to credible guardians, or to the challenger where guardians are not believed."""
    n = world.states.size
    threat, neutral, pressing = np.zeros(n), np.zeros(n), np.zeros((n, n))
    survey_threats(world, threat, neutral, pressing)
    for h in range(n):
        host = world.states[h]
        belief = past_actions(host.kept, host.broken)
        bandwagon, pairs = (1.0 - belief) * (1.0 - host.order_weight), world.pairs
        for g in range(n):
            tie = pairs[g, h]
            before = tie.alliance
            if g == h or (threat[h] == 0.0 and before == tie.treaty):
                continue
            appeal = bandwagon if pressing[g, h] > 0.0 else appeal_of(world, desk, g, h, belief) * (1.0 - neutral[h])
            tie.alliance = alliance_next(before, tie.treaty, threat[h], appeal, p.aligning, p.treaty_pull)
            if (before < 0.5) != (tie.alliance < 0.5):
                write(desk.log, now, Event.ALIGNMENT, NONE, h, g, before, tie.alliance, belief, threat[h], NAN)
