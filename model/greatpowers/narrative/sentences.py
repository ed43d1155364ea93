"""One sentence for each kind of event, with the numbers that were behind it."""

from collections.abc import Callable, Sequence

import pandas as pd

from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Breaker, Event, Outcome
from greatpowers.presentation.style import count, listed
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.events import (
    EventContext,
    LogEvent,
    a_chance,
    in_a_sentence,
    percent,
    rung_words,
    sentence,
    with_article,
)
from greatpowers.simulation.places import ATTACKED, BEGAN, TREATY

UPWARD = {
    1: "{c} begins to interfere in {h}",
    2: "{c} begins provocations against {h}",
    3: "{c} arms proxies in {h}",
    4: "{c} begins a limited intervention in {h}",
    5: "{c} intervenes openly in {h}",
    6: "{c} moves to seize territory of {h}",
    7: "{c} takes the step to war against {h}",
}
TO_PEACE = {
    1: "{c} ends its interference in {h}",
    2: "{c} ends its provocations against {h}",
    3: "{c} drops its proxies in {h}",
    4: "{c} ends its limited intervention in {h}",
    5: "{c} ends its intervention in {h}",
    6: "{c} gives up seizing territory of {h}",
    7: "{c} ends its hostilities against {h}",
}
"""What ends when a challenger returns to peace, by the rung it leaves."""

TOGETHER = {
    Event.CALL: "treaties oblige {} to fight for {}",
    Event.JOINING: "{} enter the war on the side of {}",
}
"""Events that many states have in common, as one sentence for a side."""

OBLIGES = "a treaty obliges {} to fight for {}"

TOLD = {
    Event.STRIKE: "{a} strikes {o}'s forces, undoing {third} of control",
    Event.APPEAL: "{a} appeals for help, expecting {first} of what was promised",
    Event.RESISTANCE: "{a} resists; {o} was credited with {chance} of prevailing",
    Event.YIELD: "{a} backs down; {o} was credited with {chance} of prevailing",
    Event.LET_PASS: "{h} lets it pass, neither resisting nor conceding anything, and {c} pulls back",
    Event.GREAT_POWER_WAR: "great powers are now fighting each other: states with {second} of the world's power fight "
    "for {h}, {third} for {c}",
    Event.REFUSAL: "the deal is refused (chance of accepting: {c} {first}, {h} {second}, the coalition {third})",
    Event.TRANCHE: "after a year of compliance, relief for {o} rises to {first} of the sanctions",
    Event.ANNEXATION: "{c} annexes {first} of the disputed stake from {h}",
}
"""Sentences that need no more than parties and numbers: see :func:`parties`."""

ABOUT_RIGHT = 0.05
"""Difference between belief and truth that does not count as an error."""

OUTCOMES = {
    Outcome.DEFEAT: "{c} loses its war with {h}",
    Outcome.STALEMATE: "the war between {c} and {h} ends without a winner",
    Outcome.VICTORY: "{c} wins its war with {h}",
    Outcome.NUCLEAR: "the war between {c} and {h} ends in a nuclear exchange",
}
BREAKERS = {
    Breaker.CHALLENGER: "{c} breaks the deal with {h}",
    Breaker.GUARDIANS: "a new leadership in {l} reneges on the deal between {c} and {h}",
    Breaker.SPOILERS: "spoilers bring down the deal between {c} and {h}",
}


def tell(stage: EventContext, event: LogEvent, brief: bool = False) -> str:
    """The sentence for an event; `brief` leaves out what the challenger believed."""
    if brief and event.kind == Event.RUNG and event.after > event.before:
        return sentence(parties(stage, event, UPWARD[int(event.after)]))
    return sentence(
        parties(stage, event, TOLD[event.kind]) if event.kind in TOLD else TELLERS[event.kind](stage, event)
    )


def tell_together(stage: EventContext, events: Sequence[LogEvent]) -> str:
    """One sentence for several events of one kind of :data:`TOGETHER`, one place, round and side of a war."""
    principal = stage.name((stage.host if events[0].after > 0 else stage.challenger)[events[0].theatre])
    if events[0].kind == Event.CALL:
        return sentence(calls(stage, events, principal))
    return sentence(TOGETHER[events[0].kind].format(stage.everyone([event.actor for event in events]), principal))


def calls(stage: EventContext, events: Sequence[LogEvent], principal: str, most: int = 6) -> str:
    """Whom treaties call to a war on one side."""
    pattern = TOGETHER[Event.CALL] if len(events) > 1 else OBLIGES
    return pattern.format(stage.everyone([event.actor for event in events], most), principal)


def parties(stage: EventContext, event: LogEvent, pattern: str) -> str:
    """A pattern with names and numbers filled in.

    Challenger `{c}`, host `{h}`, actor `{a}`, other `{o}` and leader of the coalition `{l}`; the event's numbers as
    shares `{first}`, `{second}` and `{third}`, and the first of them as a `{chance}`.
    """
    return pattern.format(
        c=stage.name(stage.challenger[event.theatre]),
        h=stage.name(stage.host[event.theatre]),
        a=stage.name(event.actor),
        o=stage.name(event.other),
        l=stage.name(stage.leader),
        chance=a_chance(event.numbers[0]),
        **{place: percent(share) for place, share in zip(("first", "second", "third"), event.numbers, strict=True)},
    )


def step_down(stage: EventContext, event: LogEvent) -> str:
    """What a step down the ladder is."""
    before, after = int(event.before), int(event.after)
    if after == Rung.PEACE:
        return parties(stage, event, TO_PEACE[before])
    return parties(stage, event, "{c} de-escalates") + f", from {rung_words(before)} to {rung_words(after)}"


def _rung(stage: EventContext, event: LogEvent) -> str:
    if event.after > event.before:
        return parties(stage, event, UPWARD[int(event.after)]) + f", {belief(*event.numbers[:2])}"
    return step_down(stage, event)


def belief(believed: float, true: float) -> str:
    """What a challenger thinks of the coalition's credibility, held against what is true."""
    gap = believed - true
    if abs(gap) < ABOUT_RIGHT:
        return f"judging the coalition's credibility about right ({percent(believed)})"
    view = "overestimating" if gap > 0 else "underestimating"
    return f"{view} the coalition's credibility ({percent(believed)} believed, {percent(true)} true)"


def _sanctions(stage: EventContext, event: LogEvent) -> str:
    level, _, breadth = event.numbers
    before, who = stage.before(event.theatre, event.round, TheatreColumn.SANCTIONS), stage.name(event.other)
    if level <= 0:
        return f"sanctions on {who} are lifted"
    change = f"{'tightened' if level > before else 'eased'} from {percent(before)} to {percent(level)}"
    return f"sanctions on {who} are {change}, reaching {percent(breadth)} of its trade"


def _presence(stage: EventContext, event: LogEvent) -> str:
    share, host = event.numbers[0], stage.name(stage.host[event.theatre])
    if share < 0.01:
        return f"{stage.name(event.actor)} withdraws its forces from {host}"
    return f"{stage.name(event.actor)} commits {percent(share)} of its forces to defend {host}"


def _clash(stage: EventContext, event: LogEvent) -> str:
    risk, _, answered = event.numbers
    ending = "the other side returns fire" if answered else "the other side holds its fire"
    return parties(stage, event, f"{{c}}'s forces open fire in {{h}}{_odds(risk)}; {ending}")


def _decision(stage: EventContext, event: LogEvent) -> str:
    said = "{c} or {h} chooses war" if event.after else "{c} and {h} step back from war"
    return parties(stage, event, f"{said} (chance of choosing it: {{c}} {{first}}, {{h}} {{second}})")


def _compromise(stage: EventContext, event: LogEvent) -> str:
    granted = event.numbers[0]
    terms = f"keeps {percent(granted)} of the disputed stake" if granted > 0 else "keeps nothing of the disputed stake"
    return parties(stage, event, f"{{c}} and {{h}} settle; {{c}} {terms}")


def _war(stage: EventContext, event: LogEvent) -> str:
    return parties(stage, event, f"{war_begins(event)}; {{c}} has {{chance}} of prevailing")


def war_begins(event: LogEvent) -> str:
    """How a war began, as a pattern without its odds."""
    if event.numbers[1]:
        return "a war elsewhere spreads: {c} and {h} are at war"
    chosen = event.after == Rung.WAR
    return "{c} goes to war with {h}" if chosen else "an exchange of fire becomes war: {c} and {h} are at war"


def _joining(stage: EventContext, event: LogEvent) -> str:
    return f"{joins(stage, event)}{_odds(event.numbers[1])}"


def joins(stage: EventContext, event: LogEvent) -> str:
    """A state's own choice to fight, without its odds."""
    return parties(stage, event, f"{{a}} enters the war on the side of {'{h}' if event.after > 0 else '{c}'}")


def _nuclear_use(stage: EventContext, event: LogEvent) -> str:
    return f"{nuclear_use(stage, event)}{_odds(event.numbers[0])}"


def nuclear_use(stage: EventContext, event: LogEvent) -> str:
    """The use of a nuclear weapon, without its odds."""
    return f"a nuclear weapon is used in the war over {stage.place_in_a_sentence(event.theatre)}"


def _war_end(stage: EventContext, event: LogEvent) -> str:
    outcome, _, deaths = event.numbers
    return parties(stage, event, OUTCOMES[Outcome(int(outcome))]) + f", after {_dead(deaths)}"


def _call(stage: EventContext, event: LogEvent) -> str:
    commitment, chance, _ = event.numbers
    told = OBLIGES.format(stage.name(event.actor), stage.name(event.other))
    return f"{told} (commitment {percent(commitment)}; {a_chance(chance)})"


def _offer(stage: EventContext, event: LogEvent) -> str:
    return parties(stage, event, f"{{a}} offers {{o}} a deal: {terms(*event.numbers[:2])}")


def _deal(stage: EventContext, event: LogEvent) -> str:
    return parties(stage, event, f"{{c}} and {{h}} sign a deal: {terms(*event.numbers[:2])}; trust stands at {{third}}")


def _cheating(stage: EventContext, event: LogEvent) -> str:
    chance, _, caught = event.numbers
    found = f"{'is caught' if caught else 'goes undetected'} (detection had {a_chance(chance)})"
    return f"{stage.name(event.actor)} cheats on the deal by {rung_words(int(event.after))} and {found}"


def _deal_broken(stage: EventContext, event: LogEvent) -> str:
    age = int(event.numbers[2])
    after = f"after {count(age, 'quarter')}" if age > 0 else "within a quarter"
    return f"{parties(stage, event, BREAKERS[Breaker(int(event.after))])} {after}"


def _turn(stage: EventContext, event: LogEvent) -> str:
    hazard, _, resolve = event.numbers
    mood = "more" if event.after > 0 else "less"
    odds = f"(resolve {percent(resolve)}; {a_chance(hazard)})"
    return f"a new, {mood} committed leadership takes over in {stage.name(event.actor)} {odds}"


def _alignment(stage: EventContext, event: LogEvent) -> str:
    alliance, trust, _ = event.numbers
    actor, guardian = stage.name(event.actor), stage.name(event.other)
    if alliance >= 0.5:
        return f"{actor} comes under the protection of {guardian}"
    return f"{actor} loses the protection of {guardian}; it believes {percent(trust)} of promises of help"


def _odds(chance: float) -> str:
    return f" ({a_chance(chance)})"


def terms(keep: float, relief: float) -> str:
    """What a deal grants the challenger."""
    held = f"{percent(keep)} of the gains recognised" if keep > 0 else "no gains recognised"
    return f"{held}, {percent(relief)} of the sanctions to be lifted"


def who_fights(scenario: Scenario, place: str, wars: pd.DataFrame) -> str:
    """In how many histories great powers fight over a place, who begins, and who is brought in by whom.

    `wars` has the rows of one policy and of this place, as `Comparison.great_power_wars` gives them.
    """
    label = in_a_sentence(next(theatre.label for theatre in scenario.theatres if theatre.id == place))
    name = {state.id: with_article(state.label) for state in scenario.states}
    began, attacked = (wars[wars["how"] == how].to_dict("records") for how in (BEGAN, ATTACKED))
    if not began:
        return f"In no history do great powers fight each other over {label}."
    first, of = began[0], began[0]["histories"]
    world = round(first["world"] * of)
    told = [f"{name[first['state']]} begins it against {name[attacked[0]['state']]}"]
    brought = wars[wars["by"] != ""]
    for how, by in dict.fromkeys(zip(brought["how"], brought["by"], strict=True)):
        rows = brought[(brought["how"] == how) & (brought["by"] == by)].to_dict("records")
        who = listed([f"{name[row['state']]} ({row['histories']} of {of})" for row in rows], 4)
        brings = f"a treaty with {name[by]} brings in" if how == TREATY else f"{name[by]} is joined by choice by"
        told.append(f"{brings} {who}")
    told += [f"it becomes a world war in {world} of {of}"] if world else []
    span = f"{percent(first['low'])} to {percent(first['high'])}"
    return f"Great powers fight over {label} in {percent(first['share'])} of histories ({span}): {'; '.join(told)}."


def _dead(thousands: float) -> str:
    if thousands >= 1000:
        return f"{thousands / 1000:.1f} million deaths in battle"
    return f"about {max(1, round(thousands)):,},000 deaths in battle" if thousands >= 0.5 else "few deaths in battle"


TELLERS: dict[Event, Callable[[EventContext, LogEvent], str]] = {
    Event.RUNG: _rung,
    Event.SANCTIONS: _sanctions,
    Event.PRESENCE: _presence,
    Event.CLASH: _clash,
    Event.WAR: _war,
    Event.JOINING: _joining,
    Event.NUCLEAR_USE: _nuclear_use,
    Event.WAR_END: _war_end,
    Event.OFFER: _offer,
    Event.DEAL: _deal,
    Event.CHEATING: _cheating,
    Event.DEAL_BROKEN: _deal_broken,
    Event.TURN: _turn,
    Event.ALIGNMENT: _alignment,
    Event.COMPROMISE: _compromise,
    Event.DECISION: _decision,
    Event.CALL: _call,
}
