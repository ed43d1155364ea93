"""A page plays and tells histories by itself: number for number and word for word as the library does."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from partings import parting
from telling import setup_of, stances_of, telling

from greatpowers import History, chronicle, explain, names, simulate, synthetic
from greatpowers.browser.layout import MODULE, policy_data
from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.kernel import is_compiled
from greatpowers.core.ladder import Rung
from greatpowers.core.trace import Trace
from greatpowers.dictionary import METRIC_NAMES
from greatpowers.server.explanations import explanation_data
from greatpowers.server.payload import world_data
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
            yield setup, simulate_prepared(setup, number), case_of(setup, number)


def case_of(setup: Setup, seed: int) -> dict[str, Any]:
    """What a page plays of a policy: its world, the policy, and luck."""
    data = world_data(setup, setup.scenario.name, [setup.policy])
    return {"data": data, "played": policy_data(setup.levers), "seed": seed}


def test_a_page_tells_what_the_library_tells(node: str, tmp_path: Path) -> None:
    """Every kind of event but nuclear use happens in these histories."""
    cases, expected, kinds = [], [], set()
    for setup, history, case in cases_of(names("scenarios")):
        cases.append(case | {"steps": []})
        expected.append((f"{setup.scenario.name}, {setup.policy.name}", telling(history, setup)))
    for both, (which, telling_of_it) in zip(told(node, cases, tmp_path), expected, strict=True):
        made, wanted = both["history"], json.loads(json.dumps(telling_of_it))
        assert made.keys() == wanted.keys()
        for name, value in wanted.items():
            assert made[name] == value, (which, name)
        kinds |= {event["kind"] for event in made["events"]}
    assert len(kinds) >= 24, sorted(kinds)


def steps_of(history: History) -> Iterator[dict[str, Any]]:
    """Some steps of a history: half of those with a war or who joins it, those after them, and every fiftieth."""
    events = history.events[history.events["kind"].isin(("war", "call", "joining"))]
    grave = {(row.theatre, row.round + later) for row in events.itertuples() for later in (0, 1)}
    places = [theatre.id for theatre in history.scenario.theatres]
    every = [(place, number) for number in range(history.rounds) for place in places]
    for place, number in sorted({*(grave & set(every)), *every[::50]})[::2]:
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
            for seed in (0, 3):
                both = [prepare(scenario, policy, None, None) for policy in (one, other)]
                histories = [simulate_prepared(setup, seed) for setup in both]
                names = [f"under {setup.policy.title}" for setup in both]
                cases.append(
                    {**case_of(both[1], seed), "steps": [], "against": policy_data(both[0].levers), "names": names}
                )
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


# What the numbers mean, of one history.


@pytest.fixture(scope="module")
def history() -> History:
    return simulate("2017", "half-a-loaf", seed=4)


@pytest.fixture(scope="module")
def page(node: str, history: History, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a page tells of it."""
    case = case_of(setup_of(history), history.seed)
    made: dict[str, Any] = told(node, [case | {"steps": []}], tmp_path_factory.mktemp("told"))[0]["history"]
    return made


def as_array(column: list[Any]) -> Floats:
    return np.array(column, dtype=np.float64)


def test_numbers_are_those_of_the_history_to_four_digits(history: History, page: dict[str, Any]) -> None:
    for column in TheatreColumn:
        shown, true = as_array(page["theatre"][column.name.lower()]), history.track.theatres[..., column]
        np.testing.assert_allclose(shown, true, rtol=6e-4, err_msg=column.name)
    for i, name in enumerate(METRIC_NAMES):
        np.testing.assert_allclose(page["metrics"][name], history.track.metrics[:, i], rtol=6e-4, err_msg=name)
    power = history.track.states[..., StateColumn.POWER]
    np.testing.assert_allclose(as_array(page["state"]["power"]), power, rtol=6e-4)
    assert page["theatre"]["rung"] == history.track.theatres[..., TheatreColumn.RUNG].astype(int).tolist()
    assert "null" not in json.dumps(page)


def test_the_stake_is_the_prize_in_shares_of_the_worlds_power(history: History, page: dict[str, Any]) -> None:
    index = history.scenario.state_index()
    for k, theatre in enumerate(history.scenario.theatres):
        value = history.track.traces[10, k, Trace.VALUE]
        power = history.track.states[10, index[theatre.challenger], StateColumn.POWER]
        assert page["theatre"]["stake"][10][k] == pytest.approx(value * power, rel=6e-4)


def test_main_events_are_those_that_the_chronicle_tells(history: History, page: dict[str, Any]) -> None:
    entries = chronicle(history, "main").entries
    places = history.scenario.theatre_index()
    chronicled = {(entry.round, -1 if entry.theatre is None else places[entry.theatre]) for entry in entries}
    assert {(event["round"], event["theatre"]) for event in page["events"] if event["main"]} == chronicled
    assert [entry["sentences"] for entry in page["chronicle"]] == [list(entry.sentences) for entry in entries]


def test_events_come_in_order_one_for_each_row_of_the_log(history: History, page: dict[str, Any]) -> None:
    assert [event["round"] for event in page["events"]] == history.codes[:, 0].tolist()
    assert [event["i"] for event in page["events"]] == list(range(len(history.codes)))


def test_hostility_is_that_of_the_world_as_a_round_ends_and_one_for_a_pair(
    history: History, page: dict[str, Any]
) -> None:
    shown, setup = as_array(page["theatre"]["hostility"]), setup_of(history)
    index = history.scenario.state_index()
    pairs = [(index[theatre.challenger], index[theatre.host]) for theatre in history.scenario.theatres]
    same = [(i, j) for j, pair in enumerate(pairs) for i in range(j) if set(pairs[i]) == set(pair)]
    assert same
    for i, j in same:
        np.testing.assert_array_equal(shown[:, i], shown[:, j])
    for k, pair in enumerate(pairs):
        shared = [other for other, each in enumerate(pairs) if set(each) == set(pair)]
        calm = not any(history.track.theatres[0, other, TheatreColumn.RUNG] for other in shared)
        if calm:  # nothing but time passed between the two
            at_first = setup.world.pairs.hostility[pair] * history.parameters.hostility_memory
            assert shown[0, k] == pytest.approx(at_first, rel=6e-4)
    crisis = history.track.theatres[..., TheatreColumn.RUNG] >= Rung.PROVOCATION
    begun = np.argwhere(crisis[1:] & ~crisis[:-1])
    assert len(begun) > 0
    for r, k in begun:
        assert shown[r + 1, k] >= history.parameters.hostility_crisis * 0.999


def test_playing_again_gives_the_presence_that_the_record_adds_up(history: History) -> None:
    total = history.track.theatres[..., TheatreColumn.PRESENCE]
    np.testing.assert_allclose(stances_of(history).presence.sum(axis=2), total, rtol=1e-12, atol=1e-15)


def test_stances_rebuilt_from_their_changes_stay_close_to_the_true_ones(history: History, page: dict[str, Any]) -> None:
    true = stances_of(history)
    for name in ("presence", "sanctioning", "side"):
        rebuilt = np.zeros_like(true.presence)
        for k, rows in enumerate(page["stances"][name]):
            for when, state, value in rows:
                rebuilt[when:, k, state] = value
        np.testing.assert_allclose(rebuilt, getattr(true, name), rtol=0.17, atol=0.0025)
    assert true.presence.any() and true.sanctioning.any(), "there is something to be rebuilt"


def test_alignment_is_of_treaties_with_the_leader_against_treaties_with_its_rivals(
    history: History, page: dict[str, Any]
) -> None:
    at = {state.id: page["state"]["alignment"][0][i] for i, state in enumerate(history.scenario.states)}
    assert at["USA"] == 1
    assert at["RUS"] == -1
    treaties = ("GBR", "POL", "JPN")  # with the United States, none with rivals
    assert min(at[member] for member in treaties) > 0.5
    assert at["BLR"] < -0.3  # allied to Russia alone
    assert at["IND"] == pytest.approx(0, abs=0.3)


def test_a_world_without_a_leader_has_no_alignment(node: str, tmp_path: Path) -> None:
    setup = prepare(synthetic(states=6, power_maximizers=1.0, seed=3), "laissez-faire", 3, None)
    assert setup.world.system.leader[0] == -1
    made = told(node, [case_of(setup, 0) | {"steps": []}], tmp_path)[0]["history"]
    assert not as_array(made["state"]["alignment"]).any()


def test_options_that_were_not_open_have_no_chance(history: History, page: dict[str, Any]) -> None:
    chances = np.stack([as_array(page["weighed"]["probability"][option]) for option in ("down", "hold", "up")])
    rung, previous = as_array(page["theatre"]["rung"]), history.track.theatres[:-1, :, TheatreColumn.RUNG]
    assert chances.sum(axis=0).max() == pytest.approx(1.0, abs=0.002)
    assert (chances[0, 1:][previous == 0] == 0).all()  # nobody steps down from peace
    assert rung.max() <= 7
