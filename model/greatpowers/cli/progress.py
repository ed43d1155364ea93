"""How far the work has come, on stderr: a bar where somebody watches, nothing where nobody does."""

import contextlib
from collections.abc import Callable, Iterator

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from greatpowers.cli.terminal import notes, say
from greatpowers.core.kernel import is_cached, is_compiled

SLOW = 300.0
"""Seconds over which the rate of slow work is averaged."""

COMPILING = "compiling the engine once for this version, about 20 s"


class PointRate(ProgressColumn):
    """Parameter sets a minute."""

    def render(self, task: Task) -> Text:
        """The rate so far, once there is one."""
        return Text(f"{60 * task.speed:.1f}/min" if task.speed else "")


class Rate(ProgressColumn):
    """Histories a second."""

    def render(self, task: Task) -> Text:
        """The rate so far, once there is one."""
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


def needs_compiling() -> bool:
    """Whether the engine's machine code has yet to be made."""
    return is_compiled() and not is_cached()


def announce_compiling() -> None:
    """Say why the first run takes longer, if it does."""
    if needs_compiling():
        say(COMPILING)


@contextlib.contextmanager
def stage_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A function to be told (stage, done, total) of work whose stages have names; a bar on a terminal."""
    screen = notes()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), PointRate(), TimeRemainingColumn())
    bar = Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal, speed_estimate_period=SLOW)
    with bar:
        task = bar.add_task("beginning", total=None)
        yield lambda stage, done, total: bar.update(
            task, description=stage.replace("-", " "), completed=done, total=total
        )


@contextlib.contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to be told (done, total): draws a bar with the rate and the time left on a terminal."""
    screen = notes()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
