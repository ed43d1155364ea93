"""How the tests of behaviour run: they share `ensembles`, and every one shows its statistics."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # ensembles, which these tests share


@pytest.fixture
def show(record_property: Callable[[str, object], None]) -> Callable[[object], None]:
    """Print a statistic (`pytest -rA` shows it for tests that pass too) and put it in the XML report."""

    def tell(statistic: object) -> None:
        print(statistic)
        record_property("statistic", str(statistic))

    return tell
