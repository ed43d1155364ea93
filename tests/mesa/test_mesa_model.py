"""The model as a Mesa model: agents, collector, horizon, seeds, copies."""

import copy
import math
import pickle
import warnings

import mesa
import numpy as np
import pytest

import greatpowers
from greatpowers import GreatPowersError, GreatPowersModel, synthetic
from greatpowers.core.luck import luck_of
from greatpowers.core.metrics import METRICS
from greatpowers.mesa.agents import AgentField, StateAgent, TheatreAgent

SMALL = synthetic(states=6, power_maximizers=0.5, seed=9)


def test_the_model_is_a_mesa_model_with_states_and_theatres_as_agents() -> None:
    model = GreatPowersModel(rng=1)
    assert isinstance(model, mesa.Model)
    assert len(model.states) == len(model.setting.states) >= 40
    assert len(model.theatres) == len(model.setting.theatres) >= 15
    assert set(model.agents_by_type) == {StateAgent, TheatreAgent}
    assert len(model.agents) == len(model.states) + len(model.theatres)


def test_the_model_is_reached_from_the_package() -> None:
    assert greatpowers.GreatPowersModel is GreatPowersModel


def test_agent_sets_select_and_read_like_any_in_mesa() -> None:
    model = GreatPowersModel(rng=1)
    great = model.agents.select(lambda agent: isinstance(agent, StateAgent) and agent.great_power)
    assert {"USA", "CHN"} <= set(great.get("id"))
    assert sum(model.states.get("power")) == pytest.approx(1.0)
    hot = model.theatres.select(lambda theatre: theatre.rung >= 3)
    assert "donbas" in hot.get("id")


def test_a_theatre_knows_its_parties_and_a_state_its_theatres() -> None:
    model = GreatPowersModel(rng=1)
    donbas = model.theatre("donbas")
    assert (donbas.challenger.id, donbas.host.id) == ("RUS", "UKR")
    assert donbas in model.state("RUS").challenges
    assert donbas in model.state("UKR").hosts
    assert donbas.rung_name == "proxy-support"
    assert "USA" in [state.id for state in donbas.sanctioning]
    assert model.state("USA").leads
    assert model.state("USA").alliance_with(model.state("GBR")) == 1.0
    russia, ukraine, known = model.state("RUS"), model.state("UKR"), model.setting.hostilities
    (level,) = (entry.level for entry in known if set(entry.states) == {"RUS", "UKR"})
    assert russia.hostility_with(ukraine) == ukraine.hostility_with(russia) == level > 0
    assert model.state("USA").reliability == model.parameters.reliability_prior


def test_views_follow_the_world() -> None:
    model = GreatPowersModel(SMALL, rng=1)
    model.world.states.resolve[0] = 0.125
    assert model.state_list[0].resolve == 0.125


NEW = {
    "economy": 0.3, "capability": 0.3, "nuclear": 0.5, "openness": 0.9, "power_weight": 0.9, "order_weight": 0.9,
    "welfare_weight": 0.9, "fear_weight": 0.9, "resolve": 0.05, "trust": 0.9, "burden": 0.3, "grievance": 0.7,
    "reliability": 0.1, "salience": 0.9, "ceiling": 6, "rung": 1, "control": 0.25, "recognised": 0.02, "sanctions": 0.7,
    "aid": 0.7, "spoilers": 0.8,
}  # fmt: skip


def settable() -> set[str]:
    columns = {**vars(StateAgent), **vars(TheatreAgent)}
    return {
        name for name, column in columns.items() if isinstance(column, AgentField) and "may be set" in column.__doc__
    }


def test_what_may_be_set_is_what_the_engine_goes_on_from() -> None:
    assert settable() == set(NEW)
    for name, value in NEW.items():
        untouched, model = GreatPowersModel(rng=1), GreatPowersModel(rng=1)
        agent = model.state("CHN") if hasattr(StateAgent, name) else model.theatre("crimea")
        assert getattr(agent, name) != value, name
        setattr(agent, name, value)
        assert getattr(agent, name) == value, name
        for each in (untouched, model):
            each.step()
        tables = [(each.world.states.tobytes(), each.world.theatres.tobytes()) for each in (untouched, model)]
        assert tables[0] != tables[1], f"'{name}' is overwritten"


@pytest.mark.parametrize(
    ("theatre", "name", "value", "says"),
    [
        (
            None,
            "resolve",
            1.5,
            "USA: 'resolve' is 1.5; expected a number from 0 to 1 (readiness to do what is declared).",
        ),
        (None, "trust", "high", "USA: 'trust' is \"high\"; expected a number from 0 to 1"),
        (None, "resolve", float("nan"), "expected a number from 0 to 1"),
        (None, "committed", True, "USA: 'committed' is worked out by the engine and cannot be set."),
        ("taiwan", "rung", 7, "taiwan: 'rung' is 7; expected a whole number from 0 to 6"),
        ("taiwan", "rung", 1.5, "expected a whole number from 0 to 6"),
        ("crimea", "recognised", 1.0, "crimea: 'recognised' is 1"),
        ("donbas", "control", 0.99, "donbas: 'control' is 0.99; expected a number from"),
        ("donbas", "ceiling", 0, "donbas: 'ceiling' is 0; expected a whole number from 3 to 7"),
        ("donbas", "war", True, "is worked out by the engine"),
    ],
)
def test_what_the_world_cannot_be_is_refused_in_a_sentence(
    theatre: str | None, name: str, value: object, says: str
) -> None:
    model = GreatPowersModel(rng=1)
    agent = model.theatre(theatre) if theatre else model.state("USA")
    before = getattr(agent, name)
    with pytest.raises(GreatPowersError) as caught:
        setattr(agent, name, value)
    assert says in str(caught.value)
    assert getattr(agent, name) == before


def test_a_view_says_what_it_means_in_which_unit_and_whether_it_may_be_set() -> None:
    assert StateAgent.economy.__doc__ == (
        "output, as a share of the scenario's total at the start [share of total]; may be set between rounds"
    )
    assert str(StateAgent.committed.__doc__).endswith("[0 or 1]; worked out by the engine")


def test_an_unknown_state_or_theatre_names_the_nearest() -> None:
    model = GreatPowersModel(rng=1)
    with pytest.raises(GreatPowersError, match="no theatre 'donbass'. Did you mean 'donbas'"):
        model.theatre("donbass")


def test_the_collector_has_every_metric_of_every_round() -> None:
    model = GreatPowersModel(SMALL, rounds=9, rng=1)
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == [entry.name for entry in METRICS]
    assert frame.to_numpy().tobytes() == model.metrics.tobytes()


def test_agent_reporters_may_be_names_or_functions() -> None:
    model = GreatPowersModel(SMALL, rounds=3, rng=1, agent_reporters={"who": "id", "twice": lambda agent: 2})
    model.run_model()
    frame = model.datacollector.get_agent_vars_dataframe()
    assert len(frame) == 3 * len(model.agents)
    assert set(frame["who"]) == set(model.agents.get("id"))
    assert set(frame["twice"]) == {2}


def test_agents_are_collected_by_their_ids_and_missing_attributes_as_nothing() -> None:
    model = GreatPowersModel(SMALL, rounds=2, rng=1, agent_reporters=["challenger", "power"])
    model.run_model()
    last = model.datacollector.get_agent_vars_dataframe().loc[2]
    states = len(SMALL.states)
    assert last["challenger"].iloc[:states].isna().all()
    assert set(last["challenger"].iloc[states:]) <= {state.id for state in SMALL.states}
    assert last["power"].iloc[states:].isna().all()


def test_an_unknown_agent_reporter_names_the_nearest() -> None:
    with pytest.raises(GreatPowersError, match="no agent has 'powr'. Did you mean 'power'"):
        GreatPowersModel(SMALL, rng=1, agent_reporters=["powr"])


def test_running_ends_at_the_horizon_and_stepping_may_go_on() -> None:
    model = GreatPowersModel(SMALL, rounds=3, rng=1)
    model.run_model()
    assert (model.round, model.steps, model.running) == (3, 3, False)
    model.step()
    assert (model.round, len(model.metrics), model.running) == (4, 4, False)
    assert GreatPowersModel("2017", rng=1).rounds == 80


def test_before_the_first_round_there_is_a_world_but_no_metric() -> None:
    model = GreatPowersModel(SMALL, rng=1)
    assert math.isnan(model.latest("order"))
    assert model.metrics.shape == (0, len(METRICS))
    assert sum(model.states.get("power")) == pytest.approx(1.0)


def test_a_world_without_theatres_runs_quietly() -> None:
    model = GreatPowersModel(synthetic(states=3, theatres_per_challenger=0, seed=1), rounds=2, rng=1)
    model.run_model()
    assert len(model.theatres) == 0
    assert model.latest("mean_severity") == 0.0


def test_a_whole_number_as_seed_is_the_luck_of_the_rest_of_the_package() -> None:
    model = GreatPowersModel(SMALL, rng=7)
    same = luck_of(7, len(SMALL.states), len(SMALL.theatres))
    assert [part.tobytes() for part in model._luck] == [part.tobytes() for part in same]


@pytest.mark.parametrize("seed", [7, np.int64(7), 7.0])
def test_seed_and_rng_and_any_kind_of_seven_mean_the_same(seed: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert GreatPowersModel(SMALL, rng=seed).seed == GreatPowersModel(SMALL, seed=seed).seed == 7


def test_what_numpy_takes_as_a_seed_gives_one_that_repeats() -> None:
    for make in (
        lambda: [1, 2, 3],
        lambda: np.random.SeedSequence(5),
        lambda: np.random.default_rng(5),
        lambda: np.random.PCG64(5),
    ):
        one, two = GreatPowersModel(SMALL, rng=make()), GreatPowersModel(SMALL, rng=make())
        assert one.seed == two.seed


def test_without_a_seed_luck_is_new_and_its_seed_repeats_it() -> None:
    one, two = GreatPowersModel(SMALL, rounds=5), GreatPowersModel(SMALL, rounds=5)
    assert one.seed != two.seed
    again = GreatPowersModel(SMALL, rounds=5, rng=one.seed)
    one.run_model()
    again.run_model()
    assert one.metrics.tobytes() == again.metrics.tobytes()


@pytest.mark.parametrize("seed", [-1, 1.5, "7", True, [1, "a"], float("nan"), float("inf"), 2**128])
def test_what_is_no_seed_is_refused_in_one_sentence(seed: object) -> None:
    with pytest.raises(GreatPowersError, match="'rng' is .*; expected a whole number from 0 to 2"):
        GreatPowersModel(SMALL, rng=seed)  # type: ignore[arg-type]


def test_seed_and_rng_together_are_refused() -> None:
    with pytest.raises(GreatPowersError, match="both 'rng' and 'seed'"):
        GreatPowersModel(SMALL, rng=1, seed=1)


def test_an_unknown_keyword_names_the_nearest() -> None:
    with pytest.raises(GreatPowersError, match="no keyword 'polcy'. Did you mean 'policy'"):
        GreatPowersModel(SMALL, polcy="containment")  # type: ignore[arg-type]
    with pytest.raises(GreatPowersError, match="no keyword 'choise_noise'. Did you mean 'choice_noise'"):
        GreatPowersModel(SMALL, choise_noise=0.1)


def test_parameters_that_batch_run_took_apart_are_refused_with_the_remedy() -> None:
    with pytest.raises(GreatPowersError, match="'parameters' is \"horizon\"; .* in a list of its own"):
        GreatPowersModel(SMALL, parameters="horizon")  # type: ignore[arg-type]


@pytest.mark.parametrize("rounds", [0, -3, 2.5, "ten", True])
def test_a_length_that_is_none_is_refused(rounds: object) -> None:
    with pytest.raises(GreatPowersError, match="rounds"):
        GreatPowersModel(SMALL, rounds=rounds)  # type: ignore[arg-type]


def test_a_copy_made_midway_goes_on_alike_and_apart() -> None:
    model = GreatPowersModel(SMALL, "containment", rounds=20, rng=3, agent_reporters="rung,power")
    for _ in range(8):
        model.step()
    fork = copy.deepcopy(model)
    model.run_model()
    assert fork.round == 8
    fork.run_model()
    assert fork.metrics.tobytes() == model.metrics.tobytes()
    assert [part.tobytes() for part in fork.world] == [part.tobytes() for part in model.world]
    assert fork.states.get("power") == model.states.get("power")
    assert fork.theatre_list[0].challenger in list(fork.agents)


def test_a_pickled_model_goes_on_alike() -> None:
    model = GreatPowersModel(SMALL, "containment", rounds=12, rng=3, agent_reporters="rung,power")
    for _ in range(5):
        model.step()
    fork = pickle.loads(pickle.dumps(model))
    model.run_model()
    fork.run_model()
    assert fork.metrics.tobytes() == model.metrics.tobytes()
