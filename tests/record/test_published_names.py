"""Published files under the names, headers and archives they come in: read, or said truly why not."""

import bz2
import gzip
import io
import lzma
import shutil
import zipfile
from pathlib import Path

import pytest

from greatpowers import Records, build_scenario
from greatpowers.historical.published.catalogue import FORMS, NEEDED, SUBJECTS, UNREAD, plain_name
from greatpowers.scenario.errors import GreatPowersError

NMC, MIDB, ATOP, CONTDIR = "NMC-60-abridged.csv", "MIDB 5.0.csv", "atop5_1ddyr.csv", "contdir.csv"

NAMES = {
    "nmc": (
        "NMC_v4_0.csv", "NMC_3.02.csv", "NMC_5_0.csv", "NMC_5_0-wsupplementary.csv", "NMC-60-wsupplementary.csv",
        "NMC-70-abridged.csv", "nmc-60-ABRIDGED.CSV.GZ", "NMC-60-abridged (1).csv", "cow_nmc.csv",
    ),
    "midb": ("MIDB 5.0.csv", "MIDB_4.3.csv", "MIDB 4.3.csv", "MIDB_4.01.csv", "MIDB_3.10.csv", "midb-4-2.csv"),
    "dyadic-mid": ("dyadic_mid_4.03.csv", "dyadic MIDs 3.1.csv", "dyadic_mid_31_may_2018.csv"),
    "gml-midb": ("gml-midb-2.2.1.csv", "gml-midb-2.03.csv"),
    "gml-ddy": ("gml-ddy-disputes-2.1.1.csv", "gml_dirdisp.csv"),
    "atop-dyads": ("atop5_1ddyr.csv", "atop4_01ddyr.csv", "atop3_0ddyrNNA.csv", "atop5_1ddyr_NNA.csv",
                   "atop_alliance.csv"),
    "atop-members": ("atop5_1m.csv", "atop4_01m.csv"),
    "atop-pairs": ("atop5_1dy.csv", "atop4_01dy.csv", "atop3_0dyEUGNNA.csv"),
    "cow-alliances-directed": ("alliance_v4.1_by_directed_yearly.csv", "cow_alliance.csv"),
    "cow-alliances": ("alliance_v4.1_by_dyad_yearly.csv",),
    "cow-alliances-3": ("Alliance_v3.03_dyadic.csv", "alliance_v303_dyadic.csv"),
    "contdir": ("contdir.csv", "cow_contdir.csv"),
    "trade": ("National_COW_4.0.csv", "national_trade_3.0.csv", "national_trade_2.0.csv", "cow_trade_sy.csv"),
    "dyadic-trade": ("Dyadic_COW_4.0.csv", "Dyadic_Cow_4.0.csv", "dyadic_trade_3.0.csv", "dyadic_trade_2.01.csv",
                     "cow_trade_ndy.csv"),
    "gdp": ("cw_gdppop.csv",),
    "polity": ("p5v2018.csv", "p4v2013.csv"),
    "polity-tidy": ("cw_democracy.csv", "ccode_democracy.csv"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "name"), [(key, name) for key, names in NAMES.items() for name in names])
def test_each_name_is_one_form(key: str, name: str) -> None:
    assert [form.key for form in FORMS if form.matches(name)] == [key]


@pytest.mark.parametrize(
    "name",
    ["MIDA 5.0.csv", "MIDIP_5.01.csv", "contdirs.csv", "alliance_v4.1_by_member.csv", "alliance_v4.1_by_dyad.csv",
     "atop5_1a.csv", "atop5_1sy.csv", "NMC_Supplement_v4_0.csv", "cow_mid_dirdisps.csv", "gml_mid_disps.csv",
     "gw_gdppop.csv", "gwstates.csv", "cowstates.csv", "states2016.csv"],
)  # fmt: skip
def test_a_published_file_that_is_not_read_is_left_out_with_a_reason(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("a,b\n1,2\n")
    records = Records(tmp_path)
    assert not records.found
    (left,) = records.aside
    assert left.name == name and left.reason.startswith("which is not read: ")
    assert not any(form.matches(name) for form in FORMS)


def test_no_name_is_both_read_and_not() -> None:
    import re

    assert not [f.file for f in FORMS if any(re.fullmatch(u.pattern, plain_name(f.file)) for u in UNREAD)]


def test_what_looks_like_a_subject_is_named_and_what_does_not_is_not(tmp_path: Path) -> None:
    for name in ("my trade figures.csv", "notes.csv", "README.md", "NMC.xlsx", "MID-5-Data.zip", "p5v2018.xls"):
        (tmp_path / name).write_text("x")
    left = {one.name: (one.subject, one.reason) for one in Records(tmp_path).aside}
    assert left == {
        "my trade figures.csv": ("trade", "a name that no release has"),
        "NMC.xlsx": ("capabilities", "which ends in .xlsx; save it as a CSV file"),
        "MID-5-Data.zip": ("disputes", "which is no archive; download it again"),
        "p5v2018.xls": ("regimes", "which ends in .xls; save it as a CSV file"),
    }


def packed(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_archives_in_archives_and_endings_in_capitals_are_opened(downloads: Path, tmp_path: Path) -> None:
    inner = packed(**{f"NMC-60-abridged/{NMC}": (downloads / NMC).read_bytes(), "__MACOSX/._" + NMC: b"\0"})
    (tmp_path / "NMC_Documentation-6.0.ZIP").write_bytes(
        packed(**{"NMC_Documentation-6.0/NMC-60-abridged.zip": inner, "NMC Codebook.pdf": b"%PDF"})
    )
    (tmp_path / "MIDB 5.0.CSV").write_bytes((downloads / MIDB).read_bytes())
    (tmp_path / "contdir.csv.GZ").write_bytes(gzip.compress((downloads / CONTDIR).read_bytes()))
    (tmp_path / "ATOP 5.1 (.csv).zip").write_bytes(
        packed(**{"ATOP 5.1 (.csv)/atop5_1ddyr.csv.bz2": bz2.compress((downloads / ATOP).read_bytes())})
    )
    records = Records(tmp_path)
    assert records.aside == []
    assert build_scenario(records, 1900) == build_scenario(downloads, 1900)
    nmc = records.form("capabilities")
    assert nmc is not None and nmc.name == (
        "NMC_Documentation-6.0.ZIP, NMC_Documentation-6.0/NMC-60-abridged.zip, NMC-60-abridged/NMC-60-abridged.csv"
    )
    assert records.files()[0]["file"] == nmc.name


@pytest.mark.parametrize(("ending", "damaged"), [
    (".gz", gzip.compress(b"dyad,begin\n" * 500, mtime=0)[:40]), (".bz2", bz2.compress(b"dyad,begin\n" * 500)[:40]),
    (".xz", lzma.compress(b"dyad,begin\n" * 500)[:40]), (".BZ2", b"dyad,begin\n"),
], ids=["gz", "bz2", "xz", "BZ2"])  # fmt: skip
def test_a_damaged_packed_file_is_said_to_be_damaged(ending: str, damaged: bytes, tmp_path: Path) -> None:
    (tmp_path / f"contdir.csv{ending}").write_bytes(damaged)
    with pytest.raises(GreatPowersError, match=f"contdir.csv{ending}: the archive is damaged"):
        _ = Records(tmp_path).contiguity


def changed(downloads: Path, place: Path, old: str, new: str, *changes: tuple[str, str]) -> Path:
    """The downloads with one file under another name, and other text in it."""
    shutil.copytree(downloads, place, dirs_exist_ok=True)
    text = (place / old).read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (place / old).unlink()
    (place / new).write_text(text)
    return place


def test_capabilities_with_supplementary_columns_are_those_of_the_abridged_file(
    downloads: Path, tmp_path: Path
) -> None:
    place = changed(downloads, tmp_path, NMC, "NMC-60-wsupplementary.csv", ("upop,cinc", "upop,upopgrowth,cinc"),
                    ("5000,", "5000,0,"))  # fmt: skip
    text = (place / "NMC-60-wsupplementary.csv").read_text().splitlines()
    fixed = [text[0].replace("tpop,upop,upopgrowth", "tpop,note,upop"), *text[1:]]
    (place / "NMC-60-wsupplementary.csv").write_text("\n".join(fixed) + "\n")
    source = Records(place).source("capabilities")
    assert source is not None and source.release == "6.0"
    assert build_scenario(place, 1962) == build_scenario(downloads, 1962)


def test_an_older_release_with_its_own_columns_is_read(downloads: Path, tmp_path: Path) -> None:
    place = changed(downloads, tmp_path, NMC, "NMC_3.02.csv", (",2016,", ",2001,"), ("irst,pec", "irst,energy"))
    records = Records(place)
    source = records.source("capabilities")
    assert source is not None and (source.release, source.last) == ("3.02", 2001)
    assert build_scenario(records, 1962).states == build_scenario(downloads, 1962).states


@pytest.mark.parametrize(("name", "last", "release"), [
    ("MIDB 4.3.csv", 2010, "4.3"), ("MIDB_4.01.csv", 2010, "4.01"), ("MIDB_3.10.csv", 2001, "3.1"),
])  # fmt: skip
def test_participants_of_older_releases_have_their_release(
    name: str, last: int, release: str, downloads: Path, tmp_path: Path
) -> None:
    column = "dispnum3,dispnum4" if last == 2010 else "dispnum"
    place = changed(downloads, tmp_path, MIDB, name, ("2014", str(last)))
    lines = (place / name).read_text().splitlines()
    rows = [f"{line.split(',')[0]},{line}" if last == 2010 else line for line in lines[1:]]
    (place / name).write_text("\n".join([lines[0].replace("dispnum", column), *rows]) + "\n")
    records = Records(place)
    source = records.source("disputes")
    assert source is not None and (source.release, source.claimed) == (release, "")
    assert build_scenario(records, 1900).hostilities == build_scenario(downloads, 1900).hostilities


def test_the_coding_of_gibler_miller_and_little_serves_where_the_projects_own_is_not_there(
    downloads: Path, tmp_path: Path
) -> None:
    place = changed(downloads, tmp_path, MIDB, "gml-midb-2.2.1.csv", (",5\n", ",gml-2.2.1\n"))
    records = Records(place)
    source = records.source("disputes")
    assert source is not None and source.release == "2.2.1" and "Gibler" in source.found.form.title
    assert build_scenario(records, 1900).theatres == build_scenario(downloads, 1900).theatres
    shutil.copy(downloads / MIDB, place)
    both = Records(place)
    assert (both.form("disputes") or both.found[0]).name == MIDB
    (left,) = both.others()
    assert left.name == "gml-midb-2.2.1.csv" and left.reason == "release 2.2.1, to 2014; MIDB 5.0.csv serves better"


def test_dispute_years_of_gibler_miller_and_little_give_participants(tmp_path: Path) -> None:
    header = "dispnum,ccode1,ccode2,year,midongoing,midonset,sidea1,revstate1,hostlev1,orig1"
    rows = [
        "7,2,200,2009,1,1,1,1,4,1",
        "7,2,200,2010,1,0,1,1,4,1",
        "7,200,2,2009,1,1,0,0,1,1",
        "7,200,2,2010,1,0,0,0,1,1",
    ]
    (tmp_path / "gml_dirdisp.csv").write_text("\n".join([header, *rows]) + "\n")
    table = Records(tmp_path).disputes
    assert table[["ccode", "start", "end", "sidea", "revstate", "hostlev"]].to_numpy().tolist() == [
        [2, 2009, 2010, 1, 1, 4],
        [200, 2009, 2010, 0, 0, 1],
    ]


def test_spells_with_dates_as_r_writes_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "cow_contdir.csv").write_text(
        '"","ccode1","ccode2","conttype","stdate","enddate"\n"1",2,20,1,"1920-01-01","2016-12-31"\n'
        '"2",20,2,1,"1920-01-01","2016-12-31"\n"3",2,365,0,"1816-01-01","1958-12-31"\n'
    )
    records = Records(tmp_path)
    assert records.contiguity.to_numpy().tolist() == [[2, 20, 1920, 2016, 1]]


def test_trade_of_release_three_is_read_and_its_release_said(downloads: Path, tmp_path: Path) -> None:
    shutil.copytree(downloads, tmp_path, dirs_exist_ok=True)
    (tmp_path / "national_trade_3.0.csv").write_text(
        "ccode,statename,stateabb,year,imports,exports,version\n2,n,X,1962,10,12,3\n200,n,X,2009,11,13,3\n"
    )
    source = Records(tmp_path).source("trade")
    assert source is not None and (source.release, source.last) == ("3.0", 2009)


@pytest.mark.parametrize(("name", "version", "release"), [
    ("atop5_1ddyr.csv", "", "5.1"), ("atop5_0ddyr.csv", "", "5.0"), ("atop_alliance.csv", "", "5.0 or 5.1"),
    ("atop_v5_dyad_year.csv", "", "5.0 or 5.1"), ("atop_alliance.csv", "5.1", "5.1"),
])  # fmt: skip
def test_the_release_is_that_of_the_file_or_said_to_be_one_of_several(
    name: str, version: str, release: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(f"stateA,stateB,year,defense,offense,consul,version\n2,200,2018,1,0,0,{version}\n")
    source = Records(tmp_path).source("alliances")
    assert source is not None and source.release == release


def test_a_name_that_says_another_release_than_the_content_is_said(downloads: Path, tmp_path: Path) -> None:
    place = changed(downloads, tmp_path, MIDB, "MIDB_5.0.csv", ("2014", "2010"))
    source = Records(place).source("disputes")
    assert source is not None and (source.release, source.claimed) == ("4.0 to 4.3", "5.0")
    assert "MIDB_5.0.csv says 5.0 by its name, and ends in 2010 as release 4.0 to 4.3 does." in (
        build_scenario(place, 1900).summary
    )


@pytest.mark.parametrize("first", ["MIDB_4.3.csv", "a MIDB_4.3.csv"])
def test_of_two_releases_the_newer_is_read_and_the_other_named(first: str, downloads: Path, tmp_path: Path) -> None:
    shutil.copytree(downloads, tmp_path, dirs_exist_ok=True)
    older = tmp_path / "zz old" / "MIDB_4.3.csv"
    older.parent.mkdir()
    older.write_text((downloads / MIDB).read_text().replace("2014", "2010"))
    records = Records(tmp_path)
    source = records.source("disputes")
    assert source is not None and source.found.name == MIDB and source.release == "5.0"
    (left,) = records.others()
    assert (left.name, left.reason) == ("MIDB_4.3.csv", "release 4.3, to 2010; MIDB 5.0.csv covers more years")


def test_of_two_forms_that_which_covers_more_years_is_read(downloads: Path, tmp_path: Path) -> None:
    place = changed(downloads, tmp_path, ATOP, "atop3_0ddyr.csv", ("2018", "2003"))
    (place / "alliance_v4.1_by_dyad_yearly.csv").write_text(
        "ccode1,ccode2,defense,entente,year\n300,220,1,0,1900\n2,200,1,0,2012\n"
    )
    records = Records(place)
    file = records.form("alliances")
    assert file is not None and file.form.key == "cow-alliances"
    rows = records.alliances
    pairs = rows[rows["year"] == 1900][["ccode1", "ccode2"]].astype(int).to_numpy().tolist()
    assert pairs == [[220, 300], [300, 220]], "a pact of a pair binds both, whoever is written first"


def test_a_directed_file_with_one_direction_binds_one(tmp_path: Path) -> None:
    (tmp_path / "alliance_v4.1_by_directed_yearly.csv").write_text(
        "ccode1,ccode2,defense,entente,year\n2,200,1,0,1950\n2,220,1,0,2012\n"
    )
    assert Records(tmp_path).alliances[["ccode1", "ccode2"]].to_numpy().tolist() == [[2, 200], [2, 220]]


def test_types_of_alliance_become_obligations(tmp_path: Path) -> None:
    (tmp_path / "alliance_v3.03_dyadic.csv").write_text(
        "ccode1,ccode2,year,sstype\n200,220,1854,1\n2,20,1999,2\n2,200,2000,3\n"
    )
    rows = Records(tmp_path).alliances[["ccode1", "ccode2", "defense", "consult"]]
    assert rows.to_numpy().tolist() == [[2, 200, 0, 1], [200, 2, 0, 1], [200, 220, 1, 0], [220, 200, 1, 0]]


def test_scores_of_polity_stand_under_the_numbers_of_correlates_of_war(tmp_path: Path) -> None:
    (tmp_path / "p5v2018.csv").write_text("ccode,year,polity2\n364,1950,-9\n365,1900,-10\n818,2000,-7\n2,2018,8\n")
    rows = Records(tmp_path).regimes
    assert rows[["ccode", "year"]].to_numpy().tolist() == [[365, 1950], [365, 1900], [816, 2000], [2, 2018]]


def test_every_subject_says_where_to_fetch_it_and_under_what_terms() -> None:
    assert set(SUBJECTS) == {form.subject for form in FORMS} > set(NEEDED)
    assert all(subject.fetch and subject.terms for subject in SUBJECTS.values())
