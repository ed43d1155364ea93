"""What happened after early 2017 is what the typed chronology says, and touches no number of the scenario.

The chronology is not part of the repository. Where it is not at hand, beside the checkout, only the tests that need
nothing else run.
"""

import csv
from pathlib import Path

import pytest

from greatpowers import load_scenario, simulate
from greatpowers.scenario.checks import quarter_number

EVENTS = (Path(__file__).resolve().parents[2] / "../shared/data/scenarios/events_2017_2025.csv").resolve()
needs_events = pytest.mark.skipif(not EVENTS.exists(), reason=f"the chronology is not at hand: there is no {EVENTS}")


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(EVENTS.read_text(encoding="utf-8").splitlines()))


def quarter(date: str) -> str:
    year, month, _ = date.split("-")
    return f"{year}Q{(int(month) + 2) // 3}"


@needs_events
def test_every_event_is_told_once_with_its_quarter_theatre_and_certainty() -> None:
    events = load_scenario("2017").happened
    assert [(entry.quarter, entry.theatre or "") for entry in events] == [
        (quarter(row["date"]), row["theatre_2017"]) for row in rows()
    ]
    for entry, row in zip(events, rows(), strict=True):
        assert entry.source.endswith(f"; certainty {row['certainty']}")
        assert entry.doubted == (row["certainty"] != "high")
        assert entry.text != row["what"]


@needs_events
def test_rungs_are_those_that_the_theatres_own_challengers_reached_and_nothing_else() -> None:
    scenario = load_scenario("2017")
    challenger = {place.id: place.challenger for place in scenario.theatres}
    expected = [
        (quarter(row["date"]), row["theatre_2017"], int(row["rung_reached"]))
        for row in rows()
        if row["theatre_2017"] and row["rung_reached"] and challenger[row["theatre_2017"]] == row["challenger"]
    ]
    assert [(e.quarter, e.theatre, e.rung) for e in scenario.happened if e.rung is not None] == expected
    of_others = [
        (row["theatre_2017"], row["challenger"])
        for row in rows()
        if row["theatre_2017"] and row["rung_reached"] and challenger[row["theatre_2017"]] != row["challenger"]
    ]
    assert of_others == [("syria-russia", "TUR"), ("gulf", "SAU"), ("gulf", "USA")]


@needs_events
def test_it_is_covered_to_the_quarter_of_the_last_event() -> None:
    assert load_scenario("2017").happened_to == quarter(rows()[-1]["date"])


def test_what_happened_touches_no_number_of_a_run() -> None:
    scenario = load_scenario("2017")
    without = scenario.model_copy(update={"happened": (), "happened_to": None})
    one, other = (simulate(world, "containment", seed=3, rounds=35) for world in (scenario, without))
    for ours, theirs in zip(one.track, other.track, strict=True):
        assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize(
    ("name", "end", "policy"),
    [
        ("1913", "1916Q4", "entente-ambiguity"),
        ("1936", "1941Q4", "appeasement-then-guarantee"),
        ("1978", "1985Q4", "detente-then-containment"),
    ],
)
def test_the_others_are_covered_to_their_end_under_the_policy_of_their_time(name: str, end: str, policy: str) -> None:
    scenario = load_scenario(name)
    assert (scenario.happened_to, scenario.happened_under) == (end, policy)
    assert quarter_number(end) == quarter_number(scenario.start) + scenario.rounds - 1
    assert policy in scenario.policies
