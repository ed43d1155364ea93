"""A slider that is the browser's own: the focus of Quasar's is hidden from screen readers."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nicegui.elements.mixins.value_element import ValueElement
from nicegui.events import ValueChangeEventArguments

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


class Range(ValueElement[float], component=Path(__file__).parent / "assets" / "range.js"):
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
