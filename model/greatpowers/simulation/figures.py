"""All the figures of a result, and writing them."""

from pathlib import Path

from matplotlib.figure import Figure

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.comparison import Comparison
from greatpowers.simulation.comparison_figures import (
    cost_against_escalation,
    escalation_over_time,
    order_over_time,
    outcome_distribution,
)
from greatpowers.simulation.history import History
from greatpowers.simulation.history_figures import key_metrics, ladder


def draw_figures(result: Comparison | History) -> dict[str, Figure]:
    """The figures of a comparison (four) or of a history (two, or one if only metrics were kept), by file stem."""
    if isinstance(result, Comparison):
        return {
            "escalation": escalation_over_time(result),
            "order": order_over_time(result),
            "outcomes": outcome_distribution(result),
            "cost": cost_against_escalation(result),
        }
    drawn = {"metrics": key_metrics(result)}
    return {"ladder": ladder(result)} | drawn if result.recorded else drawn


def save_figures(result: Comparison | History, directory: str | Path) -> list[Path]:
    """Write the figures of a result to a directory as PNG, and return their paths.

    Raises :class:`GreatPowersError` if the directory cannot be written.
    """
    place = Path(directory).expanduser()
    written = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for stem, figure in draw_figures(result).items():
            written.append(place / f"{stem}.png")
            figure.savefig(written[-1])
    except OSError as error:
        reason = error.strerror or error
        raise GreatPowersError(f"{directory}: cannot be written ({reason}); choose another directory.") from error
    return written
