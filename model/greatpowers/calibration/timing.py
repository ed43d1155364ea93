"""What a calibration cost in minutes: on screen and in a file of its own, so that results repeat to the byte."""

import contextlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

LOG = "timing.log"


class Clock:
    """Minutes by stage, in a file that later calls add to."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / LOG

    @property
    def minutes(self) -> float:
        """Minutes of all calls together, those that were interrupted included."""
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        return sum(float(found) for found in re.findall(r": ([\d.]+) min", text))

    @contextlib.contextmanager
    def timed(self, what: str, points: int = 0) -> Iterator[None]:
        """Write down how long a block took, also if it is interrupted."""
        start = time.monotonic()
        try:
            yield
        finally:
            minutes = (time.monotonic() - start) / 60
            played = f", {points} points" if points else ""
            with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as file:
                file.write(f"{what}: {minutes:.3f} min{played}\n")
