"""What an experiment was run with; and whether what lies in a directory was run with the same."""

import hashlib
import json
import os
import platform
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow
import scipy

import greatpowers
from greatpowers.experiments.plan import Plan
from greatpowers.scenario.errors import shown
from greatpowers.simulation.parallel import available_cores
from greatpowers.storage.configuration import plain
from greatpowers.storage.provenance import provenance

KIND = "experiment"
FORMAT = 1
LIBRARIES = ("numpy", "numba", "scipy", "pyarrow")
"""Libraries on which numbers or bytes depend."""


def manifest_of(plan: Plan, points_sha256: str) -> dict[str, Any]:
    """Everything about the experiment but its numbers, as plain data."""
    study, experiment = plan.study, plan.study.experiment
    return {
        **stamped(),
        "kind": KIND,
        "format": FORMAT,
        "experiment": experiment.name,
        "title": experiment.title,
        "experiment_sha256": hashlib.sha256(study.text.encode()).hexdigest(),
        "experiment_text": study.text,
        "points": plan.points,
        "policies": list(plan.policies),
        "seeds": experiment.replicates,
        "seed_base": experiment.seed_base,
        "rows": plan.rows,
        "parts": plan.parts,
        "part_rows": plan.part_rows,
        "record": experiment.record,
        "columns": list(plan.columns),
        "series": list(plan.series),
        "points_sha256": points_sha256,
        "contents": study.contents(),
        "configuration": {
            "scenarios": [plain(scenario) for scenario in study.scenarios],
            "policies": [plain(policy) for policy in study.policies],
            **({"posterior": plain(study.posterior)} if study.posterior is not None else {}),
        },
    }


def stamped() -> dict[str, Any]:
    """Version, commit if known, libraries and machine."""
    found = provenance()
    found["environment"] |= {"scipy": scipy.__version__, "pyarrow": pyarrow.__version__}
    commit = _commit()
    machine = {"name": platform.node(), "processor": platform.machine(), "cores": available_cores()}
    return {**found, **({"commit": commit} if commit else {}), "machine": machine}


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as its file holds it."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The first thing in which two manifests' experiments differ, as the end of a sentence; empty if in nothing."""
    return next(_differences(old, new), "")


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if old.get("format") != new["format"]:
        yield f"the format of the directory was {old.get('format')} and is {new['format']}"
    if old.get("version") != new["version"]:
        yield f"it was begun with greatpowers {old.get('version')}, and this is {new['version']}"
    if old.get("core") != new["core"]:
        yield f"the rules of the model have changed (core {old.get('core')}, now {new['core']})"
    for library in LIBRARIES:
        before, now = old.get("environment", {}).get(library), new["environment"][library]
        if before != now:
            yield f"it was begun with {library} {before}, and this is {library} {now}"
    yield from _changed_settings(tomllib.loads(old.get("experiment_text", "")), tomllib.loads(new["experiment_text"]))
    before, now = old.get("contents", {}), new["contents"]
    for name in {**before, **now}:
        if before.get(name) != now.get(name):
            yield f"the content of {name} has changed"


def _changed_settings(old: Mapping[str, Any], new: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for key in {**old, **new}:
        name, before, now = f"{within}{key}", old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(now, Mapping):
            yield from _changed_settings(before, now, f"{name}.")
        elif before != now:
            yield f"'{name}' {_was(before)} and {_is(now)}"


def _was(value: Any) -> str:
    return "was not set" if value is None else f"was {_text(value)}"


def _is(value: Any) -> str:
    return "is not set now" if value is None else f"is {_text(value)} now"


def _text(value: Any) -> str:
    return "[" + ", ".join(map(shown, value)) + "]" if isinstance(value, list) and len(value) <= 8 else shown(value)


def _commit() -> str:
    """The commit of the checkout the package is in, marked if there are changes; empty for an installed package."""
    checkout = Path(greatpowers.__file__).parents[2]
    if not (checkout / ".git").exists():
        return ""
    try:
        done = subprocess.run(
            ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            capture_output=True, text=True, timeout=20, check=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
