"""Behaviour 6: half a loaf against containment has no fixed winner.

All parameters of the model and the leader's resolve, committed and reluctant, are drawn at once by Latin hypercube
from half to twice their defaults, clipped to what is admissible. The winner of a draw has the lower mean severity over
matched runs. A share of wins by itself could be luck, so each policy must also win some draws decisively: with a
paired t that chance alone would reach in one draw of a hundred.

Generated worlds (generator seeds 1 and 2, eight matched runs in each of 64 draws), because there the two presets mean
the same everywhere. In 2017 the offer is the article's: it concerns three theatres, recognises next to nothing, and
the stick is the same everywhere; there half a loaf has the lower severity in more than eight draws of ten, by little,
and pays for it in order. So for 2017 what is tested is that neither is better on both counts.
"""

from typing import NamedTuple, get_type_hints

import numpy as np
import pandas as pd
import pytest
from ensembles import CONFIDENCE, Floats, Show, play
from scipy import stats
from scipy.stats import qmc

from greatpowers.core.declare import Field
from greatpowers.core.parameters import Parameters
from greatpowers.scenario import Scenario, load_scenario, synthetic

DRAWS, RUNS, ROUNDS = 64, 8, 80
RIVALS = ("containment", "half-a-loaf")
RESOLVE = {"resolve_committed": 0.9, "resolve_reluctant": 0.3}
SWITCH = "true_beliefs"  # an experiment, not an uncertainty


class Draw(NamedTuple):
    parameters: dict[str, float]
    resolve: dict[str, float]


def ranges() -> dict[str, tuple[float, float]]:
    """Half to twice the default of every parameter, clipped to its admissible range."""
    hints = get_type_hints(Parameters, include_extras=True)
    found = {}
    for name, default in Parameters()._asdict().items():
        field = next(note for note in hints[name].__metadata__ if isinstance(note, Field))
        if name != SWITCH:
            low, high = (float(np.clip(default * by, field.low, field.high)) for by in (0.5, 2.0))
            found[name] = low, high
    return found


def draws(count: int) -> list[Draw]:
    """Parameters and the leader's resolve, by Latin hypercube."""
    spans = ranges() | {name: (value / 2, min(1.0, 2 * value)) for name, value in RESOLVE.items()}
    low, high = np.array(list(spans.values())).T
    sample = low + (high - low) * qmc.LatinHypercube(len(spans), rng=1).random(count)
    rows = [dict(zip(spans, row.tolist(), strict=True)) for row in sample]
    return [Draw({k: v for k, v in row.items() if k not in RESOLVE}, {k: row[k] for k in RESOLVE}) for row in rows]


def led_by(world: Scenario, leader: str, resolve: dict[str, float]) -> Scenario:
    states = (state.model_copy(update=resolve) if state.id == leader else state for state in world.states)
    return world.model_copy(update={"states": tuple(states)})


def leader_of(world: Scenario) -> str:
    """The appointed leader, else the strongest of those who live for the order, as the model chooses it."""
    if world.coalition.leader:
        return world.coalition.leader
    economies, forces = sum(s.economy for s in world.states), sum(s.capability for s in world.states)
    preservers = [state for state in world.states if state.doctrine == "order-preserving"]
    return max(preservers, key=lambda state: state.economy / economies + state.capability / forces).id


def both(worlds: list[Scenario], draw: Draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The runs of the two policies in one draw, matched row by row."""
    led = [led_by(world, leader_of(world), draw.resolve) for world in worlds]
    stick, loaf = (
        pd.concat([play(world, policy, RUNS, ROUNDS, draw.parameters) for world in led], ignore_index=True)
        for policy in RIVALS
    )
    return stick, loaf


def paired_t(differences: pd.Series) -> float:
    error = float(differences.std(ddof=1)) / len(differences) ** 0.5
    return float(differences.mean()) / error if error > 0.0 else 0.0


def test_neither_wins_in_fewer_than_a_tenth_of_draws(show: Show) -> None:
    worlds = [synthetic(seed=seed) for seed in (1, 2)]
    advantages, ts = [], []
    for draw in draws(DRAWS):
        stick, loaf = both(worlds, draw)
        difference = loaf["mean_severity"] - stick["mean_severity"]
        advantages.append(difference.mean())
        ts.append(paired_t(difference))
    found, t = np.array(advantages), np.array(ts)
    decisive = stats.t.ppf(CONFIDENCE, len(worlds) * RUNS - 1)
    loaf_wins, stick_wins = (found < 0).mean(), (found > 0).mean()
    loaf_decisively, stick_decisively = (t < -decisive).mean(), (t > decisive).mean()
    show(f"{DRAWS} draws: half a loaf wins {loaf_wins:.0%}, containment {stick_wins:.0%}")
    show(f"decisively (99 %): half a loaf {loaf_decisively:.0%}, containment {stick_decisively:.0%}")
    show(f"severity, half a loaf less containment, quartiles over draws: {np.quantile(found, [0.25, 0.5, 0.75])}")
    assert min(loaf_wins, stick_wins) >= 0.1
    assert min(loaf_decisively, stick_decisively) >= 0.05


@pytest.fixture(scope="module")
def in_2017() -> Floats:
    """Half a loaf less containment in severity and in order, per draw, shape [draws, 2]."""
    world, rows = [load_scenario("2017")], []
    for draw in draws(DRAWS // 2):
        stick, loaf = both(world, draw)
        rows.append([(loaf[metric] - stick[metric]).mean() for metric in ("mean_severity", "order")])
    return np.array(rows)


def test_in_2017_neither_is_better_on_both_severity_and_order_as_a_rule(in_2017: Floats, show: Show) -> None:
    calmer, firmer = in_2017[:, 0] < 0, in_2017[:, 1] > 0
    loaf, stick = (calmer & firmer).mean(), (~calmer & ~firmer).mean()
    show(f"2017, {len(in_2017)} draws: half a loaf has less severity in {calmer.mean():.0%}")
    show(f"and more order in {firmer.mean():.0%}")
    show(f"better on both: half a loaf {loaf:.0%}, containment {stick:.0%}")
    assert max(loaf, stick) < 0.5
