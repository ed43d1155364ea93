"""What methods check before they compute, and how they name what they are given."""

import numpy as np
import pandas as pd
import pytest
from made_runs import one_sentence

from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import OWN, describe
from greatpowers.statistics import checks


@pytest.mark.parametrize(
    ("number", "least", "message"),
    [
        (0, 1, "an interval needs runs; there are none."),
        (1, 2, "an interval needs at least 2 runs; there is 1."),
        (0, 2, "an interval needs at least 2 runs; there are 0."),
        (1999, 2000, "an interval needs at least 2000 runs; there are 1,999."),
    ],
)
def test_a_count_that_is_too_small_is_said(number: int, least: int, message: str) -> None:
    assert one_sentence(lambda: checks.need_count(number, least, "runs", "an interval")) == message
    checks.need_count(least, least, "runs", "an interval")


@pytest.mark.parametrize("value", [0, 1, -0.1, 1.1, True, "0.5", None])
def test_a_share_lies_strictly_between_nothing_and_all(value: float) -> None:
    assert "expected a number between 0 and 1" in one_sentence(lambda: checks.need_share(value, "level"))


def test_shares_and_whole_numbers_are_given_back_as_such() -> None:
    assert checks.need_share(0.001, "level") == 0.001 and checks.need_share(np.float64(0.999), "level") == 0.999
    assert type(checks.need_whole(np.int64(3), "n", 3)) is int and checks.need_whole(3, "n", 3, 3) == 3
    assert checks.need_whole(1_000_000, "n", 2) == 1_000_000
    for value in (2, 6, True, 3.0, "3", None):
        message = one_sentence(lambda value=value: checks.need_whole(value, "n", 3, 5))
        assert message.endswith("expected a whole number from 3 to 5.")
    assert "from 2 to 1,000,000" in one_sentence(lambda: checks.need_whole(1_000_001, "n", 2))


def test_powers_of_two_are_told_from_others_and_the_nearest_is_named() -> None:
    assert [checks.need_power_of_two(n, "n") for n in (2, 4, 64, 1024)] == [2, 4, 64, 1024]
    for n, near in ((3, 4), (5, 4), (6, 8), (100, 128), (90, 64)):
        message = one_sentence(lambda n=n: checks.need_power_of_two(n, "n"))
        assert message == f"n is {n}; expected a power of two for a Sobol sample, such as {near}."
    assert "from 2 to" in one_sentence(lambda: checks.need_power_of_two(1, "n"))


def test_values_that_differ_by_less_than_rounding_are_the_same_at_any_size() -> None:
    for size in (1e-9, 1.0, 1e9):
        checks.need_spread(np.array([size, size * (1.0 + 1e-11)]), "it", "")
        message = one_sentence(lambda size=size: checks.need_spread(np.array([size, size * (1 + 1e-13)]), "it", "no"))
        assert message == f"'it' is {size:.6g} everywhere, so no."
    assert "'it' is 0 everywhere" in one_sentence(lambda: checks.need_spread(np.zeros(3), "it", "no"))
    checks.need_spread(np.array([-1.0, 1.0]), "it", "")


def test_values_and_columns_that_are_missing_are_counted_and_named() -> None:
    checks.need_values(np.array([1.0, -2.0]), "order")
    missing = np.array([np.nan, np.inf, -np.inf, *[0.0] * 1497])
    message = one_sentence(lambda: checks.need_values(missing, "order"))
    assert message.startswith("'order' has no finite value in 3 of 1,500 runs;")
    frame = pd.DataFrame({"order": [1], "name": ["x"]})
    checks.need_columns(frame, ["order", "name"], "it")
    message = one_sentence(lambda: checks.need_columns(frame, ["order", "ordr"], "it"))
    assert message == "'ordr' is not among the columns of it. Did you mean 'order'?"
    checks.need_metric(frame, "order")
    assert "was not recorded in these runs" in one_sentence(lambda: checks.need_metric(frame, "wars"))
    assert "holds text and not numbers" in one_sentence(lambda: checks.need_metric(frame, "name"))


def test_a_policy_or_a_choice_is_one_of_those_there_are() -> None:
    assert checks.need_policy("b", ["a", "b"]) == checks.need_choice("b", "method", ["a", "b"]) == "b"
    assert "'d' was not played in these runs" in one_sentence(lambda: checks.need_policy("d", ["aaa", "bbb"]))
    assert one_sentence(lambda: checks.need_choice("d", "method", ["aaa", "bbb"])) == 'method is "d". Known: aaa, bbb.'


def test_what_is_not_installed_is_named_with_its_extra() -> None:
    assert checks.fetch("math").pi > 3
    message = one_sentence(lambda: checks.fetch("no_such_library.part", "dask"))
    assert message == 'no_such_library is not installed; install it with: pip install "greatpowers[dask]".'


# --- Factors


def test_factors_are_found_by_kind_and_by_name_alone() -> None:
    factor = checks.describe_factor("clash")
    assert (factor.name, factor.label, factor.source) == ("clash", "Clash", "Schelling 1966")
    assert factor.unit == "per round" and "exchange of fire" in factor.formula
    for name in ("relief", "lever_relief"):
        factor = checks.describe_factor(name)
        assert (factor.label, factor.source) == ("Relief", "levers") and "sanctions lifted" in factor.formula
    for name in ("states", "synthetic_states"):
        factor = checks.describe_factor(name)
        assert (factor.label, factor.unit, factor.formula) == ("States", "", "number of states")
    for name in ("lever_clash", "synthetic_relief", "lever_states", "nobodys_own", "other_clash"):
        factor = checks.describe_factor(name)
        assert (factor.unit, factor.formula, factor.source) == ("", "", "model")
    assert checks.describe_factor("synthetic_nobodys_own").label == "Nobodys own"
    assert checks.named("lever_spoiler_limit") == "spoiler limit"


def test_a_user_s_metric_is_described_as_its_table_says() -> None:
    frame = pd.DataFrame({"mine": [1.0]})
    assert checks.describe_metric(frame, "order") == describe("order")
    assert checks.describe_metric(frame, "my_own") == ("my_own", "My own", "", "", "model")
    frame.attrs[OWN] = {"order": {"name": "order", "label": "Mine", "unit": "wars", "formula": "x"}}
    assert checks.describe_metric(frame, "order")[:3] == ("order", "Mine", "wars")


def test_parameters_range_over_multiples_of_their_defaults() -> None:
    default = Parameters()
    bounds = checks.parameter_bounds(["clash", "belief_memory", "prior_credibility"], 0.25, 3.0)
    assert bounds == {
        "clash": (default.clash / 4, default.clash * 3),
        "belief_memory": (default.belief_memory / 4, 1.0),
        "prior_credibility": (0.125, 1.0),
    }
    assert set(checks.parameter_bounds()) == {name for name, value in default._asdict().items() if value > 0}
    assert checks.parameter_bounds(["clash"], 0.0, 1.0) == {"clash": (0.0, default.clash)}
    for low, high in ((1.0, 1.0), (2.0, 1.0), (-0.1, 1.0)):
        assert "expected the lower one first" in one_sentence(
            lambda low=low, high=high: checks.parameter_bounds(None, low, high)
        )
    message = one_sentence(lambda: checks.parameter_bounds(["true_beliefs"]))
    assert message == "parameter 'true_beliefs' is 0, which has no multiples; leave it out."


def test_factors_are_numbers_that_vary_and_number_nothing() -> None:
    points = pd.DataFrame(
        {"point": [0, 1], "clash": [1.0, 2.0], "lever_aid": [0.5, 0.5], "kind": ["a", "b"],
         "synthetic_seed": [1, 2], "horizon": [3, 4], **{name: [0, 1] for name in checks.NO_FACTORS}}
    )  # fmt: skip
    assert checks.varied_factors(points) == checks.chosen_factors(points, None) == ["clash", "horizon"]
    assert checks.chosen_factors(points, ["horizon"]) == ["horizon"]
    assert checks.factor_values(points, ["horizon", "clash"]).tolist() == [[3.0, 1.0], [4.0, 2.0]]
    for name in ("lever_aid", "kind", "synthetic_seed"):
        message = one_sentence(lambda name=name: checks.chosen_factors(points, [name]))
        assert message.startswith(f"'{name}' is the same in all points (or no number).")
    assert "needs factors that vary between points; there are none" in one_sentence(
        lambda: checks.chosen_factors(points[["kind"]], None)
    )
    wrong = points.assign(horizon=[1.0, np.nan])
    assert "'horizon' has no finite value in 1 of 2 points" in one_sentence(
        lambda: checks.factor_values(wrong, ["clash", "horizon"])
    )


def test_a_table_must_have_rows() -> None:
    checks.need_rows(pd.DataFrame({"seed": [1]}), "runs")
    assert one_sentence(lambda: checks.need_rows(pd.DataFrame({"seed": []}), "runs")).startswith("runs: there are no")


def test_a_parameter_left_to_itself_ranges_from_half_to_twice_its_default() -> None:
    assert checks.parameter_bounds(["clash"]) == {"clash": (Parameters().clash / 2, Parameters().clash * 2)}
    assert "there is no parameter 'clsh'. Did you mean 'clash'?" in one_sentence(
        lambda: checks.parameter_bounds(["clsh"])
    )


def test_a_column_without_a_number_in_it_does_not_vary() -> None:
    points = pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, np.nan], "c": [np.nan, 1.0]})
    assert checks.varied_factors(points) == ["a"]


def test_a_count_of_one_thing_that_is_there_says_nothing() -> None:
    checks.need_count(1, 1, "runs", "an interval")
    checks.need_count(3, 2, "runs", "an interval")
    checks.need_count(0, 0, "runs", "an interval")
