"""A policy search on disk: judged anew, gone on with, and refused what it was not begun with.

What a kill leaves is in test_kills_of_commands."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from batch_lab import one_sentence
from nursery import Nursery

from greatpowers import GreatPowersError, GreatPowersWarning, ensemble, load_policy, load_scenario
from greatpowers.cli import main
from greatpowers.experiments.load import read_experiment
from greatpowers.experiments.schema import samples
from greatpowers.scenario.build import build_policy
from greatpowers.studies.policy_search import SearchResult, search_policies
from greatpowers.studies.search_algorithm import dominates, robust, undominated
from greatpowers.studies.search_answer import answer, save_search, search_figures, search_tables
from greatpowers.studies.search_settings import ALL_PARAMETERS, PolicyTrials, SearchSettings, sample_of

SMALL = SearchSettings(load_scenario("template"), generations=4, population=10, worlds=3, seeds=2, rounds=12)
LINE = ("--generations", 4, "--population", 10, "--worlds", 3, "--seeds", 2, "--rounds", 12, "--no-figures")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search") / "it"


@pytest.fixture(scope="module")
def search(place: Path) -> SearchResult:
    return search_policies(SMALL, place, workers=1)


def tables_of(directory: Path) -> dict[str, bytes]:
    """Every file whose bytes must not depend on how the search was run."""
    files = [*directory.glob("*.parquet"), *directory.glob("*.csv"), *directory.glob("*/*.parquet")]
    files += [*directory.glob("policies/*.toml"), directory / "answer.txt", directory / "settings.toml"]
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def test_every_candidate_is_judged_by_histories_anybody_can_play(search: SearchResult) -> None:
    """One candidate in one world, against an ensemble with that world's parameters."""
    policy = SMALL.space.policy(search.tried[5], "it", SMALL.base)
    for world, fresh in ((1, False), (0, True)):
        values, seeds = (search.judged, range(2, 6)) if fresh else (search.values, range(2))
        parameters = sample_of(6 if fresh else 3, int(fresh), ALL_PARAMETERS)[world]
        which = 0 if fresh else 5
        played = ensemble("template", search.policies[0] if fresh else policy, seeds, 12, parameters).runs
        expected = [played[name].mean() * sign for name, sign in zip(SMALL.objectives, SMALL.signs, strict=True)]
        assert values[which, world] == pytest.approx(expected, rel=1e-12)


def test_worlds_of_the_search_and_of_the_judgement_are_different(search: SearchResult) -> None:
    assert search.judged.shape == (len(search.policies) + len(search.rivals), 6, 4)
    first, second = (pd.DataFrame(sample_of(n, seed, ALL_PARAMETERS)) for n, seed in ((3, 0), (6, 1)))
    assert not set(first["clash"]) & set(second["clash"])


def test_the_front_is_what_none_of_those_tried_dominates(search: SearchResult) -> None:
    losses = search.searched
    assert undominated(losses)[search.chosen].all()
    for k in search.chosen:
        assert not dominates(losses, losses[k]).any()
    assert len(np.unique(search.tried, axis=0)) == len(search.tried) <= 40


def test_risks_are_shares_of_all_histories_whatever_the_rule(search: SearchResult) -> None:
    assert SMALL.rules == ["worst-decile"] * 3 + ["mean"]
    expected = robust(search.values, ["mean"] * 4, search.presets)[:, 3]
    assert np.array_equal(search.searched[:, 3], expected)


def test_presets_are_placed_by_dominance_and_distance(search: SearchResult) -> None:
    tables = search_tables(search)
    fresh, count = search.fresh(), len(search.policies)
    for k, row in enumerate(tables.presets.to_dict("records")):
        beaten = dominates(fresh[:count], fresh[count + k])
        assert row["dominated"] == beaten.any() and 0 <= row["share"] <= 1
        near = [policy.name for policy in search.policies].index(row["nearest"])
        assert beaten[near] == beaten.any(), "where some policy dominates a preset, the nearest is one of them"
        gap = -(fresh[near] - fresh[count + k])[1]
        assert row["order_gap"] == pytest.approx(gap)
        assert row["order"] == pytest.approx(-fresh[count + k, 1])
    names = tables.presets["policy"].tolist()
    assert names[:6] == [policy.name for policy in SMALL.presets]


def test_the_front_never_shrinks(search: SearchResult) -> None:
    growth = search_tables(search).growth
    assert (np.diff(growth["covered"]) >= -1e-12).all() and growth["tried"].iloc[-1] == len(search.tried)


@pytest.mark.filterwarnings("error")
def test_everything_is_written_and_policies_load_again(search: SearchResult, place: Path) -> None:
    written = save_search(search, place, search_figures(search, search_tables(search)))
    assert all(path.stat().st_size > 0 for path in written)
    assert {path.suffix for path in written} == {".csv", ".parquet", ".toml", ".txt", ".png"}
    scenario = load_scenario("2017")
    for policy in search.policies:
        loaded = load_policy(place / "policies" / f"{policy.name}.toml")
        ours, theirs = (build_policy(scenario, one).levers for one in (policy, loaded))
        assert ours.tobytes() == theirs.tobytes()
    text = (place / "answer.txt").read_text()
    assert f"{len(search.tried)} policies were tried" in text and "containment is" in text
    assert text == answer(search, search_tables(search)) + "\n"


def test_the_same_search_gives_the_same_bytes_however_many_work_on_it(
    search: SearchResult, place: Path, tmp_path: Path
) -> None:
    save_search(search, place)
    other = tmp_path / "other"
    save_search(search_policies(SMALL, other, workers=4), other)
    assert tables_of(other) == tables_of(place)


def test_after_the_answer_the_same_call_plays_nothing_and_more_generations_go_on(
    search: SearchResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, few = tmp_path / "out", dataclasses.replace(SMALL, generations=2)
    save_search(search_policies(few, out), out)
    before = tables_of(out)
    with monkeypatch.context() as patched:
        patched.setattr(PolicyTrials, "play", lambda *_: pytest.fail("something was played"))
        save_search(search_policies(few, out), out)
    assert tables_of(out) == before
    longer = search_policies(SMALL, out)
    assert longer.judged.tobytes() == search.judged.tobytes()
    save_search(longer, out)
    assert {path.stem for path in (out / "policies").iterdir()} == {policy.name for policy in longer.policies}


def test_what_a_user_changed_in_the_answer_stays(search: SearchResult, tmp_path: Path) -> None:
    save_search(search, tmp_path)
    mine, own = tmp_path / "policies" / "found-01.toml", tmp_path / "policies" / "found-99.toml"
    mine.write_text("# mine", encoding="utf-8")
    own.write_text("# my own", encoding="utf-8")
    with pytest.warns(GreatPowersWarning, match=r"found-01.toml: .* changed since, and is left alone"):
        written = save_search(search, tmp_path)
    assert mine not in written and mine.read_text(encoding="utf-8") == "# mine"
    assert own.read_text(encoding="utf-8") == "# my own"


def test_more_generations_go_on_from_where_it_ended(search: SearchResult, place: Path, tmp_path: Path) -> None:
    grown = tmp_path / "grown"
    search_policies(dataclasses.replace(SMALL, generations=2), grown)
    longer = search_policies(SMALL, grown)
    assert longer.judged.tobytes() == search.judged.tobytes()
    with pytest.raises(GreatPowersError, match="has 4 generations already, and 3 were asked for"):
        search_policies(dataclasses.replace(SMALL, generations=3), grown)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"population": 12}, "'population' was 10 and is 12 now"),
        ({"robustness": "mean"}, '\'robustness\' was "worst-decile" and is "mean" now'),
        ({"scenario": load_scenario("2017")}, '\'scenario\' was "template" and is "2017" now'),
        ({"levers": ("aid", "sanctions")}, "'levers' was"),
    ],
)
def test_another_search_is_refused_by_name(
    search: SearchResult, place: Path, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(GreatPowersError, match="cannot continue this search") as raised:
        search_policies(dataclasses.replace(SMALL, **change), place)  # type: ignore[arg-type]
    assert sentence in str(raised.value)


def test_the_command_writes_what_the_library_finds(
    search: SearchResult, place: Path, nursery: Nursery, tmp_path: Path
) -> None:
    save_search(search, place)
    done = nursery.run(["search", "template", *LINE, "--out", tmp_path / "it"])
    assert (done.returncode, done.stderr) == (0, ""), "nothing is drawn where nobody watches"
    assert tables_of(tmp_path / "it") == tables_of(place)


def test_a_torn_generation_is_played_again(search: SearchResult, place: Path, tmp_path: Path) -> None:
    out = tmp_path / "torn"
    search_policies(dataclasses.replace(SMALL, generations=2), out)
    torn = out / "generations" / "0001.parquet"
    torn.write_bytes(torn.read_bytes()[:100])
    assert search_policies(SMALL, out).judged.tobytes() == search.judged.tobytes()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"objectives": ("order",)}, "expected at least two"),
        ({"objectives": ("order", "ordr")}, "Did you mean 'order'"),
        ({"objectives": ("order", "concentration")}, "neither good nor bad"),
        ({"robustness": "worst"}, "there is no rule 'worst'"),
        ({"levers": ("sanction",)}, "Did you mean 'sanctions'"),
        ({"worlds": 0}, "worlds"),
    ],
)
def test_what_cannot_be_searched_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(GreatPowersError, match=sentence):
        dataclasses.replace(SMALL, **change)  # type: ignore[arg-type]


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(GreatPowersError, match="files that greatpowers did not write, such as 'notes.txt'"):
        search_policies(SMALL, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_worlds_are_a_latin_hypercube_over_what_is_uncertain() -> None:
    table = {"format": 1, "name": "a", "title": "a", "scenarios": ["2017"], "replicates": 1}
    table |= {"uncertainties": ALL_PARAMETERS, "sample": {"method": "lhs", "size": 4, "seed": 9}}
    expected = samples(read_experiment(table))
    assert sample_of(4, 9, ALL_PARAMETERS) == [expected[k] for k in range(4)]
    bench = PolicyTrials(load_scenario("template"), 4, 4, 9, range(2), ["order"], ALL_PARAMETERS)
    assert bench.runs(3) == 24 and [w.parameters.clash for w in bench.worlds] == [
        expected[k]["clash"] for k in range(4)
    ]


@pytest.mark.parametrize(
    "line",
    [("2018",), ("template", "--base", "half"), ("template", "--population", "3"), ("template", "--robust", "x")],
)
def test_the_command_complains_in_one_sentence(
    line: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *line, "--generations", "1", "--rounds", "2", "--out", str(tmp_path / "x")]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and one_sentence(captured.err), captured.err


def test_a_search_for_a_user_who_is_not_there_is_refused() -> None:
    with pytest.raises(GreatPowersError, match="~nobody-has-this-name/it: cannot be written"):
        search_policies(SMALL, "~nobody-has-this-name/it")
