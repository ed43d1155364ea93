"""What the answer rests on: neutral values, one change at a time on matched luck, and how differences are judged."""

import math

import numpy as np
import pandas as pd
import pytest

from greatpowers import GreatPowersError, compare
from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.parameters import Parameters
from greatpowers.simulation.setup import prepare
from greatpowers.studies.mechanisms import (
    EFFECTS,
    INERT,
    NEUTRAL,
    OUTCOMES,
    RANKED,
    RANKS,
    Mechanisms,
    Variation,
    effects_table,
    inert_table,
    kendall_distance,
    mechanisms,
    neutral,
    order_of,
    paired,
    ranks_table,
    reversed_pairs,
    variations,
    varied,
)

POLICIES, SEEDS, ROUNDS = ["laissez-faire", "containment"], 3, 8


@pytest.fixture(scope="module")
def small() -> Mechanisms:
    return mechanisms("template", POLICIES, SEEDS, ROUNDS, workers=1)


# --- neutral values


def test_the_tables_of_neutral_values_know_only_what_the_core_has() -> None:
    assert set(NEUTRAL["parameters"]) <= {declared.name for declared in fields_of(Parameters)}
    assert set(NEUTRAL["levers"]) <= {declared.name for declared in fields_of(Levers)}


@pytest.mark.parametrize("declared", fields_of(Parameters), ids=lambda declared: declared.name)
def test_every_parameter_is_in_the_table_or_neutral_at_0(declared) -> None:
    """A new parameter that may not be 0 needs a line in `mechanisms.toml`."""
    value, meaning = neutral("parameter", declared)
    assert declared.name in NEUTRAL["parameters"] or value == 0.0
    assert value is None or declared.field.low <= value <= declared.field.high
    assert meaning


@pytest.mark.parametrize("declared", fields_of(Levers), ids=lambda declared: declared.name)
def test_every_lever_is_in_the_table_or_neutral_at_0(declared) -> None:
    value, _ = neutral("lever", declared)
    assert declared.name in NEUTRAL["levers"] or value == 0.0
    assert value is not None and declared.field.low <= value <= declared.field.high


# --- changes


def setups():
    return [prepare("template", policy, ROUNDS, None) for policy in POLICIES]


def test_a_parameter_is_doubled_within_its_range_and_never_changed_into_itself() -> None:
    changed = {(v.name, v.change): v.value for v in variations(setups()) if v.kind == "parameter"}
    now = setups()[0].parameters
    for declared in fields_of(Parameters):
        value = getattr(now, declared.name)
        if value != 0.0 and value < declared.field.high:
            assert changed[declared.name, "doubled"] == min(2 * value, declared.field.high)
    assert all(value != getattr(now, name) for (name, _), value in changed.items())
    assert ("true_beliefs", "off") not in changed and ("true_beliefs", "doubled") not in changed
    assert ("war_stop", "off") not in changed and ("war_stop", "doubled") in changed


def test_a_lever_that_no_policy_pulls_is_not_changed_and_the_others_within_their_range() -> None:
    before = setups()
    changed = {(v.name, v.change): varied(before, v) for v in variations(before) if v.kind == "lever"}
    assert ("strike", "off") not in changed and ("sanctions", "off") in changed
    for (name, change), after in changed.items():
        high = next(declared.field.high for declared in fields_of(Levers) if declared.name == name)
        for old, new in zip(before, after, strict=True):
            was, now = (getattr(setup.levers.levers, name) for setup in (old, new))
            expected = (
                np.minimum(2 * was, high) if change == "doubled" else np.full_like(was, LEVERS_OFF.get(name, 0.0))
            )
            assert np.array_equal(now, expected)
            assert np.array_equal(old.levers.starts, new.levers.starts)
    fresh = setups()
    assert all(np.array_equal(a.levers.levers, b.levers.levers) for a, b in zip(before, fresh, strict=True))


LEVERS_OFF = {"red_line": 9.0, "tranches": 1.0, "spoiler_limit": 1.0}


@pytest.mark.parametrize(("name", "value"), [("clash", 0.0), ("distance_decay", 40000.0), ("prior_credibility", 1.0)])
def test_a_changed_setup_is_the_one_that_would_be_prepared(name: str, value: float) -> None:
    for setup, policy in zip(varied(setups(), Variation("parameter", name, "off", value)), POLICIES, strict=True):
        expected = prepare("template", policy, ROUNDS, {name: value})
        assert setup.parameters == expected.parameters and setup.packed == expected.packed
        for mine, theirs in zip(setup.world, expected.world, strict=True):
            assert np.array_equal(mine, theirs)


# --- tables


def test_effects_are_paired_differences_of_histories_on_the_same_seeds(small: Mechanisms) -> None:
    before = compare("template", POLICIES, SEEDS, ROUNDS)
    after = compare("template", POLICIES, SEEDS, ROUNDS, parameters={"order_reversion": 0.0})
    rows = small.effects[(small.effects["mechanism"] == "order_reversion") & (small.effects["change"] == "off")]
    assert len(rows) == len(POLICIES) * len(OUTCOMES)
    for row in rows.to_dict("records"):
        difference = after.values(row["policy"], row["outcome"]) - before.values(row["policy"], row["outcome"])
        assert row["difference"] == pytest.approx(difference.mean())
        assert row["error"] == pytest.approx(difference.std(ddof=1) / SEEDS**0.5)
        assert row["baseline"] == pytest.approx(before.values(row["policy"], row["outcome"]).mean())
    assert (rows["difference"] != 0.0).any()


def test_z_is_0_where_nothing_differs_and_infinite_where_all_differ_alike() -> None:
    mean, error, z = paired(np.array([[0.0, 2.0, -2.0, 1.0], [0.0, 2.0, -2.0, 3.0]]))
    assert mean.tolist() == [0.0, 2.0, -2.0, 2.0] and error.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert z.tolist() == [0.0, math.inf, -math.inf, 2.0]


BEFORE = np.array([[1.0, 1.1, 0.9], [2.0, 2.1, 1.8], [3.0, 3.2, 3.1]])


def test_the_distance_of_two_orders_counts_pairs_the_other_way_round() -> None:
    assert order_of(BEFORE) == [0, 1, 2]
    assert kendall_distance(BEFORE, BEFORE) == 0
    assert kendall_distance(BEFORE, BEFORE[[1, 0, 2]]) == 1
    assert kendall_distance(BEFORE, BEFORE[::-1]) == 3


def test_pairs_are_reversed_only_if_told_apart_both_times() -> None:
    assert reversed_pairs(BEFORE, BEFORE[[1, 0, 2]]) == [(1, 0)]
    unsure = BEFORE[[1, 0, 2]] + np.array([[5.0, -5.0, 0.0], [0.0, 0.0, 0.0], [9.0, 9.0, 9.0]])
    assert kendall_distance(BEFORE, unsure) == 1 and reversed_pairs(BEFORE, unsure) == []
    assert reversed_pairs(BEFORE, BEFORE * 5.0) == []


CHANGES = [
    Variation("parameter", "clash", "off", 0.0),
    Variation("parameter", "clash", "doubled", 2.0),
    Variation("parameter", "war_stop", "doubled", 0.6),
    Variation("lever", "sanctions", "off", 0.0),
]


def made_values() -> np.ndarray:
    """Three policies whose outcomes are as BEFORE; without clash the first two change places, without sanctions not."""
    base = np.repeat(BEFORE[:, :, None], len(OUTCOMES), axis=2)
    near = base + np.array([-1e-3, 0.0, 1e-3])[None, :, None]
    return np.array([base, base[[1, 0, 2]], base, near, base])


def test_ranks_of_what_is_switched_off_say_which_pairs_turn() -> None:
    table = ranks_table(CHANGES, ["a", "b", "c"], made_values())
    assert tuple(table) == RANKS
    assert table["mechanism"].tolist() == ["clash"] * len(RANKED) + ["sanctions"] * len(RANKED)
    clash, sanctions = table.iloc[0], table.iloc[-1]
    assert (clash["order"], clash["distance"], clash["holds"], clash["reversed_pairs"]) == (
        "b < a < c",
        1,
        False,
        "b < a",
    )
    assert (sanctions["order"], sanctions["distance"], sanctions["holds"]) == ("a < b < c", 0, True)
    assert clash["reversed"] == 1 and sanctions["reversed"] == 0 and sanctions["reversed_pairs"] == ""


def test_inert_is_what_moves_nothing_either_way_and_what_was_never_changed_is_not() -> None:
    effects = effects_table(CHANGES, ["a", "b", "c"], made_values())
    table = inert_table(effects, Parameters()).set_index("mechanism")
    assert not table.loc["clash", "inert"] and table.loc["clash", "off_z"] > 3.0
    assert table.loc["war_stop", "inert"] and math.isnan(table.loc["war_stop", "off_z"])
    assert table.loc["sanctions", "inert"]
    assert not table.loc["horizon", "inert"] and math.isnan(table.loc["horizon", "doubled_z"])


def test_tables_are_as_declared_and_complete(small: Mechanisms) -> None:
    assert (tuple(small.effects), tuple(small.ranks), tuple(small.inert)) == (EFFECTS, RANKS, INERT)
    every = (*fields_of(Parameters), *fields_of(Levers))
    assert small.inert["mechanism"].tolist() == [declared.name for declared in every]
    assert np.isfinite(small.effects[["baseline", "changed", "difference", "error"]]).all(axis=None)
    assert "true_beliefs" not in small.inert_names


# --- whole


def test_the_same_bytes_whatever_the_workers(small: Mechanisms) -> None:
    many = mechanisms("template", POLICIES, SEEDS, ROUNDS, workers=3)
    for mine, theirs in ((small.effects, many.effects), (small.ranks, many.ranks), (small.inert, many.inert)):
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)


def test_progress_is_told_in_histories_and_ends_with_all() -> None:
    reports: list[tuple[int, int]] = []
    study = mechanisms("template", POLICIES, 2, 2, progress=lambda done, total: reports.append((done, total)))
    changes = study.effects.groupby(["kind", "mechanism", "change"]).ngroups
    assert reports[-1] == ((1 + changes) * len(POLICIES) * 2,) * 2
    assert [done for done, _ in reports] == sorted(done for done, _ in reports)


def test_one_seed_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="seeds: 1 gives no standard error; expected at least 2."):
        mechanisms("template", POLICIES, 1)
