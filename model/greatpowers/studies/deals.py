"""The deal, term by term: histories with and without each term, in words and as one HTML page."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from greatpowers.experiments.report.words import estimate, half_width
from greatpowers.presentation.html import Cell, Cells, Heading, Headings, HtmlTable, rendered, shown
from greatpowers.presentation.style import listed, number, percent
from greatpowers.simulation.ensemble import Progress, run_jobs
from greatpowers.simulation.intervals import Interval
from greatpowers.simulation.panels import FOR_AN_ERROR, Panel, described, setups_for
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds
from greatpowers.studies import deal_tables


@dataclass(frozen=True, eq=False, repr=False)
class Deals(Panel):
    """What becomes of a deal in each place with an offer, and what each of its terms is worth.

    `places` has one row per place: how often the deal is offered and signed, who accepts, how long deals are kept and
    how they end, and the terms. `worth` has one row per term left out and outcome, of the place and of the world:
    means with it and without it, and their paired difference with its 95% interval. `offers` and `deals` have one row
    per proposal and per deal of the histories with the full deal.
    """

    kind: ClassVar[str] = "deals"

    places: pd.DataFrame
    worth: pd.DataFrame
    offers: pd.DataFrame
    deals: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {"places": self.places, "worth": self.worth, "offers": self.offers, "deals": self.deals}

    @property
    def facts(self) -> dict[str, Any]:
        """Where the deal is offered, and which terms were left out."""
        return {"places": list(self.places["place"]), "terms": list(dict.fromkeys(self.worth["term"]))}

    @property
    def pages(self) -> dict[str, str]:
        """The page that shows it all."""
        return {"deals.html": render(self)}


def deals(
    scenario: ScenarioLike = "2017",
    policy: PolicyLike = "half-a-loaf",
    seeds: Seeds = 200,
    places: Sequence[str] | None = None,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Deals:
    """Play a policy with a deal on `seeds`, a number or the seeds, and again without each term, place by place.

    `places` names theatres with an offer, all of them if None. `progress` is called with (histories done, in all).
    Results do not depend on `workers`. Raises :class:`GreatPowersError` on what cannot be run, and if no deal is
    offered.
    """
    numbers = checked_seeds(seeds)
    setup = setups_for(scenario, policy, numbers, rounds, parameters, FOR_AN_ERROR)[0]
    chosen = deal_tables.chosen_places(setup, places)
    changes = deal_tables.left_out(setup, chosen)
    setups = [setup, *(deal_tables.changed(setup, change, chosen) for change in changes)]
    at_places = np.empty((len(setups), len(numbers), len(chosen), len(deal_tables.PLACE_OUTCOMES)))
    of_world = np.empty((len(setups), len(numbers), len(deal_tables.WORLD_OUTCOMES)))
    full: dict[int, deal_tables.DealHistory] = {}

    def work(job: int) -> None:
        run, which = divmod(job, len(setups))
        reading = deal_tables.play_and_read(setups[which], numbers[run], chosen)
        at_places[which, run], of_world[which, run] = reading.places, reading.world
        if which == 0:
            full[run] = reading

    run_jobs(len(numbers) * len(setups), work, workers, progress)
    readings = [full[run] for run in range(len(numbers))]
    return Deals(
        **described([setup], numbers),
        places=deal_tables.places_table(setup, chosen, readings),
        worth=deal_tables.worth_table(setup, chosen, changes, at_places, of_world),
        offers=deal_tables.offers_table(setup, readings),
        deals=deal_tables.deals_table(setup, readings),
    )


ROUNDS_PER_YEAR = 4
SHOWN = {
    deal_tables.PLACE: ("severity", "wars_begun", "battle_deaths", "target_cost", "control", "under_deal"),
    deal_tables.WORLD: ("mean_severity", "wars_begun", "battle_deaths", "order", "sender_cost", "target_cost"),
}
"""Outcomes that tables on the terminal and on the page have room for; the others are in the files."""

FATE = {
    "offered": "Offered",
    "challenger_accepts": "Challenger accepts",
    "host_accepts": "Host accepts",
    "coalition_accepts": "Coalition accepts",
    "all_accept": "All accept",
    "signed": "Signed",
    "first_signed": "First signed",
    "deals": "Deals",
    "kept": "Kept",
    "ended_by_war": "War",
    "ended_by_cheating": "Cheating",
    "ended_by_guardians": "Guardians",
    "ended_by_spoilers": "Spoilers",
    "still_in_force": "In force at the end",
}
"""Columns of the places table that are shown, and what they are called."""

UNITS = {"offered": "of histories", "signed": "of histories", "first_signed": "median quarter",
         "deals": "per history", "kept": "years, mean"}  # fmt: skip
BROKEN = "ended_by_"


def unit_of(column: str) -> str:
    """What a column of the places table counts."""
    return UNITS.get(column) or ("of offers" if column.endswith(("accept", "accepts")) else "of deals")


def fates(panel: "Deals") -> Iterator[tuple[str, dict[str, str]]]:
    """The name of each place, and the columns of :data:`FATE` in words."""
    for row in panel.places.to_dict("records"):
        yield str(row["label"]), {str(name): _fate_in_words(str(name), row[name]) for name in FATE}


def _fate_in_words(column: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if column == "first_signed":
        return str(value)
    if column in ("deals", "kept"):
        return f"{value / (ROUNDS_PER_YEAR if column == 'kept' else 1):.2f}"
    return percent(value)


def answer(panel: "Deals") -> str:
    """What becomes of the offer, in one sentence."""
    parts = []
    for row in panel.places.to_dict("records"):
        signed = f"{row['label']} in {percent(row['signed'])} of histories"
        duration = "" if math.isnan(row["kept"]) else f", kept {row['kept'] / ROUNDS_PER_YEAR:.1f} years"
        parts.append(f"{signed}{duration}")
    return f"The deal of {panel.policies[0].title} is signed: {'; '.join(parts)}."


def details(panel: "Deals") -> list[str]:
    """What each place's offer meets with, and which of its terms can be told to matter."""
    lines = [_ends(row) for row in panel.places.to_dict("records")]
    for place, table in panel.worth.groupby("place", sort=False):
        lines.append(_matters(_label(panel, str(place)), table))
    return lines


def _ends(row: Mapping[Any, Any]) -> str:
    """Who refuses, and what ends what is signed."""
    parts = []
    if not math.isnan(row["all_accept"]):
        shares = listed([f"the {party} accepts {percent(row[f'{party}_accepts'])}" for party in deal_tables.PARTIES])
        parts.append(f"of {row['offers']:.1f} offers a history, {shares}")
    if row["deals"] > 0:
        parts.append(_endings(row))
    return f"{row['label']}: {'; '.join(parts) or 'nothing was ever offered'}."


def _endings(row: Mapping[Any, Any]) -> str:
    ends = {name.removeprefix(BROKEN): float(row[name]) for name in FATE if name.startswith(BROKEN)}
    last = f"{percent(row['still_in_force'])} are in force when it ends"
    causes = sorted((how for how, share in ends.items() if share > 0), key=lambda how: -ends[how])
    broken = [f"{how} {'end' if how.endswith('s') else 'ends'} {percent(ends[how])}" for how in causes]
    return f"of {row['deals']:.1f} deals a history, {listed([*broken, last], len(ends) + 1)}"


def _matters(label: str, table: pd.DataFrame) -> str:
    """Which terms change escalation, in the place or in the world, by more than luck."""
    of = deal_tables.PLACE if (table["of"] == deal_tables.PLACE).any() else deal_tables.WORLD
    rows = table[(table["of"] == of) & (table["outcome"] == SHOWN[of][0])]
    significant = rows[(rows["low"] > 0) | (rows["high"] < 0)]
    if significant.empty:
        return f"{label}: no term by itself changes escalation by more than luck."
    by_size = significant.iloc[significant["difference"].abs().argsort()[::-1]].to_dict("records")
    parts = [f"{term_name(row['term'])} {estimate(_interval(row), signed=True)}" for row in by_size]
    return f"{label}, what changes escalation by more than luck: {'; '.join(parts)}."


def _interval(row: Mapping[Any, Any]) -> Interval:
    return Interval(row["difference"], row["low"], row["high"])


def _label(panel: "Deals", place: str) -> str:
    if place == deal_tables.EVERYWHERE:
        return "All places together"
    return str(panel.places.set_index("place").loc[place, "label"])


def term_name(term: str) -> str:
    """A term in words."""
    return "the offer as a whole" if term == deal_tables.OFFER else term.replace("_", " ")


def offered(value: float) -> str:
    """A term's value as it is offered; empty where it differs between places."""
    return "" if math.isnan(value) else f"{value:g}"


def worth_tables(panel: "Deals") -> Iterator[tuple[str, pd.DataFrame]]:
    """Title and rows of each table of what the terms add: by place, of the place and then of the world."""
    for (place, of), table in panel.worth.groupby(["place", "of"], sort=False):
        where = ": there" if of == deal_tables.PLACE else ": in the world"
        title = _label(panel, str(place)) + ("" if place == deal_tables.EVERYWHERE else where)
        yield title, table[table["outcome"].isin(SHOWN[str(of)])]


def lines_of(table: pd.DataFrame) -> Iterator[tuple[str, float, list[Interval]]]:
    """Of a table of worth each term that changes anything, its value, and what it adds to each outcome shown."""
    for term, rows in table.groupby("term", sort=False):
        figures = [_interval(row) for row in rows.to_dict("records")]
        if any(figure.low or figure.high for figure in figures):
            yield str(term), float(rows["offered"].iloc[0]), figures


def idle_terms(table: pd.DataFrame) -> str:
    """Which terms of a table of worth change nothing, as a sentence; empty without any."""
    active = {term for term, _, _ in lines_of(table)}
    names = [term_name(term) for term in table["term"].drop_duplicates() if term not in active]
    return f"Changes nothing in any history: {', '.join(names)}." if names else ""


def cell(interval: Interval) -> tuple[str, str]:
    """A difference, with a star where its interval leaves out 0, and half of the interval."""
    half = half_width(interval)
    mark = "*" if interval.leaves_out_zero else ""
    return number(interval.mean, half, signed=True) + mark, f"± {number(half, half)}" if half > 0 else ""


def columns_of(table: pd.DataFrame) -> Sequence[tuple[str, str]]:
    """Label and unit of the outcomes of a table of worth."""
    rows = table.drop_duplicates("outcome")
    return list(zip(rows["label"], rows["unit"], strict=True))


def terms_of(panel: "Deals") -> Iterator[tuple[str, list[str]]]:
    """Each term in words, and its value in each place."""
    for term in deal_tables.TERMS:
        yield term_name(term), [f"{value:g}" for value in panel.places[term]]


GENERATOR = "greatpowers deals"


def render(panel: "Deals") -> str:
    """The page as text; equal panels give equal text."""
    return rendered(
        "studies/deals.html", generator=GENERATOR, policy=panel.policies[0].title,
        scenario=panel.scenario.title, seeds=len(panel.seeds), rounds=panel.rounds, answer=answer(panel),
        details=details(panel), fate=_fate(panel), terms=_terms(panel),
        worth=[{"title": title, "table": _worth(table)} for title, table in worth_tables(panel)],
    )  # fmt: skip


def _fate(panel: "Deals") -> HtmlTable:
    heads: Headings = ("Place", *(Heading(label, unit_of(name)) for name, label in FATE.items()))
    caption = "War, cheating, guardians and spoilers: how deals ended. A deal of the start counts as one."
    return shown(caption, heads, [(place, *texts.values()) for place, texts in fates(panel)])


def _terms(panel: "Deals") -> HtmlTable:
    rows = [(term, *values) for term, values in terms_of(panel)]
    return shown("The terms on offer.", ("Term", *panel.places["label"]), rows)


def _worth(table: pd.DataFrame) -> HtmlTable:
    heads: Headings = ("Without", "As offered", *(Heading(*column) for column in columns_of(table)))
    rows: list[Cells] = [
        (term_name(term), offered(value), *(Cell(*cell(figure)) for figure in figures))
        for term, value, figures in lines_of(table)
    ]
    return shown(idle_terms(table), heads, rows)
