"""A hindcast drawn: how well it ranks (ROC), whether its probabilities hold (reliability), and both by group."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from greatpowers.hindcast.run import Hindcast
from greatpowers.hindcast.scoring import FORECASTS, Score
from greatpowers.hindcast.skill import Bin, roc
from greatpowers.hindcast.words import NAMES, RIVALS, group_name
from greatpowers.presentation.style import FAINT, INK, PALETTE, RULE, dress, heading, label, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "model": PALETTE[1], "base": PALETTE[7], "salience": PALETTE[4], "logit": PALETTE[0], "history": PALETTE[2],
    "strongest": PALETTE[3],
}  # fmt: skip
DRAWN = ("model", *RIVALS)


class Drawing(NamedTuple):
    """One figure: size in inches, title, what it shows for those who do not see it, caption, and how it is drawn."""

    width: float
    height: float
    title: str
    text: str
    caption: str
    draw: "Callable[[Figure, Hindcast], None]"


def draw_roc(figure: "Figure", found: Hindcast) -> None:
    """Share of pair-years with a dispute above each threshold, against that of the others."""
    axes = dress(figure.add_subplot(), "both")
    outcome = found.scored["outcome"].to_numpy(dtype=np.float64)
    axes.plot([0, 1], [0, 1], color=RULE, linewidth=1)
    for name in FORECASTS:
        false, true = roc(found.scored[f"p_{name}"].to_numpy(dtype=np.float64), outcome)
        area = found.score(name).auc.value
        axes.plot(false, true, color=COLOURS[name], linewidth=1.8, label=f"{NAMES[name]}, AUC {area:.3f}")
    axes.set_aspect("equal")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    label(axes, "share of quiet pair-years above the threshold", "share of those with a new dispute")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="lower right")


def draw_reliability(figure: "Figure", found: Hindcast) -> None:
    """Share of pair-years with a dispute against the probability that was forecast, by quantile bins, on log axes."""
    axes = dress(figure.add_subplot(), "both")
    curves = {name: found.curves[name] for name in DRAWN}
    low, high = _bounds(curves)
    axes.plot([low, high], [low, high], color=RULE, linewidth=1)
    for name, bins in curves.items():
        x, y = [b.chance for b in bins], [max(b.share, low) for b in bins]
        axes.vlines(x, [max(b.low, low) for b in bins], [b.high for b in bins], color=COLOURS[name], linewidth=1.1)
        axes.plot(x, y, "o-", color=COLOURS[name], linewidth=1.2, markersize=4, label=NAMES[name])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(low, high)
    axes.set_aspect("equal")
    label(axes, "probability forecast", "share with a new dispute")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK, loc="upper left")


def _bounds(curves: Mapping[str, list[Bin]]) -> tuple[float, float]:
    values = [value for bins in curves.values() for b in bins for value in (b.chance, b.share) if value > 0]
    return 10.0 ** np.floor(np.log10(min(values))), min(1.0, 10.0 ** np.ceil(np.log10(max(values))))


def draw_groups(figure: "Figure", found: Hindcast) -> None:
    """AUC and Brier skill of the model and its rivals, overall, by era and by lead."""
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (title, of) in zip(panels, PANELS, strict=True):
        dress(axes, "x")
        heading(axes, title)
        for shift, name in zip(np.linspace(-0.3, 0.3, len(DRAWN)), DRAWN, strict=True):
            for place, group in enumerate(found.groups):
                _dot(axes, of(found.score(name, group)), place + shift, name, place == 0)
        axes.set_yticks(range(len(found.groups)), [group_name(group) for group in found.groups])
    axes.axvline(0, color=RULE, linewidth=1.4, zorder=0)
    axes.set_ylim(len(found.groups) + 0.9, -0.8)  # room for the legend below the last group
    panels[0].legend(frameon=False, fontsize=8.5, labelcolor=FAINT, loc="lower left", ncols=2)


PANELS: "tuple[tuple[str, Callable[[Score], tuple[float, float, float]]], ...]" = (
    ("AUC: do disputes get the higher probabilities?", lambda score: score.auc),
    ("Brier skill over the base rate of earlier years", lambda score: score.skill),
)


def _dot(axes: "Axes", figures: tuple[float, float, float], height: float, name: str, named: bool) -> None:
    value, low, high = figures
    axes.plot([low, high], [height] * 2, color=COLOURS[name], linewidth=1.6, solid_capstyle="butt")
    axes.plot(value, height, "o", color=COLOURS[name], markersize=5, label=NAMES[name] if named else None)


FIGURES: Mapping[str, Drawing] = {
    "roc": Drawing(
        5.6, 5.0, "Ranking", "receiver operating characteristic of the model and its rivals",
        "How many of the disputes are found, against how many false alarms that costs, threshold by threshold.",
        draw_roc,
    ),
    "reliability": Drawing(
        5.6, 5.0, "Reliability", "share of disputes against the probability forecast, for the model and its rivals",
        "Bins hold a quarter of the pair-years at the bottom and a hundredth at the top; bars are 95 % intervals. On "
        "the line, what is forecast is what happens; below it, too much is forecast. Bins without any dispute lie on "
        "the lower edge.",
        draw_reliability,
    ),
    "groups": Drawing(
        9.6, 6.4, "By era and by lead", "AUC and Brier skill by era and by lead, for the model and its rivals",
        "Eras are those of the start year, whose rules its world has. Bars are 95 % intervals by bootstrap over pairs.",
        draw_groups,
    ),
}  # fmt: skip
"""The figures, by the stem of their files."""


def png(found: Hindcast, stem: str) -> "Figure":
    """A figure to be saved by itself, with its heading and caption."""
    drawing = FIGURES[stem]
    settings = found.settings
    subtitle = f"Disputes of {found.scored['year'].min()} to {found.scored['year'].max()}; "
    subtitle += f"{len(settings.starts)} start years x {settings.runs} histories"
    figure = new_figure(drawing.width, drawing.height + 1.2, drawing.title, subtitle, drawing.caption)
    drawing.draw(figure, found)
    return figure
