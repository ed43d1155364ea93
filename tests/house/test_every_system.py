"""What works here works on other systems: nothing that only some of them have, text in UTF-8, lines that end alike."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import greatpowers

PACKAGE = Path(greatpowers.__file__).parent
MODULES = (
    "crypt",
    "fcntl",
    "grp",
    "nis",
    "posix",
    "posixpath",
    "pty",
    "pwd",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
)
FUNCTIONS = ("chown", "chroot", "fork", "forkpty", "getegid", "geteuid", "getgid", "getgroups", "getpgid", "getuid",
             "killpg", "mkfifo", "nice", "sched_getaffinity", "setsid", "setuid")  # fmt: skip
SIGNALS = ("SIGALRM", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGUSR1", "SIGUSR2")

WITHOUT = f"""
import multiprocessing, os, shutil, signal, sys
import platformdirs  # goes by the name of the system, which stays

for name in {[name for name in MODULES if name not in ("posix", "posixpath")]}:
    sys.modules[name] = None
for name in {FUNCTIONS}:
    os.__dict__.pop(name, None)
for name in {SIGNALS}:
    signal.__dict__.pop(name, None)
multiprocessing.set_start_method("spawn")
opened = os.open


def open_file(path, *more, **named):
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return opened(path, *more, **named)


os.open = open_file
shutil._use_fd_functions = False
"""
"""A Python as other systems have it: no modules of POSIX, no user numbers, no fork; directories do not open."""

EXPERIMENT = """
format = 1
name = "small"
title = "A small experiment: 小实验 für alle"
scenarios = ["template"]
policies = ["laissez-faire", "concert"]
rounds = 3
replicates = 8
part_rows = 4
"""

Nodes = list[tuple[str, ast.AST]]


@pytest.fixture(scope="module")
def nodes() -> Nodes:
    """Every piece of the package's text, with its file."""
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    return [(path, node) for path, text in texts.items() for node in ast.walk(ast.parse(text))]


def test_no_module_of_one_system_is_imported(nodes: Nodes) -> None:
    imports = [(path, alias.name) for path, node in nodes if isinstance(node, ast.Import) for alias in node.names]
    imports += [(path, node.module or "") for path, node in nodes if isinstance(node, ast.ImportFrom)]
    assert len(imports) > 1000
    assert [(path, name) for path, name in imports if name.split(".")[0] in MODULES] == []


def test_text_is_read_and_written_as_utf_8_and_its_lines_end_alike(nodes: Nodes) -> None:
    wrong = []
    for path, node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = {keyword.arg for keyword in node.keywords}
        modes = [part.value for part in [*node.args, *(k.value for k in node.keywords if k.arg == "mode")]
                 if isinstance(part, ast.Constant)]  # fmt: skip
        binary = any(isinstance(mode, str) and "b" in mode and len(mode) <= 3 for mode in modes)
        writes = any(isinstance(mode, str) and set(mode) & set("wax") and len(mode) <= 3 for mode in modes)
        if name == "read_text" and "encoding" not in given:
            wrong.append((path, node.lineno, name))
        if name == "write_text" and len(node.args) == 1 and not {"encoding", "newline"} <= given:
            wrong.append((path, node.lineno, name))
        if name == "open" and modes and not binary and ("encoding" not in given or (writes and "newline" not in given)):
            wrong.append((path, node.lineno, name))
        if name == "to_csv" and "lineterminator" not in given:
            wrong.append((path, node.lineno, name))
        if name in ("run", "Popen") and {"text", "universal_newlines"} & given and "encoding" not in given:
            wrong.append((path, node.lineno, name))
    assert wrong == []


def play(lines: list[list[str]], place: Path, before: str = "", **variables: str) -> list[tuple[int, str, str]]:
    """Carry out command lines in a process of their own: what each returned, printed and complained of."""
    text = f"""{before}
import contextlib, io, json, os, sys
from greatpowers.cli import main

for line in json.loads(sys.argv[1]):
    sys.argv = ["greatpowers", *(os.fsdecode(word.encode()) for word in line)]  # as a shell hands it over
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main()
    sys.stdout.buffer.write((json.dumps([code, out.getvalue(), err.getvalue()]) + "\\n").encode("ascii"))
    sys.stdout.flush()
"""
    done = subprocess.run(
        [sys.executable, "-c", text, json.dumps(lines)], cwd=place, env={**os.environ, **variables},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


SEARCH = ["search", "template", "--generations", "1", "--population", "4", "--worlds", "2", "--seeds", "1", "--rounds",
          "2", "--out", "search"]  # fmt: skip


def main_commands(out: str) -> list[list[str]]:
    """The main commands, small, with results below a directory; those that go on or replace their own, twice."""
    small = ["--policies", "laissez-faire,concert", "--rounds", "3", "--seeds", "2", "--posterior", "none"]
    compare = ["compare", "template", *small, "--out", f"{out}/compare"]
    return [
        [*compare, "--no-figures"],
        compare,
        ["run", "template", "--rounds", "3", "--out", f"{out}/run"],
        ["explain", f"{out}/run"],
        ["batch", "small.toml", "--workers", "2", "--out", f"{out}/batch"],
        ["batch", "small.toml", "--workers", "2", "--out", f"{out}/batch"],
        ["report", f"{out}/batch"],
        ["rerun", f"{out}/batch", "--row", "5"],
        [*SEARCH[:-1], f"{out}/search"],
        [*SEARCH[:-1], f"{out}/search"],
        ["list", "policies"],
    ]


COMMANDS = main_commands("out")


def bytes_of(place: Path) -> dict[str, bytes]:
    """Every file, but for those that say when."""
    files = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes() for name, path in files.items() if path.name not in ("manifest.json", "report.html")
    }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the main commands write here, in a process that has done nothing else."""
    place = tmp_path_factory.mktemp("usual")
    (place / "small.toml").write_text(EXPERIMENT, encoding="utf-8", newline="\n")
    play([["warmup"]], place)  # or the first command says that it compiles
    outputs = play(COMMANDS, place)
    assert [(code, err) for code, _, err in outputs] == [(0, "")] * len(outputs)
    return place


def test_results_are_resumed_where_text_is_not_utf_8_by_itself(usual: Path, tmp_path: Path) -> None:
    """On such a system, with what this one began; the engine is compiled code, which is kept there as well."""
    shutil.copytree(usual, tmp_path, dirs_exist_ok=True)
    (tmp_path / "out/batch/runs/part-000002.parquet").unlink()
    (tmp_path / "out/search/generations/0000.parquet").write_bytes(b"")
    taken_up = ("batch", "search", "report", "rerun", "explain", "list")
    lines = [line for number, line in enumerate(COMMANDS) if line[0] in taken_up and line not in COMMANDS[:number]]
    ascii_only = {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    outputs = play(lines, tmp_path, WITHOUT, **ascii_only)
    assert [(code, err) for code, _, err in outputs] == [(0, "")] * len(lines)
    assert bytes_of(tmp_path / "out") == bytes_of(usual / "out")


def test_on_another_system_with_no_place_but_the_current_directory_the_main_commands_give_the_same_bytes(
    usual: Path, tmp_path: Path
) -> None:
    """Without what only some systems have.

    Neither the home nor the installed package can be written; the locale is that of C, and the directory has other
    letters.
    """
    package = tmp_path / "installed"
    shutil.copytree(PACKAGE, package / "greatpowers")
    if not (package / "greatpowers" / "configs").exists():  # of a checkout, which is not installed
        shutil.copytree(PACKAGE.parents[1] / "configs", package / "greatpowers" / "configs")
    files = sorted(package.rglob("*"))
    for path in [package, *files]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    place = tmp_path / "наши данные" / "数据 data é"
    place.mkdir(parents=True)
    (place / "small.toml").write_text(EXPERIMENT, encoding="utf-8", newline="\n")
    there = {name: os.devnull for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR")}
    there |= {"PYTHONPATH": str(package), "LANG": "C", "LC_ALL": "C"}
    there["PYTHONDONTWRITEBYTECODE"] = "1"  # root could write it
    there["NUMBA_DISABLE_JIT"] = "1"  # compiled code could be kept nowhere
    outputs = play(main_commands("Ergebnisse für alle"), place, WITHOUT, **there)
    assert [(code, err) for code, _, err in outputs] == [(0, "")] * len(outputs)
    assert bytes_of(place / "Ergebnisse für alle") == bytes_of(usual / "out")
    assert sorted(package.rglob("*")) == files
