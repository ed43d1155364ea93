"""The directory of results: begun or gone on with, one part at a time, until it is complete."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from greatpowers.experiments.columns import DICTIONARY, POINTS, ROUNDS, RUNS, write_data_dictionary
from greatpowers.experiments.locks import LOCK, only_process
from greatpowers.experiments.manifest import KIND, difference, manifest_bytes, manifest_of
from greatpowers.experiments.parts import (
    KEYS,
    ROUND_KEYS,
    encode_part,
    names_of,
    point_columns,
    write_points,
)
from greatpowers.experiments.plan import Job, Plan
from greatpowers.experiments.play import Values
from greatpowers.experiments.storage import (
    JOURNAL,
    PARTIAL,
    Journal,
    checksum_of,
    disk_faults,
    sound,
    sweep,
    sync_directory,
    write_whole,
)
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.directories import MANIFEST, SOFTWARE

EXPERIMENT, POINTS_FILE, DONE = "experiment.toml", "points.parquet", "done.json"
BEGUN = {LOCK, EXPERIMENT, POINTS_FILE, RUNS, ROUNDS, JOURNAL}
"""What may lie in a directory whose first process was stopped before it had written the manifest."""


class Store:
    """The results of a plan on disk; parts may be written by any thread."""

    def __init__(self, plan: Plan, directory: Path) -> None:
        self.plan, self.directory = plan, directory
        self.journal = Journal(directory)
        self.pending: list[int] = []

    @property
    def rows_done(self) -> int:
        """Runs that are safe on disk from earlier."""
        return self.plan.rows - sum(high - low for low, high in map(self.plan.range_of, self.pending))

    def open(self) -> None:
        """Begin, or see what is done already; raises :class:`GreatPowersError` if it is another experiment's."""
        for place in (self.directory, self.directory / RUNS, self.directory / ROUNDS):
            if place.is_dir():
                sweep(place)
        old = _manifest(self.directory)
        if old is None:
            self._begin()
        else:
            self._check(old)
        (self.directory / RUNS).mkdir(exist_ok=True)
        if self.plan.series:
            (self.directory / ROUNDS).mkdir(exist_ok=True)
        self._take_stock()

    def _begin(self) -> None:
        write_whole(self.directory / EXPERIMENT, self.plan.study.text.encode())
        manifest = manifest_of(self.plan, self._write_points())
        write_whole(self.directory / MANIFEST, manifest_bytes(manifest))

    def _check(self, old: Mapping[str, Any]) -> None:
        new = manifest_of(self.plan, str(old.get("points_sha256")))
        if text := difference(old, new):
            raise GreatPowersError(f"{self.directory}: cannot go on with this experiment: {text}. {_REMEDY}")
        wanted = old.get("points_sha256")
        if checksum_of(self.directory / POINTS_FILE) != wanted and self._write_points() != wanted:
            raise GreatPowersError(f"{self.directory}: cannot go on: its points come out differently now. {_REMEDY}")
        if not (self.directory / EXPERIMENT).is_file():
            write_whole(self.directory / EXPERIMENT, str(old["experiment_text"]).encode())

    def _write_points(self) -> str:
        """Write the table of points, which may be too long for memory; its checksum."""
        path = self.directory / POINTS_FILE
        partial = path.with_name(f"{PARTIAL}{path.name}")
        with partial.open("wb") as file:
            write_points(self.plan, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_directory(self.directory)
        return checksum_of(path)

    def _take_stock(self) -> None:
        """Find the parts that are whole, and begin a journal with them."""
        sums = {**self.journal.read(), **_done(self.directory)}
        good: dict[str, str] = {}
        for part in range(self.plan.parts):
            names = names_of(self.plan, part)
            found = sound(self.directory, sums, names)
            if len(found) == len(names):
                good |= found
            else:
                self.pending.append(part)
        if self.pending or not (self.directory / DONE).is_file():
            self.journal.start(good)
            (self.directory / DONE).unlink(missing_ok=True)

    def write(self, job: Job, values: Values) -> None:
        """Keep a part: its rounds, then its runs."""
        with disk_faults(self.directory):
            for name, content in encode_part(job, values).items():
                self.journal.write(name, content)

    def finish(self) -> None:
        """Write the data dictionary, say that everything is there, and remove the journal."""
        if (self.directory / DONE).is_file() and (self.directory / f"{DICTIONARY}.md").is_file():
            return
        plan = self.plan
        tables = {POINTS: point_columns(plan), RUNS: [*KEYS, *plan.columns]}
        if plan.series:
            tables[ROUNDS] = [*ROUND_KEYS, *plan.series]
        write_data_dictionary(self.directory, tables)
        done = {"rows": plan.rows, "parts": plan.parts, "files": self.journal.sums}
        write_whole(self.directory / DONE, (json.dumps(done, indent=1) + "\n").encode())
        self.journal.close()


_REMEDY = "Give another directory with --out, or go back to what it was begun with; nothing was changed."


@contextlib.contextmanager
def open_store(plan: Plan, directory: Path) -> Iterator[Store]:
    """The results of a plan in a directory that no other process works on meanwhile."""
    check_directory(directory)
    with disk_faults(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with only_process(directory):
            check_directory(directory)
            store = Store(plan, directory)
            store.open()
            yield store


def check_directory(directory: Path) -> None:
    """Raise :class:`GreatPowersError` if the directory holds anything but an experiment; look only, change nothing."""
    with disk_faults(directory):
        if directory.exists() and not directory.is_dir():
            raise GreatPowersError(f"{directory}: this is a file; expected a directory.")
        if not directory.is_dir() or _manifest(directory) is not None:
            return
        others = {p.name for p in directory.iterdir() if not p.name.startswith(PARTIAL)} - BEGUN
        if others:
            text = f"this directory holds files that no experiment wrote, such as '{min(others)}'"
            raise GreatPowersError(f"{directory}: {text}; it is left alone: choose another one with --out.")


def _manifest(directory: Path) -> dict[str, Any] | None:
    """The manifest of an experiment; None where there is none; a sentence where it is damaged or of something else."""
    try:
        found = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("software") != SOFTWARE:
        text = f"its {MANIFEST} is damaged or of another program, so nobody can tell what was run"
        raise GreatPowersError(f"{directory}: {text}; put it back from a copy, or choose another directory with --out.")
    if found.get("kind") != KIND:
        text = f"this holds a {found.get('kind')}, not an experiment"
        raise GreatPowersError(f"{directory}: {text}; choose another directory with --out.")
    return found


def _done(directory: Path) -> Mapping[str, str]:
    """Checksums of a complete experiment, or none."""
    try:
        found = json.loads((directory / DONE).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
