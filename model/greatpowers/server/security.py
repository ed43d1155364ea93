"""Who may talk to the server, and what the page may do: checked before anything else sees a request.

The laboratory runs on the reader's own machine, where any page of any site can send requests to it. So requests that
name a foreign host (a rebound domain name) or come from a foreign page are refused, over HTTP as over WebSockets.
"""

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
COOKIE = "greatpowers-token"
TOKEN = "token"
LARGEST_BODY = 512 * 1024
"""Bytes of a request's body: an uploaded scenario is at most half of that."""

DROPPED = (b"x-forwarded-prefix", b"x-forwarded-host", b"x-forwarded-for", b"x-forwarded-proto", b"forwarded")
"""Headers of proxies: there is none, and a page built from them would say what a stranger wants."""


def policy_of_content(nonce: str) -> str:
    """The content security policy of a page whose own scripts carry this nonce.

    'unsafe-eval': Vue compiles the templates of NiceGUI's elements in the page, and the server's messages are
    functions by text. Inline scripts run only with the nonce, which is new for every page, so nothing that finds
    its way into the page as text is run. Styles are inline throughout Quasar. Nothing is fetched from elsewhere.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def headers_of_all(nonce: str) -> list[tuple[bytes, bytes]]:
    """What every response says."""
    return [
        (b"content-security-policy", policy_of_content(nonce).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"x-frame-options", b"DENY"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]


class RequestGuard:
    """Refuses foreign hosts, foreign origins and strangers without the token; adds headers to what is answered.

    `token` is None where only this machine can reach the server. `app` is what answers.
    """

    def __init__(self, app: App, hosts: Iterable[str], port: int, token: str | None = None) -> None:
        self.app, self._token = app, token
        self._any_host = token is not None
        self._hosts = {f"{host}:{port}" for host in hosts} | (set(hosts) if port == 80 else set())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        fault = self._fault(headers)
        if fault:
            await _refuse(scope, receive, send, 403, fault)
        elif self._token is not None and not self._admitted(scope, headers):
            await self._ask_for_token(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    def _fault(self, headers: dict[str, list[str]]) -> str:
        """Why a request is refused, or an empty string."""
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or not (self._any_host or hosts[0].lower() in self._hosts):
            return "This server answers only to its own address."
        if len(origins) > 1 or (origins and not _same_place(origins[0], hosts[0])):
            return "This server answers only to its own pages."
        if headers.get("sec-fetch-site", ["none"])[0] == "cross-site" and "navigate" not in headers.get(
            "sec-fetch-mode", []
        ):
            return "This server answers only to its own pages."
        return ""

    def _admitted(self, scope: Scope, headers: dict[str, list[str]]) -> bool:
        jar: SimpleCookie = SimpleCookie()
        try:
            for line in headers.get("cookie", []):
                jar.load(line)
        except CookieError:
            return False
        return COOKIE in jar and self._is_token(jar[COOKIE].value)

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), (self._token or "").encode())

    async def _ask_for_token(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the token from the address, keep it in a cookie and show the page without it."""
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        given = query.get(TOKEN, [""])[0]
        if scope["type"] != "http" or not self._is_token(given):
            await _refuse(scope, receive, send, 401, "Open the address that the server printed: it has the token.")
            return
        kept = "".join(f"?s={link}" for link in query.get("s", [])[:1])
        cookie = f"{COOKIE}={self._token}; Path=/; HttpOnly; SameSite=Lax"
        await send(
            {
                "type": "http.response.start",
                "status": 303,
                "headers": [
                    (b"location", ("/" + _safe(kept)).encode()),
                    (b"set-cookie", cookie.encode()),
                    (b"content-length", b"0"),
                    *headers_of_all(""),
                ],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() not in DROPPED]
        scope.setdefault("state", {})["nonce"] = nonce
        if _length(scope) > LARGEST_BODY:
            await _refuse(scope, receive, send, 413, f"At most {LARGEST_BODY} bytes are taken.")
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = headers_of_all(nonce)
                names = {name for name, _ in own}
                message["headers"] = [pair for pair in message.get("headers", []) if pair[0].lower() not in names] + own
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _same_place(origin: str, host: str) -> bool:
    """Whether a page of this origin was served under this host."""
    try:
        found = urlsplit(origin)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and found.netloc.lower() == host.lower()


def _safe(text: str) -> str:
    """Only what a link is written in."""
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in "-_?="))


def _length(scope: Scope) -> int:
    """Bytes announced; a body that is sent in chunks announces none, and none of our pages sends such."""
    headers = _headers(scope)
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return 0
    if "transfer-encoding" in headers:
        return LARGEST_BODY + 1
    text = headers.get("content-length", ["0"])[0]
    return int(text) if text.isdigit() else LARGEST_BODY + 1


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, sentence: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    body = sentence.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                *headers_of_all(""),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
