"""Hundreds of photos dropped at once: how far they are, stopped, and dropped again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from receiver.models import Judgement

PHOTOS = 300


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "holiday"
    folder.mkdir()
    paths = [folder / f"{number:03}.jpg" for number in range(PHOTOS)]
    for path in paths:
        path.write_bytes(b"")
    return paths


class Gate:
    """Holds the station up at one photo until the test lets it go on."""

    def __init__(self, at: Path) -> None:
        self._at = at
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, path: Path) -> None:
        if path == self._at:
            self.reached.set()
            assert self.open.wait(10)


def test_hundreds_of_photos_go_in_few_calls_each_photo_once_and_in_order(qtbot, opened, station, photos) -> None:
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
    calls = [call[2] for call in station.calls if call[0] == "enrol"]
    assert [path for call in calls for path in call] == photos
    assert len(calls[0]) == 1
    assert len(calls) < PHOTOS / 20
    assert enrolment.told.text() == f"{PHOTOS} photos added to Anna"


def test_each_photo_moves_the_progress_on_while_its_batch_is_still_being_judged(qtbot, opened, station, photos) -> None:
    station.judge = gate = Gate(photos[40])
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
        qtbot.waitUntil(gate.reached.is_set)
        qtbot.waitUntil(lambda: f"40 of {PHOTOS}" in enrolment.told.text())
        assert len(enrolment.photos.records) == 9
        gate.open.set()


def test_stop_ends_in_the_middle_of_a_batch_and_the_same_photos_dropped_again_go_on(
    qtbot, opened, station, photos
) -> None:
    station.judge = gate = Gate(photos[40])
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
        qtbot.waitUntil(gate.reached.is_set)
        enrolment._stop.click()
        gate.open.set()
    assert enrolment.told.text() == "41 photos added to Anna"
    assert len(station.people["Anna"].photos) == 41

    for path in photos[:41]:
        station.judgements[path.name] = (Judgement.DUPLICATE, "it is already among Anna's photos")
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos)])
    assert len(station.people["Anna"].photos) == PHOTOS
    assert enrolment.told.text() == f"{PHOTOS - 41} photos added to Anna, 41 set aside"


def test_an_error_is_told_for_each_photo_it_kept_out(qtbot, opened, station, photos) -> None:
    def fail(path: Path) -> None:
        raise OSError("the disk is full")

    station.judge = fail
    enrolment = opened.people.enrolment
    with qtbot.waitSignal(enrolment.finished):
        enrolment.add_groups([("Anna", photos[:12])])
    assert [photo.reason for photo in enrolment.photos.records] == ["the disk is full"] * 12
