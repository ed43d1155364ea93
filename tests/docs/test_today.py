"""The page of today's worlds says what the software gives."""

import pytest
from readme_parts import block_of
from today_parts import PAGE, PARTS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", PARTS)
def test_the_figures_are_those_that_the_software_gives(name: str) -> None:
    assert block_of(PAGE.read_text(encoding="utf-8"), name) == PARTS[name](), "run: python tests/docs/today_parts.py"
