"""The guided tour: five steps, each of which points at something on the page."""

import json
from collections.abc import Callable

from nicegui import ui

STEPS = (
    {
        "target": ".gp-main",
        "title": "A world, played once",
        "text": "Early 2017, a quarter of a year at a time. Every contested place has a challenger who climbs or "
        "leaves a ladder from meddling to war, and a coalition that answers by a policy. This is one history of many.",
    },
    {
        "target": ".gp-choices",
        "title": "Policy, and what it is compared with",
        "text": "Here the coalition contains and offers a deal (half a loaf), against doing nothing (laissez-faire). "
        "Choose others: the history is played again while you look. Another world is the same world with other luck.",
    },
    {
        "target": ".gp-levers, .gp-open-levers",
        "title": "Every lever can be moved",
        "text": "Sanctions, troops, red lines, the terms of the offer; from the start, or from the round shown. "
        "The doctrine of each great power and the leader's resolve are further down. Undo takes anything back.",
    },
    {
        "target": "[role=tablist]",
        "title": "One history is luck, two hundred are not",
        "text": "Compare puts both policies side by side on the same luck, and two hundred matched histories below "
        "them. Play lets you sit in the coalition's chair. Results opens experiments.",
    },
    {
        "target": ".gp-actions",
        "title": "It is all in the link",
        "text": "The address holds everything you set: copy it, and somebody else sees the same numbers. Export takes "
        "the run, figures and data along. It is a model's claim, not a forecast.",
    },
)


def build_tour(begun: bool) -> Callable[[], None]:
    """Start the tour on a first visit, unless the page was opened by a link; returns what starts it at will."""
    steps = json.dumps(STEPS)
    if begun:
        ui.run_javascript(f"gpTour.offer({steps})")

    def start() -> None:
        ui.run_javascript(f"gpTour.start({steps})")

    return start
