"""The published files of a directory: found there, deeper, or in the archives they came in; and read as tables.

Columns come under our names, checked. Each way of being wrong has its sentence.
"""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.historical.published.catalogue import COMPRESSED, FORMS, MISSING, SUBJECTS, UNREAD, Form, plain_name
from greatpowers.scenario.errors import GreatPowersError, nearest
from greatpowers.scenario.library import LARGEST_TABLE, content_of, path_of

DEEPEST = 3
"""How many directories, and how many archives in one another, files are looked for in."""

UNPACKING: dict[str, Callable[[bytes], bytes]] = dict(
    zip(COMPRESSED, (gzip.decompress, bz2.decompress, lzma.decompress), strict=True)
)
DAMAGED = (EOFError, ValueError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
OTHERS = (".txt", ".tsv", ".tab", ".dta", ".sav", ".rda", ".rdata", ".rds", ".xls", ".xlsx", ".tar", ".tgz", ".7z",
          ".rar", ".zip")  # fmt: skip
"""Endings under which data are handed out that are not read as they are."""


class Place(NamedTuple):
    """A file: where it lies, and its names inside the archives that it is in, the outermost first."""

    path: Path
    inside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return ", ".join((self.path.name, *self.inside))

    @property
    def last(self) -> str:
        """Its own name, without directories."""
        return self.inside[-1].rpartition("/")[2] if self.inside else self.path.name

    def content(self) -> bytes:
        """What it holds, unpacked; raises :class:`GreatPowersError` if it cannot be read."""
        try:
            content = content_of(self.path, LARGEST_TABLE)
            for member in self.inside:
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = archive.read(member)
            unpack = UNPACKING.get(Path(self.last.lower()).suffix)
            return unpack(content) if unpack else content
        except DAMAGED as error:
            raise GreatPowersError(f"{self.name}: the archive is damaged ({error}); download it again.") from None
        except RuntimeError as error:  # NotImplementedError, for a way of packing of its own, is one too
            has = "has a password" if "password" in str(error) else f"is packed in a way of its own ({error})"
            raise GreatPowersError(f"{self.path.name}: the archive {has}; unpack it first.") from None
        except OSError as error:
            why = error.strerror or error
            # bz2 says of damaged content that it is an OSError without a number
            what = f"the file cannot be read ({why})" if error.errno else f"the archive is damaged ({why})"
            raise GreatPowersError(f"{self.name}: {what}.") from None


class FoundFile(NamedTuple):
    """A file that should hold one of the forms."""

    form: Form
    place: Place

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return self.place.name

    def content(self) -> bytes:
        """What it holds, unpacked; raises :class:`GreatPowersError` if it cannot be read."""
        return self.place.content()


class Aside(NamedTuple):
    """A file that looks like one of a subject and is not read, and why."""

    subject: str
    name: str
    reason: str
    older: bool = False
    """Whether it could be read, and another file is read in its place."""


def locate(directory: str | Path) -> tuple[list[FoundFile], list[Aside]]:
    """Every file that should hold a form, in order of forms and names; and those that look like one and are none."""
    places = sorted(_places(checked_directory(directory)), key=lambda place: place.name.lower())
    files = [FoundFile(form, place) for form in FORMS for place in places if form.matches(place.last)]
    taken = {one.place for one in files}
    aside = [one for place in places if place not in taken and (one := _aside(place)) is not None]
    return files, aside


def checked_directory(directory: str | Path) -> Path:
    """The directory with the downloads; raises :class:`GreatPowersError` if there is none."""
    place = path_of(directory)
    if not str(directory).strip() or not place.exists():
        raise GreatPowersError(f"there is no directory '{directory}'; expected the one with the files downloaded.")
    if not place.is_dir():
        raise GreatPowersError(f"'{directory}' is a file; expected the directory with the files downloaded.")
    return place


def like(directory: Path, form: Form) -> str:
    """The name of a file that may have been meant to be this form, or an empty string."""
    names = [path.name for path in directory.iterdir() if path.is_file()]
    return nearest(form.file, names)


def _places(directory: Path) -> Iterator[Place]:
    for path in _files(directory, DEEPEST):
        yield Place(path)
        if path.suffix.lower() == ".zip":
            yield from _members(Place(path))


def _files(place: Path, depth: int) -> list[Path]:
    try:
        inside = sorted(place.iterdir())
    except OSError:
        return []
    files = [path for path in inside if path.is_file() and not path.name.startswith(".")]
    if depth > 1:
        for path in inside:
            if path.is_dir() and not path.name.startswith("."):
                files += _files(path, depth - 1)
    return files


def _members(archive: Place) -> Iterator[Place]:
    """What a zip archive holds, and what the archives in it hold; nothing of one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive.content())) as opened:
            names = [name for name in opened.namelist() if not name.rpartition("/")[2].startswith((".", "/"))]
    except (GreatPowersError, OSError, zipfile.BadZipFile):
        return
    for name in names:
        place = Place(archive.path, (*archive.inside, name))
        if name and not name.endswith("/"):
            yield place
            if name.lower().endswith(".zip") and len(place.inside) < DEEPEST:
                yield from _members(place)


def _aside(place: Place) -> Aside | None:
    """Why a file that looks like one of a subject is left out; nothing for one that does not look so."""
    plain, low = plain_name(place.last), place.last.lower()
    if plain:
        known = next((known for known in UNREAD if re.fullmatch(known.pattern, plain)), None)
        if known is not None:
            return Aside(known.subject, place.name, f"which is not read: {known.reason}")
    ending = next((ending for ending in OTHERS if low.endswith(ending)), "")
    if not plain and not ending:
        return None
    subject = _looks_like(plain or plain_name(low.removesuffix(ending) + ".csv"))
    if not subject or (ending == ".zip" and _opens(place)):
        return None
    reason = {"": "a name that no release has", ".zip": "which is no archive; download it again"}
    return Aside(subject, place.name, reason.get(ending, f"which ends in {ending}; save it as a CSV file"))


def _looks_like(plain: str) -> str:
    alike = ((name, subject.alike) for name, subject in SUBJECTS.items() if subject.alike)
    return next((name for name, part in alike if re.search(part, plain)), "")


def _opens(place: Place) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(place.content())):
            return True
    except (GreatPowersError, OSError, zipfile.BadZipFile):
        return False


POINTER = b"version https://git-lfs"
LARGEST_CODE = 999

LOWEST_POLITY = -10

RANGES: Mapping[str, tuple[float, float, str]] = {
    "member": (2, 9999, "a country number of at least 2"),
    **dict.fromkeys(
        ("ccode", "ccode1", "ccode2", "other"),
        (2, LARGEST_CODE, f"a Correlates of War country number from 2 to {LARGEST_CODE}"),
    ),
    "month": (1, 12, "a month from 1 to 12"),
    "polity2": (LOWEST_POLITY, 10, "a Polity2 score from -10 to 10"),
    "year": (1800, 2100, "a year"),
    **dict.fromkeys(("start", "end"), (0, 210_012, "a year, or a year and month such as 201612")),
    "cinc": (0, 1, "a share from 0 to 1"),
    "conttype": (0, 5, "a type of contiguity from 1 to 5"),
    "hostlev": (0, 5, "a level of hostility from 1 to 5"),
    **dict.fromkeys(("sidea", "orig", "defense", "offense", "consult"), (0, 1, "0 or 1")),
}
"""What columns may hold, by our names: lowest, highest, in words; others hold numbers of at least 0."""


class ReadFile(NamedTuple):
    """A file as it was read: its table, and what its column `version` says, if it has one."""

    table: pd.DataFrame
    version: str


def read(file: FoundFile) -> ReadFile:
    """The columns of its form, as numbers, what is not known as NaN; raises :class:`GreatPowersError`."""
    frame = _parsed(file, file.place.content())
    frame.columns = pd.Index([str(name).strip().lower() for name in frame.columns])
    asked = {
        ours: theirs
        for ours, theirs in file.form.columns.items()
        if ours not in file.form.optional or not frame.columns.intersection(list(theirs)).empty
    }
    chosen = {ours: _column(file, frame, theirs) for ours, theirs in asked.items()}
    table = pd.DataFrame({ours: _numbers(file, frame[theirs], theirs) for ours, theirs in chosen.items()})
    _check(file, table, chosen)
    versions = frame["version"].dropna() if "version" in frame.columns else pd.Series(dtype=object)
    return ReadFile(
        table, "" if versions.empty else f"{versions.iloc[-1]:g}" if versions.dtype == float else str(versions.iloc[-1])
    )


class Release(NamedTuple):
    """The release a file is from; `claimed` is the other one that its name says, if it does."""

    name: str
    claimed: str = ""


def release(file: FoundFile, content: ReadFile) -> Release:
    """The release by its last year, then by name and column; raises :class:`GreatPowersError` if none ends then."""
    form, last = file.form, last_year(file.form, content.table)
    if last not in form.releases:
        known = ", ".join(f"{_either(names)} (to {year})" for year, names in form.releases.items())
        later = last > max(form.releases)
        what = "that we know goes so far" if later else "that we read ends then"
        doubt = "Is it newer than this version of greatpowers?" if later else "Was the download cut short?"
        raise GreatPowersError(
            f"{file.name}: its last year is {last}, and no release of {form.title} {what}; expected {known}. {doubt}"
        )
    names, claimed = form.releases[last], form.claimed(file.place.last)
    meant = _said(claimed, names) or _said(content.version, names) or names
    others = [name for year, some in form.releases.items() if year != last for name in some]
    differs = claimed and not _said(claimed, names) and _said(claimed, others)
    return Release(_either(meant), _either(differs) if differs else "")


def _said(text: str, names: Sequence[str]) -> list[str]:
    """Which of some releases a number names: 60 and v6.0 name 6.0, and 5 every release that begins with it."""
    number = re.search(r"\d+(?:[-_.]\d+)*", text)
    if number is None:
        return []
    if len(number[0]) == 1:
        return [name for name in names if name.split(".")[0] == number[0]]
    return [name for name in names if _digits(name) == _digits(number[0])]


def _digits(number: str) -> str:
    """Its digits, without the noughts at their end: 3.10 is 3.1."""
    return re.sub(r"\D", "", number).rstrip("0")


def _either(names: Sequence[str]) -> str:
    return f"{names[0]} to {names[-1]}" if len(names) > 2 else " or ".join(names)


def last_year(form: Form, table: pd.DataFrame) -> int:
    """The last year a table covers; dates written as 201612 count as their year."""
    years = table[form.last].dropna()
    return int(year_of(years).max())


def year_of(dates: "pd.Series[float]") -> "pd.Series[float]":
    """Years of dates such as 1962 or 196207."""
    return dates.where(dates < 10_000, dates // 100)


def _parsed(file: FoundFile, content: bytes) -> pd.DataFrame:
    """The text as a table of strings and numbers."""
    start = content[:2000].lstrip()
    if not start:
        raise GreatPowersError(f"{file.name}: the file is empty; download it again.")
    if start.startswith(POINTER):
        raise GreatPowersError(f"{file.name}: this is a pointer to a large file, not the file; download it itself.")
    if start[:1] == b"<":
        raise GreatPowersError(f"{file.name}: this is a web page, not a table; the download went wrong.")
    if b"\0" in start:
        raise GreatPowersError(f"{file.name}: this is not text; expected a CSV file.")
    header = content.partition(b"\n")[0]
    for sign, name in ((b";", "semicolons"), (b"\t", "tabs")):
        if header.count(sign) > header.count(b","):
            raise GreatPowersError(f"{file.name}: its columns are separated by {name}; expected commas.")
    try:
        return pd.read_csv(io.BytesIO(content), encoding=_encoding(content), low_memory=False, na_values=["."])
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise GreatPowersError(f"{file.name}: this is no CSV table ({reason}).") from None


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _column(file: FoundFile, frame: pd.DataFrame, theirs: Any) -> str:
    for name in theirs:
        if name in frame.columns:
            return str(name)
    if "ccode" in theirs[0] and (ward := [name for name in frame.columns if str(name).startswith(("gwcode", "gwno"))]):
        raise GreatPowersError(
            f"{file.name}: the column '{theirs[0]}' is missing, and '{ward[0]}' numbers states as Gleditsch and Ward "
            "do; expected the numbers of Correlates of War."
        )
    near = nearest(theirs[0], frame.columns)
    meant = f" (there is '{near}')" if near else ""
    raise GreatPowersError(
        f"{file.name}: the column '{theirs[0]}' is missing{meant}; expected those of {file.form.file}."
    )


def _numbers(file: FoundFile, column: "pd.Series[Any]", name: str) -> "pd.Series[float]":
    numbers = pd.to_numeric(_plain_dates(column), errors="coerce")
    odd = column[numbers.isna() & column.notna()]
    odd = odd[odd.astype(str).str.strip() != ""]
    if not odd.empty:
        row = int(odd.index[0])
        raise GreatPowersError(
            f"{file.name}, line {row + 2}: '{name}' is \"{str(column.iloc[row])[:40]}\"; expected a number."
        )
    # -9 is a score of Polity, not a code
    unknown = [code for code in MISSING if name != "polity2" or code < LOWEST_POLITY]
    return numbers.astype(np.float64).mask(numbers.isin(unknown))


def _plain_dates(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Dates such as 1962-07-04, as R packages write them, as 196207."""
    if pd.api.types.is_numeric_dtype(column):
        return column
    return column.astype(str).str.strip().str.replace(r"^(\d{4})-(\d{2})-\d{2}$", r"\1\2", regex=True)


def _check(file: FoundFile, table: pd.DataFrame, names: dict[str, str]) -> None:
    if table.empty:
        raise GreatPowersError(f"{file.name}: the table has columns and no rows; download it again.")
    for ours in table.columns:
        low, high, what = RANGES.get(ours, (0, np.inf, "a number of at least 0"))
        values = table[ours]
        bad = values.notna() & ~values.between(low, high)
        if bad.any():
            row = int(np.flatnonzero(bad.to_numpy())[0])
            raise GreatPowersError(
                f"{file.name}, line {row + 2}: '{names[ours]}' is {values.iloc[row]:g}; expected {what}."
            )
        if values.isna().all():
            raise GreatPowersError(f"{file.name}: the column '{names[ours]}' holds nothing; expected {what}.")
    if file.form.unique and table.duplicated(list(file.form.unique)).any():
        row = int(np.flatnonzero(table.duplicated(list(file.form.unique)).to_numpy())[0])
        key = ", ".join(f"{names[c]} {table[c].iloc[row]:g}" for c in file.form.unique)
        raise GreatPowersError(f"{file.name}, line {row + 2}: {key} occurs twice; expected each once.")
