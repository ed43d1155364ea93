"""``greatpowers plausibility``: what a specialist would call absurd, looked for in many histories."""

import math
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_played
from greatpowers.presentation.tables import TableColumn

if TYPE_CHECKING:
    import pandas as pd

    from greatpowers.validation.plausibility import Plausibility


FAILS = "*"
NARROW = 9
"""Columns that the name of a policy may take, so that six stand side by side."""

SEEDS = 500


COMMAND = Command(
    "look for what a specialist would call absurd",
    "Play every policy, and check the histories by a panel of plausibility: where wars begin, how deadly they "
    "are, who guards whom, what becomes of the order. The exit code is 0 whatever the result.",
    (
        ("greatpowers plausibility", "2017, the six presets, 500 seeds"),
        ("greatpowers plausibility --policies containment --seeds 100 --out panel", "one policy, with its places"),
    ),
    lambda parser: add_played(parser, SEEDS, least=1),
)


def execute(arguments: Namespace) -> None:
    """Play, judge, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.validation.plausibility import plausibility

    terminal.carry_out(arguments, plausibility, ("policies",), _print_result)


def _print_result(screen: "terminal.Screen", panel: "Plausibility") -> str:
    from greatpowers.validation.plausibility import TOGETHER

    screen.print(f"{len(panel.seeds)} histories of {panel.rounds} rounds for each policy.\n")
    together = panel.table["policy"] == TOGETHER
    for title, rows in (("By policy", panel.table[~together]), ("All policies together", panel.table[together])):
        if len(rows):
            _print_checks(screen, title, rows)
    screen.print(f"{FAILS} is out of its range. Empty: nothing to measure, or not asked of this policy.")
    judged = int(panel.table["holds"].notna().sum())
    return f"{panel.failing} of {judged} checks fail."


def _print_checks(screen: "terminal.Screen", title: str, table: "pd.DataFrame") -> None:
    """A line a check, a column a policy."""
    policies = list(dict.fromkeys(table["policy"]))
    columns = [TableColumn("check", "Check"), TableColumn("range", "Range", number=True)]
    columns += [TableColumn(name, terminal.in_lines(name, NARROW), number=True) for name in policies]
    lines: dict[str, dict[str, Any]] = {}
    for row in table.to_dict("records"):
        start = {"check": f"{row['label']} ({row['unit']})", "range": _range(row["low"], row["high"])}
        line = lines.setdefault(row["check"], start | dict.fromkeys(policies, ""))
        line[row["policy"]] = _value(row["value"], row["holds"])
    screen.grid(title, columns, lines.values())


def _value(value: float, holds: Any) -> str:
    """The value to three digits, marked where it is out of range."""
    import pandas as pd

    if math.isnan(value):
        return ""
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text + (FAILS if not pd.isna(holds) and not holds else "")


def _range(low: float, high: float) -> str:
    """The range as a sign and a bound, or from low to high; on two lines where it is long."""
    if math.isnan(low):
        return "" if math.isnan(high) else f"≤ {high:,g}"
    return f"≥ {low:,g}" if math.isnan(high) else f"{low:,g}\nto {high:,g}"
