"""Behaviour 7: the severity of wars is heavy-tailed, their onsets are close to Poisson.

A world with many wars and no policy: sixty states, all power-maximizers, 120 theatres, thirty years, 45 runs. Sixty
states because a test of dispersion has power only where years with more than one war are not rare.

Sizes are battle deaths from the event log, in the theatre where a war broke out. What it spread to is the same war and
not a second observation: counting those theatres as well would multiply the number of wars by eight and the confidence
with it. Tails by the maximum-likelihood (Hill) estimate of the exponent above the median and above the upper quartile,
and Vuong's likelihood-ratio test against an exponential tail. The model predicts an exponent for wars of two: intensity
grows by exp(2gU) a round, what it engages is bounded by what there is, and war stops with a hazard that falls as it
grows (Reed & Hughes 2002 on growth that is stopped). The hazard is higher in a clear war, so there are two predictions,
of all even and of all clear wars, between which a mixture lies. Wars of many states and far away differ from it.

Counts a year: after the first ten years, in which a world at peace wakes up, the rate changes slowly (falling by a
third in twenty years), and to take out even that, variance is taken about the mean of each year over runs. The index of
dispersion is 1 for Poisson, and would be about 2 if every war set off another at once. The interval .8 to 1.25 is
more than four standard errors wide on either side.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest
from ensembles import CONFIDENCE, Floats, Show
from scipy import stats

from greatpowers import History, simulate, synthetic
from greatpowers.core.parameters import Parameters

RUNS, YEARS, WAKING = 45, 30, 10
WORLD = synthetic(seed=1, states=60, power_maximizers=1.0)
ROUNDS_PER_YEAR = 4


class Wars(NamedTuple):
    deaths: Floats  # [wars] thousands
    onsets: Floats  # [runs, years]


def deaths_by_outbreak(history: History) -> Floats:
    """Deaths in the theatre of each war that broke out by itself and has ended, shape [wars]."""
    deaths, outbreak = [], {}
    for event in history.events.itertuples():
        if event.kind == "war":
            outbreak[event.theatre] = event.second == 0.0  # the second number of its start: whether it spread there
        elif event.kind == "war_end" and outbreak.pop(event.theatre):
            deaths.append(event.third)
    return np.array(deaths, dtype=np.float64)


@pytest.fixture(scope="module")
def wars() -> Wars:
    def play(seed: int) -> Wars:
        history = simulate(WORLD, "laissez-faire", seed, rounds=YEARS * ROUNDS_PER_YEAR)
        onsets = history.metrics["wars_begun"].to_numpy().reshape(YEARS, ROUNDS_PER_YEAR).sum(axis=1)
        return Wars(deaths_by_outbreak(history), onsets)

    with ThreadPoolExecutor(2) as crew:
        played = list(crew.map(play, range(RUNS)))
    return Wars(np.concatenate([one.deaths for one in played]), np.stack([one.onsets for one in played]))


def tail(deaths: Floats, share: float) -> tuple[Floats, float, float]:
    """The largest `share` of wars, the size they exceed, and the Hill estimate of the tail exponent."""
    least = float(np.quantile(deaths, 1 - share))
    sizes = deaths[deaths > least]
    return sizes, least, float(sizes.size / np.log(sizes / least).sum())


def predicted_exponent(share: float, clarity: float) -> float:
    """Of the largest `share` of wars between two states drawn from the world, all of them even (0) or clear (1)."""
    p, luck, wars = Parameters(), np.random.default_rng(0), 40_000
    force = np.array([state.capability or state.economy for state in WORLD.states])
    force = np.sort(luck.choice(force / force.sum(), (2, wars)), axis=0)
    odds = force**p.contest_exponent / (force**p.contest_exponent).sum(axis=0)
    engaged = np.minimum(1.0, p.superiority * force[::-1] / force)
    grown, killed, on = np.zeros(wars), np.zeros(wars), np.ones(wars, dtype=bool)
    for _ in range(YEARS * ROUNDS_PER_YEAR):
        grown += 2 * p.war_growth * luck.random(wars)
        mobilised = np.minimum(1.0, p.war_effort * np.exp(grown) * (0.1 / force) ** p.totality)
        killed += on * (mobilised * engaged * force * odds[::-1]).sum(axis=0)
        hazard = p.war_stop * (1.0 + p.war_clarity * clarity) / (1.0 + p.war_hardening * grown)
        on &= luck.random(wars) >= hazard
    return tail(killed, share)[2]


@pytest.mark.parametrize("share", [0.5, 0.25])
def test_war_sizes_are_heavy_tailed(wars: Wars, share: float, show: Show) -> None:
    """An exponent well below 1 (not even a mean) and above .3 (not all mass at infinity); Pareto beats exponential."""
    sizes, least, exponent = tail(wars.deaths, share)
    error = exponent / sizes.size**0.5
    pareto = np.log(exponent / least) - (exponent + 1) * np.log(sizes / least)
    rate = 1 / (sizes - least).mean()
    gain = pareto - (np.log(rate) - rate * (sizes - least))
    vuong = float(gain.mean() / (gain.std(ddof=1) / sizes.size**0.5))
    show(f"{wars.deaths.size} wars, the largest {share:.0%}, above {least:.3g} thousand deaths")
    show(f"exponent {exponent:.2f} (s.e. {error:.2f})")
    show(f"Vuong's z against an exponential {vuong:.1f}")
    assert sizes.size > 100
    assert exponent - 3 * error > 0.3
    assert exponent + 3 * error < 1.0
    assert vuong > stats.norm.ppf(CONFIDENCE)


def test_sizes_follow_the_predicted_law_until_forces_run_out(wars: Wars, show: Show) -> None:
    """The larger half between what even and what clear wars predict; further out it steepens, for forces are finite."""
    exponents = [tail(wars.deaths, share)[2] for share in (0.5, 0.25, 0.1)]
    even, clear = predicted_exponent(0.5, 0.0), predicted_exponent(0.5, 1.0)
    show(f"exponents of the largest half, quarter, tenth {np.round(exponents, 2)}; predicted {even:.2f} to {clear:.2f}")
    assert exponents == sorted(exponents)
    assert even < exponents[0] < clear


def test_no_war_kills_more_than_the_forces_there_are(wars: Wars) -> None:
    """Battle deaths of a war stay below those of the whole world's force, renewed a few times over."""
    assert wars.deaths.max() < 5 * Parameters().deaths_scale


def test_onsets_of_war_are_close_to_poisson(wars: Wars, show: Show) -> None:
    counts = wars.onsets[:, WAKING:]
    yearly = counts.mean(axis=0)
    index = float(((counts - yearly) ** 2).sum() / (RUNS - 1) / yearly.sum())
    error = (2 / (counts.size - counts.shape[1])) ** 0.5
    show(f"{int(counts.sum())} onsets, {counts.mean():.2f} a year; index of dispersion {index:.3f} (s.e. {error:.3f})")
    assert counts.mean() > 0.2
    assert 0.8 < index < 1.25


def test_years_with_none_one_and_more_wars_come_as_poisson_says(wars: Wars, show: Show) -> None:
    """Shares of years with 0, 1, 2 and more onsets within .04 of the Poisson mixture of the yearly rates."""
    counts = wars.onsets[:, WAKING:]
    yearly = counts.mean(axis=0)
    expected = np.array([stats.poisson.pmf(n, yearly).mean() for n in (0, 1)])
    shares = np.array([(counts == n).mean() for n in (0, 1)])
    show(f"years with no war and with one {np.round(shares, 3)}; Poisson {np.round(expected, 3)}")
    assert np.abs(shares - expected).max() < 0.04
