"""What a policy search has worked out, in its directory: begun or gone on with, one generation at a time."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.checkpoint import REMEDY, agree, checkpoint
from greatpowers.storage.configuration import plain
from greatpowers.storage.files import checksum, write_whole
from greatpowers.storage.manifest import FORMAT
from greatpowers.storage.provenance import stamped
from greatpowers.storage.tables import parquet_bytes
from greatpowers.studies.search_settings import SearchSettings, Space

KIND = "search"
GENERATIONS = "generations"
SETTINGS = "settings.toml"


class SearchStore:
    """What a search has worked out so far, in a directory."""

    def __init__(self, settings: SearchSettings, directory: Path) -> None:
        self.settings, self.directory = settings, directory

    def open(self, old: Mapping[str, Any] | None) -> None:
        """Begin, or check that it is the same search; raises :class:`GreatPowersError` if it is another one."""
        agree(self.directory, old, manifest_of(self.settings))
        if not (self.directory / SETTINGS).is_file():
            write_whole(self.directory / SETTINGS, self.settings.text())
        (self.directory / GENERATIONS).mkdir(exist_ok=True)
        done = len(list((self.directory / GENERATIONS).glob("[0-9]*.parquet")))
        if done > self.settings.generations:
            asked = self.settings.generations
            text = f"it has {done} generations already, and {asked} were asked for; ask for {done} or more"
            raise GreatPowersError(f"{self.directory}: cannot go on with this search: {text}. {REMEDY}")

    def generation(self, number: int) -> Path:
        """The file of a generation."""
        return self.played(f"{number:04d}")

    def played(self, name: str) -> Path:
        """The file of what else was played, apart from the tables of the answer."""
        return self.directory / GENERATIONS / f"{name}.parquet"

    def read(self, path: Path, space: Space) -> tuple[Floats, Floats] | None:
        """Levers [n, levers] and values [n, worlds, objectives] of a file; None if it is not there or not sound."""
        objectives = list(self.settings.objectives)
        try:
            frame = pd.read_parquet(path)
            count = int(frame["candidate"].max()) + 1
            values = frame[objectives].to_numpy(dtype=np.float64).reshape(count, -1, len(objectives))
            levers = frame[[f"lever_{name}" for name in space.names]].to_numpy(dtype=np.float64)
            return levers.reshape(count, -1, len(space.names))[:, 0], values
        except (OSError, ValueError, KeyError):
            return None

    def write(self, path: Path, levers: Floats, names: Sequence[str], values: Floats) -> None:
        """Write levers and values, a row a candidate and world."""
        count, worlds, _ = values.shape
        keys = {"candidate": np.repeat(np.arange(count), worlds), "world": np.tile(np.arange(worlds), count)}
        moved = {f"lever_{name}": np.repeat(levers[:, k], worlds) for k, name in enumerate(names)}
        found = {name: values[..., k].reshape(-1) for k, name in enumerate(self.settings.objectives)}
        table = pd.DataFrame({**keys, **moved, **found})
        write_whole(path, parquet_bytes(table))


@contextlib.contextmanager
def open_search(settings: SearchSettings, directory: Path) -> Iterator[SearchStore]:
    """The state of a search in a directory that no other process works on meanwhile."""
    with checkpoint(directory, KIND) as old:
        store = SearchStore(settings, directory)
        store.open(old)
        yield store


def manifest_of(settings: SearchSettings) -> dict[str, Any]:
    """Everything about a search but its numbers, as plain data."""
    held = {f"scenario '{settings.scenario.name}'": plain(settings.scenario)}
    held |= {f"policy '{policy.name}'": plain(policy) for policy in [settings.base, *settings.presets]}
    return {
        **stamped(),
        "kind": KIND,
        "format": FORMAT,
        "scenario": settings.scenario.name,
        "experiment_text": settings.text(),
        "contents": {name: _digest(content) for name, content in held.items()},
    }


def _digest(content: Mapping[str, Any]) -> str:
    return checksum(json.dumps(content, sort_keys=True).encode())
