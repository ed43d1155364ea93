"""Who may talk to the server, and what a page may do: checked before anything else sees a request.

The laboratory runs on the reader's own machine, where any page of any site can send requests to it. So requests that
name a foreign host (a rebound domain name) or come from a foreign page are refused. Connections that say nothing do not
wait for ever.

Behind a proxy the operator names what else is its own: the path prefix under which the page is asked for, the hosts
that readers type, and the origins of their pages (:class:`Proxy`).
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from greatpowers.server.state import SHORT

NO_STORE = {"cache-control": "no-store"}


class PageFiles(StaticFiles):
    """Files of the page; browsers ask whether they are still current, so that an update is seen at once."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """A file, with the header that says so."""
        response = super().file_response(*args, **named)
        response.headers["cache-control"] = "no-cache"
        return response


REQUEST_SECONDS = 15.0
"""Time for a request to arrive whole."""


class TimelyProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # one of two classes, by what is installed
    """HTTP whose connections are closed if a request does not arrive whole in time: half of one costs nothing to send.

    Between requests Uvicorn closes them itself.
    """

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Wait for a first request."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(REQUEST_SECONDS, transport.close)

    def data_received(self, data: bytes) -> None:
        """Wait for what is still to come of a request, and no longer for one that is whole."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete:
            self._end_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._end_timer()
        super().connection_lost(exc)

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
COOKIE = "greatpowers-token"
TOKEN = "token"
LARGEST_BODY = 2_000_000
"""Bytes of a request's body: a state of a page is at most half of that, and a file within JSON as much as that."""

PREFIX = b"x-forwarded-prefix"
FRAMES = ("iframe", "frame", "embed", "object", "fencedframe")
"""Where a page is shown within another one; a page of any site could have the server work there unseen."""

DROPPED = (PREFIX, b"x-forwarded-host", b"x-forwarded-for", b"x-forwarded-proto", b"forwarded")
"""Headers of proxies: a page built from them would say what a stranger wants."""


class Proxy(NamedTuple):
    """What an operator says of the proxy before the server."""

    prefix: str = ""
    """The path under which the page is asked for, such as `/lab`; empty for none."""
    hosts: tuple[str, ...] = ()
    """Hosts that readers type, with the port if it is not that of the scheme."""
    origins: tuple[str, ...] = ()
    """Origins of pages that are its own although the proxy names another host, such as `https://lab.example.org`."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server at this address."""
    return host in LOOPBACK or host == "::1" or host.startswith("127.")


def is_reached(hosts: Iterable[str], proxy: Proxy) -> bool:
    """Whether other machines can reach a server at these addresses, by itself or through a proxy."""
    return not all(map(is_loopback, hosts)) or bool(proxy.hosts or proxy.origins)


class Fault(NamedTuple):
    """Why a request is refused, and what an operator who wants it can do."""

    sentence: str
    remedy: str = ""


HEADERS = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        "img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
"""What every response says. Scripts and styles are files that this server sends, so no text that gets into a page is
run; nothing is fetched from elsewhere; and the engine is WebAssembly."""


class RequestGuard:
    """Refuses foreign hosts, foreign origins and strangers without the token; adds headers to what is answered.

    `token` is None where none is asked for. `app` is what answers. Others on this machine can see with which address a
    browser was started, so that address has a :meth:`ticket`, which lets in once. The token is asked for at the path
    `door` and below it.
    """

    def __init__(
        self,
        app: App,
        hosts: Iterable[str],
        port: int,
        token: str | None = None,
        proxy: Proxy | None = None,
        door: str = "/",
    ) -> None:
        self._door = door
        self.app, self._token, self._proxy = app, token, proxy or Proxy()
        own = set(hosts)
        self._any_host = is_reached(own, self._proxy) and not self._proxy.hosts
        self._cookie, self._tickets = f"{COOKIE}-{port}", set[str]()
        self._hosts = {f"{host}:{port}" for host in own} | (own if port == 80 else set())
        self._hosts |= {host.lower() for host in self._proxy.hosts}
        # a notebook server says under which path it hands a port on; nothing else is believed that nobody named
        self._notebook = re.compile(rf"(?:/[\w.~@%+-]+)*/proxy/(?:absolute/)?{port}/?", re.ASCII)

    def ticket(self) -> str | None:
        """What stands in for the token once; None where none is asked for."""
        if self._token is None:
            return None
        self._tickets.add(ticket := secrets.token_urlsafe(24))
        return ticket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":  # starting and stopping: the server opens no sockets
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        prefix = self._prefix(headers)
        _strip(scope, prefix)
        fault = self._fault(headers)
        if fault:
            await _refused(403, f"{fault.sentence} {fault.remedy}".strip())(scope, receive, send)
        elif self._token is not None and self._is_kept(scope["path"]) and not self._admitted(headers):
            await self._ask_for_token(scope, receive, send, prefix)
        else:
            await self._pass_on(scope, receive, send, prefix)

    def _prefix(self, headers: Headers) -> str:
        """The path under which the page is asked for: the one that was named, else that of a notebook server."""
        prefixes = headers.getlist(PREFIX.decode())
        if self._proxy.prefix or len(prefixes) != 1 or not self._notebook.fullmatch(prefixes[0]):
            return self._proxy.prefix
        return prefixes[0].rstrip("/")

    def _fault(self, headers: Headers) -> Fault | None:
        """Why a request is refused, if it is."""
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not (self._any_host or hosts[0].lower() in self._hosts):
            return Fault(
                "This server answers only to its own address.",
                _remedy("--trusted-host", hosts, r"[A-Za-z0-9.-]+(?::\d+)?|\[[0-9A-Fa-f:]+\](?::\d+)?"),
            )
        if len(origins) > 1 or (origins and not self._own_page(origins[0], hosts[0])):
            return Fault(
                "This server answers only to its own pages.",
                _remedy("--trusted-origin", origins, r"https?://[A-Za-z0-9.-]+(?::\d+)?"),
            )
        if headers.get("sec-fetch-dest") in FRAMES:
            return Fault("This page is not shown within another one; open it in a tab of its own.")
        if headers.get("sec-fetch-site") == "cross-site" and "navigate" not in headers.getlist("sec-fetch-mode"):
            return Fault("This server answers only to its own pages.")
        return None

    def _is_kept(self, path: str) -> bool:
        """Whether a path is one of those that the token is for."""
        return self._door == "/" or path == self._door or path.startswith(f"{self._door}/")

    def _own_page(self, origin: str, host: str) -> bool:
        return _same_place(origin, host) or origin.lower() in self._proxy.origins

    def _admitted(self, headers: Headers) -> bool:
        jar: SimpleCookie = SimpleCookie()
        try:
            for line in headers.getlist("cookie"):
                jar.load(line)
        except CookieError:
            return False
        return self._cookie in jar and self._is_token(jar[self._cookie].value)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), (self._token or "").encode())

    async def _ask_for_token(self, scope: Scope, receive: Receive, send: Send, prefix: str) -> None:
        """Take the token from the address, keep it in a cookie and show the page without it."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        given = query.get(TOKEN, [""])[0]
        ticket = given in self._tickets
        self._tickets -= {given} if ticket else set()
        if not (ticket or self._is_token(given)):
            refused = _refused(401, "Open the address that the server printed: it has the token.")
            await refused(scope, receive, send)
            return
        remaining = urlencode({name: query[name][0] for name in ("s", *SHORT) if name in query})
        headers = {
            "location": f"{prefix}{self._door}{'?' if remaining else ''}{remaining}",
            "set-cookie": f"{self._cookie}={self._token}; Path={prefix}/; HttpOnly; SameSite=Lax",
        }
        await Response(status_code=303, headers={**headers, **HEADERS})(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, prefix: str) -> None:
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() not in DROPPED]
        if prefix:  # the page asks for all that is its own under it
            scope["headers"].append((PREFIX, prefix.encode("ascii")))
        if _length(scope) > LARGEST_BODY:
            await _refused(413, f"At most {LARGEST_BODY} bytes are taken.")(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _strip(scope: Scope, prefix: str) -> None:
    """Take the prefix off the path, for proxies that leave it there."""
    path = scope.get("path", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        scope["path"] = path[len(prefix) :] or "/"
        scope["raw_path"] = scope["path"].encode()


def _remedy(option: str, named: list[str], form: str) -> str:
    """What to start the server with; what a request says is repeated only in the form that is expected."""
    value = named[0] if len(named) == 1 and len(named[0]) <= 200 and re.fullmatch(form, named[0]) else "..."
    return f"If that is where your proxy serves it, start it with {option} {value}"


def _same_place(origin: str, host: str) -> bool:
    """Whether a page of this origin was served under this host."""
    try:
        address = urlsplit(origin)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and address.netloc.lower() == host.lower()


def _length(scope: Scope) -> int:
    """Bytes announced; a body that is sent in chunks announces none, and none of our pages sends such."""
    headers = Headers(scope=scope)
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return 0
    if "transfer-encoding" in headers:
        return LARGEST_BODY + 1
    text = headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else LARGEST_BODY + 1


def _refused(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence, status, HEADERS)
