"""Play: the coalition's chair. The page shows what the leader would see and sends moves; the game itself is data."""

import json
import logging
import threading
from collections import OrderedDict
from typing import Any

import pandas as pd
from nicegui import run, ui
from nicegui.events import GenericEventArguments

from greatpowers.game.briefing import alarming
from greatpowers.game.chair import Chair, ScoreRank, field_of, own_score, preset_runs, standing
from greatpowers.game.record import Record, world_key
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.schema import Scenario
from greatpowers.server import play_data
from greatpowers.server.play_data import Advance, Decide, Message, Read, StartGame, Weigh, read_message
from greatpowers.server.session import Session
from greatpowers.server.worlds import leader_of, scenario_object

ASSETS = ("theme.css", "story.css", "play.css", "place_map.css", "play.js")
EVENT = "greatpowers-play"

OWN_FAULT = (
    "something went wrong that is our fault, not yours; the terminal says more. Take a round back, or start anew."
)
OTHER_WORLD = "The world has been changed since your game began: undo that to continue it, or start a new game here."

KEPT_FIELDS = 12
_fields: "OrderedDict[tuple[str, int], pd.DataFrame]" = OrderedDict()
_one_at_a_time = threading.Lock()

log = logging.getLogger(__name__)


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    ui.element("gp-play").props("data-testid=play")
    PlayView(session)


class PlayView:
    """The game of one tab; where it stands is in the state of the session, so a link holds it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._since = 0
        self._shown: tuple[str, str] | None = None
        ui.on(EVENT, self._heard)
        session.subscribe("state", self._follow)
        self._show()

    async def _heard(self, event: GenericEventArguments) -> None:
        """The page may send anything; what is no move is answered with a sentence."""
        try:
            message = read_message(event.args)
            if message.do == "compare":
                await self._compare()
            else:
                self._obey(message)
        except GreatPowersError as error:
            _send("complain", str(error))
        except Exception:
            log.exception("a move could not be made")
            _send("complain", OWN_FAULT)

    def _obey(self, message: Message) -> None:
        if isinstance(message, StartGame):
            scenario = scenario_object(self._session.state)
            self._keep(Chair.taken(scenario, message.inherited, message.rounds, message.seed))
            return
        if message.do == "leave":
            self._store("")
            return
        chair = self._chair()
        if chair is None:
            raise GreatPowersError("there is no game to continue; start a new one.")
        self._keep(self._moved(chair, message))

    def _moved(self, chair: Chair, message: Message) -> Chair:
        if isinstance(message, Decide):
            return chair.decide(message.levers, message.theatre)
        if isinstance(message, Read):
            return chair.read(message.challenger, message.motive, message.belief)
        if isinstance(message, Weigh):
            return chair.weigh(message.weights)
        if isinstance(message, Advance):
            self._since = chair.record.played
            return chair.advance_until(alarming) if message.rounds is None else chair.advance(message.rounds)
        self._since = max(0, chair.record.played - 2)
        return chair.take_back()

    def _chair(self) -> Chair | None:
        """The game in the state; None if there is none, or it is of another world."""
        text = self._session.state.game
        if not text:
            return None
        record, scenario = Record.decode(text), scenario_object(self._session.state)
        return Chair(scenario, record) if record.world == world_key(scenario) else None

    def _keep(self, chair: Chair) -> None:
        self._store(chair.record.encode())

    def _store(self, text: str) -> None:
        if text == self._session.state.game:
            self._show()
        else:
            self._session.change(game=text)

    def _follow(self) -> None:
        """The state has changed: perhaps the game, perhaps the world."""
        if self._shown != self._key():
            self._show()

    def _key(self) -> tuple[str, str]:
        state = self._session.state
        return state.game, state.model_dump_json(exclude={"view", "cursor", "game"})

    def _show(self) -> None:
        self._shown = self._key()
        try:
            payload = self._view()
        except GreatPowersError as error:
            payload = self._broken(str(error))
        _send("show", payload)

    def _broken(self, notice: str) -> dict[str, Any]:
        return {"phase": "broken", "notice": notice, "game": bool(self._session.state.game)}

    def _view(self) -> dict[str, Any]:
        state = self._session.state
        scenario = scenario_object(state)
        if fault := _unplayable(scenario):
            return self._broken(fault)
        chair = self._chair()
        if chair is None:
            return play_data.lobby(scenario, state.policy, OTHER_WORLD if state.game else "")
        if chair.over:
            return play_data.result(chair)
        since = self._since if self._since < chair.record.played else max(0, chair.record.played - 1)
        return play_data.table(chair, since)

    async def _compare(self) -> None:
        """Say where a finished game stands, once the presets have been played in other worlds."""
        chair = self._chair()
        if chair is None or not chair.over:
            return
        asked = chair.record
        rank = await run.io_bound(_standing, chair)
        now = self._chair()
        if rank is not None and now is not None and now.record == asked:
            _send("standing", play_data.standing_data(rank, chair))


def _send(what: str, payload: object) -> None:
    ui.run_javascript(f"greatpowersPlay.{what}({json.dumps(payload, allow_nan=False)})")


def _unplayable(scenario: Scenario) -> str:
    """Why nobody can take the chair in this world, if so."""
    if not scenario.theatres:
        return "There is nothing to decide in this world: it has no contested places. Choose another scenario."
    if leader_of(scenario) is None:
        return "Nobody leads a coalition in this world, so there is no chair to take. Choose another scenario."
    return ""


def _standing(chair: Chair) -> ScoreRank:
    """Where a game stands; one at a time, so that players do not slow each other down."""
    with _one_at_a_time:
        key = (chair.record.world, chair.record.played)
        if key not in _fields:
            _fields[key] = preset_runs(chair.base, chair.record.played)
        _fields.move_to_end(key)
        while len(_fields) > KEPT_FIELDS:
            _fields.popitem(last=False)
        field = field_of(chair, _fields[key])
    return standing(own_score(chair), field, chair.record.score_weights)
