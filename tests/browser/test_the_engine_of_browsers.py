"""The engine for browsers plays what the library plays: whole records, equal in every byte, in Node and in Chromium."""

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from engines import PLAYER, cases_in, in_node, sha256
from recorded import RECORDED

from greatpowers import GreatPowersError, load_scenario, simulate
from greatpowers.browser import layout
from greatpowers.browser.build import tools
from greatpowers.browser.layout import ASSETS, MODULE, described, description, plain_data, shipped_engine
from greatpowers.core.history import TheatreColumn
from greatpowers.core.kernel import core_fingerprint, is_compiled
from greatpowers.game.sides import Sides
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup, prepare, prepare_all
from greatpowers.simulation.summary import summarise

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

GUIDE = Path(__file__).parents[2] / "model" / "docs" / "how-to" / "browser.md"
KINDS = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json"}

pytestmark = pytest.mark.skipif(not is_compiled(), reason="as plain Python the whole histories would take an hour")


def script(node: str, text: str) -> Any:
    """What a script prints that has the engine and the world of the template under two policies."""
    data = json.dumps(plain_data(prepare_all("template", ["laissez-faire", "half-a-loaf"], None, None)))
    text = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ loadEngine }} from "{(ASSETS / "engine.js").as_uri()}";
        const bytes = readFileSync({json.dumps(str(MODULE))}), data = {data};
        const engine = await loadEngine(bytes);
        {text}"""
    return in_node(node, "--input-type=module", "--eval", text)


def test_node_plays_what_the_library_plays(node: str, tmp_path: Path) -> None:
    path, expected = cases_in(tmp_path)
    assert in_node(node, PLAYER, MODULE, path) == expected


def test_chromium_plays_what_the_library_plays(browser: "Browser", tmp_path: Path) -> None:
    """Of a few worlds, for its engine is Node's."""
    path, expected = cases_in(tmp_path, ("template", "2017"))
    files = {"/player.mjs": PLAYER, "/cases.json": path} | {f"/assets/{one.name}": one for one in ASSETS.iterdir()}

    def serve(route: "Route") -> None:
        file = files.get(urlsplit(route.request.url).path)
        if file is None:
            route.fulfill(content_type="text/html", body="<!doctype html>")
        else:
            route.fulfill(content_type=KINDS[file.suffix], body=file.read_bytes())

    page = browser.new_page()
    page.route("**/*", serve)
    page.goto("http://localhost/")
    hashes = page.evaluate("""async () => {
        const { hashes } = await import("/player.mjs");
        const bytes = await (await fetch("/assets/engine.wasm")).arrayBuffer();
        return hashes(bytes, await (await fetch("/cases.json")).json());
    }""")
    page.close()
    assert hashes == expected


def test_a_log_that_overflows_is_played_again_with_room(node: str) -> None:
    """A long history of a world with two places writes more than any history of the usual length."""
    world, _, log = play_to_end(prepare("template", "half-a-loaf", 3000, None), 5)
    sizes = script(node, """
        engine.roomFor = () => 10;
        const history = engine.play(engine.take(data), "half-a-loaf", { seed: 5, rounds: 3000 });
        console.log(JSON.stringify([history["workspace.log.codes"].length, history["world.system"].length]));
    """)  # fmt: skip
    assert sizes == [int(log.happened[0]) * log.codes.shape[1], world.system.nbytes]


def test_levers_that_are_moved_are_levers_of_a_policy(node: str) -> None:
    summary = script(node, """
        const world = engine.take(data);
        const orders = Array.from({ length: world.rounds }, (_, round) => [round, -1, { sanctions: 0.4, red_line: 3 }]);
        const moved = engine.withOrders(world, world.policies.get("laissez-faire"), world.rounds, orders);
        console.log(JSON.stringify(Array.from(engine.ensemble(world, moved, [7]))));
    """)  # fmt: skip
    setup = prepare("template", "laissez-faire", None, None)
    levers = setup.levers.levers.copy()
    levers.sanctions[:], levers.red_line[:] = 0.4, 3
    _, track, _ = play_to_end(Setup(**{**vars(setup), "levers": setup.levers._replace(levers=levers)}), 7)
    expected = summarise(track.metrics)
    assert summary == [None if np.isnan(value) else value for value in expected]


def test_orders_of_two_chairs_are_played_as_the_library_does(node: str) -> None:
    """Levers and rungs that change at rounds, in stretches of a round; and other luck from a round on."""
    sides, place = Sides(load_scenario("template"), "half-a-loaf", 3), load_scenario("template").theatres[1].id
    levers = {0: {"": {"sanctions": 0.9}, place: {"aid": 0.1}}, 2: {"": {"red_line": 2.0}}}
    history = sides.play(levers, {0: {place: 5}, 2: {place: 0}}, 7)
    parts = [*history.track[:3], history.track.trace_rows, history.codes, history.numbers]
    other = simulate("template", "half-a-loaf", 8, 12)
    printed = script(node, f"const PARTS = {json.dumps(RECORDED)};" + """
        const world = engine.take(data), rounds = 12;
        const { createHash } = await import("node:crypto");
        const hash = (history) => {
          const sum = createHash("sha256");
          for (const part of PARTS) sum.update(new Uint8Array(history[part].buffer));
          return sum.digest("hex");
        };
        const of = (turn, theatre, levers) => [0, 1, 2, 3].map((round) => [4 * turn + round, theatre, levers]);
        const orders = [...of(0, -1, { sanctions: 0.9 }), ...of(0, 1, { aid: 0.1 }), ...of(2, -1, { red_line: 2 })];
        const policy = engine.withOrders(world, world.policies.get("half-a-loaf"), rounds, orders);
        const aims = Array.from({ length: rounds }, (_, round) => [-1, [5, -1, 0][Math.floor(round / 4)]]);
        const same = engine.play(world, "half-a-loaf", { seed: 8, rounds });
        const turned = engine.play(world, "half-a-loaf", { seed: 7, rounds, other: { seed: 8, from: 0 } });
        const later = engine.play(world, "half-a-loaf", { seed: 8, rounds, other: { seed: 7, from: 6 } });
        const equal = later["track.metrics"].map((value, at) => Number(value === same["track.metrics"][at]));
        const width = engine.layout.columns["track.metrics"].length;
        const all = [engine.play(world, policy, { seed: 7, rounds, aims }), same, turned].map(hash);
        console.log(JSON.stringify([...all, equal.slice(0, 6 * width).every(Boolean), equal.every(Boolean)]));
    """)  # fmt: skip
    usual = sha256([part.tobytes() for part in (*other.track[:3], other.track.trace_rows, other.codes, other.numbers)])
    assert printed == [sha256([part.tobytes() for part in parts]), usual, usual, True, False]


def test_the_example_of_the_site_plays(node: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its page, first what Python does, then what a page does; nothing is fetched but these files."""
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    (example,) = (block for block in blocks if "plain_data" in block)
    (shown,) = re.findall(r"^```js\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, str(GUIDE), "exec"), {})
    shutil.copytree(ASSETS, tmp_path, dirs_exist_ok=True)
    fetch = """
        import { readFileSync } from "node:fs";
        globalThis.fetch = async (name) => new Response(readFileSync(new URL(name, import.meta.url)));
    """
    printed = (
        "console.log(JSON.stringify([history['track.theatres'].length, "
        "engine.layout.columns['track.theatres'].length]));"
    )
    (tmp_path / "example.mjs").write_text(f"{fetch}{shown}{printed}", encoding="utf-8")
    numbers, columns = in_node(node, tmp_path / "example.mjs")
    setup = prepare("2017", "half-a-loaf", None, None)
    assert (numbers, columns) == (setup.rounds * setup.sizes[1] * len(TheatreColumn), len(TheatreColumn))


def test_shapes_and_names_are_those_of_the_library() -> None:
    metadata = described(MODULE.read_bytes())
    made_with = metadata.pop("made_with")
    assert metadata == {"core": core_fingerprint(), **description()}
    assert set(made_with) == set(tools())


REFUSED = {
    "loadEngine(bytes, 'another')": f"The engine plays by the rules of core {core_fingerprint()}",
    "engine.take({ ...data, core: 'another' })": "and this is of core another.",
    "engine.take({ ...data, sizes: { states: 2, theatres: 2 } })": "world.states has 864 bytes; expected 432.",
    "loadEngine(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))": "This is no engine of greatpowers.",
    "engine.withOrders(world, world.policies.get('half-a-loaf'), 8, [[0, -1, { nukes: 1 }]])": (
        "There is no lever 'nukes'."
    ),
    "engine.play(engine.take(data), 'peace')": "There is no policy 'peace'.",
}


def test_what_cannot_be_played_is_refused(node: str) -> None:
    tries = ", ".join(f"async () => {what}" for what in REFUSED)
    printed = script(node, f"""
        const world = engine.take(data);
        const said = [];
        for (const attempt of [{tries}]) {{
          try {{ await attempt(); said.push("nothing"); }} catch (error) {{ said.push(error.message); }}
        }}
        console.log(JSON.stringify(said));
    """)  # fmt: skip
    assert [what for what, said in zip(REFUSED, printed, strict=True) if REFUSED[what] not in said] == [], printed


def test_an_engine_of_another_core_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped_engine() == MODULE.read_bytes()
    monkeypatch.setattr(layout, "core_fingerprint", lambda: "another")
    with pytest.raises(GreatPowersError, match=r"made from other rules .* build it anew: python -m greatpowers"):
        shipped_engine()


def test_policies_of_several_worlds_are_no_one_world() -> None:
    with pytest.raises(ValueError, match="several worlds"):
        plain_data([prepare("template", "half-a-loaf", None, None), prepare("2017", "half-a-loaf", None, None)])
