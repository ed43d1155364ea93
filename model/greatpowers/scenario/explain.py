"""Turns what pydantic finds wrong into sentences for the person who wrote the file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from greatpowers.scenario.errors import entry_label, nearest, shown, suggestion
from greatpowers.scenario.kinds import Expect

Location = tuple[int | str, ...]
Fault = tuple[str, str]


def faults_in(error: ValidationError, model: type[BaseModel], data: Mapping[str, Any]) -> list[Fault]:
    """Each fault as (place, sentence), such as ("theatre 'donbas'", "'salience' is 2; expected ...")."""
    details = sorted(error.errors(include_url=False), key=lambda detail: detail["type"] == "missing")
    unknown = [detail["loc"] for detail in details if detail["type"] == "extra_forbidden"]
    # A misspelt setting is reported once, not also as a missing one.
    meant = {nearest(str(location[-1]), _keys_beside(model, location)) for location in unknown}
    reported = [detail for detail in details if detail["type"] != "missing" or detail["loc"][-1] not in meant]
    return [fault for detail in reported for fault in _faults_of(detail, model, data)]


def _faults_of(details: ErrorDetails, model: type[BaseModel], data: Mapping[str, Any]) -> Iterator[Fault]:
    place, path = split_location(details["loc"], data)
    if details["type"] == "settings":
        inside = ", ".join(part for part in (place, key_text(path)) if part)
        yield from ((inside, text) for text in details["ctx"]["faults"])
    elif details["type"] == "extra_forbidden":
        inside = ", ".join(part for part in (place, key_text(path[:-1])) if part)
        yield inside, _unknown(details["loc"], str(path[-1]), model)
    else:
        yield place, _sentence(details, key_text(path), model)


def split_location(location: Location, data: Mapping[str, Any]) -> tuple[str, Location]:
    """The repeated table a location lies in, in words ("theatre 'donbas'"), and the path inside it."""
    if len(location) < 2 or not isinstance(location[1], int):
        return "", location
    entries = data.get(str(location[0]))
    entry = entries[location[1]] if isinstance(entries, list) and location[1] < len(entries) else None
    if not isinstance(entry, Mapping):
        return "", location
    return entry_label(str(location[0]), location[1], entry), location[2:]


def key_text(path: Location) -> str:
    """A path as dotted keys; positions in lists count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _sentence(details: ErrorDetails, key: str, model: type[BaseModel]) -> str:
    field = _field_at(model, details["loc"])
    if details["type"] == "missing" and isinstance(details["loc"][-1], int):
        return f"'{key.rpartition('[')[0]}' is {shown(details['input'])}; expected {_expected(field)}."
    if details["type"] == "missing":
        return f"the setting '{key}' is missing: {_expected(field)}."
    if details["type"] == "rung":
        return f"'{key}' is {shown(details['input'])}, which is no rung. {details['ctx']['remedy']}"
    header = re.sub(r"\[\d+\]", "", key)
    if details["loc"] and _wants_many_tables(field) and not isinstance(details["input"], list):
        return f"'{key}' is {shown(details['input'])}; expected tables written with double brackets, [[{header}]]."
    if "[key]" in key:
        return f"'{key.removesuffix('.[key]')}' is no valid name; expected letters, digits, '-' and '_' only."
    if details["type"] in ("too_long", "too_short") or "tuple" in details["type"]:
        return f"'{key}' is {shown(details['input'])}; expected {_expected(field, _list_expected(field))}."
    return f"'{key}' is {shown(details['input'])}; expected {_expected(field)}."


def _list_expected(field: FieldInfo | None) -> str:
    """What is expected of a list itself, rather than of what is in it."""
    text = _expectation(field) if field is not None else ""
    return text if text.startswith("a list") else "a list"


def _wants_many_tables(field: FieldInfo | None) -> bool:
    return field is not None and "tuple" in str(field.annotation) and _model_in(field.annotation) is not None


def _expected(field: FieldInfo | None, kind: str = "") -> str:
    if field is None:
        return kind or "something else"
    words = kind or _expectation(field) or ("a table" if _model_in(field.annotation) else "a value of another kind")
    return f"{words} ({field.description})" if field.description else words


def _expectation(field: FieldInfo) -> str:
    for note in field.metadata:
        if isinstance(note, Expect):
            return note.text
    return _expectation_in(field.annotation)


def _expectation_in(annotation: Any) -> str:
    for note in getattr(annotation, "__metadata__", ()):
        if isinstance(note, Expect):
            return note.text
    expectations = [text for part in get_args(annotation) if (text := _expectation_in(part))]
    return expectations[-1] if expectations else ""


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)


def _keys(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _field_at(model: type[BaseModel], location: Location) -> FieldInfo | None:
    """The field a location leads to: the last one on the way that a model declares."""
    field: FieldInfo | None = None
    inside: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and inside is not None and part in _keys(inside):
            field = _keys(inside)[part]
            inside = _model_in(field.annotation)
    return field


def _unknown(location: Location, key: str, model: type[BaseModel]) -> str:
    return f"there is no setting '{key}'. {suggestion(key, _keys_beside(model, location))}"


def _keys_beside(model: type[BaseModel], location: Location) -> dict[str, FieldInfo]:
    """The settings that the table of a location may have."""
    inside = _field_at(model, location[:-1])
    owner = _model_in(inside.annotation) if inside else model
    return _keys(owner or model)


def toml_fault(message: str) -> str:
    """What the TOML reader found, with its line, in the form of a fault."""
    spot = re.search(r"^(.*?)\s*\(at (line \d+), column (\d+)\)$", message)
    if spot:
        return f"this is not valid TOML: {spot[2]}, column {spot[3]}: {_plain(spot[1])}."
    return f"this is not valid TOML: {_plain(message)}."


def _plain(message: str) -> str:
    if message == "Cannot overwrite a value":
        return "a setting is given twice"
    return message[:1].lower() + message[1:]
