"""One round, as a list. Nothing is computed here.

Within a phase everybody decides from one snapshot, then everything resolves: the order of states and theatres in
the arrays means nothing.
"""

from greatpowers.core.context import Round
from greatpowers.core.declare import Floats
from greatpowers.core.kernel import inlined
from greatpowers.core.phases.appraisal import appraise
from greatpowers.core.phases.challenge import challenge
from greatpowers.core.phases.economy import produce
from greatpowers.core.phases.fighting import fight
from greatpowers.core.phases.hostility import remember
from greatpowers.core.phases.leadership import lead
from greatpowers.core.phases.learning import learn
from greatpowers.core.phases.order import align, keep_order
from greatpowers.core.phases.record import record
from greatpowers.core.phases.response import respond
from greatpowers.core.phases.settlement import settle


@inlined
def play_round(r: Round, metrics: Floats) -> None:
    """Play a round: the world's tables change in place, and `metrics` [Metric] is filled."""
    lead(r)  # 1 leaderships turn, leaders talk
    appraise(r)  # 2 challengers weigh their rungs
    challenge(r)  # 3 down, hold or up
    respond(r)  # 4 hosts and guardians answer
    learn(r)  #   deeds move beliefs
    fight(r)  # 5 clashes, wars, control
    settle(r)  # 6 deals kept, broken, made
    remember(r)  #   pairs remember, or are reconciled
    produce(r)  # 7 growth, drag, arms
    keep_order(r)  # 8 norms erode or hold
    align(r)  #   the threatened seek protection
    record(r, metrics)  # 9 what the round leaves on paper
