"""How likely dated events were, counted again from the histories one by one."""

import numpy as np
import pytest

from greatpowers import GreatPowersError, hindsight, load_scenario, simulate

SEEDS = range(6)


def test_shares_are_those_of_the_histories_counted_one_by_one() -> None:
    scenario = load_scenario("1913")
    shares = hindsight("1913", "entente-ambiguity", SEEDS, slack=2).set_index(["quarter", "theatre"])
    paths = {}
    for seed in SEEDS:
        history = simulate("1913", "entente-ambiguity", seed)
        wide = history.theatres.pivot(index="round", columns="theatre", values="rung")
        war = history.theatres.pivot(index="round", columns="theatre", values="war")
        paths[seed] = wide.where(war == 0, 7)
    for quarter, place, rung, when in (
        ("1913Q4", "straits", 2, 3),
        ("1914Q2", "bosnia", 3, 5),
        ("1914Q3", "serbia", 7, 6),
    ):
        near = [bool((path.loc[when - 2 : when + 2, place] >= rung).any()) for path in paths.values()]
        usual = [(path.loc[when - 2 : when + 2] >= rung).any().mean() for path in paths.values()]
        row = shares.loc[(quarter, place)]
        assert row["near"] == pytest.approx(np.mean(near))
        assert row["usual"] == pytest.approx(np.mean(usual))
        assert row["ever"] == pytest.approx(np.mean([bool((p[place] >= rung).any()) for p in paths.values()]))
    assert len(shares) == sum(entry.theatre is not None and bool(entry.rung) for entry in scenario.happened)


def test_what_is_so_at_the_start_is_certain() -> None:
    shares = hindsight("1936", "laissez-faire", range(2)).set_index("theatre")
    assert shares.loc["abyssinia", "near"] == 1, "the war is on when the scenario begins"


def test_a_scenario_without_events_says_so() -> None:
    with pytest.raises(GreatPowersError, match=r"synthetic: it does not say what happened"):
        hindsight("synthetic", "containment", range(1))
