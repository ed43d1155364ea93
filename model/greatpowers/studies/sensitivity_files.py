"""A sensitivity study's answer on disk, beside the runs it was worked out from."""

from pathlib import Path

from greatpowers.presentation.figures import Drawers, pictures
from greatpowers.storage.checkpoint import save_answer
from greatpowers.storage.tables import csv_text, parquet_bytes
from greatpowers.studies.sensitivity import Sensitivity


def save_sensitivity(found: Sensitivity, directory: str | Path, figures: Drawers | None = None) -> list[Path]:
    """Write the indices as CSV and Parquet, the answer as text and `figures` as PNG; the paths written.

    What others wrote or changed is left alone, with a warning.
    """
    content: dict[str, bytes | str] = {
        "sensitivity.csv": csv_text(found.table),
        "sensitivity.parquet": parquet_bytes(found.table),
        "answer.txt": f"{found.sentence()}\n",
    }
    return save_answer(Path(directory).expanduser(), content | pictures(figures or {}))
