"""Attacks on the server, each with the bytes an attacker would send."""

import asyncio
import base64
import json
import re
import socket
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from greatpowers.server.security import COOKIE, HEADERS, LARGEST_BODY, LOOPBACK, RequestGuard
from greatpowers.server.state import LARGEST_TEXT, LONGEST_LINK, LabState
from greatpowers.server.worlds import LARGEST_FILE

UPGRADE = {
    "Connection": "Upgrade, close",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(b"0123456789abcdef").decode(),
}
ASKED = ("/world", "/answer", "/upload", "/play", "/results", "/exports/run", "/exports/table/metrics.csv")


def ask(
    server: Any, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes = b""
) -> tuple[int, dict[str, str], str]:
    """One request, header by header as given: status, headers and body of the answer."""
    lines = {"Host": f"127.0.0.1:{server.port}", "Connection": "close", **(headers or {})}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    with socket.create_connection(("127.0.0.1", server.port), timeout=180) as connection:
        connection.sendall(head.encode("latin-1") + b"\r\n" + body)
        connection.settimeout(180)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    first, _, rest = answer.partition(b"\r\n")
    header_lines, _, text = rest.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in header_lines.decode("latin-1").split("\r\n"))
    return int(first.split()[1]), {k.lower(): v for k, v in fields.items()}, text.decode("utf-8", "replace")


def post(server: Any, path: str, body: bytes = b'{"state":{}}', **headers: str) -> tuple[int, str]:
    """Status and text of the answer to what a page asks, or anybody else."""
    lines = {"Content-Length": str(len(body)), "Content-Type": "application/json", **headers}
    status, _, text = ask(server, path, lines, "POST", body)
    return status, text


def own(server: Any) -> str:
    return f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:{port}", "127.0.0.1", "localhost:1", ""])
def test_a_foreign_host_is_refused(server: Any, host: str) -> None:
    """A page of another site whose name has been pointed at this machine names its own host."""
    named = {"Host": host.format(port=server.port)}
    for path in ("/", "/assets/bus.js", "/template.toml"):
        assert ask(server, path, named)[0] in (400, 403)
        assert ask(server, path, {**UPGRADE, **named})[0] in (400, 403)
    for path in ASKED:
        assert post(server, path, **named)[0] in (400, 403)


def test_its_own_names_are_accepted(server: Any) -> None:
    for host in ("127.0.0.1", "localhost", "LOCALHOST"):
        assert ask(server, "/assets/bus.js", {"Host": f"{host}:{server.port}"})[0] == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1.evil.example", "http://127.0.0.1:1", "file://"]
)
def test_a_page_of_another_origin_is_refused(server: Any, origin: str) -> None:
    assert ask(server, "/", {"Origin": origin})[0] == 403
    assert ask(server, "/", {**UPGRADE, "Origin": origin})[0] == 403
    for path in ASKED:
        status, text = post(server, path, Origin=origin)
        assert status == 403 and "own pages" in text


def test_its_own_page_may_ask(server: Any) -> None:
    status, text = post(server, "/world", Origin=own(server))
    assert status == 200 and json.loads(text)["shared"]["scenario"] == "2017"


def test_no_socket_is_opened(server: Any) -> None:
    assert ask(server, "/template.toml", {**UPGRADE, "Origin": own(server)})[0] == 200, "answered as if asked plainly"


def test_two_origins_or_two_hosts_are_refused(server: Any) -> None:
    assert ask(server, "/", {"Origin": own(server), "origin": "http://evil.example"})[0] in (400, 403)
    assert ask(server, "/", {"host": "evil.example"})[0] in (400, 403)


def test_another_site_may_link_to_the_page_but_not_read_from_it(server: Any) -> None:
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert ask(server, "/", {**cross, "Sec-Fetch-Mode": "navigate"})[0] == 200
    assert ask(server, "/assets/bus.js", {**cross, "Sec-Fetch-Mode": "no-cors"})[0] == 403
    assert post(server, "/world", **cross, **{"Sec-Fetch-Mode": "no-cors"})[0] == 403


@pytest.mark.parametrize("place", ["iframe", "frame", "embed", "object"])
def test_a_page_within_another_one_is_not_made(server: Any, place: str) -> None:
    """It would not be shown; the work for it would be done all the same."""
    for site in ("cross-site", "same-site", "same-origin"):
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": place}
        status, _, text = ask(server, "/", headers)
        assert status == 403 and "tab of its own" in text


def test_every_answer_has_its_headers(server: Any) -> None:
    for path, headers in (("/", {}), ("/assets/bus.js", {}), ("/nowhere", {}), ("/", {"Host": "evil.example"})):
        answer_headers = ask(server, path, headers)[1]
        assert answer_headers["x-content-type-options"] == "nosniff"
        assert answer_headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer_headers["content-security-policy"]
        assert "default-src 'none'" in answer_headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer_headers
        assert "server" not in answer_headers


def test_scripts_and_styles_are_files_and_no_text_is_run(server: Any) -> None:
    _, headers, page = ask(server, "/")
    directives = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert directives["script-src"] == "'self' 'wasm-unsafe-eval'" and directives["style-src"] == "'self'"
    assert directives["worker-src"] == directives["connect-src"] == "'self'"
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page)
    assert inline == [' type="application/json" id="given"'], "data, and nothing that would be run"
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)


def test_nothing_from_elsewhere_is_allowed_by_the_policy() -> None:
    for part in HEADERS["content-security-policy"].split("; "):
        assert not re.search(r"https?:|\*|unsafe-inline|'unsafe-eval'", part), part


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../security.py",
        "/assets/..%2fsecurity.py",
        "/assets/%2e%2e/security.py",
        "/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/assets//etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/assets/..\\security.py",
        "/assets/%00",
        "/template.toml/../../pyproject.toml",
        "/docs",
        "/openapi.json",
    ],
)
def test_no_path_leads_out_of_what_is_served(server: Any, path: str) -> None:
    status, _, text = ask(server, path)
    assert status in (400, 403, 404)
    assert "root:" not in text and "def " not in text and "[project]" not in text


@pytest.mark.parametrize(
    "path", ["/exports/figure/..%2f..%2fetc%2fpasswd.png", "/exports/table/..%2fstate.csv", "/exports/figure/ladder.py"]
)
def test_no_export_is_of_anything_but_the_run(server: Any, path: str) -> None:
    status, text = post(server, path, json.dumps({"state": {"rounds": 4}}).encode())
    assert status in (400, 404) and len(text) < 100


def test_headers_of_proxies_do_not_reach_the_page(server: Any) -> None:
    forged = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    status, _, page = ask(server, "/", forged)
    assert status == 200
    assert "evil" not in page


def test_what_the_page_asks_for_is_under_a_notebook_servers_prefix(server: Any) -> None:
    prefix = f"/lab/proxy/{server.port}"
    status, _, page = ask(server, "/", {"X-Forwarded-Prefix": prefix})
    assert status == 200
    addresses = re.findall(r'(?:src|href)="(/[^"]*)"', page)
    assert len(addresses) > 5 and all(address.startswith(f"{prefix}/") for address in addresses)
    assert f'"prefix":"{prefix}"' in page, "where the page's script asks"
    assert ask(server, f"{prefix}/assets/bus.js", {"X-Forwarded-Prefix": prefix})[0] == 200
    of_it = {"X-Forwarded-Prefix": prefix, "Origin": own(server)}
    assert post(server, "/world", **of_it)[0] == post(server, f"{prefix}/world", **of_it)[0] == 200


def packed(text: str | bytes) -> str:
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(squeezer.compress(body) + squeezer.flush()).rstrip(b"=").decode()


SCRIPT = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
BAD_LINKS = {
    "nonsense": "%3Cscript%3Ealert(1)%3C/script%3E",
    "cut short": LabState().changed(levers={"aid": 0.5}).encode()[:-4],
    "not deflate": "AAAA",
    "not JSON": packed("{"),
    "a list": packed("[1,2]"),
    "deep": packed("[" * 100_000),
    "script in a name": packed(json.dumps({"policy": SCRIPT})),
    "script in a key": packed(json.dumps({SCRIPT: 1})),
    "script in a doctrine": packed(json.dumps({"doctrines": {"USA": SCRIPT}})),
    "path as scenario": packed(json.dumps({"scenario": "../../../etc/passwd"})),
    "path as policy": packed(json.dumps({"policy": "/etc/passwd"})),
    "bad upload": packed(json.dumps({"scenario": "own", "upload": "state = " + SCRIPT})),
    "huge world": packed(json.dumps({"scenario": "synthetic", "synthetic": {"states": 1000}})),
    "huge upload": packed(
        json.dumps(
            {
                "scenario": "own",
                "upload": 'format=1\nname="x"\ntitle="x"\n[synthetic]\nstates=200\ntheatres_per_challenger=199',
            }
        )
    ),
    "much work": packed(json.dumps({"scenario": "synthetic", "synthetic": {"states": 200}, "rounds": 400})),
    "bomb": packed(b" " * 50_000_000),
    "bomb of JSON": packed(b'{"policy":"' + b"a" * (LARGEST_TEXT - 20) + b'"}'),
    "too long": "A" * (LONGEST_LINK + 1),
    "not a number": packed('{"seed":NaN}'),
    "infinite lever": packed('{"levers":{"aid":Infinity}}'),
    "number as text": packed('{"seed":"1"}'),
    "not text": packed(b"\xff\xfe\xfd"),
    "half of a letter": packed('{"policy":"\\ud800"}'),
}


@pytest.mark.parametrize("what", BAD_LINKS)
def test_a_bad_link_shows_the_start_and_says_why(server: Any, what: str) -> None:
    status, _, page = ask(server, f"/?s={BAD_LINKS[what]}")
    assert status == 200
    assert "This link could not be opened" in page
    assert "window.hacked=1</script>" not in page
    assert "Traceback" not in page


def test_a_bomb_is_not_unfolded() -> None:
    import tracemalloc

    from greatpowers import GreatPowersError

    link = packed(b" " * 30_000_000)
    assert len(link) < LONGEST_LINK
    tracemalloc.start()
    with pytest.raises(GreatPowersError, match="more than"):
        LabState.decode(link)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * LARGEST_TEXT


def test_a_link_never_runs_as_script(open_page: Callable[..., Any], server: Any) -> None:
    page = open_page()
    for what in ("script in a name", "script in a key", "bad upload", "nonsense"):
        page.goto(f"{server.address}?s={BAD_LINKS[what]}")
        notice = page.get_by_test_id("notice")
        notice.wait_for()
        assert "could not be opened" in notice.inner_text()
        assert page.evaluate("window.hacked === undefined")


def test_script_in_a_scenario_is_shown_as_text(open_page: Callable[..., Any], server: Any) -> None:
    """Titles and names of somebody's own world go through every part of the page."""
    text = f"""format = 1
name = "own"
title = '{SCRIPT}'
[synthetic]
states = 4
"""
    state = LabState().changed(scenario="own", upload=text)
    page = open_page()
    page.goto(f"{server.address}?s={state.encode()}")
    page.wait_for_selector("html[data-history]", state="attached")
    assert page.evaluate("window.hacked === undefined")


def test_the_policy_of_content_stops_what_would_get_through(page: Any) -> None:
    page.watched.allowed += ["Content Security Policy", "nowhere.png", "404"]
    page.evaluate(
        """async () => {
        const script = document.createElement('script'); script.textContent = 'window.hacked = 1';
        const place = document.createElement('div');
        let stopped = 0;
        const both = new Promise((done) =>
          document.addEventListener('securitypolicyviolation', () => ++stopped === 2 && done()));
        place.innerHTML = '<img src="/nowhere.png" onerror="window.hacked = 1">';
        const failed = new Promise((done) => place.firstChild.addEventListener('error', done));
        document.body.append(script, place);
        await Promise.all([both, failed]); }"""
    )
    assert page.evaluate("window.hacked === undefined")


def test_large_bodies_are_refused_before_they_are_read(server: Any) -> None:
    headers = {"Origin": own(server), "Content-Length": str(LARGEST_BODY + 1), "Content-Type": "text/plain"}
    assert ask(server, "/upload", headers, "POST", b"x")[0] == 413
    chunked = {"Origin": own(server), "Transfer-Encoding": "chunked"}
    assert ask(server, "/upload", chunked, "POST", b"1\r\nx\r\n0\r\n\r\n")[0] == 413


@pytest.mark.parametrize(("text", "taken"), [("12", True), ("²", False), ("-1", False), ("", False)])
def test_only_a_length_in_digits_is_believed(text: str, taken: bool) -> None:
    async def answer(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask_guard() -> int:
        told: list[int] = []

        async def send(message: Any) -> None:
            told.append(message.get("status", 0))

        headers = [(b"host", b"localhost:80"), (b"content-length", text.encode("latin-1"))]
        scope = {"type": "http", "method": "POST", "path": "/world", "headers": headers, "query_string": b""}
        await RequestGuard(answer, LOOPBACK, 80)(scope, None, send)  # type: ignore[arg-type]
        return told[0]

    with ThreadPoolExecutor(1) as apart:  # browsers that tests drive have a loop on this thread
        assert apart.submit(asyncio.run, ask_guard()).result() == (200 if taken else 413)


def test_a_body_has_room_for_the_largest_state_and_file() -> None:
    assert LARGEST_TEXT + len(json.dumps("\n" * LARGEST_FILE)) < LARGEST_BODY


NOT_OURS = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "no state": b"{}",
    "no table": b'{"state":[]}',
    "no number": b'{"state":{"seed":NaN}}',
    "not text": b"\xff\xfe",
    "half of a letter": b'{"state":{"policy":"\\ud800"}}',
    "deep": b"[" * 100_000,
    "another policy": b'{"state":{"policy":"nowhere"}}',
    "a path": b'{"state":{"scenario":"../../../etc/passwd"}}',
    "much work": b'{"state":{"scenario":"synthetic","synthetic":{"states":200},"rounds":400}}',
}


@pytest.mark.parametrize("what", NOT_OURS)
def test_what_no_page_asks_is_refused_in_a_sentence(server: Any, what: str) -> None:
    for path in ("/world", "/upload", "/play", "/results", "/exports/run", "/exports/figure/order.png"):
        status, text = post(server, path, NOT_OURS[what])
        assert status == 400 or (path, what) == ("/play", "much work"), (path, text)
        assert len(text) < 400 or status == 200, text


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_an_address_asks_for_its_token(another_server: Callable[..., Any], host: str) -> None:
    server = another_server("template", "--host", host, "--port", "0")
    token = re.search(r"\?token=([\w-]{20,})$", server.address)
    assert token, "the address that is printed has the token"
    for path in ("/", "/assets/bus.js", "/?token=wrong", f"/?token={token[1][:-1]}", "/template.toml"):
        assert ask(server, path)[0] == 401
    assert {post(server, path)[0] for path in ASKED} == {401}
    assert ask(server, "/", {"Cookie": f"{COOKIE}-{server.port}=wrong"})[0] == 401
    status, headers, _ = ask(server, f"/?token={token[1]}&s=abc_-%0d%0aX-Evil:1")
    assert status == 303
    assert headers["location"] == "/?s=abc_-%0D%0AX-Evil%3A1"
    assert "x-evil" not in headers
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(headers["set-cookie"].split("; "))
    cookie = {"Cookie": headers["set-cookie"].partition(";")[0]}
    elsewhere = ask(server, "/", {**cookie, "Host": f"some-machine:{server.port}"})[0]
    assert elsewhere == (403 if host == "127.0.0.1" else 200)
    assert ask(server, "/", cookie)[0] == 200
    assert post(server, "/world", **cookie)[0] == 200
    assert post(server, "/world", **cookie, Origin="http://evil.example")[0] == 403
