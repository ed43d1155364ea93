"""Designs for sensitivity as experiments, and what is read from them, against cases with a known answer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris as salib_morris, sobol as salib_sobol

from greatpowers import GreatPowersError, Plan, ensemble, open_results, run_batch
from greatpowers.experiments.load import read_experiment
from greatpowers.experiments.schema import Experiment, ParameterRange, bounds, sample_count, samples
from greatpowers.studies.sensitivity import (
    DESIGNS,
    SensitivityQuestion,
    limits_of,
    read_sensitivity,
    save_sensitivity,
    sensitivity_study,
)

THREE = ("clash", "horizon", "operations")


def experiment(method: str, size: int, seed: int = 1) -> Experiment:
    table = {"format": 1, "name": "a", "title": "a", "scenarios": ["template"], "replicates": 1}
    ranges = {name: {"from": 0.5, "to": 2.0} for name in THREE}
    return read_experiment({**table, "uncertainties": ranges, "sample": {"method": method, "size": size, "seed": seed}})


@pytest.mark.parametrize(("method", "size", "rows"), [("saltelli", 8, 40), ("morris", 6, 24)])
def test_designs_are_salibs_in_its_order(method: str, size: int, rows: int) -> None:
    asked = experiment(method, size)
    design = samples(asked).table
    limits = [bounds(name, ParameterRange.model_validate({"from": 0.5, "to": 2.0})) for name in sorted(THREE)]
    problem = {"num_vars": 3, "names": sorted(THREE), "bounds": limits}
    assert samples(asked).names == ("horizon", "operations", "clash"), "in the order of their declaration"
    problem["bounds"] = [limits_of(asked)[name] for name in samples(asked).names]
    if method == "saltelli":
        expected = salib_sobol.sample(problem, size, calc_second_order=False, seed=1)
    else:
        expected = salib_morris.sample(problem, size, num_levels=4, seed=1)
    assert design is not None and design.shape == (rows, 3) == expected.shape
    assert sample_count(asked) == rows
    assert np.allclose(design, expected, rtol=1e-12)


@pytest.mark.parametrize("method", ["saltelli", "morris"])
def test_equal_seeds_give_equal_designs_and_others_do_not(method: str) -> None:
    first, again, other = (samples(experiment(method, 8, seed)).table for seed in (3, 3, 4))
    assert first is not None and again is not None and other is not None
    np.random.seed(1)
    assert first.tobytes() == again.tobytes() and not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("method", "size", "sentence"),
    [
        ("saltelli", 12, "expected a power of two for a Saltelli sample, such as 16"),
        ("morris", 1, "expected at least 2 trajectories"),
        ("saltell", 8, "Did you mean 'saltelli'"),
    ],
)
def test_sizes_no_design_has_are_refused(method: str, size: int, sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        experiment(method, size)


def question(method: str, **more: object) -> SensitivityQuestion:
    given = {"samples": {"sobol": 256, "morris": 6, "delta": 40}[method], "replicates": 2, "rounds": 8}
    return SensitivityQuestion(method, "mean_severity", "containment", parameters=THREE, **{**given, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [method for method in DESIGNS if method != "sobol"])
@pytest.mark.filterwarnings("error")
def test_a_question_is_an_experiment_and_its_answer_a_table(method: str, tmp_path: Path) -> None:
    asked = question(method)
    study = sensitivity_study("template", asked)
    run_batch(study, tmp_path)
    sensitivity = read_sensitivity(tmp_path, study, asked)
    assert set(sensitivity.table["factor"]) == set(THREE)
    assert sensitivity.runs == 2 * Plan(study).points
    first = open_results(tmp_path).points.iloc[3]
    runs = open_results(tmp_path).runs(["mean_severity"], {"point": 3})
    played = ensemble("template", "containment", range(2), 8, {name: first[name] for name in THREE}).runs
    assert runs["mean_severity"].tolist() == played["mean_severity"].tolist()
    written = save_sensitivity(sensitivity, tmp_path, {"sensitivity": sensitivity.figure})
    assert pd.read_csv(tmp_path / "sensitivity.csv").shape == sensitivity.table.shape
    assert all(path.stat().st_size > 0 for path in written)
    assert "Escalation under containment depends most on: " in sensitivity.sentence()


@pytest.mark.filterwarnings("error")
def test_only_a_parameter_that_matters_has_an_effect(tmp_path: Path) -> None:
    """How many die of a given war cannot change what anybody does; how far ahead leaders look does."""
    asked = SensitivityQuestion(
        "sobol", "mean_severity", "containment", None, 256, 1, 8, ("horizon", "deaths_scale"), 1
    )
    study = sensitivity_study("template", asked)
    run_batch(study, tmp_path)
    sensitivity = read_sensitivity(tmp_path, study, asked)
    total = sensitivity.table[sensitivity.table["index"] == "ST"].set_index("factor")["value"]
    assert total["deaths_scale"] == pytest.approx(0.0, abs=1e-12)
    assert total["horizon"] > 0.5
    assert (sensitivity.table["n"] == 256).all() and "Horizon" in sensitivity.sentence(1)
    assert all(
        path.stat().st_size > 0 for path in save_sensitivity(sensitivity, tmp_path, {"sensitivity": sensitivity.figure})
    )


def test_a_difference_between_policies_is_paired(tmp_path: Path) -> None:
    asked = question("morris", against="laissez-faire")
    study = sensitivity_study("template", asked)
    run_batch(study, tmp_path)
    sensitivity = read_sensitivity(tmp_path, study, asked)
    assert sensitivity.label == "Escalation, containment less laissez-faire"
    assert sensitivity.runs == 2 * 2 * Plan(study).points


def test_an_experiment_says_what_is_uncertain() -> None:
    study = sensitivity_study("deep-uncertainty", SensitivityQuestion("morris", "order", "half-a-loaf"))
    assert len(limits_of(study.experiment)) > 70 and study.experiment.rounds == 80
    assert [scenario.name for scenario in study.scenarios] == ["2017"]


@pytest.mark.parametrize(
    ("target", "change", "sentence"),
    [
        ("template", {"method": "sobal"}, "Did you mean 'sobol'"),
        (
            "template",
            {"method": "sobol", "samples": 128},
            "128 base points are too few",
        ),
        ("template", {"metric": "ordr"}, "Did you mean 'order'"),
        ("template", {"policy": "contanment"}, "Did you mean 'containment'"),
        ("template", {"against": "containment"}, "compared with itself"),
        ("template", {"parameters": ("clash",)}, "at least 2"),
        ("template", {"parameters": ("clash", "horizn")}, "Did you mean 'horizon'"),
        ("stick-and-carrot", {"parameters": None}, "a grid over"),
        ("policy-comparison-2017", {"parameters": None}, "varies no parameter"),
        ("2018", {}, "no scenario '2018'"),
    ],
)
def test_wrong_questions_get_a_sentence(target: str, change: dict[str, object], sentence: str) -> None:
    given = {"method": "morris", "metric": "order", "policy": "containment", "parameters": THREE}
    with pytest.raises(GreatPowersError, match=sentence):
        sensitivity_study(target, SensitivityQuestion(**{**given, **change}))  # type: ignore[arg-type]


def test_of_a_constant_nothing_is_a_driver(tmp_path: Path) -> None:
    asked = SensitivityQuestion("morris", "nuclear_uses", "containment", None, 6, 1, 2, THREE)
    study = sensitivity_study("template", asked)
    run_batch(study, tmp_path)
    with pytest.raises(GreatPowersError, match="nothing is a driver"):
        read_sensitivity(tmp_path, study, asked)
