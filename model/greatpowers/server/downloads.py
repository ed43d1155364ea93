"""Addresses under which a tab's histories, exports and the template are fetched; each is of one session."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import configs_directory
from greatpowers.server.exports import Download, figure_file, run_archive, table_file
from greatpowers.server.session import Session

if TYPE_CHECKING:
    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.history import History

NO_STORE = {"cache-control": "no-store"}


def register_downloads(app: FastAPI, sessions: dict[str, Session]) -> None:
    """Have everything that is not the page itself served; functions are plain, so that they run on threads."""

    @app.get("/histories/{session}/{name}")
    def history(session: str, name: str) -> Response:
        """One of the two histories that a tab shows; nothing if it has moved on since the page asked."""
        found = sessions.get(session)
        if found is None:
            return _missing("There is no such history.")
        for shown in found.shown.values():
            if shown.name == name:
                return Response(shown.payload, media_type="application/json", headers=NO_STORE)
        return Response(status_code=204, headers=NO_STORE)

    @app.get("/exports/{session}/run")
    def run(session: str) -> Response:
        """The run as a zip file."""
        return _sent(sessions.get(session), lambda history, _: run_archive(history))

    @app.get("/exports/{session}/figure/{which}.{kind}")
    def figure(session: str, which: str, kind: str) -> Response:
        """One figure."""
        return _sent(sessions.get(session), lambda history, comparison: figure_file(history, comparison, which, kind))

    @app.get("/exports/{session}/table/{which}.csv")
    def table(session: str, which: str) -> Response:
        """One table."""
        return _sent(sessions.get(session), lambda history, comparison: table_file(history, comparison, which))

    @app.get("/template.toml")
    def template() -> Response:
        """The template of scenarios."""
        body = (configs_directory() / "scenarios" / "template.toml").read_bytes()
        return _attachment(Download("template.toml", "application/toml", body))


def _sent(session: Session | None, make: "Callable[[History, Comparison | None], Download]") -> Response:
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
