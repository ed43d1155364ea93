"""``greatpowers compare``: every policy on the same luck, as a table, files and figures."""

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import (
    MOST_SEEDS,
    Command,
    add_count,
    add_output,
    add_parameters,
    add_policies,
    add_posterior,
    add_rounds,
    add_rules,
    add_scenario,
    add_workers,
    listed,
)
from greatpowers.scenario.errors import need_known

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table
    from rich.text import Text


MOST_DECIMALS = 8
SHARE_DECIMALS = 3
"""Of a share of histories, which no number of them that is played in practice tells more closely."""
NARROW = 8
WIDEST_NAME = 16

TOLD_WITH = ("greatpowers.studies.brief_words", "greatpowers.studies.question")
DRAWN_WITH = ("greatpowers.simulation.drawing",)
"""What is loaded while histories are played, because what is told and drawn of them will need it."""

IN_PLACES = (
    *("severity", "quarters_of_force", "war", "battle_deaths", "control", "signed", "sanctions", "target_cost"),
)
"""Outcomes of a place that are printed; all of them are written."""


def print_means(screen: "terminal.Screen", comparison: "gp.Comparison") -> None:
    """Mean and 95% interval of each metric: a row a policy."""
    caption = f"Mean ± half of its 95% interval over {len(comparison.seeds)} seeds; low to high where it is lopsided."
    if len(comparison.seeds) == 1:
        caption = "One seed: there are no intervals."
    if comparison.posterior is not None:
        drawn = comparison.posterior
        caption += (
            f"\nLast line: what {drawn.draws} parameter sets that agree with the record about equally well leave open "
            f"(posterior '{drawn.name}', {drawn.seeds.shape[1]} seeds each)."
        )
    _print(
        screen, "What comes of each policy", comparison.table, caption, comparison.posterior_table, _shown(comparison)
    )


def print_places(screen: "terminal.Screen", comparison: "gp.Comparison", places: Sequence[str]) -> None:
    """What becomes of some places: a table for each of them, a row a policy."""
    from greatpowers.dictionary import PLACE_OUTCOMES
    from greatpowers.narrative.sentences import who_fights

    shown = {outcome.name: (outcome.label, outcome.unit) for outcome in PLACE_OUTCOMES if outcome.name in IN_PLACES}
    labels = {theatre.id: theatre.label for theatre in comparison.scenario.theatres}
    for place in places:
        luck, posterior = comparison.place_tables(place)
        caption = "Battle deaths of all who fought there. The cost is that of sanctions over this place."
        _print(screen, f"{labels[place]} ({place})", luck, caption, posterior, shown)
        wars = comparison.great_power_wars([place])
        for policy in dict.fromkeys(wars["policy"]):
            sentence = who_fights(comparison.scenario, place, wars[wars["policy"] == policy])
            screen.print(f"{policy}: {sentence}")
        if not len(wars):
            screen.print(f"{who_fights(comparison.scenario, place, wars)[:-1]}, under any policy.")
        screen.print()


def print_differences(screen: "terminal.Screen", comparison: "gp.Comparison") -> None:
    """Paired difference from the baseline with its 95% interval: a row for each other policy."""
    caption = f"Mean difference from {comparison.baseline} on the same seeds ± half of its 95% interval; * excludes 0."
    gains = [comparison.gain_of_matching(policy, gp.HEADLINES[0]) for policy in comparison.differences.index]
    if known := sorted(gain for gain in gains if not math.isnan(gain)):
        label = gp.describe(gp.HEADLINES[0]).label.lower()
        caption += f" Unmatched seeds would take {known[0]:.1f} to {known[-1]:.1f} times the runs on {label}."
    if len(comparison.seeds) == 1:
        caption = f"Difference from {comparison.baseline} on the same seed: one seed gives no intervals."
    for name in comparison.metrics if len(comparison.seeds) > 1 else ():
        caption += _too_rare(comparison, name)
    title, posterior = f"Difference from {comparison.baseline}", comparison.posterior_differences
    _print(screen, title, comparison.differences, caption, posterior, _shown(comparison), True)


def _too_rare(comparison: "gp.Comparison", metric: str) -> str:
    """That an event is too rare to rank policies by, and how many histories it takes; empty if it is not."""
    from greatpowers.core.levers import SWITCH
    from greatpowers.simulation.intervals import histories_needed, is_rare

    base = comparison.values(comparison.baseline, metric)
    others = [comparison.values(name, metric) for name in comparison.names if name != comparison.baseline]
    described = comparison.describe(metric)
    if described.unit != SWITCH or not others or not any(is_rare(one, base) for one in others):
        return ""
    needed = max(histories_needed(one, base) for one in others if is_rare(one, base))
    return f" {described.label} is too rare to rank by in so few histories; that takes about {needed:,} of each."


Shown = Mapping[str, tuple[str, str]]
"""Label and unit of what a table shows, by name."""


def _shown(comparison: "gp.Comparison") -> Shown:
    entries = [comparison.describe(name) for name in comparison.metrics]
    return {entry.name: (entry.label, entry.unit) for entry in entries}


def _print(
    screen: "terminal.Screen",
    title: str,
    estimates: "pd.DataFrame",
    caption: str,
    posterior: "pd.DataFrame",
    shown: Shown,
    signed: bool = False,
) -> None:
    """One table, or where the terminal is too narrow for it, several."""
    from greatpowers.core.levers import SWITCH

    columns = {}
    for name, (_, unit) in shown.items():
        own, drawn = (cast("pd.DataFrame", part[name]) for part in (estimates, posterior))
        columns[name] = _cells(own, drawn, signed, SHARE_DECIMALS if unit == SWITCH else MOST_DECIMALS)
    policies, parts = list(map(str, estimates.index)), 1
    tables = [_table(title, shown, policies, columns)]
    while not all(map(screen.fits, tables)) and parts < len(shown):
        parts += 1
        names, size = list(shown), math.ceil(len(shown) / parts)
        pieces = [{name: shown[name] for name in names[k : k + size]} for k in range(0, len(names), size)]
        titles = [title, *[f"{title}, continued"] * (len(pieces) - 1)]
        tables = [_table(*piece, policies, columns) for piece in zip(titles, pieces, strict=True)]
    for table in tables[:-1]:
        screen.table(table)
    screen.print(tables[-1], crop=False)
    screen.print(caption)
    screen.print()


def _table(title: str, shown: Shown, policies: Sequence[str], columns: Mapping[str, Sequence[str]]) -> "Table":
    """A row a policy, and of the `columns` those that are shown."""
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
    for label, unit in shown.values():
        table.add_column(_header(label, unit), justify="right", vertical="bottom", no_wrap=True)
    for policy, *cells in zip(policies, *(columns[name] for name in shown), strict=True):
        table.add_row(terminal.in_lines(policy, WIDEST_NAME), *cells)
    return table


def _header(label: str, unit: str) -> "Text":
    """Label and unit; the mean of a yes or no is a share."""
    from rich.text import Text

    from greatpowers.core.levers import SWITCH

    unit = "share of runs" if unit == SWITCH else unit
    return Text.assemble(
        (terminal.in_lines(label, NARROW), "bold"), "\n", (terminal.in_lines(unit, NARROW), "not bold dim")
    )


def _cells(estimates: "pd.DataFrame", posterior: "pd.DataFrame", signed: bool, most: int) -> list[str]:
    """One column; all its rows have as many decimals as their intervals deserve, and `most` at most."""
    rows = estimates[["mean", "low", "high"]].to_numpy().tolist()
    bounds = posterior[["low", "high"]].to_numpy().tolist()
    halves = [(high - low) / 2 for _, low, high in rows]
    decimals = min(most, decimals_for(halves if any(half > 0 for half in halves) else [abs(row[0]) for row in rows]))
    cells = [_cell(mean, low, high, decimals, signed) for mean, low, high in rows]
    decimals = min(most, decimals_for([(high - low) / 2 for low, high in bounds]))
    return [cell + _span(low, high, decimals, signed) for cell, (low, high) in zip(cells, bounds, strict=True)]


def _span(low: float, high: float, decimals: int, signed: bool) -> str:
    """An interval as a line of a cell; nothing if there is none."""
    if math.isnan(low):
        return ""
    if signed:  # a hyphen between would look like one more minus
        return f"\n{low:+z.{decimals}f},{high:+z.{decimals}f}"
    return f"\n{low:.{decimals}f}-{high:.{decimals}f}"


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
    return text + _span(low, high, decimals, signed)


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
    add_posterior(parser)
    parser.add_argument(
        "--place",
        metavar="A,B,...",
        type=listed("--place"),
        help="theatres to print tables of; those of the scenario's question if not given, all are written",
    )
    parser.add_argument(
        "--metric",
        metavar="M",
        action="append",
        default=[],
        help="a function of a history that becomes one more column: FILE.py:FUNCTION, PACKAGE.MODULE:FUNCTION, or the "
        "name of an entry point of 'greatpowers.metrics'; may be repeated",
    )
    add_rules(parser)
    add_output(
        parser, "directory to write to; ./greatpowers-results/compare-SCENARIO if not given", "write the tables only"
    )
    add_workers(parser)
    add_parameters(parser)


COMMAND = Command(
    "play every policy on the same luck, and compare what comes of them",
    "Play every policy on the same luck; print a table, and write it with its figures.",
    (
        ("greatpowers compare", "2017, the six presets, 200 seeds, 80 rounds"),
        ("greatpowers compare 2017 --policies containment,half-a-loaf --seeds 50", "two policies, and quicker"),
        (
            "greatpowers compare mine.toml --param choice_noise=0.01 --out results",
            "a world of your own, with one parameter changed",
        ),
        ("greatpowers compare --metric crises.py:mean_length_of_crises", "a metric of your own, from a Python file"),
        ("greatpowers compare --rule host=rules.py:stubborn", "a rule of your own in place of how hosts choose"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Compare, write and print; raises :class:`GreatPowersError` before computing if it cannot be done."""
    from greatpowers.presentation.figures import pictures
    from greatpowers.scenario.load import compared

    scenario, parameters = terminal.chosen_scenario(arguments.scenario, arguments.param)
    policies = [gp.load_policy(name) for name in arguments.policies or compared(scenario)]
    places = _places(scenario, arguments.place)
    directory = terminal.destination(arguments.out, "comparison", f"compare-{scenario.name}")
    made: dict[str, bytes] = {}

    def load() -> None:
        for name in (*TOLD_WITH, *(() if arguments.no_figures else DRAWN_WITH)):
            import_module(name)

    def make(comparison: "gp.Comparison") -> None:
        if not arguments.no_figures:
            made.update(pictures(gp.figures_of(comparison)))
        made.update(comparison.files_of_luck())

    with terminal.progress_bar("playing histories") as progress:
        comparison = gp.compare(
            scenario,
            policies,
            seeds=arguments.seeds,
            rounds=arguments.rounds,
            parameters=parameters,
            workers=arguments.workers,
            progress=progress,
            posterior=None if arguments.posterior is None else gp.load_posterior(arguments.posterior),
            metrics=arguments.metric,
            rules=dict(arguments.rule),
            meanwhile=make,
            first=load,
        )
    terminal.write_and_print(
        directory,
        lambda place: comparison.save(place, made=made),
        lambda screen: _print_result(screen, comparison, places),
    )


def _places(scenario: "gp.Scenario", asked: Sequence[str] | None) -> Sequence[str]:
    """Theatres to tell of: those asked for, or those of the scenario's question."""
    index = scenario.theatre_index()
    for name in asked or ():
        need_known(name, index, f"--place: no theatre has the id '{name}'.")
    return asked or (scenario.question.places if scenario.question else ())


def _print_result(screen: "terminal.Screen", comparison: "gp.Comparison", places: Sequence[str]) -> None:
    screen.heading(f"{comparison.scenario.name}: {comparison.scenario.title}")
    histories = "history" if len(comparison.seeds) == 1 else "histories"
    screen.print(f"{len(comparison.seeds)} {histories} of {comparison.rounds} rounds for each policy.\n")
    _print_answers(screen, comparison)
    print_means(screen, comparison)
    if len(comparison.policies) > 1:
        print_differences(screen, comparison)
    print_places(screen, comparison, places)
    print_units(screen, comparison)


def _print_answers(screen: "terminal.Screen", comparison: "gp.Comparison") -> None:
    """What the scenario asks, and the answer for each of its places, if its two policies are compared."""
    from greatpowers.studies.question import answer_of, policies_asked

    pair = policies_asked(comparison.scenario)
    if (
        pair is None
        or not set(pair) <= set(comparison.names)
        or comparison.posterior is None
        or len(comparison.seeds) == 1
    ):
        return
    answer = answer_of(comparison, pair, last=True)
    screen.print(answer["question"], style="italic")
    for place in answer["places"]:
        screen.print(f"{place['verdict']} {place['short']}\n")


def print_units(screen: "terminal.Screen", comparison: "gp.Comparison") -> None:
    """How to read the numbers: worlds that a reader knows, costs in money, the median beside the mean."""
    import numpy as np

    from greatpowers.dictionary import money_words
    from greatpowers.simulation.places import anchor_words, anchors

    medians = [f"{name} {float(np.median(comparison.values(name, 'battle_deaths'))):.3g}" for name in comparison.names]
    one = money_words(comparison.scenario, 1.0)
    money = f"1% of world output is {one}" if one else "The scenario does not say what its outputs are in money"
    screen.print(anchor_words(anchors(comparison.scenario)))
    screen.print(f"{money}. What war costs in lives, refugees and rebuilding is in no cost.")
    screen.print(f"Battle deaths in the median history, thousands: {', '.join(medians)}.\n")
