"""The site says what the shipped experiments found: same words, same experiments, and rows that play out the same."""

import json
import math
from typing import Any

import pytest
from findings import CLOSES, FINDERS, KEPT, OPENS, PAGE, digest, text_of
from findings_in_words import block

from greatpowers import Plan, load_study, names
from greatpowers.simulation.run import simulate

FOUND: dict[str, Any] = json.loads(KEPT.read_text())


def test_every_shipped_experiment_has_its_findings() -> None:
    assert set(FOUND) == set(FINDERS) == set(names("experiments"))


def test_the_site_says_it_in_the_same_words() -> None:
    written = PAGE.read_text(encoding="utf-8").split(OPENS)[1].split(CLOSES)[0]
    assert written == block(FOUND)


@pytest.mark.parametrize("name", sorted(FINDERS))
def test_findings_are_those_of_the_experiment_as_it_ships(name: str) -> None:
    assert FOUND[name]["sha256"] == digest(text_of(name))
    assert FOUND[name]["figures"]["runs"] == Plan(load_study(name)).rows


@pytest.mark.parametrize("name", sorted(FINDERS))
def test_rows_of_the_table_play_out_the_same_today(name: str) -> None:
    plan = Plan(load_study(name))
    assert FOUND[name]["rows"]
    for row, metrics in FOUND[name]["rows"].items():
        number, policy, seed = plan.row(int(row))
        point = plan.point(number)
        again = simulate(point.scenario, point.policies[policy], seed, point.rounds, point.parameters, record=False)
        for metric, value in metrics.items():
            now = float(again.summary[metric])
            assert (math.isnan(now) and value is None) or now == pytest.approx(value, rel=1e-12, abs=1e-15), metric
