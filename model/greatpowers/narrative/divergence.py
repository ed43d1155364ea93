"""How a fork differs: from where, which decision was the first to differ, what tipped it, and what it came to.

:class:`Divergence` is the data; its text is drawn from it, in the words of ``sentences.toml``. Browsers tell the same
of what they play themselves (``browser/assets/parted.js``).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    NOBODY,
    NOTHING,
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
from greatpowers.narrative.sentences import WORDS, Facts, said
from greatpowers.presentation.style import listed
from greatpowers.presentation.tables import text_shown
from greatpowers.simulation.events import NEXT_TO_NOTHING, EventContext, percent, sentence
from greatpowers.simulation.fork import COUNTERFACTUAL, ORIGINAL, TRUTH, Decision, Fork
from greatpowers.simulation.history import History

SPREAD = NUMBERS[Event.WAR].index("spread")
"""Which number of a war says that it only spread to the place, and is counted where it began."""

TOLD, LIMITS = WORDS["parted"], WORDS["limits"]
SMALLEST = LIMITS["smallest"]

DEAL = WORDS["stood"]["deal"]
ANSWERS = tuple((text, TheatreColumn[name.upper()]) for name, text in WORDS["stood"].items())
OUTCOMES = tuple((text, metric) for metric, text in WORDS["outcomes"].items())


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
            yield self._said("nothing")
            return
        names = {"quarter": str(self.first_quarter), "round": str(self.first_round)}
        where = {"where": listed(self.places, LIMITS["places"])} if self.places else {}
        yield self._said("first", {"places": len(self.places)}, names | where)
        if self.decision is None:
            yield self._said("alike")
        else:
            yield " ".join(self._what_was_decided(self.decision))
            yield " ".join(self._why(self.decision))
        yield " ".join(self._in_the_end())

    def _said(
        self, what: str, numbers: Mapping[str, float] = NOTHING, names: Mapping[str, str] = NOBODY, whole: bool = True
    ) -> str:
        facts = Facts(numbers.__getitem__, {"one": self.names[0], "two": self.names[1], **names}.get)
        found = said(facts, TOLD[what])
        return sentence(found) if whole else found

    def _beside(self, this: str, that: str) -> str:
        """What is said of each of the two, once if it is the same."""
        return self._said("beside", {"same": this == that}, {"this": this, "that": that}, whole=False)

    def _what_was_decided(self, decision: DifferentDecision) -> Iterator[str]:
        both = original, _ = decision.original, decision.other
        place = {"place": original.place, "quarter": original.quarter, "round": str(original.round)}
        yield self._said("decision", {}, place)
        one, two = (found.choice.made for found in both)
        rungs = {f"rung_{name}": _reached(found) for name, found in zip(("one", "two"), both, strict=True)}
        made = {"made_one": WORDS["made"][one], "made_two": WORDS["made"][two]}
        yield self._said("chose", rungs, {"c": original.challenger, "h": original.host, **made})
        odds = [option.probability if (option := found.option(two)) else 0.0 for found in both]
        numbers = {"odds_one": odds[0], "odds_two": odds[1], "same": percent(odds[0]) == percent(odds[1])}
        yield self._said("drawn", numbers, {"making": DOING[two], "luck": f"{original.choice.luck:.3f}"})

    def _why(self, decision: DifferentDecision) -> Iterator[str]:
        taken = decision.original.choice.made
        if decision.moved is None:
            yield self._said("incomparable")
        elif not decision.causes:
            yield self._said("border")
        else:
            causes = [WORDS["tipped"][name][edge > 0] for name, edge in decision.causes.items()]
            names = {"taken": DOING[taken], "moved": DOING[decision.moved], "causes": listed(causes, len(causes))}
            yield self._said("causes", {}, names)
        if decision.original.round > 0:
            pairs = (f"{what} {_stood(what, one)}, {_stood(what, two)}" for what, one, two in decision.before)
            yield self._said("before", {"differing": len(decision.before)}, {"pairs": "; ".join(pairs)})

    def _in_the_end(self) -> Iterator[str]:
        one, other = self.wars
        yield self._said("wars", {}, {"quarter": self.quarter, "wars": self._beside(str(one), str(other))})
        for name, places in zip(self.names, self.only, strict=True):
            if places:
                parts = [place + (f" ({number} wars)" if number > 1 else "") for place, number in places.items()]
                yield self._said("only", {}, {"who": name, "where": listed(parts, LIMITS["wars"])})
        parts = [f"{pair.what} {self._beside(f'{pair.original:.3f}', f'{pair.other:.3f}')}" for pair in self.outcomes]
        yield sentence("; ".join(parts))

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
    causes = {name: edges[name] for name in ranked[: LIMITS["causes"]]}
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
    for explanation in (original, other):
        of = {option.move: option.terms[term] for option in explanation.options}
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


def _reached(explanation: Explanation) -> int:
    """The rung that the move made leads to."""
    return max(0, min(TOP_RUNG, explanation.rung + OPTIONS.index(explanation.choice.made) - 1))


def _stood(what: str, value: float) -> str:
    """A share, or whether there was a deal."""
    return percent(value) if what != DEAL else "yes" if value else "no"


def _table(decision: DifferentDecision, names: tuple[str, str]) -> Iterator[str]:
    """What was weighed, option by option, the original's numbers beside the other's."""
    both = (decision.original, decision.other)
    moves = [move for move in OPTIONS if any(explanation.option(move) for explanation in both)]
    columns = [[explanation.option(move) for explanation in both] for move in moves]
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
    diverged = divergence(fork)
    parts = [str(diverged)]
    if diverged.decision is not None:
        parts += [f"In the {ORIGINAL}:\n\n{diverged.decision.original}"]
        parts += [f"In the {COUNTERFACTUAL}:\n\n{diverged.decision.other}"]
    return "\n\n\n".join(parts) + "\n"
