"""One browser tab: its state, what the engine makes of it, and those to notify when it changes."""

import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.laboratory import CancelToken, Laboratory, ShownHistory, TabUpdate
from greatpowers.server.state import LabState
from greatpowers.server.worlds import base_scenario

if TYPE_CHECKING:
    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.history import History

Kind = Literal["state", "history", "busy", "error", "cursor", "watched"]
Callback = Callable[[], None]
Result = TypeVar("Result")
KINDS: tuple[Kind, ...] = ("state", "history", "busy", "error", "cursor", "watched")

MOST_UNDO = 200
APART: dict[str, Any] = {"view": "world", "cursor": 0, "game": ""}
"""Fields apart from what is played, and what they count as: they are not undone, and nothing is played again."""

log = logging.getLogger(__name__)


class UndoStep(NamedTuple):
    """A state to go back to, and the gesture that left it: a dragged slider is one gesture."""

    state: LabState
    gesture: str


class Tab(Protocol):
    """How a session reaches its page."""

    def now(self, call: Callback) -> None:
        """Call in the context of the page, on the loop; nothing if the page is gone."""

    def later(self, call: Callback) -> None:
        """The same from any thread, as soon as the loop is free."""


class Session:
    """What one tab shows; every method is to be called on the event loop.

    The two histories of `shown` are of the same luck. `moves` says what each lever moves, once there are levers.
    """

    def __init__(self, state: LabState, laboratory: Laboratory, tab: Tab, results: Any = None) -> None:
        self.id = secrets.token_urlsafe(16)
        self.state, self.cursor, self.results = state, state.cursor, results
        self.shown: dict[str, ShownHistory] = {}
        self.moves: Callable[[], dict[str, Any]] | None = None
        self.key, self.busy, self.error = "", False, ""
        self.laboratory, self._tab = laboratory, tab
        self._token, self.is_watched = CancelToken(), False
        self._past: list[UndoStep] = []
        self._future: list[LabState] = []
        self._callbacks: dict[Kind, list[Callback]] = {kind: [] for kind in KINDS}

    def subscribe(self, kind: Kind, callback: Callback) -> Callable[[], None]:
        """Have `callback` called after each change of this kind; call what is returned to end it."""
        self._callbacks[kind].append(callback)
        return lambda: self._callbacks[kind].remove(callback)

    def start(self) -> None:
        """Play the histories of the first state."""
        self._play()

    def watched(self) -> None:
        """The page is there: what takes long is played from now on."""
        if not self.is_watched:
            self.is_watched = True
            self._notify("watched")

    def change(self, gesture: str = "", **fields: Any) -> bool:
        """Set fields of the state and play what follows; whether it could be done.

        Changes of one `gesture` in a row are undone together. What cannot be set is reported as "error", and nothing
        changes.
        """
        try:
            state = self.state.changed(**fields)
        except GreatPowersError as error:
            self._fail(str(error))
            return False
        if state != self.state:
            if _played(state) != _played(self.state):
                self._remember(gesture)
            self._adopt(state)
        return True

    def move_cursor(self, cursor: int) -> None:
        """Note the round that the page shows; nothing is played."""
        if cursor != self.cursor:
            self.cursor = cursor
            self.state = self.state.changed(cursor=cursor)
            self._notify("cursor")

    @property
    def history(self) -> "History | None":
        """The history shown, with everything recorded, which is played when this is first asked; None if none is."""
        return self.shown["a"].history if self.shown else None

    @property
    def rounds(self) -> int:
        """How long the histories shown are; 0 while there are none."""
        return self.shown["a"].rounds if self.shown else 0

    def comparison(self) -> "Comparison":
        """Both policies on matched seeds, for files; played when it is called, on any thread."""
        return self.laboratory.comparison(_played(self.state))

    def quarter(self, round_number: int) -> str:
        """The quarter of a round, such as 2019Q3."""
        from greatpowers.simulation.frames import quarter_of

        return quarter_of(base_scenario(self.state).start, round_number)

    @property
    def can_undo(self) -> bool:
        """Whether there is a state to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a state to go forward to again."""
        return bool(self._future)

    def undo(self) -> None:
        """Go back to the state before the last gesture."""
        if self._past:
            self._future.append(self.state)
            self._adopt(self._seen(self._past.pop().state))

    def redo(self) -> None:
        """Take back the last undo."""
        if self._future:
            self._past.append(UndoStep(self.state, ""))
            self._adopt(self._seen(self._future.pop()))

    def in_background(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Call `work` on a thread of the pool and `then` on the loop, unless the state has been changed since."""
        token = self._token

        def job() -> None:
            if token.cancelled:
                return
            result = work()
            self._tab.later(lambda: None if token.cancelled else then(result))

        self.laboratory.pool.submit(job)

    def later(self, call: Callback) -> None:
        """Call in the context of the page, from any thread."""
        self._tab.later(call)

    def close(self) -> None:
        """Let go of everything: the tab is gone."""
        self._token.cancelled = True
        self._callbacks = {kind: [] for kind in KINDS}
        self.shown, self.moves = {}, None

    def _seen(self, state: LabState) -> LabState:
        """A state of before or after, looked at as the page is now."""
        return state.changed(**{name: getattr(self.state, name) for name in APART})

    def _remember(self, gesture: str) -> None:
        if not (gesture and self._past and self._past[-1].gesture == gesture):
            self._past.append(UndoStep(self.state, gesture))
            del self._past[:-MOST_UNDO]
        self._future.clear()

    def _adopt(self, state: LabState) -> None:
        anew = _played(state) != _played(self.state)
        self.state, self.cursor = state, state.cursor
        self._notify("state")
        if anew:
            self._play()

    def _play(self) -> None:
        self._token.cancelled = True
        self._token = token = CancelToken()
        self.error = ""
        self._set_busy(True)
        self.laboratory.play(self.state, token, self._on_loop(token))

    def _on_loop(self, token: CancelToken) -> Callable[[TabUpdate], None]:
        """What a worker calls: the news reach the loop, and only if nobody has asked for something else since."""

        def tell(news: TabUpdate) -> None:
            if not token.cancelled:
                self._tab.later(lambda: None if token.cancelled else self._receive(news))

        return tell

    def _receive(self, news: TabUpdate) -> None:
        if news.error:
            self._set_busy(False)
            self._fail(news.error)
            return
        if news.policy is not None and news.against is not None:
            self.shown, self.key = {"a": news.policy, "b": news.against}, news.key
            self._notify("history")
            self._set_busy(False)

    def _fail(self, sentence: str) -> None:
        self.error = sentence
        self._notify("error")

    def _set_busy(self, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self._notify("busy")

    def _notify(self, kind: Kind) -> None:
        for callback in tuple(self._callbacks[kind]):
            try:
                self._tab.now(callback)
            except Exception:  # one view's fault must not stop the others
                log.exception("a view could not show a change of kind '%s'", kind)


def _played(state: LabState) -> LabState:
    """The state without what is apart from the history."""
    return state.model_copy(update=APART)
