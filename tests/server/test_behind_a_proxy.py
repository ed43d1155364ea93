"""Behind a proxy: the prefix, hosts and origins that the operator names are the server's own, and nothing else is."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from greatpowers import GreatPowersError, cli
from greatpowers.server.run import address_of, checked_proxy, token_for
from greatpowers.server.security import COOKIE, Proxy, RequestGuard

LAB = Proxy("/lab", ("lab.example.org", "lab.example.org:8443"), ("https://front.example.org",))


def asked(
    guard: RequestGuard, path: str = "/", host: str = "127.0.0.1:8080", query: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer; the body of what the guard lets through is path and prefix."""
    named = [(b"host", host.encode())]
    named += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": named}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    with ThreadPoolExecutor(1) as alone:  # a browser's tests may have left a loop running in this thread
        alone.submit(asyncio.run, guard(scope, receive, send)).result()
    answer_headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answer_headers, b"".join(message.get("body", b"") for message in sent[1:]).decode()


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with the path and the prefix that it sees."""
    prefix = dict(scope["headers"]).get(b"x-forwarded-prefix", b"")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode() + b" " + prefix})


def guard(proxy: Proxy = LAB, token: str | None = None) -> RequestGuard:
    return RequestGuard(echo, {"127.0.0.1"}, 8080, token, proxy)


@pytest.mark.parametrize(
    ("path", "seen"), [("/", "/"), ("/lab", "/"), ("/lab/", "/"), ("/lab/assets/bus.js", "/assets/bus.js"),
                       ("/assets/bus.js", "/assets/bus.js"), ("/labour", "/labour"), ("/lab/lab", "/lab")],
)  # fmt: skip
def test_the_page_is_asked_for_under_the_prefix_whether_the_proxy_strips_it_or_not(path: str, seen: str) -> None:
    assert asked(guard(), path)[2] == f"{seen} /lab"


@pytest.mark.parametrize("prefix", ["/evil", "//evil.example", "/x/proxy/8080", "https://evil.example/proxy/8080"])
def test_what_a_request_says_of_the_prefix_does_not_change_the_one_that_was_named(prefix: str) -> None:
    assert asked(guard(), x_forwarded_prefix=prefix)[2] == "/ /lab"


@pytest.mark.parametrize(
    ("prefix", "seen"),
    [("/user/ada@uni/proxy/8080", "/user/ada@uni/proxy/8080"), ("/lab/proxy/8080/", "/lab/proxy/8080"),
     ("/proxy/absolute/8080", "/proxy/absolute/8080"), ("/lab/proxy/8081", ""), ("/evil", ""),
     ("//evil.example/proxy/8080", ""), ('/"><script>/proxy/8080', ""), ("/lab/proxy/8080/evil", ""), ("", "")],
)  # fmt: skip
def test_a_notebook_servers_prefix_for_this_port_is_known_and_nothing_else_unnamed(prefix: str, seen: str) -> None:
    assert asked(guard(Proxy()), x_forwarded_prefix=prefix)[2] == f"/ {seen}"


def test_a_notebook_servers_prefix_that_is_left_on_the_path_is_taken_off() -> None:
    assert asked(guard(Proxy()), "/proxy/absolute/8080/x", x_forwarded_prefix="/proxy/absolute/8080")[2] == (
        "/x /proxy/absolute/8080"
    )


@pytest.mark.parametrize("host", ["lab.example.org", "LAB.example.org:8443", "127.0.0.1:8080"])
def test_a_trusted_host_is_its_own(host: str) -> None:
    assert asked(guard(), host=host, origin=f"https://{host}")[0] == 200


@pytest.mark.parametrize(
    ("host", "remedy"),
    [
        ("hub.example.org", "--trusted-host hub.example.org"),
        ("lab.example.org:1", "--trusted-host lab.example.org:1"),
        ("<script>", "--trusted-host ..."),
        ("a" * 300, "--trusted-host ..."),
    ],
)
def test_another_host_is_refused_with_the_remedy(host: str, remedy: str) -> None:
    for token in (None, "secret"):
        status, _, body = asked(guard(token=token), host=host)
        assert (status, body) == (
            403,
            "This server answers only to its own address. If that is where your proxy serves it, start it with "
            f"{remedy}",
        )


def test_a_trusted_origin_is_its_own_and_another_is_refused_with_the_remedy() -> None:
    assert asked(guard(), origin="https://front.example.org")[0] == 200
    for origin in ("http://front.example.org", "https://evil.example", "https://front.example.org.evil.example"):
        status, _, body = asked(guard(), origin=origin)
        assert status == 403 and body.endswith(f"start it with --trusted-origin {origin}")
    assert asked(guard(), origin="null")[2].endswith("start it with --trusted-origin ...")


def test_the_token_is_kept_for_the_prefix() -> None:
    status, headers, _ = asked(guard(token="secret"), host="lab.example.org", query=b"token=secret&s=abc")
    assert (status, headers["location"]) == (303, "/lab/?s=abc")
    assert headers["set-cookie"] == f"{COOKIE}-8080=secret; Path=/lab/; HttpOnly; SameSite=Lax"
    assert asked(guard(token="secret"), host="lab.example.org")[0] == 401


@pytest.mark.parametrize(
    ("host", "proxy"), [("0.0.0.0", Proxy()), ("192.168.0.4", Proxy("/lab")), ("127.0.0.1", Proxy(hosts=("a",))),
                        ("127.0.0.1", Proxy(origins=("https://a",)))],
)  # fmt: skip
def test_who_is_reached_by_others_asks_for_a_token(host: str, proxy: Proxy) -> None:
    assert token_for(host, proxy)
    with pytest.raises(GreatPowersError, match="--no-token is for 127.0.0.1 without a proxy"):
        token_for(host, proxy, wanted=False)


def test_a_browser_is_opened_with_a_ticket_that_lets_in_once() -> None:
    """Others on the machine see a program's arguments, but not its cookies."""
    locked = guard(Proxy(), token="secret")
    ticket = locked.ticket()
    assert ticket and ticket not in ("secret", locked.ticket()) and guard(Proxy()).ticket() is None
    status, headers, _ = asked(locked, query=f"token={ticket}".encode())
    assert status == 303 and headers["set-cookie"].startswith(f"{COOKIE}-8080=secret;")
    assert asked(locked, query=f"token={ticket}".encode())[0] == 401
    assert asked(locked, query=b"token=")[0] == 401
    assert asked(locked, cookie=f"{COOKIE}-8080=secret")[0] == 200
    assert asked(locked, cookie=f"{COOKIE}-8081=secret")[0] == 401, "servers at two ports do not share their cookie"
    assert asked(locked, cookie=f"{COOKIE}-8080=secret", host="rebound.example:8080")[0] == 403


def test_the_address_told_is_the_one_through_the_proxy() -> None:
    assert address_of("127.0.0.1", 8080, None, Proxy("/lab")) == "http://127.0.0.1:8080/lab/"
    assert address_of("127.0.0.1", 8080, "t", LAB) == "https://front.example.org/lab/?token=t"
    assert address_of("0.0.0.0", 8080, "t", Proxy("", ("lab:80",))) == "https://lab:80/?token=t"
    assert address_of("127.0.0.1", 8080, None, Proxy()) == "http://127.0.0.1:8080/"


def test_what_is_named_is_checked() -> None:
    assert checked_proxy("/lab/", ["lab.example.org"], ["HTTPS://Lab.example.org".replace("HTTPS", "https")]) == Proxy(
        "/lab", ("lab.example.org",), ("https://lab.example.org",)
    )
    for named, option in (
        (("lab", [], []), "--prefix is 'lab'; expected a path such as /lab/proxy/8080."),
        (("//evil", [], []), "--prefix is '//evil'"),
        (("", ["https://lab"], []), "--trusted-host is 'https://lab'; expected a name such as lab.example.org."),
        (("", [], ["lab"]), "--trusted-origin is 'lab'; expected one such as https://lab.example.org."),
    ):
        with pytest.raises(GreatPowersError, match=re.escape(option)):
            checked_proxy(*named)


def test_a_bad_option_is_refused_before_anything_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", "--prefix", "lab", "--no-browser"]) == 2
    assert "--prefix is 'lab'" in capsys.readouterr().err
