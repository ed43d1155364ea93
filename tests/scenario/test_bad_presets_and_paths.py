"""Faulty policies, doctrines and generated worlds, files that are hardly files, and names that mean nothing."""

from pathlib import Path

import pytest
from faulty_files import Case, changed, expect, message_of, named

from greatpowers import GreatPowersError, load_doctrine, load_policy, load_scenario, synthetic
from greatpowers.scenario.errors import first_of

GOOD_POLICY = 'format = 1\nname = "mine"\ntitle = "Mine"\n[levers]\nsanctions = 0.5\n'
GOOD_DOCTRINE = (
    'format = 1\nname = "mine"\ntitle = "Mine"\n[weights]\npower = 0.5\norder = 0.5\nwelfare = 0.5\nfear = 0.5\n'
)


SYNTHETIC = [
    Case("too_many", "X", "states = 5000", ("'synthetic.states' is 5000", "1 to 1000")),
    Case("geography", "X", 'geography = "disc"', ("'synthetic.geography' is \"disc\"", '"plane" or "ring"')),
    Case("typo", "X", "inequalty = 0.3", ("synthetic: there is no setting 'inequalty'", "'inequality'?")),
    Case("inequality", "X", "inequality = 1", ("'synthetic.inequality' is 1", "from 0 to 0.95")),
    Case("doctrine", "X", 'other_doctrine = "gredy"', ("'other_doctrine' is \"gredy\"", "'greedy'?")),
]

POLICIES = [
    Case("lever_typo", "sanctions", "sanction", ("levers: there is no lever 'sanction'", "'sanctions'?")),
    Case("lever_range", "0.5", "5", ("lever 'sanctions' is 5", "from 0 to 1")),
    Case("lever_nan", "0.5", "nan", ("lever 'sanctions' is nan", "from 0 to 1")),
    Case("lever_truth", "0.5", "true", ("lever 'sanctions' is true", "from 0 to 1")),
    Case("red_line", "sanctions = 0.5", "red_line = 0", ("lever 'red_line' is 0", "from 1 to 9")),
    Case("switch", "sanctions = 0.5", "deal = 0.5", ("lever 'deal' is 0.5", "0 or 1")),
    Case("levers_text", "[levers]\nsanctions = 0.5", 'levers = "all"', ("'levers' is \"all\"", "a table of levers")),
    Case(
        "rounds_descend",
        "0.5\n",
        '0.5\n[[schedule]]\nfrom_round = 8\npolicy = "containment"\n[[schedule]]\nfrom_round = 4\nlevers = { aid = 1 }',
        ("schedule number 2", "'from_round' is 4", "after the 8", "ascend"),
    ),
    Case(
        "round_zero", "0.5\n", "0.5\n[[schedule]]\nfrom_round = 0", ("schedule number 1", "'from_round' is 0", "1 to")
    ),
    Case("says_nothing", "0.5\n", "0.5\n[[schedule]]\nfrom_round = 3", ("schedule number 1", "'policy' or 'levers'")),
    Case(
        "schedule_policy",
        "0.5\n",
        '0.5\n[[schedule]]\nfrom_round = 8\npolicy = "contanment"',
        ("schedule number 1", "'contanment'", "'containment'?"),
    ),
    Case(
        "names_itself",
        "0.5\n",
        '0.5\n[[schedule]]\nfrom_round = 8\npolicy = "mine"',
        ("schedule number 1", "'mine' names itself"),
    ),
    Case(
        "names_a_schedule",
        "0.5\n",
        '0.5\n[[schedule]]\nfrom_round = 8\npolicy = "reluctant-then-containment"',
        ("schedule number 1", "has a schedule of its own", "without one"),
    ),
    Case("is_a_scenario", "[levers]\nsanctions = 0.5\n", "[[state]]\n", ("looks like a scenario", "expected a policy")),
]

DOCTRINES = [
    Case("weight_missing", "fear = 0.5", "", ("'weights.fear' is missing", "from 0 to 1")),
    Case("weight_typo", "fear = 0.5", "feer = 0.5", ("weights: there is no setting 'feer'", "'fear'?")),
    Case("weight_range", "fear = 0.5", "fear = -1", ("'weights.fear' is -1", "from 0 to 1")),
    Case("bad_name", 'name = "mine"', 'name = "my own"', ("'name' is \"my own\"", "letters, digits")),
]


@pytest.mark.parametrize("case", SYNTHETIC, ids=named)
def test_a_faulty_generated_world_says_what_is_wrong(case: Case, tmp_path: Path) -> None:
    text = f'format = 1\nname = "mine"\ntitle = "Mine"\n[synthetic]\n{case.new}\n'
    expect(load_scenario, text, case, tmp_path)


@pytest.mark.parametrize("case", POLICIES, ids=named)
def test_a_faulty_policy_says_what_is_wrong(case: Case, tmp_path: Path) -> None:
    expect(load_policy, changed(GOOD_POLICY, case), case, tmp_path)


@pytest.mark.parametrize("case", DOCTRINES, ids=named)
def test_a_faulty_doctrine_says_what_is_wrong(case: Case, tmp_path: Path) -> None:
    expect(load_doctrine, changed(GOOD_DOCTRINE, case), case, tmp_path)


def test_the_files_that_the_cases_change_are_good(tmp_path: Path) -> None:
    for load, text in ((load_policy, GOOD_POLICY), (load_doctrine, GOOD_DOCTRINE)):
        (tmp_path / "mine.toml").write_text(text)
        assert load(tmp_path / "mine.toml").name == "mine"


@pytest.mark.parametrize(
    ("content", "fragment"),
    [
        (b"", "the file is empty"),
        (b"# only a comment\n", "the file is empty"),
        (b'format = 1\nname = "m\xe9"\n', "not UTF-8 text (byte 20)"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"\x00\x01\x02", "not valid TOML"),
        (b"a = " + b"[" * 5000, "within each other too many times"),
        (b'format = 1\nname = "e"\ntitle = "E"\n', "empty scenario: it has no state"),
        (b'format = 1\nname = "e"\ntitle = "E"\nstate = []\n', "empty scenario: it has no state"),
        (b'format = 1\nname = "e"\ntitle = "E"\nstate = 5\n', "'state' is 5; expected tables written with double"),
        (b'format = 1\nname = "e"\ntitle = "E"\nstate = [5]\n', "'state[1]' is 5"),
    ],
)
def test_what_is_hardly_a_file_is_named_for_what_it_is(content: bytes, fragment: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(GreatPowersError) as error:
        load_scenario(path)
    assert "odd.toml" in message_of(error)
    assert fragment in message_of(error)


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError, match="this is a directory"):
        load_scenario(tmp_path)


def test_an_unreadable_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.toml"
    path.write_text(GOOD_POLICY)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(GreatPowersError, match=r"locked\.toml: the file cannot be read \(Permission denied\)"):
        load_scenario(path)


@pytest.mark.parametrize(
    ("asked", "fragments"),
    [
        ("syntetic", ("no scenario 'syntetic'", "Did you mean 'synthetic'?")),
        ("containment", ("'containment' is a policy", "expected a scenario")),
        ("nowhere/synthetic.toml", ("no file 'nowhere/synthetic.toml'", "shipped scenario 'synthetic'")),
        ("nowhere/zzz.toml", ("no file 'nowhere/zzz.toml'",)),
        ("", ("no scenario ''",)),
        ("a\0b", ("no scenario",)),
        ("x" * 5000, ("no scenario",)),
    ],
)
def test_a_name_that_means_nothing_gets_the_nearest_one(asked: str, fragments: tuple[str, ...]) -> None:
    with pytest.raises(GreatPowersError) as error:
        load_scenario(asked)
    for fragment in fragments:
        assert fragment in message_of(error)


def test_of_many_names_the_first_dozen_are_given_and_how_many_more_there_are() -> None:
    names = [f"place{k}" for k in range(15)]
    assert first_of(names[:2]) == "place0, place1"
    assert first_of(names[:12]).endswith("place11")
    assert first_of(names).endswith("place11 and 3 more")


def test_the_generator_refuses_what_it_cannot_make() -> None:
    with pytest.raises(GreatPowersError, match="'power_maximizers' is 2; expected a number from 0 to 1"):
        synthetic(power_maximizers=2)
    with pytest.raises(GreatPowersError, match="no such doctrine"):
        synthetic(other_doctrine="gredy")


def test_two_policies_cannot_go_in_circles(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        schedule = f'[[schedule]]\nfrom_round = 4\npolicy = "{other}"\n'
        (tmp_path / f"{name}.toml").write_text(f'format = 1\nname = "{name}"\ntitle = "T"\n{schedule}')
    with pytest.raises(GreatPowersError, match=r"a\.toml, schedule number 1: policy 'b' has a schedule of its own"):
        load_policy(tmp_path / "a.toml")
