"""Why a rung rose or a war began: what the actor weighed, what it believed, its luck, and how others answered.

An explanation is data; sentences are made from it for readers, and text of at most 100 columns for a terminal.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np

from greatpowers.core.equations.choice import chance_of_either
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.core.trace import OPTIONS
from greatpowers.dictionary import TRACE_NAMES, option_of
from greatpowers.narrative.sentences import TOGETHER, WORDS, Facts, joint_sentence, said, sentence_of
from greatpowers.presentation.style import listed
from greatpowers.presentation.tables import text_shown
from greatpowers.scenario.errors import GreatPowersError, need_known
from greatpowers.simulation import frames
from greatpowers.simulation.events import (
    NEXT_TO_NOTHING,
    EventContext,
    LogEvent,
    percent,
    rung_words,
    sentence,
)
from greatpowers.simulation.history import History

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

LIMITS, DO, DOING = WORDS["limits"], WORDS["do"], WORDS["doing"]
WAYS = {"down": "down to", "hold": "hold at", "up": "up to"}

NOTHING: Mapping[str, float] = {}
NOBODY: Mapping[str, str] = {}

EXPECTED = (("chance of prevailing", "contest"), ("sanctions expected", "sanctions"), ("chance of war", "clash"))


def reasons(explanation: "Explanation") -> Iterator[str]:
    """Why the move was made: how likely it was, what spoke for it, and what imposed it."""
    choice, made = explanation.choice, explanation.option(explanation.choice.made)
    if choice.attention is not None:
        yield _said(explanation, "looking", {"looking": choice.attention / (1.0 + choice.attention)})
    moves = {"made": DO[choice.made], "making": DOING[choice.made], "drawn": DO[choice.drawn]}
    if choice.imposed:
        yield _said(explanation, "imposed", names={**moves, "power": WORDS["powers"][choice.imposed]})
    elif made is None:
        yield _said(explanation, "no_choice")
    else:
        yield _said(explanation, "chosen", {"probability": made.probability}, moves)
        others = [option for option in explanation.options if option is not made]
        if made.probability <= LIMITS["certain"]:
            yield from _compared(explanation, made, max(others, key=lambda option: option.probability))


def _compared(explanation: "Explanation", made: "Option", other: "Option") -> Iterator[str]:
    """What the option taken promised beside the likeliest other one."""
    edges = {name: made.terms[name] - other.terms[name] for name, _, _ in TERMS}
    visible = (name for name in edges if abs(edges[name]) >= LIMITS["visible"])
    ranked = sorted(visible, key=lambda name: -abs(edges[name]))
    better = [WORDS["edges"][name][0] for name in ranked if edges[name] > 0][: LIMITS["reasons"]]
    worse = [WORDS["edges"][name][1] for name in ranked if edges[name] < 0][: LIMITS["reasons"]]
    contrast = ", but ".join(listed(part) for part in (better, worse) if part)
    if contrast:
        names = {"other": DOING[other.move], "making": DOING[made.move], "edges": contrast}
        yield _said(explanation, "compared", {"better": len(better)}, names)


def beliefs(explanation: "Explanation") -> Iterator[str]:
    """What the challenger believed, held against what was true."""
    held = explanation.beliefs
    numbers = {
        **asdict(held), "believed_credibility": held.credibility.believed, "true_credibility": held.credibility.true,
        "contest": held.contest.believed, "true_contest": held.contest.true,
    }  # fmt: skip
    yield from (
        _said(explanation, about, numbers) for about in ("credibility", "contest", "reach", "worth", "in_a_war")
    )


def followed(explanation: "Explanation") -> Iterator[str]:
    """What others did in the same quarter, and how things stood at its end."""
    yield from explanation.followed
    yield _said(explanation, "end", asdict(explanation.after))


def _said(
    explanation: "Explanation", what: str, numbers: Mapping[str, float] = NOTHING, names: Mapping[str, str] = NOBODY
) -> str:
    return _sentence(what, numbers, {"c": explanation.challenger, "h": explanation.host, **names})


def _sentence(what: str, numbers: Mapping[str, float], names: Mapping[str, str]) -> str:
    facts = Facts({**numbers, "limit": LIMITS["certain"]}.__getitem__, names.get)
    return sentence(said(facts, WORDS["explained"][what]))


def heading(option: "Option") -> str:
    """An option as the head of a column, such as 'up to proxy support'."""
    return f"{WAYS[option.move]} {rung_words(option.rung)}"


def terms_shown(options: "Sequence[Option]") -> list[str]:
    """Terms that are not zero for all of some options, to the digits shown."""
    return [name for name, _, _ in TERMS if any(abs(option.terms[name]) >= LIMITS["visible"] for option in options)]


def _table(explanation: "Explanation") -> Iterator[str]:
    options = explanation.options
    yield sentence(f"what {explanation.challenger} weighed, in thousandths of its own power")[:-1] + ":"
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


Weighed = dict[str, float]


@dataclass(frozen=True)
class Option:
    """A move that was open: `move` is down, hold or up, `rung` the one it leads to.

    `utility` is the sum of `terms`, by their names in :data:`TERMS`; all are in shares of the challenger's own power,
    losses negative. `contest`, `sanctions` and `clash` are what it expected of the move: its chance of prevailing, the
    level of sanctions, and the chance of a clash that leads to war.
    """

    move: str
    rung: int
    probability: float
    utility: float
    terms: dict[str, float]
    contest: float
    sanctions: float
    clash: float


@dataclass(frozen=True)
class Choice:
    """What was drawn and what was done, each a move (down, hold or up), and the luck in [0, 1] that drew it.

    `attention` are the prior odds that the challenger looks at this theatre and finds cause to go up, None where they
    do not enter. `imposed` says what made a move that was not drawn: a war under way, or an order (a withdrawal under
    way, or one from outside).
    """

    luck: float
    drawn: str
    made: str
    attention: float | None
    imposed: Literal["", "war", "order"]


class Held(NamedTuple):
    """What was believed, and what was true."""

    believed: float
    true: float


@dataclass(frozen=True)
class Beliefs:
    """What the challenger expected; shares in [0, 1].

    `credibility`: how much of what the coalition declares would be done. `contest`: its chance of prevailing at the
    present rung. `breadth`: trade that sanctions would reach. `aid`: what the host would get. `value`: of full control,
    in its own power. `encroachment`: how far it felt encircled. `war_contest`: its chance of prevailing in a war.
    `war_chance`: that it would choose one after an exchange of fire.
    """

    credibility: Held
    contest: Held
    breadth: float
    aid: float
    value: float
    encroachment: float
    war_contest: float
    war_chance: float


@dataclass(frozen=True)
class TheatreStatus:
    """How the theatre stood at the quarter's end; shares in [0, 1]."""

    war: bool
    deal: bool
    control: float
    sanctions: float
    breadth: float
    aid: float
    answered: float


@dataclass(frozen=True)
class Explanation:
    """One challenger's choice in one theatre and round: what happened, why, and what followed. `str()` gives text.

    `rung` is the one from which it chose; `options` are the moves that had a chance, empty if it had no choice;
    `happened` and `followed` are sentences.
    """

    theatre: str
    place: str
    round: int
    quarter: str
    policy: str
    challenger: str
    host: str
    rung: int
    happened: tuple[str, ...]
    options: tuple[Option, ...]
    choice: Choice
    beliefs: Beliefs
    followed: tuple[str, ...]
    after: TheatreStatus

    @property
    def title(self) -> str:
        """Where, when and who."""
        names = {name: getattr(self, name) for name in ("place", "quarter")}
        names |= {"c": self.challenger, "h": self.host, "round": str(self.round)}
        return said(Facts(NOTHING.__getitem__, names.get), WORDS["explained"]["title"])

    def option(self, move: str) -> Option | None:
        """The option of a move, if it was open."""
        return next((option for option in self.options if option.move == move), None)

    def _repr_html_(self) -> str:
        return text_shown(str(self))

    def __str__(self) -> str:
        parts = [
            wrapped(self.title),
            wrapped(" ".join(self.happened)),
            wrapped(" ".join(reasons(self))),
            list(_table(self)),
            wrapped(" ".join(beliefs(self))),
            ["What followed in the same quarter:", *(line for text in followed(self) for line in _item(text))],
        ]
        return "\n\n".join("\n".join(part) for part in parts)


def explain(history: History, theatre: str | None = None, round: int | None = None) -> Explanation:
    """Why the challenger of `theatre` did what it did in `round`, and what followed.

    Without a theatre or a round the most important step among those left open is taken: the first war begun, else the
    first arrival at the highest rung. Raises :class:`GreatPowersError` for a theatre or a round that does not exist.
    """
    stage = EventContext(history)
    where, when = _chosen(stage, theatre, round)
    trace = dict(zip(TRACE_NAMES, history.track.traces[when, where].tolist(), strict=True))
    events = [event for event in stage.happenings() if event.round == when and event.theatre == where]
    rung = _rung_before(events, int(history.track.theatres[when, where, TheatreColumn.RUNG]))
    return Explanation(
        theatre=stage.theatres[where].id,
        place=stage.place(where),
        round=when,
        quarter=frames.quarter_of(history.scenario.start, when),
        policy=history.policy.title,
        challenger=stage.name(stage.challenger[where]),
        host=stage.name(stage.host[where]),
        rung=rung,
        happened=tuple(_what_happened(stage, where, rung, trace, events)),
        options=tuple(_options(rung, trace)),
        choice=_choice(rung, trace, at_war=stage.before(where, when, TheatreColumn.WAR) > 0),
        beliefs=_beliefs(trace),
        followed=tuple(_what_followed(stage, events)),
        after=_standing(history, where, when),
    )


def _chosen(stage: EventContext, theatre: str | None, when: int | None) -> tuple[int, int]:
    places = stage.history.scenario.theatre_index()
    if theatre is not None:
        need_known(theatre, places, f"there is no theatre '{theatre}'.")
    last = stage.history.rounds - 1
    if when is not None and not 0 <= when <= last:
        raise GreatPowersError(f"there is no round {when}; this history has rounds 0 to {last}.")
    if not places:
        raise GreatPowersError("there is nothing to explain: this history has no theatres.")
    if theatre is not None and when is not None:
        return places[theatre], when
    return most_important(stage, places[theatre] if theatre is not None else None, when)


def most_important(stage: EventContext, theatre: int | None, when: int | None) -> tuple[int, int]:
    """Theatre and round of the first war begun, else of the first arrival at the highest rung, within what is given."""
    for event in stage.happenings():
        if event.kind == Event.WAR and theatre in (None, event.theatre) and when in (None, event.round):
            return event.theatre, event.round
    rungs = stage.history.track.theatres[..., TheatreColumn.RUNG].copy()
    if theatre is not None:
        rungs[:, np.arange(rungs.shape[1]) != theatre] = -1
    if when is not None:
        rungs[np.arange(rungs.shape[0]) != when] = -1
    first = np.argwhere(rungs == rungs.max())[0]
    return int(first[1]), int(first[0])


def _rung_before(events: list[LogEvent], now: int) -> int:
    """The rung from which the choice was made; without a step it is the present one, or that at which war broke out."""
    step, war = _first(events, Event.RUNG), _first(events, Event.WAR)
    return int(step.before) if step else int(war.after) if war else now


def _first(events: list[LogEvent], kind: Event) -> LogEvent | None:
    return next((event for event in events if event.kind == kind), None)


def _what_happened(stage: EventContext, where: int, rung: int, trace: Weighed, events: list[LogEvent]) -> Iterator[str]:
    step, war = _first(events, Event.RUNG), _first(events, Event.WAR)
    names = {"c": stage.name(stage.challenger[where]), "h": stage.name(stage.host[where])}
    yield sentence_of(stage, step) if step else _sentence("still", {"rung": rung}, names)
    if war is not None:
        yield from _why_war(stage, war, events)


def _why_war(stage: EventContext, war: LogEvent, events: list[LogEvent]) -> Iterator[str]:
    decision, fire = _first(events, Event.DECISION), _first(events, Event.CLASH)
    if war.after == Rung.WAR:
        yield _sentence("chosen_war", {}, {})
    elif decision is None or fire is None:
        yield _sentence("war_from_outside", {}, {})
    else:
        challenger, host, _ = decision.numbers
        yield _sentence("shots", {"risk": fire.numbers[0]}, {})
        numbers = {
            "before": decision.before, "either": chance_of_either(challenger, host), "challenger_ready": challenger,
            "host_ready": host,
        }  # fmt: skip
        yield _sentence("brink", numbers, {"a": stage.name(decision.actor), "o": stage.name(decision.other)})


def _options(rung: int, trace: Weighed) -> Iterator[Option]:
    for step, move in enumerate(OPTIONS, start=-1):
        if trace[f"probability_{move}"] > 0:
            yield Option(
                move=move,
                rung=rung + step,
                probability=trace[f"probability_{move}"],
                utility=trace[f"utility_{move}"],
                terms={name: sign * trace[f"{stem}_{move}"] for name, stem, sign in TERMS},
                contest=trace[f"balance_{move}"],
                sanctions=trace[f"expected_sanctions_{move}"],
                clash=trace[f"clash_risk_{move}"],
            )


def _choice(rung: int, trace: Weighed, at_war: bool) -> Choice:
    drawn, made = _drawn(trace), OPTIONS[option_of(trace["move"])]
    weighed = rung < Rung.PROVOCATION and trace["probability_up"] > 0
    imposed: Literal["", "war", "order"] = "" if drawn == made else "war" if at_war else "order"
    return Choice(trace["luck"], drawn, made, trace["attention"] if weighed else None, imposed)


def _drawn(trace: Weighed) -> str:
    """The option that luck picks from the probabilities, as the kernel does."""
    down, hold, luck = trace["probability_down"], trace["probability_hold"], trace["luck"]
    return OPTIONS[0] if luck < down else OPTIONS[1] if luck < down + hold else OPTIONS[2]


def _beliefs(trace: Weighed) -> Beliefs:
    return Beliefs(
        credibility=Held(trace["believed_credibility"], trace["true_credibility"]),
        contest=Held(trace["balance_hold"], trace["true_balance"]),
        breadth=trace["expected_breadth"],
        aid=trace["expected_aid"],
        value=trace["value"],
        encroachment=trace["encroachment"],
        war_contest=trace["war_balance"],
        war_chance=trace["war_chance"],
    )


def _what_followed(stage: EventContext, events: list[LogEvent]) -> Iterator[str]:
    skipped = {Event.RUNG, *TOGETHER}
    if _first(events, Event.WAR):
        skipped |= {Event.WAR, Event.CLASH, Event.DECISION}
    yield from (sentence_of(stage, event) for event in events if event.kind not in skipped)
    for kind in TOGETHER:
        for side in (1, -1):
            there = [event for event in events if event.kind == kind and event.after == side]
            if there:
                yield joint_sentence(stage, there, LIMITS["named"] - 1)


def _standing(history: History, where: int, when: int) -> TheatreStatus:
    row = history.track.theatres[when, where]
    return TheatreStatus(
        war=bool(row[TheatreColumn.WAR] > 0),
        deal=bool(row[TheatreColumn.DEAL] > 0),
        control=float(row[TheatreColumn.CONTROL]),
        sanctions=float(row[TheatreColumn.SANCTIONS]),
        breadth=float(row[TheatreColumn.BREADTH]),
        aid=float(row[TheatreColumn.AID]),
        answered=float(row[TheatreColumn.ANSWERED]),
    )
