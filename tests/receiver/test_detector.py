"""Whose eye finds faces: the station changes it while it runs, and the shell without one."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from receiver import __main__ as shell
from receiver import settings as settings_file
from receiver.engines import model_files
from receiver.engines.model_files import ModelFile
from receiver.errors import FetchStopped, ModelError
from receiver.models import Change, PartState, Verdict, Visit
from receiver.station import Station
from tests.receiver.file_server import Publisher, says, silent_after
from tests.station_process import as_jpeg

PATIENCE_S = 60.0
CONTENT = b"not really a network" * 500


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """Has a made-up file that counts as YuNet's."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Publisher(CONTENT) as made:
        digest = hashlib.sha256(CONTENT).hexdigest()
        model = ModelFile("yunet_made_up.onnx", len(CONTENT), digest, (made.address(),))
        for function in (model_files.find_detector, model_files.place_detector, model_files.remove_detector):
            monkeypatch.setattr(function, "__defaults__", (*(function.__defaults__ or ())[:-1], (model,)))
        monkeypatch.setitem(model_files.fetch_detector.__kwdefaults__, "model", model)
        yield made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    (tmp_path / "known_faces").mkdir()
    (tmp_path / "station.toml").write_text(
        "[receiver]\nhost = '127.0.0.1'\nport = 0\n[mqtt]\nbroker = 'off'\n[recognition]\ndetector = 'auto'\n"
    )
    return tmp_path


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    places = {"data_dir": home / "data", "gallery_dir": home / "known_faces"}
    station = Station(settings_file.load(home / "station.toml", overrides=places, environ={}), home / "station.toml")
    station.start()
    yield station
    station.stop()


def the_file(home: Path) -> Path:
    return home / "data" / "models" / "yunet_made_up.onnx"


# ---- the station


def test_a_fetched_file_is_used_at_once_and_removed_again_it_is_not(
    station: Station, publisher: Publisher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each, recognition is opened anew."""
    opened: list[str] = []
    monkeypatch.setattr(station._assembly, "open_eyes_anew", lambda: opened.append(station.detector()))
    assert (station.detector(), station.detector_file()) == ("hog", None)
    assert station.fetch_detector() == the_file(home)
    assert (station.detector(), station.detector_file()) == ("yunet", the_file(home))
    station.remove_detector()
    station.place_detector(write(home / "mine", CONTENT))
    assert opened == ["yunet", "hog", "yunet"]


def test_a_failed_or_stopped_fetch_leaves_recognition_alone(
    station: Station, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station._assembly, "open_eyes_anew", lambda: pytest.fail("nothing has changed"))
    publisher.manners = [says(404)]
    with pytest.raises(ModelError):
        station.fetch_detector()
    with pytest.raises(FetchStopped):
        station.fetch_detector(cancelled=lambda: True)
    assert station.detector() == "hog"


def test_stopping_the_station_ends_a_fetch_and_nothing_is_opened_afterwards(
    home: Path, station: Station, publisher: Publisher
) -> None:
    publisher.manners = [silent_after(100)]
    begun, ended = threading.Event(), threading.Event()

    def progress(done: int, _total: int) -> None:
        if done:
            begun.set()
            assert ended.wait(PATIENCE_S)

    outcome: list[Exception] = []

    def fetch() -> None:
        try:
            station.fetch_detector(progress)
        except FetchStopped as stopped:
            outcome.append(stopped)

    thread = threading.Thread(target=fetch)
    thread.start()
    assert begun.wait(PATIENCE_S)
    station.stop()
    ended.set()
    thread.join(PATIENCE_S)
    assert len(outcome) == 1


def test_what_is_fetched_as_the_station_stops_opens_nothing(station: Station, publisher: Publisher) -> None:
    """The last byte came, then the station stopped: no thread is left (conftest looks)."""
    station.fetch_detector(lambda done, total: station.stop() if done == total else None)
    assert {part.name: part.state for part in station.parts()}["recognition"] is PartState.OFF


def test_rings_during_the_change_wait_and_none_is_lost(
    station: Station, tmp_path: Path, astronaut: Image.Image
) -> None:
    """Six rings while the eyes are opened anew twice: every one gets its verdict."""
    station.apply({("recognition", "merge_window_s"): 0})
    verdicts = Verdicts(station)
    rung = []
    for number in range(6):
        rung.append(station.ring(write(tmp_path / f"{number}.jpg", as_jpeg(astronaut.resize((300 + number, 300))))))
        if number in (1, 4):
            station.remove_detector()
    assert all(verdicts.of(visit).verdict is Verdict.UNKNOWN for visit in rung)


def test_the_real_file_placed_by_hand_finds_the_next_face(
    station: Station, tmp_path: Path, shared_data: Path, astronaut: Image.Image
) -> None:
    verdicts = Verdicts(station)
    station.place_detector(shared_data / "models" / "yunet_2026may.onnx")
    visit = station.ring(write(tmp_path / "press.jpg", as_jpeg(astronaut)))
    assert [face.quality.detector for face in verdicts.of(visit).faces] == ["yunet"]


class Verdicts:
    """Visits that are concluded, to wait for."""

    def __init__(self, station: Station) -> None:
        self._concluded: dict[str, Visit] = {}
        self._news = threading.Condition()
        station.subscribe(self._note)

    def of(self, visit: Visit) -> Visit:
        with self._news:
            assert self._news.wait_for(lambda: visit.id in self._concluded, PATIENCE_S)
            return self._concluded[visit.id]

    def _note(self, change: Change) -> None:
        with self._news:
            if isinstance(change, Visit) and change.verdict is not None:
                self._concluded[change.id] = change
                self._news.notify_all()


# ---- the shell


def run(home: Path, *arguments: str) -> int:
    places = ["--settings", str(home / "station.toml"), "--data-dir", str(home / "data")]
    return shell.main([*places, "detector", *arguments])


def test_the_shell_fetches_tells_and_removes(
    home: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home) == 0
    assert capsys.readouterr().out == "hog\tthe file of YuNet is not there\n"
    assert run(home, "fetch") == 0
    said = capsys.readouterr()
    assert said.out == f"yunet\t{the_file(home)}\na station that is running notices at its next start\n"
    assert said.err == "", "no progress where nobody watches"
    assert run(home) == 0
    assert capsys.readouterr().out == f"yunet\t{the_file(home)}\n"
    assert run(home, "remove") == 0
    assert capsys.readouterr().out.startswith("hog\t")
    assert not the_file(home).exists()


def test_a_person_at_the_terminal_sees_how_far_it_is(
    home: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(home, "fetch") == 0
    assert capsys.readouterr().err.endswith("\r100 %\n")


def test_the_shell_places_a_file_by_hand(home: Path, publisher: Publisher, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "place", str(write(home / "mine", CONTENT))) == 0
    assert capsys.readouterr().out.startswith(f"yunet\t{the_file(home)}\n")
    assert publisher.asked == []


@pytest.mark.parametrize("arguments", [("fetch",), ("place", "station.toml"), ("place", "missing"), ("remove",)])
def test_what_cannot_be_done_is_one_line_and_exit_code_1(
    home: Path,
    publisher: Publisher,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
) -> None:
    monkeypatch.chdir(home)
    publisher.manners = [says(404)]
    assert run(home, *arguments) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("porchlight: ")


@pytest.mark.parametrize("arguments", [("place",), ("fetch", "file"), ("remove", "file")])
def test_wrong_usage_is_exit_code_2(home: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert run(home, *arguments) == 2
    assert "detector place FILE" in capsys.readouterr().err


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
