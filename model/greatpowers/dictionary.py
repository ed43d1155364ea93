"""What every column of a record means and in what unit, gathered from the declarations of the core; costs in money.

Costs are shares of output. In money they are shares of the scenario's own outputs, in the currency that its file names.
Output is that of the start: costs of later years are stated as if output had not changed.
"""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greatpowers.core.declare import fields_of
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import NUMBERS, Event
from greatpowers.core.metrics import METRICS, MetricEntry
from greatpowers.core.trace import OPTIONS, Trace
from greatpowers.core.workspace import StateSnapshot
from greatpowers.core.world import States, Theatres
from greatpowers.scenario.errors import need_known
from greatpowers.scenario.load import parse_toml

if TYPE_CHECKING:
    from greatpowers.scenario.schema import Scenario

WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
SIGNIFICANT = 2


def in_money(scenario: "Scenario", percent: float, state: str | None = None) -> float:
    """Money a year that a per cent of annual output is: of a state's, or of all states together.

    NaN where the scenario does not say what its outputs are in money.
    """
    if scenario.money is None:
        return math.nan
    outputs = [one.economy for one in scenario.states if state is None or one.id == state]
    return percent / 100 * math.fsum(outputs) * scenario.money.unit


def money_words(scenario: "Scenario", percent: float, state: str | None = None) -> str:
    """The same in words, such as '43 billion US dollars of 2016 a year'; empty where it is not known."""
    amount = in_money(scenario, percent, state)
    if scenario.money is None or math.isnan(amount):
        return ""
    size, word = next(((size, word) for size, word in WORDS if abs(amount) >= size), (1.0, ""))
    value = amount / size
    decimals = SIGNIFICANT - 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{round(value, decimals):,.{max(0, decimals)}f}".replace("-", "−")
    return " ".join(part for part in (text, word, scenario.money.currency, "a year") if part)


class Described(NamedTuple):
    """One column: its name, a label for axes and headings, its unit, how it is worked out, and after whom."""

    name: str
    label: str
    unit: str
    formula: str
    source: str = "model"


class PlaceOutcome(NamedTuple):
    """Something measured of a place in one history: name, label, unit."""

    name: str
    label: str
    unit: str


EXTRAS = (
    Described(
        "rounds_to_war",
        "Rounds to war",
        "rounds",
        "rounds from the first probe (rung 1 or more) to the first war begun from then on; empty if there is none",
    ),
    Described(
        "recovery_time",
        "Recovery time",
        "rounds",
        "rounds from the bottom of the deepest fall of order (.01 or more) until half is made good; empty if never",
    ),
    Described(
        "deals_kept",
        "Deals kept",
        "deals per run",
        "deals in force in the last round: signed in the run or before it, and broken by nobody",
    ),
    Described(
        "great_power_war",
        "Great-power war",
        "0 or 1",
        "whether great powers fought on both sides of a war",
        "Levy 1983",
    ),
)
"""Values of a run as a whole that no round has."""

PLACE_OUTCOMES = (
    PlaceOutcome("severity", "Escalation", "severity in [0, 1]"),
    PlaceOutcome("highest_rung", "Highest rung", "rung 0-7"),
    PlaceOutcome("quarters_of_force", "Quarters at rung 4 or more", "quarters"),
    PlaceOutcome("war", "War", "0 or 1"),
    PlaceOutcome("wars_begun", "Wars begun", "wars"),
    PlaceOutcome("great_power_war", "Great-power war", "0 or 1"),
    PlaceOutcome("joined", "States that joined a war", "states"),
    PlaceOutcome("battle_deaths", "Battle deaths", "thousands"),
    PlaceOutcome("control", "Held at the end", "share of the host"),
    PlaceOutcome("offers", "Deals offered", "deals"),
    PlaceOutcome("signed", "Deal signed", "0 or 1"),
    PlaceOutcome("under_deal", "Under a deal", "share of rounds"),
    PlaceOutcome("deal_at_end", "Deal in force at the end", "0 or 1"),
    PlaceOutcome("sanctions", "Sanctions level", "share in [0, 1]"),
    PlaceOutcome("target_cost", "Cost to the challenger", "% of its annual output"),
)
"""Outcomes of a place in one history; means over rounds unless the unit says otherwise.

`war` is a war that breaks out there, or spreads there: where one is under way at the start, war again.
"""

PLACE_MARK = "."
"""Stands between an outcome and its place in the name of a column: ``war.donbas``."""

STATE_NAMES = tuple(column.name.lower() for column in StateColumn)
THEATRE_NAMES = tuple(column.name.lower() for column in TheatreColumn)
METRIC_NAMES = tuple(entry.name for entry in METRICS)


def option_of(move: float) -> int:
    """Index in `OPTIONS` of a move in rungs: a war that is over leaves the whole ladder at once, and goes down."""
    return 1 + int(move > 0) - int(move < 0)


def trace_names() -> tuple[str, ...]:
    """Names of the trace's columns in order, runs of three written out as _down, _hold, _up."""
    names: dict[int, str] = {}
    for column in Trace:
        if column.name.endswith("_"):
            for option, word in enumerate(OPTIONS):
                names[column + option] = column.name.lower() + word
        else:
            names[int(column)] = column.name.lower()
    return tuple(names[index] for index in sorted(names))


TRACE_NAMES = trace_names()


def run_unit(entry: MetricEntry) -> str:
    """Unit of a metric's value for a whole run: sums are no longer per round."""
    return entry.unit.replace("per round", "per run") if entry.whole_run == "sum" else entry.unit


@cache
def _summary_columns() -> dict[str, Described]:
    columns = {e.name: Described(e.name, e.label, run_unit(e), e.formula, e.source) for e in METRICS}
    return columns | {extra.name: extra for extra in EXTRAS}


def describe(name: str) -> Described:
    """The entry for a column of a run's summary: a metric, one of the extras, or an outcome of a place (war.donbas).

    Raises :class:`GreatPowersError`.
    """
    outcome, mark, place = name.partition(PLACE_MARK)
    if mark and place:
        return _of_place(name, outcome, place)
    columns = _summary_columns()
    need_known(name, columns, f"there is no metric '{name}'.")
    return columns[name]


OWN = "own_metrics"
"""Where the `attrs` of a table of runs say what metrics of the user's own are called, by name."""


def place_columns(places: Iterable[str]) -> list[str]:
    """Names of the columns of places, in the order of :data:`PLACE_OUTCOMES` for each."""
    return [f"{outcome.name}{PLACE_MARK}{place}" for place in places for outcome in PLACE_OUTCOMES]


def _of_place(name: str, outcome: str, place: str) -> Described:
    known = {place_outcome.name: place_outcome for place_outcome in PLACE_OUTCOMES}
    need_known(outcome, known, f"there is no outcome '{outcome}' of a place.")
    place_outcome = known[outcome]
    return Described(
        name,
        f"{place_outcome.label}, {place}",
        place_outcome.unit,
        f"{place_outcome.label.lower()} in the theatre '{place}'",
    )


def describe_label(name: str) -> str:
    """The label of a column of a run's summary."""
    return describe(name).label


def metric_units() -> dict[str, tuple[str, str]]:
    """Meaning and unit of each column of the per-round metrics."""
    return {entry.name: (entry.formula, entry.unit) for entry in METRICS}


def record_units() -> dict[str, tuple[str, str]]:
    """Meaning and unit of the columns of states, theatres and appraisals; in part from ``dictionary.toml``."""
    declared = {
        f.name: (f.field.meaning, f.field.unit) for kind in (StateSnapshot, Theatres, States) for f in fields_of(kind)
    }
    entries, weighed = parse_toml(Path(__file__).with_suffix(".toml"), "dictionary.toml"), {}
    for stem, meaning in entries["weighed"].items():
        written = [stem + word for word in OPTIONS] if stem.endswith("_") else [stem]
        weighed.update(dict.fromkeys(written, tuple(meaning)))
    return declared | {name: tuple(meaning) for name, meaning in entries["meanings"].items()} | weighed


def event_numbers(kind: int) -> tuple[str, str, str]:
    """Names of the three numbers an event of this kind carries."""
    return NUMBERS[Event(kind)]
