"""Which wars are owed to misperception: the same luck, with every belief about resolve and force equal to the truth.

A war is rationalist bargaining's puzzle because it costs both sides; error about resolve and force is one of its three
answers (Fearon 1995; Jervis 1976), and here the one that can be switched off.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from greatpowers.core.declare import Floats
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import NUMBERS, Event
from greatpowers.core.trace import Trace
from greatpowers.dictionary import option_of
from greatpowers.presentation.tables import text_shown
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation import frames
from greatpowers.simulation.ensemble import Progress, play_all, runs_frame
from greatpowers.simulation.events import EventContext, LogEvent
from greatpowers.simulation.fork import TRUE_BELIEFS, Fork, fork_beliefs
from greatpowers.simulation.history import History
from greatpowers.simulation.intervals import UPPER, Interval, mean_interval
from greatpowers.simulation.setup import (
    PolicyLike,
    ScenarioLike,
    Seeds,
    checked_seeds,
    given_policy,
    given_scenario,
    prepare,
)

RESAMPLES = 4000
FEWEST = 10
"""Seeds from which on an interval is worth the name."""

SPREAD = NUMBERS[Event.WAR].index("spread")
VERDICTS = ("in the same quarter", "later", "not at all")


def wars_by_misperception(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Seeds,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Wars begun on each seed as beliefs are, and with every belief about resolve and force set to the truth.

    One row a seed: `wars`, `wars_true_beliefs`, and `vanished`, their difference (below 0 where error kept a peace).
    """
    given = dict(parameters or {})
    setups = [prepare(scenario, policy, rounds, given | {TRUE_BELIEFS: truth}) for truth in (0.0, 1.0)]
    chosen = checked_seeds(seeds)
    values = play_all(setups, chosen, workers, progress)
    as_is, true = (runs_frame(part, chosen)["wars_begun"] for part in values)
    return pd.DataFrame({"wars": as_is, "wars_true_beliefs": true, "vanished": as_is - true})


@dataclass(frozen=True, eq=False, repr=False)
class MisperceivedWars:
    """Wars begun as beliefs are, and with true beliefs, on the same seeds.

    `runs` is indexed by seed: `wars`, `wars_true_beliefs`, and `vanished`, their difference.
    """

    scenario: str
    policy: str
    runs: pd.DataFrame

    def __repr__(self) -> str:
        return f"MisperceivedWars({self.scenario}, {self.policy}, seeds={len(self.runs)})"

    def _repr_html_(self) -> str:
        return text_shown(f"{self!r}\n{self.sentence()}", prose=True)

    @property
    def wars(self) -> Interval:
        """Wars a history as beliefs are, with its 95% t interval."""
        return mean_interval(self._column("wars"))

    @property
    def wars_true_beliefs(self) -> Interval:
        """Wars a history with true beliefs, with its 95% t interval."""
        return mean_interval(self._column("wars_true_beliefs"))

    @property
    def vanished(self) -> Interval:
        """Wars a history that vanish, with the paired 95% t interval; below 0 where error kept a peace."""
        return mean_interval(self._column("vanished"))

    @property
    def share(self) -> Interval:
        """Share of all wars that vanish, a ratio of sums with its 95% bootstrap interval over seeds.

        NaN where no war began as beliefs are.  (percentile interval: Efron & Tibshirani 1993)
        """
        wars, vanished = self._column("wars"), self._column("vanished")
        if wars.sum() == 0:
            return Interval(np.nan, np.nan, np.nan)
        rows = np.random.default_rng(0).integers(0, wars.size, (RESAMPLES, wars.size))
        totals = wars[rows].sum(axis=1)
        drawn = vanished[rows].sum(axis=1)[totals > 0] / totals[totals > 0]
        low, high = np.quantile(drawn, (1 - UPPER, UPPER))
        return Interval(float(vanished.sum() / wars.sum()), float(low), float(high))

    def sentence(self) -> str:
        """The answer, with its size and uncertainty."""
        size = f"{len(self.runs)} histories of {self.scenario} under {self.policy}"
        if self.runs["wars"].sum() == 0:
            return f"In {size} no war began, so none is owed to misperception."
        share, vanished = self.share, self.vanished
        return (
            f"In {size}, {self.runs['wars'].sum():.0f} wars began, and {self.runs['wars_true_beliefs'].sum():.0f} on "
            f"the same luck with true beliefs: on balance {share.mean:.0%} of the wars vanish (95% interval "
            f"{share.low:.0%} to {share.high:.0%}), {vanished.mean:.3f} a history ({vanished.low:.3f} to "
            f"{vanished.high:.3f}).{_reading(vanished)}"
        )

    def _column(self, name: str) -> Floats:
        return self.runs[name].to_numpy(dtype=np.float64)


def _reading(vanished: Interval) -> str:
    if vanished.low > 0:
        return " Error brings more wars than it prevents."
    if vanished.high < 0:
        return " Error prevents more wars than it brings."
    return " That cannot be told from none: error prevents about as many wars as it brings."


def misperceived_wars(
    scenario: ScenarioLike,
    policy: PolicyLike,
    seeds: Seeds,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> MisperceivedWars:
    """How many wars vanish if beliefs equal the truth: a paired estimate over matched seeds.

    True beliefs set credibility to what the coalition would do, and the error of intelligence to 0; trust in promised
    relief stays what it is. Raises :class:`GreatPowersError` for fewer seeds than an interval needs.
    """
    loaded_scenario, preset, chosen = given_scenario(scenario), given_policy(policy), checked_seeds(seeds)
    if len(chosen) < FEWEST:
        text = f"expected at least {FEWEST}, so that an interval means something"
        raise GreatPowersError(f"seeds: there are {len(chosen)}; {text}.")
    runs = wars_by_misperception(loaded_scenario, preset, chosen, rounds, parameters, workers, progress)
    return MisperceivedWars(loaded_scenario.name, preset.name, runs)


def wars_in_question(history: History) -> pd.DataFrame:
    """For each war of one history: would it have begun, had beliefs been true?

    One row a war begun: `theatre`, `round`, `quarter`; `crisis_round`, when the crisis it came from began; the chance
    of the move that was made then, as it was (`chance`) and had beliefs been true in that quarter (`chance_true`);
    `at_decision` and `from_crisis`, whether it begins "in the same quarter", "later" or "not at all" with beliefs true
    from that quarter on, or from the first of its crisis on. Luck is the same throughout: an example, not an estimate.
    """
    history.require_record("the wars of a history")
    rows = [_in_question(history, war) for war in EventContext(history).happenings() if _begins(war)]
    columns = ["theatre", "round", "quarter", "crisis_round", "chance", "chance_true", "at_decision", "from_crisis"]
    return pd.DataFrame(rows, columns=columns)


def _in_question(history: History, war: LogEvent) -> tuple[object, ...]:
    crisis = crisis_round(history, war.theatre, war.round)
    at_decision, from_crisis = fork_beliefs(history, war.round), fork_beliefs(history, crisis)
    theatre = history.scenario.theatres[war.theatre].id
    quarter = frames.quarter_of(history.scenario.start, war.round)
    chances = (_chance(branch, history, war) for branch in (history, at_decision.counterfactual))
    verdicts = (_verdict(at_decision, war), _verdict(from_crisis, war))
    return (theatre, war.round, quarter, crisis, *chances, *verdicts)


def crisis_round(history: History, theatre: int, war_round: int) -> int:
    """First round of the crisis that a war came from: since when the rung has been provocation or higher."""
    rungs = history.track.theatres[: war_round + 1, theatre, TheatreColumn.RUNG]
    calm = np.flatnonzero(rungs < Rung.PROVOCATION)
    return min(war_round, int(calm[-1]) + 1) if calm.size else 0


def _chance(branch: History, history: History, war: LogEvent) -> float:
    """Chance, in `branch`, of the move that was made in the original as the war began."""
    option = option_of(history.track.traces[war.round, war.theatre, Trace.MOVE])
    return float(branch.track.traces[war.round, war.theatre, Trace.PROBABILITY_ + option])


def _verdict(forked: Fork, war: LogEvent) -> str:
    """When the war begins in the same theatre in the fork: one of :data:`VERDICTS`."""
    begun = [
        event.round
        for event in EventContext(forked.counterfactual).happenings()
        if _begins(event) and event.theatre == war.theatre and event.round >= forked.at_round
    ]
    if not begun:
        return VERDICTS[2]
    return VERDICTS[0] if war.round in begun else VERDICTS[1]


def _begins(event: LogEvent) -> bool:
    return event.kind == Event.WAR and event.numbers[SPREAD] == 0
