"""One published file as a table: its columns under our names, checked; each way of being wrong has its sentence.

Files lie in the directory given, in directories inside it, or still inside zip archives.
"""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from greatpowers.historical.published.catalogue import FORMS, MISSING, Form
from greatpowers.scenario.errors import GreatPowersError, nearest

DEEPEST = 3
"""How many directories deep files are looked for."""


class FoundFile(NamedTuple):
    """A file that should hold one of the forms; `member` is its name inside the zip archive at `path`, if it is one."""

    form: Form
    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return f"{self.path.name}, {self.member}" if self.member else self.path.name

    def content(self) -> bytes:
        """What it holds, unpacked; raises :class:`GreatPowersError` if it cannot be read."""
        try:
            return self._unpacked()
        except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error) as error:
            raise GreatPowersError(f"{self.name}: the archive is damaged ({error}); download it again.") from None
        except RuntimeError as error:  # NotImplementedError, for a way of packing of its own, is one too
            has = "has a password" if "password" in str(error) else f"is packed in a way of its own ({error})"
            raise GreatPowersError(f"{self.path.name}: the archive {has}; unpack it first.") from None
        except OSError as error:
            raise GreatPowersError(f"{self.name}: the file cannot be read ({error.strerror or error}).") from None

    def _unpacked(self) -> bytes:
        if self.member:
            with zipfile.ZipFile(self.path) as archive:
                return archive.read(self.member)
        raw = self.path.read_bytes()
        return gzip.decompress(raw) if self.path.suffix == ".gz" else raw


def locate(directory: str | Path) -> list[FoundFile]:
    """Every file that should hold a form, in order of forms and names; the newest-named file of each form only."""
    place = checked_directory(directory)
    found: dict[str, FoundFile] = {}
    for candidate in sorted(_candidates(place), key=lambda c: (c.path.name.lower(), c.member.lower())):
        found[candidate.form.key] = candidate
    return [found[form.key] for form in FORMS if form.key in found]


def checked_directory(directory: str | Path) -> Path:
    """The directory with the downloads; raises :class:`GreatPowersError` if there is none."""
    place = Path(directory).expanduser()
    if not str(directory).strip() or not place.exists():
        raise GreatPowersError(f"there is no directory '{directory}'; expected the one with the files downloaded.")
    if not place.is_dir():
        raise GreatPowersError(f"'{directory}' is a file; expected the directory with the files downloaded.")
    return place


def like(directory: Path, form: Form) -> str:
    """The name of a file that may have been meant to be this form, or an empty string."""
    names = [path.name for path in directory.iterdir() if path.is_file()]
    return nearest(form.file, names)


def _candidates(place: Path) -> list[FoundFile]:
    found = []
    for path in _files(place, DEEPEST):
        if path.suffix.lower() == ".zip":
            found += _members(path)
        found += [FoundFile(form, path) for form in FORMS if form.matches(path.name)]
    return found


def _files(place: Path, depth: int) -> list[Path]:
    try:
        inside = sorted(place.iterdir())
    except OSError:
        return []
    files = [path for path in inside if path.is_file()]
    if depth > 1:
        for path in inside:
            if path.is_dir() and not path.name.startswith("."):
                files += _files(path, depth - 1)
    return files


def _members(path: Path) -> list[FoundFile]:
    """What a zip archive holds of ours; one that cannot be opened is none of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return []
    return [FoundFile(form, path, name) for name in names for form in FORMS if form.matches(name.rpartition("/")[2])]


POINTER = b"version https://git-lfs"
LARGEST_CODE = 999

LOWEST_POLITY = -10


def read(found: FoundFile) -> pd.DataFrame:
    """The columns of its form, as numbers, what is not known as NaN; raises :class:`GreatPowersError`."""
    frame = _parsed(found, found.content())
    frame.columns = pd.Index([str(name).strip().lower() for name in frame.columns])
    asked = {
        ours: theirs
        for ours, theirs in found.form.columns.items()
        if ours not in found.form.optional or not frame.columns.intersection(list(theirs)).empty
    }
    chosen = {ours: _column(found, frame, theirs) for ours, theirs in asked.items()}
    table = pd.DataFrame({ours: _numbers(found, frame[theirs], theirs) for ours, theirs in chosen.items()})
    _check(found, table, chosen)
    return table


def release(found: FoundFile, table: pd.DataFrame) -> str:
    """The release a table is from; raises :class:`GreatPowersError` if none ends when it does."""
    form, last = found.form, last_year(found.form, table)
    if last not in form.releases:
        known = ", ".join(f"{name} (to {year})" for year, name in form.releases.items())
        raise GreatPowersError(
            f"{found.name}: its last year is {last}, and no release of {form.title} that we read ends then; "
            f"expected {known}. Was the download cut short?"
        )
    return form.releases[last]


def last_year(form: Form, table: pd.DataFrame) -> int:
    """The last year a table covers; dates written as 201612 count as their year."""
    years = table[form.last].dropna()
    return int(_year(years).max())


def _year(dates: "pd.Series[float]") -> "pd.Series[float]":
    return dates.where(dates < 10_000, dates // 100)


def _parsed(found: FoundFile, content: bytes) -> pd.DataFrame:
    """The text as a table of strings and numbers."""
    start = content[:2000].lstrip()
    if not start:
        raise GreatPowersError(f"{found.name}: the file is empty; download it again.")
    if start.startswith(POINTER):
        raise GreatPowersError(f"{found.name}: this is a pointer to a large file, not the file; download it itself.")
    if start[:1] == b"<":
        raise GreatPowersError(f"{found.name}: this is a web page, not a table; the download went wrong.")
    if b"\0" in start:
        raise GreatPowersError(f"{found.name}: this is not text; expected a CSV file.")
    header = content.partition(b"\n")[0]
    for sign, name in ((b";", "semicolons"), (b"\t", "tabs")):
        if header.count(sign) > header.count(b","):
            raise GreatPowersError(f"{found.name}: its columns are separated by {name}; expected commas.")
    try:
        return pd.read_csv(io.BytesIO(content), encoding=_encoding(content), low_memory=False)
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise GreatPowersError(f"{found.name}: this is no CSV table ({reason}).") from None


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _column(found: FoundFile, frame: pd.DataFrame, theirs: Any) -> str:
    for name in theirs:
        if name in frame.columns:
            return str(name)
    near = nearest(theirs[0], frame.columns)
    meant = f" (there is '{near}')" if near else ""
    raise GreatPowersError(
        f"{found.name}: the column '{theirs[0]}' is missing{meant}; expected those of {found.form.file}."
    )


def _numbers(found: FoundFile, column: "pd.Series[Any]", name: str) -> "pd.Series[float]":
    numbers = pd.to_numeric(column, errors="coerce")
    bad = numbers.isna() & column.notna() & (column.astype(str).str.strip() != "")
    if bad.any():
        row = int(np.flatnonzero(bad.to_numpy())[0])
        raise GreatPowersError(
            f"{found.name}, line {row + 2}: '{name}' is \"{str(column.iloc[row])[:40]}\"; expected a number."
        )
    # -9 is a score of Polity, not a code
    unknown = [code for code in MISSING if name != "polity2" or code < LOWEST_POLITY]
    return numbers.astype(np.float64).mask(numbers.isin(unknown))


def _check(found: FoundFile, table: pd.DataFrame, names: dict[str, str]) -> None:
    if table.empty:
        raise GreatPowersError(f"{found.name}: the table has columns and no rows; download it again.")
    for ours in table.columns:
        low, high, what = _range(ours)
        values = table[ours]
        bad = values.notna() & ~values.between(low, high)
        if bad.any():
            row = int(np.flatnonzero(bad.to_numpy())[0])
            raise GreatPowersError(
                f"{found.name}, line {row + 2}: '{names[ours]}' is {values.iloc[row]:g}; expected {what}."
            )
        if values.isna().all():
            raise GreatPowersError(f"{found.name}: the column '{names[ours]}' holds nothing; expected {what}.")
    if found.form.unique and table.duplicated(list(found.form.unique)).any():
        row = int(np.flatnonzero(table.duplicated(list(found.form.unique)).to_numpy())[0])
        key = ", ".join(f"{names[c]} {table[c].iloc[row]:g}" for c in found.form.unique)
        raise GreatPowersError(f"{found.name}, line {row + 2}: {key} occurs twice; expected each once.")


def _range(column: str) -> tuple[float, float, str]:
    """What a column may hold: lowest, highest, in words."""
    if column == "member":
        return 2, 9999, "a country number of at least 2"
    if column in ("ccode", "ccode1", "ccode2", "other"):
        return 2, LARGEST_CODE, f"a Correlates of War country number from 2 to {LARGEST_CODE}"
    if column == "month":
        return 1, 12, "a month from 1 to 12"
    if column == "polity2":
        return LOWEST_POLITY, 10, "a Polity2 score from -10 to 10"
    if column == "year":
        return 1800, 2100, "a year"
    if column in ("start", "end"):
        return 0, 210_012, "a year, or a year and month such as 201612"
    if column == "cinc":
        return 0, 1, "a share from 0 to 1"
    if column == "conttype":
        return 0, 5, "a type of contiguity from 1 to 5"
    if column == "hostlev":
        return 0, 5, "a level of hostility from 1 to 5"
    if column in ("sidea", "orig", "defense", "offense", "consult"):
        return 0, 1, "0 or 1"
    return 0, np.inf, "a number of at least 0"
