"""The directory of a policy search: begun or gone on with, one generation at a time."""

import contextlib
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.experiments.locks import check_kind, only_process
from greatpowers.experiments.manifest import FORMAT, difference, manifest_bytes, stamped
from greatpowers.experiments.storage import disk_faults, sweep, sync_directory, write_whole
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.configuration import plain
from greatpowers.storage.directories import MANIFEST, read_manifest
from greatpowers.studies.search.space import Space
from greatpowers.studies.search_settings import SearchSettings

KIND = "search"
GENERATIONS = "generations"
SETTINGS = "settings.toml"
_REMEDY = "Give another directory with --out, or go back to what it was begun with; nothing was changed."


class SearchStore:
    """What a search has worked out so far, in a directory."""

    def __init__(self, settings: SearchSettings, directory: Path) -> None:
        self.settings, self.directory = settings, directory

    def open(self) -> None:
        """Begin, or check that it is the same search; raises :class:`GreatPowersError` if it is another one."""
        sweep(self.directory)
        old, new = read_manifest(self.directory), manifest_of(self.settings)
        if old is None:
            write_whole(self.directory / SETTINGS, self.settings.text().encode())
            write_whole(self.directory / MANIFEST, manifest_bytes(new))
        elif text := difference(old, new):
            raise GreatPowersError(f"{self.directory}: cannot go on with this search: {text}. {_REMEDY}")
        place = self.directory / GENERATIONS
        place.mkdir(exist_ok=True)
        sync_directory(self.directory)
        sweep(place)
        done = len(list(place.glob("*.parquet")))
        if done > self.settings.generations:
            asked = self.settings.generations
            text = f"it has {done} generations already, and {asked} were asked for; ask for {done} or more"
            raise GreatPowersError(f"{self.directory}: cannot go on with this search: {text}. {_REMEDY}")

    def generation(self, number: int) -> Path:
        """The file of a generation."""
        return self.directory / GENERATIONS / f"{number:04d}.parquet"

    def read(self, path: Path, space: Space | None) -> tuple[Floats, Floats] | None:
        """Levers [n, levers] and values [n, worlds, objectives] of a file; None if it is not there or not sound."""
        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError):
            return None
        count = int(frame["candidate"].max()) + 1
        objectives = list(self.settings.objectives)
        values = frame[objectives].to_numpy(dtype=np.float64).reshape(count, -1, len(objectives))
        if space is None:
            return np.empty((count, 0)), values
        levers = frame[[f"lever_{name}" for name in space.names]].to_numpy(dtype=np.float64)
        return levers.reshape(count, -1, len(space.names))[:, 0], values

    def write(self, path: Path, levers: Floats, names: Sequence[str], values: Floats) -> None:
        """Write levers and values, a row a candidate and world."""
        count, worlds, _ = values.shape
        keys = {"candidate": np.repeat(np.arange(count), worlds), "world": np.tile(np.arange(worlds), count)}
        moved = {f"lever_{name}": np.repeat(levers[:, k], worlds) for k, name in enumerate(names)}
        found = {name: values[..., k].reshape(-1) for k, name in enumerate(self.settings.objectives)}
        sink = io.BytesIO()
        pd.DataFrame({**keys, **moved, **found}).to_parquet(sink, index=False)
        write_whole(path, sink.getvalue())


@contextlib.contextmanager
def open_search(settings: SearchSettings, directory: Path) -> Iterator[SearchStore]:
    """The state of a search in a directory that no other process works on meanwhile."""
    check_place(directory)
    with disk_faults(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with only_process(directory):
            store = SearchStore(settings, directory)
            store.open()
            yield store


def check_place(directory: Path) -> None:
    """Raise :class:`GreatPowersError` if a directory holds anything but a search; look only."""
    check_kind(directory, KIND, SETTINGS)


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
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
