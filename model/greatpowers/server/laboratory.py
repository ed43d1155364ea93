"""What the requests of a server share: worlds made ready for pages, answers to questions, and what files are made of.

Pages play for themselves; here histories are played only for files to take along.
"""

import asyncio
import gzip
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from greatpowers.scenario.schema import Scenario
from greatpowers.server.page import served_world
from greatpowers.server.payload import RUNS
from greatpowers.server.state import APART, OF_WORLDS, LabState
from greatpowers.server.worlds import against_object, policy_object, scenario_object
from greatpowers.simulation.comparison import Comparison, compare
from greatpowers.simulation.history import History
from greatpowers.simulation.run import simulate
from greatpowers.studies.question import AnswerData, answers, key_of, policies_asked, policies_of

if TYPE_CHECKING:
    from greatpowers.studies.brief import Brief

MOST_WORLDS, MOST_HISTORIES, MOST_COMPARISONS, MOST_ANSWERS = 16, 2, 1, 16
"""What is kept of each: what files are taken of can have tens of megabytes."""

log = logging.getLogger(__name__)

Made = TypeVar("Made")


class LastMade(Generic[Made]):
    """What was made last of what was asked, each once; one at a time, so that work does not pile up."""

    def __init__(self, most: int, make: Callable[..., Made]) -> None:
        self._most, self._make = most, make
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, *asked: BaseModel | str | int) -> Made:
        """What is made of a state or the like; raises :class:`GreatPowersError` if nothing can be."""
        key = "\n".join(one.model_dump_json() if isinstance(one, BaseModel) else str(one) for one in asked)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._make(*asked)
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return self._kept[key]


class Laboratory:
    """All of it; methods are for threads, but for :attr:`answers`."""

    def __init__(self) -> None:
        self._worlds = LastMade(MOST_WORLDS, _packed_world)
        self._histories = LastMade(MOST_HISTORIES, _history)
        self._comparisons = LastMade(MOST_COMPARISONS, _comparison)
        self._briefs = LastMade(MOST_COMPARISONS, _brief)
        self.answers = Answers()

    def world(self, state: LabState) -> bytes:
        """What a page takes of the world of a state: JSON, compressed by gzip."""
        return self._worlds.of(LabState().changed(**{name: getattr(state, name) for name in OF_WORLDS}))

    def history(self, state: LabState) -> History:
        """The history of a state, with everything recorded."""
        return self._histories.of(state.changed(**APART))

    def comparison(self, state: LabState) -> Comparison:
        """Both policies of a state on the seeds that its page plays."""
        return self._comparisons.of(state.changed(**APART))

    def brief(self, state: LabState, place: str) -> "Brief":
        """What a brief says of both policies of a state, over one place."""
        return self._briefs.of(state.changed(**APART, seed=0), place)


def _packed_world(state: LabState) -> bytes:
    return gzip.compress(json.dumps(served_world(state), separators=(",", ":"), allow_nan=False).encode(), 6)


def _history(state: LabState) -> History:
    return simulate(scenario_object(state), policy_object(state), state.seed, state.rounds)


def _comparison(state: LabState) -> Comparison:
    policies = [against_object(state), policy_object(state)]
    return compare(scenario_object(state), policies, RUNS, state.rounds, workers=1)


def _brief(state: LabState, place: str) -> "Brief":
    from greatpowers.studies.brief import brief

    policies = policy_object(state), against_object(state)
    return brief(scenario_object(state), place, *policies, RUNS, state.rounds, workers=1)


LOOK_SECONDS = 0.1


class Answers:
    """Answers of a process, each played once, one after the other."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, AnswerData] = OrderedDict()
        self._played: set[str] = set()
        self._lock, self._turn = threading.Lock(), threading.Lock()

    async def of(self, scenario: Scenario) -> AsyncIterator[AnswerData | None]:
        """What is known of the answer, at once and when there is more; None where the scenario asks nothing."""
        pair = policies_asked(scenario)
        if pair is None:
            yield None
            return
        key = await asyncio.to_thread(key_of, scenario, policies_of(scenario, pair))
        self._begin(key, scenario, pair)
        told = None
        while True:
            being_played, known = key in self._played, self._kept.get(key)  # in this order: an answer comes before
            if known is not None and known is not told:
                yield (told := known)
            if not being_played:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _begin(self, key: str, scenario: Scenario, pair: tuple[str, str]) -> None:
        with self._lock:
            known = self._kept.get(key)
            if key in self._played or (known is not None and known["last"]):
                return
            self._played.add(key)
        threading.Thread(target=self._play, args=(key, scenario, pair), daemon=True).start()

    def _play(self, key: str, scenario: Scenario, pair: tuple[str, str]) -> None:
        try:
            with self._turn:
                for part in answers(scenario, pair):
                    self._keep(key, part)
        except Exception:
            log.exception("the question of a scenario could not be answered")
        finally:
            self._played.discard(key)

    def _keep(self, key: str, answer: AnswerData) -> None:
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_ANSWERS:
                self._kept.popitem(last=False)
