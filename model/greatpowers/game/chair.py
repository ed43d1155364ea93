"""The coalition's chair: decisions become a schedule of levers, and the engine plays it like any other policy.

A game is a pure function of its record. What has been decided up to a round is a policy of segments, one for each round
in which something was set; where theatres differ, the scenario carries terms for the segment. So the history of a game
is the history that :func:`greatpowers.simulate` gives for that scenario, that policy and that seed.

What others would have made of it, the presets on the same luck and on the luck of many other worlds, is here as well.
"""

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.core.levers import Levers
from greatpowers.game.record import (
    BEST,
    SCORED,
    Belief,
    ChallengerReading,
    GameScore,
    Line,
    Motive,
    Move,
    Record,
    score,
    scores,
    world_key,
)
from greatpowers.scenario.build import build_policy, terms_by_place
from greatpowers.scenario.errors import GreatPowersError, complain, need_known
from greatpowers.scenario.kinds import LEVERS, setting_faults
from greatpowers.scenario.load import compared, load_policy
from greatpowers.scenario.schema import PolicyPreset, Scenario, Segment, Terms
from greatpowers.simulation.comparison import compare
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import Interval, mean_interval
from greatpowers.simulation.run import simulate
from greatpowers.simulation.setup import Setup, prepare

CHAIR = "chair"
DIALS = ("sanctions", "presence", "red_line", "aid", "strike", "deal")
"""Levers that a player always has at hand; the others are further terms of these."""

LARGEST_SEED = 999_999

Row = dict[str, float]


class Chair:
    """A game at one moment; every move gives another one. `base` is the world as it was before the chair was taken."""

    def __init__(self, scenario: Scenario, record: Record) -> None:
        if record.world != world_key(scenario):
            raise GreatPowersError("game: it was begun in another world; take that one again, or start a new game.")
        self.base, self.record = scenario, record
        known = scenario.theatre_index()
        for move in record.moves:
            if move.theatre is not None:
                need_known(move.theatre, known, f"game: there is no theatre '{move.theatre}'.")

    @classmethod
    def taken(cls, scenario: Scenario, inherited: str, rounds: int, seed: int | None = None) -> "Chair":
        """A new game; without a seed on luck that nobody knows yet."""
        luck = secrets.randbelow(LARGEST_SEED + 1) if seed is None else seed
        payload = {"w": world_key(scenario), "s": luck, "n": rounds, "i": inherited}
        return cls(scenario, Record.decode(Record.model_validate(payload).encode()))

    @property
    def over(self) -> bool:
        """Whether the last round has been played."""
        return self.record.over

    @cached_property
    def inherited(self) -> list[Row]:
        """The levers in force when the chair is taken, one row a theatre."""
        return self._policy_at(0)

    @property
    def usual(self) -> list[Row]:
        """What the inherited policy would have in force now, had nobody taken the chair: one row a theatre."""
        return self._policy_at(self.record.played)

    def _policy_at(self, round_number: int) -> list[Row]:
        policy = build_policy(self.base, load_policy(self.record.inherited))
        segment = int(np.searchsorted(policy.starts, round_number, side="right")) - 1
        return [_row(policy.levers, segment, k) for k in range(len(self.base.theatres))]

    @cached_property
    def segments(self) -> dict[int, list[Row]]:
        """The levers of each segment that has been set, by its first round: one row a theatre; the first is round 0."""
        places = self.base.theatre_index()
        rows = [dict(row) for row in self.inherited]
        by_round = {0: rows}
        for move in self.record.moves:
            rows = [dict(row) for row in rows]
            for k in range(len(rows)) if move.theatre is None else [places[move.theatre]]:
                rows[k].update(move.levers)
            by_round[move.round] = rows
        return by_round

    @property
    def levers(self) -> list[Row]:
        """The levers as they are set now, one row a theatre."""
        return list(self.segments.values())[-1]

    @cached_property
    def _terms(self) -> dict[int, list[Terms]]:
        """What each segment decides otherwise than usual, by its first round; nothing where all places are alike."""
        return {start: _terms(self.base, start, rows) for start, rows in self.segments.items()}

    @cached_property
    def policy(self) -> PolicyPreset:
        """Everything decided so far, as a policy with a schedule; its segments go by the names of their own terms."""
        usual = {start: _usual(rows) for start, rows in self.segments.items()}
        asked = {start: (segment_name(start),) if terms else () for start, terms in self._terms.items()}
        return PolicyPreset(
            name=CHAIR,
            title="In the chair",
            summary=f"Decided round by round; {self.record.inherited} was in force before.",
            terms=asked[0],
            levers=usual[0],
            schedule=tuple(
                Segment(from_round=start, terms=asked[start], levers=levers)
                for start, levers in usual.items()
                if start > 0
            ),
        )

    @cached_property
    def scenario(self) -> Scenario:
        """The world with terms for what the segments decide otherwise in particular theatres."""
        terms = [term for of_segment in self._terms.values() for term in of_segment]
        return self.base.model_copy(update={"terms": (*self.base.terms, *terms)}) if terms else self.base

    @cached_property
    def history(self) -> History | None:
        """The rounds played so far, in full; None before the first."""
        if self.record.played == 0:
            return None
        return simulate(self.scenario, self.policy, self.record.seed, self.record.played)

    @cached_property
    def setup(self) -> Setup:
        """The game as the engine takes it, its world as it was at the start."""
        return prepare(self.scenario, self.policy, self.record.rounds, None)

    def decide(self, levers: Mapping[str, float], theatre: str | None = None) -> "Chair":
        """Set levers from the present round on, in a theatre or everywhere; raises :class:`GreatPowersError`."""
        if self.over:
            raise GreatPowersError("game: it is over; take a round back or start a new one.")
        complain("game", [("", fault) for fault in setting_faults(levers, LEVERS, "lever")])
        move = Move.model_validate({"r": self.record.played, "t": theatre, "l": dict(levers)})
        return Chair(self.base, self.record.changed(moves=_joined(self.record.moves, move)))

    def advance(self, rounds: int = 1) -> "Chair":
        """Play so many rounds, or as many as are left."""
        played = min(self.record.rounds, self.record.played + max(1, rounds))
        return Chair(self.base, self.record.changed(played=played))

    def advance_until(self, alarming: Callable[[History, int], bool]) -> "Chair":
        """Play until `alarming(history, round)` is true, or the game is over."""
        future = self.advance(self.record.rounds)
        if future.history is None:
            return self
        for number in range(self.record.played, self.record.rounds):
            if alarming(future.history, number):
                return self.advance(number + 1 - self.record.played)
        return future

    def take_back(self) -> "Chair":
        """The game a round earlier, with what was decided then; the record notes that it was taken back."""
        played = max(0, self.record.played - 1)
        moves = tuple(move for move in self.record.moves if move.round <= played)
        taken = self.record.taken_back + (1 if played < self.record.played else 0)
        return Chair(self.base, self.record.changed(played=played, moves=moves, taken_back=taken))

    def read(self, challenger: str, motive: Motive | None, belief: Belief | None) -> "Chair":
        """Note what a challenger is taken to be."""
        need_known(challenger, self.challengers, f"game: no challenger is '{challenger}'.")
        reading = ChallengerReading.model_validate({"m": motive, "b": belief})
        return Chair(self.base, self.record.changed(readings={**self.record.readings, challenger: reading}))

    def weigh(self, weights: Mapping[str, float]) -> "Chair":
        """Give terms of the score other weights."""
        chosen = {name: float(value) for name, value in weights.items() if value != 1.0}
        return Chair(self.base, Record.decode(self.record.changed(weights=chosen).encode()))

    @property
    def challengers(self) -> list[str]:
        """Ids of the states that challenge anywhere, in order of theatres."""
        return list(dict.fromkeys(theatre.challenger for theatre in self.base.theatres))


def segment_name(start: int) -> str:
    """The name under which terms of a segment are known."""
    return f"{CHAIR}-{start}"


def _joined(moves: tuple[Move, ...], move: Move) -> tuple[Move, ...]:
    """The moves with one more; what it sets again of the same round and place is dropped from those before."""
    remaining = []
    for earlier in moves:
        if earlier.round == move.round and move.theatre in (None, earlier.theatre):
            rest = {name: value for name, value in earlier.levers.items() if name not in move.levers}
            earlier = earlier.model_copy(update={"levers": rest})
        if earlier.levers:
            remaining.append(earlier)
    return (*remaining, move)


def _row(levers: Levers, segment: int, theatre: int) -> Row:
    return {name: float(getattr(levers, name)[segment, theatre]) for name in LEVERS}


def _usual(rows: list[Row]) -> Row:
    """The value of each lever that most theatres have."""
    usual = {}
    for name in LEVERS:
        values, counts = np.unique([row[name] for row in rows], return_counts=True)
        usual[name] = float(values[np.argmax(counts)]) if values.size else 0.0
    return usual if rows else {}


def _terms(scenario: Scenario, start: int, rows: list[Row]) -> list[Terms]:
    """What a segment decides otherwise than usual."""
    usual = _usual(rows)
    by_place = {
        theatre.id: {name: value for name, value in row.items() if value != usual[name]}
        for theatre, row in zip(scenario.theatres, rows, strict=True)
    }
    return terms_by_place(segment_name(start), by_place)


WORLDS = 100
"""Other worlds that presets, and the player's own choices, are played in."""


class PresetScore(NamedTuple):
    """A preset on the luck of the game: its score, and the points it lost to each term."""

    policy: str
    title: str
    score: float
    lines: list[Line]


class ScoreRank(NamedTuple):
    """Where a score stands among those of the presets in other worlds.

    `better_than` is the share of their histories that score less, ties counted half. For each policy `scores` has the
    scores by world, `difference` the mean of what the player's own choices score more there, with its 95 % interval.
    """

    better_than: float
    histories: int
    scores: dict[str, list[float]]
    difference: dict[str, Interval]


def rivals(chair: Chair) -> list[PresetScore]:
    """Every preset on the luck of the game, for as many rounds as are played, the best first."""
    played, weights, scored = chair.record.played, chair.record.score_weights, []
    for name in compared(chair.base):
        summary = _plain(simulate(chair.base, name, chair.record.seed, played, record=False))
        scored.append(PresetScore(name, load_policy(name).title, *score(summary, weights)))
    return sorted(scored, key=lambda rival: -rival.score)


def own_score(chair: Chair) -> GameScore:
    """The player's score so far; 100 before the first round."""
    if chair.history is None:
        return GameScore(BEST, [])
    return score(_plain(chair.history), chair.record.score_weights)


def preset_runs(scenario: Scenario, rounds: int, worlds: int = WORLDS) -> pd.DataFrame:
    """Every preset on the luck of seeds 0 to `worlds`: one more than needed, as one of them may be the game's own."""
    return compare(scenario, compared(scenario), worlds + 1, rounds).runs


def field_of(chair: Chair, presets: pd.DataFrame | None = None, worlds: int = WORLDS) -> pd.DataFrame:
    """Runs of the presets and of the player's own choices on the luck of other worlds; takes a second or more.

    The table has policy (CHAIR: the player's), seed, and what scores are made of. `presets` is what :func:`preset_runs`
    gives for the same world and as many rounds as are played.
    """
    played = chair.record.played
    seeds = [seed for seed in range(worlds + 1) if seed != chair.record.seed][:worlds]
    others = preset_runs(chair.base, played, worlds) if presets is None else presets
    own = compare(chair.scenario, [chair.policy], worlds + 1, played).runs
    runs = pd.concat([others, own])[list(SCORED)].reset_index()
    return runs[runs["seed"].isin(seeds)].reset_index(drop=True)


def standing(own: float, field: pd.DataFrame, weights: Mapping[str, float]) -> ScoreRank:
    """Where a score stands among the presets' in other worlds."""
    by_world = field.assign(score=scores(field, weights)).pivot(index="seed", columns="policy", values="score")
    presets = [name for name in by_world.columns if name != CHAIR]
    values = by_world[presets].to_numpy().reshape(-1)
    below = float(np.mean(values < own) + 0.5 * np.mean(values == own))
    return ScoreRank(
        better_than=below,
        histories=values.size,
        scores={name: by_world[name].tolist() for name in by_world.columns},
        difference={name: mean_interval((by_world[CHAIR] - by_world[name]).to_numpy()) for name in presets},
    )


def _plain(history: History) -> dict[str, float]:
    """The summary of a history as numbers by name."""
    return {str(name): float(value) for name, value in history.summary.items()}
