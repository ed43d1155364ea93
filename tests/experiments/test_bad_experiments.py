"""A fault in an experiment's file is one sentence: the file, the key, the value, and what to write instead."""

from pathlib import Path

import pytest
from batch_lab import EXPERIMENT, write_experiment

from greatpowers import GreatPowersError, Plan, load_study

HEAD = EXPERIMENT[: EXPERIMENT.index("[synthetic]")]

# What is replaced in the sound file, by what, and what the sentence must hold.
REPLACED = {
    "no format": ("format = 1\n", "", ["'format' is missing", "format = 1"]),
    "another format": ("format = 1", "format = 2", ["'format' is 2", "reads format 1"]),
    "not TOML": ("replicates = 10", "replicates = = 10", ["not valid TOML", "line"]),
    "a misspelt setting": ("replicates = 10", "replicate = 10", ["'replicate'", "Did you mean 'replicates'?"]),
    "no replicates": ("replicates = 10\n", "", ["'replicates' is missing"]),
    "replicates of nothing": ("replicates = 10", "replicates = 0", ["'replicates' is 0", "from 1 to"]),
    "replicates as a fraction": ("replicates = 10", "replicates = 2.5", ["'replicates' is 2.5", "whole number"]),
    "replicates as text": ("replicates = 10", 'replicates = "ten"', ["'replicates' is \"ten\"", "whole number"]),
    "no rounds": ("rounds = 12", "rounds = 0", ["'rounds' is 0", "from 1 to 4000"]),
    "a negative seed": ("rounds = 12", "seed_base = -1", ["'seed_base' is -1", "at least 0"]),
    "seeds beyond the last": ("rounds = 12", f"seed_base = {2**63 - 5}", ["'seed_base'", "the last seed"]),
    "an unknown scenario": ('"islands.toml"', '"2071"', ["'scenarios'", "'2071'", "'2017'"]),
    "a scenario that is not there": ('"islands.toml"', '"iland.toml"', ["'scenarios'", "no file 'iland.toml'"]),
    "no scenarios": ('["islands.toml"]', "[]", ["'scenarios' is a list of 0", "not empty"]),
    "a scenario twice": ('"islands.toml"', '"islands.toml", "islands.toml"', ["'islands.toml' more than once"]),
    "a scenario that is a policy": ('"islands.toml"', '"containment"', ["'containment' is a policy"]),
    "an unknown policy": ('"containment"]', '"contanment"]', ["'policies'", "Did you mean 'containment'?"]),
    "a policy twice": ('"containment"]', '"laissez-faire"]', ["'policies'", "'laissez-faire' more than once"]),
    "an unknown baseline": ("rounds = 12", 'baseline = "containmant"', ["'baseline'", "'containment'"]),
    "an unknown metric": ("rounds = 12", 'metrics = ["ordr"]', ["'metrics'", "'ordr'", "Did you mean 'order'?"]),
    "a metric twice": ("rounds = 12", 'metrics = ["order", "order"]', ["'metrics'", "'order' more than once"]),
    "rounds of what has none": ("rounds = 12", 'metrics = ["rounds_to_war"]', ["'record' is", "such as order"]),
    "an unknown record": ('record = "round"', 'record = "rounds"', ["'record' is \"rounds\"", "'round'"]),
    "an unknown lever": ("sanctions = [0.0, 0.5]", "sanction = [0.5]", ["'sanction'", "Did you mean 'sanctions'?"]),
    "a lever out of range": ("sanctions = [0.0, 0.5]", "sanctions = [0.5, 1.5]", ["'sanctions' is 1.5", "from 0 to 1"]),
    "a lever without a list": ("sanctions = [0.0, 0.5]", "sanctions = 0.5", ["'sanctions' is 0.5", "a list of values"]),
    "a lever's value twice": ("sanctions = [0.0, 0.5]", "sanctions = [0.5, 0.5]", ["'sanctions'", "more than once"]),
    "an unknown setting of worlds": ("power_maximizers", "power_maximisers", ["Did you mean 'power_maximizers'?"]),
    "a setting out of range": ("= [0.0, 0.5]\n[levers]", "= [2.0]\n[levers]", ["'power_maximizers' is 2", "0 to 1"]),
    "a range upside down": ("from = 0.5, to = 2.0", "from = 2.0, to = 0.5", ["'all' goes from 2 to 0.5"]),
    "a range with a typing error": ("from = 0.5, to = 2.0", "from = 0.5, two = 2.0", ["'two'", "'to'"]),
    "a negative factor": ("from = 0.5, to = 2.0", "from = -0.5, to = 2.0", ["'from' is -0.5", "at least 0"]),
    "an unknown parameter": ("all = {", "clsh = {", ["no parameter 'clsh'", "Did you mean 'clash'?"]),
    "a parameter out of range": ("all = { from = 0.5, to = 2.0 }", "jolt = [0.1, 7]", ["'jolt' is 7", "from 0 to 1"]),
    "multiples of nothing": ("all = {", "true_beliefs = {", ["'true_beliefs'", "no multiples"]),
    "three bounds": ("all = { from = 0.5, to = 2.0 }", "clash = [0.1, 0.2, 0.3]", ["'clash'", "[low, high]"]),
    "no sample": ('sample = { method = "lhs", size = 8, seed = 1 }', "", ["'sample' is missing", "lhs"]),
    "an unknown method": ('method = "lhs"', 'method = "lsh"', ["'method' is \"lsh\"", "Did you mean 'lhs'?"]),
    "a sample without size": (", size = 8", "", ["size' is missing"]),
    "a Sobol sample of another size": ('method = "lhs", size = 8', 'method = "sobol", size = 9', ["is 9", "of two"]),
    "a sample of nothing": ("all = { from = 0.5, to = 2.0 }", "", ["'sample' is given", "no parameter to vary"]),
    "more runs than anybody can wait for": ('method = "lhs"', 'method = "grid"', ["runs", "expected at most"]),
}  # fmt: skip

# What is added to the sound file's head, and what the sentence must hold.
ADDED = {
    "a state that is not there": ('[doctrines]\ntough = { S9 = "greedy" }', ["'tough'", "no state 'S9'", "S1"]),
    "an unknown doctrine": ('[doctrines]\ntough = { S1 = "gredy" }', ["'S1' is \"gredy\"", "Did you mean 'greedy'?"]),
    "a doctrine that is a list": ("[doctrines]\ntough = [1]", ["doctrines.tough"]),
    "an unknown table": ("[lever]\nsanctions = [0.5]", ["'lever'", "Did you mean 'levers'?"]),
    "an unknown doctrine of worlds": (
        '[synthetic]\nother_doctrine = ["order-preservin"]', ["'other_doctrine'", "'order-preserving'"]
    ),
}  # fmt: skip


def complaint(path: Path) -> str:
    with pytest.raises(GreatPowersError) as error:
        Plan(load_study(path))
    return str(error.value)


@pytest.mark.parametrize("case", REPLACED)
def test_a_fault_is_one_sentence_that_says_where_and_what_to_do(case: str, tmp_path: Path) -> None:
    old, new, wanted = REPLACED[case]
    assert old in EXPERIMENT
    message = complaint(write_experiment(tmp_path, EXPERIMENT.replace(old, new, 1)))
    assert len(message.splitlines()) == 1, message
    assert "small" in message
    for text in wanted:
        assert text in message, message


@pytest.mark.parametrize("case", ADDED)
def test_a_fault_in_another_table_is_one_sentence_as_well(case: str, tmp_path: Path) -> None:
    text, wanted = ADDED[case]
    message = complaint(write_experiment(tmp_path, f"{HEAD}\n{text}\n"))
    assert len(message.splitlines()) == 1, message
    for text in ["small.toml", *wanted]:
        assert text in message, message


def test_worlds_are_varied_only_where_they_are_generated(tmp_path: Path) -> None:
    message = complaint(write_experiment(tmp_path, EXPERIMENT.replace("islands.toml", "2017")))
    assert "scenario '2017' is not generated" in message


def test_a_file_of_another_kind_is_recognised(tmp_path: Path) -> None:
    write_experiment(tmp_path)
    path = tmp_path / "other.toml"
    path.write_text("format = 1\n[weights]\npower = 1.0\n")
    assert "this looks like a doctrine; expected an experiment" in complaint(path)


def test_a_policy_that_shares_a_name_with_another_is_refused(tmp_path: Path) -> None:
    path = write_experiment(tmp_path, EXPERIMENT.replace('"containment"]', '"containment", "own.toml"]'))
    (tmp_path / "own.toml").write_text('format = 1\nname = "containment"\ntitle = "Mine"\n[levers]\nsanctions = 0.3\n')
    assert "more than one policy called 'containment'" in complaint(path)


@pytest.mark.parametrize("text", ["no-such-experiment", "no-such-file.toml", ""])
def test_an_experiment_that_is_not_there_is_a_sentence(text: str) -> None:
    with pytest.raises(GreatPowersError, match="there is no"):
        load_study(text)
