"""Every published form of a subject gives the same canonical table, wherever it lies."""

import gzip
import shutil
import zipfile
from pathlib import Path

import pytest

from greatpowers import Records, build_scenario
from greatpowers.historical.published.catalogue import FORMS


def put(place: Path, name: str, *lines: str) -> None:
    (place / name).write_text("\n".join(lines) + "\n")


def test_original_names_and_columns_are_read(downloads: Path) -> None:
    records = Records(downloads)
    assert [file.form.key for file in records.found] == ["nmc", "midb", "atop-dyads", "contdir"]
    assert {records.table(file)[1].release for file in records.found} == {"6.0", "5.0", "5.1", "3.2"}
    assert records.capabilities["milex"].isna().sum() == 3, "-9 is not known"
    assert records.contiguity[["first", "last"]].drop_duplicates().to_numpy().tolist() == [[1816, 2016]]


def test_files_inside_directories_and_archives_are_found(downloads: Path, tmp_path: Path) -> None:
    (tmp_path / "COW" / "NMC").mkdir(parents=True)
    shutil.copy(downloads / "NMC-60-abridged.csv", tmp_path / "COW" / "NMC")
    (tmp_path / "contdir.csv.gz").write_bytes(gzip.compress((downloads / "contdir.csv").read_bytes()))
    with zipfile.ZipFile(tmp_path / "MID.zip", "w") as archive:
        archive.write(downloads / "MIDB 5.0.csv", "MID-5/MIDB 5.0.csv")
    shutil.copy(downloads / "atop5_1ddyr.csv", tmp_path)
    assert build_scenario(tmp_path, 1900) == build_scenario(downloads, 1900)


def test_contiguity_by_year_is_contiguity_in_spells(tmp_path: Path) -> None:
    put(tmp_path, "contdird.csv", "dyad,state1no,state1ab,state2no,state2ab,year,conttype,version",
        "2020,2,USA,20,CAN,2015,1,3.2", "20002,20,CAN,2,USA,2015,1,3.2", "2020,2,USA,20,CAN,2016,1,3.2",
        "20002,20,CAN,2,USA,2016,1,3.2")  # fmt: skip
    table = Records(tmp_path).contiguity
    assert table.to_numpy().tolist() == [[2, 20, 2015, 2015, 1], [2, 20, 2016, 2016, 1]]


def test_unordered_alliances_hold_both_ways(tmp_path: Path) -> None:
    put(tmp_path, "alliance_v4.1_by_dyad_yearly.csv",
        "version4id,ccode1,state_name1,ccode2,state_name2,defense,neutrality,nonaggression,entente,year,version",
        "1,200,UK,220,France,1,0,0,0,1854,4.1", "2,200,UK,740,Japan,0,0,1,0,2012,4.1")  # fmt: skip
    table = Records(tmp_path).alliances
    assert table[["ccode1", "ccode2", "year", "defense"]].to_numpy().tolist() == [
        [200, 220, 1854, 1],
        [220, 200, 1854, 1],
    ], "non-aggression is no promise of help"


def test_members_of_one_alliance_are_bound_while_both_are_in_it(tmp_path: Path) -> None:
    put(tmp_path, "atop5_1m.csv", "atopid,member,yrent,yrexit,defense,offense,neutral,nonagg,consul",
        "1,2,2016,0,1,0,0,0,0", "1,20,2017,0,0,0,0,0,1", "2,200,2018,0,1,0,0,0,0", "2,220,2018,2018,1,0,0,0,0",
    )  # fmt: skip
    table = Records(tmp_path).alliances.set_index(["ccode1", "ccode2", "year"])
    assert sorted(table.index) == [
        (2, 20, 2017), (2, 20, 2018), (20, 2, 2017), (20, 2, 2018), (200, 220, 2018), (220, 200, 2018),
    ]  # fmt: skip
    assert table.loc[(2, 20, 2018), "defense"] == 1 and table.loc[(20, 2, 2018), "defense"] == 0


def test_dyads_of_disputes_give_their_participants(tmp_path: Path) -> None:
    header = "disno,statea,stateb,strtyr,endyear,sideaa,orignata,revstata,hihosta,year"
    put(tmp_path, "dyadic_mid_4.03.csv", header, "7,2,200,2013,2014,1,1,1,4,2013", "7,2,200,2013,2014,1,1,1,4,2014",
        "7,200,2,2013,2014,0,1,0,1,2013", "7,200,2,2013,2014,0,1,0,1,2014")  # fmt: skip
    table = Records(tmp_path).disputes
    assert table[["ccode", "start", "end", "sidea", "revstate", "hostlev"]].to_numpy().tolist() == [
        [2, 2013, 2014, 1, 1, 4],
        [200, 2013, 2014, 0, 0, 1],
    ]
    assert table["month"].isna().all(), "a copy without months"


def test_months_of_disputes_are_those_of_the_start(downloads: Path, tmp_path: Path) -> None:
    assert Records(downloads).disputes["month"].unique().tolist() == [1]
    header = "disno,statea,stateb,strtmnth,strtyr,endyear,sideaa,orignata,revstata,hihosta,year"
    put(tmp_path, "dyadic_mid_4.03.csv", header, "7,2,200,3,2013,2014,1,1,1,4,2013",
        "7,2,220,11,2012,2014,1,1,1,4,2014", "7,200,2,3,2013,2014,0,1,0,1,2013",
        "7,220,2,11,2012,2014,0,0,0,1,2012")  # fmt: skip
    table = Records(tmp_path).disputes
    assert table[["ccode", "start", "month"]].to_numpy().tolist() == [[2, 2012, 11], [200, 2013, 3], [220, 2012, 11]]


def test_minus_nine_is_a_score_of_polity_and_lower_ones_are_codes(tmp_path: Path) -> None:
    put(tmp_path, "p5v2018.csv", "ccode,scode,year,polity2", "2,USA,2017,10", "670,SAU,2017,-10", "700,AFG,2017,-9",
        "700,AFG,1979,-66", "2,USA,2018,8")  # fmt: skip
    records = Records(tmp_path)
    assert records.regimes["polity2"].fillna(99).tolist() == [10, -10, -9, 99, 8]
    source = records.source("regimes")
    assert source is not None and source.release == "5"


def test_without_a_file_there_are_no_regimes(downloads: Path) -> None:
    assert Records(downloads).regimes.columns.tolist() == ["ccode", "year", "polity2"]
    assert Records(downloads).regimes.empty


def test_trade_between_pairs_counts_both_directions(downloads: Path, tmp_path: Path) -> None:
    shutil.copytree(downloads, tmp_path, dirs_exist_ok=True)
    put(tmp_path, "Dyadic_COW_4.0.csv", "ccode1,ccode2,year,importer1,importer2,flow1,flow2,smoothflow1,version",
        "2,200,1962,a,b,30,10,-9,4", "2,220,1962,a,b,-9,60,-9,4", "200,640,1962,a,b,-9,-9,-9,4",
        "2,200,2014,a,b,1,1,1,4")  # fmt: skip
    trade = build_scenario(tmp_path, 1962).trade
    assert trade is not None
    rows = {one: dict(zip(trade.states, row, strict=True)) for one, row in zip(trade.states, trade.rows, strict=True)}
    assert rows["USA"]["UKG"] == pytest.approx(0.4) and rows["USA"]["FRN"] == pytest.approx(0.6)
    assert rows["UKG"]["USA"] == 1 and rows["TUR"]["UKG"] == 0
    assert build_scenario(tmp_path, 1900).trade is None, "gravity where there is no file for the year"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_every_form_is_known_by_the_name_it_is_published_under(form) -> None:
    assert form.matches(form.file)
    assert form.matches(form.file.upper()) and not form.matches("notes-" + form.file)
    assert [other.key for other in FORMS if other.matches(form.file)] == [form.key]
