"""The analysis room: runs, ensembles, comparisons, and what people read of them.

Names are fetched when first used: a chronicle needs no plotting library, a run no statistics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from greatpowers.analysis.attribution import MisperceivedWars, misperceived_wars, wars_in_question
    from greatpowers.analysis.columns import Described, describe
    from greatpowers.analysis.comparison import HEADLINES, Comparison, compare
    from greatpowers.analysis.comparison_figures import (
        cost_against_escalation,
        escalation_over_time,
        order_over_time,
        outcome_distribution,
    )
    from greatpowers.analysis.counterfactual import Fork, fork, fork_beliefs
    from greatpowers.analysis.counterfactual_figures import divergence_figure
    from greatpowers.analysis.ensembles import Ensemble, ensemble
    from greatpowers.analysis.explanation import explain
    from greatpowers.analysis.figures import draw_figures, save_figures
    from greatpowers.analysis.history import History
    from greatpowers.analysis.history_figures import key_metrics, ladder
    from greatpowers.analysis.history_files import load_history
    from greatpowers.analysis.misperception import wars_by_misperception
    from greatpowers.analysis.narrative import Entry, chronicle, chronicle_entries
    from greatpowers.analysis.runs import simulate
    from greatpowers.analysis.summaries import SUMMARY_COLUMNS

_HOMES = {
    "attribution": ("MisperceivedWars", "misperceived_wars", "wars_in_question"),
    "columns": ("Described", "describe"),
    "comparison": ("HEADLINES", "Comparison", "compare"),
    "comparison_figures": (
        "cost_against_escalation",
        "escalation_over_time",
        "order_over_time",
        "outcome_distribution",
    ),
    "counterfactual": ("Fork", "fork", "fork_beliefs"),
    "counterfactual_figures": ("divergence_figure",),
    "ensembles": ("Ensemble", "ensemble"),
    "explanation": ("explain",),
    "figures": ("draw_figures", "save_figures"),
    "history": ("History",),
    "history_figures": ("key_metrics", "ladder"),
    "history_files": ("load_history",),
    "misperception": ("wars_by_misperception",),
    "narrative": ("Entry", "chronicle", "chronicle_entries"),
    "runs": ("simulate",),
    "summaries": ("SUMMARY_COLUMNS",),
}

__all__ = [
    "HEADLINES",
    "SUMMARY_COLUMNS",
    "Comparison",
    "Described",
    "Ensemble",
    "Entry",
    "Fork",
    "History",
    "MisperceivedWars",
    "chronicle",
    "chronicle_entries",
    "compare",
    "cost_against_escalation",
    "describe",
    "divergence_figure",
    "draw_figures",
    "ensemble",
    "escalation_over_time",
    "explain",
    "fork",
    "fork_beliefs",
    "key_metrics",
    "ladder",
    "load_history",
    "misperceived_wars",
    "order_over_time",
    "outcome_distribution",
    "save_figures",
    "simulate",
    "wars_by_misperception",
    "wars_in_question",
]


def __getattr__(name: str) -> Any:
    """Fetch an exported name from the module it lives in."""
    for home, exported in _HOMES.items():
        if name in exported:
            value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
            return value
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
