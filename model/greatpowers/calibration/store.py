"""The directory of a calibration: begun or gone on with; every stage is written down before the next one begins."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from greatpowers.calibration.ledger import Ledger
from greatpowers.calibration.problem import Problem
from greatpowers.calibration.settings import Settings
from greatpowers.experiments.locks import check_kind, only_process
from greatpowers.experiments.manifest import FORMAT, difference, manifest_bytes, stamped
from greatpowers.experiments.storage import disk_faults, sweep, write_whole
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.directories import MANIFEST, read_manifest

KIND = "calibration"
STAGES = "stages"
_REMEDY = "Give another directory with --out, or go back to what it was begun with; nothing was changed."


class Store:
    """What a calibration has worked out so far, in a directory."""

    def __init__(self, settings: Settings, problem: Problem, directory: Path) -> None:
        self.settings, self.problem, self.directory = settings, problem, directory
        self.ledger = Ledger(directory, stages_of(settings))

    def open(self) -> None:
        """Begin, or check that it is the same calibration; raises :class:`GreatPowersError` if it is another one."""
        sweep(self.directory)
        old, new = read_manifest(self.directory), manifest_of(self.settings, self.problem)
        if old is None:
            write_whole(self.directory / MANIFEST, manifest_bytes(new))
        elif text := _changed(old, new):
            raise GreatPowersError(f"{self.directory}: cannot go on with this calibration: {text}. {_REMEDY}")
        (self.directory / STAGES).mkdir(exist_ok=True)
        sweep(self.directory / STAGES)
        self.ledger.open()

    def read(self, stage: str) -> dict[str, Any] | None:
        """What was worked out for a stage, or None."""
        try:
            found = json.loads(self._path(stage).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write(self, stage: str, content: Mapping[str, Any]) -> None:
        """Keep what was worked out for a stage."""
        write_whole(self._path(stage), (json.dumps(content, allow_nan=False) + "\n").encode())

    def _path(self, stage: str) -> Path:
        return self.directory / STAGES / f"{stage}.json"


def stages_of(settings: Settings) -> list[str]:
    """Names of the stages, in order."""
    return [*(wave(number) for number in range(settings.waves)), "draws", "centre"]


def wave(number: int) -> str:
    """Name of a wave, counted from 0."""
    return f"wave-{number + 1}"


@contextlib.contextmanager
def open_calibration(settings: Settings, problem: Problem, directory: Path) -> Iterator[Store]:
    """The state of a calibration in a directory that no other process works on meanwhile."""
    check_place(directory)
    with disk_faults(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with only_process(directory):
            store = Store(settings, problem, directory)
            store.open()
            yield store


def check_place(directory: Path) -> None:
    """Raise :class:`GreatPowersError` if a directory holds anything but a calibration; look only."""
    check_kind(directory, KIND)


def manifest_of(settings: Settings, problem: Problem) -> dict[str, Any]:
    """Everything about a calibration but its numbers, as plain data."""
    found = stamped()
    found["environment"] |= {"scikit-learn": version_of_learner()}
    return {
        **found,
        "kind": KIND,
        "format": FORMAT,
        "experiment_text": settings.text(),
        "contents": dict(problem.contents),
    }


def version_of_learner() -> str:
    """Version of scikit-learn, on which emulators depend; empty if it is not installed."""
    try:
        return version("scikit-learn")
    except PackageNotFoundError:
        return ""


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """What differs from how the directory was begun, as the end of a sentence; empty if nothing does."""
    before, now = (found.get("environment", {}).get("scikit-learn") for found in (old, new))
    if before != now:
        return f"it was begun with scikit-learn {before}, and this is scikit-learn {now}"
    return difference(old, new)
