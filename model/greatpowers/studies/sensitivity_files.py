"""A sensitivity study's answer on disk, beside the runs it was worked out from."""

import io
from pathlib import Path

import pandas as pd

from greatpowers.experiments.storage import disk_faults, write_whole
from greatpowers.studies.sensitivity import Sensitivity


def save_sensitivity(found: Sensitivity, directory: str | Path, figures: bool = True) -> list[Path]:
    """Write the indices as CSV and Parquet, the answer as text and the figure as PNG; the paths written."""
    place = Path(directory).expanduser()
    content = {
        "sensitivity.csv": found.table.to_csv(index=False).encode(),
        "sensitivity.parquet": _parquet(found.table),
        "answer.txt": f"{found.sentence()}\n".encode(),
    }
    if figures:
        sink = io.BytesIO()
        found.figure().savefig(sink, format="png")
        content["sensitivity.png"] = sink.getvalue()
    with disk_faults(place):
        for name, data in content.items():
            write_whole(place / name, data)
    return [place / name for name in content]


def _parquet(table: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    table.to_parquet(sink, index=False)
    return sink.getvalue()
