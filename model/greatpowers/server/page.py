"""The page: a session for every tab that opens it, from the state in its address."""

import asyncio
from collections.abc import Callable

from fastapi import Request
from nicegui import Client, ui

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.app import Site
from greatpowers.server.frame import build_frame
from greatpowers.server.session import Session
from greatpowers.server.state import LabState
from greatpowers.server.worlds import scenario_object

TITLE = "greatpowers: the laboratory"


def register_page(site: Site) -> None:
    """Have the page served at the root of the site."""

    @ui.page("/", title=TITLE)
    def index(request: Request) -> None:
        state, notice = _state_of(request, site)
        client = ui.context.client
        session = Session(state, site.laboratory, _Tab(client), site.results)
        site.sessions[session.id] = session
        client.on_connect(session.watched)
        client.on_delete(lambda: _forget(site, session))
        session.start()
        build_frame(session, notice, begun="s" not in request.query_params)


def _state_of(request: Request, site: Site) -> tuple[LabState, str]:
    """The state in the address, or the server's own with what was wrong with the address."""
    link = request.query_params.get("s")
    if link is None:
        return site.start, ""
    try:
        state = LabState.decode(link)
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


def _forget(site: Site, session: Session) -> None:
    site.sessions.pop(session.id, None)
    session.close()
