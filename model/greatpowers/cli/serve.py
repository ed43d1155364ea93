"""``greatpowers serve``: the browser laboratory."""

from argparse import ArgumentParser, Namespace
from importlib.util import find_spec

from greatpowers.cli import terminal
from greatpowers.cli.arguments import Command, add_count
from greatpowers.scenario.errors import GreatPowersError

NEEDED = ("fastapi", "uvicorn", "segno")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        help="a scenario, or what 'run', 'compare' or 'batch' wrote with --out; 2017 if none",
    )
    add_count(parser, "--port", 65535, "port to listen at; 0 for any that is free (8080 if not given)", 8080, 0)
    parser.add_argument(
        "--host",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="address to listen at (127.0.0.1 if not given); others can reach one such as 0.0.0.0",
    )
    parser.add_argument(
        "--no-token",
        action="store_true",
        help="let everybody on this machine in, on 127.0.0.1; else the page asks for a token, which is printed as part "
        "of its address",
    )
    parser.add_argument(
        "--prefix",
        metavar="PATH",
        default="",
        help="path under which a proxy serves the page, such as /lab; that of a notebook server (.../proxy/PORT) is "
        "known by itself",
    )
    parser.add_argument(
        "--trusted-host",
        metavar="NAME",
        action="append",
        default=[],
        help="host by which a proxy is reached, such as lab.example.org; may be given again",
    )
    parser.add_argument(
        "--trusted-origin",
        metavar="ORIGIN",
        action="append",
        default=[],
        help="origin of its pages where a proxy names another host, such as https://lab.example.org; may be given "
        "again",
    )
    parser.add_argument(
        "--class",
        dest="school",
        action="store_true",
        help="play the scenario with a class: students join with a code on their telephones; the address of the "
        "teacher's page is printed (with --host 0.0.0.0 telephones on the network can reach it)",
    )
    parser.add_argument(
        "--class-file",
        metavar="FILE",
        help="where the class is kept, so that it can continue after a restart (one for each scenario among your own "
        "if none)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, and open no browser")


COMMAND = Command(
    "open the laboratory in a browser: change the policy, and see at once what it does",
    "Serve a page on this machine in which every change plays the history and the ensemble again.",
    (
        ("greatpowers serve", "the world of early 2017"),
        ("greatpowers serve my-run", "look into a run, and try what would have changed it"),
        ("greatpowers serve greatpowers-results/compare-2017", "explore what a comparison brought, history by history"),
        ("greatpowers serve results/stick-and-carrot --port 8081", "explore an experiment's results"),
        ("greatpowers serve --class 2017 --host 0.0.0.0", "play it with a class on the school's network"),
        ("greatpowers serve --prefix /lab --trusted-host lab.example.org", "behind a proxy"),
    ),
    _arguments,
)


def execute(arguments: Namespace) -> None:
    """Serve the page until interrupted; raises :class:`GreatPowersError` if it cannot be served."""
    if any(find_spec(name) is None for name in NEEDED):
        raise GreatPowersError(
            'the browser laboratory needs a web server; install it with: pip install "greatpowers[serve]".'
        )
    from greatpowers.server.run import Post, bound_socket, checked_proxy, serve, serve_class, token_for
    from greatpowers.server.start import start_from

    proxy = checked_proxy(arguments.prefix, arguments.trusted_host, arguments.trusted_origin)
    token = token_for(arguments.host, proxy, not arguments.no_token)
    listening = bound_socket(arguments.host, arguments.port)
    post = Post(arguments.host, listening, token, proxy, not arguments.no_browser)
    if arguments.school:
        terminal.announce_compiling()
        serve_class(arguments.what or "2017", arguments.class_file, post, terminal.say)
        return
    if arguments.class_file:
        raise GreatPowersError("--class-file says where a class is kept; it goes with --class.")
    start = start_from(arguments.what)
    terminal.announce_compiling()
    serve(start, post, lambda address: terminal.say(f"the laboratory is at {address} (Ctrl-C stops it)"))
