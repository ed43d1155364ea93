"""What an engine for browsers is held against: whole histories of all shipped worlds, as the library plays them."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

from recorded import RECORDED

from greatpowers import names
from greatpowers.browser.layout import plain_data
from greatpowers.core.world import World
from greatpowers.simulation.run import play_to_end
from greatpowers.simulation.setup import Setup, prepare_all
from greatpowers.simulation.summary import summarise

SCENARIOS = ("template", *names("scenarios"))
POLICIES = ("laissez-faire", "half-a-loaf", "maximum-pressure")
SEEDS = (*range(7), 2**63 - 1)
"""Some hundreds of histories over all worlds, in which everything happens that can."""

PLAYER = Path(__file__).parent / "browser" / "player.mjs"

Hashes = dict[str, dict[str, str]]
Cases = tuple[Path, Hashes]


def sha256(parts: list[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def played(setup: Setup, seed: int) -> tuple[bytes, bytes]:
    """The hash of all that is recorded of a history, and its summary."""
    world, track, log = play_to_end(setup, seed)
    written = int(log.happened[0])
    parts = [track.metrics, track.states, track.theatres, track.trace_rows, log.codes[:written], log.numbers[:written]]
    return sha256([part.tobytes() for part in (*parts, *world)]).encode(), summarise(track.metrics).tobytes()


def cases_in(place: Path, scenarios: tuple[str, ...] = SCENARIOS) -> Cases:
    """Shipped worlds in a file of a directory, and hashes of what the library plays on them."""
    worlds, expected = {}, {}
    for name in scenarios:
        setups = prepare_all(name, POLICIES, None, None)
        worlds[name] = plain_data(setups)
        records, summaries = zip(*(played(setup, seed) for setup in setups for seed in SEEDS), strict=True)
        expected[name] = {"records": sha256(list(records)), "summaries": sha256(list(summaries))}
    path = place / "cases.json"
    parts = [*RECORDED, *(f"world.{part}" for part in World._fields)]
    given = {"worlds": worlds, "seeds": [str(seed) for seed in SEEDS], "parts": parts}
    path.write_text(json.dumps(given), encoding="utf-8")
    return path, expected


def in_node(node: str, *arguments: str | Path) -> Any:
    """What a script in Node prints."""
    done = subprocess.run([node, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
