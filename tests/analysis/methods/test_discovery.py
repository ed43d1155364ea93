"""Scenario discovery against boxes that were planted."""

import builtins
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence, runs_of
from scipy.stats import binomtest

from greatpowers.core.declare import fields_of
from greatpowers.core.parameters import Parameters
from greatpowers.statistics import checks, scenario_discovery
from greatpowers.statistics.scenario_discovery import Box, Counts, cart, losing, prim, pruned, quasi_p, within_each

NAMES = ["clash", "detection", "norm_cost", "war_stop", "renege"]
WHAT = "half-a-loaf loses to containment"


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).random((500, len(NAMES))), columns=NAMES)


@pytest.fixture(scope="module")
def planted(points: pd.DataFrame) -> "pd.Series[bool]":
    """A case in a hundred is wrong, either way."""
    wrong = np.random.default_rng(1).random(len(points)) < 0.01
    return ((points["clash"] > 0.6) & (points["detection"] < 0.4)) ^ wrong


@pytest.fixture(scope="module")
def box(points: pd.DataFrame, planted: "pd.Series[bool]") -> Box:
    return prim(points, planted)


@pytest.mark.parametrize("method", ["PRIM", "CART"])
def test_the_planted_box_is_found_and_no_other_restriction(
    points: pd.DataFrame, planted: "pd.Series[bool]", box: Box, method: str
) -> None:
    box = box if method == "PRIM" else cart(points, planted).best
    assert set(box.ends) == {"clash", "detection"}
    limits = box.limits.set_index("factor")
    assert limits.loc["clash", "low"] == pytest.approx(0.6, abs=0.05)
    assert limits.loc["clash", "high"] == np.inf
    assert limits.loc["detection", "high"] == pytest.approx(0.4, abs=0.05)
    assert (limits["quasi_p"] < 1e-6).all()
    assert box.density.mean > 0.9
    assert box.coverage.mean > 0.85
    assert box.held_out.density.mean > 0.85
    assert box.trusted
    assert box.contains(points).sum() == box.counts.inside


def test_the_sentence_has_labels_units_sizes_and_intervals(planted: "pd.Series[bool]", box: Box) -> None:
    clash = next(found.field for found in fields_of(Parameters) if found.name == "clash")
    said = box.sentence(WHAT)
    assert said.startswith("Half-a-loaf loses to containment most often where ")
    for part in (
        "clash is above 0.",
        f"{clash.unit}; sampled",
        clash.meaning,
        "detection is below 0.",
        "95% interval",
    ):
        assert part in said
    assert f"of the {int(planted.sum())} worlds" in said
    assert "of 500 worlds" in said


def test_fewer_dimensions_are_kept_to(points: pd.DataFrame, planted: "pd.Series[bool]") -> None:
    box = prim(points, planted, dimensions=1, parts=2)
    assert len(box.limits) == 1


def test_pure_noise_gives_no_box_that_is_trusted(points: pd.DataFrame) -> None:
    cases = np.random.default_rng(2).random(len(points)) < 0.2
    for box in (prim(points, cases, parts=3), cart(points, cases).best):
        assert not box.trusted
        said = box.sentence(WHAT)
        assert "do not trust it" in said or "No box" in said


def test_among_eighty_factors_the_two_that_matter_are_found() -> None:
    names = [f"f{j}" for j in range(80)]
    points = pd.DataFrame(np.random.default_rng(3).random((300, 80)), columns=names)
    box = prim(points, (points["f7"] > 0.5) & (points["f42"] < 0.5), parts=3)
    assert {"f7", "f42"} <= set(box.ends)
    assert box.held_out.density.mean > 0.7


def test_leaves_of_the_tree_share_out_all_points(points: pd.DataFrame, planted: "pd.Series[bool]") -> None:
    leaves = cart(points, planted).leaves
    assert leaves["cases"].sum() == planted.sum()
    assert leaves["points"].sum() == len(points)
    assert leaves["coverage"].sum() == pytest.approx(1.0)


def test_counts_give_density_coverage_and_agreement() -> None:
    counts = Counts(inside=10, hits=8, n=100, cases=20)
    assert counts.density.mean == 0.8
    assert counts.coverage.mean == 0.4
    # (8 * 78 - 2 * 12) / sqrt(10 * 90 * 20 * 80)
    assert counts.agreement == pytest.approx(600 / 1200)
    assert Counts(100, 20, 100, 20).agreement == 0.0


def test_quasi_p_values_are_those_of_the_binomial_test() -> None:
    """Ten points inside with 8 cases; without either restriction 20 points with 8, or 16 with 11."""
    points = pd.DataFrame({"a": [0] * 10 + [1] * 10 + [0] * 6, "b": [0] * 20 + [1] * 6}).astype(float)
    cases = np.array([True] * 8 + [False] * 2 + [False] * 10 + [True] * 3 + [False] * 3)
    limits = {"a": (-np.inf, 0.5), "b": (-np.inf, 0.5)}
    found = quasi_p(within_each(points, limits), cases)
    assert found["a"] == pytest.approx(binomtest(8, 10, 8 / 20, alternative="greater").pvalue)
    assert found["b"] == pytest.approx(binomtest(8, 10, 11 / 16, alternative="greater").pvalue)
    assert set(pruned(points, cases, limits, 3)) == {"a"}


def test_cases_are_worlds_in_which_a_policy_does_worse() -> None:
    runs = runs_of({"a": [(1, 3), (2, 2), (5, 5)], "b": [(2, 2), (1, 1), (1, 1)]})
    assert list(losing(runs, "mean_severity", "a", "b")) == [False, True, True]
    assert list(losing(runs, "mean_severity", "a", "b", margin=2.0)) == [False, False, True]
    assert list(losing(runs, "mean_severity", "b", "a")) == [False, False, False]


def test_points_and_cases_meet_by_number_of_point(points: pd.DataFrame, planted: "pd.Series[bool]", box: Box) -> None:
    numbered = points.assign(point=range(len(points)))[::-1]
    cases = planted.rename_axis("point")
    assert prim(numbered, cases, parts=2).ends == box.ends


def test_both_releases_of_the_workbench_are_spoken_to(monkeypatch: pytest.MonkeyPatch, points: pd.DataFrame) -> None:
    """Before 3.0 PRIM must be told a threshold; from 3.0 on it refuses one."""
    told: list[dict[str, object]] = []

    class Found:
        box_lims: Sequence[pd.DataFrame] = [pd.DataFrame({name: [0.0, 1.0] for name in NAMES})]

    class Older:
        def __init__(self, x: object, y: object, threshold: float, mass_min: float = 0.05) -> None:
            told.append({"threshold": threshold})

        def find_box(self) -> Found:
            return Found()

    class Newer(Older):
        def __init__(self, x: object, y: object, mass_min: float = 0.05) -> None:
            told.append({})

    for release in (Older, Newer):
        module = ModuleType("prim")
        module.Prim = release  # type: ignore[attr-defined]
        module.PrimBox = type("PrimBox", (), {"_calculate_quasi_p": None})  # type: ignore[attr-defined]
        monkeypatch.setattr(checks, "fetch", lambda name, module=module: module)
        assert scenario_discovery.peel(points, np.zeros(len(points), dtype=np.bool_), 0.05) == [{}]
    assert told == [{"threshold": 0.0}, {}]


def test_without_the_library_one_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, points: pd.DataFrame, planted: "pd.Series[bool]"
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: object) -> object:
        if name.partition(".")[0] == "ema_workbench":
            raise ModuleNotFoundError("gone", name="ema_workbench")
        return real(name, *rest)  # type: ignore[arg-type]

    for name in [name for name in sys.modules if name.partition(".")[0] == "ema_workbench"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "__import__", absent)
    said = one_sentence(lambda: prim(points, planted))
    assert 'pip install "greatpowers[analysis]"' in said


def test_wrong_uses_get_a_sentence(points: pd.DataFrame, planted: "pd.Series[bool]") -> None:
    def said(cases: object = planted, table: pd.DataFrame = points, more: Mapping[str, object] | None = None) -> str:
        return one_sentence(lambda: prim(table, cases, **(more or {})))  # type: ignore[arg-type]

    assert "at least 10 worlds of interest; there are 0" in said(np.zeros(500, dtype=bool))
    assert "at least 10 worlds of the other kind; there are 0" in said(np.ones(500, dtype=bool))
    assert "expected one for each" in said(planted[:100])
    assert "not true or false" in said(points["clash"])
    assert "not among the columns" in said(more={"factors": ["clush"]})
    assert "no factors that vary" in said(table=points * 0)
    assert "no finite value in 1 of 500 points" in said(table=points.mask(points["clash"] == points["clash"].max()))
    assert "dimensions is 0" in said(more={"dimensions": 0})
    assert "min_mass is 0.9" in said(more={"min_mass": 0.9})
    runs = runs_of({"a": [(1, 3)], "b": [(2, 2)]})
    assert "compared with itself" in one_sentence(lambda: losing(runs, "mean_severity", "a", "a"))
    assert "'c' was not played" in one_sentence(lambda: losing(runs, "mean_severity", "a", "c"))
