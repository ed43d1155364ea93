"""Compare: two policies on the same luck, where their histories part and why, and what 200 matched runs say."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from nicegui import ui

from greatpowers.core.declare import Floats
from greatpowers.dictionary import describe
from greatpowers.narrative.divergence import divergence
from greatpowers.presentation.style import OUTCOME_COLOURS
from greatpowers.server.explanations import STORY_ASSETS, Which, answer_questions, build_chronicle
from greatpowers.server.payload import band
from greatpowers.server.session import Session
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.fork import Fork
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import Interval, mean_interval
from greatpowers.simulation.summary import HEADLINES, OUTCOMES
from greatpowers.statistics.outcomes import MORE_IS_BETTER

FANS = ("mean_severity", "order", "revision", "credibility")
"""Metrics whose spread over time is drawn."""

SPREADS = ("mean_severity", "wars_begun", "order", "revision")
"""Values of a run whose distribution is drawn."""

WORDS = {
    "mean_severity": "How grave things were, on average over places and time",
    "wars_begun": "Wars that began",
    "battle_deaths": "Soldiers killed, in thousands",
    "great_power_war": "Histories in which great powers fought each other",
    "order": "How far the rules against conquest held at the end",
    "revision": "How much of the world's power challengers held at the end",
    "target_cost": "What sanctions cost those they hit, and war those who challenge, on average",
    "sender_cost": "What sanctions, troops, aid and war at a host's side cost those who gave them, on average",
    "deals_kept": "Deals that stood at the end",
}
"""What a headline says of a whole history to somebody who does not know the field."""

BINS = 24
MOST_DECIMALS = 6


def parting(against: History, followed: History) -> dict[str, Any]:
    """Where two histories of the same luck part, and why, each called by the title of its policy."""
    fork = Fork(against, followed, 0, followed.policy.name)
    found = divergence(fork, (f"under {against.policy.title}", f"under {followed.policy.title}"))
    theatres = [theatre.id for theatre in followed.scenario.theatres]
    decision = found.decision.original if found.decision else None
    return {
        "round": found.first_round,
        "quarter": found.first_quarter,
        "theatres": [theatres[k] for k in fork.first_theatres],
        "decision": decision and {name: getattr(decision, name) for name in ("theatre", "round", "quarter", "place")},
        "paragraphs": list(found.paragraphs()),
    }


def ensembles(comparison: Comparison, key: str) -> dict[str, Any]:
    """What the matched runs of both policies say; the policy followed is the last of the comparison."""
    return {
        "key": key,
        "runs": len(comparison.seeds),
        "policies": [policy.title for policy in comparison.policies],
        "headlines": [headline(comparison, metric) for metric in HEADLINES],
        "fans": _fans(comparison),
        "outcomes": _outcomes(comparison),
        "spreads": [_spread(comparison, metric) for metric in SPREADS],
    }


def paired_difference(comparison: Comparison, metric: str) -> Interval:
    """Mean paired difference of the policy followed from the one compared with, with its 95 % t interval."""
    against, followed = (comparison.values(name, metric) for name in comparison.names)
    return mean_interval(followed - against)


def headline(comparison: Comparison, metric: str) -> dict[str, Any]:
    """A row of the table: both policies' means and the paired difference, as numbers and as they are read."""
    described, difference = describe(metric), paired_difference(comparison, metric)
    estimates = [comparison.estimate(name, metric) for name in comparison.names]
    decimals = _decimals([(found.high - found.low) / 2 for found in (*estimates, difference)])
    return {
        "metric": metric,
        "label": described.label,
        "unit": "share of runs" if described.unit == "0 or 1" else described.unit,
        "plain": WORDS[metric],
        "against": _numbers(estimates[0], decimals, signed=False),
        "followed": _numbers(estimates[1], decimals, signed=False),
        "difference": _numbers(difference, decimals, signed=True),
        "verdict": _verdict(metric, difference),
    }


def _numbers(found: Interval, decimals: int, signed: bool) -> dict[str, Any]:
    sign = "+" if signed else ""
    mean, low, high = (f"{value:{sign}z.{decimals}f}".replace("-", "\N{MINUS SIGN}") for value in found)
    return {
        "values": [None if math.isnan(value) else value for value in found],
        "mean": mean,
        "range": "" if math.isnan(found.low) else f"{low} to {high}",
    }


def _decimals(halves: Sequence[float]) -> int:
    """Decimals that give the narrowest half-width of intervals two significant digits."""
    known = [half for half in halves if half > 0]
    return min(max(1 - math.floor(math.log10(min(known))), 0), MOST_DECIMALS) if known else 2


def _verdict(metric: str, difference: Interval) -> str:
    """Better or worse where it is known which way is, else higher or lower; or that luck can explain the difference."""
    if not difference.leaves_out_zero:
        return "no detectable difference"
    higher = difference.mean > 0
    if metric in MORE_IS_BETTER:
        return "better" if higher == MORE_IS_BETTER[metric] else "worse"
    return "higher" if higher else "lower"


def _fans(comparison: Comparison) -> list[dict[str, Any]]:
    names = comparison.series_metrics
    shown = tuple(name for name in FANS if name in names)
    columns = [names.index(name) for name in shown]
    bands = [band(series[..., columns], shown)["metrics"] for series in comparison.series]
    return [{"metric": name, "against": bands[0][name], "followed": bands[1][name]} for name in shown]


def _outcomes(comparison: Comparison) -> dict[str, Any]:
    return {
        "names": list(OUTCOMES),
        "colours": list(OUTCOME_COLOURS),
        "shares": comparison.outcomes.to_numpy().tolist(),
    }


def _spread(comparison: Comparison, metric: str) -> dict[str, Any]:
    """How many runs of each policy fall into the same bins."""
    values = [comparison.values(name, metric) for name in comparison.names]
    edges = _edges(np.concatenate(values))
    counts = [np.histogram(part, edges)[0].tolist() for part in values]
    described = describe(metric)
    return {
        "metric": metric,
        "label": described.label,
        "unit": described.unit,
        "plain": WORDS[metric],
        "edges": edges.tolist(),
        "counts": counts,
        "means": [float(part.mean()) for part in values],
    }


def _edges(values: Floats) -> Floats:
    """Edges of bins that hold all values: about whole numbers if they are few and whole, else of equal width."""
    low, high = float(values.min()), float(values.max())
    whole = bool(np.all(values == np.round(values)))
    if whole and high - low < BINS:
        return np.arange(low - 0.5, high + 1.0)
    found: Floats = np.linspace(low, high if high > low else low + 1.0, BINS + 1)
    return found


ASSETS = (*STORY_ASSETS, "time.css", "compare.css", "bus.js", "world.js", "compare.js")
BOTH: tuple[Which, Which] = ("a", "b")
"""The policy followed, and the one that it is compared with."""


def build(session: Session) -> None:
    """Build the view of one tab, inside the current container."""
    with ui.element("div").classes("gw-world gc-compare").props("data-testid=compare"):
        ui.element("gp-versus")
        with ui.element("div").classes("gc-pair"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    ui.element("gp-whose").props(f"which={which}")
                    ui.element("gp-map").props(f"which={which}")
        _sheet("gp-apart")
        _sheet("gp-transport", "gc-keep")
        _sheet("gp-parting")
        _sheet("gp-both")
        _sheet("gp-gap-strip")
        with ui.element("div").classes("gc-pair gc-tales"):
            for which in BOTH:
                with ui.element("section").classes(f"gc-side gc-side-{which} gw-sheet"):
                    build_chronicle(session, which)
        _sheet("gp-odds")
    answer_questions(session)
    CompareView(session)


def _sheet(tag: str, classes: str = "") -> None:
    """A drawing of the page's own on a sheet of its own."""
    with ui.element("section").classes(f"gw-sheet {classes}".strip()):
        ui.element(tag)


class CompareView:
    """What one tab is sent: nothing while another view is shown, and then what is new."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._anew = {"history": True, "ensemble": True}
        session.subscribe("history", lambda: self._news("history"))
        session.subscribe("ensemble", lambda: self._news("ensemble"))
        session.subscribe("state", self._catch_up)
        self._catch_up()

    def _news(self, kind: str) -> None:
        self._anew[kind] = True
        self._catch_up()

    def _catch_up(self) -> None:
        if self._session.state.view != "compare":
            return
        if self._anew["history"]:
            self._send_divergence()
        if self._anew["ensemble"]:
            self._send_ensembles()

    def _send_divergence(self) -> None:
        followed, against, key = self._session.history, self._session.against_history, self._session.key
        if followed is None or against is None:
            return
        self._anew["history"] = False
        self._session.in_background(
            lambda: parting(against, followed) | {"key": key}, lambda told: _send("parting", told)
        )

    def _send_ensembles(self) -> None:
        """Threads may finish with all runs before they finish with the first few, which nobody wants any more then."""
        comparison, key = self._session.comparison, self._session.key
        if comparison is None:
            return
        self._anew["ensemble"] = False

        def tell(told: dict[str, Any]) -> None:
            if comparison is self._session.comparison:
                _send("odds", told)

        self._session.in_background(lambda: ensembles(comparison, key), tell)


def _send(what: str, told: object) -> None:
    ui.run_javascript(f"gpCompare.{what}({json.dumps(told, allow_nan=False)})")
