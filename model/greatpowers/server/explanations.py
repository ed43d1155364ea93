"""An explanation as the page reads it: numbers as plain data, and the sentences drawn from them."""

from dataclasses import asdict
from typing import Any

from greatpowers.narrative.explanation import Explanation, beliefs, followed, reasons, terms_shown
from greatpowers.simulation.events import rung_words


def explanation_data(found: Explanation) -> dict[str, Any]:
    """The explanation as JSON can hold it; `rungs` are words for the rung each option leads to.

    Browsers make the same of what they play themselves (``browser/assets/explained.js``).
    """
    return asdict(found) | {
        "title": found.title,
        "reasons": list(reasons(found)),
        "rungs": [rung_words(option.rung) for option in found.options],
        "terms": terms_shown(found.options),
        "believed": list(beliefs(found)),
        "followed": list(followed(found)),
    }
