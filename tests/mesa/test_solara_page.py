"""The page for `solara run`: it renders, shows the numbers of the library, and every session has its own model."""

import importlib
import sys
from typing import Any

import pytest

from greatpowers import GreatPowersError, simulate
from greatpowers.core.history import TheatreColumn


def press(rc: Any, label: str) -> None:
    ipyvuetify = pytest.importorskip("ipyvuetify")
    buttons = [w for w in rc.find(ipyvuetify.Btn).widgets if label in w.children]
    assert len(buttons) == 1
    buttons[0].click()


def texts(widget: Any) -> str:
    """Everything that is written in a widget and those within it."""
    children = [*(getattr(widget, "children", None) or []), *(getattr(widget, "items", None) or [])]
    for slot in getattr(widget, "v_slots", None) or []:
        inner = slot["children"]
        children += inner if isinstance(inner, list) else [inner]
    return " ".join(child if isinstance(child, str) else texts(child) for child in children)


def test_without_solara_one_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "solara", None)
    monkeypatch.delitem(sys.modules, "greatpowers.mesa.page", raising=False)
    with pytest.raises(GreatPowersError, match=r'pip install "greatpowers\[solara\]"'):
        importlib.import_module("greatpowers.mesa.page")


def test_the_page_shows_the_rounds_of_the_library() -> None:
    pytest.importorskip("solara")
    from greatpowers.mesa.page import POLICY, SCENARIO, SEED, PageModel, rows

    model = PageModel()
    for _ in range(6):
        model.step()
    history = simulate(SCENARIO, POLICY, SEED, rounds=6)
    last = history.theatres[history.theatres["round"] == 5].set_index("theatre")
    names = {theatre.id: theatre.label for theatre in history.scenario.theatres}
    shown = {name: (rung, sanctions) for name, _, rung, sanctions in rows(model)}
    for theatre, row in last.iterrows():
        rung, sanctions = shown[names[str(theatre)]]
        assert rung == "war" if row[TheatreColumn.WAR.name.lower()] else rung.startswith(f"{int(row['rung'])} ")
        assert sanctions == f"{row['sanctions']:.0%}"


def test_the_page_renders_and_steps_and_sessions_are_apart() -> None:
    solara = pytest.importorskip("solara")
    from greatpowers.mesa import page

    models = []
    begin = page.PageModel.__init__

    def watched(self: page.PageModel, scenario: str = "2017", policy: str = "half-a-loaf", rng: int = 4) -> None:
        begin(self, scenario, policy, rng)
        models.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page.PageModel, "__init__", watched)
        boxes = [solara.render(solara.AppLayout(children=[page.Page()]), handle_error=False) for _ in range(2)]
    try:
        assert len(models) == 2, "one model a session, and none made again by drawing"
        press(boxes[0][1], "Step")
        assert [model.round for model in models] == [1, 0]
        first, second = (texts(rc.container) for _, rc in boxes)
        assert "Round 1 of 80" in first and "Round 0 of 80" in second
        for name, *_ in page.rows(models[0]):
            assert name in first
    finally:
        for _, rc in boxes:
            rc.close()
