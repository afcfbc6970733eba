"""Threads meet Qt in two places only, and both deliver on the UI thread."""

from __future__ import annotations

import threading
import time

import PySide6
import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot
from scripted import a_visit

from desktop_app.bridge import Bridge
from desktop_app.tasks import Chain, run_in_background
from receiver.models import Door, DoorState, GalleryChanged, Part, PartState


class _Counter(QObject):
    sent = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []
        self.threads: set[int] = set()
        self.sent.connect(self.take)

    @Slot(object)
    def take(self, payload: object) -> None:
        self.got.append(payload)
        self.threads.add(threading.get_ident())


def test_the_release_that_breaks_object_signals_is_not_used() -> None:
    """In PySide6 6.12.0 every emit drops a reference to its payload, until the interpreter aborts."""
    assert PySide6.__version__ != "6.12.0"


def test_two_thousand_object_signals_arrive_with_true_payloads(qtbot) -> None:
    counter = _Counter()
    for _ in range(2_000):
        counter.sent.emit(True)
    assert counter.got == [True] * 2_000


def test_two_thousand_object_signals_cross_threads(qtbot) -> None:
    counter = _Counter()

    def emit() -> None:
        for number in range(1_000):
            counter.sent.emit((number, True))

    threads = [threading.Thread(target=emit) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: len(counter.got) == 2_000)
    assert counter.threads == {threading.get_ident()}
    assert all(flag is True for _, flag in counter.got)


def test_the_bridge_sorts_records_onto_the_ui_thread(qtbot, station, picture) -> None:
    bridge = Bridge(station)
    heard: list[tuple[str, object, bool]] = []

    class Listener(QObject):
        @Slot(object)
        def take(self, change: object) -> None:
            heard.append((type(change).__name__, change, QThread.currentThread() is self.thread()))

    listener = Listener()
    for signal in (bridge.visit_changed, bridge.door_changed, bridge.part_changed, bridge.gallery_changed):
        signal.connect(listener.take)
    now = time.time()
    for change in (
        a_visit(picture),
        Door("back", "Back", DoorState.ASKING, now, now),
        Part("mqtt", PartState.OFF, "", now),
        GalleryChanged(()),
    ):
        station.publish(change)
    qtbot.waitUntil(lambda: len(heard) == 4)
    assert [name for name, _, _ in heard] == ["Visit", "Door", "Part", "GalleryChanged"]
    assert all(on_ui_thread for _, _, on_ui_thread in heard)
    bridge.close()
    station.publish(GalleryChanged(()))
    assert len(heard) == 4


def test_a_result_comes_back_on_the_ui_thread(qtbot) -> None:
    owner = QObject()
    got: list[tuple[int, int]] = []
    run_in_background(owner, threading.get_ident, lambda worker: got.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(got))
    worker, ui = got[0]
    assert worker != ui == threading.get_ident()


def test_an_error_comes_back_as_the_error_it_is(qtbot) -> None:
    owner = QObject()
    errors: list[Exception] = []

    def fail() -> None:
        raise OSError("disk")

    run_in_background(owner, fail, None, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], OSError)


def test_an_error_nobody_takes_is_raised_where_the_hook_sees_it(qtbot) -> None:
    owner = QObject()
    with qtbot.captureExceptions() as caught:
        run_in_background(owner, lambda: 1 / 0)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_nothing_is_told_to_an_owner_that_is_gone(qtbot) -> None:
    owner, other = QObject(), QObject()
    go = threading.Event()
    told: list[object] = []
    run_in_background(owner, lambda: go.wait(5), told.append)
    import shiboken6  # noqa: PLC0415

    shiboken6.delete(owner)
    go.set()
    end: list[object] = []
    run_in_background(other, lambda: 1, end.append)
    qtbot.waitUntil(lambda: bool(end))
    assert told == []


@pytest.mark.parametrize("cancel_after", [None, 2])
def test_a_chain_works_through_its_items_in_order_until_cancelled(qtbot, cancel_after) -> None:
    owner = QObject()
    seen: list[tuple[int, object]] = []

    def each(item: int, outcome) -> None:
        seen.append((item, outcome.value if outcome.error is None else type(outcome.error)))
        if len(seen) == cancel_after:
            chain.cancel()

    chain = Chain(owner, [4, 2, 0, 1], lambda n: 8 // n, each)
    with qtbot.waitSignal(chain.finished):
        chain.start()
    everything = [(4, 2), (2, 4), (0, ZeroDivisionError), (1, 8)]
    assert seen == everything[:cancel_after]
