"""A policy with a deal played as it is, and without each of its terms, on the same luck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from greatpowers.simulation.panels import FOR_AN_ERROR, Panel, described, setups_for
from greatpowers.simulation.parallel import Progress, run_jobs
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Seeds, checked_seeds
from greatpowers.studies.deal_reading import PLACE_OUTCOMES, WORLD_OUTCOMES, DealHistory, play_and_read
from greatpowers.studies.deal_tables import (
    changed,
    chosen_places,
    deals_table,
    left_out,
    offers_table,
    places_table,
    worth_table,
)


@dataclass(frozen=True, eq=False, repr=False)
class Deals(Panel):
    """What becomes of a deal in each place with an offer, and what each of its terms is worth.

    `places` has one row per place: how often the deal is offered and signed, who accepts, how long deals are kept and
    how they end, and the terms. `worth` has one row per term left out and outcome, of the place and of the world:
    means with it and without it, and their paired difference with its 95 % interval. `offers` and `deals` have one row
    per proposal and per deal of the histories with the full deal.
    """

    kind: ClassVar[str] = "deals"

    places: pd.DataFrame
    worth: pd.DataFrame
    offers: pd.DataFrame
    deals: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {"places": self.places, "worth": self.worth, "offers": self.offers, "deals": self.deals}

    @property
    def facts(self) -> dict[str, Any]:
        """Where the deal is offered, and which terms were left out."""
        return {"places": list(self.places["place"]), "terms": list(dict.fromkeys(self.worth["term"]))}

    @property
    def pages(self) -> dict[str, str]:
        """The page that shows it all."""
        from greatpowers.studies.deal_page import render

        return {"deals.html": render(self)}


def deals(
    scenario: ScenarioLike = "2017",
    policy: PolicyLike = "half-a-loaf",
    seeds: Seeds = 200,
    places: Sequence[str] | None = None,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Deals:
    """Play a policy with a deal on `seeds`, a number or the seeds, and again without each term, place by place.

    `places` names theatres with an offer, all of them if None. `progress` is told (histories done, in all). Results do
    not depend on `workers`. Raises :class:`GreatPowersError` on what cannot be run, and if no deal is offered.
    """
    numbers = checked_seeds(seeds)
    setup = setups_for(scenario, policy, numbers, rounds, parameters, FOR_AN_ERROR)[0]
    chosen = chosen_places(setup, places)
    changes = left_out(setup, chosen)
    setups = [setup, *(changed(setup, change, chosen) for change in changes)]
    at_places = np.empty((len(setups), len(numbers), len(chosen), len(PLACE_OUTCOMES)))
    of_world = np.empty((len(setups), len(numbers), len(WORLD_OUTCOMES)))
    full: dict[int, DealHistory] = {}

    def work(job: int) -> None:
        run, which = divmod(job, len(setups))
        reading = play_and_read(setups[which], numbers[run], chosen)
        at_places[which, run], of_world[which, run] = reading.places, reading.world
        if which == 0:
            full[run] = reading

    run_jobs(len(numbers) * len(setups), work, workers, progress)
    readings = [full[run] for run in range(len(numbers))]
    return Deals(
        **described([setup], numbers),
        places=places_table(setup, chosen, readings),
        worth=worth_table(setup, chosen, changes, at_places, of_world),
        offers=offers_table(setup, readings),
        deals=deals_table(setup, readings),
    )
