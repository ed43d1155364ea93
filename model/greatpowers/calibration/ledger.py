"""The ledger: every point that was played, on disk as soon as it is, a line each.

A line is appended in one write and made to last before the next point counts as done; a line that a killed process left
torn is cut off. Lines come in the order in which points were finished, which depends on the number of workers; the
finished ledger is put in order, so that equal calibrations end with equal bytes.
"""

import json
import math
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from greatpowers.calibration.problem import Figures
from greatpowers.core.declare import Floats
from greatpowers.experiments.storage import write_whole

LEDGER = "ledger.jsonl"

Key = tuple[str, int]
"""A stage ("wave-1", "draws", "centre") and the number of a point in it, from 0."""


@dataclass(frozen=True, eq=False)
class Played:
    """A point that was played: where in the unit cube, from which seed on, its parameters, and what was measured."""

    stage: str
    point: int
    at: tuple[float, ...]
    seed: int
    runs: int
    parameters: Mapping[str, float]
    figures: Figures

    @property
    def key(self) -> Key:
        """Stage and number."""
        return self.stage, self.point

    def line(self) -> str:
        """The point as a line of JSON; what has no value is null."""
        figures = {name: [known(x) for x in found] for name, found in self.figures.items()}
        plain = {**self.__dict__, "at": list(self.at), "parameters": dict(self.parameters), "figures": figures}
        return json.dumps(plain, allow_nan=False) + "\n"


def known(value: float) -> float | None:
    """A number as JSON may hold it."""
    return float(value) if math.isfinite(value) else None


def played_from(line: str) -> Played | None:
    """The point of a line; None if it is torn."""
    try:
        found: dict[str, Any] = json.loads(line)
        figures = {n: tuple(math.nan if x is None else x for x in xs) for n, xs in found.pop("figures").items()}
        return Played(**{**found, "at": tuple(found["at"])}, figures=figures)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


class Ledger:
    """The points that are safe on disk; may be added to by any thread."""

    def __init__(self, directory: Path, stages: Sequence[str]) -> None:
        self._path = directory / LEDGER
        self._stages = list(stages)
        self._lock = threading.Lock()
        self.points: dict[Key, Played] = {}

    def open(self) -> None:
        """Read what is there, and cut off what is torn."""
        text = self._path.read_text(encoding="utf-8", errors="replace") if self._path.exists() else ""
        lines = text.splitlines(keepends=True)
        found = [played_from(line) if line.endswith("\n") else None for line in lines]
        self.points = {played.key: played for played in found if played is not None}
        if None in found:
            self._write(list(self.points.values()))

    def add(self, played: Played) -> None:
        """Write a point down."""
        with self._lock:
            with self._path.open("ab", buffering=0) as file:
                file.write(played.line().encode())
                os.fsync(file.fileno())
            self.points[played.key] = played

    def finish(self) -> None:
        """Put the lines in order."""
        self._write(self.of(*self._stages))

    def of(self, *stages: str) -> list[Played]:
        """The points of some stages, in order."""
        order = {stage: number for number, stage in enumerate(stages)}
        chosen = [played for played in self.points.values() if played.stage in order]
        return sorted(chosen, key=lambda played: (order[played.stage], played.point))

    def _write(self, points: Sequence[Played]) -> None:
        write_whole(self._path, "".join(played.line() for played in points).encode())


def places(points: Sequence[Played]) -> Floats:
    """Where points lie in the unit cube: [points, parameters]."""
    return np.array([played.at for played in points])


def figures(points: Sequence[Played], fact: str) -> Floats:
    """The figure of a fact at every point, NaN where there is none: [points]."""
    return np.array([played.figures[fact][0] for played in points])


def replicates(points: Sequence[Played], fact: str) -> Floats:
    """The figures of single replicates: [points, replicates], no columns if there was only one."""
    return np.array([played.figures[fact][1:] for played in points]).reshape(len(points), -1)
