"""The web application: NiceGUI behind the guard, the page's own files, and histories for the page to fetch."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import Response
from jinja2 import BaseLoader, Environment
from nicegui import client as nicegui_client, core, ui
from starlette.staticfiles import StaticFiles

from greatpowers.server.downloads import register_downloads
from greatpowers.server.laboratory import Laboratory
from greatpowers.server.security import LOOPBACK, Guard
from greatpowers.server.session import Session
from greatpowers.server.state import LabState

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results

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


def build_app(site: Site, hosts: Iterable[str], port: int, token: str | None) -> Guard:
    """The whole application, to be run by an ASGI server; can be built once in a process."""
    from greatpowers.server.page import register_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/assets", _Assets(directory=ASSETS))
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
    _put_nonces(nicegui_client.templates.env)
    return Guard(app, {*LOOPBACK, *hosts}, port, token)


class _Assets(StaticFiles):
    """Files of the page; browsers ask whether they are still current, so that an update is seen at once."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["cache-control"] = "no-cache"
        return response


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
