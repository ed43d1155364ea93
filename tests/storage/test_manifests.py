"""What a directory of results says of itself, what may be written where, and what is taken for a change."""

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.scenario.schema import PolicyPreset, Segment, SyntheticSettings
from greatpowers.storage import manifest as found_in
from greatpowers.storage.manifest import SHAPES, check_place, difference, plain, read_manifest, whole_directory

WORDS = {str: ("a text", 3), int: ("a whole number", True), bool: ("true or false", 1), list: ("a list", "x"),
         dict: ("a table", [])}  # fmt: skip


def write(place: Path, **entries: object) -> Path:
    place.mkdir(exist_ok=True)
    (place / "manifest.json").write_text(json.dumps({"software": "greatpowers", **entries}), encoding="utf-8")
    return place


# --- Manifests


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, keys in SHAPES.items() for key in keys])
def test_a_manifest_says_each_thing_in_its_shape(kind: type, key: str, tmp_path: Path) -> None:
    assert read_manifest(write(tmp_path, **{key: kind()})) == {"software": "greatpowers", key: kind()}
    word, wrong = WORDS[kind]
    for value, shown in ((None, "null"), (wrong, None)):
        with pytest.raises(GreatPowersError) as refused:
            read_manifest(write(tmp_path, **{key: value}))
        text = str(refused.value)
        assert text.endswith(f"; expected {word}. The file is damaged.")
        assert shown is None or f"'{key}' is {shown};" in text


def test_a_directory_without_a_manifest_is_told_from_one_whose_manifest_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert read_manifest(tmp_path) is read_manifest(tmp_path / "absent") is read_manifest(tmp_path / "file") is None
    for content in (b"[]", b"{", b"\xff", b'{"software": "another"}', b"{}", b"[" * 100_000):
        (tmp_path / "manifest.json").write_bytes(content)
        with pytest.raises(GreatPowersError, match="damaged, or greatpowers did not write it, so nobody can tell"):
            read_manifest(tmp_path)
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(GreatPowersError, match=r"manifest.json: this file cannot be read \(Is a directory\)|denied"):
        read_manifest(tmp_path)


def test_a_manifest_is_text_that_people_can_read(tmp_path: Path) -> None:
    found_in.write_manifest(tmp_path, {"software": "greatpowers", "title": "Größe"})
    text = (tmp_path / "manifest.json").read_bytes().decode()
    assert text == '{\n  "software": "greatpowers",\n  "title": "Größe"\n}\n'


# --- What has changed

OLD: dict[str, Any] = {
    "format": 1, "version": "1", "core": "a", "experiment_text": "seed = 1\n[levers]\naid = 0.5\n",
    "environment": dict.fromkeys(("numpy", "numba", "scipy", "pyarrow", "scikit-learn"), "1.0"),
    "contents": {"x.toml": "1", "y.toml": "2"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, ""),
        ({"format": 2}, "the format of the directory was 1 and is 2"),
        ({"version": "2"}, "it was begun with greatpowers 1, and this is 2"),
        ({"core": "b"}, "the rules of the model have changed (core a, now b)"),
        ({"experiment_text": "seed = 2\n[levers]\naid = 0.5\n"}, "'seed' was 1 and is 2 now"),
        ({"experiment_text": "[levers]\naid = 0.5\n"}, "'seed' was 1 and is not set now"),
        ({"experiment_text": "seed = 1\n[levers]\naid = 0.7\n"}, "'levers.aid' was 0.5 and is 0.7 now"),
        ({"experiment_text": "seed = 1\nlevers = [1, 2]\n"}, "'levers' was a table and is [1, 2] now"),
        ({"contents": {"x.toml": "1"}}, "the content of y.toml has changed"),
        ({"contents": {"x.toml": "1", "y.toml": "2", "z.toml": "3"}}, "the content of z.toml has changed"),
        ({"format": 2, "version": "2"}, "the format of the directory was 1 and is 2"),
    ],
)
def test_the_first_thing_that_differs_is_told(change: dict[str, Any], sentence: str) -> None:
    assert difference(OLD, {**OLD, **change}) == sentence


@pytest.mark.parametrize("library", OLD["environment"])
def test_another_version_of_a_library_that_decides_numbers_is_a_difference(library: str) -> None:
    other = {**OLD, "environment": {**OLD["environment"], library: "2.0"}}
    assert difference(OLD, other) == f"it was begun with {library} 1.0, and this is {library} 2.0"


def test_a_manifest_that_lacks_something_differs_in_it() -> None:
    bare = {"format": 1, "version": "1", "core": "a"}
    assert difference(bare, OLD).startswith("it was begun with numpy None")
    assert difference({**bare, "environment": OLD["environment"]}, OLD) == "'seed' was not set and is 1 now"
    broken = {**OLD, "experiment_text": "seed ="}
    assert difference(broken, OLD).startswith("the 'experiment_text' of its manifest.json is damaged (")
    assert difference({**OLD, "contents": {}}, OLD) == "the content of x.toml has changed"


def test_lists_of_up_to_eight_are_told_in_full() -> None:
    def said(size: int) -> str:
        return difference(OLD, {**OLD, "experiment_text": f"{OLD['experiment_text']}seeds = {[7] * size}\n"})

    assert said(8) == f"'levers.seeds' was not set and is [{', '.join('7' * 8)}] now"
    assert said(9) == "'levers.seeds' was not set and is a list of 9 now"


# --- What was run, as text


def test_a_policy_is_written_under_its_own_name_unless_it_is_that_of_the_scenario() -> None:
    assert (found_in.policy_file("concert"), found_in.policy_file("config")) == ("concert.toml", "config-policy.toml")
    scenario, policy = load_scenario("2017"), load_policy("half-a-loaf")
    texts = found_in.configuration(scenario, iter([policy]))
    assert list(texts) == ["config.toml", "half-a-loaf.toml"]
    assert texts["config.toml"] == found_in.scenario_text(scenario, [policy])
    assert PolicyPreset.model_validate(tomllib.loads(texts["half-a-loaf.toml"])) == policy


def test_a_scenario_is_written_without_policies_that_nobody_could_read() -> None:
    scenario = load_scenario("2017")
    terms = scenario.terms[0]
    lost, own = (terms.model_copy(update={"policy": name}) for name in ("lost", "own"))
    update: dict[str, Any] = {"terms": (lost, own, *scenario.terms), "policies": (*scenario.policies, "lost", "own")}
    changed = scenario.model_copy(update={**update, "happened_under": "lost"})
    mine = load_policy("concert").model_copy(update={"name": "own"})
    table = tomllib.loads(found_in.scenario_text(changed, [mine]))
    assert [entry["policy"] for entry in table["terms"]] == ["own", *(entry.policy for entry in scenario.terms)]
    assert table["policies"] == [*scenario.policies, "own"] and "happened_under" not in table
    asking = mine.model_copy(update={"terms": ("lost",)})
    table = tomllib.loads(found_in.scenario_text(changed.model_copy(update={"happened_under": "own"}), [asking]))
    assert [entry["policy"] for entry in table["terms"]][:2] == ["lost", "own"] and table["happened_under"] == "own"


def test_a_digest_hangs_on_names_and_texts_and_on_no_order() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert found_in.digest(one) == found_in.digest(other) and len(found_in.digest({})) == 64
    assert len({found_in.digest(texts) for texts in (one, {"a": "1"}, {"a": "2", "b": "1"}, {"c": "1", "b": "2"})}) == 4


def test_what_says_nothing_is_left_out_unless_leaving_it_out_says_something_else() -> None:
    policy = load_policy("concert").model_copy(
        update={"terms": (), "source": "", "levers": {}, "schedule": (Segment.model_validate({"from_round": 4}),)}
    )
    table = plain(policy)
    assert table["terms"] == [] and table["schedule"] == [{"from_round": 4}] and table["name"] == "concert"
    assert not {"source", "levers", "policy"} & table.keys()
    assert "terms" not in plain(policy.model_copy(update={"terms": None}))
    assert plain({"a": ((1, "x"), [None])}) == {"a": [[1, "x"], [None]]}
    assert plain(SyntheticSettings(power_maximizers=0.0))["power_maximizers"] == 0.0  # nothing is a value here


# --- Where it was run


def test_provenance_names_what_numbers_hang_on() -> None:
    stamp = found_in.stamped("pandas", "no-such-library")
    assert stamp.keys() - {"commit"} == {"software", "version", "core", "created", "environment", "machine"}
    environment = stamp["environment"]
    assert environment.keys() == {"python", "numpy", "numba", "compiled", "platform", "scipy", "pyarrow", "pandas",
                                  "no-such-library"}  # fmt: skip
    assert environment["no-such-library"] == "" and environment["pandas"][0].isdigit()
    assert stamp["machine"].keys() == {"name", "cores", "architecture", "processor", "simd", "blas"}
    assert stamp["machine"]["cores"] >= 1 and stamp["machine"]["processor"]
    assert stamp["created"].endswith("+00:00") and len(stamp["created"]) == 25


def test_cores_are_those_that_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_in.os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert found_in.available_cores() == 3
    monkeypatch.delattr(found_in.os, "sched_getaffinity")
    monkeypatch.setattr(found_in.os, "cpu_count", lambda: 7)
    assert found_in.available_cores() == 7
    monkeypatch.setattr(found_in.os, "cpu_count", lambda: None)
    assert found_in.available_cores() == 1


def test_another_machine_is_told_by_the_first_thing_that_differs() -> None:
    here = dict(found_in.variants())
    assert found_in.other_machine({"machine": here}, {"machine": here}) == ""
    assert found_in.other_machine({}, {"machine": here}) == found_in.other_machine({"machine": {}}, {}) == ""
    other = {**here, "blas": "MKL", "simd": "none"}
    sentence = found_in.other_machine({"machine": here}, {"machine": other})
    assert sentence.startswith("'simd' was ") and sentence.endswith(' and is "none" now')


def test_the_commit_is_that_of_the_checkout_and_marked_where_it_was_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "model" / "greatpowers"
    package.mkdir(parents=True)
    monkeypatch.setattr(found_in.greatpowers, "__file__", str(package / "__init__.py"))
    assert found_in._commit() == "" and "commit" not in found_in.stamped()
    (tmp_path / ".git").touch()
    assert found_in._commit() == ""  # damaged
    (tmp_path / ".git").unlink()
    (tmp_path / "file").touch()
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "file"], ["commit", "-q", "-m", "first"], ["tag", "-a", "v1", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    clean = found_in._commit()
    assert len(clean) == 40 and set(clean) <= set("0123456789abcdef") and found_in.stamped()["commit"] == clean
    (tmp_path / "file").write_text("changed")
    assert found_in._commit() == f"{clean}-dirty"
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError))
    assert found_in._commit() == ""


# --- Where results may be written

KINDS = ("run", "comparison", "experiment", "calibration", "search")


@pytest.mark.parametrize("there", KINDS)
@pytest.mark.parametrize("kind", KINDS)
def test_results_that_are_resumed_are_replaced_by_none_of_another_kind(there: str, kind: str, tmp_path: Path) -> None:
    write(tmp_path, kind=there)
    if there == kind or not {there, kind} & {"experiment", "calibration", "search"}:
        return check_place(tmp_path, kind)
    with pytest.raises(GreatPowersError) as refused:
        check_place(tmp_path, kind)
    one, another = (f"{'an' if name == 'experiment' else 'a'} {name}" for name in (there, kind))
    text = f"this directory holds {one}, and {another} is not written over it; choose another one."
    assert str(refused.value) == f"{tmp_path}: {text}"


def test_files_of_others_are_named_first_by_name(tmp_path: Path) -> None:
    check_place(tmp_path / "absent", "run")
    check_place(tmp_path, "run")
    for name in ("b.txt", "a.txt", ".greatpowers-lock"):
        (tmp_path / name).touch()
    with pytest.raises(GreatPowersError, match="such as 'a.txt'; it is left alone: choose another one"):
        check_place(tmp_path, "run")
    with pytest.raises(GreatPowersError, match=r"a.txt: this is a file; expected a directory\.$"):
        check_place(tmp_path / "a.txt", "run")


def test_results_appear_together_with_a_manifest_that_names_them(tmp_path: Path) -> None:
    place, manifest = tmp_path / "deep" / "out", {"software": "greatpowers", "kind": "run"}
    with pytest.raises(ZeroDivisionError), whole_directory(place, manifest) as partial:
        (partial / "a").touch()
        _ = 1 / 0
    assert list((tmp_path / "deep").iterdir()) == []
    with whole_directory(place, manifest) as partial:
        assert not place.exists() and partial.name.startswith(".greatpowers-partial-")
        for name in ("b", "a"):
            (partial / name).touch()
        (partial / "c").mkdir()
        (partial / "c" / "d").touch()
    assert read_manifest(place) == {**manifest, "files": ["a", "b", "c", "manifest.json"]}
    assert list((tmp_path / "deep").iterdir()) == [place]
    assert found_in.own_files(place) == {"a", "b", "manifest.json"}
    write(place / "c", files=["d", "../a"])
    assert found_in.own_files(place) == {"a", "b", "c/d", "manifest.json"}


def test_what_must_stay_where_it_is_is_filled_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = write(tmp_path / "out", kind="run", files=["old", "manifest.json"])
    (place / "old").touch()
    assert found_in.written_within(place, "experiment") and not found_in.written_within(place, "run")
    assert not found_in.written_within(tmp_path / "absent", "experiment")
    monkeypatch.chdir(place)
    assert found_in.written_within(place, "run") and not found_in.written_within(tmp_path / "absent", "run")
    with whole_directory(".", {"software": "greatpowers", "kind": "run"}) as partial:
        assert partial.parent == place and (place / "old").exists()
        (partial / "deep").mkdir()
        (partial / "deep" / "new").touch()
    assert sorted(path.name for path in place.iterdir()) == ["deep", "manifest.json"]
    assert (place / "deep" / "new").exists() and list(tmp_path.iterdir()) == [place]


def test_a_fault_of_the_disk_is_a_sentence_that_keeps_nothing(tmp_path: Path) -> None:
    message = r"out: cannot be written \(full\); choose another directory\.$"
    with pytest.raises(GreatPowersError, match=message), whole_directory(tmp_path / "out", {"kind": "run"}):
        raise OSError(28, "full")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_cleared_away_of_old_results_does_not_stand_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, manifest = tmp_path / "out", {"software": "greatpowers", "kind": "run"}

    def busy(*_: object, **__: object) -> None:
        raise OSError(16, "Device or resource busy")

    for name in ("old", "new"):
        with whole_directory(place, manifest) as partial:
            (partial / name).touch()
            if name == "new":
                monkeypatch.setattr(found_in.os, "unlink", busy)
    assert sorted(path.name for path in place.iterdir()) == ["manifest.json", "new"]


def test_the_format_of_directories_that_are_resumed_is_the_first() -> None:
    """Another number makes every directory that was begun before one that cannot be gone on with."""
    assert found_in.FORMAT == 1
