"""Where the published files lie: in the directory given, in directories inside it, or still inside zip archives."""

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

from greatpowers.historical.published.catalogue import FORMS, Form
from greatpowers.scenario.errors import GreatPowersError, nearest

DEEPEST = 3
"""How many directories deep files are looked for."""


class Found(NamedTuple):
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


def locate(directory: str | Path) -> list[Found]:
    """Every file that should hold a form, in order of forms and names; the newest-named file of each form only."""
    place = checked_directory(directory)
    found: dict[str, Found] = {}
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


def _candidates(place: Path) -> list[Found]:
    found = []
    for path in _files(place, DEEPEST):
        if path.suffix.lower() == ".zip":
            found += _members(path)
        found += [Found(form, path) for form in FORMS if form.matches(path.name)]
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


def _members(path: Path) -> list[Found]:
    """What a zip archive holds of ours; one that cannot be opened is none of ours."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return []
    return [Found(form, path, name) for name in names for form in FORMS if form.matches(name.rpartition("/")[2])]
