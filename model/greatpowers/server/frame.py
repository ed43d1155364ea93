"""The frame of the page: bar, levers, tabs and what is wrong; views fill the tabs."""

from importlib import import_module
from types import ModuleType
from typing import Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from greatpowers.server.bar import build_bar
from greatpowers.server.export_dialog import build_export_dialog
from greatpowers.server.levers_panel import LeversPanel
from greatpowers.server.powers_panel import build_powers
from greatpowers.server.schedule_panel import build_schedule
from greatpowers.server.session import Session
from greatpowers.server.telling import keep_page_told
from greatpowers.server.tour import build_tour
from greatpowers.server.uploads import build_upload_dialog

VIEWS = {"world": "World", "compare": "Compare", "play": "Play", "results": "Results"}


def build_frame(session: Session, notice: str, begun: bool) -> None:
    """The whole page; `begun` on a visit that no link brought, which is offered the tour."""
    _add_assets()
    _leave_landmarks_to_the_frame()
    with ui.element("div").classes("gp-shell"):
        ui.link("Skip to the view", "#view").classes("gp-skip")
        dialogs = {
            "export": build_export_dialog(session),
            "upload": build_upload_dialog(session),
            "tour": build_tour(begun and not notice),
        }
        build_bar(session, dialogs)
        _build_notice(session, notice)
        with ui.element("div").classes("gp-body"):
            _build_side(session)
            with ui.element("main").classes("gp-main").props("id=view tabindex=-1"):
                _build_tabs(session)
    keep_page_told(session, begun and not notice)


def _leave_landmarks_to_the_frame() -> None:
    """NiceGUI puts all of a page into a main landmark; the frame has its own banner, levers and main."""
    slot = ui.context.client.content.parent_slot
    if slot is not None:
        slot.parent.props("role=presentation")


def _build_notice(session: Session, notice: str) -> None:
    """What is wrong, until it is put right or put away."""
    with ui.element("div").classes("gp-notice").props("role=alert data-testid=notice") as place:
        said = ui.label(notice)
        ui.button(icon="close", on_click=lambda: place.set_visibility(False)).props(
            'flat round dense aria-label="Put this notice away"'
        )
    place.set_visibility(bool(notice))

    def show() -> None:
        said.set_text(session.error)
        place.set_visibility(True)

    def put_right() -> None:
        if said.text != notice:
            place.set_visibility(False)

    session.subscribe("error", show)
    session.subscribe("history", put_right)


def _build_side(session: Session) -> None:
    """Levers and what else decides the policy: a column, or a sheet where there is no room for one."""
    with ui.element("aside").classes("gp-levers").props('id=levers aria-label="Levers"'):
        with ui.element("div").classes("gp-side-head"):
            ui.html("Levers", sanitize=False, tag="h2")
            close = ui.button(icon="expand_more", on_click=lambda: ui.run_javascript("gpShell.sheet(false)"))
            close.props('flat round dense aria-label="Close the levers"').classes("gp-close-levers")
        build_schedule(session)
        LeversPanel(session)
        build_powers(session)


def _build_tabs(session: Session) -> None:
    with ui.element("div").classes("gp-tabs"):
        with ui.tabs().props("align=left no-caps dense inline-label") as tabs:
            for name, label in VIEWS.items():
                ui.tab(name, label).props(f"data-testid=tab-{name}")
        _build_status(session)
        opener = ui.button(icon="tune", on_click=lambda: ui.run_javascript("gpShell.sheet(true)"))
        opener.props('unelevated aria-label="Levers" aria-controls=levers aria-expanded=false data-testid=open-levers')
        opener.classes("gp-open-levers")
    panels = ui.tab_panels(tabs, value=session.state.view, animated=False, keep_alive=True).classes("gp-panels")
    places = {}
    with panels:
        for name in VIEWS:
            places[name] = ui.tab_panel(name).classes("gp-panel").props("role=none")
    built: set[str] = set()

    def open_view(name: str) -> None:
        if name not in built:
            built.add(name)
            with places[name]:
                _view(name).build(session)

    def chosen(event: ValueChangeEventArguments[Any]) -> None:
        open_view(event.value)
        session.change(view=event.value)

    def follow() -> None:
        panels.set_value(session.state.view)

    open_view(session.state.view)
    panels.on_value_change(chosen)
    session.subscribe("state", follow)


def _build_status(session: Session) -> None:
    """What the numbers on the page rest on, and whether more are on their way."""
    said = ui.label().classes("gp-status").props("role=status data-testid=status")

    def show() -> None:
        runs = len(session.comparison.seeds) if session.comparison is not None else 0
        if session.stale and not session.busy:
            said.set_text("not played")
        elif session.history is None:
            said.set_text("compiling the engine once, about 20 s" if session.compiling else "playing…")
        elif session.stale:
            said.set_text("playing matched histories…")
        elif session.busy:
            said.set_text(f"{runs} histories each, more are being played")
        else:
            said.set_text(f"{runs} matched histories of each policy")

    for kind in ("history", "ensemble", "busy", "error"):
        session.subscribe(kind, show)
    show()


def _view(name: str) -> ModuleType:
    return import_module(f"greatpowers.server.views.{name}")


def load_views() -> None:
    """Import the modules of all views."""
    for name in VIEWS:
        _view(name)


def _add_assets() -> None:
    """Link the page's own files: the frame's first, then those that views name in ASSETS."""
    files = ["shell.css", "bus.js", "shell.js", "tour.js"]
    for name in VIEWS:
        files += [file for file in _view(name).ASSETS if file not in files]
    for file in files:
        if file.endswith(".css"):
            ui.add_head_html(f'<link rel="stylesheet" href="/assets/{file}">')
        else:
            ui.add_head_html(f'<script type="module" src="/assets/{file}"></script>')
