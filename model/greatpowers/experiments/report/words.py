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


def half_width(found: Interval) -> float:
    """Half the interval, NaN without one."""
    return (found.high - found.low) / 2


def estimate(found: Interval, signed: bool = False) -> str:
    """A mean with its interval: '0.112 (0.109 to 0.115)'."""
    half = half_width(found)
    if not math.isfinite(half):
        return number(found.mean, signed=signed)
    return f"{number(found.mean, half, signed)} ({bounds(found, half, signed)})"


def bounds(found: Interval, half: float, signed: bool = False) -> str:
    """The ends of an interval, as finely as `half` of one bears; a dash without them."""
    if not math.isfinite(found.low):
        return "–"
    return f"{number(found.low, half, signed)} to {number(found.high, half, signed)}"


def answer(study: PolicyOptions, verdicts: list[Verdict]) -> str:
    """The answer in one sentence."""
    told = [found for found in verdicts if not found.constant]
    if len(study.options) == 1:
        parts = [f"{QUANTITY[v.metric]} is {_mean(v.mean)}" for v in verdicts]
        return f"Under {study.options[0].label}, the only one here, {listed(parts)}."
    if not told:
        values = listed([f"{QUANTITY[v.metric]} {number(v.mean.mean)}" for v in verdicts])
        return f"Nothing here tells the {study.noun} apart: every run has the same outcome ({values})."
    if len(told) == 2 and told[0].best == told[1].best and not (told[0].level_with or told[1].level_with):
        name = study.options[told[0].best].label
        gains = "; ".join(_gain(study, found) for found in told)
        return f"{name} keeps escalation lowest and the order strongest: {gains}{_price(study, told[0])}."
    text = "; ".join(_clause(study, found) for found in told) + _price(study, told[0]) + "."
    return text[0].upper() + text[1:]


def _mean(found: Interval) -> str:
    half = half_width(found)
    around = f" (95% interval {bounds(found, half)})" if math.isfinite(half) else " (one run: no interval)"
    return number(found.mean, half) + around


def _clause(study: PolicyOptions, found: Verdict) -> str:
    best = study.options[found.best].label
    if found.level_with and study.lever_names:
        return f"{NOUNS[found.metric]} fares best {_where_tied(study, found)}: {_gain(study, found)}"
    if found.level_with:
        tied = listed([study.options[i].label for i in found.level_with])
        return (
            f"by {NOUNS[found.metric]}, {best} comes first but cannot be told apart from {tied}: {_gain(study, found)}"
        )
    return f"{best} {LEAST[found.metric]}: {_gain(study, found)}"


def _where_tied(study: PolicyOptions, found: Verdict) -> str:
    """What the best has in common with those that cannot be told apart from it, and what makes no difference."""
    options = [study.options[i] for i in (found.best, *found.level_with)]
    cells = [dict(option.cell) for option in options]
    fixed = [name for name in study.lever_names if len({cell[name] for cell in cells}) == 1]
    free = [name for name in study.lever_names if name not in fixed]
    free += ["policy"] if len({option.policy for option in options}) > 1 else []
    place = f"at {listed([f'{_plain(name)} {cells[0][name]:g}' for name in fixed])}" if fixed else "at many settings"
    verb = "makes" if len(free) == 1 else "make"
    return f"{place}, where {listed([_plain(name) for name in free])} {verb} no difference that can be told"


def _plain(lever: str) -> str:
    return lever.replace("_", " ")


def _gain(study: PolicyOptions, found: Verdict) -> str:
    base = study.options[study.baseline].label
    half = half_width(found.against_baseline)
    value = f"{QUANTITY[found.metric]} {number(found.mean.mean, half)}"
    if found.best == study.baseline:
        return value
    amount = number(found.against_baseline.mean, half, signed=True)
    sure = f", 95% interval {bounds(found.against_baseline, half, True)}" if math.isfinite(half) else ""
    other = number(study.estimate(found.metric, study.baseline).mean, half)
    return f"{value} against {other} under {base} (difference {amount}{sure})"


def details(study: PolicyOptions, verdicts: list[Verdict]) -> list[str]:
    """Further sentences: who follows, how often each is best, and what it costs."""
    if len(study.options) == 1 or all(found.constant for found in verdicts):
        return []
    lines = [line for found in verdicts for line in (_levers(study, found) or _follows(study, found))]
    lines += [] if study.lever_names else [_how_often(study, found) for found in verdicts if not found.constant]
    main = next(found for found in verdicts if not found.constant)
    return lines + _besides(study, main) + _cost(study, main) + _danger(study, main)


def _follows(study: PolicyOptions, found: Verdict) -> list[str]:
    if found.constant:
        text = f"By {NOUNS[found.metric]} there is nothing between the {study.noun}: every run has the same value."
        return [text]
    if found.runner_up in (None, study.baseline) or found.against_runner_up is None or found.runner_up is None:
        return []
    best, second = study.options[found.best].label, study.options[found.runner_up].label
    gap = found.against_runner_up
    verb = "cannot be told apart from" if found.runner_up in found.level_with else "is better than"
    amount = estimate(Interval(gap.mean, gap.low, gap.high), signed=True)
    return [f"By {NOUNS[found.metric]}, {best} {verb} the next one, {second}: difference {amount}."]


def _price(study: PolicyOptions, found: Verdict) -> str:
    """That the best brings more great-power wars, if it surely does: nobody should overlook it."""
    pair = _great_power_wars(study, found)
    if pair is None or is_rare(*pair) or study.difference("great_power_war", found.best, study.baseline).low <= 0:
        return ""
    war, other = (number(100 * float(part.mean()), 0.1) for part in pair)
    best = study.options[found.best].label
    return f"; but {best} brings more great-power wars, in {war}% of runs against {other}%"


def _great_power_wars(study: PolicyOptions, found: Verdict) -> tuple[Floats, Floats] | None:
    """Which runs saw great-power war, under the best and under the baseline; None if that is the best or unknown."""
    if "great_power_war" not in study.values or found.best == study.baseline:
        return None
    runs = study.values["great_power_war"]
    return runs[found.best].reshape(-1), runs[study.baseline].reshape(-1)


def _besides(study: PolicyOptions, found: Verdict) -> list[str]:
    """What else the best changes against the baseline, and what it does not."""
    if found.best == study.baseline:
        return []
    names = [name for name in BESIDES if name in study.values]
    changes = {name: study.difference(name, found.best, study.baseline) for name in names}
    told = [name for name in names if changes[name].leaves_out_zero]
    rest = [describe(name).label.lower() for name in names if name not in told]
    parts = [f"{describe(name).label.lower()} {estimate(changes[name], signed=True)}" for name in told]
    pair = f"{study.options[found.best].label} against {study.options[study.baseline].label}"
    lines = [f"Besides, {pair}: {'; '.join(parts)}."] if parts else []
    return lines + ([f"No difference can be told in {', '.join(rest)}."] if rest else [])


def _levers(study: PolicyOptions, found: Verdict) -> list[str]:
    """What each lever does from its lowest to its highest value, the others averaged."""
    told = []
    for name in study.lever_names if not found.constant else ():
        values = [dict(option.cell)[name] for option in study.options]
        ends = [
            np.mean([study.values[found.metric][i] for i, value in enumerate(values) if value == end], axis=0)
            for end in (min(values), max(values))
        ]
        change = estimate(study.interval(ends[1] - ends[0]), signed=True)
        told.append(f"{_plain(name)} from {min(values):g} to {max(values):g}: {change}")
    return (
        [f"What each lever does to {QUANTITY[found.metric]}, the others averaged: {'; '.join(told)}."] if told else []
    )


def _how_often(study: PolicyOptions, found: Verdict) -> str:
    where = f"{len(study.worlds):,} worlds" if len(study.worlds) > 1 else f"{study.seeds:,} matched histories"
    ranked = sorted(range(len(found.shares)), key=lambda i: -found.shares[i])
    winners = [f"{study.options[i].label} in {percent(found.shares[i])}" for i in ranked if found.shares[i] > 0]
    return f"By {NOUNS[found.metric]}, over {where}, best is {listed(winners)} of them."


def _cost(study: PolicyOptions, found: Verdict) -> list[str]:
    """What the best costs those who carry it out."""
    if "sender_cost" not in study.values or found.best == study.baseline:
        return []
    cost, less = (study.estimate("sender_cost", i) for i in (found.best, study.baseline))
    best, base = study.options[found.best].label, study.options[study.baseline].label
    around = f" ({bounds(cost, half_width(cost))})" if math.isfinite(cost.low) else ""
    value, other = number(cost.mean, half_width(cost)), number(less.mean, half_width(cost))
    text = f"{best} costs its senders {value} {describe('sender_cost').unit}{around}, against {other} under {base}."
    return [text[0].upper() + text[1:]]


def scaled(found: Interval, scale: float) -> Interval:
    """The interval in another unit."""
    return Interval(*(value * scale for value in found))


def _danger(study: PolicyOptions, found: Verdict) -> list[str]:
    """Whether the best is also safer from the worst."""
    pair = _great_power_wars(study, found)
    if pair is None:
        return []
    change = study.difference("great_power_war", found.best, study.baseline)
    best, base = study.options[found.best].label, study.options[study.baseline].label
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
    found = next((v for v in verdicts if not v.constant), None)
    if found is None:
        return ""
    share, name = found.shares[found.best], study.options[found.best].label
    rest = f"in {percent(1 - share)} of worlds another one does better by {NOUNS[found.metric]}"
    if share > 1 - 1e-9:
        return f"The answer does not flip in any of the {len(study.worlds):,} worlds: {name} is best in all of them."
    return f"The answer is not the same everywhere: {rest} than {name}."
