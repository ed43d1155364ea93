"""Comparisons: matched luck, means and intervals that a hand computation confirms, and what they refuse."""

import numpy as np
import pytest
from scipy import stats

from greatpowers import HEADLINES, Comparison, GreatPowersError, compare, load_policy, load_posterior, presets, simulate
from greatpowers.core.metrics import Metric
from greatpowers.simulation import comparison
from greatpowers.simulation.intervals import matching_gain, mean_interval, share_interval
from greatpowers.simulation.summary import OUTCOMES, worst_outcome

POLICIES = ["containment", "laissez-faire", "half-a-loaf"]


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare("template", POLICIES, seeds=12, rounds=40)


def test_every_policy_meets_the_same_seeds(compared: Comparison) -> None:
    assert compared.names == POLICIES
    assert compared.seeds == tuple(range(12))
    for name in POLICIES:
        assert list(compared.runs.xs(name).index) == list(range(12))
        alone = simulate("template", name, 7, 40).summary
        assert alone.to_numpy().tobytes() == compared.runs.loc[(name, 7)].to_numpy().tobytes()


def test_the_table_has_the_mean_and_its_t_interval(compared: Comparison) -> None:
    values = compared.runs.loc["containment", "mean_severity"].to_numpy()
    low, high = stats.t.interval(0.95, 11, values.mean(), stats.sem(values))
    assert list(compared.table.index) == POLICIES
    assert list(compared.table.columns.levels[0].sort_values()) == sorted(HEADLINES)
    assert np.allclose(compared.table.loc["containment", "mean_severity"], [values.mean(), low, high])


def test_the_difference_is_paired(compared: Comparison) -> None:
    ours = np.array([simulate("template", "containment", seed, 40).summary["order"] for seed in range(12)])
    theirs = np.array([simulate("template", "laissez-faire", seed, 40).summary["order"] for seed in range(12)])
    gaps = ours - theirs
    half = stats.t.ppf(0.975, 11) * gaps.std(ddof=1) / np.sqrt(12)
    expected = [gaps.mean(), gaps.mean() - half, gaps.mean() + half]
    assert compared.baseline == "laissez-faire"
    assert list(compared.differences.index) == ["containment", "half-a-loaf"]
    assert np.allclose(compared.differences.loc["containment", "order"], expected)


def test_the_gain_of_matching_is_the_ratio_of_variances(compared: Comparison) -> None:
    ours, theirs = (compared.runs.loc[name, "order"].to_numpy() for name in ("half-a-loaf", "containment"))
    wanted = (ours.var(ddof=1) + theirs.var(ddof=1)) / (ours - theirs).var(ddof=1)
    assert compared.gain_of_matching("half-a-loaf", "order", "containment") == pytest.approx(wanted)
    assert np.isnan(compared.gain_of_matching("laissez-faire", "order"))
    assert matching_gain(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0])) == pytest.approx(10.0)
    luck = np.random.default_rng(0).standard_normal((2, 20_000))
    assert matching_gain(*luck) == pytest.approx(1.0, abs=0.05)


def test_without_laissez_faire_the_first_policy_is_the_baseline() -> None:
    pair = compare("template", ["half-a-loaf", "containment"], seeds=2, rounds=2)
    assert pair.baseline == "half-a-loaf"
    assert list(pair.differences.index) == ["containment"]


def test_the_presets_are_compared_unless_told_otherwise() -> None:
    assert compare("template", seeds=1, rounds=1).names == presets()


def test_workers_do_not_change_a_byte(compared: Comparison) -> None:
    for workers in (1, 3):
        other = compare("template", POLICIES, seeds=12, rounds=40, workers=workers)
        assert other.runs.to_numpy().tobytes() == compared.runs.to_numpy().tobytes()
        assert other.series.tobytes() == compared.series.tobytes()


def test_seeds_are_a_number_or_seeds_and_policies_one_or_several() -> None:
    moved = compare("template", "containment", seeds=[100, 101], rounds=5)
    same = compare("template", ["containment"], seeds=range(100, 102), rounds=5)
    assert moved.runs.equals(same.runs) and moved.manifest["seeds"] == {"first": 100, "last": 101}
    assert compare("template", "containment", seeds=[4, 2], rounds=1).manifest["seeds"] == [4, 2]
    assert moved.seeds == (100, 101)
    assert moved.runs.loc[("containment", 101), "order"] == simulate("template", "containment", 101, 5).summary["order"]


def test_bands_are_quantiles_over_runs_by_round(compared: Comparison) -> None:
    bands = compared.bands("order")
    rows = bands[bands["policy"] == "half-a-loaf"]
    values = np.array(
        [simulate("template", "half-a-loaf", seed, 40).track.metrics[9, Metric.ORDER] for seed in range(12)]
    )
    row = rows.iloc[9]
    assert (row["round"], row["quarter"]) == (9, "2002Q2")
    expected = np.quantile(values.astype(np.float32).astype(float), [0.05, 0.25, 0.5, 0.75, 0.95])
    assert np.allclose(row[["p5", "p25", "median", "p75", "p95"]].astype(float), expected)
    assert len(bands) == 3 * 40


def test_a_long_comparison_keeps_only_the_rounds_that_figures_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "SERIES_BYTES", 1)
    trimmed = compare("template", ["containment"], seeds=2, rounds=3)
    assert trimmed.series_metrics == ("mean_severity", "order")
    assert len(trimmed.bands("order")) == 3
    with pytest.raises(GreatPowersError, match="no bands for 'revision'"):
        trimmed.bands("revision")


def test_outcomes_are_shares_of_runs_by_the_worst(compared: Comparison) -> None:
    assert list(compared.outcomes.columns) == list(OUTCOMES)
    assert np.allclose(compared.outcomes.sum(axis=1), 1.0)
    runs = compared.runs.xs("containment").iloc[:5].copy()
    runs[["highest_level", "wars_begun", "great_power_war", "nuclear_uses"]] = [
        [2, 0, 0, 0],
        [4, 0, 0, 0],
        [4, 1, 0, 0],
        [8, 1, 1, 0],
        [9, 1, 1, 1],
    ]
    assert list(worst_outcome(runs)) == list(OUTCOMES)


def test_progress_counts_histories() -> None:
    reports: list[tuple[int, int]] = []
    compare("template", POLICIES, seeds=2, rounds=1, progress=lambda done, total: reports.append((done, total)))
    assert reports == [(3, 6), (6, 6)]


@pytest.mark.parametrize("posterior", [None, "record"])
def test_what_is_done_meanwhile_sees_all_but_the_posterior(posterior: str | None) -> None:
    seen: list[Comparison] = []
    few = None if posterior is None else load_posterior(posterior)
    few = few and few.model_copy(update={"draws": few.draws[:2]})
    asked = {"policies": POLICIES, "seeds": 2, "rounds": 2, "posterior": few, "posterior_seeds": 1}
    whole = compare("template", **asked, meanwhile=seen.append)
    (alone,) = seen
    assert alone.posterior is None and (whole.posterior is None) == (posterior is None)
    assert alone.runs.equals(whole.runs) and alone.bands("order").equals(whole.bands("order"))
    assert alone.manifest == whole.manifest and alone.fought == whole.fought
    without = compare("template", **asked)
    assert without.posterior_table.equals(whole.posterior_table)


def test_what_is_done_first_is_done_before_the_comparison_is_there() -> None:
    order: list[str] = []
    asked = {"first": lambda: order.append("first"), "meanwhile": lambda _: order.append("then")}
    compare("template", ["containment"], 1, 1, **asked)
    assert order == ["first", "then"]


def test_the_interval_of_a_share_does_not_vanish_at_the_ends() -> None:
    none = share_interval(np.zeros(100))
    assert (none.mean, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(stats.binomtest(0, 100).proportion_ci(method="wilson").high)
    some = share_interval(np.array([1.0] * 30 + [0.0] * 70))
    wilson = stats.binomtest(30, 100).proportion_ci(method="wilson")
    assert (some.low, some.high) == (pytest.approx(wilson.low), pytest.approx(wilson.high))


def test_one_run_has_a_mean_and_no_interval() -> None:
    interval = mean_interval(np.array([3.0]))
    assert interval.mean == 3.0
    assert np.isnan(interval.low)
    assert np.isnan(interval.high)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"policies": []}, "policies: there are none"),
        ({"policies": ["containment", load_policy("containment")]}, "'containment' is given more than once"),
        ({"policies": ["containmint"]}, "Did you mean 'containment'"),
        ({"seeds": 0}, "seeds: 0 is out of range"),
        ({"seeds": [-1]}, "seed: -1 is out of range"),
        ({"rounds": -3}, "rounds: -3 is out of range"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        compare(**{"scenario": "template", "seeds": 1, "rounds": 1} | arguments)  # type: ignore[arg-type]
    assert says in str(caught.value)
