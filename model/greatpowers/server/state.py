"""What one page shows, as data: everything that has been set, small enough to travel in a link."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import from_json

from greatpowers.scenario.errors import GreatPowersError, complain, suggestion
from greatpowers.scenario.explain import faults_in
from greatpowers.scenario.kinds import Expect, Length, LeverTable, Name, TomlTable
from greatpowers.scenario.library import names
from greatpowers.scenario.schema import SyntheticSettings

LONGEST_LINK = 48_000
"""Characters; servers and browsers take request lines of 64 KiB."""

LARGEST_TEXT = 1_000_000
"""Bytes that a link may unfold to: a few hundred bytes could be made to unfold to gigabytes."""

DEFLATE = -15
"""Window of a raw deflate stream: neither header nor checksum."""


def pack(text: str) -> str:
    """The text as part of a link; equal texts give equal links. Raises :class:`GreatPowersError` if it is too long."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, DEFLATE)
    squeezed = squeezer.compress(text.encode()) + squeezer.flush()
    link = base64.urlsafe_b64encode(squeezed).rstrip(b"=").decode()
    if len(link) > LONGEST_LINK:
        raise GreatPowersError(f"what is set here needs a link of {len(link)} characters; at most {LONGEST_LINK} fit.")
    return link


def unpack(link: str) -> str:
    """The text that :func:`pack` was given; raises :class:`GreatPowersError` for anything else."""
    if len(link) > LONGEST_LINK:
        raise GreatPowersError(f"the link is {len(link)} characters long; at most {LONGEST_LINK} are accepted.")
    try:
        squeezed = base64.b64decode(link.encode("ascii") + b"=" * (-len(link) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj(DEFLATE)
        unfolded = opener.decompress(squeezed, LARGEST_TEXT)
        if opener.unconsumed_tail:
            raise GreatPowersError(
                f"the link unfolds to more than {LARGEST_TEXT} bytes; no page of this program makes such links."
            )
        if not opener.eof or opener.unused_data:
            raise GreatPowersError("the link is cut short or has something added; copy the whole link again.")
        return unfolded.decode()
    except (binascii.Error, UnicodeError, zlib.error):
        raise GreatPowersError("the link is damaged; copy the whole link again.") from None


OWN = "own"
"""Name under which an uploaded scenario is chosen."""

MOST_CHANGES = 40
MOST_ROUNDS = 400
"""A century: longer histories are for the command line."""

LONGEST_GAME = 40_000
"""Characters of a game's record."""

Seed = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1), Expect("a whole number of at least 0")]
Cursor = Annotated[int, Field(strict=True, ge=0, le=MOST_ROUNDS), Expect("a round")]
Doctrines = Annotated[dict[Name, Name], Field(max_length=200), Expect("a table of doctrines by state")]
Resolve = Annotated[Literal["committed", "reluctant"] | None, Expect('"committed" or "reluctant"')]
View = Annotated[Literal["question", "world", "compare", "play", "results"], Expect("a view")]


PlaceTable = Annotated[dict[Name, LeverTable], Field(max_length=400), Expect("a table of levers by theatre")]


class Settings(TomlTable):
    """Levers set over a policy, each in its own reach; those further down win."""

    elsewhere: LeverTable = Field(default={}, description="levers of theatres that have no setting of their own")
    scaled: LeverTable = Field(
        default={}, description="levers changed in proportion in every theatre: what the policy's general value becomes"
    )
    levers: LeverTable = Field(default={}, description="levers set in every theatre, whatever it had of its own")
    places: PlaceTable = Field(default={}, description="levers set in particular theatres")

    @property
    def settings(self) -> "Settings":
        """What is set, by itself."""
        return Settings.model_construct(**{name: getattr(self, name) for name in Settings.model_fields})

    @property
    def empty(self) -> bool:
        """Whether nothing is set."""
        return not (self.elsewhere or self.scaled or self.levers or self.places)


class Change(Settings):
    """What is done differently from a round on: another policy, other levers, or both."""

    from_round: Length = Field(description="first round of the change")
    policy: Name | None = Field(default=None, description="policy followed from here on; as before without one")


class LabState(Settings):
    """Everything that decides what a page shows; equal states show equal pages.

    Its settings are set over the policy from the first round on; `changes` come on top, in order of their rounds.
    `against` is the policy that it is compared with, with settings of its own.
    """

    scenario: Name = Field(default="2017", description="a shipped scenario, or 'own' for the one in 'upload'")
    synthetic: SyntheticSettings | None = Field(default=None, description="settings of the generated world")
    upload: str | None = Field(default=None, description="text of an own scenario")
    policy: Name = Field(default="half-a-loaf", description="the policy followed")
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_CHANGES), Expect("at most 40 changes")] = Field(
        default=(), description="what changes at later rounds"
    )
    doctrines: Doctrines = Field(default={}, description="doctrines given to states")
    resolve: Resolve = Field(default=None, description="the leader's resolve at the start")
    seed: Seed = Field(default=12, description="which luck")
    rounds: Annotated[int | None, Field(ge=1, le=MOST_ROUNDS), Expect("a number of rounds from 1 to 400")] = Field(
        default=None, description="rounds to play; the scenario's own number without"
    )
    against: Name = Field(default="laissez-faire", description="the policy compared with")
    against_set: Settings = Field(default=Settings(), description="levers set over the policy compared with")
    game: Annotated[str, Field(max_length=LONGEST_GAME), Expect("the record of a game")] = Field(
        default="", description="the game in the coalition's chair, as its record writes it"
    )
    view: View = Field(default="world", description="the tab shown")
    cursor: Cursor = Field(default=0, description="the round shown")

    @model_validator(mode="before")
    @classmethod
    def _of_old_links(cls, fields: Any) -> Any:
        """Links once held levers of the policy compared with that were set in every theatre, and no others."""
        if isinstance(fields, dict) and "against_levers" in fields and "against_set" not in fields:
            fields = {**fields, "against_set": {"levers": fields["against_levers"]}}
            del fields["against_levers"]
        return fields

    @model_validator(mode="after")
    def _ordered(self) -> "LabState":
        """Changes in order of rounds, a round once: equal settings are then equal states."""
        latest = {change.from_round: change for change in self.changes}
        object.__setattr__(self, "changes", tuple(latest[number] for number in sorted(latest)))
        return self

    def changed(self, **fields: Any) -> "LabState":
        """The state with some fields different; raises :class:`GreatPowersError` if it is none."""
        return read_state({**self.model_dump(), **fields})

    def encode(self) -> str:
        """The state as part of a link; raises :class:`GreatPowersError` if it does not fit."""
        fields = self.model_dump(mode="json", exclude_defaults=True)
        return pack(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False))

    @classmethod
    def decode(cls, link: str) -> "LabState":
        """The state that :meth:`encode` wrote; raises :class:`GreatPowersError` for any other text."""
        try:
            fields = from_json(unpack(link), allow_inf_nan=False)
        except ValueError:
            raise GreatPowersError("the link is damaged; copy the whole link again.") from None
        if not isinstance(fields, dict):
            raise GreatPowersError("the link is damaged; copy the whole link again.")
        return state_of_json(fields)


APART: dict[str, Any] = {"view": "world", "cursor": 0, "game": ""}
"""Fields apart from what is played, and what they count as: they are not undone, and nothing is played again."""

OF_WORLDS = ("scenario", "synthetic", "upload", "doctrines", "resolve", "rounds")
"""Fields that the world depends on; the others say what is done in it, and how it is looked at."""

SHORT = ("view", "scenario", "policy", "against")
"""Fields that an address may also name in plain words, as in ``/?view=question&scenario=2017&policy=half-a-loaf``."""


def in_plain_words(query: Mapping[str, str]) -> LabState | None:
    """The state that an address names in plain words, None if in none; raises :class:`GreatPowersError`."""
    fields = {name: query[name] for name in SHORT if name in query}
    return read_state(fields) if fields else None


def read_state(fields: dict[str, Any]) -> LabState:
    """A state from plain data, checked against what ships; raises :class:`GreatPowersError`."""
    try:
        state = LabState.model_validate(fields)
    except ValidationError as error:
        complain("link", faults_in(error, LabState, fields))
        raise GreatPowersError("link: it cannot be read.") from None
    complain("link", [("", fault) for fault in _unknown_names(state)])
    return state


def state_of_json(fields: object) -> LabState:
    """The state that a page holds, from JSON, which has lists where states have tuples; raises GreatPowersError."""
    if not isinstance(fields, dict):
        raise GreatPowersError("this is no state of a page; reload it and try again.")
    return read_state({key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()})


def _unknown_names(state: LabState) -> list[str]:
    """Names that are not of this installation; a path is no name, so none reaches the file system."""
    followed = [state.policy, state.against, *(change.policy for change in state.changes if change.policy)]
    faults = [_unknown("policy", name, names("policies")) for name in followed]
    if state.scenario == OWN and state.upload is None:
        faults.append("scenario 'own' is chosen, but no scenario has been uploaded with it.")
    elif state.scenario != OWN:
        faults.append(_unknown("scenario", state.scenario, names("scenarios")))
    return [fault for fault in faults if fault]


def _unknown(noun: str, name: str, known: list[str]) -> str:
    return "" if name in known else f"there is no {noun} '{name[:60]}'. {suggestion(name, known)}"
