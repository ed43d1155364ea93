"""Scenario discovery against boxes that were planted."""

import builtins
import sys
from collections.abc import Mapping, Sequence
from inspect import signature
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence, runs_of, texts
from scipy.stats import binomtest

from greatpowers.core.declare import fields_of
from greatpowers.core.parameters import Parameters
from greatpowers.statistics import checks, figures, scenario_discovery
from greatpowers.statistics.scenario_discovery import (
    Bools,
    Box,
    Counts,
    Limits,
    cart,
    count,
    describe_limits,
    inside,
    losing,
    prim,
    pruned,
    quasi_p,
    share_of,
    within_each,
)
from greatpowers.statistics.sensitivity import forest_shares

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
    clash = next(declared.field for declared in fields_of(Parameters) if declared.name == "clash")
    sentence = box.sentence(WHAT)
    assert sentence.startswith("Half-a-loaf loses to containment most often where ")
    for part in (
        "clash is above 0.",
        f"{clash.unit}; sampled",
        clash.meaning,
        "detection is below 0.",
        "95% interval",
    ):
        assert part in sentence
    assert f"of the {int(planted.sum())} worlds" in sentence
    assert "of 500 worlds" in sentence


def test_figures_say_what_is_found(points: pd.DataFrame, planted: "pd.Series[bool]", box: Box) -> None:
    text = texts(figures.box_figure(points, planted, box, "it loses"))
    for part in ("Where it loses", "Detection (probability per round)", f"of which {int(planted.sum())} are cases"):
        assert part in text
    assert "coverage: share of the cases inside" in texts(figures.tradeoff_figure(box, "it loses"))
    one = prim(points[["clash"]], points["clash"] > 0.6, parts=2)
    assert "Clash" in texts(figures.box_figure(points, points["clash"] > 0.6, one, "it loses"))


def test_without_a_box_there_is_no_figure_but_a_sentence() -> None:
    points = pd.DataFrame({"clash": np.arange(40) / 40})
    cases = np.arange(40) % 2 == 0
    none = prim(points, cases, parts=2)
    assert not none.found
    assert "no box to draw" in one_sentence(lambda: figures.box_figure(points, cases, none, "it loses"))


def test_fewer_dimensions_are_kept_to(points: pd.DataFrame, planted: "pd.Series[bool]") -> None:
    box = prim(points, planted, dimensions=1, parts=2)
    assert len(box.limits) == 1


def test_pure_noise_gives_no_box_that_is_trusted(points: pd.DataFrame) -> None:
    cases = np.random.default_rng(2).random(len(points)) < 0.2
    for box in (prim(points, cases, parts=3), cart(points, cases).best):
        assert not box.trusted
        sentence = box.sentence(WHAT)
        assert "do not trust it" in sentence or "No box" in sentence


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
    p_values = quasi_p(within_each(points, limits), cases)
    assert p_values["a"] == pytest.approx(binomtest(8, 10, 8 / 20, alternative="greater").pvalue)
    assert p_values["b"] == pytest.approx(binomtest(8, 10, 11 / 16, alternative="greater").pvalue)
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
    arguments: list[dict[str, object]] = []

    class Found:
        box_lims: Sequence[pd.DataFrame] = [pd.DataFrame({name: [0.0, 1.0] for name in NAMES})]

    class Older:
        def __init__(self, x: object, y: object, threshold: float, mass_min: float = 0.05) -> None:
            arguments.append({"threshold": threshold})

        def find_box(self) -> Found:
            return Found()

    class Newer(Older):
        def __init__(self, x: object, y: object, mass_min: float = 0.05) -> None:
            arguments.append({})

    for release in (Older, Newer):
        module = ModuleType("prim")
        module.Prim = release  # type: ignore[attr-defined]
        module.PrimBox = type("PrimBox", (), {"_calculate_quasi_p": None})  # type: ignore[attr-defined]
        monkeypatch.setattr(checks, "fetch", lambda name, module=module: module)
        assert scenario_discovery.peel(points, np.zeros(len(points), dtype=np.bool_), 0.05) == [{}]
    assert arguments == [{"threshold": 0.0}, {}]


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
    message = one_sentence(lambda: prim(points, planted))
    assert 'pip install "greatpowers[analysis]"' in message


def test_wrong_uses_get_a_sentence(points: pd.DataFrame, planted: "pd.Series[bool]") -> None:
    def message(cases: object = planted, table: pd.DataFrame = points, more: Mapping[str, object] | None = None) -> str:
        return one_sentence(lambda: prim(table, cases, **(more or {})))  # type: ignore[arg-type]

    assert "at least 10 worlds of interest; there are 0" in message(np.zeros(500, dtype=bool))
    assert "at least 10 worlds of the other kind; there are 0" in message(np.ones(500, dtype=bool))
    assert "expected one for each" in message(planted[:100])
    assert "not true or false" in message(points["clash"])
    assert "not among the columns" in message(more={"factors": ["clush"]})
    assert "factors that vary between points; there are none" in message(table=points * 0)
    assert "no finite value in 1 of 500 points" in message(table=points.mask(points["clash"] == points["clash"].max()))
    assert "dimensions is 0" in message(more={"dimensions": 0})
    assert "min_mass is 0.9" in message(more={"min_mass": 0.9})
    runs = runs_of({"a": [(1, 3)], "b": [(2, 2)]})
    assert "compared with itself" in one_sentence(lambda: losing(runs, "mean_severity", "a", "a"))
    assert "'c' was not played" in one_sentence(lambda: losing(runs, "mean_severity", "a", "c"))


# --- Counts and boxes by hand


def test_shares_of_nothing_may_be_anything() -> None:
    assert share_of(0, 0) == (0.0, 0.0, 1.0)
    assert share_of(1, 1) == pytest.approx((1.0, 1 / (1 + 3.841459), 1.0))
    assert Counts(0, 0, 100, 20).density == share_of(0, 0) and Counts(0, 0, 100, 20).coverage.mean == 0.0
    assert Counts(10, 8, 100, 20).plus(Counts(1, 2, 3, 4)) == (11, 10, 103, 24)


@pytest.mark.parametrize(
    ("counts", "agreement"),
    [
        ((0, 0, 100, 20), 0.0),
        ((20, 20, 100, 20), 1.0),
        ((80, 0, 100, 20), -1.0),
        ((1, 1, 4, 2), 3**-0.5),  # (1 x 2 - 0 x 1) / root of 1 x 3 x 2 x 2
        ((10, 2, 100, 20), 0.0),  # as many as anywhere
        ((10, 0, 100, 0), 0.0),
        ((10, 10, 100, 100), 0.0),
    ],
)
def test_agreement_is_that_of_matthews(counts: tuple[int, int, int, int], agreement: float) -> None:
    assert Counts(*counts).agreement == pytest.approx(agreement)


def chances(points: pd.DataFrame, cases: Bools, limits: Limits) -> dict[str, float]:
    return quasi_p(within_each(points, limits), cases)


LINE = pd.DataFrame({"clash": [0.0, 1.0, 2.0, 3.0, 4.0], "horizon": [4.0, 4.0, 8.0, 8.0, 8.0]})


def test_the_ends_of_a_box_belong_to_it() -> None:
    assert inside(LINE, {"clash": (1.0, 3.0)}).tolist() == [False, True, True, True, False]
    assert inside(LINE, {"clash": (1.0, np.inf), "horizon": (-np.inf, 4.0)}).tolist() == [0, 1, 0, 0, 0]
    assert inside(LINE, {}).all()
    cases = np.array([True, True, False, False, True])
    assert count(LINE, cases, {"clash": (1.0, 3.0)}) == (3, 1, 5, 3)


def test_a_box_with_a_hit_or_none_is_as_likely_as_luck_has_it() -> None:
    """One of two inside is a case, as are two of the other three: 1 - (1 - 3/5)^2; a box without a case is certain."""
    cases = np.array([True, False, False, True, True])
    assert chances(LINE, cases, {"clash": (-np.inf, 1.0)}) == {"clash": pytest.approx(1 - 0.4**2)}
    assert chances(LINE, cases, {"clash": (1.0, 2.0)}) == {"clash": 1.0}
    assert chances(LINE, cases, {"clash": (9.0, 9.5), "horizon": (0.0, 1.0)}) == {"clash": 1.0, "horizon": 1.0}


def test_as_many_restrictions_are_kept_as_are_allowed_and_earn_it_the_weakest_go_first() -> None:
    grid = pd.DataFrame([(a, b, c) for a in range(8) for b in range(8) for c in range(2)], columns=list("abc"))
    cases = ((grid["a"] < 2) & (grid["b"] < 4)).to_numpy()
    limits = {"a": (-np.inf, 1.5), "b": (-np.inf, 3.5), "c": (-np.inf, 0.5)}
    assert pruned(grid, cases, limits, 3) == pruned(grid, cases, limits, 2) == {"a": limits["a"], "b": limits["b"]}
    p = chances(grid, cases, {"a": limits["a"], "b": limits["b"]})
    assert p["a"] < p["b"] < 0.05 and pruned(grid, cases, limits, 1) == {"a": limits["a"]}
    assert pruned(grid, cases, {"c": limits["c"]}, 3) == {} == pruned(grid, cases, {}, 3)


@pytest.mark.parametrize(("hits", "kept"), [(3, True), (2, False)])
def test_a_restriction_earns_its_place_at_one_in_twenty(hits: int, kept: bool) -> None:
    """Of sixty points three inside and twenty cases: three by luck have a chance of 1/27, two or more of 7/27."""
    points = pd.DataFrame({"a": np.arange(60.0)})
    cases = np.zeros(60, dtype=np.bool_)
    cases[:hits], cases[60 - (20 - hits) :] = True, True
    assert bool(pruned(points, cases, {"a": (-np.inf, 2.5)}, 1)) is kept
    assert chances(points, cases, {"a": (-np.inf, 2.5)})["a"] == pytest.approx(1 / 27 if kept else 7 / 27)


def made_box(held_out: Counts, ends: Limits | None = None, counts: Counts = Counts(3, 2, 10, 4)) -> Box:  # noqa: B008
    points = pd.DataFrame({"clash": np.linspace(0, 1, 10), "my_own": np.linspace(-1, 8, 10), "horizon": 8.0})
    chosen = {"clash": (0.25, np.inf), "my_own": (-0.5, 1234.56)} if ends is None else ends
    limits = describe_limits(points, np.arange(10) % 2 == 0, chosen)
    return Box("PRIM", chosen, limits, counts, held_out, pd.DataFrame())


def test_a_box_is_trusted_where_what_was_held_out_is_surely_denser_than_all() -> None:
    """The lower bound of 8 in 10 is .490, of 40 in 100 .309; the base rate is .4."""
    assert made_box(Counts(10, 8, 100, 40)).trusted
    assert not made_box(Counts(100, 40, 100, 40)).trusted
    assert not made_box(Counts(0, 0, 100, 40)).trusted
    assert made_box(Counts(10, 8, 100, 40)).base_rate == 0.4
    assert not made_box(Counts(10, 8, 100, 40), counts=Counts(3, 2, 10, 6)).trusted
    alike = Counts(3, 0, 10, 0)
    assert not made_box(Counts(9, 0, 10, 0), counts=alike).trusted, "no denser than nothing"


def test_a_box_says_where_and_how_often() -> None:
    formula = checks.describe_factor("clash").formula
    trusted = made_box(Counts(10, 8, 100, 40))
    assert trusted.conditions() == (
        "my own is between -0.5 and 1.23e+03 (sampled -1 to 8) and "
        f"clash is above 0.25 ({formula}; per round; sampled 0 to 1)"
    )
    assert trusted.sentence("it fails") == (
        f"It fails most often where {trusted.conditions()}: in 2 of 3 such worlds "
        "(density 67%, 95% interval 21 to 94%), which are 2 of the 4 worlds in which it does "
        "(coverage 50%, 95% interval 15 to 85%); in all it does in 4 of 10 worlds (40%). "
        "Boxes found in the same way have density 80%, 95% interval 49 to 94% on worlds held out."
    )
    wary = made_box(Counts(100, 40, 100, 40)).sentence()
    assert wary.startswith("It happens most often where ")
    assert wary.endswith("Boxes found in the same way are no better than chance on worlds held out: do not trust it.")
    assert made_box(Counts(0, 0, 10, 4), {}).sentence("it fails") == (
        "No box tells the 4 worlds in which it fails from the other 6 better than chance would (n = 10 worlds)."
    )
    assert trusted.found and not made_box(Counts(0, 0, 10, 4), {}).found


def test_restrictions_are_described_the_surest_first() -> None:
    cases = np.arange(10) < 4
    points = pd.DataFrame({"clash": np.linspace(0, 1, 10), "my_own": np.arange(10.0)[::-1]})
    weak_first = {"my_own": (-np.inf, 8.5), "clash": (-np.inf, 0.35)}
    table = describe_limits(points, cases, weak_first)
    assert list(table.columns) == ["factor", "label", "unit", "low", "high", "least", "most", "quasi_p"]
    assert list(table["factor"]) == ["clash", "my_own"] and table["quasi_p"].is_monotonic_increasing
    assert table.loc[1, ["label", "unit", "low", "high", "least", "most"]].tolist() == [
        "My own",
        "",
        -np.inf,
        8.5,
        0.0,
        9.0,
    ]
    assert table.loc[0, "quasi_p"] == chances(points, cases, weak_first)["clash"]
    assert describe_limits(points, cases, {}).empty
    prim_box = Box("PRIM", weak_first, table, Counts(3, 3, 10, 4), Counts(0, 0, 10, 4), pd.DataFrame())
    assert prim_box.conditions(meaning=False) == (
        "clash is below 0.35 (per round; sampled 0 to 1) and my own is below 8.5 (sampled 0 to 9)"
    )
    assert prim_box.contains(points).tolist() == [False, True, True, True, *[False] * 6]
    assert prim_box.contains(points.set_index(np.arange(10) + 5)).index[0] == 5


# --- The search


def test_folds_share_out_points_and_cases_evenly() -> None:
    cases = np.arange(23) % 4 == 0  # six
    folds = scenario_discovery.folds(cases, 3, 1)
    assert sorted(int(place) for fold in folds for place in fold) == list(range(23))
    assert sorted(len(fold) for fold in folds) == [7, 8, 8]
    assert [int(cases[fold].sum()) for fold in folds] == [2, 2, 2]
    again, other = scenario_discovery.folds(cases, 3, 1), scenario_discovery.folds(cases, 3, 2)
    assert all((a == b).all() for a, b in zip(folds, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(folds, other, strict=True))


def test_ends_beyond_which_nothing_was_sampled_are_open() -> None:
    frame = pd.DataFrame({"clash": [0.0, 3.0], "horizon": [4.0, 8.0]})
    assert scenario_discovery.restrictions(LINE, frame) == {"clash": (-np.inf, 3.0)}
    frame = pd.DataFrame({"clash": [0.5, 9.0], "horizon": [-1.0, 7.0]})
    assert scenario_discovery.restrictions(LINE, frame) == {"clash": (0.5, np.inf), "horizon": (-np.inf, 7.0)}


def test_the_best_box_agrees_best_and_better_than_chance() -> None:
    cases = np.array([False, False, True, True, True])
    good, poor, wrong = ({"clash": ends} for ends in ((1.5, np.inf), (2.5, np.inf), (-np.inf, 1.5)))
    assert scenario_discovery.best_of(LINE, cases, [poor, good, wrong, {}]) == good
    assert scenario_discovery.best_of(LINE, cases, [wrong, {}]) == {} == scenario_discovery.best_of(LINE, cases, [])
    everywhere = {"clash": (-np.inf, 99.0)}
    assert scenario_discovery.best_of(LINE, cases, [everywhere]) == {}, "no better than chance"


def test_what_is_held_out_is_judged_by_boxes_found_without_it() -> None:
    points = pd.DataFrame({"clash": np.arange(20.0)}, index=np.arange(20) + 100)
    cases = np.arange(20) >= 12
    asked: list[tuple[int, int]] = []

    def find(x: pd.DataFrame, y: Bools) -> dict[str, tuple[float, float]]:
        asked.append((len(x), int(y.sum())))
        assert x.index.tolist() == list(range(len(x))) and (y == (x["clash"] >= 12)).all()
        return {"clash": (14.0, np.inf)} if len(asked) != 2 else {}

    counts = scenario_discovery.held_out(points, cases, find, 4, 0)
    assert asked == [(15, 6)] * 4 and (counts.n, counts.cases) == (20, 8)
    second = scenario_discovery.folds(cases, 4, 0)[1]
    assert counts.inside == counts.hits == 6 - int((points["clash"].to_numpy()[second] >= 14).sum())


def test_the_twelve_most_telling_factors_are_searched() -> None:
    luck = np.random.default_rng(5)
    x = pd.DataFrame(luck.random((80, 15)), columns=[f"f{j}" for j in range(15)])
    y = (x["f3"] > 0.5).to_numpy()
    shares = forest_shares(x.to_numpy(), y.astype(float), 2)
    assert scenario_discovery.screened(x, y, 2) == [f"f{j}" for j in np.argsort(-shares, kind="stable")[:12]]
    assert scenario_discovery.screened(x, y, 2)[0] == "f3"


def test_a_search_is_repeated_in_three_sets_of_dimensions_and_in_those_of_the_forest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Five boxes of different factors along the way: the three best are searched again, then what a forest says."""
    luck = np.random.default_rng(0)
    x = pd.DataFrame(luck.random((60, 6)), columns=list("abcdef"))
    y = (x["a"] > 0.3).to_numpy() & (x["b"] > 0.2).to_numpy()
    searched: list[list[str]] = []
    path = [{name: (0.3, np.inf)} for name in "fedcba"]

    def peel(table: pd.DataFrame, cases: object, min_mass: float) -> list[dict[str, tuple[float, float]]]:
        searched.append(list(table.columns))
        return path

    monkeypatch.setattr(scenario_discovery, "peel", peel)
    monkeypatch.setattr(scenario_discovery, "pruned", lambda x, y, ends, dimensions: ends)
    monkeypatch.setattr(scenario_discovery, "screened", lambda x, y, seed: list("fedcba"))
    limits, _ = scenario_discovery.patient(x, y, 2, 0.05, 0)
    assert limits == {"a": (0.3, np.inf)}
    ranked = sorted("fedcba", key=lambda name: -count(x, y, {name: (0.3, np.inf)}).agreement)
    assert searched == [list("fedcba"), *[[name] for name in ranked[:3]], ["f", "e"]]


def test_a_tree_that_cannot_grow_has_no_leaves_and_one_that_can_has_them_by_density() -> None:
    x = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) % 3})
    assert scenario_discovery.split(x, np.arange(40) >= 20, 3, 0.6, 0) == []
    leaves = scenario_discovery.split(x, np.arange(40) >= 20, 3, 0.25, 0)
    assert leaves == [{"a": (-np.inf, 19.5)}, {"a": (19.5, np.inf)}]
    tree = cart(x, np.arange(40) >= 20, min_mass=0.25, parts=2)
    assert tree.leaves["conditions"].tolist() == [
        "a is above 19.5 (sampled 0 to 39)",
        "a is below 19.5 (sampled 0 to 39)",
    ]
    assert tree.leaves[["points", "cases", "density", "coverage"]].to_numpy().tolist() == [
        [20, 20, 1.0, 1.0], [20, 0, 0.0, 0.0]
    ]  # fmt: skip
    assert tree.leaves.loc[1, ["low", "high"]].tolist() == pytest.approx([0.0, 3.841459 / (20 + 3.841459)])
    assert tree.best.trajectory.to_numpy().tolist() == [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]
    assert tree.best.ends == {"a": (19.5, np.inf)} and tree.best.method == "CART"


def test_a_leaf_has_at_least_the_least_share_of_points_and_a_tree_its_depth() -> None:
    x = pd.DataFrame({"a": np.arange(40.0)})
    y = (np.arange(40) // 4) % 2 == 0
    for min_mass, least in ((0.1, 4), (0.149, 5), (0.001, 1)):
        leaves = scenario_discovery.split(x, y, 9, min_mass, 0)
        assert min(int(inside(x, ends).sum()) for ends in leaves) >= least
    assert len(scenario_discovery.split(x, y, 1, 0.05, 0)) == 2
    assert len(scenario_discovery.split(x, y, 9, 0.1, 0)) == 10


# --- What is asked


def test_a_margin_must_be_exceeded_and_more_may_be_better() -> None:
    runs = runs_of({"a": [(1, 3), (2, 2), (5, 5)], "b": [(2, 2), (1, 1), (1, 1)]})
    assert list(losing(runs, "mean_severity", "a", "b", margin=4.0)) == [False, False, False]
    assert list(losing(runs, "mean_severity", "a", "b", margin=3.9)) == [False, False, True]
    assert list(losing(runs, "mean_severity", "b", "a", better=True, margin=0.5)) == [False, True, True]
    assert list(losing(runs, "mean_severity", "b", "a", better=True, margin=1.0)) == [False, False, True]
    losses = losing(runs.assign(point=runs["point"] + 4), "mean_severity", "a", "b")
    assert (losses.name, losses.index.tolist(), losses.index.name) == ("a loses to b", [4, 5, 6], "point")


def test_what_scenario_discovery_takes() -> None:
    points = pd.DataFrame({"a": np.arange(20.0), "b": 1.0})

    def asked(hits: int = 10, dimensions: int = 3, min_mass: float = 0.05, parts: int = 5) -> list[str]:
        cases = np.arange(20) < hits
        return list(scenario_discovery.prepared(points, cases, None, dimensions, min_mass, parts)[0].columns)

    assert asked() == asked(dimensions=1) == asked(dimensions=20) == asked(min_mass=0.5) == ["a"]
    assert asked(parts=2) == asked(parts=50) == ["a"]
    assert "at least 10 worlds of interest; there are 9" in one_sentence(lambda: asked(9))
    assert "at least 10 worlds of the other kind; there are 9" in one_sentence(lambda: asked(11))
    for dimensions in (0, 21):
        assert "from 1 to 20" in one_sentence(lambda dimensions=dimensions: asked(dimensions=dimensions))
    for parts in (1, 51):
        assert "from 2 to 50" in one_sentence(lambda parts=parts: asked(parts=parts))
    assert "min_mass is 0.51; expected a share of the points of at most 0.5." in one_sentence(
        lambda: asked(min_mass=0.51)
    )


def test_points_without_a_verdict_are_left_out_and_the_others_meet_theirs() -> None:
    points = pd.DataFrame({"point": [7, 3, 5], "a": [70.0, 30.0, 50.0]})
    cases = pd.Series([True, False], index=pd.Index([3, 7], name="point"))
    table, flags = scenario_discovery.aligned_cases(points, cases)
    assert table["a"].tolist() == [70.0, 30.0] and flags.tolist() == [False, True]
    table, flags = scenario_discovery.aligned_cases(points.head(2), cases.rename_axis("world"))
    assert table["a"].tolist() == [70.0, 30.0] and flags.tolist() == [True, False]
    table, flags = scenario_discovery.aligned_cases(points, np.array([0, 1, 1]))
    assert flags.dtype == bool and flags.tolist() == [False, True, True]
    assert "there are 2 flags for 3 points" in one_sentence(
        lambda: scenario_discovery.aligned_cases(points, np.array([True, False]))
    )


def test_left_to_itself_a_search_has_three_dimensions_a_twentieth_of_the_points_and_five_folds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options: list[tuple[object, ...]] = []

    def prepared(points: object, cases: object, *more: object) -> None:
        options.append(more)
        raise InterruptedError

    monkeypatch.setattr(scenario_discovery, "prepared", prepared)
    for search in (prim, cart):
        with pytest.raises(InterruptedError):
            search(LINE, np.ones(5, dtype=np.bool_))
        assert signature(search).parameters["seed"].default == 0
    assert options == [(None, 3, 0.05, 5)] * 2
