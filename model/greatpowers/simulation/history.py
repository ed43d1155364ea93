"""One history: what was asked, what happened, and tables of it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from greatpowers import dictionary
from greatpowers.core.declare import Floats, Ints
from greatpowers.core.history import Track, new_track
from greatpowers.core.parameters import Parameters
from greatpowers.presentation.figures import Drawers, figure_of, save_pictures
from greatpowers.presentation.tables import table_shown
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError, a_or_an, shown
from greatpowers.scenario.library import path_of, text_in
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario
from greatpowers.simulation import frames
from greatpowers.simulation.own import NO_RULES, Rules
from greatpowers.simulation.summary import HEADLINES, SUMMARY_COLUMNS, summarise
from greatpowers.storage.checkpoint import read_parquet, write_parquet
from greatpowers.storage.files import reason, write_text
from greatpowers.storage.manifest import CONFIG, configuration, digest, policy_file, read_manifest, whole_directory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RUN_FACTS = (
    *("kind", "scenario", "policy", "policy_file", "seed", "rounds", "recorded", "events", "config_sha256", "files"),
)
"""What a manifest says of the run, besides where it was made."""


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """The record of one run. R rounds, N states, T theatres, E events.

    `scenario` is resolved (every parameter and doctrine spelled out); `track` holds the arrays of the core,
    `codes` [E, Column] and `numbers` [E, 5] the event log, `origin` where the run was made. Tables are made when
    first asked for. `rules` are those of the user's own that it was played by; one read back from disk has their names.
    """

    scenario: Scenario
    policy: PolicyPreset
    seed: int
    parameters: Parameters
    track: Track
    codes: Ints
    numbers: Floats
    origin: Mapping[str, Any]
    rules: Rules = NO_RULES

    def __repr__(self) -> str:
        return f"History({self.scenario.name}, {self.policy.name}, seed={self.seed}, rounds={self.rounds})"

    def _repr_html_(self) -> str:
        described = [dictionary.describe(name) for name in HEADLINES]
        rows = {entry.label: (self.summary[entry.name], entry.unit) for entry in described}
        return table_shown(repr(self), pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"]))

    def figures(self) -> Drawers:
        """What draws the figures, by name: two, or one if only metrics were kept."""
        from greatpowers.simulation.drawing import key_metrics, ladder

        drawers: Drawers = {"metrics": partial(key_metrics, self)}
        return {"ladder": partial(ladder, self), **drawers} if self.recorded else drawers

    def plot(self, which: str = "metrics") -> "Figure":
        """One of the figures: metrics, or ladder if trajectories were kept."""
        return figure_of(self, which)

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
        return frames.long_frame(self.track.states, "state", self.scenario.state_index(), dictionary.STATE_NAMES)

    @cached_property
    def theatres(self) -> pd.DataFrame:
        """Theatres by round, long: `round`, `theatre`, then the columns of :class:`TheatreColumn`."""
        return frames.long_frame(
            self.track.theatres, "theatre", self.scenario.theatre_index(), dictionary.THEATRE_NAMES
        )

    @cached_property
    def appraisals(self) -> pd.DataFrame:
        """What challengers weighed, long: `round`, `theatre`, then the trace; NaN for options that were not open."""
        return frames.appraisals_frame(self.track.traces, self.scenario.theatre_index())

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
            **self.rules.manifest,
        }

    def save(self, directory: str | Path, figures: Drawers | None = None) -> Path:
        """Write the history to a directory, whole or not at all, and return its path.

        metrics, states, theatres, appraisals and events as Parquet; ``config.toml``, which loads as a scenario, with
        the policy beside it; ``manifest.json``; and `figures` as PNG, such as
        :func:`greatpowers.figures_of` names. Earlier results there are replaced; raises
        :class:`GreatPowersError` for a directory that holds anything else or cannot be written.
        """
        with whole_directory(directory, {**self.manifest, "policy_file": policy_file(self.policy.name)}) as place:
            units = dictionary.record_units()
            write_parquet(self.metrics.reset_index(), place / "metrics.parquet", dictionary.metric_units())
            write_parquet(self.states, place / "states.parquet", units)
            write_parquet(self.theatres, place / "theatres.parquet", units)
            write_parquet(self.appraisals, place / "appraisals.parquet", units)
            write_parquet(self.events, place / "events.parquet", {})
            for name, text in configuration(self.scenario, [self.policy]).items():
                write_text(place / name, text)
            save_pictures(place, figures or {})
        return path_of(directory)

    def require_record(self, purpose: str) -> None:
        """Raise :class:`GreatPowersError` if only metrics were kept."""
        if not self.recorded:
            raise GreatPowersError(f"{purpose} needs trajectories and events; run it again with record=True.")


def load_history(directory: str | Path) -> History:
    """The history that :meth:`History.save` wrote; raises :class:`GreatPowersError` if there is none."""
    place = path_of(directory)
    manifest = _manifest(place)
    scenario = load_scenario(place / CONFIG)
    events = read_parquet(place / "events.parquet")
    try:
        codes, numbers = frames.events_back(events, scenario)
        return History(
            scenario=scenario,
            policy=read_policy(place / manifest["policy_file"]),
            seed=_seed_in(manifest),
            parameters=build_parameters(scenario, None),
            track=_read_track(place, scenario, manifest["recorded"]),
            codes=codes,
            numbers=numbers,
            origin={key: value for key, value in manifest.items() if key not in RUN_FACTS},
        )
    except (KeyError, ValueError, TypeError) as error:
        raise GreatPowersError(f"{directory}: the record is damaged or of another version ({reason(error)}).") from None


def _seed_in(manifest: Mapping[str, Any]) -> int:
    seed: int = manifest["seed"]
    if not 0 <= seed < 2**63:
        raise ValueError(f"'seed' is {shown(seed)}")
    return seed


def _manifest(place: Path) -> dict[str, Any]:
    manifest = read_manifest(place)
    if manifest is None:
        raise GreatPowersError(f"{place}: there is no run here; expected a directory that a run was saved to.")
    if manifest.get("kind") != "history":
        raise GreatPowersError(f"{place}: this holds {a_or_an(str(manifest.get('kind')))}; expected a single run.")
    return manifest


def read_policy(path: Path) -> PolicyPreset:
    """The policy as it was run; its schedule is resolved already, so nothing it names is looked up."""
    try:
        return PolicyPreset.model_validate(tomllib.loads(text_in(path)))
    except (OSError, ValueError) as error:  # what is no text, no TOML or no policy
        raise GreatPowersError(f"{path}: the policy of the run cannot be read ({type(error).__name__}).") from None


def _read_track(place: Path, scenario: Scenario, recorded: bool) -> Track:
    metrics = read_parquet(place / "metrics.parquet")[list(dictionary.METRIC_NAMES)].to_numpy(dtype=float)
    track = new_track(len(metrics), len(scenario.states), len(scenario.theatres), recorded)
    track.metrics[:] = metrics
    for file, array, names in (
        ("states", track.states, dictionary.STATE_NAMES),
        ("theatres", track.theatres, dictionary.THEATRE_NAMES),
        ("appraisals", track.traces, dictionary.TRACE_NAMES),
    ):
        array[:] = frames.from_long(read_parquet(place / f"{file}.parquet"), array.shape[:2], names)
    return track
