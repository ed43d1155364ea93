"""Files written whole or not at all, names of places, faults of disks in words, and functions of the user's own."""

import errno
import os
import sys
from pathlib import Path

import pytest

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage import files
from greatpowers.storage.files import Lines, checked_path, checksum, checksum_of, disk_faults, is_within, write_new

# --- Writing


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), files.writing(path) as file:
        file.write(b"half")
        assert (tmp_path / ".greatpowers-partial-file").exists() and path.read_text() == "old"
        raise KeyboardInterrupt
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    files.write_whole(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode() and list(tmp_path.iterdir()) == [path]


def test_what_is_written_is_safe_on_disk_file_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, sync = list[bool](), os.fsync

    def watched(handle: int) -> None:
        seen.append((tmp_path / "file").exists())
        sync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    files.write_whole(tmp_path / "file", b"")
    assert seen == [False, True]
    Lines(tmp_path / "lines").add("one")
    assert len(seen) == 3


@pytest.mark.skipif(os.name == "nt", reason="directories cannot be opened")
def test_a_directory_that_cannot_be_opened_is_not_made_to_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError

    before = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0
    files.sync_directory(tmp_path)
    assert before == (len(os.listdir("/proc/self/fd")) if before else 0)
    monkeypatch.setattr(os, "open", denied)
    files.sync_directory(tmp_path)


def test_a_new_file_takes_the_place_of_none_that_says_something_else(tmp_path: Path) -> None:
    path = tmp_path / "new"
    for _ in range(2):
        write_new(path, b"same")
    with pytest.raises(GreatPowersError, match="new: there is something else by that name; choose another one"):
        write_new(path, b"another")
    assert path.read_bytes() == b"same"
    with pytest.raises(GreatPowersError, match="there is something else by that name"):
        write_new(tmp_path, b"")
    with pytest.raises(GreatPowersError, match=r"cannot be written \(No such file or directory\); choose another dir"):
        write_new(tmp_path / "absent" / "new", b"")


def test_what_a_killed_process_left_is_swept_and_what_another_is_writing_is_not(tmp_path: Path) -> None:
    (tmp_path / "deep" / ".greatpowers-partial-directory").mkdir(parents=True)
    for name in ("deep/.greatpowers-partial-file", "file", ".greatpowers-lock"):
        (tmp_path / name).touch()
    files.sweep(tmp_path)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"deep", "deep/.greatpowers-partial-directory", "file", ".greatpowers-lock"}


def test_a_checksum_of_what_cannot_be_read_is_empty(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    assert checksum_of(tmp_path / "file") == checksum(b"content") and len(checksum(b"")) == 64
    assert checksum_of(tmp_path / "absent") == checksum_of(tmp_path) == ""


def test_lines_are_added_and_half_of_one_is_cut_off(tmp_path: Path) -> None:
    lines = Lines(tmp_path / "lines")
    assert lines.read() == []
    lines.add("größer")
    lines.add("two")
    assert lines.read() == ["größer", "two"]
    with lines.path.open("ab") as file:
        file.write(b"\xffthr")
    assert lines.read() == ["größer", "two"]
    assert lines.path.read_bytes() == "größer\ntwo\n".encode()
    lines.replace(["a", ""])
    assert lines.read() == ["a", ""]
    lines.path.write_bytes(b"half")
    assert lines.read() == [] and lines.path.read_bytes() == b""
    lines.path.write_bytes(b"\xff\n")
    assert lines.read() == ["\ufffd"]


# --- Places


@pytest.mark.parametrize(
    ("name", "within"),
    [("a", True), ("a/b", True), ("..a", True), ("", False), (".", False), ("/a", False), ("..", False),
     ("a/../b", False), ("a/..", False)],
)  # fmt: skip
def test_a_name_leads_into_a_directory_or_elsewhere(name: str, within: bool) -> None:
    assert is_within(name) is within


@pytest.mark.parametrize(
    ("name", "why"), [("", "it has no name"), ("  ", "it has no name"), ("a\0b", "it has a null byte")]
)
def test_what_names_no_place_is_a_sentence(name: str, why: str) -> None:
    with pytest.raises(GreatPowersError) as refused:
        checked_path(name)
    assert str(refused.value) == f"{name!r}: cannot be written ({why}); choose another place."


def test_a_place_may_be_at_home_new_or_a_link_to_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert checked_path("~/results") == tmp_path / "results"
    (tmp_path / "link").symlink_to(tmp_path)
    assert checked_path(tmp_path / "link") == tmp_path / "link"
    (tmp_path / "nowhere").symlink_to(tmp_path / "absent")
    with pytest.raises(GreatPowersError, match=r"nowhere: this is a link to '.*absent', which is not there"):
        checked_path(tmp_path / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="Windows guesses where another user is at home")
def test_the_home_of_nobody_is_a_sentence() -> None:
    with pytest.raises(GreatPowersError, match=r"~nobody-of-this-name: cannot be written \(.*; choose another place"):
        checked_path("~nobody-of-this-name")


def test_a_name_that_the_locale_cannot_have_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def ascii_only(path: Path) -> bytes:
        return str(path).encode("ascii")

    monkeypatch.setattr(os, "fsencode", ascii_only)
    with pytest.raises(GreatPowersError, match=r"größer: cannot be written \(names of files cannot have 'öß' in this"):
        checked_path("größer")


# --- Faults


def told(directory: Path, error: OSError, kept: bool = True) -> str:
    with pytest.raises(GreatPowersError) as refused, disk_faults(directory, kept):
        raise error
    assert refused.value.__cause__ is error
    return str(refused.value).removeprefix(f"{directory}: ")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)])
def test_a_full_disk_says_what_to_do(number: int, tmp_path: Path) -> None:
    assert told(tmp_path, OSError(number, "full")).startswith("the disk is full, or a limit on it is reached; what is")
    assert told(tmp_path, OSError(number, "full"), kept=False) == "cannot be written (full); choose another directory."


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR, getattr(errno, "ESTALE", errno.ENOENT)])
def test_a_directory_that_has_vanished_is_told_from_a_file_that_has(number: int, tmp_path: Path) -> None:
    vanished = "the directory has vanished while the command ran."
    assert told(tmp_path / "absent", OSError(number, "gone")).startswith(vanished)
    assert told(tmp_path, OSError(number, "gone")) == "cannot be written (gone); what is finished is kept."
    denied = told(tmp_path / "absent", PermissionError(errno.EACCES, "denied"))
    assert denied == "cannot be written (denied); what is finished is kept."


def test_why_something_failed_is_one_clause() -> None:
    assert files.reason(OSError(2, "No such file.")) == "No such file"
    assert files.reason(ValueError("first.\nsecond")) == "first"
    assert files.reason(ValueError()) == "ValueError"


# --- Functions of the user's own


OWN = """
LIMIT = 3


def twice(value):
    return 2 * value


def fails(value):
    return value / 0
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


def named(text: str, beside: Path) -> object:
    return files.named_function("metric", text, beside, "write FILE.py:FUNCTION")[0]


def test_a_function_in_a_file_is_found_beside_and_run_once_for_each_content(own: Path) -> None:
    function, module, reference = files.named_function("metric", " own.py:twice ", own.parent, "")
    assert function(4) == 8 and reference == f"{own}:twice"
    assert module.__file__ == str(own) and files.module_of(function) is module
    assert files.checksum_of_module(module) == checksum(own.read_bytes())
    assert files.named_function("metric", f"{own}:fails", Path("/"), "")[1] is module
    own.write_text(OWN.replace("2 *", "3 *"))
    assert files.named_function("metric", "own.py:twice", own.parent, "")[0](4) == 12
    assert not (own.parent / "__pycache__").exists()


def test_a_function_in_a_module_is_found(tmp_path: Path) -> None:
    function, module, reference = files.named_function("metric", "os.path:join", tmp_path, "")
    assert (function, module, reference) == (os.path.join, os.path, "os.path:join")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("own.py", "metric: this names no function; write FILE.py:FUNCTION."),
        ("math", "metric: this names no function; write FILE.py:FUNCTION."),
        ("a-b:c", "metric: this names no function; write FILE.py:FUNCTION."),
        (":f", "metric: this names no function; write FILE.py:FUNCTION."),
        ("own.py:twise", "metric: there is no function 'twise' in 'own.py'. Did you mean 'twice'?"),
        ("own.py:LIMIT", "metric: there is no function 'LIMIT' in 'own.py'. Known: twice, fails."),
        ("absent_module:f", "metric: it cannot be imported, ModuleNotFoundError: No module named 'absent_module'."),
    ],
)
def test_what_names_no_function_is_a_sentence(text: str, sentence: str, own: Path) -> None:
    with pytest.raises(GreatPowersError) as refused:
        named(text, own.parent)
    assert str(refused.value) == sentence


def test_a_file_that_cannot_be_read_or_run_is_a_sentence_with_the_line(own: Path) -> None:
    with pytest.raises(GreatPowersError, match=r"metric: '.*absent.py' cannot be read \(No such file or directory\)"):
        named("absent.py:f", own.parent)
    own.write_text("import os\n\n\nraise ValueError('so\\n  it is.')\n")
    for _ in range(2):  # what failed is not kept
        with pytest.raises(GreatPowersError) as refused:
            named("own.py:f", own.parent)
        assert str(refused.value) == "metric: it cannot be imported, ValueError: so it is (own.py, line 4)."


def test_a_failure_is_told_with_the_last_line_of_the_function_s_own_file(own: Path) -> None:
    function = files.named_function("metric", "own.py:fails", own.parent, "")[0]
    with pytest.raises(ZeroDivisionError) as failed:
        function(1)
    assert files.failure_in(function, failed.value) == "ZeroDivisionError: division by zero (own.py, line 10)"
    assert files.failure_in(len, failed.value) == "ZeroDivisionError: division by zero"
    assert files.failure_of(ValueError("x" * 300), "") == f"ValueError: {'x' * 200}"
    assert files.failure_of(ValueError("so."), "") == "ValueError: so"
    assert files.failure_of(ValueError(), "") == "ValueError"


def test_what_has_no_module_has_no_checksum() -> None:
    assert files.module_of(3) is None
    assert files.checksum_of_module(None) == files.checksum_of_module(sys) == ""
