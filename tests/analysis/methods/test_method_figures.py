"""Figures of the methods say what they show, in what unit, how sure it is and on how many runs.

Those of scenario discovery are with its other tests, so that the library behind it is loaded once.
"""

import numpy as np
import pandas as pd
import pytest
from made_runs import ISHIGAMI, ishigami, one_sentence, runs_of, texts
from matplotlib.figure import Figure

from greatpowers.presentation.style import PRESET_COLOURS
from greatpowers.statistics import (
    figures,
    outcomes,
    robustness as robust,
    sensitivity,
)


def regret_of(runs: pd.DataFrame) -> Figure:
    figure = Figure()
    matched_runs = outcomes.matched(runs, "mean_severity")
    figures.draw_regret(
        figure.subplots(), matched_runs, more=False, tint=dict.fromkeys(matched_runs.policies, "#000000")
    )
    return figure


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    luck = np.random.default_rng(0)
    means = {"laissez-faire": 0.3, "containment": 0.2, "half-a-loaf": 0.21}
    return runs_of({name: luck.normal(mean, 0.03, (20, 4)).tolist() for name, mean in means.items()})


def test_figures_of_robustness(runs: pd.DataFrame) -> None:
    drawn = figures.differences_figure(robust.paired_differences(runs, "mean_severity"))
    text = texts(drawn)
    for part in ("Escalation: difference from laissez-faire", "severity in [0, 1]", "95% interval", "less is better"):
        assert part in text
    assert "n = 20 worlds x 4 seeds" in text
    dots = [line.get_color() for line in drawn.axes[0].get_lines() if line.get_marker() == "o"]
    assert PRESET_COLOURS["containment"] in dots
    assert "regret: Escalation (severity in [0, 1])" in texts(regret_of(runs))


def test_a_policy_without_regret_is_drawn_at_zero() -> None:
    runs = runs_of({"a": [(0.1, 0.1)] * 4, "b": [(0.2, 0.3)] * 4})
    largest = {line.get_label(): line.get_xdata().max() for line in regret_of(runs).axes[0].get_lines()}
    assert largest["a"] == 0.0
    assert largest["b"] == pytest.approx(0.15)


def test_figures_of_sensitivity() -> None:
    design = sensitivity.sobol_design(ISHIGAMI, 64)
    text = texts(figures.sobol_figure(sensitivity.sobol(ISHIGAMI, ishigami(design)), "the sine"))
    for part in ("What drives the sine", "share of variance", "n = 64 base samples, 320 points", "95% bootstrap"):
        assert part in text
    design = sensitivity.morris_design(ISHIGAMI, 8)
    text = texts(figures.morris_figure(sensitivity.morris(ISHIGAMI, design, ishigami(design)), "the sine"))
    assert "n = 8 trajectories, 32 points" in text
    design = sensitivity.hypercube_design(ISHIGAMI, 60)
    table = sensitivity.given_data(design, ishigami(design))
    figure = figures.given_data_figure(table, "the sine", rows=2)
    text = texts(figure)
    assert "n = 60 points. The strongest 2 of 3 factors." in text
    assert len(figure.axes) == 3


def test_wrong_tables_get_a_sentence(runs: pd.DataFrame) -> None:
    assert "not among the columns" in one_sentence(lambda: figures.differences_figure(runs))
    table = robust.paired_differences(runs, "mean_severity")
    assert "no rows" in one_sentence(lambda: figures.differences_figure(table.iloc[:0]))
