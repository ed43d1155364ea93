"""What the page is told of its session, and the session of its page."""

import json

from nicegui import ui
from nicegui.events import GenericEventArguments

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.session import Session


def keep_page_told(session: Session, begun: bool) -> None:
    """Tell the page of its address and of new histories, and be told of its cursor."""

    def address() -> None:
        try:
            ui.run_javascript(f"gpShell.address({json.dumps(session.state.encode())})")
        except GreatPowersError as error:
            ui.notify(str(error), type="warning", multi_line=True)

    def histories() -> None:
        names = {which: shown.name for which, shown in session.shown.items()}
        told = {"session": session.id, "key": session.key, "names": names, "cursor": session.cursor, "play": begun}
        ui.run_javascript(f"gpShell.fetchHistories({json.dumps(told)})")

    def busy() -> None:
        ui.run_javascript(f"gpShell.busy({json.dumps(session.busy)})")

    def moved(event: GenericEventArguments) -> None:
        """The page may send anything; only a round is taken."""
        value = event.args
        if isinstance(value, int) and not isinstance(value, bool) and session.history is not None:
            session.move_cursor(max(0, min(value, session.history.rounds - 1)))

    session.subscribe("state", address)
    session.subscribe("cursor", address)
    session.subscribe("history", histories)
    session.subscribe("busy", busy)
    ui.on("greatpowers-cursor", moved)
    address()
    busy()
