"""What a stranger's page, a link or half a request can have the server do is bounded, and what is malformed is told."""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient, WebSocketDisconnect

from greatpowers import GreatPowersError
from greatpowers.server import app, security
from greatpowers.server.laboratory import Laboratory, ShownHistory
from greatpowers.server.security import Proxy
from greatpowers.server.state import LabState
from greatpowers.server.worlds import scenario_object

LINK = LabState().changed(seed=77).encode()


class IdleLaboratory(Laboratory):
    """Notes what it is asked to play, and plays nothing."""

    def __init__(self) -> None:
        super().__init__(1)
        self.asked: list[int] = []

    def play(self, state: LabState, token: Any, tell: Any) -> None:
        self.asked.append(state.seed)


@pytest.fixture(scope="module")
def laboratory() -> IdleLaboratory:
    return IdleLaboratory()


@pytest.fixture(scope="module")
def browser_of(laboratory: IdleLaboratory) -> Iterator[TestClient]:
    site = app.Site(LabState(), None, laboratory)
    with TestClient(app.build_app(site, {"127.0.0.1"}, 80, None, Proxy()), "http://127.0.0.1") as client:
        yield client


def socket_of(browser: TestClient, page: str) -> tuple[str, Any]:
    """The name of a page and its socket, as its own script opens it."""
    client = re.search(r"""client_id["']?: *["']([\w-]+)""", page)[1]
    asked = f"client_id={client}&tab_id=t&document_id=d&implicit_handshake=true&next_message_id=0"
    return client, browser.websocket_connect(
        f"/_nicegui_ws/socket.io/?EIO=4&transport=websocket&{asked}",
        headers={"host": "127.0.0.1", "upgrade": "websocket"},
    )


def test_nothing_is_played_for_a_link_until_its_page_is_there(
    browser_of: TestClient, laboratory: IdleLaboratory
) -> None:
    page = browser_of.get(f"/?s={LINK}")
    assert page.status_code == 200 and laboratory.asked == []
    _, connecting = socket_of(browser_of, page.text)
    with connecting as socket:
        socket.receive_text()
        socket.send_text("40")
        assert socket.receive_text().startswith("40")
        socket.receive_text()
        assert laboratory.asked == [77]


MALFORMED = {
    "no text": "",
    "no packet": "zzz",
    "no type": "9",
    "a digit of another script": "²",
    "half of a packet": "42[",
    "no list": "42{}",
    "no data": '42["event"]',
    "no table": '42["event",7]',
    "another event": '42["nowhere",{}]',
    "an error": "44{}",
    "attachments": '451-["event",{"_placeholder":true,"num":0}]',
    "deep": "42" + "[" * 5000,
}
NOT_OURS = {
    "no client": "{}",
    "a list as client": '{"client_id":[]}',
    "no element": '{"client_id":"CLIENT"}',
    "no such listener": '{"client_id":"CLIENT","id":1,"listener_id":"x","args":[]}',
    "no JSON": '{"client_id":"CLIENT","id":1,"listener_id":"x","args":["["]}',
    "nothing told": '{"client_id":"CLIENT","id":1,"listener_id":{},"args":7}',
}


def test_malformed_messages_end_their_connection_and_no_traceback_is_written(
    browser_of: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    page = browser_of.get("/").text
    for text in MALFORMED.values():
        _, connecting = socket_of(browser_of, page)
        with connecting as socket:
            socket.receive_text()
            socket.send_text("40")
            socket.send_text(text)
            with pytest.raises(WebSocketDisconnect):
                for _ in range(100):
                    socket.receive_text()
    assert [record for record in caplog.records if record.exc_info] == []


def test_events_that_the_page_does_not_send_are_ignored_with_a_line(
    browser_of: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    client, connecting = socket_of(browser_of, browser_of.get("/").text)
    with connecting as socket, caplog.at_level(logging.WARNING):
        socket.receive_text()
        socket.send_text("40")
        for event in ("event", "javascript_response", "ack", "log", "handshake"):
            for payload in NOT_OURS.values():
                socket.send_text(f'421["{event}",{payload.replace("CLIENT", client)}]')
        socket.send_text("41")
    assert [record for record in caplog.records if record.exc_info] == []
    assert any("was ignored (KeyError)" in record.message for record in caplog.records)


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


VISITORS = 12


def test_no_history_is_played_here_for_a_visitor_and_a_world_is_made_ready_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each has levers and luck of their own, which their pages play. Who asks for the telling has it."""
    from greatpowers.server import laboratory

    done: Counter[str] = Counter()
    for name in ("simulate_prepared", "history_payload", "prepare", "world_data"):
        made = getattr(laboratory, name)

        def counted(*given: Any, name: str = name, made: Callable[..., Any] = made, **named: Any) -> Any:
            done[name] += 1
            return made(*given, **named)

        monkeypatch.setattr(laboratory, name, counted)
    shared = Laboratory(1)
    for visitor in range(VISITORS):
        request = laboratory.RunRequest.of(LabState(rounds=2, levers={"aid": visitor / 100}, seed=visitor))
        for policy in (request.policy, request.against):
            shown = shared.show(request, policy)
            assert b"played" in shown.recipe and shown.world.packed
    assert done == {"prepare": 1, "world_data": 1}
    assert shown.payload and done["simulate_prepared"] == 1


def test_as_many_histories_are_kept_as_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from greatpowers.server import laboratory

    lab, made = Laboratory(1), laboratory.RunRequest.of(LabState(rounds=2))
    shows: Callable[[int], ShownHistory] = lambda seed: lab.show(made._replace(seed=seed), made.policy)  # noqa: E731
    monkeypatch.setattr(laboratory, "MOST_ROWS_SHOWN", 3 * shows(0).rows)
    first = [shows(seed) for seed in range(4)]
    assert shows(3) is first[3] and shows(1) is first[1], "the latest three are kept"
    assert shows(0) is not first[0], "the oldest is not"
