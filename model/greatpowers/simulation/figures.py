"""All the figures of a result."""

from functools import partial

from matplotlib.figure import Figure

from greatpowers.presentation.figures import Drawers, drawn, own_style
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.comparison_figures import (
    cost_against_escalation,
    escalation_over_time,
    order_over_time,
    outcome_distribution,
)
from greatpowers.simulation.history import History
from greatpowers.simulation.history_figures import key_metrics, ladder


def figures_of(result: Comparison | History) -> Drawers:
    """What draws the figures of a comparison (four) or of a history (two, or one if only metrics were kept)."""
    if isinstance(result, Comparison):
        return {
            "escalation": partial(escalation_over_time, result),
            "order": partial(order_over_time, result),
            "outcomes": partial(outcome_distribution, result),
            "cost": partial(cost_against_escalation, result),
        }
    found: Drawers = {"metrics": partial(key_metrics, result)}
    return {"ladder": partial(ladder, result), **found} if result.recorded else found


def draw_figures(result: Comparison | History) -> dict[str, Figure]:
    """The figures of a result, by file stem."""
    with own_style():
        return {stem: drawn(draw) for stem, draw in figures_of(result).items()}
