"""Results show themselves in a notebook, and draw themselves."""

from html import unescape
from typing import Any

import pytest
from matplotlib.figure import Figure

from greatpowers import (
    Comparison,
    GreatPowersError,
    History,
    chronicle,
    compare,
    describe,
    divergence,
    ensemble,
    explain,
    fork,
    simulate,
)
from greatpowers.simulation.summary import HEADLINES


@pytest.fixture(scope="module")
def history() -> History:
    return simulate("template", "half-a-loaf", 1, 12)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare("template", ["laissez-faire", "half-a-loaf"], seeds=4, rounds=12)


def test_tables_say_what_they_are_of_and_name_every_headline(history: History, compared: Comparison) -> None:
    runs = ensemble("template", "half-a-loaf", 4, rounds=12)
    for result in (history, runs, compared, fork(history, 3, "containment")):
        shown: str = result._repr_html_()
        assert repr(result) in shown
        for name in HEADLINES:
            assert describe(name).label in shown, name
    assert f"{history.summary['order']:.4g}" in history._repr_html_()
    assert f"{compared.table.loc['half-a-loaf', ('order', 'mean')]:.4g}" in compared._repr_html_()


def test_texts_are_those_of_the_terminal_and_only_text(history: History) -> None:
    scenario = history.scenario.model_copy(update={"title": "<b>bold</b>"})
    bold = simulate(scenario, "half-a-loaf", 1, 12)
    assert "<b>" not in chronicle(bold)._repr_html_() and "&lt;b&gt;bold" in chronicle(bold)._repr_html_()
    for text in (explain(history), divergence(fork(history, 3, "containment"))):
        assert str(text) in unescape(text._repr_html_())


@pytest.mark.parametrize(
    ("result", "which"),
    [
        ("history", "metrics"),
        ("history", "ladder"),
        ("compared", "escalation"),
        ("compared", "cost"),
        ("runs", "order"),
    ],
)
def test_every_result_draws_itself(history: History, compared: Comparison, result: str, which: str) -> None:
    results: dict[str, Any] = {
        "history": history,
        "compared": compared,
        "runs": ensemble("template", "half-a-loaf", 4, rounds=12),
    }
    assert isinstance(results[result].plot(which), Figure)
    assert isinstance(results[result].plot(), Figure)


def test_a_figure_there_is_none_of_names_the_nearest(compared: Comparison) -> None:
    with pytest.raises(GreatPowersError, match="there is no figure 'ordr' of Comparison.* Did you mean 'order'"):
        compared.plot("ordr")
    with pytest.raises(GreatPowersError, match="there is no metric 'ordr'"):
        ensemble("template", "half-a-loaf", 2, rounds=2).plot("ordr")
