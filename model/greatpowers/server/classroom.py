"""A class over HTTP: plain pages for students and for the teacher, which ask for what is new every second or two.

Students come in with the code and get a cookie of their own; the teacher's paths ask for the token (`security`). Orders
are played on telephones by the engine of browsers, and here once more: what is scored is what was played here.
"""

import ipaddress
import logging
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import segno
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from filelock import FileLock, Timeout
from platformdirs import user_state_path
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.gzip import GZipMiddleware

from greatpowers.browser.layout import ASSETS as ENGINE, plain_data
from greatpowers.core.declare import Floats
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.game.chair import DIALS
from greatpowers.game.classroom import (
    LONGEST_NAME,
    STAGES,
    ClassRecord,
    Classroom,
    ClassSettings,
    Guess,
    Member,
    ModelAnswer,
    SideResult,
    Stage,
    TurnOrder,
)
from greatpowers.game.record import BEST, CHALLENGER_START, CHALLENGER_TERMS, SCORED, TERMS, score
from greatpowers.game.sides import SIDES, TURN, Side, SideScore, split
from greatpowers.presentation.html import STYLE
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import text_in
from greatpowers.scenario.load import load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.server import atlas
from greatpowers.server.labels import RUNGS, dials
from greatpowers.server.security import LOOPBACK, NO_STORE, PageFiles, Proxy, RequestGuard
from greatpowers.simulation.events import in_a_sentence, rung_words
from greatpowers.simulation.frames import quarter_of
from greatpowers.storage.files import OURS, checked_path, checksum, disk_faults, reason, write_whole

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"

PAGE = (Path(__file__).parent / "class.html").read_text(encoding="utf-8")
"""The page of a student or of the teacher: all that differs is the script. Its addresses hold under any prefix."""

DOOR = "/teacher"
COOKIE = "greatpowers-class"
OUTSIDE = "x-greatpowers-outside"
"""Header that tells a telephone that it is not in the class, or no longer."""

TERMS_OF_A_DEAL = ("keep", "relief", "neutrality")
"""Levers that a telephone shows where a deal is on offer; the rest of a deal is the default policy's."""

MOST_REPORTS = 16
WRONG_CODES, PER_SECONDS = 20, 60.0
"""Wrong codes or numbers that are heard from one address in so many seconds."""


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
            "rungs": [{"name": rung_words(rung), "plain": RUNGS[rung]} for rung in range(TOP_RUNG + 1)],
            "score": {
                "best": BEST,
                "points": {name: BEST - score({**zeros, name: 1.0}) - (BEST - score(zeros)) for name in SCORED},
                "lost": BEST - score(zeros),
                "start": CHALLENGER_START,
                "prices": {term.name: term.price for term in CHALLENGER_TERMS},
            },
            "terms": {
                "coalition": [_term(term) for term in TERMS],
                "challenger": [_term(term) for term in CHALLENGER_TERMS],
            },
        }


@cache
def _policy(name: str) -> dict[str, str]:
    policy = load_policy(name)
    return {"name": name, "title": policy.title, "summary": policy.summary}


def _term(term: Any) -> dict[str, Any]:
    return {"label": term.label, "meaning": term.meaning, "unit": term.unit, "price": term.price}


def _score(side_score: SideScore) -> dict[str, Any]:
    return {
        "score": side_score.score,
        "lines": [
            {"label": line.term.label, "unit": line.term.unit, "quantity": line.quantity, "points": line.points}
            for line in side_score.lines
        ],
    }


def _standing(one: SideResult, room: Classroom) -> dict[str, Any]:
    return {
        "name": room.member(one.member).name,
        "side": one.side,
        "score": one.score.score,
        "usual": one.default.score,
        "given": one.given,
        "turns": room.record.games[one.game].turn,
    }


# --- The application


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class JoinAsked(_Asked):
    """Come in, or come back with one's number."""

    code: Annotated[str, Field(max_length=20)]
    name: Annotated[str, Field(max_length=4 * LONGEST_NAME)]
    number: Annotated[str, Field(max_length=10)] = ""


class OrderAsked(_Asked):
    """The orders of a turn; without any, none are given."""

    turn: int
    order: TurnOrder | None = None


class StageAsked(_Asked):
    """Go on from the stage that was seen."""

    stage: Stage


class MemberAsked(_Asked):
    """Somebody in the class."""

    id: int


class Attempts:
    """Wrong codes by address, so that nobody finds out the code by trying."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._wrong = now, dict[str, deque[float]]()

    def check(self, address: str) -> None:
        """Raise :class:`GreatPowersError` if too many recent ones were wrong."""
        wrong = self._wrong.get(address, deque())
        while wrong and wrong[0] < self._now() - PER_SECONDS:
            wrong.popleft()
        if len(wrong) >= WRONG_CODES:
            raise GreatPowersError("Too many wrong tries; wait a minute, then look at the code again.")

    def note(self, address: str) -> None:
        """One more wrong try."""
        self._wrong.setdefault(address, deque()).append(self._now())


def addresses(host: str, port: int, proxy: Proxy) -> list[str]:
    """Where students open the page: through the proxy, else at this machine's addresses, the likeliest first."""
    through = [*proxy.origins, *(f"https://{name}" for name in proxy.hosts)]
    if through:
        return [f"{one}{proxy.prefix}/" for one in through]
    names = [host]
    if host in ("0.0.0.0", "::"):
        names = _own_addresses() or ["127.0.0.1"]
    return [f"http://{name if ':' not in name else f'[{name}]'}:{port}{proxy.prefix}/" for name in names]


def _own_addresses() -> list[str]:
    """Addresses by which others on the network may reach this machine; nothing is sent to find them."""
    hosts = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect(("192.0.2.1", 9))  # an address of nobody (RFC 5737), to learn which own one leads outside
        hosts.append(asking.getsockname()[0])
    with suppress(OSError):
        hosts += socket.gethostbyname_ex(socket.gethostname())[2]
    return [one for one in dict.fromkeys(hosts) if not ipaddress.ip_address(one).is_loopback]


@cache
def picture_of(address: str) -> str:
    """The address as a QR code, as a data URI of SVG."""
    return str(segno.make(address, micro=False).svg_data_uri(scale=5, border=2, light="white"))


def build_class(hall: Hall, hosts: Iterable[str], port: int, token: str | None, proxy: Proxy) -> RequestGuard:
    """The whole application, to be run by an ASGI server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=4000)  # forty telephones ask for the world at a time
    app.mount("/server/assets", PageFiles(directory=ASSETS))
    app.mount("/browser/assets", PageFiles(directory=ENGINE))
    _pages(app)
    _students(app, hall, f"{COOKIE}-{port}", proxy)
    _teacher(app, hall)

    @app.exception_handler(GreatPowersError)
    def refused(_: Request, error: GreatPowersError) -> Response:
        return PlainTextResponse(str(error), 409, NO_STORE)

    return RequestGuard(app, {*LOOPBACK, *hosts}, port, token, proxy, DOOR)


def _pages(app: FastAPI) -> None:
    parts = [(ASSETS / f"{name}.css").read_text(encoding="utf-8") for name in ("theme", "place_map", "class")]
    style = "".join((STYLE, *parts))

    @app.get("/")
    def student() -> Response:
        return HTMLResponse(PAGE.replace("SCRIPT", "class.js"), headers=NO_STORE)

    @app.get(DOOR)
    def teacher() -> Response:
        return HTMLResponse(PAGE.replace("SCRIPT", "class_teacher.js"), headers=NO_STORE)

    @app.get("/class.css")
    def styles() -> Response:
        return Response(style, media_type="text/css", headers={"cache-control": "no-cache"})


def _news(seen: str, make_payload: Callable[[], dict[str, Any]], version: str) -> Response:
    return (
        Response(status_code=204, headers=NO_STORE)
        if seen == version
        else JSONResponse(make_payload(), headers=NO_STORE)
    )


def _students(app: FastAPI, hall: Hall, cookie: str, proxy: Proxy) -> None:
    attempts = Attempts()

    def member_of(request: Request) -> Member | None:
        id, _, secret = request.cookies.get(cookie, "").partition(".")
        return hall.classroom.known(int(id), secret) if id.isdecimal() and len(id) < 9 else None

    @app.post("/join")
    def join(asked: JoinAsked, request: Request) -> Response:
        address = request.client.host if request.client else ""
        with hall.lock:
            attempts.check(address)
            if "".join(asked.code.split()) != hall.classroom.record.code:
                attempts.note(address)
                raise GreatPowersError("That is not the code; look at the screen in front.")
            try:
                member = hall.classroom.join(asked.name, asked.number.strip())
            except GreatPowersError:
                if asked.number:
                    attempts.note(address)
                raise
            answer = JSONResponse(hall.to_student(member), headers=NO_STORE)
        answer.set_cookie(
            cookie, f"{member.id}.{member.secret}", path=f"{proxy.prefix}/", httponly=True, samesite="strict"
        )
        return answer

    @app.get("/state")
    def state(request: Request, seen: str = "") -> Response:
        with hall.lock:
            member = member_of(request)
            if member is None:
                return Response(status_code=204, headers={**NO_STORE, OUTSIDE: "1"})
            return _news(seen, lambda: hall.to_student(member), hall.mark(member))

    @app.get("/world")
    def world() -> Response:
        with hall.lock:
            return JSONResponse(hall.to_telephones(), headers=NO_STORE)

    def changed(request: Request, change: Callable[[Member], None]) -> Response:
        with hall.lock:
            member = member_of(request)
            if member is None:
                raise GreatPowersError("You are not in this class; join it with its code.")
            change(member)
            return JSONResponse(hall.to_student(member), headers=NO_STORE)

    @app.post("/predict")
    def predict(asked: Guess, request: Request) -> Response:
        return changed(request, lambda member: hall.classroom.predict(member, asked))

    @app.post("/orders")
    def orders(asked: OrderAsked, request: Request) -> Response:
        return changed(request, lambda member: hall.classroom.order(member, asked.turn, asked.order))

    @app.post("/leave")
    def leave(request: Request) -> Response:
        return changed(request, lambda member: hall.classroom.leave(member))

    @app.post("/back")
    def back(request: Request) -> Response:
        return changed(request, lambda member: hall.classroom.back(member))


def _teacher(app: FastAPI, hall: Hall) -> None:
    def changed(change: Callable[[], None]) -> Response:
        with hall.lock:
            change()
            hall.play_behind()
            return JSONResponse(hall.to_teacher(), headers=NO_STORE)

    @app.get(f"{DOOR}/state")
    def state(seen: str = "") -> Response:
        with hall.lock:
            return _news(seen, hall.to_teacher, str(hall.classroom.version))

    @app.post(f"{DOOR}/next")
    def advance(asked: StageAsked) -> Response:
        return changed(lambda: hall.classroom.advance(asked.stage))

    @app.post(f"{DOOR}/settings")
    def settings(asked: ClassSettings) -> Response:
        return changed(lambda: hall.classroom.set(asked))

    @app.post(f"{DOOR}/go-on")
    def go_on() -> Response:
        return changed(lambda: hall.classroom.go_on())

    @app.post(f"{DOOR}/remove")
    def remove(asked: MemberAsked) -> Response:
        return changed(lambda: hall.classroom.remove(asked.id))

    @app.post(f"{DOOR}/new")
    def new() -> Response:
        return changed(hall.anew)
