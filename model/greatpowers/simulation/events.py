"""The event log as a story needs it: names instead of indices, and what else is known at that moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greatpowers.core.history import StateColumn, TheatreColumn
from greatpowers.core.log import Column, Event
from greatpowers.presentation.style import listed
from greatpowers.scenario.build import build_world
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation.history import History

WITH_ARTICLE = (
    "Soviet Union",
    "Ottoman Empire",
    "Netherlands",
    "Philippines",
    "Czech Republic",
    "Dominican Republic",
    "Gambia",
    "Bahamas",
    "Maldives",
)

NEXT_TO_NOTHING = 0.0005
"""Probability that rounds to nothing."""


@dataclass(frozen=True)
class LogEvent:
    """One event: kind, round, place and parties as indices (-1: none), what was before and after, three numbers.

    `row` is its place in the event log.
    """

    kind: Event
    round: int
    theatre: int
    actor: int
    other: int
    before: float
    after: float
    numbers: tuple[float, float, float]
    row: int = -1


def with_article(label: str) -> str:
    """A state's label as it stands inside a sentence."""
    return f"the {label}" if label.startswith("United ") or label in WITH_ARTICLE else label


def sides(challenger: str, host: str) -> str:
    """Who stands against whom, by their labels, as a line of its own: 'The Soviet Union against Afghanistan'."""
    line = f"{with_article(challenger)} against {with_article(host)}"
    return line[0].upper() + line[1:]


PLACES_WITH_ARTICLE = ("Donbas", "East China Sea", "South China Sea", "Sudetenland")


def in_a_sentence(label: str) -> str:
    """A place's label as it stands inside a sentence: 'the Chinese border', 'the Donbas', 'elections in France'."""
    if label.startswith(PLACES_WITH_ARTICLE):
        return f"the {label}"
    return label[0].lower() + label[1:] if label.startswith(("The ", "Elections ")) else label


class EventContext:
    """A recorded history with names: who is called what, and how things stood."""

    def __init__(self, history: History) -> None:
        history.require_record("a chronicle")
        self.history = history
        self.states, self.theatres = history.scenario.states, history.scenario.theatres
        index = history.scenario.state_index()
        self.challenger = [index[theatre.challenger] for theatre in self.theatres]
        self.host = [index[theatre.host] for theatre in self.theatres]
        self.leader = leader_of(history)

    def name(self, state: int) -> str:
        """A state's name as it stands inside a sentence, with its article if it takes one."""
        return with_article(self.states[state].label) if state >= 0 else "the coalition"

    def place(self, theatre: int) -> str:
        """The name of a theatre."""
        return self.theatres[theatre].label

    def place_in_a_sentence(self, theatre: int) -> str:
        """The name of a theatre as it stands inside a sentence."""
        return in_a_sentence(self.place(theatre))

    def everyone(self, states: Sequence[int], most: int = 6) -> str:
        """Several names in one phrase, the strongest first, at most `most` of them spelled out."""
        return listed([self.name(state) for state in self.by_power(states)], most + 1)

    def by_power(self, states: Sequence[int]) -> list[int]:
        """States by their power share when the record begins, the strongest first."""
        power = self.history.track.states[0, :, StateColumn.POWER]
        return sorted(dict.fromkeys(states), key=lambda state: (-power[state], state))

    def is_great(self, state: int, round_number: int) -> bool:
        """Whether the state is a great power in that round."""
        return bool(self.history.track.states[round_number, state, StateColumn.GREAT_POWER])

    def before(self, theatre: int, round_number: int, column: TheatreColumn) -> float:
        """A theatre's column at the start of a round; at the start of the first, what the scenario says."""
        if round_number > 0:
            return float(self.history.track.theatres[round_number - 1, theatre, column])
        written = getattr(self.theatres[theatre], column.name.lower(), 0.0)
        return float(written) if isinstance(written, int | float) else 0.0

    def happenings(self) -> Iterator[LogEvent]:
        """Every event in order."""
        rows = zip(self.history.codes.tolist(), self.history.numbers.tolist(), strict=True)
        for row, (code, numbers) in enumerate(rows):
            before, after, first, second, third = numbers
            yield LogEvent(
                kind=Event(code[Column.KIND]),
                round=code[Column.ROUND],
                theatre=code[Column.THEATRE],
                actor=code[Column.ACTOR],
                other=code[Column.OTHER],
                before=before,
                after=after,
                numbers=(first, second, third),
                row=row,
            )


def leader_of(history: History) -> int:
    """Index of the state that leads the coalition, -1 if nobody does."""
    return int(build_world(history.scenario, history.parameters).system.leader[0])


def percent(share: float) -> str:
    """A share as people read it; a small one keeps a figure."""
    if 0 < share < NEXT_TO_NOTHING:
        return "less than 0.1%"
    return f"{share:.1%}" if share < 0.02 and share > 0 else f"{share:.0%}"


def a_chance(share: float) -> str:
    """A probability as part of a sentence: 'a 40% chance', 'an 8% chance'."""
    if 0 < share < NEXT_TO_NOTHING:
        return "less than a 0.1% chance"
    text = percent(share)
    return f"a{'n' if text.startswith('8') or text in ('11%', '18%') else ''} {text} chance"


def rung_words(rung: int) -> str:
    """The name of a rung inside a sentence, such as 'proxy support'."""
    return rung_name(rung).replace("-", " ")


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")
