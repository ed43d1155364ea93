"""What the record leaves open, as a page plays and reckons it: the numbers of the library."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greatpowers import explore, load_scenario, names
from greatpowers.browser.layout import ASSETS as ENGINE, MODULE, plain_data
from greatpowers.cli import main
from greatpowers.core.kernel import is_compiled
from greatpowers.core.levers import SWITCH
from greatpowers.scenario.posterior import load_posterior
from greatpowers.server.atlas import ASSETS
from greatpowers.server.payload import EACH, draws_data, matched_run_settings
from greatpowers.simulation.comparison import compare
from greatpowers.simulation.intervals import Interval, expected_difference_of
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import prepare, prepare_all
from greatpowers.simulation.summary import summarise


def asked(node: str, script: str, data: Any, place: Path) -> Any:
    """What a script in Node makes of data, which it has as `data`."""
    file = place / "data.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    head = f"const data = JSON.parse((await import('node:fs')).readFileSync({json.dumps(str(file))}, 'utf8'));\n"
    command = [node, "--input-type=module", "-e", head + script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_only_parameters_differ_between_draws() -> None:
    """Worlds are built from parameters that no draw changes, so a page has one world for all of them."""
    posterior = load_posterior()
    for name in names("scenarios"):
        usual = plain_data([prepare(name, "half-a-loaf", None, None)])["arrays"]
        drawn = plain_data([prepare(name, "half-a-loaf", None, posterior.draw(3))])["arrays"]
        assert [array for array in usual if usual[array] != drawn[array]] == ["p"], name


@pytest.mark.parametrize("unit", [SWITCH, "severity in [0, 1]"])
@pytest.mark.parametrize("kind", ["apart", "alike", "rare"])
def test_the_interval_is_that_of_the_library(node: str, tmp_path: Path, unit: str, kind: str) -> None:
    luck = np.random.default_rng([len(unit), len(kind)])
    draws = len(load_posterior().draws)
    centre = {"apart": luck.normal(0.6, 0.2, (draws, 1)), "alike": np.full((draws, 1), 0.4), "rare": 0.01}[kind]
    one, other = (luck.normal(middle, 0.3, (draws, EACH)) for middle in (centre, 0.3))
    if unit == SWITCH:
        one, other = ((values > 0.5).astype(float) for values in (one, other))
    script = f"""
        const {{ leftOpen }} = await import({json.dumps((ASSETS / "matched.js").as_uri())});
        const {{ one, other, isSwitch, runs, draws }} = data;
        console.log(JSON.stringify(leftOpen(one, other, isSwitch, runs, draws)));
    """
    data = {
        "one": one.tolist(), "other": other.tolist(), "isSwitch": unit == SWITCH,
        "runs": matched_run_settings(), "draws": draws_data(load_scenario("2017"), None),
    }  # fmt: skip
    made, expected = Interval(*asked(node, script, data, tmp_path)), expected_difference_of(one, other, unit)
    assert made == pytest.approx(expected, abs=1e-5 * (expected.high - expected.low))


@pytest.mark.skipif(not is_compiled(), reason="as plain Python the histories would take long")
def test_a_page_plays_the_draws_of_the_library(node: str, tmp_path: Path) -> None:
    policies, last = ("half-a-loaf", "containment"), len(load_posterior().draws) - 1
    setups = prepare_all("1936", policies, 12, None)
    script = f"""
        const {{ loadEngine }} = await import({json.dumps((ENGINE / "engine.js").as_uri())});
        const bytes = (await import("node:fs")).readFileSync({json.dumps(str(MODULE))});
        const engine = await loadEngine(bytes);
        const world = engine.take(data.world);
        const drawn = engine.withParameters(world, data.parameters.at(-1));
        console.log(JSON.stringify(data.policies.map((name) => [...engine.ensemble(drawn, name, data.seeds)])));
    """
    data = {
        "world": plain_data(setups),
        "policies": policies,
        "seeds": [208, 209],
        **draws_data(setups[0].scenario, None),
    }
    drawn = prepare_all("1936", policies, 12, load_posterior().draw(last))
    expected = [
        np.concatenate([summarise(play_to_end(setup, seed)[1].metrics) for seed in (208, 209)]) for setup in drawn
    ]
    made = np.array(asked(node, script, data, tmp_path), dtype=np.float64)  # what is no number is null there
    assert np.array_equal(made, expected, equal_nan=True)
    usual = summarise(play_to_end(setups[0], 208)[1].metrics)
    assert not np.array_equal(usual, expected[0][: usual.size]), "a draw that changes nothing proves nothing"


def test_the_page_has_the_seeds_and_the_draws_of_a_comparison() -> None:
    """Every draw's own seeds begin behind those of the matched runs; what was set for a world holds on every draw."""
    data = draws_data(load_scenario("2017"), {"clash": 40.0})
    compared = compare("2017", ["half-a-loaf"], seeds=data["first"], rounds=1, posterior="record", workers=1)
    assert compared.posterior is not None
    draws = len(data["parameters"])
    seeds = data["first"] + np.arange(draws * data["each"]).reshape(draws, data["each"])
    assert np.array_equal(compared.posterior.seeds, seeds)
    assert len(set(data["parameters"])) == draws
    assert data["parameters"] != draws_data(load_scenario("2017"), None)["parameters"]


@pytest.mark.parametrize("way", ["publish", "explore"])
def test_what_was_set_for_a_page_holds_on_every_draw_of_it(way: str, tmp_path: Path) -> None:
    assert "clash" in load_posterior().names
    if way == "publish":
        file = tmp_path / "page.html"
        command = ["publish", "template", "--policies", "containment", "--param", "clash=40", "--no-answer"]
        assert main([*command, "--out", str(file)]) == 0
        page = file.read_text(encoding="utf-8")
    else:
        page = explore("template", "containment", parameters={"clash": 40.0}).page
    given = re.search(r'<script type="application/json" id="given">(.*?)</script>', page)
    assert given is not None
    draws = json.loads(given[1])["world"]["draws"]["parameters"]
    assert draws == draws_data(load_scenario("template"), {"clash": 40.0})["parameters"]
    assert draws != draws_data(load_scenario("template"), None)["parameters"]
