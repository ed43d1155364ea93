"""What a server starts from: a scenario, a run to look into, or an experiment's results.

Reading runs and results needs the heavy libraries, which are imported only where there are any to read.
"""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import locate, names
from greatpowers.scenario.load import load_scenario
from greatpowers.server.state import LabState
from greatpowers.storage.manifest import read_manifest

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results


class Start(NamedTuple):
    """What the first page shows, and the results open beside it."""

    state: LabState
    results: "Results | None" = None


def start_from(what: str | None) -> Start:
    """The start for what the command line names; raises :class:`GreatPowersError` for what cannot be opened."""
    if what is None or what in names("scenarios"):
        return Start(LabState(scenario=what or "2017"))
    path = Path(what).expanduser()
    if path.is_dir():
        return _from_directory(path, what)
    load_scenario(what)  # says what is wrong with a name or a file, in the words of the scenario room
    from greatpowers.server.own_scenarios import state_with, text_of

    return Start(state_with(LabState(), text_of(_bytes_of(locate("scenarios", what)[0]))))


def _from_directory(path: Path, what: str) -> Start:
    manifest = read_manifest(path)
    kind = (manifest or {}).get("kind")
    if kind == "history":
        from greatpowers.server.replay import state_of_run
        from greatpowers.simulation.history import load_history

        return Start(state_of_run(load_history(path)))
    if kind == "experiment":
        from greatpowers.experiments.results import open_results

        return Start(LabState(view="results"), open_results(path))
    held = f"holds a {kind}" if kind else "is a directory that greatpowers did not write"
    raise GreatPowersError(f"{what}: this {held}; expected a run ('run --out') or an experiment ('batch --out').")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GreatPowersError(f"{path}: the file cannot be read ({error.strerror or error}).") from None
