"""``greatpowers serve``: the browser laboratory."""

from argparse import Namespace
from importlib.util import find_spec

from greatpowers.cli.screen import say
from greatpowers.scenario import GreatPowersError

NEEDED = ("nicegui", "uvicorn", "fastapi")


def execute(arguments: Namespace) -> None:
    """Serve the page until interrupted; raises :class:`GreatPowersError` if it cannot be served."""
    if any(find_spec(name) is None for name in NEEDED):
        raise GreatPowersError(
            'the browser laboratory needs NiceGUI; install it with: pip install "greatpowers[serve]".'
        )
    from greatpowers.server.run import bound_socket, serve, token_for
    from greatpowers.server.start import site_for

    listening = bound_socket(arguments.host, arguments.port)
    token = token_for(arguments.host)
    site = site_for(arguments.what)

    def told(address: str) -> None:
        say(f"the laboratory is at {address} (Ctrl-C stops it)")

    serve(site, arguments.host, listening, token, not arguments.no_browser, told)
