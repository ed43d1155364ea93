"""The findings in sentences, with their uncertainty; nothing here is surer than the numbers are."""

import math

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.experiments.report.findings import Verdict
from greatpowers.experiments.report.options import PolicyOptions
from greatpowers.presentation.style import listed, number, percent
from greatpowers.simulation.intervals import Interval, histories_needed, is_rare

NOUNS = {"mean_severity": "escalation", "order": "the order"}
LEAST = {"mean_severity": "keeps escalation lowest", "order": "keeps the order strongest"}
QUANTITY = {"mean_severity": "mean severity", "order": "order at the end"}
BESIDES = ("wars_begun", "revision", "peace", "effective_powers", "concentration", "deals_kept")


def half_width(interval: Interval) -> float:
    """Half the interval, NaN without one."""
    return (interval.high - interval.low) / 2


def estimate(interval: Interval, signed: bool = False) -> str:
    """A mean with its interval: '0.112 (0.109 to 0.115)'."""
    half = half_width(interval)
    if not math.isfinite(half):
        return number(interval.mean, signed=signed)
    return f"{number(interval.mean, half, signed)} ({bounds(interval, half, signed)})"


def bounds(interval: Interval, half: float, signed: bool = False) -> str:
    """The ends of an interval, as finely as `half` of one bears; a dash without them."""
    if not math.isfinite(interval.low):
        return "–"
    return f"{number(interval.low, half, signed)} to {number(interval.high, half, signed)}"


def answer(study: PolicyOptions, verdicts: list[Verdict]) -> str:
    """The answer in one sentence."""
    varying = [verdict for verdict in verdicts if not verdict.constant]
    if len(study.options) == 1:
        parts = [f"{QUANTITY[v.metric]} is {_mean(v.mean)}" for v in verdicts]
        return f"Under {study.options[0].label}, the only one here, {listed(parts)}."
    if not varying:
        values = listed([f"{QUANTITY[v.metric]} {number(v.mean.mean)}" for v in verdicts])
        return f"Nothing here tells the {study.noun} apart: every run has the same outcome ({values})."
    if (
        len(varying) == 2
        and varying[0].best == varying[1].best
        and not (varying[0].level_with or varying[1].level_with)
    ):
        name = study.options[varying[0].best].label
        gains = "; ".join(_gain(study, verdict) for verdict in varying)
        return f"{name} keeps escalation lowest and the order strongest: {gains}{_price(study, varying[0])}."
    text = "; ".join(_clause(study, verdict) for verdict in varying) + _price(study, varying[0]) + "."
    return text[0].upper() + text[1:]


def _mean(interval: Interval) -> str:
    half = half_width(interval)
    around = f" (95% interval {bounds(interval, half)})" if math.isfinite(half) else " (one run: no interval)"
    return number(interval.mean, half) + around


def _clause(study: PolicyOptions, verdict: Verdict) -> str:
    best = study.options[verdict.best].label
    if verdict.level_with and study.lever_names:
        return f"{NOUNS[verdict.metric]} fares best {_where_tied(study, verdict)}: {_gain(study, verdict)}"
    if verdict.level_with:
        tied = listed([study.options[i].label for i in verdict.level_with])
        first = f"by {NOUNS[verdict.metric]}, {best} comes first"
        return f"{first} but cannot be told apart from {tied}: {_gain(study, verdict)}"
    return f"{best} {LEAST[verdict.metric]}: {_gain(study, verdict)}"


def _where_tied(study: PolicyOptions, verdict: Verdict) -> str:
    """What the best has in common with those that cannot be told apart from it, and what makes no difference."""
    options = [study.options[i] for i in (verdict.best, *verdict.level_with)]
    cells = [dict(option.cell) for option in options]
    fixed = [name for name in study.lever_names if len({cell[name] for cell in cells}) == 1]
    free = [name for name in study.lever_names if name not in fixed]
    free += ["policy"] if len({option.policy for option in options}) > 1 else []
    place = f"at {listed([f'{_plain(name)} {cells[0][name]:g}' for name in fixed])}" if fixed else "at many settings"
    verb = "makes" if len(free) == 1 else "make"
    return f"{place}, where {listed([_plain(name) for name in free])} {verb} no difference that can be told"


def _plain(lever: str) -> str:
    return lever.replace("_", " ")


def _gain(study: PolicyOptions, verdict: Verdict) -> str:
    base = study.options[study.baseline].label
    half = half_width(verdict.against_baseline)
    value = f"{QUANTITY[verdict.metric]} {number(verdict.mean.mean, half)}"
    if verdict.best == study.baseline:
        return value
    amount = number(verdict.against_baseline.mean, half, signed=True)
    sure = f", 95% interval {bounds(verdict.against_baseline, half, True)}" if math.isfinite(half) else ""
    other = number(study.estimate(verdict.metric, study.baseline).mean, half)
    return f"{value} against {other} under {base} (difference {amount}{sure})"


def details(study: PolicyOptions, verdicts: list[Verdict]) -> list[str]:
    """Further sentences: who follows, how often each is best, and what it costs."""
    if len(study.options) == 1 or all(verdict.constant for verdict in verdicts):
        return []
    lines = [line for verdict in verdicts for line in (_levers(study, verdict) or _follows(study, verdict))]
    lines += [] if study.lever_names else [_how_often(study, verdict) for verdict in verdicts if not verdict.constant]
    main = next(verdict for verdict in verdicts if not verdict.constant)
    return lines + _besides(study, main) + _cost(study, main) + _danger(study, main)


def _follows(study: PolicyOptions, verdict: Verdict) -> list[str]:
    if verdict.constant:
        text = f"By {NOUNS[verdict.metric]} there is nothing between the {study.noun}: every run has the same value."
        return [text]
    if verdict.runner_up in (None, study.baseline) or verdict.against_runner_up is None or verdict.runner_up is None:
        return []
    best, second = study.options[verdict.best].label, study.options[verdict.runner_up].label
    gap = verdict.against_runner_up
    verb = "cannot be told apart from" if verdict.runner_up in verdict.level_with else "is better than"
    amount = estimate(Interval(gap.mean, gap.low, gap.high), signed=True)
    return [f"By {NOUNS[verdict.metric]}, {best} {verb} the next one, {second}: difference {amount}."]


def _price(study: PolicyOptions, verdict: Verdict) -> str:
    """That the best brings more great-power wars, if it surely does: nobody should overlook it."""
    pair = _great_power_wars(study, verdict)
    if pair is None or is_rare(*pair) or study.difference("great_power_war", verdict.best, study.baseline).low <= 0:
        return ""
    war, other = (number(100 * float(part.mean()), 0.1) for part in pair)
    best = study.options[verdict.best].label
    return f"; but {best} brings more great-power wars, in {war}% of runs against {other}%"


def _great_power_wars(study: PolicyOptions, verdict: Verdict) -> tuple[Floats, Floats] | None:
    """Which runs saw great-power war, under the best and under the baseline; None if that is the best or unknown."""
    if "great_power_war" not in study.values or verdict.best == study.baseline:
        return None
    runs = study.values["great_power_war"]
    return runs[verdict.best].reshape(-1), runs[study.baseline].reshape(-1)


def _besides(study: PolicyOptions, verdict: Verdict) -> list[str]:
    """What else the best changes against the baseline, and what it does not."""
    if verdict.best == study.baseline:
        return []
    names = [name for name in BESIDES if name in study.values]
    changes = {name: study.difference(name, verdict.best, study.baseline) for name in names}
    significant = [name for name in names if changes[name].leaves_out_zero]
    rest = [describe(name).label.lower() for name in names if name not in significant]
    parts = [f"{describe(name).label.lower()} {estimate(changes[name], signed=True)}" for name in significant]
    pair = f"{study.options[verdict.best].label} against {study.options[study.baseline].label}"
    lines = [f"Besides, {pair}: {'; '.join(parts)}."] if parts else []
    return lines + ([f"No difference can be told in {', '.join(rest)}."] if rest else [])


def _levers(study: PolicyOptions, verdict: Verdict) -> list[str]:
    """What each lever does from its lowest to its highest value, the others averaged."""
    effects = []
    for name in study.lever_names if not verdict.constant else ():
        values = [dict(option.cell)[name] for option in study.options]
        ends = [
            np.mean([study.values[verdict.metric][i] for i, value in enumerate(values) if value == end], axis=0)
            for end in (min(values), max(values))
        ]
        change = estimate(study.interval(ends[1] - ends[0]), signed=True)
        effects.append(f"{_plain(name)} from {min(values):g} to {max(values):g}: {change}")
    return (
        [f"What each lever does to {QUANTITY[verdict.metric]}, the others averaged: {'; '.join(effects)}."]
        if effects
        else []
    )


def _how_often(study: PolicyOptions, verdict: Verdict) -> str:
    where = f"{len(study.worlds):,} worlds" if len(study.worlds) > 1 else f"{study.seeds:,} matched histories"
    ranked = sorted(range(len(verdict.shares)), key=lambda i: -verdict.shares[i])
    winners = [f"{study.options[i].label} in {percent(verdict.shares[i])}" for i in ranked if verdict.shares[i] > 0]
    return f"By {NOUNS[verdict.metric]}, over {where}, best is {listed(winners)} of them."


def _cost(study: PolicyOptions, verdict: Verdict) -> list[str]:
    """What the best costs those who carry it out."""
    if "sender_cost" not in study.values or verdict.best == study.baseline:
        return []
    cost, less = (study.estimate("sender_cost", i) for i in (verdict.best, study.baseline))
    best, base = study.options[verdict.best].label, study.options[study.baseline].label
    around = f" ({bounds(cost, half_width(cost))})" if math.isfinite(cost.low) else ""
    value, other = number(cost.mean, half_width(cost)), number(less.mean, half_width(cost))
    text = f"{best} costs its senders {value} {describe('sender_cost').unit}{around}, against {other} under {base}."
    return [text[0].upper() + text[1:]]


def scaled(interval: Interval, scale: float) -> Interval:
    """The interval in another unit."""
    return Interval(*(value * scale for value in interval))


def _danger(study: PolicyOptions, verdict: Verdict) -> list[str]:
    """Whether the best is also safer from the worst."""
    pair = _great_power_wars(study, verdict)
    if pair is None:
        return []
    change = study.difference("great_power_war", verdict.best, study.baseline)
    best, base = study.options[verdict.best].label, study.options[study.baseline].label
    shares = [number(100 * float(part.mean()), 0.1) for part in pair]
    text = f"Great-power war comes in {shares[0]}% of runs under {best}, in {shares[1]}% under {base}"
    if is_rare(*pair):
        return [f"{text}: {too_rare(*pair)}."]
    if change.leaves_out_zero:
        points = estimate(scaled(change, 100), signed=True)
        return [f"{text}: the difference is {points} percentage points."]
    return [f"{text}: the runs are too few, or the difference too small, to tell these apart."]


def too_rare(one: Floats, other: Floats) -> str:
    """Why a rare event is not ranked, and what it would take."""
    return (
        f"too rare to rank policies by in {one.size:,} histories of each; it takes about "
        f"{histories_needed(one, other):,} to tell half as many from as many"
    )


def flips(study: PolicyOptions, verdicts: list[Verdict]) -> str:
    """Whether the answer depends on the world, in one sentence; empty where there is but one world."""
    if len(study.worlds) < 2 or len(study.options) < 2:
        return ""
    verdict = next((v for v in verdicts if not v.constant), None)
    if verdict is None:
        return ""
    share, name = verdict.shares[verdict.best], study.options[verdict.best].label
    rest = f"in {percent(1 - share)} of worlds another one does better by {NOUNS[verdict.metric]}"
    if share > 1 - 1e-9:
        return f"The answer does not flip in any of the {len(study.worlds):,} worlds: {name} is best in all of them."
    return f"The answer is not the same everywhere: {rest} than {name}."
