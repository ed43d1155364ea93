"""A built scenario as a TOML file for people to read and change: its sources above, a line a state and a theatre."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import tomli_w

from greatpowers.historical import rules
from greatpowers.historical.build_world import sources
from greatpowers.historical.capabilities import has_output
from greatpowers.historical.published.records import Records
from greatpowers.scenario.schema import Scenario
from greatpowers.storage.configuration import plain

WIDTH = 118
HEAD = "# The world of "
"""How every file begins."""

TABLES = ("state", "alliance", "base", "rivalry", "hostility", "theatre")
"""Repeated tables, written a line an entry."""


def scenario_text(scenario: Scenario, year: int, records: Records) -> str:
    """The file of a scenario built from `records` for a year."""
    data = plain(scenario)
    lines = [*_remarks(year, sources(records), has_output(records, year)), ""]
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


def _remarks(year: int, files: Sequence[str], output: bool) -> Iterator[str]:
    """The comment at the head: where each kind of number comes from."""
    yield f"{HEAD}{year} as 'greatpowers scenario build' makes it from the published record."
    yield "# Every number is derived; nothing is typed."
    yield "#"
    yield "# Files"
    for source in files:
        yield from _wrapped(source)
    yield "#"
    yield "# Rules"
    for text in _rules(year, output):
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
        "salience: border, majors, and claims of earlier years, which fade as hostility does; the grounds of each are "
        "its reason.",
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
