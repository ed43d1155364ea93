"""Pairs of states in a year: which are politically relevant, and what earlier years say about them.

Of disputes, only those that were over before the year began are counted, so that no world knows its future.
"""

from collections.abc import Collection
from itertools import combinations
from typing import Any

import pandas as pd

from greatpowers.record import rules
from greatpowers.record.published import Records
from greatpowers.record.shipped import is_democracy, is_major

Pair = tuple[int, int]
FORCE = 4
FARTHEST_BORDER = 5


def borders(records: Records, year: int, codes: Collection[int]) -> dict[Pair, int]:
    """Type of contiguity (1 land to 5 water of 400 miles) of pairs of states, the lower number first."""
    rows = records.contiguity
    now = rows[(rows["first"] <= year) & (rows["last"] >= year)]
    now = now[now["ccode1"].isin(codes) & now["ccode2"].isin(codes)]
    return _by_pair(now[now["conttype"] <= FARTHEST_BORDER].groupby(["ccode1", "ccode2"])["conttype"].min())


def _by_pair(counts: "pd.Series[Any]") -> dict[Pair, int]:
    """Whole numbers by pair, from a series over an index of two levels."""
    pairs = counts.index.to_frame(index=False).astype(int).to_numpy().tolist()
    return {(one, other): int(value) for (one, other), value in zip(pairs, counts.to_list(), strict=True)}


def relevant(records: Records, year: int, codes: Collection[int]) -> list[Pair]:
    """Politically relevant pairs: contiguous, or with a major power (Maoz & Russett 1993); sorted."""
    touching = borders(records, year, codes)
    majors = {code for code in codes if is_major(code, year)}
    return [pair for pair in combinations(sorted(codes), 2) if pair in touching or majors.intersection(pair)]


def earlier_disputes(records: Records, year: int, window: int) -> pd.DataFrame:
    """Participants of disputes that began in the `window` years before, and were over before the year began."""
    rows = records.disputes
    return rows[(rows["start"] >= year - window) & (rows["end"] < year)]


def _opponents(participants: pd.DataFrame) -> pd.DataFrame:
    """Originators against originators of the other side: columns dispnum, ccode_a, ccode_b, revstate_a; both ways."""
    first = participants[participants["orig"] == 1][["dispnum", "ccode", "sidea", "revstate"]]
    pairs = first.merge(first, on="dispnum", suffixes=("_a", "_b"))
    return pairs[pairs["sidea_a"] != pairs["sidea_b"]]


def disputes_between(records: Records, year: int, window: int) -> dict[Pair, int]:
    """Number of disputes of each pair in the years before, the lower number first."""
    pairs = _opponents(earlier_disputes(records, year, window))
    pairs = pairs[pairs["ccode_a"] < pairs["ccode_b"]]
    return _by_pair(pairs.groupby(["ccode_a", "ccode_b"])["dispnum"].nunique())


def claims(records: Records, year: int) -> dict[Pair, int]:
    """Number of disputes that the first entered as a revisionist against the second, in the years before."""
    pairs = _opponents(earlier_disputes(records, year, rules.CLAIM_WINDOW))
    pairs = pairs[pairs["revstate_a"] >= 1]
    return _by_pair(pairs.groupby(["ccode_a", "ccode_b"])["dispnum"].nunique())


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
    rows = earlier_disputes(records, year, rules.MAXIMIZER_WINDOW)
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


def rivalries(
    records: Records, year: int, codes: Collection[int], greedy: set[int], pacts: Collection[Pair]
) -> dict[Pair, float]:
    """Strength of the rivalry of pairs, the lower number first; those without any left out."""
    recent = disputes_between(records, year, rules.RIVAL_WINDOW)
    longer = disputes_between(records, year, rules.ENDURING_WINDOW)
    found = {}
    for pair in combinations(sorted(codes), 2):
        kinds = _rivalry_kinds(pair, recent, longer)
        if all(is_major(code, year) for code in pair) and greedy.intersection(pair) and pair not in pacts:
            kinds.append("majors")
        if kinds:
            found[pair] = max(rules.RIVALRY[kind] for kind in kinds)
    return found


def _rivalry_kinds(pair: Pair, recent: dict[Pair, int], longer: dict[Pair, int]) -> list[str]:
    if longer.get(pair, 0) >= rules.ENDURING_DISPUTES:
        return ["enduring"]
    return ["rivals"] if recent.get(pair, 0) >= rules.RIVAL_DISPUTES else []


def contests(records: Records, year: int, codes: Collection[int], every: bool = False) -> pd.DataFrame:
    """What could be contested, a row a directed pair, sorted.

    Columns: challenger, host, conttype (0 if not contiguous), majors (0 to 2), claims, rivalry (kind or ""), salience.
    Without `every`, only politically relevant pairs with a ground for a contest: a border or up to 24 miles of water,
    a claim, a rivalry, or a major power within 400 miles of its prey.
    """
    touching, claimed = borders(records, year, codes), claims(records, year)
    recent = disputes_between(records, year, rules.RIVAL_WINDOW)
    longer = disputes_between(records, year, rules.ENDURING_WINDOW)
    rows = []
    for pair in relevant(records, year, codes):
        kinds = _rivalry_kinds(pair, recent, longer)
        kind, conttype = (kinds[0] if kinds else ""), touching.get(pair, 0)
        for challenger, host in (pair, pair[::-1]):
            pressed, major = claimed.get((challenger, host), 0), is_major(challenger, year)
            grounded = pressed or kind or conttype in rules.NEIGHBOUR_TYPES or major
            if every or grounded:
                majors = int(major) + int(is_major(host, year))
                score = salience(conttype, majors, kind, pressed)
                rows.append((challenger, host, conttype, majors, pressed, kind, score))
    columns = ["challenger", "host", "conttype", "majors", "claims", "rivalry", "salience"]
    return pd.DataFrame(rows, columns=columns).sort_values(["challenger", "host"], ignore_index=True)


def salience(conttype: int, majors: int, rivalry: str, claims_pressed: int) -> float:
    """How much a prize matters to a challenger, by the grounds of :mod:`greatpowers.record.rules`."""
    grounds = rules.GROUNDS
    score = rules.BORDER.get(conttype, grounds["distant"].salience)
    score += grounds["majors"].salience * (majors == 2)
    score += grounds[rivalry].salience if rivalry else 0.0
    score += grounds["claims"].salience * (1 - 0.5**claims_pressed)
    return round(min(score, rules.HIGHEST_SALIENCE), 3)
