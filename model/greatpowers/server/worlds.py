"""From a state to what the library plays: the same scenario and policies that files would give, uploaded ones too."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import tomli_w

from greatpowers.scenario import build
from greatpowers.scenario.errors import GreatPowersError, complain, need_known, suggestion
from greatpowers.scenario.explain import toml_fault
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import load_policy, load_scenario, parse_toml, read_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario, Segment, State, SyntheticSettings, Terms
from greatpowers.server.state import MOST_ROUNDS, OWN, Change, LabState, Settings
from greatpowers.studies.question import policies_asked

MOST_STATES, MOST_THEATRES = 200, 400
"""Sizes that a page still shows, and that play while somebody waits."""

MOST_ROWS = 40_000
"""States and theatres, times rounds: each keeps half a kilobyte. A century of 2017 has 32,000."""

MOST_CELLS = 2_000_000
"""States times theatres times rounds: what is weighed in a history. A century of 2017 has a quarter of that."""

MOST_LEADING = 16
"""States whose doctrine the page offers to change."""

_scenario, _preset = lru_cache(maxsize=8)(load_scenario), lru_cache(maxsize=64)(load_policy)

CHANGED, COMPARED = "changed", "compared"
"""What the names of policies end in that are not as shipped: the one followed, and the one compared with."""


def scenario_object(state: LabState) -> Scenario:
    """The scenario of a state: its doctrines and resolve set, and terms for what its policies set in single places.

    Raises :class:`GreatPowersError`.
    """
    base = base_scenario(state)
    _check_work(base, state.rounds or base.rounds)
    scenario = _with_doctrines(base, state.doctrines)
    if state.resolve:
        scenario = _with_resolve(scenario, state.resolve)
    terms = (*_varied(state).terms, *_compared(state).terms)
    return scenario.model_copy(update={"terms": (*scenario.terms, *terms)}) if terms else scenario


def _check_work(scenario: Scenario, rounds: int) -> None:
    states, theatres = len(scenario.states), len(scenario.theatres)
    most = min(MOST_ROWS // (states + theatres), MOST_CELLS // (states * max(theatres, 1)))
    if rounds > most:
        raise GreatPowersError(
            f"{states} states in {theatres} theatres are played for at most {most} rounds here, not {rounds}; "
            "'greatpowers run' plays as many as you like."
        )


def base_scenario(state: LabState) -> Scenario:
    """The scenario before doctrines and resolve are set."""
    if state.scenario == OWN:
        return uploaded(state.upload or "")
    if state.synthetic is not None:
        return _generated(state.synthetic)
    return _scenario(state.scenario)


@lru_cache(maxsize=16)
def uploaded(text: str) -> Scenario:
    """The scenario in an uploaded text; nothing it names is looked for in the file system."""
    data = parsed(text)
    complain("own scenario", _size_faults(data))
    return _checked_size(read_scenario(data, "own scenario"), "own scenario")


def parsed(text: str) -> dict[str, Any]:
    """The table in an uploaded text; raises :class:`GreatPowersError` if it is not TOML."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise GreatPowersError(f"own scenario: {toml_fault(str(error))}") from None
    except (RecursionError, ValueError) as error:
        raise GreatPowersError(f"own scenario: this is not valid TOML: {str(error).split(';')[0]}.") from None


def _size_faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Worlds that would take long to generate, refused before they are."""
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
    leader = int(build.build_world(scenario, build.build_parameters(scenario)).system.leader[0])
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
    return _varied(state).policy


def against_object(state: LabState) -> PolicyPreset:
    """The policy compared with, under a name that is not the other's."""
    return _compared(state).policy


class Variant(NamedTuple):
    """A policy, and the terms that say what it does in single places."""

    policy: PolicyPreset
    terms: tuple[Terms, ...] = ()


def _varied(state: LabState) -> Variant:
    return variant(base_scenario(state), state.policy, state.settings, state.changes, CHANGED)


def _compared(state: LabState) -> Variant:
    compared = variant(base_scenario(state), state.against, state.against_set, (), COMPARED)
    if compared.policy.name != _varied(state).policy.name:
        return compared
    return Variant(
        _renamed(compared.policy, None if compared.policy.schedule else state.against, COMPARED), compared.terms
    )


class Part(NamedTuple):
    """A segment of a variant, and by lever the theatres with a value of their own, where the page has set any."""

    segment: Segment
    own: Mapping[str, Mapping[str, float]] = MappingProxyType({})

    def general(self, name: str) -> float:
        """The value of a lever where no theatre has its own."""
        return build.all_levers({**self.segment.levers, **self.segment.everywhere})[name]


def variant(scenario: Scenario, name: str, settings: Settings, changes: tuple[Change, ...], ending: str) -> Variant:
    """A shipped policy with levers set over it and changes at later rounds; itself if there are none."""
    base = _preset(name)
    if settings.empty and not changes:
        return Variant(base)
    followed = None if base.schedule else name
    first = Segment.model_construct(
        from_round=0, policy=followed, terms=base.terms, levers=base.levers, everywhere=base.everywhere
    )
    parts = [_over(scenario, Part(_with_terms(segment, base)), settings) for segment in (first, *base.schedule)]
    for change in changes:
        parts = _with_change(scenario, parts, change)
    policy = _renamed(base, followed, ending)
    named = [_with_own_terms(scenario, part, policy.name) for part in parts]
    segments, terms = [pair[0] for pair in named], tuple(term for pair in named for term in pair[1])
    update = {
        "terms": segments[0].terms, "levers": segments[0].levers, "everywhere": segments[0].everywhere,
        "schedule": tuple(segments[1:]),
    }  # fmt: skip
    return Variant(policy.model_copy(update=update), terms)


def _with_terms(segment: Segment, owner: PolicyPreset) -> Segment:
    """The segment with the terms of its owner where it asks for none itself."""
    return segment.model_copy(update={"terms": owner.terms}) if segment.terms is None else segment


def _renamed(policy: PolicyPreset, followed: str | None, ending: str) -> PolicyPreset:
    title, name = f"{policy.title} ({ending})", f"{policy.name}-{ending}"
    return policy.model_copy(update={"name": name, "title": title, "policy": followed, "comparison": 0})


def _over(scenario: Scenario, part: Part, settings: Settings) -> Part:
    """The part with levers set over it, each in its own reach."""
    everywhere, levers = dict(part.segment.everywhere), dict(part.segment.levers)
    own = {name: dict(values) for name, values in part.own.items()}
    stated = own_by_place(scenario, part.segment) | own
    for name, value in settings.scaled.items():
        factor = value / part.general(name) if part.general(name) else 1.0
        own[name] = {place: _within(name, has * factor) for place, has in stated[name].items()}
    for name, value in {**settings.scaled, **settings.elsewhere}.items():
        (everywhere if name in everywhere else levers)[name] = value
    for name, value in settings.levers.items():
        everywhere[name] = value
        own[name] = {}
    for place, table in settings.places.items():
        need_known(place, scenario.theatre_index(), f"there is no theatre '{place}'.")
        for name, value in table.items():
            own[name] = {**own.get(name, stated[name]), place: value}
    return Part(part.segment.model_copy(update={"everywhere": everywhere, "levers": levers}), own)


def _within(name: str, value: float) -> float:
    """The value within its lever's range; rounded, so that a slider's steps give back what they took."""
    return round(min(max(value, LEVERS[name].low), LEVERS[name].high), 10)


def own_by_place(scenario: Scenario, segment: Segment | build.InForce) -> dict[str, dict[str, float]]:
    """By lever, the theatres for which the terms that a segment asks for state a value, which holds there."""
    rows: dict[str, dict[str, float]] = {name: {} for name in LEVERS}
    for asked in segment.terms or ():
        for terms in (entry for entry in scenario.terms if entry.policy == asked):
            for name in terms.levers.keys() - segment.everywhere.keys():
                rows[name].update(dict.fromkeys(terms.theatres, terms.levers[name]))
    order = scenario.theatre_index()
    return {name: dict(sorted(values.items(), key=lambda pair: order[pair[0]])) for name, values in rows.items()}


def _with_own_terms(scenario: Scenario, part: Part, policy: str) -> tuple[Segment, list[Terms]]:
    """The segment asking for terms of its own, and these.

    A lever that held everywhere and no longer does is stated for every theatre: older terms would hold again.
    """
    own = {name: values for name, values in part.own.items() if values}
    if not own:
        return part.segment, []
    everywhere, levers = dict(part.segment.everywhere), dict(part.segment.levers)
    for name in own.keys() & everywhere.keys():
        levers[name] = everywhere.pop(name)
        own[name] = {**dict.fromkeys(scenario.theatre_index(), levers[name]), **own[name]}
    name = f"{policy}-{part.segment.from_round}"
    rows = {
        place: {lever: values[place] for lever, values in own.items() if place in values}
        for place in scenario.theatre_index()
    }
    update = {"terms": (*(part.segment.terms or ()), name), "everywhere": everywhere, "levers": levers}
    return part.segment.model_copy(update=update), build.terms_by_place(name, rows)


def is_of_a_page(terms: Terms) -> bool:
    """Whether terms are those of a policy that was varied here."""
    return re.fullmatch(rf".*-(?:{CHANGED}|{COMPARED})-\d+", terms.policy) is not None


def _with_change(scenario: Scenario, parts: list[Part], change: Change) -> list[Part]:
    """The parts with a change put in: another policy ends what was to follow, levers hold on through it."""
    start = change.from_round
    earlier = [part for part in parts if part.segment.from_round < start]
    if change.policy is not None:
        named = _preset(change.policy)
        follows = Segment(
            from_round=start, policy=named.name, terms=named.terms, levers=named.levers, everywhere=named.everywhere
        )
        return [*earlier, _over(scenario, Part(follows), change)]
    before = [part for part in parts if part.segment.from_round <= start][-1]
    later = [part for part in parts if part.segment.from_round > start]
    here = before._replace(segment=before.segment.model_copy(update={"from_round": start}))
    return [*earlier, *(_over(scenario, part, change) for part in (here, *later))]


def leading_states(scenario: Scenario) -> list[State]:
    """The great powers at the start, the coalition's leader and those who challenge somewhere, strongest first."""
    parameters = build.build_parameters(scenario)
    world = build.build_world(scenario, parameters)
    powers = build.power_shares(world.states)
    leading = {*map(int, world.theatres.challenger), int(world.system.leader[0])}
    leading |= set(np.flatnonzero(build.great_powers(world.states, parameters)).tolist())
    order = sorted(leading - {-1}, key=lambda number: -powers[number])
    return [scenario.states[number] for number in order[:MOST_LEADING]]


def opening(state: LabState) -> LabState:
    """The state with the question of its world first, and the two policies that this asks about."""
    pair = policies_asked(base_scenario(state))
    return state if pair is None else state.changed(view="question", policy=pair[0], against=pair[1])


LARGEST_FILE = 256 * 1024
"""Bytes; the shipped world of 2017, with all its remarks, has a third of that."""


def state_with(state: LabState, text: str) -> LabState:
    """The state with the scenario of this text; raises :class:`GreatPowersError` for one that cannot be played."""
    uploaded(text)
    changed = state.changed(scenario=OWN, upload=tomli_w.dumps(parsed(text)))
    changed.encode()
    scenario = scenario_object(changed)
    build.build_world(scenario, build.build_parameters(scenario))
    build.build_policy(scenario, policy_object(changed))
    return changed


def text_of(body: bytes) -> str:
    """The text of an uploaded file; raises :class:`GreatPowersError` for what is none."""
    if len(body) > LARGEST_FILE:
        raise GreatPowersError(f"own scenario: the file has {len(body)} bytes; at most {LARGEST_FILE} are accepted.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"own scenario: the file is not UTF-8 text (byte {error.start}); save it as UTF-8."
        raise GreatPowersError(sentence) from None
