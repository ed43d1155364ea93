"""``greatpowers mechanisms``: what the order of the policies rests on, and what moves nothing."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from greatpowers.cli.arguments import Command, add_played
from greatpowers.presentation.tables import TableColumn

if TYPE_CHECKING:
    from greatpowers.cli.terminal import Screen
    from greatpowers.studies.mechanisms import Mechanisms


COLUMNS = (
    TableColumn("mechanism", "Switched off", keep=True),
    TableColumn("outcome", "Outcome"),
    TableColumn("distance", "Kendall\ndistance", number=True),
    TableColumn("pairs", "Now the other way round (least first)"),
)

SEEDS = 60


def _arguments(parser: ArgumentParser) -> None:
    add_played(parser, SEEDS, least=2)


COMMAND = Command(
    "switch every parameter and lever off, and see whether the answer holds",
    "Switch every parameter and lever off, and double it, under every policy on the same luck; say without which "
    "the order of the policies changes, and which change nothing.",
    (
        ("greatpowers mechanisms --out mechanisms", "2017, the six presets, 60 seeds: some minutes"),
        ("greatpowers mechanisms --policies containment,half-a-loaf --seeds 10", "two policies, and quicker"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.cli.terminal import carry_out
    from greatpowers.studies.mechanisms import mechanisms

    carry_out(arguments, mechanisms, ("policies",), _tell)


def _tell(screen: "Screen", found: "Mechanisms") -> str:
    screen.print(f"{len(found.seeds)} matched histories of {found.rounds} rounds for each policy and change.\n")
    _tell_ranks(screen, found)
    _tell_untold(screen, found)
    _tell_inert(screen, found)
    return ""


def _tell_ranks(screen: "Screen", found: "Mechanisms") -> None:
    """The mechanisms without which policies that are told apart change places."""
    from greatpowers.cli.terminal import grid
    from greatpowers.studies.mechanisms import TOLD_APART

    turned = found.ranks[found.ranks["reversed"] > 0]
    known = f"told apart with |z| of {TOLD_APART:g} or more with the mechanism and without"
    if turned.empty:
        screen.print(f"No mechanism switched off turns two policies round that are {known}.\n", soft_wrap=True)
        return
    rows = [_row(row) for row in turned.to_dict("records")]
    screen.table(grid("What the order of the policies rests on", COLUMNS, rows, caption=f"Pairs are {known}."))


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    from greatpowers.dictionary import describe

    return {
        "mechanism": row["mechanism"],
        "outcome": describe(row["outcome"]).label,
        "distance": row["distance"],
        "pairs": row["reversed_pairs"].replace("; ", "\n"),
    }


def _tell_untold(screen: "Screen", found: "Mechanisms") -> None:
    """What could not be switched off, or not be changed at all."""
    without = found.inert[found.inert["off_z"].isna()]
    unchanged = without["doubled_z"].isna()
    for words, names in (
        ("Only doubled", list(without.loc[~unchanged, "mechanism"])),
        ("Neither switched off nor doubled", list(without.loc[unchanged, "mechanism"])),
    ):
        if names:
            screen.print(f"{words}: {', '.join(names)}.")


def _tell_inert(screen: "Screen", found: "Mechanisms") -> None:
    """What moves nothing, last."""
    from greatpowers.cli.terminal import heading
    from greatpowers.studies.mechanisms import MOVED

    names = found.inert_names
    screen.print(heading(f"\nInert: {len(names)} of {len(found.inert)} move no outcome under any policy"))
    screen.print(f"|z| stays below {MOVED:g} switched off and doubled." + (f" {', '.join(names)}" if names else ""))
