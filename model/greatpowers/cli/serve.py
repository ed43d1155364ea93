"""``greatpowers serve``: the browser laboratory."""

from argparse import Namespace
from importlib.util import find_spec

from greatpowers.cli.progress import announce_compiling
from greatpowers.cli.terminal import say
from greatpowers.scenario.errors import GreatPowersError

NEEDED = ("nicegui", "uvicorn", "fastapi")


def execute(arguments: Namespace) -> None:
    """Serve the page until interrupted; raises :class:`GreatPowersError` if it cannot be served."""
    if any(find_spec(name) is None for name in NEEDED):
        raise GreatPowersError(
            'the browser laboratory needs NiceGUI; install it with: pip install "greatpowers[serve]".'
        )
    from greatpowers.server.run import bound_socket, serve, token_for
    from greatpowers.server.start import start_from

    listening = bound_socket(arguments.host, arguments.port)
    start = start_from(arguments.what)
    announce_compiling()

    def told(address: str) -> None:
        say(f"the laboratory is at {address} (Ctrl-C stops it)")

    serve(start, arguments.host, listening, token_for(arguments.host), not arguments.no_browser, told)
