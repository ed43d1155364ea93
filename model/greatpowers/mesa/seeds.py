"""What Mesa accepts as a seed, turned into the one whole number that a run's luck follows from."""

import secrets
from collections.abc import Sequence

import numpy as np

from greatpowers.scenario.errors import GreatPowersError, shown

BITS = 63  # so that a seed fits the integers of every file format
MOST = 1 << 128  # from which on there is no luck

Seed = int | np.integer | float | Sequence[int] | np.random.SeedSequence | np.random.Generator | np.random.BitGenerator


def run_seed(rng: Seed | None, seed: Seed | None) -> int:
    """The seed of a run from Mesa's two keywords, of which at most one is given.

    A whole number is the seed itself, the same as everywhere else in the package. Anything else that NumPy takes
    yields one; a generator is advanced by it. Without any, a new one is drawn from the operating system.
    """
    if rng is not None and seed is not None:
        raise GreatPowersError("GreatPowersModel: both 'rng' and 'seed' are given; expected one of them.")
    keyword, given = ("seed", seed) if rng is None else ("rng", rng)
    if given is None:
        return secrets.randbits(BITS)
    if isinstance(given, np.random.BitGenerator):
        given = np.random.Generator(given)
    if isinstance(given, np.random.Generator):
        return int(given.integers(1 << BITS))
    if isinstance(given, np.random.SeedSequence):
        return _word(given)
    if isinstance(given, int | float | np.integer) and not isinstance(given, bool):
        if 0 <= given < MOST and given == given // 1:
            return int(given)
    elif isinstance(given, list | tuple | range | np.ndarray):
        return _word_of_list(keyword, given)
    raise _refusal(keyword, given)


def _word(sequence: np.random.SeedSequence) -> int:
    return int(sequence.generate_state(1, np.uint64)[0]) >> (64 - BITS)


def _word_of_list(keyword: str, given: Sequence[int]) -> int:
    try:
        return _word(np.random.SeedSequence([int(number) for number in given]))
    except (TypeError, ValueError):
        raise _refusal(keyword, given) from None


def _refusal(keyword: str, given: object) -> GreatPowersError:
    return GreatPowersError(
        f"GreatPowersModel: '{keyword}' is {shown(given)}; expected a whole number from 0 to 2^128 - 1, "
        "a list of them, a SeedSequence or a numpy Generator."
    )
