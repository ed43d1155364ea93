"""An experiment whose parameters are draws of a posterior: which, in which order, kept, resumed, reported."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from batch_lab import EXPERIMENT, data_of, write_experiment

from greatpowers import GreatPowersError, Plan, load_study, rerun, run_batch
from greatpowers.experiments.report.page import write_report

NAMES = ("horizon", "choice_noise", "bluff")
DRAWS = np.column_stack([np.linspace(4, 12, 9), np.linspace(0.003, 0.009, 9), np.linspace(0.9, 0.1, 9)])
HEAD = EXPERIMENT[: EXPERIMENT.index("[synthetic]")].replace("replicates = 10", "replicates = 4")
POINTS = 'parameters = "posterior:mine.toml"\n'


def posterior_text(draws: object = DRAWS.tolist(), names: object = list(NAMES)) -> str:
    centre = "horizon = 8.0\nchoice_noise = 0.006\nbluff = 0.5"
    return f'format = 1\nname = "mine"\ntitle = "Mine"\nnames = {names}\ndraws = {draws}\n[parameters]\n{centre}\n'


def write(directory: Path, more: str = POINTS, head: str = HEAD) -> Path:
    """An experiment with a posterior beside it."""
    path = write_experiment(directory, f"{head}{more}")
    (directory / "mine.toml").write_text(posterior_text())
    return path


def complaint(path: Path) -> str:
    with pytest.raises(GreatPowersError) as error:
        Plan(load_study(path))
    assert len(str(error.value).splitlines()) == 1
    return str(error.value)


def test_every_draw_is_a_point_in_the_order_of_the_posterior(tmp_path: Path) -> None:
    plan = Plan(load_study(write(tmp_path)))
    assert plan.points == len(DRAWS)
    assert [list(plan.point(k).parameters.values()) for k in range(plan.points)] == DRAWS.tolist()
    assert tuple(plan.point(0).parameters) == NAMES


def test_a_sample_takes_some_draws_none_twice_and_by_its_seed(tmp_path: Path) -> None:
    drawn = {}
    for seed in (1, 1, 2):
        path = write(tmp_path, f"{POINTS}[sample]\nsize = 4\nseed = {seed}\n")
        drawn.setdefault(seed, []).append([plan_row[0] for plan_row in rows_of(Plan(load_study(path)))])
    assert drawn[1][0] == drawn[1][1] != drawn[2][0]
    assert len(set(drawn[1][0])) == 4 and set(drawn[1][0]) <= set(DRAWS[:, 0])


def rows_of(plan: Plan) -> list[list[float]]:
    return [list(plan.point(k).parameters.values()) for k in range(plan.points)]


def test_policies_and_levers_meet_the_same_draws_and_seeds(tmp_path: Path) -> None:
    plan = Plan(load_study(write(tmp_path, f"{POINTS}[levers]\nsanctions = [0.0, 0.5]\n")))
    assert plan.points == 2 * len(DRAWS)
    assert rows_of(plan) == [*DRAWS.tolist()] * 2
    assert plan.rows == 2 * len(DRAWS) * 2 * 4


def test_an_experiment_on_a_posterior_runs_resumes_reports_and_runs_again(tmp_path: Path) -> None:
    path, whole, cut = write(tmp_path / "lab"), tmp_path / "whole", tmp_path / "cut"
    run_batch(path, whole, workers=2)
    counts: list[int] = []

    def interrupt(done: int, total: int) -> None:
        counts.append(done)
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(path, cut, workers=1, progress=interrupt)
    assert run_batch(path, cut, workers=2).rows_before > 0
    assert data_of(cut) == data_of(whole)
    points = pq.read_table(whole / "points.parquet")
    assert np.column_stack([points[name] for name in NAMES]).tolist() == DRAWS.tolist()
    assert "draw of the posterior" in (whole / "data-dictionary.md").read_text()
    (tmp_path / "lab/mine.toml").unlink()  # the manifest holds what is needed
    again = rerun(whole, 11)
    assert again.history.parameters.horizon == DRAWS[again.row["point"], 0]
    page = write_report(whole).read_text()
    assert "posterior:mine.toml" in page


def test_going_on_with_another_posterior_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "lab")
    run_batch(path, tmp_path / "out", workers=2)
    (tmp_path / "lab/mine.toml").write_text(posterior_text((DRAWS * 0.99).tolist()))
    with pytest.raises(GreatPowersError, match="the content of posterior 'mine' has changed"):
        run_batch(path, tmp_path / "out", workers=2)


def test_the_word_alone_means_the_posterior_that_ships(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, 'parameters = "posterior"\n[sample]\nsize = 2\n'))
    assert study.posterior is not None and study.posterior.name == "record"
    assert Plan(study).points == 2


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ('parameters = "posteriro"\n', ["Did you mean 'posterior'?"]),
        ('parameters = "posterior:recrod"\n', ["no posterior 'recrod'", "Did you mean 'record'?"]),
        ('parameters = "posterior:your.toml"\n', ["'parameters'", "no file 'your.toml'"]),
        ('parameters = "posterior:islands.toml"\n', ["this looks like a scenario; expected a posterior"]),
        (f"{POINTS}[sample]\nsize = 10\n", ["'size' is 10", "posterior 'mine' has 9 draws"]),
        (f'{POINTS}[sample]\nmethod = "sobol"\nsize = 4\n', ["'method' is for ranges"]),
        (f"{POINTS}[uncertainties]\nall = {{ from = 0.5, to = 2.0 }}\n", ["drawn from a posterior already"]),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(more: str, wanted: list[str], tmp_path: Path) -> None:
    message = complaint(write(tmp_path, more))
    for text in wanted:
        assert text in message, message
