"""A page plays and tells histories by itself: number for number and word for word as the library does."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from greatpowers import names
from greatpowers.browser.layout import MODULE
from greatpowers.core.kernel import is_compiled
from greatpowers.server.payload import history_payload, policy_told, world_data
from greatpowers.simulation.run import simulate_prepared
from greatpowers.simulation.setup import prepare

TELLER = Path(__file__).parent / "teller.mjs"
POLICIES = ("laissez-faire", "half-a-loaf", "maximum-pressure", "reluctant-then-containment")

pytestmark = pytest.mark.skipif(not is_compiled(), reason="as plain Python the whole histories would take an hour")


def told(node: str, cases: list[dict[str, Any]], place: Path) -> list[dict[str, Any]]:
    """What the page's script makes of histories."""
    file = place / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    done = subprocess.run([node, TELLER, MODULE, file], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_page_tells_what_the_library_tells(node: str, tmp_path: Path) -> None:
    """Every kind of event but nuclear use happens in these histories."""
    cases, expected, kinds = [], [], set()
    for number, scenario in enumerate(names("scenarios")):
        for policy in (POLICIES[number % len(POLICIES)], POLICIES[(number + 1) % len(POLICIES)]):
            setup = prepare(scenario, policy, None, None)
            data = world_data(setup, scenario)
            cases.append({"data": data, "played": policy_told(setup)["played"], "seed": number})
            expected.append(history_payload(simulate_prepared(setup, number), setup=setup))
    for made, payload in zip(told(node, cases, tmp_path), expected, strict=True):
        guardians = [theatre["guardians"] for theatre in payload["theatres"]]
        parts = {"guardians": guardians, **{name: value for name, value in payload.items() if name in made}}
        for name, value in json.loads(json.dumps(parts)).items():
            assert made.pop(name) == value, (payload["scenario"], payload["policy"], name)
        assert not made, "what the page made and the library has not"
        kinds |= {event["kind"] for event in payload["events"]}
    assert len(kinds) >= 24, sorted(kinds)
