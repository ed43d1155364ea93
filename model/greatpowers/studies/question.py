"""A scenario's own question answered for pages: every policy against the one that the question holds against.

The numbers are those of :func:`greatpowers.compare`, the verdicts those of the brief. An answer takes a while, so it is
played once, the luck of a few histories first, and kept beside the compiled engine for as long as nothing it was made
from changes.
"""

import contextlib
import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from greatpowers.core.kernel import cache_directory
from greatpowers.core.levers import SWITCH
from greatpowers.dictionary import PLACE_MARK
from greatpowers.presentation.style import number, percent
from greatpowers.scenario.library import content_of, names
from greatpowers.scenario.load import compared as usual, load_policy
from greatpowers.scenario.posterior import SHIPPED, load_posterior
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.ensemble import Progress
from greatpowers.simulation.events import in_a_sentence
from greatpowers.simulation.frames import quarter_of
from greatpowers.simulation.intervals import MAYBE_HIGHER, MAYBE_LOWER, NO_TELLING, TOO_RARE, judged
from greatpowers.simulation.places import is_at_war
from greatpowers.storage.files import write_whole
from greatpowers.storage.manifest import fingerprint_of

if TYPE_CHECKING:
    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.intervals import Interval

FEW, RUNS = 40, 200
"""Histories of each policy: those after which a first answer is given, and all."""

AnswerData = dict[str, Any]


class AskedOutcome(NamedTuple):
    """A quantity shown for every policy: an outcome of the place or of the world."""

    at_place: bool
    outcome: str
    heading: str
    scale: str


SCALE = "from 0 (peace) to 1 (war)"
MEASURES = (
    AskedOutcome(True, "severity", "Escalation", SCALE),
    AskedOutcome(True, "war", "Histories with war", "share of histories"),
    AskedOutcome(True, "battle_deaths", "Battle deaths", "thousands in a history"),
    AskedOutcome(False, "mean_severity", "Escalation", SCALE),
    AskedOutcome(False, "battle_deaths", "Battle deaths", "thousands in a history"),
    AskedOutcome(False, "order", "Order", "how far the rules against conquest hold, from 0 to 1"),
    AskedOutcome(False, "sender_cost", "Cost to those who carry it out", "% of world output a year"),
)
CURVES = {"mean_severity": "Escalation", "order": "Order"}


def policies_asked(scenario: Scenario) -> tuple[str, str] | None:
    """The policy that a scenario's question asks about and the one it is held against; None if it asks nothing."""
    question = scenario.question
    if question is None or not question.places or len(question.policies) != 2:
        return None
    one, other = question.policies
    return (one, other) if {one, other} <= set(names("policies")) else None


def policies_of(scenario: Scenario, pair: tuple[str, str]) -> list[str]:
    """The two policies of the question, then those that the scenario is usually compared under."""
    return list(dict.fromkeys((*pair, *usual(scenario))))


def answer_of(compared: "Comparison", pair: tuple[str, str], last: bool) -> AnswerData:
    """What the page shows of a comparison: sentences, differences with two intervals, and curves."""
    scenario = compared.scenario
    question = scenario.question
    assert question is not None
    labels = {theatre.id: in_a_sentence(theatre.label) for theatre in scenario.theatres}
    world = _panels(compared, pair[1], None)
    return {
        "scenario": scenario.title,
        "question": question.title,
        "titles": {policy.name: policy.title for policy in compared.policies},
        "asked": pair[0],
        "against": pair[1],
        "runs": len(compared.seeds),
        "draws": compared.posterior.draws if compared.posterior else 0,
        "last": last,
        "places": [_place(compared, pair, place, labels[place], world) for place in question.places],
        "world": world,
        "curves": [_curve(compared, metric, title) for metric, title in CURVES.items()],
        "quarters": [quarter_of(scenario.start, number) for number in range(compared.rounds)],
    }


def _place(
    compared: "Comparison", pair: tuple[str, str], place: str, label: str, world: list[AnswerData]
) -> AnswerData:
    panels = _panels(compared, pair[1], place)
    one, other = (next(p.title for p in compared.policies if p.name == name) for name in pair)
    rows = [next(row for row in panel["rows"] if row["policy"] == pair[0]) for panel in (*panels, *world)]
    heads = [(panel["heading"], label if panel in panels else "the world") for panel in (*panels, *world)]
    return {
        "id": place,
        "label": label,
        "verdict": verdict_in_words(rows[0], one, other, label),
        "short": in_short(rows, one, other, is_at_war(compared.scenario, place)),
        "sentences": [
            f"{heading}, {where}: {row['value']} against {row['against']}; {row['doubt']}."
            for (heading, where), row in zip(heads, rows, strict=True)
        ],
        "panels": panels,
    }


def verdict_in_words(row: Mapping[str, Any], one: str, other: str, label: str) -> str:
    """The answer in a sentence, from the verdict on escalation at the place."""
    if row["verdict"] == 0:
        return f"Over {label}, {one} and {other} cannot be told apart by escalation: luck can explain the difference."
    claim = f"Over {label}, {one} brings {_more(row)} escalation than {other}"
    if row["open"] is None:
        return f"{claim}, as far as luck goes; what the record leaves open is still being played."
    if row["verdict"] == 1:
        return (
            f"{claim} at the default parameters, and with {row['alike']} of {row['draws']} other sets that fit the "
            "record about equally well; a further set could reverse that."
        )
    return f"{claim}, and does so with other parameters that fit the record equally well."


def _more(row: Mapping[str, Any]) -> str:
    return "more" if row["sign"] > 0 else "less"


def in_short(rows: Sequence[Mapping[str, Any]], one: str, other: str, again: bool) -> str:
    """By how much, under the two policies of the question; `rows` are of MEASURES."""
    named = {(measure.at_place, measure.outcome): row for measure, row in zip(MEASURES, rows, strict=True)}
    escalation, war, cost = named[True, "severity"], named[True, "war"], named[False, "sender_cost"]
    apart = f", {escalation['apart']} {_more(escalation)}" if escalation["verdict"] > 0 else ""
    wars = f"in {war['value']} of histories against {war['against']}"
    if war["value"] == war["against"]:
        wars = f"in {war['value']} of histories under both"
    elif war["verdict"] <= 0:
        wars = f"{wars}, {'too few to tell' if war['verdict'] else 'a difference that luck can explain'}"
    price = f"The price: {cost['value']}% of world output a year against {cost['against']}%."
    if cost["value"] == cost["against"]:
        price = f"The price is the same, {cost['value']}% of world output a year."
    return (
        f"It averages {escalation['value']} under {one} and {escalation['against']} under {other}{apart}, on a scale "
        f"{SCALE}. War comes {'again ' if again else ''}{wars}. {price}"
    )


def _panels(compared: "Comparison", against: str, place: str | None) -> list[AnswerData]:
    return [_panel(compared, measure, against, place) for measure in MEASURES if measure.at_place == bool(place)]


def _panel(compared: "Comparison", measure: AskedOutcome, against: str, place: str | None) -> AnswerData:
    from greatpowers.statistics.outcomes import more_is_better

    column = f"{measure.outcome}{PLACE_MARK}{place}" if place else measure.outcome
    others = [name for name in compared.names if name != against]
    asked, _ = compared.versus(others[0], against, measure.outcome, place)
    return {
        "heading": measure.heading,
        "scale": measure.scale,
        "better": 1 if more_is_better(column) else -1,
        "rows": [_row(compared, measure.outcome, (name, against), place, asked) for name in others],
    }


def _row(
    compared: "Comparison", outcome: str, pair: tuple[str, str], place: str | None, asked: "Interval"
) -> AnswerData:
    """One policy against the one held against: numbers to draw, the same in words, and the verdict as a number.

    Values have the decimals that the difference `asked` about bears, so that those of all policies read alike.
    """
    from greatpowers.simulation.comparison import PLACE_UNITS
    from greatpowers.studies.brief_words import doubt

    unit = PLACE_UNITS[outcome][1] if place else compared.describe(outcome).unit
    luck, left_open = compared.versus(*pair, outcome, place)
    values = [compared.values(name, outcome, place) for name in pair]
    means = [float(part.mean()) for part in values]
    by_draw = compared.difference_by_draw(*pair, outcome, place)
    needed, verdict = judged(values, unit, luck, left_open)
    finding = {"unit": unit, "difference": luck.mean, "low": luck.low, "high": luck.high,
            "open_low": left_open.low, "open_high": left_open.high, "verdict": verdict,
            "needed": needed}  # fmt: skip
    return {
        "policy": pair[0],
        "luck": _numbers(luck),
        "open": None if math.isnan(left_open.low) else _numbers(left_open[1:]),
        "sign": (luck.mean > 0) - (luck.mean < 0),
        "alike": int((np.sign(by_draw) == np.sign(luck.mean)).sum()),
        "draws": by_draw.size,
        "verdict": {TOO_RARE: -1, NO_TELLING: 0, MAYBE_LOWER: 1, MAYBE_HIGHER: 1}.get(verdict, 2),
        "value": _value(means[0], unit, asked),
        "against": _value(means[1], unit, asked),
        "apart": percent(abs(luck.mean) / means[1]) if means[1] else "",
        "doubt": doubt(finding),
    }


def _value(mean: float, unit: str, luck: "Interval") -> str:
    """A mean with as many decimals as its difference bears."""
    return percent(mean) if unit == SWITCH else number(mean, (luck.high - luck.low) / 2)


def _numbers(values: Sequence[float]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _curve(compared: "Comparison", metric: str, title: str) -> AnswerData:
    column = compared.series_metrics.index(metric)
    means = compared.series[..., column].mean(axis=1)
    lines = {name: _numbers(means[which]) for which, name in enumerate(compared.names)}
    return {"metric": metric, "title": title, "unit": compared.describe(metric).unit, "lines": lines}


def answers(scenario: Scenario, pair: tuple[str, str], progress: Progress | None = None) -> Iterator[AnswerData]:
    """The answer that is kept beside the compiled engine, or what :func:`play` finds, which is kept then."""
    key = key_of(scenario, policies_of(scenario, pair))
    answer = kept_answer(key)
    if answer is not None:
        yield answer
        return
    for part in play(scenario, pair, progress):
        if part["last"]:
            keep_answer(key, part)
        yield part


def play(scenario: Scenario, pair: tuple[str, str], progress: Progress | None = None) -> Iterator[AnswerData]:
    """The answer from a few histories, then from all, with what the posterior leaves open; `progress` as it goes."""
    from greatpowers.simulation.comparison import compare

    policies = policies_of(scenario, pair)
    yield answer_of(compare(scenario, policies, seeds=FEW, workers=1, progress=progress), pair, last=False)
    yield answer_of(
        compare(scenario, policies, seeds=RUNS, workers=1, progress=progress, posterior=SHIPPED), pair, last=True
    )


SOURCES = ("scenario/**/*", "simulation/**/*", "studies/**/*", "experiments/report/**/*", "dictionary.*")
"""Text that an answer is made from; the engine's own is in the name of the directory where answers are kept."""


def key_of(scenario: Scenario, policies: Sequence[str]) -> str:
    """Equal for equal answers."""
    digest = hashlib.sha256(fingerprint_of(*SOURCES).encode())
    for part in (scenario, *(load_policy(name) for name in policies)):
        digest.update(part.model_dump_json().encode())
    digest.update(repr((RUNS, load_posterior(SHIPPED))).encode())
    return digest.hexdigest()[:32]


def _place_of(key: str) -> Path | None:
    directory = cache_directory()
    return None if directory is None else directory / f"answer-{key}.json"


def kept_answer(key: str) -> AnswerData | None:
    """An answer that was kept; one that cannot be read is as good as none."""
    place = _place_of(key)
    with contextlib.suppress(OSError, ValueError):
        answer: AnswerData = json.loads(content_of(place) if place else b"")
        return answer
    return None


def keep_answer(key: str, answer: AnswerData) -> None:
    """Keep an answer, where there is a place for it."""
    place = _place_of(key)
    if place is not None:
        with contextlib.suppress(OSError):
            write_whole(place, json.dumps(answer, separators=(",", ":")).encode())
