"""The terms of a deal, the places it is offered in, and the same policy without one of them."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from greatpowers.core.declare import Declared, Ints
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import IN_A_DEAL
from greatpowers.simulation.setup import Setup
from greatpowers.studies.mechanism_tables import levers, neutral_lever

OFFER = "deal"
"""The lever that puts a deal on offer: without it there is none at all."""

TERMS = (*IN_A_DEAL[:-1], "counter_insurgency", IN_A_DEAL[-1])
"""Levers that say what is in a deal, or when it is proposed, and the effort against spoilers that goes with it."""

EVERYWHERE = "all"
"""Stands for the place where a term is left out of every offer."""


@dataclass(frozen=True)
class Without:
    """One term left out in one place, or everywhere it is offered (`place` None): what it was, and what it is then.

    `offered` is NaN where it differs between places or over time.
    """

    place: int | None
    term: str
    offered: float
    neutral: float


def places_with_offer(setup: Setup) -> list[int]:
    """Theatres in which the policy has a deal on offer at any time; raises :class:`GreatPowersError` without any."""
    found = np.flatnonzero((setup.levers.levers.deal > 0.5).any(axis=0)).tolist()
    if not found:
        raise GreatPowersError(
            f"policy '{setup.policy.name}' offers no deal in '{setup.scenario.name}'; expected one that sets the lever "
            "'deal' to 1, such as half-a-loaf."
        )
    return found


def chosen_places(setup: Setup, names: Sequence[str] | None) -> list[int]:
    """Of the theatres with an offer those that are named, all without names; raises :class:`GreatPowersError`."""
    offered = places_with_offer(setup)
    if names is None:
        return offered
    known = {setup.scenario.theatres[place].id: place for place in offered}
    for name in names:
        if name not in known:
            raise GreatPowersError(f"places: no deal is offered in '{name}'. {suggestion(name, known)}")
    return [place for name, place in known.items() if name in names]


def left_out(setup: Setup, places: Sequence[int]) -> list[Without]:
    """Each term by itself, and the offer as a whole, in each place and then everywhere; what changes nothing is not.

    With one place there is no everywhere.
    """
    where: list[int | None] = [*places, None] if len(places) > 1 else list(places)
    declared = {found.name: found for found in levers()}
    found = [_without(setup, place, declared[name], places) for place in where for name in (OFFER, *TERMS)]
    return [change for change in found if change.offered != change.neutral]


def _without(setup: Setup, place: int | None, declared: Declared, places: Sequence[int]) -> Without:
    values = getattr(setup.levers.levers, declared.name)[_where(setup, place, places)]
    neutral = neutral_lever(declared).value
    assert neutral is not None
    offered = float(values.flat[0]) if np.ptp(values) == 0.0 else float("nan")
    return Without(place, declared.name, offered, neutral)


def _where(setup: Setup, place: int | None, places: Sequence[int]) -> tuple[Ints, Ints]:
    """Segments and theatres in which the deal is on offer: in one place, or in all of `places`."""
    on_offer = setup.levers.levers.deal > 0.5
    chosen = np.zeros(on_offer.shape[1], dtype=np.bool_)
    chosen[list(places) if place is None else place] = True
    segments, theatres = np.nonzero(on_offer & chosen)
    return segments, theatres


def changed(setup: Setup, change: Without, places: Sequence[int]) -> Setup:
    """The setup without that term, where and while the deal is on offer."""
    table = copy.copy(setup.levers.levers)
    getattr(table, change.term)[_where(setup, change.place, places)] = change.neutral
    return replace(setup, levers=setup.levers._replace(levers=table))
