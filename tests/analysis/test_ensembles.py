"""Ensembles: the same numbers as single runs, whatever the workers; and a crew that stops when it should."""

import threading

import numpy as np
import pytest

from greatpowers import SUMMARY_COLUMNS, GreatPowersError, ensemble, simulate, wars_by_misperception
from greatpowers.core.workspace import new_workspace
from greatpowers.simulation import run
from greatpowers.simulation.ensemble import play_and_read, run_jobs
from greatpowers.simulation.places import outcomes_by_place
from greatpowers.simulation.setup import prepare, prepare_all


@pytest.mark.parametrize("scenario", ["template", "2017"])
def test_each_row_is_the_summary_of_that_single_run(scenario: str) -> None:
    seeds = [0, 11, 5]
    many = ensemble(scenario, "half-a-loaf", seeds, rounds=40)
    assert list(many.runs.index) == seeds
    assert list(many.runs.columns) == list(SUMMARY_COLUMNS)
    for seed in seeds:
        alone = simulate(scenario, "half-a-loaf", seed, rounds=40).summary
        assert alone.to_numpy().tobytes() == many.runs.loc[seed].to_numpy().tobytes()


def test_a_room_in_which_something_was_played_is_as_good_as_a_new_one() -> None:
    """Whatever was played there before: other policies, other seeds, the same once more."""
    setups = prepare_all("2017", ["half-a-loaf", "laissez-faire"], 40, None)
    assert setups[0].rooms is setups[1].rooms
    for which, seed in ((0, 3), (1, 3), (0, 5), (0, 3), (1, 5)):
        world, track, log = run.play_to_end(setups[which], seed, traces=False)
        written = int(log.happened[0])
        reading = play_and_read(setups[which], seed)
        assert reading.metrics.tobytes() == track.metrics.tobytes()
        places = outcomes_by_place(world, track, log.codes[:written], log.numbers[:written])
        assert reading.places.tobytes() == places.tobytes()
        assert run.play(setups[which], seed, record=False).metrics.tobytes() == track.metrics.tobytes()


def test_a_room_is_cleared_before_it_is_lent_again() -> None:
    setup = prepare("template", "containment", 20, None)
    run.play_and(lambda *_: None, setup, 1)
    capacity = run.first_capacity(setup)
    with setup.lent_room(capacity, False) as room:
        fresh = new_workspace(*setup.sizes, capacity, setup.rules.row, False)
        for name in set(fresh._fields) - {"log"}:
            assert getattr(room.workspace, name).tobytes() == getattr(fresh, name).tobytes(), name
        assert room.workspace.log.happened[0] == 0 and not room.workspace.log.flows.any()
        assert room.workspace.log.codes.any()  # of the run before: rows are written before they are read
        assert all(ours.tobytes() == own.tobytes() for ours, own in zip(room.world, setup.world, strict=True))
        with setup.lent_room(capacity, False) as other:
            assert not np.shares_memory(other.world.states, room.world.states)


def test_a_log_that_overflows_in_a_room_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    setup = prepare("template", "half-a-loaf", 40, None)
    whole = play_and_read(setup, 1)
    monkeypatch.setattr(run, "first_capacity", lambda _: 3)
    short = play_and_read(setup, 1)
    assert short.places.tobytes() == whole.places.tobytes() and short.fought == whole.fought


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
    reports: list[tuple[int, int]] = []
    ensemble("template", "containment", range(5), rounds=2, progress=lambda done, total: reports.append((done, total)))
    assert reports == [(n, 5) for n in range(1, 6)]


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
    wars = wars_by_misperception("template", "containment", [1, 2], rounds=20)
    for seed in (1, 2):
        assert wars.loc[seed, "wars"] == simulate("template", "containment", seed, 20).summary["wars_begun"]
        true = simulate("template", "containment", seed, 20, {"true_beliefs": 1.0}).summary["wars_begun"]
        assert wars.loc[seed, "wars_true_beliefs"] == true
        assert wars.loc[seed, "vanished"] == wars.loc[seed, "wars"] - true
