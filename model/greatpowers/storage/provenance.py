"""Where a result comes from: the version of the software and of its rules, and what it ran on."""

import platform
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numba
import numpy as np

import greatpowers
from greatpowers.core.kernel import core_fingerprint, is_compiled


def provenance() -> dict[str, Any]:
    """Version, fingerprint of the rules, environment and the time of day, as plain data."""
    return {
        "software": "greatpowers",
        "version": greatpowers.__version__,
        "core": fingerprint(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment(),
    }


@cache
def fingerprint() -> str:
    """Hash of the rules as they were when first asked for: later edits do not change what was imported."""
    return core_fingerprint()


def environment() -> dict[str, Any]:
    """Versions of what numbers depend on, and the platform."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "compiled": is_compiled(),
        "platform": platform.platform(),
    }
