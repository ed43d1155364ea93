"""A class that plays one world on one luck: who is in it, what they predicted and ordered, and what came of it.

A student sits in one of two chairs (:mod:`greatpowers.game.sides`) against the model, or two sit against each other, by
turns: the coalition declares, then the challenger moves. The teacher moves the class from stage to stage.

All of it is one table of data, so a class continues after a restart. Its histories are played again from the orders.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from greatpowers.core.declare import Floats
from greatpowers.core.ladder import Rung
from greatpowers.game.briefing import Report, briefing
from greatpowers.game.chair import LARGEST_SEED
from greatpowers.game.record import GameScore, world_key
from greatpowers.game.sides import EVERYWHERE, SIDES, TURN, AimOrders, LeverOrders, Side, Sides
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.kinds import LeverTable, Name, TomlTable
from greatpowers.scenario.load import compared
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.comparison import compare
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import mean_interval

Stage = Literal["gathering", "predict", "play", "scores", "debrief"]
STAGES: tuple[Stage, ...] = ("gathering", "predict", "play", "scores", "debrief")

Chairs = Literal["coalition", "challenger", "both"]

MOST_MEMBERS = 100
MOST_TURNS = 20
LONGEST_NAME = 24
MOST_KNOWN = 2 * MOST_MEMBERS
"""Histories that are kept: those of all games as they stand, and of the default policy."""

OTHER_LUCK = 30
"""Seeds on which everybody's orders are played again at the end."""

FORETOLD = 60
"""Histories of each policy that predictions are held against."""


class TurnOrder(TomlTable):
    """What one side orders for a turn: levers by place (everywhere: ""), or rungs to go to by place."""

    levers: dict[str, LeverTable] = Field(default_factory=dict)
    aims: dict[str, Annotated[int, Field(strict=True, ge=0, le=Rung.SEIZURE)]] = Field(default_factory=dict)


class Guess(TomlTable):
    """A prediction for the place: the policy with the least escalation, and the chance of war under the default."""

    policy: Name
    war: Annotated[float, Field(ge=0.0, le=1.0)]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, validate_assignment=True)


class Member(_Kept):
    """Somebody in the class. `number` lets them back in from another telephone; an order of None is one not given."""

    id: int
    name: Annotated[str, Field(min_length=1, max_length=2 * LONGEST_NAME)]
    secret: str
    number: str
    left: bool = False
    prediction: Guess | None = None
    orders: dict[int, TurnOrder | None] = Field(default_factory=dict)


class Game(_Kept):
    """One history: who sits in its chairs (nobody: the model), and how many turns are over."""

    coalition: int | None = None
    challenger: int | None = None
    turn: int = 0

    def sides_of(self, member: int) -> list[Side]:
        """The chair that a member sits in."""
        return [side for side in SIDES if getattr(self, side) == member]


class ClassSettings(_Kept):
    """What the teacher chooses before the class begins."""

    chairs: Chairs = "coalition"
    turns: Annotated[int, Field(strict=True, ge=1, le=MOST_TURNS)] = 5
    default: Name
    seed: Annotated[int, Field(strict=True, ge=0, le=LARGEST_SEED)]


class ClassRecord(_Kept):
    """Everything that a class is; `world` tells the scenario's world from others."""

    format: Literal[1] = 1
    code: Annotated[str, Field(pattern=r"^\d{6}$")]
    scenario: str
    world: str
    settings: ClassSettings
    stage: Stage = "gathering"
    members: list[Member] = Field(default_factory=list)
    games: list[Game] = Field(default_factory=list)


class SideResult(NamedTuple):
    """How one side of a game came out: its score, that of the default policy on the same luck, and orders given."""

    game: int
    side: Side
    member: int
    score: GameScore
    default: GameScore
    given: int


class Played(NamedTuple):
    """A history with the scores of both sides."""

    history: History
    scores: dict[Side, GameScore]


class ModelAnswer(NamedTuple):
    """What predictions are held against: escalation and chance of war over the place under each policy.

    `least` marks the policy with the least escalation, and those that luck alone may set apart from it.
    """

    policies: list[str]
    escalation: list[float]
    war: list[float]
    least: list[bool]
    histories: int


class Classroom:
    """A class and what can be done in it; `keep` is called with its record after every change.

    Not safe for several threads at once: whoever serves it holds a lock.
    """

    def __init__(self, scenario: Scenario, record: ClassRecord, keep: Callable[[ClassRecord], None]) -> None:
        self.scenario, self.record, self._keep = scenario, record, keep
        self.sides = Sides(scenario, record.settings.default, record.settings.turns)
        self.version = 0
        self._known: dict[str, Played] = {}

    @classmethod
    def opened(cls, scenario: Scenario, keep: Callable[[ClassRecord], None]) -> "Classroom":
        """A new class, on luck that nobody knows yet."""
        question = scenario.question
        default = question.policies[-1] if question and question.policies else compared(scenario)[0]
        settings = ClassSettings(default=default, seed=secrets.randbelow(LARGEST_SEED + 1))
        code = str(100_000 + secrets.randbelow(900_000))
        record = ClassRecord(code=code, scenario=scenario.name, world=world_key(scenario), settings=settings)
        classroom = cls(scenario, record, keep)
        classroom.changed()
        return classroom

    @classmethod
    def resumed(cls, scenario: Scenario, text: str, keep: Callable[[ClassRecord], None]) -> "Classroom":
        """The class of a record as JSON; raises :class:`GreatPowersError` if it is none, or of another world."""
        try:
            record = ClassRecord.model_validate_json(text)
        except ValidationError:
            raise GreatPowersError("this file holds no class of this version.") from None
        if record.world != world_key(scenario):
            raise GreatPowersError(f"this is a class of {record.scenario}, and not of this {scenario.name}.")
        return cls(scenario, record, keep)

    def changed(self) -> None:
        """Keep what has changed, and have everybody look again."""
        self.version += 1
        self._keep(self.record)

    # --- What the teacher does

    def set(self, settings: ClassSettings) -> None:
        """Choose chairs, length, default policy and luck, before anybody has predicted anything."""
        if self.record.stage != "gathering":
            raise GreatPowersError("the class has begun; start a new one to choose otherwise.")
        if settings.default not in self.policies:
            raise GreatPowersError(f"there is no policy '{settings.default[:60]}' in this world's comparison.")
        sides = Sides(self.scenario, settings.default, settings.turns)
        self.record.settings, self.sides = settings, sides
        self._known.clear()
        self.changed()

    def advance(self, seen: Stage) -> None:
        """Go to the next stage, if the class is still in the one that the teacher saw."""
        if seen != self.record.stage or seen == STAGES[-1]:
            raise GreatPowersError(f"the class is at '{self.record.stage}' already.")
        self.record.stage = STAGES[STAGES.index(seen) + 1]
        if self.record.stage == "play":
            for member in self.record.members:
                if not member.left:
                    self._seat(member)
        if self.record.stage == "scores":
            for game in self.record.games:
                game.turn = self.record.settings.turns
        self.changed()

    def go_on(self) -> None:
        """Let nobody wait any longer: orders that another player waits for count as not given."""
        self._check_stage("play")
        for game in self.record.games:
            if game.coalition is not None and game.challenger is not None and (side := self.to_move(game)):
                member = self.member(getattr(game, side))
                member.orders = {**member.orders, game.turn: None}
                self._settle(game)
        self.changed()

    def remove(self, id: int) -> None:
        """Take a member out for good, before the game; later its chair is left to the default."""
        member = self.member(id)
        if self._game_of(member) is None:
            self.record.members = [one for one in self.record.members if one.id != id]
        else:
            member.left, member.secret, member.number = True, secrets.token_urlsafe(24), ""
            self._leave_chair(member)
        self.changed()

    # --- What students do

    def join(self, name: str, number: str = "") -> Member:
        """A new member, or with their number the one who has that name; raises :class:`GreatPowersError`."""
        plain = " ".join("".join(letter for letter in name if letter.isprintable()).split())[:LONGEST_NAME].strip()
        if not plain:
            raise GreatPowersError("Type a name, so that your teacher knows whose score it is.")
        there = next((one for one in self.record.members if one.name.casefold() == plain.casefold()), None)
        if there is not None:
            if not number or not hmac.compare_digest(number.encode(), there.number.encode()):
                raise GreatPowersError(
                    f"There is a {there.name} already. If that is you, give your number as well; if not, choose "
                    "another name."
                )
            self.back(there)
            return there
        if len(self.record.members) >= MOST_MEMBERS:
            raise GreatPowersError(f"The class is full: it has {MOST_MEMBERS} members.")
        member = Member(
            id=1 + max((one.id for one in self.record.members), default=0),
            name=plain,
            secret=secrets.token_urlsafe(24),
            number=str(1000 + secrets.randbelow(9000)),
        )
        self.record.members = [*self.record.members, member]
        if self.record.stage == "play":
            self._seat(member)
        self.changed()
        return member

    def known(self, id: int, secret: str) -> Member | None:
        """The member with this secret."""
        member = next((one for one in self.record.members if one.id == id), None)
        return member if member and hmac.compare_digest(member.secret.encode(), secret.encode()) else None

    def leave(self, member: Member) -> None:
        """Go; a partner does not wait for somebody who has gone."""
        member.left = True
        self._leave_chair(member)
        self.changed()

    def back(self, member: Member) -> None:
        """Come back to one's chair."""
        member.left = False
        if self.record.stage == "play" and self._game_of(member) is None:
            self._seat(member)
        self.changed()

    def predict(self, member: Member, prediction: Guess) -> None:
        """Predict, while nothing can be seen yet."""
        self._check_stage("predict")
        if prediction.policy not in self.policies:
            raise GreatPowersError("That policy is not among those to choose from.")
        member.prediction = prediction
        self.changed()

    def order(self, member: Member, turn: int, order: TurnOrder | None) -> None:
        """Give the orders of a turn, or none; what is once given stays."""
        self._check_stage("play")
        game = self._game_of(member)
        if game is None:
            raise GreatPowersError("You have no chair yet; wait a moment.")
        (side,) = game.sides_of(member.id)
        if turn != game.turn or turn in member.orders:
            raise GreatPowersError("That year is over already.")
        if self.to_move(game) != side:
            raise GreatPowersError("It is not your turn yet.")
        self._check_order(side, order)
        member.orders = {**member.orders, turn: order}
        self._settle(game)
        self.changed()

    def _check_order(self, side: Side, order: TurnOrder | None) -> None:
        if order is None:
            return
        places = {theatre.id for theatre in self.scenario.theatres}
        own = {self.scenario.theatres[k].id for k in self.sides.own}
        wrong = set(order.aims) - own if side == "challenger" else set(order.levers) - places - {EVERYWHERE}
        other = order.levers if side == "challenger" else order.aims
        if wrong or other:
            raise GreatPowersError("Your chair cannot give that order.")

    def _check_stage(self, stage: Stage) -> None:
        if self.record.stage != stage:
            raise GreatPowersError("The class is not at that stage; look at the screen in front.")

    # --- Chairs and turns

    def member(self, id: int) -> Member:
        """The member of this number; raises :class:`GreatPowersError`."""
        member = next((one for one in self.record.members if one.id == id), None)
        if member is None:
            raise GreatPowersError("There is no such member of the class.")
        return member

    def _game_of(self, member: Member) -> Game | None:
        return next((game for game in self.record.games if game.sides_of(member.id)), None)

    def seat_of(self, member: Member) -> tuple[int, Game, Side] | None:
        """The number of the game, the game and the chair that a member has."""
        for number, game in enumerate(self.record.games):
            for side in game.sides_of(member.id):
                return number, game, side
        return None

    def _seat(self, member: Member) -> None:
        """Give a chair: against somebody who has no partner yet where two sit against each other."""
        chairs = self.record.settings.chairs
        if chairs == "both":
            for game in self.record.games:
                if game.challenger is None and game.turn == 0 and not self.member(game.coalition or 0).orders:
                    game.challenger = member.id
                    return
        side = "challenger" if chairs == "challenger" else "coalition"
        self.record.games = [*self.record.games, Game(**{side: member.id})]

    def _present(self, game: Game) -> list[Side]:
        """The chairs in which somebody sits who is there; if all have gone, those that somebody has."""
        taken = [side for side in SIDES if getattr(game, side) is not None]
        there = [side for side in taken if not self.member(getattr(game, side)).left]
        return there or taken

    def to_move(self, game: Game) -> Side | None:
        """Whose orders the game waits for; None if it is over."""
        if game.turn >= self.record.settings.turns:
            return None
        return next(
            (side for side in self._present(game) if game.turn not in self.member(getattr(game, side)).orders), None
        )

    def _settle(self, game: Game) -> None:
        while game.turn < self.record.settings.turns and self.to_move(game) is None:
            game.turn += 1

    def _leave_chair(self, member: Member) -> None:
        game = self._game_of(member)
        if game is not None:
            self._settle(game)

    # --- What came of it

    @property
    def policies(self) -> list[str]:
        """The policies that predictions choose from."""
        return compared(self.scenario)

    def orders_of(self, game: Game, turns: int) -> tuple[LeverOrders, AimOrders]:
        """What was ordered in the first turns of a game."""

        def given(side: Side) -> dict[int, TurnOrder]:
            seat = getattr(game, side)
            every = {} if seat is None else self.member(seat).orders
            return {turn: order for turn, order in every.items() if order is not None and turn < turns}

        levers = {turn: order.levers for turn, order in given("coalition").items()}
        return levers, {turn: order.aims for turn, order in given("challenger").items() if order.aims}

    def played(self, game: Game | None, turns: int) -> Played:
        """The first turns of a game, or of the default policy, at least one, on the luck of the class."""
        levers, aims = ({}, {}) if game is None else self.orders_of(game, turns)
        key = repr((turns, levers, aims))
        played = self._known.pop(key, None)
        if played is None:
            history = self.sides.play(levers, aims, self.record.settings.seed, turns)
            played = Played(history, {side: self.sides.score(history, side) for side in SIDES})
        self._known[key] = played
        while len(self._known) > MOST_KNOWN:
            self._known.pop(next(iter(self._known)))
        return played

    def reports(self, game: Game, side: Side) -> list[Report]:
        """What became known in the last turn to those in a chair; the challenger hears of its own places."""
        if game.turn == 0:
            return []
        own = {self.scenario.theatres[k].id for k in self.sides.own}
        leader = side == "coalition"
        reports = briefing(self.played(game, game.turn).history, (game.turn - 1) * TURN, game.turn * TURN - 1, leader)
        return [report for report in reports if leader or report.theatre in own]

    def standings(self) -> list[SideResult]:
        """Where everybody stands after the turns that are over in their game, the best first."""
        standings = [one for game in self.record.games for one in self.standings_of(game)]
        return sorted(standings, key=lambda one: (SIDES.index(one.side), -one.score.score, one.member))

    def standings_of(self, game: Game) -> list[SideResult]:
        """Where those in the chairs of one game stand; nothing before its first turn is over."""
        if game.turn == 0:
            return []
        played, usual, standings = self.played(game, game.turn), self.played(None, game.turn), []
        for side in SIDES:
            seat = getattr(game, side)
            if seat is not None:
                given = sum(self.member(seat).orders.get(turn) is not None for turn in range(game.turn))
                number = self.record.games.index(game)
                standings.append(SideResult(number, side, seat, played.scores[side], usual.scores[side], given))
        return standings

    def other_luck(self) -> dict[Side, Floats]:
        """Scores on other luck, for each chair that somebody sits in: arrays [games + 1, seeds].

        The last row is that of the default policy. Takes some seconds.
        """
        turns, luck = self.record.settings.turns, self.record.settings.seed
        seeds = [seed for seed in range(OTHER_LUCK + 1) if seed != luck][:OTHER_LUCK]
        played = [self.orders_of(game, turns) for game in self.record.games]
        taken = [side for side in SIDES if any(getattr(game, side) is not None for game in self.record.games)]
        scores = {side: np.zeros((len(played) + 1, len(seeds))) for side in taken}
        for row, (levers, aims) in enumerate([*played, ({}, {})]):
            for column, seed in enumerate(seeds):
                history = self.sides.play(levers, aims, seed)
                for side in taken:
                    scores[side][row, column] = self.sides.score(history, side).score
        return scores

    def model_answer(self) -> ModelAnswer:
        """What predictions are held against; takes some seconds."""
        place = self.sides.asked[0]
        names = list(dict.fromkeys([*self.policies, self.record.settings.default]))
        comparison = compare(self.scenario, names, FORETOLD, self.sides.rounds, workers=1)  # telephones wait
        severity = np.array([comparison.place_values(name, place, "severity") for name in names])
        best = severity[severity.mean(axis=1).argmin()]
        war = [float(comparison.place_values(name, place, "war").mean()) for name in names]
        least = [bool(np.all(one == best) or mean_interval(one - best).low <= 0.0) for one in severity]
        return ModelAnswer(names, severity.mean(axis=1).tolist(), war, least, FORETOLD)
