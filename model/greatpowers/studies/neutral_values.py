"""Values at which a parameter or a lever does nothing: 0, unless it is declared here.

A multiplier is neutral at 1, a speed where there is no delay, a scale of chance where there is hardly any chance left.
Levels and thresholds that something must have are declared to have none: they can only be doubled.
"""

from typing import NamedTuple

from greatpowers.core.declare import Declared, fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.parameters import Parameters


class Neutral(NamedTuple):
    """A value that switches something off, None where there is none; and what it means, or why there is none."""

    value: float | None
    meaning: str


ZERO = Neutral(0.0, "nothing of it")

PARAMETERS = {
    "belief_memory": Neutral(1.0, "nothing is forgotten"),
    "prior_credibility": Neutral(None, "before any deed is seen something has to be believed"),
    "prior_weight": Neutral(0.1, "the first deed outweighs the prior"),
    "horizon": Neutral(1.0, "only the next round counts"),
    "distance_decay": Neutral(40000.0, "force hardly weakens on its way around the world"),
    "contest_exponent": Neutral(0.05, "force hardly decides"),
    "mobilisation": Neutral(1.0, "the host musters the share that the challenger commits"),
    "choice_noise": Neutral(1e-4, "the better rung is taken"),
    "norm_convexity": Neutral(1.0, "norms weigh a breach by its severity"),
    "war_noise": Neutral(1e-4, "the better of war and peace is taken"),
    "answer_point": Neutral(None, "a level: hosts answer fire at some odds"),
    "answer_noise": Neutral(0.001, "hosts answer fire on one side of the point and never on the other"),
    "sanctions_rise": Neutral(1.0, "sanctions rise at once"),
    "sanctions_fall": Neutral(1.0, "sanctions fall at once"),
    "join_noise": Neutral(0.001, "the better of joining and staying out is taken"),
    "yield_noise": Neutral(0.001, "the better of yielding and resisting is taken"),
    "deployment": Neutral(1.0, "forces and aid arrive at once"),
    "initiative": Neutral(1.0, "attacking first brings no advantage"),
    "war_stop": Neutral(None, "wars have to end"),
    "trust_prior": Neutral(None, "something has to be thought of a promise"),
    "deal_noise": Neutral(1e-4, "a deal is accepted if it is the better choice"),
    "attention": Neutral(None, "a level: somebody has to be looked at"),
    "information_cost": Neutral(1e-4, "below provocation, too, the better rung is taken"),
    "war_effort": Neutral(None, "a war engages some force"),
    "superiority": Neutral(None, "a level: some force finds an enemy"),
    "reliability_prior": Neutral(None, "something has to be thought of a treaty"),
    "great_power_share": Neutral(1.0, "nobody is a great power by its power"),
}
"""Parameters of which 0 would mean something else, or nothing."""

LEVERS = {
    "red_line": Neutral(9.0, "no red line is drawn"),
    "tranches": Neutral(1.0, "relief is paid in one step"),
    "spoiler_limit": Neutral(1.0, "spoilers keep nobody from proposing a deal"),
}
"""Levers of which 0 would mean something else, or nothing."""


def neutral_parameter(declared: Declared) -> Neutral:
    """What switches a parameter off; without a word in the table it is 0, and nothing where 0 is out of range."""
    return PARAMETERS.get(declared.name) or _zero(declared)


def neutral_lever(declared: Declared) -> Neutral:
    """What switches a lever off."""
    return LEVERS.get(declared.name) or _zero(declared)


def _zero(declared: Declared) -> Neutral:
    if declared.field.low <= 0.0 <= declared.field.high:
        return ZERO
    return Neutral(None, "0 is out of its range, and no other value is declared")


def parameters() -> tuple[Declared, ...]:
    """Every parameter of the core, in order."""
    return fields_of(Parameters)


def levers() -> tuple[Declared, ...]:
    """Every lever of the core, in order."""
    return fields_of(Levers)
