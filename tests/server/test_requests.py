"""What the page asks the server for, and how it is answered; nothing is kept of who asks."""

import gzip
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.client import HTTPMessage
from typing import Any
from urllib.error import HTTPError

import pytest
import uvicorn

from greatpowers.scenario.library import configs_directory
from greatpowers.server import laboratory
from greatpowers.server.app import NOT_OURS, OWN_FAULT, Site, build_app
from greatpowers.server.laboratory import Laboratory
from greatpowers.server.run import bound_socket
from greatpowers.server.security import Proxy
from greatpowers.server.state import LabState
from greatpowers.server.worlds import LARGEST_FILE
from greatpowers.studies import brief as brief_module

SMALL = 'format = 1\nname = "mine"\ntitle = "Mine"\n[synthetic]\nstates = 6\nseed = 3\n'
Ask = Callable[..., tuple[int, HTTPMessage, bytes]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """A function that asks a server in this process: status, headers and body of the answer."""
    with bound_socket("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        app = build_app(Site(LabState(), None, Laboratory()), {"127.0.0.1"}, port, None, Proxy())
        serving = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=serving.run, kwargs={"sockets": [listening]})
        thread.start()

        def asked(path: str, body: object = None, **headers: str) -> tuple[int, HTTPMessage, bytes]:
            sent = None if body is None else json.dumps(body).encode()
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            try:
                with urllib.request.urlopen(
                    urllib.request.Request(f"http://127.0.0.1:{port}/{path}", sent, named), timeout=180
                ) as answer:
                    return answer.status, answer.headers, answer.read()
            except HTTPError as refusal:
                return refusal.code, refusal.headers, refusal.read()

        yield asked
        serving.should_exit = True
        thread.join()


def of(**fields: Any) -> dict[str, Any]:
    """What a page sends whose state has some fields of its own."""
    return {"state": LabState().changed(**fields).model_dump(mode="json")}


def test_a_world_is_sent_as_json_compressed_for_those_who_take_that(ask: Ask) -> None:
    status, headers, body = ask("world", of(rounds=3))
    world = json.loads(body)
    assert (status, headers["content-type"], world["shared"]["rounds"]) == (200, "application/json", 3)
    status, headers, packed = ask("world", of(rounds=3), accept_encoding="br, gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(packed) == body and len(packed) < len(body) / 3
    assert headers["cache-control"] == "no-store" and headers["vary"] == "accept-encoding"


def test_a_state_is_understood_as_a_link_is(ask: Ask) -> None:
    """With lists for tuples, old fields, and without what is as usual."""
    change = {"from_round": 2, "policy": "containment"}
    state = {"rounds": 4, "changes": [change], "against_levers": {"aid": 0.5}}
    status, _, body = ask("exports/table/runs.csv", {"state": state})
    assert status == 200
    rows = {line.split(b",")[0] for line in body.splitlines()[1:]}
    assert rows == {b"half-a-loaf-changed", b"laissez-faire-compared"}


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Answers that cost nothing; their second part waits for the event."""
    go_on = threading.Event()

    def answers(scenario: Any, pair: Any) -> Iterator[dict[str, Any]]:
        yield {"asked": pair[0], "last": False}
        assert go_on.wait(60)
        yield {"asked": pair[0], "last": True}

    monkeypatch.setattr(laboratory, "answers", answers)
    yield go_on
    go_on.set()


def test_an_answer_comes_in_parts_a_line_each_the_last_marked_as_such(ask: Ask, answered: threading.Event) -> None:
    answered.set()
    for _ in range(2):
        status, headers, body = ask("answer", of(scenario="1978"))
        parts = [json.loads(line) for line in body.splitlines()]
        assert (status, headers["content-type"]) == (200, "application/x-ndjson")
        assert parts[-1]["last"] and len({part["asked"] for part in parts}) == 1


def test_those_who_wait_for_an_answer_keep_nobody_else_waiting(ask: Ask, answered: threading.Event) -> None:
    """More of them than a server has threads."""
    got: list[bytes] = []
    waiting = [
        threading.Thread(target=lambda: got.append(ask("answer", of(scenario="1936"))[2].splitlines()[-1]))
        for _ in range(60)
    ]
    for thread in waiting:
        thread.start()
    assert ask("world", of(rounds=2))[0] == 200
    assert got == []
    answered.set()
    for thread in waiting:
        thread.join()
    assert [json.loads(line)["last"] for line in got] == [True] * 60


def test_a_world_that_asks_nothing_is_answered_with_null(ask: Ask) -> None:
    assert ask("answer", of(scenario="synthetic"))[2] == b"null\n"


def test_an_answer_that_fails_ends_without_a_last_part(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def answers(scenario: Any, pair: Any) -> Iterator[dict[str, Any]]:
        yield {"last": False}
        raise ZeroDivisionError("engine")

    monkeypatch.setattr(laboratory, "answers", answers)
    status, _, body = ask("answer", of(scenario="2022"))
    assert status == 200 and b"true" not in body
    assert "could not be answered" in caplog.text and "ZeroDivisionError" in caplog.text


def test_an_uploaded_world_becomes_part_of_the_state(ask: Ask) -> None:
    status, _, body = ask("upload", {**of(policy="containment"), "text": SMALL})
    state = LabState().changed(**json.loads(body)["state"])
    assert (status, state.scenario, state.policy) == (200, "own", "containment")
    status, _, body = ask("world", {"state": json.loads(body)["state"]})
    assert status == 200 and json.loads(body)["shared"]["scenario"] == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "own scenario: "),
        (SMALL.replace("states", "staets"), "no setting 'staets'"),
        (SMALL.replace("= 6", "= 900"), "it has 900 states; the page takes at most 200."),
        ("#" * (LARGEST_FILE + 1), f"at most {LARGEST_FILE} are accepted."),
        (None, "nothing that the page asks for"),
        (7, "nothing that the page asks for"),
    ],
)
def test_what_is_wrong_with_an_upload_is_one_sentence(ask: Ask, text: object, words: str) -> None:
    status, headers, body = ask("upload", {**of(), "text": text})
    assert (status, headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert words in body.decode()


def test_a_state_that_does_not_go_with_an_uploaded_world_is_refused(ask: Ask) -> None:
    for fields, words in (
        ({"places": {"donbas": {"aid": 0.5}}}, b"no theatre"),
        ({"doctrines": {"CHN": "greedy"}}, b"no state"),
    ):
        status, _, body = ask("upload", {**of(**fields), "text": SMALL})
        assert status == 400 and words in body


def test_what_is_not_there_is_told_in_plain_text(ask: Ask) -> None:
    for path, body in (("nowhere", None), ("assets/nowhere.js", None), ("exports/run/x", of()), ("world", None)):
        status, headers, text = ask(path, body)
        assert status == (405 if path == "world" else 404)
        assert headers["content-type"].startswith("text/plain") and len(text) < 40
    assert ask("exports/table/secrets.csv", of(rounds=2))[::2] == (400, b"there is no such table.")
    assert ask("exports/figure/order.exe", of(rounds=2))[::2] == (400, b"there is no such figure.")


@pytest.mark.parametrize(
    ("file", "place", "words"),
    [("brief.pdf", "atlantis", "no theatre has the id 'atlantis'"), ("brief.doc", "donbas", ""), ("brief.pdf", 3, "")],
)
def test_a_brief_that_cannot_be_is_refused_before_anything_is_played(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, file: str, place: object, words: str
) -> None:
    monkeypatch.setattr(brief_module, "compare", lambda *_: pytest.fail("it has been played"))
    status, _, body = ask(f"exports/{file}", {"state": {}, "place": place})
    assert status == 400 and (words or NOT_OURS) in body.decode()


def test_a_fault_of_the_server_is_reported_without_its_traceback(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("innards")

    monkeypatch.setattr(laboratory, "simulate", fail)
    status, headers, body = ask("exports/run", of(seed=4321))
    assert (status, body.decode()) == (500, OWN_FAULT)
    assert headers["x-content-type-options"] == "nosniff", "as all that is answered"


def test_the_template_is_a_file_to_keep(ask: Ask) -> None:
    status, headers, body = ask("template.toml")
    assert status == 200 and headers["content-disposition"] == 'attachment; filename="template.toml"'
    assert body == (configs_directory() / "scenarios" / "template.toml").read_bytes()


def given_by(page: bytes) -> dict[str, Any]:
    start = page.index(b'id="given">') + len(b'id="given">')
    given: dict[str, Any] = json.loads(page[start : page.index(b"</script>", start)])
    return given


def test_a_visit_begins_at_the_start_and_a_link_at_its_own_state(ask: Ask) -> None:
    given = given_by(ask("")[2])
    assert (given["state"], given["begun"], given["notice"]) == (LabState().model_dump(mode="json"), True, "")
    state = LabState().changed(scenario="1913", policy="entente-commitment", view="compare", cursor=3)
    given = given_by(ask(f"?s={state.encode()}")[2])
    assert (given["state"], given["begun"], given["notice"]) == (state.model_dump(mode="json"), False, "")
    given = given_by(ask("?s=damaged")[2])
    assert given["state"] == LabState().model_dump(mode="json")
    assert given["notice"].startswith("This link could not be opened, so here is the start instead: ")


def test_an_address_in_plain_words_opens_with_the_policies_of_its_worlds_question(ask: Ask) -> None:
    state = given_by(ask("?scenario=1913&view=play")[2])["state"]
    asked = ("entente-commitment", "entente-ambiguity")
    assert (state["scenario"], state["view"], state["policy"], state["against"]) == ("1913", "play", *asked)
    state = given_by(ask("?scenario=1913&policy=concert")[2])["state"]
    assert (state["policy"], state["against"]) == ("concert", LabState().against)
