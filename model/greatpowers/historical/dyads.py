"""Pairs of states in a year: which are politically relevant, and what earlier years say about them.

Nothing that became known later is looked at, so that no world knows its future: of disputes only those that were over
before the year began, and for hostility also that others were under way.
"""

from collections.abc import Collection
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from greatpowers.core.mathematics import power
from greatpowers.historical import rules
from greatpowers.historical.derived_tables import Capital, capital, is_democracy, is_major
from greatpowers.historical.published.records import Records
from greatpowers.scenario.geography import great_circle

Pair = tuple[int, int]
FORCE, WAR = 4, 5
"""Levels of hostility of disputes: use of force, and war."""

LEAST_SHARE = 1e-6
"""Share of the world's capabilities, or of its output, of a state of which the record knows none."""

LEAST_KM = 50.0
"""Capitals that are nearer count as this far apart."""

QUARTERS = 4
UNKNOWN_MONTH = 7
FARTHEST_BORDER = 5


def borders(records: Records, year: int, codes: Collection[int]) -> dict[Pair, int]:
    """Type of contiguity (1 land to 5 water of 400 miles) of pairs of states, the lower number first."""
    rows = records.contiguity
    now = rows[(rows["first"] <= year) & (rows["last"] >= year)]
    now = now[now["ccode1"].isin(codes) & now["ccode2"].isin(codes)]
    return _by_pair(now[now["conttype"] <= FARTHEST_BORDER].groupby(["ccode1", "ccode2"])["conttype"].min().astype(int))


def _by_pair(values: "pd.Series[Any]") -> dict[Pair, Any]:
    """Numbers by pair, from a series over an index of two levels."""
    pairs = values.index.to_frame(index=False).astype(int).to_numpy().tolist()
    return {(one, other): value for (one, other), value in zip(pairs, values.to_list(), strict=True)}


def relevant(records: Records, year: int, codes: Collection[int]) -> list[Pair]:
    """Politically relevant pairs: contiguous, or with a major power (Maoz & Russett 1993); sorted."""
    touching = borders(records, year, codes)
    majors = {code for code in codes if is_major(code, year)}
    return [pair for pair in combinations(sorted(codes), 2) if pair in touching or majors.intersection(pair)]


def earlier_disputes(records: Records, year: int) -> pd.DataFrame:
    """Participants of disputes that were over before the year began, the oldest first, with the `quarter` of entry."""
    rows = _dated(records.disputes).sort_values("quarter", kind="stable")
    return rows[rows["end"] < year]


def _dated(participants: pd.DataFrame) -> pd.DataFrame:
    """With `quarter`, that in which each entered, counted from year 0; where no month is known, that of July."""
    month = participants["month"].fillna(UNKNOWN_MONTH)
    return participants.assign(quarter=QUARTERS * participants["start"] + (month - 1) // (12 // QUARTERS))


def _opponents(participants: pd.DataFrame) -> pd.DataFrame:
    """Participants against those of the other side of the same dispute, both ways: columns _a and _b."""
    pairs = participants.merge(participants, on="dispnum", suffixes=("_a", "_b"))
    return pairs[pairs["sidea_a"] != pairs["sidea_b"]]


def _remembered(quarters: float) -> float:
    """What is left after some quarters (:data:`rules.HOSTILITY_MEMORY`)."""
    return power(rules.HOSTILITY_MEMORY, float(quarters))


def claims(records: Records, year: int) -> dict[Pair, float]:
    """Disputes that the first began or was first to face as a revisionist against the second, as far as remembered.

    Each counts by what is left of it when the year begins (:data:`rules.HOSTILITY_MEMORY`).
    """
    rows = earlier_disputes(records, year)
    pairs = _opponents(rows[rows["orig"] == 1])
    pressed = pairs[pairs["revstate_a"] >= 1].drop_duplicates(["ccode_a", "ccode_b", "dispnum"])
    left = (QUARTERS * year - 1 - pressed["quarter_a"]).map(_remembered)
    return _by_pair(left.groupby([pressed["ccode_a"], pressed["ccode_b"]]).sum())


def crises(records: Records, year: int) -> pd.DataFrame:
    """What the past of pairs is replayed from: a row for each pair and dispute begun before the year, the oldest first.

    Columns: dispnum, ccode_a < ccode_b, `quarter` from which both took part, on different sides, and `war`: whether
    both were at war in it. That is said only of what was over before the year began, because the record gives the
    highest level of hostility of a participant, that of later months included.
    """
    rows = _dated(records.disputes)
    pairs = _opponents(rows[rows["start"] < year])
    pairs = pairs[pairs["ccode_a"] < pairs["ccode_b"]]
    pairs = pairs[pairs[["start_a", "start_b"]].max(axis=1) <= pairs[["end_a", "end_b"]].min(axis=1)]
    fought = (pairs[["hostlev_a", "hostlev_b"]].min(axis=1) >= WAR) & (pairs[["end_a", "end_b"]].max(axis=1) < year)
    pairs = pairs.assign(quarter=pairs[["quarter_a", "quarter_b"]].max(axis=1), war=fought)
    keys = ["dispnum", "ccode_a", "ccode_b"]
    past_crises = pairs.groupby(keys, as_index=False).agg(quarter=("quarter", "min"), war=("war", "max"))
    return past_crises.sort_values(["quarter", *keys], ignore_index=True)


def hostilities(records: Records, year: int, codes: Collection[int]) -> dict[Pair, float]:
    """Hostility of pairs as a year begins, the lower number first, from disputes begun before; see :func:`replay`."""
    past_crises = crises(records, year)
    return replay(past_crises[past_crises["ccode_a"].isin(codes) & past_crises["ccode_b"].isin(codes)], year)


def replay(past_crises: pd.DataFrame, year: int) -> dict[Pair, float]:
    """Hostility of pairs as a year begins: the engine's law, replayed over :func:`crises` from the first one on.

    Every quarter takes its part (:data:`rules.HOSTILITY_MEMORY`), then each dispute between the two adds a share of
    what is missing to 1, and a war another one, in the quarter of the dispute. To three digits; those below
    :data:`rules.LEAST_HOSTILITY` left out  (Goertz & Diehl 1993; Diehl & Goertz 2000).
    """
    past: dict[Pair, tuple[int, float]] = {}
    pairs = past_crises[["ccode_a", "ccode_b", "quarter"]].astype(int).to_numpy().tolist()
    for (one, other, quarter), war in zip(pairs, past_crises["war"].to_list(), strict=True):
        since, level = past.get((one, other), (quarter, 0.0))
        level *= _remembered(quarter - since)
        level += rules.HOSTILITY_CRISIS * (1 - level)
        level += rules.HOSTILITY_WAR * (1 - level) * war
        past[one, other] = quarter, level
    last = QUARTERS * year - 1
    now = {pair: _remembered(last - since) * level for pair, (since, level) in sorted(past.items())}
    return {pair: round(level, 3) for pair, level in now.items() if level >= rules.LEAST_HOSTILITY}


def maximizers(records: Records, year: int, codes: Collection[int]) -> set[int]:
    """Those who play by nineteenth-century rules in a year: everybody to 1918, then as :data:`rules.MAXIMIZER_RULE`."""
    if rules.era_of(year).doctrine == rules.MAXIMIZER:
        return set(codes)
    forceful = _revisionists(records, year, FORCE, rules.MAXIMIZER_DISPUTES)
    outside = {c for c in codes if is_major(c, year)} - _camp_of_the_strongest_democracy(records, year, codes)
    return {c for c in codes if not is_democracy(c, year) and (c in outside or c in forceful)}


def stakeholders(records: Records, year: int, codes: Collection[int]) -> set[int]:
    """Those with a stake in the order who want to revise it: nobody to 1918, then as :data:`rules.STAKEHOLDER_RULE`."""
    if rules.era_of(year).doctrine == rules.MAXIMIZER:
        return set()
    camp = _camp_of_the_strongest_democracy(records, year, codes)
    pillars = {c for c in camp if is_major(c, year)}
    pressing = _revisionists(records, year, 1, rules.STAKEHOLDER_DISPUTES)
    return (pressing & set(codes)) - pillars - maximizers(records, year, codes)


def _revisionists(records: Records, year: int, hostility: int, disputes: int) -> set[int]:
    """States that began at least so many disputes as revisionists, each as hostile as that or more."""
    rows = earlier_disputes(records, year)
    rows = rows[rows["start"] >= year - rules.MAXIMIZER_WINDOW]
    begun = rows[(rows["orig"] == 1) & (rows["sidea"] == 1) & (rows["revstate"] >= 1) & (rows["hostlev"] >= hostility)]
    counts = begun.groupby("ccode")["dispnum"].nunique()
    return {int(code) for code in counts.index[counts >= disputes]}


def _camp_of_the_strongest_democracy(records: Records, year: int, codes: Collection[int]) -> set[int]:
    """The strongest democracy, and the states that have promised to defend it."""
    rows, pacts = records.capabilities, records.alliances
    democracies = [code for code in codes if is_democracy(code, year)]
    now = rows[(rows["year"] == year) & rows["ccode"].isin(democracies)].sort_values("ccode")
    if now.empty:
        return set()
    strongest = now["ccode"].iloc[int(now["cinc"].to_numpy().argmax())]
    sworn = pacts[(pacts["year"] == year) & (pacts["ccode2"] == strongest) & (pacts["defense"] > 0)]
    return {int(strongest)} | {int(code) for code in sworn["ccode1"]}


def rivalries(year: int, codes: Collection[int], greedy: set[int], pacts: Collection[Pair]) -> dict[Pair, float]:
    """Strength of positional rivalry, the lower number first: major powers without a pact, either a maximizer."""
    majors = sorted(code for code in codes if is_major(code, year))
    pairs = combinations(majors, 2)
    return {pair: rules.RIVALRY for pair in pairs if greedy.intersection(pair) and pair not in pacts}


def capabilities(records: Records, year: int) -> dict[int, float]:
    """Capabilities in a year as shares of the world's, by country number."""
    rows = records.capabilities[records.capabilities["year"] == year]
    known = rows[rows["cinc"].notna()]
    shares = known["cinc"].clip(lower=LEAST_SHARE)
    return dict(zip(known["ccode"].astype(int).to_list(), shares.to_list(), strict=True))


def contests(records: Records, year: int, codes: Collection[int], every: bool = False) -> pd.DataFrame:
    """What could be contested, a row a directed pair, sorted.

    Columns: challenger, host, conttype (0 if not contiguous), majors (0 to 2), claims (as far as remembered),
    hostility, salience. Without `every`, only politically relevant pairs with a ground for a contest: a border or up to
    24 miles of water, remembered claims or hostility, or a major power and anybody relevant to it. Pairs that remember
    hostility are among them wherever they lie: Israel and Iraq have no border.
    """
    touching, claimed = borders(records, year, codes), claims(records, year)
    hostile = hostilities(records, year, codes)
    rows, share = [], capabilities(records, year)
    remembered = [pair for pair, level in hostile.items() if level >= rules.REMEMBERED]
    for pair in sorted({*relevant(records, year, codes), *remembered}):
        left, conttype = hostile.get(pair, 0.0), touching.get(pair, 0)
        shares = share.get(pair[0], LEAST_SHARE), share.get(pair[1], LEAST_SHARE)
        near = rules.BORDER.get(conttype) or gravity(shares, max(distance(*pair, year), LEAST_KM))
        regime = rules.REGIMES[sum(is_democracy(code, year) for code in pair)]
        for challenger, host in (pair, pair[::-1]):
            pressed, major = claimed.get((challenger, host), 0.0), is_major(challenger, year)
            grounded = max(pressed, left) >= rules.REMEMBERED or conttype in rules.NEIGHBOUR_TYPES or major
            if every or grounded:
                majors = int(major) + int(is_major(host, year))
                score = salience(near, regime, pressed)
                rows.append((challenger, host, conttype, majors, pressed, left, score))
    columns = ["challenger", "host", "conttype", "majors", "claims", "hostility", "salience"]
    return pd.DataFrame(rows, columns=columns).sort_values(["challenger", "host"], ignore_index=True)


def gravity(shares: tuple[float, float], km: float) -> float:
    """Salience of a state without a border: `shares` are of the world's capabilities, `km` between the capitals."""
    size = power(shares[0] * shares[1], 0.5) / rules.GRAVITY_SHARE
    drawn = rules.GRAVITY * power(size, rules.GRAVITY_OF_SIZE) * power(rules.GRAVITY_KM / km, rules.GRAVITY_OF_DISTANCE)
    return min(drawn, rules.BORDER[FARTHEST_BORDER])


def salience(near: float, regime: float, claims_pressed: float) -> float:
    """How much a prize matters to a challenger: by border or gravity, claims, and what the regimes make of both."""
    score: float = near + rules.CLAIMS * (1 - 0.5**claims_pressed)
    return round(min(score * regime, rules.HIGHEST_SALIENCE), 3)


def distance(one: int, other: int, year: int) -> float:
    """Kilometres between the capitals of two states in a year."""
    return _between(capital(one, year), capital(other, year))


@cache
def _between(one: Capital, other: Capital) -> float:
    """The same of capitals, which stay where they are from year to year."""
    return float(great_circle(np.array([one.lat, other.lat]), np.array([one.lon, other.lon]))[0, 1])
