"""One sentence for each kind of event, with the numbers that were behind it."""

from collections.abc import Callable, Sequence

from greatpowers.core.history import TheatreColumn
from greatpowers.core.ladder import Rung
from greatpowers.core.log import Breaker, Event, Outcome
from greatpowers.scenario.kinds import rung_name
from greatpowers.simulation.events import Happening, Stage, percent, sentence

UPWARD = {
    1: "{c} begins to interfere in {h}",
    2: "{c} turns to provocation against {h}",
    3: "{c} arms a proxy in {h}",
    4: "{c} begins a limited intervention in {h}",
    5: "{c} intervenes openly in {h}",
    6: "{c} sets out to seize what it can of {h}",
    7: "{c} takes the last step, to war with {h}",
}
TOGETHER = {
    Event.CALL: "treaties call {} to fight beside {}",
    Event.JOINING: "{} enter the war beside {}",
}
"""Events that many states have in common, as one sentence for a side."""

ABOUT_RIGHT = 0.05
"""Difference between belief and truth that does not count as an error."""

OUTCOMES = {
    Outcome.DEFEAT: "{c} is defeated",
    Outcome.STALEMATE: "the war between {c} and {h} ends with no winner",
    Outcome.VICTORY: "{c} wins its war with {h}",
    Outcome.NUCLEAR: "the war between {c} and {h} ends in the nuclear exchange",
}
BREAKERS = {
    Breaker.CHALLENGER: "{c} breaks the deal with {h}",
    Breaker.GUARDIANS: "a new leadership in {l} reneges on the deal between {c} and {h}",
    Breaker.SPOILERS: "spoilers bring down the deal between {c} and {h}",
}


def tell(stage: Stage, event: Happening, brief: bool = False) -> str:
    """The sentence for an event; `brief` leaves out what the challenger believed."""
    if brief and event.kind == Event.RUNG and event.after > event.before:
        return sentence(_filled(stage, event, UPWARD[int(event.after)]))
    return sentence(TELLERS[event.kind](stage, event))


def tell_together(stage: Stage, events: Sequence[Happening]) -> str:
    """One sentence for several events of one kind of :data:`TOGETHER`, one place, round and side of a war."""
    actors, host_side = [event.actor for event in events], events[0].after > 0
    principal = (stage.host if host_side else stage.challenger)[events[0].theatre]
    return sentence(TOGETHER[events[0].kind].format(stage.everyone(actors), stage.name(principal)))


def _filled(stage: Stage, event: Happening, pattern: str) -> str:
    return pattern.format(
        c=stage.name(stage.challenger[event.theatre]),
        h=stage.name(stage.host[event.theatre]),
        l=stage.name(stage.leader),
    )


def _rung(stage: Stage, event: Happening) -> str:
    before, after = int(event.before), int(event.after)
    if after > before:
        return _filled(stage, event, UPWARD[after]) + f", {belief(*event.numbers[:2])}"
    if after == Rung.PEACE:
        return _filled(stage, event, "{c} leaves {h} in peace")
    return _filled(stage, event, "{c} steps down in {h}") + f", from {_in_words(before)} to {_in_words(after)}"


def belief(believed: float, true: float) -> str:
    """What a challenger thinks of the coalition's credibility, held against what is true."""
    gap = believed - true
    if abs(gap) < ABOUT_RIGHT:
        return f"with a fair idea of the coalition's credibility ({percent(believed)})"
    view = "overrating" if gap > 0 else "underrating"
    return f"{view} the coalition's credibility ({percent(believed)} believed, {percent(true)} true)"


def _sanctions(stage: Stage, event: Happening) -> str:
    level, _, breadth = event.numbers
    before = stage.before(event.theatre, event.round, TheatreColumn.SANCTIONS)
    change = f"{'tightened' if level > before else 'eased'} from {percent(before)} to {percent(level)}"
    return f"sanctions on {stage.name(event.other)} are {change}, with a breadth of {percent(breadth)}"


def _presence(stage: Stage, event: Happening) -> str:
    share, host = event.numbers[0], stage.name(stage.host[event.theatre])
    if share < 0.01:
        return f"{stage.name(event.actor)} takes its forces out of {host}"
    return f"{stage.name(event.actor)} puts {percent(share)} of its forces at the side of {host}"


def _strike(stage: Stage, event: Happening) -> str:
    undone = event.numbers[2]
    return f"{stage.name(event.actor)} strikes {stage.name(event.other)}'s forces, undoing {percent(undone)} of control"


def _appeal(stage: Stage, event: Happening) -> str:
    return f"{stage.name(event.actor)} appeals for help, believing {percent(event.numbers[0])} of what it is promised"


def _resistance(stage: Stage, event: Happening) -> str:
    return f"{stage.name(event.actor)} resists, at odds of {percent(event.numbers[0])} for {stage.name(event.other)}"


def _yield(stage: Stage, event: Happening) -> str:
    odds = f"whose share of the contest is {percent(event.numbers[0])}"
    return f"{stage.name(event.actor)} yields to {stage.name(event.other)}, {odds}; the crisis ends"


def _clash(stage: Stage, event: Happening) -> str:
    risk, _, answered = event.numbers
    ending = "; they answer it" if answered else "; they endure it"
    return _filled(stage, event, "{c} fires on those facing it in {h}") + _chance(risk) + ending


def _decision(stage: Stage, event: Happening) -> str:
    challenger, host, _ = event.numbers
    said = "{c} or {h} chooses war" if event.after else "{c} and {h} pull back from war"
    ready = f", for which {{c}} was ready with a chance of {percent(challenger)}, {{h}} with {percent(host)}"
    return _filled(stage, event, said + ready)


def _compromise(stage: Stage, event: Happening) -> str:
    granted = event.numbers[0]
    terms = f"{percent(granted)} of what is at stake left to {{c}}" if granted > 0 else "with no gain recognised"
    return _filled(stage, event, f"{{c}} and {{h}} settle, {terms}; the crisis ends")


def _war(stage: Stage, event: Happening) -> str:
    balance, spread, _ = event.numbers
    odds = f"{percent(balance)} of the contest on the challenger's side"
    if spread:
        pattern = "a war elsewhere spreads: {c} and {h} are at war"
    elif event.after == Rung.WAR:
        pattern = "{c} goes to war with {h}"
    else:
        pattern = "an exchange of fire becomes war: {c} and {h} are at war"
    return f"{_filled(stage, event, pattern)}, {odds}"


def _joining(stage: Stage, event: Happening) -> str:
    side = stage.host[event.theatre] if event.after > 0 else stage.challenger[event.theatre]
    return f"{stage.name(event.actor)} enters the war beside {stage.name(side)}" + _chance(event.numbers[1])


def _great_power_war(stage: Stage, event: Happening) -> str:
    _, with_host, with_challenger = event.numbers
    sides = f"with {percent(with_host)} of the world's power beside {{h}} and {percent(with_challenger)} beside {{c}}"
    return _filled(stage, event, f"it is now a war between great powers, {sides}")


def _nuclear_use(stage: Stage, event: Happening) -> str:
    return f"a nuclear weapon is used in the war over {stage.place(event.theatre)}" + _chance(event.numbers[0])


def _war_end(stage: Stage, event: Happening) -> str:
    outcome, _, deaths = event.numbers
    return _filled(stage, event, OUTCOMES[Outcome(int(outcome))]) + f", after {_dead(deaths)}"


def _call(stage: Stage, event: Happening) -> str:
    commitment, chance, _ = event.numbers
    return (
        f"its treaty (a commitment of {percent(commitment)}) calls {stage.name(event.actor)} to fight beside "
        f"{stage.name(event.other)}{_chance(chance)}"
    )


def _offer(stage: Stage, event: Happening) -> str:
    keep, relief, _ = event.numbers
    return f"{stage.name(event.actor)} offers {stage.name(event.other)} a deal: {_terms(keep, relief)}"


def _refusal(stage: Stage, event: Happening) -> str:
    challenger, host, coalition = (percent(value) for value in event.numbers)
    odds = f"{challenger} for {{c}}, {host} for {{h}} and {coalition} for the coalition"
    return _filled(stage, event, f"the deal is refused; the odds of a yes were {odds}")


def _deal(stage: Stage, event: Happening) -> str:
    keep, relief, trust = event.numbers
    return (
        _filled(stage, event, "{c} and {h} sign a deal") + f": {_terms(keep, relief)}; trust stands at {percent(trust)}"
    )


def _tranche(stage: Stage, event: Happening) -> str:
    return (
        f"a year of compliance earns {stage.name(event.other)} relief, now {percent(event.numbers[0])} of the sanctions"
    )


def _cheating(stage: Stage, event: Happening) -> str:
    chance, _, caught = event.numbers
    found = f"{'is' if caught else 'is not'} caught (the chance was {percent(chance)})"
    return f"{stage.name(event.actor)} cheats on the deal with {_in_words(int(event.after))} and {found}"


def _deal_broken(stage: Stage, event: Happening) -> str:
    age = int(event.numbers[2])
    return _filled(stage, event, BREAKERS[Breaker(int(event.after))]) + f" after {age} quarter{'' if age == 1 else 's'}"


def _turn(stage: Stage, event: Happening) -> str:
    hazard, _, resolve = event.numbers
    mood = "committed" if event.after > 0 else "reluctant"
    return (
        f"the leadership of {stage.name(event.actor)} turns {mood}, its resolve now {percent(resolve)}{_chance(hazard)}"
    )


def _annexation(stage: Stage, event: Happening) -> str:
    share = percent(event.numbers[0])
    return _filled(stage, event, f"{{c}} annexes what it holds against {{h}}: {share} of what is at stake")


def _alignment(stage: Stage, event: Happening) -> str:
    alliance, trust, _ = event.numbers
    guardian = stage.name(event.other)
    if alliance >= 0.5:
        return f"{stage.name(event.actor)} comes under the protection of {guardian}"
    return (
        f"{stage.name(event.actor)} loses the protection of {guardian}, believing promises of help by {percent(trust)}"
    )


def _in_words(rung: int) -> str:
    return rung_name(rung).replace("-", " ")


def _chance(chance: float) -> str:
    return f" (a chance of {percent(chance)})"


def _terms(keep: float, relief: float) -> str:
    held = f"{percent(keep)} of the gains recognised" if keep > 0 else "none of the gains recognised"
    return f"{held}, {percent(relief)} of the sanctions to be lifted"


def _dead(thousands: float) -> str:
    if thousands >= 1000:
        return f"{thousands / 1000:.1f} million deaths in battle"
    return f"{max(1, round(thousands)):,} thousand deaths in battle" if thousands >= 0.5 else "few deaths in battle"


TELLERS: dict[Event, Callable[[Stage, Happening], str]] = {
    Event.RUNG: _rung,
    Event.SANCTIONS: _sanctions,
    Event.PRESENCE: _presence,
    Event.STRIKE: _strike,
    Event.APPEAL: _appeal,
    Event.RESISTANCE: _resistance,
    Event.YIELD: _yield,
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
