"""Facts about two centuries, computed again from the published files on years up to 1945 alone and on later ones alone.

What began in a year counts with that year.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import recomputed_facts as recomputed
from recomputed_facts import NORMAL_95, Share, poisson, wilson
from scipy.stats import binom, kurtosis

from greatpowers.core.declare import Floats
from greatpowers.validation.measures.estimators import logit_fit

PARTED = 1945
WORLD_WARS = (*range(1914, 1921), *range(1939, 1947))
OUTCOMES = {"stalemate": 5, "target_yields": 4, "initiator_yields": 3, "compromise": 6}
DYADS = ("major-major", "major-minor", "minor-minor")


def recomputed_between(raw: Path, first: int, last: int) -> dict[str, Share]:
    """By id of the fact about all years: the figure for what began from `first` to `last`."""
    return {**wars(raw, first, last), **disputes(raw, first, last), **pairs(raw, first, last),
            **others(raw, first, last)}  # fmt: skip


def code_years(raw: Path, name: str, first: int, last: int) -> set[tuple[int, int]]:
    """Codes and years of a table of spells."""
    table = pd.read_csv(raw / name)
    return {
        (code, year)
        for code, begin, end in zip(table["ccode"], table["styear"], table["endyear"], strict=True)
        for year in range(max(begin, first), min(end, last) + 1)
    }


def wars(raw: Path, first: int, last: int) -> dict[str, Share]:
    """How often, who, how long, how large, and who wins."""
    rows = pd.read_csv(raw / "cow_interstate_war_v4.csv")
    began = rows.groupby("WarNum")["StartYear1"].transform("min")
    rows = rows[began.between(first, last)]
    every = rows.groupby("WarNum")
    number, to = every.ngroups, min(last, 2007)
    majors = code_years(raw, "cow_majors_2024.csv", first, to)
    entries = rows.drop_duplicates(["WarNum", "ccode"])
    entered = sum(key in majors for key in zip(entries["ccode"], entries["StartYear1"], strict=True))
    begun = rows[(rows["Initiator"] == 1) & rows["Outcome"].isin([1, 2])].groupby("WarNum")["Outcome"].first()
    sizes = rows[rows["BatDeath"] >= 0].groupby("WarNum")["BatDeath"].sum().to_numpy()
    states = len(code_years(raw, "cow_states_2016.csv", first, to))
    return {
        "war.onset_per_1000_state_years": poisson(number, states),
        "war.entry_per_major_year": poisson(entered, len(majors)),
        "war.duration_median": ranked(np.array([_days(part) for _, part in every])),
        "war.initiator_wins_decisive": wilson(int((begun == 1).sum()), len(begun)),
        "war.bilateral_share": wilson(int((every["ccode"].nunique() == 2).sum()), number),
        "sev.q50": ranked(sizes),
        "sev.ge_1e5": wilson(int((sizes >= 1e5).sum()), len(sizes)),
        "sev.ge_1e6": wilson(int((sizes >= 1e6).sum()), len(sizes)),
        **victories(raw, rows),
    }


def _days(part: pd.DataFrame) -> float:
    """From the first day of a war to its last, both counted."""
    starts = [_day(*date) for date in part[["StartYear1", "StartMonth1", "StartDay1"]].to_numpy()]
    ends = [
        _day(*date)
        for columns in (["EndYear1", "EndMonth1", "EndDay1"], ["EndYear2", "EndMonth2", "EndDay2"])
        for date in part[columns].to_numpy()
        if date[0] > 0
    ]
    return float((max(ends) - min(starts)).days + 1)


def _day(year: int, month: int, day: int) -> pd.Timestamp:
    return pd.Timestamp(int(year), max(int(month), 1), max(int(day), 1))


def ranked(values: Floats) -> Share:
    """Median, and the values whose ranks hold it with 95%, whatever the distribution."""
    ordered = np.sort(values)
    low, high = (int(binom.ppf(share, len(ordered), 0.5)) for share in (0.025, 0.975))
    middle = float(np.median(ordered))
    return Share(len(ordered) // 2, len(ordered), middle, float(ordered[max(low - 1, 0)]), float(ordered[high]))


def victories(raw: Path, rows: pd.DataFrame) -> dict[str, Share]:
    """Logit of the initiating side's victory on the log ratio of both sides' capabilities at entry."""
    index = pd.read_csv(raw / "cow_nmc_v6.csv.gz").set_index(["ccode", "year"])["cinc"]
    table = []
    for _, part in rows.groupby("WarNum"):
        begun = part[part["Initiator"] == 1]
        if begun.empty or begun["Outcome"].iloc[0] not in (1, 2):
            continue
        keys = pd.MultiIndex.from_arrays([part["ccode"], part["StartYear1"]])
        shares = index.reindex(keys).to_numpy()
        mine = (part["Side"] == begun["Side"].iloc[0]).to_numpy()
        ratio = np.nansum(shares[mine]) / np.nansum(shares[~mine])
        table.append((begun["Outcome"].iloc[0] == 1, np.log(ratio)))
    won, ratio = np.array(table, dtype=np.float64).T
    regressors = np.column_stack([np.ones_like(ratio), ratio])
    coefficients = logit_fit(won, regressors)
    chance = 1 / (1 + np.exp(-regressors @ coefficients))
    error = np.sqrt(np.diag(np.linalg.inv((regressors.T * (chance * (1 - chance))) @ regressors)))
    return {
        f"win.war.{name}": Share(int(won.sum()), len(won), *_around(coefficients[k], error[k]))
        for k, name in enumerate(("logit_const", "logit_slope"))
    }


def _around(value: float, error: float) -> tuple[float, float, float]:
    return float(value), float(value - NORMAL_95 * error), float(value + NORMAL_95 * error)


def disputes(raw: Path, first: int, last: int) -> dict[str, Share]:
    """How far they go, whether they are answered, how long they last and how they end."""
    rows = pd.read_csv(raw / "mid_v5_disputes.csv")
    rows = rows[rows["styear"].between(first, last)]
    ended = rows[rows["outcome"].between(1, 7)]
    return {
        **{f"mid.hostlev.{level}": wilson(int((rows["hostlev"] == level).sum()), len(rows)) for level in (3, 4, 5)},
        "mid.reciprocated": wilson(int((rows["recip"] == 1).sum()), len(rows)),
        "mid.duration_median": ranked(rows["maxdur"].to_numpy()),
        **{f"mid.outcome.{name}": wilson(int((ended["outcome"] == code).sum()), len(ended))
           for name, code in OUTCOMES.items()},
        "mid.initiations_per_major_year": begun_by_majors(raw, first, last),
    }  # fmt: skip


def begun_by_majors(raw: Path, first: int, last: int) -> Share:
    """Originators of side A that are major powers, a year of a major power."""
    people, years = pd.read_csv(raw / "mid_v5_participants.csv"), pd.read_csv(raw / "mid_v5_disputes.csv")
    majors = code_years(raw, "cow_majors_2024.csv", first, min(last, recomputed.LAST_YEAR))
    began = people["dispnum"].map(years.set_index("dispnum")["styear"])
    first_side = (people["sidea"] == 1) & (people["orig"] == 1)
    keys = zip(people["ccode"][first_side], began[first_side], strict=True)
    return poisson(sum(key in majors for key in keys), len(majors))


def pairs(raw: Path, first: int, last: int) -> dict[str, Share]:
    """Who begins disputes with whom, and which pairs renew theirs."""
    table = recomputed.originators(raw)
    table = table[table["year"].between(first, last)]
    return {
        **{f"dyad.onset.{kind}": pair_years(raw, kind, first, last) for kind in DYADS},
        "recur.agreed.5y": renewed(raw, recomputed.AGREED, first, last),
        "recur.stalemate.5y": renewed(raw, recomputed.UNSETTLED, first, last),
        "begin.weaker_3to1": recomputed.begun_by_the_weaker(raw, first=first, last=last),
        "begin.minor_with_major": recomputed.begun_with_a_major(raw, first, last),
    }


def renewed(raw: Path, outcomes: Sequence[int], first: int, last: int) -> Share:
    """Disputes of these years that their pair renewed; those up to 1945 as far as was known by then."""
    return recomputed.renewed(raw, outcomes, first=first, last=last)


def pair_years(raw: Path, kind: str, first: int, last: int) -> Share:
    """Years of pairs with a new dispute: the sum of the published counts of the eras."""
    table = pd.read_csv(raw / "targets.csv").set_index("id")["description"]

    def counts(name: str) -> Any:
        return np.array([int(text) for text in re.findall(r"\((\d+)/(\d+)\)", table[name])[0]])

    before = counts(f"dyad.onset.{kind}.1816-1913") + counts(f"dyad.onset.{kind}.1914-1945")
    every = counts(f"dyad.onset.{kind}")
    totals = every if (first, last) == (1816, 2014) else before if last == PARTED else every - before
    return wilson(*(int(x) for x in totals))


def others(raw: Path, first: int, last: int) -> dict[str, Share]:
    """How capabilities change in peace."""
    changes = changes_in_peace(raw, first, last)
    spread = changes.std(ddof=1)
    error = spread / 2 * np.sqrt((kurtosis(changes) + 2) / len(changes))
    return {"power.volatility.peacetime": Share(0, len(changes), *_around(spread, error))}


def changes_in_peace(raw: Path, first: int, last: int) -> Floats:
    """Annual log changes of the capabilities of major powers, without the world wars."""
    index = pd.read_csv(raw / "cow_nmc_v6.csv.gz").set_index(["ccode", "year"])["cinc"]
    majors = code_years(raw, "cow_majors_2024.csv", first, 2016 if last > PARTED else last)
    keys = [(code, year) for code, year in sorted(majors) if (code, year - 1) in majors and year not in WORLD_WARS]
    now, before = (index.reindex(pd.MultiIndex.from_tuples([(c, y - k) for c, y in keys])).to_numpy() for k in (0, 1))
    known = (now > 0) & (before > 0)
    changes: Floats = np.log(now[known] / before[known])
    return changes
