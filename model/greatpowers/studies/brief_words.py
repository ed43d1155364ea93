"""The brief in words: sentences, tables and stories, each made from the row that it speaks of."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from greatpowers.core.levers import SWITCH
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import in_money, money_words
from greatpowers.narrative.sentences import who_fights
from greatpowers.presentation.html import Cell, Heading, Headings, HtmlTable, row_of, shown
from greatpowers.presentation.style import count, listed, number, percent
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.posterior import SHIPPED
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation import intervals
from greatpowers.simulation.events import in_a_sentence
from greatpowers.simulation.places import BEGAN, anchor_words
from greatpowers.simulation.setup import resolved
from greatpowers.storage.manifest import CONFIG, policy_file

if TYPE_CHECKING:
    from greatpowers.studies.brief import Brief, Story

PLACE, WORLD = "place", "world"

QUIET, FORCE, WAR = "no open force", "open force without a war", "war"
KINDS = (QUIET, FORCE, WAR)
"""Kinds of histories, by the worst that happens in the place."""

MOST_HANGS, MOST_FACTS = 3, 3
"""Parameters, levers and places that are named, and facts of the record on either side."""

IN_WORDS = {
    intervals.LOWER: "lower",
    intervals.HIGHER: "higher",
    intervals.MAYBE_LOWER: "lower, with a reservation",
    intervals.MAYBE_HIGHER: "higher, with a reservation",
    intervals.NO_TELLING: "no telling",
    intervals.TOO_RARE: "too rare to tell",
}
TELLS = {
    QUIET: "The good history",
    FORCE: "The history in between",
    WAR: "The bad history",
}
AFTER_A_WAR = {QUIET: "no further war", WAR: "war again"}
"""The same kinds where there is war at the start."""

MOST_LINES = 6

POINTS = "percentage points"
TINY = 1e-9
SHARES = ("fraction", "per dyad-year")
"""Units that are read in per cent."""


@dataclass(frozen=True)
class StoryText:
    """A history as text: heading, how likely its kind is, and lines of (quarter or empty, sentence)."""

    heading: str
    share: str
    lines: tuple[tuple[str, str], ...]


def answer(brief: "Brief") -> list[str]:
    """The answer in three sentences: the place, the world, the price."""
    one, other = (policy.title for policy in brief.policies)
    war = brief.finding(PLACE, "war")
    comes = "war again" if brief.at_war else "war"
    place = (
        f"{_verdict_first(war['verdict'], one, other, f'{comes} over {brief.label}')}: it comes in "
        f"{percent(war['asked'])} of histories under the first and in {percent(war['against'])} under the second; "
        f"{doubt(war)}."
    )
    severity = brief.finding(WORLD, "mean_severity")
    start = brief.anchors[0].severity
    world = (
        f"In the world, escalation is {value(severity, 'asked')} under the first and {value(severity, 'against')} "
        f"under the second ({start:.3f} at the start, on a scale from 0 to 1): {doubt(severity)}."
    )
    cost = brief.finding(WORLD, "sender_cost")
    one_cost, other_cost = (_cost(brief, cost, column) for column in ("asked", "against"))
    price = f"The first costs those who carry it out {one_cost}, the second {other_cost}: {doubt(cost)}."
    return [place, world, price]


def _verdict_first(verdict: str, one: str, other: str, comes: str) -> str:
    """What is to be said of two policies and of something that comes under either, before any number."""
    if verdict in (intervals.NO_TELLING, intervals.TOO_RARE):
        return f"Whether “{one}” or “{other}” brings {comes} less often cannot be said"
    often = "less often" if verdict in (intervals.LOWER, intervals.MAYBE_LOWER) else "more often"
    surely = "" if verdict in (intervals.LOWER, intervals.HIGHER) else ", though not surely"
    return f"“{one}” brings {comes} {often} than “{other}”{surely}"


def _cost(brief: "Brief", row: Mapping[str, Any], column: str) -> str:
    """A cost in per cent of output, and in money if the scenario knows it."""
    money = money_words(brief.scenario, row[column])
    return f"{value(row, column)}% of the world's output" + (f" ({money})" if money else "")


def doubt(row: Mapping[str, Any]) -> str:
    """How sure a difference is, in words."""
    luck = f"{difference(row, 'difference', True)} ({difference(row, 'low')} to {difference(row, 'high')})"
    if row["verdict"] == intervals.TOO_RARE:
        return (
            f"that is too rare to compare in so few histories, as the difference is {luck}; about "
            f"{row['needed']:,.0f} of each policy would be needed"
        )
    if row["verdict"] == intervals.NO_TELLING:
        return f"luck alone can explain the difference of {luck}"
    left_open = f"{difference(row, 'open_low')} to {difference(row, 'open_high')}"
    if math.isnan(row["open_low"]):
        return f"a difference of {luck} that luck does not explain"
    if row["verdict"] in (intervals.MAYBE_LOWER, intervals.MAYBE_HIGHER):
        return (
            f"a difference of {luck} that luck does not explain, but parameters that fit the record equally well "
            f"leave {left_open} open, so its sign is not certain"
        )
    return f"a difference of {luck}, which holds for parameters that fit the record equally well ({left_open})"


def difference(row: Mapping[str, Any], column: str, whole: bool = False) -> str:
    """A difference as it is read, with its unit if it stands alone: percentage points for shares of histories."""
    shares = row["unit"] == SWITCH
    scale = 100.0 if shares else 1.0
    size, half = scale * row[column], scale * (row["high"] - row["low"]) / 2
    text = number(size, half, signed=True)
    if size and not text.strip("0."):  # what is not 0 is not rounded to it
        text = number(size, min(half / 10, abs(size)), signed=True)
    if not whole:
        return text
    if shares:
        return f"{text} {POINTS[:-1] if text in ('−1', '+1') else POINTS}"
    return f"{text}%" if row["unit"].startswith("%") else text


def value(row: Mapping[str, Any], column: str) -> str:
    """A mean as it is read, with as many decimals under either policy, and enough of them to tell the two apart."""
    if row["unit"] == SWITCH:
        return percent(row[column])
    both = ("asked", "against")
    half = min((one for name in both if (one := (row[f"{name}_high"] - row[f"{name}_low"]) / 2) > 0), default=math.nan)
    alike = number(row["asked"], half) == number(row["against"], half) and row["asked"] != row["against"]
    return number(row[column], half / 10 if alike else half)


def cautions(brief: "Brief") -> list[str]:
    """How firm the sign of the answer is, and what it moves with."""
    row = brief.finding(PLACE, "severity")
    verb = "lowers" if row["difference"] < 0 else "raises" if row["difference"] > 0 else "does not move"
    said = f"With the default parameters the first policy {verb} escalation over {brief.label}."
    if brief.draws:
        said += (
            f" Of {brief.draws} parameter sets that agree with the record about equally well, "
            f"{_other_way(row['other_way'])}."
        )
    else:
        said += " No posterior was played: its interval holds luck alone."
    lines = [said]
    if brief.deep_draws:
        lines.append(
            f"Of {brief.deep_draws} worlds in which every parameter lies anywhere from half to twice its default, "
            f"{_other_way(row['other_way_deep'])}; all in all a difference of {difference(row, 'deep_low')} to "
            f"{difference(row, 'deep_high')} is open."
        )
    return [*lines, _moves_with(brief)] if brief.draws else lines


def _other_way(counted: float) -> str:
    return f"{int(counted) or 'none'} {'reverses' if counted < 2 else 'reverse'} that"


def _moves_with(brief: "Brief") -> str:
    firm = brief.hangs[brief.hangs["beyond"].astype(bool)].head(MOST_HANGS)
    if not len(firm):
        return f"No single parameter explains beyond chance how it varies among the {brief.draws} sets."
    parts = [f"{row.parameter} ({row.rank_correlation:+.2f})".replace("-", "−") for row in firm.itertuples()]
    return (
        f"Among the {brief.draws} sets it moves most with {listed(parts)}: rank correlations, of a size that chance "
        "gives in one brief of twenty."
    )


def reasons(brief: "Brief") -> list[str]:
    """Which levers carry the difference, and in which places it is found."""
    return [*_levers(brief), *_places(brief)]


def _levers(brief: "Brief") -> list[str]:
    one, other = (policy.title for policy in brief.policies)
    if not len(brief.levers):
        return [f"As they are played here, “{one}” and “{other}” do not differ."]
    names = [_plain(name) for name in brief.levers["lever"]]
    firm = brief.levers[brief.levers["beyond"].astype(bool)]
    lines = [f"“{one}” and “{other}” differ here in {count(len(names), 'lever')}."]
    if len(firm):
        parts = [
            f"{_plain(str(row['lever']))} ({number(row['change'], (row['high'] - row['low']) / 2, signed=True)})"
            for row in firm.head(MOST_HANGS).to_dict("records")
        ]
        lines[0] += (
            f" Set back one at a time, {'these change' if len(parts) > 1 else 'this changes'} escalation over "
            f"{brief.label} most: {listed(parts)}."
        )
    else:
        lines[0] += f" Setting any one of them back changes escalation over {brief.label} by no more than luck can."
    return lines


def _places(brief: "Brief") -> list[str]:
    firm = brief.places[brief.places["beyond"].astype(bool)]
    size = count(len(brief.places), "place")
    if not len(firm):
        return [f"In none of the {size} is the difference in escalation beyond luck, all looked at together."]
    parts = []
    for verb, rows in (("lower", firm[firm["difference"] < 0]), ("higher", firm[firm["difference"] > 0])):
        if len(rows):
            ranked = rows.assign(size=rows["difference"].abs()).sort_values("size", ascending=False, kind="stable")
            named = listed([f"over {in_a_sentence(str(name))}" for name in ranked["label"]])  # a name may hold "and"
            parts.append(f"it is {verb} {named}")
    return [f"Of {size}, all looked at together, escalation differs beyond luck in {len(firm)}: {'; '.join(parts)}."]


def _plain(name: str) -> str:
    return name.replace("_", " ")


def record(brief: "Brief") -> list[str]:
    """What the model gets right and wrong of the record for questions of this kind."""
    lines = []
    here = brief.record[brief.record["about"] == PLACE]
    if len(here):
        parts = [
            f"{row['description']} {'came' if row['record'] > 0.5 else 'did not come'}, and the model had given it "
            f"a chance of {percent(row['model'])}"
            for row in here.to_dict("records")
        ]
        lines.append(f"Over {brief.label}, to {brief.scenario.happened_to}: {'; '.join(parts)}.")
    elif brief.scenario.happened_to is None:
        lines.append("The scenario does not say what happened there, so the model cannot be checked against it.")
    facts = brief.record[brief.record["about"] != PLACE]
    right, wrong = facts[facts["agrees"].astype(bool)], facts[~facts["agrees"].astype(bool)]
    lines.append(
        f"Of {count(len(facts), 'fact')} of the record since 1816 that bear on such a question, the model meets "
        f"{len(right)}."
    )
    for name, rows in (("Right", right), ("Wrong", wrong)):
        if len(rows):
            plain = rows[~rows["description"].str.contains("log")]
            off = np.abs(np.log(np.maximum(plain["model"], TINY) / np.maximum(plain["record"], TINY)))
            ranked = plain.assign(off=off).sort_values("off", ascending=name == "Right", kind="stable")
            chosen = ranked.drop_duplicates("about").head(MOST_FACTS).to_dict("records")
            lines.append(f"{name}, among others: {'; '.join(_fact(row) for row in chosen)}.")
    return lines


def _fact(row: Mapping[Hashable, Any]) -> str:
    text = f"{str(row['description']).split(' (')[0]}, {row['period']}".replace(">=", "at least ")
    of_record, of_model = (_short(row[name], row["unit"]) for name in ("record", "model"))
    return f"{text[0].lower()}{text[1:]} ({of_record} in the record, {of_model} in the model)"


def _short(quantity: float, unit: str) -> str:
    """A figure of the record with its unit; shares and yearly chances in per cent."""
    if unit in SHARES:
        return f"{100 * quantity:.2g}%" + ("" if unit == SHARES[0] else " a year")
    text = f"{quantity:,.0f}" if abs(quantity) >= 1000 else f"{quantity:.2g}".replace("-", "−")
    return text if unit.startswith("per ") else f"{text} {unit}"


def reading(brief: "Brief") -> list[str]:
    """How to read it: scales with worlds that a reader knows, units, and the rules of the verdict."""
    money = ""
    if brief.scenario.money is not None:
        total = money_words(brief.scenario, 100.0)
        money = f" The world's output is {total} ({brief.scenario.money.source})."
    return [
        anchor_words(brief.anchors),
        "Costs are per cent of output, on average a year; battle deaths are in thousands a history. What war costs in "
        f"lives, refugees and rebuilding is in no cost.{money}",
        "Verdict: lower or higher, where the interval of luck and that left open by the record both leave out 0; with "
        f"a reservation, where only luck's does; else no telling. {_rare(brief)}{_together(brief)}",
        "The model is a simulation of how states may reason; it does not know what anybody intends.",
    ]


def _rare(brief: "Brief") -> str:
    """What it takes to tell of the rarest event that came at all, if any is too rare; and a space."""
    rows = brief.findings
    rare = rows[(rows["verdict"] == intervals.TOO_RARE) & (rows["asked"] + rows["against"] > 0)]
    if not len(rare):
        return ""
    worst = rare.sort_values("needed").to_dict("records")[-1]
    return (
        f"Events rarer than one in {1 / intervals.RARE:.0f} are not ranked on fewer than {intervals.ENOUGH:,} "
        f"histories of each policy; “{str(worst['label']).lower()}” would need about {worst['needed']:,.0f}. "
    )


def _together(brief: "Brief") -> str:
    """How many differences were looked at, and for how many luck leaves out 0, by themselves and together."""
    rows = brief.findings
    alone, together = (
        int(((rows[f"{which}low"] > 0) | (rows[f"{which}high"] < 0)).sum()) for which in ("", "together_")
    )
    return (
        f"{len(rows)} differences were looked at: luck leaves out 0 for {alone} of them each by itself, for {together} "
        "where all intervals hold together (Bonferroni)."
    )


def ways(brief: "Brief") -> str:
    """The heading of the stories."""
    return f"{'Three ways' if len(brief.stories) == len(KINDS) else 'Ways'} it may go, under {brief.policies[0].title}"


def stories(brief: "Brief") -> list[StoryText]:
    """Each history as text: heading, how likely its kind is, lines."""
    most = max((story.share.mean for story in brief.stories), default=0.0)
    accounts = []
    for story in brief.stories:
        typical = ", which is the typical one" if story.share.mean == most else ""
        kind = AFTER_A_WAR[story.kind] if brief.at_war else story.kind
        share = (
            f"{kind[0].upper()}{kind[1:]} over {brief.label}, as in {percent(story.share.mean)} of histories "
            f"({percent(story.share.low)} to {percent(story.share.high)}). This one is seed {story.seed}."
        )
        accounts.append(StoryText(f"{TELLS[story.kind]}{typical}", share, _lines(story)))
    return accounts


def _lines(story: "Story") -> tuple[tuple[str, str], ...]:
    if not story.told:
        return (("", "Nothing of note happened there."),)
    left = len(story.told) - MOST_LINES
    if left <= 0:
        return story.told
    first = story.told[:MOST_LINES]
    if story.decisive >= MOST_LINES:  # a history of war without its war would be none
        first = (*first[:-1], story.told[story.decisive])
    return (*first, ("", f"{left} more {'entry is' if left == 1 else 'entries are'} left out."))


def table(brief: "Brief", where: str, title: str) -> HtmlTable:
    """What each policy brings, their difference with its three intervals, and what is to be said of it."""
    one, other = (policy.title for policy in brief.policies)
    left_open = [("open", "by the record"), ("deep", "by deep uncertainty")][not brief.draws :]
    heads: Headings = (Heading(title, text=True), one, other, Heading("Difference", "and luck"),
             *(Heading("Left open", what) for _, what in left_open), Heading("The first is", text=True))  # fmt: skip
    rows = []
    for row in brief.findings[brief.findings["where"] == where].to_dict("records"):
        entry = {str(name): value for name, value in row.items()}
        unit = "% of histories; differences in points" if row["unit"] == SWITCH else row["unit"]
        if _money(brief, entry, "asked") and brief.scenario.money is not None:
            unit += f"; bn {brief.scenario.money.currency}"
        rows.append(row_of((
            Cell(row["label"], unit),
            *(Cell(value(entry, which), _money(brief, entry, which)) for which in ("asked", "against")),
            Cell(difference(entry, "difference"), _span(entry, "low", "high")),
            *(_span(entry, f"{kind}_low", f"{kind}_high") for kind, _ in left_open),
            Cell(IN_WORDS[row["verdict"]], kind="text"),
        )))  # fmt: skip
    return shown("", heads, rows)


def _span(row: Mapping[str, Any], low: str, high: str) -> str:
    known = row[low] < row[high]  # neither without an interval, nor where nothing ever varies
    return f"{difference(row, low)} to {difference(row, high)}" if known else "–"


def _money(brief: "Brief", row: Mapping[str, Any], column: str) -> str:
    """Billions below a cost that is a share of output."""
    if "output" not in row["unit"] or brief.scenario.money is None:
        return ""
    theatre = next(theatre for theatre in brief.scenario.theatres if theatre.id == brief.place)
    state = theatre.challenger if row["where"] == PLACE else None
    amount = in_money(brief.scenario, row[column], state) / 1e9
    return f"{number(amount, abs(amount) / 10)} bn"


def shipped_world(brief: "Brief") -> Scenario | None:
    """The world as it ships, if the brief's is one that ships, with other parameters or with its own; else None."""
    name = brief.scenario.name
    world = load_scenario(name) if name in names("scenarios") else None
    return world if world is not None and resolved(world, brief.parameters) == brief.scenario else None


def command(brief: "Brief", shipped: Scenario | None) -> str:
    """The command that gives it again; where the world does not ship, on the files that are written with the brief."""
    world = brief.scenario.name if shipped else CONFIG
    one, other = (p.name if p.name in names("policies") else policy_file(p.name) for p in brief.policies)
    text = (
        f"greatpowers brief {world} --question {brief.place} --policy {one} --against {other} "
        f"--seeds {len(brief.seeds)} --rounds {brief.rounds}"
    )
    if brief.posterior != SHIPPED:
        text += f" --posterior {brief.posterior or 'none'}"
    usual = build_parameters(shipped) if shipped else brief.parameters
    changed = [name for name in Parameters._fields if getattr(usual, name) != getattr(brief.parameters, name)]
    return "".join([text, *(f" --param {name}={getattr(brief.parameters, name)!r}" for name in changed)])


def link(brief: "Brief", shipped: Scenario | None) -> str:
    """Path and query of the laboratory's page with this question; empty where it would be another world or policy."""
    one, other = (policy.name for policy in brief.policies)
    usual = shipped is not None and brief.parameters == build_parameters(shipped)
    if not usual or not {one, other} <= set(names("policies")):
        return ""
    return f"/?view=question&scenario={brief.scenario.name}&policy={one}&against={other}"


def again(brief: "Brief") -> list[tuple[str, str]]:
    """How to have it again: what each way is, and what to type or open."""
    shipped = shipped_world(brief)
    where = "" if shipped else ", in the directory it was written to"
    commands, page = [(f"To have this brief again{where}:", command(brief, shipped))], link(brief, shipped)
    return [*commands, ("The same question on the page that “greatpowers serve” opens:", page)] if page else commands


def great_power_wars(brief: "Brief") -> list[str]:
    """Who fights in wars between great powers under the first policy: over the place, and where it comes most often."""
    policy = brief.policies[0]
    wars = brief.fought[brief.fought["policy"] == policy.name]
    here = who_fights(brief.scenario, brief.place, wars[wars["place"] == brief.place])
    lines = [f"Under “{policy.title}”: {here[0].lower()}{here[1:]}"]
    others = wars[(wars["place"] != brief.place) & (wars["how"] == BEGAN)]
    if len(others):
        most = str(others.sort_values(["histories", "place"], ascending=[False, True], kind="stable")["place"].iloc[0])
        there = who_fights(brief.scenario, most, wars[wars["place"] == most])
        lines.append(f"Of all other places, most often: {there[0].lower()}{there[1:]}")
    return lines


def sections(brief: "Brief") -> dict[str, list[str]]:
    """What stands on the second page below the stories: lines by their heading."""
    return {
        "What it hangs on": reasons(brief),
        "Where it flips": cautions(brief),
        "Where great powers fight": great_power_wars(brief),
        "The model and the record": record(brief),
        "How to read it": reading(brief),
    }
