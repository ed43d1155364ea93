"""What was run as TOML: a scenario that loads again, and the policies beside it."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import tomli_w
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from greatpowers.scenario.build import segments_of
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import PolicyPreset, Scenario

CONFIG = "config.toml"


def configuration(scenario: Scenario, policies: Iterable[PolicyPreset]) -> dict[str, str]:
    """Texts by file name: the resolved scenario, and each policy under its own name, so that terms find it."""
    chosen = list(policies)
    texts = {CONFIG: scenario_text(scenario, chosen)}
    for policy in chosen:
        texts[policy_file(policy)] = tomli_w.dumps(plain(policy))
    return texts


def policy_file(policy: PolicyPreset) -> str:
    """Name of the file a policy is written to."""
    return f"{policy.name}.toml" if policy.name != "config" else "config-policy.toml"


def scenario_text(scenario: Scenario, policies: Iterable[PolicyPreset]) -> str:
    """The scenario as TOML, without mention of policies that neither ship nor took part: nobody could read them."""
    chosen = list(policies)
    known = {*names("policies"), *(policy.name for policy in chosen)}
    asked = {name for policy in chosen for segment in segments_of(policy) for name in segment.terms}
    terms = tuple(found for found in scenario.terms if found.policy in known | asked)
    own = tuple(name for name in scenario.policies if name in known)
    under = scenario.happened_under if scenario.happened_under in known else None
    kept = {"terms": terms, "policies": own, "happened_under": under}
    return tomli_w.dumps(plain(scenario.model_copy(update=kept)))


def digest(texts: Mapping[str, str]) -> str:
    """SHA-256 of the texts, by file name in order."""
    found = hashlib.sha256()
    for name in sorted(texts):
        found.update(f"{name}\n{texts[name]}\n".encode())
    return found.hexdigest()


def plain(value: Any) -> Any:
    """A model as TOML holds it: keys as files write them, optional settings that say nothing left out."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        kept = (
            (field.alias or name, getattr(value, name), _is_told(getattr(value, name), field)) for name, field in fields
        )
        return {key: plain(item) for key, item, told in kept if told}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value


def _is_told(value: Any, field: FieldInfo) -> bool:
    """Whether a setting is written: an empty list says something where leaving it out would mean another."""
    if value is None:
        return False
    return field.is_required() or not _says_nothing(value) or field.default is None


def _says_nothing(value: Any) -> bool:
    if isinstance(value, BaseModel):
        return not plain(value)
    return value is None or value == "" or (isinstance(value, tuple | list | dict) and not value)
