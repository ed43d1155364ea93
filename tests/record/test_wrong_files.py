"""A file that is not what its name says gets one sentence that names it and says what was expected."""

import gzip
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from greatpowers import GreatPowersError, Records, build_scenario

NMC, MIDB, ATOP, CONTDIR = "NMC-60-abridged.csv", "MIDB 5.0.csv", "atop5_1ddyr.csv", "contdir.csv"
Change = Callable[[Path], object]


def replaced(name: str, old: str, new: str, count: int = 1) -> Change:
    def change(place: Path) -> None:
        text = (place / name).read_text()
        assert old in text
        (place / name).write_text(text.replace(old, new, count))

    return change


def written(name: str, content: bytes) -> Change:
    return lambda place: (place / name).write_bytes(content)


def without_lines(name: str, word: str) -> Change:
    def change(place: Path) -> None:
        lines = (place / name).read_text().splitlines()
        (place / name).write_text("\n".join(line for line in lines if word not in line) + "\n")

    return change


def gone(name: str) -> Change:
    return lambda place: (place / name).unlink()


def renamed(name: str, new: str) -> Change:
    return lambda place: (place / name).rename(place / new)


def damaged_archive(place: Path) -> None:
    (place / CONTDIR).unlink()
    (place / "contdir.csv.gz").write_bytes(gzip.compress(b"dyad,begin\n" * 500)[:40])


def without_obligations(place: Path) -> None:
    (place / ATOP).write_text("stateA,stateB,year,defense,offense,consul\n2,200,2018,,0,0\n")


def wrong_inside_an_archive(place: Path) -> None:
    (place / NMC).unlink()
    with zipfile.ZipFile(place / "COW.zip", "w") as archive:
        archive.writestr("data/NMC-60-abridged.csv", "ccode,year\n2,2016\n")


def with_a_password(place: Path) -> None:
    (place / NMC).unlink()
    with zipfile.ZipFile(place / "COW.zip", "w") as archive:
        archive.writestr("NMC-60-abridged.csv", "ccode,year\n2,2016\n")
    content = bytearray((place / "COW.zip").read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1  # the flag that says so
    (place / "COW.zip").write_bytes(content)


CASES: list[tuple[str, Change, str]] = [
    (
        "a column is missing",
        replaced(NMC, "cinc", "cinx"),
        ("NMC-60-abridged.csv: the column 'cinc' is missing (there is 'cinx'); expected those of NMC-60-abridged.csv."),
    ),
    (
        "a word for a number",
        replaced(NMC, ",0.2,", ",much,"),
        "NMC-60-abridged.csv, line 2: 'cinc' is \"much\"; expected a number.",
    ),
    (
        "a share above 1",
        replaced(NMC, ",0.2,", ",20.0,"),
        ("NMC-60-abridged.csv, line 2: 'cinc' is 20; expected a share from 0 to 1."),
    ),
    (
        "a state twice in a year",
        replaced(NMC, "X,200,1900", "X,2,1900"),
        ("NMC-60-abridged.csv, line 3: ccode 2, year 1900 occurs twice; expected each once."),
    ),
    (
        "no rows",
        written(NMC, b"ccode,year,milex,milper,irst,pec,tpop,upop,cinc\n"),
        ("NMC-60-abridged.csv: the table has columns and no rows; download it again."),
    ),
    ("nothing at all", written(NMC, b""), "NMC-60-abridged.csv: the file is empty; download it again."),
    (
        "a download cut short",
        without_lines(NMC, ",2016,"),
        (
            "NMC-60-abridged.csv: its last year is 1962, and no release of National Material "
            "Capabilities that we read ends then; expected 3.02 (to 2001), 4.0 (to 2007), 5.0 (to 2012), 6.0 (to "
            "2016), 7.0 (to 2022). Was the download cut short?"
        ),
    ),
    (
        "a country number of another code",
        replaced(NMC, "X,2,1900", "X,20000,1900"),
        ("NMC-60-abridged.csv, line 2: 'ccode' is 20000; expected a Correlates of War country number from 2 to 999."),
    ),
    (
        "a web page",
        written(MIDB, b"<!DOCTYPE html><html>Not found</html>"),
        ("MIDB 5.0.csv: this is a web page, not a table; the download went wrong."),
    ),
    (
        "a pointer",
        written(MIDB, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"),
        ("MIDB 5.0.csv: this is a pointer to a large file, not the file; download it itself."),
    ),
    (
        "another program's file",
        written(MIDB, b"\x00\x01\x02\x03"),
        "MIDB 5.0.csv: this is not text; expected a CSV file.",
    ),
    (
        "semicolons",
        replaced(CONTDIR, ",", ";", 10_000),
        ("contdir.csv: its columns are separated by semicolons; expected commas."),
    ),
    ("tabs", replaced(CONTDIR, ",", "\t", 10_000), "contdir.csv: its columns are separated by tabs; expected commas."),
    ("ragged rows", written(CONTDIR, b'a,b\n1,2\n1,2,3,4\n"x\n'), "contdir.csv: this is no CSV table ("),
    (
        "an unknown kind of border",
        replaced(CONTDIR, "GMY,1,", "GMY,9,"),
        ("contdir.csv, line 2: 'conttype' is 9; expected a type of contiguity from 1 to 5."),
    ),
    (
        "a level of hostility too many",
        replaced(MIDB, "0,4,1,5", "0,7,1,5"),
        ("MIDB 5.0.csv, line 2: 'hostlev' is 7; expected a level of hostility from 1 to 5."),
    ),
    (
        "an obligation of two",
        replaced(ATOP, "1900,1,1", "1900,1,2"),
        "atop5_1ddyr.csv, line 2: 'defense' is 2; expected 0 or 1.",
    ),
    (
        "a column with nothing in it",
        without_obligations,
        ("atop5_1ddyr.csv: the column 'defense' holds nothing; expected 0 or 1."),
    ),
    ("an archive with a password", with_a_password, "COW.zip: the archive has a password; unpack it first."),
    ("a damaged archive", damaged_archive, "contdir.csv.gz: the archive is damaged ("),
    (
        "a wrong file inside a zip archive",
        wrong_inside_an_archive,
        ("COW.zip, data/NMC-60-abridged.csv: the column 'milex' is missing; expected those of NMC-60-abridged.csv."),
    ),
    (
        "no file on disputes",
        gone(MIDB),
        (
            "there is no file on disputes (who has challenged whom); expected 'MIDB 5.0.csv' or 'dyadic_mid_4.03.csv' "
            "or 'gml-midb-2.2.1.csv' or 'gml-ddy-disputes-2.2.1.csv'."
        ),
    ),
    (
        "a name that no release has",
        renamed(MIDB, "MIDB5.0 copy.csv"),
        "There is 'MIDB5.0 copy.csv', a name that no release has.",
    ),
    (
        "the disputes without their participants",
        renamed(MIDB, "MIDA 5.0.csv"),
        "There is 'MIDA 5.0.csv', which is not read: it has no participants; take the MIDB file of the same archive.",
    ),
    (
        "another program's form of a file",
        renamed(MIDB, "MIDB 5.0.dta"),
        "There is 'MIDB 5.0.dta', which ends in .dta; save it as a CSV file.",
    ),
    (
        "a release that is newer than the program",
        replaced(NMC, ",2016,", ",2030,", 6),
        "its last year is 2030, and no release of National Material Capabilities that we know goes so far; expected",
    ),
    (
        "states by the numbers of Gleditsch and Ward",
        replaced(CONTDIR, "3,200,UKG", "3,340,SRB"),
        "contdir.csv: country number 340 is Gleditsch and Ward's for Yugoslavia, which Correlates of War number 345; "
        "expected the numbers of Correlates of War.",
    ),
    (
        "a column with those numbers",
        replaced(NMC, "ccode", "gwcode"),
        "NMC-60-abridged.csv: the column 'ccode' is missing, and 'gwcode' numbers states as Gleditsch and Ward do; "
        "expected the numbers of Correlates of War.",
    ),
    (
        "no states of the year",
        without_lines(NMC, ",1900,"),
        "year 1900: NMC-60-abridged.csv (National Material Capabilities 6.0) holds no states of it; expected one of "
        "1962 and 2016.",
    ),
    (
        "borders of later years alone",
        replaced(CONTDIR, "181601", "191801", 10),
        "year 1900: contdir.csv (Direct Contiguity, spells 3.2) tells of contiguity from 1918 to 2016; expected a year",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_has_its_sentence(downloads: Path, tmp_path: Path, change: Change, sentence: str) -> None:
    place = tmp_path / "downloads"
    shutil.copytree(downloads, place)
    change(place)
    with pytest.raises(GreatPowersError) as caught:
        build_scenario(place, 1900)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_two_faults_share_a_sentence() -> None:
    assert len({sentence for *_, sentence in CASES}) == len(CASES) >= 15


@pytest.mark.parametrize(
    ("directory", "sentence"),
    [("nowhere", "there is no directory 'nowhere'"), ("", "there is no directory ''"), (__file__, "is a file")],
)
def test_a_directory_that_is_none_is_said_to_be(directory: str, sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        Records(directory)


@pytest.mark.parametrize("year", [1815, 2017, 0])
def test_a_year_outside_the_record_is_refused(downloads: Path, year: int) -> None:
    with pytest.raises(GreatPowersError, match=f"year {year}: the record covers 1816 to 2016"):
        build_scenario(downloads, year)
