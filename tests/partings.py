"""Where two histories part, as pages tell it, from the library."""

from typing import Any

from greatpowers import History
from greatpowers.narrative.divergence import divergence
from greatpowers.simulation.fork import Fork


def parting(against: History, followed: History) -> dict[str, Any]:
    """Where two histories of the same luck part, and why, each called by the title of its policy."""
    fork = Fork(against, followed, 0, followed.policy.name)
    found = divergence(fork, (f"under {against.policy.title}", f"under {followed.policy.title}"))
    at, original = fork.first_decision, found.decision and found.decision.original
    return {
        "round": found.first_round,
        "theatres": fork.first_theatres,
        "quarter": found.first_quarter,
        "decision": at and original and {**at._asdict(), "quarter": original.quarter, "place": original.place},
        "paragraphs": list(found.paragraphs()),
    }
