"""Published files: the real ones where they lie beside the checkout, and small made-up ones in their original forms."""

import sys
from pathlib import Path

import brief_chains
import pytest

from greatpowers import Records

sys.path.insert(0, str(Path(__file__).parent))  # modules that these tests share

RAW = (Path(__file__).resolve().parents[2] / "../shared/data").resolve()

NMC = "stateabb,ccode,year,milex,milper,irst,pec,tpop,upop,cinc,version"
MIDB = (
    "dispnum,stabb,ccode,stday,stmon,styear,endday,endmon,endyear,sidea,revstate,revtype1,fatality,hostlev,orig,version"
)
ATOP = "ddyad,stateA,stateB,year,atopally,defense,offense,neutral,nonagg,consul"
CONTDIR = "dyad,statelno,statelab,statehno,statehab,conttype,begin,end,notes,version"
POWERS = {2: 0.2, 200: 0.3, 220: 0.2, 255: 0.2, 350: 0.02, 640: 0.08}
YEARS = (1900, 1962, 2016)


def nmc_lines() -> list[str]:
    """Six states in three years; one of them has no industry and no known military expenditure."""
    rows = []
    for year in YEARS:
        for code, share in POWERS.items():
            milex, industry = ("-9", 0) if code == 640 else (str(int(1000 * share)), int(1000 * share))
            rows.append(f"X,{code},{year},{milex},100,{industry},{industry},5000,{industry},{share},2021")
    return rows


def dispute(number: int, first: int, second: int, start: int, end: int, revisionist: int = 1) -> list[str]:
    """Two lines: the first state began it, using force; it is a revisionist or not."""
    dates = f"1,1,{start},1,6,{end}"
    return [
        f"{number},A,{first},{dates},1,{revisionist},1,0,4,1,5",
        f"{number},B,{second},{dates},0,0,-9,0,4,1,5",
    ]


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with small files under the names and columns of the originals."""
    place = tmp_path_factory.mktemp("downloads")
    disputes = [
        *dispute(1, 255, 220, 1890, 1891),
        *dispute(2, 255, 220, 1892, 1892),
        *dispute(3, 220, 255, 1895, 1895, revisionist=0),
        *dispute(4, 350, 640, 1899, 1901),  # not over when 1900 begins
        *dispute(5, 200, 640, 1950, 2014),
    ]
    pacts = ["220350,220,350,1900,1,1,0,0,0,1", "350220,350,220,1900,1,0,0,0,0,1", "2200,2,200,1962,1,1,0,0,0,0"]
    pacts += ["2002,200,2,1962,1,1,0,0,0,0", "2200,2,200,2018,1,1,0,0,0,0"]
    borders = ["1,220,FRN,255,GMY,1,181601,201612,,3.2", "2,255,GMY,350,GRC,1,181601,201612,,3.2"]
    borders += ["3,200,UKG,220,FRN,3,181601,201612,,3.2", "4,2,USA,640,TUR,2,181601,201612,,3.2"]
    for name, header, rows in (
        ("NMC-60-abridged.csv", NMC, nmc_lines()),
        ("MIDB 5.0.csv", MIDB, disputes),
        ("atop5_1ddyr.csv", ATOP, pacts),
        ("contdir.csv", CONTDIR, borders),
    ):
        (place / name).write_text("\n".join([header, *rows]) + "\n")
    return place


@pytest.fixture
def brief_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a calibration few points move briefly."""
    brief_chains.use(monkeypatch)


@pytest.fixture(scope="session")
def raw() -> Path:
    """The directory of the real files; skipped where it does not lie beside the checkout."""
    if not RAW.exists():
        pytest.skip("the published files are not beside this checkout")
    return RAW


@pytest.fixture(scope="session")
def records(raw: Path) -> Records:
    """The real files, read once."""
    return Records(raw)
