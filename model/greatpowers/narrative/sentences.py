"""One sentence for each kind of event, with the numbers that were behind it."""

from collections.abc import Callable, Sequence

import pandas as pd

from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Breaker, Event, Outcome
from greatpowers.scenario.schema import Scenario
from greatpowers.simulation.events import (
    EventContext,
    LogEvent,
    a_chance,
    in_a_sentence,
    in_words,
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
    return sentence(TELLERS[event.kind](stage, event))


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
    """A pattern with the names of challenger `{c}`, host `{h}` and leader of the coalition `{l}` filled in."""
    return pattern.format(
        c=stage.name(stage.challenger[event.theatre]),
        h=stage.name(stage.host[event.theatre]),
        l=stage.name(stage.leader),
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


def _strike(stage: EventContext, event: LogEvent) -> str:
    undone = event.numbers[2]
    return f"{stage.name(event.actor)} strikes {stage.name(event.other)}'s forces, undoing {percent(undone)} of control"


def _appeal(stage: EventContext, event: LogEvent) -> str:
    return f"{stage.name(event.actor)} appeals for help, expecting {percent(event.numbers[0])} of what was promised"


def _resistance(stage: EventContext, event: LogEvent) -> str:
    return f"{stage.name(event.actor)} resists{_prevailing(stage, event)}"


def _yield(stage: EventContext, event: LogEvent) -> str:
    return f"{stage.name(event.actor)} backs down{_prevailing(stage, event)}"


def _let_pass(stage: EventContext, event: LogEvent) -> str:
    return parties(stage, event, "{h} lets it pass, neither resisting nor conceding anything, and {c} pulls back")


def _prevailing(stage: EventContext, event: LogEvent) -> str:
    return f"; {stage.name(event.other)} was credited with {a_chance(event.numbers[0])} of prevailing"


def _clash(stage: EventContext, event: LogEvent) -> str:
    risk, _, answered = event.numbers
    ending = "the other side returns fire" if answered else "the other side holds its fire"
    return parties(stage, event, f"{{c}}'s forces open fire in {{h}}{_odds(risk)}; {ending}")


def _decision(stage: EventContext, event: LogEvent) -> str:
    challenger, host, _ = event.numbers
    said = "{c} or {h} chooses war" if event.after else "{c} and {h} step back from war"
    ready = f" (chance of choosing it: {{c}} {percent(challenger)}, {{h}} {percent(host)})"
    return parties(stage, event, said + ready)


def _compromise(stage: EventContext, event: LogEvent) -> str:
    granted = event.numbers[0]
    terms = f"keeps {percent(granted)} of the disputed stake" if granted > 0 else "keeps nothing of the disputed stake"
    return parties(stage, event, f"{{c}} and {{h}} settle; {{c}} {terms}")


def _war(stage: EventContext, event: LogEvent) -> str:
    balance, spread, _ = event.numbers
    if spread:
        pattern = "a war elsewhere spreads: {c} and {h} are at war"
    elif event.after == Rung.WAR:
        pattern = "{c} goes to war with {h}"
    else:
        pattern = "an exchange of fire becomes war: {c} and {h} are at war"
    return parties(stage, event, f"{pattern}; {{c}} has {a_chance(balance)} of prevailing")


def _joining(stage: EventContext, event: LogEvent) -> str:
    side = stage.host[event.theatre] if event.after > 0 else stage.challenger[event.theatre]
    return f"{stage.name(event.actor)} enters the war on the side of {stage.name(side)}{_odds(event.numbers[1])}"


def _great_power_war(stage: EventContext, event: LogEvent) -> str:
    _, with_host, with_challenger = event.numbers
    sides = (
        f"states with {percent(with_host)} of the world's power fight for {{h}}, {percent(with_challenger)} for {{c}}"
    )
    return parties(stage, event, f"great powers are now fighting each other: {sides}")


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
    keep, relief, _ = event.numbers
    return f"{stage.name(event.actor)} offers {stage.name(event.other)} a deal: {terms(keep, relief)}"


def _refusal(stage: EventContext, event: LogEvent) -> str:
    challenger, host, coalition = (percent(value) for value in event.numbers)
    odds = f"{{c}} {challenger}, {{h}} {host}, the coalition {coalition}"
    return parties(stage, event, f"the deal is refused (chance of accepting: {odds})")


def _deal(stage: EventContext, event: LogEvent) -> str:
    keep, relief, trust = event.numbers
    return parties(
        stage, event, f"{{c}} and {{h}} sign a deal: {terms(keep, relief)}; trust stands at {percent(trust)}"
    )


def _tranche(stage: EventContext, event: LogEvent) -> str:
    relief = percent(event.numbers[0])
    return f"after a year of compliance, relief for {stage.name(event.other)} rises to {relief} of the sanctions"


def _cheating(stage: EventContext, event: LogEvent) -> str:
    chance, _, caught = event.numbers
    found = f"{'is caught' if caught else 'goes undetected'} (detection had {a_chance(chance)})"
    return f"{stage.name(event.actor)} cheats on the deal by {rung_words(int(event.after))} and {found}"


def _deal_broken(stage: EventContext, event: LogEvent) -> str:
    age = int(event.numbers[2])
    after = f"after {quarters(age)}" if age > 0 else "within a quarter"
    return f"{parties(stage, event, BREAKERS[Breaker(int(event.after))])} {after}"


def _turn(stage: EventContext, event: LogEvent) -> str:
    hazard, _, resolve = event.numbers
    mood = "more" if event.after > 0 else "less"
    odds = f"(resolve {percent(resolve)}; {a_chance(hazard)})"
    return f"a new, {mood} committed leadership takes over in {stage.name(event.actor)} {odds}"


def _annexation(stage: EventContext, event: LogEvent) -> str:
    return parties(stage, event, f"{{c}} annexes {percent(event.numbers[0])} of the disputed stake from {{h}}")


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
        who = in_words([f"{name[row['state']]} ({row['histories']} of {of})" for row in rows], 3)
        brings = f"a treaty with {name[by]} brings in" if how == TREATY else f"{name[by]} is joined by choice by"
        told.append(f"{brings} {who}")
    told += [f"it becomes a world war in {world} of {of}"] if world else []
    span = f"{percent(first['low'])} to {percent(first['high'])}"
    return f"Great powers fight over {label} in {percent(first['share'])} of histories ({span}): {'; '.join(told)}."


def quarters(age: float) -> str:
    """A duration in quarters of a year."""
    return f"{int(age)} quarter{'' if int(age) == 1 else 's'}"


def _dead(thousands: float) -> str:
    if thousands >= 1000:
        return f"{thousands / 1000:.1f} million deaths in battle"
    return f"about {max(1, round(thousands)):,},000 deaths in battle" if thousands >= 0.5 else "few deaths in battle"


TELLERS: dict[Event, Callable[[EventContext, LogEvent], str]] = {
    Event.RUNG: _rung,
    Event.SANCTIONS: _sanctions,
    Event.PRESENCE: _presence,
    Event.STRIKE: _strike,
    Event.APPEAL: _appeal,
    Event.RESISTANCE: _resistance,
    Event.YIELD: _yield,
    Event.LET_PASS: _let_pass,
    Event.CLASH: _clash,
    Event.WAR: _war,
    Event.JOINING: _joining,
    Event.GREAT_POWER_WAR: _great_power_war,
    Event.NUCLEAR_USE: _nuclear_use,
    Event.WAR_END: _war_end,
    Event.OFFER: _offer,
    Event.REFUSAL: _refusal,
    Event.DEAL: _deal,
    Event.TRANCHE: _tranche,
    Event.CHEATING: _cheating,
    Event.DEAL_BROKEN: _deal_broken,
    Event.TURN: _turn,
    Event.ANNEXATION: _annexation,
    Event.ALIGNMENT: _alignment,
    Event.COMPROMISE: _compromise,
    Event.DECISION: _decision,
    Event.CALL: _call,
}
