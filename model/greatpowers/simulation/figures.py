"""All the figures of a result. The library that draws is loaded when one is drawn."""

from functools import partial
from typing import TYPE_CHECKING

from greatpowers.presentation.figures import Drawers, drawn, own_style
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.fork import Fork
from greatpowers.simulation.history import History

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figures_of(result: Comparison | History | Fork) -> Drawers:
    """What draws the figures: four of a comparison, two of a history (one if only metrics were kept), one of a fork."""
    if isinstance(result, Comparison):
        from greatpowers.simulation import comparison_figures as of_comparisons

        return {
            "escalation": partial(of_comparisons.escalation_over_time, result),
            "order": partial(of_comparisons.order_over_time, result),
            "outcomes": partial(of_comparisons.outcome_distribution, result),
            "cost": partial(of_comparisons.cost_against_escalation, result),
        }
    if isinstance(result, Fork):
        from greatpowers.simulation.fork_figures import divergence_figure

        return {"divergence": partial(divergence_figure, result)}
    from greatpowers.simulation.history_figures import key_metrics, ladder

    found: Drawers = {"metrics": partial(key_metrics, result)}
    return {"ladder": partial(ladder, result), **found} if result.recorded else found


def figure_of(result: Comparison | History | Fork, which: str) -> "Figure":
    """One figure of a result, by its name; raises :class:`GreatPowersError` for a name it has none of."""
    drawers = figures_of(result)
    if which not in drawers:
        raise GreatPowersError(f"there is no figure '{which}' of {result!r}. {suggestion(which, drawers)}")
    with own_style():
        return drawn(drawers[which])


def draw_figures(result: Comparison | History | Fork) -> "dict[str, Figure]":
    """The figures of a result, by file stem."""
    with own_style():
        return {stem: drawn(draw) for stem, draw in figures_of(result).items()}
