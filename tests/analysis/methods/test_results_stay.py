"""What a method gives back stays as it was given."""

from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from greatpowers.statistics import outcomes, robustness, scenario_discovery, survival, war_sizes

RESULTS = [
    member
    for module in (outcomes, robustness, scenario_discovery, survival, war_sizes)
    for member in vars(module).values()
    if isinstance(member, type) and is_dataclass(member) and member.__module__ == module.__name__
]


def made(kind: type) -> object:
    return kind(**{field.name: np.array([1.0, 2.0]) for field in fields(kind)})


@pytest.mark.parametrize("kind", RESULTS, ids=lambda kind: kind.__name__)
def test_results_cannot_be_changed_and_those_that_hold_arrays_are_equal_to_themselves_alone(kind: type) -> None:
    one = made(kind)
    with pytest.raises(FrozenInstanceError):
        setattr(one, fields(kind)[0].name, 0)
    if kind not in (robustness.RobustnessMeasure, war_sizes.Tail):
        assert one == one and one != made(kind) and len({one, made(kind)}) == 2
