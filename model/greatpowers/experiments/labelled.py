"""Results as an xarray data set, with units: for those who think in labelled dimensions."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from greatpowers.experiments.columns import POINTS, ROUNDS, RUNS, describe_column
from greatpowers.experiments.cubes import read_cube, read_rounds
from greatpowers.experiments.results import KEYS, Results
from greatpowers.scenario.errors import GreatPowersError

if TYPE_CHECKING:
    import xarray

DIMENSIONS = ("point", "policy", "replicate")


def labelled(results: Results, metrics: str | Iterable[str] | None, by_round: bool) -> "xarray.Dataset":
    """The metrics as :meth:`Results.xarray` describes; settings that differ between points become coordinates."""
    try:
        import xarray
    except ImportError:
        raise GreatPowersError("xarray is not installed; install it with 'pip install greatpowers[xarray]'.") from None
    known = results.rounds_dataset.schema.names if by_round else results.metrics
    names = [metrics] if isinstance(metrics, str) else list(metrics if metrics is not None else known)
    names = [name for name in names if name not in KEYS]
    table = ROUNDS if by_round else RUNS
    dimensions = (*DIMENSIONS, "round") if by_round else DIMENSIONS
    values = _by_round(results, names) if by_round else read_cube(results, names).values
    return xarray.Dataset(
        {name: (dimensions, values[name], _attributes(name, table)) for name in names},
        coords=_coordinates(results),
        attrs={"experiment": results.name, "question": str(results.experiment.get("question", ""))},
    )


def _by_round(results: Results, names: list[str]) -> dict[str, Any]:
    parts = [read_rounds(results, names, policy) for policy in results.policies]
    return {name: np.stack([part[name] for part in parts], axis=1) for name in names}


def _coordinates(results: Results) -> dict[str, Any]:
    points = results.points
    varied = [name for name in points.columns if name != "point" and points[name].nunique(dropna=False) > 1]
    return {
        "point": points["point"].to_numpy(),
        "policy": results.policies,
        "seed": ("replicate", np.array(results.seeds, dtype=np.int64)),
        **{name: ("point", points[name].to_numpy(), _attributes(name, POINTS)) for name in varied},
    }


def _attributes(name: str, table: str) -> dict[str, str]:
    found = describe_column(name, table)
    return {"units": found.unit, "long_name": found.label, "formula": found.formula, "source": found.source}
