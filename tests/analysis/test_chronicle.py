"""The chronicle tells what the event log holds: by quarter and theatre, with the names and numbers of the log."""

import dataclasses

import pytest

from greatpowers import GreatPowersError, History, chronicle, simulate
from greatpowers.core.log import Breaker, Event, Outcome
from greatpowers.narrative.chronicle import HEADLINES
from greatpowers.narrative.sentences import sentence_of
from greatpowers.presentation.style import listed
from greatpowers.simulation.events import EventContext, LogEvent, a_chance, percent


@pytest.fixture(scope="module")
def history() -> History:
    return simulate("2017", "half-a-loaf", seed=3, rounds=30)


@pytest.fixture(scope="module")
def stage() -> EventContext:
    return EventContext(simulate("2017", rounds=2))


def happening(kind: Event, **other: object) -> LogEvent:
    common = {"round": 1, "theatre": 0, "actor": 0, "other": 1, "before": 3.0, "after": 4.0, "numbers": (0.5, 0.4, 0.3)}
    return LogEvent(**{"kind": kind, **common, **other})  # type: ignore[arg-type]


def test_everything_is_told_once(history: History) -> None:
    entries = chronicle(history, "all").entries
    sentences = sum(len(entry.sentences) for entry in entries)
    in_common = history.events["kind"].isin(["call", "joining"])
    sides = history.events[in_common].groupby(["round", "theatre", "kind", "after"])
    assert sentences == (~in_common).sum() + sides.ngroups
    places = {(entry.round, entry.theatre) for entry in entries}
    assert places == {(e.round, e.theatre if isinstance(e.theatre, str) else None) for e in history.events.itertuples()}


def test_less_is_told_the_higher_the_bar(history: History) -> None:
    lengths = [len(str(chronicle(history, minimum))) for minimum in ("headlines", "main", "all")]  # type: ignore[arg-type]
    assert lengths == sorted(lengths)
    assert chronicle(history) == chronicle(history, "main")


def test_entries_stand_under_their_quarter_and_theatre(history: History) -> None:
    text = str(chronicle(history))
    entries = chronicle(history).entries
    assert entries
    for entry in entries:
        assert f"\n{entry.quarter}\n" in text
        assert f"  {entry.place}. " in text
    assert [entry.round for entry in entries] == sorted(entry.round for entry in entries)


def test_deals_are_told_with_their_terms(history: History) -> None:
    deals = history.events[history.events["kind"] == "deal"]
    prose = " ".join(text for entry in chronicle(history, "headlines").entries for text in entry.sentences)
    assert prose.count("sign a deal") == len(deals)
    for deal in deals.itertuples():
        assert f"{percent(deal.second)} of the sanctions to be lifted; trust stands at {percent(deal.third)}" in prose


def test_a_step_up_is_told_with_belief_and_truth() -> None:
    history = simulate("template", "containment", seed=1)
    steps = history.events[(history.events["kind"] == "rung") & (history.events["after"] > history.events["before"])]
    prose = " ".join(text for entry in chronicle(history, "all").entries for text in entry.sentences)
    for step in steps.itertuples():
        gap = abs(step.first - step.second)
        expected = (
            f"({percent(step.first)} believed, {percent(step.second)} true)" if gap >= 0.05 else percent(step.first)
        )
        assert expected in prose


def test_the_last_line_counts_wars_and_deals(war_after_fire: History, history: History) -> None:
    for played in (war_after_fire, history):
        wars, signed = int(played.summary["wars_begun"]), int(played.summary["deals_accepted"])
        last = str(chronicle(played)).splitlines()[-1]
        assert last.startswith(f"In all: {wars} war{'' if wars == 1 else 's'} begun")
        assert f"{signed} deal{'' if signed == 1 else 's'} signed" in last


def test_a_war_that_came_of_fire_is_told_as_one(war_after_fire: History) -> None:
    war = war_after_fire.events[war_after_fire.events["kind"] == "war"].iloc[0]
    labels = {state.id: state.label for state in war_after_fire.scenario.states}
    parties = f"{labels[war['actor']]} and {labels[war['other']]}"
    odds = f"{labels[war['actor']]} has {a_chance(war['first'])} of prevailing"
    expected = f"An exchange of fire becomes war: {parties} are at war; {odds}."
    assert expected in " ".join(str(chronicle(war_after_fire)).split())


# Every place is looked at. War costs nothing, wins more at once than any lower rung, and comes neither by fire nor too
# late, for nobody yields.
WILLING = {
    "operations": 0.0, "confrontation": 0.0, "remoteness": 0.0, "inertia": 0.0, "norm_cost": 0.0,
    "war_loss": 0.0, "victory_price": 0.0, "spoils": 1.0, "horizon": 1.0,
    "choice_noise": 1e-4, "clash": 0.0, "yield_point": 1.0, "survival": 0.0, "attention": 100.0,
    "information_cost": 1e-4,
}  # fmt: skip


def test_a_war_that_was_chosen_is_told_once() -> None:
    history = simulate("template", "laissez-faire", seed=1, parameters=WILLING)
    wars = history.events[(history.events["kind"] == "war") & (history.events["after"] == 7)]
    assert len(wars) > 0
    text = str(chronicle(history))
    sentence = f"Arda goes to war with Birch; Arda has {a_chance(wars.iloc[0]['first'])} of prevailing."
    assert sentence in " ".join(text.split())
    assert "takes the step to war" not in text


# Every shot leads to war as well, and every treaty to defend covers it.
CALLING = WILLING | {"clash": 1000.0, "clash_war": 1.0, "casus_foederis": 1.0}


def test_whom_treaties_call_to_a_war_is_one_sentence_for_a_side() -> None:
    history = simulate("2017", "laissez-faire", seed=1, rounds=10, parameters=CALLING)
    stage, calls = EventContext(history), history.events[history.events["kind"] == "call"]
    index, sizes = history.scenario.state_index(), set()
    for (when, place, beside), group in calls.groupby(["round", "theatre", "other"]):
        (entry,) = [e for e in chronicle(history, "main").entries if (e.round, e.theatre) == (when, place)]
        ally, bound = stage.name(index[beside]), [index[name] for name in group["actor"]]
        (sentence,) = [text for text in entry.sentences if f" to fight for {ally}" in text]
        assert f"reaties oblige {stage.everyone(bound)} to" in sentence or (
            len(bound) == 1 and " treaty obliges" in sentence
        )
        sizes.add(min(len(bound), 2))
        headlines = chronicle(history, "headlines").entries
        assert not any(sentence in entry.sentences for entry in headlines)
    assert sizes == {1, 2}


def test_fire_says_whether_it_is_answered(stage: EventContext) -> None:
    for answered, ending in ((1.0, "the other side returns fire"), (0.0, "the other side holds its fire")):
        text = sentence_of(stage, happening(Event.CLASH, numbers=(0.25, 0.1, answered)))
        assert text.endswith(f"(a 25% chance); {ending}.")


def test_a_decision_says_what_was_chosen_and_how_ready_both_were(stage: EventContext) -> None:
    for after, clause in ((1.0, "Russia or Ukraine chooses war"), (0.0, "Russia and Ukraine step back from war")):
        text = sentence_of(
            stage, happening(Event.DECISION, theatre=in_donbas(stage), after=after, numbers=(0.2, 0.1, 0.5))
        )
        assert text == f"{clause} (chance of choosing it: Russia 20%, Ukraine 10%)."


def test_a_settlement_says_what_it_leaves(stage: EventContext) -> None:
    for granted, terms in ((0.3, "keeps 30%"), (0.0, "keeps nothing")):
        numbers = (granted, 0.2, 0.1)
        text = sentence_of(stage, happening(Event.COMPROMISE, theatre=in_donbas(stage), numbers=numbers))
        assert text == f"Russia and Ukraine settle; Russia {terms} of the disputed stake."


def in_donbas(stage: EventContext) -> int:
    return stage.history.scenario.theatre_index()["donbas"]


@pytest.mark.parametrize("kind", list(Event))
def test_every_kind_of_event_is_a_sentence(stage: EventContext, kind: Event) -> None:
    text = sentence_of(stage, happening(kind, after=1.0 if kind == Event.DEAL_BROKEN else 4.0))
    assert text[0].isupper()
    assert text.endswith(".")
    assert "{" not in text
    assert "nan" not in text


@pytest.mark.parametrize("breaker", list(Breaker))
def test_whoever_breaks_a_deal_is_named(stage: EventContext, breaker: Breaker) -> None:
    text = sentence_of(stage, happening(Event.DEAL_BROKEN, after=float(breaker), numbers=(0.1, 0.05, 5.0)))
    assert {0: "Russia breaks", 1: "the United States reneges", 2: "Spoilers"}[breaker] in text
    assert "after 5 quarters" in text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_of_a_war_is_told_with_its_dead(stage: EventContext, outcome: Outcome) -> None:
    assert "about 12,000 deaths" in sentence_of(stage, happening(Event.WAR_END, numbers=(float(outcome), 0.5, 12.3)))
    assert "2.5 million deaths" in sentence_of(stage, happening(Event.WAR_END, numbers=(float(outcome), 0.5, 2500.0)))


def test_names_take_their_article(stage: EventContext) -> None:
    index = stage.history.scenario.state_index()
    assert stage.name(index["USA"]) == "the United States"
    assert stage.name(index["RUS"]) == "Russia"
    assert stage.name(-1) == "the coalition"


def test_many_names_become_few_and_others() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c", "d"], 4) == "a, b, c and d"
    assert listed(["a", "b", "c", "d", "e"], 4) == "a, b, c and 2 others"


def test_shares_keep_a_figure_when_they_are_small() -> None:
    assert [percent(share) for share in (0, 0.0001, 0.0123, 0.5, 1)] == ["0%", "less than 0.1%", "1.2%", "50%", "100%"]


def test_a_chance_takes_its_article() -> None:
    phrases = [a_chance(share) for share in (0.0001, 0.008, 0.08, 0.11, 0.18, 0.5, 0.82, 1)]
    assert phrases == [
        "less than a 0.1% chance",
        *(f"{text} chance" for text in ("a 0.8%", "an 8%", "an 11%", "an 18%", "a 50%", "an 82%", "a 100%")),
    ]


@pytest.mark.parametrize(
    ("before", "ending"), [(1, "ends its interference"), (3, "drops its proxies"), (7, "hostilities")]
)
def test_a_return_to_peace_says_what_ends(stage: EventContext, before: int, ending: str) -> None:
    assert ending in sentence_of(stage, happening(Event.RUNG, before=float(before), after=0.0))


def test_entries_name_the_events_they_tell(history: History, war_after_fire: History) -> None:
    everything = [row for entry in chronicle(history, "all").entries for row in entry.events]
    assert sorted(everything) == list(range(len(history.events)))
    kinds = war_after_fire.events["kind"]
    headlines = [row for entry in chronicle(war_after_fire, "headlines").entries for row in entry.events]
    assert sorted(headlines) == [i for i, kind in enumerate(kinds) if kind in {k.name.lower() for k in HEADLINES}]
    assert headlines


def test_a_chronicle_is_data_and_its_text_is_drawn_from_it(history: History) -> None:
    """Whatever characters a title holds."""
    strange = dataclasses.replace(history, scenario=history.scenario.model_copy(update={"title": "Up\n\nriver"}))
    account = chronicle(strange)
    assert account.scenario == "Up\n\nriver" and account.entries == chronicle(history).entries
    assert str(account).startswith("Up\n\nriver (")
    assert account.totals.wars == history.summary["wars_begun"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        account.seed = 4  # type: ignore[misc]


def test_a_chronicle_needs_events_and_a_minimum_that_exists(history: History) -> None:
    with pytest.raises(GreatPowersError, match="record=True"):
        chronicle(simulate("template", rounds=1, record=False))
    with pytest.raises(GreatPowersError, match="Did you mean 'main'"):
        chronicle(history, "maim")  # type: ignore[arg-type]


def test_a_happening_is_fixed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        happening(Event.WAR).round = 2  # type: ignore[misc]
