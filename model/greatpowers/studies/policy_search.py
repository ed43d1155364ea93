"""Searching for policies that hold up in many worlds: generation by generation, judged anew at the end.

Every candidate meets the same luck in the same worlds, so that differences between candidates are differences of
policy. What a search finds is the best of many noisy estimates; the final set is therefore judged again on seeds and
worlds that no candidate has met, and only that is reported  (winner's curse: Thaler 1988).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.simulation.parallel import Progress
from greatpowers.studies.policy_trials import Bench
from greatpowers.studies.search_algorithm import Searcher, robust, spread_out, undominated
from greatpowers.studies.search_settings import FRESH, SearchSettings
from greatpowers.studies.search_store import SearchStore, open_search

PRESETS, FRESH_FILE = "presets", "fresh"


@dataclass(frozen=True, eq=False)
class Found:
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
) -> Found:
    """Search, or go on with a search, in a directory; raises :class:`GreatPowersError` on what cannot be run.

    Killed at any moment, the same call goes on after the last whole generation and ends with the same numbers; with
    more generations it goes on from where it had ended. `progress` is told (histories done, in all).
    """
    with open_search(settings, Path(directory).expanduser()) as store:
        run = _Run(settings, store, workers, progress)
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
        self.presets = self._values(store.played(PRESETS), settings.presets, self.bench)
        self.points: list[Floats] = []
        self.values: list[Floats] = []

    def generations(self) -> None:
        """Play every generation, or read it."""
        settings, space = self.settings, self.space
        start = np.array([space.point(policy) for policy in settings.presets])
        searcher = Searcher(
            space.low,
            space.high,
            len(settings.objectives),
            settings.population,
            settings.seed,
            np.unique(start, axis=0),
        )
        for number in range(settings.generations):
            points = space.rounded(searcher.ask())
            values = self._generation(number, points)
            searcher.tell(robust(values, settings.rules, self.presets))
            self.points.append(points)
            self.values.append(values)

    def _generation(self, number: int, points: Floats) -> Floats:
        path = self.store.generation(number)
        kept = self.store.read(path, self.space)
        if kept is not None:
            if kept[0].shape != points.shape or not np.array_equal(kept[0], points):
                text = f"generation {number} would ask for other candidates now, so a library must have changed"
                raise GreatPowersError(f"{self.store.directory}: cannot go on: {text}; begin anew with another --out.")
            self._tell(self.bench.runs(len(points)))
            return kept[1]
        names = [f"g{number:03d}-{k:03d}" for k in range(len(points))]
        policies = [self.space.policy(p, n, self.settings.base) for p, n in zip(points, names, strict=True)]
        values = self._play(self.bench, policies)
        self.store.write(path, points, self.space.names, values)
        return values

    def judge(self) -> Found:
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
        judged = self._values(self.store.played(FRESH_FILE), [*policies, *self.rivals], fresh, points[chosen])
        self._report(self._total)
        return Found(
            settings, points, values, born, self.presets,
            chosen, tuple(policies), tuple(self.rivals), judged,
        )  # fmt: skip

    def _values(self, path: Path, policies: list[PolicyPreset], bench: Bench, points: Floats | None = None) -> Floats:
        """Values of policies from a file, if it is of these policies, else played and written."""
        given = np.array([self.space.point(policy) for policy in policies])
        if points is not None:
            given[: len(points)] = points
        kept = self.store.read(path, self.space)
        if kept is not None and np.array_equal(kept[0], given):
            self._tell(bench.runs(len(policies)))
            return kept[1]
        values = self._play(bench, policies)
        self.store.write(path, given, self.space.names, values)
        return values

    def _play(self, bench: Bench, policies: list[PolicyPreset]) -> Floats:
        """Losses [policies, worlds, objectives]."""
        before = self._done
        told = None if self._progress is None else lambda done, _: self._report(before + done)
        values = bench.play(policies, self._workers, told) * self.settings.signs
        self._done = before + bench.runs(len(policies))
        return values

    def _tell(self, histories: int) -> None:
        self._done += histories
        self._report(self._done)

    def _report(self, done: int) -> None:
        if self._progress is not None:
            self._progress(min(done, self._total), self._total)


def _bench(settings: SearchSettings, worlds: int, seeds: int, fresh: bool) -> Bench:
    """The worlds and seeds of the search, or as many others as they say: none is in both."""
    first = settings.seeds if fresh else 0
    return Bench(
        settings.scenario, settings.length, worlds, 2 * settings.seed + fresh, range(first, first + seeds),
        settings.objectives, settings.uncertainties,
    )  # fmt: skip


def _everywhere_alike(settings: SearchSettings) -> list[PolicyPreset]:
    """The presets with their searched levers the same in every theatre, as candidates have them."""
    space = settings.space
    return [space.policy(space.point(p), f"{p.name}-everywhere", settings.base) for p in settings.presets]
