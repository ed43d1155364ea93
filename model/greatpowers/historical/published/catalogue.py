"""The published files that can be read: what each is called, what it must hold, and how its release is recognised.

A form is one way in which a set of data is handed out: the project's own file, or the tidy copy that an R package makes
of it. Names are compared without regard to capitals and to what separates their words (:func:`plain_name`). Releases
are told apart by the last year that they cover, which a download cut short does not reach; those that end in the same
year by the name of the file, or by its column `version`. All of it is said in ``catalogue.toml``.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from greatpowers.scenario.load import parse_toml

COMPRESSED = (".gz", ".bz2", ".xz")
"""Endings of files that hold one other file."""


def plain_name(name: str) -> str:
    """A file's name without its endings, in small letters, with a hyphen wherever words are separated.

    What browsers add to a second download, as in `contdir (1).csv`, is left out; empty for a name that is no CSV file.
    """
    low = name.lower()
    for ending in COMPRESSED:
        low = low.removesuffix(ending)
    if not low.endswith(".csv"):
        return ""
    return re.sub(r"[\s_.-]+", "-", re.sub(r"\s*\(\d+\)$", "", low.removesuffix(".csv")))


class Form(NamedTuple):
    """One form of a published file; `columns` maps our names to those under which it may hold them, the first best."""

    key: str
    subject: str
    title: str
    file: str
    patterns: Sequence[str]
    """What :func:`plain_name` may be; the group `release` is what it says of the release."""
    columns: Mapping[str, Sequence[str]]
    last: str
    releases: Mapping[int, Sequence[str]]
    """Names of the releases by the last year that they cover."""
    unique: Sequence[str]
    citation: str
    optional: Sequence[str] = ()
    """Ours among `columns` that a copy of the file may do without."""

    def matches(self, name: str) -> bool:
        """Whether a file of this name should be one of these."""
        return self._match(name) is not None

    def claimed(self, name: str) -> str:
        """What a file's name says of its release; empty if nothing."""
        match = self._match(name)
        return (match.groupdict().get("release") or "") if match else ""

    def _match(self, name: str) -> re.Match[str] | None:
        plain = plain_name(name)
        return next((match for pattern in self.patterns if (match := re.fullmatch(pattern, plain))), None)


class Subject(NamedTuple):
    """What a subject is for, and where its file comes from."""

    meaning: str
    fetch: str
    """What to download, from which project."""
    terms: str
    alike: str = ""
    """By what part of its name a file looks like one of the subject."""


class Unread(NamedTuple):
    """A published file that looks like one of a subject and is not read, and why."""

    pattern: str
    subject: str
    reason: str


RELEASE = r"v?(?P<release>\d+(?:-\d+)*)"
"""What {release} stands for in patterns."""

_CATALOGUE = parse_toml(Path(__file__).parent / "catalogue.toml", "catalogue.toml")


def _form(source: str, columns: Sequence[str], patterns: Sequence[str], names: Mapping[str, Any], **row: Any) -> Form:
    """A form as the catalogue gives it."""
    held: dict[str, Sequence[str]] = {}
    for name in columns:
        held |= _CATALOGUE["columns"].get(name) or {name: names.get(name, (name,))}
    entry = _CATALOGUE["sources"][source]
    return Form(
        patterns=[pattern.replace("{release}", RELEASE) for pattern in patterns],
        columns=held,
        releases={int(year): tuple(releases) for year, releases in entry["releases"].items()},
        citation=entry["citation"],
        **row,
    )


SUBJECTS = {name: Subject(**row) for name, row in _CATALOGUE["subjects"].items()}
NEEDED: tuple[str, ...] = tuple(_CATALOGUE["needed"])
"""Subjects without which no world can be built; the others make it better."""

MISSING: tuple[int, ...] = tuple(_CATALOGUE["missing"])
"""Codes for what is not known, in any of these files."""

FORMS = tuple(_form(**{"names": {}, "unique": (), **row}) for row in _CATALOGUE["forms"])
"""Every form, the better one of a subject first."""

UNREAD = tuple(Unread(**row) for row in _CATALOGUE["unread"])
"""Published files that are known, and not read."""
