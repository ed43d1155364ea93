"""What a search found, in a few sentences, and on disk."""

from pathlib import Path

import numpy as np
import tomli_w

from greatpowers.presentation.figures import Drawers, pictures
from greatpowers.storage.checkpoint import save_answer
from greatpowers.storage.configuration import plain
from greatpowers.storage.tables import csv_text, parquet_bytes
from greatpowers.studies.policy_search import Found
from greatpowers.studies.search.robust import RULES
from greatpowers.studies.search_settings import FRESH
from greatpowers.studies.search_tables import SearchTables, objective, search_tables

POLICIES = "policies"
SETTLED = 0.05
"""Growth of the front over the last fifth of generations below which it has settled."""


def save_search(found: Found, directory: str | Path, figures: Drawers | None = None) -> list[Path]:
    """Write what a search found beside its generations, and return the paths.

    Tables as Parquet and CSV (``policies``, ``presets``, ``growth``), each policy as a TOML file that every command
    accepts, ``answer.txt``, and `figures` as PNG. What others wrote or changed is left alone, with a warning.
    """
    place, tables = Path(directory), search_tables(found)
    entries = [objective(found.settings, name) for name in found.settings.objectives]
    units = {entry.name: (entry.formula, entry.unit) for entry in entries}
    content: dict[str, bytes | str] = {"answer.txt": answer(found, tables) + "\n"}
    for name, table in tables._asdict().items():
        content[f"{name}.csv"] = csv_text(table)
        content[f"{name}.parquet"] = parquet_bytes(table, units)
    for policy in found.policies:
        content[f"{POLICIES}/{policy.name}.toml"] = tomli_w.dumps(plain(policy))
    return save_answer(place, content | pictures(figures or {}))


def answer(found: Found, tables: SearchTables) -> str:
    """The answer with its size, what the presets are worth beside it, and whether it has settled."""
    settings = found.settings
    tried, kept = len(found.tried), int(tables.policies["undominated"].sum())
    aims = ", ".join(objective(settings, name).label.lower() for name in settings.objectives)
    lines = [
        f"{tried:,} policies were tried in {settings.generations} generations on {settings.worlds} uncertain worlds "
        f"and {settings.seeds} seeds, judged by {aims} ({RULES[settings.robustness].meaning}; "
        "risks by their share of all histories). "
        f"{len(found.policies)} were taken from the front and judged again on {FRESH * settings.worlds} other worlds "
        f"and {FRESH * settings.seeds} other seeds: {kept} of them are still dominated by none.",
        _winners_curse(tables, settings.objectives),
        *_on_presets(found, tables),
        _on_growth(tables),
    ]
    return "\n".join(line for line in lines if line)


def _winners_curse(tables: SearchTables, objectives: tuple[str, ...]) -> str:
    told = [
        f"{name} {tables.policies[f'{name}_search'].mean():.4g} in the search, {tables.policies[name].mean():.4g} anew"
        for name in objectives
    ]
    return f"Their means: {'; '.join(told)}."


def _on_presets(found: Found, tables: SearchTables) -> list[str]:
    settings, lines = found.settings, []
    for row in tables.presets.iloc[: len(found.presets)].to_dict("records"):
        gaps = ", ".join(f"{name} {row[f'{name}_gap']:+.4g}" for name in settings.objectives)
        often = f"in {row['share']:.0%} of resamples of the worlds"
        if row["dominated"]:
            lines.append(f"{row['policy']} is dominated ({often}); {row['nearest']} differs from it by {gaps}.")
        else:
            near = f"nearest is {row['nearest']}, which differs by {gaps}"
            lines.append(f"{row['policy']} is not dominated (it is {often}); {near}.")
    return lines


def _on_growth(tables: SearchTables) -> str:
    growth = tables.growth["covered"].to_numpy()
    back = growth[-1 - max(1, len(growth) // 5)] if len(growth) > 1 else growth[-1]
    if len(growth) < 5 or back <= 0 or not np.isfinite(growth[-1]):
        return "There were too few generations to tell whether the front has settled."
    grown = growth[-1] / back - 1
    settled = "it has settled" if grown < SETTLED else "it was still growing: ask for more generations"
    return f"Over the last fifth of the generations the front grew by {grown:.1%} in hypervolume: {settled}."
