"""Measures of power: how concentrated, how volatile, how lasting, and what share of output arms take.

The record's index of power is the mean share of six material capabilities (CINC: Singer, Bremer & Stuckey 1972), and
every state's capability begins as that; what is compared with it is the share of all capability, not the engine's
power, which is half a share of output.
"""

import numpy as np

from greatpowers.core.declare import Floats
from greatpowers.core.history import StateColumn
from greatpowers.core.metrics import Metric
from greatpowers.validation.measures.wars import years_at_war
from greatpowers.validation.observed import Flags
from greatpowers.validation.reading import Reading

LATER = 10
"""Years between the two ends of the long autocorrelation."""


def concentration(reading: Reading) -> Floats:
    """Sum of CON over the measured rounds, and their number."""
    seen = reading.seen
    values = seen.metrics[seen.first : seen.last, Metric.CONCENTRATION]
    return np.array([[values.sum(), values.size]], dtype=np.float64)


def yearly_changes(reading: Reading) -> Floats:
    """Change of the log share of capability from year to year, of great powers, in years without a war among them."""
    change, great = _changes(reading)
    calm = years_at_war(reading)[:-1] == 0
    found: Floats = change[great & calm[:, None]][:, None]
    return found


def successive_changes(reading: Reading) -> Floats:
    """Each change with the one that follows it, of great powers in years without a war among them."""
    change, great = _changes(reading)
    calm = years_at_war(reading)[:-1] == 0
    both = (great & calm[:, None])[:-1] & (great & calm[:, None])[1:]
    return np.column_stack([change[:-1][both], change[1:][both]])


def _changes(reading: Reading) -> tuple[Floats, Flags]:
    """Changes of the log share of capability [years - 1, N], and which are of great powers at both ends."""
    power = _log_share(reading)
    great = reading.seen.great
    return np.diff(power, axis=0), great[:-1] & great[1:]


def _log_share(reading: Reading) -> Floats:
    """Log share of all capability at the start of each year: [years, N]."""
    capability = reading.seen.yearly(StateColumn.CAPABILITY)
    found: Floats = np.log(np.maximum(capability / capability.sum(axis=1, keepdims=True), 1e-12))
    return found


def ten_years_on(reading: Reading) -> Floats:
    """Log share of capability of great powers, and the same state's ten years later if it still is one."""
    power = _log_share(reading)
    great = reading.seen.great
    if len(power) <= LATER:
        return np.zeros((0, 2))
    both = great[:-LATER] & great[LATER:]
    return np.column_stack([power[:-LATER][both], power[LATER:][both]])


def burden_of_leader(reading: Reading) -> Floats:
    """Military burden of the coalition's leader, in percent of output, year by year."""
    burden = reading.seen.yearly(StateColumn.BURDEN)
    leader = reading.seen.leader
    return 100 * burden[:, [leader]] if leader >= 0 else np.zeros((0, 1))


def burden_of_great_powers(reading: Reading) -> Floats:
    """Military burden of great powers, in percent of output, year by year."""
    found: Floats = 100 * reading.seen.yearly(StateColumn.BURDEN)[reading.seen.great][:, None]
    return found
