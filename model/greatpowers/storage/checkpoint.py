"""Work in a directory that survives interruptions: a lock, a journal of checksums, and the manifest it began with.

Tables are Parquet, with the same bytes for the same content.
"""

import contextlib
import json
import os
import socket
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from greatpowers.scenario.errors import GreatPowersError, GreatPowersWarning, PartMissing
from greatpowers.scenario.library import check_is_file, text_in
from greatpowers.storage.files import (
    OURS,
    Lines,
    checked_path,
    checksum,
    checksum_of,
    disk_faults,
    is_within,
    reason,
    sweep,
    with_null,
    write_text,
    write_whole,
)
from greatpowers.storage.manifest import check_place, difference, other_machine, read_manifest, write_manifest

CODEBOOK = "codebook"
"""Key of a Parquet file's metadata under which meaning and unit of all its columns stand."""

Units = Mapping[str, tuple[str, str]]
"""Meaning and unit by column."""


def write_csv(frame: pd.DataFrame, path: Path, index: bool = False, digits: int | None = None) -> None:
    """Write a table as CSV, its numbers to so many significant digits, with the same ends of lines on every system."""
    write_text(path, csv_text(frame, index, digits))


def csv_text(frame: pd.DataFrame, index: bool = False, digits: int | None = None) -> str:
    """A table as the text of a CSV file."""
    form = None if digits is None else f"%.{digits}g"
    return frame.to_csv(index=index, float_format=form, lineterminator="\n")


def rows_as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as the text of a CSV file; what has no value, or a number that is not finite, is an empty cell."""
    return csv_text(pd.DataFrame(with_null(list(rows)), columns=list(columns), dtype=object))


def write_parquet(frame: pd.DataFrame, path: Path, units: Units) -> None:
    """Write a table without its index; `meaning` and `unit` go into the metadata of each column that has them."""
    path.write_bytes(parquet_bytes(frame, units))


def with_units(table: pa.Table, units: Units) -> pa.Table:
    """The table with meaning and unit in the metadata of each column that has them.

    The same stands as JSON in the metadata of the table, under "codebook", which R's arrow gives as text.
    """
    known = {
        field.name: dict(zip(("meaning", "unit"), units[field.name], strict=True))
        for field in table.schema
        if field.name in units
    }
    fields = [field.with_metadata(known[field.name]) if field.name in known else field for field in table.schema]
    book = {CODEBOOK: json.dumps(known, ensure_ascii=False)} if known else {}
    return table.cast(pa.schema(fields, {**(table.schema.metadata or {}), **book}))


def parquet_bytes(table: pa.Table | pd.DataFrame, units: Units | None = None, **options: Any) -> bytes:
    """A table as the bytes of a Parquet file; a frame without its index."""
    if isinstance(table, pd.DataFrame):
        table = pa.Table.from_pandas(table, preserve_index=False)
    table = with_units(table, units or {})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **options)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a table that :func:`write_parquet` wrote; raises :class:`GreatPowersError` if it cannot be read."""
    try:
        check_is_file(path)
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except FileNotFoundError:
        raise GreatPowersError(f"{path}: this table is missing; put it back from a copy.") from None
    except (OSError, ValueError) as error:
        raise GreatPowersError(f"{path}: this table cannot be read ({reason(error)}).") from None
    return frame


LOCK, HOLDER = f"{OURS}lock", f"{OURS}holder"


@contextlib.contextmanager
def only_process(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; raises :class:`GreatPowersError` if a living process holds it.

    The lock is the operating system's, so that of a process that was killed is free at once; a file beside it says who
    holds it.
    """
    lock = FileLock(directory / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GreatPowersError(_refusal(directory)) from None
    try:
        write_whole(directory / HOLDER, _holder())
        yield
    finally:
        for name in (HOLDER, LOCK):  # the lock while it is held: who waits for it looks whether it is still there
            with contextlib.suppress(OSError):
                (directory / name).unlink()
        lock.release()


def _holder() -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}) + "\n"


def _refusal(directory: Path) -> str:
    who = "another process"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        holder = json.loads(text_in(directory / HOLDER))
        who = f"process {holder['pid']} on {holder['host']}, since {holder['since']},"
    return f"{directory}: {who} is working on this directory; wait until it is done, or stop it first."


JOURNAL = "journal"
"""Name of the file of checksums, a line a file: it exists while there is something to do."""

SUMS = "answer.sums"

REMEDY = "Give another directory with --out, or go back to what it was begun with; nothing was changed."


@contextmanager
def checkpoint(directory: Path, kind: str) -> Iterator[dict[str, Any] | None]:
    """A directory that no other process works on meanwhile; yields the manifest it was begun with, None if it is new.

    Nothing but a manifest makes a directory ours: it is written before anything else (:func:`agree`). Raises
    :class:`GreatPowersError` if the directory holds anything but work of this kind.
    """
    check_place(directory, kind)
    with disk_faults(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with only_process(directory):
            check_place(directory, kind)
            sweep(directory)
            yield read_manifest(directory)


def agree(directory: Path, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> None:
    """Begin with a manifest, or raise :class:`GreatPowersError` if the directory was begun with another.

    A warning tells of another processor, or other variants of libraries: histories are the same on every processor of
    one architecture, and what libraries work out from them may not be to the last digit.
    """
    if old is None:
        write_manifest(directory, new)
    elif text := difference(old, new):
        raise GreatPowersError(f"{directory}: cannot continue this {new['kind']}: {text}. {REMEDY}")
    elif text := other_machine(old, new):
        text = f"this {new['kind']} was begun on another machine: {text}"
        warnings.warn(f"{directory}: {text}; last digits may differ.", GreatPowersWarning, stacklevel=2)


@contextmanager
def resumed(directory: Path, manifest: Mapping[str, Any]) -> Iterator[None]:
    """The same of work whose manifest is known before it begins: :func:`agree` once nobody else works there."""
    with checkpoint(directory, str(manifest["kind"])) as old:
        agree(directory, old, manifest)
        yield


class Journal:
    """Names and checksums of the files that are safe on disk; any thread may write some."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._lines = directory, Lines(directory / JOURNAL)
        self._sums: dict[str, str] = {}

    @property
    def sums(self) -> Mapping[str, str]:
        """Checksum by name, sorted."""
        return dict(sorted(self._sums.items()))

    def read(self) -> Mapping[str, str]:
        """What earlier processes wrote down."""
        return {line[65:]: line[:64] for line in self._lines.read() if len(line) > 65 and line[64] == " "}

    def start(self, sums: Mapping[str, str]) -> None:
        """Begin with the files that were found to be sound."""
        self._sums = dict(sums)
        self._lines.replace([f"{digest} {name}" for name, digest in self.sums.items()])

    def write(self, name: str, content: bytes) -> None:
        """Write a file of the directory, then its line."""
        write_whole(self._directory / name, content)
        self._sums[name] = checksum(content)
        self._lines.add(f"{self._sums[name]} {name}")

    def close(self) -> None:
        """Remove the journal: its content stands elsewhere now."""
        self._lines.path.unlink(missing_ok=True)


def save_answer(directory: str | Path, content: Mapping[str, bytes | str]) -> list[Path]:
    """Write what came out beside what it was worked out from; the paths.

    Answers of earlier calls are replaced. A file that others wrote or changed is left alone, with a warning: checksums
    in ``answer.sums`` tell which are ours.
    """
    directory = checked_path(directory)
    sums, new = Lines(directory / SUMS), {}
    for name, data in content.items():
        new[name] = data.encode() if isinstance(data, str) else data
    before, after = set(sums.read()), {f"{checksum(data)} {name}" for name, data in new.items()}

    def is_ours(name: str) -> bool:
        digest = checksum_of(directory / name)
        return not digest or f"{digest} {name}" in before | after

    written = [name for name in new if is_ours(name)]
    with disk_faults(directory):
        sums.replace(sorted(before | after))  # of both, should this be stopped half-way
        for name in {line[65:] for line in before} - new.keys():
            if is_within(name) and is_ours(name):
                (directory / name).unlink(missing_ok=True)
        for name in written:
            (directory / name).parent.mkdir(exist_ok=True)
            write_whole(directory / name, new[name])
        sums.replace(sorted(after))
    for name in sorted(new.keys() - set(written)):
        text = "was not written by greatpowers, or was changed since, and is left alone"
        warnings.warn(f"{directory / name}: this file {text}.", PartMissing, stacklevel=2)
    return [directory / name for name in written]


def sound(directory: Path, sums: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Those of `names` whose files are as their checksums say."""
    wanted = ((name, sums[name]) for name in names if name in sums)
    return {name: digest for name, digest in wanted if checksum_of(directory / name) == digest}
