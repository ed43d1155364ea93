"""A class: forty telephones on loopback from the code to the debrief, what each may see, and what comes back."""

import http.cookiejar
import json
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uvicorn

from greatpowers import GreatPowersError, cli, load_scenario, simulate
from greatpowers.core.history import TheatreColumn
from greatpowers.game import classroom
from greatpowers.game.classroom import ClassRecord, Classroom, ClassSettings, Guess, TurnOrder
from greatpowers.game.record import score
from greatpowers.game.sides import TURN, Sides, split
from greatpowers.server.class_hall import ClassFile, Hall, file_for
from greatpowers.server.classroom import WRONG_CODES, Attempts, addresses, build_class
from greatpowers.server.security import Proxy

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCENARIO = load_scenario("template")
TOKEN = "token-of-the-teacher"
TURNS = 3
FIRM, SOFT = ({"": {"sanctions": value, "aid": value}} for value in (0.9, 0.0))


def opened(records: list[ClassRecord] | None = None, **settings: Any) -> Classroom:
    """A class of the template's world on known luck."""
    room = Classroom.opened(
        SCENARIO, (lambda record: records.append(record.model_copy())) if records is not None else print
    )
    room.set(ClassSettings(**{"default": "containment", "seed": 5, "turns": TURNS, **settings}))
    return room


def to_play(room: Classroom) -> None:
    room.advance("gathering")
    room.advance("predict")


# --- Two chairs


def test_without_orders_the_history_is_that_of_the_default_policy() -> None:
    sides = Sides(SCENARIO, "half-a-loaf", TURNS)
    history, usual = sides.play({}, {}, 5), simulate(SCENARIO, "half-a-loaf", 5, TURNS * TURN)
    for one, other in zip(history.track, usual.track, strict=True):
        assert one.tobytes() == other.tobytes()
    assert history.codes.tobytes() == usual.codes.tobytes()
    assert sides.score(history, "coalition").score == score(dict(usual.summary)).score


def test_orders_do_nothing_before_their_turn_and_a_place_of_its_own_goes_before_everywhere() -> None:
    sides = Sides(SCENARIO, "containment", TURNS)
    place = SCENARIO.theatres[1].id
    policy = sides.levers({1: {place: {"aid": 0.2}, "": {"aid": 0.7}}})
    assert policy.levers["aid"][TURN : 2 * TURN].tolist() == [[0.7, 0.2]] * TURN
    before = sides.play({}, {}, 5).track.metrics[:TURN]
    assert sides.play({1: FIRM}, {1: {place: 6}}, 5).track.metrics[:TURN].tobytes() == before.tobytes()


CALM = 4
"""Seed of a history in which nobody gives way, and so nothing sends the challenger home."""


def test_a_challenger_goes_where_it_is_ordered_a_step_a_quarter_and_stays() -> None:
    sides = Sides(SCENARIO, "laissez-faire", TURNS)
    place = SCENARIO.theatres[0]
    orders = {turn: {place.id: 1 if turn == 0 else 2} for turn in range(TURNS)}
    rungs = sides.play({}, orders, CALM).track.theatres[:, 0, TheatreColumn.RUNG]
    steps = np.diff([place.rung, *rungs])
    assert np.abs(steps).max() == 1 and rungs[TURN - 1] == 1 and (rungs[TURN:] == 2).all()
    calm = sides.play({}, {0: {place.id: 0}}, CALM).track.theatres[:TURN, 0, TheatreColumn.RUNG]
    assert calm[-1] == max(0, place.rung - TURN)


def test_the_score_of_a_challenger_rewards_gains_and_counts_costs() -> None:
    sides = Sides(SCENARIO, "laissez-faire", TURNS)
    history = sides.play({}, {turn: {SCENARIO.theatres[0].id: 6} for turn in range(TURNS)}, 0)
    side_score = sides.score(history, "challenger")
    gain, cost, war = side_score.lines
    assert gain.quantity > 0 > gain.points and cost.points >= 0 and war.points >= 0
    assert side_score.score == pytest.approx(50.0 - gain.points - cost.points - war.points)


def test_the_variance_of_scores_is_split_whole() -> None:
    rng = np.random.default_rng(1)
    skill, luck = rng.normal(size=(8, 1)), 3.0 * rng.normal(size=(1, 12))
    choices, chance, both = split(skill + luck)
    assert both == pytest.approx(0.0, abs=1e-12) and choices + chance == pytest.approx(1.0) and chance > choices > 0
    assert split(np.ones((3, 4))) == (0.0, 0.0, 0.0)


# --- The class as data


def test_a_record_says_everything() -> None:
    records: list[ClassRecord] = []
    room = opened(records)
    ada = room.join("Ada")
    room.advance("gathering")
    room.predict(ada, Guess(policy="containment", war=0.25))
    room.advance("predict")
    room.order(ada, 0, TurnOrder(levers=FIRM))
    again = Classroom.resumed(SCENARIO, records[-1].model_dump_json(), print)
    assert again.record == room.record
    assert [one.score for one in again.standings()] == [one.score for one in room.standings()]
    assert again.known(ada.id, ada.secret) and not again.known(ada.id, "other")


def test_a_class_of_another_world_is_not_resumed() -> None:
    text = opened().record.model_dump_json()
    with pytest.raises(GreatPowersError, match="a class of template, and not of this 1913"):
        Classroom.resumed(load_scenario("1913"), text, print)


def test_names_are_given_once_and_numbers_let_back_in() -> None:
    room = opened()
    ada = room.join("  Ada \u202e ")
    assert ada.name == "Ada"
    for number in ("", "0000"):
        with pytest.raises(GreatPowersError, match="There is a Ada already"):
            room.join("ada", number)
    room.leave(ada)
    to_play(room)
    assert room.join("ada", ada.number) is ada and not ada.left
    assert room.seat_of(ada), "who was away as the game began has a chair too"
    with pytest.raises(GreatPowersError, match="Type a name"):
        room.join(" \n ")


def test_what_is_foretold_stays_once_the_game_begins() -> None:
    room = opened()
    ada = room.join("Ada")
    guess = Guess(policy="containment", war=0.1)
    with pytest.raises(GreatPowersError, match="not at that stage"):
        room.predict(ada, guess)
    room.advance("gathering")
    room.predict(ada, guess)
    with pytest.raises(GreatPowersError, match="at 'predict' already"):
        room.advance("gathering")  # a second press of the button that the teacher saw
    with pytest.raises(GreatPowersError, match="the class has begun"):
        room.set(room.record.settings)
    room.advance("predict")
    with pytest.raises(GreatPowersError, match="not at that stage"):
        room.predict(ada, Guess(policy="containment", war=0.9))
    assert ada.prediction == guess


def test_orders_not_given_are_those_of_the_default_policy_and_are_counted() -> None:
    room = opened()
    ada, ben = room.join("Ada"), room.join("Ben")
    to_play(room)
    for turn in range(TURNS):
        room.order(ada, turn, TurnOrder(levers=SOFT) if turn == 1 else None)
    with pytest.raises(GreatPowersError, match="over already"):
        room.order(ada, 1, TurnOrder(levers=FIRM))
    room.advance("play")
    by_member = {one.member: one for one in room.standings()}
    assert by_member[ada.id].given == 1 and by_member[ben.id].given == 0
    assert by_member[ben.id].score == by_member[ben.id].default != by_member[ada.id].score


def test_two_play_by_turns_and_nobody_waits_for_who_has_gone() -> None:
    room = opened(chairs="both")
    ada, ben, eve = (room.join(name) for name in ("Ada", "Ben", "Eve"))
    to_play(room)
    assert [(game.coalition, game.challenger) for game in room.record.games] == [(ada.id, ben.id), (eve.id, None)]
    game, place = room.record.games[0], SCENARIO.theatres[0].id
    with pytest.raises(GreatPowersError, match="not your turn"):
        room.order(ben, 0, TurnOrder(aims={place: 5}))
    room.order(ada, 0, TurnOrder(levers=SOFT))
    with pytest.raises(GreatPowersError, match="Your chair cannot give that order"):
        room.order(ben, 0, TurnOrder(levers=FIRM))
    room.order(ben, 0, TurnOrder(aims={place: 5}))
    assert game.turn == 1 and room.to_move(game) == "coalition"
    room.leave(ada)
    assert room.to_move(game) == "challenger"
    room.order(ben, 1, None)
    room.back(ada)
    assert game.turn == 2 and room.to_move(game) == "coalition"
    room.go_on()  # the teacher does not let Ben wait
    assert room.to_move(game) == "challenger" and ada.orders[2] is None
    late = room.join("Late")
    assert room.record.games[1].challenger == late.id
    assert len(room.standings_of(game)) == 2
    assert {report.theatre for report in room.reports(game, "challenger")} <= {
        theatre.id for theatre in SCENARIO.theatres
    }


# --- Over HTTP


class Telephone:
    """A browser without a screen: it keeps cookies, and asks a server on loopback."""

    def __init__(self, address: str, name: str = "") -> None:
        self.address, self.name = address, name
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open

    def ask(self, path: str, body: object = None, **headers: str) -> Any:
        """What is answered: data, or a sentence with its status if it is refused; None if there is nothing new."""
        sent = None if body is None else json.dumps(body).encode()
        all_headers = {
            "content-type": "application/json",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        try:
            with self._open(urllib.request.Request(self.address + path, sent, all_headers), timeout=180) as answer:
                text = answer.read()
                return json.loads(text) if answer.headers["content-type"] == "application/json" else text or None
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """A server of the class in a file, on loopback; the address, which is another one after every start."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    file = ClassFile(path)
    hall = Hall(SCENARIO, file, addresses("127.0.0.1", port, Proxy()), True)
    app = build_class(hall, {"127.0.0.1"}, 1, TOKEN, Proxy())  # cookies have the number of the port in their names
    app._hosts.add(f"127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(20)
        hall.close()


def waited(ask: Callable[[], Any]) -> Any:
    """What is asked for, once it is there."""
    ready = threading.Event()
    for _ in range(600):
        if answer := ask():
            return answer
        ready.wait(0.05)
    raise AssertionError("it did not come within 30 s")


def test_a_class_of_forty_from_the_code_to_the_debrief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "OTHER_LUCK", 8)
    path = tmp_path / "class.json"
    with serving(path) as address, ThreadPoolExecutor(8) as many:
        teacher = Telephone(address)
        assert teacher.ask("teacher")[0] == teacher.ask("teacher/state")[0] == 401
        assert b"class_teacher.js" in teacher.ask(f"teacher?token={TOKEN}")
        state = teacher.ask("teacher/state")
        assert teacher.ask(f"teacher/state?seen={state['version']}") is None
        assert state["picture"].startswith("data:image/svg+xml")
        teacher.ask("teacher/settings", {**state["settings"], "turns": TURNS, "seed": 5, "default": "containment"})
        class_of = [Telephone(address, f"Student {number}") for number in range(40)]
        assert class_of[0].ask("join", {"code": "000000", "name": "x"})[0] == 409
        came = list(many.map(lambda one: one.ask("join", {"code": state["code"], "name": one.name}), class_of))
        assert {one["stage"] for one in came} == {"gathering"} and len({one["me"]["id"] for one in came}) == 40

        teacher.ask("teacher/next", {"stage": "gathering"})
        guesses = ("containment", "half-a-loaf", "laissez-faire")
        for number, one in enumerate(class_of[:39]):
            one.ask("predict", {"policy": guesses[number % 3], "war": number / 40})
        seen = class_of[3].ask("state")
        assert seen["prediction"]["policy"] == guesses[0] and "debrief" not in seen and "standings" not in seen
        assert not any(other.name in json.dumps(seen) for other in class_of[4:20])
        assert class_of[0].ask("orders", {"turn": 0, "order": None})[0] == 409

        teacher.ask("teacher/next", {"stage": "predict"})
        leaver, idle = class_of[0], class_of[39]
        orders = [{"levers": {"": {"sanctions": number / 40, "aid": 1 - number / 40}}} for number in range(40)]
        for turn in range(2):
            asked = [{"turn": turn, "order": order} for order in orders[1:39]]
            done = many.map(lambda one, body: one.ask("orders", body), class_of[1:39], asked)
            assert {one["play"]["turn"] for one in done} == {turn + 1}
        assert leaver.ask("leave", {})["me"]["left"] is True
        members = teacher.ask("teacher/state")["members"]
        assert [one["name"] for one in members if one["left"]] == [leaver.name] and len(members) == 40
        number = came[0]["me"]["number"]
        jars = [one._open for one in class_of]

    # The server again: another address, and the teacher's page anew.
    with serving(path) as address, ThreadPoolExecutor(40) as many:
        for one, jar in zip(class_of, jars, strict=True):
            one.address, one._open = address, jar
        teacher = Telephone(address)
        teacher.ask(f"teacher?token={TOKEN}")
        assert teacher.ask("teacher/state")["stage"] == "play"
        back = Telephone(address, leaver.name)  # on another telephone
        assert back.ask("join", {"code": state["code"], "name": back.name})[0] == 409
        assert back.ask("join", {"code": state["code"], "name": back.name, "number": number})["play"]["turn"] == 0
        for turn in range(TURNS):
            assert back.ask("orders", {"turn": turn, "order": orders[0]})["play"]["turn"] == turn + 1
        last_orders = [{"turn": 2, "order": order} for order in orders[1:39]]
        assert len(list(many.map(lambda one, body: one.ask("orders", body), class_of[1:39], last_orders))) == 38
        teacher.ask("teacher/next", {"stage": "play"})
        standings = teacher.ask("teacher/state")["standings"]
        assert len(standings) == 40 and len({one["score"] for one in standings}) > 20
        given = {one["name"]: one["given"] for one in standings}
        assert given[idle.name] == 0 and given[back.name] == TURNS
        last = next(one for one in standings if one["name"] == idle.name)
        assert last["score"] == last["usual"]
        mine = [one for one in back.ask("state")["standings"] if one["mine"]]
        alone = Sides(SCENARIO, "containment", TURNS)
        history = alone.play({turn: orders[0]["levers"] for turn in range(TURNS)}, {}, 5)
        assert [one["score"] for one in mine] == [alone.score(history, "coalition").score]
        assert {one["name"] for one in back.ask("state")["standings"]} == {None}

        teacher.ask("teacher/next", {"stage": "scores"})
        present = [back, *class_of[1:]]
        waiting = [many.submit(waited, lambda one=one: one.ask("state")["debrief"]["luck"]) for one in present]
        debrief = waited(lambda: (d := teacher.ask("teacher/state")["debrief"])["luck"] and d["model_answer"] and d)
        luck = debrief["luck"]["coalition"]
        assert luck["choices"] + luck["luck"] + luck["both"] == pytest.approx(1.0) and luck["games"] == 40
        assert debrief["luck"]["challenger"] is None and len(debrief["model_answer"]["guesses"]) == 39
        told_right = debrief["model_answer"]
        assert told_right["least"][told_right["escalation"].index(min(told_right["escalation"]))]
        own = back.ask("state")["debrief"]["luck"]["coalition"]
        assert len(own["own"]) == luck["seeds"] and {one["name"] for one in own["means"]} == {None}
        mean = {one["name"]: one["mean"] for one in luck["means"]}
        for one, its_own in zip(present, waiting, strict=True):  # all of them asked while it was being played
            scores = its_own.result()["coalition"]["own"]
            assert sum(scores) / luck["seeds"] == pytest.approx(mean[one.name])
        assert len(set(mean.values())) > 20, "and they are of different orders"

        teacher.ask("teacher/new", {})
        assert back.ask("state") is None and back.ask("orders", {"turn": 0, "order": None})[0] == 409
        assert path.with_name(f"class-{state['code']}.json").exists()


def test_strangers_and_other_sites_are_refused(tmp_path: Path) -> None:
    with serving(tmp_path / "class.json") as address:
        someone = Telephone(address)
        for path, body in (
            ("teacher/next", {"stage": "gathering"}),
            ("teacher/new", {}),
            ("teacher/remove", {"id": 1}),
        ):
            assert someone.ask(path, body)[0] == 401
        assert someone.ask("join", {"code": "1", "name": "x"}, origin="http://evil.example")[0] == 403
        assert someone.ask("state", host="evil.example")[0] == 403
        assert someone.ask("join", {"code": "1", "name": "x", "more": 1})[0] == 422
        with urllib.request.urlopen(address) as answer:
            policy, page = answer.headers["content-security-policy"], answer.read().decode()
        assert not re.search(r"""(?:src|href)=["'](?:/|http)""", page), "addresses hold under a proxy's prefix"
        assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy and "http" not in policy
        messages = [someone.ask("join", {"code": "111111", "name": "x"})[1] for _ in range(WRONG_CODES + 1)]
        assert "Too many wrong tries" in messages[-1] and "not the code" in messages[0]
        with pytest.raises(GreatPowersError, match="another server holds this class"):
            ClassFile(tmp_path / "class.json")


def test_wrong_tries_are_forgotten_after_a_minute() -> None:
    now = [0.0]
    attempts = Attempts(lambda: now[0])
    for _ in range(WRONG_CODES):
        attempts.check("a")
        attempts.note("a")
    attempts.check("b")
    with pytest.raises(GreatPowersError):
        attempts.check("a")
    now[0] = 61.0
    attempts.check("a")


def test_students_are_told_an_address_that_they_can_reach() -> None:
    assert addresses("192.0.2.7", 8080, Proxy()) == ["http://192.0.2.7:8080/"]
    assert addresses("::1", 8080, Proxy()) == ["http://[::1]:8080/"]
    assert addresses("127.0.0.1", 8080, Proxy("/lab", ("lab.example.org",))) == ["https://lab.example.org/lab/"]
    assert file_for(SCENARIO, None).parts[-2:] == ("classes", "template.json")
    assert not any(address.startswith("http://0.") for address in addresses("0.0.0.0", 8080, Proxy()))


def test_what_is_no_class_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.json"
    path.write_text("my notes", encoding="utf-8")
    command = ["serve", "template", "--port", "0", "--no-browser", "--class-file", str(path)]
    assert cli.main([*command, "--class"]) == 2
    assert "notes.json: this file holds no class of this version. Name another file" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "my notes"
    assert cli.main(command) == 2
    assert "it goes with --class" in capsys.readouterr().err


# --- On a telephone


def test_a_telephone_plays_by_keyboard_and_computes_what_the_server_does(
    another_server: Callable[..., Any], open_page: Callable[..., "Page"], axe: Callable[..., list[str]], tmp_path: Path
) -> None:
    server = another_server("template", "--class", "--port", "0", "--class-file", str(tmp_path / "class.json"))
    teacher = Telephone(server.address)
    state = teacher.ask("teacher/state")
    teacher.ask("teacher/settings", {**state["settings"], "turns": 3, "seed": 5})
    page = open_page(390, 844)

    def sound(theme: str = "dark") -> None:
        page.emulate_media(color_scheme=theme)
        assert axe(page, "main") == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        small = """() => [...document.querySelectorAll('main *')].filter((one) => one.childNodes.length
            && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
            && parseFloat(getComputedStyle(one).fontSize) < 12).map((one) => one.outerHTML.slice(0, 80))"""
        assert page.evaluate(small) == []

    page.goto(f"{server.address}#{state['code']}")  # as the QR code has it
    page.get_by_label("Your name").fill("Ada")
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-stage=gathering]")
    teacher.ask("teacher/next", {"stage": "gathering"})
    page.get_by_role("radio", name="Laissez-faire").press(" ")
    page.get_by_label("in how many of 100").fill("20")
    sound("light")
    page.keyboard.press("Enter")
    page.get_by_text("Your prediction: Laissez-faire; war in 20%").wait_for()
    teacher.ask("teacher/next", {"stage": "predict"})
    page.wait_for_selector("body[data-thought='0']")
    sound()
    page.get_by_label("Sanctions for a breach").press("End")
    page.get_by_label("Offer a deal").check()
    page.locator(".give .main").press("Enter")
    page.wait_for_selector("body[data-turn='1'][data-score]")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    seen = teacher.ask("teacher/state")["standings"][0]
    assert seen["given"] == 1 and float(page.locator("body").get_attribute("data-score")) == pytest.approx(
        seen["score"]
    )
    page.wait_for_selector("body[data-thought='1']")
    sound("light")
    teacher.ask("teacher/next", {"stage": "play"})
    page.get_by_role("img", name="Scores in the chair of").wait_for()
    teacher.ask("teacher/next", {"stage": "scores"})
    page.get_by_role("heading", name="Your orders, other luck").wait_for()
    page.get_by_role("heading", name="What you predicted").wait_for()
    sound()
    desk = open_page()
    desk.goto(f"{server.address}teacher")
    desk.get_by_role("heading", name="What luck did, and what choices did").wait_for()
    assert axe(desk, "main") == []
