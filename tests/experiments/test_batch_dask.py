"""An experiment on a Dask cluster of real processes: the data set is the same, and what answers wrongly is told.

What comes of it when workers, scheduler or client die is in `test_kills_on_dask`.
"""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from batch_lab import (
    EXPERIMENT,
    batch,
    data_of,
    environment,
    one_sentence,
    write_experiment,
)
from dask_lab import Cluster
from nursery import Nursery

from greatpowers import GreatPowersError
from greatpowers.cli import main
from greatpowers.experiments import dask

Client = pytest.importorskip("distributed").Client
CommClosedError = pytest.importorskip("distributed.comm").CommClosedError


@pytest.fixture(scope="module")
def cluster(dask_nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    started = Cluster(dask_nursery, tmp_path_factory.mktemp("cluster"))
    started.add_worker()
    yield started
    started.close()


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_experiment(tmp_path_factory.mktemp("lab"))


FORKS = """
import os, sys
from greatpowers.experiments.run import run_batch
children = []
for number in (2, 4):
    children.append(os.fork())
    if children[-1] == 0:
        status = 1
        try:
            run_batch(sys.argv[number], sys.argv[number + 1], dask=sys.argv[1])
            status = 0
        finally:
            os._exit(status)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_two_forks_of_one_process_that_share_a_scheduler_each_have_their_own_parts(
    experiment: Path, whole: Path, cluster: Cluster, nursery: Nursery, tmp_path: Path
) -> None:
    """Whose memory is laid out alike, down to the addresses of its objects."""
    other = write_experiment(tmp_path / "lab", EXPERIMENT.replace("size = 8, seed = 1", "size = 8, seed = 2"))
    arguments = [cluster.address, experiment, tmp_path / "one", other, tmp_path / "other"]
    done = subprocess.run(
        [sys.executable, "-c", FORKS, *map(str, arguments)],
        env={**environment(), "PYTHONHASHSEED": "0"}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert batch(nursery, other, tmp_path / "alone").returncode == 0
    assert data_of(tmp_path / "one") == data_of(whole)
    assert data_of(tmp_path / "other") == data_of(tmp_path / "alone")


def test_a_scheduler_that_is_not_there_is_one_sentence(experiment: Path, dask_nursery: Nursery, tmp_path: Path) -> None:
    refused = batch(dask_nursery, experiment, tmp_path / "results", "--dask", "tcp://127.0.0.1:1")
    assert refused.returncode == 2
    assert one_sentence(refused.stderr), refused.stderr
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:1'" in refused.stderr


@pytest.mark.parametrize(
    ("greeting", "why"), [(b"", "TimeoutError"), (b"SSH-2.0-OpenSSH_9.9\r\n", "something else does")]
)
def test_what_is_no_scheduler_and_answers_or_says_nothing_is_one_sentence(
    greeting: bytes, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor = server.accept()[0]
                visitors.append(visitor)
                visitor.sendall(greeting)

    monkeypatch.setattr(dask, "TIMEOUT", 2)
    visitors = list[socket.socket]()
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(GreatPowersError) as refused, dask._client(address, None):
            pass
    for visitor in visitors:
        visitor.close()
    assert str(refused.value).startswith(f"no Dask scheduler answers at '{address}' ({why}); start one with")


def test_a_scheduler_that_answers_no_longer_has_gone(tmp_path: Path) -> None:
    """Whether the connection broke or, as it was made anew, nobody was there."""
    address, store = "tcp://127.0.0.1:1", SimpleNamespace(directory=tmp_path)
    errors = OSError(f"Timed out trying to connect to {address} after 10 s"), CommClosedError()
    assert {dask._lost(store, address, error) for error in errors} == {
        f"{tmp_path}: the Dask scheduler at '{address}' has gone; what is finished is kept, and the same command goes "
        "on from there."
    }
    elsewhere = OSError("Timed out trying to connect to tcp://127.0.0.1:11 after 10 s")
    assert "one of its workers failed (Timed out" in dask._lost(store, address, elsewhere)


def test_an_address_that_is_none_is_one_sentence(experiment: Path, dask_nursery: Nursery, tmp_path: Path) -> None:
    refused = batch(dask_nursery, experiment, tmp_path / "results", "--dask", "nonsense://")
    assert refused.returncode == 2
    assert one_sentence(refused.stderr), refused.stderr


class TestAClusterOfItsOwn:
    """On a machine that is too busy, with Dask's own parts put in the place of processes that do not answer."""

    @pytest.fixture
    def results(self, experiment: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        """What the command says, and its exit code."""
        return lambda: (
            main(["batch", str(experiment), "--out", str(tmp_path / "results"), "--dask", "local", "--workers", "1"]),
            capsys.readouterr().err.strip(),
        )

    @pytest.mark.parametrize("error", [TimeoutError(), RuntimeError("Nanny failed to start."), OSError(12, "no room")])
    def test_that_does_not_start_in_time_is_no_fault_of_a_file(
        self, error: Exception, results, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("distributed.LocalCluster", fails_with(error))
        code, stderr = results()
        assert code == 2 and one_sentence(stderr)
        assert stderr.startswith(
            f"greatpowers: the Dask cluster of --dask local did not start ({dask._brief(error)}); "
        )
        assert "written" not in stderr and "without --dask" in stderr

    @pytest.mark.parametrize("waited_for", ["_ensure_connected", "wait_for_workers"])
    def test_whose_scheduler_or_workers_do_not_answer_is_the_same_sentence(
        self, waited_for: str, results, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(f"distributed.Client.{waited_for}", fails_with(TimeoutError()))
        code, stderr = results()
        assert code == 2 and one_sentence(stderr)
        assert "the Dask cluster of --dask local did not start (" in stderr
        assert "dask scheduler'" not in stderr and "dask worker" not in stderr

    def test_that_fails_as_it_plays_says_that_what_is_finished_is_kept(
        self, results, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("distributed.Client.submit", fails_with(TimeoutError()))
        code, stderr = results()
        assert code == 2 and one_sentence(stderr)
        assert "the Dask cluster at 'local' or one of its workers failed (TimeoutError); what is finished" in stderr

    def test_that_takes_too_long_to_close_takes_nothing_back(
        self, results, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        close = Client.close

        def slowly(self: object) -> None:
            close(self)
            raise TimeoutError

        monkeypatch.setattr("distributed.Client.close", slowly)
        assert results()[0] == 0
        assert data_of(tmp_path / "results") == data_of(whole)


def fails_with(error: Exception):
    """A function that takes anything and raises this."""

    def fails(*_: object, **__: object) -> None:
        raise error

    return fails
