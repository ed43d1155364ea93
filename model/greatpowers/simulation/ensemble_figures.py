"""An ensemble drawn."""

import numpy as np
from matplotlib.figure import Figure

from greatpowers.dictionary import describe
from greatpowers.presentation.style import INK, count, dress, label, new_figure
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.ensemble import Ensemble

BINS = 24


def distribution(found: Ensemble, metric: str) -> Figure:
    """How many runs have which value of a column of `runs`, and their mean; raises for a column there is none of."""
    described = describe(metric)
    values = found.runs[metric].dropna().to_numpy(dtype=np.float64)
    if not values.size:
        raise GreatPowersError(f"{metric}: no run of {found!r} has a value of it.")
    subtitle = f"{found.scenario.title}, {found.policy.title}, {found.rounds} rounds"
    runs = f"n = {count(len(values), 'run')}; dashed: the mean, {values.mean():.3g}"
    caption = f"{runs}. {described.label}: {described.formula}."
    figure = new_figure(7.5, 4.4, described.label, subtitle, caption)
    axes = dress(figure.subplots())
    axes.hist(values, bins=BINS, color="#0072B2")
    axes.axvline(float(values.mean()), color=INK, linestyle="--", linewidth=1)
    label(axes, x=described.unit, y="runs")
    return figure
