"""Start years that are finished, kept beside the results until all are: an interrupted hindcast goes on from them."""

import contextlib
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import greatpowers
from greatpowers.hindcast.histories import Played
from greatpowers.hindcast.settings import Settings, policy_of
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.configuration import digest, scenario_text
from greatpowers.storage.files import disk_faults, sweep, write_whole
from greatpowers.storage.provenance import fingerprint

ROOMS = ("hindcast", "historical", "validation")
"""Rooms whose text the numbers of a start year rest on, besides the core."""


class Kept:
    """A directory of finished start years, one file each, named after the year and everything its numbers rest on.

    `years` are those that were found or kept so far.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.years = directory, set[int]()

    @classmethod
    def beside(cls, results: Path) -> "Kept":
        """The place for results that will stand in a directory: a hidden one beside it."""
        target = results.expanduser().resolve()
        return cls(target.parent / f".{target.name}.unfinished")

    def load(self, scenario: Scenario, year: int, settings: Settings) -> Played | None:
        """What was kept of a start year under exactly these settings, if anything."""
        try:
            found = json.loads(self._file(scenario, year, settings).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        self.years.add(year)
        return _played(found)

    def save(self, played: Played, scenario: Scenario, settings: Settings) -> None:
        """Keep a start year, whole or not at all."""
        with disk_faults(self.directory):
            self.directory.mkdir(parents=True, exist_ok=True)
            write_whole(self._file(scenario, played.year, settings), json.dumps(_plain(played)))
        self.years.add(played.year)

    def remove(self) -> None:
        """Forget everything: the results are written."""
        with contextlib.suppress(OSError):
            for file in self.directory.glob("*-*.json"):
                file.unlink()
            sweep(self.directory)
            self.directory.rmdir()

    def _file(self, scenario: Scenario, year: int, settings: Settings) -> Path:
        texts = {
            "scenario": scenario_text(scenario, ()),
            "policy": policy_of(year),
            "settings": json.dumps([settings.ahead, settings.runs, settings.seed, settings.plain()["parameters"]]),
            "rules": f"{fingerprint()} {text_of_the_rooms()}",
        }
        return self.directory / f"{year}-{digest(texts)[:16]}.json"


@cache
def text_of_the_rooms() -> str:
    """Hash of the modules that read histories and the record, as :func:`fingerprint` is of the engine."""
    found, package = hashlib.sha256(), Path(greatpowers.__file__).parent
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _plain(played: Played) -> dict[str, Any]:
    return {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in played._asdict().items()}


def _played(found: dict[str, Any]) -> Played:
    whole = {name: np.array(found[name], dtype=np.int64) for name in ("pairs", "begun")}
    real = {name: np.array(found[name], dtype=np.float64) for name in ("halves", "salience")}
    return Played(**{**found, **whole, **real})
