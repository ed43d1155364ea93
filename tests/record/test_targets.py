"""The table of facts is the record's, to the digit, and says what calibration may do with each."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import recomputed_facts as recomputed
from recomputed_halves import PARTED, recomputed_between

from greatpowers import GreatPowersError
from greatpowers.validation.facts import load_halves, load_targets, target
from greatpowers.validation.measures.registry import MEASURES, RATE_RATIO

ADDED: dict[str, Callable[[Path], recomputed.Share]] = {
    "recur.agreed.5y": lambda raw: recomputed.renewed(raw, recomputed.AGREED),
    "recur.stalemate.5y": lambda raw: recomputed.renewed(raw, recomputed.UNSETTLED),
    "begin.weaker_3to1": lambda raw: recomputed.begun_by_the_weaker(raw),
    "begin.minor_with_major": lambda raw: recomputed.begun_with_a_major(raw),
    "sev.q50": recomputed.median_size,
    "sev.ge_1e5": lambda raw: recomputed.larger(raw, 1e5),
    "sev.ge_1e6": lambda raw: recomputed.larger(raw, 1e6),
    "recur.quiet_15y.1831-1913": lambda raw: recomputed.after(raw, 0, 0, 1831, 1913),
    "recur.busy_15y.1831-1913": lambda raw: recomputed.after(raw, 4, math.inf, 1831, 1913),
    "mid.major_major_rate.1816-1913": lambda raw: recomputed.majors_directly(raw, 1816, 1913),
    "mid.major_major_rate.1946-1989": lambda raw: recomputed.majors_directly(raw, 1946, 1989),
}
"""Facts added to the published short list, in the order in which they were listed, and how each is computed again."""

DROPPED = {
    "icb.outcome.victory": "fitted", "icb.outcome.defeat": "held-apart", "icb.agreement": "fitted",
    "pub.hse_success": "fitted", "ties.duration_median": "held-apart",
}  # fmt: skip
"""Facts that the model was once held to and cannot say like for like, with the split that they had."""


def number(text: str) -> float:
    return float(text) if text else math.nan


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("table", ["targets_core.csv", "targets.csv"])
def test_every_figure_equals_that_of_the_published_table(shared_data: Path, table: str) -> None:
    raw, checked = rows_of(shared_data / table), 0
    for fact in load_targets().values():
        if fact.id in raw:
            row = raw[fact.id]
            figures = (fact.value, fact.low, fact.high)
            assert figures == pytest.approx(tuple(number(row[key]) for key in ("value", "low", "high")), nan_ok=True)
            assert (fact.unit, fact.period) == (row["unit"], row["period"])
            checked += 1
    assert checked == (59 if table == "targets_core.csv" else 64)


def test_the_short_list_is_the_published_one_and_the_facts_that_no_rate_can_see(shared_data: Path) -> None:
    listed = [fact.id for fact in load_targets().values() if fact.core]
    assert listed == [*rows_of(shared_data / "targets_core.csv"), *ADDED]


def test_the_ratio_of_the_eras_follows_from_their_rates() -> None:
    name, above, below = RATE_RATIO
    assert target(name).value == pytest.approx(target(above).value / target(below).value, rel=1e-3)
    assert target(name).low < target(name).value < target(name).high


def test_every_fact_is_measured_or_says_why_not() -> None:
    for fact in load_targets().values():
        measured = fact.id in MEASURES or fact.id == RATE_RATIO[0]
        assert measured != bool(fact.left_out), fact.id
        assert (fact.split == "none") == bool(fact.left_out), fact.id
        assert fact.source and fact.computed and fact.unit, fact.id


def test_facts_alternate_within_each_family_between_fitted_and_held_apart() -> None:
    families: dict[str, list[str]] = {}
    for fact in load_targets().values():
        split = DROPPED.get(fact.id, fact.split)
        if fact.core and split != "none" and fact.id not in ADDED:
            families.setdefault(fact.family, []).append(split)
    for family, splits in families.items():
        assert splits == [("fitted", "held-apart")[i % 2] for i in range(len(splits))], family
    assert sum(fact.split == "held-apart" for fact in load_targets().values()) >= 18


def test_facts_that_were_added_alternate_in_the_order_in_which_they_were_listed() -> None:
    assert [target(name).split for name in ADDED] == [("fitted", "held-apart")[i % 2] for i in range(len(ADDED))]


@pytest.mark.parametrize("name", ADDED)
def test_an_added_fact_is_what_the_published_files_give(name: str, raw: Path) -> None:
    fact, (hits, cases, value, low, high) = target(name), ADDED[name](raw)
    assert f"({hits}/{cases})" in fact.description or name == "sev.q50"
    assert fact.value == pytest.approx(value, rel=5e-4)
    # the published interval of the median is a bootstrap, which lies near that of its ranks
    assert (fact.low, fact.high) == pytest.approx((low, high), rel=0.05 if name == "sev.q50" else 5e-4)


def test_given_facts_say_by_what_and_found_ones_do_not() -> None:
    given = [fact.id for fact in load_targets().values() if fact.basis == "given"]
    assert {"power.con.mean", "nuc.war_given_mid.both", "burden.usa.1950-1989"} <= set(given)
    assert all(bool(fact.given_by) == (fact.id in given) for fact in load_targets().values())
    assert not any(fact.left_out for fact in load_targets().values() if fact.basis == "given")


def test_an_interval_is_an_error_a_spread_or_nothing() -> None:
    for fact in load_targets().values():
        open_ = math.isnan(fact.low) and math.isnan(fact.high)
        assert open_ == (fact.interval == "none"), fact.id
        assert fact.has_error == (fact.interval == "error"), fact.id
        assert (fact.interval == "spread") == ("low/high" in fact.computed), fact.id


def test_an_unknown_fact_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(GreatPowersError, match=r"Did you mean 'mid\.reciprocated'\?"):
        target("mid.reciprocate")


def test_facts_measured_on_either_side_of_1945_are_the_records_to_the_digit(shared_data: Path) -> None:
    """What computes them gives the published figure for all years, and the table's for each side."""
    every = recomputed_between(shared_data, 1816, recomputed.LAST_YEAR)
    sides = {
        True: recomputed_between(shared_data, 1816, PARTED),
        False: recomputed_between(shared_data, PARTED + 1, recomputed.LAST_YEAR),
    }
    halves = load_halves()
    assert len(halves) == 2 * len(every) == 56
    for name, fact in halves.items():
        parent = target(name.rpartition(".")[0])
        unit = 1000 if parent.unit == "per 1000 state-years" else 1
        share = sides[fact.period.startswith("18")][parent.id]
        assert [fact.value, fact.low, fact.high] == pytest.approx([unit * x for x in share[2:]], rel=6e-4, abs=1e-9)
        assert every[parent.id].value * unit == pytest.approx(parent.value, rel=1e-3)
        assert (fact.split, fact.basis, fact.unit) == (parent.split, parent.basis, parent.unit) and not fact.core
