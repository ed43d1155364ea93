"""Global sensitivity of one outcome: an experiment with a design of its own, run like any other, and its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w
from matplotlib.figure import Figure

from greatpowers.core.parameters import Parameters
from greatpowers.experiments.load import Study, load_study, read_experiment, with_doctrines
from greatpowers.experiments.results import open_results
from greatpowers.experiments.schema import MORRIS_LEVELS, Bounds, Experiment, bounds, spread
from greatpowers.presentation.figures import Drawers, pictures
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import load_policy, load_scenario, parse_toml
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.own import OwnMetric, own_metrics
from greatpowers.simulation.summary import SUMMARY_COLUMNS
from greatpowers.statistics.outcomes import outcome
from greatpowers.storage.checkpoint import csv_text, parquet_bytes, save_answer
from greatpowers.storage.manifest import plain
from greatpowers.studies.search_settings import ALL_PARAMETERS

DESIGNS = {"sobol": "saltelli", "morris": "morris", "delta": "lhs"}
"""How parameters are sampled for each method."""

SHOWN = {"sobol": "total-order index", "morris": "mean absolute effect", "delta": "delta"}
SAMPLES = {"sobol": 512, "morris": 20, "delta": 1000}
REPLICATES = 8
FEWEST = 2

LEAST_BASE = 256
"""Base points of Sobol's design: it takes some hundreds at the least  (Saltelli et al. 2008)."""


@dataclass(frozen=True, eq=False)
class SensitivityQuestion:
    """What is asked: how `metric` under `policy` (or its difference from `against`) depends on the parameters.

    `metric` is one of the model's, or names one of the user's own, such as ``crises.py:length``.

    `samples` is the number of base points of Sobol's design, of trajectories of Morris's, of points for delta; None
    means :data:`SAMPLES`. `parameters` are those to vary; None means what the experiment varies, or all.
    """

    method: str
    metric: str
    policy: str
    against: str | None = None
    samples: int | None = None
    replicates: int | None = None
    rounds: int | None = None
    parameters: Sequence[str] | None = None
    seed: int = 1


def sensitivity_study(target: str, question: SensitivityQuestion) -> Study:
    """The experiment that answers the question for a scenario, or for what an experiment file says is uncertain.

    Raises :class:`GreatPowersError` for what cannot be asked.
    """
    own = _check(question)
    scenario, base = _target(target)
    policies = [load_policy(name) for name in (question.policy, question.against) if name is not None]
    if len(policies) == 2 and policies[0].name == policies[1].name:
        raise GreatPowersError(f"policy '{policies[0].name}' cannot be compared with itself; name another one.")
    uncertainties = {name: {"from": 0.5, "to": 2.0} for name in question.parameters or ()}
    size = question.samples or SAMPLES[question.method]
    table: dict[str, Any] = {
        "format": 1,
        "name": f"sensitivity-{scenario.name}",
        "title": f"What outcomes in {scenario.title} depend on",
        "scenarios": [scenario.name],
        "policies": [policy.name for policy in policies],
        "rounds": question.rounds or (base.rounds if base else None) or scenario.rounds,
        "replicates": question.replicates or (min(base.replicates, REPLICATES) if base else REPLICATES),
        "metrics": [question.metric if own is None else "mean_severity"],
        **({} if own is None else {"own_metrics": [own.reference]}),
        "uncertainties": uncertainties or (plain(base.uncertainties) if base else ALL_PARAMETERS),
        "sample": {"method": DESIGNS[question.method], "size": size, "seed": question.seed},
    }
    experiment = read_experiment(table, "sensitivity")
    if len(spread(experiment)) < FEWEST:
        raise GreatPowersError(f"parameters: there is one, and sensitivity takes at least {FEWEST}; name another one.")
    held, text = (with_doctrines(scenario, experiment),), tomli_w.dumps(table)
    return Study(experiment, held, tuple(policies), text, own_metrics=() if own is None else (own,))


def _check(question: SensitivityQuestion) -> OwnMetric | None:
    """Raise for what cannot be asked; the metric, where it is one of the user's own."""
    need_known(question.method, DESIGNS, f"method: there is no method '{question.method}'.")
    if question.method == "sobol" and (question.samples or LEAST_BASE) < LEAST_BASE:
        raise GreatPowersError(
            f"samples: {question.samples} base points are too few for Sobol's indices; expected at least {LEAST_BASE}, "
            "or the method 'morris', which ranks parameters with few."
        )
    if ":" in question.metric:
        return own_metrics(question.metric)[0]
    need_known(question.metric, SUMMARY_COLUMNS, f"metric: there is no metric '{question.metric}'.")
    return None


def _target(target: str) -> tuple[Scenario, Experiment | None]:
    """The scenario meant, and the experiment if one was named."""
    if not _is_experiment(target):
        return load_scenario(target), None
    study = load_study(target)
    experiment = study.experiment
    grids = [name for name in ("levers", "synthetic", "doctrines") if getattr(experiment, name)]
    if len(study.scenarios) != 1 or grids:
        what = f"{len(study.scenarios)} scenarios" if len(study.scenarios) != 1 else f"a grid over {grids[0]}"
        text = f"it has {what}, and sensitivity takes one scenario and no grid; name a scenario instead"
        raise GreatPowersError(f"{target}: {text}.")
    if not experiment.uncertainties:
        raise GreatPowersError(f"{target}: it varies no parameter; name a scenario instead, to vary all.")
    return load_scenario(experiment.scenarios[0]), experiment


def _is_experiment(target: str) -> bool:
    if target in names("experiments"):
        return target not in names("scenarios")
    if not target.endswith(".toml"):
        return False
    path, where = locate("experiments", target)
    return "scenarios" in parse_toml(path, where)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The answer: a tidy table of indices by factor, and the outcome it is about."""

    question: SensitivityQuestion
    table: pd.DataFrame
    label: str
    runs: int

    def sentence(self, most: int = 3) -> str:
        """The strongest drivers with their intervals."""
        from greatpowers.statistics.sensitivity import strongest

        rows = {str(row["factor"]): row for row in _main_rows(self.table, self.question.method).to_dict("records")}
        parts = [
            f"{row['label']} {row['value']:.2g} ({row['low']:.2g} to {row['high']:.2g})"
            for row in (rows[name] for name in strongest(self.table, most))
        ]
        of = f"{len(rows)} parameters, {self.runs:,} histories"
        return f"{self.label} depends most on: {'; '.join(parts)} ({SHOWN[self.question.method]}, 95% intervals; {of})."

    def figure(self) -> Figure:
        """The indices drawn."""
        from greatpowers.statistics import figures as drawn

        draw = {"sobol": drawn.sobol_figure, "morris": drawn.morris_figure, "delta": drawn.given_data_figure}
        return draw[self.question.method](self.table, self.label[:1].lower() + self.label[1:])


def read_sensitivity(directory: str | Path, study: Study, question: SensitivityQuestion) -> Sensitivity:
    """The answer from a directory in which the experiment was run.

    Raises :class:`GreatPowersError` where there is none, as where Sobol's indices are known too badly.
    """
    from greatpowers.statistics.sensitivity import given_data, morris, need_narrow, sobol

    results = open_results(directory)
    metric = results.metrics[-1] if ":" in question.metric else question.metric
    runs = results.runs([metric])
    policies = [policy.name for policy in study.policies]
    against = policies[1] if len(policies) > 1 else None
    outcomes = outcome(runs, metric, policies[0], against)
    limits = limits_of(study.experiment)
    design = results.points[list(limits)]
    if question.method == "sobol":
        table = sobol(limits, outcomes)
        need_narrow(table)
    elif question.method == "morris":
        table = morris(limits, design, outcomes, levels=MORRIS_LEVELS)
    else:
        table = given_data(design, outcomes)
    label = results.describe(metric).label + (f" under {policies[0]}" if against is None else "")
    label += f", {policies[0]} less {against}" if against is not None else ""
    return Sensitivity(question, table, label, len(runs))


def limits_of(experiment: Experiment) -> dict[str, Bounds]:
    """Lowest and highest value of every parameter an experiment varies, in the order of the design."""
    varied: Mapping[str, Any] = spread(experiment)
    return {name: bounds(name, domain) for name, domain in varied.items() if name in Parameters._fields}


def _main_rows(table: pd.DataFrame, method: str) -> pd.DataFrame:
    """One row a factor, with value, low and high."""
    if method == "sobol":
        return table[table["index"] == "ST"]
    if method == "morris":
        return table.rename(columns={"mu_star": "value"})
    return table[table["method"] == "delta"]


def save_sensitivity(sensitivity: Sensitivity, directory: str | Path, figures: Drawers | None = None) -> list[Path]:
    """Write the indices as CSV and Parquet, the answer as text and `figures` as PNG; the paths written.

    What others wrote or changed is left alone, with a warning.
    """
    content: dict[str, bytes | str] = {
        "sensitivity.csv": csv_text(sensitivity.table),
        "sensitivity.parquet": parquet_bytes(sensitivity.table),
        "answer.txt": f"{sensitivity.sentence()}\n",
    }
    return save_answer(directory, content | pictures(figures or {}))
