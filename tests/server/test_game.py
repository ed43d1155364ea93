"""The coalition's chair: the engine is the library's, the leader sees no truth, and the score is what it says."""

import json
import math
import re
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from greatpowers import GreatPowersError, History, compare, load_scenario, presets, simulate
from greatpowers.core.declare import dtype_of
from greatpowers.core.history import new_track, play_rounds
from greatpowers.core.ladder import Rung
from greatpowers.core.levers import Levers, Policy
from greatpowers.core.log import Event
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import Metric
from greatpowers.core.trace import Trace
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import copy_world
from greatpowers.game.briefing import alarming, briefing, report_errors, reported_control, reported_odds, sight_of
from greatpowers.game.chair import CHAIR, Chair, field_of, own_score, rivals, standing
from greatpowers.game.debrief import debrief_of, fear_share, lines_tested
from greatpowers.game.record import WEIGHTS, Record, score, scores
from greatpowers.narrative.sentences import joint_sentence
from greatpowers.scenario.kinds import LEVERS
from greatpowers.simulation.events import EventContext
from greatpowers.simulation.intervals import mean_interval
from greatpowers.simulation.setup import prepare

SCENARIO = load_scenario("2017")
DEAL = {"deal": 1.0, "keep": 1.0, "relief": 1.0, "tranches": 1.0, "neutrality": 1.0, "carve_out": 0.0}


# Everything is looked at, fire is certain and war no loss: wars come early, below the higher lines, and treaties hold.
WARLIKE = SCENARIO.model_copy(
    update={
        "parameters": {"attention": 100.0, "clash": 1000.0, "clash_war": 0.5, "war_loss": 0.0, "casus_foederis": 1.0}
    }
)


def chair(inherited: str = "half-a-loaf", rounds: int = 20, seed: int = 7) -> Chair:
    return Chair.taken(SCENARIO, inherited, rounds, seed)


def a_game() -> Chair:
    """Twenty rounds with orders everywhere, in one place, and everywhere again."""
    game = chair().decide({"sanctions": 0.5}).advance(3).decide({"strike": 1.0}, "syria-russia").decide({"aid": 0.9})
    return game.advance(5).decide(DEAL, "crimea").advance(6).decide({"presence": 0.3, "red_line": 2.0}).advance(20)


def test_what_the_inherited_policy_would_do_follows_its_schedule() -> None:
    """Whoever takes the chair begins with what is in force; what would be in force later is told beside it."""
    game = chair("detente-then-containment", 40)
    levers = prepare(SCENARIO, "detente-then-containment", 40, None).levers
    assert game.usual == game.inherited
    later = game.advance(int(levers.starts[1]))
    assert [row["aid"] for row in later.usual] == levers.levers.aid[1].tolist() != [row["aid"] for row in later.levers]


def same(one: History, other: History) -> bool:
    tables = ((a.track, b.track) for a, b in ((one, other),))
    equal = all(x.tobytes() == y.tobytes() for a, b in tables for x, y in zip(a, b, strict=True))
    return equal and one.codes.tobytes() == other.codes.tobytes() and one.numbers.tobytes() == other.numbers.tobytes()


def test_a_game_is_the_history_of_its_schedule_byte_for_byte() -> None:
    game = a_game()
    assert game.history is not None
    assert same(game.history, simulate(game.scenario, game.policy, seed=7, rounds=20))


def test_a_game_equals_the_engine_stepped_one_round_at_a_time_with_the_orders_of_each_round() -> None:
    game = a_game()
    assert game.history is not None
    setup = prepare(SCENARIO, "laissez-faire", 20, None)
    world, workspace = copy_world(setup.world), new_workspace(*setup.sizes)
    track, luck = new_track(20, *setup.sizes, full=True), luck_of(7, *setup.sizes)
    orders = prepare(SCENARIO, "half-a-loaf", 20, None).levers.levers[0].copy()
    for number in range(20):
        for move in game.record.moves:
            if move.round == number:
                where = slice(None) if move.theatre is None else SCENARIO.theatre_index()[move.theatre]
                for name, value in move.levers.items():
                    orders[name][where] = value
        levers = orders.reshape(1, -1).view(np.recarray).view(np.dtype((np.record, dtype_of(Levers))), np.recarray)
        policy = Policy(np.zeros(1, dtype=np.int64), levers)
        rows = track.part(slice(number, number + 1))
        play_rounds(world, policy, setup.packed, luck, number, workspace, rows)
    for ours, theirs in zip(game.history.track, track, strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_a_game_without_orders_is_the_inherited_policy() -> None:
    for policy in ("half-a-loaf", "maximum-pressure"):
        game = chair(policy).advance(12)
        assert game.history is not None
        assert same(game.history, simulate("2017", policy, seed=7, rounds=12))


def test_rounds_played_one_by_one_are_those_played_at_once() -> None:
    slowly = chair().decide({"aid": 1.0})
    for _ in range(6):
        slowly = slowly.advance()
    quickly = chair().decide({"aid": 1.0}).advance(6)
    assert slowly.record == quickly.record
    assert slowly.history is not None and quickly.history is not None
    assert same(slowly.history, quickly.history)


def test_orders_for_one_place_hold_there_and_orders_everywhere_hold_over_them() -> None:
    game = chair("laissez-faire").decide({"sanctions": 0.3}, "donbas")
    place = SCENARIO.theatre_index()["donbas"]
    assert [row["sanctions"] for row in game.levers] == [0.3 if k == place else 0.0 for k in range(24)]
    levers = prepare(game.scenario, game.policy, 4, None).levers.levers
    assert levers.sanctions[0].tolist() == [row["sanctions"] for row in game.levers]
    assert {row["sanctions"] for row in game.decide({"sanctions": 0.6}).levers} == {0.6}


def test_a_game_whose_places_are_all_alike_needs_no_terms_by_place() -> None:
    game = chair("laissez-faire").advance(3)
    assert game.policy.terms == ()
    assert game.history is not None
    assert same(game.history, simulate(SCENARIO, "laissez-faire", seed=7, rounds=3))


def test_what_the_schedule_says_is_what_was_ordered_in_every_place_and_round() -> None:
    game = a_game()
    policy = prepare(game.scenario, game.policy, 20, None).levers
    assert policy.starts.tolist() == list(game.segments) == [0, 3, 8, 14]
    for s, rows in enumerate(game.segments.values()):
        for name in LEVERS:
            assert policy.levers[name][s].tolist() == [row[name] for row in rows], name


def test_taking_back_gives_the_game_as_it_was_and_marks_it() -> None:
    before = chair().decide({"aid": 1.0}).advance(4).decide({"strike": 1.0})
    after = before.advance().take_back()
    assert after.record.taken_back == 1
    assert after.record.changed(taken_back=0) == before.record
    earlier = after.take_back()
    assert (earlier.record.played, earlier.record.taken_back) == (3, 2)
    assert all(move.levers != {"strike": 1.0} for move in earlier.record.moves)
    assert chair().take_back().record == chair().record


def test_a_game_survives_its_link_and_damaged_links_are_refused_in_a_sentence() -> None:
    game = a_game().read("RUS", "gain", "little").weigh({**WEIGHTS, "war": 2.0})
    assert Record.decode(game.record.encode()) == game.record
    assert len(game.record.encode()) < 600
    good = json.loads(game.record.encode())
    bad = [
        "", "[]", "{", "null", "{}", json.dumps({**good, "p": 99}), json.dumps({**good, "i": "../../x"}),
        json.dumps({**good, "q": {"war": 9.0}}), json.dumps({**good, "q": {"peace": 1.0}}),
        json.dumps({**good, "m": [{"r": 1, "l": {"sanctions": 7}}]}), json.dumps({**good, "x": 1}),
        json.dumps({**good, "m": [{"r": 3, "l": {"aid": 1}}, {"r": 1, "l": {"aid": 1}}]}),
    ]  # fmt: skip
    for text in bad:
        with pytest.raises(GreatPowersError) as error:
            Record.decode(text)
        assert str(error.value).count("\n") == 0 and len(str(error.value)) < 200
    with pytest.raises(GreatPowersError, match="another world"):
        Chair(load_scenario("synthetic"), game.record)
    with pytest.raises(GreatPowersError, match="'donbass'. Did you mean 'donbas'"):
        Chair(SCENARIO, _elsewhere(game.record))


def _elsewhere(record: Record) -> Record:
    return record.changed(moves=(record.moves[0].model_copy(update={"theatre": "donbass"}),))


def test_orders_that_make_no_sense_are_refused() -> None:
    with pytest.raises(GreatPowersError, match="'sanction'. Did you mean 'sanctions'"):
        chair().decide({"sanction": 1.0})
    with pytest.raises(GreatPowersError, match="from 0 to 1"):
        chair().decide({"aid": 2.0})
    with pytest.raises(GreatPowersError, match="over"):
        chair().advance(20).decide({"aid": 1.0})
    with pytest.raises(GreatPowersError, match="no challenger is 'USA'"):
        chair().read("USA", "gain", None)


def test_the_leader_does_not_see_what_others_believe_or_want() -> None:
    def hidden(doctrine: str, credibility: float, trust: float) -> str:
        challengers = {theatre.challenger for theatre in SCENARIO.theatres}
        states = tuple(
            state.model_copy(update={"doctrine": doctrine, "weights": {}, "credibility": credibility, "trust": trust})
            if state.id in challengers
            else state
            for state in SCENARIO.states
        )
        world = SCENARIO.model_copy(update={"states": states})
        return repr(sight_of(Chair.taken(world, "containment", 20, 7)))

    assert hidden("greedy", 0.9, 0.9) == hidden("insecure", 0.1, 0.1)


def test_the_leader_sees_deeds_and_its_own_means_as_they_are() -> None:
    game = a_game()
    assert game.history is not None
    seen, last = sight_of(game), game.history.theatres[game.history.theatres["round"] == 19].set_index("theatre")
    for place in seen.places:
        row = last.loc[place.id]
        assert (place.rung, place.war, place.deal) == (row["rung"], row["war"] > 0, row["deal"] > 0)
        assert (place.sanctions, place.aid, place.presence) == (row["sanctions"], row["aid"], row["presence"])
    assert seen.home is not None
    assert seen.home.order == game.history.metrics["order"].iloc[-1]
    assert math.isclose(seen.home.spent, game.history.metrics["sender_cost"].mean() / 100)
    first = sight_of(chair())
    assert [place.rung for place in first.places] == [theatre.rung for theatre in SCENARIO.theatres]
    assert (
        first.home is not None and first.home.done == SCENARIO.states[SCENARIO.state_index()["USA"]].resolve_reluctant
    )


def test_reports_err_as_the_intelligence_of_the_model_does() -> None:
    errors = np.concatenate([report_errors(7, 24, 0.25, number) for number in range(200)])
    assert abs(errors.mean()) < 0.01 and abs(errors.std() - 0.25) < 0.01
    assert np.array_equal(report_errors(7, 24, 0.25, 3), report_errors(7, 24, 0.25, 3))
    assert reported_control(0.4, 0.1, 0.0) == pytest.approx(0.4)
    assert reported_control(0.4, 0.1, math.log(2.0)) == pytest.approx(0.7)
    assert reported_control(0.4, 0.4, 3.0) == pytest.approx(0.4), "what is annexed is known"
    assert reported_odds(0.25, 1.0, 0.0, 0.0) == pytest.approx(0.25)
    assert reported_odds(0.5, 1.0, math.log(3.0), 0.0) == pytest.approx(0.75)
    exact = SCENARIO.model_copy(update={"parameters": {**SCENARIO.parameters, "intelligence_error": 0.0}})
    game = Chair.taken(exact, "containment", 20, 7).advance(9)
    assert game.history is not None
    truth = game.history.theatres[game.history.theatres["round"] == 8]["control"].to_numpy()
    assert np.allclose([place.control for place in sight_of(game).places], truth)
    balance = game.history.track.traces[8, :, Trace.TRUE_BALANCE]
    assert np.allclose([place.odds for place in sight_of(game).places], np.clip(balance, 1e-6, 1 - 1e-6))


def test_the_time_to_an_election_is_that_of_the_engine() -> None:
    usa = SCENARIO.states[SCENARIO.state_index()["USA"]]
    first = usa.next_election if usa.next_election is not None else usa.election_period - 1
    for played in (0, 3, first, first + 1, 20):
        home = sight_of(chair(rounds=40).advance(played) if played else chair(rounds=40)).home
        held = min(n for n in (first + k * usa.election_period for k in range(9)) if n >= played)
        assert home is not None and home.election_in == held - played


def test_a_briefing_gives_away_no_belief_and_no_odds() -> None:
    for seed in range(6):
        game = Chair.taken(SCENARIO, "half-a-loaf", 80, seed).decide(DEAL).advance(80)
        assert game.history is not None
        reports = briefing(game.history, 0, 79)
        assert len(reports) > 100
        for report in reports:
            text = report.text.lower()
            assert not any(word in text for word in ("believ", "true", "chance", "odds", "credib", "probab")), text


def test_a_briefing_tells_who_pulled_back_from_war_and_tells_a_war_once() -> None:
    chosen: set[float] = set()
    for seed in range(60):
        game = chair(rounds=80, seed=seed).advance(80)
        assert game.history is not None
        reports = briefing(game.history, 0, 79)
        for event in EventContext(game.history).happenings():
            if event.kind == Event.DECISION:
                place = SCENARIO.theatres[event.theatre].id
                sentences = [each.text for each in reports if (each.round, each.theatre) == (event.round, place)]
                assert any("step back from war" in text for text in sentences) == (event.after == 0)
                assert sum("are at war" in text for text in sentences) == event.after
                chosen.add(event.after)
        if chosen == {0.0, 1.0}:
            return
    raise AssertionError("no seed in sixty has both")


def test_a_briefing_names_all_whom_treaties_call_to_one_side_at_once() -> None:
    for seed in range(30):
        game = Chair.taken(WARLIKE, "half-a-loaf", 8, seed).advance(8)
        assert game.history is not None
        stage, called = EventContext(game.history), defaultdict(list)
        for event in stage.happenings():
            if event.kind == Event.CALL:
                called[event.round, SCENARIO.theatres[event.theatre].id, event.other].append(event)
        expected = [(*spot, joint_sentence(stage, events)) for (*spot, _), events in called.items()]
        for (*_, text), events in zip(expected, called.values(), strict=True):
            assert all(stage.name(event.actor) in text for event in events)
        reports = [
            each for each in briefing(game.history, 0, 7) if re.search("reat(y|ies) oblige|light tie", each.text)
        ]
        assert sorted((each.round, each.theatre, each.text) for each in reports) == sorted(expected)
        assert not any(each.grave for each in reports), "the war itself is what wakes a leader"
        if any(len(events) > 1 for events in called.values()):
            return
    raise AssertionError("no seed in thirty has treaties that call several")


def test_a_game_stops_at_the_first_alarm() -> None:
    game = chair(rounds=80).advance_until(alarming)
    assert game.history is not None
    last = game.record.played - 1
    assert alarming(game.history, last)
    assert not any(alarming(game.history, number) for number in range(last))


def test_the_score_by_hand() -> None:
    run = {
        "mean_severity": 0.15, "order": 0.6, "revision": 0.01, "sender_cost": 0.075, "wars_begun": 2.0,
        "great_power_wars_begun": 1.0, "nuclear_uses": 0.0,
    }  # fmt: skip
    lost = {line.term.name: line.points for line in score(run).lines}
    assert lost == pytest.approx({"escalation": 30.0, "order": 16.0, "revision": 5.0, "cost": 3.0, "war": 40.0})
    assert score(run).score == pytest.approx(6.0)
    assert score(run, {"war": 0.0, "cost": 2.0}).score == pytest.approx(43.0)
    table = pd.DataFrame([run, {**run, "wars_begun": 0.0}])
    assert scores(table).tolist() == pytest.approx([6.0, 22.0])


def test_rivals_are_the_presets_on_the_same_luck() -> None:
    game = a_game()
    comparison = compare("2017", seeds=[7], rounds=20)
    wanted = {name: score(comparison.runs.xs(name).iloc[0]).score for name in comparison.names}
    assert {rival.policy: rival.score for rival in rivals(game)} == pytest.approx(wanted)
    assert [rival.score for rival in rivals(game)] == sorted(wanted.values(), reverse=True)
    assert game.history is not None
    assert own_score(game).score == pytest.approx(score(game.history.summary).score)


def test_standing_among_other_worlds_is_counted_on_matched_luck_without_the_world_of_the_game() -> None:
    game = a_game()
    field = field_of(game, worlds=12)
    rank = standing(own_score(game).score, field, {})
    runs = compare("2017", seeds=13, rounds=20).runs
    table = {name: scores(runs.xs(name)).drop(7) for name in presets()}
    every = np.concatenate([values.to_numpy() for values in table.values()])
    assert rank.histories == every.size == 72
    assert rank.better_than == pytest.approx(np.mean(every < own_score(game).score))
    own = compare(game.scenario, [game.policy], seeds=13, rounds=20).runs.xs(CHAIR)
    mine = scores(own).drop(7)
    for name, values in table.items():
        assert rank.scores[name] == pytest.approx(values.tolist())
        assert rank.difference[name] == pytest.approx(mean_interval((mine - values).to_numpy()))


def test_the_debriefing_counts_tests_of_lines_and_offers_as_the_metrics_do() -> None:
    for game in (a_game(), chair("containment", 40, 4).decide(DEAL).advance(40)):
        debrief = debrief_of(game)
        assert debrief is not None and game.history is not None
        metrics = game.history.track.metrics.sum(axis=0)
        assert debrief.crossed == metrics[Metric.DETERRENCE_FAILURES]
        assert debrief.held + debrief.crossed == metrics[Metric.DETERRENCE_TRIES] > 0
        assert len(debrief.offers) == metrics[Metric.DEALS_OFFERED]
        assert sum(offer.signed for offer in debrief.offers) == metrics[Metric.DEALS_ACCEPTED]
        assert len(list(lines_tested(game, game.history))) == debrief.held + debrief.crossed


def test_a_war_that_breaks_out_below_a_line_carries_its_challenger_across() -> None:
    index, carried = SCENARIO.theatre_index(), set()
    for seed in range(20):
        game = Chair.taken(WARLIKE, "half-a-loaf", 24, seed).decide({"presence": 0.3, "red_line": 3.0}).advance(24)
        debrief = debrief_of(game)
        assert debrief is not None and game.history is not None
        below = {
            (event.round, event.theatre)
            for event in EventContext(game.history).happenings()
            if event.kind == Event.WAR and event.after < 3
        }
        for test in lines_tested(game, game.history):
            if test.crossed:
                assert test.stepped == ((test.round, test.theatre) not in below)
                assert test.stepped or test.rung == Rung.WAR
        for failure in debrief.failures:
            swept = (failure.round, index[failure.theatre]) in below
            assert failure.why.startswith("Swept along") == swept
            carried.add(swept)
        if carried == {True, False}:
            return
    raise AssertionError("no seed in twenty has a line crossed by a step and one crossed by a war")


def test_the_debriefing_tells_beliefs_as_they_were() -> None:
    game = a_game().read("RUS", "gain", "half").read("PRK", "gain", None)
    debrief = debrief_of(game)
    assert debrief is not None and game.history is not None
    mine = [theatre.id for theatre in SCENARIO.theatres if theatre.challenger == "RUS"]
    appraisals = game.history.appraisals[game.history.appraisals["theatre"].isin(mine)]
    russia = next(judged for judged in debrief.judged if judged.challenger == "RUS")
    assert russia.believed == pytest.approx(appraisals["believed_credibility"].mean())
    assert russia.true == pytest.approx(appraisals["true_credibility"].mean())
    assert not russia.insecure and russia.motive_verdict == "right"
    assert russia.belief_verdict == ("right" if 1 / 3 <= russia.believed <= 2 / 3 else "wrong")
    korea = next(judged for judged in debrief.judged if judged.challenger == "PRK")
    assert korea.insecure and korea.motive_verdict == "wrong" and korea.belief_verdict == "none"


def test_fear_is_the_share_of_value_that_encirclement_makes_up() -> None:
    assert fear_share(0.9, 0.0, np.array([0.5])) == 0.0
    assert fear_share(0.0, 0.5, np.array([0.5])) == 1.0
    assert fear_share(0.3, 0.6, np.array([0.5, 1.0])) == pytest.approx((0.5 + 2 / 3) / 2)
    assert fear_share(0.0, 0.0, np.array([0.5])) == 0.0


def test_a_failure_says_what_knowing_the_truth_would_have_changed() -> None:
    doubted = {"prior_credibility": 0.02, "prior_weight": 100.0, "current_calculus": 0.0}
    scenario = SCENARIO.model_copy(update={"parameters": doubted})
    games = (debrief_of(Chair.taken(scenario, "containment", 40, seed).advance(40)) for seed in range(12))
    failures = [failure for debrief in games if debrief is not None for failure in debrief.failures]
    misjudged = [failure for failure in failures if failure.why.startswith("Misjudged")]
    assert 0 < len(misjudged) < len(failures)
    for failure in misjudged:
        assert failure.chance_true < 0.5 * failure.chance
    for failure in failures:
        explanation = failure.explanation
        assert (explanation.theatre, explanation.round) == (failure.theatre, failure.round)


def test_nobody_is_told_anything_before_the_first_round() -> None:
    assert chair().history is None and debrief_of(chair()) is None and own_score(chair()).score == 100.0
