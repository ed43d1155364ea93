"""Behaviour 8: the same seed and inputs give the same bytes, alone or inside any batch, on any number of threads.

No statistics: equality. The whole record of a run (metrics, states, theatres, traces, events) is compared, for the
shipped world and for a generated one, and the record of another process, whose memory and hashes are its own.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from greatpowers import History, ensemble, simulate

ROUNDS = 40


def fingerprint(history: History) -> str:
    """Hash of everything the run recorded."""
    digest = hashlib.sha256()
    tables = (history.metrics, history.states, history.theatres, history.appraisals, history.events)
    for table in tables:
        for column in table.columns:
            values = table[column].to_numpy()
            digest.update(values.tobytes() if values.dtype != object else repr(values.tolist()).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("policy", ["laissez-faire", "half-a-loaf"])
@pytest.mark.parametrize("scenario", ["2017", "synthetic"])
def test_a_run_repeats_itself_to_the_byte(scenario: str, policy: str) -> None:
    first, second = (simulate(scenario, policy, 7, ROUNDS) for _ in range(2))
    assert fingerprint(first) == fingerprint(second)
    assert fingerprint(first) != fingerprint(simulate(scenario, policy, 8, ROUNDS))


@pytest.mark.parametrize("scenario", ["2017", "synthetic"])
def test_a_run_is_the_same_in_any_batch_and_on_any_number_of_threads(scenario: str) -> None:
    batches = [(range(12), 1), (range(12), 2), (range(12), 5), ([11, 3, 7], 2), ([7], 1)]
    alone = simulate(scenario, "containment", 7, ROUNDS)
    for seeds, workers in batches:
        batch = ensemble(scenario, "containment", seeds, ROUNDS, workers=workers, series=True)
        assert batch.series is not None
        row = list(seeds).index(7)
        assert batch.runs.loc[7].to_numpy().tobytes() == alone.summary.to_numpy().tobytes()
        assert batch.series[row].tobytes() == alone.track.metrics.astype(np.float32).tobytes()


def test_another_process_gives_the_same_bytes() -> None:
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_same_inputs_same_bytes import ROUNDS, fingerprint, simulate
print(fingerprint(simulate("2017", "half-a-loaf", 7, ROUNDS)))
"""
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprint(simulate("2017", "half-a-loaf", 7, ROUNDS))
