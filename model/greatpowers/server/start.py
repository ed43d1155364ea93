"""What a server starts from: a scenario, a run to look into, or an experiment's results."""

from pathlib import Path

from greatpowers.analysis import load_history
from greatpowers.analysis.directories import EXPERIMENT, read_manifest
from greatpowers.scenario import GreatPowersError, load_scenario, names
from greatpowers.scenario.library import locate
from greatpowers.server.app import Site
from greatpowers.server.replay import state_of_run
from greatpowers.server.state import LabState
from greatpowers.server.uploads import LARGEST_FILE, state_with, text_of


def site_for(what: str | None) -> Site:
    """The site for what the command line names; raises :class:`GreatPowersError` for what cannot be opened."""
    if what is None or what in names("scenarios"):
        return Site(LabState(scenario=what or "2017"))
    path = Path(what).expanduser()
    if path.is_dir():
        return _site_of_directory(path, what)
    load_scenario(what)  # says what is wrong with a name or a file, in the words of the scenario room
    return Site(state_with(LabState(), text_of(_bytes_of(locate("scenarios", what)[0]))))


def _site_of_directory(path: Path, what: str) -> Site:
    manifest = read_manifest(path)
    kind = (manifest or {}).get("kind")
    if kind == "history":
        return Site(state_of_run(load_history(path)))
    if kind == EXPERIMENT:
        from greatpowers.experiments import open_results

        return Site(LabState(view="results"), open_results(path))
    held = f"holds a {kind}" if kind else "is a directory that greatpowers did not write"
    raise GreatPowersError(f"{what}: this {held}; expected a run ('run --out') or an experiment ('batch --out').")


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise GreatPowersError(f"{path}: the file cannot be read ({error.strerror or error}).") from None
