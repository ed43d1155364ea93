"""``greatpowers sensitivity``: which parameters an outcome depends on."""

from argparse import Namespace
from pathlib import Path

from greatpowers.cli.destination import destination, print_paths, said_when_stopped
from greatpowers.cli.progress import announce_compiling, progress_bar
from greatpowers.cli.terminal import output, remark
from greatpowers.experiments.plan import Plan
from greatpowers.experiments.run import run_batch
from greatpowers.experiments.store import KIND
from greatpowers.studies.sensitivity import SensitivityQuestion, read_sensitivity, save_sensitivity, sensitivity_study


def execute(arguments: Namespace) -> None:
    """Run what is left of the design, and say what it shows; raises :class:`GreatPowersError`."""
    question = SensitivityQuestion(
        method=arguments.method,
        metric=arguments.metric,
        policy=arguments.policy,
        against=arguments.against,
        samples=arguments.samples,
        replicates=arguments.replicates,
        rounds=arguments.rounds,
        parameters=tuple(arguments.parameters) if arguments.parameters else None,
        seed=arguments.seed,
    )
    study = sensitivity_study(arguments.target, question)
    name = "-".join([study.experiment.name, question.method, question.metric])
    directory = destination(arguments.out, KIND, name)
    announce_compiling()
    plan = Plan(study)
    remark(f"{plan.points:,} points, {plan.rows:,} histories of {plan.longest} rounds")
    with said_when_stopped(directory), progress_bar("playing histories") as told:
        run_batch(study, directory, arguments.workers, None, told)
    found = read_sensitivity(directory, study, question)
    written = save_sensitivity(found, directory, {} if arguments.no_figures else {"sensitivity": found.figure})
    _tell(found.sentence(), written)


def _tell(text: str, written: list[Path]) -> None:
    screen = output()
    screen.print(text, soft_wrap=True)
    screen.print()
    print_paths(screen, written)
