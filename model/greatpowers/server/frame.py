"""The frame of the page: bar, levers, tabs and dialogs, and what the page says of itself; views fill the tabs."""

import json
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from nicegui import events, run, ui
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.bar import FIGURES, PICTURES, TABLES, build_bar, page_prefix
from greatpowers.server.labels import TOLD
from greatpowers.server.levers_panel import LeversPanel, build_powers, build_schedule
from greatpowers.server.session import Session
from greatpowers.server.state import LabState
from greatpowers.server.worlds import LARGEST_FILE, state_with, text_of


def when_wanted(build: Callable[[], Callable[[], object]]) -> Callable[[], None]:
    """What opens a dialog, which is built when it is first asked for; `build` returns what opens it then."""
    place, built = ui.element("div"), list[Callable[[], object]]()

    def show() -> None:
        if not built:
            with place:
                built.append(build())
        built[0]()

    return show


def build_export_dialog(session: Session) -> Callable[[], object]:
    """The dialog, closed; returns what opens it."""
    with ui.dialog().props('aria-label="Export"') as dialog, ui.card().classes("gp-dialog"):
        _heading("Export", dialog)
        ui.label("The run and the comparison that are shown now.").classes("gp-note")
        ui.label("This run").classes("gp-subhead")
        _row(session, "The directory that 'greatpowers run --out' writes, as a zip file", {"ZIP": "run"})
        ui.label("Figures").classes("gp-subhead")
        for name, title in FIGURES.items():
            _row(session, title, {kind.upper(): f"figure/{name}.{kind}" for kind in PICTURES})
        ui.label("Data").classes("gp-subhead")
        for name, title in TABLES.items():
            _row(session, title, {"CSV": f"table/{name}.csv"})
    return dialog.open


def _heading(title: str, dialog: ui.dialog) -> None:
    with ui.element("div").classes("gp-dialog-head"):
        ui.html(title, sanitize=False, tag="h2")
        ui.button(icon="close", on_click=dialog.close).props('flat round dense aria-label="Close"')


def _row(session: Session, title: str, files: dict[str, str]) -> None:
    with ui.element("div").classes("gp-file"):
        ui.label(title)
        with ui.element("div").classes("gp-file-kinds"):
            for kind, path in files.items():
                button = ui.button(kind).props(f'outline dense no-caps aria-label="{title}, {kind}"')
                address = f"/exports/{session.id}/{path}"
                button.props(f"data-testid=export-{path.replace('/', '-').replace('.', '-')}")
                button.on_click(lambda address=address: ui.run_javascript(f"gpShell.take({address!r})"))


def build_upload_dialog(session: Session) -> Callable[[], None]:
    """The dialog, closed; returns what opens it."""
    with ui.dialog().props('aria-label="A scenario of your own"') as dialog, ui.card().classes("gp-dialog"):
        _heading("A world of your own", dialog)
        ui.label(
            f"A scenario as a TOML file of at most {LARGEST_FILE // 1024} KB; the template explains every setting. "
            "It is checked, played and kept in the link of this page; it is not stored on the server."
        ).classes("gp-note")
        fault = ui.label().classes("gp-fault").props("role=alert data-testid=upload-fault")
        fault.set_visibility(False)

        def show(sentence: str) -> None:
            fault.set_text(sentence)
            fault.set_visibility(bool(sentence))

        async def received(event: events.UploadEventArguments) -> None:
            uploader.reset()
            try:
                state = await run.io_bound(state_with, session.state, text_of(await event.file.read()))
            except GreatPowersError as error:
                show(str(error))
                return
            show("")
            session.change(**{name: getattr(state, name) for name in LabState.model_fields})
            dialog.close()

        uploader = ui.upload(
            on_upload=received,
            on_rejected=lambda: show(f"own scenario: expected one TOML file of at most {LARGEST_FILE} bytes."),
            auto_upload=True,
            max_file_size=LARGEST_FILE,
            max_files=1,
        )
        uploader.props('accept=".toml" data-testid=upload').classes("gp-hidden-upload")
        ui.button("Choose a file", icon="upload_file", on_click=lambda: uploader.run_method("pickFiles")).props(
            "no-caps"
        )
        ui.link("The template", "/template.toml").props('download="template.toml"').classes("gp-link")

    def open_dialog() -> None:
        show("")
        dialog.open()

    return open_dialog


def sync_page(session: Session, begun: bool) -> None:
    """Send the page its address and new histories, and receive its cursor."""

    def address() -> None:
        try:
            ui.run_javascript(f"gpShell.address({json.dumps(session.state.encode())})")
        except GreatPowersError as error:
            ui.notify(str(error), type="warning", multi_line=True)

    def histories() -> None:
        names = {which: shown.name for which, shown in session.shown.items()}
        payload = {"session": session.id, "key": session.key, "names": names, "cursor": session.cursor, "play": begun}
        ui.run_javascript(f"gpShell.fetchHistories({json.dumps(payload)})")

    def busy() -> None:
        ui.run_javascript(f"gpShell.busy({json.dumps(session.busy)})")

    def moved(event: GenericEventArguments) -> None:
        """The page may send anything; only a round is taken."""
        value = event.args
        if isinstance(value, int) and not isinstance(value, bool) and session.rounds:
            session.move_cursor(max(0, min(value, session.rounds - 1)))

    session.subscribe("state", address)
    session.subscribe("cursor", address)
    session.subscribe("history", histories)
    session.subscribe("busy", busy)
    ui.on("greatpowers-cursor", moved)
    address()
    busy()


def build_tour(begun: bool) -> Callable[[], None]:
    """Start the tour on a first visit, unless the page was opened by a link; returns what starts it at will."""
    steps = json.dumps(TOLD["tour"])
    if begun:
        ui.run_javascript(f"gpTour.offer({steps})")

    def start() -> None:
        ui.run_javascript(f"gpTour.start({steps})")

    return start


VIEWS = {"question": "Question", "world": "World", "compare": "Compare", "play": "Play", "results": "Results"}


def build_frame(session: Session, notice: str, begun: bool) -> None:
    """The whole page; `begun` on a visit that no link brought, which is offered the tour."""
    _add_assets()
    _leave_landmarks_to_the_frame()
    with ui.element("div").classes("gp-shell"):
        ui.link("Skip to the view", "#view").classes("gp-skip")
        dialogs = {
            "export": when_wanted(lambda: build_export_dialog(session)),
            "upload": when_wanted(lambda: build_upload_dialog(session)),
            "tour": build_tour(begun and not notice),
        }
        build_bar(session, dialogs)
        _build_notice(session, notice)
        with ui.element("div").classes("gp-body"):
            _build_side(session)
            with ui.element("main").classes("gp-main").props("id=view tabindex=-1"):
                _build_tabs(session)
    sync_page(session, begun and not notice and session.state.view != "question")


def _leave_landmarks_to_the_frame() -> None:
    """NiceGUI puts all of a page into a main landmark; the frame has its own banner, levers and main."""
    slot = ui.context.client.content.parent_slot
    if slot is not None:
        slot.parent.props("role=presentation")


def _build_notice(session: Session, notice: str) -> None:
    """What is wrong, until it is put right or put away."""
    with ui.element("div").classes("gp-notice").props("role=alert data-testid=notice") as place:
        label = ui.label(notice)
        ui.button(icon="close", on_click=lambda: place.set_visibility(False)).props(
            'flat round dense aria-label="Put this notice away"'
        )
    place.set_visibility(bool(notice))

    def show() -> None:
        label.set_text(session.error)
        place.set_visibility(True)
        ui.run_javascript("window.gpBench?.back()")

    def put_right() -> None:
        if label.text != notice:
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
    with ui.element("div").classes("gp-status").props("role=status data-testid=status"):
        label = ui.label()
        ui.element("span").props("id=gp-runs")

    def show() -> None:
        label.set_text("playing…" if session.busy else "not played" if session.error else "")

    for kind in ("history", "busy", "error"):
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
    prefix = page_prefix()
    files = ["shell.css", "bus.js", "shell.js", "tour.js"]
    for name in VIEWS:
        files += [file for file in _view(name).ASSETS if file not in files]
    for file in files:
        if file.endswith(".css"):
            ui.add_head_html(f'<link rel="stylesheet" href="{prefix}/assets/{file}">')
        else:
            ui.add_head_html(f'<script type="module" src="{prefix}/assets/{file}"></script>')
