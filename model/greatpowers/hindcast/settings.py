"""What a hindcast is asked for: which start years, how far ahead, how many histories of which parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greatpowers.historical.derived_tables import FIRST_YEAR, LAST_YEAR
from greatpowers.historical.published.catalogue import NEEDED
from greatpowers.historical.published.records import Records
from greatpowers.scenario.errors import GreatPowersError, complain
from greatpowers.scenario.kinds import PARAMETERS, setting_faults
from greatpowers.simulation.setup import checked_seed

RUNS, FAST_RUNS = 100, 20
MOST_AHEAD = 5

POLICIES = ((1918, "laissez-faire"), (1945, "league-sanctions"), (LAST_YEAR, "containment"))
"""The policy that is declared in worlds up to a year: none before the League, whose sanctions were its policy; then
containment. The scorecard plays its eras under the same."""


@dataclass(frozen=True)
class HindcastSettings:
    """A hindcast's question; `parameters` override the defaults in every world.

    Start years are `first`, `first + every`, and so on up to `last`; of each, `runs` histories on seeds `seed` and up
    are played for `ahead` years.
    """

    first: int = FIRST_YEAR
    last: int = 2010
    every: int = 10
    ahead: int = 5
    runs: int = RUNS
    seed: int = 0
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def starts(self) -> range:
        """The start years."""
        return range(self.first, self.last + 1, self.every)

    def plain(self) -> dict[str, Any]:
        """The settings as plain data."""
        return {
            "from": self.first, "to": self.last, "every": self.every, "ahead": self.ahead, "runs": self.runs,
            "seed": self.seed, "parameters": dict(sorted(self.parameters.items())),
        }  # fmt: skip


def policy_of(year: int) -> str:
    """The policy in force in a world of a year."""
    return next(policy for last, policy in POLICIES if year <= last)


def check(settings: HindcastSettings, records: Records) -> None:
    """Raise :class:`GreatPowersError` if the question cannot be asked, or not of these files."""
    if settings.first > settings.last:
        raise GreatPowersError(
            f"the start years go from {settings.first} to {settings.last}; expected a first one (--from) that is not "
            "after the last (--to)."
        )
    for name, low, high in (("every", 1, 200), ("ahead", 1, MOST_AHEAD), ("runs", 1, 1_000_000)):
        value = getattr(settings, name)
        if not low <= value <= high:
            raise GreatPowersError(f"{name} is {value}; expected a whole number from {low} to {high}.")
    checked_seed(settings.seed + settings.runs - 1)
    complain("parameters", [("", fault) for fault in setting_faults(settings.parameters, PARAMETERS, "parameter")])
    _check_years(settings, records)


def _check_years(settings: HindcastSettings, records: Records) -> None:
    first, last = covered(records)
    known = set(records.capabilities["year"].astype(int))
    for year in settings.starts:
        if not first <= year <= last or year not in known:
            raise GreatPowersError(
                f"year {year}: the files in '{records.directory}' cover states, borders, alliances and disputes from "
                f"{first} to {last}; expected start years of which all are known."
            )


def covered(records: Records) -> tuple[int, int]:
    """First and last year from which a hindcast can start: of which states, borders, pacts and disputes are known."""
    ends = [LAST_YEAR]
    for subject in NEEDED:
        source = records.source(subject)
        if source is None:
            raise GreatPowersError(records.missing(subject))
        ends.append(source.last)
    return max(FIRST_YEAR, int(records.capabilities["year"].min())), min(ends)
