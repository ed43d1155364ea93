"""Results depend on the inputs alone: not on how rounds are divided over calls, nor on what is written down."""

import numpy as np
import pytest
from core_worlds import Game, columns_of, play, policy_of, rows_of_track, still_luck, world_of
from fingerprints import Inputs, hashes_of, of_chance, of_scenario
from random_worlds import Dice, random_policy, random_world

from greatpowers.core.history import Track, new_track, play_rounds
from greatpowers.core.kernel import is_compiled
from greatpowers.core.levers import Policy
from greatpowers.core.log import Event
from greatpowers.core.luck import luck_of, tabulated
from greatpowers.core.parameters import pack
from greatpowers.core.workspace import new_workspace
from greatpowers.core.world import copy_world

ROUNDS = 42 if is_compiled() else 14


def play_by(step: int, inputs: Inputs, anew: bool) -> Game:
    """Play in calls of `step` rounds, in one workspace or in a new one for each call (the last is returned)."""
    world, policy, luck, parameters, rounds = inputs
    n, t = world.states.size, world.theatres.size
    played, track, workspace = copy_world(world), new_track(rounds, n, t, full=True), new_workspace(n, t, 4000)
    for first in range(0, rounds, step):
        some = rows_of_track(track, slice(first, first + step))
        if anew:
            workspace = new_workspace(n, t, 4000)
        play_rounds(played, policy, pack(parameters), luck, first, workspace, some)
    return Game(played, track, workspace)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("step", [1, 7])
def test_rounds_played_a_few_at_a_time_are_the_same_bytes_as_all_at_once(step: int, seed: int) -> None:
    inputs = of_chance(seed) if seed else of_scenario("template", "half-a-loaf", seed, ROUNDS)
    world, policy, luck, parameters, rounds = inputs
    at_once = play(world, policy, luck, rounds, parameters)
    assert hashes_of(play_by(step, inputs, anew=False)) == hashes_of(at_once)


def test_nothing_but_the_log_outlives_a_round_on_the_desk() -> None:
    world, policy, luck, parameters, rounds = of_chance(5)
    at_once, divided = play(world, policy, luck, rounds, parameters), play_by(1, of_chance(5), anew=True)
    assert at_once.track.metrics.tobytes() == divided.track.metrics.tobytes()
    assert at_once.track.traces.tobytes() == divided.track.traces.tobytes()
    ended = columns_of(divided.world)
    assert all(values.tobytes() == ended[name].tobytes() for name, values in columns_of(at_once.world).items())


def test_keeping_no_trajectories_and_no_log_changes_no_metric() -> None:
    world, policy, luck, parameters, rounds = of_chance(2)
    full = play(world, policy, luck, rounds, parameters)
    bare, workspace = new_track(rounds, 6, 8, full=False), new_workspace(6, 8, 0)
    play_rounds(copy_world(world), policy, pack(parameters), luck, 0, workspace, bare)
    assert bare.metrics.tobytes() == full.track.metrics.tobytes()
    assert workspace.log.happened[0] == full.log.happened[0] > 0
    assert bare.states.shape[0] == bare.theatres.shape[0] == bare.traces.shape[0] == 0


def test_a_log_that_is_too_small_says_so_and_keeps_the_first_events() -> None:
    world, policy, luck, parameters, rounds = of_chance(3)
    large = play(world, policy, luck, rounds, parameters)
    happened = int(large.log.happened[0])
    for room in (0, 1, happened - 1, happened):
        small = play(world, policy, luck, rounds, parameters, capacity=room)
        assert small.log.happened[0] == happened
        assert (small.log.happened[0] > room) == (room < happened)
        assert np.array_equal(small.log.codes, large.log.codes[:room])
        assert small.log.numbers.tobytes() == large.log.numbers[:room].tobytes()
        assert small.track.metrics.tobytes() == large.track.metrics.tobytes()


def test_a_schedule_is_the_policies_of_its_segments_one_after_the_other() -> None:
    world, _, luck, parameters, rounds = of_chance(1)
    schedule = random_policy(Dice(9, 0.0), 8, segments=3)
    schedule.starts[:] = 0, 4, 9
    whole = play(world, schedule, luck, rounds, parameters)
    played, workspace, track = copy_world(world), new_workspace(6, 8, 4000), new_track(12, 6, 8, full=True)
    for segment, (first, last) in enumerate([(0, 4), (4, 9), (9, 12)]):
        part, some = Policy(np.zeros(1, dtype=np.int64), schedule.levers[segment : segment + 1]), slice(first, last)
        play_rounds(played, part, pack(parameters), luck, first, workspace, rows_of_track(track, some))
    assert hashes_of(Game(played, track, workspace)) == hashes_of(whole)


def test_a_fork_shares_the_past_and_meets_the_same_luck() -> None:
    world, policy, luck, parameters, rounds = of_chance(4)
    whole = play(world, policy, luck, rounds, parameters)
    start = play(world, policy, luck, 5, parameters)
    rest = play(start.world, policy, luck, rounds - 5, parameters, first=5)
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
    nobody = play(world_of([], []), policy_of(0)) if is_compiled() else None
    assert nobody is None or isinstance(nobody.track, Track)


# --- Luck -------------------------------------------------------------------------------------------------------------


def test_luck_in_tables_is_the_luck_that_the_kernel_draws() -> None:
    for world, policy, luck, parameters, rounds in (of_chance(6), of_scenario("template", "half-a-loaf", 2, ROUNDS)):
        drawn = play(world, policy, luck, rounds, parameters)
        assert hashes_of(play(world, policy, tabulated(luck, rounds), parameters=parameters)) == hashes_of(drawn)


def test_one_row_of_a_table_stands_for_every_round() -> None:
    world, policy, _, parameters, _ = of_chance(7)
    one = still_luck(1, world, turn=0.01, choice=0.5)
    many = one._replace(
        by_state=one.by_state.repeat(9, axis=0),
        by_theatre=one.by_theatre.repeat(9, axis=0),
        by_guardian=one.by_guardian.repeat(9, axis=0),
    )
    workspace, track = new_workspace(6, 8, 4000), new_track(9, 6, 8, full=True)
    played = copy_world(world)
    play_rounds(played, policy, pack(parameters), one, 0, workspace, track)
    assert hashes_of(Game(played, track, workspace)) == hashes_of(play(world, policy, many, parameters=parameters))


def test_the_luck_of_few_rounds_is_the_beginning_of_the_luck_of_many() -> None:
    luck = luck_of(8, 3, 4)
    assert [part[:5].tobytes() for part in tabulated(luck, 60)[3:]] == [p.tobytes() for p in tabulated(luck, 5)[3:]]


def test_the_luck_of_a_small_world_is_part_of_the_luck_of_a_large_one() -> None:
    small, large = tabulated(luck_of(8, 3, 4), 6), tabulated(luck_of(8, 7, 9), 6)
    assert np.array_equal(small.by_state, large.by_state[:, :3])
    assert np.array_equal(small.by_theatre, large.by_theatre[:, :4])
    assert np.array_equal(small.by_guardian, large.by_guardian[:, :4, :3])


def test_the_same_seed_gives_the_same_luck_and_another_seed_another() -> None:
    one, same, other = (tabulated(luck_of(seed, 3, 4), 4)[3:] for seed in (1, 1, 2))
    for first, second, third in zip(one, same, other, strict=True):
        assert first.tobytes() == second.tobytes()
        assert not (first == third).any()


def test_a_seed_may_have_as_many_as_128_bits_and_no_more() -> None:
    parts = [tabulated(luck_of(seed, 2, 1), 1).by_state.tobytes() for seed in (0, 2**64, 2**128 - 1)]
    assert len(set(parts)) == 3
    assert luck_of(np.int64(5), 2, 1).key.tolist() == [5, 0]  # type: ignore[arg-type]
    for seed in (-1, 2**128):
        with pytest.raises(ValueError, match=f"the seed is {seed}; expected a whole number from 0"):
            luck_of(seed, 2, 1)


def test_luck_does_not_depend_on_the_policy_it_meets() -> None:
    world, _, luck, parameters, rounds = of_chance(0)
    before = [part.tobytes() for part in luck]
    drawn = []
    for policy in (policy_of(8), policy_of(8, sanctions=1.0, presence=0.5, red_line=2, deal=1)):
        drawn.append(play(world, policy, luck, rounds, parameters).track.trace_rows["luck"])
    assert np.array_equal(drawn[0], drawn[1])
    assert [part.tobytes() for part in luck] == before


def test_the_luck_of_one_mechanism_leaves_the_others_alone() -> None:
    world = world_of([{}, {}], [{"challenger": 0, "host": 1, "rung": 3}])
    calm, struck = still_luck(1, world, choice=0.5), still_luck(1, world, choice=0.5, turn=0.0)
    assert play(world, luck=calm).events(Event.TURN) == []
    assert len(play(world, luck=struck).events(Event.TURN)) == 2
    rungs = [play(world, luck=luck).world.theatres.rung[0] for luck in (calm, struck)]
    assert rungs[0] == rungs[1]
