"""Random worlds, policies and parameters: anything a scenario may say, with many zeros and ones if asked for."""

import numpy as np

from greatpowers.core.declare import Floats, fields_of, table
from greatpowers.core.levers import SWITCH, Levers, Policy
from greatpowers.core.luck import NORMAL, Luck, luck_of, tabulated
from greatpowers.core.parameters import Parameters
from greatpowers.core.world import Stances, States, Theatres, World, empty_world

HIGHEST_UNIFORM = np.nextafter(1.0, 0.0)
NORMAL_DRAWS = {draw.name.lower() for draw in NORMAL}
TERMS = ("relief", "paid", "neutrality", "monitors", "peacekeepers", "snapback", "sanctions")


class Dice:
    """Random numbers of which a share `extreme` are exactly 0 or 1."""

    def __init__(self, seed: int, extreme: float) -> None:
        self.rng = np.random.default_rng(seed)
        self.extreme = extreme

    def shares(self, *shape: int) -> Floats:
        drawn = self.rng.random(shape)
        edge = self.rng.random(shape) < self.extreme
        return np.where(edge, np.round(self.rng.random(shape)), drawn)

    def switches(self, *shape: int) -> Floats:
        return np.round(self.rng.random(shape))

    def amounts(self, size: int) -> Floats:
        """Positive numbers that differ by orders of magnitude, as shares of their total."""
        drawn = np.exp(self.rng.normal(0.0, 1.5, size))
        shares: Floats = drawn / drawn.sum()
        return shares


def random_world(dice: Dice, n: int, t: int) -> World:
    """A world that a scenario could describe; `t` must be 0 if `n` is 1."""
    world = empty_world(n, t)
    fill_states(world.states, dice)
    off = 1.0 - np.eye(n)
    world.pairs.alliance[:] = dice.shares(n, n) * dice.switches(n, n) * off
    world.pairs.treaty[:] = world.pairs.alliance
    world.pairs.reach[:] = np.maximum(dice.shares(n, n), np.eye(n))
    trade = dice.shares(n, n) * off
    world.pairs.trade[:] = trade / np.maximum(1.0, trade.sum(axis=1, keepdims=True)) * dice.shares(n, 1)
    rivalry = dice.shares(n, n) * dice.switches(n, n)
    world.pairs.rivalry[:] = np.maximum(rivalry, rivalry.T) * off
    fill_theatres(world.theatres, dice, n)
    fill_stances(world.stances, world.theatres, dice)
    world.system.order[0] = dice.shares(1)[0]
    world.system.leader[0] = dice.rng.integers(-1, n)
    return world


def fill_states(states: States, dice: Dice) -> None:
    n = states.size
    states.economy[:] = dice.amounts(n)
    armed = np.where(dice.rng.random(n) < dice.extreme / 2, 0.0, dice.amounts(n))
    states.capability[:] = armed / armed.sum() if armed.sum() > 0 else 1.0 / n
    for name in (
        "nuclear", "openness", "power_weight", "order_weight", "welfare_weight", "fear_weight", "trust",
        "resolve_committed", "resolve_reluctant", "burden",
    ):  # fmt: skip
        getattr(states, name)[:] = dice.shares(n)
    states.burden *= 0.2
    states.burden_custom[:] = states.burden
    spent = states.burden * states.economy
    states.arms_yield[:] = np.divide(0.02 * states.capability, spent, out=np.zeros(n), where=spent > 0)
    states.committed[:] = dice.switches(n)
    states.resolve[:] = np.where(states.committed == 1, states.resolve_committed, states.resolve_reluctant)
    states.claimed[:] = states.resolve
    states.election_period[:] = dice.rng.integers(0, 9, n)
    states.election_offset[:] = dice.rng.integers(0, states.election_period + 1)
    believed = dice.shares(n)
    states.answered_count[:], states.unanswered_count[:] = 2.0 * believed, 2.0 * (1.0 - believed)


def fill_theatres(theatres: Theatres, dice: Dice, n: int) -> None:
    t, rng = theatres.size, dice.rng
    if t == 0:
        return
    theatres.challenger[:] = rng.integers(0, n, t)
    theatres.host[:] = (theatres.challenger + rng.integers(1, n, t)) % n
    for name in ("salience", "sanctions", "aid", "spoilers"):
        getattr(theatres, name)[:] = dice.shares(t)
    theatres.ceiling[:] = rng.integers(0, 8, t)
    theatres.rung[:] = np.minimum(rng.integers(0, 8, t), theatres.ceiling)
    theatres.previous_rung[:] = theatres.rung
    held, wanted = np.zeros(n), dice.shares(t)
    for k in range(t):
        theatres.control[k] = wanted[k] * (1.0 - held[theatres.host[k]])
        held[theatres.host[k]] += theatres.control[k]
    theatres.annexed[:] = dice.switches(t)
    theatres.recognised[:] = theatres.control * np.maximum(theatres.annexed, dice.shares(t))
    theatres.breadth[:] = dice.shares(t)
    theatres.crisis_age[:] = theatres.rung >= 2
    theatres.resisted[:] = theatres.rung >= 3
    theatres.appealed[:] = (theatres.resisted == 1) & (theatres.aid > 0)
    theatres.war[:] = theatres.rung == 7
    theatres.intensity[:] = theatres.war
    theatres.deal[:] = dice.switches(t)
    theatres.deal_age[:] = rng.integers(0, 12, t)
    theatres.deal_tranches[:] = rng.integers(1, 8, t)
    for name in TERMS:
        getattr(theatres, f"deal_{name}")[:] = dice.shares(t)


def fill_stances(stances: Stances, theatres: Theatres, dice: Dice) -> None:
    t, n = stances.presence.shape
    rows = np.arange(t)
    presence = dice.shares(t, n)
    presence[rows, theatres.challenger] = presence[rows, theatres.host] = 0.0
    stances.presence[:] = presence / np.maximum(1.0, presence.sum(axis=0))
    stances.sanctioning[:] = dice.switches(t, n)
    stances.sanctioning[rows, theatres.challenger] = 0.0
    stances.side[rows, theatres.challenger] = -theatres.war
    stances.side[rows, theatres.host] = theatres.war


def random_policy(dice: Dice, t: int, segments: int) -> Policy:
    """A schedule of levers drawn from their declared ranges."""
    levers = table(Levers, (segments, t))
    for name, _, _, field in fields_of(Levers):
        drawn = field.low + (field.high - field.low) * dice.shares(segments, t)
        whole = field.unit == SWITCH or name in ("red_line", "tranches")
        getattr(levers, name)[:] = np.round(drawn) if whole else drawn
    starts = np.concatenate([[0], np.sort(dice.rng.integers(1, 20, segments - 1))]).astype(np.int64)
    return Policy(starts, levers)


def random_parameters(dice: Dice) -> Parameters:
    """Every parameter between half and twice its default, within its declared range."""
    chosen = {}
    for name, default, _, field in fields_of(Parameters):
        assert default is not None
        factor = np.exp2(2.0 * dice.shares(1)[0] - 1.0)
        chosen[name] = float(np.clip(default * factor, field.low, field.high))
    return Parameters(**chosen)._replace(true_beliefs=float(dice.rng.random() < 0.2))


def random_luck(dice: Dice, rounds: int, n: int, t: int) -> Luck:
    """Luck of a seed, of which a share of what is uniform is as low or as high as it can be."""
    luck = tabulated(luck_of(int(dice.rng.integers(2**31)), n, t), rounds)
    for part in (luck.state, luck.theatre, luck.guardian):
        for name in (name for name in part.dtype.names if name not in NORMAL_DRAWS):
            edge = dice.rng.random(part.shape) < dice.extreme / 4
            part[name][edge] = dice.switches(int(edge.sum())) * HIGHEST_UNIFORM
    return luck
