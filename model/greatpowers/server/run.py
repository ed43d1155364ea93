"""Starting the server: what it opens with, and its address, taken first so that what is wrong with it is said.

It may open with a recorded run, or a row of an experiment, as the state of a page that plays it again.
"""

import errno
import gc
import re
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from greatpowers.experiments.results import Results
from greatpowers.scenario.build import all_levers, build_parameters, build_policy
from greatpowers.scenario.errors import GreatPowersError, a_or_an
from greatpowers.scenario.kinds import LEVERS
from greatpowers.scenario.library import content_of, locate, names, path_of
from greatpowers.scenario.load import load_policy, load_scenario
from greatpowers.scenario.schema import PolicyPreset, Scenario, Segment
from greatpowers.server.security import TOKEN, Proxy, is_reached
from greatpowers.server.state import OWN, Change, LabState
from greatpowers.server.worlds import is_of_a_page, policy_object, scenario_object
from greatpowers.simulation.history import History
from greatpowers.simulation.setup import resolved
from greatpowers.storage.manifest import read_manifest, scenario_text

if TYPE_CHECKING:
    from greatpowers.experiments.results import Results
    from greatpowers.server.laboratory import Laboratory
    from greatpowers.server.security import RequestGuard

NOTHING = "laissez-faire"
"""The policy that a policy of somebody's own is told as changes of."""


def state_of_run(history: History) -> LabState:
    """The state whose page plays this run; raises :class:`GreatPowersError` if no page can."""
    fields = _scenario_fields(history.scenario) | _policy_fields(history.policy, history.scenario)
    rounds = None if history.rounds == history.scenario.rounds else history.rounds
    state = LabState().changed(**fields, seed=history.seed, rounds=rounds)
    if not _same_policy(history, state):
        raise GreatPowersError(
            f"policy '{history.policy.name}' of this run differs from place to place by terms of its own, which the "
            "page cannot show; read it with 'greatpowers explain'."
        )
    return state


def _scenario_fields(scenario: Scenario) -> dict[str, object]:
    plain = scenario.model_copy(update={"terms": tuple(t for t in scenario.terms if not is_of_a_page(t))})
    for name in names("scenarios"):
        shipped = load_scenario(name)
        if shipped.name == plain.name and resolved(shipped, build_parameters(shipped)) == plain:
            return {"scenario": name}
    return {"scenario": OWN, "upload": scenario_text(plain, [])}


def _policy_fields(policy: PolicyPreset, scenario: Scenario) -> dict[str, object]:
    known = names("policies")
    if policy.name in known and load_policy(policy.name) == policy:
        return {"policy": policy.name}
    changes = {"changes": tuple(_changes(policy, known, scenario))}
    if policy.policy in known:
        set_over = _set_over(policy, load_policy(policy.policy), scenario)
        return {"policy": policy.policy, **set_over, **changes}
    return {"policy": NOTHING, "levers": _not_off({**policy.levers, **policy.everywhere}), **changes}


def _changes(policy: PolicyPreset, known: list[str], scenario: Scenario) -> Iterator[Change]:
    """Each later segment as what it changes of the one before."""
    before = Segment.model_construct(
        from_round=0, policy=policy.policy, terms=policy.terms, levers=policy.levers, everywhere=policy.everywhere
    )
    for segment in policy.schedule:
        if segment.policy in known and segment.policy != before.policy:
            set_over = _set_over(segment, load_policy(segment.policy), scenario)
            yield Change(from_round=segment.from_round, policy=segment.policy, **set_over)
        else:
            yield Change(from_round=segment.from_round, **_set_over(segment, before, scenario))
        before = segment


def _set_over(part: PolicyPreset | Segment, base: PolicyPreset | Segment, scenario: Scenario) -> dict[str, Any]:
    """What a policy or segment sets over another, by the reach of each lever."""
    own, theirs = all_levers(part.levers), all_levers(base.levers)
    places: dict[str, dict[str, float]] = {}
    for terms in scenario.terms:
        if is_of_a_page(terms) and terms.policy in (part.terms or ()):
            for theatre in terms.theatres:
                places.setdefault(theatre, {}).update(terms.levers)
    return {
        "elsewhere": {name: value for name, value in own.items() if value != theirs[name]},
        "levers": {name: value for name, value in part.everywhere.items() if base.everywhere.get(name) != value},
        "places": places,
    }


def _not_off(levers: Mapping[str, float]) -> dict[str, float]:
    off = all_levers({})
    return {name: value for name, value in all_levers(levers).items() if value != off[name]}


def _same_policy(history: History, state: LabState) -> bool:
    """Whether every lever in every theatre and segment is the same."""
    one = build_policy(history.scenario, history.policy)
    other = build_policy(scenario_object(state), policy_object(state))
    return np.array_equal(one.starts, other.starts) and all(
        np.array_equal(getattr(one.levers, name), getattr(other.levers, name)) for name in LEVERS
    )


CELL = "lever_"


def state_of_row(results: Results, row: int) -> LabState:
    """The state whose page plays the run of a row; its numbers are checked against the table first.

    Raises :class:`GreatPowersError` if there is no such row, if it comes out differently, or if no page can play it.
    """
    from greatpowers.experiments.run import rerun

    replay = rerun(results.directory, row)
    cell = {name.removeprefix(CELL): float(value) for name, value in replay.labels.items() if name.startswith(CELL)}
    return _of_cell(replay.history, cell) if cell else state_of_run(replay.history)


def _of_cell(history: History, cell: dict[str, Any]) -> LabState:
    """A run of a grid over levers: the shipped policy, and the cell over it in every theatre."""
    if history.policy.name not in names("policies"):
        raise GreatPowersError(f"policy '{history.policy.name}' does not ship, so the page cannot play this run.")
    plain = state_of_run(replace(history, policy=load_policy(history.policy.name)))
    state = plain.changed(levers={**plain.levers, **cell})
    if not _same_policy(history, state):
        raise GreatPowersError("the levers of this run differ from place to place, which the page cannot play again.")
    return state


class StartState(NamedTuple):
    """What the first page shows, and the results open beside it."""

    state: LabState
    results: "Results | None" = None


def start_from(what: str | None) -> StartState:
    """The start for what the command line names; raises :class:`GreatPowersError` for what cannot be opened."""
    from greatpowers.server.worlds import opening, state_with, text_of

    if what is None or what in names("scenarios"):
        return StartState(opening(LabState(scenario=what or "2017")))
    path = path_of(what)
    if path.is_dir():
        return _from_directory(path, what)
    load_scenario(what)  # says what is wrong with a name or a file, in the words of the scenario room
    return StartState(opening(state_with(LabState(), text_of(_bytes_of(locate("scenarios", what)[0])))))


def _from_directory(path: Path, what: str) -> StartState:
    manifest = read_manifest(path)
    kind = (manifest or {}).get("kind")
    if kind == "history":
        from greatpowers.simulation.history import load_history

        return StartState(state_of_run(load_history(path)))
    if kind == "experiment":
        from greatpowers.experiments.results import open_results

        return StartState(LabState(view="results"), open_results(path))
    if kind == "comparison":
        from greatpowers.experiments.results import open_comparison

        return StartState(LabState(view="results"), open_comparison(path))
    held = f"holds {a_or_an(kind)}" if kind else "is a directory that greatpowers did not write"
    raise GreatPowersError(
        f"{what}: this {held}; expected a run ('run --out'), a comparison ('compare --out') or an "
        "experiment ('batch --out')."
    )


def _bytes_of(path: Path) -> bytes:
    try:
        return content_of(path)
    except OSError as error:
        raise GreatPowersError(f"{path}: the file cannot be read ({error.strerror or error}).") from None


LARGEST_MESSAGE = 1_000_000
"""Bytes of one message over the WebSocket."""


MOST_CONNECTIONS = 500
"""Connections at a time, of which a page keeps one; a process may usually have a thousand files open."""


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
    """Serve until interrupted.

    The engine is loaded and the first history played on another thread while the web server is being imported. The two
    must not import one package at a time, or they may wait for each other for ever: the laboratory goes without
    NiceGUI.
    """
    with ThreadPoolExecutor(1) as side:
        laboratory = side.submit(_warm_laboratory, start.state)
        with _without("aiohttp"):
            from greatpowers.server.app import Site, build_app

        site = Site(start.state, start.results, laboratory.result())
    guarded = build_app(site, {post.host}, post.port, post.token, post.proxy)
    threading.Thread(target=_warm_page, daemon=True).start()
    _run(guarded, post, say)


def serve_class(scenario: str, named: str | None, post: Post, say: Callable[[str], None]) -> None:
    """Serve a class until interrupted; raises :class:`GreatPowersError` if its file holds something else."""
    from greatpowers.server.classroom import DOOR, ClassFile, Hall, addresses, build_class, file_for

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


def _run(guarded: "RequestGuard", post: Post, say: Callable[[str], None], door: str = "/") -> None:
    """Tell the address, open it in a browser if one is wanted, and answer until interrupted."""
    import uvicorn

    from greatpowers.server.security import TimelyProtocol

    gc.freeze()  # what has been imported stays: it need not be gone through again and again
    settings = uvicorn.Config(
        guarded,
        http=TimelyProtocol,
        limit_concurrency=MOST_CONNECTIONS,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        ws_max_size=LARGEST_MESSAGE,
        timeout_graceful_shutdown=1,
    )
    say(address_of(post.host, post.port, post.token, post.proxy, door))
    if post.browser:
        opened = address_of(post.host, post.port, guarded.ticket(), post.proxy, door)
        threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()
    uvicorn.Server(settings).run(sockets=[post.listening])


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Imports that could do with a library, but need not, do without it: Engine.IO has a client that nobody uses here.

    That client's library takes a tenth of the time to the first page.
    """
    missing = name not in sys.modules
    if missing:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if missing:
            del sys.modules[name]


def _warm_page() -> None:
    """Load what the first page needs, while a browser is still being opened."""
    from greatpowers.server.frame import load_views
    from greatpowers.server.labels import policy_titles

    load_views()
    policy_titles()


def _warm_laboratory(state: LabState) -> "Laboratory":
    """A laboratory that is playing what the first page will ask for."""
    from greatpowers.server.laboratory import CancelToken, Laboratory, TabUpdate

    def play(news: TabUpdate) -> None:
        """The engine is compiled or loaded, once; the world waits for the first page."""
        if news.policy is not None and news.policy.world.packed:
            _ = news.policy.history

    laboratory = Laboratory()
    laboratory.play(state, CancelToken(), play)
    return laboratory
