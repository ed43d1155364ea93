"""The calibration drawn: prior against posterior for each parameter, and misfits wave by wave."""

from typing import Any

import numpy as np

from greatpowers.calibration.checkpoint import places
from greatpowers.calibration.discrepancy import aim_of
from greatpowers.calibration.history_matching import misfit
from greatpowers.calibration.learning import evidence
from greatpowers.calibration.result import Calibrated
from greatpowers.core.declare import Floats
from greatpowers.presentation.style import FAINT, PALETTE, dress, label
from greatpowers.presentation.svg import blank, svg

WIDTH, HEIGHT, BARS = 168.0, 30.0, 16


def parameter_strip(found: Calibrated, place: int) -> str:
    """A small picture of one parameter on the scale of its prior: where draws, centre and default lie."""
    name = found.names[place]
    counts, _ = np.histogram(places(found.kept)[:, place], bins=BARS, range=(0.0, 1.0))
    default = float(found.settings.priors.place({})[place])
    tallest = max(int(counts.max()), 1)
    flat = HEIGHT * counts.sum() / BARS / tallest
    bars = "".join(_bar(k, HEIGHT * int(count) / tallest) for k, count in enumerate(counts))
    return (
        f'<svg class="strip" role="img" aria-label="prior and posterior of {name}" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}">'
        f'<rect class="prior" x="0" y="{HEIGHT - flat:.1f}" width="{WIDTH:g}" height="{flat:.1f}"/>{bars}'
        f"{_line('default', default)}{_line('centre', found.middle.at[place])}</svg>"
    )


def _bar(place: int, height: float) -> str:
    wide = WIDTH / BARS
    x, y = place * wide + 1, HEIGHT - height
    return (
        f'<rect class="draws" fill-opacity="0.7" x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{height:.1f}"/>'
    )


def _line(kind: str, at: float) -> str:
    return f'<line class="{kind}" x1="{WIDTH * at:.1f}" x2="{WIDTH * at:.1f}" y1="0" y2="{HEIGHT:g}"/>'


def misfits(found: Calibrated) -> str:
    """Misfits of every stage as boxes, as SVG."""
    stages = list(found.points)
    figure = blank(8.6, 0.5 + 0.42 * len(stages))
    axes = figure.subplots()
    for row, stage in enumerate(stages):
        _box(axes, row, _unfit(found, stage))
    dress(axes, "x")
    axes.set_yticks(range(len(stages)), [stage.replace("-", " ") for stage in stages])
    axes.invert_yaxis()
    label(axes, "Misfit", "")
    return svg(figure, "misfit", "misfit of the points of each wave, of the draws and of candidates for the centre")


def _unfit(found: Calibrated, stage: str) -> Floats:
    discrepancy = found.settings.priors.table.discrepancy
    seen = evidence([aim_of(fact, discrepancy) for fact in found.problem.fitted], found.points[stage])
    runs = found.points["draws"][0].runs / found.points[stage][0].runs
    return misfit(seen.deviations(np.array(found.judged["noise"]) * runs), found.settings.priors.table.tails)


def _box(axes: Any, row: int, values: Floats) -> None:
    low, first, median, third, high = np.quantile(values, [0.025, 0.25, 0.5, 0.75, 0.975])
    axes.plot([low, high], [row, row], color=FAINT, linewidth=1.2)
    axes.plot([first, third], [row, row], color=PALETTE[0], linewidth=9, solid_capstyle="butt")
    axes.plot(median, row, "|", color="white", markersize=9, markeredgewidth=2)
