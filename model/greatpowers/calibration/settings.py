"""What a calibration is asked to do."""

from dataclasses import dataclass
from typing import Any

import tomli_w

from greatpowers.calibration.priors import Priors

CENTRES = 8
"""Parameter sets played as candidates for the centre."""

DRAW_RUNS, CENTRE_RUNS = 2, 4
"""Histories of a draw, and of a candidate for the centre, as multiples of those of a point of a wave.

Waves feed emulators, which learn more from many points than from many histories of few; draws and centre are held
against the record by what they give themselves.
"""


@dataclass(frozen=True, eq=False)
class Settings:
    """A calibration: `waves` of `size` points, `runs` histories a world and point, `draws` of the posterior.

    With `until` only what the record says of years up to it is fitted, and what it says of later ones is predicted.
    """

    priors: Priors
    waves: int = 4
    size: int = 200
    runs: int = 2
    draws: int = 100
    seed: int = 1
    until: int | None = None

    @property
    def points(self) -> int:
        """Parameter sets that are played in all."""
        return self.waves * self.size + self.draws + CENTRES

    @property
    def histories(self) -> int:
        """Histories of every world that are played in all."""
        return (self.waves * self.size + DRAW_RUNS * self.draws + CENTRE_RUNS * CENTRES) * self.runs

    def arguments(self) -> dict[str, Any]:
        """The numbers, without the priors."""
        numbers = {name: getattr(self, name) for name in ("waves", "size", "runs", "draws", "seed")}
        return numbers if self.until is None else {**numbers, "until": self.until}

    def text(self) -> str:
        """Everything that results depend on, as TOML."""
        return tomli_w.dumps({**self.arguments(), **self.priors.settings()})


FAST: dict[str, int] = {"waves": 2, "size": 24, "runs": 1, "draws": 8}
"""Numbers for a first look, which say little."""
