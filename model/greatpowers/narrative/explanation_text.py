"""An explanation in words: sentences for whoever reads, and the text of at most 100 columns for a terminal."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from greatpowers.narrative.sentences import ABOUT_RIGHT
from greatpowers.simulation.events import NEXT_TO_NOTHING, a_chance, in_words, percent, rung_words, sentence

if TYPE_CHECKING:
    from greatpowers.narrative.explanation import Explanation, Option

TERMS = (
    ("control expected", "gain", 1),
    ("operations", "operations", -1),
    ("sanctions", "sanction_loss", -1),
    ("risk of war", "clash_loss", -1),
    ("norms", "norm_cost", -1),
    ("caught cheating", "cheating_loss", -1),
    ("backing down", "audience_cost", -1),
)
"""What makes up the utility of an option: in words, its columns of the trace, and whether it is a gain or a loss."""

WIDTH = 100
SCALE = 1000
"""Utilities are shown in thousandths of the challenger's own power."""

VISIBLE = 5e-7
"""Share of own power that shows in a table of thousandths."""

DOING = {"down": "de-escalating", "hold": "holding", "up": "escalating"}
DO = {"down": "de-escalate", "hold": "hold", "up": "escalate"}
WAYS = {"down": "down to", "hold": "hold at", "up": "up to"}

BETTER_AND_WORSE = {
    "control expected": ("more control", "less control"),
    "operations": ("cheaper operations", "costlier operations"),
    "sanctions": ("lighter sanctions", "heavier sanctions"),
    "risk of war": ("less risk of war", "more risk of war"),
    "norms": ("fewer norms broken", "more norms broken"),
    "caught cheating": ("less to lose if caught cheating", "more to lose if caught cheating"),
    "backing down": ("no backing down before the public at home", "backing down before the public at home"),
}
MOST_REASONS = 2
"""Terms named in favour of an option, and against it."""

STANDING = (
    ("control", "control"),
    ("sanctions", "sanctions"),
    ("their breadth", "breadth"),
    ("aid", "aid"),
    ("breach answered", "answered"),
)
EXPECTED = (("chance of prevailing", "contest"), ("sanctions expected", "sanctions"), ("chance of war", "clash"))


def text_of(found: "Explanation") -> str:
    """The explanation as paragraphs and a table."""
    parts = [
        wrapped(found.title),
        wrapped(" ".join(found.happened)),
        wrapped(" ".join(reasons(found))),
        list(_table(found)),
        wrapped(" ".join(beliefs(found))),
        ["What followed in the same quarter:", *(line for text in followed(found) for line in _item(text))],
    ]
    return "\n\n".join("\n".join(part) for part in parts)


def reasons(found: "Explanation") -> Iterator[str]:
    """Why the move was made: how likely it was, what spoke for it, and what imposed it."""
    choice, made = found.choice, found.option(found.choice.made)
    if choice.attention is not None:
        yield f"The prior odds that {found.challenger} would find cause to escalate here were {choice.attention:.3f}."
    if choice.imposed:
        power = "the war under way" if choice.imposed == "war" else "a withdrawal under way, or an order from outside,"
        yield (
            f"{sentence(found.challenger)[:-1]} was not free to choose: left to itself it would have chosen to "
            f"{DO[choice.drawn]}, and {power} made it {DO[choice.made]}."
        )
    elif made is None:
        yield sentence(f"{found.challenger} had no choice")
    elif made.probability > 1 - NEXT_TO_NOTHING:
        yield sentence(f"{found.challenger} was all but certain to {DO[made.move]}")
    else:
        yield sentence(f"{found.challenger} had {a_chance(made.probability)} of {DOING[made.move]}; it did")
        other = max((option for option in found.options if option is not made), key=lambda option: option.probability)
        yield from _compared(made, other)


def _compared(made: "Option", other: "Option") -> Iterator[str]:
    """What the option taken promised beside the likeliest other one."""
    edges = {name: made.terms[name] - other.terms[name] for name, _, _ in TERMS}
    ranked = sorted((name for name in edges if abs(edges[name]) >= VISIBLE), key=lambda name: -abs(edges[name]))
    better = [BETTER_AND_WORSE[name][0] for name in ranked if edges[name] > 0][:MOST_REASONS]
    worse = [BETTER_AND_WORSE[name][1] for name in ranked if edges[name] < 0][:MOST_REASONS]
    told = ", but ".join(in_words(part, MOST_REASONS) for part in (better, worse) if part)
    if told:
        yield f"Compared with {DOING[other.move]}, {DOING[made.move]} promised {told}."


def beliefs(found: "Explanation") -> Iterator[str]:
    """What the challenger believed, held against what was true."""
    held = found.beliefs
    believed, true = held.credibility
    verdict = (
        "judged the coalition about right"
        if abs(believed - true) < ABOUT_RIGHT
        else f"{'overestimated' if believed > true else 'underestimated'} the coalition"
    )
    who = sentence(found.challenger)[:-1]
    yield (
        f"{who} {verdict}: it believed that {percent(believed)} of what the coalition declares would be done, and "
        f"{percent(true)} really would."
    )
    yield (
        f"At the present rung it gave itself {a_chance(held.contest.believed)} of prevailing "
        f"(really {percent(held.contest.true)})."
    )
    yield (
        f"It expected sanctions to reach {percent(held.breadth)} of its trade, and {found.host} to get "
        f"{percent(held.aid)} of the aid it could use."
    )
    yield (
        f"Full control was worth {percent(held.value)} of its own power to it; its sense of encirclement stood at "
        f"{percent(held.encroachment)}."
    )
    yield (
        f"In a war it gave itself {a_chance(held.war_contest)} of prevailing; after an exchange of fire there was "
        f"{a_chance(held.war_chance)} of it choosing one."
    )


def followed(found: "Explanation") -> Iterator[str]:
    """What others did in the same quarter, and how things stood at its end."""
    yield from found.followed
    after = found.after
    state = "at war" if after.war else "under a deal" if after.deal else "no war, no deal"
    shares = "; ".join(f"{text} {percent(getattr(after, name))}" for text, name in STANDING)
    yield f"At the quarter's end: {state}; {shares}."


def heading(option: "Option") -> str:
    """An option as the head of a column, such as 'up to proxy support'."""
    return f"{WAYS[option.move]} {rung_words(option.rung)}"


def terms_shown(options: "Sequence[Option]") -> list[str]:
    """Terms that are not zero for all of some options, to the digits shown."""
    return [name for name, _, _ in TERMS if any(abs(option.terms[name]) >= VISIBLE for option in options)]


def _table(found: "Explanation") -> Iterator[str]:
    options = found.options
    yield sentence(f"what {found.challenger} weighed, in thousandths of its own power")[:-1] + ":"
    heads = [heading(option) for option in options]
    widths = [max(12, len(head)) for head in heads]
    yield row("", heads, widths)
    for name in terms_shown(options):
        yield row(name, [thousandths(option.terms[name]) for option in options], widths)
    yield row("utility", [thousandths(option.utility) for option in options], widths)
    yield row("probability", [_probability(option.probability) for option in options], widths)
    for text, name in EXPECTED:
        yield row(text, [percent(getattr(option, name)) for option in options], widths)


def thousandths(value: float, decimals: int = 3) -> str:
    """A share of own power in thousandths, with its sign."""
    return f"{value * SCALE + 0.0:+.{decimals}f}"


def _probability(value: float) -> str:
    return "<0.001" if 0 < value < NEXT_TO_NOTHING else f"{value:.3f}"


def row(text: str, cells: Iterable[str], widths: Iterable[int]) -> str:
    """A row of a table: a label and right-aligned cells."""
    return f"  {text:<24}" + "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)


def wrapped(text: str) -> list[str]:
    """A paragraph in lines."""
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)
