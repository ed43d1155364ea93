"""The headline table of a comparison, and the differences from its baseline."""

import math
from collections.abc import Sequence
from typing import cast

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from greatpowers.analysis import HEADLINES, Comparison, describe

MOST_DECIMALS = 8


def means_table(found: Comparison) -> Table:
    """Mean and 95 % interval of each headline metric: a row a policy."""
    caption = f"Mean ± half of its 95 % interval over {len(found.seeds)} seeds; low to high where it is lopsided."
    if len(found.seeds) == 1:
        caption = "One seed: there are no intervals."
    return _table("What comes of each policy", found.table, caption)


def differences_table(found: Comparison) -> Table:
    """Paired difference from the baseline with its 95 % interval: a row for each other policy."""
    caption = f"Mean difference from {found.baseline} on the same seeds ± half of its 95 % interval; * excludes 0."
    if len(found.seeds) == 1:
        caption = f"Difference from {found.baseline} on the same seed: one seed gives no intervals."
    return _table(f"Difference from {found.baseline}", found.differences, caption, signed=True)


def _table(title: str, estimates: pd.DataFrame, caption: str, signed: bool = False) -> Table:
    table = Table(
        title=title,
        caption=caption,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("Policy", no_wrap=True)
    columns = []
    for metric in HEADLINES:
        table.add_column(_header(metric), justify="right", vertical="top")
        columns.append(_cells(cast(pd.DataFrame, estimates[metric]), signed))
    for policy, *cells in zip(estimates.index, *columns, strict=True):
        table.add_row(str(policy), *cells)
    return table


def _header(metric: str) -> Text:
    """Label and unit; the mean of a yes or no is a share."""
    described = describe(metric)
    unit = "share of histories" if described.unit == "0 or 1" else described.unit
    return Text.assemble((described.label, "bold"), "\n", (unit, "not bold"))


def _cells(estimates: pd.DataFrame, signed: bool) -> list[str]:
    """One column; as many decimals in all its rows as the narrowest interval deserves."""
    halves = ((estimates["high"] - estimates["low"]) / 2).tolist()
    decimals = decimals_for(halves if any(half > 0 for half in halves) else estimates["mean"].abs().tolist())
    rows = estimates[["mean", "low", "high"]].itertuples(index=False, name=None)
    return [_cell(mean, low, high, decimals, signed) for mean, low, high in rows]


def decimals_for(sizes: Sequence[float]) -> int:
    """Decimals that give the typical of `sizes` two significant digits; zeros and NaN say nothing."""
    known = sorted(size for size in sizes if size > 0)
    if not known:
        return 0
    return min(max(1 - math.floor(math.log10(known[len(known) // 2])), 0), MOST_DECIMALS)


def _cell(mean: float, low: float, high: float, decimals: int, signed: bool) -> str:
    text = f"{mean:+.{decimals}f}" if signed else f"{mean:.{decimals}f}"
    if math.isnan(low):
        return text
    if math.isclose(high - mean, mean - low, rel_tol=1e-6, abs_tol=1e-12):
        mark = "*" if signed and (low > 0 or high < 0) else ""
        return f"{text}{mark} ±{(high - low) / 2:.{decimals}f}"
    return f"{text} {low:.{decimals}f} to {high:.{decimals}f}"
