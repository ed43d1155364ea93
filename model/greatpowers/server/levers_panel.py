"""The levers: every one with its unit and range, from the start or from the round shown, for either policy."""

from typing import Any, Literal

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from greatpowers.scenario.errors import between
from greatpowers.scenario.kinds import LEVERS
from greatpowers.server.lever_words import GROUPS, NEVER, WORDS, is_switch, range_of, scale_of, shown
from greatpowers.server.ranges import Range
from greatpowers.server.session import Session
from greatpowers.server.state import Change
from greatpowers.server.worlds import against_object, base_scenario, levers_at, policy_object, set_apart

Scope = Literal["start", "here", "against"]
SCOPES: dict[Scope, str] = {"start": "From the start", "here": "From the round shown", "against": "Compared with"}


class LeversPanel:
    """The rows of levers, and what they are set for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._scope: Scope = "start"
        self._rows: dict[str, Row] = {}
        toggle = ui.toggle(dict(SCOPES), value="start", on_change=self._choose_scope)
        toggle.props('spread no-caps unelevated dense aria-label="What the levers are set for"').classes("gp-scope")
        toggle.props("data-testid=scope")
        self._said = ui.label().classes("gp-note").props("aria-live=polite")
        for number, (title, group) in enumerate(GROUPS.items()):
            with ui.expansion(title, value=number < 2).classes("gp-group").props("dense"):
                for name in group:
                    self._rows[name] = Row(self, name)
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


class Row:
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

    def _make_control(self) -> Range | ui.switch:
        label, testid = WORDS[self._name].plain, f"slider-{self._name}"
        if is_switch(self._name):
            return ui.switch(on_change=self._moved).props(f'aria-label="{label}"')
        return Range(label, testid, scale_of(self._name), LEVERS[self._name].low, self._moved)

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
