"""A fork is the same history up to its round, and differs afterwards only through what was changed."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from greatpowers import (
    Fork,
    GreatPowersError,
    GreatPowersModel,
    History,
    divergence,
    divergence_figure,
    explain,
    fork,
    fork_beliefs,
    load_history,
    load_policy,
    misperceived_wars,
    simulate,
    wars_in_question,
)
from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.core.trace import Trace
from greatpowers.simulation.misperception import crisis_round

ROUNDS, SEED = 40, 3
SWITCHES = [0, 1, 7, 20, ROUNDS - 1]


@pytest.fixture(scope="module")
def contained() -> History:
    return simulate("2017", "containment", SEED, ROUNDS)


@pytest.fixture(scope="module")
def abandoned(contained: History) -> Fork:
    return fork(contained, 7, "laissez-faire")


def same_rounds(first: History, second: History, rounds: slice) -> bool:
    """Whether two histories are the same numbers, bit for bit, in these rounds, events included."""
    tables = ("metrics", "states", "theatres", "traces")
    parts = [(getattr(h.track, name)[rounds].tobytes() for name in tables) for h in (first, second)]
    chosen = [np.isin(h.codes[:, Column.ROUND], np.arange(ROUNDS)[rounds]) for h in (first, second)]
    return (
        all(a == b for a, b in zip(*parts, strict=True))
        and np.array_equal(first.codes[chosen[0]], second.codes[chosen[1]])
        and np.array_equal(first.numbers[chosen[0]], second.numbers[chosen[1]], equal_nan=True)
    )


@pytest.mark.parametrize("at", SWITCHES)
def test_before_the_fork_both_histories_are_the_same_bytes(contained: History, at: int) -> None:
    forked = fork(contained, at, "laissez-faire")
    assert same_rounds(forked.original, forked.counterfactual, slice(0, at))
    assert forked.first_round == at, "laissez-faire takes sanctions and troops away at once"


@pytest.mark.parametrize("at", SWITCHES)
def test_a_fork_to_the_same_policy_changes_nothing(contained: History, at: int) -> None:
    forked = fork(contained, at, "containment")
    assert same_rounds(forked.original, forked.counterfactual, slice(0, ROUNDS))
    assert forked.first_round is None and forked.first_decision is None and forked.first_theatres == []
    assert "never came to matter" in str(divergence(forked))


def test_a_fork_at_the_start_is_the_other_policy(contained: History) -> None:
    other = simulate("2017", "half-a-loaf", SEED, ROUNDS)
    assert same_rounds(fork(contained, 0, "half-a-loaf").counterfactual, other, slice(0, ROUNDS))


@pytest.mark.parametrize("policy", ["half-a-loaf", "reluctant-then-containment", "maximum-pressure"])
def test_a_fork_is_a_policy_with_a_schedule_that_anybody_can_play(contained: History, policy: str) -> None:
    """Local terms of both policies included, which 2017 has; and by the Mesa model, a step at a time."""
    forked = fork(contained, 5, policy)
    again = simulate("2017", forked.counterfactual.policy, SEED, ROUNDS)
    assert same_rounds(forked.counterfactual, again, slice(0, ROUNDS))
    model = GreatPowersModel("2017", policy=forked.counterfactual.policy, rng=SEED, rounds=ROUNDS)
    model.run_model()
    assert model.metrics.tobytes() == forked.counterfactual.track.metrics.tobytes()


def test_rounds_of_a_schedule_are_those_of_the_history(contained: History) -> None:
    reluctant = load_policy("reluctant-then-containment")
    after = fork(contained, 10, reluctant)
    assert after.first_round is None, "from round 8 on that policy is containment"
    assert fork(contained, 7, reluctant).first_round == 7


def test_a_fork_can_be_forked(abandoned: Fork) -> None:
    back = fork(abandoned.counterfactual, 20, "containment")
    assert same_rounds(abandoned.counterfactual, back.counterfactual, slice(0, 20))
    assert not same_rounds(abandoned.counterfactual, back.counterfactual, slice(20, ROUNDS))
    assert not same_rounds(abandoned.original, back.counterfactual, slice(20, ROUNDS))


def test_luck_and_parameters_are_those_of_the_original() -> None:
    original = simulate("template", "containment", 5, 20, {"choice_noise": 0.02})
    forked = fork(original, 4, "appeasement")
    assert forked.counterfactual.parameters == original.parameters
    luck = [history.track.traces[..., Trace.LUCK] for history in (original, forked.counterfactual)]
    assert np.array_equal(*luck)


def test_the_first_decision_is_the_first_move_that_differs(abandoned: Fork) -> None:
    moves = [h.track.traces[..., Trace.MOVE] for h in (abandoned.original, abandoned.counterfactual)]
    rounds = np.flatnonzero((moves[0] != moves[1]).any(axis=1))
    at = abandoned.first_decision
    assert at is not None and at.round == rounds[0] >= 7
    assert moves[0][at.round, at.theatre] != moves[1][at.round, at.theatre]
    assert (moves[0][: at.round] == moves[1][: at.round]).all()


def test_the_divergence_holds_the_numbers_of_both(abandoned: Fork) -> None:
    at, parting = abandoned.first_decision, divergence(abandoned)
    assert at is not None and parting.decision is not None
    assert parting.first_round == abandoned.first_round and parting.names == (
        "under containment",
        "under laissez-faire",
    )
    for explanation, history in (
        (parting.decision.original, abandoned.original),
        (parting.decision.other, abandoned.counterfactual),
    ):
        assert explanation == explain(history, history.scenario.theatres[at.theatre].id, at.round)
    moved, taken = parting.decision.moved, parting.decision.original.choice.made
    assert moved not in (None, taken)
    for name, edge in parting.decision.causes.items():
        edges = [
            explanation.option(moved).terms[name] - explanation.option(taken).terms[name]  # type: ignore[arg-type,union-attr]
            for explanation in (parting.decision.original, parting.decision.other)
        ]
        assert edge == edges[1] - edges[0]
    wars = [history.summary["wars_begun"] for history in (abandoned.original, abandoned.counterfactual)]
    assert all(begun <= total for begun, total in zip(parting.wars, wars, strict=True))
    with pytest.raises(dataclasses.FrozenInstanceError):
        parting.seed = 4  # type: ignore[misc]


def test_the_text_of_a_divergence_is_drawn_from_it(abandoned: Fork) -> None:
    at, text = abandoned.first_decision, str(divergence(abandoned))
    assert at is not None
    flat, theatre = " ".join(text.split()), abandoned.original.scenario.theatres[at.theatre]
    assert f"First different decision: {theatre.label}, {abandoned.quarter_of(at.round)} (round {at.round})." in flat
    for history in (abandoned.original, abandoned.counterfactual):
        utility = history.track.traces[at.round, at.theatre, Trace.UTILITY_ + 1] * 1000
        assert f"{utility:+.2f}" in text
    assert f"{abandoned.original.track.traces[at.round, at.theatre, Trace.LUCK]:.3f}" in flat
    for paragraph in divergence(abandoned).paragraphs():
        assert paragraph in flat
    assert max(map(len, text.splitlines())) <= 100


def test_what_tipped_a_decision_is_told_like_news(abandoned: Fork) -> None:
    parting = divergence(abandoned)
    assert parting.decision is not None
    causes = {"caught cheating": 0.06, "control expected": -0.02}
    cheat = dataclasses.replace(parting.decision, moved="down", causes=causes)
    taken = {"down": "de-escalating", "hold": "holding", "up": "escalating"}[cheat.original.choice.made]
    prose = " ".join(dataclasses.replace(parting, decision=cheat).paragraphs())
    assert (
        f"Compared with {taken}, de-escalating cost it less if caught cheating and won it less control "
        "under laissez-faire than under containment."
    ) in prose


def test_series_hold_both_and_their_difference(abandoned: Fork) -> None:
    order = abandoned.series[abandoned.series["metric"] == "order"].set_index("round")
    assert np.array_equal(order["original"], abandoned.original.metrics["order"])
    assert np.array_equal(order["counterfactual"], abandoned.counterfactual.metrics["order"])
    assert np.array_equal(order["difference"], order["counterfactual"] - order["original"])
    assert (order["difference"][:7] == 0).all() and order["difference"].iloc[-1] != 0


def test_the_order_erodes_undefended() -> None:
    answers_count = {"attention": 5.0, "answer_limit": 1.0}
    runs = [simulate("2017", "containment", seed, ROUNDS, parameters=answers_count) for seed in range(12)]
    lost = [run.summary["order"] - fork(run, 7, "laissez-faire").counterfactual.summary["order"] for run in runs]
    assert np.mean(lost) > 2 * np.std(lost, ddof=1) / np.sqrt(len(lost))


def test_a_saved_fork_loads_as_two_histories_and_a_saved_run_can_be_forked(abandoned: Fork, tmp_path: Path) -> None:
    place = abandoned.save(tmp_path / "fork")
    loaded = [load_history(place / name) for name in ("original", "counterfactual")]
    assert same_rounds(loaded[0], abandoned.original, slice(0, ROUNDS))
    assert same_rounds(loaded[1], abandoned.counterfactual, slice(0, ROUNDS))
    again = fork(loaded[0], 7, "laissez-faire")
    assert same_rounds(again.counterfactual, abandoned.counterfactual, slice(0, ROUNDS))
    policy = load_policy(place / "counterfactual" / f"{abandoned.counterfactual.policy.name}.toml")
    assert same_rounds(simulate("2017", policy, SEED, ROUNDS), abandoned.counterfactual, slice(0, ROUNDS))


@pytest.mark.parametrize("at", [7, 39])
@pytest.mark.filterwarnings("error")
def test_the_divergence_is_drawn(contained: History, at: int, tmp_path: Path) -> None:
    figure = divergence_figure(fork(contained, at, "laissez-faire"))
    assert isinstance(figure, Figure)
    figure.savefig(tmp_path / "it.png")
    assert (tmp_path / "it.png").stat().st_size > 20_000


@pytest.mark.parametrize("at", [ROUNDS, -1, 2.5, True, "2019Q1"])
def test_a_round_that_is_not_there_is_refused(contained: History, at: object) -> None:
    with pytest.raises(GreatPowersError, match="expected a round from 0 to 39"):
        fork(contained, at, "laissez-faire")  # type: ignore[arg-type]


def test_wrong_use_gets_a_sentence(contained: History) -> None:
    with pytest.raises(GreatPowersError, match="Did you mean 'containment'"):
        fork(contained, 3, "contanment")
    with pytest.raises(GreatPowersError, match="needs trajectories"):
        fork(simulate("template", rounds=5, record=False), 3, "containment")


def test_a_record_that_does_not_play_again_is_refused(contained: History) -> None:
    metrics = contained.track.metrics.copy()
    metrics[2, 5] += 1.0
    forged = dataclasses.replace(contained, track=contained.track._replace(metrics=metrics))
    assert fork(forged, 2, "laissez-faire").at_round == 2, "only what lies before the fork is compared"
    with pytest.raises(GreatPowersError, match="cannot be forked"):
        fork(forged, 3, "laissez-faire")


def test_true_beliefs_hold_from_the_fork_on_and_not_before(contained: History) -> None:
    forked = fork_beliefs(contained, 12)
    assert same_rounds(contained, forked.counterfactual, slice(0, 12))
    row = forked.counterfactual.track.traces[12:]
    assert np.array_equal(row[..., Trace.BELIEVED_CREDIBILITY], row[..., Trace.TRUE_CREDIBILITY])
    before = contained.track.traces[12:]
    assert not np.array_equal(before[..., Trace.BELIEVED_CREDIBILITY], before[..., Trace.TRUE_CREDIBILITY])


def test_true_beliefs_from_the_start_are_the_switch() -> None:
    original = simulate("template", "containment", 2, 20)
    other = simulate("template", "containment", 2, 20, {"true_beliefs": 1.0})
    assert fork_beliefs(original, 0).counterfactual.track.metrics.tobytes() == other.track.metrics.tobytes()


def test_misperception_is_a_paired_estimate() -> None:
    """Against histories played one by one, with the switch on and off."""
    estimate = misperceived_wars("2017", "laissez-faire", range(20), rounds=40)
    for name, truth in (("wars", 0.0), ("wars_true_beliefs", 1.0)):
        played = [
            simulate("2017", "laissez-faire", s, 40, {"true_beliefs": truth}, record=False).summary["wars_begun"]
            for s in range(20)
        ]
        assert estimate.runs[name].tolist() == played
    wars, true = estimate.runs["wars"], estimate.runs["wars_true_beliefs"]
    assert estimate.vanished.mean == pytest.approx((wars - true).mean())
    assert estimate.share.low <= estimate.share.mean <= estimate.share.high
    assert estimate.share.mean == pytest.approx(1 - true.sum() / wars.sum())
    assert f"{wars.sum():.0f} wars began" in estimate.sentence()


def test_without_wars_there_is_nothing_to_vanish() -> None:
    estimate = misperceived_wars("template", "maximum-pressure", range(11, 21), rounds=2)
    assert estimate.runs["wars"].sum() == 0
    assert "no war began" in estimate.sentence() and np.isnan(estimate.share.mean)
    with pytest.raises(GreatPowersError, match="there are 3; expected at least 10"):
        misperceived_wars("template", "containment", range(3))


def test_each_war_of_a_history_is_asked_whether_it_would_have_begun() -> None:
    history = next(h for s in range(40) if (h := simulate("2017", "laissez-faire", s)).summary["wars_begun"] > 0)
    table = wars_in_question(history)
    assert len(table) == history.summary["wars_begun"]
    row = table.iloc[0]
    k = history.scenario.theatre_index()[row["theatre"]]
    other = fork_beliefs(history, int(row["round"])).counterfactual
    begun = other.codes[(other.codes[:, Column.KIND] == Event.WAR) & (other.codes[:, Column.THEATRE] == k)]
    later = begun[begun[:, Column.ROUND] >= row["round"], Column.ROUND]
    expected = "not at all" if not later.size else "in the same quarter" if row["round"] in later else "later"
    assert row["at_decision"] == expected
    rungs = history.track.theatres[:, k, TheatreColumn.RUNG]
    assert (rungs[row["crisis_round"] : row["round"]] >= 2).all()
    assert crisis_round(history, k, int(row["round"])) == row["crisis_round"] <= row["round"]


def test_what_is_the_same_in_both_is_said_once(abandoned: Fork) -> None:
    parting = divergence(abandoned)
    alike = dataclasses.replace(parting, wars=(2, 2), only=({}, {}), outcomes=parting.outcomes[:1])
    apart = dataclasses.replace(alike, wars=(2, 3))
    pair = parting.outcomes[0]._replace(original=0.5, other=0.5)
    (*_, paragraph) = dataclasses.replace(alike, outcomes=(pair,)).paragraphs()
    assert paragraph == f"Wars begun from {parting.quarter} on: 2 in both. {pair.what.capitalize()} 0.500 in both."
    assert "2 under containment, 3 under laissez-faire." in list(apart.paragraphs())[-1]
