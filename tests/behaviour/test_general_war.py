"""Behaviour: a war of great powers becomes general, a war without them on both sides does not.

Worlds as the record has them, on matched luck: with and without the rule by which a great power carries such a war to
other places. The switch must not touch histories in which great powers never fight each other.
"""

from typing import NamedTuple

import numpy as np
import pytest
from ensembles import Floats, Show, change

from greatpowers import simulate
from greatpowers.core.history import TheatreColumn

SEEDS, ROUNDS = range(60), 15


class Fronts(NamedTuple):
    general: Floats  # [runs] most places at which great powers fought at the same time
    track: list[Floats]  # of each run, its theatres


def fronts(chance: float) -> Fronts:
    found = [
        simulate("1913", "entente-ambiguity", seed, ROUNDS, {"general_war": chance}).track.theatres for seed in SEEDS
    ]
    most = [one[:, :, TheatreColumn.GREAT_POWER_WAR].sum(axis=1).max() for one in found]
    return Fronts(np.array(most, dtype=np.float64), found)


@pytest.fixture(scope="module")
def confined_and_general() -> tuple[Fronts, Fronts]:
    return fronts(0.0), fronts(1.0)


def test_great_powers_fight_on_more_fronts(confined_and_general: tuple[Fronts, Fronts], show: Show) -> None:
    confined, general = (found.general for found in confined_and_general)
    fought = (confined > 0) & (general > 0)
    show(f"{fought.sum()} of {len(SEEDS)} histories with a war of great powers; fronts {general[fought].mean():.1f}")
    assert fought.sum() > len(SEEDS) / 10
    assert change("fronts", confined[fought], general[fought]).above > 0.25


def test_without_great_powers_on_both_sides_nothing_is_another(confined_and_general: tuple[Fronts, Fronts]) -> None:
    confined, general = confined_and_general
    quiet = np.flatnonzero(general.general == 0)
    assert quiet.size > len(SEEDS) / 10
    assert all(np.array_equal(confined.track[run], general.track[run]) for run in quiet)
