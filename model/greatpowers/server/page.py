"""The page: what its script is given, as it is served and as a file on its own."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

import greatpowers
from greatpowers.browser.layout import ASSETS as ENGINE, shipped_engine
from greatpowers.presentation.html import ENVIRONMENT
from greatpowers.scenario.errors import between
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import names
from greatpowers.scenario.load import load_doctrine, load_policy
from greatpowers.scenario.schema import Scenario
from greatpowers.server.atlas import ASSETS, GEOMETRY
from greatpowers.server.exports import FIGURES, TABLES
from greatpowers.server.labels import DIALS_OF, GROUPS, TOLD, is_switch, policy_titles, range_of
from greatpowers.server.payload import FEW, world_data
from greatpowers.server.state import APART, OF_WORLDS, LabState
from greatpowers.server.worlds import (
    LARGEST_FILE,
    base_scenario,
    generator_settings,
    leader_of,
    leading_states,
    scenario_object,
)
from greatpowers.simulation.setup import Setup, prepare
from greatpowers.storage.manifest import fingerprint
from greatpowers.studies.question import AnswerData, policies_asked

SHEETS = ("theme", "shell", "style", "story", "curves", "time", "compare", "question")
SERVED_SHEETS = (*SHEETS, "play", "place_map", "results")
GENERATOR = "greatpowers publish"

CITATION = "the greatpowers authors: greatpowers: an agent-based model of great-power rivalry. Version {}. MIT licence."


def served_page(start: LabState, notice: str, begun: bool, prefix: str) -> str:
    """The page as a server shows it, with a state to begin from, and what was wrong with its address.

    `begun` is whether no link brought its reader; `prefix` is the path under which a proxy serves it.
    """
    given = {
        **_given(start.model_dump(mode="json"), _about(start.scenario)),
        "served": True,
        "prefix": prefix,
        "notice": notice,
        "begun": begun,
        "scenarios": {name: name for name in names("scenarios")},
        "generator": list(SETTINGS),
        "exports": {"figures": FIGURES, "tables": TABLES},
        "largest": LARGEST_FILE,
        "engine": {
            "worker": {"address": f"{prefix}/engine/worker.js"}, "wasm": {"address": f"{prefix}/engine/engine.wasm"},
        },
    }  # fmt: skip
    return ENVIRONMENT.get_template("server/page.html").render(
        title="greatpowers: the laboratory", sheets=SERVED_SHEETS, prefix=prefix, given=_json(given), file=None
    )


def _json(given: Mapping[str, Any]) -> Markup:
    """Data that may stand in a page: no text in it ends the element that holds it."""
    return Markup(json.dumps(given, separators=(",", ":")).replace("<", "\\u003c"))


def _given(start: Mapping[str, Any], about: Mapping[str, str]) -> dict[str, Any]:
    """What both pages are given; `start` are fields of the state that the page begins from."""
    return {
        "state": start,
        "defaults": LabState().model_dump(mode="json"),
        "fields": {"apart": list(APART), "world": OF_WORLDS},
        "groups": [{"title": title, "rows": [_row(name) for name in group]} for title, group in GROUPS.items()],
        "few": FEW,
        "bounds": {name: (lever.low, lever.high) for name, lever in LEVERS.items()},
        "tour": TOLD["tour"],
        "about": about,
    }


def _row(name: str) -> dict[str, Any]:
    """A lever as a dial: all of its range, in fine steps; `scales` is whether it can change in proportion."""
    dial, lever = DIALS_OF[name], LEVERS[name]
    return {
        **dial._asdict(),
        "high": lever.high,
        "step": 0.01 if dial.kind == "share" else 1.0,
        "range": range_of(name),
        "meaning": f"{lever.meaning} ({lever.unit}; {between(lever.low, lever.high)})",
        "scales": not is_switch(name) and name not in ("red_line", "tranches"),
    }


def _about(scenario: str) -> dict[str, str]:
    return {
        "Model": f"greatpowers {greatpowers.__version__}, core {fingerprint()}",
        "Play it again": f"greatpowers run {scenario} --policy NAME --seed N --out history",
        "Cite as": CITATION.format(greatpowers.__version__),
    }


def _setting(
    name: str, label: str, low: float, high: float, step: float = 1.0, factor: float = 1.0, unit: str = ""
) -> dict[str, Any]:
    bounds = {"low": low, "high": high, "step": step}
    return {"name": name, "label": label, "kind": "share", **bounds, "factor": factor, "unit": unit, "names": {}}


SETTINGS = (
    _setting("states", "States", 2, 66),
    _setting("power_maximizers", "Share that maximize power", 0, 1, 0.05, 100, "%"),
    _setting("inequality", "Inequality of output (Gini coefficient)", 0, 0.95, 0.05),
    _setting("theatres_per_challenger", "Places that each may contest", 0, 6),
    _setting("alliances", "Neighbours that are allied", 0, 1, 0.05, 100, "%"),
    _setting("nuclear", "Share with second-strike forces", 0, 1, 0.05, 100, "%"),
    _setting("seed", "Which of such worlds", 0, 999),
)
"""Settings of a generated world, as dials."""


def served_world(state: LabState) -> dict[str, Any]:
    """The world of a state as its page takes it, with what can be chosen there; raises :class:`GreatPowersError`."""
    base = base_scenario(state)
    presets = [load_policy(name) for name in policy_titles(base.policies)]
    setup = prepare(scenario_object(state), presets[0], state.rounds, None)
    return {
        **world_data(setup, _name_of(state), presets),
        "asked": policies_asked(base),
        "askedPlaces": base.question.places if base.question else (),
        "powers": _powers(base),
        "generator": generator_settings().model_dump(mode="json") if state.scenario == "synthetic" else None,
    }


def _name_of(state: LabState) -> str:
    return hashlib.sha256(state.model_dump_json().encode()).hexdigest()


def _powers(scenario: Scenario) -> dict[str, Any]:
    """Who leads, whose doctrine can be changed, and the doctrines there are."""
    leader = leader_of(scenario)
    titles = {name: load_doctrine(name).title for name in names("doctrines")}
    return {
        "leader": next((state.label for state in scenario.states if state.id == leader), None),
        "states": [{"id": s.id, "label": s.label, "doctrine": s.doctrine} for s in leading_states(scenario)],
        "doctrines": titles | {doctrine.name: doctrine.title for doctrine in scenario.doctrines},
    }


def file_page(
    setups: Sequence[Setup],
    date: str,
    answer: AnswerData | None = None,
    parameters: Mapping[str, float] | None = None,
) -> str:
    """The page as one file that needs no server, with a world under several policies.

    `parameters` are those that were set for it. Equal arguments give equal text.
    """
    setup, presets = setups[0], [each.policy for each in setups]
    scenario = setup.scenario
    followed, against = asked(scenario, [preset.name for preset in presets])
    world = world_data(setup, "world", presets, parameters)
    on_a_map = world["shared"]["layout"] == "map"
    start = {
        "scenario": scenario.name, "policy": followed, "against": against, "seed": 0,
        "view": "question" if answer else "world",
    }  # fmt: skip
    sources = {"Sources of the world": scenario.source} if scenario.source else {}
    about = {**_about(scenario.name), "Made": date, **sources}
    given = {
        **_given(start, about),
        "served": False,
        "prefix": "",
        "notice": "",
        "begun": False,
        "world": {
            **world,
            "countries": json.loads((ASSETS / GEOMETRY).read_text(encoding="utf-8")) if on_a_map else None,
        },
        "answer": answer,
        "engine": {
            "worker": {"text": with_imports(ENGINE / "worker.js")},
            "wasm": {"base64": base64.b64encode(shipped_engine()).decode()},
        },
    }
    script = with_imports(ASSETS / "page.js")
    style = "".join((ASSETS / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)
    file = {
        "generator": GENERATOR, "summary": scenario.summary, "script": Markup(script), "style": Markup(style),
        "hashes": {"script": _hash(script), "style": _hash(style)},
    }  # fmt: skip
    return ENVIRONMENT.get_template("server/page.html").render(
        title=scenario.title, sheets=(), prefix="", given=_json(given), file=file
    )


def asked(scenario: Scenario, policies: Sequence[str]) -> list[str]:
    """The two policies that the page begins with: those of the scenario's question if they are there."""
    of_question = [name for name in (scenario.question.policies if scenario.question else ()) if name in policies]
    rest = [name for name in policies if name not in of_question]
    return [*of_question, *rest, policies[0]][:2]


def with_imports(path: Path) -> str:
    """A script and the modules that it imports as one script, each in a scope of its own."""
    texts: dict[str, str] = {}

    def visit(name: str) -> None:
        text = (path.parent / name).read_text(encoding="utf-8")
        texts[name] = ""  # a module that imports this one, too, comes before it
        for imported in IMPORT.finditer(text):
            if imported["file"] not in texts:
                visit(imported["file"])
        del texts[name]
        texts[name] = text

    visit(path.name)
    return "const modules = {};\n" + "\n".join(_scoped(name, text) for name, text in texts.items())


IMPORT = re.compile(r'^import (?:\{ (?P<names>[\w,\s]+) \} from )?"\./(?P<file>[\w.]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)


def _scoped(name: str, text: str) -> str:
    def taken(match: re.Match[str]) -> str:
        return f'const {{ {match["names"]} }} = modules["{match["file"]}"];' if match["names"] else ""

    exported = ", ".join(match["name"] for match in EXPORT.finditer(text))
    inner = EXPORT.sub("", IMPORT.sub(taken, text))
    return f'modules["{name}"] = (() => {{\n{inner}\nreturn {{ {exported} }};\n}})();'


def _hash(text: str) -> str:
    """What a content security policy calls an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
