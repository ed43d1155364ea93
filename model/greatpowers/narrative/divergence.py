"""How a fork differs: from where, which decision was the first to differ, what tipped it, and what it came to.

:class:`Divergence` is the data; its text is drawn from it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import TOP_RUNG
from greatpowers.core.log import NUMBERS, Event
from greatpowers.core.trace import OPTIONS
from greatpowers.narrative.explanation import (
    DOING,
    EXPECTED,
    TERMS,
    Explanation,
    Option,
    explain,
    heading,
    row,
    terms_shown,
    thousandths,
    wrapped,
)
from greatpowers.presentation.style import listed
from greatpowers.presentation.tables import text_shown
from greatpowers.simulation.events import NEXT_TO_NOTHING, EventContext, a_chance, percent, rung_words, sentence
from greatpowers.simulation.fork import COUNTERFACTUAL, ORIGINAL, TRUTH, Decision, Fork
from greatpowers.simulation.history import History

SPREAD = NUMBERS[Event.WAR].index("spread")
"""Which number of a war says that it only spread to the place, and is counted where it began."""

MOST_PLACES = 3
MOST_CAUSES = 3
MOST_WARS = 6
SMALLEST = 5e-5
"""Share that shows in a text."""

LESS_AND_MORE = {
    "control expected": ("won it less control", "won it more control"),
    "operations": ("cost it more in operations", "cost it less in operations"),
    "sanctions": ("cost it more in sanctions", "cost it less in sanctions"),
    "risk of war": ("carried more risk of war", "carried less risk of war"),
    "norms": ("broke more norms", "broke fewer norms"),
    "caught cheating": ("cost it more if caught cheating", "cost it less if caught cheating"),
    "backing down": ("cost it more at home to back down", "cost it less at home to back down"),
}
MADE = {"down": "de-escalates to", "hold": "holds at", "up": "escalates to"}
DEAL = "a deal in force"
ANSWERS = (
    ("sanctions", TheatreColumn.SANCTIONS),
    ("their breadth", TheatreColumn.BREADTH),
    ("aid", TheatreColumn.AID),
    ("presence", TheatreColumn.PRESENCE),
    ("control", TheatreColumn.CONTROL),
    (DEAL, TheatreColumn.DEAL),
)
OUTCOMES = (("escalation", "mean_severity"), ("order at the end", "order"), ("revision", "revision"))


class NumberPair(NamedTuple):
    """One number in both histories."""

    what: str
    original: float
    other: float


@dataclass(frozen=True)
class DifferentDecision:
    """The first decision that differs, as each history explains it.

    `moved` is the move whose chance, against the one made in the original, changed most, None where the two had not
    the same moves open; `causes` are the terms behind that, the largest first, by which the edge of `moved` over the
    move made is greater in the other history (in shares of own power). `before` is what differs in how the theatre
    stood a quarter earlier, shares in [0, 1].
    """

    original: Explanation
    other: Explanation
    moved: str | None
    causes: dict[str, float]
    before: tuple[NumberPair, ...]


@dataclass(frozen=True)
class Divergence:
    """What differs between two histories of the same luck, and why. `str()` gives it as text.

    `names` are what the two are called inside a sentence, such as 'under containment'; `first_round` is None if nothing
    ever differs, `decision` None if no challenger ever chose otherwise. `wars` are numbers of wars begun from the fork
    on, `only` the places of those that began in one alone.
    """

    scenario: str
    seed: int
    at_round: int
    quarter: str
    names: tuple[str, str]
    first_round: int | None
    first_quarter: str | None
    places: tuple[str, ...]
    decision: DifferentDecision | None
    wars: tuple[int, int]
    only: tuple[dict[str, int], dict[str, int]]
    outcomes: tuple[NumberPair, ...]

    def paragraphs(self) -> Iterator[str]:
        """What differs and why, in sentences and without the table."""
        if self.first_round is None:
            yield "Nothing differs in any round: the change never came to matter."
            return
        where = f" in {listed(self.places, MOST_PLACES + 1)}" if self.places else ""
        yield f"The first difference is in {self.first_quarter} (round {self.first_round}){where}."
        if self.decision is None:
            yield "No challenger ever chose otherwise: every step on every ladder is the same in both."
        else:
            yield " ".join(_what_was_decided(self.decision, self.names))
            yield " ".join(_why(self.decision, self.names))
        yield " ".join(self._in_the_end())

    def _in_the_end(self) -> Iterator[str]:
        one, other = self.wars
        yield f"Wars begun from {self.quarter} on: {_beside(str(one), str(other), self.names)}."
        for name, places in zip(self.names, self.only, strict=True):
            if places:
                told = [place + (f" ({number} wars)" if number > 1 else "") for place, number in places.items()]
                yield f"Only {name}: {listed(told, MOST_WARS + 1)}."
        told = [
            f"{pair.what} {_beside(f'{pair.original:.3f}', f'{pair.other:.3f}', self.names)}" for pair in self.outcomes
        ]
        yield sentence("; ".join(told))

    def _repr_html_(self) -> str:
        return text_shown(str(self))

    def __str__(self) -> str:
        same = f", {self.names[0]} before it" if self.at_round else f" instead of {self.names[0]}"
        head = (
            f"{self.scenario}, seed {self.seed}, {self.names[1]} from {self.quarter} (round {self.at_round}) on{same}"
        )
        parts = [wrapped(f"{head}. The luck is the same."), *map(wrapped, self.paragraphs())]
        if self.decision is not None:
            parts.insert(3, list(_table(self.decision, self.names)))
        return "\n\n".join("\n".join(part) for part in parts)


def divergence(fork: Fork, names: tuple[str, str] | None = None) -> Divergence:
    """What differs between the two histories of a fork; `names` are what they are called, as part of a sentence."""
    history, first, at = fork.original, fork.first_round, fork.first_decision
    wars = [_begun(each, fork.at_round) for each in (fork.original, fork.counterfactual)]
    stage = EventContext(history)
    return Divergence(
        scenario=history.scenario.title,
        seed=history.seed,
        at_round=fork.at_round,
        quarter=fork.quarter,
        names=names or _names(fork),
        first_round=first,
        first_quarter=None if first is None else fork.quarter_of(first),
        places=tuple(stage.place_in_a_sentence(k) for k in fork.first_theatres),
        decision=None if at is None else _different(fork, at),
        wars=(wars[0].total(), wars[1].total()),
        only=(_places(stage, wars[0] - wars[1]), _places(stage, wars[1] - wars[0])),
        outcomes=tuple(
            NumberPair(name, float(fork.original.summary[metric]), float(fork.counterfactual.summary[metric]))
            for name, metric in OUTCOMES
        ),
    )


def _names(fork: Fork) -> tuple[str, str]:
    if fork.change == TRUTH:
        return "as played", "with true beliefs"
    return f"under {fork.original.policy.name}", f"under {fork.change}"


def _different(fork: Fork, at: Decision) -> DifferentDecision:
    theatre = fork.original.scenario.theatres[at.theatre].id
    original, other = (explain(history, theatre, at.round) for history in (fork.original, fork.counterfactual))
    moved, taken = _moved(original, other), original.choice.made
    edges = {} if moved is None else {name: _shift(original, other, name, moved, taken) for name, _, _ in TERMS}
    ranked = sorted((name for name in edges if abs(edges[name]) >= SMALLEST), key=lambda name: -abs(edges[name]))
    causes = {name: edges[name] for name in ranked[:MOST_CAUSES]}
    return DifferentDecision(original, other, moved, causes, _before(fork, at))


def _moved(original: Explanation, other: Explanation) -> str | None:
    """The move whose chance changed most, beside the one made in the original.

    It need not be the one made in the other: a change in any option's probability shifts the thresholds that the
    random draw is compared with.
    """
    chances = {
        move: abs(second.probability - first.probability)
        for move in OPTIONS
        if (first := original.option(move)) and (second := other.option(move))
    }
    if chances.pop(original.choice.made, None) is None or not chances:
        return None
    return max(chances, key=lambda move: chances[move])


def _shift(original: Explanation, other: Explanation, term: str, moved: str, taken: str) -> float:
    """By how much the edge of one move over another in a term is greater in the other history."""
    edges = []
    for found in (original, other):
        of = {option.move: option.terms[term] for option in found.options}
        edges.append(of[moved] - of[taken])
    return edges[1] - edges[0]


def _before(fork: Fork, at: Decision) -> tuple[NumberPair, ...]:
    if at.round == 0:
        return ()
    ours, theirs = (each.track.theatres[at.round - 1, at.theatre] for each in (fork.original, fork.counterfactual))
    pairs = [NumberPair(text, float(ours[column]), float(theirs[column])) for text, column in ANSWERS]
    return tuple(pair for pair in pairs if abs(pair.original - pair.other) >= SMALLEST)


def _begun(history: History, at_round: int) -> Counter[int]:
    return Counter(
        event.theatre
        for event in EventContext(history).happenings()
        if event.kind == Event.WAR and event.round >= at_round and event.numbers[SPREAD] == 0
    )


def _places(stage: EventContext, wars: Counter[int]) -> dict[str, int]:
    return {stage.place_in_a_sentence(theatre): number for theatre, number in wars.items()}


def _beside(one: str, other: str, names: tuple[str, str]) -> str:
    """What is said of each of the two, once if it is the same."""
    return f"{one} in both" if one == other else f"{one} {names[0]}, {other} {names[1]}"


def _what_was_decided(decision: DifferentDecision, names: tuple[str, str]) -> Iterator[str]:
    original, other = decision.original, decision.other
    told = [
        f"{MADE[found.choice.made]} {rung_words(_reached(found))} {name}"
        for found, name in zip((original, other), names, strict=True)
    ]
    yield f"First different decision: {original.place}, {original.quarter} (round {original.round})."
    yield sentence(f"{original.challenger}, facing {original.host}, {told[0]} and {told[1]}")
    move = other.choice.made
    chances = [found.option(move) for found in (original, other)]
    odds = [option.probability if option else 0.0 for option in chances]
    apart = "in both" if percent(odds[0]) == percent(odds[1]) else f"{names[0]}, {percent(odds[1])} {names[1]}"
    yield (
        f"It had {a_chance(odds[0])} of {DOING[move]} {apart}; the random draw ({original.choice.luck:.3f}) is the "
        "same."
    )


def _reached(found: Explanation) -> int:
    """The rung that the move made leads to."""
    return max(0, min(TOP_RUNG, found.rung + OPTIONS.index(found.choice.made) - 1))


def _why(decision: DifferentDecision, names: tuple[str, str]) -> Iterator[str]:
    taken = decision.original.choice.made
    if decision.moved is None:
        yield "The two did not have the same moves open, so they cannot be compared term by term."
    elif not decision.causes:
        yield "The two weighed it almost alike; the draw lay so near the border that next to nothing tipped it."
    else:
        causes = listed([LESS_AND_MORE[name][edge > 0] for name, edge in decision.causes.items()], MOST_CAUSES + 1)
        yield f"Compared with {DOING[taken]}, {DOING[decision.moved]} {causes} {names[1]} than {names[0]}."
    if decision.original.round == 0:
        return
    if decision.before:
        told = "; ".join(f"{what} {_stood(what, one)}, {_stood(what, two)}" for what, one, two in decision.before)
        yield f"A quarter before, the two already differed there ({names[0]}, then {names[1]}): {told}."
    else:
        yield "A quarter before, the two did not differ there; what differs is what was declared or expected."


def _stood(what: str, value: float) -> str:
    """A share, or whether there was a deal."""
    return percent(value) if what != DEAL else "yes" if value else "no"


def _table(decision: DifferentDecision, names: tuple[str, str]) -> Iterator[str]:
    """What was weighed, option by option, the original's numbers beside the other's."""
    both = (decision.original, decision.other)
    moves = [move for move in OPTIONS if any(found.option(move) for found in both)]
    columns = [[found.option(move) for found in both] for move in moves]
    heads = [next(heading(option) for option in column if option) for column in columns]
    yield from wrapped(f"What {both[0].challenger} weighed, in thousandths of its own power, {names[0]} | {names[1]}:")
    widths = [max(17, len(head)) for head in heads]
    yield row("", heads, widths)
    for name in terms_shown([option for column in columns for option in column if option]):
        yield row(name, _cells(columns, partial(_term, name)), widths)
    yield row("utility", _cells(columns, lambda option: thousandths(option.utility, 2)), widths)
    for text, name in (("probability", "probability"), *EXPECTED):
        yield row(text, _cells(columns, partial(_share, name)), widths)


def _cells(columns: Sequence[Sequence[Option | None]], cell: Callable[[Option], str]) -> list[str]:
    return [" | ".join("none" if option is None else cell(option) for option in column) for column in columns]


def _term(name: str, option: Option) -> str:
    return thousandths(option.terms[name], 2)


def _share(name: str, option: Option) -> str:
    share = getattr(option, name)
    return "<0.1%" if 0 < share < NEXT_TO_NOTHING else percent(share)


def account(fork: Fork) -> str:
    """The divergence as text, and each history's own account of the first decision that differs."""
    found = divergence(fork)
    parts = [str(found)]
    if found.decision is not None:
        parts += [f"In the {ORIGINAL}:\n\n{found.decision.original}"]
        parts += [f"In the {COUNTERFACTUAL}:\n\n{found.decision.other}"]
    return "\n\n\n".join(parts) + "\n"
