"""Tables of runs with numbers of our choosing, the function whose sensitivities are known, and what figures say."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from greatpowers import GreatPowersError

Floats = NDArray[np.float64]


def runs_of(values: Mapping[str, Sequence[Sequence[float]]], metric: str = "mean_severity") -> pd.DataFrame:
    """A table of runs from {policy: [worlds][seeds]}."""
    rows = [
        (world, policy, seed, value)
        for policy, worlds in values.items()
        for world, seeds in enumerate(worlds)
        for seed, value in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=["point", "policy", "seed", metric])


ISHIGAMI = dict.fromkeys(("x1", "x2", "x3"), (-np.pi, np.pi))


def ishigami(x: pd.DataFrame) -> Floats:
    """The function of Ishigami & Homma (1990) with a = 7, b = .1."""
    values: Floats = (np.sin(x["x1"]) * (1 + 0.1 * x["x3"] ** 4) + 7 * np.sin(x["x2"]) ** 2).to_numpy()
    return values


def one_sentence(asked: Callable[[], object]) -> str:
    """What is said of a wrong use: one line that begins and ends like a sentence."""
    with pytest.raises(GreatPowersError) as caught:
        asked()
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith((".", "?"))
    assert "nan" not in message.lower()
    return message


def texts(figure: Figure) -> str:
    """All the words of a figure as it is drawn, in one line."""
    figure.canvas.draw()
    text = "\n".join(item.get_text() for item in figure.findobj(lambda item: hasattr(item, "get_text")))
    assert "nan" not in text.lower().split()
    return " ".join(text.split())
