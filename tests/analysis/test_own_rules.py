"""Rules of the user's own in place of choices of the model: what they are asked, what they change, what is refused."""

import logging
import math
import pickle
import re
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from greatpowers import GreatPowersModel, History, compare, ensemble, fork, load_history, load_scenario, simulate
from greatpowers.core.kernel import is_compiled
from greatpowers.core.ladder import SEVERITY
from greatpowers.core.parameters import Parameters
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.simulation.own import own_rules

Chances = tuple[float, float, float]


@numba.njit
def as_it_is(_world: Any, _case: Any, chance: Any) -> Any:
    return chance


@numba.njit
def as_before(_world: Any, _case: Any, _who: int, chance: float) -> float:
    return chance


@numba.njit
def never(_world: Any, _case: Any, _chance: float) -> float:
    return 0.0


@numba.njit
def always(_world: Any, _case: Any, _chance: float) -> float:
    return 1.0


@numba.njit
def nobody(_world: Any, _case: Any, _guardian: int, _chance: float) -> float:
    return 0.0


@numba.njit
def cautious(_world: Any, case: Any, chances: Chances) -> Chances:
    down, hold, up = chances
    return (down, hold + up, 0.0) if case.theatre.rung >= 2 else (down, hold, up)


@numba.njit
def upwards(_world: Any, _case: Any, _chances: Chances) -> Chances:
    return 0.0, 0.0, 1.0


def in_python(_world: Any, case: Any, chance: float) -> float:
    return 0.0 if case.theatre.rung >= 3 else chance


compiled = numba.njit(in_python)

SAME = {"challenger": as_it_is, "host": as_it_is, "guardian": as_before, "deal": as_before}


def parts(history: History) -> list[bytes]:
    return [*(part.tobytes() for part in history.track), history.codes.tobytes(), history.numbers.tobytes()]


def test_rules_that_change_nothing_change_no_byte() -> None:
    for scenario in ("2017", "synthetic"):
        for seed in range(3):
            plain, ruled = (simulate(scenario, "half-a-loaf", seed, 24, rules=rules) for rules in (None, SAME))
            assert parts(plain) == parts(ruled)


def test_a_rule_in_python_is_the_rule_compiled(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        slow = simulate("2017", "containment", 3, 40, rules={"host": in_python})
    fast = simulate("2017", "containment", 3, 40, rules={"host": compiled})
    assert parts(slow) == parts(fast)
    assert ("plain Python" in caplog.text) == is_compiled()


def test_a_host_that_never_yields_and_one_that_always_does() -> None:
    proud, meek = (simulate("2017", "containment", 1, 40, rules={"host": rule}) for rule in (never, always))
    assert "yield" not in set(proud.events["kind"])
    assert {"yield", "let_pass"} <= set(meek.events["kind"])
    assert "resistance" not in set(meek.events["kind"])
    yields, passes = (meek.events.query(f"kind == '{kind}'") for kind in ("yield", "let_pass"))
    asked = SEVERITY[yields["before"].astype(int)] ** Parameters().demand
    assert np.allclose(yields["second"], asked), "the log has the chance that the rule gave, where something was asked"
    assert np.allclose(passes["second"], 1.0 - SEVERITY[passes["before"].astype(int)] ** Parameters().demand)


def test_a_challenger_told_not_to_go_beyond_provocation_does_not() -> None:
    free, bound = (simulate("2017", "laissez-faire", 2, 40, rules=r) for r in (None, {"challenger": cautious}))
    climbs = bound.events.query("kind == 'rung' and after > before and before >= 2")
    assert len(climbs) == 0
    assert len(free.events.query("kind == 'rung' and after > before and before >= 2")) > 0


def test_nobody_goes_above_the_ceiling_or_below_peace() -> None:
    history = simulate("2017", "laissez-faire", 2, 12, rules={"challenger": upwards})
    ceilings = {theatre.id: theatre.ceiling for theatre in history.scenario.theatres}
    climbs = history.events.query("kind == 'rung' and after > before")
    assert len(climbs) > 0
    assert (climbs["after"] <= climbs["theatre"].map(ceilings)).all()


def test_guardians_who_never_join_impose_no_sanctions() -> None:
    alone = simulate("2017", "maximum-pressure", 1, 20, rules={"guardian": nobody})
    free = simulate("2017", "maximum-pressure", 1, 20)
    assert alone.summary["sanctions_imposed"] == 0.0 < free.summary["sanctions_imposed"]


def test_each_party_to_a_deal_is_asked() -> None:
    """A party that always refuses signs nothing; if all accept, the first offer is signed."""

    @numba.njit
    def all_accept(_world: Any, _case: Any, _party: int, _chance: float) -> float:
        return 1.0

    eager = simulate("2017", "appeasement", 1, 40, rules={"deal": all_accept})
    offers, deals = (len(eager.events.query(f"kind == '{kind}'")) for kind in ("offer", "deal"))
    assert offers == deals > 0
    for party in range(3):

        @numba.njit
        def one_refuses(_world: Any, _case: Any, asked: int, _chance: float, party: int = party) -> float:
            return 0.0 if asked == party else 1.0

        refused = simulate("2017", "appeasement", 1, 40, rules={"deal": one_refuses})
        assert len(refused.events.query("kind == 'deal'")) == 0
        numbers = refused.events.query("kind == 'refusal'")[["first", "second", "third"]].to_numpy()
        assert (numbers == np.where(np.arange(3) == party, 0.0, 1.0)).all()


def test_comparisons_and_ensembles_take_rules_and_workers_do_not_matter() -> None:
    rules = {"challenger": cautious, "host": never}
    one, three = (compare("template", None, 6, 12, workers=n, rules=rules) for n in (1, 3))
    assert one.runs.equals(three.runs)
    alone = ensemble("template", "containment", 6, 12, rules=rules)
    assert alone.runs.equals(one.runs.xs("containment"))
    assert not one.runs.equals(compare("template", None, 6, 12).runs)
    assert [rule["name"] for rule in one.manifest["rules"]] == ["cautious", "never"]
    assert "rules" not in compare("template", None, 2, 2).manifest


def test_mesa_plays_by_the_same_rules_and_its_model_can_be_copied() -> None:
    history = simulate("template", "containment", 5, 12, rules={"host": never})
    model = GreatPowersModel("template", "containment", rounds=12, rng=5, rules={"host": never})
    model.step()
    other = pickle.loads(pickle.dumps(model))
    for one in (model, other):
        one.run_model()
        assert one.metrics.tobytes() == history.track.metrics.tobytes()


def test_a_history_is_forked_by_the_rules_it_was_played_by(tmp_path: Path) -> None:
    history = simulate("template", "containment", 5, 12, rules={"host": never})
    assert fork(history, 4, "laissez-faire").counterfactual.rules.given[0].name == "never"
    again = load_history(history.save(tmp_path / "history"))
    assert again.manifest["rules"] == history.manifest["rules"]
    with pytest.raises(GreatPowersError, match="rules of its own"):
        fork(again, 4, "laissez-faire")


def test_a_rule_is_named_by_its_file_and_short_names_are_of_rules_that_ship(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text("import numba\n\n@numba.njit\ndef proud(world, case, chance):\n    return 0.0\n", encoding="utf-8")
    named = simulate("template", "containment", 5, 12, rules={"host": f"{file}:proud"})
    assert parts(named) == parts(simulate("template", "containment", 5, 12, rules={"host": never}))
    rules = own_rules({"host": "own.py:proud", "challenger": "tit-for-tat"}, beside=tmp_path)
    assert [rule.name for rule in rules.given] == ["proud", "tit_for_tat"]
    sent = pickle.loads(pickle.dumps(rules))
    assert sent == rules
    assert simulate("template", seed=1, rounds=4, rules=sent).rules == rules
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(GreatPowersError, match="is not the one that the work was begun with"):
        assert pickle.loads(pickle.dumps(rules)).row is not None


def fails(_world: Any, _case: Any, _chance: float) -> float:
    raise ZeroDivisionError("no such thing")


@numba.njit
def breaks(_world: Any, _case: Any, chance: float) -> float:
    if chance < 2.0:
        raise ValueError("never")
    return chance


@numba.njit
def too_sure(_world: Any, _case: Any, chance: float) -> float:
    return chance + 1.0


@numba.njit
def too_little(_world: Any, _case: Any, _chances: Chances) -> Chances:
    return 0.25, 0.25, 0.25


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"host": fails}, "it fails with ZeroDivisionError: no such thing (test_own_rules.py, line"),
        ({"host": breaks}, "expected a chance from 0 to 1" if is_compiled() else "it fails with ValueError: never"),
        ({"host": too_sure}, "expected a chance from 0 to 1"),
        ({"challenger": too_little}, "it gives 0.75 in all; expected three chances (down, hold, up) that add up to 1"),
        ({"hosts": never}, "there is no choice 'hosts'. Did you mean 'host'?"),
        ({"host": 0.5}, "0.5 is no function"),
        ({"host": "tit-for-tot"}, "this names no function"),
        ([never], "is no mapping; expected rules by choice: challenger, host, guardian, deal"),
    ],
)
def test_what_is_no_rule_is_refused(rules: Any, message: str) -> None:
    with pytest.raises(GreatPowersError, match=re.escape(message)):
        simulate("2017", "containment", 1, 40, rules=rules)


@pytest.mark.skipif(not is_compiled(), reason="plain Python takes any function")
def test_a_rule_that_numba_cannot_compile_is_said_to_be_one() -> None:
    @numba.njit
    def unknown(_world: Any, case: Any, _chance: float) -> float:
        return float(case.theatre.no_such_thing)

    with pytest.raises(GreatPowersError, match="rule 'unknown' for 'host': Numba cannot compile it"):
        simulate("template", rounds=2, rules={"host": unknown})


# --- Reciprocity ------------------------------------------------------------------------------------------------------


def case_of(rungs: list[int], answered: float, before: list[int]) -> tuple[Any, Any]:
    """Two states that challenge each other, at these rungs, the first of them at choice."""
    from greatpowers.core.context import Case
    from greatpowers.core.rules import sample_of_arguments
    from greatpowers.core.world import empty_world

    world = empty_world(2, 2)
    theatres = world.theatres
    theatres.challenger[:], theatres.host[:], theatres.ceiling[:] = [0, 1], [1, 0], 7
    theatres.rung[:], theatres.previous_rung[:], theatres.answered[0] = rungs, before, answered
    case: Case = sample_of_arguments()[1]
    return world, case._replace(theatre=theatres[0])


@pytest.mark.parametrize(
    ("rungs", "answered", "before", "tat", "two"),
    [
        ([0, 0], 0.0, [0, 0], 0, 0),  # never the first
        ([0, 3], 0.0, [0, 3], 1, 1),  # provoked
        ([0, 3], 0.0, [0, 0], 1, 0),  # two tats forgive what has not lasted
        ([3, 3], 0.0, [3, 3], 0, 0),  # as grave as the other, no graver
        ([3, 0], 0.0, [3, 3], -1, -1),  # forgives
        ([0, 0], 0.9, [0, 0], 1, 1),  # an answer to an own act is an act
    ],
)
def test_tit_for_tat_by_hand(rungs: list[int], answered: float, before: list[int], tat: int, two: int) -> None:
    from greatpowers.simulation.reciprocity import tit_for_tat, tit_for_two_tats

    world, case = case_of(rungs, answered, before)
    for rule, move in ((tit_for_tat, tat), (tit_for_two_tats, two)):
        chances = rule(world, case, (math.nan, math.nan, math.nan))
        assert chances == tuple(1.0 if option == move else 0.0 for option in (-1, 0, 1))


def test_tit_for_tat_keeps_a_peace_that_doctrines_break() -> None:
    peaceful = load_scenario("template")
    quiet = peaceful.model_copy(update={"theatres": tuple(t.model_copy(update={"rung": 0}) for t in peaceful.theatres)})
    kind, own = (ensemble(quiet, "laissez-faire", 8, 40, rules=r) for r in ({"challenger": "tit-for-tat"}, None))
    assert (kind.runs["mean_severity"] == 0.0).all()
    assert (own.runs["mean_severity"] > 0.0).any()
