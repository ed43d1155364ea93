"""Posteriors: parameter sets that a calibration against the record left, with their centre, as files."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import GreatPowersError, complain, suggestion
from greatpowers.scenario.kinds import PARAMETERS, Expect, Name, ParameterTable, Text, Title, TomlTable, setting_faults
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import parse_toml, read_as
from greatpowers.scenario.schema import FORMAT

SHIPPED = "record"
"""The posterior that is meant where none is named."""

KEYWORD = "posterior"

Number = Annotated[float, Field(strict=True, allow_inf_nan=False), Expect("a number")]
Numbers = Annotated[tuple[Number, ...], Expect("a list of numbers")]


class Posterior(TomlTable):
    """Parameter sets that agree with the record about equally well: row i of `draws` gives `names` their values.

    Every draw weighs the same. `parameters` is the centre, one set that stands for all.
    """

    format: Literal[1] = Field(default=FORMAT, description="version of the file format")
    name: Name = Field(description="short name")
    title: Title = Field(description="the heading shown")
    summary: Text = Field(default="", description="what it is drawn from")
    source: Text = Field(default="", description="author and year")
    names: Annotated[tuple[str, ...], Field(min_length=1), Expect("a list of parameters, not empty")] = Field(
        description="parameters that differ between draws"
    )
    draws: Annotated[tuple[Numbers, ...], Field(min_length=1), Expect("a list of lists of numbers, not empty")] = Field(
        description="parameter sets, a value for each of the names"
    )
    misfit: Numbers = Field(default=(), description="how badly each draw fits the facts it was fitted to")
    parameters: ParameterTable = Field(description="the centre")
    provenance: dict[str, Any] = Field(default={}, description="where it comes from")

    def draw(self, number: int) -> dict[str, float]:
        """One parameter set."""
        return dict(zip(self.names, self.draws[number], strict=True))


def load_posterior(name_or_path: str | Path = SHIPPED) -> Posterior:
    """The posterior of a shipped name or a file, checked; raises :class:`GreatPowersError`."""
    path, where = locate("posteriors", name_or_path)
    return read_posterior(parse_toml(path, where), where)


def read_posterior(data: Mapping[str, Any], where: str = "posterior") -> Posterior:
    """A posterior from a table as TOML gives it."""
    posterior = read_as(Posterior, data, where, "posterior")
    complain(where, _faults(posterior))
    return posterior


def named_posterior(text: str) -> str:
    """The name or path meant by "posterior", "posterior:NAME" or a path; raises :class:`GreatPowersError`."""
    word, colon, name = text.partition(":")
    if word == KEYWORD:
        return name if colon else SHIPPED
    if text.endswith(".toml"):
        return text
    known = [KEYWORD, *(f"{KEYWORD}:{name}" for name in names("posteriors"))]
    remedy = suggestion(text, known)
    raise GreatPowersError(f'\'parameters\' is "{text}"; expected "{KEYWORD}", or {KEYWORD}:NAME or a path. {remedy}')


def _faults(posterior: Posterior) -> Iterator[tuple[str, str]]:
    for name in posterior.names:
        if name not in PARAMETERS:
            yield "names", f"there is no parameter '{name}'. {suggestion(name, PARAMETERS)}"
        elif posterior.names.count(name) > 1:
            yield "names", f"'{name}' is named more than once; expected each parameter once."
    for number, row in enumerate(posterior.draws, start=1):
        if len(row) != len(posterior.names):
            yield f"draw {number}", f"it has {len(row)} numbers, and there are {len(posterior.names)} names."
        elif set(posterior.names) <= set(Parameters._fields):
            values = dict(zip(posterior.names, row, strict=True))
            yield from ((f"draw {number}", text) for text in setting_faults(values, PARAMETERS, "parameter"))
