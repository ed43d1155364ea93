"""The commands: what each is for, its options, and their help; nothing heavy is imported here."""

import argparse
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

from greatpowers import __version__
from greatpowers.cli.arguments import (
    LARGEST_SEED,
    MOST_ROUNDS,
    MOST_SEEDS,
    assignment,
    policy_names,
    round_or_quarter,
    whole_number,
)
from greatpowers.cli.calibrate_arguments import calibrate_arguments
from greatpowers.cli.experiment_arguments import batch_arguments, rerun_arguments
from greatpowers.cli.forecast_arguments import forecast_arguments
from greatpowers.cli.hindcast_arguments import hindcast_arguments
from greatpowers.cli.panel_arguments import mechanisms_arguments, plausibility_arguments
from greatpowers.cli.parser import Parser, suggestion
from greatpowers.cli.record_arguments import data_arguments, scenario_arguments
from greatpowers.cli.study_arguments import (
    discover_arguments,
    fork_arguments,
    search_arguments,
    sensitivity_arguments,
)
from greatpowers.cli.validate_arguments import validate_arguments

KINDS = ("scenarios", "policies", "doctrines", "experiments", "posteriors", "metrics", "parameters")


class Command(NamedTuple):
    """One command: what it is called, what it is for, how to use it, its arguments and the module that does it."""

    name: str
    summary: str
    description: str
    examples: Sequence[tuple[str, str]]
    add_arguments: Callable[[argparse.ArgumentParser], None]
    module: str


def _kind(text: str) -> str:
    if text not in KINDS:
        raise argparse.ArgumentTypeError(f"there is nothing called '{text}' to list. {suggestion(text, KINDS)}")
    return text


def _add_scenario(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    text = "a shipped scenario ('greatpowers list scenarios') or the path of a TOML file"
    if default is None:
        parser.add_argument("scenario", metavar="SCENARIO", help=text)
    else:
        parser.add_argument(
            "scenario", metavar="SCENARIO", nargs="?", default=default, help=f"{text}; {default} if none"
        )


def _add_run_length(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rounds",
        metavar="N",
        type=whole_number("--rounds", 1, MOST_ROUNDS),
        help="rounds to play, each a quarter of a year; the scenario's own number if not given",
    )


def _add_parameters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--param",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=assignment,
        help="another value for a parameter ('greatpowers list parameters'); may be repeated",
    )


def _add_output(parser: argparse.ArgumentParser, default: str) -> None:
    parser.add_argument("--out", metavar="DIR", help=f"directory to write to; {default}")
    parser.add_argument("--no-figures", action="store_true", help="write the tables only")


def _compare_arguments(parser: argparse.ArgumentParser) -> None:
    _add_scenario(parser, default="2017")
    parser.add_argument(
        "--policies",
        metavar="A,B,...",
        type=policy_names,
        help="policies to compare, shipped names or paths; the scenario's own or the six presets if not given. "
        "Differences are taken from laissez-faire, or else from the first",
    )
    parser.add_argument(
        "--seeds",
        metavar="N",
        default=200,
        type=whole_number("--seeds", 1, MOST_SEEDS),
        help="histories per policy, on seeds 0 to N-1; every policy meets the same luck (200 if not given)",
    )
    _add_run_length(parser)
    _add_output(parser, "./greatpowers-results/compare-SCENARIO if not given")
    parser.add_argument(
        "--workers",
        metavar="N",
        type=whole_number("--workers", 1, 1024),
        help="histories to play at the same time; one per core if not given. Results do not depend on it",
    )
    _add_parameters(parser)


def _run_arguments(parser: argparse.ArgumentParser) -> None:
    _add_scenario(parser)
    parser.add_argument(
        "--policy",
        metavar="P",
        default="laissez-faire",
        help="a shipped policy ('greatpowers list policies') or the path of a TOML file; laissez-faire if not given",
    )
    parser.add_argument(
        "--seed",
        metavar="S",
        default=0,
        type=whole_number("--seed", 0, LARGEST_SEED),
        help="which luck: a whole number; the same one gives the same history (0 if not given)",
    )
    _add_run_length(parser)
    _add_output(parser, "nothing is written if not given")
    _add_parameters(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document instead: summary, manifest, events"
    )


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    _add_scenario(parser)
    parser.add_argument("--policy", metavar="P", help="only this policy, a shipped name or a path; all if not given")
    _add_parameters(parser)


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_dir", metavar="RUN_DIR", help="what 'greatpowers run ... --out RUN_DIR' wrote")
    parser.add_argument("--theatre", metavar="T", help="id of a theatre ('greatpowers show' lists them)")
    parser.add_argument(
        "--round",
        metavar="R",
        type=round_or_quarter,
        help="a round, counted from 0, or its quarter such as 2019Q3",
    )


def _report_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="DIR", help="what 'greatpowers batch FILE --out DIR' wrote, complete or not"
    )
    parser.add_argument("--out", metavar="FILE", help="file to write to; DIR/report.html if not given")


def _list_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", metavar="KIND", type=_kind, help=", ".join(KINDS[:-1]) + f" or {KINDS[-1]}")


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        help="a scenario, what 'run --out' wrote, or the results of an experiment; 2017 if none",
    )
    parser.add_argument(
        "--port",
        metavar="N",
        default=8080,
        type=whole_number("--port", 0, 65535),
        help="port to listen at; 0 for any that is free (8080 if not given)",
    )
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="address to listen at (127.0.0.1 if not given). With one that others can reach, such as 0.0.0.0, the "
        "page asks for a token, which is printed as part of its address",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")


def _notebooks_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where to put them; made if it is not there")


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    pass


COMMANDS = (
    Command(
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
        _compare_arguments,
        "compare",
    ),
    Command(
        "run",
        "play one history and tell what happened",
        "Play one history; print its main events by quarter and theatre, and how it went over all.",
        (
            ("greatpowers run 2017 --policy half-a-loaf --seed 3", "a chronicle"),
            ("greatpowers run 2017 --policy containment --out my-run", "keep it, with figures, for 'explain'"),
            ("greatpowers run 2017 --json > run.json", "for another program"),
        ),
        _run_arguments,
        "run",
    ),
    Command(
        "show",
        "print what a scenario contains, before anything runs",
        "Print what is configured: states, theatres, policies, and parameters with their sources.",
        (
            ("greatpowers show 2017 | less", "everything"),
            ("greatpowers show 2017 --policy half-a-loaf", "what one policy means, theatre by theatre"),
        ),
        _show_arguments,
        "show",
    ),
    Command(
        "explain",
        "say why a rung rose or a war began",
        "Say what an actor weighed, what it believed and what was true, its luck, and how others answered.",
        (
            ("greatpowers explain my-run", "the most important step: the first war, else the highest rung"),
            ("greatpowers explain my-run --theatre donbas --round 2019Q3", "one theatre in one quarter"),
        ),
        _explain_arguments,
        "explain",
    ),
    Command(
        "batch",
        "run an experiment, or go on with one that was interrupted",
        "Run an experiment: scenarios, policies and uncertainties on matched seeds. Stopped, the same line goes on.",
        (
            ("greatpowers batch policy-comparison-2017", "a shipped experiment, on all cores"),
            ("greatpowers batch mine.toml --out results/mine --dry-run", "check it; what would it take?"),
            ("greatpowers batch mine.toml --out results/mine --dask tcp://10.0.0.5:8786", "on a cluster"),
        ),
        batch_arguments,
        "batch",
    ),
    Command(
        "rerun",
        "play one run of an experiment again, in full",
        "Play one run of an experiment again, check it against its row, and keep trajectories and events.",
        (("greatpowers rerun results/mine --row 137 --out run-137", "and then 'greatpowers explain run-137'"),),
        rerun_arguments,
        "rerun",
    ),
    Command(
        "report",
        "write one page that says what an experiment found",
        "Write what an experiment found as one HTML file that needs nothing else: answer, tables, figures, drivers.",
        (
            ("greatpowers report results/stick-and-carrot", "results/stick-and-carrot/report.html"),
            ("greatpowers report results/stick-and-carrot --out page.html", "somewhere else"),
        ),
        _report_arguments,
        "report",
    ),
    Command(
        "fork",
        "what if: the same history with another policy from some round on",
        "Play a history again on the same luck, with another policy from a round on; say what differs.",
        (
            ("greatpowers fork my-run --at 2019Q1 --policy half-a-loaf --out fork", "a run that was kept"),
            (
                "greatpowers fork 2017 --original containment --seed 4 --at 12 --policy laissez-faire",
                "a scenario, played first",
            ),
            ("greatpowers fork my-run --at 30 --true-beliefs", "would it have come to this without error?"),
        ),
        fork_arguments,
        "fork",
    ),
    Command(
        "sensitivity",
        "which parameters an outcome depends on",
        "Vary parameters by a design, play them, and rank them. Stopped, the same line goes on.",
        (
            ("greatpowers sensitivity 2017 --method morris --metric order", "a screening of every parameter"),
            (
                "greatpowers sensitivity 2017 --parameters clash,horizon,operations --samples 256",
                "shares of variance of a few",
            ),
        ),
        sensitivity_arguments,
        "sensitivity",
    ),
    Command(
        "discover",
        "in which worlds one policy does worse than another",
        "Find in which worlds of an experiment one policy loses to another: limits on a few parameters.",
        (
            (
                "greatpowers discover results/deep-uncertainty --loser half-a-loaf --winner containment",
                "as a box (PRIM)",
            ),
        ),
        discover_arguments,
        "discover",
    ),
    Command(
        "search",
        "look for policies that no other betters in many uncertain worlds",
        "Move levers by a many-objective search; judge what is found anew. Stopped, the same line goes on.",
        (
            ("greatpowers search 2017", "40 generations of 40 policies"),
            ("greatpowers search 2017 --generations 10 --population 24 --worlds 8", "a first look"),
        ),
        search_arguments,
        "search",
    ),
    Command(
        "validate",
        "hold the model against the record of 1816 to today",
        "Play the eras of the record, measure them as it was measured, and say fact by fact whether they agree.",
        (
            ("greatpowers validate --fast", "a first look"),
            ("greatpowers validate --parameters posterior.toml --out card", "another set of parameters"),
        ),
        validate_arguments,
        "validate",
    ),
    Command(
        "calibrate",
        "fit the free parameters to the record, and predict the facts held apart",
        "Find the parameters that the record leaves, and what they predict. Stopped, the same line goes on.",
        (
            ("greatpowers calibrate --fast --out look", "does everything work?"),
            ("greatpowers calibrate --out calibration", "4 waves of 200 parameter sets, then 100 draws"),
        ),
        calibrate_arguments,
        "calibrate",
    ),
    Command(
        "hindcast",
        "forecast the disputes of 1816 to 2014 from each decade's world, and score it",
        "Build the world of every tenth year from the published record, play it, and score its probabilities of new "
        "disputes against what happened, beside those of regressions that were fitted on earlier years.",
        (
            ("greatpowers hindcast --data downloads --fast", "a first look"),
            ("greatpowers hindcast --data downloads --parameters posterior.toml", "another set of parameters"),
        ),
        hindcast_arguments,
        "hindcast",
    ),
    Command(
        "forecast",
        "score by place what scenarios held likely against what happened there",
        "Play scenarios that say what happened, and score the probability of force and of war in each place, beside "
        "what is simple.",
        (
            ("greatpowers forecast", "the shipped scenarios of 2017, 1913, 1936 and 1978"),
            ("greatpowers forecast 2017 --seeds 1000 --out forecast-2017", "one, with more histories"),
        ),
        forecast_arguments,
        "forecast",
    ),
    Command(
        "plausibility",
        "look for what a specialist would call absurd",
        "Play every policy, and hold the histories against a panel of plausibility: where wars begin, how deadly they "
        "are, who guards whom, what becomes of the order. Exit code 0 whatever it says.",
        (
            ("greatpowers plausibility", "2017, the six presets, 500 seeds"),
            ("greatpowers plausibility --policies containment --seeds 100 --out panel", "one policy, with its places"),
        ),
        plausibility_arguments,
        "plausibility",
    ),
    Command(
        "mechanisms",
        "switch every parameter and lever off, and see whether the answer holds",
        "Switch every parameter and lever off, and double it, under every policy on the same luck; say without which "
        "the order of the policies turns round, and which move nothing.",
        (
            ("greatpowers mechanisms --out mechanisms", "2017, the six presets, 60 seeds: some minutes"),
            ("greatpowers mechanisms --policies containment,half-a-loaf --seeds 10", "two policies, sooner done"),
        ),
        mechanisms_arguments,
        "mechanisms",
    ),
    Command(
        "serve",
        "open the laboratory in a browser: change the policy, and see at once what it does",
        "Serve a page on this machine in which every change plays the history and the ensemble again.",
        (
            ("greatpowers serve", "the world of early 2017"),
            ("greatpowers serve my-run", "look into a run, and try what would have changed it"),
            ("greatpowers serve results/stick-and-carrot --port 8081", "explore an experiment's results"),
        ),
        _serve_arguments,
        "serve",
    ),
    Command(
        "data",
        "say which published files were found",
        "Say which published files a directory holds, which releases they are, and which years can be built from them.",
        (("greatpowers data downloads", "as they were downloaded: files, directories or zip archives"),),
        data_arguments,
        "data",
    ),
    Command(
        "scenario",
        "build a scenario from the published record",
        "Build the world of a year, 1816 to 2016, from published files, as a scenario to run and to change.",
        (
            ("greatpowers scenario build --year 1962 --data downloads --out 1962.toml", "all states of 1962"),
            (
                "greatpowers scenario build --year 1900 --data downloads --out 1900.toml --states 20",
                "the twenty strongest, and neighbours of major powers",
            ),
        ),
        scenario_arguments,
        "scenario",
    ),
    Command(
        "list",
        "list what there is to choose from",
        f"List {', '.join(KINDS[:-1])} or {KINDS[-1]}.",
        (("greatpowers list policies", "what the coalition can do"), ("greatpowers list metrics", "what is measured")),
        _list_arguments,
        "listing",
    ),
    Command(
        "notebooks",
        "copy the notebooks that ship, to run and to change",
        "Copy the notebooks that ship into a directory. A notebook that you have changed is never replaced.",
        (("greatpowers notebooks my-notebooks", "then open them in Jupyter"),),
        _notebooks_arguments,
        "notebooks",
    ),
    Command(
        "warmup",
        "compile the engine now rather than at the first run",
        "Compile the engine and keep the result for later runs; this is needed once for every version.",
        (("greatpowers warmup", "about 20 s, once"),),
        _no_arguments,
        "warmup",
    ),
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    examples = [example for command in COMMANDS[:5] for example in command.examples[:1]]
    parser = Parser(
        prog="greatpowers",
        description="A model of great-power competition: does a conditional deal stabilise, or invite escalation?",
        epilog=_epilog(examples) + "\n\n'greatpowers COMMAND --help' says more about each.",
    )
    parser.add_argument("--version", action=_Version, help="print the version and leave")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        own = commands.add_parser(
            command.name,
            help=command.summary,
            description=textwrap.fill(command.description, WIDEST),
            epilog=_epilog(command.examples),
        )
        command.add_arguments(own)
        options = [text for action in own._actions for text in action.option_strings if text.startswith("--")]
        own.set_defaults(command=command.name, module=command.module, options=options)
    return parser


WIDEST = 100
"""Columns that help may take: descriptions are shown as they are laid out."""


def _epilog(examples: Sequence[tuple[str, str]]) -> str:
    return "examples:\n" + "\n".join(f"  {line}\n      {meaning}" for line, meaning in examples)


class _Version(argparse.Action):
    """Prints the version and leaves."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"greatpowers {__version__}")
        parser.exit()
