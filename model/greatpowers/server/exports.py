"""Files to take along: the run as the directory `greatpowers run --out` writes, figures, and tables."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greatpowers.presentation.figures import own_style
from greatpowers.scenario.errors import GreatPowersError

if TYPE_CHECKING:
    import pandas as pd

    from greatpowers.simulation.comparison import Comparison
    from greatpowers.simulation.history import History
    from greatpowers.studies.brief import Brief

PICTURES = {"png": "image/png", "svg": "image/svg+xml"}
FIGURES = {
    "ladder": "Ladder: what each challenger does",
    "metrics": "Key metrics of this history",
    "escalation": "Escalation, both policies",
    "order": "Order, both policies",
    "outcomes": "Outcomes, both policies",
    "cost": "Cost against escalation",
}
HISTORY_FIGURES = ("ladder", "metrics")
TABLES: dict[str, str] = {
    "metrics": "Metrics by round",
    "states": "States by round",
    "theatres": "Theatres by round",
    "events": "Events",
    "runs": "All runs of both policies",
}

BRIEFS = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Download:
    """A file for the browser."""

    name: str
    media: str
    body: bytes


def run_archive(history: "History") -> Download:
    """The directory that `greatpowers run --out` writes of this run, as a zip file."""
    from greatpowers.presentation.figures import figures_of

    name = stem(history)
    with tempfile.TemporaryDirectory(prefix="greatpowers-") as place:
        directory = history.save(Path(place) / name, figures_of(history))
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(directory.iterdir()):
                archive.write(path, f"{name}/{path.name}")
    return Download(f"{name}.zip", "application/zip", packed.getvalue())


def figure_file(history: "History", compare: "Callable[[], Comparison]", which: str, kind: str) -> Download:
    """One figure as PNG or SVG; raises :class:`GreatPowersError` if there is none of this name."""
    if which not in FIGURES or kind not in PICTURES:
        raise GreatPowersError("there is no such figure.")
    body, subject = io.BytesIO(), history if which in HISTORY_FIGURES else compare()
    with own_style():
        subject.plot(which).savefig(body, format=kind)
    return Download(f"{stem(history)}-{which}.{kind}", PICTURES[kind], body.getvalue())


def table_file(history: "History", compare: "Callable[[], Comparison]", which: str) -> Download:
    """One table as CSV, every digit kept; raises :class:`GreatPowersError` if there is none of this name."""
    if which not in TABLES:
        raise GreatPowersError("there is no such table.")
    frame: pd.DataFrame = compare().runs if which == "runs" else getattr(history, which)
    body = frame.to_csv(index=which in ("metrics", "runs"), lineterminator="\n").encode()
    return Download(f"{stem(history)}-{which}.csv", "text/csv; charset=utf-8", body)


def stem(history: "History") -> str:
    """What files of a run are called."""
    return f"greatpowers-{history.scenario.name}-{history.policy.name}-seed{history.seed}"


def brief_file(brief: "Brief", kind: str) -> Download:
    """The two pages of a brief, as PDF or HTML."""
    body = brief.documents["brief.pdf"] if kind == "pdf" else brief.pages["brief.html"].encode()
    return Download(f"greatpowers-{brief.scenario.name}-brief-{brief.place}.{kind}", BRIEFS[kind], body)
