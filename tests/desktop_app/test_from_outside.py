"""The program from outside: real clicks, keys and drops by xdotool, pictures by HTTP, on the real station.

Where things are is asked as a screen reader asks (told_app.py); all that is done is done by mouse and keyboard. One
program serves all tests, each of which begins on the page it goes to.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from app_process import PATIENCE_S, App
from PIL import Image

import start
from tests.fakes import free_port
from tests.station_process import as_jpeg, numbered
from tests.waiting import wait_until

pytestmark = pytest.mark.display
HERE = Path(__file__).resolve().parent
PAGES = ("live", "visits", "people", "doors", "settings")
WHOSE = "Whose photos are these? (a name you know, or a new one)"
WHO = "This is ... (a name you know, or a new one)"


class Outside:
    """A user with a mouse, a keyboard and a screen reader."""

    def __init__(self, folder: Path) -> None:
        self.app = App(folder, program=(str(HERE / "told_app.py"),))
        self._presses = iter(range(1_000))

    def __enter__(self) -> Outside:
        try:
            self.app.wait_for_log("window attached")
            wait_until(lambda: _windows("^Porchlight$"), PATIENCE_S)
            window = _windows("^Porchlight$")[0]
            self.do("windowmove", window, "300", "0", "windowsize", window, "1160", "760", "windowfocus", window)
            wait_until(self.has_settings, PATIENCE_S)
        except BaseException:
            self.app.end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.app.end()

    def has_settings(self) -> bool:
        """The last of the pages is there."""
        self.press("alt+5")
        return self.ask("Open the settings file") is not None

    def do(self, *what: str) -> None:
        subprocess.run(["xdotool", *what], check=True)

    def ask(self, question: str):
        self.app.process.stdin.write(f"{question}\n")
        self.app.process.stdin.flush()
        return json.loads(self.app.process.stdout.readline())

    def place(self, name: str) -> list[str] | None:
        """Where something is, in words for xdotool."""
        found = self.ask(name)
        return found and [str(place) for place in found]

    def go(self, page: str) -> None:
        """Show a page by Alt and its digit."""
        before = len(re.findall(f"page {page}", self.app.wait_for_log(f"page {page}", 0)))
        self.press(f"alt+{PAGES.index(page) + 1}")
        self.app.wait_for_log(f"page {page}", before + 1)

    def wait_for(self, name: str) -> None:
        """Until something of this name is in sight."""
        wait_until(lambda: self.ask(name), PATIENCE_S, lambda: f"{name!r} is not in sight; focus: {self.ask('')!r}")

    def tab_to(self, name: str) -> None:
        """By keys, which brings it into sight."""
        stops: list[str] = []
        while name not in stops:
            assert len(stops) < 100, f"no Tab leads to {name!r}, only to {set(stops)}"
            self.press("Tab")
            stops.append(self.ask(""))

    def click(self, name: str) -> None:
        self.wait_for(name)
        self.do("mousemove", *self.place(name), "click", "1")

    def type(self, text: str) -> None:
        self.do("type", "--delay", "5", text)

    def press(self, *keys: str) -> None:
        self.do("key", *keys)

    def drop(self, name: str) -> None:
        """What lies in the screen's corner, onto something."""
        self.wait_for(name)
        x, y = map(int, self.place(name))
        moves = ["mousemove", "60", "60", "sleep", "0.2", "mousedown", "1", "sleep", "0.2"]
        for step in range(1, 41):
            moves += ["mousemove", str(60 + step * (x - 60) // 40), str(60 + step * (y - 60) // 40), "sleep", "0.03"]
        for step in range(10):  # whoever carries something waits until the place answers
            moves += ["mousemove", str(x + step % 2), str(y), "sleep", "0.1"]
        self.do(*moves, "mouseup", "1")

    def ring(self, picture: Image.Image, door: str = "127.0.0.1") -> None:
        """As a door without a key does: it is told from others by its address."""
        jpeg = numbered(as_jpeg(picture, (640, 480)), next(self._presses))
        station = urlsplit(self.app.address)
        wait_until(lambda: _listens(station.hostname, station.port), PATIENCE_S)
        with closing(HTTPConnection(station.hostname, station.port, 30, (door, 0))) as connection:
            connection.request("POST", "/", jpeg, {"Content-Type": "image/jpeg"})
            assert connection.getresponse().status in (200, 202)

    def visits(self) -> list[dict[str, object]]:
        """What the station tells of them, the newest first."""
        return requests.get(f"{self.app.address}/v1/visits", timeout=30).json()


@pytest.fixture(scope="module")
def own_screen() -> Iterator[None]:
    """Nobody else's windows: the tests beside these take the focus of theirs."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    server, number = start.start_xvfb()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DISPLAY", f":{number}")
        yield
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def outside(own_screen: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool is not installed")
    folder = tmp_path_factory.mktemp("outside")
    (folder / "station.toml").write_text(
        f"[receiver]\nhost = '127.0.0.1'\nport = {free_port()}\nunknown_doors = 'accept'\n"
        "[recognition]\nmerge_window_s = 0\n"
    )
    with Outside(folder) as user:
        yield user


def _listens(host: str, port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex((host, port)) == 0


def _windows(name: str) -> list[str]:
    search = ["xdotool", "search", "--onlyvisible", "--name", name]
    return subprocess.run(search, capture_output=True, text=True, check=False).stdout.split()


def test_a_photo_copied_elsewhere_is_pasted_named_and_taken_back(outside, grace_hopper, tmp_path) -> None:
    """Ctrl+V on People asks whose it is; one click and nothing of it stays."""
    grace_hopper.save(tmp_path / "copied.png")
    people = outside.app.folder / "faces" / "Commander"
    outside.go("people")
    with _dragging(tmp_path / "ready", tmp_path / "copied.png"):
        outside.press("ctrl+v")
        wait_until(lambda: outside.ask("") == WHOSE, PATIENCE_S)
        outside.type("Commander")
        outside.press("Return")
        wait_until((people / "copied.png").exists, PATIENCE_S)
    outside.click("Undo")
    wait_until(lambda: not people.exists(), PATIENCE_S)


def test_one_click_rings_and_the_face_named_by_the_mouse_is_known_from_then_on(outside, astronaut) -> None:
    """The first minutes: the virtual door, a name, a real ring of the same face, *Not Eileen*, and back."""
    outside.go("live")
    outside.click("Ring the virtual door")
    outside.wait_for("Someone you don't know")
    outside.click(WHO)
    outside.type("Eileen")
    outside.click("Save name")
    outside.wait_for("Eileen is at the door")
    outside.ring(astronaut.rotate(2))
    wait_until(lambda: len(outside.visits()) == 2, PATIENCE_S)
    outside.wait_for("Eileen is at the door")
    outside.press("ctrl+1")  # the only answer that fits: Not Eileen
    outside.wait_for("Someone you don't know")
    outside.click("Undo")
    outside.wait_for("Eileen is at the door")


def test_a_ring_is_named_taken_back_and_named_again_by_keys(outside, grace_hopper) -> None:
    """HTTP -> verdict on Live -> Ctrl+1, a name, Enter -> it is known -> Undo by click -> a stranger again."""
    outside.go("live")
    outside.ring(grace_hopper)
    outside.wait_for("Someone you don't know")
    outside.wait_for(WHO)
    outside.press("ctrl+1")
    wait_until(lambda: outside.ask("") == WHO, PATIENCE_S)
    outside.type("Grace")
    outside.press("Return")
    outside.wait_for("Grace is at the door")
    assert list((outside.app.folder / "faces" / "Grace").iterdir())
    outside.click("Undo")
    outside.wait_for("Someone you don't know")


def test_a_visit_is_found_by_typing_deleted_by_key_and_brought_back_by_click(outside, grace_hopper) -> None:
    outside.go("live")
    outside.ring(grace_hopper)
    outside.wait_for("Someone you don't know")
    outside.go("visits")
    outside.click("Search visits")
    outside.type("nobody is called that")
    outside.wait_for("No visit fits")
    outside.click("Clear the search")
    outside.type("127.0.0.1")
    wait_until(lambda: outside.ask("No visit fits") is None, PATIENCE_S)
    outside.tab_to("All visits")
    outside.press("Home", "Delete")
    outside.click("Undo")
    outside.click("Clear the search")


def test_a_setting_typed_wrong_is_explained_beside_it_and_typed_right_is_saved(outside) -> None:
    outside.go("settings")
    outside.tab_to("Chats")
    outside.type("my phone")
    outside.press("Tab")
    outside.wait_for("Whole numbers only.")
    outside.press("shift+Tab", "ctrl+a")
    outside.type("12")
    outside.press("Return")
    outside.wait_for("Saved")
    assert "chat_ids = [12]" in outside.app.settings.read_text("utf-8")


def test_quiet_hours_are_picked_by_keys_alone(outside) -> None:
    outside.go("settings")
    outside.tab_to("Add hours: Quiet hours")
    outside.press("space")
    wait_until(lambda: "quiet_hours" in outside.app.settings.read_text("utf-8"), PATIENCE_S)


def test_every_page_is_reached_and_left_by_keys_alone(outside) -> None:
    """Alt and a digit lead there; Tab goes from control to control, each with a name, and comes round."""
    for page in PAGES:
        outside.go(page)
        stops = []
        while stops[:5] != stops[-5:] or len(stops) < 10:
            outside.press("Tab")
            stops.append(outside.ask("").partition(":")[0])  # what the lights say may change meanwhile
            assert stops[-1], f"after {stops[-2:]} comes something without a name"
            assert len(stops) < 150, " | ".join(stops)


def test_visits_of_strangers_are_picked_out_by_keys(outside) -> None:
    outside.go("visits")
    outside.tab_to("Any verdict")
    outside.press("Down", "Down")
    outside.wait_for("Show all visits")
    outside.click("Show all visits")


def test_a_person_is_renamed_by_typing_over_the_name_and_history_follows(outside) -> None:
    people = outside.app.folder / "faces"
    outside.go("people")
    outside.click(f"Eileen, {(count := len(list((people / 'Eileen').iterdir())))} of {count} photos usable")
    outside.click("Name of this person")
    outside.press("ctrl+a")
    outside.type("Commander Collins")
    outside.press("Return")
    wait_until((people / "Commander Collins").is_dir, PATIENCE_S)
    wait_until(lambda: "Commander Collins is at the door" in {v["headline"] for v in outside.visits()}, PATIENCE_S)


def test_what_was_deleted_minutes_ago_comes_back_by_a_key(outside) -> None:
    """Other things were done since, and the message is long gone."""
    visits = len(outside.visits())
    outside.go("visits")
    outside.tab_to("All visits")
    outside.press("Home", "Delete")
    wait_until(lambda: len(outside.visits()) == visits - 1, PATIENCE_S)
    outside.go("live")
    outside.press("ctrl+z")
    wait_until(lambda: len(outside.visits()) == visits, PATIENCE_S)


def test_a_door_nobody_knows_waits_until_a_click_lets_it_in(outside, grace_hopper) -> None:
    """Its picture is kept, unexamined; from the click on it is a visit like any other."""
    outside.go("settings")
    outside.tab_to("Accept")
    outside.press("Home")
    wait_until(lambda: "ask" in outside.app.settings.read_text("utf-8"), PATIENCE_S)
    outside.ring(grace_hopper, door="127.0.0.2")
    outside.go("doors")
    outside.click("Approve")
    wait_until(lambda: outside.visits()[0]["verdict"], PATIENCE_S)
    assert outside.visits()[0]["door_name"] == "Door at 127.0.0.2"


def test_files_dragged_onto_a_card_join_that_person(outside, grace_hopper, astronaut, tmp_path) -> None:
    """A real drag: another process offers text/uri-list with percent signs, xdotool moves the mouse."""
    folder = tmp_path / "Grace Höpper & Co"
    folder.mkdir()
    grace_hopper.save(folder / "été 1.jpg")
    outside.go("people")
    enrolled = outside.app.folder / "faces" / folder.name
    with _dragging(tmp_path / "ready", folder):
        outside.drop("Add people …")
        wait_until(lambda: enrolled.is_dir() and any(enrolled.iterdir()), PATIENCE_S)
    astronaut.save(tmp_path / "another.jpg")
    with _dragging(tmp_path / "ready again", tmp_path / "another.jpg"):
        outside.drop(f"{folder.name}, 1 of 1 photos usable")
        wait_until(lambda: len(list(enrolled.iterdir())) == 2, PATIENCE_S)


def test_ctrl_q_ends_it_and_nothing_of_it_stays(outside) -> None:
    """The last test of this file: the program is gone after it."""
    outside.press("ctrl+q")
    assert outside.app.process.wait(PATIENCE_S) == 0
    assert "Traceback" not in outside.app.process.stderr.read()


@contextmanager
def _dragging(ready: Path, *files: Path) -> Iterator[None]:
    """Another program at the screen's corner, with files to drag; whoever takes them asks it for them afterwards."""
    source = subprocess.Popen([sys.executable, str(HERE / "drag_source.py"), str(ready), *map(str, files)])
    try:
        wait_until(lambda: ready.exists() and _windows("^Drag source$"), PATIENCE_S)
        yield
    finally:
        source.kill()
        source.wait()
