"""``greatpowers batch``: an experiment, from its file to a directory of results, however often it is interrupted."""

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_output, add_workers

if TYPE_CHECKING:
    from greatpowers.experiments.play import BatchEstimate


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a shipped experiment, or the path of a TOML file")
    add_output(parser, "directory of results, started or resumed; ./greatpowers-results/NAME if not given")
    parser.add_argument("--dry-run", action="store_true", help="check everything, estimate time and disk, run nothing")
    add_workers(parser, "runs to play at the same time")
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="play on the Dask cluster whose scheduler is there, such as tcp://10.0.0.5:8786; "
        "'local' starts one with a process per core",
    )


COMMAND = Command(
    "run an experiment, or continue one that was interrupted",
    "Run an experiment: scenarios, policies, uncertainties on matched seeds. If it is interrupted, the same command "
    "resumes it.",
    (
        ("greatpowers batch policy-comparison-2017", "a shipped experiment, on all cores"),
        ("greatpowers batch mine.toml --out results/mine --dry-run", "check it, and estimate time and disk"),
        ("greatpowers batch mine.toml --out results/mine --dask tcp://10.0.0.5:8786", "on a cluster"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Check, run and tell; raises :class:`GreatPowersError` before running if it cannot be done."""
    from greatpowers.experiments.play import estimate
    from greatpowers.experiments.store import KIND

    plan = gp.Plan(gp.load_study(arguments.file))
    directory = terminal.destination(arguments.out, KIND, plan.study.experiment.name)
    if arguments.dry_run:
        terminal.announce_compiling()
        _print_result(terminal.output(), plan, directory, estimate(plan, arguments.workers))
        return
    _warn(plan, directory)
    with terminal.said_when_stopped(directory), terminal.progress_bar("playing runs") as progress:
        finished = gp.run_batch(plan.study, directory, arguments.workers, arguments.dask, progress)
    screen = terminal.output()
    screen.heading(f"{plan.study.experiment.name}: {plan.study.experiment.title}")
    before = f", {finished.rows_before:,} of them from earlier" if finished.rows_before else ""
    if finished.rows > finished.rows_before:
        screen.print(f"{finished.rows:,} runs are in {directory}{before}.")
    else:
        screen.print(
            f"The experiment was complete: {finished.rows:,} runs are in {directory}, "
            "and every file is as it was written."
        )
    screen.print(f"Next: greatpowers report {directory}", soft_wrap=True)


def _warn(plan: "gp.Plan", directory: Path) -> None:
    """Say so if there is hardly room; a disk may be made larger while the experiment runs."""
    from greatpowers.experiments.play import size_of
    from greatpowers.storage.manifest import MANIFEST

    if (directory / MANIFEST).exists():
        return  # some of it is there already
    needed, free = size_of(plan), _free(directory)
    if free is not None and needed > free:
        terminal.say(f"about {_bytes(needed)} are needed, and {_bytes(free)} are free at {directory}.")


def _free(directory: Path) -> float | None:
    place = directory.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        return float(shutil.disk_usage(place).free)
    except OSError:
        return None


def _print_result(screen: "terminal.Screen", plan: "gp.Plan", directory: Path, expected: "BatchEstimate") -> None:
    experiment = plan.study.experiment
    screen.heading(f"{experiment.name}: {experiment.title}")
    if experiment.question:
        screen.print(experiment.question)
    scenarios = ", ".join(scenario.name for scenario in plan.study.scenarios)
    screen.print(f"\nScenarios   {scenarios}")
    screen.print(f"Policies    {', '.join(plan.policies)}")
    screen.print(f"Points      {plan.points:,} ({_axes(plan)})")
    screen.print(f"Seeds       {experiment.replicates:,}, from {experiment.seed_base}")
    screen.print(f"Runs        {plan.rows:,} of {plan.longest} rounds, in {plan.parts:,} parts of {plan.part_rows:,}")
    screen.print(f"Columns     {len(plan.recording.by_run)} by run, {len(plan.recording.series)} by round")
    screen.print(f"Time        about {_duration(expected.seconds)} on this machine, measured on a few of the runs")
    free = _free(directory)
    room = "" if free is None else f"; {_bytes(free)} are free"
    screen.print(f"Disk        about {_bytes(expected.bytes)} in {directory}{room}", soft_wrap=True)
    terminal.remark("Nothing was run or written.")


def _axes(plan: "gp.Plan") -> str:
    words = ("scenarios", "generated worlds", "doctrine assignments", "cells of levers", "samples of parameters")
    counted = [f"{size:,} {word}" for word, size in zip(words, plan.axes, strict=True) if size > 1]
    return " x ".join(counted) or "nothing varies but policy and seed"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _bytes(size: float) -> str:
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"
