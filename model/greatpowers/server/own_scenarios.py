"""A scenario of one's own: TOML read as text and checked by the scenario room; nothing of it is written or run."""

import tomli_w

from greatpowers.scenario.build import build_parameters, build_policy, build_world
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.server.state import OWN, LabState
from greatpowers.server.worlds import parsed, policy_object, scenario_object, uploaded

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
