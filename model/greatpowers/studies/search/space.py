"""The space of policies that are searched: which levers move, how far, and how a point becomes a policy."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.levers import SWITCH
from greatpowers.scenario.build import all_levers
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import LEVERS, repeated
from greatpowers.scenario.preset_schema import PolicyPreset

SEARCHED = (
    "sanctions", "secondary", "presence", "red_line", "aid",
    "deal", "keep", "relief", "neutrality", "monitors", "peacekeepers", "snapback", "counter_insurgency",
)  # fmt: skip
"""Levers that are moved unless others are named; the rest stays as in the policy that is varied."""

SHARE_STEP = 0.01
WHOLE_UNITS = (SWITCH, "rung", "steps")


class Space(NamedTuple):
    """Levers with the lowest and highest value of each and the step in which it moves."""

    names: tuple[str, ...]
    low: Floats
    high: Floats
    step: Floats

    def rounded(self, points: Floats) -> Floats:
        """Points [n, levers] on the grid of steps, within bounds: whole rungs, and shares a reader can remember."""
        steps = np.round((points - self.low) / self.step)
        found: Floats = np.clip(np.round(self.low + steps * self.step, 10), self.low, self.high)
        return found

    def point(self, policy: PolicyPreset) -> Floats:
        """Where a policy lies, by its levers from the first round on: shape [levers]."""
        levers = all_levers({**policy.levers, **policy.everywhere})
        found: Floats = self.rounded(np.array([[levers[name] for name in self.names]]))[0]
        return found

    def policy(self, point: Floats, name: str, base: PolicyPreset) -> PolicyPreset:
        """The policy at a point: a variant of `base` whose searched levers hold in every theatre."""
        levers = dict(zip(self.names, point.tolist(), strict=True))
        return PolicyPreset(
            name=name,
            title=f"{base.title}, varied: {name}",
            summary=f"Found by search: {base.name} with other levers, the same everywhere.",
            policy=base.policy or base.name,
            levers=base.levers,
            everywhere={**base.everywhere, **levers},
        )


def space_of(names: Sequence[str] = SEARCHED) -> Space:
    """The space over some levers, each over all it is declared for; raises :class:`GreatPowersError`."""
    if not names:
        raise GreatPowersError("levers: there are none to search over; name one such as sanctions.")
    for name in names:
        if name not in LEVERS:
            raise GreatPowersError(f"levers: there is no lever '{name}'. {suggestion(name, LEVERS)}")
    if twice := repeated(names):
        raise GreatPowersError(f"levers: '{twice[0]}' is named more than once.")
    settings = [LEVERS[name] for name in names]
    return Space(
        tuple(names),
        np.array([found.low for found in settings]),
        np.array([found.high for found in settings]),
        np.array([1.0 if found.unit in WHOLE_UNITS else SHARE_STEP for found in settings]),
    )


def levers_of(space: Space, point: Floats) -> Mapping[str, float]:
    """The levers at a point by name."""
    return dict(zip(space.names, point.tolist(), strict=True))
