"""When a figure of the model agrees with the record, and which agreements this version answers for."""

import math
from typing import Literal

from greatpowers.validation.facts import Target

Verdict = Literal["within", "close", "miss", "unmeasured"]
"""Within the record's error; within a quarter of its value where it gives none; neither; no figure at all."""

WORDS: dict[Verdict, str] = {
    "within": "within the interval",
    "close": "within 25 %",
    "miss": "miss",
    "unmeasured": "nothing to measure",
}

CLOSE = 0.25
"""Distance from the record's value, as a share of it, that still agrees where the record gives no error."""

AGREED: tuple[str, ...] = (
    "mid.war_share.1816-1913",
    "mid.war_share.1946-1989",
    "war.onset_per_1000_state_years",
    "war.onset_per_1000_state_years.1816-1913",
    "war.annual_dispersion",
    "war.major_major_rate.post1945",
    "sev.ccdf_slope",
    "sev.ge_1e6",
    "dyad.logit.lratio",
    "dyad.logit.atop_defense",
    "nuc.war_given_mid.both",
    "ally.honored.bf.all",
    "power.con.mean",
    "power.autocorr.10y",
    "burden.majors.1870-1913",
)
"""Facts that this version answers for: `greatpowers validate` exits with 1 if one of them is missed."""


def judge(fact: Target, value: float) -> Verdict:
    """The verdict on the model's figure for a fact; bounds that the record leaves open hold for any figure.

    A spread of years or cases is no error of their mean, and is not used.
    """
    if not math.isfinite(value):
        return "unmeasured"
    if fact.has_error:
        low = -math.inf if math.isnan(fact.low) else fact.low
        high = math.inf if math.isnan(fact.high) else fact.high
        return "within" if low <= value <= high else "miss"
    return "close" if abs(value - fact.value) <= CLOSE * abs(fact.value) else "miss"


def agrees(verdict: Verdict) -> bool:
    """Whether a verdict counts as agreement."""
    return verdict in ("within", "close")
