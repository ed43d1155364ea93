"""``greatpowers hindcast``: worlds of the record played from their year on, against what happened and simple rivals."""

import math
from argparse import Namespace
from typing import Any

from greatpowers.cli.destination import checked_destination, print_files
from greatpowers.cli.progress import announce_compiling, progress_bar
from greatpowers.cli.screen import Column, Screen, grid, heading, output, remark, say
from greatpowers.cli.validate import chosen_parameters
from greatpowers.record.hindcast.files import save_hindcast
from greatpowers.record.hindcast.kept import Kept
from greatpowers.record.hindcast.run import Hindcast, judge, play, read_past
from greatpowers.record.hindcast.settings import FAST_RUNS, RUNS, Settings
from greatpowers.record.hindcast.words import answer, basis, details, group_name
from greatpowers.record.published import Records

DIRECTORY = "./greatpowers-results/hindcast"

COLUMNS = (
    Column("group", "Pair-years", keep=True),
    Column("cases", "n", number=True),
    Column("events", "Disputes", number=True),
    Column("model_auc", "AUC\nmodel", number=True),
    Column("range", "95 %", number=True),
    Column("logit_auc", "logit", number=True),
    Column("history_auc", "history", number=True),
    Column("model_skill", "Skill\nmodel", number=True),
    Column("logit_skill", "logit", number=True),
    Column("history_skill", "history", number=True),
)
CAPTION = "history: the logit with past disputes. Skill: Brier score over the base rate of earlier years."


def execute(arguments: Namespace) -> None:
    """Play, forecast, score, tell and write; raises :class:`GreatPowersError` before playing if it cannot be done."""
    settings = _settings(arguments)
    directory = checked_destination(arguments.out if arguments.out is not None else DIRECTORY)
    records = Records(arguments.data)
    remark("reading the published files")
    past = read_past(records, settings)
    announce_compiling()
    kept = Kept.beside(directory)
    try:
        with progress_bar("playing histories") as told:
            played = play(records, settings, kept, arguments.workers, told)
        remark("fitting the rivals and scoring")
        found = judge(records, settings, past, played)
        save_hindcast(found, records, directory)
    except KeyboardInterrupt:
        _say_what_is_kept(kept, settings)
        raise
    kept.remove()
    _tell(output(), found)
    print_files(output(), directory)


def _settings(arguments: Namespace) -> Settings:
    usual = FAST_RUNS if arguments.fast else RUNS
    return Settings(
        first=arguments.first,
        last=arguments.last,
        every=arguments.every,
        ahead=arguments.ahead,
        runs=usual if arguments.runs is None else arguments.runs,
        seed=arguments.seed,
        parameters=chosen_parameters(arguments),
    )


def _say_what_is_kept(kept: Kept, settings: Settings) -> None:
    if kept.years:
        say(
            f"stopped; {len(kept.years)} of {len(settings.starts)} start years are kept in {kept.directory}, and the "
            "same command goes on from there."
        )


def _tell(screen: Screen, found: Hindcast) -> None:
    rows = [_row(found, group) for group in found.groups]
    screen.table(grid("Hindcast", COLUMNS, rows, CAPTION))
    screen.print(heading(answer(found)))
    screen.print(basis(found))
    for line in details(found):
        screen.print(line)
    screen.print()


def _row(found: Hindcast, group: str) -> dict[str, Any]:
    scores = {name: found.score(name, group) for name in ("model", "logit", "history")}
    area = scores["model"].auc
    return {
        "group": group_name(group),
        "cases": scores["model"].cases,
        "events": scores["model"].events,
        "range": f"{_short(area.low)}-{_short(area.high)}",
        **{f"{name}_auc": _short(score.auc.value) for name, score in scores.items()},
        **{f"{name}_skill": _short(score.skill.value) for name, score in scores.items()},
    }


def _short(value: float) -> str:
    """A score to three digits, a dash if there is none."""
    return f"{value:.3f}" if math.isfinite(value) else "-"
