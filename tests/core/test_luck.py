"""Luck as numbers: the generator's known answers, and a battery over seeds, rounds, mechanisms and whom they concern.

Everything is drawn from fixed seeds, so nothing here fails by chance; a bound of one in a million says how unlikely
what is found would be if the draws were independent and uniform.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from greatpowers.core.declare import Floats
from greatpowers.core.kernel import is_compiled
from greatpowers.core.luck import (
    GuardianDraw,
    StateDraw,
    TheatreDraw,
    is_normal,
    luck_of,
    tabulated,
    threefry,
)

SEEDS, ROUNDS = (24, 160) if is_compiled() else (6, 12)
STATES, THEATRES = 6, 5
UNLIKELY = 1e-6
PI = (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89)


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
        ((2**64 - 1, 2**64 - 1), (2**64 - 1, 2**64 - 1), (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
        (PI[:2], PI[2:], (0x263C7D30BB0F0AF1, 0x56BE8361D3311526)),
    ],
)
def test_the_generator_gives_the_answers_known_of_it(
    counter: tuple[int, int], key: tuple[int, int], expected: tuple[int, int]
) -> None:
    """The vectors of threefry2x64 with 20 rounds in the Random123 distribution."""
    word = np.uint64 if is_compiled() else int
    assert tuple(int(x) for x in threefry(*map(word, (*key, *counter)))) == expected


def drawn(seed: int, rounds: int = ROUNDS) -> Floats:
    """Everything drawn for a small world, the normal made uniform: [R, draws]."""
    tables = tabulated(luck_of(seed, STATES, THEATRES), rounds)
    columns = []
    for table, draws in (
        (tables.by_state, StateDraw),
        (tables.by_theatre, TheatreDraw),
        (tables.by_guardian, GuardianDraw),
    ):
        for draw in draws:
            values = table[..., draw].reshape(rounds, -1)
            columns.append(ndtr(values) if is_normal(draw) else values)
    return np.concatenate(columns, axis=1)


@pytest.fixture(scope="module")
def luck() -> Floats:
    """Draws [seeds, rounds, draws] of seeds that follow on each other, as those of an ensemble do."""
    return np.stack([drawn(seed) for seed in range(SEEDS)])


def chance_of_counts(counts: Floats) -> float:
    """P-value of counts that should all be alike."""
    return float(stats.chisquare(counts.ravel()).pvalue)


def chance_of_correlations(correlations: Floats, size: int) -> float:
    """P-value of correlations of `size` pairs each that should all be zero."""
    return float(stats.chi2.sf(size * (correlations**2).sum(), correlations.size))


def test_draws_are_uniform_all_together_and_each_by_itself(luck: Floats) -> None:
    assert 0.0 < luck.min() < luck.max() < 1.0
    counts = np.bincount((luck * 256).astype(int).ravel(), minlength=256).astype(float)
    assert UNLIKELY < chance_of_counts(counts) < 1 - UNLIKELY
    each = luck.reshape(-1, luck.shape[2])
    chances = [stats.kstest(column, "uniform").pvalue for column in each.T]
    assert stats.kstest(chances, "uniform").pvalue > UNLIKELY


def test_normal_draws_are_normal() -> None:
    tables = tabulated(luck_of(3, STATES, THEATRES), ROUNDS)
    values = np.concatenate(
        [tables.by_state[..., : StateDraw.TURN].ravel(), tables.by_theatre[..., : TheatreDraw.CHOICE].ravel()]
    )
    assert stats.kstest(values, "norm").pvalue > UNLIKELY
    assert abs(values.mean()) < 5 / np.sqrt(values.size)
    assert abs(values.var() - 1) < 5 * np.sqrt(2 / values.size)


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["seeds", "rounds", "draws"])
@pytest.mark.parametrize("lag", [1, 2, 3])
def test_a_draw_says_nothing_of_the_next(luck: Floats, axis: int, lag: int) -> None:
    """Serial test over pairs in 16 x 16 fields, and correlation: from seed to seed, round to round, draw to draw."""
    along = np.moveaxis(luck, axis, 0)
    one, next_ = along[:-lag].ravel(), along[lag:].ravel()
    counts = np.bincount((one * 16).astype(int) * 16 + (next_ * 16).astype(int), minlength=256).astype(float)
    # Neighbouring pairs share a draw; what both sides have in common is taken out before they are judged.
    assert UNLIKELY < stats.chi2_contingency(counts.reshape(16, 16)).pvalue < 1 - UNLIKELY
    assert abs(np.corrcoef(one, next_)[0, 1]) < 5 / np.sqrt(one.size)


def test_mechanisms_and_whom_they_concern_are_independent(luck: Floats) -> None:
    each = luck.reshape(-1, luck.shape[2])
    correlations = np.corrcoef(each.T)[np.triu_indices(luck.shape[2], 1)]
    assert UNLIKELY < chance_of_correlations(correlations, each.shape[0]) < 1 - UNLIKELY
    assert np.abs(correlations).max() < 6.0 / np.sqrt(each.shape[0])


def test_seeds_are_independent(luck: Floats) -> None:
    each = luck.reshape(SEEDS, -1)
    correlations = np.corrcoef(each)[np.triu_indices(SEEDS, 1)]
    assert UNLIKELY < chance_of_correlations(correlations, each.shape[1]) < 1 - UNLIKELY


def test_every_digit_is_as_often_one_as_zero(luck: Floats) -> None:
    tables = [tabulated(luck_of(seed, STATES, THEATRES), ROUNDS).by_guardian.ravel() for seed in range(SEEDS)]
    words = (np.concatenate(tables) * 2.0**52).astype(np.uint64)
    ones = np.array([((words >> np.uint64(digit)) & np.uint64(1)).mean() for digit in range(52)])
    assert np.abs(ones - 0.5).max() < 5 * 0.5 / np.sqrt(words.size)


def test_one_digit_of_the_seed_changes_half_of_the_digits_drawn() -> None:
    def words(seed: int) -> Floats:
        return (tabulated(luck_of(seed, 4, 3), 2).by_guardian.ravel() * 2.0**52).astype(np.uint64)

    plain = words(5)
    for digit in range(0, 128, 1 if is_compiled() else 16):
        changed = np.unpackbits((plain ^ words(5 ^ (1 << digit))).view(np.uint8)).sum() / (52 * plain.size)
        assert abs(changed - 0.5) < 5 * 0.5 / np.sqrt(52 * plain.size), digit
