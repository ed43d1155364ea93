"""A scenario of one's own: checked, played, kept in the link; nothing of it reaches the file system."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from greatpowers import GreatPowersError, load_scenario, simulate
from greatpowers.scenario.library import configs_directory
from greatpowers.server.state import LabState
from greatpowers.server.worlds import LARGEST_FILE, scenario_object, state_with, text_of

TEMPLATE = configs_directory() / "scenarios" / "template.toml"
SMALL = 'format = 1\nname = "mine"\ntitle = "Mine"\n[synthetic]\nstates = 6\nseed = 3\n'


def upload(page: Any, name: str, body: bytes) -> None:
    page.get_by_test_id("scenario").select_option(label="Own file…")
    page.get_by_role("dialog", name="A world of your own").wait_for()
    page.get_by_test_id("upload-fault").wait_for(state="hidden")
    page.get_by_test_id("upload").set_input_files({"name": name, "mimeType": "application/toml", "buffer": body})


@pytest.fixture(scope="module")
def shared(shared_page: Callable[..., Any]) -> Any:
    return shared_page()


@pytest.fixture
def unchanged(shared: Any) -> Any:
    """One page for all that is refused, as that changes nothing; its dialog is closed again."""
    shared.keyboard.press("Escape")
    shared.get_by_role("dialog").wait_for(state="hidden")
    return shared


SCENARIO = "window.greatpowers?.payload('a')?.scenario"


def test_an_own_world_is_played_and_survives_a_reload(page: Any, wait: Any, tmp_path: Path) -> None:
    upload(page, "mine.toml", SMALL.encode())
    wait.true(page, f"{SCENARIO} === 'mine'")
    order = page.evaluate("window.greatpowers.payload('a').metrics.order")
    (tmp_path / "mine.toml").write_text(SMALL)
    history = simulate(load_scenario(tmp_path / "mine.toml"), "half-a-loaf", seed=LabState().seed)
    assert order == pytest.approx(history.metrics["order"].tolist(), rel=1e-3)
    page.reload()
    wait.true(page, f"{SCENARIO} === 'mine'")


def test_after_a_file_that_is_refused_the_right_one_is_taken_and_stays_at_hand(
    page: Any, played: Callable[..., None], wait: Any
) -> None:
    """It can be chosen again after another world, and undone."""
    page.watched.allowed += ["400"]
    upload(page, "mine.toml", b"title = ")
    page.get_by_test_id("upload-fault").wait_for()
    page.get_by_test_id("upload").set_input_files({"name": "mine.toml", "mimeType": "", "buffer": SMALL.encode()})
    wait.true(page, f"{SCENARIO} === 'mine'")
    assert page.get_by_role("dialog").count() == 0 and page.get_by_test_id("scenario").input_value() == "own"
    for name, scenario in (("2017", "2017"), ("own", "mine")):
        page.get_by_test_id("scenario").select_option(name)
        wait.true(page, f"{SCENARIO} === '{scenario}'")
    for scenario in ("2017", "mine", "2017"):
        page.get_by_test_id("undo").click()
        wait.true(page, f"{SCENARIO} === '{scenario}'")
    assert page.get_by_test_id("undo").is_disabled()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"title = ", ["own scenario"]),
        (SMALL.replace("states = 6", "staets = 6").encode(), ["no setting", "states"]),
        (SMALL.replace("states = 6", "states = 900").encode(), ["900 states", "at most 200"]),
        (b"\xff\xfe\x00", ["not UTF-8"]),
        (b'format = 1\nname = "x"\ntitle = "x"\n', ["no state"]),
        (b"[levers]\naid = 0.5\n", ["policy", "expected a scenario"]),
    ],
)
def test_what_is_wrong_is_said_in_the_dialog(unchanged: Any, body: bytes, words: list[str]) -> None:
    page = unchanged
    page.watched.allowed += ["400"]
    upload(page, "mine.toml", body)
    fault = page.get_by_test_id("upload-fault")
    fault.wait_for()
    assert all(word in fault.inner_text() for word in words), fault.inner_text()
    lines = fault.inner_text().splitlines()
    assert all(line.startswith("own scenario") and line.endswith((".", "?")) for line in lines), (
        "a sentence for a fault"
    )
    assert "Traceback" not in page.content()
    assert page.evaluate(SCENARIO) == "2017"


def test_a_file_that_is_too_large_is_refused_in_the_page(unchanged: Any) -> None:
    upload(unchanged, "mine.toml", b"# " + b"x" * LARGEST_FILE)
    unchanged.get_by_test_id("upload-fault").get_by_text("at most").wait_for()


def test_a_file_that_is_too_large_is_refused_by_the_server_as_well() -> None:
    with pytest.raises(GreatPowersError, match="at most"):
        text_of(b"x" * (LARGEST_FILE + 1))


@pytest.mark.parametrize(
    "line",
    [
        'policy = "../../../etc/passwd"',
        'policy = "/etc/passwd"',
        'policy = "~/secret"',
        'policy = "C:\\\\secret"',
    ],
)
def test_paths_in_a_file_are_no_names(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terms name policies; only the shipped ones are known, and nothing is looked for beside the file."""
    text = TEMPLATE.read_text() + f'\n[[terms]]\n{line}\ntheatres = ["x"]\nlevers = {{ aid = 0.1 }}\n'
    opened: list[str] = []
    real = Path.open

    def watched(self: Path, *args: Any, **named: Any) -> Any:
        opened.append(str(self))
        return real(self, *args, **named)

    monkeypatch.setattr(Path, "open", watched)
    with pytest.raises(GreatPowersError):
        state_with(LabState(), text)
    assert all(str(configs_directory()) in path for path in opened), opened


def test_doctrines_in_a_file_are_no_paths_either() -> None:
    text = SMALL + 'maximizer_doctrine = "../policies/containment"\n'
    with pytest.raises(GreatPowersError, match="maximizer_doctrine"):
        state_with(LabState(), text)


@pytest.mark.parametrize("path", sorted((configs_directory() / "scenarios").glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_world_fits_in_a_link(path: Path) -> None:
    state = state_with(LabState(), path.read_text())
    assert LabState.decode(state.encode()) == state
    assert scenario_object(state) == load_scenario(path)


def test_a_world_too_large_for_a_link_is_refused() -> None:
    import random

    luck = random.Random(1)
    lines = ["format = 1", 'name = "big"', 'title = "Big"']
    for number in range(190):
        name = "".join(luck.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=900))
        lines += ["[[state]]", f'id = "S{number}"', 'doctrine = "greedy"', f'reason = "{name}"']
        lines += [f"economy = {luck.random()}", f"capability = {luck.random()}", "lat = 1.0", f"lon = {number / 10}"]
    with pytest.raises(GreatPowersError, match="at most 48000 fit"):
        state_with(LabState(), "\n".join(lines))


def test_uploads_are_not_kept_on_disk(page: Any, server: Any, wait: Any) -> None:
    """The server has no file of what it was sent, beyond what its threads hold open."""
    upload(page, "mine.toml", SMALL.replace("mine", "secretword").encode())
    wait.true(page, f"{SCENARIO} === 'secretword'")
    links = [os_link for os_link in Path(f"/proc/{server.process.pid}/fd").iterdir()]
    targets = [str(link.readlink()) for link in links if link.exists()]
    assert not [target for target in targets if target.endswith(".toml")]
