"""Ensembles: the same numbers as single runs, whatever the workers; and a crew that stops when it should."""

import threading

import numpy as np
import pytest

from greatpowers import SUMMARY_COLUMNS, GreatPowersError, ensemble, simulate, wars_by_misperception
from greatpowers.simulation.ensemble import run_jobs


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_each_row_is_the_summary_of_that_single_run(scenario: str) -> None:
    seeds = [0, 11, 5]
    many = ensemble(scenario, "half-a-loaf", seeds, rounds=40)
    assert list(many.runs.index) == seeds
    assert list(many.runs.columns) == list(SUMMARY_COLUMNS)
    for seed in seeds:
        alone = simulate(scenario, "half-a-loaf", seed, rounds=40).summary
        assert alone.to_numpy().tobytes() == many.runs.loc[seed].to_numpy().tobytes()


def test_workers_do_not_change_a_byte() -> None:
    one, two = (ensemble("2017", "containment", range(6), rounds=20, workers=n, series=True) for n in (1, 2))
    assert one.runs.to_numpy().tobytes() == two.runs.to_numpy().tobytes()
    assert one.series is not None
    assert two.series is not None
    assert one.series.tobytes() == two.series.tobytes()


def test_series_hold_every_round_as_simulate_has_it() -> None:
    many = ensemble("template", "containment", [3, 4], rounds=10, series=True)
    assert many.series is not None
    assert many.series.shape[:2] == (2, 10)
    assert many.series.dtype == np.float32
    assert np.array_equal(many.series[1], simulate("template", "containment", 4, 10).track.metrics.astype(np.float32))


def test_without_series_nothing_is_kept_by_round() -> None:
    assert ensemble("template", "containment", [3], rounds=10).series is None


def test_progress_is_told_of_every_run() -> None:
    told: list[tuple[int, int]] = []
    ensemble("template", "containment", range(5), rounds=2, progress=lambda done, total: told.append((done, total)))
    assert told == [(n, 5) for n in range(1, 6)]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"seeds": []}, "seeds: there are none"),
        ({"seeds": [1, 1]}, "seeds: some occur more than once"),
        ({"seeds": [-4]}, "seed: -4 is out of range"),
        ({"workers": 0}, "workers: 0 is out of range"),
    ],
)
def test_what_cannot_be_run_is_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        ensemble(**{"scenario": "template", "policy": "containment", "seeds": [1], "rounds": 1} | arguments)  # type: ignore[arg-type]
    assert says in str(caught.value)


def test_every_job_is_done_once() -> None:
    done: list[int] = []
    lock = threading.Lock()

    def work(job: int) -> None:
        with lock:
            done.append(job)

    run_jobs(50, work, workers=4, progress=None)
    assert sorted(done) == list(range(50))


def test_an_error_stops_the_crew_and_is_passed_on() -> None:
    done: list[int] = []

    def work(job: int) -> None:
        if job == 3:
            raise ValueError("job 3")
        done.append(job)

    with pytest.raises(ValueError, match="job 3"):
        run_jobs(100_000, work, workers=2, progress=None)
    assert len(done) < 100_000


def test_what_is_done_meanwhile_is_done_while_jobs_are() -> None:
    """By the thread that asked; the job ends only once that has begun."""
    begun, by = threading.Event(), []

    def meanwhile() -> None:
        by.append(threading.current_thread())
        begun.set()

    run_jobs(1, lambda _: by.append(begun.wait(60)), 1, None, meanwhile)
    assert by == [threading.current_thread(), True]


def test_what_fails_meanwhile_stops_the_crew_and_is_passed_on() -> None:
    done: list[int] = []

    def meanwhile() -> None:
        raise ValueError("drawing")

    with pytest.raises(ValueError, match="drawing"):
        run_jobs(10_000_000, done.append, 2, None, meanwhile)
    assert len(done) < 10_000_000


def test_misperception_compares_the_same_seeds_with_true_beliefs() -> None:
    found = wars_by_misperception("template", "containment", [1, 2], rounds=20)
    for seed in (1, 2):
        assert found.loc[seed, "wars"] == simulate("template", "containment", seed, 20).summary["wars_begun"]
        true = simulate("template", "containment", seed, 20, {"true_beliefs": 1.0}).summary["wars_begun"]
        assert found.loc[seed, "wars_true_beliefs"] == true
        assert found.loc[seed, "vanished"] == found.loc[seed, "wars"] - true
