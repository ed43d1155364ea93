"""Which measure answers which fact, in which worlds: one line a fact."""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from greatpowers.core.declare import Floats
from greatpowers.validation.disputes import DisputeReading, Settled
from greatpowers.validation.facts import load_halves
from greatpowers.validation.measures import disputes, estimators, sanctions, wars

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


_w, _d, _p, _s, _e = wars, disputes, wars, sanctions, estimators
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
    "mid.hostlev.3": Measure(ALL, partial(_d.at_level, 3), _ratio),
    "mid.hostlev.4": Measure(ALL, partial(_d.at_level, 4), _ratio),
    "mid.hostlev.5": Measure(ALL, partial(_d.at_level, 5), _ratio),
    "mid.war_share.1816-1913": Measure((NINETEENTH,), partial(_d.at_level, 5), _ratio),
    "mid.war_share.1946-1989": Measure((BIPOLAR,), partial(_d.at_level, 5), _ratio),
    "mid.war_share.major-major.1816-1945": Measure(TO_1945, _d.at_war_between_great_powers, _ratio),
    "mid.reciprocated": Measure(ALL, _d.reciprocated, _ratio),
    "mid.duration_median": Measure(ALL, _d.rounds_in_dispute, _e.median_days),
    "mid.outcome.stalemate": Measure(ALL, partial(_d.settled_as, Settled.STALEMATE), _ratio),
    "mid.outcome.target_yields": Measure(ALL, partial(_d.settled_as, Settled.YIELD_TARGET), _ratio),
    "mid.outcome.initiator_yields": Measure(ALL, partial(_d.settled_as, Settled.YIELD_INITIATOR), _ratio),
    "mid.outcome.compromise": Measure(ALL, partial(_d.settled_as, Settled.COMPROMISE), _ratio),
    "dyad.onset.major-major": Measure(ALL, partial(_p.between, 2), _ratio),
    "dyad.onset.major-minor": Measure(ALL, partial(_p.between, 1), _ratio),
    "dyad.onset.minor-minor": Measure(ALL, partial(_p.between, 0), _ratio),
    "dyad.onset.contiguous": Measure(ALL, partial(_p.by_contiguity, True), _ratio),
    "dyad.onset.noncontiguous": Measure(ALL, partial(_p.by_contiguity, False), _ratio),
    "dyad.logit.lratio": Measure(ALL, partial(_p.logit_coefficient, "log capability ratio"), _e.mean),
    "dyad.logit.atop_defense": Measure(ALL, partial(_p.logit_coefficient, "defence pact"), _e.mean),
    "mid.initiations_per_major_year": Measure(ALL, _d.by_great_powers, _ratio),
    "nuc.war_given_mid.both": Measure(FROM_1946, _d.at_war_between_nuclear, _ratio),
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
    "recur.agreed.5y": Measure(ALL, partial(_d.renewed_after, _d.AGREED), _ratio),
    "recur.stalemate.5y": Measure(ALL, partial(_d.renewed_after, (Settled.STALEMATE,)), _ratio),
    "begin.weaker_3to1": Measure(ALL, _d.begun_by_the_weaker, _ratio),
    "begin.minor_with_major": Measure(ALL, _d.begun_with_a_great_power, _ratio),
    "sev.q50": Measure(ALL, _w.battle_deaths, _e.median),
    "sev.ge_1e5": Measure(ALL, partial(_w.larger_than, 1e5), _ratio),
    "sev.ge_1e6": Measure(ALL, partial(_w.larger_than, 1e6), _ratio),
    "recur.quiet_15y.1831-1913": Measure((NINETEENTH,), partial(_p.after_years_with, 0, 0), _ratio),
    "recur.busy_15y.1831-1913": Measure((NINETEENTH,), partial(_p.after_years_with, 4, math.inf), _ratio),
    "mid.major_major_rate.1816-1913": Measure((NINETEENTH,), _d.between_great_powers, _ratio),
    "mid.major_major_rate.1946-1989": Measure((BIPOLAR,), _d.between_great_powers, _ratio),
    "mid.per_100_state_years.1816-1913": Measure((NINETEENTH,), _d.per_100_state_years, _ratio),
    "mid.per_100_state_years.1946-1989": Measure((BIPOLAR,), _d.per_100_state_years, _ratio),
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
