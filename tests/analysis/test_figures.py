"""Figures are drawn for any result, large or small, and say what they show."""

import io
import json
from pathlib import Path

import matplotlib as mpl
import matplotlib.image
import pytest
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.text import Text

from greatpowers import (
    GreatPowersWarning,
    compare,
    draw_figures,
    figures_of,
    load_history,
    load_policy,
    load_scenario,
    presets,
    simulate,
    synthetic,
)
from greatpowers.presentation.figures import pictures
from greatpowers.presentation.style import PRESET_COLOURS, colours


def texts(figure: Figure) -> str:
    figure.canvas.draw()
    return "\n".join(text.get_text() for text in figure.findobj(lambda item: hasattr(item, "get_text")))


def test_a_comparison_has_four_figures_with_the_number_of_runs() -> None:
    figures = draw_figures(compare("template", seeds=3, rounds=12))
    assert list(figures) == ["escalation", "order", "outcomes", "cost"]
    for figure in figures.values():
        words = texts(figure)
        assert "n = 3 runs per policy of 12 rounds" in words
        assert [title for title in (load_policy(name).title for name in presets()) if title not in words] == []


def test_pictures_are_those_that_figures_save_themselves() -> None:
    comparison = compare("template", ["containment", "half-a-loaf"], seeds=2, rounds=12)
    images = pictures(figures_of(comparison))
    for name, figure in draw_figures(comparison).items():
        sink = io.BytesIO()
        figure.savefig(sink, format="png")
        assert images[f"{name}.png"] == sink.getvalue()


def test_over_time_figures_name_metric_unit_and_bands() -> None:
    words = texts(draw_figures(compare("template", ["containment"], seeds=2, rounds=12))["escalation"])
    for part in ("Escalation (severity in [0, 1])", "median", "25th to 75th percentile", "5th to 95th"):
        assert part in words


def test_a_history_has_its_ladder_and_its_metrics() -> None:
    images = pictures(figures_of(simulate("2017", "containment", rounds=20)))
    assert list(images) == ["ladder.png", "metrics.png"]
    for picture in images.values():
        assert matplotlib.image.imread(io.BytesIO(picture)).shape[1] > 1000


def test_without_a_record_there_are_metrics_only() -> None:
    assert list(draw_figures(simulate("template", rounds=2, record=False))) == ["metrics"]


def test_a_large_world_shows_its_most_troubled_theatres() -> None:
    history = simulate(synthetic(states=30, theatres_per_challenger=6, seed=2), rounds=6)
    assert len(history.scenario.theatres) > 40
    assert f"The 40 most troubled of {len(history.scenario.theatres)} theatres" in texts(
        draw_figures(history)["ladder"]
    )


@pytest.mark.parametrize("rounds", [1, 2])
def test_short_runs_are_drawn(rounds: int) -> None:
    assert len(pictures(figures_of(compare("template", ["containment"], seeds=1, rounds=rounds)))) == 4
    assert len(pictures(figures_of(simulate("template", rounds=rounds)))) == 2


def test_a_preset_keeps_its_colour_and_no_two_policies_share_one() -> None:
    names = ["half-a-loaf", "mine", "containment", "yours"]
    palette = colours(names)
    assert palette["half-a-loaf"] == PRESET_COLOURS["half-a-loaf"]
    assert len(set(palette.values())) == 4


def test_a_figure_that_cannot_be_drawn_costs_itself_and_a_sentence(tmp_path: Path) -> None:
    def broken() -> Figure:
        raise RuntimeError("no ink.\nMore about ink.")

    history = simulate("template", rounds=2)
    with pytest.warns(GreatPowersWarning, match=r"^ladder.png could not be drawn \(no ink\); everything else"):
        place = history.save(tmp_path / "run", {**figures_of(history), "ladder": broken})
    assert sorted(path.name for path in place.glob("*.png")) == ["metrics.png"]
    assert "ladder.png" not in json.loads((place / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert load_history(place).metrics.equals(history.metrics)


@pytest.mark.filterwarnings("error")
def test_names_in_any_script_are_drawn_where_a_font_has_them_and_else_by_their_ids() -> None:
    world = load_scenario("template")
    names = ["Κορινθος $5$ и Керкира", "の", "\u0378\u0379"]
    theatres = [
        theatre.model_copy(update={"name": name}) for theatre, name in zip(world.theatres * 2, names, strict=False)
    ]
    theatres = [theatre.model_copy(update={"id": f"PLACE{k}"}) for k, theatre in enumerate(theatres)]
    left_out = {"terms": (), "happened": (), "question": None}
    odd = world.model_copy(update={"theatres": tuple(theatres), "title": names[2], **left_out})
    history = simulate(odd, "laissez-faire", rounds=2)
    assert list(pictures(figures_of(history))) == ["ladder.png", "metrics.png"]
    ladder = draw_figures(history)["ladder"]
    drawn_text = texts(ladder)
    assert names[0].replace("$", r"\$") in drawn_text and "PLACE0" not in drawn_text
    assert "の" in drawn_text and "PLACE1" not in drawn_text
    assert "PLACE2" in drawn_text and names[2] not in drawn_text and "template" in drawn_text
    shown = next(text for text in ladder.findobj(Text) if "の" in text.get_text())
    assert any("の" in letters_of(name) for name in shown.get_fontfamily())
    assert not any("の" in letters_of(name) for name in mpl.rcParams["font.family"]), "nothing global stays changed"


def letters_of(family: str) -> str:
    return "".join(map(chr, get_font(fontManager.findfont(FontProperties(family=[family]))).get_charmap()))


def test_settings_for_the_figures_of_another_project_change_no_byte() -> None:
    figures = figures_of(simulate("template", rounds=3))
    before = pictures(figures)
    with mpl.rc_context({"text.usetex": True, "font.size": 30, "axes.grid": True, "savefig.dpi": 20}):
        assert pictures(figures) == before
        assert mpl.rcParams["font.size"] == 30
