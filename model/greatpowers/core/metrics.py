"""The registry of metrics: what is recorded each round, in what unit, by what formula, after whom.

Tables, figures, the browser and the documentation read names and units from here. `Metric` numbers the columns of
a run's record; `METRICS` describes them; `whole_run` says how the figure for a run follows from its rounds.
"""

from enum import IntEnum
from typing import Literal, NamedTuple

Family = Literal["escalation", "stability", "policy", "judgement"]
Summary = Literal["mean", "max", "sum", "last"]


class Metric(IntEnum):
    """Column of a metric in the record of a run, of shape [rounds, metrics]."""

    HIGHEST_LEVEL = 0
    HIGHEST_RUNG = 1
    MEAN_SEVERITY = 2
    LEVEL_1 = 3
    LEVEL_2 = 4
    LEVEL_3 = 5
    LEVEL_4 = 6
    LEVEL_5 = 7
    NEW_CRISES = 8
    WARS_BEGUN = 9
    WARS_UNDER_WAY = 10
    GREAT_POWER_WARS_BEGUN = 11
    NUCLEAR_USES = 12
    BATTLE_DEATHS = 13
    ORDER = 14
    REVISION = 15
    CONCENTRATION = 16
    EFFECTIVE_POWERS = 17
    ALLIANCE_COHESION = 18
    CAPABILITY_CHURN = 19
    PEACE = 20
    SANCTIONS = 21
    SANCTIONS_IMPOSED = 22
    BREADTH = 23
    TARGET_COST = 24
    SENDER_COST = 25
    DETERRENCE_TRIES = 26
    DETERRENCE_FAILURES = 27
    DEALS_OFFERED = 28
    DEALS_ACCEPTED = 29
    DEALS_IN_FORCE = 30
    DEALS_BROKEN_BY_CHALLENGER = 31
    DEALS_BROKEN_BY_GUARDIANS = 32
    DEALS_BROKEN_BY_SPOILERS = 33
    RELIEF_PAID = 34
    CREDIBILITY = 35
    TRUE_CREDIBILITY = 36
    MISPERCEPTION = 37
    FOLLOWERS_KEPT = 38
    WAR_COST = 39


class MetricEntry(NamedTuple):
    """One line of the registry."""

    column: Metric
    family: Family
    label: str
    unit: str
    whole_run: Summary
    formula: str
    source: str

    @property
    def name(self) -> str:
        """Name in tables and files: the column's name in lower case."""
        return self.column.name.lower()


def _level(column: Metric, level: int, meaning: str) -> MetricEntry:
    return MetricEntry(
        column, "escalation", f"Theatres at level {level}", "theatres", "mean",
        f"number of theatres at hostility level {level} ({meaning})", "Palmer et al. 2022",
    )  # fmt: skip


METRICS: tuple[MetricEntry, ...] = (
    MetricEntry(Metric.HIGHEST_LEVEL, "escalation", "Highest level", "level 1-9", "max", "max over theatres of the MID level; 8 in great-power war, 9 in the round of a nuclear use", "Palmer et al. 2022"),
    MetricEntry(Metric.HIGHEST_RUNG, "escalation", "Highest rung", "rung 0-7", "max", "max over theatres of the rung", "ladder"),
    MetricEntry(Metric.MEAN_SEVERITY, "escalation", "Escalation", "severity in [0, 1]", "mean", "mean over theatres of severity(rung), 1 in war", "ladder"),
    _level(Metric.LEVEL_1, 1, "no militarized action"),
    _level(Metric.LEVEL_2, 2, "threat, interference"),
    _level(Metric.LEVEL_3, 3, "display, proxy support"),
    _level(Metric.LEVEL_4, 4, "use of force"),
    _level(Metric.LEVEL_5, 5, "war"),
    MetricEntry(Metric.NEW_CRISES, "escalation", "New crises", "crises per round", "sum", "theatres that rose from below to at least provocation, other than by a war that spread there", "Brecher & Wilkenfeld 1997"),
    MetricEntry(Metric.WARS_BEGUN, "escalation", "Wars begun", "wars per round", "sum", "theatres where war began; where it only spread to is the same war", "Sarkees & Wayman 2010"),
    MetricEntry(Metric.WARS_UNDER_WAY, "escalation", "Wars under way", "wars", "mean", "theatres at war", "Sarkees & Wayman 2010"),
    MetricEntry(Metric.GREAT_POWER_WARS_BEGUN, "escalation", "Great-power wars begun", "wars per round", "sum", "wars that came to have great powers on both sides while none was under way", "Levy 1983"),
    MetricEntry(Metric.NUCLEAR_USES, "escalation", "Nuclear uses", "uses per round", "sum", "nuclear uses in great-power wars", "model"),
    MetricEntry(Metric.BATTLE_DEATHS, "escalation", "Battle deaths", "thousands per round", "sum", "deaths scale x share of the world's force lost in the round", "Clauset 2018"),
    MetricEntry(Metric.ORDER, "stability", "Order", "share in [0, 1]", "last", "how far the norms against revision still bind", "model"),
    MetricEntry(Metric.REVISION, "stability", "Revision", "share of world power", "last", "sum over theatres of control x power share of the host", "model"),
    MetricEntry(Metric.CONCENTRATION, "stability", "Concentration (CON)", "index 0-1", "last", "sqrt((sum p^2 - 1/n)/(1 - 1/n)) over great powers, p renormalised", "Singer, Bremer & Stuckey 1972"),
    MetricEntry(Metric.EFFECTIVE_POWERS, "stability", "Effective number of powers", "powers", "last", "1 / sum p^2 over all states", "Laakso & Taagepera 1979"),
    MetricEntry(Metric.ALLIANCE_COHESION, "stability", "Alliance cohesion", "share in [0, 1]", "mean", "alliance-weighted mean resolve of the allies", "model"),
    MetricEntry(Metric.CAPABILITY_CHURN, "stability", "Capability churn", "share of total per round", "mean", "half the sum of absolute changes in capability shares", "Singer, Bremer & Stuckey 1972"),
    MetricEntry(Metric.PEACE, "stability", "Rounds of peace", "share of rounds", "mean", "1 when no theatre is at war", "model"),
    MetricEntry(Metric.SANCTIONS, "policy", "Sanctions level", "share in [0, 1]", "mean", "mean over theatres of the level in force", "model"),
    MetricEntry(Metric.SANCTIONS_IMPOSED, "policy", "Sanctions imposed", "decisions per round", "sum", "states that newly joined a theatre's sanctions", "Morgan, Bapat & Kobayashi 2014"),
    MetricEntry(Metric.BREADTH, "policy", "Breadth of sanctions", "share in [0, 1]", "mean", "sanctions-weighted effective breadth", "Early 2015"),
    MetricEntry(Metric.TARGET_COST, "policy", "Cost to targets", "% of world output", "mean", "100 x output lost to sanctions by their targets, and to war by challengers", "Felbermayr et al. 2020"),
    MetricEntry(Metric.SENDER_COST, "policy", "Cost to senders", "% of world output", "mean", "100 x output spent on or lost to own sanctions, presence and aid, and to war beside a host", "Crozet & Hinz 2020"),
    MetricEntry(Metric.DETERRENCE_TRIES, "policy", "Deterrence tries", "theatres per round", "sum", "theatres one rung below a declared red line, or just across it", "Huth & Russett 1984"),
    MetricEntry(Metric.DETERRENCE_FAILURES, "policy", "Deterrence failures", "theatres per round", "sum", "theatres that crossed a declared red line", "Huth & Russett 1984"),
    MetricEntry(Metric.DEALS_OFFERED, "policy", "Deals offered", "deals per round", "sum", "proposals made", "model"),
    MetricEntry(Metric.DEALS_ACCEPTED, "policy", "Deals accepted", "deals per round", "sum", "proposals accepted by challenger, host and coalition", "model"),
    MetricEntry(Metric.DEALS_IN_FORCE, "policy", "Deals in force", "deals", "mean", "theatres under a deal", "model"),
    MetricEntry(Metric.DEALS_BROKEN_BY_CHALLENGER, "policy", "Deals broken by challengers", "deals per round", "sum", "deals ended by proven cheating or war", "Fortna 2008"),
    MetricEntry(Metric.DEALS_BROKEN_BY_GUARDIANS, "policy", "Deals broken by guardians", "deals per round", "sum", "deals ended when the leader's will turned", "Leeds & Savun 2007"),
    MetricEntry(Metric.DEALS_BROKEN_BY_SPOILERS, "policy", "Deals broken by spoilers", "deals per round", "sum", "deals ended by a failed cease-fire", "Stedman 1997"),
    MetricEntry(Metric.RELIEF_PAID, "policy", "Relief paid", "share in [0, 1]", "mean", "mean over deals in force of relief paid", "model"),
    MetricEntry(Metric.CREDIBILITY, "judgement", "Credibility believed", "share in [0, 1]", "mean", "mean over theatres of the challenger's belief that the coalition does what it declares", "Weisiger & Yarhi-Milo 2015"),
    MetricEntry(Metric.TRUE_CREDIBILITY, "judgement", "Credibility true", "share in [0, 1]", "mean", "mean over theatres of what the coalition would really do, per unit declared", "model"),
    MetricEntry(Metric.MISPERCEPTION, "judgement", "Misperception", "difference in [-1, 1]", "mean", "believed less true credibility, mean over theatres", "Jervis 1976"),
    MetricEntry(Metric.FOLLOWERS_KEPT, "stability", "Followers kept whole", "share in [0, 1]", "last", "share of the states with an order weight of at least .5 of which challengers hold less than half; 1 without any", "Cusack & Stoll 1994"),
    MetricEntry(Metric.WAR_COST, "escalation", "Cost of war", "% of world output", "mean", "100 x output lost to war by all who fight: war drag x share of own force engaged x output", "Stiglitz & Bilmes 2008"),
)  # fmt: skip

N_METRICS = len(METRICS)
