"""The record's side of a hindcast: who is asked about, what was known, and forecasts that never see later years."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hindcast_worlds import SHARES, made_disputes, write_record
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, log_loss
from sklearn.preprocessing import StandardScaler

from greatpowers import GreatPowersError, Records
from greatpowers.hindcast import benchmarks
from greatpowers.hindcast.benchmarks import HISTORY, LOGIT, SALIENCE, STRONGEST, Forecasters, fit, regressors
from greatpowers.hindcast.histories import play_start, world_of
from greatpowers.hindcast.panel import MEMORIES, DyadPanel, onsets, remembered
from greatpowers.hindcast.scoring import FORECASTS, auc, log_score, scores
from greatpowers.hindcast.settings import HindcastSettings
from greatpowers.historical.dyads import relevant

START = 1836


def panel_of(place: Path, last: int = 1850) -> DyadPanel:
    return DyadPanel(Records(place), last)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_record(tmp_path_factory.mktemp("record"), made_disputes())


@pytest.fixture(scope="module")
def panel(made: Path) -> DyadPanel:
    """That of the made record, which no test changes."""
    return panel_of(made)


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> DyadPanel:
    """That of a record which is another from the year of the start on."""
    before = [dispute for dispute in made_disputes() if dispute[2] < START]
    return panel_of(write_record(tmp_path_factory.mktemp("other"), [*before, *made_disputes(seed=9, first=START)]))


def row(panel: DyadPanel, year: int, low: int, high: int) -> "pd.Series[float]":
    rows = panel.at(year)
    return rows[(rows["ccode1"] == low) & (rows["ccode2"] == high)].iloc[0]


def test_a_row_is_a_relevant_pair_in_a_year(made: Path, panel: DyadPanel) -> None:
    rows = panel.at(1830)
    assert list(zip(rows["ccode1"], rows["ccode2"], strict=True)) == relevant(Records(made), 1830, SHARES)
    assert (2, 325) not in set(zip(rows["ccode1"], rows["ccode2"], strict=True))  # no major, no border
    entry = row(panel, 1830, 200, 220)
    assert (entry["border"], entry["majors"], entry["pact"]) == (3, 2, 1)
    assert entry["ratio"] == pytest.approx(np.log(0.3 / 0.2))
    assert entry["distance"] == pytest.approx(340, abs=10)  # London to Paris


def test_past_disputes_are_counted_before_the_year_and_not_in_it(tmp_path: Path) -> None:
    years = (1817, 1825, 1830, 1840)
    panel = panel_of(write_record(tmp_path, [(220, 255, year) for year in years]))
    quiet = {year: int(row(panel, year, 220, 255)["quiet"]) for year in (1817, 1818, 1825, 1831, 1840, 1841)}
    assert quiet == {1817: 1, 1818: 1, 1825: 8, 1831: 1, 1840: 10, 1841: 1}
    recent = {year: int(row(panel, year, 220, 255)["recent"]) for year in (1817, 1818, 1826, 1832, 1833, 1841)}
    assert recent == {1817: 0, 1818: 1, 1826: 2, 1832: 3, 1833: 2, 1841: 2}
    assert row(panel, 1850, 255, 300)["quiet"] == 34  # never: since both are states


def test_only_originators_of_two_sides_begin_a_dispute_and_each_year_counts_once(tmp_path: Path) -> None:
    write_record(tmp_path, [(220, 255, 1820), (255, 220, 1820)])
    file = tmp_path / "MIDB 5.0.csv"
    joiner, ally = "0,300,1821,1821,0,0,4,0", "0,365,1820,1820,1,1,4,1"
    file.write_text(file.read_text() + f"{joiner}\n{ally}\n")
    begun = onsets(Records(tmp_path)).to_numpy().tolist()
    assert begun == [[220, 255, 1820], [255, 365, 1820], [2, 200, 2014]]


def test_an_outcome_is_unknown_where_a_state_is_gone_or_the_record_ends(tmp_path: Path) -> None:
    place = write_record(tmp_path, [(220, 255, 1841), (255, 300, 1842)], gone=(300, 1842))
    panel = panel_of(place)
    rows = panel.at(1840)
    pairs = list(zip(rows["ccode1"], rows["ccode2"], strict=True))
    for lead, expected in ((1, (0, 0)), (2, (1, 0)), (3, (0, np.nan))):
        outcome = dict(zip(pairs, panel.outcomes(rows, lead), strict=True))
        assert [outcome[220, 255], outcome[255, 300]] == pytest.approx(expected, nan_ok=True)
    panel.last = 1840
    assert np.isfinite(panel.outcomes(rows, 1)).all()
    assert np.isnan(panel.outcomes(rows, 2)).all()


def test_the_regression_is_that_of_scikit_learn() -> None:
    luck = np.random.default_rng(2)
    table = luck.normal(size=(3000, 3)) * (1, 10, 0.1) + (0, 5, -2)
    outcome = (luck.random(3000) < 1 / (1 + np.exp(4 - table[:, 0]))).astype(np.float64)
    scaled = StandardScaler().fit_transform(table)
    theirs = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(scaled, outcome)
    ours = fit(table, outcome)
    assert ours.coefficients[1:] == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert ours.predict(table) == pytest.approx(theirs.predict_proba(scaled)[:, 1], abs=1e-6)


def test_a_regressor_that_tells_all_leaves_the_fit_finite() -> None:
    table = np.column_stack([np.repeat([0.0, 1.0], 20), np.zeros(40)])
    logit = fit(table, table[:, 0])
    assert np.isfinite(logit.coefficients).all()
    assert logit.predict(table)[0] < 0.1 < 0.9 < logit.predict(table)[-1]


def test_the_history_adds_past_disputes_to_the_same_regressors(panel: DyadPanel) -> None:
    rows = panel.at(START)
    table, more = regressors(rows, LOGIT), regressors(rows, HISTORY)
    assert (more[:, : len(LOGIT)] == table).all()
    assert more[:, -1].tolist() == np.log1p(rows["recent"]).tolist()


def test_disputes_are_forgotten_and_those_with_others_are_counted_apart() -> None:
    begun = pd.DataFrame([(2, 20, 1900), (2, 20, 1903), (20, 30, 1902)], columns=["ccode1", "ccode2", "year"])
    asked = [(2, 20, 1900), (2, 20, 1901), (2, 20, 1905), (2, 30, 1904), (40, 50, 1904)]
    memories = remembered(begun, pd.DataFrame(asked, columns=["ccode1", "ccode2", "year"]))
    for memory in MEMORIES:
        after = np.exp(-np.arange(10) / memory)
        own, high, low = (memories[f"{kind}_{memory}"].tolist() for kind in ("own", "others_high", "others_low"))
        assert own == pytest.approx([0, after[1], after[5] + after[2], 0, 0])
        # of 2 and 20 only 20 has one with another; 2 has had two with 20, and 30 one
        assert high == pytest.approx([0, 0, after[3], after[4] + after[1], 0])
        assert low == pytest.approx([0, 0, 0, after[2], 0])


def test_capabilities_and_regimes_are_those_of_both_and_regimes_of_the_year_before(
    panel: DyadPanel, tmp_path: Path
) -> None:
    entry = row(panel, 1830, 200, 220)
    assert (entry["share_high"], entry["share_low"]) == (0.3, 0.2)
    assert np.isnan(entry["regime_low"])  # no file
    place = write_record(tmp_path, made_disputes())
    lines = [f"{code},{year},{score}" for code, year, score in ((200, 1829, 3), (220, 1829, -9), (220, 2018, 9))]
    (place / "p5v2018.csv").write_text("\n".join(["ccode,year,polity2", *lines, "200,1830,10"]) + "\n")
    regimes = panel_of(place)
    assert (row(regimes, 1830, 200, 220)["regime_high"], row(regimes, 1830, 200, 220)["regime_low"]) == (3, -9)
    assert np.isnan(row(regimes, 1830, 200, 255)["regime_high"]) and np.isnan(
        row(regimes, 1831, 200, 220)["regime_low"]
    )
    names = ("higher regime", "lower regime", "regimes known")
    table = regressors(regimes.at(1830), names)
    assert sorted(set(map(tuple, table.tolist()))) == [(0, 0, 0), (3, -9, 1)]


def test_salience_is_that_of_the_world_s_theatres(made: Path, panel: DyadPanel) -> None:
    records = Records(made)
    played = play_start(records, world_of(records, START, 1), START, HindcastSettings(START, START, ahead=1, runs=1))
    assert panel.at(START)["salience"].tolist() == np.nan_to_num(played.salience).tolist()
    assert len(set(played.salience.tolist())) > 3


def test_the_strongest_is_the_mean_of_a_logit_and_of_scikit_learn_s_trees(panel: DyadPanel) -> None:
    lead = 2
    strongest = Forecasters(panel).forecasts(1850, lead)["strongest"]
    outcome, table = panel.outcomes(panel.rows, lead), regressors(panel.rows, STRONGEST)
    past = (panel.rows["year"] <= 1850 - lead).to_numpy() & np.isfinite(outcome)
    asked = (panel.rows["year"] == 1850).to_numpy()
    grown = HistGradientBoostingClassifier(**benchmarks.SETTINGS).fit(table[past], outcome[past])
    linear = fit(table[past], outcome[past]).predict(table[asked])
    assert strongest == pytest.approx((linear + grown.predict_proba(table[asked])[:, 1]) / 2, abs=1e-12)
    assert set(SALIENCE) < set(STRONGEST)
    assert benchmarks.SETTINGS["random_state"] == 0 and benchmarks.SETTINGS["early_stopping"] is False


def test_without_scikit_learn_a_sentence_says_what_to_install(
    panel: DyadPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    with pytest.raises(GreatPowersError, match='sklearn is not installed; install it with: pip install "greatpowers'):
        Forecasters(panel)


def test_the_base_rate_is_that_of_outcomes_known_when_the_year_begins(panel: DyadPanel) -> None:
    for lead in (1, 3):
        earlier = panel.rows[panel.rows["year"] <= START - lead]
        share = panel.outcomes(earlier, lead).mean()
        assert Forecasters(panel).forecasts(START, lead)["base"] == pytest.approx(share)


@pytest.mark.parametrize("lead", [1, 2, 5])
def test_what_happens_later_changes_no_forecast(lead: int, panel: DyadPanel, turned: DyadPanel) -> None:
    assert (panel.outcomes(panel.at(START), lead) != turned.outcomes(turned.at(START), lead)).any()
    ours, theirs = (Forecasters(one).forecasts(START, lead) for one in (panel, turned))
    assert ours.keys() == theirs.keys() == set(FORECASTS[1:])
    for name, forecast in ours.items():
        assert np.isfinite(forecast).all()
        assert (forecast == theirs[name]).all(), name
    later = (Forecasters(one).forecasts(START + 6, lead)["history"] for one in (panel, turned))
    assert (next(later) != next(later)).all()


def test_what_happens_later_changes_no_world(made: Path, tmp_path: Path) -> None:
    before = [dispute for dispute in made_disputes() if dispute[2] < START]
    other = Records(write_record(tmp_path, [*before, *made_disputes(seed=9, first=START)]))
    assert world_of(Records(made), START, 5) == world_of(other, START, 5)
    assert world_of(Records(made), START + 10, 5) != world_of(other, START + 10, 5)


def test_what_happened_earlier_changes_forecasts(panel: DyadPanel, tmp_path: Path) -> None:
    fewer = [dispute for dispute in made_disputes() if dispute[2] != START - 1]
    forecasts = [Forecasters(one).forecasts(START, 1) for one in (panel, panel_of(write_record(tmp_path, fewer)))]
    for name in FORECASTS[1:]:
        assert (forecasts[0][name] != forecasts[1][name]).all()


def test_nothing_is_fitted_before_ten_disputes_have_begun(tmp_path: Path) -> None:
    panel = panel_of(write_record(tmp_path, [(220, 255, year) for year in range(1820, 1840)]))
    assert [Forecasters(panel).can_forecast(year, 1) for year in (1829, 1830)] == [False, True]
    assert np.isnan(Forecasters(panel).forecasts(1829, 1)["logit"]).all()
    # at a lead of 3 a row's outcome is known two years later; that of 1818 is the first with a dispute
    assert [Forecasters(panel).can_forecast(year, 3) for year in (1829, 1830)] == [False, True]


def test_made_odds_are_learnt(panel: DyadPanel) -> None:
    forecasts = Forecasters(panel).forecasts(1850, 1)
    pairs = list(zip(panel.at(1850)["ccode1"], panel.at(1850)["ccode2"], strict=True))
    rival, far = pairs.index((220, 255)), pairs.index((2, 365))
    assert forecasts["history"][rival] > 2 * forecasts["base"][rival] > 4 * forecasts["history"][far]


def table(cases: int = 4000, pairs: int = 200) -> pd.DataFrame:
    """Rows of a hindcast in which the model knows the odds, the logit half of them, and the history all but."""
    luck = np.random.default_rng(5)
    pair = luck.integers(0, pairs, cases)
    odds = 0.02 + 0.3 * (pair / pairs) ** 6
    outcome = (luck.random(cases) < odds).astype(np.float64)
    return pd.DataFrame(
        {
            "start": np.where(np.arange(cases) % 2, 1900, 1950),
            "lead": 1 + np.arange(cases) % 3,
            "ccode1": pair,
            "ccode2": 500,
            "p_model": odds,
            "p_base": outcome.mean(),
            "p_logit": np.where(pair % 2, odds, odds.mean()),
            "p_history": odds**0.99,
            "p_salience": np.where(pair % 3, odds, odds.mean()),
            "p_strongest": (odds + odds.mean()) / 2,
            "outcome": outcome,
        }
    )


def test_scores_are_of_all_eras_and_leads_and_of_every_forecast() -> None:
    every_score = scores(table(), 50)
    groups = ["all", "era 1816-1918", "era 1946-1989", "year 1", "year 2", "year 3"]
    assert [(s.group, s.forecast) for s in every_score] == [(group, name) for group in groups for name in FORECASTS]
    rows = table()
    late = rows[rows["start"] == 1950]
    score = next(s for s in every_score if (s.group, s.forecast) == ("era 1946-1989", "logit"))
    outcome, chance = late["outcome"].to_numpy(), late["p_logit"].to_numpy()
    assert (score.cases, score.events) == (2000, outcome.sum())
    assert score.auc.value == pytest.approx(auc(chance, outcome))
    assert score.brier.value == pytest.approx(((chance - outcome) ** 2).mean())
    base = ((late["p_base"] - outcome) ** 2).mean()
    assert score.skill.value == pytest.approx(1 - score.brier.value / base)
    assert score.precision.value == pytest.approx(average_precision_score(outcome, chance))
    assert score.log_loss.value == pytest.approx(log_loss(outcome, chance)) == log_score(late, "logit")
    assert score.log_skill.value == pytest.approx(1 - log_loss(outcome, chance) / log_loss(outcome, late["p_base"]))


def test_ranking_within_start_years_leaves_out_what_tells_start_years_apart() -> None:
    rows = table()
    rows["p_logit"] = np.where(rows["start"] == 1900, 0.9, 0.1) * rows["p_model"]
    by_forecast = {(s.group, s.forecast): s for s in scores(rows, 20)}
    model, logit = by_forecast["all", "model"], by_forecast["all", "logit"]
    assert logit.auc_within == model.auc_within
    assert logit.auc.value < model.auc.value - 0.05
    assert tuple(logit.auc_within_lead) == (0, 0, 0)
    assert by_forecast["era 1816-1918", "model"].auc_within.value == pytest.approx(
        by_forecast["era 1816-1918", "model"].auc.value
    )


def test_intervals_hold_the_figure_and_differences_are_of_matched_pairs() -> None:
    by_forecast = {(s.group, s.forecast): s for s in scores(table(), 200)}
    model, logit, history = (by_forecast["all", name] for name in ("model", "logit", "history"))
    for score in (model, logit, history):
        assert score.auc.low < score.auc.value < score.auc.high
        assert score.brier.low < score.brier.value < score.brier.high
        assert score.auc_within.low < score.auc_within.value < score.auc_within.high
        assert score.precision.low < score.precision.value < score.precision.high
        assert score.log_loss.low < score.log_loss.value < score.log_loss.high
    assert logit.auc_lead.value == pytest.approx(model.auc.value - logit.auc.value)
    assert logit.skill_lead.value == pytest.approx(model.skill.value - logit.skill.value)
    assert logit.precision_lead.value == pytest.approx(model.precision.value - logit.precision.value)
    assert logit.log_lead.value == pytest.approx(logit.log_loss.value - model.log_loss.value)
    for lead in (logit.auc_lead, logit.skill_lead, logit.precision_lead, logit.log_lead):
        assert 0 < lead.low < lead.value < lead.high
    # ranks as the model's: the difference is nothing in every draw, though either varies
    assert tuple(history.auc_lead) == pytest.approx((0, 0, 0), abs=1e-12)
    assert history.auc.high - history.auc.low > 0.02
    assert tuple(by_forecast["all", "base"].skill) == (0, 0, 0)


def test_the_bootstrap_draws_pairs_with_all_their_years() -> None:
    rows = table(cases=2000)
    alike = pd.concat([rows] * 4, ignore_index=True)  # four years of each pair, all the same
    widths = [s.auc.high - s.auc.low for part in (rows, alike) for s in scores(part, 200)[:1]]
    assert widths[0] == pytest.approx(widths[1], rel=1e-9)
