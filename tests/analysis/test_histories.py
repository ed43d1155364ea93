"""One history: what it holds, and that it depends on its arguments and on nothing else."""

import json
from pathlib import Path

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_policy, load_scenario, simulate
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.log import Event
from greatpowers.dictionary import TRACE_NAMES
from greatpowers.scenario.build import build_parameters, build_world
from greatpowers.simulation import run as runs
from greatpowers.simulation.frames import quarter_of
from greatpowers.simulation.setup import prepare

SCENARIOS = ["template", "2017"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_history_holds_every_round_state_and_theatre(name: str) -> None:
    scenario = load_scenario(name)
    history = simulate(scenario, "half-a-loaf", seed=3, rounds=12)
    states, theatres = len(scenario.states), len(scenario.theatres)
    assert history.rounds == len(history.metrics) == 12
    assert len(history.states) == 12 * states
    assert len(history.theatres) == len(history.appraisals) == 12 * theatres
    assert list(history.states["state"][:states]) == [state.id for state in scenario.states]
    assert list(history.theatres["theatre"][:theatres]) == [theatre.id for theatre in scenario.theatres]


def test_rounds_carry_their_quarter() -> None:
    history = simulate("2017", rounds=6)
    assert list(history.metrics["quarter"]) == ["2017Q1", "2017Q2", "2017Q3", "2017Q4", "2018Q1", "2018Q2"]
    assert history.metrics.index.name == "round"
    assert quarter_of("1999Q4", 1) == "2000Q1"


def test_equal_arguments_give_equal_histories_and_other_seeds_other_ones() -> None:
    one, same, other = (simulate("template", "containment", seed) for seed in (5, 5, 6))
    assert one.track.metrics.tobytes() == same.track.metrics.tobytes()
    assert one.events.equals(same.events)
    assert not np.array_equal(one.track.metrics, other.track.metrics)


def test_scenario_and_policy_may_be_objects_names_or_paths(tmp_path: Path) -> None:
    scenario, policy = load_scenario("template"), load_policy("containment")
    simulate(scenario, policy, rounds=2).save(tmp_path / "run")
    by_object = simulate(scenario, policy, seed=1)
    by_path = simulate(tmp_path / "run" / "config.toml", str(tmp_path / "run" / "containment.toml"), seed=1, rounds=80)
    assert np.array_equal(by_object.track.metrics, by_path.track.metrics)


def test_the_events_say_what_the_trajectories_say() -> None:
    history = simulate("2017", "half-a-loaf", seed=1)
    steps = history.events[history.events["kind"] == "rung"]
    rungs = history.theatres.set_index(["round", "theatre"])["rung"]
    wars = history.events[history.events["kind"] == "war"]
    broke_out = set(zip(wars["round"], wars["theatre"], strict=True))
    assert len(steps) > 0
    for step in steps.itertuples():
        at_top = (step.round, step.theatre) in broke_out
        assert rungs[step.round, step.theatre] == (TOP_RUNG if at_top else step.after)
    assert (history.events["kind"] == "deal").sum() == history.metrics["deals_accepted"].sum()


def test_the_numbers_of_an_event_have_the_names_of_its_kind() -> None:
    events = simulate("template", "half-a-loaf", seed=1).events
    step = events[events["kind"] == "rung"].iloc[0]
    numbers = json.loads(step["numbers"])
    assert list(numbers) == ["believed_credibility", "true_credibility", "luck"]
    assert list(numbers.values()) == [step["first"], step["second"], step["third"]]
    assert set(events["kind"]) <= {kind.name.lower() for kind in Event}


def test_a_step_up_was_weighed_and_luck_chose_it() -> None:
    history = simulate("template", "containment", seed=2)
    weighed = history.appraisals
    free = weighed[(weighed["luck"] < weighed["probability_down"].fillna(0)) & (weighed["move"] == -1)]
    assert len(free) > 0
    total = weighed[["probability_down", "probability_hold", "probability_up"]].sum(axis=1)
    assert np.allclose(total, 1.0)


def test_options_that_were_not_open_are_empty() -> None:
    weighed = simulate("template", seed=1).appraisals
    closed = weighed["probability_down"].isna()
    assert closed.any()
    assert weighed.loc[closed, "utility_down"].isna().all()
    assert weighed[["utility_hold", "believed_credibility"]].notna().all().all()


def test_the_utility_is_the_sum_of_its_terms() -> None:
    weighed = simulate("2017", "half-a-loaf", seed=1, rounds=8).appraisals
    for option in ("down", "hold", "up"):
        losses = ("operations", "sanction_loss", "clash_loss", "norm_cost", "cheating_loss", "audience_cost")
        total = weighed[f"gain_{option}"] - sum(weighed[f"{name}_{option}"] for name in losses)
        assert np.allclose(total, weighed[f"utility_{option}"], equal_nan=True)


def test_without_a_record_the_metrics_are_the_same() -> None:
    full, bare = (simulate("template", "containment", 4, record=record) for record in (True, False))
    assert np.array_equal(full.track.metrics, bare.track.metrics)
    assert full.recorded
    assert not bare.recorded
    assert len(bare.events) == len(bare.states) == len(bare.appraisals) == 0


def test_a_log_that_overflows_is_played_again_with_room() -> None:
    setup = prepare("template", "half-a-loaf", None, None)
    enough = runs.play_to_end(setup, 1, capacity=10_000)[1:]
    short = runs.play_to_end(setup, 1, capacity=3)[1:]
    count = int(enough[1].happened[0])
    assert count > 3
    assert int(short[1].happened[0]) == count
    assert np.array_equal(short[1].codes, enough[1].codes[:count])
    assert np.array_equal(short[1].numbers, enough[1].numbers[:count], equal_nan=True)
    assert np.array_equal(short[0].metrics, enough[0].metrics)


def test_the_world_of_a_setup_is_not_used_up() -> None:
    setup = prepare("template", "containment", None, None)
    runs.play(setup, 1, False)
    fresh = build_world(setup.scenario, setup.parameters)
    assert all(np.array_equal(used, new) for used, new in zip(setup.world, fresh, strict=True))


def test_parameters_override_those_of_the_scenario() -> None:
    history = simulate("template", rounds=3, parameters={"choice_noise": 0.02})
    assert history.parameters.choice_noise == 0.02
    assert build_parameters(history.scenario, None) == history.parameters


def test_the_resolved_scenario_spells_out_every_doctrine_in_use() -> None:
    scenario = simulate("2017", rounds=1).scenario
    assert {state.doctrine for state in scenario.states} <= {doctrine.name for doctrine in scenario.doctrines}


def test_columns_of_the_trace_are_written_out() -> None:
    assert len(TRACE_NAMES) == len(set(TRACE_NAMES)) == simulate("template", rounds=1).track.traces.shape[-1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"scenario": "2071"}, "Did you mean '2017'"),
        ({"policy": "contanment"}, "Did you mean 'containment'"),
        ({"seed": -1}, "seed: -1 is out of range"),
        ({"seed": 1.5}, "seed: 1.5 is not a whole number"),
        ({"rounds": 0}, "rounds: 0 is out of range"),
        ({"rounds": 1_000_000}, "from 1 to 4000"),
        ({"rounds": "ten"}, 'rounds: "ten" is not a whole number'),
        ({"rounds": True}, "rounds: true is out of range"),
        ({"parameters": {"noise": 1.0}}, "there is no parameter 'noise'"),
        ({"parameters": {"choice_noise": float("nan")}}, "parameter 'choice_noise'"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        simulate(**{"scenario": "template", "rounds": 2} | arguments)  # type: ignore[arg-type]
    assert says in str(caught.value)


def test_a_scenario_put_together_in_python_is_checked() -> None:
    scenario = load_scenario("template")
    broken = scenario.model_copy(update={"theatres": (scenario.theatres[0].model_copy(update={"host": "Elm"}),)})
    with pytest.raises(GreatPowersError, match="'Elm', but no state has that id"):
        simulate(broken)
