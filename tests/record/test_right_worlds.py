"""No world is wrong without a word: years that files hold, states of the quarter, what is missing, old names."""

import shutil
from pathlib import Path

import pytest

from greatpowers import GreatPowersError, Records, Scenario, build_scenario, cli, scenario_text
from greatpowers.historical.derived_tables import country_numbers, is_member, name_in, state_names, was_state
from greatpowers.historical.rules import lacking, spans, whole_years

NMC = "ccode,year,milex,milper,irst,pec,tpop,upop,cinc"


def world_with(place: Path, downloads: Path, year: int, *codes: int) -> Scenario:
    """The downloads with some states of equal size in a year, and the world of it."""
    shutil.copytree(downloads, place, dirs_exist_ok=True)
    with (place / "NMC-60-abridged.csv").open("a") as file:
        file.writelines(f"X,{code},{year},10,10,10,10,10,10,0.01,2021\n" for code in codes)
    return build_scenario(place, year)


def ids(scenario: Scenario) -> list[str]:
    return [state.id for state in scenario.states]


@pytest.mark.parametrize(
    ("year", "codes", "expected"),
    [
        (1990, (255, 260, 265, 678, 679, 680), ["GFR", "GDR", "YAR", "YPR"]),
        (1991, (255, 679), ["GMY", "YEM"]),
        (1993, (315, 316, 317), ["CZR", "SLO"]),
        (1992, (315, 345, 349), ["CZE", "YUG", "SLV"]),
        (1976, (816, 817), ["DRV"]),
        (1975, (816, 817), ["DRV", "RVN"]),
        (1919, (300, 305, 310), ["HUN"]),
        (1871, (245, 255, 267), ["GMY"]),
        (1861, (325, 329), ["ITA"]),
        (1938, (255, 305), ["GMY", "AUS"]),
        (1958, (651, 652), ["EGY", "SYR"]),
        (2006, (341, 345), ["SCG"]),
        (2007, (341, 345), ["MNG", "SRB"]),
        (2012, (625, 626), ["SUD", "SSD"]),
        (2011, (625, 626), ["SUD"]),
    ],
)
def test_a_world_has_the_states_of_its_first_quarter(
    year: int, codes: tuple[int, ...], expected: list[str], downloads: Path, tmp_path: Path
) -> None:
    world = world_with(tmp_path, downloads, year, 2, *codes)
    assert sorted(ids(world)) == sorted(["USA", *expected])
    assert sum(state.economy for state in world.states) == pytest.approx(1, abs=1e-5), "no output is counted twice"
    out = [code for code in codes if name_in(code, year)[0] not in expected]
    assert all(f"({code})" in world.summary for code in out)
    assert ("Left out" in world.summary) == bool(out)


@pytest.mark.parametrize(
    ("code", "year", "name"),
    [(345, 1900, "Serbia"), (345, 1918, "Serbia"), (345, 1919, "Yugoslavia"), (345, 1990, "Yugoslavia"),
     (345, 2005, "Serbia and Montenegro"), (345, 2010, "Serbia"), (255, 1816, "Prussia"), (255, 1871, "Germany"),
     (365, 1900, "Russia"), (365, 1962, "Soviet Union"), (365, 1992, "Russia"), (640, 1914, "Ottoman Empire"),
     (325, 1850, "Sardinia"), (2, 1900, "United States of America")],
)  # fmt: skip
def test_a_state_is_called_as_it_was(code: int, year: int, name: str) -> None:
    assert name_in(code, year)[1] == name


def test_no_abbreviation_stands_for_two_states() -> None:
    for year in range(1816, 2017):
        there = [name_in(code, year)[0] for code in state_names() if is_member(code, year)]
        assert len(set(there)) == len(there)
    assert all(country_numbers()[name] == code for code, (name, _) in state_names().items())
    assert country_numbers()["SRB"] == country_numbers()["SCG"] == 345


def test_who_takes_part_in_a_year_was_a_state_in_it() -> None:
    for year in range(1816, 2017):
        assert all(was_state(code, year) for code in state_names() if is_member(code, year))
    assert was_state(255, 1990) and not is_member(255, 1990)
    assert was_state(245, 1871) and not is_member(245, 1871), "counted in Germany's figures of that year"


def test_the_list_of_states_is_that_of_the_project(raw: Path) -> None:
    import csv

    rows = list(csv.DictReader((raw / "cow_states_2016.csv").read_text(encoding="utf-8").splitlines()))
    merged = {(332, 1860), (335, 1860), (337, 1860), (329, 1861), (245, 1871), (267, 1871), (271, 1871)}
    for year in range(1816, 2017):
        there = {
            int(r["ccode"])
            for r in rows
            if (int(r["styear"]), int(r["stmonth"])) <= (year, 3)
            and (int(r["endyear"]), int(r["endmonth"]), int(r["endday"])) >= (year, 1, 1)
        }
        assert {code for code in state_names() if is_member(code, year)} == there - {
            code for code, when in merged if when == year
        }


def test_no_real_file_is_taken_for_one_with_other_numbers(records: Records) -> None:
    assert whole_years(records) == list(range(1816, 2016)), "of 2016 the disputes of 2015 are not known"
    assert all(records.source(subject) for subject in ("output", "trade", "regimes"))


def alliances_to(place: Path, downloads: Path, last: int) -> Path:
    shutil.copytree(downloads, place, dirs_exist_ok=True)
    (place / "atop5_1ddyr.csv").unlink()
    (place / "alliance_v4.1_by_dyad_yearly.csv").write_text(
        f"ccode1,ccode2,defense,entente,year\n2,200,1,0,1900\n2,200,1,0,{last}\n"
    )
    return place


def test_a_year_after_the_last_alliances_is_refused_and_not_promised(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    place = alliances_to(tmp_path / "files", downloads, 2012)
    assert cli.main(["data", str(place)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "'greatpowers scenario build' can build the years 1900 and 1962 from these."
    )
    out = tmp_path / "o.toml"
    assert cli.main(["scenario", "build", "--year", "2016", "--data", str(place), "--out", str(out)]) == 2
    assert "tells of alliances from 1900 to 2012; expected a year from then." in capsys.readouterr().err
    assert not out.exists()


def test_a_year_without_a_single_alliance_says_so(downloads: Path, tmp_path: Path) -> None:
    records = Records(alliances_to(tmp_path, downloads, 2012))
    assert any("Alliances of 1962 are none" in sentence for sentence in lacking(records, 1962))
    text = scenario_text(build_scenario(records, 1962), 1962, records)
    assert "# What the files do not hold" in text and "nobody has promised anything" in text


def test_disputes_that_are_not_known_are_said_and_the_year_is_not_promised(downloads: Path, tmp_path: Path) -> None:
    shutil.copytree(downloads, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "MIDB 5.0.csv").read_text()
    (tmp_path / "MIDB 5.0.csv").unlink()
    (tmp_path / "MIDB_4.3.csv").write_text(text.replace("2014", "2010"))
    records = Records(tmp_path)
    assert whole_years(records) == [1900, 1962]
    assert "Disputes are known to 2010: those of 2011 to 2015 left no past." in build_scenario(records, 2016).summary
    assert "Disputes" not in build_scenario(records, 1962).summary


def test_what_stands_in_for_a_missing_subject_is_said(downloads: Path, tmp_path: Path) -> None:
    without = lacking(Records(downloads), 1900)
    assert without == [
        "There is no file on output: shares of industry stand in for it.",
        "There is no file on trade: every state is as open as the world.",
        "There is no file on dyadic trade: who trades with whom follows from size and distance.",
    ]
    shutil.copytree(downloads, tmp_path, dirs_exist_ok=True)
    (tmp_path / "National_COW_4.0.csv").write_text("ccode,year,imports,exports\n2,1962,1,1\n200,2014,1,1\n")
    records = Records(tmp_path)
    assert "What is known of trade is from 1962 to 2014: every state is as open as the world." in lacking(records, 1900)
    assert not any("trade is" in sentence for sentence in lacking(records, 1962) if "dyadic" not in sentence)


def test_what_is_missing_is_in_the_head_the_summary_and_on_the_terminal(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = tmp_path / "o.toml"
    assert cli.main(["scenario", "build", "--year", "1900", "--data", str(downloads), "--out", str(out)]) == 0
    sentence = "There is no file on output: shares of industry stand in for it."
    head, _, body = out.read_text().partition("\nformat = 1")
    assert sentence in capsys.readouterr().out and sentence in head and sentence in body


def test_a_file_left_aside_is_named_when_a_world_is_built(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    place = shutil.copytree(downloads, tmp_path / "files")
    (place / "MIDB_4.3.csv").write_text((downloads / "MIDB 5.0.csv").read_text().replace("2014", "2010"))
    out = tmp_path / "o.toml"
    assert cli.main(["scenario", "build", "--year", "1900", "--data", str(place), "--out", str(out)]) == 0
    assert "Left aside: MIDB_4.3.csv, release 4.3, to 2010; MIDB 5.0.csv covers more years." in capsys.readouterr().out
    assert cli.main(["data", str(place)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith(" disputes")]
    marks = [("yes" in row, "5.0.csv" in row, "MIDB_4.3.csv" in row) for row in rows]
    assert marks == [(True, True, False), (False, False, True)]


def test_gleditsch_and_wards_numbers_are_named_with_those_that_are_meant(downloads: Path, tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError, match="country number 260 is Gleditsch and Ward's for Germany, .* number 255"):
        world_with(tmp_path, downloads, 1995, 2, 260)


def test_a_number_that_nobody_has_is_refused(downloads: Path, tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError, match="country number 998 is in the capabilities of 1995, and no state has"):
        world_with(tmp_path, downloads, 1995, 2, 998)


def test_years_in_words() -> None:
    assert spans([1900]) == "1900" and spans([1900, 1901, 1905]) == "1900 to 1901 and 1905"
    assert spans([1, 3, 5]) == "1, 3 and 5" and spans(range(1816, 2016)) == "1816 to 2015" and spans([]) == ""
