"""Who the great powers are: the doctrine each follows, the leader's resolve, and how a generated world is made."""

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine
from greatpowers.scenario.schema import Scenario, SyntheticSettings
from greatpowers.server.ranges import Range, Scale
from greatpowers.server.session import Session
from greatpowers.server.worlds import base_scenario, generator_settings, leader_of, leading_states

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


def _setting(session: Session, name: str, label: str, scale: Scale) -> Range:
    def moved(event: ValueChangeEventArguments[Any]) -> None:
        settings = _settings(session)
        before = getattr(settings, name)
        if isinstance(event.value, int | float) and (value := type(before)(event.value)) != before:
            changed = {**settings.model_dump(), name: value}
            session.change(gesture=f"synthetic {name}", synthetic=changed, doctrines={}, cursor=0)

    return Range(label, f"synthetic-{name}", scale, getattr(_settings(session), name), moved)


def _settings(session: Session) -> SyntheticSettings:
    return session.state.synthetic or generator_settings()
