"""``greatpowers mechanisms``: what the order of the policies rests on, and what moves nothing."""

from argparse import Namespace
from typing import TYPE_CHECKING, Any

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_played
from greatpowers.presentation.tables import TableColumn

if TYPE_CHECKING:
    from greatpowers.studies.mechanisms import Mechanisms


COLUMNS = (
    TableColumn("mechanism", "Switched off", keep=True),
    TableColumn("outcome", "Outcome"),
    TableColumn("distance", "Kendall\ndistance", number=True),
    TableColumn("pairs", "Now the other way round (least first)"),
)

SEEDS = 60


COMMAND = Command(
    "switch every parameter and lever off, and see whether the answer holds",
    "Switch every parameter and lever off, and double it, under every policy on the same luck; say without which "
    "the order of the policies changes, and which change nothing.",
    (
        ("greatpowers mechanisms --out mechanisms", "2017, the six presets, 60 seeds: some minutes"),
        ("greatpowers mechanisms --policies containment,half-a-loaf --seeds 10", "two policies, and quicker"),
    ),
    lambda parser: add_played(parser, SEEDS, least=2),
)


def execute(arguments: Namespace) -> None:
    """Play, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.studies.mechanisms import mechanisms

    terminal.carry_out(arguments, mechanisms, ("policies",), _print_result)


def _print_result(screen: "terminal.Screen", panel: "Mechanisms") -> None:
    screen.print(f"{len(panel.seeds)} matched histories of {panel.rounds} rounds for each policy and change.\n")
    _print_ranks(screen, panel)
    _print_unseen(screen, panel)
    _print_inert(screen, panel)


def _print_ranks(screen: "terminal.Screen", panel: "Mechanisms") -> None:
    """The mechanisms without which policies that are told apart change places."""
    from greatpowers.studies.mechanisms import TOLD_APART

    turned = panel.ranks[panel.ranks["reversed"] > 0]
    known = f"told apart with |z| of {TOLD_APART:g} or more with the mechanism and without"
    if turned.empty:
        screen.print(f"No mechanism switched off turns two policies round that are {known}.\n", soft_wrap=True)
        return
    rows = [_row(row) for row in turned.to_dict("records")]
    screen.grid("What the order of the policies rests on", COLUMNS, rows, caption=f"Pairs are {known}.")


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {
        "mechanism": row["mechanism"],
        "outcome": gp.describe(row["outcome"]).label,
        "distance": row["distance"],
        "pairs": row["reversed_pairs"].replace("; ", "\n"),
    }


def _print_unseen(screen: "terminal.Screen", panel: "Mechanisms") -> None:
    """What could not be switched off, or not be changed at all."""
    without = panel.inert[panel.inert["off_z"].isna()]
    unchanged = without["doubled_z"].isna()
    for words, names in (
        ("Only doubled", list(without.loc[~unchanged, "mechanism"])),
        ("Neither switched off nor doubled", list(without.loc[unchanged, "mechanism"])),
    ):
        if names:
            screen.print(f"{words}: {', '.join(names)}.")


def _print_inert(screen: "terminal.Screen", panel: "Mechanisms") -> None:
    """What moves nothing, last."""
    from greatpowers.studies.mechanisms import MOVED

    names = panel.inert_names
    screen.heading(f"\nInert: {len(names)} of {len(panel.inert)} move no outcome under any policy")
    screen.print(f"|z| stays below {MOVED:g} switched off and doubled." + (f" {', '.join(names)}" if names else ""))
