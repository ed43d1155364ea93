"""``greatpowers run``: one history, printed as a chronicle and a summary, or as one JSON document."""

import json
import math
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_output, add_parameters, add_rounds, add_rules, add_scenario, add_seed
from greatpowers.presentation.tables import TableColumn, number

SUMMARY = (
    TableColumn("label", "What", keep=True),
    TableColumn("value", "Value", number=True),
    TableColumn("unit", "Unit"),
    TableColumn("rule", "Over rounds", keep=True),
    TableColumn("name", "Metric", keep=True),
)
RULES = {"mean": "mean", "max": "highest", "sum": "total", "last": "at the end"}


def _arguments(parser: ArgumentParser) -> None:
    add_scenario(parser)
    parser.add_argument(
        "--policy",
        metavar="P",
        default="laissez-faire",
        help="a shipped policy ('greatpowers list policies') or the path of a TOML file; laissez-faire if not given",
    )
    add_seed(parser, "which luck: a whole number; the same one gives the same history (0 if not given)")
    add_rounds(parser)
    add_output(parser, "directory to write to; nothing is written if not given", "write the tables only")
    add_rules(parser)
    add_parameters(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document instead: summary, manifest, events"
    )


COMMAND = Command(
    "play one history and tell what happened",
    "Play one history; print its main events by quarter and theatre, and how it went overall.",
    (
        ("greatpowers run 2017 --policy half-a-loaf --seed 3", "a chronicle"),
        ("greatpowers run 2017 --policy containment --out my-run", "keep it, with figures, for 'explain'"),
        ("greatpowers run 2017 --json > run.json", "for another program"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, write and tell; raises :class:`GreatPowersError` before playing if it cannot be done."""
    scenario, parameters = terminal.chosen_scenario(arguments.scenario, arguments.param)
    policy = gp.load_policy(arguments.policy)
    directory = None if arguments.out is None else terminal.destination(arguments.out, "history")
    terminal.announce_compiling()
    history = gp.simulate(scenario, policy, arguments.seed, arguments.rounds, parameters, rules=dict(arguments.rule))

    def tell(screen: "terminal.Screen") -> None:
        if arguments.json:
            print(document(history), end="")
        else:
            _print_result(screen, history)

    def save(directory: Path) -> None:
        history.save(directory, {} if arguments.no_figures else gp.figures_of(history))

    terminal.write_and_print(directory, save, tell, terminal.notes if arguments.json else terminal.output)


def document(history: "gp.History") -> str:
    """Summary, manifest and events as one JSON document; what has no value is null."""
    from greatpowers.storage.files import json_text

    rows = history.events.drop(columns=["first", "second", "third"]).to_dict("records")
    events = [{**row, "numbers": json.loads(row["numbers"])} for row in rows]
    return json_text({"summary": history.summary.to_dict(), "manifest": history.manifest, "events": events})


def _print_result(screen: "terminal.Screen", history: "gp.History") -> None:
    screen.print(str(gp.chronicle(history)), "", sep="\n", soft_wrap=True)
    columns = SUMMARY if screen.width >= terminal.PIPED_WIDTH else SUMMARY[:-1]
    screen.grid("The run as a whole", columns, _summary_rows(history))


def _summary_rows(history: "gp.History") -> Iterator[dict[str, Any]]:
    from greatpowers.core.metrics import METRICS

    rules = {entry.name: RULES[entry.whole_run] for entry in METRICS}
    for name, value in history.summary.items():
        entry = gp.describe(str(name))
        shown = "none" if math.isnan(value) else number(value)
        rule = rules.get(entry.name, "")
        yield {"label": entry.label, "value": shown, "unit": entry.unit, "rule": rule, "name": entry.name}
