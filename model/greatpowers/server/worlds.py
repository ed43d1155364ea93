"""From a state to what the library plays: the same scenario and policies that files would give, uploaded ones too."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import tomli_w

from greatpowers.scenario.build import (
    InForce,
    build_parameters,
    build_policy,
    build_world,
    power_shares,
    segments_of,
)
from greatpowers.scenario.errors import GreatPowersError, complain, suggestion
from greatpowers.scenario.explain import toml_fault
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import load_policy, load_scenario, parse_toml, read_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario, Segment, State, SyntheticSettings
from greatpowers.server.state import MOST_ROUNDS, OWN, Change, LabState

MOST_STATES, MOST_THEATRES = 200, 400
"""Sizes that a page still shows, and that play while somebody waits."""

MOST_LEADING = 16
"""States whose doctrine the page offers to change."""

CHANGED, COMPARED = "changed", "compared"
"""What the names of policies end in that are not as shipped: the one followed, and the one compared with."""


def scenario_object(state: LabState) -> Scenario:
    """The scenario of a state, its doctrines and resolve set; raises :class:`GreatPowersError`."""
    found = _with_doctrines(base_scenario(state), state.doctrines)
    return _with_resolve(found, state.resolve) if state.resolve else found


def base_scenario(state: LabState) -> Scenario:
    """The scenario before doctrines and resolve are set."""
    if state.scenario == OWN:
        return uploaded(state.upload or "")
    if state.synthetic is not None:
        return _generated(state.synthetic)
    return _shipped(state.scenario)


@lru_cache(maxsize=16)
def uploaded(text: str) -> Scenario:
    """The scenario in a text that somebody sent; nothing it names is looked for in the file system."""
    data = parsed(text)
    complain("own scenario", _size_faults(data))
    return _checked_size(read_scenario(data, "own scenario"), "own scenario")


def parsed(text: str) -> dict[str, Any]:
    """The table in a text that somebody sent; raises :class:`GreatPowersError` if it is not TOML."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise GreatPowersError(f"own scenario: {toml_fault(str(error))}") from None
    except (RecursionError, ValueError) as error:
        raise GreatPowersError(f"own scenario: this is not valid TOML: {str(error).split(';')[0]}.") from None


def _size_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Worlds that would take long to generate, told before they are."""
    settings = data.get("synthetic")
    states = settings.get("states") if isinstance(settings, dict) else None
    each = settings.get("theatres_per_challenger", 2) if isinstance(settings, dict) else 0
    if not isinstance(states, int) or not isinstance(each, int):
        return []
    return _too_many(states, states * each)


def _checked_size(scenario: Scenario, where: str) -> Scenario:
    faults = _too_many(len(scenario.states), len(scenario.theatres))
    if scenario.rounds > MOST_ROUNDS:
        faults.append(("", f"it lasts {scenario.rounds} rounds; the page plays at most {MOST_ROUNDS}."))
    complain(where, faults)
    return scenario


def _too_many(states: int, theatres: int) -> list[tuple[str, str]]:
    sizes = (("states", states, MOST_STATES), ("theatres", theatres, MOST_THEATRES))
    return [("", f"it has {n} {noun}; the page takes at most {most}.") for noun, n, most in sizes if n > most]


@lru_cache(maxsize=8)
def _shipped(name: str) -> Scenario:
    return load_scenario(name)


@lru_cache(maxsize=32)
def _generated(settings: SyntheticSettings) -> Scenario:
    data = _generator() | {"synthetic": settings.model_dump(), "title": f"Generated world of {settings.states} states"}
    complain("generated world", _size_faults(data))
    return read_scenario(data, "generated world")


def _generator() -> dict[str, Any]:
    """The shipped file of the generated world, as a table."""
    path, name = locate("scenarios", "synthetic")
    return parse_toml(path, name)


def generator_settings() -> SyntheticSettings:
    """How the shipped generated world is made."""
    return SyntheticSettings.model_validate(_generator()["synthetic"])


def _with_doctrines(scenario: Scenario, chosen: Mapping[str, str]) -> Scenario:
    """Doctrines given to states, which then have no weights of their own any more."""
    if not chosen:
        return scenario
    ids, known = scenario.state_index(), [*names("doctrines"), *(own.name for own in scenario.doctrines)]
    faults = [("", f"there is no state '{name}'. {suggestion(name, ids)}") for name in chosen if name not in ids]
    faults += [
        ("", f"there is no doctrine '{name}'. {suggestion(name, known)}")
        for name in chosen.values()
        if name not in known
    ]
    complain("doctrines", faults)
    states = tuple(
        state.model_copy(update={"doctrine": chosen[state.id], "weights": {}}) if state.id in chosen else state
        for state in scenario.states
    )
    return scenario.model_copy(update={"states": states})


def leader_of(scenario: Scenario) -> str | None:
    """Id of the state that leads the coalition, if any does."""
    leader = int(build_world(scenario, build_parameters(scenario)).system.leader[0])
    return scenario.states[leader].id if leader >= 0 else None


def _with_resolve(scenario: Scenario, resolve: str) -> Scenario:
    leader = leader_of(scenario)
    states = tuple(
        state.model_copy(update={"committed": resolve == "committed"}) if state.id == leader else state
        for state in scenario.states
    )
    return scenario.model_copy(update={"states": states})


def policy_object(state: LabState) -> PolicyPreset:
    """The policy of a state: as shipped if nothing is set over it, else a variant of it."""
    return variant(state.policy, state.levers, state.changes, CHANGED)


def against_object(state: LabState) -> PolicyPreset:
    """The policy compared with, under a name that is not the other's."""
    found = variant(state.against, state.against_levers, (), COMPARED)
    if found.name != policy_object(state).name:
        return found
    return _renamed(found, None if found.schedule else state.against, COMPARED)


@lru_cache(maxsize=64)
def _preset(name: str) -> PolicyPreset:
    return load_policy(name)


def variant(name: str, levers: Mapping[str, float], changes: tuple[Change, ...], ending: str) -> PolicyPreset:
    """A shipped policy with levers set over it and changes at later rounds; itself if there are none."""
    base = _preset(name)
    if not levers and not changes:
        return base
    followed = None if base.schedule else name
    first = Segment.model_construct(
        from_round=0, policy=followed, terms=base.terms, levers=base.levers, everywhere=base.everywhere
    )
    segments = [_over(segment, levers) for segment in (first, *base.schedule)]
    for change in changes:
        segments = _with_change(segments, change)
    update = {"levers": segments[0].levers, "everywhere": segments[0].everywhere, "schedule": tuple(segments[1:])}
    return _renamed(base.model_copy(update=update), followed, ending)


def _renamed(policy: PolicyPreset, followed: str | None, ending: str) -> PolicyPreset:
    title, name = f"{policy.title} ({ending})", f"{policy.name}-{ending}"
    return policy.model_copy(update={"name": name, "title": title, "policy": followed, "comparison": 0})


def _over(segment: Segment, levers: Mapping[str, float]) -> Segment:
    return segment.model_copy(update={"everywhere": {**segment.everywhere, **levers}})


def _with_change(segments: list[Segment], change: Change) -> list[Segment]:
    """The segments with a change put in: another policy ends what was to follow, levers hold on through it."""
    start = change.from_round
    earlier = [segment for segment in segments if segment.from_round < start]
    if change.policy is not None:
        named = _preset(change.policy)
        everywhere = {**named.everywhere, **change.levers}
        return [
            *earlier,
            Segment(
                from_round=start, policy=named.name, terms=named.terms, levers=named.levers, everywhere=everywhere
            ),
        ]  # fmt: skip
    before = [segment for segment in segments if segment.from_round <= start][-1]
    later = [segment for segment in segments if segment.from_round > start]
    here = before.model_copy(update={"from_round": start})
    return [*earlier, *(_over(segment, change.levers) for segment in (here, *later))]


def levers_at(policy: PolicyPreset, round_number: int) -> dict[str, float]:
    """Every lever of a policy as it is in force at a round, before the scenario's terms."""
    return _in_force(policy, round_number).levers


def _in_force(policy: PolicyPreset, round_number: int) -> InForce:
    return [segment for segment in segments_of(policy) if segment.start <= round_number][-1]


def set_apart(scenario: Scenario, policy: PolicyPreset, round_number: int) -> dict[str, int]:
    """In how many theatres the scenario's terms say something else of a lever than the policy in force does."""
    segment = _in_force(policy, round_number)
    places: dict[str, set[str]] = {}
    for terms in scenario.terms:
        if terms.policy in segment.terms:
            for name, value in terms.levers.items():
                if name not in segment.everywhere and value != segment.levers[name]:
                    places.setdefault(name, set()).update(terms.theatres)
    return {name: len(found) for name, found in places.items()}


def leading_states(scenario: Scenario) -> list[State]:
    """The great powers at the start, the coalition's leader and those who challenge somewhere, strongest first."""
    parameters = build_parameters(scenario)
    world = build_world(scenario, parameters)
    powers = power_shares(world.states)
    leading = {*map(int, world.theatres.challenger), int(world.system.leader[0])}
    leading |= {number for number, power in enumerate(powers) if power >= parameters.great_power_share}
    order = sorted(leading - {-1}, key=lambda number: -powers[number])
    return [scenario.states[number] for number in order[:MOST_LEADING]]


LARGEST_FILE = 256 * 1024
"""Bytes; the shipped world of 2017, with all its remarks, has a third of that."""


def state_with(state: LabState, text: str) -> LabState:
    """The state with the scenario of this text; raises :class:`GreatPowersError` for one that cannot be played."""
    uploaded(text)
    changed = state.changed(
        scenario=OWN, upload=tomli_w.dumps(parsed(text)), synthetic=None, doctrines={}, resolve=None, rounds=None,
        changes=(), cursor=0,
    )  # fmt: skip
    changed.encode()
    scenario = scenario_object(changed)
    build_world(scenario, build_parameters(scenario))
    build_policy(scenario, policy_object(changed))
    return changed


def text_of(body: bytes) -> str:
    """The text of an uploaded file; raises :class:`GreatPowersError` for what is none."""
    if len(body) > LARGEST_FILE:
        raise GreatPowersError(f"own scenario: the file has {len(body)} bytes; at most {LARGEST_FILE} are taken.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"own scenario: the file is not UTF-8 text (byte {error.start}); save it as UTF-8."
        raise GreatPowersError(sentence) from None
