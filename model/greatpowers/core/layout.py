"""What no round changes, laid out on the desk once a call, in the order in which rounds read it."""

from greatpowers.core.desk import ByRung, Desk, Guard, Guardian, Towards
from greatpowers.core.equations.choice import gravity, matter_of_war, notice
from greatpowers.core.equations.power import mobilised
from greatpowers.core.equations.response import mean_left
from greatpowers.core.kernel import inlined, kernel
from greatpowers.core.ladder import COMMITMENT, SEVERITY
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import World


@inlined
def lay_out_pairs(world: World, desk: Desk) -> None:
    """Ties with each state side by side, whose alliances have left their treaties, rivals and trade."""
    pairs, towards = world.pairs, desk.towards
    for j in range(world.states.size):
        standing = desk.standing[j]
        standing.adrift, standing.contested, standing.rivals, standing.trade = 0, 0, 0, 0.0
        for i in range(world.states.size):
            tie = pairs[i, j]
            towards[Towards.ALLIANCE, j, i], towards[Towards.TREATY, j, i] = tie.alliance, tie.treaty
            towards[Towards.TRADE, j, i], towards[Towards.RIVALRY, j, i] = tie.trade, tie.rivalry
            towards[Towards.REACH, j, i], towards[Towards.HOSTILITY, j, i] = tie.reach, tie.hostility
            towards[Towards.CUSTOM, j, i] = pairs[j, i].trade
            if tie.alliance != tie.treaty:
                standing.adrift = 1
            if pairs[j, i].rivalry > 0.0:
                desk.rivals[j, standing.rivals] = i
                standing.rivals += 1
            standing.trade += pairs[j, i].trade


@inlined
def lay_out_foes(world: World, desk: Desk) -> None:
    """Who has a past with whom, or may come to have one: the parties of a theatre."""
    parties, hostilities = desk.pressing, desk.towards[Towards.HOSTILITY]
    for k in range(world.theatres.size):
        c, h = world.theatres[k].challenger, world.theatres[k].host
        parties[c, h] = parties[h, c] = 1
    for i in range(world.states.size):
        standing = desk.standing[i]
        standing.foes = 0
        for j in range(world.states.size):
            if parties[i, j] == 1 or hostilities[i, j] != 0.0 or hostilities[j, i] != 0.0:
                desk.foes[i, standing.foes] = j
                standing.foes += 1
    for k in range(world.theatres.size):
        c, h = world.theatres[k].challenger, world.theatres[k].host
        parties[c, h] = parties[h, c] = 0


@inlined
def lay_out_theatres(world: World, p: Parameters, desk: Desk) -> None:
    """What each theatre is worth a look, and what states do there as the call begins."""
    for k in range(world.theatres.size):
        guards, stances = desk.guard[k], world.stances[k]
        desk.standing[world.theatres[k].host].contested = 1
        desk.marks[k].noticed = notice(world.theatres[k].salience, p.attention_salience)
        for g in range(world.states.size):
            guards[Guard.HERE, g], guards[Guard.JOINED, g] = stances[g].presence, stances[g].sanctioning


@inlined
def lay_out_guardians(world: World, desk: Desk) -> None:
    """What is known of each guardian for good."""
    leader = max(0, world.system[0].leader)
    for g in range(world.states.size):
        state = world.states[g]
        desk.guardians[Guardian.NUCLEAR, g], desk.guardians[Guardian.OPENNESS, g] = state.nuclear, state.openness
        desk.guardians[Guardian.ORDER_WEIGHT, g] = state.order_weight
        desk.guardians[Guardian.LEADER_TRADE, g] = world.pairs[g, leader].trade


@inlined
def lay_out_rungs(p: Parameters, desk: Desk) -> None:
    """What each rung means under these parameters."""
    for rung in range(SEVERITY.size):
        desk.by_rung[ByRung.MOBILISED, rung] = mobilised(COMMITMENT[rung], p.mobilisation)
        desk.by_rung[ByRung.GRAVITY, rung] = gravity(SEVERITY[rung], p.norm_convexity)
        desk.by_rung[ByRung.MATTER, rung] = matter_of_war(p.clash_war, SEVERITY[rung], p.war_gravity)
        desk.by_rung[ByRung.SANCTIONS_LEFT, rung] = mean_left(p.sanctions_fall, p.horizon)


@kernel
def lay_out(world: World, p: Parameters, desk: Desk) -> None:
    """Fill the parts of the desk that hold for every round of the call."""
    lay_out_pairs(world, desk)
    lay_out_foes(world, desk)
    lay_out_theatres(world, p, desk)
    lay_out_guardians(world, desk)
    lay_out_rungs(p, desk)
