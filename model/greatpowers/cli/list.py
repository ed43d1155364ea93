"""``greatpowers list``: what there is to choose from."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, one_of
from greatpowers.presentation.tables import TableColumn, numbers

NAME = TableColumn("name", "Name", keep=True)
SCENARIOS = (
    NAME,
    TableColumn("title", "Title", most=20),
    TableColumn("size", "Size", most=24),
    TableColumn("summary", "What it is for"),
)
POLICIES = (
    NAME,
    TableColumn("compared", "Compared", number=True),
    TableColumn("summary", "What it stands for"),
    TableColumn("source", "Source", most=24),
)
DOCTRINES = (
    NAME,
    *numbers(power="Power", order="Order", welfare="Welfare", fear="Fear"),
    TableColumn("summary", "What it stands for"),
    TableColumn("source", "Source", most=24),
)
MEASURES = (
    TableColumn("name", "Metric", keep=True),
    TableColumn("unit", "Unit", most=15),
    TableColumn("whole_run", "Run", keep=True),
    TableColumn("formula", "Formula"),
    TableColumn("source", "Source", most=24),
)
EXPERIMENTS = (
    NAME,
    TableColumn("runs", "Runs", number=True),
    TableColumn("title", "Title", most=24),
    TableColumn("question", "What it asks"),
)
POSTERIORS = (
    NAME,
    *numbers(draws="Draws", parameters="Parameters"),
    TableColumn("title", "Title", most=24),
    TableColumn("summary", "What it is drawn from"),
)


KINDS = ("scenarios", "policies", "doctrines", "experiments", "posteriors", "metrics", "parameters")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "kind", metavar="KIND", type=one_of(KINDS, "to list"), help=", ".join(KINDS[:-1]) + f" or {KINDS[-1]}"
    )


COMMAND = Command(
    "list what there is to choose from",
    f"List {', '.join(KINDS[:-1])} or {KINDS[-1]}.",
    (("greatpowers list policies", "what the coalition can do"), ("greatpowers list metrics", "what is measured")),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Print the list that was asked for."""
    LISTS[arguments.kind](terminal.output())


def _print(
    screen: "terminal.Screen",
    kind: str,
    columns: Sequence[TableColumn],
    row: "Callable[[str], dict[str, Any]]",
    note: str = "",
) -> None:
    """What ships of a kind, by name."""
    screen.grid(kind.capitalize(), columns, [{"name": name, **row(name)} for name in gp.names(kind)], note)


def _scenarios(screen: "terminal.Screen") -> None:
    from greatpowers.scenario.library import configs_directory

    def row(name: str) -> dict[str, Any]:
        scenario = gp.load_scenario(name)
        size = f"{len(scenario.states)} states, {len(scenario.theatres)} theatres, "
        size += f"{scenario.rounds} rounds from {scenario.start}"
        return {"title": scenario.title, "size": size, "summary": scenario.summary}

    _print(screen, "scenarios", SCENARIOS, row)
    screen.print("To write your own, start from a copy of the template; every command takes its path.")
    _print_path(screen, configs_directory() / "scenarios" / "template.toml")


def _policies(screen: "terminal.Screen") -> None:
    from greatpowers.scenario.load import ranked_policies

    compared, rows = gp.presets(), []
    for name in ranked_policies():
        policy = gp.load_policy(name)
        place = str(compared.index(name) + 1) if name in compared else ""
        rows.append({"name": name, "compared": place, "summary": policy.summary, "source": policy.source})
    screen.grid("Policies", POLICIES, rows, "Compared: place in 'greatpowers compare', if it is part of that.")
    _print_folder(screen, "policies")


def _doctrines(screen: "terminal.Screen") -> None:
    def row(name: str) -> dict[str, Any]:
        doctrine = gp.load_doctrine(name)
        return {**doctrine.weights.model_dump(), "summary": doctrine.summary, "source": doctrine.source}

    _print(screen, "doctrines", DOCTRINES, row, "Weights from 0 to 1.")
    _print_folder(screen, "doctrines")


def _experiments(screen: "terminal.Screen") -> None:
    def row(name: str) -> dict[str, Any]:
        study = gp.load_study(name)
        return {**study.experiment.model_dump(include={"title", "question"}), "runs": f"{gp.Plan(study).rows:,}"}

    _print(screen, "experiments", EXPERIMENTS, row, "Run one with 'greatpowers batch NAME --out DIR'.")
    _print_folder(screen, "experiments")


def _posteriors(screen: "terminal.Screen") -> None:
    from greatpowers.scenario.library import configs_directory

    def row(name: str) -> dict[str, Any]:
        posterior = gp.load_posterior(name)
        sizes = {"draws": f"{len(posterior.draws):,}", "parameters": str(len(posterior.names))}
        return {**sizes, "title": posterior.title, "summary": posterior.summary}

    _print(screen, "posteriors", POSTERIORS, row, 'An experiment draws from one with parameters = "posterior:NAME".')
    screen.print("'greatpowers calibrate' makes one; experiments take its path, as does 'validate --parameters'.")
    _print_path(screen, configs_directory() / "posteriors")


def _metrics(screen: "terminal.Screen") -> None:
    from greatpowers.core.metrics import METRICS

    for family in dict.fromkeys(entry.family for entry in METRICS):
        rows = [{**entry._asdict(), "name": entry.name} for entry in METRICS if entry.family == family]
        screen.grid(f"Metrics of {family}", MEASURES, rows)
    screen.print("Run: how the figure for a whole run follows from its rounds.")


def _parameters(screen: "terminal.Screen") -> None:
    from greatpowers.cli.show import print_parameters

    print_parameters(screen, gp.Parameters())
    screen.print(f"{len(gp.Parameters._fields)} parameters; change one with --param NAME=VALUE.")


def _print_folder(screen: "terminal.Screen", kind: str) -> None:
    from greatpowers.scenario.library import configs_directory

    taken = "scenarios and experiments name it by its path" if kind == "doctrines" else "every command takes its path"
    screen.print(f"To write your own, copy one of these files under a name of your own; {taken}.")
    if kind == "policies":
        screen.print("A copy keeps its 'terms' by place; a variant is a file with policy = NAME and what it changes.")
    _print_path(screen, configs_directory() / kind)


def _print_path(screen: "terminal.Screen", path: Path) -> None:
    screen.print(str(path), soft_wrap=True)


LISTS: Mapping[str, "Callable[[terminal.Screen], None]"] = {
    "scenarios": _scenarios,
    "policies": _policies,
    "doctrines": _doctrines,
    "experiments": _experiments,
    "posteriors": _posteriors,
    "metrics": _metrics,
    "parameters": _parameters,
}
