"""``greatpowers compare``: every policy on the same luck, as a table, files and figures."""

import math
import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from greatpowers.cli.arguments import (
    MOST_SEEDS,
    Command,
    add_count,
    add_output,
    add_parameters,
    add_policies,
    add_rounds,
    add_scenario,
    add_workers,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from rich.text import Text

    from greatpowers.cli.terminal import Screen
    from greatpowers.simulation.comparison import Comparison


MOST_DECIMALS = 8
NARROW = 8
WIDEST_NAME = 16


def print_means(screen: "Screen", found: "Comparison") -> None:
    """Mean and 95 % interval of each headline metric: a row a policy."""
    caption = f"Mean ± half of its 95 % interval over {len(found.seeds)} seeds; low to high where it is lopsided."
    if len(found.seeds) == 1:
        caption = "One seed: there are no intervals."
    _print(screen, "What comes of each policy", found.table, caption)


def print_differences(screen: "Screen", found: "Comparison") -> None:
    """Paired difference from the baseline with its 95 % interval: a row for each other policy."""
    from greatpowers.dictionary import describe
    from greatpowers.simulation.summary import HEADLINES

    caption = f"Mean difference from {found.baseline} on the same seeds ± half of its 95 % interval; * excludes 0."
    gains = [found.gain_of_matching(policy, HEADLINES[0]) for policy in found.differences.index]
    if known := sorted(gain for gain in gains if not math.isnan(gain)):
        label = describe(HEADLINES[0]).label.lower()
        caption += f" Unmatched seeds would take {known[0]:.1f} to {known[-1]:.1f} times the runs on {label}."
    if len(found.seeds) == 1:
        caption = f"Difference from {found.baseline} on the same seed: one seed gives no intervals."
    _print(screen, f"Difference from {found.baseline}", found.differences, caption, signed=True)


def _print(screen: "Screen", title: str, estimates: "pd.DataFrame", caption: str, signed: bool = False) -> None:
    """One table, or where the terminal is too narrow for it, two halves."""
    from greatpowers.simulation.summary import HEADLINES

    whole = _table(title, HEADLINES, estimates, signed)
    if screen.fits(whole):
        screen.print(whole, crop=False)
    else:
        middle = len(HEADLINES) // 2
        screen.table(_table(title, HEADLINES[:middle], estimates, signed))
        screen.print(_table(f"{title}, continued", HEADLINES[middle:], estimates, signed), crop=False)
    screen.print(caption)
    screen.print()


def _table(title: str, metrics: Sequence[str], estimates: "pd.DataFrame", signed: bool) -> "Table":
    import pandas as pd
    from rich import box
    from rich.table import Table

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


def _header(metric: str) -> "Text":
    """Label and unit; the mean of a yes or no is a share."""
    from rich.text import Text

    from greatpowers.dictionary import describe

    described = describe(metric)
    unit = "share of runs" if described.unit == "0 or 1" else described.unit
    label = _lines(described.label, NARROW)
    return Text.assemble((label, "bold"), "\n", (_lines(unit, NARROW), "not bold dim"))


def _lines(text: str, width: int) -> str:
    """Broken at spaces and hyphens, never inside a word: eight columns have to stand side by side."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False))


def _cells(estimates: "pd.DataFrame", signed: bool) -> list[str]:
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


def _arguments(parser: ArgumentParser) -> None:
    add_scenario(parser, default="2017")
    add_policies(
        parser,
        "policies to compare, shipped names or paths; the scenario's own or the six presets if not given. Differences "
        "are taken from laissez-faire, or else from the first",
    )
    add_count(
        parser,
        "--seeds",
        MOST_SEEDS,
        "histories per policy, on seeds 0 to N-1; every policy meets the same luck (200 if not given)",
        200,
    )
    add_rounds(parser)
    add_output(
        parser, "directory to write to; ./greatpowers-results/compare-SCENARIO if not given", "write the tables only"
    )
    add_workers(parser)
    add_parameters(parser)


COMMAND = Command(
    "compare",
    "play every policy on the same luck, and compare what comes of them",
    "Play every policy on the same luck; print a table, and write it with its figures.",
    (
        ("greatpowers compare", "2017, the six presets, 200 seeds, 80 rounds"),
        ("greatpowers compare 2017 --policies containment,half-a-loaf --seeds 50", "two policies, sooner done"),
        (
            "greatpowers compare mine.toml --param choice_noise=0.01 --out results",
            "a world and a belief of your own",
        ),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Compare, write and print; raises :class:`GreatPowersError` before computing if it cannot be done."""
    from greatpowers.cli.checked import chosen_scenario, destination, print_files, write_and_tell
    from greatpowers.cli.terminal import announce_compiling, output, progress_bar, remark
    from greatpowers.presentation.figures import figures_of
    from greatpowers.scenario.load import compared, load_policy
    from greatpowers.simulation.comparison import compare

    scenario, parameters = chosen_scenario(arguments.scenario, arguments.param)
    policies = [load_policy(name) for name in arguments.policies or compared(scenario)]
    directory = destination(arguments.out, "comparison", f"compare-{scenario.name}")
    announce_compiling()
    with progress_bar("playing histories") as told:
        found = compare(
            scenario,
            policies,
            seeds=arguments.seeds,
            rounds=arguments.rounds,
            parameters=parameters,
            workers=arguments.workers,
            progress=told,
        )
    if not arguments.no_figures:
        remark("drawing figures")
    figures, screen = {} if arguments.no_figures else figures_of(found), output()
    write_and_tell(lambda: found.save(directory, figures), lambda: _tell(screen, found))
    print_files(screen, directory)


def _tell(screen: "Screen", found: "Comparison") -> None:
    from greatpowers.cli.terminal import heading

    screen.print(heading(f"{found.scenario.name}: {found.scenario.title}"))
    screen.print(f"{_plural(len(found.seeds), 'history', 'histories')} of {found.rounds} rounds for each policy.\n")
    print_means(screen, found)
    if len(found.policies) > 1:
        print_differences(screen, found)


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
