"""What changes at later rounds: dropped at the round shown, listed, removable."""

from collections.abc import Mapping

from nicegui import ui

from greatpowers.server.bar import policy_titles
from greatpowers.server.lever_words import WORDS, shown
from greatpowers.server.session import Session
from greatpowers.server.state import Change

OFFERS = {"offer": ("offer the deal everywhere", 1.0), "withdraw": ("withdraw the offer", 0.0)}


def build_schedule(session: Session) -> None:
    """A button that drops another policy or the offer at the round shown, and the list of all changes."""
    with ui.element("section").classes("gp-schedule").props('aria-label="Changes over time"'):
        _build_button(session)
        listed = ui.element("ul").classes("gp-changes").props('aria-label="Changes of policy"')

    def refresh() -> None:
        listed.clear()
        with listed:
            for change in session.state.changes:
                _entry(session, change, policy_titles())
            if not session.state.changes:
                with ui.element("li").classes("gp-note"):
                    ui.label("The policy is the same from the first round to the last.")

    session.subscribe("state", refresh)
    refresh()


def _build_button(session: Session) -> None:
    def drop(policy: str | None, levers: dict[str, float]) -> None:
        start = session.cursor
        others = tuple(change for change in session.state.changes if change.from_round != start)
        session.change(changes=(*others, Change(from_round=start, policy=policy, levers=levers)))

    button = ui.button(icon="add_location_alt").props("no-caps outline data-testid=drop-change").classes("gp-drop")
    with button, ui.menu().props('aria-label="What to do from this round on"'):
        for name, (label, value) in OFFERS.items():
            item = ui.menu_item(label, on_click=lambda value=value: drop(None, {"deal": value}))
            item.props(f"dense data-testid=drop-{name}")
        ui.separator()
        for name, title in policy_titles().items():
            item = ui.menu_item(f"follow {title}", on_click=lambda name=name: drop(name, {}))
            item.props(f"dense data-testid=drop-{name}")

    def point() -> None:
        later = session.cursor > 0
        button.set_text(
            f"Change course from {session.quarter(session.cursor)}…" if later else "Move on in time to change course"
        )
        button.set_enabled(later)

    for kind in ("state", "history", "cursor"):
        session.subscribe(kind, point)
    point()


def _entry(session: Session, change: Change, titles: Mapping[str, str]) -> None:
    def remove() -> None:
        session.change(changes=tuple(kept for kept in session.state.changes if kept.from_round != change.from_round))

    def go() -> None:
        ui.run_javascript(f"window.greatpowers?.setCursor?.({change.from_round})")

    said = told(change, titles)
    with ui.element("li").classes("gp-change"):
        ui.button(session.quarter(change.from_round), on_click=go).props("flat dense no-caps").classes("gp-when")
        ui.label(said).classes("gp-what")
        ui.button(icon="close", on_click=remove).props(f'flat round dense size=sm aria-label="Remove: {said}"')


def told(change: Change, titles: Mapping[str, str]) -> str:
    """A change in words."""
    parts = [f"follow {titles.get(change.policy, change.policy)}"] if change.policy else []
    parts += [f"{WORDS[name].plain.lower()}: {shown(name, value)}" for name, value in change.levers.items()]
    return "; ".join(parts)
