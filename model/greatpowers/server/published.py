"""One page that holds a world, its policies and the engine: it plays histories from disk, without server or network.

The answer to the scenario's question stands first, as on the page that is served; it is handed in. All else is played
where the page is opened, with the engine of `browser`.
"""

import errno
import html
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import first_of
from greatpowers.server.page import GENERATOR, file_page
from greatpowers.simulation.ensemble import Progress
from greatpowers.simulation.setup import PolicyLike, ScenarioLike, Setup, given_policies, given_scenario, prepare_all
from greatpowers.storage.files import check_can_be_written, reason, write_whole
from greatpowers.studies.question import AnswerData, answers, policies_asked


def publish(
    setups: Sequence[Setup],
    path: Path,
    answer: AnswerData | None = None,
    parameters: Mapping[str, float] | None = None,
) -> None:
    """Write the page of one world under several policies, with an answer to its question if there is one.

    `parameters` are those that the setups were made with. Raises :class:`GreatPowersError` if it cannot be done.
    A page of this kind that is there already is replaced, anything else is left alone.
    """
    check_page_place(path)
    with _faults_of_the_place(path):
        write_whole(path, file_page(setups, datetime.now(UTC).date().isoformat(), answer, parameters))


def check_page_place(path: Path) -> None:
    """Raise :class:`GreatPowersError` if the page of a world may not be written to a path; look only."""
    with _faults_of_the_place(path):
        if path.exists():
            if f'content="{GENERATOR}"'.encode() not in first_of(path, 1000):
                text = f"'{path}' is there already and was not made by {GENERATOR}; choose another name."
                raise GreatPowersError(text)
        elif not path.absolute().parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    check_can_be_written(path)


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
    page = file_page(setups, datetime.now(UTC).date().isoformat(), world_answer, parameters)
    return PlayablePage(page, height)
