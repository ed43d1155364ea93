"""What a server opens with: a world, or a recorded run or a row of an experiment as the state of a page that plays it.

Results of an experiment or a comparison are opened beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from greatpowers.scenario.build import all_levers, build_parameters, build_policy
from greatpowers.scenario.errors import GreatPowersError, a_or_an
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import content_of, locate, names, path_of
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario, Segment
from greatpowers.server.state import OWN, Change, LabState
from greatpowers.server.worlds import is_of_a_page, opening, policy_object, scenario_object, state_with, text_of
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import resolved
from greatpowers.storage.manifest import read_manifest, scenario_text

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results

NOTHING = "laissez-faire"
"""The policy that a policy of somebody's own is told as changes of."""


def state_of_run(history: History) -> LabState:
    """The state whose page plays this run; raises :class:`GreatPowersError` if no page can."""
    fields = _scenario_fields(history.scenario) | _policy_fields(history.policy, history.scenario)
    rounds = None if history.rounds == history.scenario.rounds else history.rounds
    state = LabState().changed(**fields, seed=history.seed, rounds=rounds)
    if not _same_policy(history, state):
        raise GreatPowersError(
            f"policy '{history.policy.name}' of this run differs from place to place by terms of its own, which the "
            "page cannot show; read it with 'greatpowers explain'."
        )
    return state


def _scenario_fields(scenario: Scenario) -> dict[str, object]:
    plain = scenario.model_copy(update={"terms": tuple(t for t in scenario.terms if not is_of_a_page(t))})
    for name in names("scenarios"):
        shipped = load_scenario(name)
        if shipped.name == plain.name and resolved(shipped, build_parameters(shipped)) == plain:
            return {"scenario": name}
    return {"scenario": OWN, "upload": scenario_text(plain, [])}


def _policy_fields(policy: PolicyPreset, scenario: Scenario) -> dict[str, object]:
    known = names("policies")
    if policy.name in known and load_policy(policy.name) == policy:
        return {"policy": policy.name}
    changes = {"changes": tuple(_changes(policy, known, scenario))}
    if policy.policy in known:
        set_over = _set_over(policy, load_policy(policy.policy), scenario)
        return {"policy": policy.policy, **set_over, **changes}
    return {"policy": NOTHING, "levers": _not_off({**policy.levers, **policy.everywhere}), **changes}


def _changes(policy: PolicyPreset, known: list[str], scenario: Scenario) -> Iterator[Change]:
    """Each later segment as what it changes of the one before."""
    before = Segment.model_construct(
        from_round=0, policy=policy.policy, terms=policy.terms, levers=policy.levers, everywhere=policy.everywhere
    )
    for segment in policy.schedule:
        if segment.policy in known and segment.policy != before.policy:
            set_over = _set_over(segment, load_policy(segment.policy), scenario)
            yield Change(from_round=segment.from_round, policy=segment.policy, **set_over)
        else:
            yield Change(from_round=segment.from_round, **_set_over(segment, before, scenario))
        before = segment


def _set_over(part: PolicyPreset | Segment, base: PolicyPreset | Segment, scenario: Scenario) -> dict[str, Any]:
    """What a policy or segment sets over another, by the reach of each lever."""
    own, theirs = all_levers(part.levers), all_levers(base.levers)
    places: dict[str, dict[str, float]] = {}
    for terms in scenario.terms:
        if is_of_a_page(terms) and terms.policy in (part.terms or ()):
            for theatre in terms.theatres:
                places.setdefault(theatre, {}).update(terms.levers)
    return {
        "elsewhere": {name: value for name, value in own.items() if value != theirs[name]},
        "levers": {name: value for name, value in part.everywhere.items() if base.everywhere.get(name) != value},
        "places": places,
    }


def _not_off(levers: Mapping[str, float]) -> dict[str, float]:
    off = all_levers({})
    return {name: value for name, value in all_levers(levers).items() if value != off[name]}


def _same_policy(history: History, state: LabState) -> bool:
    """Whether every lever in every theatre and segment is the same."""
    one = build_policy(history.scenario, history.policy)
    other = build_policy(scenario_object(state), policy_object(state))
    return np.array_equal(one.starts, other.starts) and all(
        np.array_equal(getattr(one.levers, name), getattr(other.levers, name)) for name in LEVERS
    )


CELL = "lever_"


def state_of_row(results: "Results", row: int) -> LabState:
    """The state whose page plays the run of a row; its numbers are checked against the table first.

    Raises :class:`GreatPowersError` if there is no such row, if it comes out differently, or if no page can play it.
    """
    from greatpowers.experiments.run import rerun

    replay = rerun(results.directory, row)
    cell = {name.removeprefix(CELL): float(value) for name, value in replay.labels.items() if name.startswith(CELL)}
    return _of_cell(replay.history, cell) if cell else state_of_run(replay.history)


def _of_cell(history: History, cell: dict[str, Any]) -> LabState:
    """A run of a grid over levers: the shipped policy, and the cell over it in every theatre."""
    if history.policy.name not in names("policies"):
        raise GreatPowersError(f"policy '{history.policy.name}' does not ship, so the page cannot play this run.")
    plain = state_of_run(replace(history, policy=load_policy(history.policy.name)))
    state = plain.changed(levers={**plain.levers, **cell})
    if not _same_policy(history, state):
        raise GreatPowersError("the levers of this run differ from place to place, which the page cannot play again.")
    return state


class StartState(NamedTuple):
    """What the first page shows, and the results open beside it."""

    state: LabState
    results: "Results | None" = None


def start_from(what: str | None) -> StartState:
    """The start for what the command line names; raises :class:`GreatPowersError` for what cannot be opened."""
    if what is None or what in names("scenarios"):
        return StartState(opening(LabState(scenario=what or "2017")))
    path = path_of(what)
    if path.is_dir():
        return _from_directory(path, what)
    load_scenario(what)  # says what is wrong with a name or a file, in the words of the scenario room
    return StartState(opening(state_with(LabState(), text_of(_bytes_of(locate("scenarios", what)[0])))))


def _from_directory(path: Path, what: str) -> StartState:
    manifest = read_manifest(path)
    kind = (manifest or {}).get("kind")
    if kind == "history":
        from greatpowers.simulation.history import load_history

        return StartState(state_of_run(load_history(path)))
    if kind == "experiment":
        from greatpowers.experiments.results import open_results

        return StartState(LabState(view="results"), open_results(path))
    if kind == "comparison":
        from greatpowers.experiments.results import open_comparison

        return StartState(LabState(view="results"), open_comparison(path))
    held = f"holds {a_or_an(kind)}" if kind else "is a directory that greatpowers did not write"
    raise GreatPowersError(
        f"{what}: this {held}; expected a run ('run --out'), a comparison ('compare --out') or an "
        "experiment ('batch --out')."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        raise GreatPowersError(f"{path}: the file cannot be read ({error.strerror or error}).") from None
