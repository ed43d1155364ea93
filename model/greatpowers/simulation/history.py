"""One history: what was asked, what happened, and tables of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import Track
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.preset_schema import PolicyPreset
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation import frames
from greatpowers.simulation.summary import SUMMARY_COLUMNS, summarise
from greatpowers.storage.configuration import configuration, digest


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """The record of one run. R rounds, N states, T theatres, E events.

    `scenario` is resolved (every parameter and doctrine spelled out); `track` holds the arrays of the core,
    `codes` [E, Column] and `numbers` [E, 5] the event log, `origin` where the run was made. Tables are made when
    first asked for.
    """

    scenario: Scenario
    policy: PolicyPreset
    seed: int
    parameters: Parameters
    track: Track
    codes: Ints
    numbers: Floats
    origin: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"History({self.scenario.name}, {self.policy.name}, seed={self.seed}, rounds={self.rounds})"

    @property
    def rounds(self) -> int:
        """Number of rounds played."""
        return len(self.track.metrics)

    @property
    def recorded(self) -> bool:
        """Whether trajectories and events were kept, and not only metrics."""
        return len(self.track.states) > 0

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Metrics by round: index `round`, column `quarter`, then one column a metric."""
        return frames.metrics_frame(self.track.metrics, self.scenario.start)

    @cached_property
    def states(self) -> pd.DataFrame:
        """States by round, long: `round`, `state`, then the columns of :class:`StateColumn`."""
        return frames.states_frame(self.track.states, [state.id for state in self.scenario.states])

    @cached_property
    def theatres(self) -> pd.DataFrame:
        """Theatres by round, long: `round`, `theatre`, then the columns of :class:`TheatreColumn`."""
        return frames.theatres_frame(self.track.theatres, [theatre.id for theatre in self.scenario.theatres])

    @cached_property
    def appraisals(self) -> pd.DataFrame:
        """What challengers weighed, long: `round`, `theatre`, then the trace; NaN for options that were not open."""
        return frames.appraisals_frame(self.track.traces, [theatre.id for theatre in self.scenario.theatres])

    @cached_property
    def events(self) -> pd.DataFrame:
        """Events in order: round, quarter, kind, theatre, actor, other, before, after, three numbers, and their names.

        `first`, `second` and `third` hold the numbers, `numbers` the same as JSON under the names of that kind.
        """
        return frames.events_frame(self.codes, self.numbers, self.scenario)

    @cached_property
    def summary(self) -> pd.Series:
        """One number per metric for the whole run, and the extras that only a run has."""
        return pd.Series(summarise(self.track.metrics), index=list(SUMMARY_COLUMNS), name=self.seed)

    @property
    def manifest(self) -> dict[str, Any]:
        """What was run, with which software, on what: plain data."""
        return {
            **self.origin,
            "kind": "history",
            "scenario": self.scenario.name,
            "policy": self.policy.name,
            "seed": self.seed,
            "rounds": self.rounds,
            "recorded": self.recorded,
            "events": len(self.codes),
            "config_sha256": digest(configuration(self.scenario, [self.policy])),
        }

    def save(self, directory: str | Path, figures: bool = False) -> Path:
        """Write everything to a directory, and return its path; see :mod:`greatpowers.simulation.history_files`."""
        from greatpowers.simulation.history_files import save_history

        return save_history(self, directory, figures)

    def require_record(self, purpose: str) -> None:
        """Raise :class:`GreatPowersError` if only metrics were kept."""
        if not self.recorded:
            raise GreatPowersError(f"{purpose} needs trajectories and events; run it again with record=True.")
