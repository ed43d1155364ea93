"""Where a result comes from: the version of the software and of its rules, and what it ran on."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
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


def stamped(*libraries: str) -> dict[str, Any]:
    """The same, with the libraries that results on disk depend on, the commit if it is known, and the machine."""
    found, commit = provenance(), _commit()
    found["environment"] |= {name: version_of(name) for name in ("scipy", "pyarrow", *libraries)}
    machine = {"name": platform.node(), "processor": platform.machine(), "cores": available_cores()}
    return {**found, **({"commit": commit} if commit else {}), "machine": machine}


def version_of(library: str) -> str:
    """Version of a library; empty if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def available_cores() -> int:
    """Cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _commit() -> str:
    """The commit of the checkout the package is in, marked if there are changes; empty for an installed package."""
    checkout = Path(greatpowers.__file__).parents[2]
    if not (checkout / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True, encoding="utf-8", errors="replace", timeout=20, check=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
