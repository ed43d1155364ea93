"""A page plays and tells histories by itself: number for number and word for word as the library does."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from greatpowers import History, explain, names
from greatpowers.browser.layout import MODULE
from greatpowers.core.kernel import is_compiled
from greatpowers.server.explanations import explanation_data, parting
from greatpowers.server.payload import history_payload, policy_payload, world_data
from greatpowers.simulation.frames import quarter_of
from greatpowers.simulation.run import simulate_prepared
from greatpowers.simulation.setup import Setup, prepare

TELLER = Path(__file__).parent / "narrator.mjs"
POLICIES = ("laissez-faire", "half-a-loaf", "maximum-pressure", "reluctant-then-containment")

pytestmark = pytest.mark.skipif(not is_compiled(), reason="as plain Python the whole histories would take an hour")


def told(node: str, cases: list[dict[str, Any]], place: Path) -> list[dict[str, Any]]:
    """What the page's script makes of histories and of some of their steps."""
    file = place / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    done = subprocess.run([node, TELLER, MODULE, file], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    stories: list[dict[str, Any]] = json.loads(done.stdout)
    return stories


def cases_of(scenarios: list[str]) -> Iterator[tuple[Setup, History, dict[str, Any]]]:
    """Histories, and what a page plays them from."""
    for number, scenario in enumerate(scenarios):
        for policy in (POLICIES[number % len(POLICIES)], POLICIES[(number + 1) % len(POLICIES)]):
            setup = prepare(scenario, policy, None, None)
            case = {"data": world_data(setup, scenario), "played": policy_payload(setup)["played"], "seed": number}
            yield setup, simulate_prepared(setup, number), case


def test_a_page_tells_what_the_library_tells(node: str, tmp_path: Path) -> None:
    """Every kind of event but nuclear use happens in these histories."""
    cases, expected, kinds = [], [], set()
    for setup, history, case in cases_of(names("scenarios")):
        cases.append(case | {"steps": []})
        expected.append(history_payload(history, setup=setup))
    for both, payload in zip(told(node, cases, tmp_path), expected, strict=True):
        made = both["history"]
        guardians = [theatre["guardians"] for theatre in payload["theatres"]]
        parts = {"guardians": guardians, **{name: value for name, value in payload.items() if name in made}}
        for name, value in json.loads(json.dumps(parts)).items():
            assert made.pop(name) == value, (payload["scenario"], payload["policy"], name)
        assert not made, "what the page made and the library has not"
        kinds |= {event["kind"] for event in payload["events"]}
    assert len(kinds) >= 24, sorted(kinds)


def steps_of(history: History) -> Iterator[dict[str, Any]]:
    """Some steps of a history: those with a war or who joins it, those after them, and every fiftieth."""
    events = history.events[history.events["kind"].isin(("war", "call", "joining"))]
    grave = {(row.theatre, row.round + later) for row in events.itertuples() for later in (0, 1)}
    places = [theatre.id for theatre in history.scenario.theatres]
    every = [(place, number) for number in range(history.rounds) for place in places]
    for place, number in sorted({*(grave & set(every)), *every[::50]}):
        quarter = quarter_of(history.scenario.start, number)
        yield {"theatre": places.index(place), "round": number, "quarter": quarter}


def test_a_page_explains_what_the_library_explains(node: str, tmp_path: Path) -> None:
    cases, expected, text = [], [], ""
    for _, history, case in cases_of(["1913", "1936", "1978", "2017"]):
        cases.append(case | {"steps": list(steps_of(history))})
        places = [theatre.id for theatre in history.scenario.theatres]
        explanations = [explain(history, places[step["theatre"]], step["round"]) for step in cases[-1]["steps"]]
        expected += json.loads(json.dumps([explanation_data(each) for each in explanations]))
    made = [step for both in told(node, cases, tmp_path) for step in both["explained"]]
    for step, wanted in zip(made, expected, strict=True):
        assert step.keys() >= SHOWN
        beliefs = {name: wanted["beliefs"][name] for name in step["beliefs"]}
        assert step == {**{name: wanted[name] for name in step}, "beliefs": beliefs}
        text += " ".join((*step["happened"], *step["reasons"], *step["believed"], *step["followed"]))
    missing = [words for words in SAID if words not in text]
    assert len(missing) <= 3, missing


SHOWN = {"title", "happened", "reasons", "options", "rungs", "terms", "choice", "beliefs", "believed", "followed"}
SAID = (
    "makes no new move and stays at", "makes no move against", "shots would be fired", "to the brink of war",
    "The war came from outside", "Before weighing anything",
    "the war under way made it", "all but certain to hold, and did", "of escalating; it did", "promised",
    "meant only", "overestimated the coalition", "underestimated the coalition", "judged the coalition about right",
    "are at war", "have a deal", "have neither war nor deal", "There are no sanctions on", "Sanctions stand at",
    "treaty obliges", "reaties oblige", "enters the war",
)  # fmt: skip
"""Words of cases of ``narrative/sentences.toml``; whether all of them are said hangs on parameters."""


def test_a_page_tells_where_histories_part_as_the_library_does(node: str, tmp_path: Path) -> None:
    """Of policies in a world with themselves, where nothing parts, and with each other, at some seeds."""
    cases, expected, said = [], [], ""
    for scenario in ("template", "1913", "1936", "2017"):
        for one, other in ((POLICIES[0], POLICIES[2]), (POLICIES[1], POLICIES[2]), (POLICIES[1], POLICIES[1])):
            for seed in (0, 3, 5):
                both = [prepare(scenario, policy, None, None) for policy in (one, other)]
                histories = [simulate_prepared(setup, seed) for setup in both]
                names = [f"under {setup.policy.title}" for setup in both]
                against = policy_payload(both[0])["played"]
                case = {
                    "data": world_data(both[0], scenario),
                    "played": policy_payload(both[1])["played"],
                    "seed": seed,
                }
                cases.append({**case, "steps": [], "against": against, "names": names})
                expected.append(parting(*histories))
    for made, wanted in zip(told(node, cases, tmp_path), expected, strict=True):
        assert made["parted"] == json.loads(json.dumps(wanted))
        said += " ".join(wanted["paragraphs"])
    missing = [words for words in PARTED if words not in said]
    assert len(missing) <= 2, missing


PARTED = (
    "never came to matter", "The first difference is in", "First different decision", ", facing ", " in both.",
    "in both; the random", "Compared with", "than under", "A quarter before, the two already differed",
    "Wars begun from", "Only under", "wars)", "Escalation ",
)  # fmt: skip
