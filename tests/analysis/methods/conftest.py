"""What the tests of methods share: any warning is an error, as nobody should have to see one."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # made_runs, which these tests share


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Old releases of Matplotlib call Pyparsing by names that it has since deprecated; Python shows that to nobody.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(matplotlib|pyparsing)\.")
        yield
