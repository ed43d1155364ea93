"""The headline table of a comparison, and the differences from its baseline."""

import math
import textwrap
from collections.abc import Sequence
from typing import cast

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from greatpowers.cli.terminal import Screen
from greatpowers.dictionary import describe
from greatpowers.simulation.comparison import HEADLINES, Comparison

MOST_DECIMALS = 8
NARROW = 8
WIDEST_NAME = 16


def print_means(screen: Screen, found: Comparison) -> None:
    """Mean and 95 % interval of each headline metric: a row a policy."""
    caption = f"Mean ± half of its 95 % interval over {len(found.seeds)} seeds; low to high where it is lopsided."
    if len(found.seeds) == 1:
        caption = "One seed: there are no intervals."
    _print(screen, "What comes of each policy", found.table, caption)


def print_differences(screen: Screen, found: Comparison) -> None:
    """Paired difference from the baseline with its 95 % interval: a row for each other policy."""
    caption = f"Mean difference from {found.baseline} on the same seeds ± half of its 95 % interval; * excludes 0."
    gains = [found.gain_of_matching(policy, HEADLINES[0]) for policy in found.differences.index]
    if known := sorted(gain for gain in gains if not math.isnan(gain)):
        label = describe(HEADLINES[0]).label.lower()
        caption += f" Unmatched seeds would take {known[0]:.1f} to {known[-1]:.1f} times the runs on {label}."
    if len(found.seeds) == 1:
        caption = f"Difference from {found.baseline} on the same seed: one seed gives no intervals."
    _print(screen, f"Difference from {found.baseline}", found.differences, caption, signed=True)


def _print(screen: Screen, title: str, estimates: pd.DataFrame, caption: str, signed: bool = False) -> None:
    """One table, or where the terminal is too narrow for it, two halves."""
    whole = _table(title, HEADLINES, estimates, signed)
    if screen.fits(whole):
        screen.print(whole, crop=False)
    else:
        middle = len(HEADLINES) // 2
        screen.table(_table(title, HEADLINES[:middle], estimates, signed))
        screen.print(_table(f"{title}, continued", HEADLINES[middle:], estimates, signed), crop=False)
    screen.print(caption)
    screen.print()


def _table(title: str, metrics: Sequence[str], estimates: pd.DataFrame, signed: bool) -> Table:
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        padding=0,
        leading=1,
        show_edge=False,
    )
    table.add_column("Policy", no_wrap=True)
    columns = []
    for metric in metrics:
        table.add_column(_header(metric), justify="right", vertical="bottom", no_wrap=True)
        columns.append(_cells(cast(pd.DataFrame, estimates[metric]), signed))
    for policy, *cells in zip(estimates.index, *columns, strict=True):
        table.add_row(_lines(str(policy), WIDEST_NAME), *cells)
    return table


def _header(metric: str) -> Text:
    """Label and unit; the mean of a yes or no is a share."""
    described = describe(metric)
    unit = "share of runs" if described.unit == "0 or 1" else described.unit
    label = _lines(described.label, NARROW)
    return Text.assemble((label, "bold"), "\n", (_lines(unit, NARROW), "not bold dim"))


def _lines(text: str, width: int) -> str:
    """Broken at spaces and hyphens, never inside a word: eight columns have to stand side by side."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _cells(estimates: pd.DataFrame, signed: bool) -> list[str]:
    """One column; all its rows have as many decimals as their intervals deserve."""
    halves = ((estimates["high"] - estimates["low"]) / 2).tolist()
    decimals = decimals_for(halves if any(half > 0 for half in halves) else estimates["mean"].abs().tolist())
    rows = estimates[["mean", "low", "high"]].itertuples(index=False, name=None)
    return [_cell(mean, low, high, decimals, signed) for mean, low, high in rows]


def decimals_for(sizes: Sequence[float]) -> int:
    """Decimals that give the typical size two significant digits, and the least of them one if that is not far off."""
    known = sorted(size for size in sizes if size > 0)
    if not known:
        return 0
    typical, least = (math.floor(math.log10(size)) for size in (known[len(known) // 2], known[0]))
    return min(max(1 - typical, min(-least, 2 - typical), 0), MOST_DECIMALS)


def _cell(mean: float, low: float, high: float, decimals: int, signed: bool) -> str:
    """The mean, and below it its interval."""
    text = f"{mean:+z.{decimals}f}" if signed else f"{mean:z.{decimals}f}"
    if math.isnan(low):
        return text
    if math.isclose(high - mean, mean - low, rel_tol=1e-6, abs_tol=1e-12):
        mark = "*" if signed and (low > 0 or high < 0) else ""
        return f"{text}{mark}\n±{(high - low) / 2:.{decimals}f}"
    return f"{text}\n{low:.{min(decimals, 2)}f}-{high:.{min(decimals, 2)}f}"
