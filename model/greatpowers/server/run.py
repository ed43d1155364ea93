"""Running a server at an address that is taken first, so that what is wrong with it is said."""

import errno
import gc
import re
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import uvicorn

from greatpowers.scenario.errors import GreatPowersError
from greatpowers.scenario.load import load_scenario
from greatpowers.server.security import TOKEN, Proxy, RequestGuard, TimelyProtocol, is_reached
from greatpowers.server.start import StartState
from greatpowers.server.state import LabState

if TYPE_CHECKING:
    from greatpowers.server.laboratory import Laboratory

MOST_CONNECTIONS = 500
"""Connections at a time, of which a page keeps a few; a process may usually have a thousand files open."""


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket at this address; raises :class:`GreatPowersError` if it cannot be had."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        raise GreatPowersError(_why_not(host, port, error)) from None
    return listener


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use by another program; choose another with --port, or --port 0 for any that is free."
        )
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user; choose one from 1024 to 65535 with --port."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"--host is '{host}', which is no address of this machine; expected one such as 127.0.0.1 or 0.0.0.0."
    return f"the address {host}:{port} cannot be opened ({error.strerror or error})."


def token_for(host: str, proxy: Proxy, wanted: bool = True) -> str | None:
    """A fresh token, for others on this machine can open the port; raises :class:`GreatPowersError`.

    Without one if none is `wanted`, which goes only where no other machine can reach the server.
    """
    if wanted:
        return secrets.token_urlsafe(24)
    if is_reached([host], proxy):
        raise GreatPowersError("--no-token is for 127.0.0.1 without a proxy; other machines can reach this address.")
    return None


def address_of(host: str, port: int, token: str | None, proxy: Proxy, door: str = "/") -> str:
    """What to type into a browser: through the proxy where its origin or host is known, else on this machine."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
    through = [*proxy.origins, *(f"https://{name}" for name in proxy.hosts), f"http://{name}:{port}"]
    return f"{through[0]}{proxy.prefix}{door}" + (f"?{TOKEN}={token}" if token else "")


def checked_proxy(prefix: str, hosts: Sequence[str], origins: Sequence[str]) -> Proxy:
    """What the command line says of a proxy; raises :class:`GreatPowersError` for what none can have."""
    if prefix and not re.fullmatch(r"(?:/[A-Za-z0-9._~@%+-]+)+/?", prefix):
        raise GreatPowersError(f"--prefix is '{prefix}'; expected a path such as /lab/proxy/8080.")
    for host in hosts:
        if not re.fullmatch(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:]+\](?::\d{1,5})?", host):
            raise GreatPowersError(f"--trusted-host is '{host}'; expected a name such as lab.example.org.")
    for origin in origins:
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?", origin):
            raise GreatPowersError(f"--trusted-origin is '{origin}'; expected one such as https://lab.example.org.")
    return Proxy(prefix.rstrip("/"), tuple(hosts), tuple(origin.lower() for origin in origins))


class Post(NamedTuple):
    """Where a server listens, what token it asks for (None: nothing), and whether it opens a browser."""

    host: str
    listening: socket.socket
    token: str | None
    proxy: Proxy
    browser: bool

    @property
    def port(self) -> int:
        """The port that was found."""
        return int(self.listening.getsockname()[1])


def serve(start: StartState, post: Post, say: Callable[[str], None]) -> None:
    """Serve until interrupted."""
    from greatpowers.server.app import Site, build_app
    from greatpowers.server.laboratory import Laboratory

    laboratory = Laboratory()
    site = Site(start.state, start.results, laboratory)
    guarded = build_app(site, {post.host}, post.port, post.token, post.proxy)
    threading.Thread(target=_warm, args=(laboratory, start.state), daemon=True).start()
    _run(guarded, post, say)


def _warm(laboratory: "Laboratory", state: LabState) -> None:
    """Make ready what the first page asks for, while a browser is still being opened; the engine comes last."""
    laboratory.world(state)
    laboratory.history(state)


def serve_class(scenario: str, named: str | None, post: Post, say: Callable[[str], None]) -> None:
    """Serve a class until interrupted; raises :class:`GreatPowersError` if its file holds something else."""
    from greatpowers.server.class_hall import ClassFile, Hall, file_for
    from greatpowers.server.classroom import DOOR, addresses, build_class

    world = load_scenario(scenario)
    file = ClassFile(file_for(world, named))
    where = addresses(post.host, post.port, post.proxy)
    with closing(Hall(world, file, where, not is_reached([post.host], post.proxy))) as hall:
        record = hall.classroom.record
        there = f", which continues with {len(record.members)} members" if record.members else ""
        say(f"the class is kept in {file.path}{there}")
        say(f"students open {' or '.join(where)} and give the code {record.code[:3]} {record.code[3:]}")
        guarded = build_class(hall, {post.host}, post.port, post.token, post.proxy)
        _run(guarded, post, lambda at: say(f"the teacher's page is at {at}"), DOOR)


class TellingServer(uvicorn.Server):
    """A server that tells once it can be asked, and interrupted."""

    def __init__(self, settings: uvicorn.Config, tell: Callable[[], None]) -> None:
        super().__init__(settings)
        self._tell = tell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        self._tell()


def _run(guarded: RequestGuard, post: Post, say: Callable[[str], None], door: str = "/") -> None:
    """Tell the address, open it in a browser if one is wanted, and answer until interrupted."""

    def tell() -> None:
        say(address_of(post.host, post.port, post.token, post.proxy, door))
        if post.browser:
            opened = address_of(post.host, post.port, guarded.ticket(), post.proxy, door)
            threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()

    gc.freeze()  # what has been imported stays: it need not be gone through again and again
    settings = uvicorn.Config(
        guarded,
        http=TimelyProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    TellingServer(settings, tell).run(sockets=[post.listening])
