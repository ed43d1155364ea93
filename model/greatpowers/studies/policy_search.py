"""Searching for policies that hold up in many worlds: generation by generation, judged anew at the end.

What is worked out is kept in a directory: started or resumed, one generation at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import check_is_file
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.simulation.ensemble import Progress
from greatpowers.storage.checkpoint import REMEDY, parquet_bytes, resumed
from greatpowers.storage.files import checked_path, checksum_of_data, write_whole
from greatpowers.storage.manifest import FORMAT, plain, stamped
from greatpowers.studies.search_algorithm import Searcher, robust, spread_out, undominated
from greatpowers.studies.search_settings import FRESH, PolicyTrials, SearchSettings, Space

KIND = "search"
GENERATIONS = "generations"
SETTINGS = "settings.toml"


class SearchStore:
    """What a search has worked out so far, in a directory; raises :class:`GreatPowersError` if that is too much."""

    def __init__(self, settings: SearchSettings, directory: Path) -> None:
        self.settings, self.directory = settings, directory
        if not (directory / SETTINGS).is_file():
            write_whole(directory / SETTINGS, settings.text())
        (directory / GENERATIONS).mkdir(exist_ok=True)
        done, asked = len(list((directory / GENERATIONS).glob("[0-9]*.parquet"))), settings.generations
        if done > asked:
            text = f"it has {done} generations already, and {asked} were asked for; ask for {done} or more"
            raise GreatPowersError(f"{directory}: cannot continue this search: {text}. {REMEDY}")

    def _file(self, name: str) -> Path:
        return self.directory / GENERATIONS / f"{name}.parquet"

    def read(self, name: str, space: Space) -> tuple[Floats, Floats] | None:
        """Levers [n, levers] and values [n, worlds, objectives] of a file; None if it is not there or not sound."""
        objectives = list(self.settings.objectives)
        try:
            check_is_file(self._file(name))
            frame = pd.read_parquet(self._file(name))
            count = int(frame["candidate"].max()) + 1
            values = frame[objectives].to_numpy(dtype=np.float64).reshape(count, -1, len(objectives))
            levers = frame[[f"lever_{name}" for name in space.names]].to_numpy(dtype=np.float64)
            return levers.reshape(count, -1, len(space.names))[:, 0], values
        except (OSError, ValueError, KeyError):
            return None

    def write(self, name: str, levers: Floats, names: Sequence[str], values: Floats) -> None:
        """Write levers and values, a row a candidate and world."""
        count, worlds, _ = values.shape
        keys = {"candidate": np.repeat(np.arange(count), worlds), "world": np.tile(np.arange(worlds), count)}
        moved = {f"lever_{name}": np.repeat(levers[:, k], worlds) for k, name in enumerate(names)}
        objectives = {name: values[..., k].reshape(-1) for k, name in enumerate(self.settings.objectives)}
        write_whole(self._file(name), parquet_bytes(pd.DataFrame({**keys, **moved, **objectives})))


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
        "contents": {name: checksum_of_data(content) for name, content in held.items()},
    }


PRESETS, FRESH_FILE = "presets", "fresh"


@dataclass(frozen=True, eq=False)
class SearchResult:
    """Everything a search worked out, as losses: less is better in every objective.

    `tried` [n, levers] and `values` [n, worlds, objectives] are all distinct candidates on the worlds of the search,
    `born` [n] their generation; `presets` [p, worlds, objectives] the presets there. `policies` are the final set;
    `rivals` the presets, as they ship and everywhere alike; `judged` [policies + rivals, worlds, objectives] both on
    fresh worlds and seeds.
    """

    settings: SearchSettings
    tried: Floats
    values: Floats
    born: Ints
    presets: Floats
    chosen: Ints
    policies: tuple[PolicyPreset, ...]
    rivals: tuple[PolicyPreset, ...]
    judged: Floats

    @property
    def searched(self) -> Floats:
        """Losses of all candidates by the rule of the search, on its worlds: shape [n, objectives]."""
        return robust(self.values, self.settings.rules, self.presets)

    def fresh(self, worlds: Ints | None = None) -> Floats:
        """Losses of policies and rivals by the rule, on fresh worlds or some of them: [all, objectives]."""
        judged = self.judged if worlds is None else self.judged[:, worlds]
        first = len(self.policies)
        return robust(judged, self.settings.rules, judged[first : first + len(self.presets)])


def search_policies(
    settings: SearchSettings, directory: str | Path, workers: int | None = None, progress: Progress | None = None
) -> SearchResult:
    """Search, or go on with a search, in a directory; raises :class:`GreatPowersError` on what cannot be run.

    Killed at any moment, the same call resumes after the last whole generation and ends with the same numbers; with
    more generations it resumes from where it had ended. `progress` is called with (histories done, in all).
    """
    place = checked_path(directory)
    with resumed(place, manifest_of(settings)):
        run = _Run(settings, SearchStore(settings, place), workers, progress)
        run.generations()
        return run.judge()


class _Run:
    """One run of a search: counts histories, and reads from disk what was worked out before."""

    def __init__(
        self, settings: SearchSettings, store: SearchStore, workers: int | None, progress: Progress | None
    ) -> None:
        self.settings, self.store = settings, store
        self._workers, self._progress = workers, progress
        self.space = settings.space
        self.rivals = [*settings.presets, *_everywhere_alike(settings)]
        self.bench = _bench(settings, settings.worlds, settings.seeds, fresh=False)
        self._done = 0
        self._total = self.bench.runs(len(settings.presets) + settings.generations * settings.population)
        self._total += self.bench.runs(settings.population + len(self.rivals)) * FRESH**2
        self.presets = self._values(PRESETS, self._points(settings.presets), settings.presets, self.bench)
        self.points: list[Floats] = []
        self.values: list[Floats] = []

    def generations(self) -> None:
        """Play every generation, or read it."""
        settings, space = self.settings, self.space
        start = np.unique(self._points(settings.presets), axis=0)
        sizes = len(settings.objectives), settings.population
        searcher = Searcher(space.low, space.high, *sizes, settings.seed, start)
        for number in range(settings.generations):
            points = space.rounded(searcher.ask())
            policies = [space.policy(at, f"g{number:03d}-{k:03d}", settings.base) for k, at in enumerate(points)]
            values = self._values(f"{number:04d}", points, policies, self.bench, number)
            searcher.tell(robust(values, settings.rules, self.presets))
            self.points.append(points)
            self.values.append(values)

    def judge(self) -> SearchResult:
        """Take what is on the front, thinned out, and judge it on fresh worlds and seeds beside the presets."""
        settings = self.settings
        points, values = np.concatenate(self.points), np.concatenate(self.values)
        born = np.repeat(np.arange(len(self.points)), [len(part) for part in self.points])
        _, first = np.unique(points, axis=0, return_index=True)
        first.sort()
        points, values, born = points[first], values[first], born[first]
        losses = robust(values, settings.rules, self.presets)
        front = np.flatnonzero(undominated(losses))
        chosen = front[spread_out(losses[front], settings.population)]
        chosen = chosen[np.argsort(losses[chosen, 0], kind="stable")]
        policies = [
            self.space.policy(points[k], f"found-{n:02d}", settings.base) for n, k in enumerate(chosen, start=1)
        ]
        fresh = _bench(settings, FRESH * settings.worlds, FRESH * settings.seeds, fresh=True)
        given = np.concatenate([points[chosen], self._points(self.rivals)])
        judged = self._values(FRESH_FILE, given, [*policies, *self.rivals], fresh)
        self._report(self._total)
        return SearchResult(
            settings, points, values, born, self.presets,
            chosen, tuple(policies), tuple(self.rivals), judged,
        )  # fmt: skip

    def _points(self, policies: Sequence[PolicyPreset]) -> Floats:
        return np.array([self.space.point(policy) for policy in policies])

    def _values(
        self, name: str, points: Floats, policies: list[PolicyPreset], bench: PolicyTrials, number: int | None = None
    ) -> Floats:
        """Losses [policies, worlds, objectives] from a file, if it is of these points, else played and written.

        Generations (of which this is the `number`) follow from each other, so that one that differs is not replaced.
        """
        stored, before = self.store.read(name, self.space), self._done
        self._done += bench.runs(len(policies))
        if stored is not None and np.array_equal(stored[0], points):
            self._report(self._done)
            return stored[1]
        if stored is not None and number is not None:
            text = f"generation {number} would ask for other candidates now, so a library must have changed"
            raise GreatPowersError(f"{self.store.directory}: cannot go on: {text}; begin anew with another --out.")
        told = None if self._progress is None else lambda done, _: self._report(before + done)
        values = bench.play(policies, self._workers, told) * self.settings.signs
        self.store.write(name, points, self.space.names, values)
        return values

    def _report(self, done: int) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total)


def _bench(settings: SearchSettings, worlds: int, seeds: int, fresh: bool) -> PolicyTrials:
    """The worlds and seeds of the search, or as many others as they say: none is in both."""
    first = settings.seeds if fresh else 0
    return PolicyTrials(
        settings.scenario, settings.length, worlds, 2 * settings.seed + fresh, range(first, first + seeds),
        settings.objectives, settings.uncertainties,
    )  # fmt: skip


def _everywhere_alike(settings: SearchSettings) -> list[PolicyPreset]:
    """The presets with their searched levers the same in every theatre, as candidates have them."""
    space = settings.space
    return [space.policy(space.point(p), f"{p.name}-everywhere", settings.base) for p in settings.presets]
