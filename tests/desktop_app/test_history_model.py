"""The list of all visits keeps Qt's rules, however many there are, and reads only what is looked at."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtTest import QAbstractItemModelTester
from scripted import a_face, a_visit

from desktop_app import history_words
from desktop_app.history_model import STARTED, HistoryModel
from desktop_app.item_models import RECORD
from desktop_app.pages.visit_delegate import VisitDelegate
from desktop_app.thumbnails import Thumbnails
from desktop_app.widgets.long_list import LongList
from receiver.models import (
    EVERYTHING,
    Match,
    Telling,
    Trigger,
    Verdict,
    VisitDeleted,
    VisitFilter,
    VisitKey,
    VisitState,
)
from receiver.verdicts import IN_HINDSIGHT

NOWHERE = Path("nowhere.jpg")
STRANGERS = VisitFilter(verdicts=frozenset({Verdict.UNKNOWN}))


def _visits(count: int) -> list:
    now = time.time()
    return [a_visit(NOWHERE, at=now - number * 60, id_=f"{count - number:06d}") for number in range(count)]


@pytest.fixture
def model(qtbot, station) -> HistoryModel:
    made = HistoryModel(station)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Warning, made)
    return made


def _load(qtbot, model: HistoryModel, wanted: VisitFilter = EVERYTHING) -> None:
    with qtbot.waitSignal(model.loaded):
        model.show_only(wanted)


def _ids(model: HistoryModel) -> list[str]:
    return [model.id_at(row) for row in range(model.rowCount())]


def test_every_row_is_there_before_its_record(qtbot, model, station) -> None:
    """A row can say when its visit began; the rest follows when somebody looks."""
    station.all_visits = _visits(500)
    _load(qtbot, model)
    assert _ids(model) == [v.id for v in station.all_visits]
    row = model.index(300)
    assert row.data(STARTED) == station.all_visits[300].started_at
    assert row.data(RECORD) is None
    assert row.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.waitUntil(lambda: row.data(RECORD) == station.all_visits[300])
    assert row.data(Qt.ItemDataRole.DisplayRole) == "Anna was at the door"


def test_a_list_of_a_hundred_thousand_reads_what_is_in_sight(qtbot, station) -> None:
    """And, after a jump to its end, what is in sight there: not what lies between."""
    count = 100_000
    now = time.time()
    keys = tuple(VisitKey(f"{count - n:06d}", now - n * 60) for n in range(count))
    station.visit_keys = lambda wanted=EVERYTHING, only=None: keys
    one = a_visit(NOWHERE)

    def visits_of(ids):
        station.read.append(tuple(ids))
        return tuple(replace(one, id=visit) for visit in ids)

    station.visits_of = visits_of
    model = HistoryModel(station)
    listing = LongList(model, VisitDelegate(Thumbnails(), days=True), "All visits")
    qtbot.addWidget(listing)
    listing.resize(QSize(400, 700))
    listing.show()
    _load(qtbot, model)
    qtbot.waitUntil(lambda: model.index(0).data(RECORD) is not None)
    listing.scrollToBottom()
    qtbot.waitUntil(lambda: model.index(count - 1).data(RECORD) is not None)
    read = [visit for ids in station.read for visit in ids]
    assert len(read) < 20 * HistoryModel.PAGE
    assert len(read) == len(set(read))
    assert all(int(visit) > count - 300 or int(visit) < 300 for visit in read)


def test_a_new_visit_enters_on_top_and_a_changed_one_stays_in_its_row(qtbot, model, station) -> None:
    station.all_visits = _visits(30)
    _load(qtbot, model)
    model.upsert(newest := a_visit(NOWHERE, at=time.time() + 1, id_="999999"))
    assert (model.rowCount(), model.row_of("999999")) == (31, 0)
    model.upsert(changed := replace(newest, verdict=Verdict.NO_FACE))
    assert (model.rowCount(), model.index(0).data(RECORD)) == (31, changed)
    model.upsert(late := a_visit(NOWHERE, at=station.all_visits[10].started_at + 1, id_="late"))
    assert model.row_of(late.id) == 11


def test_a_filter_decides_about_new_visits_too_and_keeps_those_on_show(qtbot, model, station) -> None:
    """Whoever names a stranger in the list of strangers still sees them, until the list is asked for anew."""
    station.fits = lambda wanted, visit: wanted.verdicts <= {visit.verdict}
    station.all_visits = [replace(v, verdict=Verdict.UNKNOWN) for v in _visits(3)]
    _load(qtbot, model, STRANGERS)
    station.publish(known := a_visit(NOWHERE, at=time.time() + 1, id_="known"))
    station.publish(stranger := a_visit(NOWHERE, at=time.time() + 2, id_="stranger", verdict=Verdict.UNKNOWN))
    model.upsert(known)
    model.upsert(stranger)
    qtbot.waitUntil(lambda: model.row_of("stranger") == 0)
    assert model.row_of("known") is None
    model.upsert(named := replace(stranger, verdict=Verdict.KNOWN))
    assert model.index(0).data(RECORD) == named
    station.publish(named)
    _load(qtbot, model, STRANGERS)
    assert model.row_of("stranger") is None


def test_what_is_deleted_leaves_the_list_whoever_deletes_it(qtbot, model, station) -> None:
    station.all_visits = _visits(5)
    _load(qtbot, model)
    model.forget(VisitDeleted(station.all_visits[2].id))
    model.forget(VisitDeleted("never heard of"))
    assert _ids(model) == [v.id for n, v in enumerate(station.all_visits) if n != 2]


def test_what_happens_while_a_list_is_read_is_in_it(qtbot, model, station) -> None:
    """Its keys may have been read a moment before."""
    station.all_visits = _visits(5)
    keys = station.visit_keys()
    go = threading.Event()

    def slow(wanted=EVERYTHING, only=None):
        go.wait(10)
        return keys

    station.visit_keys = slow
    model.show_only(EVERYTHING)
    model.upsert(a_visit(NOWHERE, at=time.time() + 1, id_="999999"))
    model.forget(VisitDeleted(station.all_visits[4].id))
    with qtbot.waitSignal(model.loaded):
        go.set()
    assert _ids(model) == ["999999", *(v.id for v in station.all_visits[:4])]


def test_a_record_that_was_read_before_it_changed_does_not_take_the_place_of_the_newer_one(
    qtbot, model, station
) -> None:
    station.all_visits = _visits(3)
    _load(qtbot, model)
    begun, go = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        go.wait(10)

    station.reading = wait
    assert model.index(1).data(RECORD) is None
    qtbot.waitUntil(begun.is_set)
    newer = replace(station.all_visits[1], reason="newer")
    model.upsert(newer)
    go.set()
    qtbot.waitUntil(lambda: model.index(0).data(RECORD) is not None)
    assert model.index(1).data(RECORD) == newer


def test_the_rows_stay_right_whatever_comes_and_goes(qtbot, model, station) -> None:
    """A few hundred visits, looked at, changed, new, deleted, hidden, with Qt's own tester watching."""
    chance = random.Random(6)
    station.all_visits = _visits(200)
    _load(qtbot, model)
    expected = {v.id: v.started_at for v in station.all_visits}
    for number in range(300):
        row = chance.randrange(model.rowCount())
        visit = model.id_at(row)
        match chance.randrange(4):
            case 0:
                model.index(row).data(RECORD)
            case 1:
                at = time.time() - chance.randrange(20_000)
                expected[f"x{number}"] = at
                model.upsert(a_visit(NOWHERE, at=at, id_=f"x{number}"))
            case 2:
                del expected[visit]
                model.forget(VisitDeleted(visit))
            case 3:
                model.upsert(a_visit(NOWHERE, at=expected[visit], id_=visit, verdict=Verdict.NO_FACE))
        if number % 50 == 0:
            qtbot.wait(1)
    order = sorted(expected, key=lambda visit: (expected[visit], visit), reverse=True)
    assert _ids(model) == order
    assert [model.row_of(visit) for visit in order] == list(range(len(order)))


def test_memory_holds_a_few_screens_of_records(qtbot, model, station) -> None:
    """Whoever scrolls through years does not collect them."""
    station.all_visits = _visits(HistoryModel.KEPT + 200)
    _load(qtbot, model)
    for visit in station.all_visits:
        model.upsert(visit)
    assert sum(model.record(v.id) is not None for v in station.all_visits) == HistoryModel.KEPT


# ---- small pictures


def test_small_pictures_of_visits_are_kept_beside_them(qtbot, tmp_path: Path) -> None:
    """The next start reads these; pictures from elsewhere, such as photos of people, leave no copy."""
    mine, other = tmp_path / "snapshots" / "2026" / "s1.jpg", tmp_path / "known_faces" / "a.jpg"
    for path in (mine, other):
        path.parent.mkdir(parents=True)
        Image.new("RGB", (640, 480), "#aa3322").save(path)
    for _start in range(2):
        thumbnails = Thumbnails(None, tmp_path / "snapshots")
        qtbot.waitUntil(lambda made=thumbnails: None not in (made.get(mine, 56), made.get(other, 56)))
        picture = thumbnails.get(mine, 56)
        assert picture.size() == QSize(56, 56)
        assert abs(picture.toImage().pixelColor(28, 28).red() - 0xAA) < 6
        mine.write_bytes(b"it is not read again")
    assert sorted(path.name for path in tmp_path.rglob("*.jpg")) == ["a.jpg", "s1.jpg", "s1@56.jpg"]


def test_what_was_scrolled_past_is_not_read(qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last asked for are in sight."""
    read: list[str] = []
    go = threading.Event()

    def slow(path: Path, side: int):
        go.wait(10)
        read.append(path.name)
        return read_square(path, side)

    from desktop_app.thumbnails import read_square  # noqa: PLC0415

    monkeypatch.setattr("desktop_app.thumbnails.read_square", slow)
    thumbnails = Thumbnails()
    for number in range(1_000):
        thumbnails.get(tmp_path / f"{number}.jpg", 56)
    go.set()
    qtbot.waitUntil(lambda: thumbnails.get(tmp_path / "999.jpg", 56) is not None and len(read) >= 102)
    assert set(read) == {"0.jpg", "1.jpg", *(f"{n}.jpg" for n in range(900, 1_000))}


# ---- words about what was


def test_history_is_told_in_the_past() -> None:
    known = a_visit(NOWHERE, faces=[a_face(Verdict.KNOWN, "Bob")])
    assert history_words.headline(known) == "Bob was at the door"
    both = replace(known, faces=(*known.faces, a_face(Verdict.UNKNOWN)))
    names = QLocale().createSeparatedList(["Bob", "someone else"])
    assert history_words.headline(both) == f"{names} were at the door"
    unclear = a_visit(NOWHERE, verdict=Verdict.UNCLEAR, reason="the face is too dark")
    assert history_words.headline(unclear) == "Can't tell who it was: the face is too dark"
    assert history_words.headline(a_visit(NOWHERE, verdict=None)) == "Someone was at the door"
    assert history_words.headline(replace(known, trigger=Trigger.TEST)) == "Test: Bob was at the door"


def test_why_nobody_was_told_is_the_truth_of_that_visit() -> None:
    visit = a_visit(NOWHERE)
    assert "nothing was switched on" in history_words.nobody_told(visit)
    assert "before you let the door in" in history_words.nobody_told(replace(visit, state=VisitState.HELD))
    hushed = replace(visit, telling=Telling.HUSHED, hushed="quiet hours")
    assert history_words.nobody_told(hushed) == "Kept quiet: quiet hours."
    look = a_visit(NOWHERE, verdict=None, trigger=Trigger.LOOK)
    assert "when the verdict is there" in history_words.nobody_told(look)


def test_a_face_without_a_name_still_says_how_near_it_was() -> None:
    unclear = a_face(Verdict.UNCLEAR, reason="the face is too dark")
    assert history_words.why(unclear) == "No name is given: the face is too dark."
    assert history_words.figures(unclear) == "distance to Anna 0.71 · a name is given up to 0.55"
    known = a_face(Verdict.KNOWN, "Anna")
    assert history_words.why(known) == "Looks like Anna, more than 99 % likely."
    assert history_words.figures(known) == "distance to Anna 0.38 · to Bob 0.66 · a name is given up to 0.55"
    later = replace(known, reason=IN_HINDSIGHT)
    assert history_words.why(later).endswith("likely. This was found later, by photos that came since.")
    assert "too far" in history_words.why(a_face(Verdict.UNKNOWN))
    told = replace(known, match=Match("Anna", None, None, None))
    assert (history_words.why(told), history_words.figures(told)) == ("You said who this is.", "")
