"""The command behaves among others: pipes that close, interrupts, terminals."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from greatpowers.scenario.library import configs_directory

posix_only = pytest.mark.skipif(os.name != "posix", reason="pipes and signals as POSIX has them")


def start(environment: dict[str, str], cwd: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """The command, running, with pipes for its output."""
    return subprocess.Popen(
        [sys.executable, "-m", "greatpowers", *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@posix_only
@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("show", "2017"), ("list", "parameters"), ("run", "template", "--json")],
    ids=" ".join,
)
def test_a_reader_that_leaves_early_is_no_fault(
    arguments: tuple[str, ...], environment: dict[str, str], elsewhere: Path
) -> None:
    process = start(environment, elsewhere, *arguments)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    stderr = process.stderr.read().decode()
    assert process.wait(timeout=600) == 141
    assert stderr == "" or stderr.startswith("compiling the engine once")
    assert "Traceback" not in stderr and "Exception" not in stderr


@pytest.mark.parametrize("asked", [{}, {"PYTHONIOENCODING": "latin-1"}], ids=["by itself", "as asked"])
def test_what_goes_to_a_file_is_utf_8_with_lines_that_end_alike_unless_asked_otherwise(
    environment: dict[str, str], tmp_path: Path, asked: dict[str, str]
) -> None:
    text = (
        (configs_directory() / "scenarios" / "template.toml")
        .read_text(encoding="utf-8")
        .replace('name = "Arda"', 'name = "Ärda"')
    )
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    plain = {name: value for name, value in environment.items() if name != "PYTHONIOENCODING"}
    ascii_only = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    process = start({**plain, **ascii_only, **asked}, tmp_path, "show", "mine.toml")
    stdout = process.communicate(timeout=600)[0]
    assert process.returncode == 0
    assert "Ärda".encode(asked.get("PYTHONIOENCODING", "utf-8")) in stdout
    assert b"\r" not in stdout


@posix_only
def test_a_closed_stdout_is_no_fault(environment: dict[str, str], elsewhere: Path) -> None:
    command = f'exec "{sys.executable}" -m greatpowers list policies >&-'
    finished = subprocess.run(
        ["sh", "-c", command], cwd=elsewhere, env=environment, capture_output=True, text=True, timeout=600
    )
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full")
def test_a_full_disk_is_said_to_be_full(environment: dict[str, str], elsewhere: Path) -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "greatpowers", "list", "policies"],
            cwd=elsewhere,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=600,
        )
    assert finished.returncode == 2
    assert finished.stderr == "greatpowers: reading or writing failed (No space left on device).\n"


@posix_only
def test_an_interrupt_ends_quietly_with_130_and_leaves_nothing_half_written(
    environment: dict[str, str], tmp_path: Path
) -> None:
    process, primary = start_on_a_terminal(
        environment, tmp_path, "compare", "2017", "--seeds", "100000", "--out", "results"
    )
    try:
        drawn = read_terminal(primary, "/s")  # histories a second: it plays
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        drawn += read_terminal(primary)
        assert process.wait(timeout=600) == 130
    finally:
        process.kill()
        os.close(primary)
    assert "Traceback" not in drawn
    assert not list(tmp_path.iterdir())


@posix_only
def test_on_a_terminal_there_is_a_bar_and_it_goes_to_stderr(environment: dict[str, str], tmp_path: Path) -> None:
    words = ("compare", "template", "--seeds", "400", "--posterior", "none", "--no-figures")
    process, primary = start_on_a_terminal(environment, tmp_path, *words)
    drawn = read_terminal(primary)
    os.close(primary)
    assert process.stdout is not None
    printed = process.stdout.read().decode()
    assert process.wait(timeout=600) == 0
    assert "━" in drawn and "/s" in drawn
    assert "\x1b" not in printed


def start_on_a_terminal(
    environment: dict[str, str], cwd: Path, *arguments: str
) -> "tuple[subprocess.Popen[bytes], int]":
    """The command, running, its stderr a terminal, and the side of it where what is drawn is read."""
    pty = pytest.importorskip("pty")
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "greatpowers", *arguments],
        cwd=cwd,
        env={**environment, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=secondary,
    )
    os.close(secondary)
    return process, primary


def read_terminal(primary: int, until: str = "") -> str:
    """What is drawn until the other side closes, or `until` this is drawn."""
    pieces = b""
    while not until or until.encode() not in pieces:
        try:
            piece = os.read(primary, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            break
        if not piece:
            break
        pieces += piece
    return pieces.decode(errors="replace")


def test_a_broken_installation_still_gives_its_traceback(environment: dict[str, str], elsewhere: Path) -> None:
    script = (
        "import greatpowers.cli.list as listing; from greatpowers.cli import main;"
        "listing.LISTS = {}; main(['list', 'metrics'])"
    )
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=elsewhere, env=environment, capture_output=True, text=True, timeout=600
    )
    assert finished.returncode == 1
    assert "KeyError" in finished.stderr
