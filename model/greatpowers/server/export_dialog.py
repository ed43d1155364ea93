"""The dialog of what can be taken along."""

from collections.abc import Callable

from nicegui import ui

from greatpowers.server.exports import FIGURES, PICTURES, TABLES
from greatpowers.server.session import Session


def build_export_dialog(session: Session) -> Callable[[], None]:
    """What opens the dialog, which is built when it is first asked for."""
    place, built = ui.element("div"), list[ui.dialog]()

    def show() -> None:
        if not built:
            with place:
                built.append(_dialog(session))
        built[0].open()

    return show


def _dialog(session: Session) -> ui.dialog:
    with ui.dialog().props('aria-label="Export"') as dialog, ui.card().classes("gp-dialog"):
        _heading("Take it along", dialog)
        ui.label("All of it is of the history and the comparison now shown.").classes("gp-note")
        ui.label("This run").classes("gp-subhead")
        _row(session, "The directory that 'greatpowers run --out' writes, as a zip file", {"ZIP": "run"})
        ui.label("Figures").classes("gp-subhead")
        for name, title in FIGURES.items():
            _row(session, title, {kind.upper(): f"figure/{name}.{kind}" for kind in PICTURES})
        ui.label("Data").classes("gp-subhead")
        for name, title in TABLES.items():
            _row(session, title, {"CSV": f"table/{name}.csv"})
    return dialog


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
