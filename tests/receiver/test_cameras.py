"""Cameras as doors: the real process on films and a real MJPEG server, through the real station."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from receiver import settings as settings_file
from receiver.camera_link import CameraProcess, checked, without_secrets
from receiver.camera_process import Motion
from receiver.cameras import Vigil
from receiver.errors import CameraError, StationError
from receiver.models import Camera, DoorState, PartState, Trigger, Verdict, Visit
from receiver.station import Station
from tests.fakes import free_port
from tests.station_process import as_jpeg
from tests.waiting import wait_until

PATIENCE_S = 60.0
SECRET = "s3cret"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "station.toml").write_text("[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nbroker = 'off'\n")
    return tmp_path


def build(home: Path) -> Station:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    return Station(settings_file.load(home / "station.toml", overrides=places, environ={}), home / "station.toml")


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    station = build(home)
    station.start()
    yield station
    station.stop()


def film_of(path: Path, *scenes: tuple[Image.Image, float]) -> Path:
    """A film of still pictures (640x480), each for so many seconds."""
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for picture, seconds in scenes:
        pixels = np.asarray(ImageOps.pad(picture.convert("RGB"), (640, 480)))[:, :, ::-1]
        for _ in range(round(10 * seconds)):
            film.write(np.ascontiguousarray(pixels))
    film.release()
    return path


@pytest.fixture
def porch() -> Image.Image:
    """Nobody is there."""
    return Image.new("RGB", (640, 480), "#7a8a99")


@pytest.fixture
def film(tmp_path: Path, astronaut: Image.Image) -> Path:
    """Somebody who stays."""
    return film_of(tmp_path / "somebody.avi", (astronaut, 2))


@contextmanager
def network_camera(picture: bytes, *, stills: bool = False) -> Iterator[str]:
    """HOST:PORT of a camera as they are sold: one JPEG after the other, for whoever knows the password.

    `stills`: one JPEG for each question, as the address for snapshots in a camera's manual has it.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "Basic YW5uYTpzM2NyZXQ=" not in self.headers.get("Authorization", ""):  # anna:s3cret
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                self.end_headers()
                return
            self.send_response(200)
            if stills:
                self.send_header("Content-Type", "image/jpeg")
                self.end_headers()
                self.wfile.write(picture)
                return
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=part")
            self.end_headers()
            head = f"--part\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
            try:
                while not stopping.wait(0.05):
                    self.wfile.write(head + picture + b"\r\n")
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    stopping = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


def concluded(station: Station) -> list[Visit]:
    return [visit for visit in station.visits() if visit.verdict]


def camera(station: Station) -> Camera:
    return station.cameras()[0]


# ---- looking


def test_a_camera_becomes_a_door_by_its_first_picture(station: Station, film: Path) -> None:
    """It is let in, and what it saw is a look with its verdict: nobody is told that somebody rang."""
    door = station.add_camera("Porch  camera", str(film))
    assert (door.id, door.name, door.state) == ("camera-1", "Porch camera", DoorState.APPROVED)
    wait_until(lambda: concluded(station), PATIENCE_S)
    visit = station.visits()[0]
    assert (visit.door_name, visit.trigger, visit.verdict) == ("Porch camera", Trigger.LOOK, Verdict.UNKNOWN)
    assert visit.snapshots[0].width == 640
    assert camera(station) == Camera("camera-1", "Porch camera", str(film), False, PartState.WORKING, "")


def test_a_look_brings_another_picture_of_any_camera(station: Station, film: Path) -> None:
    door = station.add_camera("Porch", str(film)).id
    assert station.can_look(door)
    station.look(door)
    wait_until(lambda: len(concluded(station)) == 2, PATIENCE_S)
    assert {visit.trigger for visit in station.visits()} == {Trigger.LOOK}


def test_a_look_at_another_door_is_a_command_to_it(station: Station) -> None:
    station.pair_door("front-door", "Front door")
    assert not station.can_look("front-door"), "it is not there"
    with pytest.raises(StationError):
        station.look("front-door")


def test_a_camera_in_the_network_is_seen_and_its_password_stays_secret(
    station: Station, home: Path, astronaut: Image.Image, caplog: pytest.LogCaptureFixture
) -> None:
    """In no record, log, database or settings; it lies only where secrets do, and goes with the camera."""
    caplog.set_level(logging.DEBUG)
    with network_camera(as_jpeg(astronaut)) as address:
        door = station.add_camera("Gate", f"http://anna:{SECRET}@{address}/video?token={SECRET}").id
        station.set_camera(door, by_face=True)
        wait_until(lambda: camera(station).state is PartState.WORKING, PATIENCE_S)
        assert camera(station).source == f"http://***@{address}/video?***"
        kept = [file for file in home.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]
        assert kept == [home / "station.secrets.json"]
        assert SECRET not in caplog.text + repr(camera(station)) + repr(vars(station._assembly.cameras))
        station.remove_camera(door)
    assert SECRET not in (home / "station.secrets.json").read_text()


def test_wrong_addresses_are_told_in_words_and_not_kept(station: Station, tmp_path: Path, porch: Image.Image) -> None:
    with network_camera(as_jpeg(porch)) as address:
        for source, told in (
            (f"http://anna:wrong@{address}/video", "127.0.0.1 gives no picture: Check the path"),
            (f"rtsp://127.0.0.1:{free_port()}/", "127.0.0.1 is there, but no camera answers: Check the port"),
            ("http://camera.invalid/", "camera.invalid does not answer: Is the camera on"),
            ("99", "This computer's camera gives no picture: Is it plugged in"),
        ):
            with pytest.raises(CameraError) as error:
                station.add_camera("Gate", source)
            assert str(error.value).startswith(told)
            assert "wrong" not in str(error.value)
    for source in ("", "ftp://somewhere/", "http://", "no such film", str(tmp_path), "http://[/"):
        with pytest.raises(StationError, match="This is no camera"):
            station.add_camera("Gate", source)
    (tmp_path / "letter.txt").write_text("Dear Anna")
    with pytest.raises(CameraError, match="This film cannot be played"):
        station.add_camera("Gate", str(tmp_path / "letter.txt"))
    assert (station.cameras(), station.doors()) == ((), ())


def test_what_is_secret_in_an_address_is_not_shown() -> None:
    assert without_secrets("rtsp://10.0.0.7:554/stream1") == "rtsp://10.0.0.7:554/stream1"
    assert without_secrets("rtsp://anna:p@ss@10.0.0.7/s") == "rtsp://***@10.0.0.7/s"
    assert without_secrets("rtsp://10.0.0.7/user=anna_password=x_channel=1") == "rtsp://10.0.0.7/***"
    assert (checked(" 00 "), without_secrets("0")) == ("0", "0")


def test_this_computers_cameras_are_found_in_their_own_process() -> None:
    """Whatever there is here: numbers, and none twice."""
    with CameraProcess("") as process:
        found = process.find()
    assert len(set(found)) == len(found)
    assert all(number.isdecimal() for number in found)


# ---- watching


def test_a_face_that_stays_makes_one_visit(station: Station, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ring with the pictures of two seconds, and no second one however often it is seen again."""
    monkeypatch.setattr("receiver.cameras._STILL_THERE_S", 0.1)
    examined, examine = [], station._assembly.cameras._eyes
    monkeypatch.setattr(
        station._assembly.cameras, "_eyes", lambda picture: examined.append(picture) or examine(picture)
    )
    rung = lambda: [v for v in concluded(station) if v.trigger is Trigger.RING]  # noqa: E731
    station.add_camera("Porch", str(film), by_face=True)
    wait_until(rung, PATIENCE_S)
    before = len(examined)
    wait_until(lambda: len(examined) > before + 30, PATIENCE_S)
    assert [visit.verdict for visit in rung()] == [Verdict.UNKNOWN]


def test_a_camera_whose_process_dies_comes_back(station: Station, tmp_path: Path, porch: Image.Image) -> None:
    door = station.add_camera("Porch", str(film_of(tmp_path / "nobody.avi", (porch, 1))), by_face=True).id
    wait_until(lambda: camera(station).state is PartState.WORKING, PATIENCE_S)
    lookout = station._assembly.cameras._lookouts[door]
    first = lookout.pid
    assert first
    os.kill(first, signal.SIGTERM)
    wait_until(lambda: lookout.pid not in (None, first) and camera(station).state is PartState.WORKING, PATIENCE_S)
    assert [visit.trigger for visit in station.visits()] == [Trigger.LOOK]


def test_a_camera_that_goes_away_is_waited_for(station: Station, astronaut: Image.Image) -> None:
    with network_camera(as_jpeg(astronaut)) as address:
        station.add_camera("Gate", f"http://anna:{SECRET}@{address}/", by_face=True)
    wait_until(lambda: camera(station).state is PartState.WAITING, PATIENCE_S)
    wait_until(lambda: "127.0.0.1" in camera(station).detail, PATIENCE_S)


def test_an_address_that_gives_one_picture_is_asked_again_and_again(station: Station, astronaut: Image.Image) -> None:
    """On demand, and watched: whoever stays before it rings, and when it goes away it is waited for."""
    with network_camera(as_jpeg(astronaut), stills=True) as address:
        source = f"http://anna:{SECRET}@{address}/cgi-bin/snapshot"
        with CameraProcess(source) as process:
            process.open()
            looks = [process.look() for _ in range(3)]
        assert all(Image.open(BytesIO(look)).size == astronaut.size for look in looks)
        station.add_camera("Gate", source, by_face=True)
        wait_until(lambda: any(visit.trigger is Trigger.RING for visit in concluded(station)), PATIENCE_S)
        assert camera(station).state is PartState.WORKING
    wait_until(lambda: camera(station).state is PartState.WAITING, PATIENCE_S)


def test_cameras_outlive_the_station_and_end_by_the_owners_word(home: Path, film: Path) -> None:
    first = build(home)
    first.start()
    first.add_camera("Porch", str(film))
    first.add_camera("Gate", str(film), by_face=True)
    first.stop()
    second = build(home)
    second.start()
    try:
        assert [(c.door, c.name, c.by_face) for c in second.cameras()] == [
            ("camera-1", "Porch", False),
            ("camera-2", "Gate", True),
        ]
        second.remove_camera("camera-2")
        assert [c.name for c in second.cameras()] == ["Porch"]
        gone = next(door for door in second.doors() if door.id == "camera-2")
        assert gone.state is DoorState.REFUSED
        assert second.add_camera("Gate", str(film)).id == "camera-3", "the visits of the old one stay its own"
    finally:
        second.stop()


# ---- when a face is a visit


def see(vigil: Vigil, *at: tuple[float, bool]) -> list[int]:
    """The number of pictures of each visit."""
    return [len(made) for when, face in at if (made := vigil.see(when, b"", face=face))]


def test_a_face_that_only_passes_makes_no_visit() -> None:
    vigil = Vigil()
    assert see(vigil, (0, True), (1, True), (1.5, False), (2.5, True), (3.5, True)) == []


def test_one_who_stays_is_one_visit_and_comes_again_after_having_been_away() -> None:
    vigil = Vigil()
    stays = [(second, True) for second in range(60)]
    assert see(vigil, *stays) == [3]
    assert see(vigil, (65, False), (70, True), (75, False), (99, False)) == [], "looked away for a moment"
    assert vigil.attentive
    assert see(vigil, (101, False)) == []
    assert not vigil.attentive
    assert see(vigil, (110, True), (111, True), (112, True)) == [3]


def test_what_moves_is_told_from_noise_and_becomes_part_of_the_scene() -> None:
    motion, noise = Motion(), np.random.default_rng(1)
    picture = np.full((480, 640, 3), 90, np.uint8)
    noisy = lambda: picture + noise.integers(0, 12, picture.shape, np.uint8)  # noqa: E731
    assert motion.seen(noisy()), "the first one is looked at"
    assert not any(motion.seen(noisy()) for _ in range(20))
    picture[100:240, 200:300] = 200
    assert motion.seen(noisy())
    assert not [motion.seen(noisy()) for _ in range(60)][-1]
