"""A batch on Dask of which client, workers or scheduler are killed at random moments: the same command ends it.

What it ends with has the bytes of a run that nobody disturbed. `-rP` shows what was killed when, and what came of it.
"""

import contextlib
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_lab import EXPERIMENT, PARTS, batch, begin, data_of, one_sentence, parts_in, wait_until, write_experiment
from dask_lab import Cluster
from nursery import Begun, Nursery

pytest.importorskip("distributed")
psutil = pytest.importorskip("psutil")  # Dask brings it

KILLS = 2

Clusters = Callable[..., Cluster]


@pytest.fixture(scope="module")
def clusters(dask_nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clusters]:
    """Starts clusters of so many workers."""
    started = list[Cluster]()

    def start(workers: int = 1, **settings: str) -> Cluster:
        cluster = Cluster(dask_nursery, tmp_path_factory.mktemp("cluster"), **settings)
        started.append(cluster)
        for _ in range(workers):
            cluster.add_worker()
        return cluster

    yield start
    for cluster in started:
        cluster.close()


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Long enough for a kill to strike while parts are being played."""
    return write_experiment(tmp_path_factory.mktemp("lab"), EXPERIMENT.replace("rounds = 12", "rounds = 120"))


def ended(nursery: Nursery, experiment: Path, out: Path, address: str, *more: object) -> str:
    """Run the command to its end; what it complained of."""
    done = batch(nursery, experiment, out, "--dask", address, *more)
    assert done.returncode == 0, done.stderr
    return done.stderr


def wait_for_parts(client: Begun, out: Path, parts: int) -> None:
    """Wait until so many are there, and the directory; the client is still at work then."""
    wait_until(lambda: client.poll() is not None or (out.exists() and parts_in(out) >= parts))
    assert client.poll() is None, client.communicate()


def ends_within(client: Begun, seconds: float) -> bool:
    """Whether a client ends within some time."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        client.wait(seconds)
    return client.returncode is not None


def nothing_half(out: Path) -> bool:
    return not [path for path in out.rglob("*") if "partial" in path.name]


def test_a_client_killed_again_and_again_resumes_with_the_same_scheduler(
    experiment: Path, whole: Path, clusters: Clusters, dask_nursery: Nursery, tmp_path: Path
) -> None:
    cluster, out, luck = clusters(), tmp_path / "results", random.Random(1)
    for _ in range(KILLS):
        before, more = parts_in(out), luck.randint(0, PARTS // 4)
        client = begin(dask_nursery, experiment, out, "--dask", cluster.address)
        wait_for_parts(client, out, before + more)
        client.kill()
        client.communicate()
        print(f"client: with {before} parts from before, {parts_in(out)} of {PARTS} there when it was killed")
        assert before + more <= parts_in(out) < PARTS
    assert not ended(dask_nursery, experiment, out, cluster.address)
    assert data_of(out) == data_of(whole)
    assert nothing_half(out)


def test_workers_die_and_join_and_while_none_is_left_it_waits_for_the_next(
    experiment: Path, whole: Path, clusters: Clusters, dask_nursery: Nursery, tmp_path: Path
) -> None:
    cluster, out, luck = clusters(2), tmp_path / "results", random.Random(2)
    client = begin(dask_nursery, experiment, out, "--dask", cluster.address)
    wait_for_parts(client, out, PARTS // 8)
    cluster.processes[1].kill()
    cluster.add_worker()
    for _ in range(KILLS):
        wait_for_parts(client, out, parts_in(out) + luck.randint(1, PARTS // 4))
        for worker in cluster.processes[1:]:
            worker.kill()
            worker.wait()
        print(f"all workers: {parts_in(out)} of {PARTS} parts there when they were killed")
        assert client.poll() is None
        assert parts_in(out) < PARTS
        cluster.add_worker()
    _, stderr = client.communicate()
    assert client.returncode == 0, stderr
    assert data_of(out) == data_of(whole)


def test_a_part_on_which_workers_die_is_one_sentence_and_nothing_is_lost(
    experiment: Path, whole: Path, clusters: Clusters, dask_nursery: Nursery, tmp_path: Path
) -> None:
    """Dask gives a part up after some deaths; here after the first."""
    cluster, out = clusters(DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0"), tmp_path / "results"
    client = begin(dask_nursery, experiment, out, "--dask", cluster.address)
    spared = 0
    wait_for_parts(client, out, 2)
    cluster.processes[-1].kill()
    while not ends_within(client, 60.0):  # the worker had no part in hand, so none was given up: another one
        before, spared = parts_in(out), spared + 1
        cluster.add_worker()
        wait_until(lambda before=before: client.poll() is not None or parts_in(out) > before)
        cluster.processes[-1].kill()
    _, stderr = client.communicate()
    assert client.returncode == 2
    assert len(stderr.splitlines()) <= 1 + spared and all(map(one_sentence, stderr.splitlines())), stderr
    assert "several Dask workers died" in stderr
    assert 1 < parts_in(out) < PARTS
    assert batch(dask_nursery, experiment, out).returncode == 0
    assert data_of(out) == data_of(whole)


def test_a_scheduler_killed_at_work_is_followed_by_another(
    experiment: Path, whole: Path, clusters: Clusters, dask_nursery: Nursery, tmp_path: Path
) -> None:
    out, luck = tmp_path / "results", random.Random(3)
    for _ in range(KILLS):
        before, more, cluster = parts_in(out), luck.randint(0, PARTS // 4), clusters()
        client = begin(dask_nursery, experiment, out, "--dask", cluster.address)
        wait_for_parts(client, out, before + more)
        cluster.scheduler.kill()
        _, stderr = client.communicate()
        print(f"scheduler: {parts_in(out)} of {PARTS} parts there when the client ended; it said: {stderr}")
        assert client.returncode == 2
        assert one_sentence(stderr), stderr
        assert "has gone" in stderr
        assert before + more <= parts_in(out) < PARTS
    assert not ended(dask_nursery, experiment, out, clusters().address)
    assert data_of(out) == data_of(whole)


def test_a_client_with_a_cluster_of_its_own_takes_that_along_when_it_is_killed(
    experiment: Path, whole: Path, dask_nursery: Nursery, tmp_path: Path
) -> None:
    out, luck = tmp_path / "results", random.Random(4)
    client = begin(dask_nursery, experiment, out, "--dask", "local", "--workers", "1")
    wait_for_parts(client, out, luck.randint(1, PARTS // 2))
    helpers = psutil.Process(client.pid).children(recursive=True)
    assert helpers
    client.kill()
    client.communicate()
    print(f"client and its cluster: {parts_in(out)} of {PARTS} parts there when it was killed")
    assert parts_in(out) < PARTS
    wait_until(lambda: not any(helper.is_running() for helper in helpers))
    assert not ended(dask_nursery, experiment, out, "local", "--workers", 1)
    assert data_of(out) == data_of(whole)
