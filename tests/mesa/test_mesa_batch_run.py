"""`mesa.batch_run` over the model, on every Mesa that is supported."""

import inspect
from typing import Any

import mesa

from greatpowers import GreatPowersModel, synthetic
from greatpowers.core.metrics import METRICS

SMALL = synthetic(states=6, power_maximizers=0.5, seed=9)
KNOWS_RNG = "rng" in inspect.signature(mesa.batch_run).parameters  # from Mesa 3.5 on


def batch(parameters: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = mesa.batch_run(
        GreatPowersModel, {"scenario": [SMALL], "rounds": 12, **parameters}, display_progress=False, **options
    )
    return rows


def direct(policy: str, seed: int, **more: Any) -> GreatPowersModel:
    model = GreatPowersModel(SMALL, policy, rounds=12, rng=seed, **more)
    model.run_model()
    return model


def test_a_batch_over_seeds_and_policies_equals_direct_runs() -> None:
    rows = batch({"policy": ["laissez-faire", "containment"], "rng": [1, 2, 3]})
    assert len(rows) == 6
    for row in rows:
        model = direct(row["policy"], row["rng"])
        assert {entry.name: row[entry.name] for entry in METRICS} == {
            entry.name: model.latest(entry.name) for entry in METRICS
        }


def test_every_round_of_a_batch_is_a_round_of_the_direct_run() -> None:
    rows = batch({"policy": "containment", "rng": [5]}, data_collection_period=1)
    order = [entry.name for entry in METRICS].index("order")
    assert [row["order"] for row in rows] == direct("containment", 5).metrics[:, order].tolist()


def test_agents_rows_are_of_the_same_round_as_the_metrics_beside_them() -> None:
    rows = batch({"rng": [5], "agent_reporters": "id,rung"}, data_collection_period=1)
    for step in {row["Step"] for row in rows}:
        now = [row for row in rows if row["Step"] == step]
        assert max(row["rung"] for row in now if row["rung"] is not None) == now[0]["highest_rung"]


def test_parameters_vary_by_name_or_as_mappings_in_a_list() -> None:
    by_name = batch({"rng": [1], "arms_noise": [0.0, 0.1]})
    as_mappings = batch({"rng": [1], "parameters": [{"arms_noise": 0.0}, {"arms_noise": 0.1}]})
    assert [row["mean_severity"] for row in by_name] == [row["mean_severity"] for row in as_mappings]
    assert by_name[0]["capability_churn"] < by_name[1]["capability_churn"]


def test_seeds_are_given_the_way_each_mesa_has_for_them() -> None:
    asked = {"policy": "containment"}
    rows = batch(asked, rng=[1, 2]) if KNOWS_RNG else batch({**asked, "rng": [1, 2]})
    assert [row["order"] for row in rows] == [direct("containment", seed).latest("order") for seed in (1, 2)]


def test_two_processes_give_the_rows_of_one() -> None:
    asked = {"policy": "containment", "rng": [1, 2, 3]}
    one, two = batch(asked), batch(asked, number_processes=2)
    for rows in (one, two):
        rows.sort(key=lambda row: row["RunId"])
        for row in rows:
            del row["scenario"]
    assert one == two
