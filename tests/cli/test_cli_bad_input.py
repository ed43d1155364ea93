"""Bad input ends in one clear sentence on stderr and exit code 2, before anything is computed or written."""

import os
from argparse import Action
from pathlib import Path

import pytest

from greatpowers.cli import entry, list as listing, main
from greatpowers.cli.arguments import assignment
from greatpowers.experiments.run import run_batch

USAGE = [
    (["compar"], "there is no command 'compar'. Did you mean 'compare'?"),
    (
        ["xylophone"],
        "there is no command 'xylophone'. Known: compare, run, show, explain, batch, rerun, report, fork, "
        "sensitivity, discover, search, validate, calibrate, hindcast, forecast, plausibility, mechanisms, brief, "
        "deals, serve, publish, data, scenario, list, notebooks, warmup.",
    ),
    (["--versoin"], "there is no option '--versoin'. Did you mean '--version'?"),
    (["compare", "--sedes", "3"], "there is no option '--sedes'. Did you mean '--seeds'?"),
    (["compare", "--seed", "3"], "there is no option '--seed'. Did you mean '--seeds'?"),
    (["run", "2017", "--polcy", "containment"], "there is no option '--polcy'. Did you mean '--policy'?"),
    (["run", "2017", "2018"], "'2018' is one argument too many; see 'greatpowers run --help'."),
    (["run"], "SCENARIO is missing; see 'greatpowers run --help'."),
    (["explain"], "RUN_DIR is missing; see 'greatpowers explain --help'."),
    (["list"], "KIND is missing; see 'greatpowers list --help'."),
    (["list", "policy"], "there is nothing called 'policy' to list. Did you mean 'policies'?"),
    (["compare", "--seeds"], "--seeds needs a value; see 'greatpowers compare --help'."),
    (
        ["discover", ".", "--loser", "a", "--winner", "b", "--better", "mor"],
        "--better is 'mor'; expected one of",
    ),
    (["run", "2017", "--json=yes"], "--json takes no value, and 'yes' was given; see 'greatpowers run --help'."),
    (["compare", "--policies", "a,,b"], "--policies is 'a,,b'; expected names with commas between them"),
    (["compare", "--policies", ""], "--policies is ''; expected names with commas between them"),
    (["compare", "--policies", "containment,containment"], "--policies names 'containment' twice"),
    (["run", "2017", "--param", "clash"], "--param is 'clash'; expected NAME=VALUE, such as clash=0.1."),
    (["run", "2017", "--param", "=1"], "--param is '=1'; expected NAME=VALUE"),
    (
        ["run", "2017", "--param", "clash=much"],
        "--param gives 'clash' the value 'much'; expected a number, such as 0.1.",
    ),
    (["explain", ".", "--round", "soon"], "--round is 'soon'; expected a round from 0, or a quarter such as 2019Q3."),
    (["explain", ".", "--round", "2019Q5"], "--round is '2019Q5'; expected"),
    (["explain", ".", "--round", "-1"], "--round is '-1'; expected"),
]

NUMBERS = [
    (command, option, text)
    for command, option in (
        (["compare", "template"], "--seeds"),
        (["compare", "template"], "--rounds"),
        (["compare", "template"], "--workers"),
        (["run", "template"], "--rounds"),
    )
    for text in ("0", "-3", "2.5", "ten", "", "1e3", "nan", "99999999999999999999")
] + [(["run", "template"], "--seed", text) for text in ("-1", "0.5", "x", str(2**63))]

SLIPS = ("1_0", " 1", "1 ", "1\N{NO-BREAK SPACE}", "\N{FULLWIDTH DIGIT ONE}", "\N{ARABIC-INDIC DIGIT THREE}")
SLIPS += ("\N{SUPERSCRIPT TWO}", "1,000", "0x10", "1e", "1e1_0", "--1", "+", "inf", "infinity", "NaN", "1" * 5000)
"""What Python, or a reader on some system, takes for a number, and a person hardly means as one, or cannot mean."""

CONTENT = [
    (["show", "2018"], "there is no scenario '2018', neither shipped nor as a file. Did you mean '2017'?"),
    (["run", "containment"], "'containment' is a policy; expected a scenario."),
    (["run", "deep-uncertainty"], "'deep-uncertainty' is an experiment; expected a scenario."),
    (["batch", "2017"], "'2017' is a scenario; expected an experiment."),
    (["run", "no/such.toml"], "there is no file 'no/such.toml'."),
    (["run", "template", "--policy", "contanment"], "there is no policy 'contanment'"),
    (["show", "template", "--policy", "half-loaf"], "Did you mean 'half-a-loaf'?"),
    (["compare", "template", "--policies", "containment,half-a-loav"], "Did you mean 'half-a-loaf'?"),
    (["compare", "template", "--param", "clahs=0.1"], "there is no parameter 'clahs'. Did you mean 'clash'?"),
    (["compare", "template", "--param", "jolt=7"], "parameter 'jolt' is 7; expected a number from 0 to 1"),
    (["run", "template", "--param", "clash=.1", "--param", "clash=.2"], "--param gives 'clash' twice"),
    (["explain", "nowhere"], "nowhere"),
    (["explain", "."], ".: there is no run here"),
    (["publish", "template", "--out", "no/such.html"], "cannot write to 'no/such.html' (no such file or directory)"),
    (["publish", "template", "--out", "."], "cannot write to '.' (is a directory)"),
]


def refuse(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must be refused; the sentence it is refused with."""
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("greatpowers: ")
    assert "Traceback" not in captured.err
    assert captured.err.endswith(("." + "\n", "?\n"))
    return captured.err


@pytest.fixture(autouse=True)
def _in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Start each test in an empty directory and see that it is still empty."""
    monkeypatch.chdir(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    yield
    left = {path.name for path in tmp_path.iterdir()} - before
    assert not [name for name in left if not name.startswith("given-")]


@pytest.mark.parametrize(("argv", "sentence"), USAGE + CONTENT, ids=[" ".join(argv) for argv, _ in USAGE + CONTENT])
def test_the_sentence_says_what_and_what_instead(argv, sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert sentence in refuse(argv, capsys)


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\t", "\x1b[31m", "\x7f", "\x85", "\u2028"], ids=ascii)
@pytest.mark.parametrize(
    "argv",
    [
        ["show", "a{}b"],
        ["show", "a{}b.toml"],
        ["a{}b"],
        ["--a{}b"],
        ["run", "template", "x{}b"],
        ["compare", "--policies", "a{}b"],
        ["compare", "--seeds", "a{}b"],
        ["run", "template", "--param", "a{}b=1"],
        ["run", "template", "--param", "a{}b"],
        ["run", "template", "--rule", "host=a{}b:f"],
        ["explain", "a{}b"],
        ["report", "a{}b"],
        ["list", "a{}b"],
        ["data", "a{}b"],
    ],
    ids=" ".join,
)
def test_a_refusal_takes_one_line_whatever_it_quotes(
    argv: list[str], mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refuse([word.format(mark) for word in argv], capsys)
    assert ascii(mark)[1:-1] in said
    assert said.count("\n") == 1 and said[:-1].isprintable()


@pytest.mark.parametrize(("command", "option", "text"), NUMBERS)
def test_a_number_that_is_none_is_quoted_with_what_was_expected(
    command: list[str], option: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refuse([*command, f"{option}={text}"], capsys)
    assert f"{option} is " in message
    assert text in message
    assert "expected a whole number" in message


def options(command: str) -> list[Action]:
    """What a command takes, from the parser itself."""
    (commands,) = entry.build_parser(command)._subparsers._group_actions  # type: ignore[union-attr]
    return commands.choices[command]._actions  # type: ignore[call-overload,index]


WITH_NUMBERS = [
    (name, action.option_strings[0])
    for name in entry.COMMANDS
    for action in options(name)
    if action.option_strings and action.metavar in ("N", "S", "Y", "R", "ROUND")
]


def test_many_options_take_a_number() -> None:
    known = {"--seeds", "--seed", "--rounds", "--workers", "--port", "--row", "--round", "--at", "--year", "--until"}
    assert known < {option for _, option in WITH_NUMBERS}


@pytest.mark.parametrize(
    ("command", "option", "text"),
    [(*option, "1_0") for option in WITH_NUMBERS]
    + [(*option, text) for option in (("compare", "--seeds"), ("explain", "--round")) for text in SLIPS],
    ids=lambda text: ascii(text)[1:20],
)
def test_a_whole_number_is_written_in_plain_digits(
    command: str, option: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = refuse([command, f"{option}={text}"], capsys)
    assert f"{option} is '" in message
    assert "; expected a " in message


@pytest.mark.parametrize(
    "text", [*(text for text in SLIPS if text == text.strip(" ")), "1e999", "-1e999", ".", "-.e1"], ids=ascii
)
def test_the_value_of_a_parameter_is_written_in_plain_digits(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = refuse(["run", "template", f"--param=clash={text}"], capsys)
    assert "--param gives 'clash' the value '" in message
    assert "expected a number, such as 0.1." in message


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", 0.1), (".1", 0.1), ("1.", 1.0), ("+2", 2.0), ("-0.5e-3", -0.0005), ("1E2", 100.0), ("1" * 50, 1.1e49)],
)
def test_a_parameter_takes_every_usual_way_to_write_a_number(text: str, value: float) -> None:
    assert assignment(f"clash={text}") == ("clash", pytest.approx(value, rel=0.02))
    assert assignment(f" clash = {text} ")[0] == "clash"  # as in a TOML file


@pytest.mark.parametrize("argv", [["compare", "template"], ["run", "template"]], ids=["compare", "run"])
class TestTheDirectoryToWriteTo:
    """Looked at before anything is computed: these would take a thousand years otherwise."""

    LONG = ("--rounds", "4000")

    def test_a_file_is_left_alone(self, argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "given-file").write_text("mine")
        message = refuse([*argv, *self.LONG, "--out", "given-file"], capsys)
        assert "given-file: this is a file" in message
        assert (tmp_path / "given-file").read_text() == "mine"

    def test_somebody_elses_files_are_left_alone(
        self, argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "given-thesis").mkdir()
        (tmp_path / "given-thesis" / "chapter.tex").write_text("mine")
        message = refuse([*argv, *self.LONG, "--out", "given-thesis"], capsys)
        assert "given-thesis: this directory holds files" in message
        assert [path.name for path in (tmp_path / "given-thesis").iterdir()] == ["chapter.tex"]

    def test_a_manifest_of_something_else_does_not_make_it_ours(
        self, argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "given-app").mkdir()
        (tmp_path / "given-app" / "manifest.json").write_text('{"name": "an app", "version": "1"}')
        refuse([*argv, *self.LONG, "--out", "given-app"], capsys)
        assert (tmp_path / "given-app" / "manifest.json").exists()

    def test_a_place_under_a_file_is_none(
        self, argv: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "given-file").write_text("mine")
        assert "given-file/below/it" in refuse([*argv, *self.LONG, "--out", "given-file/below/it"], capsys)

    def test_a_place_that_cannot_be_written(self, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        place = a_place_that_refuses()
        assert str(place) in refuse([*argv, *self.LONG, "--out", str(place / "results")], capsys)

    def test_a_name_that_is_too_long(self, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert "too long" in refuse([*argv, *self.LONG, "--out", "x" * 300], capsys)

    def test_an_empty_name(self, argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        assert "--out is empty" in refuse([*argv, *self.LONG, "--out", ""], capsys)


EXPERIMENT = """
format = 1
name = "few"
title = "Few runs"
scenarios = ["template"]
policies = ["containment", "laissez-faire"]
rounds = 4
replicates = 2
metrics = ["mean_severity", "order"]
"""
RESULTS = "RESULTS"
WRITES = {
    "compare": ["template"],
    "run": ["template"],
    "batch": ["policy-comparison-2017"],
    "rerun": [RESULTS, "--row", "0"],
    "report": [RESULTS],
    "fork": ["template", "--at", "1", "--policy", "containment"],
    "sensitivity": ["template"],
    "discover": [RESULTS, "--loser", "containment", "--winner", "laissez-faire"],
    "search": ["template"],
    "validate": ["--fast"],
    "calibrate": ["--fast"],
    "hindcast": ["--data", "."],
    "forecast": [],
    "plausibility": ["template"],
    "mechanisms": ["template"],
    "brief": ["2017"],
    "deals": ["2017"],
    "publish": ["2017"],
    "scenario": ["build", "--year", "1900", "--data", "."],
}
"""A command line of every command that takes --out, which would work for a while."""
ENDINGS = {"report": ".html", "publish": ".html", "scenario": ".toml"}
WORK = (
    "cli.terminal.progress_bar",
    "cli.terminal.stage_bar",
    "simulation.run.simulate",
    "experiments.run.rerun",
    "experiments.results.Results.check_whole",
    "studies.discovery.discover",
    "historical.build_world.build_scenario",
    "hindcast.run.read_past",
)


def test_every_command_that_writes_is_among_those_tried() -> None:
    assert {name for name in entry.COMMANDS if any("--out" in a.option_strings for a in options(name))} == set(WRITES)


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("experiment")
    (place / "few.toml").write_text(EXPERIMENT)
    return run_batch(place / "few.toml", place / "results").directory


def a_place_that_refuses() -> Path:
    """A directory that nobody writes to, root included."""
    place = Path("given-locked")
    place.mkdir(mode=0o500)
    if os.access(place, os.W_OK):
        place = Path("/proc")  # root may write to everything that is a real disk
        if not place.is_dir():
            pytest.skip("no directory here refuses root")
    return place


@pytest.mark.parametrize("command", WRITES)
@pytest.mark.parametrize("where", ["below a file", "in a directory that refuses", "a name too long", "of others"])
def test_where_nothing_can_be_written_no_work_begins(
    command: str, where: str, results: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(*_: object, **__: object) -> None:
        pytest.fail("it works before it looks where to write")

    ending = ENDINGS.get(command, "")
    Path("given-file").write_text("mine")
    if where == "below a file":
        place = Path(f"given-file/it{ending}")
    elif where == "in a directory that refuses":
        place = a_place_that_refuses() / f"it{ending}"
    elif where == "a name too long":
        place = Path("x" * 300 + ending)
    else:
        place = Path(f"given-file{ending}")
        place.write_text("mine")
    for name in WORK:
        monkeypatch.setattr(f"greatpowers.{name}", work)
    words = [str(results) if word == RESULTS else word for word in WRITES[command]]
    message = refuse([command, *words, "--out", str(place)], capsys)
    assert str(place)[:50] in message
    assert Path("given-file").read_text() == "mine"


def test_a_directory_that_is_not_there_is_made_and_that_of_a_file_is_asked_for(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "template", "--rounds", "2", "--no-figures", "--out", "given-new/by/it"]) == 0
    assert Path("given-new/by/it/manifest.json").is_file()
    capsys.readouterr()
    assert "No such file or directory" in refuse(["report", str(results), "--out", "no/such.html"], capsys)
    assert "there is no directory 'no'" in refuse(
        ["scenario", "build", "--year", "1900", "--data", ".", "--out", "no/such.toml"], capsys
    )


@pytest.mark.parametrize("ending", [".html", ".toml"])
def test_a_name_that_has_no_room_for_what_is_half_written_is_refused_at_once(
    ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {".html": ["publish", "2017"], ".toml": ["scenario", "build", "--year", "1900", "--data", "."]}
    assert "too long" in refuse([*words[ending], "--out", "x" * 245 + ending], capsys)


def test_a_refusal_in_a_process_of_its_own_looks_the_same(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers("compare", "2017", "--seeds", "0", cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr == "greatpowers: --seeds is 0; expected a whole number from 1 to 1000000.\n"
    assert not list(tmp_path.iterdir())


def test_a_broken_scenario_file_is_named(greatpowers, tmp_path: Path) -> None:
    (tmp_path / "given-mine.toml").write_text('format = 1\nname = "mine"\ntitle = "Mine"\nstat = 3\n')
    finished = greatpowers("run", "given-mine.toml", cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr.startswith("greatpowers: given-mine.toml: there is no setting 'stat'. Did you mean 'state'?")


@pytest.mark.skipif(os.name != "posix", reason="names of files are text there")
def test_a_name_that_is_no_text_is_told_without_what_cannot_be_written(greatpowers, tmp_path: Path) -> None:
    finished = greatpowers("run", os.fsdecode(b"\xff.toml"), cwd=tmp_path, anew=True)
    assert finished.returncode == 2
    assert finished.stderr == "greatpowers: there is no file '?.toml'.\n"


READS = ("show", "explain", "report", "notebooks", "data", "rerun --row 0", "batch", "sensitivity", "compare")
READS += ("fork --at 1 --true-beliefs", "discover --loser a --winner b", "run template --policy", "serve")
READS += ("validate --parameters", "calibrate --parameters", "calibrate --data", "compare --posterior")


@pytest.mark.skipif(os.name != "posix", reason="users by name are looked up there")
@pytest.mark.parametrize("words", [*READS, *(f"{name} {' '.join(words)} --out" for name, words in WRITES.items())])
def test_the_directory_of_a_user_who_is_not_there(
    words: str, results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = words.replace(RESULTS, str(results)).split()
    place = f"~nobody-has-this-name/it{ENDINGS.get(argv[0], '')}"
    assert place in refuse([*argv, place], capsys)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TimeoutError(), "what was waited for did not answer, or left (TimeoutError); give the same command again."),
        (ConnectionResetError("reset"), "what was waited for did not answer, or left (reset); give the same command"),
        (
            TimeoutError(110, "Connection timed out", "data"),
            "reading or writing failed ('data': Connection timed out).",
        ),
        (OSError(), "reading or writing failed (OSError)."),
    ],
    ids=repr,
)
def test_what_does_not_answer_in_time_is_not_told_as_a_file(
    error: OSError, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> None:
        raise error

    monkeypatch.setattr(listing, "execute", fails)
    monkeypatch.setattr(entry, "_forget_stdout", lambda: None)  # pytest's own would be gone for good
    assert sentence in refuse(["list", "policies"], capsys)
