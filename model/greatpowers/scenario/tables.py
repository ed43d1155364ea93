"""Scenarios, policies and parameters as rows for people to read: plain data, printed by whoever asks."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from greatpowers.core.declare import fields_of
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.build import EVERYWHERE, all_levers, segments_of, shares, weights_of
from greatpowers.scenario.kinds import LEVERS, rung_name
from greatpowers.scenario.schema import PolicyPreset, Scenario, Theatre

Row = dict[str, Any]

WRITTEN_OF_THEATRES = {
    *("id", "challenger", "host", "salience", "control", "annexed", "sanctions", "aid", "spoilers", "reason", "source"),
}


def state_table(scenario: Scenario) -> list[Row]:
    """One row per state: doctrine and weights, shares of output, capability and power, leadership, votes, and why."""
    economy = shares(np.array([state.economy for state in scenario.states]))
    capability = shares(np.array([state.capability for state in scenario.states]))
    return [
        {
            "id": state.id,
            "name": state.label,
            "doctrine": state.doctrine + (" (adapted)" if state.weights else ""),
            **{f"{name}_weight": weight for name, weight in weights_of(scenario, state)},
            "economy": _rounded(economy[i]),
            "capability": _rounded(capability[i]),
            "power": _rounded((economy[i] + capability[i]) / 2),
            "leadership": "committed" if state.committed else "reluctant",
            "votes": state.election_period or None,
            **state.model_dump(include={"nuclear", "openness", "burden", "reason", "source"}),
        }
        for i, state in enumerate(scenario.states)
    ]


def theatre_table(scenario: Scenario) -> list[Row]:
    """One row per theatre: the parties, what is going on at the start, and why."""
    return [_theatre_row(theatre) for theatre in scenario.theatres]


def _theatre_row(theatre: Theatre) -> Row:
    return {
        **theatre.model_dump(include=WRITTEN_OF_THEATRES),
        "name": theatre.label,
        "rung": f"{theatre.rung} {rung_name(theatre.rung)}",
        "ceiling": f"{theatre.ceiling} {rung_name(theatre.ceiling)}",
        "top": str(theatre.ceiling),
        "recognised": theatre.control if theatre.annexed else theatre.recognised,
        "sanctioning": ", ".join(theatre.sanctioning),
        "presence": ", ".join(f"{name} {share:g}" for name, share in theatre.presence.items()),
        "deal": f"in force for {theatre.deal.age} rounds" if theatre.deal else "none",
    }


def policy_table(scenario: Scenario, preset: PolicyPreset) -> list[Row]:
    """One row per lever that is not off, per segment; then one per lever that the scenario's terms change."""
    rows = []
    off = all_levers({})
    for part in segments_of(preset):
        rows += [
            _lever_row(part.start, part.followed, EVERYWHERE, name, value, "", preset.source)
            for name, value in part.levers.items()
            if value != off[name]
        ]
        rows += [row for row in _terms_rows(scenario, part.start, part.terms) if row["lever"] not in part.everywhere]
    return rows


def _terms_rows(scenario: Scenario, start: int, policies: Iterable[str]) -> Iterator[Row]:
    for policy in policies:
        for terms in scenario.terms:
            if terms.policy == policy:
                for name, value in terms.levers.items():
                    places = ", ".join(terms.theatres)
                    yield _lever_row(start, policy, places, name, value, terms.reason, terms.source or scenario.source)


def _lever_row(start: int, policy: str, theatres: str, name: str, value: float, reason: str, source: str) -> Row:
    return {
        "from_round": start,
        "policy": policy,
        "theatres": theatres,
        "lever": name,
        "value": value,
        "unit": LEVERS[name].unit,
        "meaning": LEVERS[name].meaning,
        "reason": reason,
        "source": source,
    }


def parameter_table(parameters: Parameters) -> list[Row]:
    """One row per parameter: value, default, range, unit, meaning and source."""
    return [
        {
            "name": entry.name,
            "value": getattr(parameters, entry.name),
            "default": entry.default,
            **entry.field._asdict(),
        }
        for entry in fields_of(Parameters)
    ]


def _rounded(share: float) -> float:
    return round(float(share), 4)
