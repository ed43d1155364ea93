"""What no round changes, laid out on the desk once a call, in the order in which rounds read it."""

from greatpowers.core.desk import Desk, Guard, Guardian
from greatpowers.core.kernel import kernel, spliced
from greatpowers.core.world import World


@spliced
def lay_out_pairs(world: World, desk: Desk) -> None:
    """Alliances with each state side by side, whose alliances have left their treaties, rivals and trade."""
    pairs = world.pairs
    for j in range(world.states.size):
        standing = desk.standing[j]
        standing.adrift, standing.rivals, standing.trade = 0, 0, 0.0
        for i in range(world.states.size):
            desk.alliance_with[j, i], desk.treaty_with[j, i] = pairs[i, j].alliance, pairs[i, j].treaty
            if pairs[i, j].alliance != pairs[i, j].treaty:
                standing.adrift = 1
            if pairs[j, i].rivalry > 0.0:
                desk.rivals[j, standing.rivals] = i
                standing.rivals += 1
            standing.trade += pairs[j, i].trade


@spliced
def lay_out_guardians(world: World, desk: Desk) -> None:
    """What is known of each guardian for good."""
    leader = max(0, world.system[0].leader)
    for g in range(world.states.size):
        state = world.states[g]
        desk.guardians[Guardian.NUCLEAR, g], desk.guardians[Guardian.OPENNESS, g] = state.nuclear, state.openness
        desk.guardians[Guardian.LEADER_TRADE, g] = world.pairs[g, leader].trade


@kernel
def lay_out(world: World, desk: Desk) -> None:
    """Fill the parts of the desk that hold for every round of the call."""
    lay_out_pairs(world, desk)
    lay_out_guardians(world, desk)
    for k in range(world.theatres.size):
        c, h = world.theatres[k].challenger, world.theatres[k].host
        for g in range(world.states.size):
            with_host, with_challenger = world.pairs[g, h], world.pairs[g, c]
            desk.guard[k, Guard.REACH, g], desk.guard[k, Guard.TRADE, g] = with_host.reach, with_challenger.trade
            desk.guard[k, Guard.RIVALRY, g] = with_challenger.rivalry if g != h else 0.0
