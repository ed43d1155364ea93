"""The directory of an experiment: begun or gone on with, one part at a time, until it is complete."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from greatpowers.experiments.columns import DICTIONARY, POINTS, ROUNDS, RUNS, write_data_dictionary
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
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.checkpoint import REMEDY, Journal, agree, checkpoint, sound
from greatpowers.storage.configuration import plain
from greatpowers.storage.files import checksum, checksum_of, disk_faults, write_whole, writing
from greatpowers.storage.manifest import FORMAT
from greatpowers.storage.provenance import stamped

KIND = "experiment"
EXPERIMENT, POINTS_FILE, DONE = "experiment.toml", "points.parquet", "done.json"


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

    def open(self, old: Mapping[str, Any] | None) -> None:
        """Begin, or see what is done already; raises :class:`GreatPowersError` if it is another experiment's."""
        wanted = None if old is None else str(old.get("points_sha256"))
        if wanted is not None:
            agree(self.directory, old, manifest_of(self.plan, wanted))
        if wanted is None or checksum_of(self.directory / POINTS_FILE) != wanted:
            self._write_points(wanted)
        if not (self.directory / EXPERIMENT).is_file():
            write_whole(self.directory / EXPERIMENT, (old or {}).get("experiment_text", self.plan.study.text))
        (self.directory / RUNS).mkdir(exist_ok=True)
        if self.plan.series:
            (self.directory / ROUNDS).mkdir(exist_ok=True)
        self._take_stock()

    def _write_points(self, wanted: str | None) -> None:
        """Write the table of points, which may be too long for memory; if no checksum is wanted, the manifest first."""
        with writing(self.directory / POINTS_FILE) as file:
            write_points(self.plan, file)
            file.flush()
            found = checksum_of(Path(file.name))
            if wanted is None:
                agree(self.directory, None, manifest_of(self.plan, found))
            elif found != wanted:
                text = "its points come out differently now"
                raise GreatPowersError(f"{self.directory}: cannot go on with this experiment: {text}. {REMEDY}")

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
        write_whole(self.directory / DONE, json.dumps(done, indent=1) + "\n")
        self.journal.close()


@contextlib.contextmanager
def open_store(plan: Plan, directory: Path) -> Iterator[Store]:
    """The results of a plan in a directory that no other process works on meanwhile."""
    with checkpoint(directory, KIND) as old:
        store = Store(plan, directory)
        store.open(old)
        yield store


def manifest_of(plan: Plan, points_sha256: str) -> dict[str, Any]:
    """Everything about the experiment but its numbers, as plain data."""
    study, experiment = plan.study, plan.study.experiment
    return {
        **stamped(),
        "kind": KIND,
        "format": FORMAT,
        "experiment": experiment.name,
        "title": experiment.title,
        "experiment_sha256": checksum(study.text.encode()),
        "experiment_text": study.text,
        "points": plan.points,
        "policies": list(plan.policies),
        "seeds": experiment.replicates,
        "seed_base": experiment.seed_base,
        "rows": plan.rows,
        "parts": plan.parts,
        "part_rows": plan.part_rows,
        "record": experiment.record,
        "columns": list(plan.columns),
        "series": list(plan.series),
        "points_sha256": points_sha256,
        "contents": study.contents(),
        "configuration": {
            "scenarios": [plain(scenario) for scenario in study.scenarios],
            "policies": [plain(policy) for policy in study.policies],
            **({"posterior": plain(study.posterior)} if study.posterior is not None else {}),
        },
    }


def _done(directory: Path) -> Mapping[str, str]:
    """Checksums of a complete experiment, or none."""
    try:
        found = json.loads((directory / DONE).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
