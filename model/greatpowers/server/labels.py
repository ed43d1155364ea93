"""Plain words beside the field's terms, the colours of doctrines, and short numbers: what the page shows.

The words are in ``labels.toml``.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.levers import SWITCH
from greatpowers.core.metrics import METRICS
from greatpowers.game.chair import DIALS
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_policy, parse_toml, presets
from greatpowers.simulation.events import rung_words

TOLD = parse_toml(Path(__file__).with_suffix(".toml"), "labels.toml")

RUNGS: tuple[str, ...] = tuple(TOLD["rungs"])
"""What each rung looks like, 0 to 7."""

METRIC_WORDS: dict[str, str] = TOLD["metrics"]
"""What a metric says to somebody who does not know the field."""

HISTORY_WORDS: dict[str, str] = TOLD["histories"]
"""The same of headlines, about a whole history."""

PALETTE = ("#0072B2", "#D55E00", "#E69F00", "#CC79A7", "#009E73", "#7f5539", "#56B4E9", "#8c8c8c")
"""The palette of all figures (Okabe & Ito 2008), in the order doctrines take their colours."""

DOCTRINE_ORDER = (
    "order-preserving",
    "nineteenth-century",
    "stakeholder-revisionist",
    "insecure",
    "trading-state",
    "greedy",
)
"""Shipped doctrines keep the same colour in every scenario."""


@cache
def policy_titles(first: tuple[str, ...] = ()) -> Mapping[str, str]:
    """Titles of policies by name: some first, or those of the default comparison, then the others."""
    ordered = dict.fromkeys((*(first or presets()), *names("policies")))
    return MappingProxyType({name: load_policy(name).title for name in ordered})


def metric_labels() -> dict[str, dict[str, str]]:
    """Label and unit of each metric as the registry has them, and the same in plain words."""
    return {
        entry.name: {"label": entry.label, "unit": entry.unit, "plain": METRIC_WORDS[entry.name]} for entry in METRICS
    }


def ladder() -> list[dict[str, object]]:
    """The rungs 0 to 7: number, name, plain words."""
    return [{"rung": rung, "name": rung_words(rung), "plain": plain} for rung, plain in enumerate(RUNGS)]


def doctrine_colours(doctrines: Sequence[str]) -> dict[str, str]:
    """A colour for each doctrine: its own if it is shipped, else the next of the palette that is free."""
    own = {name: PALETTE[place] for place, name in enumerate(DOCTRINE_ORDER)}
    spare = [colour for colour in PALETTE if colour not in {own.get(name) for name in doctrines}]
    others = [name for name in doctrines if name not in own]
    return {name: own.get(name) or spare[others.index(name) % len(spare)] for name in doctrines}


DIGITS = 4


def significant(values: Floats, digits: int = DIGITS) -> Floats:
    """The values rounded to so many significant digits; zeros and what is not finite stay as they are."""
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    usual = (size > 0) & np.isfinite(size)
    places = digits - 1 - np.floor(np.log10(np.where(usual, size, 1.0)))
    # Dividing by a whole power of ten gives the double that prints shortest; multiplying by a fraction does not.
    up, down = 10.0 ** np.maximum(places, 0.0), 10.0 ** np.maximum(-places, 0.0)
    rounded: Floats = np.round(values * up / down) * down / up
    return np.where(usual, rounded, values)


def short(values: Floats, digits: int = DIGITS) -> list[Any]:
    """Nested lists of rounded numbers; whole columns of whole numbers are written without a point."""
    rounded = significant(values, digits)
    whole = rounded.size > 0 and bool(np.all(np.isfinite(rounded))) and bool(np.all(rounded == np.round(rounded)))
    lists: list[Any] = (rounded.astype(np.int64) if whole else rounded).tolist()
    return lists


class Words(NamedTuple):
    """How a lever is called by people, and by the field."""

    plain: str
    term: str


GROUPS = {title: {name: Words(*words) for name, words in levers.items()} for title, levers in TOLD["levers"].items()}
"""The levers of each group, in order."""

WORDS = {name: words for group in GROUPS.values() for name, words in group.items()}


def is_switch(name: str) -> bool:
    """Whether a lever is either on or off."""
    return LEVERS[name].unit == SWITCH


def range_of(name: str) -> str:
    """The lowest and the highest value of a lever, with its unit."""
    lever = LEVERS[name]
    if is_switch(name):
        return "yes or no"
    if name == "red_line":
        return "rung 1 to 7, or never"
    return f"{lever.low:g} to {lever.high:g} years" if name == "tranches" else "0 to 100%"


def rung_in_words(value: float) -> str:
    """The rung at which a red line lies."""
    return f"{rung_words(int(value))} ({value:g})" if value <= TOP_RUNG else "never"


FORCES = ("presence", "standing")
USUAL_FORCE = 0.5
"""Upper end of the dials of troops: a larger share of everybody's forces is asked for by no policy."""


class Dial(NamedTuple):
    """A lever as every page shows it: bounds and step of its dial, and how its values are said.

    A value has a name, or is shown as a multiple with a unit.
    """

    name: str
    label: str
    term: str
    meaning: str
    kind: Literal["switch", "line", "years", "share"]
    group: str
    main: bool
    """Whether a player sees it first."""
    low: float
    high: float
    step: float
    names: Mapping[int, str]
    factor: float = 1.0
    unit: str = ""


def _dial(name: str, group: str) -> Dial:
    lever, words = LEVERS[name], WORDS[name]
    about = (name, words.plain, words.term, lever.meaning)
    place = (group, name in DIALS, lever.low)
    if is_switch(name):
        return Dial(*about, "switch", *place, lever.high, 1.0, {0: "no", 1: "yes"})
    if name == "red_line":
        lines = range(int(lever.low), int(lever.high) + 1)
        return Dial(*about, "line", *place, lever.high, 1.0, {rung: rung_in_words(rung) for rung in lines})
    if name == "tranches":
        return Dial(*about, "years", *place, lever.high, 1.0, {1: "1 year"}, unit=" years")
    high, step = (USUAL_FORCE, 0.01) if name in FORCES else (lever.high, 0.05)
    return Dial(*about, "share", *place, high, step, {}, 100.0, "%")


DIALS_OF = {name: _dial(name, title) for title, group in GROUPS.items() for name in group}
"""The levers as dials, in the order of the groups."""


def dials() -> list[dict[str, Any]]:
    """The levers as dials for a page's script, in the order in which a row of levers gives them."""
    return [DIALS_OF[name]._asdict() for name in LEVERS]
