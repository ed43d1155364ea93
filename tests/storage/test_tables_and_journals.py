"""Tables as text and as Parquet, and directories of work that goes on after an interruption."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from greatpowers.scenario.errors import GreatPowersError, GreatPowersWarning
from greatpowers.storage import checkpoint as work
from greatpowers.storage.files import checksum
from greatpowers.storage.manifest import stamped, variants

FRAME = pd.DataFrame({"wars": [1, 2], "order": [1 / 3, 0.5]}, index=[7, 8])
UNITS = {"order": ("how far the order stands", "share"), "absent": ("nothing", "")}


# --- Tables


def test_a_table_as_csv_has_its_index_and_as_many_digits_as_are_asked_for(tmp_path: Path) -> None:
    assert work.csv_text(FRAME, digits=3) == "wars,order\n1,0.333\n2,0.5\n"
    assert work.csv_text(FRAME, index=True, digits=2) == ",wars,order\n7,1,0.33\n8,2,0.5\n"
    assert float(work.csv_text(FRAME).split("\n")[1].split(",")[1]) == 1 / 3
    work.write_csv(FRAME, tmp_path / "table.csv", True, 2)
    assert (tmp_path / "table.csv").read_bytes() == work.csv_text(FRAME, index=True, digits=2).encode()
    work.write_csv(FRAME, tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == work.csv_text(FRAME).encode()


def test_rows_as_csv_have_an_empty_cell_where_there_is_no_value() -> None:
    assert work.rows_as_csv(["a", "b"], [{"a": 0, "b": None}, {"b": "x"}]) == "a,b\n0,\n,x\n"


def test_a_parquet_file_has_the_same_bytes_for_the_same_content_and_says_meaning_and_unit(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    work.write_parquet(FRAME, path, UNITS)
    assert path.read_bytes() == work.parquet_bytes(FRAME.reset_index(drop=True), UNITS)
    assert work.read_parquet(path).to_dict("list") == FRAME.to_dict("list")
    schema = pq.read_table(path).schema
    described = {"meaning": "how far the order stands", "unit": "share"}
    metadata = {key.decode(): value.decode() for key, value in schema.field("order").metadata.items()}
    assert {name: metadata[name] for name in described} == described
    assert b"meaning" not in (schema.field("wars").metadata or {})
    assert json.loads(schema.metadata[b"codebook"]) == {"order": described}
    assert b"pandas" in schema.metadata


def test_a_table_without_known_columns_has_no_codebook() -> None:
    table = pa.table({"wars": [1]}).replace_schema_metadata({"mine": "kept"})
    assert work.with_units(table, UNITS).schema.metadata == {b"mine": b"kept"}
    assert work.with_units(pa.table({"wars": [1]}), UNITS).schema.metadata in (None, {})


def test_a_table_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError, match=r"absent.parquet: this table is missing; put it back"):
        work.read_parquet(tmp_path / "absent.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(GreatPowersError, match=r"broken.parquet: this table cannot be read \(.+[^.]\)\.$"):
        work.read_parquet(tmp_path / "broken.parquet")


# --- Locks


def test_who_holds_a_directory_is_told_and_what_says_so_is_removed(tmp_path: Path) -> None:
    with work.only_process(tmp_path):
        assert json.loads((tmp_path / work.HOLDER).read_text()).keys() == {"pid", "host", "since"}
        with pytest.raises(GreatPowersError) as refused, work.only_process(tmp_path):
            pass
        assert f"process {os.getpid()} on {socket.gethostname()}, since 2" in str(refused.value)
        assert (tmp_path / work.HOLDER).exists() and (tmp_path / work.LOCK).exists()
        (tmp_path / work.HOLDER).write_text("[]")
        with pytest.raises(GreatPowersError, match="another process is working"), work.only_process(tmp_path):
            pass
    assert list(tmp_path.iterdir()) == []
    with work.only_process(tmp_path):
        pass


def test_a_directory_is_free_again_after_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), work.only_process(tmp_path):
        _ = 1 / 0
    with work.only_process(tmp_path):
        assert (tmp_path / work.LOCK).exists()


# --- Work that goes on


def manifest(**entries: Any) -> dict[str, Any]:
    return {**stamped("scikit-learn"), "kind": "search", "format": 1, "experiment_text": "", "contents": {}, **entries}


def test_work_begins_with_its_manifest_and_resumes_with_the_same(tmp_path: Path) -> None:
    place, first = tmp_path / "deep" / "out", manifest()
    with work.checkpoint(place, "search") as old:
        assert old is None and (place / work.LOCK).exists()
        work.agree(place, old, first)
    (place / ".greatpowers-partial-x").touch()
    with work.checkpoint(place, "search") as old:
        assert old == first and not (place / ".greatpowers-partial-x").exists()
        work.agree(place, old, manifest())
    assert [path.name for path in place.iterdir()] == ["manifest.json"]
    with pytest.raises(GreatPowersError, match="holds a search, and an experiment is not written"):
        work.checkpoint(place, "experiment").__enter__()
    with pytest.raises(GreatPowersError, match=r"out: cannot continue this search: 'seed' was not set.*nothing was ch"):
        work.agree(place, first, manifest(experiment_text="seed = 1"))
    message = r"cannot be written.*; what is finished is kept\.$"
    with pytest.raises(GreatPowersError, match=message), work.checkpoint(place, "search"):
        raise OSError(5, "Input/output error")


def test_another_machine_is_named_and_its_work_continues(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    old, new = manifest(), manifest()
    work.agree(tmp_path, old, new)
    assert not recwarn.list
    for name in variants():
        old["machine"] = {**new["machine"], name: "another"}
        with pytest.warns(GreatPowersWarning, match=f"search was begun on another machine: '{name}' was \"another\""):
            work.agree(tmp_path, old, new)
    assert not (tmp_path / "manifest.json").exists()


def test_a_journal_tells_what_is_safe_on_disk(tmp_path: Path) -> None:
    journal = work.Journal(tmp_path)
    assert journal.read() == {}
    journal.start({"b": "0" * 64})
    journal.write("a", b"content")
    assert journal.sums == {"a": checksum(b"content"), "b": "0" * 64} and list(journal.sums) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"content"
    assert work.Journal(tmp_path).read() == journal.sums
    sound = work.sound(tmp_path, journal.sums, ["a", "b", "c"])
    assert sound == {"a": checksum(b"content")}
    again = work.Journal(tmp_path)
    again.start(sound)
    assert work.Journal(tmp_path).read() == sound
    journal.close()
    assert not (tmp_path / work.JOURNAL).exists()
    journal.close()


def test_lines_of_a_journal_that_say_nothing_are_passed_over(tmp_path: Path) -> None:
    good = "1" * 64
    lines = [f"{good} ", f"{good} a", f"{good}-b", f"{good}", "", f"{good} c d", f"{good} half"]
    (tmp_path / work.JOURNAL).write_text("\n".join(lines))
    assert work.Journal(tmp_path).read() == {"a": good, "c d": good}


# --- Answers


@pytest.fixture
def answer(tmp_path: Path) -> Iterator[Path]:
    written = work.save_answer(tmp_path, {"answer.md": "yes", "tables/x.csv": b"1\n"})
    assert written == [tmp_path / "answer.md", tmp_path / "tables" / "x.csv"]
    yield tmp_path


def sums_in(place: Path) -> list[str]:
    return (place / work.SUMS).read_text().splitlines()


def test_an_answer_for_a_user_who_is_not_there_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="~nobody-has-this-name/it: cannot be written"):
        work.save_answer("~nobody-has-this-name/it", {"answer.md": "yes"})


def test_an_answer_takes_the_place_of_the_one_before(answer: Path) -> None:
    assert sums_in(answer) == sorted([f"{checksum(b'yes')} answer.md", f"{checksum(b'1' + bytes([10]))} tables/x.csv"])
    work.save_answer(answer, {"answer.md": "no"})
    assert (answer / "answer.md").read_text() == "no" and not (answer / "tables" / "x.csv").exists()
    assert sums_in(answer) == [f"{checksum(b'no')} answer.md"]


def test_what_others_changed_in_an_answer_is_left_alone(answer: Path) -> None:
    (answer / "answer.md").write_text("mine")
    (answer / "tables" / "x.csv").write_text("mine")
    with pytest.warns(
        GreatPowersWarning, match=r"answer.md: this file was not written by greatpowers, or was"
    ) as warned:
        assert work.save_answer(answer, {"answer.md": "no", "new.md": "new"}) == [answer / "new.md"]
    assert len(warned) == 1
    assert [(answer / name).read_text() for name in ("answer.md", "tables/x.csv", "new.md")] == ["mine", "mine", "new"]


def test_an_answer_stopped_half_way_is_written_again(answer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the new answer is there, and checksums of both answers are."""
    whole = work.write_whole

    def stopped(path: Path, content: bytes | str) -> None:
        whole(path, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(work, "write_whole", stopped)
    with pytest.raises(KeyboardInterrupt):
        work.save_answer(answer, {"answer.md": "no", "tables/x.csv": b"2\n"})
    monkeypatch.undo()
    assert len(sums_in(answer)) == 4 and sums_in(answer) == sorted(sums_in(answer))
    assert len(work.save_answer(answer, {"answer.md": "no", "tables/x.csv": b"2\n"})) == 2
    assert (answer / "tables" / "x.csv").read_bytes() == b"2\n" and len(sums_in(answer)) == 2


def test_checksums_that_name_files_elsewhere_remove_nothing(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (tmp_path / "thesis.tex").write_bytes(b"years")
    (place / work.SUMS).write_text(f"{checksum(b'years')} ../thesis.tex\n")
    work.save_answer(place, {"answer.md": "yes"})
    assert (tmp_path / "thesis.tex").exists()


def test_a_disk_that_is_full_keeps_what_is_finished(answer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(work, "write_whole", full)
    with pytest.raises(GreatPowersError, match="the disk is full.*what is finished is kept"):
        work.save_answer(answer, {"answer.md": "no"})
    assert (answer / "answer.md").read_text() == "yes"
