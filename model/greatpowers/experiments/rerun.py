"""One run of an experiment again, in full: trajectories and events, and proof that it is the run of the table."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from greatpowers.core.parameters import Parameters
from greatpowers.experiments.load import study_from
from greatpowers.experiments.plan import Plan
from greatpowers.experiments.results import open_results
from greatpowers.experiments.store import POINTS_FILE, names_of
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.history import History
from greatpowers.simulation.run import simulate
from greatpowers.storage.manifest import MANIFEST


@dataclass(frozen=True)
class Rerun:
    """A run played again: its history, what tells its point from others, and its row in the table."""

    history: History
    labels: dict[str, Any]
    row: dict[str, Any]


def rerun(directory: str | Path, row: int) -> Rerun:
    """Play the run of a row again and compare it with the table, number by number.

    Everything is taken from the directory: neither the experiment's file nor those it named are needed. Raises
    :class:`GreatPowersError` if there is no such row, or if the numbers differ, which another version of the package
    or of a library may cause.
    """
    place = Path(directory).expanduser()
    manifest = open_results(place).manifest
    plan = _plan(place, manifest)
    if isinstance(row, bool) or not 0 <= row < plan.rows:
        raise GreatPowersError(f"{directory}: there is no row {row}; expected one from 0 to {plan.rows - 1}.")
    kept = _kept_row(place, plan, row)
    number, policy, seed = plan.row(row)
    point, varied = plan.point(number), _varied(place, plan, number)
    history = simulate(point.scenario, point.policies[policy], seed, point.rounds, varied)
    _compare(place, manifest, row, kept, history, plan.columns)
    return Rerun(history, plan.labels(number), kept)


def _plan(place: Path, manifest: Any) -> Plan:
    try:
        text, configuration = str(manifest["experiment_text"]), manifest["configuration"]
    except KeyError as error:
        raise GreatPowersError(f"{place}: the {MANIFEST} does not say {error}; it is damaged.") from None
    return Plan(study_from(text, configuration))


def _kept_row(place: Path, plan: Plan, row: int) -> dict[str, Any]:
    """The row of the table, from the part that holds it."""
    part = row // plan.part_rows
    path = place / names_of(plan, part)[-1]
    if not path.is_file():
        raise GreatPowersError(f"{place}: row {row} has not been played yet; give 'greatpowers batch' again to go on.")
    try:
        table = pq.read_table(path).slice(row - plan.range_of(part)[0], 1)
        found: dict[str, Any] = table.to_pylist()[0]
    except (OSError, pa.ArrowException, IndexError) as error:
        reason = str(error).splitlines()[0]
        text = f"{path.name}, which holds row {row}, is damaged ({reason}); give 'greatpowers batch' again to mend it"
        raise GreatPowersError(f"{place}: {text}.") from None
    return found


def _varied(place: Path, plan: Plan, number: int) -> dict[str, float]:
    """The parameters of a point that the sample set, as the table of points holds them."""
    names = [name for name in Parameters._fields if name in plan.samples.names]
    if not names:
        return {}
    try:
        table = pq.read_table(place / POINTS_FILE, columns=names, filters=[("point", "==", number)])
        return {name: float(value) for name, value in table.to_pylist()[0].items()}
    except (OSError, pa.ArrowException, IndexError) as error:
        raise GreatPowersError(f"{place}: {POINTS_FILE} is damaged ({str(error).splitlines()[0]}).") from None


def _compare(
    place: Path, manifest: Any, row: int, kept: dict[str, Any], history: History, columns: tuple[str, ...]
) -> None:
    for name in columns:
        now, before = float(history.summary[name]), float(kept[name])
        if now != before and not (math.isnan(now) and math.isnan(before)):
            text = f"row {row} comes out differently: '{name}' is {now!r}, and was {before!r}"
            raise GreatPowersError(f"{place}: {text}. {_why(manifest, history)}")


def _why(manifest: Any, history: History) -> str:
    for name in ("version", "core", "environment"):
        if manifest.get(name) != history.origin.get(name):
            before, now = (json.dumps(found.get(name)) for found in (manifest, history.origin))
            return f"The experiment was run with {name} {before}, and this is {now}."
    return "Neither the version nor the libraries have changed, so the table may have been."
