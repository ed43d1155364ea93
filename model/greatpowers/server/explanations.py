"""An explanation as pages read it: plain data, and the sentences drawn from it.

Browsers make the same of what they play themselves (``browser/assets/explained.js``).
"""

from dataclasses import asdict
from typing import Any

from greatpowers.narrative.explanation import Explanation, beliefs, followed, reasons, terms_shown
from greatpowers.simulation.events import rung_words


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
