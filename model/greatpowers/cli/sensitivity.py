"""``greatpowers sensitivity``: which parameters an outcome depends on."""

from argparse import ArgumentParser, Namespace

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import MOST_ROUNDS, Command, add_count, add_output, add_seed, add_workers, listed


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "target",
        metavar="FILE|SCENARIO",
        help="a scenario, to vary every parameter from half to twice its default; or an experiment that says which",
    )
    parser.add_argument(
        "--method",
        metavar="M",
        default="morris",
        help="morris (screening, cheap enough for every parameter), sobol (shares of variance, for a few) or delta; "
        "morris if not given",
    )
    parser.add_argument(
        "--metric",
        metavar="M",
        default="mean_severity",
        help="outcome, also FILE.py:FUNCTION; mean_severity if not given",
    )
    parser.add_argument("--policy", metavar="P", default="containment", help="policy played; containment if not given")
    parser.add_argument("--against", metavar="P", help="study the difference from this policy, on matched luck")
    add_count(
        parser,
        "--samples",
        10_000_000,
        "trajectories of Morris's design (20 if not given), base points of Sobol's (512; a power of two, at least "
        "256), points for delta (1000)",
    )
    add_count(parser, "--replicates", 1_000_000, "matched seeds a point; 8 if not given")
    add_count(parser, "--rounds", MOST_ROUNDS, "rounds of a history; the scenario's own number if not given")
    parser.add_argument(
        "--parameters",
        metavar="A,B,...",
        type=listed("--parameters"),
        help="vary only these, each from half to twice its default",
    )
    add_seed(parser, "of the sample; 1 if not given", 1)
    add_output(
        parser,
        "started or resumed; ./greatpowers-results/sensitivity-... if not given",
        "write tables and text only",
    )
    add_workers(parser, "histories to play at a time")


COMMAND = Command(
    "which parameters an outcome depends on",
    "Vary parameters by a design, play them, and rank them. If it is interrupted, the same command resumes it.",
    (
        ("greatpowers sensitivity 2017 --metric order", "a screening of every parameter"),
        ("greatpowers sensitivity 2017 --method sobol --parameters clash,horizon", "shares of variance of a few"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Run what is left of the design, and say what it shows; raises :class:`GreatPowersError`."""
    from greatpowers.experiments.store import KIND
    from greatpowers.studies.sensitivity import (
        SensitivityQuestion,
        read_sensitivity,
        save_sensitivity,
        sensitivity_study,
    )

    question = terminal.asked(SensitivityQuestion, arguments)
    study = sensitivity_study(arguments.target, question)
    name = "-".join([study.experiment.name, question.method, question.metric.rpartition(":")[2]])
    directory = terminal.destination(arguments.out, KIND, name)
    plan = gp.Plan(study)
    terminal.remark(f"{plan.points:,} points, {plan.rows:,} histories of {plan.longest} rounds")
    with terminal.said_when_stopped(directory), terminal.progress_bar("playing histories") as progress:
        gp.run_batch(study, directory, arguments.workers, None, progress)
    sensitivity = read_sensitivity(directory, study, question)
    written = save_sensitivity(
        sensitivity, directory, {} if arguments.no_figures else {"sensitivity": sensitivity.figure}
    )
    screen = terminal.output()
    screen.print(sensitivity.sentence(), "", sep="\n", soft_wrap=True)
    screen.paths(written)
