"""Scenario discovery on an experiment's results, against a rule planted in its numbers."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from greatpowers import GreatPowersError, Results, discover, open_results, run_batch
from greatpowers.core.parameters import Parameters
from greatpowers.storage.manifest import read_manifest

EXPERIMENT = """
format = 1
name = "worlds"
title = "Worlds"
scenarios = ["template"]
policies = ["containment", "half-a-loaf"]
rounds = 2
replicates = 2
metrics = ["mean_severity", "order", "nuclear_uses"]
[uncertainties]
clash = { from = 0.5, to = 2.0 }
horizon = { from = 0.5, to = 2.0 }
operations = { from = 0.5, to = 2.0 }
[sample]
method = "lhs"
size = 160
"""


HORIZON_ABOVE, CLASH_BELOW = Parameters().horizon * 11 / 8, Parameters().clash
"""Where the planted rule holds, in worlds that run from half to twice the defaults."""


def rule(points: pd.DataFrame) -> "pd.Series[bool]":
    return (points["horizon"] > HORIZON_ABOVE) & (points["clash"] < CLASH_BELOW)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Results in which half-a-loaf loses on order exactly where the horizon is long and fire unlikely."""
    place = tmp_path_factory.mktemp("discovery")
    (place / "worlds.toml").write_text(EXPERIMENT)
    run_batch(place / "worlds.toml", place / "results")
    results = open_results(place / "results")
    points = results.points.set_index("point")
    for part in sorted((place / "results" / "runs").glob("*.parquet")):
        table = pq.read_table(part)
        frame = table.to_pandas()
        loses = rule(points).reindex(frame["point"]).to_numpy()
        frame["order"] = 0.5 - 0.1 * (loses & (frame["policy"] == "half-a-loaf").to_numpy())
        pq.write_table(pa.Table.from_pandas(frame, schema=table.schema, preserve_index=False), part)
    (place / "results" / "done.json").unlink()  # says how parts were written
    return open_results(place / "results")


@pytest.mark.parametrize("method", ["prim", "cart"])
@pytest.mark.filterwarnings("error")
def test_a_planted_rule_is_found(planted: Results, method: str, tmp_path: Path) -> None:
    discovery = discover(planted, "half-a-loaf", "containment", "order", method)
    points = planted.points
    assert np.array_equal(discovery.cases.to_numpy(), rule(points))
    limits = pd.DataFrame(discovery.box.limits).set_index("factor")
    assert set(limits.index) == {"horizon", "clash"}
    assert limits.loc["horizon", "low"] == pytest.approx(HORIZON_ABOVE, rel=0.055)
    assert limits.loc["clash", "high"] == pytest.approx(CLASH_BELOW, rel=0.165)
    assert discovery.box.density.mean > 0.85 and discovery.box.coverage.mean > 0.8
    place = discovery.save(tmp_path / "it", discovery.figures())
    assert (place / "answer.txt").read_text() == discovery.sentence() + "\n"
    worlds = pd.read_parquet(place / "worlds.parquet")
    assert worlds.loc[worlds["inside"], "loses"].mean() == pytest.approx(discovery.box.density.mean)
    assert (read_manifest(place) or {})["kind"] == "discovery"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("half-a-loaf", "contanment", "order"), "Did you mean 'containment'"),
        (("appeasement", "containment", "order"), "policy 'appeasement' was not played"),
        (("containment", "containment", "order"), "both 'containment'"),
        (("half-a-loaf", "containment", "revision"), "'revision' was not recorded"),
        (("half-a-loaf", "containment", "order", "tree"), "there is no method 'tree'"),
        (
            ("half-a-loaf", "containment", "nuclear_uses"),
            "does worse than containment on nuclear_uses in none of 160 worlds",
        ),
        (("containment", "half-a-loaf", "order"), "on order in none of 160 worlds"),
    ],
)
def test_wrong_use_gets_a_sentence(planted: Results, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence) as raised:
        discover(planted, *arguments)
    assert len(str(raised.value).splitlines()) == 1


def test_one_policy_cannot_lose(tmp_path: Path) -> None:
    text = EXPERIMENT.replace('policies = ["containment", "half-a-loaf"]', 'policies = ["containment"]')
    (tmp_path / "one.toml").write_text(text.replace("size = 160", "size = 4"))
    run_batch(tmp_path / "one.toml", tmp_path / "results")
    with pytest.raises(GreatPowersError, match="it played one policy only, 'containment'"):
        discover(open_results(tmp_path / "results"), "half-a-loaf", "containment", "order")


def test_too_few_worlds_are_too_few(tmp_path: Path) -> None:
    (tmp_path / "few.toml").write_text(EXPERIMENT.replace("size = 160", "size = 4"))
    run_batch(tmp_path / "few.toml", tmp_path / "results")
    with pytest.raises(GreatPowersError):
        discover(open_results(tmp_path / "results"), "half-a-loaf", "containment", "mean_severity")
