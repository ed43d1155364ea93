"""A scenario for any year from 1816 to 2016, from the published record and the rules of its era; as TOML too."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w

from greatpowers.core.declare import Floats
from greatpowers.historical import dyads, rules
from greatpowers.historical.derived_tables import BUILT, capital, is_democracy, is_major, name_in, second_strike
from greatpowers.historical.published.records import Records
from greatpowers.historical.rules import checked_year, lacking
from greatpowers.scenario import schema
from greatpowers.scenario.checks import check_scenario
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_doctrine
from greatpowers.storage.manifest import plain

LEADER_ORDER_WEIGHT = 0.5
UNITED_STATES = 2

Ids = Mapping[int, str]
"""Abbreviations of the states of a world, in its order, by country number."""


def build_scenario(
    records: Records | str | Path, year: int, states: int | None = None, rounds: int = 80, every_dyad: bool = False
) -> schema.Scenario:
    """The world of a year: its states, what they have and want, who is bound to whom, and what may be contested.

    Args:
        records: the published files, or the directory they are in
        year: 1816 to 2016; the world starts in its first quarter
        states: keep the most powerful so many, and every state that borders on a major power; all without it
        rounds: length of a run
        every_dyad: a theatre for every politically relevant directed pair, also those without a ground for a contest

    Raises:
        GreatPowersError: for files that cannot be read, and years of which they hold no states, borders or alliances
    """
    loaded_records = records if isinstance(records, Records) else Records(records)
    table = _kept(loaded_records, year, states)
    codes = [int(code) for code in table.index]
    greedy = dyads.maximizers(loaded_records, year, codes)
    doctrines = dict.fromkeys(dyads.stakeholders(loaded_records, year, codes), rules.STAKEHOLDER) | dict.fromkeys(
        greedy, rules.MAXIMIZER
    )
    commitments = _commitments(loaded_records, year, codes)
    pacts = {(min(pair), max(pair)) for pair, strength in commitments.items() if strength >= COMMITTED}
    leader = _leader(table, doctrines, year)
    era = rules.era_of(year)
    ids = {code: name_in(code, year)[0] for code in codes}
    scenario = schema.Scenario(
        name=f"{BUILT}{year}",
        title=f"The world of {year}, from the record",
        summary=" ".join([f"{era.reason}.", *lacking(loaded_records, year)]),
        source="; ".join(sources(loaded_records)),
        start=f"{year}Q1",
        rounds=rounds,
        order=schema.Order(initial=era.order),
        coalition=schema.Coalition(leader=None if leader is None else ids[leader]),
        state=tuple(_state(row, code, year, doctrines) for code, (_, row) in zip(codes, table.iterrows(), strict=True)),
        alliance=_alliances(ids, commitments),
        base=_bases(ids, year, leader, greedy, commitments),
        rivalry=_rivalries(ids, dyads.rivalries(year, codes, greedy, pacts)),
        hostility=_hostilities(ids, dyads.hostilities(loaded_records, year, codes)),
        distances=_distances(ids, loaded_records, year),
        trade=_trade(ids, loaded_records, year),
        theatre=_theatres(ids, dyads.contests(loaded_records, year, codes, every_dyad)),
    )
    check_scenario(scenario, f"world of {year}")
    return scenario


COMMITTED = rules.COMMITMENT["defense"]


def sources(records: Records) -> list[str]:
    """Which files a world is made from, with their releases."""
    subjects = ("capabilities", "disputes", "alliances", "contiguity", "trade", "dyadic trade", "output")
    read = [source for subject in subjects if (source := records.source(subject))]
    return [f"{s.found.form.title} {s.release} ({s.found.form.citation})" for s in read]


def _kept(records: Records, year: int, states: int | None) -> pd.DataFrame:
    """Quantities of the states that take part, by country number."""
    table = _quantities(records, year)
    if states is None or states >= len(table):
        return table
    if states < 2:
        raise GreatPowersError(f"states is {states}; expected at least 2.")
    strongest = {int(code) for code in table.index[np.argsort(-_power(table), kind="stable")[:states]]}
    majors = {code for code in table.index if is_major(code, year)}
    touching = {
        code for pair in dyads.borders(records, year, table.index) if majors.intersection(pair) for code in pair
    }
    return table.loc[[code for code in table.index if code in strongest | majors | touching]]


INDUSTRY = ("pec", "irst", "upop")
OPENNESS_BOUNDS = (0.005, 1.0)
BURDEN_BOUNDS = (0.002, 0.3)


def _quantities(records: Records, year: int) -> pd.DataFrame:
    """A row a state, by country number: capability, economy (shares of the world), openness, burden in [0, 1]."""
    rows = records.capabilities
    now = rows[rows["year"] == checked_year(records, year)].set_index("ccode").sort_index()
    now.index = now.index.astype(int)
    table = pd.DataFrame({"capability": now["cinc"].fillna(0.0)})
    table["economy"] = _economy(records, now, year)
    trade = records.trade[records.trade["year"] == year].set_index("ccode")
    total, world = (trade["imports"] + trade["exports"]).reindex(table.index), rules.world_openness(year)
    table["openness"] = _relative(total, table["economy"], world, OPENNESS_BOUNDS)
    table["burden"] = _relative(now["milex"], table["economy"], rules.world_burden(year), BURDEN_BOUNDS)
    return table


def _has_output(records: Records, year: int) -> bool:
    """Whether output is gross domestic product rather than a stand-in."""
    return bool((records.output["year"] == year).any())


def _economy(records: Records, now: pd.DataFrame, year: int) -> "pd.Series[float]":
    """Shares of output: gross domestic product if there is a file, else the industry of National Material Capabilities.

    A state that the file lacks has its share of industry, to the scale of the others.
    """
    industry = _industry(now)
    if not _has_output(records, year):
        return industry.clip(lower=dyads.LEAST_SHARE)
    known = records.output[records.output["year"] == year].set_index("ccode")["gdp"]
    gdp = known.reindex(now.index)
    scale = gdp.sum() / max(industry[gdp.notna()].sum(), dyads.LEAST_SHARE)
    filled = gdp.fillna(industry * scale)
    return (filled / filled.sum()).clip(lower=dyads.LEAST_SHARE)


def _industry(now: pd.DataFrame) -> "pd.Series[float]":
    """Mean share of energy, iron and steel, and urban population, of those that the year records."""
    shares = [now[name].fillna(0.0) / now[name].sum() for name in INDUSTRY if now[name].sum() > 0]
    return pd.concat(shares, axis=1).mean(axis=1)


def _relative(
    amount: "pd.Series[float]", economy: "pd.Series[float]", world: float, bounds: tuple[float, float]
) -> "pd.Series[float]":
    """The world's figure times share of the amount over share of output; the world's where the amount is not known."""
    known = amount.notna() & (amount > 0)
    if not known.any():
        return pd.Series(world, index=economy.index)
    shares = (amount[known] / amount[known].sum()) / (economy[known] / economy[known].sum())
    return (world * shares).reindex(economy.index).fillna(world).clip(*bounds)


def _power(table: pd.DataFrame) -> Floats:
    """Power shares: the mean of shares of output and capability."""
    values = (table["economy"] / table["economy"].sum() + table["capability"] / table["capability"].sum()) / 2
    return values.to_numpy(dtype=np.float64)


def _leader(table: pd.DataFrame, doctrines: Mapping[int, str], year: int) -> int | None:
    """The most powerful of those who live for the order; nobody before there is one."""
    if load_doctrine(rules.era_of(year).doctrine).weights.order < LEADER_ORDER_WEIGHT:
        return None
    strength = dict(zip(table.index, _power(table), strict=True))
    candidates = [int(code) for code in table.index if code not in doctrines]
    return max(candidates, key=lambda code: (strength[code], -code)) if candidates else None


def _state(row: "pd.Series[float]", code: int, year: int, doctrines: Mapping[int, str]) -> schema.State:
    abbreviation, name = name_in(code, year)
    place, era = capital(code, year), rules.era_of(year)
    votes = is_democracy(code, year)
    return schema.State(
        id=abbreviation,
        name=name,
        doctrine=doctrines.get(code, era.doctrine),
        economy=round(float(row["economy"]), 6) or 1e-6,
        capability=round(float(row["capability"]), 6),
        nuclear=second_strike(code, year),
        openness=round(float(row["openness"]), 3),
        burden=round(float(row["burden"]), 3),
        lat=place.lat,
        lon=place.lon,
        election_period=rules.ELECTION_ROUNDS if votes else 0,
        next_election=_first_vote(code, year) if votes else None,
    )


def _first_vote(code: int, year: int) -> int:
    """Round of the first election: November of leap years for the United States, by country number for the others."""
    if code == UNITED_STATES:
        return 4 * ((-year) % 4) + 3
    return code % rules.ELECTION_ROUNDS


def _commitments(records: Records, year: int, codes: Iterable[int]) -> dict[dyads.Pair, float]:
    """Commitment of the first to the second, by the strongest obligation in force."""
    rows = records.alliances
    now = rows[(rows["year"] == year) & rows["ccode1"].isin(codes) & rows["ccode2"].isin(codes)]
    commitments = {}
    for row in now.sort_values(["ccode1", "ccode2"]).to_dict("records"):
        held = [strength for kind, strength in rules.COMMITMENT.items() if row[kind] > 0]
        if held:
            commitments[int(row["ccode1"]), int(row["ccode2"])] = max(held)
    return commitments


def _alliances(ids: Ids, commitments: dict[dyads.Pair, float]) -> tuple[schema.Alliance, ...]:
    """One entry for each state and strength: the state, to all those it has promised as much."""
    grouped: dict[tuple[int, float], list[int]] = {}
    for (one, other), strength in commitments.items():
        grouped.setdefault((one, strength), []).append(other)
    return tuple(
        schema.Alliance.model_validate(
            {"from": ids[one], "to": [ids[other] for other in others], "commitment": strength}
        )
        for (one, strength), others in sorted(grouped.items())
    )


def _bases(
    ids: Ids, year: int, leader: int | None, greedy: set[int], commitments: dict[dyads.Pair, float]
) -> tuple[schema.Base, ...]:
    if leader is None or year < rules.BASE_FROM:
        return ()
    rivals = [code for code in ids if code in greedy and is_major(code, year)]
    hosts = [host for host in ids if commitments.get((leader, host), 0.0) >= COMMITTED and host not in rivals]
    near = [host for host in hosts if any(dyads.distance(host, rival, year) <= rules.BASE_KM for rival in rivals)]
    return tuple(schema.Base(state=ids[leader], host=ids[host], strength=rules.BASE_STRENGTH) for host in near)


def _rivalries(ids: Ids, strengths: dict[dyads.Pair, float]) -> tuple[schema.Rivalry, ...]:
    return tuple(
        schema.Rivalry(states=(ids[a], ids[b]), strength=strength) for (a, b), strength in sorted(strengths.items())
    )


def _hostilities(ids: Ids, levels: dict[dyads.Pair, float]) -> tuple[schema.Hostility, ...]:
    return tuple(schema.Hostility(states=(ids[a], ids[b]), level=level) for (a, b), level in sorted(levels.items()))


def _distances(ids: Ids, records: Records, year: int) -> schema.Distances:
    """Pairs between which force arrives in full, and the others that are contiguous by land or 400 miles of water."""
    near: list[tuple[str, str]] = []
    across: list[tuple[str, str]] = []
    for (one, other), kind in sorted(dyads.borders(records, year, ids).items()):
        close = kind == 1 or dyads.distance(one, other, year) <= rules.NEIGHBOUR_KM
        (near if kind in rules.NEIGHBOUR_TYPES and close else across).append((ids[one], ids[other]))
    return schema.Distances(contiguous=tuple(near), across_water=tuple(across), source="Direct Contiguity")


def _trade(ids: Ids, records: Records, year: int) -> schema.Trade | None:
    """Shares of each state's trade with each other, if there is a file of dyadic trade for the year; else gravity."""
    rows = records.dyadic_trade
    now = rows[rows["year"] == year]
    if now.empty:
        return None
    both = pd.concat([now, now.rename(columns={"ccode1": "ccode2", "ccode2": "ccode1"})])
    total = both.groupby("ccode1")["flow"].sum()
    matrix = both.pivot_table(index="ccode1", columns="ccode2", values="flow", aggfunc="sum")
    codes = list(ids)
    matrix = matrix.reindex(index=codes, columns=codes).fillna(0.0)
    shares = matrix.div(total.reindex(codes).replace(0.0, np.nan), axis=0).fillna(0.0)
    rows_of = tuple(tuple(float(v) for v in np.floor(row * 1e4) / 1e4) for row in shares.to_numpy())
    return schema.Trade(states=tuple(ids.values()), rows=rows_of, source="Dyadic Trade")


def _theatres(ids: Ids, rows: pd.DataFrame) -> tuple[schema.Theatre, ...]:
    return tuple(
        schema.Theatre(
            id=f"{ids[int(row['challenger'])]}-{ids[int(row['host'])]}",
            challenger=ids[int(row["challenger"])],
            host=ids[int(row["host"])],
            salience=row["salience"],
            **_meeting(row["majors"], row["conttype"]),
            reason=_grounds(row["conttype"], row["majors"], row["claims"], row["hostility"]),
        )
        for row in rows.to_dict("records")
    )


def _meeting(majors: int, conttype: int) -> dict[str, Any]:
    """Great powers that are no neighbours meet where there is no land to win: in the air, at sea, over third states."""
    return {} if majors < 2 or conttype in rules.NEIGHBOUR_TYPES else {"landless": True}


def _grounds(conttype: int, majors: int, claims: float, hostility: float) -> str:
    """The grounds in words."""
    border = {0: "", 1: "land border", 2: "12 miles of water", 3: "24 miles", 4: "150 miles", 5: "400 miles"}[conttype]
    past = {"hostility": hostility, "claims": claims}
    parts = [border, "both major" if majors == 2 else ""]
    parts += [f"{name} {value:.2f}" if value >= rules.REMEMBERED else "" for name, value in past.items()]
    return ", ".join(part for part in parts if part) or "major power"


WIDTH = 118
HEAD = "# The world of "
"""How every file begins."""

TABLES = ("state", "alliance", "base", "rivalry", "hostility", "theatre")
"""Repeated tables, written a line an entry."""


def scenario_text(scenario: schema.Scenario, year: int, records: Records) -> str:
    """The file of a scenario built from `records` for a year."""
    data = plain(scenario)
    lines = [*_remarks(year, records), ""]
    head = {key: value for key, value in data.items() if not isinstance(value, list | dict)}
    lines += tomli_w.dumps(head).splitlines()
    lines += [f"{key} = {_inline(data[key])}" for key in ("order", "coalition") if data.get(key)]
    for key in TABLES:
        if data.get(key):
            lines += ["", f"{key} = [", *(f"  {_inline(row)}," for row in data[key]), "]"]
    for key in ("distances", "trade"):
        if data.get(key):
            lines += ["", f"[{key}]", *_table(data[key])]
    return "\n".join(lines) + "\n"


def _remarks(year: int, records: Records) -> Iterator[str]:
    """The comment at the head: where each kind of number comes from, and what the files do not hold."""
    yield f"{HEAD}{year} as 'greatpowers scenario build' makes it from the published record."
    yield "# Every number is derived; nothing is typed."
    parts = {
        "Files": sources(records),
        "What the files do not hold": lacking(records, year),
        "Rules": _rules(year, _has_output(records, year)),
    }
    for title, texts in parts.items():
        if texts:
            yield "#"
            yield f"# {title}"
            for text in texts:
                yield from _wrapped(text)


def _rules(year: int, output: bool) -> Sequence[str]:
    era = rules.era_of(year)
    economy = (
        "share of gross domestic product (Fariss et al. 2022)"
        if output
        else "mean share of energy, iron and steel, and urban population (National Material Capabilities)"
    )
    revisionists = f"{rules.MAXIMIZER_RULE} {rules.STAKEHOLDER_RULE}" if era.doctrine != rules.MAXIMIZER else ""
    doctrine = f"{era.doctrine} from {era.first} to {era.last} ({era.source})."
    return (
        f"economy: {economy}; capability: CINC.",
        "nuclear: 1 - exp(-warheads/200) (Kristensen & Norris).",
        "openness: exports of the world over its output (Maddison 2001), times share of trade over share of output.",
        "burden: mean burden of the era, times share of military expenditure over share of output.",
        f"doctrine: {doctrine} {revisionists}".strip(),
        "commitment: defence .75, offence .5, consultation .2, the same in every era (Leeds, Long & Mitchell 2000).",
        "rivalry: .5 between majors without a pact to defend each other, if either maximizes power (Waltz 1979).",
        f"hostility: each dispute begun before the year added {rules.HOSTILITY_CRISIS:g} of what was missing to 1, a "
        f"war over by then {rules.HOSTILITY_WAR:g} of the rest; {rules.HOSTILITY_MEMORY:g} of it is left a quarter on "
        "(Goertz & Diehl 1993; Diehl & Goertz 2000).",
        "salience: border, or the product of capabilities over distance (Hegre 2008), and claims of earlier years, "
        "which fade as hostility does; less between two democracies, more in a mixed pair (Raknerud & Hegre 1997). "
        "The grounds of each are its reason.",
        "landless: two majors without a land border, or water of up to 24 miles, between them.",
    )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="#   ", subsequent_indent="#     ", break_on_hyphens=False)


def _table(values: Mapping[str, Any]) -> Iterator[str]:
    """A table whose lists of lists take a line a row."""
    for key, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], list):
            yield f"{key} = ["
            yield from (f"  {_inline(row)}," for row in value)
            yield "]"
        else:
            yield f"{key} = {_inline(value)}"


def _inline(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
