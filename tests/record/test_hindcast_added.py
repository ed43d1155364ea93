"""What the model adds to the strongest rival: against scikit-learn, and on made forecasts where it is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from greatpowers.hindcast.run import Added, added
from greatpowers.hindcast.scoring import log_odds


def table(rival: float, model: float, cases: int = 6000) -> pd.DataFrame:
    """Rows whose outcome has the log-odds rival x the rival's + model x the model's, which are independent."""
    luck = np.random.default_rng(8)
    theirs, ours = (luck.normal(-1, 1, cases) for _ in range(2))
    chance = 1 / (1 + np.exp(-(rival * theirs + model * ours)))
    return pd.DataFrame(
        {
            "start": 1826 + 10 * (np.arange(cases) % 4),
            "ccode1": np.arange(cases) % 300,
            "ccode2": 500,
            "p_strongest": 1 / (1 + np.exp(-theirs)),
            "p_model": 1 / (1 + np.exp(-ours)),
            "outcome": (luck.random(cases) < chance).astype(np.float64),
        }
    )


def plain(rows: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    return np.column_stack([log_odds(rows[f"p_{name}"].to_numpy()) for name in names])


def test_coefficients_are_those_of_scikit_learn_and_what_was_put_in() -> None:
    rows = table(0.8, 0.5)
    addition = added(rows, 20)
    both = plain(rows, ("strongest", "model"))
    theirs = LogisticRegression(C=np.inf, tol=1e-10).fit(both, rows["outcome"])
    assert [addition.rival, addition.model] == pytest.approx(theirs.coef_[0], rel=1e-3)
    assert addition.model == pytest.approx(0.5, abs=3 * addition.error)
    assert addition.z == addition.model / addition.error > 8


def test_the_gain_is_that_of_start_years_left_out() -> None:
    rows = table(0.8, 0.5, cases=2000)
    losses = {}
    for names in (("strongest",), ("strongest", "model")):
        parts = []
        for start in sorted(set(rows["start"])):
            others, left_out = rows[rows["start"] != start], rows[rows["start"] == start]
            fitted = LogisticRegression(C=np.inf, tol=1e-10).fit(plain(others, names), others["outcome"])
            parts.append(log_loss(left_out["outcome"], fitted.predict_proba(plain(left_out, names))[:, 1]))
        losses[len(names)] = np.array(parts)
    addition = added(rows, 200)
    assert addition.gain.value == pytest.approx((losses[1] - losses[2]).mean(), rel=1e-3)
    assert 0 < addition.gain.low < addition.gain.value < addition.gain.high
    assert (addition.better, addition.starts) == ((losses[1] > losses[2]).sum(), 4)


def test_a_model_of_noise_adds_nothing() -> None:
    addition = added(table(1.0, 0.0), 200)
    assert abs(addition.z) < 3
    assert addition.gain.low < 0 < addition.rival


def test_years_of_a_pair_that_are_all_alike_count_once() -> None:
    rows = table(0.8, 0.5, cases=1200)
    rows["ccode1"] = np.arange(1200)  # a pair each
    alike = pd.concat([rows] * 4, ignore_index=True)
    one, four = added(rows, 20), added(alike, 20)
    assert four.z == pytest.approx(one.z, rel=1e-2)
    shuffled = alike.assign(ccode1=np.arange(4800))
    assert added(shuffled, 20).z == pytest.approx(2 * one.z, rel=1e-2)


@pytest.mark.parametrize("change", [{"start": 1826}, {"outcome": 0.0}])
def test_without_anything_to_fit_on_there_is_no_figure(change: dict[str, float]) -> None:
    addition = added(table(0.8, 0.5, cases=400).assign(**change), 20)
    assert isinstance(addition, Added)
    assert np.isnan(addition.gain.value) and addition.better == 0
    assert np.isnan(addition.z) == ("outcome" in change)
