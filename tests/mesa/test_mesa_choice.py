"""One state's choice overridden in Python."""

import pytest

from greatpowers import GreatPowersError, GreatPowersModel
from greatpowers.core.ladder import Rung
from greatpowers.mesa.agents import Appraisal, Options, TheatreAgent


def hold(theatre: TheatreAgent, appraisal: Appraisal) -> int:
    return 0


def climb(theatre: TheatreAgent, appraisal: Appraisal) -> int:
    return 1


def test_a_state_told_to_withdraw_everywhere_is_at_peace_after_a_ladder_of_rounds() -> None:
    model = GreatPowersModel("2017", "laissez-faire", rounds=12, rng=1)
    model.choose["RUS"] = lambda theatre, appraisal: -1
    model.run_model()
    own = model.state("RUS").challenges
    assert own and all(theatre.rung in (Rung.PEACE, Rung.WAR) for theatre in own)


def test_a_rule_moves_its_own_state_and_leaves_the_first_choice_of_others_alone() -> None:
    free = GreatPowersModel("2017", rng=8)
    ruled = GreatPowersModel("2017", rng=8)
    ruled.choose["RUS"] = climb
    before = {theatre.id: theatre.rung for theatre in ruled.theatre_list}
    free.step()
    ruled.step()
    for mine, theirs in zip(ruled.theatre_list, free.theatre_list, strict=True):
        if mine.challenger.id == "RUS" and mine.rung != Rung.WAR:
            assert mine.rung == min(before[mine.id] + 1, mine.ceiling)
        elif mine.rung != Rung.WAR:
            assert mine.rung == theirs.rung


def test_no_rule_moves_more_than_one_rung_or_past_the_ceiling() -> None:
    model = GreatPowersModel("2017", rounds=16, rng=8, war_stop=0.5)
    model.choose.update({state.id: climb for state in model.state_list})
    carried = left = 0
    while model.running:
        model.step()
        for theatre in model.theatre_list:
            if theatre.rung == Rung.WAR:  # war is at the top from its first round on, whatever the ceiling
                carried += theatre.previous_rung < Rung.WAR - 1
            elif theatre.previous_rung == Rung.WAR:  # and leaves the ladder as a whole once it is over
                left += 1
                assert theatre.rung == Rung.PEACE
            else:
                assert not theatre.war
                assert abs(theatre.rung - theatre.previous_rung) <= 1
                assert theatre.rung <= theatre.ceiling
    assert carried > 0
    assert left > 0


def test_a_rule_sees_what_the_doctrine_would_have_weighed() -> None:
    seen: list[Appraisal] = []

    def look(theatre: TheatreAgent, appraisal: Appraisal) -> None:
        seen.append(appraisal)
        assert theatre.challenger.id == "RUS"

    model = GreatPowersModel("2017", "containment", rng=1)
    model.choose["RUS"] = look
    model.step()
    assert len(seen) == len(model.state("RUS").challenges)
    for appraisal in seen:
        assert isinstance(appraisal.utility, Options)
        assert sum(appraisal.probability) == pytest.approx(1.0)
        assert 0.0 <= appraisal.believed_credibility <= 1.0
        assert "clash_risk" in dir(appraisal)


def test_a_rule_may_read_the_world_before_anybody_has_moved() -> None:
    rungs: list[list[int]] = []

    def look(theatre: TheatreAgent, appraisal: Appraisal) -> int:
        rungs.append([other.rung for other in theatre.model.theatre_list])
        return 1

    model = GreatPowersModel("2017", rng=1)
    model.choose["RUS"] = look
    model.step()
    assert all(row == rungs[0] for row in rungs)


def test_taking_a_rule_away_gives_the_choice_back() -> None:
    model = GreatPowersModel("2017", rounds=4, rng=1)
    model.choose["RUS"] = hold
    model.step()
    del model.choose["RUS"]
    model.step()
    assert (model.workspace.marks.forced_move == 9).all()
    assert model.round == 2


@pytest.mark.parametrize("answer", [2, -2, 0.5, "up"])
def test_an_answer_that_is_no_move_is_refused_in_one_sentence(answer: object) -> None:
    model = GreatPowersModel("2017", rng=1)
    model.choose["RUS"] = lambda theatre, appraisal: answer  # type: ignore[assignment,return-value]
    with pytest.raises(GreatPowersError, match=r"the rule of RUS answered .*expected -1 \(down\)"):
        model.step()


def test_a_rule_for_a_state_that_is_not_there_names_the_nearest() -> None:
    model = GreatPowersModel("2017", rng=1)
    model.choose["RUSS"] = hold
    with pytest.raises(GreatPowersError, match="no state 'RUSS'. Did you mean 'RUS'"):
        model.step()


def test_an_unknown_quantity_of_an_appraisal_names_the_nearest() -> None:
    model = GreatPowersModel("2017", rng=1)
    model.choose["RUS"] = lambda theatre, appraisal: appraisal.utilty.up
    with pytest.raises(AttributeError, match="Did you mean 'utility'"):
        model.step()
