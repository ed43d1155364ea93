"""A class as a server holds it: the file it is kept in, what is played behind its pages, and what these receive.

Orders are played on telephones by the engine of browsers, and here once more: what is scored is what was played here.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import segno
from filelock import FileLock, Timeout
from platformdirs import user_state_path

from greatpowers.browser.layout import plain_data
from greatpowers.core.declare import Floats
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.game.chair import DIALS
from greatpowers.game.classroom import STAGES, ClassRecord, Classroom, Member, ModelAnswer, SideResult
from greatpowers.game.record import BEST, CHALLENGER_START, CHALLENGER_TERMS, SCORED, TERMS, GameScore, score
from greatpowers.game.sides import SIDES, TURN, Side, split
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import text_in
from greatpowers.scenario.load import load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.server import atlas
from greatpowers.server.labels import dials, ladder
from greatpowers.simulation.events import in_a_sentence
from greatpowers.simulation.frames import quarter_of
from greatpowers.storage.files import OURS, checked_path, checksum, disk_faults, reason, write_whole

log = logging.getLogger(__name__)

TERMS_OF_A_DEAL = ("keep", "relief", "neutrality")
"""Levers that a telephone shows where a deal is on offer; the rest of a deal is the default policy's."""

MOST_REPORTS = 16


class ClassFile:
    """Where a class is kept: one file, which no two servers write to.

    It is written on a thread of its own, the newest state alone where many changes come at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._writer, self._newest = path, ThreadPoolExecutor(1), ""
        with disk_faults(path.parent, kept=False):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(path.with_name(f"{OURS}{path.name}.lock"), timeout=0)
            try:
                self._lock.acquire()
            except Timeout:
                raise GreatPowersError(f"{path}: another server holds this class; stop that one first.") from None

    def keep(self, record: ClassRecord) -> None:
        """Have the class written whole."""
        self._newest = record.model_dump_json(indent=1) + "\n"
        self._writer.submit(self._write, self._newest)

    def _write(self, text: str) -> None:
        if text is not self._newest:
            return
        try:
            write_whole(self.path, text)
        except OSError:
            log.exception("the class could not be kept")

    def open(self, scenario: Scenario) -> Classroom:
        """The class that is there, or a new one; raises :class:`GreatPowersError` for anything else."""
        if not self.path.exists():
            return Classroom.opened(scenario, self.keep)
        try:
            return Classroom.resumed(scenario, text_in(self.path), self.keep)
        except (GreatPowersError, OSError, UnicodeDecodeError) as error:
            message = error if isinstance(error, GreatPowersError) else f"this is no class ({reason(error)})."
            raise GreatPowersError(f"{self.path}: {message} Name another file with --class-file.") from None

    def close(self) -> None:
        """Let another server have it, once all is written."""
        self._writer.shutdown()
        self._lock.release()

    def put_away(self, record: ClassRecord) -> None:
        """Give the file of a class that is over a name with its code, so that a new one takes its place."""
        self._writer.submit(lambda: None).result()  # all that was to be written has been
        number, target = 2, self.path.with_name(f"{self.path.stem}-{record.code}{self.path.suffix}")
        while target.exists():
            target = target.with_name(f"{self.path.stem}-{record.code}-{number}{self.path.suffix}")
            number += 1
        self.path.rename(target)


def file_for(scenario: Scenario, named: str | None) -> Path:
    """The file that is named, or that of the scenario among the user's own."""
    if named is not None:
        return checked_path(named)
    return user_state_path("greatpowers", appauthor=False) / "classes" / f"{scenario.name}.json"


class Hall:
    """What the pages of one class share: the class, a lock around it, and what is played behind the pages.

    `alone` says that no other machine can reach the pages.
    """

    model_answer: ModelAnswer | None
    luck: dict[Side, Floats] | None

    def __init__(self, scenario: Scenario, file: ClassFile, addresses: list[str], alone: bool) -> None:
        self.lock, self.file, self.addresses, self.alone = threading.RLock(), file, addresses, alone
        self._scenario, self._side = scenario, ThreadPoolExecutor(1)
        self._begin(file.open(scenario))

    def _begin(self, classroom: Classroom) -> None:
        self.classroom, self.model_answer, self.luck = classroom, None, None
        self._asked: set[str] = set()
        self.play_behind()

    def close(self) -> None:
        """Let another server have the class."""
        self._side.shutdown(cancel_futures=True)
        self.file.close()

    def anew(self) -> None:
        """Put the class away and begin another."""
        self.file.put_away(self.classroom.record)
        version = self.classroom.version
        self._begin(Classroom.opened(self._scenario, self.file.keep))
        self.classroom.version += version + 1

    def play_behind(self) -> None:
        """Have what the next stages show played on another thread."""
        reached = STAGES.index(self.classroom.record.stage)
        if reached >= STAGES.index("predict"):
            self._behind("model_answer", self.classroom.model_answer)
        if reached >= STAGES.index("scores"):
            self._behind("luck", self.classroom.other_luck)

    def _behind(self, name: str, play: Callable[[], Any]) -> None:
        if name in self._asked:
            return
        self._asked.add(name)
        of = self.classroom

        def work() -> None:
            try:
                shown = play()
            except Exception:
                log.exception("what the debrief shows could not be played")
                return
            with self.lock:
                if self.classroom is of:
                    setattr(self, name, shown)
                    of.version += 1

        self._side.submit(work)

    # --- What pages receive

    def to_teacher(self) -> dict[str, Any]:
        """The class as the teacher sees it."""
        room = self.classroom
        record, standings = room.record, room.standings()
        return {
            **self._common(),
            "version": room.version,
            "addresses": self.addresses,
            "alone": self.alone,
            "picture": picture_of(f"{self.addresses[0]}#{record.code}"),
            "settings": record.settings.model_dump(),
            "policies": [_policy(name) for name in room.policies],
            "members": [self._member(member) for member in record.members],
            "standings": [_standing(one, room) for one in standings],
            "debrief": self._debrief(standings, None),
        }

    def _common(self) -> dict[str, Any]:
        room = self.classroom
        labels = {theatre.id: in_a_sentence(theatre.label) for theatre in room.scenario.theatres}
        settings = room.record.settings
        return {
            "stage": room.record.stage,
            "code": room.record.code,
            "title": room.scenario.title,
            "question": room.scenario.question.title if room.scenario.question else "",
            "summary": room.scenario.summary,
            "place": labels[room.sides.asked[0]],
            "turns": settings.turns,
            "default": _policy(settings.default),
            "chairs": {side: room.sides.chair(side) for side in SIDES},
        }

    def _member(self, member: Member) -> dict[str, Any]:
        room = self.classroom
        seat, payload = room.seat_of(member), {"id": member.id, "name": member.name, "number": member.number}
        payload |= {"left": member.left, "predicted": member.prediction is not None}
        if seat is None:
            return payload
        _, game, side = seat
        partner = game.challenger if side == "coalition" else game.coalition
        return payload | {
            "turn": game.turn,
            "partner": None if partner is None else room.member(partner).name,
        }

    def mark(self, member: Member) -> str:
        """Tells what a student is shown from what was shown before: others' moves do not change it."""
        room = self.classroom
        seat = room.seat_of(member)
        game = None if seat is None else seat[1]
        state = (room.record.code, room.record.settings, room.record.stage, member.left, member.prediction, game)
        waits = game and room.to_move(game)
        return checksum(repr((*state, waits, self.model_answer is None, self.luck is None)).encode())[:16]

    def to_student(self, member: Member) -> dict[str, Any]:
        """The class as a student sees it: nothing of what others order or foretell before it can be seen."""
        room = self.classroom
        payload = {**self._common(), "version": self.mark(member), "me": self._member(member)}
        payload |= {"prediction": None, "play": None}
        if member.prediction:
            payload["prediction"] = member.prediction.model_dump()
        stage = room.record.stage
        if stage == "predict":
            payload["policies"] = [_policy(name) for name in room.policies]
        if stage in ("play", "scores", "debrief"):
            payload["play"] = self._play(member)
        if stage in ("scores", "debrief"):
            standings = room.standings()
            payload["standings"] = [
                {**_standing(one, room), "name": None, "mine": one.member == member.id} for one in standings
            ]
            payload["debrief"] = self._debrief(standings, member)
        return payload

    def _play(self, member: Member) -> dict[str, Any] | None:
        room = self.classroom
        seat = room.seat_of(member)
        if seat is None:
            return None
        _, game, side = seat
        turns = game.turn + (side == "challenger" and room.to_move(game) == side)
        levers, aims = room.orders_of(game, turns)
        own = next((one for one in room.standings_of(game) if one.side == side), None)
        return {
            "side": side,
            "turn": game.turn,
            "waits": room.to_move(game),
            "seed": room.record.settings.seed,
            "levers": levers,
            "aims": aims,
            "none": [turn for turn in range(game.turn) if member.orders.get(turn) is None],
            "reports": [report._asdict() for report in room.reports(game, side)[:MOST_REPORTS]],
            "score": None if own is None else _score(own.score),
            "usual": None if own is None else own.default.score,
        }

    def _debrief(self, standings: list[SideResult], member: Member | None) -> dict[str, Any] | None:
        room = self.classroom
        if room.record.stage != "debrief":
            return None
        payload: dict[str, Any] = {"model_answer": None, "luck": None}
        if self.model_answer is not None:
            payload["model_answer"] = {
                **self.model_answer._asdict(),
                "titles": [_policy(name)["title"] for name in self.model_answer.policies],
                "guesses": [one.prediction.model_dump() for one in room.record.members if one.prediction],
            }
        if self.luck is not None:
            payload["luck"] = {side: self._luck_of(side, standings, member) for side in SIDES}
        return payload

    def _luck_of(self, side: Side, standings: list[SideResult], member: Member | None) -> dict[str, Any] | None:
        """What luck did to one side, and what choices did: of everybody, and of a member's own orders seed by seed."""
        table = self.luck.get(side) if self.luck else None
        if table is None:
            return None
        own = [one for one in standings if one.side == side]
        choices, luck, both = split(table[[one.game for one in own]])
        mine = next((one for one in own if member and one.member == member.id), None)
        return {
            "choices": choices,
            "luck": luck,
            "both": both,
            "games": len(own),
            "seeds": table.shape[1],
            "default": table[-1].tolist(),
            "defaultHere": own[0].default.score,
            "means": [
                {
                    "name": None if member else self.classroom.member(one.member).name,
                    "mine": one is mine,
                    "mean": float(table[one.game].mean()),
                    "here": one.score.score,
                }
                for one in own
            ],
            "own": None if mine is None else table[mine.game].tolist(),
        }

    def to_telephones(self) -> dict[str, Any]:
        """The world and what a telephone plays and draws it with; nothing of any member's."""
        room, sides = self.classroom, self.classroom.sides
        scenario, setup = room.scenario, sides.setup
        drawn = atlas.drawn(scenario)
        start = setup.world.theatres
        usual = sides.levers({})
        zeros = dict.fromkeys(SCORED, 0.0)
        lost = BEST - score(zeros).score
        return {
            "data": plain_data([setup]),
            "policy": setup.policy.name,
            "turn": TURN,
            "rounds": sides.rounds,
            "quarters": [quarter_of(scenario.start, number) for number in range(sides.rounds + 1)],
            **drawn,
            "places": [
                {
                    **place,
                    "rung": int(start.rung[k]),
                    "war": int(start.war[k]),
                    "control": float(start.control[k]),
                    "ceiling": int(min(start.ceiling[k], TOP_RUNG - 1)),
                }
                for k, place in enumerate(drawn["places"])
            ],
            "asked": [scenario.theatre_index()[place] for place in sides.asked],
            "challenger": sides.challenger,
            "own": sides.own,
            "prizes": sides.prizes.tolist(),
            "dials": [dial for dial in dials() if dial["name"] in (*DIALS, *TERMS_OF_A_DEAL)],
            "usual": [
                {name: usual.levers[name][turn * TURN].tolist() for name in (*DIALS, *TERMS_OF_A_DEAL)}
                for turn in range(sides.turns)
            ],
            "rungs": ladder(),
            "score": {
                "best": BEST,
                "points": {name: BEST - score({**zeros, name: 1.0}).score - lost for name in SCORED},
                "lost": lost,
                "start": CHALLENGER_START,
                "prices": {term.name: term.price for term in CHALLENGER_TERMS},
            },
            "terms": {
                "coalition": [term.as_data() for term in TERMS],
                "challenger": [term.as_data() for term in CHALLENGER_TERMS],
            },
        }


@cache
def _policy(name: str) -> dict[str, str]:
    policy = load_policy(name)
    return {"name": name, "title": policy.title, "summary": policy.summary}


def _score(own: GameScore) -> dict[str, Any]:
    return {"score": own.score, "lines": [line.as_data() for line in own.lines]}


def _standing(one: SideResult, room: Classroom) -> dict[str, Any]:
    return {
        "name": room.member(one.member).name,
        "side": one.side,
        "score": one.score.score,
        "usual": one.default.score,
        "given": one.given,
        "turns": room.record.games[one.game].turn,
    }


@cache
def picture_of(address: str) -> str:
    """The address as a QR code, as a data URI of SVG."""
    return str(segno.make(address, micro=False).svg_data_uri(scale=5, border=2, light="white"))
