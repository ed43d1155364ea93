"""Results depend on the inputs alone: not on how rounds are divided over calls, nor on what is written down."""

from typing import Any

import numpy as np
import pytest
from core_worlds import Game, columns_of, play, policy_of, rows_of, rows_of_track, still_luck, world_of
from fingerprints import hashes_of, of_chance, of_scenario
from random_worlds import Dice, random_policy, random_world

from greatpowers.core.desk import new_desk
from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.kernel import is_compiled
from greatpowers.core.levers import Policy
from greatpowers.core.log import Event
from greatpowers.core.luck import Luck, LuckStream, draw_luck
from greatpowers.core.parameters import Parameters, pack
from greatpowers.core.world import World, copy_world

ROUNDS = 42 if is_compiled() else 14


def play_by(step: int, world: World, policy: Policy, luck: Luck, parameters: Parameters, new_desks: bool) -> Game:
    """Play in calls of `step` rounds, on one desk or on a new desk for each call (of which the last is returned)."""
    n, t = world.states.size, world.theatres.size
    played, track, rounds = copy_world(world), new_track(luck.growth.shape[0], n, t, full=True), luck.growth.shape[0]
    desk = new_desk(n, t, 4000)
    for first in range(0, rounds, step):
        some = slice(first, first + step)
        if new_desks:
            desk = new_desk(n, t, 4000)
        play_rounds(played, policy, pack(parameters), rows_of(luck, some), first, desk, rows_of_track(track, some))
    return Game(played, track, desk)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("step", [1, 7])
def test_rounds_played_a_few_at_a_time_are_the_same_bytes_as_all_at_once(step: int, seed: int) -> None:
    inputs = of_chance(seed) if seed else of_scenario("template", "half-a-loaf", seed, ROUNDS)
    world, policy, luck, parameters = inputs
    at_once = play(world, policy, luck, parameters=parameters)
    assert hashes_of(play_by(step, world, policy, luck, parameters, new_desks=False)) == hashes_of(at_once)


def test_nothing_but_the_log_outlives_a_round_on_the_desk() -> None:
    world, policy, luck, parameters = of_chance(5)
    at_once, divided = (
        play(world, policy, luck, parameters=parameters),
        play_by(1, world, policy, luck, parameters, True),
    )
    assert at_once.track.metrics.tobytes() == divided.track.metrics.tobytes()
    assert at_once.track.traces.tobytes() == divided.track.traces.tobytes()
    ended = columns_of(divided.world)
    assert all(values.tobytes() == ended[name].tobytes() for name, values in columns_of(at_once.world).items())


def test_keeping_no_trajectories_and_no_log_changes_no_metric() -> None:
    world, policy, luck, parameters = of_chance(2)
    full = play(world, policy, luck, parameters=parameters)
    bare, desk = new_track(luck.growth.shape[0], 6, 8, full=False), new_desk(6, 8, 0)
    play_rounds(copy_world(world), policy, pack(parameters), luck, 0, desk, bare)
    assert bare.metrics.tobytes() == full.track.metrics.tobytes()
    assert desk.log.happened[0] == full.log.happened[0] > 0
    assert bare.states.shape[0] == bare.theatres.shape[0] == bare.traces.shape[0] == 0


def test_a_log_that_is_too_small_says_so_and_keeps_the_first_events() -> None:
    world, policy, luck, parameters = of_chance(3)
    large = play(world, policy, luck, parameters=parameters)
    happened = int(large.log.happened[0])
    for room in (0, 1, happened - 1, happened):
        small = play(world, policy, luck, parameters=parameters, capacity=room)
        assert small.log.happened[0] == happened
        assert (small.log.happened[0] > room) == (room < happened)
        assert np.array_equal(small.log.codes, large.log.codes[:room])
        assert small.log.numbers.tobytes() == large.log.numbers[:room].tobytes()
        assert small.track.metrics.tobytes() == large.track.metrics.tobytes()


def test_a_schedule_is_the_policies_of_its_segments_one_after_the_other() -> None:
    world, _, luck, parameters = of_chance(1)
    schedule = random_policy(Dice(9, 0.0), 8, segments=3)
    schedule.starts[:] = 0, 4, 9
    whole = play(world, schedule, luck, parameters=parameters)
    played, desk, track = copy_world(world), new_desk(6, 8, 4000), new_track(12, 6, 8, full=True)
    for segment, (first, last) in enumerate([(0, 4), (4, 9), (9, 12)]):
        part, some = Policy(np.zeros(1, dtype=np.int64), schedule.levers[segment : segment + 1]), slice(first, last)
        play_rounds(played, part, pack(parameters), rows_of(luck, some), first, desk, rows_of_track(track, some))
    assert hashes_of(Game(played, track, desk)) == hashes_of(whole)


def test_a_fork_shares_the_past_and_meets_the_same_luck() -> None:
    world, policy, luck, parameters = of_chance(4)
    whole = play(world, policy, luck, parameters=parameters)
    start = play(world, policy, rows_of(luck, slice(0, 5)), parameters=parameters)
    rest = play(start.world, policy, rows_of(luck, slice(5, 12)), parameters=parameters, first=5)
    assert whole.track.metrics[5:].tobytes() == rest.track.metrics.tobytes()


def test_copies_of_a_world_are_independent() -> None:
    world = random_world(Dice(1, 0.0), 3, 4)
    for values in columns_of(copy_world(world)).values():
        values[...] = 0
    assert world.states.economy.sum() > 0.0
    assert world.theatres.salience.sum() > 0.0


def test_worlds_without_theatres_or_with_one_state_run_quietly() -> None:
    for states in (1, 3):
        game = play(world_of([{}] * states, []), policy_of(0, sanctions=1.0), 0)
        assert np.isfinite(game.track.metrics).all()
        assert game.log.happened[0] == 0
    nobody = play(world_of([], []), policy_of(0), draw_luck(0, 1, 0, 0)) if is_compiled() else None
    assert nobody is None or isinstance(nobody.track, Track)


# --- Luck -------------------------------------------------------------------------------------------------------------


def test_the_luck_of_few_rounds_is_the_beginning_of_the_luck_of_many() -> None:
    short, long = draw_luck(8, 5, 3, 4), draw_luck(8, 60, 3, 4)
    for few, many in zip(short, long, strict=True):
        assert few.tobytes() == many[:5].tobytes()


def test_luck_drawn_round_by_round_is_the_luck_drawn_at_once() -> None:
    stream, at_once = LuckStream(8, 3, 4), draw_luck(8, 9, 3, 4)
    for row, rounds in ((0, 1), (1, 5), (6, 3)):
        for some, whole in zip(stream.draw(rounds), at_once, strict=True):
            assert some.tobytes() == whole[row : row + rounds].tobytes()


def test_the_same_seed_gives_the_same_luck_and_another_seed_another() -> None:
    one, same, other = draw_luck(1, 4, 3, 4), draw_luck(1, 4, 3, 4), draw_luck(2, 4, 3, 4)
    for first, second, third in zip(one, same, other, strict=True):
        assert first.tobytes() == second.tobytes() != third.tobytes()


def test_mechanisms_draw_independent_luck() -> None:
    luck = draw_luck(3, 20_000, 1, 1)
    tables: list[Any] = [luck.state, luck.theatre, luck.intelligence, luck.guardian]
    columns = [luck.growth[:, 0], *(part[name].ravel() for part in tables for name in part.dtype.names)]
    correlation = np.corrcoef(np.array(columns)) - np.eye(len(columns))
    assert np.abs(correlation).max() < 5.0 / np.sqrt(20_000)  # five standard errors, over some 300 pairs


def test_uniform_luck_is_uniform_and_normal_luck_normal() -> None:
    luck = draw_luck(4, 20_000, 1, 1)
    assert 0.0 <= luck.theatre.choice.min() < luck.theatre.choice.max() < 1.0
    assert luck.theatre.choice.mean() == pytest.approx(0.5, abs=0.01)  # five standard errors of .29 / sqrt(20000)
    for normal in (luck.growth, luck.intelligence.own, luck.intelligence.other):
        assert normal.mean() == pytest.approx(0.0, abs=0.04)
        assert normal.std() == pytest.approx(1.0, abs=0.03)


def test_luck_does_not_depend_on_the_policy_it_meets() -> None:
    world, _, luck, parameters = of_chance(0)
    before = [part.tobytes() for part in luck]
    play(world, policy_of(8), luck, parameters=parameters)
    play(world, policy_of(8, sanctions=1.0, presence=0.5, red_line=2, deal=1), luck, parameters=parameters)
    assert [part.tobytes() for part in luck] == before


def test_the_luck_of_one_mechanism_leaves_the_others_alone() -> None:
    world = world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 3}])
    calm, struck = still_luck(1, world, choice=0.5), still_luck(1, world, choice=0.5, turn=0.0)
    assert play(world, luck=calm).events(Event.TURN) == []
    assert len(play(world, luck=struck).events(Event.TURN)) == 2
    rungs = [play(world, luck=luck).world.theatres.rung[0] for luck in (calm, struck)]
    assert rungs[0] == rungs[1]
