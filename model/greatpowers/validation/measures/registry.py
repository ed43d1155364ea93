"""Which measure answers which fact, in which worlds, one line a fact; and the measures of disputes.

Those say how often they come, how far they go, how long they last, how they end, and what comes after.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn
from greatpowers.validation.disputes import WAR_LEVEL, DisputeReading, Disputes, Settled
from greatpowers.validation.facts import load_halves
from greatpowers.validation.measures import estimators, sanctions, wars
from greatpowers.validation.observed import ROUNDS_PER_YEAR, Flags

RENEWAL_ROUNDS = 5 * ROUNDS_PER_YEAR
"""How long after the end of a dispute a new one of the same pair counts as its renewal."""

AGREED: tuple[Settled, ...] = (Settled.YIELD_INITIATOR, Settled.YIELD_TARGET, Settled.COMPROMISE)
"""Outcomes by which something was settled between the two without a victory."""

MUCH_STRONGER = 3.0
"""Ratio of capabilities from which one state is much stronger than another."""


def per_100_state_years(reading: DisputeReading) -> Floats:
    """Disputes begun, and hundreds of state-years."""
    return np.array([[reading.disputes.size, reading.seen.state_years / 100]])


def at_level(level: int, reading: DisputeReading) -> Floats:
    """Disputes that went as far as a hostility level and no further, and all disputes."""
    return _share(reading.disputes.level == level)


def at_war_between_great_powers(reading: DisputeReading) -> Floats:
    """Disputes between great powers that reached war, and all disputes between great powers."""
    return _share((reading.disputes.level == WAR_LEVEL)[_both_great(reading)])


def at_war_between_nuclear(reading: DisputeReading) -> Floats:
    """Disputes between nuclear powers that reached war, and all of them."""
    disputes, armed = reading.disputes, reading.seen.nuclear > 0
    return _share((disputes.level == WAR_LEVEL)[armed[disputes.initiator] & armed[disputes.target]])


def _both_great(reading: DisputeReading) -> Flags:
    disputes, seen = reading.disputes, reading.seen
    year = seen.year_of(disputes.begin)
    both: Flags = seen.great[year, disputes.initiator] & seen.great[year, disputes.target]
    return both


def reciprocated(reading: DisputeReading) -> Floats:
    """Disputes in which the target's side acted with arms, and all disputes."""
    return _share(reading.disputes.reciprocated)


def rounds_in_dispute(reading: DisputeReading) -> Floats:
    """Rounds that each dispute touched; those under way at the end count as long as they were seen."""
    disputes = reading.disputes
    return (disputes.end - disputes.begin + 1).astype(np.float64)[:, None]


def settled_as(how: Settled, reading: DisputeReading) -> Floats:
    """Disputes with one outcome, and disputes with any: neither under way nor drawn into a war."""
    disputes = reading.disputes
    return _share(disputes.settled[_over(disputes)] == how)


def _over(disputes: Disputes) -> Flags:
    over: Flags = ~disputes.ongoing & (disputes.settled != Settled.JOINS_WAR)
    return over


def renewed_after(outcomes: tuple[Settled, ...], reading: DisputeReading) -> Floats:
    """Disputes with such an outcome that their pair renewed within five years, and all seen for as long after."""
    disputes, seen = reading.disputes, reading.seen
    follows = np.append(disputes.dyad[1:] == disputes.dyad[:-1], False)  # disputes stand pair by pair, in order of time
    wait = np.append(disputes.begin[1:], 0) - disputes.end
    chosen = np.isin(disputes.settled, outcomes) & (disputes.end + RENEWAL_ROUNDS < seen.last)
    return _share((follows & (wait <= RENEWAL_ROUNDS))[chosen])


def begun_by_the_weaker(reading: DisputeReading) -> Floats:
    """Disputes begun against a state of more than three times the own capability, and all disputes."""
    disputes = reading.disputes
    capability = reading.seen.states[np.maximum(disputes.begin - 1, 0), :, StateColumn.CAPABILITY]
    every = np.arange(disputes.size)
    return _share(capability[every, disputes.target] > MUCH_STRONGER * capability[every, disputes.initiator])


def begun_with_a_great_power(reading: DisputeReading) -> Floats:
    """Disputes that a state which is no great power began with one that is, and all disputes."""
    disputes, seen = reading.disputes, reading.seen
    year = seen.year_of(disputes.begin)
    return _share(~seen.great[year, disputes.initiator] & seen.great[year, disputes.target])


def between_great_powers(reading: DisputeReading) -> Floats:
    """Disputes between great powers, and years of pairs of them."""
    powers = reading.seen.great.sum(axis=1)
    return np.array([[_both_great(reading).sum(), (powers * (powers - 1) / 2).sum()]], dtype=np.float64)


def by_great_powers(reading: DisputeReading) -> Floats:
    """Disputes that great powers began, and years of great powers."""
    disputes, seen = reading.disputes, reading.seen
    begun = seen.great[seen.year_of(disputes.begin), disputes.initiator].sum()
    return np.array([[begun, seen.great.sum()]], dtype=np.float64)


def _share(hits: Flags) -> Floats:
    return np.array([[hits.sum(), hits.size]], dtype=np.float64)


NINETEENTH, INTERWAR, BIPOLAR, UNIPOLAR = "nineteenth", "interwar", "bipolar", "unipolar"
PRESENT, SANCTIONED, BARGAINED = "2017", "2017-sanctions", "2017-deal"
"""Names of the worlds that are simulated; what each is stands in :mod:`greatpowers.validation.scorecard`."""

ALL = (NINETEENTH, INTERWAR, BIPOLAR, UNIPOLAR)
TO_1945, FROM_1919, FROM_1946 = ALL[:2], ALL[1:], ALL[2:]


class Measure(NamedTuple):
    """How a fact is measured: in which worlds, rows of each history, and the figure for the rows of all."""

    worlds: tuple[str, ...]
    rows: Callable[[DisputeReading], Floats]
    estimate: Callable[[Floats], float]

    @property
    def definition(self) -> str:
        """What is counted, in words."""
        function = self.rows
        while isinstance(function, partial):
            function = function.func
        return " ".join((function.__doc__ or "").split())


_w, _p, _s, _e = wars, wars, sanctions, estimators
_ratio = _e.ratio

MEASURES: dict[str, Measure] = {
    "war.onset_per_1000_state_years": Measure(ALL, _w.onsets_per_1000_state_years, _ratio),
    "war.onset_per_1000_state_years.1816-1913": Measure((NINETEENTH,), _w.onsets_per_1000_state_years, _ratio),
    "war.onset_per_1000_state_years.1946-1989": Measure((BIPOLAR,), _w.onsets_per_1000_state_years, _ratio),
    "war.annual_dispersion": Measure(ALL, _w.yearly_counts, _e.dispersion),
    "war.entry_per_major_year": Measure(ALL, _w.entries_of_great_powers, _ratio),
    "war.duration_median": Measure(ALL, _w.rounds_at_war, _e.median_days),
    "war.initiator_wins_decisive": Measure(ALL, _w.won_by_initiator, _ratio),
    "war.bilateral_share": Measure(ALL, _w.between_two, _ratio),
    "sev.ccdf_slope": Measure(ALL, _w.dead, _e.survival_slope),
    "mid.hostlev.3": Measure(ALL, partial(at_level, 3), _ratio),
    "mid.hostlev.4": Measure(ALL, partial(at_level, 4), _ratio),
    "mid.hostlev.5": Measure(ALL, partial(at_level, 5), _ratio),
    "mid.war_share.1816-1913": Measure((NINETEENTH,), partial(at_level, 5), _ratio),
    "mid.war_share.1946-1989": Measure((BIPOLAR,), partial(at_level, 5), _ratio),
    "mid.war_share.major-major.1816-1945": Measure(TO_1945, at_war_between_great_powers, _ratio),
    "mid.reciprocated": Measure(ALL, reciprocated, _ratio),
    "mid.duration_median": Measure(ALL, rounds_in_dispute, _e.median_days),
    "mid.outcome.stalemate": Measure(ALL, partial(settled_as, Settled.STALEMATE), _ratio),
    "mid.outcome.target_yields": Measure(ALL, partial(settled_as, Settled.YIELD_TARGET), _ratio),
    "mid.outcome.initiator_yields": Measure(ALL, partial(settled_as, Settled.YIELD_INITIATOR), _ratio),
    "mid.outcome.compromise": Measure(ALL, partial(settled_as, Settled.COMPROMISE), _ratio),
    "dyad.onset.major-major": Measure(ALL, partial(_p.between, 2), _ratio),
    "dyad.onset.major-minor": Measure(ALL, partial(_p.between, 1), _ratio),
    "dyad.onset.minor-minor": Measure(ALL, partial(_p.between, 0), _ratio),
    "dyad.onset.contiguous": Measure(ALL, partial(_p.by_contiguity, True), _ratio),
    "dyad.onset.noncontiguous": Measure(ALL, partial(_p.by_contiguity, False), _ratio),
    "dyad.logit.lratio": Measure(ALL, partial(_p.logit_coefficient, "log capability ratio"), _e.mean),
    "dyad.logit.atop_defense": Measure(ALL, partial(_p.logit_coefficient, "defence pact"), _e.mean),
    "mid.initiations_per_major_year": Measure(ALL, by_great_powers, _ratio),
    "nuc.war_given_mid.both": Measure(FROM_1946, at_war_between_nuclear, _ratio),
    "ally.honored.bf.all": Measure(ALL, _w.commitments_honoured, _ratio),
    "ally.honored.bf.pre1945": Measure(TO_1945, _w.commitments_honoured, _ratio),
    "ally.honored.bf.defense": Measure(ALL, _w.defence_honoured, _ratio),
    "ties.threat_then_imposed": Measure(FROM_1946, _s.threats_carried_out, _ratio),
    "ties.success_narrow.imposed": Measure(FROM_1946, _s.acquiescence, _ratio),
    "gsdb.outcome.success_total": Measure(FROM_1946, _s.total_success, _ratio),
    "gsdb.success_total.target_major": Measure(FROM_1946, _s.total_success_against_great_powers, _ratio),
    "pub.un_growth": Measure(FROM_1946, _s.growth_under_broad, _e.mean),
    "pub.us_growth": Measure(FROM_1946, _s.growth_under_narrow, _e.mean),
    "pub.sender_cost_ratio": Measure((SANCTIONED,), _s.cost_to_sender_and_target, _ratio),
    "power.con.mean": Measure(ALL, sanctions.concentration, _ratio),
    "power.volatility.peacetime": Measure(ALL, sanctions.yearly_changes, _e.spread),
    "power.autocorr.10y": Measure(ALL, sanctions.ten_years_on, _e.correlation),
    "power.growth_autocorr": Measure(ALL, sanctions.successive_changes, _e.correlation),
    "burden.usa.1950-1989": Measure((BIPOLAR,), sanctions.burden_of_leader, _e.mean),
    "burden.majors.1870-1913": Measure((NINETEENTH,), sanctions.burden_of_great_powers, _e.median),
    "burden.usa.1990-2016": Measure((UNIPOLAR,), sanctions.burden_of_leader, _e.mean),
    "war.major_major_rate.pre1945": Measure(TO_1945, _w.between_great_powers_per_decade, _ratio),
    "war.major_major_rate.post1945": Measure(FROM_1946, _w.between_great_powers_per_decade, _ratio),
    "win.war.logit_slope": Measure(ALL, _w.victories_by_capability, _e.win_slope),
    "win.war.logit_const": Measure(ALL, _w.victories_by_capability, _e.win_constant),
    "recur.agreed.5y": Measure(ALL, partial(renewed_after, AGREED), _ratio),
    "recur.stalemate.5y": Measure(ALL, partial(renewed_after, (Settled.STALEMATE,)), _ratio),
    "begin.weaker_3to1": Measure(ALL, begun_by_the_weaker, _ratio),
    "begin.minor_with_major": Measure(ALL, begun_with_a_great_power, _ratio),
    "sev.q50": Measure(ALL, _w.battle_deaths, _e.median),
    "sev.ge_1e5": Measure(ALL, partial(_w.larger_than, 1e5), _ratio),
    "sev.ge_1e6": Measure(ALL, partial(_w.larger_than, 1e6), _ratio),
    "recur.quiet_15y.1831-1913": Measure((NINETEENTH,), partial(_p.after_years_with, 0, 0), _ratio),
    "recur.busy_15y.1831-1913": Measure((NINETEENTH,), partial(_p.after_years_with, 4, math.inf), _ratio),
    "mid.major_major_rate.1816-1913": Measure((NINETEENTH,), between_great_powers, _ratio),
    "mid.major_major_rate.1946-1989": Measure((BIPOLAR,), between_great_powers, _ratio),
    "mid.per_100_state_years.1816-1913": Measure((NINETEENTH,), per_100_state_years, _ratio),
    "mid.per_100_state_years.1946-1989": Measure((BIPOLAR,), per_100_state_years, _ratio),
}
"""By id of the fact; the ratio of the two rates is worked out from them."""

HALVES: dict[str, Measure] = {
    name: MEASURES[name.rpartition(".")[0]]._replace(worlds=FROM_1946 if "1946-" in fact.period else TO_1945)
    for name, fact in load_halves().items()
}
"""By id: the facts about all years, each measured in the worlds up to 1945 alone and in later ones alone."""

OTHER_MEASURES: dict[str, Measure] = {
    "war.tail_exponent": Measure(ALL, _w.dead, _e.tail_exponent),
    "hse.success": Measure(FROM_1919, _s.acquiescence, _ratio),
    "ties.given_up_under_threat": Measure(FROM_1946, _s.given_up_under_threat, _ratio),
}
"""What other people's results need beside the facts, by a name of our own."""

RATE_RATIO = ("mid.rate_ratio", "mid.per_100_state_years.1946-1989", "mid.per_100_state_years.1816-1913")
"""A fact that is the ratio of two others: its id, the numerator's and the denominator's."""
