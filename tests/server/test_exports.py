"""What is taken along is what the command line writes."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from greatpowers import brief, compare, load_history, load_scenario, simulate
from greatpowers.cli import main
from greatpowers.server.state import LabState

SHORT = LabState().changed(rounds=8)


@pytest.fixture(scope="module")
def page(shared_page: Callable[..., Any]) -> Any:
    """A page that shows a short history, for all tests of this file."""
    return shared_page(f"?s={SHORT.encode()}")


def open_dialog(page: Any) -> None:
    if not page.get_by_test_id("export-run").is_visible():
        page.get_by_test_id("export").click()


def download(page: Any, name: str) -> tuple[str, bytes]:
    """Press the button of an export: the file's name and content."""
    open_dialog(page)
    with page.expect_download() as download_info:
        page.get_by_test_id(f"export-{name}").click()
    return download_info.value.suggested_filename, Path(download_info.value.path()).read_bytes()


def test_the_run_is_the_directory_that_the_command_line_writes(page: Any, tmp_path: Path) -> None:
    name, body = download(page, "run")
    assert name == f"greatpowers-2017-half-a-loaf-seed{SHORT.seed}.zip"
    zipfile.ZipFile(io.BytesIO(body)).extractall(tmp_path)
    here = tmp_path / name.removesuffix(".zip")
    there = tmp_path / "cli"
    command = ["run", "2017", "--policy", "half-a-loaf", "--seed", str(SHORT.seed), "--rounds", str(SHORT.rounds)]
    assert main([*command, "--out", str(there)]) == 0
    assert sorted(path.name for path in here.iterdir()) == sorted(path.name for path in there.iterdir())
    for path in there.glob("*.parquet"):
        assert pd.read_parquet(here / path.name).equals(pd.read_parquet(path)), path.name
    for path in there.glob("*.toml"):
        assert (here / path.name).read_bytes() == path.read_bytes()
    manifests = [json.loads((place / "manifest.json").read_text()) for place in (here, there)]
    assert {k: v for k, v in manifests[0].items() if k != "created"} == {
        k: v for k, v in manifests[1].items() if k != "created"
    }
    assert load_history(here).seed == SHORT.seed


def test_data_are_those_of_the_library_to_the_last_digit(page: Any) -> None:
    history = simulate("2017", "half-a-loaf", seed=SHORT.seed, rounds=SHORT.rounds)
    _, body = download(page, "table-metrics-csv")
    frame = pd.read_csv(io.BytesIO(body), index_col="round", float_precision="round_trip")
    pd.testing.assert_frame_equal(frame, history.metrics, check_dtype=False, check_exact=True)
    _, body = download(page, "table-theatres-csv")
    assert len(pd.read_csv(io.BytesIO(body))) == len(history.theatres)


def test_the_runs_of_both_policies(page: Any) -> None:
    _, body = download(page, "table-runs-csv")
    frame = pd.read_csv(io.BytesIO(body), index_col=["policy", "seed"], float_precision="round_trip")
    library = compare("2017", ["laissez-faire", "half-a-loaf"], seeds=200, rounds=SHORT.rounds)
    pd.testing.assert_frame_equal(frame, library.runs, check_dtype=False, check_exact=True)


@pytest.mark.parametrize("which", ["ladder", "metrics", "escalation"])
def test_figures_are_pictures(page: Any, which: str) -> None:
    name, body = download(page, f"figure-{which}-png")
    assert name.endswith(f"-{which}.png") and body.startswith(b"\x89PNG\r\n")
    assert len(body) > 20_000
    name, body = download(page, f"figure-{which}-svg")
    assert name.endswith(f"-{which}.svg") and b"<svg" in body[:2000]


def test_a_brief_is_on_what_is_set_and_the_place_chosen(page: Any) -> None:
    """The place that the world's question names comes first; another one is chosen."""
    places = [theatre.id for theatre in load_scenario("2017").theatres]
    open_dialog(page)
    offered = page.get_by_test_id("brief-place").locator("option").evaluate_all("all => all.map(({ value }) => value)")
    assert offered[:2] == ["donbas", "syria-russia"] and sorted(offered) == sorted(places)
    page.get_by_test_id("brief-place").select_option("estonia")
    name, body = download(page, "brief-html")
    assert name == "greatpowers-2017-brief-estonia.html"
    library = brief("2017", "estonia", "half-a-loaf", "laissez-faire", seeds=200, rounds=SHORT.rounds)
    assert body.decode() == library.pages["brief.html"]
    name, body = download(page, "brief-pdf")
    assert name == "greatpowers-2017-brief-estonia.pdf" and body.startswith(b"%PDF")


def test_what_cannot_be_had_is_said_in_the_page(open_page: Callable[..., Any], another_server: Any) -> None:
    server = another_server("2017", "--port", "0")
    page = open_page()
    page.watched.allowed += ["ERR_CONNECTION_REFUSED"]
    page.goto(f"{server.address}?s={SHORT.encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    server.stop()
    page.get_by_test_id("export").click()
    page.get_by_test_id("export-run").click()
    page.get_by_text("The server does not answer.").wait_for()
    assert page.url.startswith(server.address)
