"""An explanation, and where two histories part, as the page reads them: plain data, and the sentences drawn from it.

Browsers make the same of what they play themselves (``browser/assets/explained.js`` and ``parted.js``).
"""

from dataclasses import asdict
from typing import Any

from greatpowers.narrative.divergence import divergence
from greatpowers.narrative.explanation import Explanation, beliefs, followed, reasons, terms_shown
from greatpowers.simulation.events import rung_words
from greatpowers.simulation.fork import Fork
from greatpowers.simulation.history import History


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """The explanation as JSON can hold it; `rungs` are words for the rung each option leads to."""
    return asdict(explanation) | {
        "title": explanation.title,
        "reasons": list(reasons(explanation)),
        "rungs": [rung_words(option.rung) for option in explanation.options],
        "terms": terms_shown(explanation.options),
        "believed": list(beliefs(explanation)),
        "followed": list(followed(explanation)),
    }


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
