"""Commands that take long: the same twice, and killed at random moments before and after their answer.

What was killed ends with the bytes of a command that nobody killed, in another process with another seed of hashes, and
at no moment is there half of a result under its name. `-rP` shows what came of which kill.
"""

import random
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_lab import data_of
from nursery import Nursery

sys.path.append(str(Path(__file__).parents[1] / "record"))
from hindcast_worlds import made_disputes, write_record

EXPERIMENT = """
format = 1
name = "worlds"
title = "Worlds"
scenarios = ["template"]
policies = ["containment", "laissez-faire"]
rounds = 12
replicates = 2
metrics = ["mean_severity"]
[uncertainties]
clash = { from = 0.5, to = 2.0 }
horizon = { from = 0.2, to = 4.0 }
operations = { from = 0.5, to = 150.0 }
[sample]
method = "lhs"
size = 60
"""
PRIORS = """
format = 1
[priors]
horizon = { low = 4.0, high = 16.0, scale = "log" }
"""

LOSER = ["discover", "results", "--loser", "laissez-faire", "--winner", "containment", "--method"]
SEARCH = ["search", "template", "--population", "6", "--worlds", "2", "--seeds", "1", "--rounds", "6"]
SENSITIVITY = ["sensitivity", "template", "--parameters", "clash,horizon,operations", "--method"]
RESUMABLE = {
    "batch": ["batch", "worlds.toml"],
    "sensitivity": [*SENSITIVITY, "morris", "--samples", "6", "--replicates", "2", "--rounds", "12"],
    "search": [*SEARCH, "--generations", "3"],
    "calibrate": ["calibrate", "--waves", "1", "--size", "10", "--runs", "1", "--draws", "2",
                  "--parameters", "priors.toml"],
}  # fmt: skip
IN_ONE_PIECE = {
    "discover": [*LOSER, "cart"],
    "validate": ["validate", "--fast"],
    "hindcast": ["hindcast", "--data", "made", "--from", "1826", "--to", "1836", "--ahead", "1", "--runs", "2"],
}
"""Results of these appear all together."""

ONLY_TWICE = {
    "sobol": [*SENSITIVITY, "sobol", "--samples", "256", "--replicates", "1", "--rounds", "4"],
    "delta": [*SENSITIVITY, "delta", "--samples", "40", "--replicates", "2", "--rounds", "6"],
    "prim": [*LOSER, "prim"],
    "deals": ["deals", "2017", "--rounds", "4", "--seeds", "2"],
    "forecast": ["forecast", "1978", "--seeds", "2"],
}
STUDIES = ("SALib", "ema_workbench", "greatpowers.calibration.page", "greatpowers.hindcast.page", "pymoo.optimize",
           "sklearn.gaussian_process", "small_record")  # fmt: skip
"""What these commands import, loaded once."""

KILLS = 2
NOT_REPEATED = {"timing.csv", "log.txt"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("kills")
    (directory / "worlds.toml").write_text(EXPERIMENT, encoding="utf-8")
    (directory / "priors.toml").write_text(PRIORS, encoding="utf-8")
    write_record(directory / "made", made_disputes())
    return directory


@pytest.fixture(scope="module")
def undisturbed(place: Path) -> Iterator[Nursery]:
    """Where nobody is killed."""
    with Nursery(1, STUDIES) as starter:
        done = starter.run(["batch", place / "worlds.toml", "--out", place / "results"])
        assert done.returncode == 0, done.stderr
        yield starter


@pytest.fixture(scope="module")
def killing() -> Iterator[Nursery]:
    with Nursery(2, STUDIES) as starter:
        yield starter


def there(out: Path) -> dict[str, str]:
    """Checksum of every file that must repeat."""
    checksums = data_of(out) if out.exists() else {}
    return {name: sums for name, sums in checksums.items() if Path(name).name not in NOT_REPEATED}


def carry_out(nursery: Nursery, place: Path, words: list[str], out: Path, seconds: float = -1.0) -> str | None:
    """What the command said; None if it was killed."""
    inputs = ("results", "worlds.toml", "priors.toml", "made")
    done = nursery.run([*(place / word if word in inputs else word for word in words), "--out", out], seconds)
    killed, output = done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    assert (killed and seconds >= 0) or done.returncode in (0, 1), output
    return None if killed else re.sub(r"It took [\d.]+ minutes\.", "", output.replace(str(out), "OUT"))


@pytest.mark.parametrize("name", ONLY_TWICE)
def test_two_processes_say_and_write_the_same(name: str, undisturbed: Nursery, killing: Nursery, place: Path) -> None:
    one, other = place / f"{name}-one", place / f"{name}-other"
    output = carry_out(undisturbed, place, ONLY_TWICE[name], one)
    assert carry_out(killing, place, ONLY_TWICE[name], other) == output
    assert there(one) == there(other) != {}


@pytest.mark.parametrize("name", [*RESUMABLE, *IN_ONE_PIECE])
def test_killed_before_and_after_its_answer_it_ends_with_the_same_bytes(
    name: str, undisturbed: Nursery, killing: Nursery, place: Path
) -> None:
    words, luck = {**RESUMABLE, **IN_ONE_PIECE}[name], random.Random(name)
    whole, out, kills = place / f"{name}-whole", place / f"{name}-killed", KILLS if name in RESUMABLE else 1
    started = time.monotonic()
    output = carry_out(undisturbed, place, words, whole)
    took, expected = time.monotonic() - started, there(whole)
    assert expected
    for stage in ("before", "after"):
        for moment in sorted(luck.uniform(0.0, took) for _ in range(kills)):
            moment /= 4 if stage == "after" and name in RESUMABLE else 1  # going on is soon done
            late = carry_out(killing, place, words, out, moment) is not None
            files = there(out)
            print(f"{name}: {moment:.2f} s, {stage} its answer: {'too late' if late else f'{len(files)} files'}")
            if name in IN_ONE_PIECE:
                assert files in ({}, expected)
        if stage == "before" or name in RESUMABLE:
            again = carry_out(killing, place, words, out)
        assert name in RESUMABLE or again == output
        assert there(out) == expected
    assert [path for path in out.rglob("*") if "partial" in path.name] == []


def test_a_search_killed_while_it_grows_beyond_its_answer_ends_with_the_same_bytes(
    undisturbed: Nursery, killing: Nursery, place: Path
) -> None:
    whole, out, luck = place / "search-whole", place / "grown", random.Random(3)
    words = RESUMABLE["search"]
    assert carry_out(killing, place, [*SEARCH, "--generations", "2"], out) is not None
    started = time.monotonic()
    carry_out(undisturbed, place, words, whole)
    took = time.monotonic() - started
    for _ in range(KILLS):
        carry_out(killing, place, words, out, luck.uniform(0.0, took))
    assert carry_out(killing, place, words, out) is not None
    assert there(out) == there(whole)
