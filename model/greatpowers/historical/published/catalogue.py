"""The published files that can be read: what each is called, what it must hold, and what its release is told by.

A form is one way in which a set of data is handed out: the project's own file, or the tidy copy that the R package
peacesciencer makes of it. Releases are told apart by the last year that they cover, which a download cut short does
not reach.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Form(NamedTuple):
    """One form of a published file; `columns` maps our names to those under which it may hold them, the first best."""

    key: str
    subject: str
    title: str
    file: str
    pattern: str
    columns: Mapping[str, Sequence[str]]
    last: str
    releases: Mapping[int, str]
    unique: Sequence[str]
    citation: str
    optional: Sequence[str] = ()
    """Ours among `columns` that a copy of the file may do without."""

    def matches(self, name: str) -> bool:
        """Whether a file of this name should be one of these."""
        return re.fullmatch(rf"(?:{self.pattern})\.csv(\.gz)?", name, re.IGNORECASE) is not None


SUBJECTS = {
    "capabilities": "who the states are, and what they have",
    "disputes": "who has challenged whom",
    "alliances": "who has promised what to whom",
    "contiguity": "who borders on whom",
    "trade": "how much each state trades",
    "dyadic trade": "who trades with whom",
    "output": "gross domestic product",
    "regimes": "how democratic each state is",
}
NEEDED = ("capabilities", "disputes", "alliances", "contiguity")
"""Subjects without which no world can be built; the others make it better."""

MISSING = (-9, -99, -88, -77, -66)
"""Codes for what is not known, in any of these files."""


def _same(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: (name,) for name in names}


NMC = "Singer, Bremer & Stuckey 1972; Singer 1987; Correlates of War, National Material Capabilities"
MID = "Palmer, McManus, D'Orazio, Kenwick, Karstens, Bloch, Dietrich, Kahn, Ritter & Soules 2022"
DYADIC_MID = "Maoz, Johnson, Kaplan, Ogunkoya & Shreve 2019"
ATOP = "Leeds, Ritter, Mitchell & Long 2002; Alliance Treaty Obligations and Provisions"
COW_ALLIANCES = "Gibler 2009; Correlates of War, Formal Alliances"
CONTIGUITY = "Stinnett, Tir, Schafer, Diehl & Gochman 2002; Correlates of War, Direct Contiguity"
TRADE = "Barbieri, Keshk & Pollins 2009; Correlates of War, Trade"
GDP = "Fariss, Anders, Markowitz & Barnum 2022"
POLITY = "Marshall & Gurr; Center for Systemic Peace, Polity5"

NMC_COLUMNS = _same("ccode", "year", "milex", "milper", "irst", "pec", "tpop", "upop", "cinc")
DYADS = {"ccode1": ("ccode1", "statea", "statelno", "state1no"), "ccode2": ("ccode2", "stateb", "statehno", "state2no")}
CONTIGUITY_RELEASES = {2016: "3.2"}
ATOP_RELEASES = {2003: "3.0", 2016: "4.01", 2018: "5.1"}

FORMS = (
    Form(
        "nmc", "capabilities", "National Material Capabilities", "NMC-60-abridged.csv",
        r"(cow_)?nmc([-_]v?[0-9][0-9._]*(-abridged)?)?", NMC_COLUMNS, "year", {2012: "5.0", 2016: "6.0", 2022: "7.0"},
        ("ccode", "year"), NMC,
    ),
    Form(
        "midb", "disputes", "Militarized Interstate Disputes, participants", "MIDB 5.0.csv",
        r"midb[ _-]?[0-9.]+|mid_v5_participants",
        {
            **_same("dispnum", "ccode", "sidea", "orig", "revstate", "hostlev"), "start": ("styear",),
            "month": ("stmon",), "end": ("endyear",),
        },
        "end", {2010: "4.01", 2014: "5.0"}, (), MID, ("month",),
    ),
    Form(
        "dyadic-mid", "disputes", "Militarized Interstate Disputes, dyads", "dyadic_mid_4.03.csv",
        r"dyadic_mid_[0-9.]+|mid_dyadic_v[0-9.]+",
        {
            "dispnum": ("disno",), "ccode": ("statea",), "other": ("stateb",), "start": ("strtyr",),
            "month": ("strtmnth",), "end": ("endyear",), "sidea": ("sideaa",), "orig": ("orignata",),
            "revstate": ("revstata",), "hostlev": ("hihosta",), "year": ("year",),
        },
        "year", {2010: "3.1", 2014: "4.0"}, (), DYADIC_MID, ("month",),
    ),
    Form(
        "atop-dyads", "alliances", "Alliance Treaty Obligations and Provisions, directed dyads", "atop5_1ddyr.csv",
        r"atop_?[0-9]_[0-9]ddyr(_nna)?|atop_v5_dyad_year",
        {
            **DYADS, "year": ("year",), "defense": ("defense", "atop_defense"), "offense": ("offense", "atop_offense"),
            "consult": ("consul", "atop_consul"),
        },
        "year", ATOP_RELEASES, ("ccode1", "ccode2", "year"), ATOP,
    ),
    Form(
        "atop-members", "alliances", "Alliance Treaty Obligations and Provisions, members", "atop5_1m.csv",
        r"atop_?[0-9]_[0-9]m|atop_v[0-9.]+_members",
        {
            **_same("atopid", "member"), "start": ("yrent",), "end": ("yrexit",), "defense": ("defense",),
            "offense": ("offense",), "consult": ("consul",),
        },
        "start", ATOP_RELEASES, (), ATOP,
    ),
    Form(
        "cow-alliances", "alliances", "Formal Alliances, dyads by year", "alliance_v4.1_by_dyad_yearly.csv",
        r"alliance_v[0-9.]+_by_(dyad|directed)_yearly",
        {**DYADS, "year": ("year",), "defense": ("defense",), "consult": ("entente",)},
        "year", {2000: "3.03", 2012: "4.1"}, (), COW_ALLIANCES,
    ),
    Form(
        "contdird", "contiguity", "Direct Contiguity, directed dyads by year", "contdird.csv",
        r"contdird", {**DYADS, **_same("year", "conttype")}, "year", CONTIGUITY_RELEASES, ("ccode1", "ccode2", "year"),
        CONTIGUITY,
    ),
    Form(
        "contdir", "contiguity", "Direct Contiguity, spells", "contdir.csv",
        r"contdir|cow_contiguity_v[0-9.]+_spells",
        {**DYADS, "start": ("styear", "begin"), "end": ("endyear", "end"), "conttype": ("conttype",)},
        "end", CONTIGUITY_RELEASES, (), CONTIGUITY,
    ),
    Form(
        "trade", "trade", "National Trade", "National_COW_4.0.csv",
        r"national_cow_[0-9.]+|cow_trade_v[0-9]_national", _same("ccode", "year", "imports", "exports"), "year",
        {2009: "3.0", 2014: "4.0"}, ("ccode", "year"), TRADE,
    ),
    Form(
        "dyadic-trade", "dyadic trade", "Dyadic Trade", "Dyadic_COW_4.0.csv", r"dyadic_cow_[0-9.]+",
        {**DYADS, **_same("year", "flow1", "flow2")}, "year", {2009: "3.0", 2014: "4.0"}, ("ccode1", "ccode2", "year"),
        TRADE,
    ),
    Form(
        "gdp", "output", "Gross domestic product", "gdp_pop_isard.csv",
        r"gdp_pop_isard|cw_gdppop", {"ccode": ("ccode",), "year": ("year",), "gdp": ("pwtrgdp",)}, "year",
        {2019: "of 2022"}, ("ccode", "year"), GDP,
    ),
    Form(
        "polity", "regimes", "Polity", "p5v2018.csv", r"p5v2018|regime_isard|cw_democracy",
        _same("ccode", "year", "polity2"), "year", {2018: "5", 2025: "5, with V-Dem"}, ("ccode", "year"), POLITY,
    ),
)  # fmt: skip
"""Every form, the better one of a subject first."""
