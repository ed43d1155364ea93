"""Whatever is wrong with a file, the reader gets one clear sentence: which file, which key, what, and what to do."""

import pickle
from pathlib import Path

import pytest
from faulty_files import Case, changed, expect, message_of, named

from greatpowers import GreatPowersError, load_scenario
from greatpowers.scenario.errors import complain

GOOD = """
format = 1
name = "mine"
title = "Mine"
[[state]]
id = "RUS"
doctrine = "nineteenth-century"
economy = 2.0
capability = 5.0
lat = 55.7
lon = 37.6
[[state]]
id = "UKR"
doctrine = "trading-state"
economy = 0.5
capability = 1.0
lat = 50.4
lon = 30.5
[[state]]
id = "USA"
doctrine = "order-preserving"
economy = 19.0
capability = 12.0
lat = 38.9
lon = -77.0
[[theatre]]
id = "donbas"
challenger = "RUS"
host = "UKR"
salience = 0.8
rung = 3
control = 0.3
"""
TAIL = "control = 0.3\n"


def added(name: str, text: str, fragments: tuple[str, ...]) -> Case:
    """Text that follows the theatre, as top-level tables do."""
    return Case(name, TAIL, TAIL + text, fragments)


SCENARIOS = [
    Case("typo_in_theatre", "salience", "salince", ("theatre 'donbas': there is no setting 'salince'", "'salience'?")),
    Case("missing_in_theatre", "salience = 0.8", "", ("theatre 'donbas'", "'salience' is missing", "from 0 to 1")),
    Case("typo_at_top", "title", "titel", ("there is no setting 'titel'. Did you mean 'title'?",)),
    Case("missing_title", 'title = "Mine"', "", ("the setting 'title' is missing",)),
    Case("empty_title", '"Mine"', '""', ("'title' is \"\"", "not empty")),
    Case("missing_format", "format = 1", "", ("'format' is missing", "format = 1")),
    Case("unknown_format", "format = 1", "format = 2", ("'format' is 2", "reads format 1")),
    Case("format_as_text", "format = 1", 'format = "1"', ("'format' is \"1\"", "reads format 1")),
    Case("share_above_one", "salience = 0.8", "salience = 1.5", ("'salience' is 1.5", "a number from 0 to 1")),
    Case("share_below_zero", "salience = 0.8", "salience = -0.1", ("'salience' is -0.1", "a number from 0 to 1")),
    Case("nan", "salience = 0.8", "salience = nan", ("'salience' is nan", "a number from 0 to 1")),
    Case("infinite", "economy = 19.0", "economy = inf", ("state 'USA'", "'economy' is inf", "a number above 0")),
    Case("zero_economy", "economy = 19.0", "economy = 0", ("state 'USA'", "'economy' is 0", "a number above 0")),
    Case("huge", "economy = 19.0", f"economy = 1{'0' * 400}", ("'economy' is a whole number of more than 30 digits",)),
    Case("text_for_number", "economy = 19.0", 'economy = "big"', ("'economy' is \"big\"", "a number above 0")),
    Case("truth_for_number", "economy = 19.0", "economy = true", ("'economy' is true", "a number above 0")),
    Case("date_for_text", '"Mine"', "2017-01-01", ("'title' is 2017-01-01", "a text in quotes")),
    Case("number_for_text", '"Mine"', "5", ("'title' is 5", "a text in quotes")),
    Case("bad_id", 'id = "USA"', 'id = "U S A"', ("'id' is \"U S A\"", "letters, digits")),
    Case("latitude", "lat = 38.9", "lat = 389", ("state 'USA'", "'lat' is 389", "from -90 to 90")),
    Case("lat_without_lon", "lon = -77.0", "", ("state 'USA'", "'lat' is given without 'lon'")),
    Case("no_place", "lat = 38.9\nlon = -77.0", "", ("state 'USA'", "'lat' and 'lon' are missing", "[distances]")),
    Case("unknown_doctrine", "trading-state", "trading-sate", ("state 'UKR'", '"trading-sate"', "'trading-state'?")),
    Case("unknown_weight", "economy = 19.0", "economy = 1\nweights = { pwer = 1 }", ("no weight 'pwer'", "'power'?")),
    Case("weight_range", "economy = 19.0", "economy = 1\nweights = { fear = 2 }", ("weight 'fear' is 2", "0 to 1")),
    Case("weights_no_table", "economy = 19.0", "economy = 1\nweights = 3", ("'weights' is 3", "a table of weights")),
    Case("committed", "economy = 19.0", "economy = 1\ncommitted = 1", ("'committed' is 1", "true or false")),
    Case(
        "election_without_period",
        "economy = 19.0",
        "economy = 1\nnext_election = 3",
        ("state 'USA'", "'next_election' is 3", "period above 0"),
    ),
    Case(
        "election_too_late",
        "economy = 19.0",
        "economy = 1\nelection_period = 8\nnext_election = 12",
        ("state 'USA'", "'next_election' is 12", "of 8", "within the first period"),
    ),
    Case(
        "fractional_period",
        "economy = 19.0",
        "economy = 1\nelection_period = 8.5",
        ("'election_period' is 8.5", "a whole number of rounds"),
    ),
    Case(
        "war_in_peace",
        "salience = 0.8",
        "salience = 0.8\nwar = { age = 4 }",
        ("theatre 'donbas'", "'war' is given, but 'rung' is", "expected rung 7 (war)"),
    ),
    Case(
        "war_on_both_sides",
        "rung = 3",
        'rung = "war"\nwar = { beside_host = ["USA"], beside_challenger = ["USA"] }',
        ("theatre 'donbas'", "the war names 'USA' more than once"),
    ),
    Case(
        "war_of_strangers",
        "rung = 3",
        'rung = "war"\nwar = { beside_host = ["UAS"] }',
        ("theatre 'donbas'", "'beside_host' names 'UAS'", "'USA'?"),
    ),
    Case("duplicate_state", 'id = "UKR"', 'id = "RUS"', ("state 'RUS'", "2 states have this name")),
    added(
        "duplicate_theatre",
        '[[theatre]]\nid = "donbas"\nchallenger = "RUS"\nhost = "USA"\nsalience = 0.1',
        ("theatre 'donbas'", "2 theatres have this name"),
    ),
    Case("unknown_host", 'host = "UKR"', 'host = "UKRA"', ("theatre 'donbas'", "'host' names 'UKRA'", "'UKR'?")),
    Case("unknown_challenger", '= "RUS"\nhost', '= "RSU"\nhost', ("'challenger' names 'RSU'", "'RUS'?")),
    Case("challenger_is_host", 'host = "UKR"', 'host = "RUS"', ("theatre 'donbas'", "both 'RUS'", "two different")),
    Case("rung_number", "rung = 3", "rung = 8", ("theatre 'donbas'", "'rung' is 8", "from 0 to 7")),
    Case("rung_name", "rung = 3", 'rung = "proxy"', ("'rung' is \"proxy\"", "no rung", "proxy-support")),
    Case(
        "rung_above_ceiling", "rung = 3", "rung = 3\nceiling = 2", ("'rung' is 3 (proxy-support)", "up to the ceiling")
    ),
    added("recognised", "recognised = 0.5", ("'recognised' is 0.5", "'control', 0.3", "at most")),
    added("annexed", "recognised = 0.1\nannexed = true", ("'recognised' is 0.1", "leave it out")),
    added("presence_unknown", "presence = { US = 0.1 }", ("'presence' names 'US'", "'USA'?")),
    added("presence_range", "presence = { USA = 2 }", ("'presence.USA' is 2", "from 0 to 1")),
    added("presence_of_host", "presence = { UKR = 0.2 }", ("'presence' names 'UKR'", "third states")),
    added("sanctioning_unknown", 'sanctioning = ["FRG"]', ("'sanctioning' names 'FRG'", "Known: RUS")),
    added("sanctioning_self", 'sanctioning = ["RUS"]', ("'sanctioning' names 'RUS'", "challenger itself")),
    added("sanctioning_text", 'sanctioning = "USA"', ("'sanctioning' is \"USA\"", "a list")),
    added("sanctions_by_nobody", "sanctions = 0.4", ("'sanctions' is 0.4", "names nobody")),
    added("deal_typo", "[theatre.deal]\nrelif = 0.5", ("theatre 'donbas', deal", "'relif'", "'relief'?")),
    added("deal_range", "[theatre.deal]\ntranches = 0", ("'deal.tranches' is 0", "from 1 to 40")),
    added(
        "control_adds_up",
        '[[theatre]]\nid = "crimea"\nchallenger = "RUS"\nhost = "UKR"\nsalience = 0.1\ncontrol = 0.9',
        ("state 'UKR'", "'control' of this host", "adds up to 1.2", "at most 1"),
    ),
    added(
        "presence_adds_up",
        'presence = { USA = 0.7 }\n[[theatre]]\nid = "crimea"\nchallenger = "RUS"\nhost = "UKR"\nsalience = 0.1\n'
        "presence = { USA = 0.5 }",
        ("state 'USA'", "'presence' of this state's force", "adds up to 1.2"),
    ),
    Case("single_brackets", "[[theatre]]", "[theatre]", ("'theatre' is a table", "[[theatre]]")),
    added("leader_unknown", '[coalition]\nleader = "UAS"', ("coalition: 'leader' names 'UAS'", "'USA'?")),
    added("order_range", "[order]\ninitial = 60", ("'order.initial' is 60", "from 0 to 1")),
    added("order_typo", "[order]\ninitail = 0.6", ("order: there is no setting 'initail'", "'initial'?")),
    added("parameter_typo", "[parameters]\ngrowht = 0.01", ("no parameter 'growht'", "'growth'?")),
    added("parameter_range", "[parameters]\nshelter = 3", ("parameter 'shelter' is 3", "a number from 0 to 1")),
    added("parameter_text", '[parameters]\nshelter = "x"', ("parameter 'shelter' is \"x\"", "from 0 to 1")),
    Case("start", '[[state]]\nid = "RUS"', 'start = 2017\n[[state]]\nid = "RUS"', ("'start' is 2017", '"2017Q1"')),
    Case("rounds", '[[state]]\nid = "RUS"', 'rounds = 0\n[[state]]\nid = "RUS"', ("'rounds' is 0", "1 to 4000")),
    added("alliance_one", '[[alliance]]\nname = "P"\nmembers = ["USA"]', ("alliance 'P'", "at least two")),
    added("alliance_none", "[[alliance]]\ncommitment = 1", ("alliance number 1", "either 'members'")),
    added("alliance_half", '[[alliance]]\nfrom = "USA"', ("alliance number 1", "'from' together with 'to'")),
    added(
        "alliance_both",
        '[[alliance]]\nmembers = ["USA", "UKR"]\nfrom = "USA"\nto = ["UKR"]',
        ("alliance number 1", "either 'members'"),
    ),
    added(
        "alliance_member_unknown",
        '[[alliance]]\nname = "P"\nmembers = ["USA", "UKK"]',
        ("alliance 'P': 'members' names 'UKK'", "'UKR'?"),
    ),
    added(
        "alliance_member_twice",
        '[[alliance]]\nname = "P"\nmembers = ["USA", "UKR", "USA"]',
        ("alliance 'P': 'members' names 'USA' more than once",),
    ),
    added(
        "matrix_not_square",
        '[alliance_matrix]\nstates = ["USA", "UKR"]\nrows = [[0, 1]]',
        ("alliance_matrix", "the number of rows is 1 and the number of states 2", "square"),
    ),
    added(
        "matrix_ragged",
        '[alliance_matrix]\nstates = ["USA", "UKR"]\nrows = [[0, 1], [1]]',
        ("alliance_matrix", "the row of 'UKR' has length 1", "square"),
    ),
    added(
        "matrix_not_symmetric",
        '[alliance_matrix]\nstates = ["USA", "UKR"]\nrows = [[0, 1], [0.5, 0]]',
        ("alliance_matrix", "0.5 from 'UKR' to 'USA' and 1 back", "directed = true"),
    ),
    added(
        "matrix_value",
        '[alliance_matrix]\nstates = ["USA", "UKR"]\nrows = [[0, 3], [3, 0]]',
        ("'alliance_matrix.rows[1][2]' is 3", "from 0 to 1"),
    ),
    added(
        "matrix_name",
        '[alliance_matrix]\nstates = ["USA", "UKRR"]\nrows = [[0, 1], [1, 0]]',
        ("alliance_matrix: 'states' names 'UKRR'", "'UKR'?"),
    ),
    added(
        "distances_not_symmetric",
        '[distances]\nstates = ["USA", "UKR"]\nrows = [[0, 10], [20, 0]]',
        ("distances", "20 from 'UKR' to 'USA' and 10 back"),
    ),
    added("neighbour_unknown", '[distances]\ncontiguous = [["RUS", "UK"]]', ("contiguous[1]", "'UKR'?")),
    added(
        "neighbour_alone",
        '[distances]\ncontiguous = [["RUS"]]',
        ("contiguous[1]' is a list of 1", "a list of two states"),
    ),
    added("neighbour_self", '[distances]\ncontiguous = [["RUS", "RUS"]]', ("pairs 'RUS' with itself",)),
    added(
        "trade_incomplete",
        '[trade]\nstates = ["USA", "UKR"]\nrows = [[0, 0.1], [0.2, 0]]',
        ("trade: 'states' lacks 'RUS'", "every state"),
    ),
    added(
        "trade_above_one",
        '[trade]\nstates = ["USA", "UKR", "RUS"]\nrows = [[0, 0.9, 0.9], [0, 0, 0], [0, 0, 0]]',
        ("trade: the row of 'USA' adds up to 1.8", "at most 1"),
    ),
    added("base_unknown", '[[base]]\nstate = "USA"\nhost = "DEU"', ("base number 1: 'host' names 'DEU'",)),
    added(
        "rivalry_three",
        '[[rivalry]]\nstates = ["USA", "RUS", "UKR"]',
        ("rivalry number 1", "'states' is a list of 3", "a list of two states"),
    ),
    added(
        "hostility_three",
        '[[hostility]]\nstates = ["USA", "RUS", "UKR"]\nlevel = 0.2',
        ("hostility number 1", "'states' is a list of 3", "a list of two states"),
    ),
    added(
        "hostility_self",
        '[[hostility]]\nstates = ["USA", "USA"]\nlevel = 0.2',
        ("hostility number 1", "pairs 'USA' with itself", "two different states"),
    ),
    added(
        "hostility_unknown",
        '[[hostility]]\nstates = ["USA", "RUZ"]\nlevel = 0.2',
        ("hostility number 1", "'states' names 'RUZ'", "'RUS'?"),
    ),
    added(
        "hostility_twice",
        '[[hostility]]\nstates = ["USA", "RUS"]\nlevel = 0.2\n[[hostility]]\nstates = ["RUS", "USA"]\nlevel = 0.3',
        ("hostility number 2", "'states' pairs 'RUS' with 'USA', as number 1 does", "each pair once"),
    ),
    added(
        "hostility_level",
        '[[hostility]]\nstates = ["USA", "RUS"]\nlevel = 1.2',
        ("hostility number 1", "'level' is 1.2", "a number from 0 to 1"),
    ),
    added(
        "hostility_without_level",
        '[[hostility]]\nstates = ["USA", "RUS"]',
        ("hostility number 1", "'level' is missing", "hostility between them at the start"),
    ),
    added("rivalry_self", '[[rivalry]]\nstates = ["USA", "USA"]', ("rivalry number 1", "with itself")),
    added(
        "terms_policy",
        '[[terms]]\npolicy = "half-loaf"\ntheatres = ["donbas"]\nlevers = { keep = 0.1 }',
        ("terms number 1", '"half-loaf"', "'half-a-loaf'?"),
    ),
    added(
        "terms_theatre",
        '[[terms]]\npolicy = "half-a-loaf"\ntheatres = ["dombas"]\nlevers = { keep = 0.1 }',
        ("terms number 1", "'theatres' names 'dombas'", "'donbas'?"),
    ),
    added(
        "terms_lever",
        '[[terms]]\npolicy = "half-a-loaf"\ntheatres = ["donbas"]\nlevers = { kepe = 0.1 }',
        ("terms number 1, levers", "no lever 'kepe'", "'keep'?"),
    ),
    added(
        "terms_nowhere",
        '[[terms]]\npolicy = "half-a-loaf"\ntheatres = []\nlevers = { keep = 0.1 }',
        ("terms number 1", "'theatres' is a list of 0", "not empty"),
    ),
    added("both_worlds", "[synthetic]\nstates = 5", ("'state' and [synthetic] are both given", "leave one")),
    Case("not_toml", "rung = 3", "rung 3", ("not valid TOML", "line 31")),
    Case("twice_in_toml", "rung = 3", "rung = 3\nrung = 4", ("not valid TOML", "line 32", "given twice")),
]


@pytest.mark.parametrize("case", SCENARIOS, ids=named)
def test_a_faulty_scenario_says_what_is_wrong_and_what_to_do(case: Case, tmp_path: Path) -> None:
    expect(load_scenario, changed(GOOD, case), case, tmp_path)


def test_the_file_that_the_cases_change_is_good(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    assert load_scenario(tmp_path / "mine.toml").name == "mine"


def test_shares_of_trade_in_three_digits_may_add_up_to_a_little_more_than_one(tmp_path: Path) -> None:
    rows = "[[0, 0.5005, 0.5], [0, 0, 0], [0, 0, 0]]"
    (tmp_path / "mine.toml").write_text(f'{GOOD}\n[trade]\nstates = ["USA", "UKR", "RUS"]\nrows = {rows}\n')
    trade = load_scenario(tmp_path / "mine.toml").trade
    assert trade is not None and sum(trade.rows[0]) > 1


def test_several_faults_give_the_first_few_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace("doctrine", "docrine").replace("economy", "economie"))
    with pytest.raises(GreatPowersError) as error:
        load_scenario(path)
    lines = message_of(error).splitlines()
    assert len(lines) == 6
    assert "more faults like these" in lines[-1]


def test_a_fault_takes_one_line_whatever_it_quotes_also_where_others_wrap_or_send_it(tmp_path: Path) -> None:
    with pytest.raises(GreatPowersError) as error:
        complain("it", [("a\nb", "first\u2028fault."), ("", "second\x1bfault.")])
    lines = ["it, a\\nb: first\\u2028fault.", "it: second\\x1bfault."]
    assert str(error.value).splitlines() == lines
    assert str(pickle.loads(pickle.dumps(error.value))).splitlines() == lines
    assert str(error.value.within("that")).splitlines() == [f"that: {line}" for line in lines]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("state = [1]", "'state[1]' is 1; expected tables written with double brackets, [[state]]."),
        (f"x = {'[' * 5000}{']' * 5000}", "tables or lists are within each other too many times."),
    ],
    ids=["tables", "depth"],
)
def test_a_shape_that_no_file_has_is_told_in_the_words_of_files(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(f'format = 1\nname = "mine"\ntitle = "Mine"\n{text}\n')
    with pytest.raises(GreatPowersError) as error:
        load_scenario(tmp_path / "mine.toml")
    assert str(error.value).splitlines()[0].endswith(f"mine.toml: {sentence}")
