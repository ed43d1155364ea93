"""What a visitor, a link or half a request can have the server do is bounded."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import uvicorn

from greatpowers import GreatPowersError
from greatpowers.server import laboratory, security
from greatpowers.server.laboratory import Laboratory, LastMade
from greatpowers.server.state import LabState
from greatpowers.server.worlds import scenario_object


def test_half_a_request_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor half a body, nor half a second request; a whole one, and a slow answer, are."""
    monkeypatch.setattr(security, "REQUEST_SECONDS", 0.4)

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(0.8 if scope["path"] == "/slow" else 0)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def ask(port: int, text: str) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(text.encode())
        answer = await asyncio.wait_for(reader.read(), 30)  # until the connection is closed
        writer.close()
        return answer

    async def ask_all() -> list[bytes]:
        settings = uvicorn.Config(slow, port=0, http=security.TimelyProtocol, lifespan="off", log_config=None)
        server = uvicorn.Server(settings)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        whole = "GET /slow HTTP/1.1\r\nHost: a\r\n"
        texts = (
            "", "GET / HT", whole, whole + "Connection: close\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
        )  # fmt: skip
        answers = await asyncio.gather(*(ask(port, text) for text in texts))
        server.should_exit = True
        await serving
        return answers

    with ThreadPoolExecutor(1) as alone:  # a browser's tests may have left a loop running in this thread
        answers = alone.submit(asyncio.run, ask_all()).result()
    assert [answer.count(b"ok") for answer in answers] == [0, 0, 0, 1, 1, 0]


@pytest.mark.parametrize(("states", "each", "rounds"), [(200, 2, 400), (200, 2, 26), (70, 2, 205), (12, 2, 400)])
def test_a_world_is_played_for_as_many_rounds_as_leave_it_small(states: int, each: int, rounds: int) -> None:
    """Half a kilobyte a state, a theatre and a round; what is weighed goes with their product."""
    size = {"states": states, "theatres_per_challenger": each}
    state = LabState().changed(scenario="synthetic", synthetic=size, rounds=rounds)
    if states == 12:
        scenario_object(state)
    else:
        with pytest.raises(GreatPowersError, match=rf"{states} states in .* are played for at most \d+ rounds"):
            scenario_object(state)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often what costs something was done."""
    counted: Counter[str] = Counter()

    def count(name: str, made: Callable[..., Any], *given: Any, **named: Any) -> Any:
        counted[name] += 1
        return made(*given, **named)

    for name in ("served_world", "simulate", "compare"):
        monkeypatch.setattr(laboratory, name, partial(count, name, getattr(laboratory, name)))
    return counted


VISITORS = 12


def test_no_history_is_played_here_for_a_visitor_and_a_world_is_made_ready_once(done: Counter[str]) -> None:
    """Each has levers and luck of their own, and looks at something else; their pages play."""
    shared = Laboratory()
    ask: Callable[[int], bytes] = lambda visitor: shared.world(  # noqa: E731
        LabState(rounds=2, levers={"aid": visitor / 100}, seed=visitor, view="compare", cursor=visitor % 2)
    )
    with ThreadPoolExecutor(4) as visitors:
        assert len(set(visitors.map(ask, range(VISITORS)))) == 1
    assert done == {"served_world": 1}


def test_what_another_world_depends_on_makes_another_one(done: Counter[str]) -> None:
    shared, state = Laboratory(), LabState(rounds=2)
    others: list[dict[str, Any]] = [
        {"scenario": "1913"}, {"scenario": "synthetic", "synthetic": {"states": 5}}, {"rounds": 3},
        {"doctrines": {"CHN": "greedy"}}, {"resolve": "reluctant"},
        {"scenario": "own", "upload": 'format = 1\nname = "x"\ntitle = "X"\n[synthetic]\nstates = 4\n'},
    ]  # fmt: skip
    worlds = {shared.world(state.changed(**fields)) for fields in ({}, *others)}
    assert len(worlds) == done["served_world"] == 1 + len(others)


def test_files_of_a_run_are_made_of_what_was_played_once(done: Counter[str]) -> None:
    shared, state = Laboratory(), LabState(rounds=2)
    for look in ({}, {"view": "compare"}, {"cursor": 1}, {"game": "x"}):
        assert shared.history(state.changed(**look)) is shared.history(state)
        assert shared.comparison(state.changed(**look)) is shared.comparison(state)
    assert done == {"simulate": 1, "compare": 1}
    assert shared.history(state.changed(seed=13)).seed == 13


def test_as_much_is_kept_as_has_room_and_what_was_used_last_stays() -> None:
    made: list[int] = []

    def make(state: LabState) -> int:
        made.append(state.seed)
        return state.seed

    kept = LastMade(2, make)
    for seed in (1, 2, 1, 3, 1, 2):
        assert kept.of(LabState(seed=seed)) == seed
    assert made == [1, 2, 3, 2]


def test_what_cannot_be_made_is_told_and_not_kept() -> None:
    def fail(_: LabState) -> int:
        raise GreatPowersError("no")

    failing = LastMade(2, fail)
    for _ in range(2):
        with pytest.raises(GreatPowersError, match="no"):
            failing.of(LabState())
