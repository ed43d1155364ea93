"""``greatpowers hindcast``: worlds of the record played from their year on, against what happened and its rivals."""

import math
from argparse import ArgumentParser, Namespace
from functools import partial
from typing import TYPE_CHECKING, Any

import greatpowers as gp
from greatpowers.cli import terminal
from greatpowers.cli.arguments import (
    Command,
    add_count,
    add_output,
    add_parameter_file,
    add_seed,
    add_workers,
    whole_number,
)
from greatpowers.presentation.tables import TableColumn, numbers

if TYPE_CHECKING:
    from greatpowers.hindcast.run import Hindcast
    from greatpowers.hindcast.scoring import Score
    from greatpowers.hindcast.settings import HindcastSettings
    from greatpowers.validation.play import Estimate


COLUMNS = (
    TableColumn("forecast", "All pair-years", keep=True),
    *numbers(auc="AUC", auc_within="within\nstart", skill="Brier\nskill", precision="average\nprecision"),
    *numbers(log_skill="log\nskill", log_loss="log loss"),
)
CAPTION = "Skill: over the base rate of earlier years. Log loss in nats a pair-year, less is better."
LEADS = (
    TableColumn("rival", "Model better than", keep=True),
    *numbers(auc_lead="by AUC", skill_lead="Brier skill", precision_lead="average precision"),
    *numbers(log_lead="log loss, 1/1000 nats"),
)
GROUPS = (
    TableColumn("group", "Pair-years", keep=True),
    *numbers(cases="n", events="Disputes", model_auc="AUC\nmodel", history_auc="history", strongest_auc="strongest"),
    *numbers(model_log_skill="Log skill\nmodel", history_log_skill="history", strongest_log_skill="strongest"),
)
THOUSAND = 1000


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--data", metavar="DIR", required=True, help="directory with the published files downloaded")
    add_output(parser, "directory to write to; ./greatpowers-results/hindcast if not given")
    parser.add_argument(
        "--from", dest="first", metavar="Y", default=1816, type=whole_number("--from", 1816, 2016),
        help="first start year (1816 if not given). Start years that end in 6, 1 and 8 were looked at during "
        "development; those in 6 serve calibration; those in 2, 3, 4 and 9 were looked at once each, those in 0 "
        "three times, those in 5 and 7 are kept for validation",
    )  # fmt: skip
    parser.add_argument(
        "--to", dest="last", metavar="Y", default=2010, type=whole_number("--to", 1816, 2016),
        help="last start year (2010 if not given)",
    )  # fmt: skip
    add_count(parser, "--every", 200, "years from one start year to the next (10 if not given)", 10)
    add_count(parser, "--ahead", 5, "years to look ahead from each start year, 1 to 5 (5 if not given)", 5)
    add_count(parser, "--runs", 1_000_000, "histories of each start year (100 if not given, 20 with --fast)")
    parser.add_argument("--fast", action="store_true", help="a fifth of the histories, for a first look")
    add_seed(parser, "seed of the first history of each start year (0 if not given)")
    add_parameter_file(parser)
    add_workers(parser)


COMMAND = Command(
    "forecast the disputes of 1816 to 2014 from each decade's world, and score it",
    "Build the world of every tenth year from the published record, play it, and score its probabilities of new "
    "disputes against what happened, beside those of regressions that were fitted on earlier years.",
    (
        ("greatpowers hindcast --data downloads --fast", "a first look"),
        ("greatpowers hindcast --data downloads --parameters posterior.toml", "another set of parameters"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Play, forecast, score, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    from greatpowers.hindcast.histories import Kept
    from greatpowers.hindcast.page import save_hindcast
    from greatpowers.hindcast.run import judge, play, read_past

    settings = _settings(arguments)
    directory = terminal.destination(arguments.out, "hindcast", "hindcast")
    records = gp.Records(arguments.data)
    terminal.remark("reading the published files")
    past = read_past(records, settings)
    store = Kept.beside(directory)
    try:
        with terminal.progress_bar("playing histories") as progress:
            played = play(records, settings, store, arguments.workers, progress)
        terminal.remark("fitting the rivals and scoring")
        hindcast = judge(records, settings, past, played)
        terminal.write_and_print(
            directory, partial(save_hindcast, hindcast, records), lambda screen: _print_result(screen, hindcast)
        )
    except KeyboardInterrupt:
        if store.years:
            terminal.say(
                f"stopped; {len(store.years)} of {len(settings.starts)} start years are kept in {store.directory}, and "
                "the same command goes on from there."
            )
        raise
    store.remove()


def _settings(arguments: Namespace) -> "HindcastSettings":
    from greatpowers.hindcast.settings import FAST_RUNS, RUNS, HindcastSettings

    usual = FAST_RUNS if arguments.fast else RUNS
    runs = usual if arguments.runs is None else arguments.runs
    return terminal.asked(HindcastSettings, arguments, runs=runs, parameters=terminal.chosen_parameters(arguments))


def _print_result(screen: "terminal.Screen", hindcast: "Hindcast") -> None:
    from greatpowers.hindcast.page import COMPARED, answer, basis, details
    from greatpowers.hindcast.scoring import BASE

    screen.grid("Hindcast", COLUMNS, [_row(hindcast.score(name)) for name in ("model", *COMPARED, BASE)], CAPTION)
    screen.grid("", LEADS, [_lead(hindcast.score(name)) for name in COMPARED], "With 95% intervals over pairs.")
    screen.grid("", GROUPS, [_group(hindcast, group) for group in hindcast.groups])
    screen.heading(answer(hindcast))
    screen.print(basis(hindcast), *details(hindcast), "", sep="\n")


def _row(score: "Score") -> dict[str, Any]:
    from greatpowers.hindcast.page import NAMES

    names = ("auc", "auc_within", "skill", "precision", "log_skill")
    figures = {name: _short(getattr(score, name).value) for name in names}
    return {"forecast": NAMES[score.forecast], "log_loss": f"{score.log_loss.value:.5f}", **figures}


def _lead(score: "Score") -> dict[str, Any]:
    from greatpowers.hindcast.page import NAMES
    from greatpowers.validation.play import Estimate

    shown = {name: getattr(score, name) for name in ("auc_lead", "skill_lead", "precision_lead")}
    log_lead = Estimate(*(THOUSAND * value for value in score.log_lead))
    return {"rival": NAMES[score.forecast], **{name: _range(figure) for name, figure in shown.items()},
            "log_lead": _range(log_lead)}  # fmt: skip


def _range(figure: "Estimate") -> str:
    """A figure above its interval."""
    bounds = f"\n{_short(figure.low)} to {_short(figure.high)}" if math.isfinite(figure.low) else ""
    return f"{_short(figure.value)}{bounds}"


def _group(hindcast: "Hindcast", group: str) -> dict[str, Any]:
    from greatpowers.hindcast.page import group_name

    scores = {name: hindcast.score(name, group) for name in ("model", "history", "strongest")}
    return {
        "group": group_name(group),
        "cases": scores["model"].cases,
        "events": scores["model"].events,
        **{f"{name}_auc": _short(score.auc.value) for name, score in scores.items()},
        **{f"{name}_log_skill": _short(score.log_skill.value) for name, score in scores.items()},
    }


def _short(value: float) -> str:
    """A score to three digits, a dash if there is none."""
    return f"{value:.3f}" if math.isfinite(value) else "-"
