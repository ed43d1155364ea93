"""The report says how policies hold over many worlds, and in which of them the answer changes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_results import made

from greatpowers import GreatPowersError
from greatpowers.experiments.report import robust
from greatpowers.experiments.report.page import write_report

CLASHES = np.random.default_rng(0).permutation(np.linspace(0.01, 0.06, 120))
POINTS = [
    {"clash": float(clash), "detection": float(x)} for clash, x in zip(CLASHES, np.linspace(0.4, 1, 120), strict=True)
]
SETTINGS = {"uncertainties": {"all": {"from": 0.5, "to": 2}}, "sample": {"method": "lhs", "size": 120, "seed": 0}}


def flipping(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
    """Containment is better by .1, and worse by .1 where clashes are likely: in 36 of 120 worlds."""
    shared = np.random.default_rng(seed).normal(0, 0.01)
    gain = 0.1 if point["clash"] > 0.045 else -0.1
    return {"mean_severity": 0.3 + shared + (gain if policy == "containment" else 0.0)}


def page_of(directory: Path) -> str:
    return write_report(directory).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(made(tmp_path_factory.mktemp("made") / "e", flipping, points=POINTS, replicates=4, **SETTINGS))


def section(page: str, title: str) -> str:
    match = re.search(rf"<h2>{title}</h2>(.*?)<h2>", page, re.DOTALL)
    assert match
    return re.sub("<svg.*?</svg>", "", match[1], flags=re.DOTALL)


def test_the_table_of_robustness_has_regret_and_shares_of_worlds(page: str) -> None:
    """Worked out by hand: containment is best in 84 of 120 worlds, its regret is 0 there and .1 in the others."""
    text = section(page, "How robust it is")
    for heading in ("Largest regret", "90th percentile regret", "Worst world", "Starr&#39;s domain", "Best"):
        assert heading in text
    row = re.search(r"<tr><td>Containment</td>(.*?)</tr>", text, re.DOTALL)
    assert row
    cells = re.findall(r"<td[^>]*>([^<]*)<span", row[1])
    assert cells[0] == "70%"
    assert float(cells[3]) == pytest.approx(0.1)
    assert "over 120 worlds, each by its mean over 4 seeds" in text


def test_the_box_in_which_the_best_is_beaten_is_told(page: str) -> None:
    text = section(page, "What drives it, and where the answer changes")
    match = re.search(
        r"Another one does better than Containment by escalation most often where clash is above 0\.04(\d+)", text
    )
    assert match
    assert "in 36 of 120 worlds (30%)" in text
    assert "held out" in text
    assert "Where the answer changes" in text


def test_where_it_is_never_beaten_nothing_is_looked_for(tmp_path: Path) -> None:
    def steady(point: Mapping[str, Any], policy: str, seed: int) -> dict[str, float]:
        return {"mean_severity": 0.2 if policy == "containment" else 0.3 + seed / 100}

    page = page_of(made(tmp_path / "e", steady, points=POINTS, replicates=2, **SETTINGS))
    assert "in 0 of 120 worlds, which leaves nothing to tell apart" in page


def test_few_worlds_have_no_such_sections(tmp_path: Path) -> None:
    page = page_of(made(tmp_path / "e", flipping, points=POINTS[:1], replicates=4))
    assert "How robust it is" not in page


def test_without_the_library_the_report_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> None:
        raise GreatPowersError('ema_workbench is not installed; install it with: pip install "greatpowers[analysis]".')

    monkeypatch.setattr(robust, "prim", absent)
    page = page_of(made(tmp_path / "e", flipping, points=POINTS, replicates=2, **SETTINGS))
    assert "was not looked for: ema_workbench is not installed" in page
