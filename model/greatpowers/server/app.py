"""The web application: the page, its files, and what it asks for over plain HTTP. Nothing is kept of a visitor."""

import gzip
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from greatpowers.browser.layout import ASSETS as ENGINE
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import configs_directory
from greatpowers.server.exports import BRIEFS, Download, brief_file, figure_file, run_archive, table_file
from greatpowers.server.security import LOOPBACK, NO_STORE, PREFIX, PageFiles, Proxy, RequestGuard
from greatpowers.server.state import LabState, in_plain_words, state_of_json
from greatpowers.server.worlds import base_scenario, opening, scenario_object, state_with, text_of

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results
    from greatpowers.server.laboratory import Laboratory

ASSETS = Path(__file__).parent / "assets"
JSON = "application/json"
OWN_FAULT = "Something went wrong that is our fault, not yours; the terminal says more. Undo, or choose otherwise."
NOT_OURS = "This is nothing that the page asks for; reload it and try again."


@dataclass(frozen=True)
class Site:
    """What a server shows: the state that its page starts from, results if there are any, and what requests share."""

    start: LabState
    results: "Results | None"
    laboratory: "Laboratory"


def build_app(site: Site, hosts: Iterable[str], port: int, token: str | None, proxy: Proxy) -> RequestGuard:
    """The whole application, to be run by an ASGI server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/assets", PageFiles(directory=ASSETS))
    app.mount("/engine", PageFiles(directory=ENGINE))
    _tell_faults(app)
    _serve_page(app, site)
    _serve_worlds(app, site)
    _serve_views(app, site)
    _serve_exports(app, site.laboratory)
    return RequestGuard(app, {*LOOPBACK, *hosts}, port, token, proxy)


def _tell_faults(app: FastAPI) -> None:
    """Have what goes wrong told in a sentence."""

    @app.exception_handler(GreatPowersError)
    def refused(_: Request, error: GreatPowersError) -> Response:
        return PlainTextResponse(str(error), 400, NO_STORE)

    @app.exception_handler(HTTPException)
    def not_there(_: Request, error: HTTPException) -> Response:
        return PlainTextResponse(error.detail, error.status_code, error.headers)

    @app.exception_handler(Exception)
    def failed(_: Request, __: Exception) -> Response:
        return PlainTextResponse(OWN_FAULT, 500, NO_STORE)


def _serve_page(app: FastAPI, site: Site) -> None:
    @app.get("/")
    def page(request: Request) -> Response:
        from greatpowers.server.page import served_page

        state, notice = _state_of_address(request, site.start)
        begun, prefix = not request.query_params, request.headers.get(PREFIX.decode(), "")
        return HTMLResponse(served_page(state, notice, begun, prefix), headers=NO_STORE)

    @app.get("/template.toml")
    def template() -> Response:
        body = (configs_directory() / "scenarios" / "template.toml").read_bytes()
        return _attachment(Download("template.toml", "application/toml", body))


def _state_of_address(request: Request, start: LabState) -> tuple[LabState, str]:
    """The state in the address, or the server's own with what was wrong with the address."""
    link = request.query_params.get("s")
    try:
        state = in_plain_words(request.query_params) if link is None else LabState.decode(link)
        if state is None:
            return start, ""
        if link is None and not {"policy", "against"} & request.query_params.keys():
            state = opening(state).changed(view=state.view)
        scenario_object(state)
    except GreatPowersError as error:
        return start, f"This link could not be opened, so here is the start instead: {error}"
    return state, ""


async def _body(request: Request) -> dict[str, Any]:
    """What a request says; functions that take it are plain, so that they run on threads."""
    try:
        body = from_json(await request.body(), allow_inf_nan=False)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise GreatPowersError(NOT_OURS)
    return body


Body = Annotated[dict[str, Any], Depends(_body)]


def _state(body: Body) -> LabState:
    return state_of_json(body.get("state"))


State = Annotated[LabState, Depends(_state)]


def _serve_worlds(app: FastAPI, site: Site) -> None:
    @app.post("/world")
    def world(state: State, request: Request) -> Response:
        packed, headers = site.laboratory.world(state), {**NO_STORE, "vary": "accept-encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=JSON, headers={**headers, "content-encoding": "gzip"})
        return Response(gzip.decompress(packed), media_type=JSON, headers=headers)

    @app.post("/answer")
    def answer(state: State) -> Response:
        parts = site.laboratory.answers.of(base_scenario(state))

        async def lines() -> AsyncIterator[str]:
            async for part in parts:
                yield f"{json.dumps(part, allow_nan=False)}\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson", headers=NO_STORE)

    @app.post("/upload")
    def upload(state: State, body: Body) -> Response:
        text = body.get("text")
        if not isinstance(text, str):
            raise GreatPowersError(NOT_OURS)
        read = state_with(state, text_of(text.encode()))
        return JSONResponse({"state": read.model_dump(mode="json")}, headers=NO_STORE)


def _serve_views(app: FastAPI, site: Site) -> None:
    @app.post("/play")
    def play(body: Body) -> Response:
        from greatpowers.server.play import play_request

        return JSONResponse(play_request(body), headers=NO_STORE)

    @app.post("/results")
    def results(body: Body) -> Response:
        from greatpowers.server.results import results_request

        return JSONResponse(results_request(site.results, body), headers=NO_STORE)


def _serve_exports(app: FastAPI, laboratory: "Laboratory") -> None:
    @app.post("/exports/run")
    def run(state: State) -> Response:
        return _attachment(run_archive(laboratory.history(state)))

    @app.post("/exports/figure/{which}.{kind}")
    def figure(state: State, which: str, kind: str) -> Response:
        history = laboratory.history(state)
        return _attachment(figure_file(history, lambda: laboratory.comparison(state), which, kind))

    @app.post("/exports/table/{which}.csv")
    def table(state: State, which: str) -> Response:
        return _attachment(table_file(laboratory.history(state), lambda: laboratory.comparison(state), which))

    @app.post("/exports/brief.{kind}")
    def brief(state: State, body: Body, kind: str) -> Response:
        if kind not in BRIEFS or not isinstance(body.get("place"), str):
            raise GreatPowersError(NOT_OURS)
        return _attachment(brief_file(laboratory.brief(state, body["place"]), kind))


def _attachment(file: Download) -> Response:
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.body, media_type=file.media, headers=headers)
