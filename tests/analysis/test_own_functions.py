"""Functions of the user's own: found by name, run once for each content, and told of where they fail."""

import os
import sys
from pathlib import Path

import pytest

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation import own as own_functions
from greatpowers.storage.files import checksum

OWN = """
LIMIT = 3


def twice(value):
    return 2 * value


def fails(value):
    return value / 0
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.py"
    path.write_text(OWN)
    return path


def named(text: str, beside: Path) -> object:
    return own_functions.named_function("metric", text, beside, "write FILE.py:FUNCTION")[0]


def test_a_function_in_a_file_is_found_beside_and_run_once_for_each_content(own: Path) -> None:
    function, module, reference = own_functions.named_function("metric", " own.py:twice ", own.parent, "")
    assert function(4) == 8 and reference == f"{own}:twice"
    assert module.__file__ == str(own)
    assert own_functions._checksum(function) == checksum(own.read_bytes())
    assert own_functions.named_function("metric", f"{own}:fails", Path("/"), "")[1] is module
    own.write_text(OWN.replace("2 *", "3 *"))
    assert own_functions.named_function("metric", "own.py:twice", own.parent, "")[0](4) == 12
    assert not (own.parent / "__pycache__").exists()


def test_a_function_in_a_module_is_found(tmp_path: Path) -> None:
    function, module, reference = own_functions.named_function("metric", "os.path:join", tmp_path, "")
    assert (function, module, reference) == (os.path.join, os.path, "os.path:join")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("own.py", "metric: this names no function; write FILE.py:FUNCTION."),
        ("math", "metric: this names no function; write FILE.py:FUNCTION."),
        ("a-b:c", "metric: this names no function; write FILE.py:FUNCTION."),
        (":f", "metric: this names no function; write FILE.py:FUNCTION."),
        ("own.py:twise", "metric: there is no function 'twise' in 'own.py'. Did you mean 'twice'?"),
        ("own.py:LIMIT", "metric: there is no function 'LIMIT' in 'own.py'. Known: twice, fails."),
        ("absent_module:f", "metric: it cannot be imported, ModuleNotFoundError: No module named 'absent_module'."),
    ],
)
def test_what_names_no_function_is_a_sentence(text: str, sentence: str, own: Path) -> None:
    with pytest.raises(GreatPowersError) as refused:
        named(text, own.parent)
    assert str(refused.value) == sentence


def test_a_file_that_cannot_be_read_or_run_is_a_sentence_with_the_line(own: Path) -> None:
    with pytest.raises(GreatPowersError, match=r"metric: '.*absent.py' cannot be read \(No such file or directory\)"):
        named("absent.py:f", own.parent)
    own.write_text("import os\n\n\nraise ValueError('so\\n  it is.')\n")
    for _ in range(2):  # what failed is not kept
        with pytest.raises(GreatPowersError) as refused:
            named("own.py:f", own.parent)
        assert str(refused.value) == "metric: it cannot be imported, ValueError: so it is (own.py, line 4)."
    own.write_text("import sys\nsys.exit(3)\n")
    with pytest.raises(GreatPowersError, match=r"metric: it cannot be imported, SystemExit: 3 \(own.py, line 2\)"):
        named("own.py:f", own.parent)


def test_a_failure_is_told_with_the_last_line_of_the_function_s_own_file(own: Path) -> None:
    function = own_functions.named_function("metric", "own.py:fails", own.parent, "")[0]
    with pytest.raises(ZeroDivisionError) as failed:
        function(1)
    assert own_functions.failure_in(function, failed.value) == "ZeroDivisionError: division by zero (own.py, line 10)"
    assert own_functions.failure_in(len, failed.value) == "ZeroDivisionError: division by zero"
    assert own_functions.failure_of(ValueError("x" * 300), "") == f"ValueError: {'x' * 200}"
    assert own_functions.failure_of(ValueError("so."), "") == "ValueError: so"
    assert own_functions.failure_of(ValueError(), "") == "ValueError"


def test_what_has_no_file_has_no_checksum() -> None:
    assert own_functions._checksum(3) == own_functions._checksum(len) == own_functions._checksum(len, sys) == ""
