"""The controls beside the views: levers, schedules and powers, each with its unit and range."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from nicegui import ui
from nicegui.elements.mixins.value_element import ValueElement
from nicegui.events import ValueChangeEventArguments

from greatpowers.browser.layout import policy_data
from greatpowers.core.levers import Policy
from greatpowers.scenario.build import build_policy
from greatpowers.scenario.errors import between
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine
from greatpowers.scenario.schema import Scenario, SyntheticSettings
from greatpowers.server import worlds
from greatpowers.server.labels import (
    DIALS_OF,
    GROUPS,
    NEVER,
    WORDS,
    is_switch,
    policy_titles,
    range_of,
    shown,
)
from greatpowers.server.session import Session
from greatpowers.server.state import Change, Settings

Scope = Literal["start", "here", "against"]
SCOPES: dict[Scope, str] = {"start": "From the start", "here": "From the round shown", "against": "Compared with"}


class Scale(NamedTuple):
    """Bounds and step of a slider, and its values in words: named ones, else a multiple with its unit."""

    low: float
    high: float
    step: float
    names: Mapping[int, str] = {}
    factor: float = 1.0
    unit: str = ""


def scale_of(name: str) -> Scale:
    """The slider of a lever: all of its range, in fine steps."""
    dial, lever = DIALS_OF[name], LEVERS[name]
    high = NEVER if name == "red_line" else lever.high
    return Scale(lever.low, high, 0.01 if dial.kind == "share" else 1.0, dial.names, dial.factor, dial.unit)


class SliderLabel(ValueElement[float], component=Path(__file__).parent / "assets" / "range.js"):
    """A slider with its value in words, which is told when the hand lets go; until then the page plays that `lever`."""

    def __init__(
        self,
        label: str,
        testid: str,
        scale: Scale,
        value: float,
        on_change: Callable[[ValueChangeEventArguments[Any]], None],
        lever: str = "",
    ) -> None:
        super().__init__(value=value, on_value_change=on_change)
        self.props["label"], self.props["testid"] = label, testid
        self.props["min"], self.props["max"], self.props["step"] = scale.low, scale.high, scale.step
        self.props["lever"] = lever
        self.props["words"] = {"names": scale.names, "factor": scale.factor, "unit": scale.unit}


Reach = Literal["elsewhere", "scaled", "levers"]
REACHES: dict[Reach, str] = {
    "elsewhere": "keep their own setting",
    "scaled": "change in proportion",
    "levers": "become the same as everywhere",
}
"""What happens to places that have a setting of their own when a lever is moved everywhere."""


EVERYWHERE = "Everywhere; or name places"


class Grounds(NamedTuple):
    """What a lever is moved from: what is in force, and the same without what is set here."""

    title: str
    now: worlds.InPlaces
    plain: worlds.InPlaces  # without any setting of this scope
    unplaced: worlds.InPlaces  # without this scope's settings in single places


class LeversPanel:
    """The rows of levers, what they are set for, and where."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._scope: Scope = "start"
        self._chosen: dict[str, Reach] = {}
        self._rows: dict[str, LeverRow] = {}
        toggle = ui.toggle(dict(SCOPES), value="start", on_change=self._choose_scope)
        toggle.props('spread no-caps unelevated dense aria-label="What the levers are set for"').classes("gp-scope")
        toggle.props("data-testid=scope")
        self._where = ui.select({}, multiple=True, value=[], label=EVERYWHERE, on_change=self.refresh)
        self._where.props("dense outlined options-dense use-chips data-testid=where").classes("gp-where")
        self._said = ui.label().classes("gp-note").props("aria-live=polite data-testid=reach")
        for number, (title, group) in enumerate(GROUPS.items()):
            with ui.expansion(title, value=number < 2).classes("gp-group").props("dense"):
                for name in group:
                    self._rows[name] = LeverRow(self, name)
        session.moves = self.moves
        session.subscribe("state", self.refresh)
        session.subscribe("cursor", self._cursor_moved)
        self.refresh()

    @property
    def round(self) -> int:
        """The round from which a lever is set."""
        return self._session.cursor if self._scope == "here" else 0

    @property
    def places(self) -> list[str]:
        """Ids of the theatres in which a lever is set; none for everywhere."""
        return list(self._where.value or [])

    def _choose_scope(self, event: ValueChangeEventArguments[Any]) -> None:
        self._scope = event.value
        self._chosen = {}
        if self._scope == "here":
            ui.run_javascript("window.greatpowers?.pause?.()")
        self.refresh()

    def _cursor_moved(self) -> None:
        if self._scope == "here":
            self.refresh()

    def _held(self) -> Settings:
        """What is set in the scope chosen."""
        state = self._session.state
        if self._scope == "against":
            return state.against_set
        if self.round == 0:
            return state.settings
        here = (change.settings for change in state.changes if change.from_round == self.round)
        return next(here, Settings())

    def _with(self, settings: Settings) -> dict[str, Any]:
        """Fields of the state with other settings in the scope chosen."""
        state = self._session.state
        if self._scope == "against":
            return {"against_set": settings}
        if self.round == 0:
            return settings.model_dump()
        return {"changes": with_change(state.changes, self.round, settings)}

    def _grounds(self) -> Grounds:
        held = self._held()
        found = []
        for settings in (held, Settings(), held.model_copy(update={"places": {}})):
            state = self._session.state.changed(**self._with(settings))
            policy = worlds.against_object(state) if self._scope == "against" else worlds.policy_object(state)
            found.append(worlds.in_places(worlds.scenario_object(state), policy, self.round))
        return Grounds(policy.title, *found)

    def reach(self, name: str) -> Reach:
        """What moving a lever does to the places with a setting of their own."""
        held = self._held()
        set_as = next((reach for reach in REACHES if name in getattr(held, reach)), None)
        return set_as or self._chosen.get(name, "elsewhere")

    def choose_reach(self, name: str, reach: Reach) -> None:
        """Do otherwise with the places that have a setting of their own, keeping the lever's value."""
        value = self._grounds().unplaced.general[name]
        self._chosen[name] = reach
        self._set(name, value, reach, "")
        self.refresh()

    def set(self, name: str, value: float | None) -> None:
        """Set one lever where it is chosen to act, or with None let it be as the policy has it."""
        self._set(name, value, self.reach(name), f"{self._scope} {self.round} {name} {self.places}")

    def _set(self, name: str, value: float | None, reach: Reach, gesture: str) -> None:
        held, grounds = self._held(), self._grounds()
        if self.places:
            settings = held.model_copy(update={"places": self._placed(held, grounds, name, value)})
        else:
            without: dict[str, Any] = {key: _without(getattr(held, key), name) for key in REACHES}
            replaced = bool(grounds.plain.own[name]) and reach == "levers"
            if value is not None and (replaced or value != grounds.plain.general[name]):
                without[reach] = {**without[reach], name: value}
            settings = held.model_copy(update=without)
        self._session.change(gesture=gesture, **self._with(settings))

    def _placed(self, held: Settings, grounds: Grounds, name: str, value: float | None) -> dict[str, dict[str, float]]:
        """What is set in single places, with one lever set in those chosen; what they have anyway is not set."""
        tables = dict(held.places)
        for place in self.places:
            table = _without(tables.get(place, {}), name)
            if value is not None and value != grounds.unplaced.value(name, place):
                table[name] = value
            tables[place] = table
        return {place: table for place, table in tables.items() if table}

    def moves(self) -> dict[str, Any]:
        """What the page plays while a lever moves: the policy `now`, and with every lever set to two other values.

        `at` has each at its value `of` the policy as it came, `apart` at another one. Where these are alike, a move
        changes nothing; elsewhere the lever takes the value of the slider where `at` has that of the policy, and is in
        proportion where it has another one. `bounds` are each lever's.
        """
        held, general = self._held(), self._grounds().plain.general
        ends = {name: LEVERS[name].low if general[name] > LEVERS[name].low else LEVERS[name].high for name in LEVERS}
        now, at, apart = (self._built(settings) for settings in (held, self._all(held, general), self._all(held, ends)))
        rows = np.searchsorted(now.starts, at.starts, side="right") - 1  # a change at the round shown begins a segment
        return {
            "which": "b" if self._scope == "against" else "a",
            "of": general,
            "bounds": {name: (lever.low, lever.high) for name, lever in LEVERS.items()},
            "now": policy_data(Policy(at.starts, now.levers[rows])),
            "at": policy_data(at),
            "apart": policy_data(apart),
        }

    def _all(self, held: Settings, values: Mapping[str, float]) -> Settings:
        """What would be set with every lever moved, each in its reach."""
        if self.places:
            return held.model_copy(update={"places": {**held.places, **{place: dict(values) for place in self.places}}})
        tables: dict[str, dict[str, float]] = {key: {} for key in REACHES}
        for name, value in values.items():
            tables[self.reach(name)][name] = value
        return held.model_copy(update=tables)

    def _built(self, settings: Settings) -> Policy:
        """The policy of the scope chosen as the engine takes it."""
        state = self._session.state.changed(**self._with(settings))
        chosen = worlds.against_object(state) if self._scope == "against" else worlds.policy_object(state)
        return build_policy(worlds.scenario_object(state), chosen)

    def refresh(self) -> None:
        """Show the levers as they are in force."""
        ui.run_javascript("window.gpBench?.forget()")
        labels = {theatre.id: theatre.label for theatre in worlds.base_scenario(self._session.state).theatres}
        known = [place for place in self.places if place in labels]
        if self._where.options != labels or known != self.places:
            self._where.set_options(labels, value=known)
        self._where.props(f'label="{"Only in" if known else EVERYWHERE}"')
        grounds, held = self._grounds(), self._held()
        first = known[0] if known else None
        for name, row in self._rows.items():
            own = any(name in held.places.get(place, {}) for place in known) if known else any(
                name in getattr(held, reach) for reach in REACHES
            )  # fmt: skip
            row.show(grounds.now.value(name, first), own, self.reach(name))
            row.name_places(labels, known, grounds, name)
        self._said.set_text(self._sentence(grounds.title, [labels[place] for place in known]))

    def _sentence(self, title: str, places: list[str]) -> str:
        since = "from the first round on"
        if self._scope == "here" and self.round:
            since = f"from {self._session.quarter(self.round)} on"
        if places:
            return f"Moving a lever changes {title} {since}, only in {', '.join(places)}."
        return (
            f"Moving a lever changes {title} {since}. Places with their own setting keep it unless you say otherwise."
        )


class LeverRow:
    """One lever."""

    def __init__(self, panel: LeversPanel, name: str) -> None:
        self._panel, self._name, self._shown = panel, name, LEVERS[name].low
        self._reach: ui.select | None = None
        lever, words = LEVERS[name], WORDS[name]
        with ui.element("div").classes("gp-lever").props(f"data-testid=lever-{name}"):
            with ui.element("div").classes("gp-lever-head"):
                ui.label(words.plain).classes("gp-plain")
                ui.label(words.term).classes("gp-term")
                ui.label(range_of(name)).classes("gp-note")
                ui.tooltip(f"{lever.meaning} ({lever.unit}; {between(lever.low, lever.high)})")
            with ui.element("div").classes("gp-lever-body"):
                self._control = self._make_control()
                self._reset = ui.button(icon="restart_alt", on_click=lambda: panel.set(name, None))
                self._reset.props(f'flat round dense size=sm aria-label="{words.plain}: back to the policy\'s own"')
            with ui.element("details").classes("gp-own").props(f"data-testid=own-{name}") as self._own:
                with ui.element("summary"):
                    self._count = ui.label()
                self._room = ui.element("div")
                self._named = ui.label().classes("gp-note")

    def _make_control(self) -> SliderLabel | ui.switch:
        label, testid = WORDS[self._name].plain, f"slider-{self._name}"
        if is_switch(self._name):
            return ui.switch(on_change=self._moved).props(f'aria-label="{label}"')
        return SliderLabel(label, testid, scale_of(self._name), LEVERS[self._name].low, self._moved, self._name)

    def _moved(self, event: ValueChangeEventArguments[Any]) -> None:
        """The page may send anything; what is no number is not taken, and the state checks the rest."""
        if not isinstance(event.value, int | float):
            return
        value = LEVERS[self._name].high if self._name == "red_line" and event.value >= NEVER else float(event.value)
        if value != self._shown:
            self._panel.set(self._name, value)

    def show(self, value: float, own: bool, reach: Reach) -> None:
        """Show the value in force, whether it is set here, and what moving it does to places with their own."""
        self._shown = value
        if isinstance(self._control, ui.switch):
            self._control.set_value(bool(value))
            self._control.set_text(shown(self._name, value))
        else:
            self._control.set_value(min(value, NEVER) if self._name == "red_line" else value)
        self._reset.set_visibility(own)
        if self._reach is not None:
            self._reach.set_value(reach)

    def name_places(self, labels: Mapping[str, str], chosen: list[str], grounds: Grounds, name: str) -> None:
        """Name every place with a setting of its own, what that is now, and the choice of what becomes of it."""
        now, before = grounds.now, grounds.unplaced.own[name] if chosen else grounds.plain.own[name]
        places = chosen if chosen else [place for place in labels if place in before or place in now.own[name]]
        values = {place: now.value(name, place) for place in places}
        self._own.set_visibility(len(set(values.values())) > 1 if chosen else bool(places))
        if not self._own.visible:
            return
        parts = []
        for place, value in values.items():
            was = before.get(place)
            lost = "" if was is None or was == value else f" (the policy's own: {shown(name, was)})"
            parts.append(f"{labels[place]} {shown(name, value)}{lost}")
        self._named.set_text("; ".join(parts))
        if chosen:
            self._count.set_text("These places differ")
        else:
            kept = "has its own setting" if len(places) == 1 else "have their own setting"
            self._count.set_text(f"{len(places)} of {len(labels)} places {kept}")
        self._offer_reach(bool(chosen), grounds.plain.general[name])

    def _offer_reach(self, hidden: bool, general: float) -> None:
        """The choice of what becomes of places with their own setting, built when there first is one."""
        if self._reach is None and not hidden:
            offered = {key: words for key, words in REACHES.items() if key != "scaled" or self._can_scale(general)}
            with self._room:
                self._reach = ui.select(offered, value=self._panel.reach(self._name), label="When moved, these")
            self._reach.props(f"dense outlined options-dense data-testid=reach-{self._name}")
            self._reach.on_value_change(self._reach_chosen)
        self._room.set_visibility(not hidden)

    def _can_scale(self, general: float) -> bool:
        return general > 0 and not is_switch(self._name) and self._name not in ("red_line", "tranches")

    def _reach_chosen(self, event: ValueChangeEventArguments[Any]) -> None:
        if event.value in REACHES and event.value != self._panel.reach(self._name):
            self._panel.choose_reach(self._name, event.value)


def _without(table: dict[str, float], name: str) -> dict[str, float]:
    return {key: value for key, value in table.items() if key != name}


def with_change(changes: tuple[Change, ...], start: int, settings: Settings) -> tuple[Change, ...]:
    """The changes with other settings from a round on; a change that says nothing is dropped."""
    found = next((change for change in changes if change.from_round == start), Change(from_round=start))
    here = found.model_copy(update={name: getattr(settings, name) for name in Settings.model_fields})
    others = tuple(change for change in changes if change.from_round != start)
    return others if here.empty and not here.policy else (*others, here)


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
            f"Change course from {session.quarter(session.cursor)}…"
            if later
            else "Move the time slider to change policy mid-run"
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

    labels = {theatre.id: theatre.label for theatre in worlds.base_scenario(session.state).theatres}
    said = told(change, titles, labels)
    with ui.element("li").classes("gp-change"):
        ui.button(session.quarter(change.from_round), on_click=go).props("flat dense no-caps").classes("gp-when")
        ui.label(said).classes("gp-what")
        ui.button(icon="close", on_click=remove).props(f'flat round dense size=sm aria-label="Remove: {said}"')


def told(change: Change, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """A change in words."""
    parts = [f"follow {titles.get(change.policy, change.policy)}"] if change.policy else []
    ends = {"elsewhere": "", "scaled": ", elsewhere in proportion", "levers": " everywhere"}
    parts += [_said(getattr(change, reach), end) for reach, end in ends.items() if getattr(change, reach)]
    parts += [_said(table, f" in {labels.get(place, place)}") for place, table in change.places.items()]
    return "; ".join(parts)


def _said(levers: Mapping[str, float], end: str) -> str:
    return "; ".join(f"{WORDS[name].plain.lower()}: {shown(name, value)}{end}" for name, value in levers.items())


AS_GIVEN = ""
RESOLVES = {
    AS_GIVEN: "as the scenario has it",
    "committed": "committed at the start",
    "reluctant": "reluctant at the start",
}

_SHARE = Scale(0, 1, 0.05, factor=100, unit="%")
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
            fill("powers", powers, world, lambda: _powers(session, worlds.base_scenario(state)))

    section.on_value_change(refresh)
    session.subscribe("state", refresh)


def _powers(session: Session, scenario: Scenario) -> None:
    leader = worlds.leader_of(scenario)
    if leader is not None:
        _resolve(session, next(state.label for state in scenario.states if state.id == leader))
    titles = {name: load_doctrine(name).title for name in names("doctrines")}
    titles |= {doctrine.name: doctrine.title for doctrine in scenario.doctrines}
    for state in worlds.leading_states(scenario):
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
    return session.state.synthetic or worlds.generator_settings()
