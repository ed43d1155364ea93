"""The dialog for a scenario of one's own."""

from collections.abc import Callable

from nicegui import events, run, ui

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.own_scenarios import LARGEST_FILE, state_with, text_of
from greatpowers.server.session import Session
from greatpowers.server.state import LabState


def build_upload_dialog(session: Session) -> Callable[[], None]:
    """The dialog, closed; returns what opens it."""
    with ui.dialog().props('aria-label="A scenario of your own"') as dialog, ui.card().classes("gp-dialog"):
        with ui.element("div").classes("gp-dialog-head"):
            ui.html("A world of your own", sanitize=False, tag="h2")
            ui.button(icon="close", on_click=dialog.close).props('flat round dense aria-label="Close"')
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
