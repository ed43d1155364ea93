"""The web application: NiceGUI behind the guard, a session for every tab, files of the page, and what it fetches."""

import asyncio
import gzip
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from jinja2 import BaseLoader, Environment
from nicegui import Client, client as nicegui_client, core, ui

from greatpowers.browser.layout import ASSETS as ENGINE
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import configs_directory
from greatpowers.server.bar import Download, figure_file, run_archive, table_file
from greatpowers.server.frame import build_frame
from greatpowers.server.laboratory import Laboratory, ShownHistory
from greatpowers.server.security import LOOPBACK, NO_STORE, PageFiles, Proxy, RequestGuard
from greatpowers.server.session import Session
from greatpowers.server.state import LabState, in_plain_words
from greatpowers.server.worlds import opening, scenario_object

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results
    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.history import History

log = logging.getLogger(__name__)


def register_downloads(app: FastAPI, sessions: dict[str, Session]) -> None:
    """Have everything that is not the page itself served; functions are plain, so that they run on threads."""

    @app.get("/histories/{session}/{name}")
    def history(session: str, name: str) -> Response:
        """What a tab plays one of its two histories from; nothing if it has moved on since the page asked."""
        return _shown(sessions.get(session), name, lambda shown: shown.recipe)

    @app.get("/histories/{session}/{name}/payload")
    def told(session: str, name: str) -> Response:
        """One of the two histories, played and put into sentences here, for a browser that cannot."""
        return _shown(sessions.get(session), name, lambda shown: shown.payload)

    @app.get("/histories/{session}/{name}/explained/{theatre}/{number}")
    def explained(session: str, name: str, theatre: str, number: int) -> Response:
        """A step of one of the two, for the same."""
        return _shown(sessions.get(session), name, lambda shown: shown.explained(theatre, number))

    @app.get("/histories/{session}/{name}/parted")
    def parted(session: str, name: str) -> Response:
        """Where one of the two parts from the one compared with, for the same."""
        tab = sessions.get(session)
        against = tab.shown.get("b") if tab else None
        return _shown(tab, name, lambda shown: shown.parted(against or shown))

    @app.get("/worlds/{session}/{name}")
    def world(session: str, name: str, request: Request) -> Response:
        """What the engine of a tab takes of the world of a history."""
        response = _shown(sessions.get(session), name, lambda shown: shown.world.packed)
        if response.status_code == 200 and "gzip" in request.headers.get("accept-encoding", ""):
            response.headers["content-encoding"] = "gzip"
        elif response.status_code == 200:
            return Response(gzip.decompress(bytes(response.body)), media_type=JSON, headers=NO_STORE)
        return response

    @app.get("/levers/{session}")
    def levers(session: str) -> Response:
        """What a move of each lever changes of the policy, for the engine of a tab."""
        open_session = sessions.get(session)
        if open_session is None or open_session.moves is None:
            return _missing("There are no such levers.")
        return Response(orjson.dumps(open_session.moves()), media_type=JSON, headers=NO_STORE)

    @app.get("/exports/{session}/run")
    def run(session: str) -> Response:
        """The run as a zip file."""
        return _sent(sessions.get(session), lambda history, _: run_archive(history))

    @app.get("/exports/{session}/figure/{which}.{kind}")
    def figure(session: str, which: str, kind: str) -> Response:
        """One figure."""
        return _sent(sessions.get(session), lambda history, compare: figure_file(history, compare, which, kind))

    @app.get("/exports/{session}/table/{which}.csv")
    def table(session: str, which: str) -> Response:
        """One table."""
        return _sent(sessions.get(session), lambda history, compare: table_file(history, compare, which))

    @app.get("/template.toml")
    def template() -> Response:
        """The template of scenarios."""
        body = (configs_directory() / "scenarios" / "template.toml").read_bytes()
        return _attachment(Download("template.toml", "application/toml", body))


JSON = "application/json"


def _shown(session: Session | None, name: str, part: Callable[[ShownHistory], bytes]) -> Response:
    if session is None:
        return _missing("There is no such history: the page it belonged to is closed.")
    for shown in session.shown.values():
        if shown.name == name:
            try:
                return Response(part(shown), media_type=JSON, headers=NO_STORE)
            except GreatPowersError as error:
                return _missing(str(error))
    return Response(status_code=204, headers=NO_STORE)


def _sent(session: Session | None, make: "Callable[[History, Callable[[], Comparison]], Download]") -> Response:
    if session is None or session.history is None:
        return _missing("There is no such run: the page it belonged to is closed, or it is still being played.")
    try:
        return _attachment(make(session.history, session.comparison))
    except GreatPowersError as error:
        return _missing(str(error))


def _missing(sentence: str) -> Response:
    return PlainTextResponse(sentence, 404)


def _attachment(file: Download) -> Response:
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media, headers=headers)


ASSETS = Path(__file__).parent / "assets"
RECONNECT = 10.0
"""Seconds for which a tab that lost its connection is kept."""

MESSAGES_KEPT = 60
"""Messages resent after a lost connection; histories are fetched, not sent, so they are small."""


@dataclass(eq=False)
class Site:
    """What the pages of one server share."""

    start: LabState
    results: "Results | None"
    laboratory: Laboratory
    sessions: dict[str, Session] = field(default_factory=dict)


def build_app(site: Site, hosts: Iterable[str], port: int, token: str | None, proxy: Proxy) -> RequestGuard:
    """The whole application, to be run by an ASGI server; can be built once in a process."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/assets", PageFiles(directory=ASSETS))
    app.mount("/engine", PageFiles(directory=ENGINE))
    register_downloads(app, site.sessions)
    register_page(site)
    ui.run_with(
        app,
        title="greatpowers",
        favicon=ASSETS / "icon.svg",
        dark=None,
        language="en-US",
        tailwind=False,
        binding_refresh_interval=None,
        reconnect_timeout=RECONNECT,
        message_history_length=MESSAGES_KEPT,
        show_welcome_message=False,
    )
    core.app.config.socket_io_js_transports = ["websocket"]
    core.sio.eio.transports = ["websocket"]
    handlers = core.sio.handlers["/"]
    handlers.update(
        {name: _forgiving(handlers[name]) for name in ("handshake", "event", "javascript_response", "ack", "log")}
    )
    _put_nonces(nicegui_client.templates.env)
    return RequestGuard(app, {*LOOPBACK, *hosts}, port, token, proxy)


def _forgiving(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The handler of a page's events; one that the page does not send is ignored, with a line in the log."""

    async def handle(*arguments: Any) -> Any:
        try:
            answer = handler(*arguments)
            return await answer if isawaitable(answer) else answer
        except Exception as fault:
            log.warning("an event that the page does not send was ignored (%s)", type(fault).__name__)
            return False

    return handle


class _NonceLoader(BaseLoader):
    """Templates whose own scripts carry the nonce of the response; what is put into them later does not."""

    def __init__(self, inner: BaseLoader) -> None:
        self._inner = inner

    def get_source(self, environment: Environment, template: str) -> tuple[str, Any, Any]:
        text, name, current = self._inner.get_source(environment, template)
        return text.replace("<script", '<script nonce="{{ request.state.nonce }}"'), name, current


def _put_nonces(environment: Environment) -> None:
    if environment.loader is not None and not isinstance(environment.loader, _NonceLoader):
        environment.loader = _NonceLoader(environment.loader)
        if environment.cache is not None:
            environment.cache.clear()


TITLE = "greatpowers: the laboratory"


def register_page(site: Site) -> None:
    """Have the page served at the root of the site."""

    @ui.page("/", title=TITLE)
    def index(request: Request) -> None:
        state, notice = _state_of(request, site)
        client = ui.context.client
        session = Session(state, site.laboratory, _Tab(client), site.results)
        site.sessions[session.id] = session
        client.on_connect(lambda: _watch(session))
        client.on_delete(lambda: _forget(site, session))
        if state is site.start:  # its histories have been played
            session.start()
        build_frame(session, notice, begun=not request.query_params)


def _state_of(request: Request, site: Site) -> tuple[LabState, str]:
    """The state in the address, or the server's own with what was wrong with the address."""
    link = request.query_params.get("s")
    try:
        state = in_plain_words(request.query_params) if link is None else LabState.decode(link)
        if state is None:
            return site.start, ""
        if link is None and not {"policy", "against"} & request.query_params.keys():
            state = opening(state).changed(view=state.view)
        scenario_object(state)
    except GreatPowersError as error:
        return site.start, f"This link could not be opened, so here is the start instead: {error}"
    return state, ""


class _Tab:
    """Calls functions in the context of a page, as long as there is one.

    Not in that of the control that was used: what it changes may have taken the control itself off the page.
    """

    def __init__(self, client: Client) -> None:
        self._client, self._loop = client, asyncio.get_running_loop()

    def now(self, call: Callable[[], None]) -> None:
        """Call at once; on the loop only."""
        if not self._client.is_deleted:
            with self._client:
                call()

    def later(self, call: Callable[[], None]) -> None:
        """Call from any thread, as soon as the loop is free."""
        self._loop.call_soon_threadsafe(self.now, call)


def _watch(session: Session) -> None:
    """The page is there: play for it. A link that something only fetches costs no history."""
    if not (session.shown or session.busy):
        session.start()
    session.watched()


def _forget(site: Site, session: Session) -> None:
    site.sessions.pop(session.id, None)
    session.close()
