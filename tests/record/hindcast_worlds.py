"""A small made-up record for hindcasts: eight states, forty years, disputes whose odds are known."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

NMC = "ccode,year,milex,milper,irst,pec,tpop,upop,cinc"
MIDB = "dispnum,ccode,styear,endyear,sidea,revstate,hostlev,orig"
ATOP = "stateA,stateB,year,defense,offense,consul"
CONTDIR = "statelno,statehno,conttype,begin,end"

SHARES = {2: 0.05, 200: 0.3, 220: 0.2, 230: 0.05, 255: 0.15, 300: 0.1, 325: 0.03, 365: 0.12}
YEARS = range(1816, 1857)
BORDERS = ((220, 230, 1), (220, 255, 1), (255, 300, 1), (300, 365, 1), (255, 365, 1), (200, 220, 3), (2, 230, 5))
QUIET = (2, 230)
"""Neither is a major power, there is an ocean between them, and nothing ever happens: no ground for a theatre."""

Dispute = tuple[int, int, int]
"""Who began it, against whom, in which year."""


def made_disputes(seed: int = 1, first: int = 1816, last: int = 1856) -> list[Dispute]:
    """Neighbours begin one in six years, others one in fifty; 220 and 255 every other year, 2 and 230 never."""
    luck = np.random.default_rng(seed)
    near = {(one, other) for one, other, _ in BORDERS}
    disputes = []
    for year in range(first, last + 1):
        for one in SHARES:
            for other in SHARES:
                if one < other and (one, other) != QUIET:
                    odds = 0.5 if (one, other) == (220, 255) else 1 / 6 if (one, other) in near else 0.02
                    if luck.random() < odds:
                        disputes.append((one, other, year))
    return disputes


def write_record(place: Path, disputes: Iterable[Dispute], gone: tuple[int, int] = (0, 0)) -> Path:
    """The four needed files; `gone` is a state and the year from which it is no more."""
    place.mkdir(parents=True, exist_ok=True)
    rows = [
        f"{code},{year},10,10,{int(1000 * share)},{int(1000 * share)},5000,{int(1000 * share)},{share}"
        for year in (*YEARS, 2016)
        for code, share in SHARES.items()
        if code != gone[0] or year < gone[1]
    ]
    recorded = [*disputes, (2, 200, 2014)]
    participants = [
        line
        for number, (one, other, year) in enumerate(recorded)
        for line in (f"{number},{one},{year},{year},1,1,4,1", f"{number},{other},{year},{year},0,0,4,1")
    ]
    pacts = [f"{a},{b},{year},1,0,0" for year in (*YEARS, 2018) for a, b in ((200, 220), (220, 200))]
    borders = [f"{one},{other},{kind},181601,201612" for one, other, kind in BORDERS]
    for name, header, lines in (
        ("NMC-60-abridged.csv", NMC, rows),
        ("MIDB 5.0.csv", MIDB, participants),
        ("atop5_1ddyr.csv", ATOP, pacts),
        ("contdir.csv", CONTDIR, borders),
    ):
        (place / name).write_text("\n".join([header, *lines]) + "\n")
    return place
