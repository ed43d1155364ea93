"""From a TOML file to a checked model, or to one clear sentence about what is wrong with it."""

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from greatpowers.scenario.checks import scenario_faults
from greatpowers.scenario.errors import GreatPowersError, a_or_an, complain, entry_label, shown
from greatpowers.scenario.explain import faults_in, toml_fault
from greatpowers.scenario.library import content_of, locate, names, path_of
from greatpowers.scenario.schema import FORMAT, Doctrine, PolicyPreset, Scenario, Segment, SyntheticSettings
from greatpowers.scenario.synthetic import GENERATORS, Geography, expand, expansion_faults

Model = TypeVar("Model", bound=BaseModel)
Built = TypeVar("Built", PolicyPreset, Segment)
KIND_SIGNS = {
    "scenario": ("state", "theatre", "order", "synthetic"),
    "policy": ("levers", "schedule"),
    "doctrine": ("weights",),
    "posterior": ("draws",),
    "experiment": ("scenarios",),
}
"""Keys by which a file of each kind is known."""


def load_scenario(name_or_path: str | Path) -> Scenario:
    """The scenario of a shipped name or a file, checked; raises :class:`GreatPowersError`."""
    path, where = locate("scenarios", name_or_path)
    return read_scenario(parse_toml(path, where), where, beside=path.parent)


def load_policy(name_or_path: str | Path) -> PolicyPreset:
    """The policy of a shipped name or a file, its schedule resolved; raises :class:`GreatPowersError`."""
    path, where = locate("policies", name_or_path)
    return read_policy(parse_toml(path, where), where, beside=path.parent)


def load_doctrine(name_or_path: str | Path) -> Doctrine:
    """The doctrine of a shipped name or a file; raises :class:`GreatPowersError`."""
    path, where = locate("doctrines", name_or_path)
    return read_doctrine(parse_toml(path, where), where)


def presets() -> list[str]:
    """Names of the policies of the default comparison, in its order."""
    ranked = {name: load_policy(name).comparison for name in names("policies")}
    return sorted((name for name, rank in ranked.items() if rank), key=lambda name: ranked[name])


def ranked_policies() -> list[str]:
    """Names of every shipped policy: those of the default comparison in its order, then the others."""
    compared = presets()
    return compared + [name for name in names("policies") if name not in compared]


def compared(scenario: Scenario) -> list[str]:
    """Names of the policies that a comparison on a scenario plays unless asked otherwise: its own, else the presets."""
    return list(scenario.policies) or presets()


def read_scenario(data: Mapping[str, Any], where: str = "scenario", beside: Path | None = None) -> Scenario:
    """A scenario from a table as TOML or JSON gives it.

    `where` names it in messages; in `beside` may lie policies of one's own that its terms refer to, and doctrines that
    it names by path. Without it no file is looked for.
    """
    table = data if beside is None else with_doctrine_files(data, where, beside)
    scenario = read_as(Scenario, table, where, "scenario")
    if scenario.synthetic is not None:
        complain(where, expansion_faults(scenario))
        scenario = expand(scenario)
    known = [*names("policies"), *_policies_in(beside)]
    if any(terms.policy not in known for terms in scenario.terms):
        known += _asked_for_in(beside)
    complain(where, scenario_faults(scenario, known))
    return scenario


def read_policy(data: Mapping[str, Any], where: str = "policy", beside: Path | None = None) -> PolicyPreset:
    """A policy from a table as TOML or JSON gives it; `beside` as in :func:`read_scenario`."""
    policy = read_as(PolicyPreset, data, where, "policy")
    rounds = [segment.from_round for segment in policy.schedule]
    for number, (before, after) in enumerate(pairwise(rounds), start=2):
        if after <= before:
            text = f"'from_round' is {after}, not after the {before} before it; expected rounds that ascend."
            complain(where, [(f"schedule number {number}", text)])
    schedule = tuple(_resolved(policy.name, number, s, where, beside) for number, s in enumerate(policy.schedule, 1))
    return _variant(policy.model_copy(update={"schedule": schedule}), where, beside)


def read_doctrine(data: Mapping[str, Any], where: str = "doctrine") -> Doctrine:
    """A doctrine from a table as TOML or JSON gives it."""
    return read_as(Doctrine, data, where, "doctrine")


def is_path(value: object) -> bool:
    """Whether what stands for a doctrine is the path of a file, and not a name."""
    return isinstance(value, str) and (value.endswith(".toml") or "/" in value or "\\" in value)


def doctrine_beside(path: str, where: str, place: str, beside: Path) -> Doctrine:
    """The doctrine that a file names by path; raises :class:`GreatPowersError` if it passes for a shipped one."""
    try:
        doctrine = load_doctrine(beside / path_of(path))
    except GreatPowersError as error:
        raise error.within(f"{where}, {place}") from None
    if doctrine.name in names("doctrines") and doctrine != load_doctrine(doctrine.name):
        text = f"the doctrine in '{path}' has the name of a shipped one, '{doctrine.name}', and differs from it"
        complain(where, [(place, f"{text}; give it a name of its own.")])
    return doctrine


def with_doctrine_files(data: Mapping[str, Any], where: str, beside: Path) -> Mapping[str, Any]:
    """A scenario's table in which doctrines named by path are doctrines of its own, so that it needs no other file."""
    states, settings, own = data.get("state"), data.get("synthetic"), data.get("doctrine", [])
    if not isinstance(own, list):
        return data
    doctrines: dict[str, Doctrine] = {}

    def named(table: Any, key: str, place: str) -> Any:
        if not isinstance(table, Mapping) or not is_path(table.get(key)):
            return table
        doctrine = doctrine_beside(table[key], where, place, beside)
        listed = [one for one in own if isinstance(one, Mapping) and one.get("name") == doctrine.name]
        if listed or doctrines.get(doctrine.name, doctrine) != doctrine:
            text = f"'{key}' is \"{table[key]}\", and another doctrine here is called '{doctrine.name}' too"
            complain(where, [(place, f"{text}; give each a name of its own.")])
        doctrines[doctrine.name] = doctrine
        return {**table, key: doctrine.name}

    update: dict[str, Any] = {}
    if isinstance(states, list):
        update["state"] = [
            named(state, "doctrine", entry_label("state", number, state) if isinstance(state, Mapping) else "")
            for number, state in enumerate(states)
        ]
    for key in GENERATORS:
        settings = named(settings, key, "synthetic")
    if settings is not None:
        update["synthetic"] = settings
    return (
        {**data, **update, "doctrine": [*own, *(one.model_dump() for one in doctrines.values())]} if doctrines else data
    )


def synthetic(
    *,
    states: int = 20,
    power_maximizers: float = 0.3,
    inequality: float = 0.6,
    geography: Geography = "plane",
    theatres_per_challenger: int = 2,
    alliances: float = 0.3,
    nuclear: float = 0.1,
    seed: int = 1,
    maximizer_doctrine: str = "nineteenth-century",
    other_doctrine: str = "order-preserving",
) -> Scenario:
    """A generated scenario; arguments as in :class:`SyntheticSettings`. Raises :class:`GreatPowersError`."""
    given = dict(locals())
    table = with_doctrine_files({"synthetic": given}, "synthetic world", Path())
    own = tuple(Doctrine.model_validate(one) for one in table.get("doctrine", ()))
    settings = validated(SyntheticSettings, table["synthetic"], "synthetic world")
    title = f"Generated world of {states} states (seed {seed})"
    scenario = Scenario(name="synthetic", title=title, synthetic=settings, doctrine=own)
    complain("synthetic world", expansion_faults(scenario))
    return expand(scenario)


def parse_toml(path: Path, where: str) -> dict[str, Any]:
    """The table in a TOML file; every way of failing to read one becomes a :class:`GreatPowersError`."""
    try:
        text = content_of(path).decode("utf-8-sig")
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except IsADirectoryError:
        raise GreatPowersError(f"{where}: this is a directory; expected a TOML file.") from None
    except OSError as error:
        raise GreatPowersError(f"{where}: the file cannot be read ({error.strerror or error}).") from None
    except UnicodeDecodeError as error:
        raise GreatPowersError(f"{where}: the file is not UTF-8 text (byte {error.start}); save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise GreatPowersError(f"{where}: {toml_fault(str(error))}") from None
    except RecursionError:
        raise GreatPowersError(f"{where}: tables or lists are within each other too many times.") from None
    except ValueError as error:
        raise GreatPowersError(f"{where}: this is not valid TOML: {str(error).split(';')[0]}.") from None
    if not data:
        raise GreatPowersError(f"{where}: the file is empty; expected a TOML file with settings.")
    return data


def read_as(model: type[Model], data: Mapping[str, Any], where: str, noun: str) -> Model:
    """A table as a model of this kind; raises :class:`GreatPowersError` with every fault."""
    complain(where, format_faults(data, noun))
    return validated(model, data, where)


def validated(model: type[Model], data: Mapping[str, Any], where: str) -> Model:
    """A table as a model, whatever its kind and format; raises :class:`GreatPowersError` with every fault."""
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        complain(where, faults_in(error, model, data))
        raise


def format_faults(data: Mapping[str, Any], noun: str) -> list[tuple[str, str]]:
    """Whether a table is of another kind than expected, or in another format; else nothing."""
    own = KIND_SIGNS.get(noun, ())
    for other, signs in KIND_SIGNS.items():
        if own and other != noun and any(sign in data for sign in signs) and not any(sign in data for sign in own):
            return [("", f"this looks like {a_or_an(other)}; expected {a_or_an(noun)}.")]
    if "format" not in data:
        return [("", f"the setting 'format' is missing: write format = {FORMAT}.")]
    if type(data["format"]) is not int or data["format"] != FORMAT:
        return [("", f"'format' is {shown(data['format'])}; this version of greatpowers reads format {FORMAT}.")]
    return []


def _policies_in(directory: Path | None) -> list[str]:
    """Stems of the TOML files in a directory: policies of one's own may lie beside a scenario."""
    if directory is None:
        return []
    try:
        return sorted(path.stem for path in directory.glob("*.toml"))
    except OSError:
        return []


def _asked_for_in(directory: Path | None) -> list[str]:
    """Whose terms by place the policies in a directory ask for; files that are no policies ask for none."""
    policy_names: list[str] = []
    for name in _policies_in(directory):
        with suppress(GreatPowersError):
            path = Path(directory or "") / f"{name}.toml"
            policy = read_as(PolicyPreset, parse_toml(path, name), name, "policy")
            policy_names += [*(policy.terms or ()), *(asked for part in policy.schedule for asked in part.terms or ())]
    return policy_names


def _variant(policy: PolicyPreset, where: str, beside: Path | None) -> PolicyPreset:
    """The policy with the levers and terms of the one it is a variant of filled in."""
    if policy.policy is None:
        return policy
    if policy.policy == policy.name:
        complain(where, [("", f"policy '{policy.name}' names itself as the one it is a variant of; name another one.")])
    return _built_on(_named(policy.policy, where, "", beside), policy)


def _resolved(owner: str, number: int, segment: Segment, where: str, beside: Path | None) -> Segment:
    """The segment with the levers and terms of the policy it names filled in."""
    place = f"schedule number {number}"
    if segment.policy is None:
        if not segment.levers and not segment.everywhere:
            complain(where, [(place, "it says nothing; expected 'policy' or 'levers'.")])
        return segment
    if segment.policy == owner:
        complain(where, [(place, f"policy '{owner}' names itself in its schedule; name another one.")])
    return _built_on(_named(segment.policy, where, place, beside), segment)


def _built_on(named: PolicyPreset, part: Built) -> Built:
    """A policy or segment with what it leaves out as in the policy it names."""
    levers, everywhere = {**named.levers, **part.levers}, {**named.everywhere, **part.everywhere}
    update = {
        "terms": (named.terms or ()) if part.terms is None else part.terms,
        "levers": levers,
        "everywhere": everywhere,
    }
    return part.model_copy(update=update)


def _named(name: str, where: str, place: str, beside: Path | None) -> PolicyPreset:
    """The policy of a name, which may itself build on no other."""
    policy = _unresolved(name, where, place, beside)
    if policy.schedule:
        wrong = "has a schedule of its own; expected a policy without one, so that none can go in circles."
        complain(where, [(place, f"policy '{name}' {wrong}")])
    if policy.policy:
        wrong = f"is a variant of '{policy.policy}'; expected a policy that varies no other."
        complain(where, [(place, f"policy '{name}' {wrong}")])
    return policy


def _unresolved(name: str, where: str, place: str, beside: Path | None) -> PolicyPreset:
    own = beside / f"{name}.toml" if beside is not None else None
    try:
        path, called = locate("policies", own if own is not None and own.is_file() else name)
    except GreatPowersError as error:
        raise error.within(f"{where}, {place}" if place else where) from None
    return read_as(PolicyPreset, parse_toml(path, called), called, "policy")
