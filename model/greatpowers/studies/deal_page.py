"""The deal, term by term, as one HTML file that needs nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from greatpowers.presentation.html import TABLE, Cell, Heading, Row, Shown, opening, rendered
from greatpowers.studies.deal_words import (
    FATE,
    answer,
    cell,
    columns_of,
    details,
    fates,
    idle_terms,
    lines_of,
    offered,
    term_name,
    terms_of,
    unit_of,
    worth_tables,
)

if TYPE_CHECKING:
    from greatpowers.studies.deals import Deals

GENERATOR = "greatpowers deals"

PAGE = (
    TABLE
    + opening(
        "The deal, term by term",
        "{{ policy }}: {{ scenario }}",
        "What becomes of the offer, and what is each of its terms worth?",
    )
    + """<ul>{% for line in details %}<li>{{ line }}</li>{% endfor %}</ul>

<h2>What becomes of the offer</h2>
{{ table(fate) }}
{{ table(terms) }}

<h2>What each term adds</h2>
<p>Each term is left out by itself, and everything else is played again on the same luck: {{ seeds }} histories of
{{ rounds }} rounds each. A figure is the mean with the full deal less the mean without the term; below it is half of
its 95 % interval, and a star marks what luck does not explain. With so many figures, one in twenty gets a star by
chance.</p>
{% for t in worth %}<h3>{{ t.title }}</h3>
{{ table(t.table) }}
{% endfor %}
<footer>Made by <code>{{ generator }}</code> {{ version }}. Every figure is in <code>places.csv</code> and
<code>worth.csv</code> beside this page, every offer in <code>offers.csv</code>, every deal in <code>deals.csv</code>.
</footer>
"""
)


def render(found: "Deals") -> str:
    """The page as text; equal panels give equal text."""
    return rendered(
        PAGE, title="The deal, term by term", generator=GENERATOR, policy=found.policies[0].title,
        scenario=found.scenario.title, seeds=len(found.seeds), rounds=found.rounds, answer=answer(found),
        details=details(found), fate=_fate(found), terms=_terms(found),
        worth=[{"title": title, "table": _worth(table)} for title, table in worth_tables(found)],
    )  # fmt: skip


def _fate(found: "Deals") -> Shown:
    heads = (Heading("Place"), *(Heading(label, unit_of(name)) for name, label in FATE.items()))
    rows = tuple(Row((Cell(place), *(Cell(text) for text in texts.values()))) for place, texts in fates(found))
    caption = "War, cheating, guardians and spoilers: how deals ended. A deal of the start counts as one."
    return Shown(caption, heads, rows)


def _terms(found: "Deals") -> Shown:
    rows = tuple(Row((Cell(term), *(Cell(value) for value in values))) for term, values in terms_of(found))
    return Shown("The terms on offer.", (Heading("Term"), *(Heading(name) for name in found.places["label"])), rows)


def _worth(table: pd.DataFrame) -> Shown:
    heads = (Heading("Without"), Heading("As offered"), *(Heading(*column) for column in columns_of(table)))
    return Shown(idle_terms(table), heads, tuple(_rows(table)))


def _rows(table: pd.DataFrame) -> Iterator[Row]:
    for term, value, figures in lines_of(table):
        yield Row((Cell(term_name(term)), Cell(offered(value)), *(Cell(*cell(figure)) for figure in figures)))
