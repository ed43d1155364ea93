"""What was run, what it rests on, what it cannot say, and how to run it again."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

import numpy as np

from greatpowers.experiments.report.findings import GOALS, Verdict
from greatpowers.experiments.report.options import DEEP, GENERATED, RECORD, PolicyOptions, is_uncertain
from greatpowers.experiments.results import Results
from greatpowers.experiments.store import EXPERIMENT

FEW_SEEDS = 20
LONGEST_VALUE = 400
SHOWN = (
    "version", "core", "commit", "created", "experiment_sha256", "points_sha256", "points", "rows", "format",
    "environment", "machine",
)  # fmt: skip


def notes(study: PolicyOptions) -> list[str]:
    """What a reader must know before anything else: that the experiment is not complete."""
    done, total = study.results.complete
    if done >= total:
        return [f"Of this experiment, {what} are missing." for what in study.results.missing]
    used = len(study.options) * len(study.worlds) * study.seeds
    return [
        f"This experiment is not complete: {done:,} of {total:,} runs are there ({done / total:.0%}), "
        f"{total - done:,} are missing. What follows rests on the {used:,} runs in which every policy met the same "
        "worlds and luck; it may change when the rest is in."
    ]


def basis(study: PolicyOptions) -> str:
    """What the numbers rest on, in a sentence."""
    runs = len(study.options) * len(study.worlds) * study.seeds
    worlds = "one world" if len(study.worlds) == 1 else f"{len(study.worlds):,} worlds"
    options = f"{len(study.options)} {study.noun}" if len(study.options) > 1 else "one policy"
    text = f"This rests on {runs:,} runs: {options}, {worlds}, {study.seeds} matched seeds in each."
    if study.sampled:
        return text + " Intervals count worlds and luck both as drawn at random (two-way clustering)."
    return text + " Intervals say what other luck could have brought; the worlds are those chosen."


def doubts(study: PolicyOptions, comparisons: int) -> list[str]:
    """Which kinds of doubt are in the numbers, which are not, and how many comparisons are made."""
    if len(study.options) < 2:
        return []
    kinds = {RECORD: "what parameters that agree with the record leave open", DEEP: "deep uncertainty"}
    there = ["luck", *(words for kind, words in kinds.items() if kind == study.drawn_from)]
    there += [GENERATED] if study.drawn_from == GENERATED else []
    missing = [words for kind, words in kinds.items() if kind != study.drawn_from]
    lines = [
        f"Of the doubts that a comparison has (luck, the record's, deep uncertainty) it shows {' and '.join(there)}; "
        f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not in its intervals."
    ]
    if comparisons > 1:
        lines.append(
            f"{comparisons:,} differences from the baseline are examined. Beside the interval of each by itself "
            "stands a wider one: all of those hold together in 95 of 100 such experiments (Bonferroni; Dunn 1961)."
        )
    return lines


def facts(study: PolicyOptions) -> list[tuple[str, str]]:
    """The configuration, for a list."""
    results, experiment = study.results, study.results.experiment
    entries = [
        ("Scenarios", ", ".join(map(str, experiment.get("scenarios", [])))),
        ("Policies", ", ".join(results.policies)),
        ("Baseline", study.options[study.baseline].label),
        ("Rounds", _rounds(results)),
        ("Seeds", f"{results.seeds[0]} to {results.seeds[-1]}, the same everywhere"),
        ("Points", f"{len(results.points):,}"),
        ("Runs", f"{results.complete.done:,} of {results.complete.total:,}"),
        ("Recorded", f"per {experiment.get('record', 'run')}: {', '.join(results.metrics)}"),
    ]
    for table in ("levers", "synthetic", "doctrines", "parameters", "uncertainties", "sample"):
        if experiment.get(table):
            entries.append((table.capitalize(), _short(experiment[table])))
    if experiment.get("source"):
        entries.append(("Source", str(experiment["source"])))
    return entries


def _rounds(results: Results) -> str:
    asked = results.experiment.get("rounds")
    return f"{asked}, each a quarter of a year" if asked else "each scenario's own; a round is a quarter of a year"


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        text = "; ".join(f"{key}: {_short(item)}" for key, item in value.items())
    elif isinstance(value, list):
        text = ", ".join(_short(item) for item in value)
    else:
        text = str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"


def caveats(study: PolicyOptions) -> list[str]:
    """What the page does not show, in general and in this experiment."""
    lines = [
        "This is a model: it says what follows from its rules and numbers, not what will happen. Differences between "
        "policies are firmer than levels.",
        "Many parameters are judgements (their sources are in 'greatpowers list parameters'). "
        + (
            "Here they were varied as shown under what was run."
            if is_uncertain(study.results.experiment)
            else "Here they were left at their defaults, so intervals hold luck only, not doubt about the rules."
        ),
        "The best of several is picked after looking. What is called level with it is judged with intervals widened "
        "for the number of comparisons; unless a table says otherwise, the intervals shown are each by itself.",
    ]
    if study.seeds < FEW_SEEDS:
        lines.append(f"{study.seeds} seeds are few: rare outcomes, such as great-power wars, are hardly measured.")
    if "great_power_war" in study.values:
        lines.append(_rare(study))
    if study.factors:
        lines.append(
            "Rank correlations find what moves an outcome steadily up or down; what matters only in "
            "combination, or in the middle of its range, escapes them."
        )
    if missing := [name for name in GOALS if name not in study.values]:
        lines.append(f"'{missing[0]}' was not recorded, so the report leaves it out.")
    return lines


def _rare(study: PolicyOptions) -> str:
    count = int(study.values["great_power_war"].sum())
    runs = study.values["great_power_war"].size
    text = f"Great-power war occurs in {count:,} of the {runs:,} runs"
    return f"{text}; findings about it rest on those few." if count < 100 else f"{text}."


def commands(results: Results) -> str:
    """The commands that make the same data and this page again, with the version that made them."""
    name = shlex.quote(results.name)
    version = results.manifest.get("version", "")
    lines = [
        f"greatpowers --version      # {version}, for the same numbers" if version else "greatpowers --version",
        f"greatpowers batch {EXPERIMENT} --out {name}      # {EXPERIMENT} is the file shown above",
        f"greatpowers report {name}",
        f"greatpowers rerun {name} --row 0      # any row of runs/*.parquet",
    ]
    return "\n".join(lines)


def worth_a_look(study: PolicyOptions, main: Verdict) -> list[tuple[str, str]]:
    """The most ordinary and the worst run under the best option, each with the command that plays it again."""
    results, option = study.results, study.options[main.best]
    points = results.points
    chosen = np.ones(len(points), dtype=np.bool_)
    for name, value in option.cell:
        chosen &= (points[f"lever_{name}"] == value).to_numpy()
    where = {"policy": option.policy}
    frame = results.runs([main.metric], where)
    frame = frame[frame["point"].isin(points["point"][chosen])].reset_index(drop=True)
    if frame.empty:
        return []
    ranked = frame[main.metric].sort_values(kind="stable").index
    worst = ranked[0 if GOALS[main.metric] else -1]
    middle = ranked[len(ranked) // 2]
    name, label = shlex.quote(results.name), option.label
    return [
        (f"a run in the middle under {label}", f"greatpowers rerun {name} --row {int(frame['row'][middle])}"),
        (f"the worst one under {label}", f"greatpowers rerun {name} --row {int(frame['row'][worst])}"),
    ]


def origin(results: Results) -> list[tuple[str, str]]:
    """Hashes, versions and machine, as the manifest has them."""
    entries: list[tuple[str, str]] = []
    for key in SHOWN:
        value = results.manifest.get(key)
        if value in ("", None, [], {}):
            continue
        if isinstance(value, Mapping):
            entries += [(f"{_words(key)}: {_words(str(name))}", _plain(item)) for name, item in value.items()]
        else:
            entries.append((_words(key), _plain(value)))
    return entries


def _words(key: str) -> str:
    return key.replace("_", " ")


def _plain(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"
