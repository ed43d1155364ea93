"""The command: what it opens, and one sentence for everything it cannot."""

import re
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greatpowers import simulate
from greatpowers.cli import main
from greatpowers.server.run import address_of, token_for
from greatpowers.server.security import Proxy, is_loopback
from greatpowers.server.state import LabState


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said when the command ends with exit code 2."""
    assert main(["serve", "--no-browser", *arguments]) == 2
    stderr = capsys.readouterr().err
    assert stderr.startswith("greatpowers: ") and "Traceback" not in stderr
    return stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "eighty"], ["--port is 'eighty'", "0 to 65535"]),
        (["--port", "70000"], ["--port is 70000", "0 to 65535"]),
        (["--host", "no.such.host.invalid", "--port", "0"], ["--host is 'no.such.host.invalid'", "127.0.0.1"]),
        (["--host", "203.0.113.7", "--port", "0"], ["--host is '203.0.113.7'"]),
        (["20177", "--port", "0"], ["no scenario '20177'", "'2017'"]),
        (["nowhere/mine.toml", "--port", "0"], ["no file 'nowhere/mine.toml'"]),
        (["half-a-loaf", "--port", "0"], ["is a policy"]),
        (["2017", "containment"], ["one argument too many"]),
        (["--prot", "1"], ["no option '--prot'", "'--port'"]),
    ],
)
def test_what_cannot_be_served_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    message = failed(capsys, *arguments)
    assert all(word in message for word in words), message
    assert message.count("\n") == 1


def test_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        message = failed(capsys, "--port", str(taken.getsockname()[1]))
    assert "in use" in message and "--port 0" in message


def test_bad_directories_and_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "did not write" in failed(capsys, str(tmp_path), "--port", "0")
    (tmp_path / "bad.toml").write_text("format = 1\n")
    assert "bad.toml" in failed(capsys, str(tmp_path / "bad.toml"), "--port", "0")
    run = tmp_path / "run"
    simulate("template", rounds=4).save(run)
    (run / "events.parquet").write_bytes(b"nothing")
    assert "events.parquet" in failed(capsys, str(run), "--port", "0")


def test_a_missing_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("greatpowers.cli.serve.find_spec", lambda name: None if name == "fastapi" else object())
    assert 'pip install "greatpowers[serve]"' in failed(capsys)


def test_nothing_of_the_page_is_imported_for_other_commands() -> None:
    import subprocess

    code = (
        "import sys; from greatpowers.cli import main; main(['list', 'policies']); "
        "print([m for m in sys.modules if m.split('.')[0] in ('fastapi', 'starlette', 'uvicorn')])"
    )
    environment = {"PYTHONPATH": str(Path(__file__).parents[2] / "model"), "PATH": ""}
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert finished.stdout.splitlines()[-1] == "[]"


def test_addresses_and_tokens() -> None:
    assert is_loopback("127.0.0.1") and is_loopback("localhost") and is_loopback("127.8.9.1") and is_loopback("::1")
    assert not is_loopback("0.0.0.0") and not is_loopback("192.168.0.4") and not is_loopback("::")
    assert len(token_for("localhost", Proxy()) or "") >= 20
    assert token_for("localhost", Proxy()) != token_for("localhost", Proxy())
    assert token_for("localhost", Proxy("/lab"), wanted=False) is None
    assert address_of("0.0.0.0", 80, "abc", Proxy()) == "http://127.0.0.1:80/?token=abc"
    assert address_of("::1", 8080, None, Proxy()) == "http://[::1]:8080/"


def test_a_run_can_be_looked_into_and_an_interrupt_ends_it_quietly(
    open_page: Callable[..., Any], another_server: Callable[..., Any], played: Callable[..., None], tmp_path: Path
) -> None:
    """A directory of `run --out`, of a world and a length of its own."""
    history = simulate("template", "containment", seed=8, rounds=24)
    history.save(tmp_path / "run")
    page = open_page()
    server = another_server(str(tmp_path / "run"), "--port", "0")
    page.goto(server.address)
    played(page)
    payload = page.evaluate("window.greatpowers.payload('a')")
    assert (payload["policy"], payload["seed"], payload["rounds"]) == ("containment", 8, 24)
    assert payload["metrics"]["order"] == pytest.approx(history.metrics["order"].tolist(), rel=1e-3)
    assert server.stop(signal.SIGINT) in (0, 130)
    assert "Traceback" not in (server.process.stderr.read() if server.process.stderr else "")


def test_a_page_plays_on_while_its_server_is_gone_and_comes_back_with_it(
    open_page: Callable[..., Any], another_server: Callable[..., Any], played: Callable[..., None], wait: Any
) -> None:
    """The page has what it plays with, and its link all that is set in it."""
    server = another_server("template", "--port", "0")
    page = open_page()
    state = LabState().changed(policy="containment", seed=5, cursor=12, rounds=24)
    page.goto(f"{server.address}?s={state.encode()}")
    played(page)
    server.stop(signal.SIGKILL)
    page.get_by_test_id("seed").fill("6")
    page.get_by_test_id("seed").press("Enter")
    wait.true(page, "window.greatpowers.payload('a').seed === 6")
    before = page.evaluate("JSON.stringify(window.greatpowers.payload('a').metrics)")
    another_server("synthetic", "--port", str(server.port))
    page.reload()
    played(page)
    assert page.evaluate("JSON.stringify(window.greatpowers.payload('a').metrics)") == before
    assert page.evaluate("window.greatpowers.cursor()") == 12


def test_the_address_says_where_it_is(server: Any) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", server.address)
