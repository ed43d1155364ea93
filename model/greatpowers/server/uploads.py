"""A scenario of one's own: a TOML file, read as text and checked by the scenario room; nothing of it is written."""

from collections.abc import Callable

import tomli_w
from nicegui import events, run, ui

from greatpowers.analysis.inputs import prepare
from greatpowers.scenario import GreatPowersError
from greatpowers.server.session import Session
from greatpowers.server.state import OWN, LabState
from greatpowers.server.worlds import parsed, policy_object, scenario_object, uploaded

LARGEST_FILE = 256 * 1024
"""Bytes; the shipped world of 2017, with all its remarks, has a third of that."""


def state_with(state: LabState, text: str) -> LabState:
    """The state with the scenario of this text; raises :class:`GreatPowersError` for one that cannot be played."""
    uploaded(text)
    changed = state.changed(
        scenario=OWN, upload=tomli_w.dumps(parsed(text)), synthetic=None, doctrines={}, resolve=None, rounds=None,
        changes=(), cursor=0,
    )  # fmt: skip
    changed.encode()
    prepare(scenario_object(changed), policy_object(changed), 1, None)
    return changed


def text_of(body: bytes) -> str:
    """The text of an uploaded file; raises :class:`GreatPowersError` for what is none."""
    if len(body) > LARGEST_FILE:
        raise GreatPowersError(f"own scenario: the file has {len(body)} bytes; at most {LARGEST_FILE} are taken.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"own scenario: the file is not UTF-8 text (byte {error.start}); save it as UTF-8."
        raise GreatPowersError(sentence) from None


def build_upload_dialog(session: Session) -> Callable[[], None]:
    """The dialog, closed; returns what opens it."""
    with ui.dialog() as dialog, ui.card().classes("gp-dialog").props('aria-label="A scenario of your own"'):
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
