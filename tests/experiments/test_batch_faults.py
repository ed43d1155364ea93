"""Whatever happens to a batch, the same command ends with the same bytes, or refuses and loses nothing."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_lab import (
    PARTS,
    batch,
    begin,
    command,
    data_of,
    environment,
    one_sentence,
    parts_in,
    wait_until,
    write_experiment,
)
from nursery import Nursery

from greatpowers import GreatPowersError, run_batch

KILLS = 20

Runs = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def experiment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_experiment(tmp_path_factory.mktemp("lab"))


@pytest.fixture
def halfway(whole: Path, tmp_path: Path) -> Path:
    """Results of which the second half is missing, as a killed process leaves them."""
    out = tmp_path / "results"
    shutil.copytree(whole, out)
    journal = []
    for name, checksum in data_of(out).items():
        if name.startswith(("runs/", "rounds/")):
            if int(name[-14:-8]) < PARTS // 2:
                journal.append(f"{checksum} {name}\n")
            else:
                (out / name).unlink()
    (out / "done.json").unlink()
    (out / "journal").write_text("".join(journal))
    return out


@pytest.fixture(scope="module")
def batched(nursery: Nursery, experiment: Path) -> Runs:
    """Runs the experiment into a directory and kills that after some seconds; exit code and what was said."""

    def run(directory: Path, seconds: float = -1.0) -> tuple[int, str]:
        done = batch(nursery, experiment, directory, seconds=seconds)
        return done.returncode, done.stdout + done.stderr

    return run


def test_killed_at_twenty_random_moments_it_ends_with_the_same_bytes(
    batched: Runs, whole: Path, tmp_path: Path
) -> None:
    assert parts_in(whole) == PARTS
    started = time.monotonic()
    assert batched(tmp_path / "timed")[0] == 0
    took, luck, halfway = time.monotonic() - started, random.Random(20170120), 0
    for number in range(KILLS // 2):
        out = tmp_path / f"killed-{number}"
        batched(out, luck.uniform(0, took))
        halfway += 0 < parts_in(out) < PARTS
        assert batched(out)[0] == 0
        assert data_of(out) == data_of(whole)
    again = tmp_path / "again-and-again"
    for _ in range(KILLS // 2):
        batched(again, luck.uniform(0, took / 4))
        halfway += 0 < parts_in(again) < PARTS
    assert batched(again)[0] == 0
    assert data_of(again) == data_of(whole)
    assert halfway >= 5, "too few of the kills struck while parts were being played"


def test_interrupted_by_ctrl_c_it_says_so_and_can_be_resumed(
    experiment: Path, batched: Runs, nursery: Nursery, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    process = begin(nursery, experiment, out, "--workers", 1)
    wait_until(lambda: parts_in(out) > 1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130
    assert "the same command goes on" in stderr
    assert "Traceback" not in stderr
    assert parts_in(out) < PARTS
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
    assert batched(out)[0] == 0
    assert data_of(out) == data_of(whole)


def test_while_one_process_works_on_a_directory_a_second_is_refused(
    experiment: Path, nursery: Nursery, whole: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    first = begin(nursery, experiment, out, "--workers", 1)
    wait_until(lambda: parts_in(out) > 0)
    first.send_signal(signal.SIGSTOP)  # so that it is still at work when the second comes
    second = batch(nursery, experiment, out)
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2
    assert one_sentence(second.stderr)
    assert f"process {first.pid} on " in second.stderr
    first.communicate()
    assert first.returncode == 0
    assert data_of(out) == data_of(whole)


def test_the_lock_of_a_dead_process_is_taken_over(batched: Runs, whole: Path, halfway: Path) -> None:
    (halfway / ".greatpowers-lock").write_text("")
    (halfway / ".greatpowers-holder").write_text('{"pid": 1, "host": "elsewhere", "since": "1914-07-28"}')
    assert batched(halfway)[0] == 0
    assert data_of(halfway) == data_of(whole)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that holds half of the experiment."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", place], check=False).returncode:
        pytest.skip("only root may mount a disk that is small")
    yield place
    subprocess.run(["umount", "--lazy", place], check=False)


def test_a_full_disk_is_one_sentence_and_with_more_room_the_work_resumes(
    batched: Runs, whole: Path, small_disk: Path
) -> None:
    out = small_disk / "results"
    code, stderr = batched(out)
    assert code == 2
    warned, message = stderr.splitlines()
    assert "are needed" in warned
    assert one_sentence(message)
    assert "the disk is full" in message
    assert 0 < parts_in(out) < PARTS
    assert batched(out)[0] == 2
    subprocess.run(["mount", "-o", "remount,size=16m", small_disk], check=True)
    assert batched(out)[0] == 0
    assert data_of(out) == data_of(whole)


def test_a_limit_on_the_size_of_files_is_like_a_full_disk(
    experiment: Path, batched: Runs, whole: Path, halfway: Path
) -> None:
    resource = pytest.importorskip("resource")
    # The journal fits, a part does not; nor would bytecode, which Python cuts off without a word.
    limited = subprocess.run(
        command("batch", experiment, "--out", halfway),
        env={**environment(), "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.RLIM_INFINITY)),
    )  # fmt: skip
    assert limited.returncode == 2
    assert one_sentence(limited.stderr)
    assert "a limit on it is reached" in limited.stderr
    assert batched(halfway)[0] == 0
    assert data_of(halfway) == data_of(whole)


def test_a_directory_that_vanishes_is_one_sentence(experiment: Path, nursery: Nursery, tmp_path: Path) -> None:
    out = tmp_path / "results"
    process = begin(nursery, experiment, out, "--workers", 1)
    wait_until(lambda: parts_in(out) > 1)
    process.send_signal(signal.SIGSTOP)
    shutil.rmtree(out)
    process.send_signal(signal.SIGCONT)
    _, stderr = process.communicate()
    assert process.returncode == 2
    assert one_sentence(stderr)
    assert "has vanished" in stderr


@pytest.mark.parametrize("damage", ["torn", "one bit", "empty", "missing", "of another part"])
@pytest.mark.parametrize("done", [True, False], ids=["complete", "half-way"])
def test_a_damaged_part_is_played_again(
    batched: Runs, whole: Path, halfway: Path, tmp_path: Path, damage: str, done: bool
) -> None:
    out = shutil.copytree(whole, tmp_path / "complete") if done else halfway
    last = sorted((out / "runs").glob("*.parquet"))[-1]
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 4
    match damage:
        case "torn":
            last.write_bytes(content[: len(content) // 2])
        case "one bit":
            last.write_bytes(content)
        case "empty":
            last.write_bytes(b"")
        case "missing":
            last.unlink()
        case "of another part":
            last.write_bytes((out / "runs" / "part-000000.parquet").read_bytes())
    assert batched(out)[0] == 0
    assert data_of(out) == data_of(whole)


@pytest.mark.parametrize("damage", [b"", b'{"software": "greatpow', b"[]", b"\xff\xfe"])
def test_a_damaged_manifest_is_refused_and_nothing_is_lost(
    batched: Runs, whole: Path, halfway: Path, damage: bytes
) -> None:
    manifest, before = (halfway / "manifest.json").read_bytes(), data_of(halfway)
    (halfway / "manifest.json").write_bytes(damage)
    code, stderr = batched(halfway)
    assert code == 2
    assert one_sentence(stderr)
    assert "manifest.json is damaged" in stderr
    assert data_of(halfway) == before
    (halfway / "manifest.json").write_bytes(manifest)
    assert batched(halfway)[0] == 0
    assert data_of(halfway) == data_of(whole)


def test_a_torn_journal_costs_time_and_nothing_else(batched: Runs, whole: Path, halfway: Path) -> None:
    journal = halfway / "journal"
    journal.write_bytes(journal.read_bytes()[:-30])
    assert batched(halfway)[0] == 0
    assert data_of(halfway) == data_of(whole)


def test_lost_points_are_written_again(batched: Runs, whole: Path, halfway: Path) -> None:
    (halfway / "points.parquet").write_bytes(b"PAR1")
    (halfway / "runs" / ".greatpowers-partial-part-000099.parquet").write_bytes(b"half")
    assert batched(halfway)[0] == 0
    assert data_of(halfway) == data_of(whole)


def test_results_for_a_user_who_is_not_there_are_refused(experiment: Path) -> None:
    with pytest.raises(GreatPowersError, match="~nobody-has-this-name/it: cannot be written"):
        run_batch(experiment, "~nobody-has-this-name/it")
