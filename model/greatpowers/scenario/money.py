"""Costs in money: shares of output times the scenario's own outputs, in the currency that its file names.

Output is that of the start: costs of later years are told as if output had stayed what it was.
"""

import math

from greatpowers.scenario.schema import Scenario

WORDS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
SIGNIFICANT = 2


def in_money(scenario: Scenario, percent: float, state: str | None = None) -> float:
    """Money a year that a per cent of annual output is: of a state's, or of all states together.

    NaN where the scenario does not say what its outputs are in money.
    """
    if scenario.money is None:
        return math.nan
    outputs = [one.economy for one in scenario.states if state is None or one.id == state]
    return percent / 100 * math.fsum(outputs) * scenario.money.unit


def money_words(scenario: Scenario, percent: float, state: str | None = None) -> str:
    """The same in words, such as '43 billion US dollars of 2016 a year'; empty where it is not known."""
    found = in_money(scenario, percent, state)
    if scenario.money is None or math.isnan(found):
        return ""
    size, word = next(((size, word) for size, word in WORDS if abs(found) >= size), (1.0, ""))
    value = found / size
    decimals = SIGNIFICANT - 1 - math.floor(math.log10(abs(value))) if value else 0
    text = f"{round(value, decimals):,.{max(0, decimals)}f}".replace("-", "−")
    return " ".join(part for part in (text, word, scenario.money.currency, "a year") if part)
