"""A posterior sampled by few points that move briefly, for tests about its bytes and not about its widths."""

from typing import Any

import greatpowers.calibration.posterior

BRIEF = {"POPULATION": 16, "CHAINS": 8, "STEPS": 24, "MOST_BLOCKS": 1}
"""Constants of :mod:`greatpowers.calibration.posterior`."""


def use(patch: Any = None) -> None:
    """Set them in this process, or by what undoes it later: a :class:`pytest.MonkeyPatch`."""
    for name, value in BRIEF.items():
        (patch.setattr if patch else setattr)(greatpowers.calibration.posterior, name, value)
