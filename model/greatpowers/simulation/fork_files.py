"""A fork on disk: both histories, what differs by round, why, and the figure."""

from pathlib import Path

from greatpowers.dictionary import metric_units
from greatpowers.narrative.explanation import explain
from greatpowers.simulation.fork import Decision, Fork
from greatpowers.simulation.history import History
from greatpowers.simulation.history_files import save_history
from greatpowers.storage.directories import whole_directory, write_manifest
from greatpowers.storage.tables import write_parquet

ORIGINAL, COUNTERFACTUAL = "original", "counterfactual"


def save_fork(fork: Fork, directory: str | Path, figures: bool = True) -> Path:
    """Write a fork to a directory, whole or not at all, and return its path.

    ``original`` and ``counterfactual`` (histories that load again), ``series.parquet`` and ``series.csv`` (every
    metric by round in both), ``explanation.txt``, ``manifest.json``, and ``divergence.png``. Refuses and raises like
    :func:`greatpowers.simulation.history_files.save_history`.
    """
    with whole_directory(directory) as place:
        save_history(fork.original, place / ORIGINAL)
        save_history(fork.counterfactual, place / COUNTERFACTUAL)
        units = {name: unit for name, unit in metric_units().items() if name in fork.series}
        write_parquet(fork.series, place / "series.parquet", units)
        fork.series.to_csv(place / "series.csv", index=False)
        (place / "explanation.txt").write_text(_explanation(fork), encoding="utf-8", newline="\n")
        if figures:
            from greatpowers.simulation.fork_figures import divergence_figure

            divergence_figure(fork).savefig(place / "divergence.png")
        write_manifest(place, fork.manifest)
    return Path(directory)


def _explanation(fork: Fork) -> str:
    """The divergence, and each history's own account of the first decision that differs."""
    parts = [fork.explain()]
    if fork.first_decision is not None:
        parts += [f"In the {ORIGINAL}:\n\n{_account(fork.original, fork.first_decision)}"]
        parts += [f"In the {COUNTERFACTUAL}:\n\n{_account(fork.counterfactual, fork.first_decision)}"]
    return "\n\n\n".join(parts) + "\n"


def _account(history: History, at: Decision) -> str:
    return explain(history, theatre=history.scenario.theatres[at.theatre].id, round=at.round)
