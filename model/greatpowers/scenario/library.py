"""What ships with the package: scenarios, policies, doctrines, experiments, posteriors, notebooks; where, and names.

What others named is read here too, by every room: only what is a file, and no more of it than it may hold. Reading a
device or a pipe may never end. What is refused is an :class:`OSError`, whose reason stands in the sentences of those
who read.
"""

import errno
import os
import stat
from pathlib import Path

import greatpowers
from greatpowers.scenario.errors import GreatPowersError, a_or_an, nearest, need_known, suggestion

SINGULAR = {
    "scenarios": "scenario",
    "policies": "policy",
    "doctrines": "doctrine",
    "experiments": "experiment",
    "posteriors": "posterior",
}
KINDS = tuple(SINGULAR)
HIDDEN = ("template",)


def configs_directory() -> Path:
    """Where the shipped files are: inside the installed package, else in the checkout."""
    return _shipped("configs")


def notebooks_directory() -> Path:
    """Where the shipped notebooks are: inside the installed package, else in the checkout."""
    return _shipped("notebooks")


def _shipped(folder: str) -> Path:
    package = Path(greatpowers.__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parents[1] / folder


def names(kind: str) -> list[str]:
    """Shipped names of a kind, one of :data:`KINDS`, sorted; the template is left out."""
    return [stem for stem in _stems(kind) if stem not in HIDDEN]


def _stems(kind: str) -> list[str]:
    need_known(kind, KINDS, f"there is no kind of file '{kind}'.")
    return sorted(path.stem for path in (configs_directory() / kind).glob("*.toml"))


def locate(kind: str, name_or_path: str | Path) -> tuple[Path, str]:
    """The file meant, and what to call it in messages. A shipped name wins; anything else is a path."""
    text = str(name_or_path)
    if text in _stems(kind):
        return configs_directory() / kind / f"{text}.toml", f"{text}.toml"
    path = path_of(text)
    if not text or "\0" in text or not _exists(path):
        raise GreatPowersError(_not_found(kind, text))
    return path, text


def _exists(path: Path) -> bool:
    """Whether there is something at `path`; a place that may not be looked into is left for reading to report."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except OSError:
        return False


def _not_found(kind: str, text: str) -> str:
    noun = SINGULAR[kind]
    for other in KINDS:
        if other != kind and text in _stems(other):
            return f"'{text}' is {a_or_an(SINGULAR[other])}; expected {a_or_an(noun)}. Known: {', '.join(names(kind))}."
    if "/" in text or "\\" in text or text.endswith(".toml"):
        stem = Path(text).stem
        near = stem if stem in _stems(kind) else nearest(stem, _stems(kind))
        return f"there is no file '{text}'." + (f" Did you mean the shipped {noun} '{near}'?" if near else "")
    remedy = suggestion(text, _stems(kind))
    return f"there is no {noun} '{text}', neither shipped nor as a file. {remedy}"


LARGEST = 2**26
"""Bytes that a text of settings, or about results, may have: many times the longest that anybody wrote."""

LARGEST_TABLE = 2**32
"""The same for a table that others published."""

PIECE = 2**20
"""Bytes that are read at a time: memory for the most there may be is not asked for."""


def path_of(text: str | Path) -> Path:
    """The path meant, from the directory of the user that it begins with; as it stands if there is no such user."""
    return Path(os.path.expanduser(text))


def check_is_file(path: Path) -> os.stat_result:
    """What the system says of a file; raises :class:`OSError` for whatever else bears that name."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "Not a file but a device or a pipe", str(path))
    return found


def content_of(path: Path, most: int = LARGEST) -> bytes:
    """All of a file; raises :class:`OSError` if it is none, or holds more than `most` bytes."""
    size, content = check_is_file(path).st_size, bytearray()
    if size <= most:
        with path.open("rb") as file:
            while len(content) <= most and (piece := file.read(PIECE)):
                content += piece
    if max(size, len(content)) > most:
        raise OSError(errno.EINVAL, f"Larger than {_in_words(most)}", str(path))
    return bytes(content)


def first_of(path: Path, size: int) -> bytes:
    """The first bytes of a file; raises :class:`OSError` if it is none."""
    check_is_file(path)
    with path.open("rb") as file:
        return file.read(size)


def text_in(path: Path) -> str:
    """All of a text in UTF-8, with the same ends of lines on every system."""
    return content_of(path).decode("utf-8").replace("\r\n", "\n")


def holds(path: Path, content: bytes) -> bool:
    """Whether a file has exactly this content."""
    return check_is_file(path).st_size == len(content) and content_of(path, len(content)) == content


def _in_words(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 2**20 else f"{size:,} bytes"
