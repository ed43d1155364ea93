"""The model's side of a hindcast: histories of the world of a year, and the chances of disputes read off them.

Whether a dispute began between two states in a year is a yes or a no, and disputes are rare, so that shares of
histories need thousands of them. Much more is written in each history: the probability with which every challenger
chose, quarter by quarter, to go on to provocation. Its sum over the quarters of a year in which no dispute had yet
begun has the same mean over histories as the yes or no, and a fraction of its variance (Rao 1945; Blackwell 1947).

Start years that are finished are kept beside the results until all are: an interrupted hindcast resumes from them.
"""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.hindcast.settings import HindcastSettings, policy_of
from greatpowers.historical.build_world import build_scenario
from greatpowers.historical.derived_tables import country_numbers
from greatpowers.historical.dyads import relevant
from greatpowers.historical.published.records import Records
from greatpowers.scenario.library import text_in
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.history import History
from greatpowers.simulation.run import simulate_prepared
from greatpowers.simulation.setup import prepare
from greatpowers.storage.files import OURS, checked_path, disk_faults, sweep, write_whole
from greatpowers.storage.manifest import digest, fingerprint, fingerprint_of, scenario_text, written_within
from greatpowers.validation.disputes import QUIET_ROUNDS, DisputeReading, last_over, militarized, read
from greatpowers.validation.observed import ROUNDS_PER_YEAR, SETTLING_IN, Flags, MeasuredHistory

UP = Trace.PROBABILITY_ + OPTIONS.index("up")


def yearly_chances(history: History, reading: DisputeReading) -> Floats:
    """The chance of a new dispute of each pair that shares a theatre, by measured year: [P, years].

    That one begins in some quarter is the sum, over the quarters, of the chance that it begins there and none did
    before in the year; each quarter's chance is that of the choices made in it, given all that had happened.
    """
    seen = reading.seen
    hazard = _by_year(seen, quarterly_chances(history, reading))
    began = _by_year(seen, beginnings(reading).astype(np.float64))
    none_yet = np.cumsum(began, axis=2) - began == 0
    chance: Floats = (hazard * none_yet).sum(axis=2)
    return chance


def yearly_beginnings(reading: DisputeReading) -> Flags:
    """Whether a dispute began between each pair that shares a theatre, by measured year: [P, years]."""
    began: Flags = _by_year(reading.seen, beginnings(reading).astype(np.float64)).sum(axis=2) > 0
    return began


def beginnings(reading: DisputeReading) -> Flags:
    """Where and when disputes of the measured years began: [P, R]."""
    began = np.zeros((len(reading.seen.dyads), reading.seen.rounds), dtype=np.bool_)
    began[reading.disputes.dyad, reading.disputes.begin] = True
    return began


def quarterly_chances(history: History, reading: DisputeReading) -> Floats:
    """The chance that a dispute of each pair begins, by round: [P, R].

    1 - Π (1 - p) over the theatres between the two whose challenger is free to go from interference to provocation,
    after half a year without militarized action: what goes on, or stirs again, is no new dispute.
    """
    seen = reading.seen
    up = np.where(may_provoke(seen), history.track.traces[:, :, UP], 0.0)
    none = np.ones((len(seen.dyads), seen.rounds))
    np.multiply.at(none, seen.dyad_of_theatre, 1 - up.T)
    return np.where(_after_quiet(reading), 1 - none, 0.0)


def may_provoke(seen: MeasuredHistory) -> Flags:
    """Where and when a challenger stands at interference, neither at war nor standing down, as a round begins: [R, T].

    Round 0 is left out: what stood before it is not in the record of a history.
    """
    rung, war = seen.theatre(TheatreColumn.RUNG), seen.theatre(TheatreColumn.WAR)
    mask = np.zeros(rung.shape, dtype=np.bool_)
    mask[1:] = (rung[:-1] == Rung.INTERFERENCE) & (war[:-1] == 0) & ~_standing_down(seen)[:-1]
    return mask


def _standing_down(seen: MeasuredHistory) -> Flags:
    """Where a challenger is to withdraw step by step when a round ends: settled, and not yet at peace again: [R, T]."""
    now = np.arange(seen.rounds)[:, None]
    peace = np.where(seen.theatre(TheatreColumn.RUNG) == Rung.PEACE, now, -1)
    return last_over(seen) > np.maximum.accumulate(peace, axis=0)


def _after_quiet(reading: DisputeReading) -> Flags:
    """Whether a pair's last rounds were quiet for as long as parts two disputes: [P, R]."""
    seen = reading.seen
    acts = np.zeros((len(seen.dyads), seen.rounds), dtype=np.bool_)
    np.logical_or.at(acts, seen.dyad_of_theatre, militarized(seen, reading.wars).T)
    quiet = np.ones_like(acts)
    for back in range(1, QUIET_ROUNDS + 1):
        quiet[:, back:] &= ~acts[:, :-back]
    return quiet


def _by_year(seen: MeasuredHistory, table: Floats) -> Floats:
    """Rounds [P, R] of the measured years as [P, years, 4]."""
    measured = table[:, seen.first : seen.last]
    return measured.reshape(len(seen.dyads), seen.years, ROUNDS_PER_YEAR)


EVERY_DYAD = False
"""Whether pairs without a ground for a contest have a theatre too."""


class PlayedYear(NamedTuple):
    """What the histories of a start year say of its P politically relevant pairs, in order of country numbers.

    `halves` [2, P, ahead]: sum of the chances that a dispute begins, by lead, over every other history, from the first
    and from the second on; `begun` [P, ahead]: histories in which one did begin; `salience`
    [P]: the higher of the pair's theatres, NaN without any; `doctrines` [P]: those of the two.
    """

    year: int
    runs: int
    pairs: Ints  # [P, 2] country numbers, the lower first
    halves: Floats
    begun: Ints
    salience: Floats
    doctrines: Sequence[str]

    @property
    def chance(self) -> Floats:
        """Mean chance over all histories: [P, ahead]."""
        mean: Floats = self.halves.sum(axis=0) / self.runs
        return mean


def world_of(records: Records, year: int, ahead: int) -> Scenario:
    """The world of a start year, for as many rounds as a hindcast plays."""
    rounds = SETTLING_IN + ahead * ROUNDS_PER_YEAR
    return build_scenario(records, year, rounds=rounds, every_dyad=EVERY_DYAD)


def play_start(
    records: Records,
    scenario: Scenario,
    year: int,
    settings: HindcastSettings,
    workers: int | None = None,
    progress: Progress | None = None,
) -> PlayedYear:
    """Play the histories of a start year; the same whatever the number of workers."""
    codes = _codes(scenario)
    pairs = relevant(records, year, codes)
    chances = np.zeros((settings.runs, len(pairs) + 1, settings.ahead))  # the last row: pairs that nobody asks for
    begun = np.zeros(chances.shape, dtype=np.bool_)
    setup = prepare(scenario, policy_of(year), None, settings.parameters)

    def work(run: int) -> None:
        history = simulate_prepared(setup, settings.seed + run)
        reading = read(history, SETTLING_IN)
        rows = _rows(reading.seen.dyads, codes, pairs)
        chances[run, rows], begun[run, rows] = yearly_chances(history, reading), yearly_beginnings(reading)

    run_jobs(settings.runs, work, workers, progress)
    return PlayedYear(
        year=year,
        runs=settings.runs,
        pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        halves=np.stack([chances[half::2, :-1].sum(axis=0) for half in (0, 1)]),
        begun=begun[:, :-1].sum(axis=0).astype(np.int64),
        salience=_salience(scenario, pairs),
        doctrines=_doctrines(scenario, pairs),
    )


def _codes(scenario: Scenario) -> list[int]:
    """Country numbers of the states of a built scenario, in its order."""
    known = country_numbers()
    return [known[state.id] for state in scenario.states]


def _rows(dyads: Ints, codes: list[int], pairs: list[tuple[int, int]]) -> Ints:
    """Where in `pairs` the pairs of a history's states are, and its length for others: [P of the history]."""
    place = {pair: row for row, pair in enumerate(pairs)}
    ends = np.sort(np.array(codes, dtype=np.int64)[dyads], axis=1).tolist()
    return np.array([place.get((one, other), len(pairs)) for one, other in ends], dtype=np.int64)


def _salience(scenario: Scenario, pairs: list[tuple[int, int]]) -> Floats:
    code = dict(zip((state.id for state in scenario.states), _codes(scenario), strict=True))
    highest: dict[tuple[int, int], float] = {}
    for theatre in scenario.theatres:
        low, high = sorted((code[theatre.challenger], code[theatre.host]))
        highest[low, high] = max(theatre.salience, highest.get((low, high), 0.0))
    return np.array([highest.get(pair, np.nan) for pair in pairs])


def _doctrines(scenario: Scenario, pairs: list[tuple[int, int]]) -> list[str]:
    held = {code: state.doctrine for code, state in zip(_codes(scenario), scenario.states, strict=True)}
    return [" + ".join(sorted((held[one], held[other]))) for one, other in pairs]


SOURCES = ("hindcast/**/*", "historical/**/*", "validation/**/*")
"""Text that the numbers of a start year rest on, besides the core."""


class Kept:
    """A directory of finished start years, one file each, named after the year and everything its numbers rest on.

    `years` are those that were found or kept so far.
    """

    def __init__(self, directory: Path) -> None:
        self.directory, self.years = directory, set[int]()

    @classmethod
    def beside(cls, results: Path) -> "Kept":
        """The place for results that will stand in a directory: a hidden one beside it, or in it if it must stay."""
        target = checked_path(results).resolve()
        within = written_within(target, "hindcast")
        return cls(target / f"{OURS}unfinished" if within else target.parent / f".{target.name}.unfinished")

    def load(self, scenario: Scenario, year: int, settings: HindcastSettings) -> PlayedYear | None:
        """What was kept of a start year under exactly these settings, if anything."""
        try:
            record = json.loads(text_in(self._file(scenario, year, settings)))
        except (OSError, ValueError):
            return None
        self.years.add(year)
        return _played(record)

    def save(self, played: PlayedYear, scenario: Scenario, settings: HindcastSettings) -> None:
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

    def _file(self, scenario: Scenario, year: int, settings: HindcastSettings) -> Path:
        texts = {
            "scenario": scenario_text(scenario, ()),
            "policy": policy_of(year),
            "settings": json.dumps([settings.ahead, settings.runs, settings.seed, settings.plain()["parameters"]]),
            "rules": f"{fingerprint()} {fingerprint_of(*SOURCES)}",
        }
        return self.directory / f"{year}-{digest(texts)[:16]}.json"


def _plain(played: PlayedYear) -> dict[str, Any]:
    return {name: part.tolist() if isinstance(part, np.ndarray) else part for name, part in played._asdict().items()}


def _played(record: dict[str, Any]) -> PlayedYear:
    whole = {name: np.array(record[name], dtype=np.int64) for name in ("pairs", "begun")}
    real = {name: np.array(record[name], dtype=np.float64) for name in ("halves", "salience")}
    return PlayedYear(**{**record, **whole, **real})
