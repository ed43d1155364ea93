"""The levers in plain words, the field's term beside each; meanings, units and ranges are the registry's."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nicegui.elements.mixins.value_element import ValueElement
from nicegui.events import ValueChangeEventArguments

from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.levers import SWITCH
from greatpowers.scenario.kinds import LEVERS, rung_name

PAUSE = 0.05
"""Seconds between two values that a dragged slider tells."""


class Scale(NamedTuple):
    """Bounds and step of a slider, and its values in words: named ones, else a multiple with its unit."""

    low: float
    high: float
    step: float
    names: Mapping[int, str] | None = None
    factor: float = 1.0
    unit: str = ""


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


class Words(NamedTuple):
    """How a lever is called by people, and by the field."""

    plain: str
    term: str


GROUPS: dict[str, dict[str, Words]] = {
    "Sticks": {
        "sanctions": Words("Sanctions for a breach", "sanctions"),
        "secondary": Words("Pressure on those who go on trading", "secondary sanctions"),
        "standing": Words("Troops on the spot beforehand", "deterrence by denial"),
        "presence": Words("Troops sent once a line is crossed", "extended deterrence"),
        "red_line": Words("The line not to be crossed", "red line"),
        "aid": Words("Arms and money for the host", "security assistance"),
        "strike": Words("Readiness to strike", "compellence"),
    },
    "The offer": {
        "deal": Words("Offer a deal", "conditional deal"),
        "keep": Words("How much of its gains it may keep", "recognition"),
        "relief": Words("Sanctions lifted in return", "sanctions relief"),
        "tranches": Words("Steps in which they are lifted", "tranches"),
        "neutrality": Words("How far the host stays out of alliances", "neutrality"),
        "monitors": Words("Observers of the deal", "monitoring"),
        "peacekeepers": Words("Peacekeepers", "peacekeeping"),
        "snapback": Words("Sanctions back after a breach", "snapback"),
        "carve_out": Words("No deal on annexed land", "non-recognition"),
    },
    "Spoilers": {
        "counter_insurgency": Words("Effort against those who would wreck a deal", "counter-insurgency"),
        "spoiler_limit": Words("Too many wreckers for a deal", "spoilers"),
    },
}

NEVER = TOP_RUNG + 1
"""The position of the red line's slider past the last rung; any line above the ladder is never crossed."""

WORDS = {name: words for group in GROUPS.values() for name, words in group.items()}


def is_switch(name: str) -> bool:
    """Whether a lever is either on or off."""
    return LEVERS[name].unit == SWITCH


def scale_of(name: str) -> Scale:
    """Bounds and steps of a lever's slider, and how its values are said."""
    lever = LEVERS[name]
    if name == "red_line":
        rungs = range(int(lever.low), NEVER + 1)
        return Scale(lever.low, NEVER, 1.0, {rung: rung_in_words(rung) for rung in rungs})
    if name == "tranches":
        return Scale(lever.low, lever.high, 1.0, {1: "1 year"}, unit=" years")
    return Scale(lever.low, lever.high, 0.01, factor=100.0, unit=" %")


def shown(name: str, value: float) -> str:
    """A value of a lever with its unit, as people say it."""
    if is_switch(name):
        return "yes" if value else "no"
    if name == "red_line":
        return rung_in_words(value)
    if name == "tranches":
        return f"{value:g} year{'' if value == 1 else 's'}"
    return f"{100 * value:.3g} %"


def range_of(name: str) -> str:
    """The lowest and the highest value of a lever, with its unit."""
    lever = LEVERS[name]
    if is_switch(name):
        return "yes or no"
    if name == "red_line":
        return "rung 1 to 7, or never"
    return f"{lever.low:g} to {lever.high:g} years" if name == "tranches" else "0 to 100 %"


def rung_in_words(value: float) -> str:
    """The rung at which a red line lies."""
    return f"{rung_name(int(value)).replace('-', ' ')} ({value:g})" if value <= TOP_RUNG else "never"
