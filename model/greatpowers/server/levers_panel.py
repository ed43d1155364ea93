"""The controls beside the views: levers, schedules and powers, each with its unit and range."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.events import ValueChangeEventArguments

from greatpowers.scenario.errors import between
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine
from greatpowers.scenario.schema import Scenario, SyntheticSettings
from greatpowers.server.bar import policy_titles
from greatpowers.server.labels import (
    GROUPS,
    NEVER,
    WORDS,
    Scale,
    is_switch,
    range_of,
    scale_of,
    shown,
)
from greatpowers.server.session import Session
from greatpowers.server.state import Change
from greatpowers.server.worlds import (
    against_object,
    base_scenario,
    generator_settings,
    leader_of,
    leading_states,
    levers_at,
    policy_object,
    set_apart,
)

Scope = Literal["start", "here", "against"]
SCOPES: dict[Scope, str] = {"start": "From the start", "here": "From the round shown", "against": "Compared with"}


PAUSE = 0.05
"""Seconds between two values that a dragged slider tells."""


class SliderLabel(ValueElement[float], component=Path(__file__).parent / "assets" / "range.js"):
    """A slider with its value in words; the page shows a moved value before the server has heard of it."""

    def __init__(
        self,
        label: str,
        testid: str,
        scale: Scale,
        value: float,
        on_change: Callable[[ValueChangeEventArguments[Any]], None],
    ) -> None:
        super().__init__(value=value, on_value_change=on_change, throttle=PAUSE)
        self.props["label"], self.props["testid"] = label, testid
        self.props["min"], self.props["max"], self.props["step"] = scale.low, scale.high, scale.step
        self.props["words"] = {"names": scale.names, "scale": scale.factor, "unit": scale.unit}


class LeversPanel:
    """The rows of levers, and what they are set for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._scope: Scope = "start"
        self._rows: dict[str, LeverRow] = {}
        toggle = ui.toggle(dict(SCOPES), value="start", on_change=self._choose_scope)
        toggle.props('spread no-caps unelevated dense aria-label="What the levers are set for"').classes("gp-scope")
        toggle.props("data-testid=scope")
        self._said = ui.label().classes("gp-note").props("aria-live=polite")
        for number, (title, group) in enumerate(GROUPS.items()):
            with ui.expansion(title, value=number < 2).classes("gp-group").props("dense"):
                for name in group:
                    self._rows[name] = LeverRow(self, name)
        session.subscribe("state", self.refresh)
        session.subscribe("cursor", self._cursor_moved)
        self.refresh()

    @property
    def round(self) -> int:
        """The round from which a lever is set."""
        return self._session.cursor if self._scope == "here" else 0

    def _choose_scope(self, event: ValueChangeEventArguments[Any]) -> None:
        self._scope = event.value
        if self._scope == "here":
            ui.run_javascript("window.greatpowers?.pause?.()")
        self.refresh()

    def _cursor_moved(self) -> None:
        if self._scope == "here":
            self.refresh()

    def set(self, name: str, value: float | None) -> None:
        """Set one lever, or with None let it be as the policy has it."""
        state, gesture = self._session.state, f"{self._scope} {self.round} {name}"
        if self._scope == "against":
            self._session.change(gesture=gesture, against_levers=_with(state.against_levers, name, value))
        elif self.round == 0:
            self._session.change(gesture=gesture, levers=_with(state.levers, name, value))
        else:
            self._session.change(gesture=gesture, changes=with_change(state.changes, self.round, name, value))

    def refresh(self) -> None:
        """Show the levers as they are in force."""
        state = self._session.state
        policy = against_object(state) if self._scope == "against" else policy_object(state)
        values, apart = levers_at(policy, self.round), set_apart(base_scenario(state), policy, self.round)
        own = self._own()
        for name, row in self._rows.items():
            row.show(values[name], name in own, apart.get(name, 0))
        self._said.set_text(self._sentence(policy.title))

    def _own(self) -> dict[str, float]:
        state = self._session.state
        if self._scope == "against":
            return state.against_levers
        if self.round == 0:
            return state.levers
        return next((change.levers for change in state.changes if change.from_round == self.round), {})

    def _sentence(self, title: str) -> str:
        if self._scope == "here" and self.round:
            return f"Moving a lever changes {title} from {self._session.quarter(self.round)} on."
        return f"Moving a lever changes {title} from the first round, everywhere."


class LeverRow:
    """One lever."""

    def __init__(self, panel: LeversPanel, name: str) -> None:
        self._panel, self._name, self._shown = panel, name, LEVERS[name].low
        lever, words = LEVERS[name], WORDS[name]
        with ui.element("div").classes("gp-lever").props(f"data-testid=lever-{name}"):
            with ui.element("div").classes("gp-lever-head"):
                ui.label(words.plain).classes("gp-plain")
                ui.label(words.term).classes("gp-term")
                ui.label(range_of(name)).classes("gp-note")
                self._apart = ui.label().classes("gp-note gp-apart")
                ui.tooltip(f"{lever.meaning} ({lever.unit}; {between(lever.low, lever.high)})")
            with ui.element("div").classes("gp-lever-body"):
                self._control = self._make_control()
                self._reset = ui.button(icon="restart_alt", on_click=lambda: panel.set(name, None))
                self._reset.props(f'flat round dense size=sm aria-label="{words.plain}: back to the policy\'s own"')

    def _make_control(self) -> SliderLabel | ui.switch:
        label, testid = WORDS[self._name].plain, f"slider-{self._name}"
        if is_switch(self._name):
            return ui.switch(on_change=self._moved).props(f'aria-label="{label}"')
        return SliderLabel(label, testid, scale_of(self._name), LEVERS[self._name].low, self._moved)

    def _moved(self, event: ValueChangeEventArguments[Any]) -> None:
        """The page may send anything; what is no number is not taken, and the state checks the rest."""
        if not isinstance(event.value, int | float):
            return
        value = LEVERS[self._name].high if self._name == "red_line" and event.value >= NEVER else float(event.value)
        if value != self._shown:
            self._panel.set(self._name, value)

    def show(self, value: float, own: bool, apart: int) -> None:
        """Show the value in force, whether it is set here, and in how many places the scenario says otherwise."""
        self._shown = value
        if isinstance(self._control, ui.switch):
            self._control.set_value(bool(value))
            self._control.set_text(shown(self._name, value))
        else:
            self._control.set_value(min(value, NEVER) if self._name == "red_line" else value)
        self._reset.set_visibility(own)
        self._apart.set_text(f"{apart} exception{'' if apart == 1 else 's'}" if apart else "")


def _with(levers: dict[str, float], name: str, value: float | None) -> dict[str, float]:
    kept = {key: kept for key, kept in levers.items() if key != name}
    return kept if value is None else {**kept, name: value}


def with_change(changes: tuple[Change, ...], start: int, name: str, value: float | None) -> tuple[Change, ...]:
    """The changes with one lever set from a round on, or no longer; a change that says nothing is dropped."""
    found = next((change for change in changes if change.from_round == start), Change(from_round=start))
    here = found.model_copy(update={"levers": _with(found.levers, name, value)})
    others = tuple(change for change in changes if change.from_round != start)
    return (*others, here) if here.levers or here.policy else others


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


AS_GIVEN = ""
RESOLVES = {
    AS_GIVEN: "as the scenario has it",
    "committed": "committed at the start",
    "reluctant": "reluctant at the start",
}

_SHARE = Scale(0, 1, 0.05, factor=100, unit=" %")
SETTINGS: dict[str, tuple[str, Scale]] = {
    "states": ("States", Scale(2, 66, 1)),
    "power_maximizers": ("Share that maximize power", _SHARE),
    "inequality": ("Inequality of output (Gini coefficient)", Scale(0, 0.95, 0.05)),
    "theatres_per_challenger": ("Places that each may contest", Scale(0, 6, 1)),
    "alliances": ("Neighbours that are allied", _SHARE),
    "nuclear": ("Share with second-strike forces", _SHARE),
    "seed": ("Which of such worlds", Scale(0, 999, 1)),
}
"""Settings of a generated world on the page."""


def build_powers(session: Session) -> None:
    """The section: built when it is first opened, and each part again when it is of another world."""
    section = ui.expansion("Great powers and the world").classes("gp-group").props("dense data-testid=powers")
    with section:
        generator = ui.element("div").classes("gp-powers")
        powers = ui.element("div").classes("gp-powers")
    built: dict[str, object] = {}

    def fill(part: str, place: ui.element, key: object, build: Callable[[], None]) -> None:
        if built.get(part) != key:
            built[part] = key
            place.clear()
            with place:
                build()

    def refresh() -> None:
        if section.value:
            state = session.state
            fill("generator", generator, state.scenario, lambda: _generator(session))
            world = (state.scenario, state.upload, state.synthetic)
            fill("powers", powers, world, lambda: _powers(session, base_scenario(state)))

    section.on_value_change(refresh)
    session.subscribe("state", refresh)


def _powers(session: Session, scenario: Scenario) -> None:
    leader = leader_of(scenario)
    if leader is not None:
        _resolve(session, next(state.label for state in scenario.states if state.id == leader))
    titles = {name: load_doctrine(name).title for name in names("doctrines")}
    titles |= {doctrine.name: doctrine.title for doctrine in scenario.doctrines}
    for state in leading_states(scenario):
        _doctrine(session, state.id, state.label, titles, state.doctrine)


def _resolve(session: Session, leader: str) -> None:
    def chosen(event: ValueChangeEventArguments[Any]) -> None:
        session.change(resolve=event.value or None)

    label = f"Resolve of the leader, {leader}"
    select = ui.select(RESOLVES, value=session.state.resolve or AS_GIVEN, label=label, on_change=chosen)
    select.props("dense outlined options-dense data-testid=resolve")
    _follow(session, select, lambda: session.state.resolve or AS_GIVEN)


def _doctrine(session: Session, state: str, label: str, titles: dict[str, str], given: str) -> None:
    def chosen(event: ValueChangeEventArguments[Any]) -> None:
        others = {name: doctrine for name, doctrine in session.state.doctrines.items() if name != state}
        session.change(doctrines={**others, state: event.value} if event.value else others)

    options = {AS_GIVEN: f"{titles.get(given, given)}, weighted as in the scenario", **titles}
    select = ui.select(options, value=session.state.doctrines.get(state, AS_GIVEN), label=label, on_change=chosen)
    select.props(f"dense outlined options-dense data-testid=doctrine-{state}")
    _follow(session, select, lambda: session.state.doctrines.get(state, AS_GIVEN))


def _follow(session: Session, element: Any, value: Any) -> None:
    """Keep a control at what the state says, until it is taken off the page."""

    def refresh() -> None:
        if element.is_deleted:
            stop()
        else:
            element.set_value(value())

    stop = session.subscribe("state", refresh)


def _generator(session: Session) -> None:
    if session.state.scenario != "synthetic":
        return
    for name, (label, scale) in SETTINGS.items():
        with ui.element("div").classes("gp-lever"):
            ui.label(label).classes("gp-plain")
            with ui.element("div").classes("gp-lever-body"):
                slider = _setting(session, name, label, scale)
        _follow(session, slider, lambda name=name: getattr(_settings(session), name))


def _setting(session: Session, name: str, label: str, scale: Scale) -> SliderLabel:
    def moved(event: ValueChangeEventArguments[Any]) -> None:
        settings = _settings(session)
        before = getattr(settings, name)
        if isinstance(event.value, int | float) and (value := type(before)(event.value)) != before:
            changed = {**settings.model_dump(), name: value}
            session.change(gesture=f"synthetic {name}", synthetic=changed, doctrines={}, cursor=0)

    return SliderLabel(label, f"synthetic-{name}", scale, getattr(_settings(session), name), moved)


def _settings(session: Session) -> SyntheticSettings:
    return session.state.synthetic or generator_settings()
