"""Figures of the methods say what they show, in what unit, how sure it is and on how many runs."""

import numpy as np
import pandas as pd
import pytest
from made_runs import ISHIGAMI, ishigami, one_sentence, runs_of
from matplotlib.figure import Figure

from greatpowers.presentation.style import PRESET_COLOURS
from greatpowers.statistics import (
    figures,
    robustness as robust,
    scenario_discovery as discovery,
    sensitivity,
    survival,
    war_sizes,
)


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    found = "\n".join(item.get_text() for item in figure.findobj(lambda item: hasattr(item, "get_text")))
    assert "nan" not in found.lower().split()
    return " ".join(found.split())


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    luck = np.random.default_rng(0)
    means = {"laissez-faire": 0.3, "containment": 0.2, "half-a-loaf": 0.21}
    return runs_of({name: luck.normal(mean, 0.03, (20, 4)).tolist() for name, mean in means.items()})


def test_figures_of_robustness(runs: pd.DataFrame) -> None:
    drawn = figures.differences_figure(robust.paired_differences(runs, "mean_severity"))
    said = texts(drawn)
    for part in ("Escalation: difference from laissez-faire", "severity in [0, 1]", "95% interval", "less is better"):
        assert part in said
    assert "n = 20 worlds x 4 seeds" in said
    dots = [line.get_color() for line in drawn.axes[0].get_lines() if line.get_marker() == "o"]
    assert PRESET_COLOURS["containment"] in dots
    said = texts(figures.best_figure(robust.best_shares(runs, "mean_severity", resamples=100)))
    assert "Share of worlds" in said
    assert "lowest is best" in said
    said = texts(figures.regret_figure(runs, "mean_severity"))
    assert "regret: Escalation (severity in [0, 1])" in said


def test_a_policy_without_regret_is_drawn_at_zero() -> None:
    runs = runs_of({"a": [(0.1, 0.1)] * 4, "b": [(0.2, 0.3)] * 4})
    assert "Regret in escalation" in texts(figures.regret_figure(runs, "mean_severity"))


def test_figures_of_sensitivity() -> None:
    design = sensitivity.sobol_design(ISHIGAMI, 64)
    said = texts(figures.sobol_figure(sensitivity.sobol(ISHIGAMI, ishigami(design)), "the sine"))
    for part in ("What drives the sine", "share of variance", "n = 64 base samples, 320 points", "95% bootstrap"):
        assert part in said
    design = sensitivity.morris_design(ISHIGAMI, 8)
    said = texts(figures.morris_figure(sensitivity.morris(ISHIGAMI, design, ishigami(design)), "the sine"))
    assert "n = 8 trajectories, 32 points" in said
    design = sensitivity.hypercube_design(ISHIGAMI, 60)
    table = sensitivity.given_data(design, ishigami(design))
    figure = figures.given_data_figure(table, "the sine", rows=2)
    said = texts(figure)
    assert "n = 60 points. The strongest 2 of 3 factors." in said
    assert len(figure.axes) == 3


def test_figures_of_discovery() -> None:
    points = pd.DataFrame(np.random.default_rng(0).random((200, 3)), columns=["clash", "detection", "norm_cost"])
    cases = (points["clash"] > 0.6) & (points["detection"] < 0.5)
    box = discovery.prim(points, cases, parts=2)
    said = texts(figures.box_figure(points, cases, box, "it loses"))
    for part in ("Where it loses", "Detection (probability per round)", f"of which {int(cases.sum())} are cases"):
        assert part in said
    assert "coverage: share of the cases inside" in texts(figures.tradeoff_figure(box, "it loses"))
    one = discovery.prim(points[["clash"]], points["clash"] > 0.6, parts=2)
    assert "Clash" in texts(figures.box_figure(points, points["clash"] > 0.6, one, "it loses"))


def test_without_a_box_there_is_no_figure_but_a_sentence() -> None:
    points = pd.DataFrame({"clash": np.arange(40) / 40})
    cases = np.arange(40) % 2 == 0
    box = discovery.prim(points, cases, parts=2)
    assert not box.found
    assert "no box to draw" in one_sentence(lambda: figures.box_figure(points, cases, box, "it loses"))


def test_figures_of_survival() -> None:
    luck = np.random.default_rng(0)
    waits = luck.exponential([40.0] * 60 + [90.0] * 60)
    spells = pd.DataFrame({
        "policy": ["laissez-faire"] * 60 + ["containment"] * 60, "duration": np.minimum(waits, 80).round(),
        "observed": waits < 80,
    })  # fmt: skip
    figure = figures.survival_figure(spells)
    said = texts(figure)
    for part in ("Time without war", "rounds (quarters of a year)", "n = 120 spells", "95% interval", "censored"):
        assert part in said
    watched = [text.get_text() for text in figure.axes[0].texts if text.get_text().strip()]
    assert watched[:2] == ["laissez-faire", "60"]
    said = texts(figures.hazard_figure(survival.cox(spells)))
    assert "containment, against laissez-faire" in said
    assert f"n = 120 spells with {int(spells['observed'].sum())} events" in said


def test_figure_of_war_sizes() -> None:
    sizes = (1 - np.random.default_rng(0).random(100)) ** (-1 / 1.5)
    said = texts(figures.tail_figure(sizes, war_sizes.fit_tail(sizes, resamples=50)))
    for part in ("How large wars are", "size (thousands of battle deaths)", "power law", "lognormal", "n = 100 wars"):
        assert part in said


def test_wrong_tables_get_a_sentence(runs: pd.DataFrame) -> None:
    assert "not among the columns" in one_sentence(lambda: figures.best_figure(runs))
    table = robust.best_shares(runs, "mean_severity", resamples=100)
    assert "no rows" in one_sentence(lambda: figures.best_figure(table.iloc[:0]))
    assert "at least 2 policies" in one_sentence(
        lambda: figures.regret_figure(runs[runs["policy"] == "containment"], "mean_severity")
    )
