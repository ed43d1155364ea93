"""What becomes of places: counted again from the frames of a history, and what a posterior leaves open of it."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from greatpowers import Comparison, GreatPowersError, History, compare, load_scenario, simulate
from greatpowers.core.history import StateColumn
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.log import Event
from greatpowers.narrative.sentences import who_fights
from greatpowers.scenario.posterior import Posterior
from greatpowers.simulation.intervals import expected_interval, mean_interval
from greatpowers.simulation.places import ATTACKED, BEGAN, CHOICE, PLACE_NAMES, TREATY, belligerents

POLICIES = ["laissez-faire", "half-a-loaf"]
WORLD = "1936"
ROUNDS = 16
POSTERIOR = Posterior(
    name="made", title="Made", names=("clash", "yield_point"), draws=((10.0, 0.02), (20.0, 0.05), (60.0, 0.1)),
    parameters={"clash": 30.0},
)  # fmt: skip


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(WORLD, POLICIES, 5, ROUNDS, posterior=POSTERIOR, posterior_seeds=2)


def counted_again(history: History, place: str) -> dict[str, float]:
    """Outcomes of a place from the frames that a history shows."""
    rows = history.theatres[history.theatres["theatre"] == place]
    events = history.events[history.events["theatre"] == place]
    kinds = events["kind"].value_counts()
    begun, ended = events[events["kind"] == "war"], events[events["kind"] == "war_end"]
    return {
        "severity": float(np.where(rows["war"] > 0, 1.0, SEVERITY[rows["rung"].astype(int)]).mean()),
        "highest_rung": float(rows["rung"].max()),
        "quarters_of_force": float((rows["rung"] >= 4).sum()),
        "war": float(len(begun) > 0),
        "wars_begun": float((begun["second"] == 0).sum()),
        "joined": float(kinds.get("joining", 0)),
        "offers": float(kinds.get("offer", 0)),
        "signed": float("deal" in kinds),
        "control": float(rows["control"].iloc[-1]),
        "under_deal": float(rows["deal"].mean()),
        "sanctions": float(rows["sanctions"].mean()),
        "ended": float(ended["third"].sum()),
    }


def test_outcomes_of_a_place_are_those_that_its_history_shows(compared: Comparison) -> None:
    seen: set[str] = set()
    for policy in POLICIES:
        for seed in range(5):
            history = simulate(WORLD, policy, seed, ROUNDS)
            for theatre in history.scenario.theatres:
                again = counted_again(history, theatre.id)
                for name in PLACE_NAMES:
                    reported = compared.place_values(policy, theatre.id, name)[seed]
                    if name in again:
                        assert reported == pytest.approx(again[name]), (policy, seed, theatre.id, name)
                    seen |= {name} if reported > 0 else set()
                assert compared.place_values(policy, theatre.id, "battle_deaths")[seed] >= again["ended"] - 1e-9
    assert seen >= set(PLACE_NAMES) - {"great_power_war"}


def test_places_add_up_to_the_world(compared: Comparison) -> None:
    for policy in POLICIES:
        runs = compared.runs.xs(policy)
        of = {
            name: np.array([compared.place_values(policy, t.id, name) for t in compared.scenario.theatres])
            for name in PLACE_NAMES
        }
        assert np.allclose(of["severity"].mean(axis=0), runs["mean_severity"])
        assert np.array_equal(of["wars_begun"].sum(axis=0), runs["wars_begun"])
        assert np.allclose(of["battle_deaths"].sum(axis=0), runs["battle_deaths"])
        assert np.array_equal(of["offers"].sum(axis=0), runs["deals_offered"])
        assert np.allclose(of["under_deal"].sum(axis=0), runs["deals_in_force"])
        assert np.array_equal(of["great_power_war"].max(axis=0), runs["great_power_war"])
        assert np.array_equal(of["deal_at_end"].sum(axis=0), runs["deals_kept"])


def test_what_a_place_costs_its_challenger_adds_up_to_that_states_loss() -> None:
    comparison, history = compare(WORLD, "league-sanctions", 1, ROUNDS), simulate(WORLD, "league-sanctions", 0, ROUNDS)
    index = comparison.scenario.theatres
    for challenger in {theatre.challenger for theatre in index}:
        reported = sum(
            comparison.place_values("league-sanctions", t.id, "target_cost")[0]
            for t in index
            if t.challenger == challenger
        )
        own = history.states[history.states["state"] == challenger]["target_cost"]
        assert reported == pytest.approx(100 * own.mean(), abs=1e-9)


def test_the_table_of_places_has_means_paired_differences_and_the_posterior(compared: Comparison) -> None:
    table = compared.by_place(["china"]).set_index(["policy", "outcome"])
    values = {policy: compared.place_values(policy, "china", "severity") for policy in POLICIES}
    row = table.loc[("half-a-loaf", "severity")]
    assert row["mean"] == pytest.approx(values["half-a-loaf"].mean())
    assert row["median"] == pytest.approx(np.median(values["half-a-loaf"]))
    difference = mean_interval(values["half-a-loaf"] - values["laissez-faire"])
    assert row[["difference_mean", "difference_low", "difference_high"]].tolist() == pytest.approx(list(difference))
    assert (
        table.loc[("laissez-faire", "severity"), "difference_mean"]
        != table.loc[("laissez-faire", "severity"), "difference_mean"]
    )
    assert compared.posterior is not None
    seed = int(compared.posterior.seeds[2, 1])
    alone = simulate(WORLD, "half-a-loaf", seed, ROUNDS, POSTERIOR.draw(2)).theatres
    rows = alone[alone["theatre"] == "china"]
    k = compared.scenario.theatre_index()["china"]
    assert compared.posterior.places[1, 2, 1, k, 0] == pytest.approx(
        np.where(rows["war"] > 0, 1.0, SEVERITY[rows["rung"].astype(int)]).mean()
    )


def test_the_posterior_is_played_the_same_by_any_number_of_workers(compared: Comparison) -> None:
    again = compare(WORLD, POLICIES, 5, ROUNDS, posterior=POSTERIOR, posterior_seeds=2, workers=1)
    assert again.posterior is not None and compared.posterior is not None
    assert again.posterior.values.tobytes() == compared.posterior.values.tobytes()
    assert again.posterior.places.tobytes() == compared.posterior.places.tobytes()
    plain = compare(WORLD, POLICIES, 5, ROUNDS)
    assert plain.posterior is None and np.isnan(plain.posterior_estimate("half-a-loaf", "order").low)
    assert plain.runs.equals(compared.runs)


def test_every_draw_has_luck_of_its_own(compared: Comparison) -> None:
    """Were seeds shared, all draws would err by the luck of the same histories, and their spread would not show it."""
    assert compared.posterior is not None and compared.posterior.seeds.tolist() == [[5, 6], [7, 8], [9, 10]]
    other = compare(WORLD, "half-a-loaf", [7, 3], 2, posterior=POSTERIOR, posterior_seeds=3)
    assert other.posterior is not None and other.posterior.seeds.tolist() == [[0, 1, 2], [4, 5, 6], [8, 9, 10]]


@pytest.mark.parametrize("luck", [0.5, 2.0, 4.0])
def test_what_parameters_leave_open_covers_the_next_draw_as_often_as_it_says(luck: float) -> None:
    """Known truth: expected values of draws spread by 1; the interval is of one more, free of luck."""
    random = np.random.default_rng(5)
    hits, trials = 0, 2000
    for _ in range(trials):
        truth = random.normal(0.0, 1.0, 21)
        _, low, high = expected_interval(truth[:20, None] + random.normal(0.0, luck, (20, 4)))
        hits += low <= truth[20] <= high
    assert 0.92 <= hits / trials <= 0.98


def test_the_interval_over_draws_by_hand_and_at_its_limits() -> None:
    means = np.array([0.2, 0.4, 0.9])
    hand = stats.t.ppf(0.975, 2) * means.std(ddof=1) * np.sqrt(1 + 1 / 3)
    assert expected_interval(means[:, None]).high - means.mean() == pytest.approx(hand)
    flat = expected_interval(np.ones((6, 3)))
    assert (flat.mean, flat.low, flat.high) == (1.0, 1.0, 1.0)
    assert expected_interval(np.array([[0.0, 1.0], [0.0, 0.0]]), 0.0, 1.0).low == 0.0
    assert np.isnan(expected_interval(np.ones((1, 3))).low)


def test_what_no_draw_has_seen_may_still_come(compared: Comparison) -> None:
    for policy in POLICIES:
        estimate = compared.posterior_estimate(policy, "great_power_war")
        assert 0.0 <= estimate.low <= estimate.mean <= estimate.high and estimate.high > estimate.low
    apart = compared.posterior_difference("half-a-loaf", "great_power_war")
    assert -1.0 <= apart.low < apart.high <= 1.0


def test_saved_tables_are_what_the_runs_give(compared: Comparison, tmp_path) -> None:
    place = compared.save(tmp_path / "out")
    runs, table = pd.read_parquet(place / "places.parquet"), pd.read_csv(place / "places.csv")
    means = runs.groupby(["policy", "place"])["severity"].mean()
    for row in table[table["outcome"] == "severity"].itertuples():
        assert row.mean == pytest.approx(means[row.policy, row.place])
    differs = pd.read_csv(place / "policies.csv")
    assert set(differs["policy"]) == {"half-a-loaf"} and "deal" in set(differs["lever"])
    drawn = pd.read_parquet(place / "posterior.parquet")
    assert drawn.groupby("policy")["seed"].apply(list).tolist() == [[5, 6, 7, 8, 9, 10]] * 2
    assert compared.posterior is not None
    order = compared.posterior.values[..., list(compared.runs.columns).index("order")]
    assert drawn["order"].tolist() == order.reshape(-1).tolist()


def test_places_that_are_not_there_are_refused(compared: Comparison) -> None:
    with pytest.raises(GreatPowersError, match="no theatre has the id 'chna'. Did you mean 'china'"):
        compared.by_place(["chna"])
    with pytest.raises(GreatPowersError, match="there is no outcome 'wars'"):
        compared.place_values("half-a-loaf", "china", "wars")


def test_a_scenario_says_what_it_is_asked_and_about_which_places() -> None:
    for name in ("1913", "1936", "1978", "2017", "2022", "2025"):
        scenario = load_scenario(name)
        assert scenario.question is not None and scenario.question.title.endswith("?")
        assert set(scenario.question.places) <= set(scenario.theatre_index())


# Wars between great powers: who began, and what brought the others in


def by_hand(history: History, place: str) -> set[tuple[str, str, str]]:
    """(state, how, by) of those who fought in wars between great powers over a place, read from a table of events."""
    fighters: set[tuple[str, str, str]] = set()
    events = history.events[history.events["theatre"] == place]
    theatre = next(one for one in history.scenario.theatres if one.id == place)
    rows = events.to_dict("records")
    starts = [at for at, row in enumerate(rows) if row["kind"] == "war"]
    for at, start in enumerate(starts):
        part = rows[start : starts[at + 1] if at + 1 < len(starts) else None]
        if not any(row["kind"] == "great_power_war" for row in part):
            continue
        called = {(row["actor"], row["other"]) for row in part if row["kind"] == "call"}
        fighters |= {(theatre.challenger, "began it", ""), (theatre.host, "was attacked", "")}
        for row in part:
            if row["kind"] == "joining":  # against `other`, so beside the one who is not
                beside = theatre.host if row["other"] == theatre.challenger else theatre.challenger
                how = "a treaty" if (row["actor"], beside) in called else "its own choice"
                fighters.add((row["actor"], how, beside))
    return fighters


@pytest.fixture(scope="module")
def eve_of_war() -> Comparison:
    return compare("1913", ["laissez-faire"], 6, ROUNDS)


def test_who_fights_in_wars_between_great_powers_is_what_events_say(eve_of_war: Comparison) -> None:
    places = [theatre.id for theatre in eve_of_war.scenario.theatres]
    table = eve_of_war.great_power_wars(places)
    again: dict[tuple[str, ...], int] = {}
    for seed in range(6):
        history = simulate("1913", "laissez-faire", seed, ROUNDS)
        for place in places:
            for entry in by_hand(history, place):
                again[place, *entry] = again.get((place, *entry), 0) + 1
    reported = table.set_index(["place", "state", "how", "by"])["histories"].to_dict()
    assert reported == again and {"a treaty", "its own choice"} & set(table["how"]), "somebody is brought in"
    began = table[table["how"] == "began it"].set_index("place")["share"]
    for place in places:
        war = eve_of_war.place_values("laissez-faire", place, "great_power_war").mean()
        assert began.get(place, 0.0) == pytest.approx(war)


def test_a_war_is_a_world_war_once_three_great_powers_and_two_thirds_of_them_fight() -> None:
    """Over one place: state 0 attacks 1, whose treaty brings in 2; 3 comes in beside 0 by its own choice."""
    kinds = [Event.WAR, Event.CALL, Event.JOINING, Event.GREAT_POWER_WAR, Event.JOINING, Event.WAR_END]
    codes = np.array([[0, kind, 0, who, other] for kind, who, other in zip(
        kinds, (0, 2, 2, 0, 3, 0), (1, 1, 0, 1, 1, 1), strict=True)])  # fmt: skip
    numbers = np.zeros((len(kinds), 5))
    numbers[:, 1] = [7, 1, 1, np.nan, -1, 0]
    parties = SimpleNamespace(theatres=SimpleNamespace(challenger=np.array([0]), host=np.array([1])))
    came = [(0, BEGAN, -1), (1, ATTACKED, -1), (2, TREATY, 1), (3, CHOICE, 0)]
    for great, world in (([1, 1, 1, 1, 0], True), ([1, 1, 1, 1, 1], True), ([1, 1, 0, 0, 0], False), ([1] * 7, False)):
        states = np.zeros((1, len(great), len(StateColumn)))
        states[0, :, StateColumn.GREAT_POWER] = great
        fighters = belligerents(parties, SimpleNamespace(states=states), codes, numbers)
        assert fighters == [(0, *entry, world) for entry in came]
    assert belligerents(parties, SimpleNamespace(states=states), codes[:3], numbers[:3]) == [], "no great powers"


def test_who_fights_is_told_in_words_that_the_table_holds(eve_of_war: Comparison) -> None:
    table = eve_of_war.great_power_wars([theatre.id for theatre in eve_of_war.scenario.theatres])
    place = str(table.loc[table["how"] == "a treaty", "place"].iloc[0])
    rows = table[table["place"] == place]
    text = who_fights(eve_of_war.scenario, place, rows)
    first = rows[rows["how"] == "began it"].iloc[0]
    assert (
        f"{100 * first['share']:.0f}% of histories" in text
        and "a treaty with" in text
        and " begins it against " in text
    )
    for row in rows[rows["by"] != ""].to_dict("records")[:1]:
        assert f"({row['histories']} of {first['histories']})" in text
    assert who_fights(eve_of_war.scenario, place, rows[:0]).startswith("In no history do great powers fight")
