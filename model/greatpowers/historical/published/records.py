"""The published files of a directory, each subject in one canonical table whichever form it came in."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.historical.published.catalogue import FORMS, NEEDED, SUBJECTS, Form
from greatpowers.historical.published.reading import FoundFile, checked_directory, like, locate, read, release
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import checksum

OPEN_ENDED = 9999


class Source(NamedTuple):
    """A file that was read: which, which release, how many rows, first and last year."""

    found: FoundFile
    release: str
    rows: int
    first: int
    last: int


class Records:
    """What a directory of downloads holds, read when asked for.

    Tables, all with Correlates of War country numbers:

    * `capabilities`: ccode, year, milex, milper, irst, pec, tpop, upop, cinc
    * `disputes`: dispnum, ccode, start, month, end, sidea, orig, revstate, hostlev; one row per participant and spell,
      `start` and `end` in years, `month` of the start (NaN if not known)
    * `alliances`: ccode1, ccode2, year, defense, offense, consult; the first is bound to the second
    * `contiguity`: ccode1 < ccode2, first, last, conttype
    * `trade`: ccode, year, imports, exports; `dyadic_trade`: ccode1, ccode2, year, flow; `output`: ccode, year, gdp;
      `regimes`: ccode, year, polity2. These may be empty.
    """

    def __init__(self, directory: str | Path) -> None:
        self.directory = checked_directory(directory)
        self.found = locate(self.directory)
        self._read: dict[str, tuple[pd.DataFrame, Source]] = {}

    def form(self, subject: str) -> FoundFile | None:
        """The file that a subject is read from: the best form there is."""
        return next((found for found in self.found if found.form.subject == subject), None)

    def table(self, found: FoundFile) -> tuple[pd.DataFrame, Source]:
        """A file as its canonical table, and what it is; raises :class:`GreatPowersError`."""
        key = found.form.key
        if key not in self._read:
            raw = read(found)
            version = release(found, raw)
            table = CANONICAL[key](raw)
            first, last = _years(table)
            self._read[key] = table, Source(found, version, len(raw), first, last)
        return self._read[key]

    def subject(self, name: str) -> pd.DataFrame:
        """The table of a subject; one that is not needed is empty if there is no file."""
        found = self.form(name)
        if found is not None:
            return self.table(found)[0]
        if name in NEEDED:
            raise GreatPowersError(self.missing(name))
        return pd.DataFrame(columns=EMPTY[name], dtype=np.float64)

    def missing(self, subject: str) -> str:
        """The sentence for a subject of which there is no file."""
        forms = [form for form in FORMS if form.subject == subject]
        names = " or ".join(f"'{form.file}'" for form in forms)
        near = next((near for form in forms if (near := like(self.directory, form))), "")
        meant = f" There is '{near}', a name that no release has." if near else ""
        return f"{self.directory}: there is no file on {subject} ({SUBJECTS[subject]}); expected {names}.{meant}"

    def files(self) -> list[dict[str, str]]:
        """The files that were found, with release and checksum, so that others can see whether theirs are the same."""
        found = []
        for subject in SUBJECTS:
            if (source := self.source(subject)) is not None:
                content = checksum(source.found.content())
                file = {"subject": subject, "file": source.found.name, "release": source.release, "sha256": content}
                found.append(file)
        return found

    def source(self, subject: str) -> Source | None:
        """What a subject was read from, if there is a file."""
        found = self.form(subject)
        return None if found is None else self.table(found)[1]

    @cached_property
    def capabilities(self) -> pd.DataFrame:
        """States and what they have, by year."""
        return self.subject("capabilities")

    @cached_property
    def disputes(self) -> pd.DataFrame:
        """Participants of disputes."""
        return self.subject("disputes")

    @cached_property
    def alliances(self) -> pd.DataFrame:
        """Obligations of the first to the second, by year."""
        return self.subject("alliances")

    @cached_property
    def contiguity(self) -> pd.DataFrame:
        """Borders and narrow waters, as spells."""
        return self.subject("contiguity")

    @cached_property
    def trade(self) -> pd.DataFrame:
        """Imports and exports of states, by year."""
        return self.subject("trade")

    @cached_property
    def dyadic_trade(self) -> pd.DataFrame:
        """Trade between pairs, by year."""
        return self.subject("dyadic trade")

    @cached_property
    def output(self) -> pd.DataFrame:
        """Gross domestic product, by year."""
        return self.subject("output")

    @cached_property
    def regimes(self) -> pd.DataFrame:
        """Polity2 scores (-10 to 10), by year."""
        return self.subject("regimes")


def _years(table: pd.DataFrame) -> tuple[int, int]:
    if "year" in table:
        return int(table["year"].min()), int(table["year"].max())
    first, last = ("first", "last") if "first" in table else ("start", "end")
    ends = table[last][table[last] < OPEN_ENDED]
    return int(table[first].min()), int(ends.max())


def _year_of(dates: "pd.Series[float]") -> "pd.Series[float]":
    """Years of dates such as 1962 or 196207."""
    return dates.where(dates < 10_000, dates // 100)


def _as_it_is(raw: pd.DataFrame) -> pd.DataFrame:
    return raw.dropna(subset=[c for c in ("ccode", "year", "start", "end") if c in raw]).reset_index(drop=True)


def _dated(raw: pd.DataFrame) -> pd.DataFrame:
    """Participants of disputes; a file that gives no months leaves them unknown."""
    return _as_it_is(raw if "month" in raw else raw.assign(month=np.nan))


def _participants(raw: pd.DataFrame) -> pd.DataFrame:
    """Participants of disputes from pairs of them: each state once a dispute, at its highest level of hostility."""
    dated = _dated(raw).sort_values(["start", "month"], kind="stable")
    return dated.groupby(["dispnum", "ccode"], as_index=False).agg(
        start=("start", "first"), month=("month", "first"), end=("end", "max"), sidea=("sidea", "max"),
        orig=("orig", "max"), revstate=("revstate", "max"), hostlev=("hostlev", "max"),
    )  # fmt: skip


def _obligations(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per ordered pair and year with any obligation; a file of unordered pairs counts both ways."""
    table = raw.reindex(columns=["ccode1", "ccode2", "year", *KINDS]).fillna(0.0)
    if (table["ccode1"] < table["ccode2"]).all():
        table = pd.concat([table, table.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})])
    held = table[list(KINDS)].max(axis=1) > 0
    return table[held].groupby(["ccode1", "ccode2", "year"], as_index=False)[list(KINDS)].max()


def _joint_members(raw: pd.DataFrame) -> pd.DataFrame:
    """Obligations of members to those they share an alliance with, year by year."""
    members = raw.assign(end=raw["end"].mask(raw["end"].fillna(0) == 0, raw["start"].max()))
    pairs = members.merge(members, on="atopid", suffixes=("1", "2"))
    pairs = pairs[pairs["member1"] != pairs["member2"]]
    first, last = pairs[["start1", "start2"]].max(axis=1), pairs[["end1", "end2"]].min(axis=1)
    pairs = pairs.assign(first=first, span=(last - first + 1).clip(lower=0)).reset_index(drop=True)
    years = pairs.loc[pairs.index.repeat(pairs["span"].astype(int))]
    table = pd.DataFrame(
        {
            "ccode1": years["member1"],
            "ccode2": years["member2"],
            "year": years["first"] + years.groupby(level=0).cumcount(),
            **{kind: years[f"{kind}1"] for kind in KINDS},
        }
    )
    return _obligations(table)


def _spells(raw: pd.DataFrame) -> pd.DataFrame:
    """Spells of contiguity, the lower country number first."""
    table = pd.DataFrame(
        {
            "ccode1": raw[["ccode1", "ccode2"]].min(axis=1),
            "ccode2": raw[["ccode1", "ccode2"]].max(axis=1),
            "first": _year_of(raw["start"]),
            "last": _year_of(raw["end"]),
            "conttype": raw["conttype"],
        }
    )
    return table[table["conttype"] >= 1].dropna().drop_duplicates().reset_index(drop=True)


def _spells_of_years(raw: pd.DataFrame) -> pd.DataFrame:
    return _spells(raw.assign(start=raw["year"], end=raw["year"]))


def _flows(raw: pd.DataFrame) -> pd.DataFrame:
    """Trade between pairs: both directions together, in million dollars."""
    flow = raw[["flow1", "flow2"]].sum(axis=1, min_count=1)
    return raw[["ccode1", "ccode2", "year"]].assign(flow=flow).dropna().reset_index(drop=True)


KINDS = ("defense", "offense", "consult")
EMPTY = {
    "trade": ["ccode", "year", "imports", "exports"],
    "dyadic trade": ["ccode1", "ccode2", "year", "flow"],
    "output": ["ccode", "year", "gdp"],
    "regimes": ["ccode", "year", "polity2"],
}
CANONICAL: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "nmc": _as_it_is,
    "midb": _dated,
    "dyadic-mid": _participants,
    "atop-dyads": _obligations,
    "atop-members": _joint_members,
    "cow-alliances": _obligations,
    "contdird": _spells_of_years,
    "contdir": _spells,
    "trade": _as_it_is,
    "dyadic-trade": _flows,
    "gdp": _as_it_is,
    "polity": _as_it_is,
}
"""How each form becomes the table of its subject."""


def subjects_of(forms: "tuple[Form, ...]" = FORMS) -> list[str]:
    """The subjects, in the order in which they are listed."""
    return list(dict.fromkeys(form.subject for form in forms))
