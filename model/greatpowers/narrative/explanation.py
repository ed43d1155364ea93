"""Why a rung rose or a war began: what the actor weighed, what it believed, its luck, and how others answered."""

import textwrap
from collections.abc import Iterator

import numpy as np

from greatpowers.core.equations.choice import chance_of_either
from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Event
from greatpowers.core.trace import OPTIONS
from greatpowers.dictionary import TRACE_NAMES, option_of
from greatpowers.narrative.sentences import ABOUT_RIGHT, tell
from greatpowers.scenario.errors import GreatPowersError, suggestion
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation import frames
from greatpowers.simulation.events import Happening, Stage, percent, sentence
from greatpowers.simulation.history import History

WIDTH = 100
SCALE = 1000
"""Utilities are shown in thousandths of the challenger's own power."""

NEXT_TO_NOTHING = 0.0005
"""Probability that rounds to nothing."""

TERMS = (
    ("control expected", "gain", 1),
    ("operations", "operations", -1),
    ("sanctions", "sanction_loss", -1),
    ("risk of war", "clash_loss", -1),
    ("norms", "norm_cost", -1),
    ("caught cheating", "cheating_loss", -1),
)
EXPECTATIONS = (
    ("contest share expected", "balance"),
    ("sanctions expected", "expected_sanctions"),
    ("chance of war", "clash_risk"),
)


def explain(history: History, theatre: str | None = None, round: int | None = None) -> str:
    """Why the challenger of `theatre` did what it did in `round`, and what followed.

    Without a theatre or a round the most important step among those left open is taken: the first war begun, else the
    first arrival at the highest rung. Raises :class:`GreatPowersError` for a theatre or a round that does not exist.
    """
    stage = Stage(history)
    where, when = _chosen(stage, theatre, round)
    if where is None:
        return "There is nothing to explain: this history has no theatres."
    return "\n".join(_paragraphs(stage, where, when))


def _chosen(stage: Stage, theatre: str | None, when: int | None) -> tuple[int | None, int]:
    places = stage.history.scenario.theatre_index()
    if theatre is not None and theatre not in places:
        raise GreatPowersError(f"there is no theatre '{theatre}'. {suggestion(theatre, places)}")
    last = stage.history.rounds - 1
    if when is not None and not 0 <= when <= last:
        raise GreatPowersError(f"there is no round {when}; this history has rounds 0 to {last}.")
    if not places:
        return None, 0
    if theatre is not None and when is not None:
        return places[theatre], when
    return most_important(stage, places[theatre] if theatre is not None else None, when)


def most_important(stage: Stage, theatre: int | None, when: int | None) -> tuple[int, int]:
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


def _paragraphs(stage: Stage, where: int, when: int) -> Iterator[str]:
    trace = dict(zip(TRACE_NAMES, stage.history.track.traces[when, where].tolist(), strict=True))
    events = [event for event in stage.happenings() if event.round == when and event.theatre == where]
    now = int(stage.history.track.theatres[when, where, TheatreColumn.RUNG])
    rung = _rung_before(events, now)
    yield _title(stage, where, when)
    yield ""
    yield from _wrapped(_what_happened(stage, where, rung, trace, events))
    yield ""
    yield from _what_it_weighed(stage, where, rung, trace)
    yield ""
    chosen = _how_it_chose(trace, at_war=stage.before(where, when, TheatreColumn.WAR) > 0)
    yield from _wrapped(f"{_attention(trace)}{chosen}" if rung < Rung.PROVOCATION else chosen)
    yield ""
    yield from _wrapped(_beliefs(stage, where, trace))
    yield ""
    yield from _what_followed(stage, where, when, events)


def _title(stage: Stage, where: int, when: int) -> str:
    quarter = frames.quarter_of(stage.history.scenario.start, when)
    parties = f"{stage.states[stage.challenger[where]].label} against {stage.states[stage.host[where]].label}"
    return f"{stage.place(where)}, {quarter} (round {when}): {parties}"


def _rung_before(events: list[Happening], now: int) -> int:
    """The rung from which the choice was made; without a step it is the present one, or that at which war broke out."""
    step = next((event for event in events if event.kind == Event.RUNG), None)
    war = next((event for event in events if event.kind == Event.WAR), None)
    return int(step.before) if step else int(war.after) if war else now


def _what_happened(stage: Stage, where: int, rung: int, trace: dict[str, float], events: list[Happening]) -> str:
    step = next((event for event in events if event.kind == Event.RUNG), None)
    war = next((event for event in events if event.kind == Event.WAR), None)
    challenger, host = stage.name(stage.challenger[where]), stage.name(stage.host[where])
    still = f"{challenger} stays at {_words(rung)}" if rung else f"{challenger} leaves {host} in peace"
    told = tell(stage, step) if step else sentence(still)
    if war is None:
        return told
    return f"{told} {_why_war(stage, war, events)}"


def _why_war(stage: Stage, war: Happening, events: list[Happening]) -> str:
    if war.after == Rung.WAR:
        return "That is war, and it was chosen."
    decision = next((event for event in events if event.kind == Event.DECISION), None)
    if decision is not None:
        challenger, host, luck = decision.numbers
        chance = decision.before * chance_of_either(challenger, host)
        fire = next(event for event in events if event.kind == Event.CLASH)
        return (
            f"Fire had a chance of {percent(fire.numbers[0])} and was answered, which may put war before the leaders: "
            f"{stage.name(decision.actor)} was ready for it with a chance of {percent(challenger)}, "
            f"{stage.name(decision.other)} with {percent(host)}. "
            f"That one of them would choose it had a chance of {percent(chance)}, and luck drew {luck:.3f}."
        )
    return "War comes from outside: its parties are already enemies in another theatre's war."


def _what_it_weighed(stage: Stage, where: int, rung: int, trace: dict[str, float]) -> Iterator[str]:
    open_ = [option for option, word in enumerate(OPTIONS) if trace[f"probability_{word}"] > 0]
    who = stage.name(stage.challenger[where])
    yield sentence(f"what {who} weighed, in thousandths of its own power")
    heads = [f"{OPTIONS[option]}: {_words(rung + option - 1)}" for option in open_]
    widths = [max(12, len(head)) for head in heads]
    yield _row("", heads, widths)
    for text, stem, sign in TERMS:
        values = [sign * trace[f"{stem}_{OPTIONS[option]}"] * SCALE for option in open_]
        if any(abs(value) >= 0.0005 for value in values):
            yield _row(text, [f"{value + 0.0:+.3f}" for value in values], widths)
    yield _row("utility", [f"{trace[f'utility_{OPTIONS[option]}'] * SCALE:+.3f}" for option in open_], widths)
    yield _row("probability", [_probability(trace[f"probability_{OPTIONS[option]}"]) for option in open_], widths)
    for text, stem in EXPECTATIONS:
        yield _row(text, [percent(trace[f"{stem}_{OPTIONS[option]}"]) for option in open_], widths)


def _attention(trace: dict[str, float]) -> str:
    """What a step up to provocation takes beside its utility, where the ceiling leaves one."""
    if trace["probability_up"] <= 0.0:
        return ""
    return f"That it would look here and find cause to go up had prior odds of {trace['attention']:.3f}. "


def _how_it_chose(trace: dict[str, float], at_war: bool) -> str:
    drawn, moved = _drawn(trace), option_of(trace["move"])
    spans = list(_spans(trace))
    luck = f"Luck drew {trace['luck']:.3f}, "
    luck += f"and {', '.join(spans)}" if len(spans) > 1 else "which hardly mattered"
    if drawn == moved:
        return f"{luck}: {OPTIONS[moved]}."
    imposed = "the war that was under way" if at_war else "a withdrawal under way, or an order from outside,"
    return f"{luck}; but it was not free to choose: {imposed} made it {OPTIONS[moved]}."


def _drawn(trace: dict[str, float]) -> int:
    """The option that luck picks from the probabilities, as the kernel does: its index in `OPTIONS`."""
    down, hold, luck = trace["probability_down"], trace["probability_hold"], trace["luck"]
    if luck < down:
        return 0
    return 1 if luck < down + hold else 2


def _spans(trace: dict[str, float]) -> Iterator[str]:
    """Which draws of luck lead to which option, those with next to no chance left out."""
    start = 0.0
    for word in OPTIONS:
        end = start + trace[f"probability_{word}"]
        if end - start >= NEXT_TO_NOTHING:
            yield f"{word} lies between {start:.3f} and {end:.3f}"
        start = end


def _beliefs(stage: Stage, where: int, trace: dict[str, float]) -> str:
    share = {name: percent(value) for name, value in trace.items()}
    host, who = stage.name(stage.host[where]), stage.name(stage.challenger[where])
    return (
        f"What it believed: that {share['believed_credibility']} of what the coalition declares would be done, "
        f"where in truth {share['true_credibility']} would: {_verdict(trace)}. "
        f"It expected sanctions of breadth {share['expected_breadth']} and aid to {host} of {share['expected_aid']}. "
        f"At the present rung {share['true_balance']} of the contest was really {who}'s; "
        f"holding it, it saw {share['balance_hold']}. "
        f"Full control was worth {share['value']} of its own power; encroachment stood at {share['encroachment']}. "
        f"Of a war it expected {share['war_balance']} of the contest; "
        f"once fire was answered, it would have chosen one with a chance of {share['war_chance']}."
    )


def _verdict(trace: dict[str, float]) -> str:
    gap = trace["believed_credibility"] - trace["true_credibility"]
    if abs(gap) < ABOUT_RIGHT:
        return "about right"
    return "too much" if gap > 0 else "too little"


def _what_followed(stage: Stage, where: int, when: int, events: list[Happening]) -> Iterator[str]:
    told = {Event.RUNG, Event.CALL, Event.JOINING}
    if any(event.kind == Event.WAR for event in events):
        told |= {Event.WAR, Event.CLASH, Event.DECISION}
    answers = [event for event in events if event.kind not in told]
    yield "What followed in the same quarter:"
    yield from (line for event in answers for line in _item(tell(stage, event)))
    yield from (line for text in _entered(stage, events) for line in _item(text))
    after = stage.history.track.theatres[when, where]
    standing = "; ".join(
        f"{text} {percent(after[column])}"
        for text, column in (
            ("control", TheatreColumn.CONTROL),
            ("sanctions", TheatreColumn.SANCTIONS),
            ("their breadth", TheatreColumn.BREADTH),
            ("aid", TheatreColumn.AID),
            ("breach answered", TheatreColumn.ANSWERED),
        )
    )
    state = (
        "at war"
        if after[TheatreColumn.WAR] > 0
        else "under a deal"
        if after[TheatreColumn.DEAL] > 0
        else "no war, no deal"
    )
    yield from _item(f"At the quarter's end: {state}; {standing}.")


def _entered(stage: Stage, events: list[Happening]) -> Iterator[str]:
    for kind, pattern in (
        (Event.CALL, "treaties call {} to fight beside {}"),
        (Event.JOINING, "{} entered the war beside {}"),
    ):
        for side, principal in ((1, stage.host), (-1, stage.challenger)):
            there = [event for event in events if event.kind == kind and event.after == side]
            if there:
                names = stage.everyone([event.actor for event in there], most=12)
                yield sentence(pattern.format(names, stage.name(principal[there[0].theatre])))


def _row(text: str, cells: list[str], widths: list[int]) -> str:
    return f"  {text:<24}" + "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def _words(rung: int) -> str:
    return rung_name(rung).replace("-", " ")


def _probability(value: float) -> str:
    return "<0.001" if 0 < value < NEXT_TO_NOTHING else f"{value:.3f}"
