"""Files written whole or not at all, names of places, and faults of disks in words."""

import errno
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage import files
from greatpowers.storage.files import (
    Lines,
    check_can_be_written,
    checked_path,
    checksum,
    checksum_of,
    disk_faults,
    is_within,
    write_new,
)

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


def test_whether_a_file_can_be_written_is_known_before_it_is_and_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for name in ("file", "link", "new", "x" * (255 - len(files.PARTIAL))):
        check_can_be_written(tmp_path / name)
    for name in ("file/new", "no/such", "x" * (256 - len(files.PARTIAL))):
        with pytest.raises(GreatPowersError, match="cannot be written"):
            check_can_be_written(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]
    assert (tmp_path / "file").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="POSIX has it")
def test_what_is_no_file_is_written_to_as_it_is() -> None:
    check_can_be_written(Path("/dev/null"))


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


def test_plain_data_is_json_with_null_for_what_has_no_value() -> None:
    data = {"größe": np.float64(0.5), "n": np.int64(3), "none": [np.nan, math.inf, -math.inf, None], "b": (True, "x")}
    text = files.json_text(data)
    assert text.startswith('{\n  "größe": 0.5,\n  "n": 3,') and text.endswith("}\n")
    assert json.loads(text) == {"größe": 0.5, "n": 3, "none": [None] * 4, "b": [True, "x"]}
    assert files.json_text([1], 0) == "[\n1\n]\n"


def test_a_checksum_of_data_hangs_on_no_order_of_keys() -> None:
    assert files.checksum_of_data({"a": 1, "b": [2]}) == files.checksum_of_data({"b": [2], "a": 1})
    assert files.checksum_of_data({"a": 1}) == checksum(b'{"a": 1}') != files.checksum_of_data({"a": 2})


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


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionError("lost"), BrokenPipeError(errno.EPIPE, "closed")])
def test_what_did_not_come_from_the_file_system_is_not_told_as_a_fault_of_a_directory(
    error: OSError, tmp_path: Path
) -> None:
    with pytest.raises(type(error)) as passed, disk_faults(tmp_path):
        raise error
    assert passed.value is error


def test_a_disk_of_the_network_that_does_not_answer_is_a_fault_of_the_directory(tmp_path: Path) -> None:
    for number in (errno.ETIMEDOUT, errno.ECONNRESET):
        error = OSError(number, "no answer")
        assert isinstance(error, TimeoutError | ConnectionError)
        assert told(tmp_path, error) == "cannot be written (no answer); what is finished is kept."
    assert told(tmp_path, OSError("damaged")).startswith("cannot be written (damaged)")


def test_why_something_failed_is_one_clause() -> None:
    assert files.reason(OSError(2, "No such file.")) == "No such file"
    assert files.reason(ValueError("first.\nsecond")) == "first"
    assert files.reason(ValueError()) == "ValueError"
