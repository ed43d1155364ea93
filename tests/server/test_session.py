"""A tab's session: undo, stale work, threads that let go."""

import gc
import threading
import weakref
from collections.abc import Callable

import pytest

from greatpowers.server.laboratory import CancelToken, Laboratory, TabUpdate
from greatpowers.server.session import Session
from greatpowers.server.state import LabState

SHORT = LabState().changed(scenario="synthetic", rounds=8)


class Loop:
    """Stands in for a page: what threads hand over is called when a test says so."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []
        self.ready = threading.Event()

    def now(self, call: Callable[[], None]) -> None:
        call()

    def later(self, call: Callable[[], None]) -> None:
        self.calls.append(call)
        self.ready.set()

    def run(self, until: Callable[[], bool]) -> None:
        """Call what comes in until something is so."""
        for _ in range(2000):
            while self.calls:
                self.calls.pop(0)()
            if until():
                return
            self.ready.clear()
            if not self.calls:
                self.ready.wait(0.05)
        raise AssertionError("it never came")


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    return Laboratory(2)


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def session(laboratory: Laboratory, loop: Loop) -> Session:
    opened = Session(SHORT, laboratory, loop)
    opened.start()
    opened.watched()
    loop.run(lambda: not opened.busy)
    return opened


def test_a_gesture_is_undone_as_one(session: Session) -> None:
    for value in (0.1, 0.2, 0.3):
        session.change(gesture="aid", levers={"aid": value})
    session.change(gesture="keep", levers={"aid": 0.3, "keep": 0.1})
    session.undo()
    assert session.state.levers == {"aid": 0.3}
    session.undo()
    assert session.state == SHORT and not session.can_undo
    session.redo()
    assert session.state.levers == {"aid": 0.3}
    session.change(levers={"aid": 0.9})
    assert not session.can_redo


def test_what_is_looked_at_is_not_undone(session: Session) -> None:
    session.change(levers={"aid": 0.5})
    session.change(view="compare")
    session.move_cursor(5)
    session.undo()
    assert (session.state.view, session.state.cursor, session.state.levers) == ("compare", 5, {})


def test_a_fault_changes_nothing_and_is_told(session: Session) -> None:
    errors: list[str] = []
    session.subscribe("error", lambda: errors.append(session.error))
    assert not session.change(levers={"aid": 7.0})
    assert session.state == SHORT
    assert "'aid' is 7" in errors[0]


def test_only_the_last_of_many_changes_is_shown(session: Session, loop: Loop) -> None:
    shown: list[dict[str, float]] = []
    session.subscribe("history", lambda: shown.append(dict(session.history.policy.everywhere)))  # type: ignore[union-attr]
    for value in range(1, 30):
        session.change(levers={"aid": value / 100})
    loop.run(lambda: not session.busy)
    assert shown[-1] == {"aid": 0.29}
    assert len(shown) < 29, "stale histories are dropped"


def test_one_views_fault_does_not_stop_the_others(session: Session, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[str] = []

    def broken() -> None:
        raise RuntimeError("broken view")

    session.subscribe("state", broken)
    session.subscribe("state", lambda: calls.append("told"))
    session.change(levers={"aid": 0.4})
    assert calls == ["told"] and "broken view" in caplog.text


def test_two_sessions_do_not_see_each_other(laboratory: Laboratory, session: Session, loop: Loop) -> None:
    other = Session(SHORT, laboratory, loop)
    other.start()
    other.watched()
    other.change(levers={"aid": 1.0})
    loop.run(lambda: not other.busy and not session.busy)
    assert session.state.levers == {} and other.state.levers == {"aid": 1.0}
    assert session.history is not None and session.history.policy.name == "half-a-loaf"
    assert other.history is not None and other.history.policy.everywhere == {"aid": 1.0}


def test_a_closed_session_is_freed(laboratory: Laboratory, loop: Loop) -> None:
    sessions = [Session(SHORT, laboratory, loop)]
    sessions[0].subscribe("history", lambda: None)
    sessions[0].start()
    sessions[0].watched()
    loop.run(lambda: not sessions[0].busy)
    reference = weakref.ref(sessions[0])
    sessions.pop().close()
    loop.calls.clear()
    gc.collect()
    assert reference() is None


def test_a_fault_of_ours_is_told_and_logged(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("engine")

    monkeypatch.setattr("greatpowers.server.laboratory.build_policy", broken)
    news: list[TabUpdate] = []
    notified = threading.Event()

    def tell(update: TabUpdate) -> None:
        news.append(update)
        notified.set()

    laboratory.play(SHORT.changed(seed=4321), CancelToken(), tell)
    assert notified.wait(10)
    assert "our fault" in news[0].error and "ZeroDivisionError" not in news[0].error
    assert "engine" in caplog.text
