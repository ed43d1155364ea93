"""``greatpowers notebooks DIR``: the shipped notebooks, copied to where they can be run and changed."""

from argparse import ArgumentParser, Namespace
from shutil import copyfile

from greatpowers.cli.arguments import Command
from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.library import holds


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("directory", metavar="DIR", help="where to put them; made if it is not there")


COMMAND = Command(
    "copy the notebooks that ship, to run and to change",
    "Copy the notebooks that ship into a directory. A notebook that you have changed is never replaced.",
    (("greatpowers notebooks my-notebooks", "then open them in Jupyter"),),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Copy what is not there yet; raises :class:`GreatPowersError` rather than replace a file that was changed."""
    from greatpowers.scenario.library import notebooks_directory
    from greatpowers.storage.files import checked_path

    if not arguments.directory.strip():
        raise GreatPowersError("DIR is empty; expected the name of a directory.")
    place = checked_path(arguments.directory)
    if place.exists() and not place.is_dir():
        raise GreatPowersError(f"'{arguments.directory}' is a file; expected a directory.")
    shipped = sorted(notebooks_directory().glob("*.ipynb"))
    missing = [notebook for notebook in shipped if not (place / notebook.name).exists()]
    for notebook in shipped:
        if notebook not in missing and not holds(place / notebook.name, notebook.read_bytes()):
            raise GreatPowersError(
                f"'{place / notebook.name}' differs from the notebook that ships, and is left alone; nothing was "
                "copied. Choose another directory."
            )
    place.mkdir(parents=True, exist_ok=True)
    for notebook in missing:
        copyfile(notebook, place / notebook.name)
    print(f"Notebooks copied: {len(missing)}; there already: {len(shipped) - len(missing)}.")
    for notebook in shipped:
        print(f"  {place / notebook.name}")
