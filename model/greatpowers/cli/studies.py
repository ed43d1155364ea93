"""Where a study is kept, and what is said when it is stopped."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from greatpowers.cli.terminal import say
from greatpowers.scenario.errors import GreatPowersError

RESULTS = "greatpowers-results"


def study_directory(chosen: str | None, name: str) -> Path:
    """The directory asked for, or one of this name among the results."""
    if chosen is not None and (not chosen.strip() or "\0" in chosen):
        raise GreatPowersError("--out is empty; expected the name of a directory.")
    return Path(f"./{RESULTS}/{name}" if chosen is None else chosen).expanduser()


@contextlib.contextmanager
def said_when_stopped(directory: Path) -> Iterator[None]:
    """Say what an interrupt leaves behind."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"stopped; what is finished is kept in {directory}, and the same command goes on from there.")
        raise
