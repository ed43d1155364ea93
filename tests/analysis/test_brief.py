"""The brief: every number in its sentences is in its tables, and a verdict follows from two intervals alone."""

import math
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader

from greatpowers import Brief, GreatPowersError, brief, compare, load_scenario
from greatpowers.cli.entry import build_parser
from greatpowers.core.levers import SWITCH
from greatpowers.core.parameters import Parameters
from greatpowers.dictionary import in_money
from greatpowers.scenario.build import policy_differences
from greatpowers.scenario.load import load_policy
from greatpowers.scenario.posterior import Posterior
from greatpowers.server.state import in_plain_words
from greatpowers.simulation.events import in_a_sentence
from greatpowers.simulation.intervals import (
    HIGHER,
    LOWER,
    MAYBE_HIGHER,
    MAYBE_LOWER,
    NO_TELLING,
    TOO_RARE,
    Interval,
    difference_of,
    paired_share_interval,
    verdict,
)
from greatpowers.storage.manifest import configuration
from greatpowers.studies.brief import POSTERIOR_SEEDS, Story
from greatpowers.studies.brief_reasons import deep_uncertainty, hangs_of, levers_of
from greatpowers.studies.brief_words import (
    FORCE,
    KINDS,
    PLACE,
    WAR,
    WORLD,
    _lines,
    answer,
    cautions,
    command,
    difference,
    doubt,
    link,
    reasons,
    record,
    sections,
    shipped_world,
    stories,
    value,
)
from greatpowers.validation.facts import agrees
from greatpowers.validation.scorecard import scored_facts

POSTERIOR = Posterior(
    name="made", title="Made", names=("clash", "yield_point"),
    draws=((10.0, 0.02), (20.0, 0.05), (60.0, 0.1), (30.0, 0.03)), parameters={"clash": 30.0},
)  # fmt: skip
SEEDS, ROUNDS = 12, 24


@pytest.fixture(scope="module")
def china_brief() -> Brief:
    return brief("1936", "china", seeds=SEEDS, rounds=ROUNDS, posterior=POSTERIOR)


def test_it_asks_what_the_scenario_declares(china_brief: Brief) -> None:
    question = load_scenario("1936").question
    assert question is not None
    assert china_brief.title == question.title and [policy.name for policy in china_brief.policies] == list(
        question.policies
    )
    assert brief("1936", seeds=2, rounds=2, posterior=None).place == question.places[0]


def test_findings_are_those_of_a_comparison(china_brief: Brief) -> None:
    names = [policy.name for policy in china_brief.policies]
    compared = compare("1936", names, SEEDS, ROUNDS, posterior=POSTERIOR, posterior_seeds=POSTERIOR_SEEDS)
    for row in china_brief.findings.to_dict("records"):
        if row["where"] == PLACE:
            one, other = (compared.place_values(name, "china", row["outcome"]) for name in names)
        else:
            one, other = (compared.values(name, row["outcome"]) for name in names)
        assert row["asked"] == pytest.approx(one.mean()) and row["against"] == pytest.approx(other.mean())
        assert row["difference"] == pytest.approx((one - other).mean(), abs=1e-12)
        luck, left_open = Interval(row["difference"], row["low"], row["high"]), (row["open_low"], row["open_high"])
        together = difference_of(one, other, row["unit"], 1 - 0.05 / len(china_brief.findings))
        assert (row["together_low"], row["together_high"]) == together[1:]
        assert row["together_low"] <= row["low"] and row["high"] <= row["together_high"]
        rare = row["unit"] == SWITCH and max(one.mean(), other.mean()) < 0.05
        assert row["verdict"] == (TOO_RARE if rare else verdict(luck, Interval(0.0, *left_open)))
        assert math.isnan(row["needed"]) != rare
        assert left_open[0] <= left_open[1]
        assert row["deep_low"] <= min(left_open[0], row["low"]) and row["deep_high"] >= max(left_open[1], row["high"])
        if row["where"] == WORLD:
            drawn = [compared.drawn_values(name, row["outcome"]).mean(axis=1) for name in names]
            assert row["other_way"] == sum((drawn[0] - drawn[1]) * row["difference"] < 0)


@pytest.mark.parametrize(
    ("luck", "left_open", "expected"),
    [
        ((-2.0, -3.0, -1.0), (-2.0, -4.0, -0.5), LOWER),
        ((2.0, 1.0, 3.0), (2.0, 0.5, 4.0), HIGHER),
        ((-2.0, -3.0, -1.0), (-2.0, -4.0, 0.5), MAYBE_LOWER),
        ((2.0, 1.0, 3.0), (2.0, -0.5, 4.0), MAYBE_HIGHER),
        ((-2.0, -3.0, -1.0), (2.0, 1.0, 4.0), MAYBE_LOWER),
        ((-2.0, -5.0, 1.0), (-2.0, -4.0, -0.5), NO_TELLING),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), NO_TELLING),
        ((-2.0, -3.0, -1.0), (math.nan,) * 3, LOWER),
        ((-2.0, math.nan, math.nan), (math.nan,) * 3, NO_TELLING),
    ],
)
def test_a_verdict_follows_from_two_intervals(
    luck: tuple[float, ...], left_open: tuple[float, ...], expected: str
) -> None:
    assert verdict(Interval(*luck), Interval(*left_open)) == expected


def test_every_number_of_the_answer_stands_in_the_tables(china_brief: Brief) -> None:
    for sentence, (where, outcome) in zip(
        answer(china_brief), [(PLACE, "war"), (WORLD, "mean_severity"), (WORLD, "sender_cost")], strict=True
    ):
        row = china_brief.finding(where, outcome)
        share = row["unit"] == "0 or 1"
        known = [row[name] * (100 if share else 1) for name in row if isinstance(row[name], float)]
        known += [china_brief.anchors[0].severity, 0.0, 1.0]
        known += [in_money(china_brief.scenario, row[name]) / 1e9 for name in ("asked", "against")]
        for text in re.findall(r"[−+]?\d+(?:\.\d+)?", sentence.replace("1936", "").replace("of 2017", "")):
            value, decimals = float(text.replace("−", "-")), len(text.partition(".")[2])
            assert any(abs(value - number) <= 0.51 * 10**-decimals for number in known), (text, sentence)
        assert doubt(row) in sentence


def test_doubt_is_told_by_the_verdict() -> None:
    row = {"unit": "x", "difference": -2.0, "low": -3.0, "high": -1.0, "open_low": -4.0, "open_high": 1.0}
    assert "its sign is not certain" in doubt({**row, "verdict": MAYBE_LOWER})
    assert "luck alone can explain" in doubt({**row, "verdict": NO_TELLING})
    assert "which holds for parameters" in doubt({**row, "verdict": LOWER, "open_high": -0.5})
    assert "about 4,100 of each policy would be needed" in doubt({**row, "verdict": TOO_RARE, "needed": 4100.0})


def test_rare_events_are_not_told_apart_and_it_is_said_what_it_takes(china_brief: Brief) -> None:
    rare = china_brief.findings[china_brief.findings["verdict"] == TOO_RARE]
    assert set(rare["unit"]) <= {SWITCH} and len(rare), "no nuclear use, hardly a great-power war in so few histories"
    came = rare[rare["asked"] + rare["against"] > 0]
    words = sections(china_brief)["How to read it"][-2]
    if not len(came):
        assert "would need about" not in words, "nothing is asked for what never came"
    else:
        assert f"would need about {max(came['needed']):,.0f}." in words


def test_a_bound_that_is_not_nothing_is_not_rounded_to_it() -> None:
    row = {"unit": "x", "difference": -0.06, "low": -0.12, "high": -0.004}
    assert [difference(row, name) for name in ("low", "high")] == ["−0.12", "−0.004"]
    assert difference({**row, "high": 0.0}, "high") == "0"
    assert difference({**row, "difference": -0.001}, "difference") == "−0.001"


def test_means_that_differ_do_not_look_the_same() -> None:
    row = {"unit": "x", "asked": 0.0738, "against": 0.0742, "difference": -0.0004}
    row |= {"asked_low": 0.07, "asked_high": 0.078, "against_low": 0.07, "against_high": 0.078}
    assert [value(row, name) for name in ("asked", "against")] == ["0.0738", "0.0742"]
    assert [value({**row, "against": 0.081}, name) for name in ("asked", "against")] == ["0.074", "0.081"]


def test_command_and_link_give_it_again(china_brief: Brief) -> None:
    arguments = build_parser().parse_args(command(china_brief, shipped_world(china_brief)).split()[1:])
    names = [policy.name for policy in china_brief.policies]
    assert (arguments.scenario, arguments.place, arguments.policy, arguments.against) == ("1936", "china", *names)
    assert (arguments.seeds, arguments.rounds, arguments.posterior) == (SEEDS, ROUNDS, "made")
    state = in_plain_words(dict(parse_qsl(urlsplit(link(china_brief, shipped_world(china_brief))).query)))
    assert state is not None
    assert (state.view, state.scenario, state.policy, state.against) == ("question", "1936", *names)
    other = brief("1936", seeds=2, rounds=2, parameters={"clash": 41.5}, posterior=None)
    again = build_parser().parse_args(command(other, shipped_world(other)).split()[1:])
    assert (dict(again.param), again.posterior, link(other, shipped_world(other))) == ({"clash": 41.5}, None, "")


def test_a_user_s_world_is_loaded_again_from_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = load_policy("containment").model_copy(update={"name": "mine"})
    made = brief("template", "borderland", own, "laissez-faire", seeds=2, rounds=2, posterior=None)
    assert link(made, shipped_world(made)) == ""
    for name, text in configuration(made.scenario, made.policies).items():  # as every panel writes them
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = build_parser().parse_args(command(made, shipped_world(made)).split()[1:])
    again = brief(
        arguments.scenario,
        arguments.place,
        arguments.policy,
        arguments.against,
        arguments.seeds,
        arguments.rounds,
        posterior=None,
    )
    pd.testing.assert_frame_equal(again.findings, made.findings)


def test_stories_are_of_each_kind_and_shares_add_up(china_brief: Brief) -> None:
    assert sum(story.share.mean for story in china_brief.stories) == pytest.approx(1.0)
    kinds = [story.kind for story in china_brief.stories]
    assert kinds == [kind for kind in KINDS if kind in kinds] and len(kinds) >= 2
    compared = compare("1936", [china_brief.policies[0]], SEEDS, ROUNDS)
    war = compared.place_values(china_brief.policies[0].name, "china", "war")
    for story in china_brief.stories:
        assert (war[story.seed] > 0) == (story.kind == "war")
    assert len(stories(china_brief)) == len(china_brief.stories)


def test_where_there_is_war_already_it_asks_whether_war_comes_again() -> None:
    ogaden_brief = brief("1978", "ogaden", seeds=6, rounds=8, posterior=None)
    assert ogaden_brief.at_war and "war again over the Ogaden" in answer(ogaden_brief)[0]
    assert ogaden_brief.finding(PLACE, "war")["label"] == "War again"
    again = compare("1978", list(ogaden_brief.policies), seeds=6, rounds=8).place_values(
        ogaden_brief.policies[0].name, "ogaden", "wars_begun"
    )
    assert ogaden_brief.finding(PLACE, "war")["asked"] == pytest.approx((again > 0).mean())
    assert all(story.share.startswith(("No further war over", "War again over")) for story in stories(ogaden_brief))


def test_a_parameter_is_named_only_if_it_stands_out() -> None:
    random = np.random.default_rng(3)
    draws = random.random((40, 6))
    table = hangs_of(tuple("abcdef"), draws, draws[:, 2] + 0.1 * random.random(40))
    assert table.iloc[0]["parameter"] == "c" and table["beyond"].tolist() == [True] + [False] * 5
    named = sum(bool(hangs_of(tuple("abcdef"), draws, random.random(40))["beyond"].any()) for _ in range(200))
    assert named <= 24, "of 200 unrelated outcomes about a twentieth"
    assert hangs_of(("a",), draws[:3, :1], draws[:3, 0]).empty


def test_paired_shares_have_an_interval_where_nothing_differs() -> None:
    zero = np.zeros(200)
    interval = paired_share_interval(zero, zero)
    assert interval.mean == 0.0 and -0.02 < interval.low < 0.0 < interval.high < 0.02
    one = np.r_[np.ones(12), np.zeros(88)]
    other = np.r_[np.zeros(12), np.ones(4), np.zeros(84)]
    more, less, n = 12.5, 4.5, 102  # Agresti & Min 2005, by hand
    half = 1.959964 * math.sqrt(more + less - (more - less) ** 2 / n) / n
    assert paired_share_interval(one, other).high == pytest.approx((more - less) / n + half, abs=1e-6)


def test_the_pdf_says_every_sentence_in_two_pages_and_its_tables_hold_the_findings(
    china_brief: Brief, tmp_path: Path
) -> None:
    pages = PdfReader(china_brief.write(tmp_path / "brief.pdf")).pages
    text = _one_line(" ".join(page.extract_text() for page in pages))
    assert len(pages) == 2
    told = [
        line
        for story in stories(china_brief)
        for line in (story.heading, story.share, *(part for _, part in story.lines))
    ]
    told += [line for title, lines in sections(china_brief).items() for line in (title, *lines)]
    for line in (china_brief.title, *answer(china_brief), *told, command(china_brief, shipped_world(china_brief))):
        assert _one_line(line) in text, line
    for row in china_brief.findings.to_dict("records"):
        assert _one_line(difference(row, "difference")) in text and _one_line(row["label"]) in text


def _one_line(text: str) -> str:
    """Without the ends of lines and the spaces at which they were broken."""
    return "".join(text.split())


def test_equal_briefs_are_equal_files_and_nothing_is_written_over(china_brief: Brief, tmp_path: Path) -> None:
    assert china_brief.documents == china_brief.documents
    place = tmp_path / "brief.html"
    assert china_brief.write(place) == china_brief.write(place), "the same again changes nothing"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(GreatPowersError, match="something else by that name"):
        china_brief.write(place)
    assert place.read_text(encoding="utf-8") == "mine"
    with pytest.raises(GreatPowersError, match=r"ends in \.pdf or \.html"):
        china_brief.write(tmp_path / "brief.docx")


def test_where_a_brief_cannot_be_written_none_is_drawn(
    china_brief: Brief, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Brief, "documents", property(lambda _: pytest.fail("it is drawn")))
    for place in (tmp_path / "no" / "brief.pdf", "~nobody-has-this-name/brief.pdf"):
        with pytest.raises(GreatPowersError, match="cannot be written"):
            china_brief.write(place)


def test_a_lever_set_back_is_the_policy_with_that_lever() -> None:
    asked, against = (load_policy(name) for name in ("containment", "laissez-faire"))
    compared = compare("template", [asked, against], SEEDS, ROUNDS)
    differs = pd.DataFrame(policy_differences(compared.scenario, asked, against))
    levers = levers_of(compared, "borderland", differs, None, 1).set_index("lever")
    assert set(levers.index) == set(differs["lever"]) and "aid" in levers.index
    changed = asked.model_copy(update={"name": "changed", "everywhere": {"aid": 0.0}})
    again = compare("template", [asked, changed], SEEDS, ROUNDS)
    one, other = (again.place_values(name, "borderland", "severity") for name in (asked.name, "changed"))
    assert levers.loc["aid", "change"] == pytest.approx((other - one).mean(), abs=1e-12)


def test_what_it_hangs_on_is_told_of_levers_and_places_that_stand_out_alone(china_brief: Brief) -> None:
    lines = reasons(china_brief)
    firm = china_brief.places[china_brief.places["beyond"]]
    assert f"{len(china_brief.levers)} levers" in lines[0]
    assert all(in_a_sentence(label) in lines[1] for label in firm["label"]) or len(firm) > 3
    one, other = (policy.name for policy in china_brief.policies)
    compared = compare("1936", [one, other], SEEDS, ROUNDS)
    for row in china_brief.places.to_dict("records"):
        pair = [compared.place_values(name, row["place"], "severity") for name in (one, other)]
        assert row["difference"] == pytest.approx((pair[0] - pair[1]).mean(), abs=1e-12)


def test_deep_uncertainty_goes_from_half_to_twice_each_default() -> None:
    deep = deep_uncertainty(40)
    default = Parameters._field_defaults
    for k, name in enumerate(deep.names):
        values = np.array([draw[k] for draw in deep.draws]) / default[name]
        assert values.min() >= 0.5 - 1e-12 and values.max() <= 2 + 1e-12
    assert deep == deep_uncertainty(40) and deep.draws != deep_uncertainty(40, 2).draws


def test_the_record_is_told_as_it_was_counted(china_brief: Brief) -> None:
    facts = china_brief.record[china_brief.record["about"] != PLACE]
    by_text = {(line.fact.description, line.fact.period): line for line in scored_facts()}
    assert len(facts) > 10
    for row in facts.to_dict("records"):
        line = by_text[row["description"], row["period"]]
        assert (row["record"], row["model"], row["agrees"]) == (line.fact.value, line.value, agrees(line.verdict))
    assert f"the model meets {facts['agrees'].sum()}." in record(china_brief)[1]


def test_the_pages_say_the_same_and_are_written(china_brief: Brief, tmp_path: Path) -> None:
    place = china_brief.save(tmp_path / "brief")
    page = (place / "brief.html").read_text(encoding="utf-8")
    assert all(line in page for line in cautions(china_brief)[:1])
    assert (place / "brief.pdf").read_bytes() == china_brief.documents["brief.pdf"]
    assert "//" not in page.replace("http://www.w3.org", "") and page.count("<tr") >= 14
    table = pd.read_csv(place / "findings.csv")
    pd.testing.assert_frame_equal(table, china_brief.findings, check_dtype=False)
    again = brief("1936", "china", seeds=SEEDS, rounds=ROUNDS, posterior=POSTERIOR, workers=1)
    assert again.pages == china_brief.pages


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"scenario": "synthetic"}, "asks nothing of any place"),
        ({"place": "donbass"}, "no theatre has the id 'donbass'. Did you mean 'donbas'"),
        ({"seeds": 1}, "1 gives no standard error"),
        ({"posterior": "recrd"}, "Did you mean 'record'"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict, message: str) -> None:
    with pytest.raises(GreatPowersError) as caught:
        brief(**asked)
    assert message in str(caught.value)


def test_a_history_of_war_shows_its_war_however_much_came_before() -> None:
    entries = tuple((f"20{k:02}Q1", f"Event {k}.") for k in range(10))
    share = Interval(0.2, 0.1, 0.3)
    late = _lines(Story(WAR, share, 1, entries, 8))
    assert late == (*entries[:5], entries[8], ("", "4 more entries are left out."))
    assert _lines(Story(WAR, share, 1, entries[:7], 0)) == (*entries[:6], ("", "1 more entry is left out."))
    assert _lines(Story(WAR, share, 1, entries[:6], 5)) == entries[:6]
    assert _lines(Story(WAR, share, 1, ())) == (("", "Nothing of note happened there."),)


def test_the_sentence_that_makes_a_history_of_its_kind_is_known(china_brief: Brief) -> None:
    decisive = {story.kind: story.told[story.decisive][1] for story in china_brief.stories if story.told}
    assert {WAR, FORCE} & set(decisive), "a world in which somebody uses force"
    words = {WAR: "war", FORCE: ("intervenes", "intervention", "seize")}
    for kind in {WAR, FORCE} & set(decisive):
        assert any(word in decisive[kind] for word in ([words[kind]] if kind == WAR else words[kind]))
