"""A class over HTTP: plain pages for students and for the teacher, which ask for what is new every second or two.

Students come in with the code and get a cookie of their own; the teacher's paths ask for the token (`security`).
"""

import ipaddress
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.middleware.gzip import GZipMiddleware

from greatpowers.browser.layout import ASSETS as ENGINE
from greatpowers.game.classroom import LONGEST_NAME, ClassSettings, Guess, Member, Stage, TurnOrder
from greatpowers.presentation.html import STYLE
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.class_hall import Hall
from greatpowers.server.security import LOOPBACK, NO_STORE, PageFiles, Proxy, RequestGuard

ASSETS = Path(__file__).parent / "assets"

PAGE = (Path(__file__).parent / "class.html").read_text(encoding="utf-8")
"""The page of a student or of the teacher: all that differs is the script. Its addresses hold under any prefix."""

DOOR = "/teacher"
COOKIE = "greatpowers-class"
OUTSIDE = "x-greatpowers-outside"
"""Header that tells a telephone that it is not in the class, or no longer."""

WRONG_CODES, PER_SECONDS = 20, 60.0
"""Wrong codes or numbers that are heard from one address in so many seconds."""


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
