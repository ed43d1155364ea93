"""How long a history of 2017 takes compiled by Numba, in Node and in Chromium, in turns on the same seeds."""

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from greatpowers.browser.layout import ASSETS, MODULE, plain_data
from greatpowers.simulation.run import play
from greatpowers.simulation.setup import Setup, prepare

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

PLAYER = Path(__file__).parents[1] / "browser" / "player.mjs"
POLICY = "half-a-loaf"
TURNS, HISTORIES = 5, 60


def native(setup: Setup) -> list[float]:
    milliseconds = []
    for seed in range(-40, HISTORIES):
        begun = time.perf_counter()
        play(setup, abs(seed), record=False)
        if seed >= 0:
            milliseconds.append(1000 * (time.perf_counter() - begun))
    return milliseconds


def in_node(node: str, world: Path) -> list[float]:
    script = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ pace }} from {json.dumps(PLAYER.as_uri())};
        const data = JSON.parse(readFileSync({json.dumps(str(world))}, "utf8"));
        const times = await pace(readFileSync({json.dumps(str(MODULE))}), data, "{POLICY}", {HISTORIES});
        console.log(JSON.stringify(times));"""
    done = subprocess.run([node, "--input-type=module", "--eval", script], capture_output=True, text=True, check=True)
    milliseconds: list[float] = json.loads(done.stdout)
    return milliseconds


def in_chromium(browser: "Browser", world: Path) -> list[float]:
    files = {"/player.mjs": PLAYER, "/world.json": world} | {f"/assets/{one.name}": one for one in ASSETS.iterdir()}

    def serve(route: "Route") -> None:
        file = files.get(urlsplit(route.request.url).path)
        kind = "text/javascript" if file is not None and file.suffix in (".js", ".mjs") else "text/html"
        route.fulfill(content_type=kind, body=b"<!doctype html>" if file is None else file.read_bytes())

    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("http://localhost/")
    milliseconds: list[float] = page.evaluate(f"""async () => {{
        const {{ pace }} = await import("/player.mjs");
        const bytes = await (await fetch("/assets/engine.wasm")).arrayBuffer();
        return pace(bytes, await (await fetch("/world.json")).json(), "{POLICY}", {HISTORIES});
    }}""")
    page.close()
    return milliseconds


def test_a_history_here_and_in_browsers(browser: "Browser", node: str, tmp_path: Path, figures: Any) -> None:
    setup, world = prepare("2017", POLICY, None, None), tmp_path / "world.json"
    world.write_text(json.dumps(plain_data([setup])), encoding="utf-8")
    ways: dict[str, Callable[[], list[float]]] = {
        "native": lambda: native(setup),
        "Node": lambda: in_node(node, world),
        "Chromium": lambda: in_chromium(browser, world),
    }
    milliseconds: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, way in ways.items():
            milliseconds[name].append(way())
    for name, turns in milliseconds.items():
        least, middle = min(min(turn) for turn in turns), min(statistics.median(turn) for turn in turns)
        ratio = middle / min(statistics.median(turn) for turn in milliseconds["native"])
        figures.add(
            f"a history of 2017, {name}",
            f"least {least:.2f} ms, median of the best turn {middle:.2f} ms ({ratio:.2f} of native)",
        )
