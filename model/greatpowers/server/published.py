"""One page that holds a world, its policies and the engine: it plays histories from disk, without server or network.

The answer to the scenario's question stands first, as on the page that is served; it is handed in. All else is played
where the page is opened, with the engine of `browser`.
"""

import base64
import errno
import hashlib
import html
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

import greatpowers
from greatpowers.browser.layout import ASSETS as ENGINE, plain_data, shipped_engine
from greatpowers.core.declare import Floats
from greatpowers.presentation.html import ENVIRONMENT, STYLE
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import first_of
from greatpowers.scenario.schema import Scenario
from greatpowers.server.atlas import ASSETS, GEOMETRY
from greatpowers.server.labels import DIALS_OF
from greatpowers.server.payload import FEW, RUNS, declared, matched_run_settings, narration, shared_data
from greatpowers.simulation.ensemble import Progress
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Setup, given_policies, given_scenario, prepare_all
from greatpowers.storage.files import reason, write_whole
from greatpowers.storage.manifest import fingerprint
from greatpowers.studies.question import AnswerData, answers, policies_asked

SHEETS = ("theme", "style", "time", "curves", "story", "compare", "question", "published")
GENERATOR = "greatpowers publish"

CITATION = "the greatpowers authors: greatpowers: an agent-based model of great-power rivalry. Version {}. MIT licence."


def publish(setups: Sequence[Setup], path: Path, answer: AnswerData | None = None) -> None:
    """Write the page of one world under several policies, with an answer to its question if there is one.

    Raises :class:`GreatPowersError` if it cannot be done.
    A page of this kind that is there already is replaced, anything else is left alone.
    """
    check_page_place(path)
    with _faults_of_the_place(path):
        write_whole(path, page(setups, datetime.now(UTC).date().isoformat(), answer))


def check_page_place(path: Path) -> None:
    """Raise :class:`GreatPowersError` if the page of a world may not be written to a path; look only."""
    with _faults_of_the_place(path):
        if path.exists():
            if f'content="{GENERATOR}"'.encode() not in first_of(path, 1000):
                text = f"'{path}' is there already and was not made by {GENERATOR}; choose another name."
                raise GreatPowersError(text)
        elif not path.absolute().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))


@contextmanager
def _faults_of_the_place(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GreatPowersError(f"cannot write to '{path}' ({reason(error).lower()}); choose another one.") from None


def answer_for(setups: Sequence[Setup], progress: Progress | None = None) -> AnswerData | None:
    """The answer to the world's question, kept or played now; None if these setups are not what it is about.

    It is of the world as its file has it, with its own parameters and length, and of both policies that it asks about.
    """
    scenario = setups[0].scenario
    pair = policies_asked(scenario)
    there = {setup.policy.name for setup in setups}
    if pair is None or not there.issuperset(pair) or setups[0].rounds != scenario.rounds:
        return None
    return list(answers(scenario, pair, progress))[-1]


@dataclass(frozen=True)
class PlayablePage:
    """A page to play with in the cell of a notebook; it stays alive in the notebook's exported HTML."""

    page: str
    height: int

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" title="A world to play" '
            f'style="width:100%;height:{self.height}px;border:1px solid #ccc"></iframe>'
        )


def explore(
    scenario: ScenarioLike = "2017",
    policies: PolicyLike | Sequence[PolicyLike] | None = None,
    *,
    rounds: int | None = None,
    parameters: Mapping[str, float] | None = None,
    answer: bool = False,
    height: int = 900,
) -> PlayablePage:
    """The page of ``greatpowers publish`` in the cell of a notebook, played by the reader's browser.

    World, policies, `rounds` and `parameters` are as in :func:`greatpowers.compare`. With `answer` the page begins with
    the answer to the world's question, which takes a minute or two to play the first time. `height` is that of the cell
    in pixels. Raises :class:`GreatPowersError` if the world or a policy is wrong.
    """
    world = given_scenario(scenario)
    setups = prepare_all(world, given_policies(world, policies), rounds, parameters)
    world_answer = answer_for(setups) if answer and not parameters else None
    return PlayablePage(page(setups, datetime.now(UTC).date().isoformat(), world_answer), height)


def page(setups: Sequence[Setup], date: str, answer: AnswerData | None = None) -> str:
    """The page as text; equal setups, dates and answers give equal text."""
    scenario, rounds = setups[0].scenario, setups[0].rounds
    style = "".join((STYLE, *((ASSETS / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS)))
    script = with_imports(ASSETS / "published.js")
    return ENVIRONMENT.get_template("server/published.html").render(
        generator=GENERATOR,
        scenario=scenario,
        question=scenario.question.title if scenario.question else "Which mix of stick and carrot keeps the peace?",
        states=len(scenario.states),
        places=len(scenario.theatres),
        rounds=rounds,
        seeds=RUNS,
        few=FEW,
        answered=answer is not None,
        version=greatpowers.__version__,
        core=fingerprint(),
        date=date,
        command=f"greatpowers run {scenario.name} --policy NAME --seed N --rounds {rounds} --out history",
        citation=CITATION.format(greatpowers.__version__),
        given=Markup(json.dumps({**_given(setups), "answer": answer}, separators=(",", ":")).replace("<", "\\u003c")),
        script=Markup(script),
        script_hash=_hash(script),
        style=Markup(style),
        style_hash=_hash(style),
    )


def _given(setups: Sequence[Setup]) -> dict[str, Any]:
    """What the page's script reads."""
    scenario, shared = setups[0].scenario, shared_data(setups[0])
    return {
        "engine": base64.b64encode(shipped_engine()).decode(),
        "worker": with_imports(ENGINE / "worker.js"),
        "world": {**plain_data(setups), "narration": narration(setups[0])},
        "shared": shared,
        "countries": json.loads((ASSETS / GEOMETRY).read_text(encoding="utf-8")) if shared["layout"] == "map" else None,
        "policies": [
            {
                "name": setup.policy.name,
                "title": setup.policy.title,
                "declared": declared(setup),
                "levers": {name: _most(setup.levers.levers[name]) for name in DIALS_OF},
            }
            for setup in setups
        ],
        "asked": asked(scenario, [setup.policy.name for setup in setups]),
        "levers": [dial._asdict() for dial in DIALS_OF.values()],
        "runs": matched_run_settings(),
    }


def _most(lever: Floats) -> dict[str, Any]:
    """A lever of a policy: what most places have most of the time, and how often it is something else."""
    values, counts = np.unique(lever, return_counts=True)
    return {"value": float(values[counts.argmax()]), "apart": int(lever.size - counts.max())}


def asked(scenario: Scenario, names: Sequence[str]) -> list[str]:
    """The two policies that the page begins with: those of the scenario's question if they are there."""
    of_question = [name for name in (scenario.question.policies if scenario.question else ()) if name in names]
    rest = [name for name in names if name not in of_question]
    return [*of_question, *rest, names[0]][:2]


def with_imports(path: Path) -> str:
    """A script and the modules that it imports as one script, each in a scope of its own."""
    texts: dict[str, str] = {}

    def visit(name: str) -> None:
        text = (path.parent / name).read_text(encoding="utf-8")
        for imported in IMPORT.finditer(text):
            if imported["file"] not in texts:
                visit(imported["file"])
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
