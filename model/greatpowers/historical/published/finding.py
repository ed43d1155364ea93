"""Finding the published files of a directory, whether they lie in it, deeper, or still in the archives they came in."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from greatpowers.historical.published.catalogue import ALIKE, COMPRESSED, FORMS, UNREAD, Form, plain_name
from greatpowers.scenario.errors import GreatPowersError, nearest

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
            content = self.path.read_bytes()
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
    found = [FoundFile(form, place) for form in FORMS for place in places if form.matches(place.last)]
    taken = {one.place for one in found}
    aside = [one for place in places if place not in taken and (one := _aside(place)) is not None]
    return found, aside


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
    return next((subject for subject, part in ALIKE.items() if re.search(part, plain)), "")


def _opens(place: Place) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(place.content())):
            return True
    except (GreatPowersError, OSError, zipfile.BadZipFile):
        return False
