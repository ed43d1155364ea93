"""A fork in words: from where the two histories differ, which decision was the first to differ, and what tipped it."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping

from greatpowers.core.history import TheatreColumn
from greatpowers.core.log import NUMBERS, Event
from greatpowers.core.trace import OPTIONS
from greatpowers.dictionary import TRACE_NAMES, option_of
from greatpowers.narrative.explanation import SCALE, TERMS, WIDTH, explain
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation.events import Happening, Stage, in_words, percent, sentence
from greatpowers.simulation.fork import COUNTERFACTUAL, ORIGINAL, TRUTH, Decision, Fork
from greatpowers.simulation.history import History

SPREAD = NUMBERS[Event.WAR].index("spread")
"""Which number of a war says that it only spread to the place, and is counted where it began."""

MOST_PLACES = 3
MOST_CAUSES = 3
SMALLEST = 5e-5
"""Share of own power that shows in a table of thousandths."""

BELIEFS = (
    ("coalition believed to act", "believed_credibility"),
    ("coalition that would act", "true_credibility"),
    ("aid expected", "expected_aid"),
    ("breadth expected", "expected_breadth"),
    ("encroachment", "encroachment"),
)
EXPECTED = (
    ("sanctions expected", "expected_sanctions"),
    ("contest share expected", "balance"),
    ("chance of war", "clash_risk"),
)
ANSWERS = (
    ("sanctions", TheatreColumn.SANCTIONS),
    ("their breadth", TheatreColumn.BREADTH),
    ("aid", TheatreColumn.AID),
    ("presence", TheatreColumn.PRESENCE),
    ("control", TheatreColumn.CONTROL),
    ("deal", TheatreColumn.DEAL),
)
Weighed = Mapping[str, float]


def divergence(fork: Fork) -> str:
    """What differs between the two histories and why, as text of at most 100 columns."""
    return "\n".join(_paragraphs(fork))


def _paragraphs(fork: Fork) -> Iterator[str]:
    yield from _wrapped(_what_was_changed(fork))
    yield ""
    if fork.first_round is None:
        yield "Nothing differs in any round: the change never came to matter."
        return
    yield from _wrapped(_where_it_begins(fork, fork.first_round))
    yield ""
    if fork.first_decision is None:
        yield "No challenger ever chose otherwise: every step on every ladder is the same in both."
    else:
        yield from _decision(fork, fork.first_decision)
    yield ""
    yield from _wrapped(_in_the_end(fork))


def _what_was_changed(fork: Fork) -> str:
    history = fork.original
    what = (
        "with every belief about resolve and force equal to the truth"
        if fork.change == TRUTH
        else f"under {fork.change}"
    )
    before = f", {history.policy.name} before it" if fork.change != TRUTH else ""
    same = f"Up to {fork.quarter_of(fork.at_round - 1)} the two are the same. " if fork.at_round else ""
    return (
        f"{history.scenario.title}, seed {history.seed}: the same luck from {fork.quarter} (round {fork.at_round}) on "
        f"{what}{before}. {same}"
    ).strip()


def _where_it_begins(fork: Fork, first: int) -> str:
    stage = Stage(fork.original)
    places = [stage.place(k) for k in fork.first_theatres]
    where = f" in {in_words(places, MOST_PLACES)}" if places else ""
    return f"The first difference is in {fork.quarter_of(first)} (round {first}){where}."


def _decision(fork: Fork, at: Decision) -> Iterator[str]:
    stage = Stage(fork.original)
    ours, theirs = (_weighed(history, at) for history in (fork.original, fork.counterfactual))
    who, host = stage.name(stage.challenger[at.theatre]), stage.name(stage.host[at.theatre])
    yield from _wrapped(
        f"The first decision that differs: {stage.place(at.theatre)}, {fork.quarter_of(at.round)} (round {at.round}), "
        f"{who} against {host}. {_chose(fork, at, ours, theirs)}"
    )
    yield ""
    yield from _table(ours, theirs)
    yield ""
    yield from _wrapped(_what_tipped_it(ours, theirs))
    if text := _what_differed_there(fork, at):
        yield from _wrapped(text)


def _weighed(history: History, at: Decision) -> Weighed:
    row = history.track.traces[at.round, at.theatre]
    return dict(zip(TRACE_NAMES, row.tolist(), strict=True))


def _chose(fork: Fork, at: Decision, ours: Weighed, theirs: Weighed) -> str:
    rungs = [_rung_before(history, at) for history in (fork.original, fork.counterfactual)]
    moves = [int(found["move"]) for found in (ours, theirs)]
    told = [f"{_verb(move)} {_words(rung + move)}" for move, rung in zip(moves, rungs, strict=True)]
    luck = f"Luck drew {ours['luck']:.3f} in both."
    return f"In the original it {told[0]}; in the other it {told[1]}. {luck}"


def _rung_before(history: History, at: Decision) -> int:
    return int(Stage(history).before(at.theatre, at.round, TheatreColumn.RUNG))


def _verb(move: int) -> str:
    return ("goes down to", "holds at", "goes up to")[option_of(move)]


def _table(ours: Weighed, theirs: Weighed) -> Iterator[str]:
    """What was weighed, option by option, the original's numbers beside the other's."""
    open_ = [word for word in OPTIONS if ours[f"probability_{word}"] > 0 or theirs[f"probability_{word}"] > 0]
    yield "What it weighed, in thousandths of its own power: in the original | in the other"
    yield f"  {'':<26}" + "".join(f"{word:>20}" for word in open_)
    for text, stem, sign in (*TERMS, ("utility", "utility", 1)):
        pairs = [(sign * ours[f"{stem}_{word}"], sign * theirs[f"{stem}_{word}"]) for word in open_]
        if any(abs(value) >= SMALLEST / 10 for pair in pairs for value in pair):
            cells = [f"{a * SCALE + 0.0:+.2f} | {b * SCALE + 0.0:+.2f}" for a, b in pairs]
            yield f"  {text:<26}" + "".join(f"{cell:>20}" for cell in cells)
    for text, stem in (("probability", "probability"), *EXPECTED):
        cells = [f"{percent(ours[f'{stem}_{word}'])} | {percent(theirs[f'{stem}_{word}'])}" for word in open_]
        yield f"  {text:<26}" + "".join(f"{_short(cell):>20}" for cell in cells)
    for text, name in BELIEFS:
        if abs(ours[name] - theirs[name]) >= SMALLEST:
            yield f"  {text:<26}" + f"{_short(f'{percent(ours[name])} | {percent(theirs[name])}'):>20}"


def _what_tipped_it(ours: Weighed, theirs: Weighed) -> str:
    """Which terms moved the option whose chance changed most, against the one that was taken in the original.

    It need not be the one taken in the other: an option nobody takes moves the borders between which luck falls.
    """
    taken = OPTIONS[option_of(ours["move"])]
    open_ = [word for word in OPTIONS if min(ours[f"probability_{word}"], theirs[f"probability_{word}"]) > 0]
    if taken not in open_ or len(open_) < 2:
        return "The two did not have the same options open, so their weighing cannot be held side by side term by term."
    moved = max(
        (word for word in open_ if word != taken),
        key=lambda word: abs(theirs[f"probability_{word}"] - ours[f"probability_{word}"]),
    )
    shifts = {
        text: sign * (_edge(theirs, stem, moved, taken) - _edge(ours, stem, moved, taken)) for text, stem, sign in TERMS
    }
    ranked = sorted((t for t in shifts if abs(shifts[t]) >= SMALLEST), key=lambda t: -abs(shifts[t]))[:MOST_CAUSES]
    if not ranked:
        return "The weighing hardly differs: luck lay so near the border that next to nothing tipped it."
    causes = in_words([f"{text} {shifts[text] * SCALE:+.2f}" for text in ranked], MOST_CAUSES)
    return f"What moved '{moved}' against '{taken}', in thousandths of its own power: {causes}."


def _edge(weighed: Weighed, stem: str, option: str, other: str) -> float:
    """By how much one option exceeds another in a term."""
    return weighed[f"{stem}_{option}"] - weighed[f"{stem}_{other}"]


def _what_differed_there(fork: Fork, at: Decision) -> str:
    """How the theatre stood in the two when the decision was taken, where that differs."""
    if at.round == 0:
        return ""
    rows = [history.track.theatres[at.round - 1, at.theatre] for history in (fork.original, fork.counterfactual)]
    told = [
        f"{text} {percent(float(rows[0][column]))} in the original and {percent(float(rows[1][column]))} in the other"
        for text, column in ANSWERS
        if abs(float(rows[0][column] - rows[1][column])) >= SMALLEST
    ]
    if not told:
        return "The theatre itself stood alike in both a quarter before; what differs is what was declared or expected."
    return f"A quarter before, the theatre stood like this: {'; '.join(told)}."


def _in_the_end(fork: Fork) -> str:
    pair = (fork.original, fork.counterfactual)
    wars = [_begun(history, fork.at_round) for history in pair]
    only = [_places(fork, wars[0] - wars[1]), _places(fork, wars[1] - wars[0])]
    text = f"Wars begun from the fork on: {wars[0].total()} in the original, {wars[1].total()} in the other."
    for words, who in zip(only, ("original", "other"), strict=True):
        text += f" Only in the {who}: {words}." if words else ""
    rows = [history.summary for history in pair]
    told = [
        f"{name} {rows[0][metric]:.3f} and {rows[1][metric]:.3f}"
        for name, metric in (("escalation", "mean_severity"), ("order at the end", "order"), ("revision", "revision"))
    ]
    return f"{text} Original and other: {in_words(told, len(told))}."


def _begun(history: History, at_round: int) -> Counter[int]:
    happened: Iterator[Happening] = Stage(history).happenings()
    return Counter(
        event.theatre
        for event in happened
        if event.kind == Event.WAR and event.round >= at_round and event.numbers[SPREAD] == 0
    )


def _places(fork: Fork, wars: Counter[int]) -> str:
    stage = Stage(fork.original)
    return in_words([stage.place(k) + (f" ({n} wars)" if n > 1 else "") for k, n in wars.items()], 6) if wars else ""


def _short(text: str) -> str:
    return text.replace("less than 0.1%", "<0.1%")


def _words(rung: int) -> str:
    return rung_name(max(0, min(7, rung))).replace("-", " ")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(sentence(text), WIDTH, break_on_hyphens=False)


def account(fork: Fork) -> str:
    """The divergence, and each history's own account of the first decision that differs."""
    parts = [divergence(fork)]
    if fork.first_decision is not None:
        parts += [f"In the {ORIGINAL}:\n\n{_of_history(fork.original, fork.first_decision)}"]
        parts += [f"In the {COUNTERFACTUAL}:\n\n{_of_history(fork.counterfactual, fork.first_decision)}"]
    return "\n\n\n".join(parts) + "\n"


def _of_history(history: History, at: Decision) -> str:
    return explain(history, theatre=history.scenario.theatres[at.theatre].id, round=at.round)
