"""The deal, term by term: what is read of histories, what a term adds, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest

from greatpowers.core.declare import fields_of
from greatpowers.core.levers import Levers
from greatpowers.core.log import Breaker
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_policy
from greatpowers.scenario.schema import PolicyPreset
from greatpowers.simulation.comparison import compare
from greatpowers.simulation.setup import prepare
from greatpowers.studies.deal_tables import (
    CHEATING,
    EVERYWHERE,
    GUARDIANS,
    OFFER,
    PLACE,
    PLACE_OUTCOMES,
    SPOILERS,
    TERMS,
    WAR,
    WORLD,
    WORTH,
    Without,
    _ending,
    changed,
    left_out,
    places_with_offer,
    play_and_read,
)
from greatpowers.studies.deals import Deals, answer, deals, details, term_name
from greatpowers.studies.mechanisms import neutral

SEEDS, ROUNDS = 6, 40
EAGER = {"proposal": 1.0, "hurting": 0.0}
"""A deal is proposed wherever anything hurts."""


@pytest.fixture(scope="module")
def small() -> Deals:
    return deals("template", seeds=SEEDS, rounds=ROUNDS, parameters=EAGER, workers=1)


@pytest.fixture(scope="module")
def setup():
    return prepare("template", "half-a-loaf", ROUNDS, EAGER)


# --- what is read of a history


def test_offers_and_deals_are_those_that_the_metrics_count(setup) -> None:
    """Read from the event log here, counted by the kernel there."""
    everywhere = range(setup.sizes[1])
    runs = compare("template", ["half-a-loaf"], 20, ROUNDS, EAGER).runs.xs("half-a-loaf")
    kinds: set[str] = set()
    for seed in range(20):
        history, run = play_and_read(setup, seed, everywhere), runs.loc[seed]
        assert len(history.offers) == run["deals_offered"]
        assert sum(all(offer.accepted) for offer in history.offers) == run["deals_accepted"]
        ended = [deal.how for deal in history.deals]
        assert ended.count(WAR) + ended.count(CHEATING) == run["deals_broken_by_challenger"]
        assert ended.count(GUARDIANS) == run["deals_broken_by_guardians"]
        assert ended.count(SPOILERS) == run["deals_broken_by_spoilers"]
        kinds |= set(ended)
    assert {SPOILERS, GUARDIANS} < kinds


def test_outcomes_of_all_places_add_up_to_those_of_the_world() -> None:
    """In 1936, with wars that are over and wars that are not."""
    names, rounds, seeds = [outcome.name for outcome in PLACE_OUTCOMES], 16, 3
    setup = prepare("1936", "appeasement", rounds, None)
    runs = compare("1936", ["appeasement"], seeds, rounds).runs.xs("appeasement")
    for seed in range(seeds):
        places = dict(zip(names, play_and_read(setup, seed, range(setup.sizes[1])).places.T, strict=True))
        assert places["severity"].mean() == pytest.approx(runs.loc[seed, "mean_severity"])
        assert places["wars_begun"].sum() == runs.loc[seed, "wars_begun"]
        assert places["battle_deaths"].sum() == pytest.approx(runs.loc[seed, "battle_deaths"])
        assert places["under_deal"].sum() == pytest.approx(runs.loc[seed, "deals_in_force"])
    assert runs["battle_deaths"].min() > 0 and runs["wars_begun"].max() > 0


def test_rounds_under_deals_are_the_rounds_of_the_deals(small: Deals) -> None:
    for place, rows in small.worth[small.worth["outcome"] == "under_deal"].groupby("place"):
        own = small.deals[small.deals["place"] == place]
        assert rows["full"].iloc[0] == pytest.approx(own["rounds"].sum() / SEEDS / ROUNDS)
        assert own["rounds"].sum() > 0


def test_all_three_accept_what_is_signed_and_somebody_refuses_what_is_not(small: Deals) -> None:
    """Who refused is worked out from the luck of the seed: were it the wrong luck, all would accept now and then."""
    accepted = small.offers[["challenger_accepts", "host_accepts", "coalition_accepts"]]
    assert (accepted.all(axis=1) == small.offers["signed"]).all()
    assert 0 < small.offers["signed"].sum() < len(small.offers)
    assert not accepted.all().any()
    signed = small.deals["signed"].notna().sum()
    assert signed == small.offers["signed"].sum()


def test_a_deal_of_the_start_is_counted_from_the_first_round_on() -> None:
    study = deals("2017", seeds=2, rounds=3, places=["iran-nuclear"])
    row = study.places.iloc[0]
    assert (row["at_the_start"], row["deals"], row["signed"]) == (1, 1.0, 0.0)
    assert row["still_in_force"] == 1.0 and row["kept"] == 3.0
    assert study.deals["signed"].isna().all() and study.deals["ended"].isna().all()


def test_a_war_that_breaks_a_deal_is_told_from_cheating() -> None:
    assert _ending(Breaker.CHALLENGER, True) == WAR and _ending(Breaker.CHALLENGER, False) == CHEATING
    assert _ending(Breaker.GUARDIANS, True) == GUARDIANS and _ending(Breaker.SPOILERS, True) == SPOILERS


# --- leaving terms out


def test_terms_are_the_levers_of_a_deal_and_all_can_be_left_out() -> None:
    declared = {entry.name: neutral("lever", entry).value for entry in fields_of(Levers)}
    assert {OFFER, *TERMS} <= set(declared) and all(declared[name] is not None for name in TERMS)
    after_the_offer = list(declared)[list(declared).index(OFFER) + 1 :]
    assert list(TERMS) == after_the_offer


def test_a_term_is_left_out_in_its_place_alone_and_only_while_the_deal_is_on_offer() -> None:
    late = PolicyPreset(
        name="late", title="Late", levers={"relief": 0.4},
        schedule=[{"from_round": 8, "levers": {"deal": 1, "relief": 0.6, "keep": 0.5}}],
    )  # fmt: skip
    before = prepare("template", late, ROUNDS, None)
    offered = places_with_offer(before)
    assert len(offered) == before.sizes[1] > 1
    for change in (Without(offered[0], "relief", 0.6, 0.0), Without(None, "relief", 0.6, 0.0)):
        was, now = (prepared.levers.levers.relief for prepared in (before, changed(before, change, offered)))
        expected = was.copy()
        expected[1, offered if change.place is None else change.place] = 0.0
        assert np.array_equal(now, expected) and (was[0] == 0.4).all() and (was[1] == 0.6).all()


def test_what_would_change_nothing_is_not_left_out(setup) -> None:
    offered = places_with_offer(setup)
    table = setup.levers.levers
    for change in left_out(setup, offered):
        values = getattr(table, change.term)[0, offered if change.place is None else change.place]
        assert (values != change.neutral).any()
        assert math.isnan(change.offered) or (values == change.offered).all()
    assert {change.place for change in left_out(setup, offered)} == {*offered, None}
    assert {change.place for change in left_out(setup, offered[:1])} == {offered[0]}


def test_a_term_adds_what_playing_the_policy_without_it_takes_away(small: Deals) -> None:
    """The same, put together by hand: relief lifted nowhere. It has a real effect on escalation."""
    full = load_policy("half-a-loaf")
    without = full.model_copy(update={"name": "without", "policy": "half-a-loaf", "everywhere": {"relief": 0.0}})
    played = compare("template", [full, without], SEEDS, ROUNDS, EAGER)
    rows = small.worth[(small.worth["place"] == EVERYWHERE) & (small.worth["term"] == "relief")].set_index("outcome")
    assert set(rows["of"]) == {WORLD}
    for name in rows.index:
        difference = played.values("half-a-loaf", name) - played.values("without", name)
        row = rows.loc[name]
        assert row["difference"] == pytest.approx(difference.mean(), abs=1e-12)
        assert row["full"] == pytest.approx(played.values("half-a-loaf", name).mean())
        half = 2.5705818 * difference.std(ddof=1) / SEEDS**0.5  # Student's t, 5 degrees of freedom
        assert row["high"] - row["low"] == pytest.approx(2 * half, rel=1e-6)
    assert rows.loc["mean_severity", "difference"] < -0.01


def test_without_the_offer_nothing_is_signed_and_it_adds_what_the_table_says(small: Deals) -> None:
    rows = small.worth[(small.worth["term"] == OFFER) & (small.worth["of"] == PLACE)]
    signed = rows[rows["outcome"] == "signed"]
    assert (signed["without"] == 0.0).all() and (signed["full"] > 0.0).all()
    assert signed["full"].tolist() == small.places["signed"].tolist()
    severity = rows.loc[rows["outcome"] == "severity", "difference"]
    assert severity.min() < -0.05 and severity.max() <= 0.0


# --- whole


def test_the_same_tables_whatever_the_workers(small: Deals) -> None:
    many = deals("template", seeds=SEEDS, rounds=ROUNDS, parameters=EAGER, workers=3)
    assert list(small.worth) == list(WORTH)
    for name, table in small.tables.items():
        pd.testing.assert_frame_equal(table, many.tables[name], check_exact=True)
    assert small.pages == many.pages


def tells_apart(worth: pd.DataFrame, term: str) -> bool:
    """Whether a term changes escalation by more than luck: in its place, or in the world where no place is meant."""
    of, outcome = (PLACE, "severity") if (worth["of"] == PLACE).any() else (WORLD, "mean_severity")
    row = worth[(worth["term"] == term) & (worth["of"] == of) & (worth["outcome"] == outcome)].iloc[0]
    return bool(row["low"] > 0 or row["high"] < 0)


def test_words_say_what_the_tables_hold(small: Deals) -> None:
    text = answer(small)
    for row in small.places.to_dict("records"):
        assert row["label"] in text and f"{row['signed'] * 100:.0f}% of histories" in text
    lines = details(small)[len(small.places) :]
    for line, (_, table) in zip(lines, small.worth.groupby("place", sort=False), strict=True):
        assert "escalation" in line
        for term in table["term"].unique():
            assert (f" {term_name(term)} " in line) == tells_apart(table, term), (line, term)
    assert small.pages["deals.html"].count("<h3>") >= 2 * len(small.places)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"policy": "containment"}, "policy 'containment' offers no deal in 'template'; expected one that sets the"),
        ({"places": ["borderlands"]}, "no deal is offered in 'borderlands'. Did you mean 'borderland'?"),
        ({"seeds": 1}, "seeds: 1 gives no standard error; expected at least 2."),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        deals("template", **asked)
    assert message in str(caught.value)
