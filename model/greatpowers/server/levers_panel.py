"""The controls beside the views: levers, schedules and powers, each with its unit and range."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments, ValueChangeEventArguments

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


Shown = dict[str, dict[str, Any]]
"""By name what a row shows: its `value`; of a lever also whether it is `set` here, its `reach`, and its `places`."""


class LeverRows(Element, component=Path(__file__).parent / "assets" / "levers.js"):
    """Rows of sliders and switches in groups, as the page draws them itself.

    `move` is called with a name and a value when the hand lets go; what is no value is ignored.
    """

    def __init__(self, groups: Sequence[Mapping[str, Any]], shown: Shown, move: Callable[[str, float], None]) -> None:
        super().__init__()
        self._names = {row["name"] for group in groups for row in group["rows"]}
        self.props["groups"] = json.dumps(groups)  # as text, which NiceGUI does not look into for changes
        self.show(shown)

        def moved(name: str, value: object) -> None:
            if isinstance(value, int | float):
                move(name, float(value))

        self.hear("set", moved)

    def show(self, shown: Shown) -> None:
        """Show other values."""
        self.props["shown"] = json.dumps(shown)

    def hear(self, event: str, call: Callable[..., None]) -> None:
        """Pass on what the page reports of a row: its name, and what else there is."""

        def heard(event: GenericEventArguments) -> None:
            name, *more = event.args if isinstance(event.args, list) else [event.args]
            if isinstance(name, str) and name in self._names:
                call(name, *more)

        self.on(event, heard)


def row_of(name: str) -> dict[str, Any]:
    """The row of a lever: all of its range, in fine steps."""
    dial, lever = DIALS_OF[name], LEVERS[name]
    return {
        **dial._asdict(),
        "high": NEVER if name == "red_line" else lever.high,
        "step": 0.01 if dial.kind == "share" else 1.0,
        "testid": f"slider-{name}",
        "range": range_of(name),
        "meaning": f"{lever.meaning} ({lever.unit}; {between(lever.low, lever.high)})",
    }


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
        toggle = ui.toggle(dict(SCOPES), value="start", on_change=self._choose_scope)
        toggle.props('spread no-caps unelevated dense aria-label="What the levers are set for"').classes("gp-scope")
        toggle.props("data-testid=scope")
        self._where = ui.select({}, multiple=True, value=[], label=EVERYWHERE, on_change=self.refresh)
        self._where.props("dense outlined options-dense use-chips data-testid=where").classes("gp-where")
        self._said = ui.label().classes("gp-note").props("aria-live=polite data-testid=reach")
        groups = [
            {"title": title, "open": number < 2, "rows": [row_of(name) for name in group]}
            for number, (title, group) in enumerate(GROUPS.items())
        ]
        self._rows = LeverRows(groups, {}, self._moved)
        self._rows.hear("reset", lambda name: self.set(name, None))
        self._rows.hear("reach", self._reach_chosen)
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
        in_places = []
        for settings in (held, Settings(), held.model_copy(update={"places": {}})):
            state = self._session.state.changed(**self._with(settings))
            policy = worlds.against_object(state) if self._scope == "against" else worlds.policy_object(state)
            in_places.append(worlds.in_places(worlds.scenario_object(state), policy, self.round))
        return Grounds(policy.title, *in_places)

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
        grounds = self._grounds()
        self._rows.show(self._shown(grounds))
        self._said.set_text(self._sentence(grounds.title, [labels[place] for place in known]))

    def _shown(self, grounds: Grounds) -> Shown:
        held, places = self._held(), self.places
        first = places[0] if places else None
        levers: Shown = {}
        for name in LEVERS:
            tables = (held.places.get(place, {}) for place in places) if places else (
                getattr(held, reach) for reach in REACHES
            )  # fmt: skip
            value = grounds.now.value(name, first)
            levers[name] = {
                "value": min(value, NEVER) if name == "red_line" else value,
                "set": any(name in table for table in tables),
                "reach": self.reach(name),
                "places": self._own(grounds, name),
            }
        return levers

    def _own(self, grounds: Grounds, name: str) -> dict[str, Any] | None:
        """Every place with a setting of its own, what that is now, and the choice of what becomes of it; or nothing."""
        labels = {theatre.id: theatre.label for theatre in worlds.base_scenario(self._session.state).theatres}
        now, before = grounds.now, (grounds.unplaced if self.places else grounds.plain).own[name]
        places = self.places or [place for place in labels if place in before or place in now.own[name]]
        values = {place: now.value(name, place) for place in places}
        if not values or (self.places and len(set(values.values())) < 2):
            return None
        parts = []
        for place, value in values.items():
            was = before.get(place)
            lost = "" if was is None or was == value else f" (the policy's own: {shown(name, was)})"
            parts.append(f"{labels[place]} {shown(name, value)}{lost}")
        if self.places:
            return {"count": "These places differ", "named": "; ".join(parts), "offered": None}
        phrase = "has its own setting" if len(places) == 1 else "have their own setting"
        offered = {key: words for key, words in REACHES.items() if key != "scaled" or _can_scale(grounds, name)}
        count = f"{len(places)} of {len(labels)} places {phrase}"
        return {"count": count, "named": "; ".join(parts), "offered": offered}

    def _moved(self, name: str, value: float) -> None:
        """The page may send any number; the state checks it."""
        to = LEVERS[name].high if name == "red_line" and value >= NEVER else value
        if to != self._grounds().now.value(name, self.places[0] if self.places else None):
            self.set(name, to)

    def _reach_chosen(self, name: str, reach: object) -> None:
        chosen = next((known for known in REACHES if known == reach), None)
        if chosen is not None and chosen != self.reach(name):
            self.choose_reach(name, chosen)

    def _sentence(self, title: str, places: list[str]) -> str:
        since = "from the first round on"
        if self._scope == "here" and self.round:
            since = f"from {self._session.quarter(self.round)} on"
        if places:
            return f"Moving a lever changes {title} {since}, only in {', '.join(places)}."
        return (
            f"Moving a lever changes {title} {since}. Places with their own setting keep it unless you say otherwise."
        )


def _can_scale(grounds: Grounds, name: str) -> bool:
    """Whether places can change in proportion to a lever."""
    return grounds.plain.general[name] > 0 and not is_switch(name) and name not in ("red_line", "tranches")


def _without(table: dict[str, float], name: str) -> dict[str, float]:
    return {key: value for key, value in table.items() if key != name}


def with_change(changes: tuple[Change, ...], start: int, settings: Settings) -> tuple[Change, ...]:
    """The changes with other settings from a round on; a change that says nothing is dropped."""
    existing = next((change for change in changes if change.from_round == start), Change(from_round=start))
    here = existing.model_copy(update={name: getattr(settings, name) for name in Settings.model_fields})
    others = tuple(change for change in changes if change.from_round != start)
    return others if here.empty and not here.policy else (*others, here)


OFFERS = {"offer": ("offer the deal everywhere", 1.0), "withdraw": ("withdraw the offer", 0.0)}


def build_schedule(session: Session) -> None:
    """A button that drops another policy or the offer at a later round, and the list of all changes."""
    with ui.element("section").classes("gp-schedule").props('aria-label="Changes over time"'):
        _build_button(session)
        listed = ui.element("ul").classes("gp-changes").props('aria-label="Changes of policy"')

    def refresh() -> None:
        listed.clear()
        with listed:
            for change in session.state.changes:
                _entry(session, change, policy_titles())

    session.subscribe("state", refresh)
    refresh()


def _build_button(session: Session) -> None:
    def drop(policy: str | None, levers: dict[str, float]) -> None:
        start = session.cursor
        others = tuple(change for change in session.state.changes if change.from_round != start)
        session.change(changes=(*others, Change(from_round=start, policy=policy, levers=levers)))

    def fill(menu: ui.menu) -> None:
        with menu:
            for name, (label, value) in OFFERS.items():
                item = ui.menu_item(label, on_click=lambda value=value: drop(None, {"deal": value}))
                item.props(f"dense data-testid=drop-{name}")
            ui.separator()
            for name, title in policy_titles().items():
                item = ui.menu_item(f"follow {title}", on_click=lambda name=name: drop(name, {}))
                item.props(f"dense data-testid=drop-{name}")

    def offer() -> None:
        """The menu is filled when it is first wanted: it is half of what a page is made of, and few want it."""
        if not menu.default_slot.children:
            fill(menu)
        menu.open()

    hint = ui.label("Move the time slider to change policy mid-run.").classes("gp-note")
    button = ui.button(icon="add_location_alt", on_click=offer).props("no-caps outline data-testid=drop-change")
    with button.classes("gp-drop"):
        menu = ui.menu().props('no-parent-event aria-label="What to do from this round on"')

    def point() -> None:
        hint.set_visibility(session.cursor == 0)
        button.set_visibility(session.cursor > 0)
        button.set_text(f"Change course from {session.quarter(session.cursor)}…")

    for kind in ("state", "history", "cursor"):
        session.subscribe(kind, point)
    point()


def _entry(session: Session, change: Change, titles: Mapping[str, str]) -> None:
    def remove() -> None:
        session.change(changes=tuple(other for other in session.state.changes if other.from_round != change.from_round))

    def go() -> None:
        ui.run_javascript(f"window.greatpowers?.setCursor?.({change.from_round})")

    labels = {theatre.id: theatre.label for theatre in worlds.base_scenario(session.state).theatres}
    text = change_summary(change, titles, labels)
    with ui.element("li").classes("gp-change"):
        ui.button(session.quarter(change.from_round), on_click=go).props("flat dense no-caps").classes("gp-when")
        ui.label(text).classes("gp-what")
        ui.button(icon="close", on_click=remove).props(f'flat round dense size=sm aria-label="Remove: {text}"')


def change_summary(change: Change, titles: Mapping[str, str], labels: Mapping[str, str]) -> str:
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


def _setting(
    label: str, low: float, high: float, step: float = 1.0, factor: float = 1.0, unit: str = ""
) -> dict[str, Any]:
    return {"label": label, "low": low, "high": high, "step": step, "factor": factor, "unit": unit, "names": {}}


SETTINGS: dict[str, dict[str, Any]] = {
    "states": _setting("States", 2, 66),
    "power_maximizers": _setting("Share that maximize power", 0, 1, 0.05, 100, "%"),
    "inequality": _setting("Inequality of output (Gini coefficient)", 0, 0.95, 0.05),
    "theatres_per_challenger": _setting("Places that each may contest", 0, 6),
    "alliances": _setting("Neighbours that are allied", 0, 1, 0.05, 100, "%"),
    "nuclear": _setting("Share with second-strike forces", 0, 1, 0.05, 100, "%"),
    "seed": _setting("Which of such worlds", 0, 999),
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
    _until_gone(session, select, lambda: select.set_value(session.state.resolve or AS_GIVEN))


def _doctrine(session: Session, state: str, label: str, titles: dict[str, str], given: str) -> None:
    def chosen(event: ValueChangeEventArguments[Any]) -> None:
        others = {name: doctrine for name, doctrine in session.state.doctrines.items() if name != state}
        session.change(doctrines={**others, state: event.value} if event.value else others)

    options = {AS_GIVEN: f"{titles.get(given, given)}, weighted as in the scenario", **titles}
    select = ui.select(options, value=session.state.doctrines.get(state, AS_GIVEN), label=label, on_change=chosen)
    select.props(f"dense outlined options-dense data-testid=doctrine-{state}")
    _until_gone(session, select, lambda: select.set_value(session.state.doctrines.get(state, AS_GIVEN)))


def _until_gone(session: Session, element: Element, refresh: Callable[[], object]) -> None:
    """Keep a control at what the state says, until it is taken off the page."""

    def follow() -> None:
        if element.is_deleted:
            stop()
        else:
            refresh()

    stop = session.subscribe("state", follow)


def _generator(session: Session) -> None:
    if session.state.scenario != "synthetic":
        return

    def settings() -> SyntheticSettings:
        return session.state.synthetic or worlds.generator_settings()

    def values() -> Shown:
        return {name: {"value": getattr(settings(), name)} for name in SETTINGS}

    def moved(name: str, value: float) -> None:
        before = getattr(settings(), name)
        if (to := type(before)(value)) != before:
            changed = {**settings().model_dump(), name: to}
            session.change(gesture=f"synthetic {name}", synthetic=changed, doctrines={}, cursor=0)

    named = [{**setting, "name": name, "testid": f"synthetic-{name}"} for name, setting in SETTINGS.items()]
    rows = LeverRows([{"title": "", "rows": named}], values(), moved)
    _until_gone(session, rows, lambda: rows.show(values()))
