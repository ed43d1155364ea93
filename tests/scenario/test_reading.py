"""What others named is read if it is a file, and no larger than it may be; all else is a sentence, at once."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from greatpowers import GreatPowersError, load_history, load_policy, load_scenario, load_study, open_results
from greatpowers.cli import main
from greatpowers.historical.published.reading import Place
from greatpowers.scenario.library import LARGEST, check_is_file, content_of, first_of, holds, path_of, text_in
from greatpowers.scenario.load import load_doctrine
from greatpowers.scenario.posterior import load_posterior
from greatpowers.server.start import start_from
from greatpowers.simulation.own import own_rules
from greatpowers.storage.checkpoint import read_parquet
from greatpowers.storage.files import checksum_of
from greatpowers.storage.manifest import read_manifest
from greatpowers.validation.scorecard_page import read_parameters

posix_only = pytest.mark.skipif(os.name != "posix", reason="devices and pipes that have a name of a file")
NO_FILE = "Not a file but a device or a pipe"


def test_the_directory_of_a_user_who_is_not_there_is_a_name_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert path_of("~/it") == tmp_path / "it"
    assert path_of("~nobody-has-this-name/it") == Path("~nobody-has-this-name/it")
    for read in (load_scenario, load_history, open_results, read_parameters):
        assert "~nobody-has-this-name" in refused(read, Path("~nobody-has-this-name/it.toml"))


def test_a_file_is_read_whole_and_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "it"
    path.write_bytes(b"one\r\ntwo\n")
    assert content_of(path) == content_of(path, 9) == b"one\r\ntwo\n"
    assert text_in(path) == "one\ntwo\n"
    assert first_of(path, 3) == b"one"
    assert holds(path, b"one\r\ntwo\n")
    assert not holds(path, b"one\r\ntwo") and not holds(path, b"one\r\ntwo\n\n") and not holds(path, b"one\r\ntwo,")
    with pytest.raises(OSError, match="Larger than 8 bytes"):
        content_of(path, 8)


@posix_only
def test_a_file_that_says_it_is_empty_is_read_no_further_than_allowed() -> None:
    place = Path("/proc/self/status")
    if not place.exists():
        pytest.skip("files whose size the system does not tell")
    assert place.stat().st_size == 0 and content_of(place)
    with pytest.raises(OSError, match="Larger than 10 bytes"):
        content_of(place, 10)


@posix_only
def test_a_pipe_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "it")
    with pytest.raises(OSError, match=NO_FILE):
        check_is_file(tmp_path / "it")


READERS: dict[str, Callable[[Path], object]] = {
    "scenario": load_scenario,
    "policy": load_policy,
    "doctrine": load_doctrine,
    "posterior": load_posterior,
    "experiment": load_study,
    "parameters": read_parameters,
    "table": read_parquet,
    "published file": lambda path: Place(path).content(),
    "laboratory": lambda path: start_from(str(path)),
}


def refused(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(GreatPowersError) as told:
        read(path)
    assert len(str(told.value).splitlines()) == 1
    return str(told.value)


@posix_only
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_every_reader_refuses_a_device(read: Callable[[Path], object], tmp_path: Path) -> None:
    assert NO_FILE in refused(read, Path(os.devnull))
    (tmp_path / "link.toml").symlink_to(os.devnull)
    assert NO_FILE in refused(read, tmp_path / "link.toml")


@pytest.mark.parametrize("name", [name for name in READERS if name not in ("table", "published file")])
def test_a_file_that_nobody_can_have_written_is_not_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "large.toml"
    path.touch()
    os.truncate(path, LARGEST + 1)  # takes no room
    assert "large.toml: the file cannot be read (Larger than 64 MiB)" in refused(READERS[name], path)


@posix_only
def test_directories_of_results_are_read_as_files_alone(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").symlink_to(os.devnull)
    for read in (read_manifest, load_history, open_results):
        assert NO_FILE in refused(read, tmp_path)
    assert checksum_of(tmp_path / "manifest.json") == ""


def test_a_module_of_the_user_s_own_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "own.py").touch()
    os.truncate(tmp_path / "own.py", LARGEST + 1)
    said = refused(lambda path: own_rules({"host": f"{path}:stubborn"}), tmp_path / "own.py")
    assert "own.py' cannot be read (Larger than 64 MiB)" in said


@posix_only
@pytest.mark.parametrize("argv", [["show"], ["batch"], ["validate", "--parameters"], ["publish", "template", "--out"]])
def test_the_command_line_says_so_in_one_line(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*argv, os.devnull]) == 2
    said = capsys.readouterr().err
    assert said.startswith("greatpowers: ") and NO_FILE.lower() in said.lower() and len(said.splitlines()) == 1
