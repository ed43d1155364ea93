"""``greatpowers deals``: what becomes of a deal in each place, and what each of its terms is worth."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_histories, listed
from greatpowers.presentation.tables import TableColumn, numbers

SEEDS = 200
NARROW = 11
"""Columns that the name of an outcome may take, so that six stand side by side."""


def _arguments(parser: ArgumentParser) -> None:
    add_histories(parser, SEEDS, least=2)
    text = "policy that offers a deal, a shipped name or a path; half-a-loaf if not given"
    parser.add_argument("--policy", metavar="NAME", default="half-a-loaf", help=text)
    text = "places whose offers to examine, by their ids; all with an offer if not given"
    parser.add_argument("--places", metavar="A,B,...", type=listed("--places"), help=text)


COMMAND = Command(
    "the deal, term by term: what becomes of the offer, and what each term is worth",
    "Play a policy that offers a deal, and say by place how often it is offered, accepted, signed, kept and "
    "broken; leave out each term by itself on the same luck, and say what it adds there and in the world.",
    (
        ("greatpowers deals --out deals", "2017, half a loaf, 200 seeds: some minutes"),
        ("greatpowers deals --places donbas --seeds 40", "one place, and quicker"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    terminal.carry_out(arguments, gp.deals, ("policy", "places"), _print_result)


def _print_result(screen: "terminal.Screen", panel: "gp.Deals") -> None:
    from greatpowers.studies import deals as told

    screen.print(
        f"{len(panel.seeds)} matched histories of {panel.rounds} rounds with the full deal and without each term.\n"
    )
    screen.heading(told.answer(panel))
    screen.print(*told.details(panel), "", sep="\n")
    _print_fates(screen, panel)
    screen.print(
        "What each term adds: with the full deal less without it, ± half of the 95% interval; * leaves out 0.\n"
    )
    for title, table in told.worth_tables(panel):
        names = [terminal.in_lines(label, NARROW) for label, _ in told.columns_of(table)]
        columns = [TableColumn("term", "Without", keep=True), TableColumn("offered", "Value", number=True)]
        columns += [TableColumn(name, name, number=True) for name in names]
        rows = [
            {"term": told.term_name(term), "offered": told.offered(value)}
            | {name: "\n".join(told.cell(figure)) for name, figure in zip(names, figures, strict=True)}
            for term, value, figures in told.lines_of(table)
        ]
        if rows:
            screen.grid(title, columns, rows)
        else:
            screen.heading(title)
        if idle := told.idle_terms(table):
            screen.print(f"{idle}\n")


def _print_fates(screen: "terminal.Screen", panel: "gp.Deals") -> None:
    """A column a place: what becomes of the offer, then its terms."""
    from greatpowers.studies.deals import FATE, fates, terms_of, unit_of

    place_fates, places = list(fates(panel)), list(panel.places["place"])
    heads = numbers(
        **{place: terminal.in_lines(label, NARROW) for place, (label, _) in zip(places, place_fates, strict=True)}
    )
    columns = [TableColumn("what", "What becomes of the offer", keep=True), *heads]
    rows = [(f"{label} ({unit_of(name)})", [texts[name] for _, texts in place_fates]) for name, label in FATE.items()]
    screen.grid("", columns, _by_place(places, rows))
    columns[0] = TableColumn("what", "Terms", keep=True)
    screen.grid("", columns, _by_place(places, terms_of(panel)))


def _by_place(places: list[str], rows: Iterable[tuple[str, list[str]]]) -> list[dict[str, str]]:
    return [{"what": what} | dict(zip(places, values, strict=True)) for what, values in rows]
