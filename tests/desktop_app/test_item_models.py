"""The models keep Qt's rules and the records' order."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from scripted import a_face, a_visit

from desktop_app.item_models import RECORD, IdentityModel, PhotoModel, TodayModel, VisitModel
from receiver.models import Identity, Judgement, Photo, Verdict, VisitDeleted

NOWHERE = Path("nowhere.jpg")


def _tester(model) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)


def _visits(count: int, *, step: float = 60) -> list:
    now = time.time()
    return [a_visit(NOWHERE, at=now - number * step) for number in range(count)]


def test_visits_are_fetched_in_pages_as_they_are_needed(qtbot, station) -> None:
    station.all_visits = _visits(150)
    model = VisitModel(station.visits)
    sizes: list[int] = []
    model.fetched.connect(lambda: sizes.append(model.rowCount()))
    _tester(model)  # fetches whenever the model says it can

    def fetched() -> bool:
        model.fetchMore()
        return model.complete

    qtbot.waitUntil(fetched)
    assert sizes == [60, 120, 150]
    assert not model.canFetchMore()
    assert list(model.records) == station.all_visits


def test_a_new_visit_enters_on_top_and_a_changed_one_stays_in_its_row(qtbot, station) -> None:
    station.all_visits = _visits(3)
    model = VisitModel(station.visits)
    _tester(model)
    with qtbot.waitSignal(model.fetched):
        model.fetchMore()
    newest = a_visit(NOWHERE, verdict=None, at=time.time() + 1)
    model.upsert(newest)
    assert model.records[0] == newest
    with qtbot.waitSignal(model.dataChanged):
        model.upsert(replace(newest, verdict=Verdict.NO_FACE))
    assert model.rowCount() == 4
    assert model.data(model.index(0), Qt.ItemDataRole.DisplayRole) == "No face in the picture"
    assert "Front door" in model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)


def test_a_deleted_visit_leaves_the_list_and_comes_back_to_its_place(qtbot, station) -> None:
    """Whoever deletes it; one that is not here is none's concern."""
    station.all_visits = _visits(3)
    model = VisitModel(station.visits)
    _tester(model)
    with qtbot.waitSignal(model.fetched):
        model.fetchMore()
    middle = station.all_visits[1]
    model.forget(VisitDeleted("never heard of"))
    model.forget(VisitDeleted(middle.id))
    assert model.rowCount() == 2
    model.upsert(middle)
    assert list(model.records) == station.all_visits


def test_a_visit_deleted_meanwhile_ends_the_list_quietly(qtbot, station) -> None:
    station.all_visits = _visits(60)

    def fetch(limit: int, before: str | None):
        if before is not None:
            raise KeyError(before)
        return station.visits(limit)

    model = VisitModel(fetch)
    with qtbot.waitSignal(model.fetched):
        model.fetchMore()

    def fetched() -> bool:
        model.fetchMore()
        return model.complete

    qtbot.waitUntil(fetched)
    assert model.rowCount() == 60


def test_today_shows_only_today_and_does_not_drag_in_the_past(qtbot, station) -> None:
    station.all_visits = [*_visits(2, step=0.001), *[a_visit(NOWHERE, at=time.time() - 2 * 86_400) for _ in range(100)]]
    model = VisitModel(station.visits)
    today = TodayModel(model)
    assert today.canFetchMore()
    with qtbot.waitSignal(model.fetched):
        model.fetchMore()
    assert today.rowCount() == 2
    assert model.canFetchMore()
    assert not today.canFetchMore()
    _tester(today)


def test_people_are_brought_up_to_date_without_losing_rows(qtbot) -> None:
    model = IdentityModel()
    _tester(model)
    model.replace([Identity("Bob", ()), Identity("anna", ())])
    assert model.names == ("anna", "Bob")
    removed, inserted = [], []
    model.rowsRemoved.connect(lambda *_: removed.append(1))
    model.rowsInserted.connect(lambda *_: inserted.append(1))
    photo = Photo("Bob", NOWHERE, "", Judgement.GOOD, "")
    model.replace([Identity("anna", ()), Identity("Bob", (photo,)), Identity("Cleo", ())])
    assert model.names == ("anna", "Bob", "Cleo")
    assert (len(removed), len(inserted)) == (0, 1)
    assert model.named("Bob").usable == 1
    model.replace([Identity("Cleo", ())])
    assert model.names == ("Cleo",)
    assert model.data(model.index(0), RECORD).name == "Cleo"


@pytest.mark.parametrize("judgement", list(Judgement))
def test_every_judgement_of_a_photo_is_said(qtbot, judgement) -> None:
    model = PhotoModel()
    _tester(model)
    model.replace([Photo("Bob", Path("a.jpg"), "", judgement, "")])
    model.append(Photo("Bob", Path("b.jpg"), "", judgement, "it is upside down"))
    sentence = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert sentence.startswith("a.jpg: ")
    assert len(sentence) > len("a.jpg: ")
    assert model.rowCount(QModelIndex()) == 2


def test_faces_are_told_apart_in_words(qtbot) -> None:
    from desktop_app import words  # noqa: PLC0415

    visit = a_visit(
        NOWHERE,
        faces=[
            a_face(Verdict.KNOWN, "Anna"),
            a_face(Verdict.UNKNOWN),
            a_face(Verdict.UNKNOWN),
            a_face(Verdict.UNCLEAR, reason="the face is too dark"),
        ],
    )
    assert [m.text for m in words.marks(visit)] == ["Anna", "stranger", "stranger 2", "can't tell"]
    assert [m.dashed for m in words.marks(visit)] == [False, True, True, True]


def test_only_so_many_of_the_newest_visits_are_kept(qtbot, station) -> None:
    """A window that is open for a year holds no year of visits for Live."""
    station.all_visits = _visits(VisitModel.MOST + 100)
    model = VisitModel(station.visits)
    _tester(model)

    def fetched() -> bool:
        model.fetchMore()
        return not model.canFetchMore() and model.rowCount() >= model.MOST

    qtbot.waitUntil(fetched)
    for number in range(50):
        model.upsert(a_visit(NOWHERE, at=time.time() + number))
    assert model.rowCount() == model.MOST


def test_a_visit_that_is_deleted_elsewhere_leaves_the_list(qtbot, station) -> None:
    """Retention deletes by itself, and a telephone may, too."""
    station.all_visits = _visits(3)
    model = VisitModel(station.visits)
    _tester(model)
    with qtbot.waitSignal(model.fetched):
        model.fetchMore()
    model.forget(VisitDeleted(station.all_visits[1].id))
    assert list(model.records) == [station.all_visits[0], station.all_visits[2]]
