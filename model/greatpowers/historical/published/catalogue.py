"""The published files that can be read: what each is called, what it must hold, and what its release is told by.

A form is one way in which a set of data is handed out: the project's own file, or the tidy copy that an R package makes
of it. Names are compared without regard to capitals and to what separates their words (:func:`plain_name`). Releases
are told apart by the last year that they cover, which a download cut short does not reach; those that end in the same
year by the name of the file, or by its column `version`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

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
        found = self._match(name)
        return (found.groupdict().get("release") or "") if found else ""

    def _match(self, name: str) -> re.Match[str] | None:
        plain = plain_name(name)
        return next((found for pattern in self.patterns if (found := re.fullmatch(pattern, plain))), None)


class Subject(NamedTuple):
    """What a subject is for, and where its file comes from."""

    meaning: str
    fetch: str
    """What to download, from which project."""
    terms: str


COW_TERMS = "free; name the release and cite the article"

SUBJECTS = {
    "capabilities": Subject(
        "who the states are, and what they have",
        "NMC_Documentation-6.0.zip (correlatesofwar.org, National Material Capabilities)", COW_TERMS,
    ),
    "disputes": Subject(
        "who has challenged whom",
        "MID-5-Data-and-Supporting-Materials.zip (correlatesofwar.org, Militarized Interstate Disputes)", COW_TERMS,
    ),
    "alliances": Subject(
        "who has promised what to whom",
        "ATOP 5.1 (.csv).zip (atopdata.org, Alliance Treaty Obligations and Provisions)",
        "free; cite Leeds, Ritter, Mitchell & Long 2002",
    ),
    "contiguity": Subject(
        "who borders on whom", "DirectContiguity320.zip (correlatesofwar.org, Direct Contiguity)", COW_TERMS,
    ),
    "trade": Subject("how much each state trades", "COW_Trade_4.0.zip (correlatesofwar.org, Trade)", COW_TERMS),
    "dyadic trade": Subject("who trades with whom", "COW_Trade_4.0.zip, the same file", COW_TERMS),
    "output": Subject(
        "gross domestic product", "cw_gdppop of the R package isard, written with write.csv",
        "GPL-2; cite Fariss, Anders, Markowitz & Barnum 2022",
    ),
    "regimes": Subject(
        "how democratic each state is", "p5v2018.xls (systemicpeace.org, Polity5), saved as p5v2018.csv",
        "free; cite Marshall & Gurr",
    ),
}  # fmt: skip
NEEDED = ("capabilities", "disputes", "alliances", "contiguity")
"""Subjects without which no world can be built; the others make it better."""

MISSING = (-9, -99, -88, -77, -66)
"""Codes for what is not known, in any of these files."""


def _same(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


NMC = "Singer, Bremer & Stuckey 1972; Singer 1987; Correlates of War, National Material Capabilities"
MID = "Palmer, McManus, D'Orazio, Kenwick, Karstens, Bloch, Dietrich, Kahn, Ritter & Soules 2022"
DYADIC_MID = "Maoz, Johnson, Kaplan, Ogunkoya & Shreve 2019"
GML = "Gibler, Miller & Little 2016"
ATOP = "Leeds, Ritter, Mitchell & Long 2002; Alliance Treaty Obligations and Provisions"
COW_ALLIANCES = "Gibler 2009; Correlates of War, Formal Alliances"
CONTIGUITY = "Stinnett, Tir, Schafer, Diehl & Gochman 2002; Correlates of War, Direct Contiguity"
TRADE = "Barbieri, Keshk & Pollins 2009; Correlates of War, Trade"
GDP = "Fariss, Anders, Markowitz & Barnum 2022"
POLITY = "Marshall & Gurr; Center for Systemic Peace, Polity5"

NMC_COLUMNS = {**_same("ccode", "year", "milex", "milper", "irst"), "pec": ("pec", "energy")}
NMC_COLUMNS |= _same("tpop", "upop", "cinc")
PARTICIPANTS = {
    "dispnum": ("dispnum", "dispnum3", "dispnum4"), **_same("ccode", "sidea", "orig", "revstate", "hostlev"),
    "start": ("styear",), "month": ("stmon",), "end": ("endyear",),
}  # fmt: skip
DYADS = {
    "ccode1": ("ccode1", "statea", "statelno", "state1no", "mem1"),
    "ccode2": ("ccode2", "stateb", "statehno", "state2no", "mem2"),
}
ATOP_KINDS = {
    "defense": ("defense", "atop_defense"), "offense": ("offense", "atop_offense"),
    "consult": ("consul", "atop_consul"),
}  # fmt: skip
COW_PACTS = {**DYADS, "year": ("year",), "defense": ("defense", "cow_defense"), "consult": ("entente", "cow_entente")}
RELEASE = r"v?(?P<release>\d+(?:-\d+)*)"

MID_RELEASES = {2001: ("3.0", "3.02", "3.1"), 2010: ("4.0", "4.01", "4.1", "4.2", "4.3"), 2014: ("5.0",)}
GML_RELEASES = {
    2010: ("2.0", "2.01", "2.02", "2.03", "2.1", "2.1.1", "2.2", "2.2.1"),
    2014: ("2.2.1",),  # carried on with the disputes of the project's own release 5.0
}
CONTIGUITY_RELEASES = {2000: ("3.0",), 2006: ("3.1",), 2016: ("3.2",)}
ATOP_RELEASES = {2003: ("3.0",), 2016: ("4.01",), 2018: ("5.0", "5.1")}
COW_ALLIANCE_RELEASES = {2000: ("3.03",), 2012: ("4.1",)}
TRADE_RELEASES = {2006: ("2.0", "2.01"), 2009: ("3.0",), 2014: ("4.0",)}
POLITY_RELEASES = {**{year: (f"IV, {year}",) for year in range(2006, 2018)}, 2018: ("IV, 2018", "5")}

FORMS = (
    Form(
        "nmc", "capabilities", "National Material Capabilities", "NMC-60-abridged.csv",
        (rf"(?:cow-)?nmc(?:-?{RELEASE})?(?:-abridged|-wsupplementary)?",), NMC_COLUMNS, "year",
        {2001: ("3.02",), 2007: ("4.0",), 2012: ("5.0",), 2016: ("6.0",), 2022: ("7.0",)}, ("ccode", "year"), NMC,
    ),
    Form(
        "midb", "disputes", "Militarized Interstate Disputes, participants", "MIDB 5.0.csv",
        (rf"midb-?{RELEASE}", rf"mid-{RELEASE}-participants"), PARTICIPANTS, "end", MID_RELEASES, (), MID, ("month",),
    ),
    Form(
        "dyadic-mid", "disputes", "Militarized Interstate Disputes, dyads", "dyadic_mid_4.03.csv",
        (rf"dyadic-mids?-{RELEASE}", rf"mid-dyadic-{RELEASE}", r"dyadic-mid-\d+-[a-z]+-\d{4}"),
        {
            "dispnum": ("disno",), "ccode": ("statea",), "other": ("stateb",), "start": ("strtyr",),
            "month": ("strtmnth",), "end": ("endyear",), "sidea": ("sideaa",), "orig": ("orignata",),
            "revstate": ("revstata",), "hostlev": ("hihosta",), "year": ("year",),
        },
        "year", {2010: ("3.1",), 2014: ("4.0", "4.01", "4.02", "4.03")}, (), DYADIC_MID, ("month",),
    ),
    Form(
        "gml-midb", "disputes", "Militarized Interstate Disputes as Gibler, Miller & Little code them, participants",
        "gml-midb-2.2.1.csv", (rf"gml-midb-{RELEASE}",), PARTICIPANTS, "end", GML_RELEASES, (), GML, ("month",),
    ),
    Form(
        "gml-ddy", "disputes", "Militarized Interstate Disputes as Gibler, Miller & Little code them, dyads",
        "gml-ddy-disputes-2.2.1.csv", (rf"gml-ddy-disputes-{RELEASE}", "gml-dirdisp"),
        {
            "dispnum": ("dispnum", "dispnum3"), "ccode": ("ccode1",), "other": ("ccode2",), "start": ("year",),
            "month": ("stmon",), "end": ("year",), "sidea": ("sidea1",), "orig": ("orig1",), "revstate": ("revstate1",),
            "hostlev": ("hostlev1",), "year": ("year",),
        },
        "year", GML_RELEASES, (), GML, ("month",),
    ),
    Form(
        "atop-dyads", "alliances", "Alliance Treaty Obligations and Provisions, directed dyads", "atop5_1ddyr.csv",
        (rf"atop-?{RELEASE}ddyr(?:eug)?-?(?:nna)?", rf"atop-{RELEASE}-dyad-year", "atop-alliance"),
        {**DYADS, "year": ("year",), **ATOP_KINDS}, "year", ATOP_RELEASES, ("ccode1", "ccode2", "year"), ATOP,
    ),
    Form(
        "atop-members", "alliances", "Alliance Treaty Obligations and Provisions, members", "atop5_1m.csv",
        (rf"atop-?{RELEASE}m", rf"atop-{RELEASE}-members"),
        {**_same("atopid", "member"), "start": ("yrent",), "end": ("yrexit",), **ATOP_KINDS},
        "start", ATOP_RELEASES, (), ATOP,
    ),
    Form(
        "atop-pairs", "alliances", "Alliance Treaty Obligations and Provisions, dyads", "atop5_1dy.csv",
        (rf"atop-?{RELEASE}dy(?:eug)?-?(?:nna)?",), {**DYADS, "year": ("year",), **ATOP_KINDS}, "year", ATOP_RELEASES,
        ("ccode1", "ccode2", "year"), ATOP,
    ),
    Form(
        "cow-alliances-directed", "alliances", "Formal Alliances, directed dyads by year",
        "alliance_v4.1_by_directed_yearly.csv", (rf"alliance-{RELEASE}-by-directed-yearly", "cow-alliance"), COW_PACTS,
        "year", COW_ALLIANCE_RELEASES, (), COW_ALLIANCES,
    ),
    Form(
        "cow-alliances", "alliances", "Formal Alliances, dyads by year", "alliance_v4.1_by_dyad_yearly.csv",
        (rf"alliance-{RELEASE}-by-dyad-yearly",), COW_PACTS, "year", COW_ALLIANCE_RELEASES, (), COW_ALLIANCES,
    ),
    Form(
        "cow-alliances-3", "alliances", "Formal Alliances, dyads by year and type", "alliance_v3.03_dyadic.csv",
        (rf"alliance-{RELEASE}-dyadic",), {**DYADS, "year": ("year",), "kind": ("sstype",)}, "year",
        COW_ALLIANCE_RELEASES, (), COW_ALLIANCES,
    ),
    Form(
        "contdird", "contiguity", "Direct Contiguity, directed dyads by year", "contdird.csv",
        ("contdird",), {**DYADS, **_same("year", "conttype")}, "year", CONTIGUITY_RELEASES,
        ("ccode1", "ccode2", "year"), CONTIGUITY,
    ),
    Form(
        "contdir", "contiguity", "Direct Contiguity, spells", "contdir.csv",
        ("(?:cow-)?contdir", rf"cow-contiguity-{RELEASE}-spells"),
        {
            **DYADS, "start": ("styear", "begin", "stdate"), "end": ("endyear", "end", "enddate"),
            "conttype": ("conttype",),
        },
        "end", CONTIGUITY_RELEASES, (), CONTIGUITY,
    ),
    Form(
        "trade", "trade", "National Trade", "National_COW_4.0.csv",
        (rf"national-cow-{RELEASE}", rf"national-trade-{RELEASE}", rf"cow-trade-{RELEASE}-national", "cow-trade-sy"),
        _same("ccode", "year", "imports", "exports"), "year", TRADE_RELEASES, ("ccode", "year"), TRADE,
    ),
    Form(
        "dyadic-trade", "dyadic trade", "Dyadic Trade", "Dyadic_COW_4.0.csv",
        (rf"dyadic-cow-{RELEASE}", rf"dyadic-trade-{RELEASE}", "cow-trade-ndy"),
        {**DYADS, **_same("year", "flow1", "flow2")}, "year", TRADE_RELEASES, ("ccode1", "ccode2", "year"), TRADE,
    ),
    Form(
        "gdp", "output", "Gross domestic product", "cw_gdppop.csv", ("gdp-pop-isard", "cw-gdppop"),
        {"ccode": ("ccode",), "year": ("year",), "gdp": ("pwtrgdp",)}, "year", {2019: ("of 2022",)}, ("ccode", "year"),
        GDP,
    ),
    Form(
        "polity", "regimes", "Polity", "p5v2018.csv", (r"p(?P<release>5)v\d{4}", r"p4v(?P<release>\d{4})"),
        _same("ccode", "year", "polity2"), "year", POLITY_RELEASES, ("ccode", "year"), POLITY,
    ),
    Form(
        "polity-tidy", "regimes", "Polity, as R packages number it", "cw_democracy.csv",
        ("regime-isard", "cw-democracy", "ccode-democracy"), _same("ccode", "year", "polity2"), "year",
        {year: ("5, with V-Dem",) for year in range(2018, 2027)}, ("ccode", "year"), POLITY,
    ),
)  # fmt: skip
"""Every form, the better one of a subject first."""


class Unread(NamedTuple):
    """A published file that looks like one of a subject and is not read, and why."""

    pattern: str
    subject: str
    reason: str


UNREAD = (
    Unread("mid[ai]p?-?.*|gml-mida.*|cow-mid-disps|gml-mid-disps", "disputes",
           "it has no participants; take the MIDB file of the same archive"),
    Unread("cow-mid-dirdisps|(?:cow|gml)-mid-ddydisps|gml-ndy-disputes.*", "disputes",
           "it does not say who wanted to change something; take MIDB 5.0.csv, or gml_dirdisp"),
    Unread("alliance-.*by-(?:member(?:-yearly)?|dyad|directed)", "alliances",
           "it does not go by pairs and years; take the file 'by_directed_yearly' of the same archive"),
    Unread(r"atop-?[\d-]+(?:a|sy|mp)(?:eug)?(?:nna)?", "alliances",
           "it does not say who is bound to whom; take the file 'ddyr' of the same archive"),
    Unread("contdirs", "contiguity", "it only counts borders; take contdird.csv of the same archive"),
    Unread("nmc-supplement.*", "capabilities", "it holds notes; take the abridged file"),
    Unread("gw-gdppop|gw-sdp-gdp", "output", "its states have Gleditsch and Ward's numbers; take cw_gdppop"),
    Unread("cow-sdp-gdp", "output", "it holds logarithms of another release; take cw_gdppop of the package isard"),
    Unread("gw-democracy|gwcode-democracy", "regimes",
           "its states have Gleditsch and Ward's numbers; take cw_democracy of the package isard"),
    Unread("gwstates|cowstates|(?:cow|gw)-states|statelist.*|states20.*|system20.*|majors20.*|cow-majors.*",
           "capabilities", "the list of states ships with greatpowers, and nothing is read from here"),
)  # fmt: skip
"""Published files that are known, and not read."""

ALIKE = {
    "capabilities": r"\bnmc|cinc|capabilit", "disputes": r"\bmid|midb|disput", "alliances": r"\batop|allian",
    "contiguity": r"contdir|contig", "trade": r"trade|national-cow|dyadic-cow", "output": r"gdp",
    "regimes": r"polity|\bp[45]v|democra",
}  # fmt: skip
"""By what part of its name a file looks like one of a subject."""
