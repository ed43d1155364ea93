"""The panel of plausibility: what it reads from histories made by hand, and how it judges what it read."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from greatpowers import GreatPowersError, load_scenario
from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import StateColumn, TheatreColumn, Track, new_track, play_rounds
from greatpowers.core.log import Column, Event
from greatpowers.core.luck import luck_of
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import World, copy_world, empty_world
from greatpowers.simulation.places import without_breaches
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup, prepare
from greatpowers.validation.plausibility import (
    PLACE_COLUMNS,
    TABLE_COLUMNS,
    TOGETHER,
    panel,
    places_table,
    plausibility,
)
from greatpowers.validation.plausibility_checks import CHECKS, Check, HistorySample, checks_for
from greatpowers.validation.plausibility_reading import (
    ALLIED,
    BEFORE_THE_RUN,
    SOME,
    HistoryReading,
    allies_of_challengers,
    deployments,
    hostile_deployments,
    least_of_leader,
    loses_half_without_war,
    summed_gravity,
    wars_of,
    wars_so_far,
)
from greatpowers.validation.wars import War

BOLD, FIRST, SECOND, GUARD = range(4)
"""States: a challenger of two hosts, and a guardian."""

Told = tuple[int, Event, int, int, int, float, float]
"""Round, kind, theatre, actor, other, the number after, and the last number."""


def small_world() -> World:
    """One challenger, two theatres with the first host and one with the second, a guardian that leads."""
    world = empty_world(4, 3)
    world.theatres.challenger[:] = BOLD
    world.theatres.host[:] = [FIRST, FIRST, SECOND]
    world.states.capability[:] = [0.2, 0.1, 0.1, 0.6]
    world.system.leader[0] = GUARD
    return world


def log_of(*events: Told) -> tuple[Ints, Floats]:
    codes = np.full((len(events), len(Column)), -1, dtype=np.int64)
    numbers = np.zeros((len(events), 5))
    for row, (when, kind, theatre, actor, other, after, last) in enumerate(events):
        codes[row] = (when, kind, theatre, actor, other)
        numbers[row, 1], numbers[row, 4] = after, last
    return codes, numbers


def war(when: int, theatre: int, host: int) -> Told:
    return (when, Event.WAR, theatre, BOLD, host, 7.0, 1.0)


def peace(when: int, theatre: int, host: int, deaths: float) -> Told:
    return (when, Event.WAR_END, theatre, BOLD, host, math.nan, deaths)


def track_of(rounds: int) -> Track:
    return new_track(rounds, 4, 3, True)


# --- wars


def test_a_war_that_spreads_counts_once_with_the_place_where_it_began() -> None:
    wars = wars_of(small_world(), *log_of(war(2, 1, FIRST), war(3, 0, FIRST), peace(4, 1, FIRST, 5.0)))
    assert [(one.theatre, one.begin, one.open) for one in wars] == [(1, 2, {0})]


def test_deaths_of_all_its_theatres_are_the_deaths_of_a_war() -> None:
    events = (war(2, 1, FIRST), war(2, 0, FIRST), peace(3, 1, FIRST, 5.0), peace(6, 0, FIRST, 7.0))
    (single,) = wars_of(small_world(), *log_of(*events))
    assert single.deaths == 12.0 and not single.open


def test_after_peace_a_war_in_the_same_place_is_another() -> None:
    events = (war(2, 1, FIRST), peace(3, 1, FIRST, 5.0), war(3, 0, FIRST))
    assert [one.theatre for one in wars_of(small_world(), *log_of(*events))] == [1, 0]


def test_wars_with_different_hosts_are_different_unless_the_second_fights_beside_the_first() -> None:
    apart = wars_of(small_world(), *log_of(war(1, 0, FIRST), war(2, 2, SECOND)))
    joined = (1, Event.JOINING, 0, SECOND, BOLD, 1.0, 0.5)
    together = wars_of(small_world(), *log_of(war(1, 0, FIRST), joined, war(2, 2, SECOND)))
    beside_the_challenger = (1, Event.JOINING, 0, SECOND, FIRST, -1.0, 0.5)
    still_apart = wars_of(small_world(), *log_of(war(1, 0, FIRST), beside_the_challenger, war(2, 2, SECOND)))
    assert (len(apart), len(together), len(still_apart)) == (2, 1, 2)


def test_a_war_under_way_at_the_start_is_no_onset_and_a_great_one_is_marked() -> None:
    world = small_world()
    world.theatres.war[0] = 1
    great = (3, Event.GREAT_POWER_WAR, 2, BOLD, SECOND, math.nan, 0.4)
    wars = wars_of(world, *log_of(war(2, 1, FIRST), war(3, 2, SECOND), great))
    assert [(one.theatre, one.begin, one.great) for one in wars] == [(0, BEFORE_THE_RUN, False), (2, 3, True)]


# --- land


def controls(*rows: Sequence[float]) -> Track:
    track = track_of(len(rows))
    track.theatres[:, :, TheatreColumn.CONTROL] = rows
    return track


def test_control_of_all_challengers_together_counts() -> None:
    assert loses_half_without_war(small_world(), controls((0.2, 0.2, 0.0), (0.2, 0.3, 0.0)), log_of()[0])
    assert not loses_half_without_war(small_world(), controls((0.2, 0.2, 0.2), (0.2, 0.2, 0.4)), log_of()[0])


def test_land_taken_after_war_in_any_theatre_of_the_host_is_no_loss_without_war() -> None:
    track = controls((0.1, 0.1, 0.0), (0.1, 0.1, 0.0), (0.9, 0.1, 0.0))
    same_host, other_host, later = (log_of(war(*where))[0] for where in ((1, 1, FIRST), (1, 2, SECOND), (3, 0, FIRST)))
    assert not loses_half_without_war(small_world(), track, same_host)
    assert loses_half_without_war(small_world(), track, other_host)
    assert loses_half_without_war(small_world(), track, later)


def test_land_held_from_the_start_is_not_lost_in_the_run() -> None:
    world = small_world()
    world.theatres.control[0] = 0.6
    assert not loses_half_without_war(world, controls((0.6, 0.1, 0.0)), log_of()[0])
    assert loses_half_without_war(world, controls((0.4, 0.0, 0.0), (0.6, 0.0, 0.0)), log_of()[0])


# --- who guards whom


def deployed(when: int, after: float) -> Told:
    return (when, Event.PRESENCE, 0, GUARD, BOLD, after, 1.0)


def test_a_guardian_under_sanctions_as_a_challenger_counts_by_the_quarter() -> None:
    world, track = small_world(), track_of(5)
    world.theatres.challenger[2] = GUARD
    track.theatres[2:, 2, TheatreColumn.SANCTIONS] = 0.3
    assert hostile_deployments(world, track, log_of(deployed(1, 0.2), deployed(4, 0.0))[0]).tolist() == [2, 0, 0]


def test_a_guardian_bound_to_the_challenger_counts_while_it_is_bound() -> None:
    world, track = small_world(), track_of(4)
    world.pairs.alliance[GUARD, BOLD] = 0.6
    world.stances.presence[0, GUARD] = 0.05
    loosened = (2, Event.ALIGNMENT, -1, BOLD, GUARD, 0.4, math.nan)
    assert hostile_deployments(world, track, log_of(loosened)[0]).tolist() == [2, 0, 0]
    world.pairs.alliance[:] = world.pairs.alliance.T.copy()
    assert hostile_deployments(world, track, log_of()[0]).tolist() == [0, 0, 0]


def test_each_of_two_challengers_has_its_own_allies() -> None:
    world = small_world()
    world.theatres.challenger[2] = GUARD
    world.pairs.alliance[FIRST, GUARD] = 0.6
    events = [(0, SECOND, FIRST, 0.6), (1, BOLD, FIRST, 0.6), (2, GUARD, FIRST, 0.4)]
    codes, _ = log_of(*((when, Event.ALIGNMENT, -1, one, other, after, math.nan) for when, one, other, after in events))
    bound = allies_of_challengers(world, 3, codes)
    assert bound[:, :, FIRST].tolist() == [[False, False, True], [True, True, True], [True, True, False]]
    assert bound.sum() == bound[:, :, FIRST].sum()


@pytest.mark.parametrize("policy", ["maximum-pressure", "laissez-faire"])
def test_what_is_read_from_events_is_what_the_world_had_round_by_round(policy: str) -> None:
    """The log tells only of changes; the world is stepped a round at a time beside it."""
    setup, rounds = prepare("2017", policy, 24, None), 24
    _, _, log = play_to_end(setup, 3)
    codes = log.codes[: log.happened[0]]
    presence, alliance, wars = stepped(setup, 3, rounds)
    challengers = setup.world.theatres.challenger
    assert np.array_equal(deployments(setup.world, rounds, codes), presence >= SOME)
    bound = alliance[:, :, challengers].transpose(0, 2, 1) >= ALLIED
    assert np.array_equal(allies_of_challengers(setup.world, rounds, codes), bound)
    assert (wars_so_far(setup.world, rounds, codes) >= np.maximum.accumulate(wars, axis=0)).all()
    assert presence.max() >= SOME or policy == "laissez-faire"


def stepped(setup: Setup, seed: int, rounds: int) -> tuple[Floats, Floats, Floats]:
    """Presence [R, T, N], alliances [R, N, N] and war [R, T] at the end of each round."""
    world, workspace = copy_world(setup.world), new_workspace(*setup.sizes)
    luck, seen = luck_of(seed, *setup.sizes), []
    for now in range(rounds):
        play_rounds(world, setup.levers, setup.packed, luck, now, workspace, new_track(1, *setup.sizes, False))
        seen.append((world.stances.presence.copy(), world.pairs.alliance.copy(), world.theatres.war == 1))
    presence, alliance, wars = (np.array(part) for part in zip(*seen, strict=True))
    return presence, alliance, wars


# --- order, leader


def test_gravity_is_the_power_of_each_challenger_by_the_gravest_of_its_breaches() -> None:
    """The challenger of all three places has .2 of power; interference, short of a militarized act, is no breach."""
    world, track = small_world(), track_of(3)
    track.theatres[:, 0, TheatreColumn.RUNG] = [7, 2, 1]
    track.theatres[:, 1, TheatreColumn.RUNG] = [3, 1, 0]
    track.states[:, :, StateColumn.POWER] = [0.2, 0.1, 0.1, 0.4]
    alike = len(set(world.theatres.challenger[:2].tolist())) == 1
    assert alike
    assert summed_gravity(world, track) == pytest.approx(0.2 * (1.0 + 0.15))


def test_the_least_of_the_leader_is_over_its_start() -> None:
    world, track = small_world(), track_of(3)
    track.states[:, GUARD, StateColumn.CAPABILITY] = [0.6, 0.12, 0.3]
    assert least_of_leader(world, track) == pytest.approx(0.2)
    world.system.leader[0] = -1
    assert math.isnan(least_of_leader(world, track))


# --- judging


def reading(*wars: War, order: float = 0.5, gravity: float = 1.0, **others: object) -> HistoryReading:
    fought = np.zeros(3, dtype=np.bool_)
    for one in wars:
        fought[one.theatre] = True
    defaults = {
        "control": np.array([0.1, 0.2, 0.3]),
        "leader_least": 1.0,
        "hostile": np.array([0, 2, 0]),
        "land_lost": False,
    }
    return HistoryReading(wars=wars, fought=fought, order=order, gravity=gravity, **{**defaults, **others})


def onset(place: int, deaths: float = 1.0, great: bool = False) -> War:
    return War(place, BOLD, FIRST, begin=3, end=4, deaths=deaths, great=great)


def value(name: str, sample: HistorySample) -> float:
    (check,) = (check for check in CHECKS if check.name == name)
    return check.measure(sample)


PLACES = ("donbas", "crimea", "korea")
SAMPLE = HistorySample(
    PLACES,
    40,
    [
        reading(onset(0, 4.0), onset(0, 200.0), onset(2, 2000.0), order=0.3, gravity=3.0, leader_least=0.2),
        reading(onset(2, 6.0, great=True), order=0.4, gravity=2.0, land_lost=True),
        reading(War(1, BOLD, FIRST, begin=5, deaths=9.0, open={1}), order=0.5, gravity=1.0),
        reading(order=0.6, gravity=0.0),
    ],
    [reading(order=0.7), reading(order=0.6)],
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("first_place", 2 / 5),
        ("likely_places", 3.0),
        ("onsets", 5 / 4 * 2),
        ("land_lost", 1 / 4),
        ("korea", 2 / 4),
        ("ukraine", 1.0),
        ("great_power_war", 1 / 4),
        ("great_power_places", 1.0),
        ("deaths", 1000 * (6.0 + 200.0) / 2),
        ("deaths_100k", 2 / 4),
        ("deaths_1m", 1 / 4),
        ("hostile", 8.0),
        ("order_falls", 0.65 - 0.45),
        ("order_follows", -1.0),
        ("leader", 1 / 4),
    ],
)
def test_each_measure_on_four_histories_made_by_hand(name: str, expected: float) -> None:
    assert value(name, SAMPLE) == pytest.approx(expected)


def test_the_table_of_measures_above_leaves_none_out() -> None:
    tested = test_each_measure_on_four_histories_made_by_hand.pytestmark[0].args[1]
    assert [name for name, _ in tested] == [check.name for check in CHECKS]


def test_ukraine_ranks_behind_places_with_a_greater_chance_of_war() -> None:
    sample = HistorySample(PLACES, 40, [reading(onset(2)), reading(onset(2)), reading(onset(0))])
    assert value("ukraine", sample) == 2.0


def test_what_cannot_be_measured_is_not_judged() -> None:
    table = panel(CHECKS, {"quiet": HistorySample(PLACES, 40, [reading(), reading()])}).set_index("check")
    for name in ("first_place", "deaths", "order_follows"):
        assert math.isnan(table.loc[name, "value"]) and table["holds"].isna()[name]
    assert "order_falls" not in table.index  # asked of laissez-faire only
    assert table["holds"].isna()["deaths_100k"]


def test_a_range_includes_its_bounds() -> None:
    def check(low: float, high: float) -> Check:
        return Check("c", "C", "u", low, high, "r", "own", lambda sample: 0.5)

    judged = [(0.5, 0.6), (0.4, 0.5), (0.51, 0.6), (0.4, 0.49)]
    table = panel([check(*bounds) for bounds in judged], {"p": SAMPLE})
    assert table["holds"].tolist() == [True, True, False, False]


def test_checks_of_all_policies_together_have_one_row() -> None:
    other = SAMPLE._replace(readings=[reading(onset(0, great=True))])
    table = panel(CHECKS, {"one": SAMPLE, "other": other})
    rows = table[table["check"] == "great_power_places"]
    assert rows[["policy", "value"]].values.tolist() == [[TOGETHER, 2.0]]


def test_the_table_of_places_has_the_wars_of_each() -> None:
    table = places_table({"one": SAMPLE}).set_index("theatre")
    assert table.loc["donbas", "chance_of_war"] == 0.25 and table.loc["donbas", "onsets"] == 0.5
    assert table.loc["donbas", "median_deaths"] == 102_000.0
    assert math.isnan(table.loc["crimea", "median_deaths"])  # its war has not ended
    assert table.loc["crimea", "hostile"] == 8 and table.loc["korea", "final_control"] == pytest.approx(0.3)


def test_every_check_says_why_and_after_whom_and_only_those_of_today_name_places() -> None:
    assert all(check.reason and check.source and check.unit and check.low <= check.high for check in CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    elsewhere = HistorySample(("here", "there", "yonder"), 40, SAMPLE.readings)
    assert all(math.isfinite(check.measure(elsewhere)) for check in checks_for("1913") if check.policy is None)


def test_a_range_is_adapted_to_its_world_with_a_reason_of_its_own() -> None:
    for check in CHECKS:
        assert set(check.adapted) <= set(check.worlds)
        for world, other in check.adapted.items():
            (adapted,) = (one for one in checks_for(world) if one.name == check.name)
            assert (adapted.low, adapted.high, adapted.reason) == (other["low"], other["high"], other["reason"])
            assert adapted.reason != check.reason and adapted.measure is check.measure
    ranks = {world: one for world in ("2017", "2022") for one in checks_for(world) if one.name == "ukraine"}
    assert (ranks["2017"].high, ranks["2022"].high) == (5, 3)


# --- whole


def test_a_world_without_breaches_has_none() -> None:
    still = without_breaches(load_scenario("template"))
    checked = plausibility(still, ["laissez-faire"], seeds=3, rounds=12)
    table = checked.table.set_index("check")
    assert table.loc["order_falls", "value"] == 0.0 and not table.loc["order_falls", "holds"]
    assert (checked.places["chance_of_war"] == 0.0).all()


def test_the_same_bytes_whatever_the_workers_and_columns_as_declared() -> None:
    one, many = (plausibility("template", seeds=4, rounds=8, workers=workers) for workers in (1, 3))
    assert one.table.equals(many.table) and one.places.equals(many.places)
    assert tuple(one.table) == TABLE_COLUMNS and tuple(one.places) == PLACE_COLUMNS
    assert one.failing == int((one.table["holds"].eq(False)).sum()) > 0


def test_progress_is_told_in_histories() -> None:
    reports: list[tuple[int, int]] = []
    plausibility("template", ["containment", "laissez-faire"], 2, 4, progress=lambda *pair: reports.append(pair))
    assert reports[-1] == (6, 6)  # two policies, and laissez-faire without breaches


@pytest.mark.parametrize(("policies", "seeds"), [([], 2), (["containment", "containment"], 2), (None, 0)])
def test_what_cannot_be_run_is_refused(policies: list[str] | None, seeds: int) -> None:
    with pytest.raises(GreatPowersError):
        plausibility("template", policies, seeds)
