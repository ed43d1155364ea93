"""A world and policies as plain data, for the engine that browsers run."""

import base64
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from greatpowers.browser.layout import flattened
from greatpowers.simulation.setup import Setup
from greatpowers.storage.manifest import fingerprint


def plain_data(setups: Sequence[Setup]) -> dict[str, Any]:
    """What `engine.take` of `assets/engine.js` takes: one world, its parameters and a policy for each setup, as JSON.

    The setups are of one world, as :func:`~greatpowers.simulation.setup.prepare_all` makes them. Arrays are the bytes
    of their items in base64, numbers with the lowest byte first; types and shapes stand in the module, and `core` is
    the fingerprint of the rules that it must have been made from.
    """
    first = setups[0]
    if any(setup.world is not first.world for setup in setups):
        raise ValueError("the setups are of several worlds; expected policies in one.")
    states, theatres = first.sizes
    return {
        "core": fingerprint(),
        "rounds": first.rounds,
        "sizes": {"states": states, "theatres": theatres},
        "arrays": _packed(("world", "p"), (first.world, first.packed)),
        "policies": {
            setup.policy.name: {"segments": setup.levers.starts.size, "arrays": _packed(("policy",), (setup.levers,))}
            for setup in setups
        },
    }


def _packed(names: Iterable[str], values: Iterable[Any]) -> dict[str, str]:
    """Every array and record in its bytes."""
    found = ((name, np.asarray(value)) for name, value in flattened(values, names))
    return {
        name: base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode() for name, array in found
    }
