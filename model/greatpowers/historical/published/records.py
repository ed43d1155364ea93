"""The published files of a directory, each subject in one canonical table whichever form it came in."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from greatpowers.historical.derived_tables import is_member, state_names
from greatpowers.historical.published import reading
from greatpowers.historical.published.catalogue import FORMS, NEEDED, SUBJECTS
from greatpowers.historical.published.reading import release
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.storage.files import checksum


class Source(NamedTuple):
    """A file that was read: which, which release, how many rows, first and last year that the release covers."""

    found: reading.FoundFile
    release: str
    rows: int
    first: int
    last: int
    claimed: str
    """Another release that its name says; empty if it says none."""


def _table_of(subject: str, meaning: str) -> "cached_property[pd.DataFrame]":
    def read_once(records: "Records") -> pd.DataFrame:
        return records.subject(subject)

    read_once.__doc__ = meaning
    return cached_property(read_once)


class Records:
    """What a directory of downloads holds, read when asked for.

    Tables, all with Correlates of War country numbers:

    * `capabilities`: ccode, year, milex, milper, irst, pec, tpop, upop, cinc; of a year only the states of its first
      quarter, so that no union is beside what it was made of
    * `disputes`: dispnum, ccode, start, month, end, sidea, orig, revstate, hostlev; one row per participant and spell,
      `start` and `end` in years, `month` of the start (NaN if not known)
    * `alliances`: ccode1, ccode2, year, defense, offense, consult; the first is bound to the second
    * `contiguity`: ccode1 < ccode2, first, last, conttype
    * `trade`: ccode, year, imports, exports; `dyadic_trade`: ccode1, ccode2, year, flow; `output`: ccode, year, gdp;
      `regimes`: ccode, year, polity2. These may be empty.
    """

    def __init__(self, directory: str | Path) -> None:
        self.directory = reading.checked_directory(directory)
        self.found, self.aside = reading.locate(self.directory)
        self._read: dict[tuple[str, str], tuple[pd.DataFrame, Source]] = {}
        self._chosen: dict[str, reading.FoundFile | None] = {}

    def form(self, subject: str) -> reading.FoundFile | None:
        """The file that a subject is read from: that which covers the latest year, and of equals the best form."""
        if subject not in self._chosen:
            some = [file for file in self.found if file.form.subject == subject]
            # max takes the first of equals, and forms come the best first
            best = some[0] if len(some) == 1 else max(some, key=lambda file: self.table(file)[1].last, default=None)
            self._chosen[subject] = best
        return self._chosen[subject]

    def others(self) -> list[reading.Aside]:
        """Files that are left aside: older releases and other forms of what is read, and what only looks like it."""
        left = []
        for file in self.found:
            best = self.form(file.form.subject)
            if best is not None and best is not file:
                newer, older = self.table(best)[1], self.table(file)[1]
                why = "covers more years" if newer.last > older.last else "serves better"
                reason = f"release {older.release}, to {older.last}; {best.name} {why}"
                left.append(reading.Aside(file.form.subject, file.name, reason, older=True))
        return left + self.aside

    def table(self, file: reading.FoundFile) -> tuple[pd.DataFrame, Source]:
        """A file as its canonical table, and what it is; raises :class:`GreatPowersError`."""
        key = file.form.key, str(file.place)
        if key not in self._read:
            raw = reading.read(file)
            version = release(file, raw)
            table = CANONICAL[file.form.key](raw.table)
            _check_numbers(file, table)
            first = int(table[next(name for name in ("year", "first", "start") if name in table)].min())
            last = reading.last_year(file.form, raw.table)
            self._read[key] = table, Source(file, version.name, len(raw.table), first, last, version.claimed)
        return self._read[key]

    def subject(self, name: str) -> pd.DataFrame:
        """The table of a subject; one that is not needed is empty if there is no file."""
        file = self.form(name)
        if file is not None:
            return self.table(file)[0]
        if name in NEEDED:
            raise GreatPowersError(self.missing(name))
        return pd.DataFrame(columns=EMPTY[name], dtype=np.float64)

    def missing(self, subject: str) -> str:
        """The sentence for a subject of which there is no file."""
        forms = [form for form in FORMS if form.subject == subject]
        names = " or ".join(f"'{form.file}'" for form in forms)
        aside = next((left for left in self.aside if left.subject == subject), None)
        near = next((near for form in forms if (near := reading.like(self.directory, form))), "")
        meant = f" There is '{near}', a name that no release has." if near else ""
        meant = f" There is '{aside.name}', {aside.reason}." if aside else meant
        what = SUBJECTS[subject].meaning
        return f"{self.directory}: there is no file on {subject} ({what}); expected {names}.{meant}"

    def named(self, subject: str) -> str:
        """The file and release a subject is read from, as messages call it."""
        source = self.source(subject)
        return subject if source is None else f"{source.found.name} ({source.found.form.title} {source.release})"

    def files(self) -> list[dict[str, str]]:
        """The files that were found, with release and checksum, so that others can see whether theirs are the same."""
        files = []
        for subject in SUBJECTS:
            if (source := self.source(subject)) is not None:
                content = checksum(source.found.content())
                file = {"subject": subject, "file": source.found.name, "release": source.release, "sha256": content}
                files.append(file)
        return files

    def source(self, subject: str) -> Source | None:
        """What a subject was read from, if there is a file."""
        file = self.form(subject)
        return None if file is None else self.table(file)[1]

    @cached_property
    def capabilities(self) -> pd.DataFrame:
        """States and what they have, by year: those in the state system in its first quarter."""
        table = self.subject("capabilities")
        pairs = zip(table["ccode"].astype(int), table["year"].astype(int), strict=True)
        return table[[is_member(code, year) for code, year in pairs]].reset_index(drop=True)

    disputes = _table_of("disputes", "Participants of disputes.")
    alliances = _table_of("alliances", "Obligations of the first to the second, by year.")
    contiguity = _table_of("contiguity", "Borders and narrow waters, as spells.")
    trade = _table_of("trade", "Imports and exports of states, by year.")
    dyadic_trade = _table_of("dyadic trade", "Trade between pairs, by year.")
    output = _table_of("output", "Gross domestic product, by year.")
    regimes = _table_of("regimes", "Polity2 scores (-10 to 10), by year.")


WARD_NUMBERS = {
    260: (255, 1991),
    678: (679, 1991),
    340: (345, 1816),
    971: (970, 1816),
    972: (955, 1816),
    973: (947, 1816),
}
"""Country numbers of Gleditsch and Ward (1999) for which Correlates of War has another one, and from which year."""


def _check_numbers(file: reading.FoundFile, table: pd.DataFrame) -> None:
    """Raise if a table numbers its states as Gleditsch and Ward do."""
    years = table[next(name for name in ("year", "last", "end") if name in table)]
    columns = [table[name] for name in ("ccode", "ccode1", "ccode2") if name in table]
    for theirs, (ours, since) in WARD_NUMBERS.items():
        held = {
            code: {year for column in columns for year in years[(years >= since) & (column == code)]}
            for code in (theirs, ours)
        }
        if held[theirs] - held[ours]:
            raise GreatPowersError(
                f"{file.name}: country number {theirs} is Gleditsch and Ward's for {state_names()[ours][1]}, which "
                f"Correlates of War number {ours}; expected the numbers of Correlates of War."
            )


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
    """One row per ordered pair and year with any obligation of the first to the second."""
    table = raw.reindex(columns=["ccode1", "ccode2", "year", *KINDS]).fillna(0.0)
    held = table[list(KINDS)].max(axis=1) > 0
    return table[held].groupby(["ccode1", "ccode2", "year"], as_index=False)[list(KINDS)].max()


def _mutual(raw: pd.DataFrame) -> pd.DataFrame:
    """Obligations of a file of unordered pairs, whose obligations hold both ways."""
    return _obligations(pd.concat([raw, raw.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})]))


DEFENCE_PACT, ENTENTE = 1, 3


def _mutual_by_kind(raw: pd.DataFrame) -> pd.DataFrame:
    """Obligations of unordered pairs by type of alliance, as releases 3 of Formal Alliances give them."""
    kinds = {"defense": (raw["kind"] == DEFENCE_PACT) * 1.0, "consult": (raw["kind"] == ENTENTE) * 1.0}
    return _mutual(raw.assign(**kinds))


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
            "first": reading.year_of(raw["start"]),
            "last": reading.year_of(raw["end"]),
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


POLITY_NUMBERS = {
    324: 325, 341: 347, 342: 345, 347: 345, 348: 341, 364: 365, 525: 626, 529: 530, 626: 625, 769: 770, 818: 816,
}  # fmt: skip
"""Country numbers of the Polity project that are not those of Correlates of War: Sardinia, Kosovo, Serbia, Serbia and
Montenegro, Montenegro, the Soviet Union, South Sudan, Ethiopia from 1993, Sudan from 2011, Pakistan to 1971,
Vietnam."""


def _polity(raw: pd.DataFrame) -> pd.DataFrame:
    """Scores under the numbers of Correlates of War; of two for one year, that of the later row."""
    table = _as_it_is(raw)
    table = table.assign(ccode=table["ccode"].replace(POLITY_NUMBERS))
    return table.drop_duplicates(["ccode", "year"], keep="last").reset_index(drop=True)


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
    "gml-midb": _dated,
    "gml-ddy": _participants,
    "atop-dyads": _obligations,
    "atop-members": _joint_members,
    "atop-pairs": _mutual,
    "cow-alliances-directed": _obligations,
    "cow-alliances": _mutual,
    "cow-alliances-3": _mutual_by_kind,
    "contdird": _spells_of_years,
    "contdir": _spells,
    "trade": _as_it_is,
    "dyadic-trade": _flows,
    "gdp": _as_it_is,
    "polity": _polity,
    "polity-tidy": _as_it_is,
}
"""How each form becomes the table of its subject."""
