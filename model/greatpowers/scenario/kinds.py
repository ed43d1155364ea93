"""Kinds of value a configuration file may hold, each with its range and the words that describe it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from greatpowers.core.declare import Field as Setting, fields_of
from greatpowers.core.ladder import TOP_RUNG, Rung
from greatpowers.core.levers import SWITCH, Levers
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import between, is_number_in, shown, suggestion


class Expect(NamedTuple):
    """What a field expects, in the words of an error message."""

    text: str


def rung_name(rung: int) -> str:
    """The name of a rung as files write it, such as 'proxy-support'."""
    return Rung(rung).name.lower().replace("_", "-")


LEVERS = {found.name: found.field for found in fields_of(Levers)}
IN_A_DEAL = (
    *("keep", "relief", "tranches", "neutrality", "monitors", "peacekeepers", "snapback", "carve_out"),
    "spoiler_limit",
)
"""Levers that say what is in a deal, or when it is proposed: they do nothing where none is on offer."""

PARAMETERS = {found.name: found.field for found in fields_of(Parameters)}
WEIGHTS = {
    "power": Setting("weight of gain in power and control"),
    "order": Setting("weight of the order's norms"),
    "welfare": Setting("weight of economic loss"),
    "fear": Setting("weight of not being encircled"),
}
"""What may be set by name: range, unit and meaning."""

RUNG_NAMES = tuple(rung_name(rung) for rung in range(TOP_RUNG + 1))


def setting_fault(name: str, value: object, settings: Mapping[str, Setting], noun: str) -> str:
    """What is wrong with setting `name` to `value`, or an empty string."""
    if name not in settings:
        return f"there is no {noun} '{name}'. {suggestion(name, settings)}"
    setting = settings[name]
    if setting.unit == SWITCH:  # for which truth values count as 0 and 1, as they do nowhere else
        return "" if value in (0, 1) else f"{noun} '{name}' is {shown(value)}; expected 0 or 1 ({setting.meaning})."
    if not is_number_in(value, setting.low, setting.high):
        return f"{noun} '{name}' is {shown(value)}; expected {between(setting.low, setting.high)} ({setting.meaning})."
    return ""


def setting_faults(values: Mapping[str, object], settings: Mapping[str, Setting], noun: str) -> list[str]:
    """Everything wrong with a table of settings."""
    return [fault for name, value in values.items() if (fault := setting_fault(name, value, settings, noun))]


def _numbers_named(settings: Mapping[str, Setting], noun: str) -> Callable[[object], object]:
    def check(values: object) -> object:
        if not isinstance(values, Mapping):
            return values
        if faults := setting_faults(values, settings, noun):
            raise PydanticCustomError("settings", "settings", {"faults": faults})
        return {name: float(value) for name, value in values.items()}

    return check


def _rung_number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in RUNG_NAMES:
        raise PydanticCustomError("rung", "rung", {"remedy": suggestion(value, RUNG_NAMES)})
    return RUNG_NAMES.index(value)


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


NAME_PATTERN = r"^[A-Za-z0-9_-]+$"

Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False), Expect("a number from 0 to 1")]
Positive = Annotated[
    float, Field(strict=True, gt=0, le=1e15, allow_inf_nan=False), Expect("a number above 0, up to 1e15")
]
Amount = Annotated[float, Field(strict=True, ge=0, le=1e15, allow_inf_nan=False), Expect("a number of at least 0")]
Latitude = Annotated[
    float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False), Expect("degrees north, from -90 to 90")
]
Longitude = Annotated[
    float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False), Expect("degrees east, from -180 to 180")
]
Rounds = Annotated[int, Field(strict=True, ge=0, le=400), Expect("a whole number of rounds from 0 to 400")]
Length = Annotated[int, Field(strict=True, ge=1, le=4000), Expect("a whole number of rounds from 1 to 4000")]
Tranches = Annotated[int, Field(strict=True, ge=1, le=40), Expect("a whole number from 1 to 40")]
RungNumber = Annotated[
    int,
    BeforeValidator(_rung_number),
    Field(strict=True, ge=0, le=TOP_RUNG),
    Expect(f"a rung from 0 to {TOP_RUNG}, or its name"),
]
Flag = Annotated[bool, Field(strict=True), Expect("true or false")]
Text = Annotated[str, Field(strict=True), Expect("a text in quotes")]
Title = Annotated[str, Field(strict=True, min_length=1), Expect("a text in quotes, not empty")]
Name = Annotated[
    str, Field(strict=True, pattern=NAME_PATTERN), Expect("a text in quotes, of letters, digits, '-' and '_' only")
]
Pair = Annotated[tuple[Name, Name], Expect("a list of two states")]
Quarter = Annotated[
    str, Field(strict=True, pattern=r"^\d{4}Q[1-4]$"), Expect('a year and quarter in quotes, such as "2017Q1"')
]
LeverTable = Annotated[dict[str, float], BeforeValidator(_numbers_named(LEVERS, "lever")), Expect("a table of levers")]
ParameterTable = Annotated[
    dict[str, float], BeforeValidator(_numbers_named(PARAMETERS, "parameter")), Expect("a table of parameters")
]
WeightTable = Annotated[
    dict[str, float], BeforeValidator(_numbers_named(WEIGHTS, "weight")), Expect("a table of weights")
]


class TomlTable(BaseModel):
    """A table of TOML: unknown keys and infinite numbers are refused, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
