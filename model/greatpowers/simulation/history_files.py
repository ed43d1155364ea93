"""A history on disk: five tables, what was run, and a manifest."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from greatpowers.core.history import Track, new_track
from greatpowers.dictionary import METRIC_NAMES, STATE_NAMES, THEATRE_NAMES, TRACE_NAMES, metric_units, record_units
from greatpowers.scenario.build import build_parameters
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.scenario.preset_schema import PolicyPreset
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation import frames
from greatpowers.simulation.history import History
from greatpowers.storage.configuration import CONFIG, configuration, policy_file
from greatpowers.storage.directories import read_manifest, whole_directory, write_manifest
from greatpowers.storage.tables import read_parquet, write_parquet

RUN_FACTS = (
    "kind",
    "scenario",
    "policy",
    "policy_file",
    "seed",
    "rounds",
    "recorded",
    "events",
    "config_sha256",
    "files",
)


def save_history(history: History, directory: str | Path, figures: bool = False) -> Path:
    """Write a history to a directory, whole or not at all, and return its path.

    metrics, states, theatres, appraisals and events as Parquet; ``config.toml``, which loads as a scenario, with
    the policy beside it; ``manifest.json``; with `figures` the figures of :func:`save_figures`. Results of ours
    that were there are replaced; raises :class:`GreatPowersError` for a directory that is not ours or cannot be
    written.
    """
    with whole_directory(directory) as place:
        _write_tables(history, place)
        for name, text in configuration(history.scenario, [history.policy]).items():
            (place / name).write_text(text, encoding="utf-8")
        if figures:
            from greatpowers.simulation.figures import save_figures

            save_figures(history, place)
        write_manifest(place, {**history.manifest, "policy_file": policy_file(history.policy)})
    return Path(directory)


def _write_tables(history: History, place: Path) -> None:
    units = record_units()
    write_parquet(history.metrics.reset_index(), place / "metrics.parquet", metric_units())
    write_parquet(history.states, place / "states.parquet", units)
    write_parquet(history.theatres, place / "theatres.parquet", units)
    write_parquet(history.appraisals, place / "appraisals.parquet", units)
    write_parquet(history.events, place / "events.parquet", {})


def load_history(directory: str | Path) -> History:
    """The history that :func:`save_history` wrote; raises :class:`GreatPowersError` if there is none."""
    place = Path(directory).expanduser()
    manifest = _manifest(place)
    scenario = load_scenario(place / CONFIG)
    events = read_parquet(place / "events.parquet")
    try:
        codes, numbers = frames.events_back(events, scenario)
        return History(
            scenario=scenario,
            policy=_read_policy(place / manifest["policy_file"]),
            seed=manifest["seed"],
            parameters=build_parameters(scenario, None),
            track=_read_track(place, scenario, manifest["recorded"]),
            codes=codes,
            numbers=numbers,
            origin={key: value for key, value in manifest.items() if key not in RUN_FACTS},
        )
    except (KeyError, ValueError, TypeError) as error:
        raise GreatPowersError(f"{directory}: the record is damaged or of another version ({error}).") from None


def _manifest(place: Path) -> dict[str, Any]:
    manifest = read_manifest(place)
    if manifest is None:
        raise GreatPowersError(f"{place}: there is no run here; expected a directory that a run was saved to.")
    if manifest.get("kind") != "history":
        raise GreatPowersError(f"{place}: this holds a {manifest.get('kind')}; expected a single run.")
    return manifest


def _read_policy(path: Path) -> PolicyPreset:
    """The policy as it was run; its schedule is resolved already, so nothing it names is looked up."""
    try:
        return PolicyPreset.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise GreatPowersError(f"{path}: the policy of the run cannot be read ({type(error).__name__}).") from None


def _read_track(place: Path, scenario: Scenario, recorded: bool) -> Track:
    metrics = read_parquet(place / "metrics.parquet")[list(METRIC_NAMES)].to_numpy(dtype=float)
    track = new_track(len(metrics), len(scenario.states), len(scenario.theatres), recorded)
    track.metrics[:] = metrics
    for file, kept, names in (
        ("states", track.states, STATE_NAMES),
        ("theatres", track.theatres, THEATRE_NAMES),
        ("appraisals", track.traces, TRACE_NAMES),
    ):
        kept[:] = frames.from_long(read_parquet(place / f"{file}.parquet"), kept.shape[:2], names)
    return track
