"""Qt models over the station's records: visits (fetched as they are scrolled to), people, photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Slot,
)
from PySide6.QtCore import Signal as QtSignal

from desktop_app import coach_words, people_words, words
from desktop_app.tasks import run_in_background
from desktop_app.widgets.files import STRANGER, carrying
from receiver.models import Gathered, Identity, Photo, Visit, VisitDeleted, VisitState
from receiver.wording import headline

Index = QModelIndex | QPersistentModelIndex
RECORD = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which every model gives its whole record."""

Fetch = Callable[[int, str | None], Sequence[Visit]]
"""(limit, id of the last visit already seen) -> older visits, newest first."""


class _RecordModel(QAbstractListModel):
    """A list of records that screen readers can read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[Any] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many records are here (so far)."""
        return 0 if parent.isValid() else len(self._records)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The record, its name, or its sentence for screen readers."""
        if not index.isValid() or not 0 <= index.row() < len(self._records):
            return None
        record = self._records[index.row()]
        if role == RECORD:
            return record
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name_of(record)
        return self.sentence_of(record) if role == Qt.ItemDataRole.AccessibleTextRole else None

    def name_of(self, record: Any) -> str:
        """What the row is called."""
        raise NotImplementedError

    def sentence_of(self, record: Any) -> str:
        """What a screen reader says."""
        return self.name_of(record)

    @property
    def records(self) -> tuple[Any, ...]:
        """All records here, in order."""
        return tuple(self._records)

    def _insert(self, row: int, records: Sequence[Any]) -> None:
        if records:
            self.beginInsertRows(QModelIndex(), row, row + len(records) - 1)
            self._records[row:row] = records
            self.endInsertRows()

    def _remove(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        del self._records[row]
        self.endRemoveRows()

    def _replace(self, row: int, record: Any) -> None:
        if self._records[row] != record:
            self._records[row] = record
            self.dataChanged.emit(self.index(row), self.index(row))


class VisitModel(_RecordModel):
    """The newest visits; older ones are fetched in the background when a view comes near the end.

    Beyond `MOST` they are dropped: all that ever happened is in history_model.py.
    """

    PAGE = 60
    MOST = 600

    fetched = QtSignal()

    def __init__(self, fetch: Fetch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._fetching = False
        self.complete = False

    def name_of(self, record: Visit) -> str:
        """The verdict's headline."""
        return headline(record)

    def sentence_of(self, record: Visit) -> str:
        """Headline, door and time."""
        return words.spoken(record)

    def canFetchMore(self, _parent: Index = QModelIndex()) -> bool:  # noqa: N802, B008
        """Whether older visits may exist."""
        return not self.complete and not self._fetching and len(self._records) < self.MOST

    def fetchMore(self, _parent: Index = QModelIndex()) -> None:  # noqa: N802, B008
        """Ask for the next older visits; they arrive later."""
        if not self.canFetchMore():
            return
        self._fetching = True
        last = self._records[-1].id if self._records else None
        run_in_background(self, partial(self._fetch, self.PAGE, last), self._append, self._give_up)

    def upsert(self, visit: Visit) -> None:
        """A visit is new or has changed."""
        row = self.row_of(visit.id)
        if row is not None:
            self._replace(row, visit)
            return
        place = next((i for i, v in enumerate(self._records) if _order(v) < _order(visit)), len(self._records))
        if place < len(self._records) or self.complete or not self._records:
            self._insert(place, [visit])
        if len(self._records) > self.MOST:
            self.complete = False
            self._remove(self.MOST)

    @Slot(object)
    def forget(self, gone: VisitDeleted) -> None:
        """A visit is deleted, by whomever."""
        row = self.row_of(gone.visit)
        if row is not None:
            self._remove(row)

    def row_of(self, visit: str) -> int | None:
        """Where a visit stands, or None while it is not here."""
        return next((row for row, v in enumerate(self._records) if v.id == visit), None)

    def _append(self, older: Sequence[Visit]) -> None:
        self.complete = len(older) < self.PAGE
        present = {v.id for v in self._records}
        self._insert(len(self._records), [v for v in older if v.id not in present])
        self._fetching = False  # only now: views ask for more while rows are being inserted
        self.fetched.emit()

    def _give_up(self, error: Exception) -> None:
        self._fetching = False
        self.complete = True
        if not isinstance(error, KeyError):  # the last visit was deleted meanwhile: nothing to tell
            raise error


class TodayModel(QSortFilterProxyModel):
    """The visits of today, out of all that are loaded; what an unknown door sent is not one yet."""

    def __init__(self, visits: VisitModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSourceModel(visits)

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        """Whether a visit began today."""
        visit: Visit = self.sourceModel().index(row, 0, parent).data(RECORD)
        return _is_today(visit.started_at) and visit.state is not VisitState.HELD

    def canFetchMore(self, _parent: Index = QModelIndex()) -> bool:  # noqa: N802, B008
        """Older visits matter only while all that are loaded are of today."""
        source = self.sourceModel()
        count = source.rowCount()
        oldest: Visit | None = source.index(count - 1, 0).data(RECORD) if count else None
        return source.canFetchMore(QModelIndex()) and (oldest is None or _is_today(oldest.started_at))


class IdentityModel(_RecordModel):
    """Everybody enrolled, by name."""

    def name_of(self, record: Identity) -> str:
        """The person's name."""
        return record.name

    def sentence_of(self, record: Identity) -> str:
        """Name and what there is to recognise them by."""
        return self.tr("{0}, {1} of {2} photos usable").format(record.name, record.usable, len(record.photos))

    def replace(self, identities: Sequence[Identity]) -> None:
        """Bring the rows to this state with the smallest changes, so that selections stay."""
        goal = sorted(identities, key=lambda i: i.name.casefold())
        names = {i.name for i in goal}
        for row in reversed(range(len(self._records))):
            if self._records[row].name not in names:
                self._remove(row)
        for row, identity in enumerate(goal):
            if row < len(self._records) and self._records[row].name == identity.name:
                self._replace(row, identity)
            else:
                self._insert(row, [identity])

    def named(self, name: str) -> Identity | None:
        """The person of a name."""
        return next((i for i in self._records if i.name == name), None)

    def row_of(self, name: str) -> int | None:
        """Where a person stands."""
        return next((row for row, i in enumerate(self._records) if i.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(i.name for i in self._records)


class StrangerModel(_RecordModel):
    """Who came more than once and has no name, the latest first; each can be dragged away."""

    def name_of(self, record: Gathered) -> str:
        """Stranger C."""
        return people_words.called(record)

    def sentence_of(self, record: Gathered) -> str:
        """And how often they came."""
        return f"{people_words.called(record)}, {people_words.seen(record)}"

    def replace(self, strangers: Sequence[Gathered]) -> None:
        """Bring the rows to this state, keeping those that are the same person."""
        wanted = {one.id for one in strangers}
        for row in reversed(range(len(self._records))):
            if self._records[row].id not in wanted:
                self._remove(row)
        for row, stranger in enumerate(strangers):
            before = self.row_of(stranger.id)
            if before is not None and before != row:
                self._remove(before)
                before = None
            if before is None:
                self._insert(row, [stranger])
            else:
                self._replace(row, stranger)

    def row_of(self, stranger: int) -> int | None:
        """Where somebody stands."""
        return next((row for row, one in enumerate(self._records) if one.id == stranger), None)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows can be chosen and dragged."""
        return super().flags(index) | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags)

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """What a drag carries."""
        return [STRANGER]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Who is dragged."""
        return carrying(STRANGER, indexes[0].data(RECORD).id)


class PhotoModel(_RecordModel):
    """Photos with their judgements: a person's own, or those just dropped."""

    def name_of(self, record: Photo) -> str:
        """The file's name."""
        return record.path.name

    def sentence_of(self, record: Photo) -> str:
        """File name and judgement."""
        return f"{record.path.name}: {coach_words.judged(record)}"

    def replace(self, photos: Sequence[Photo]) -> None:
        """Show exactly these."""
        if tuple(photos) != self.records:
            self.beginResetModel()
            self._records = list(photos)
            self.endResetModel()

    def append(self, photo: Photo) -> None:
        """One more."""
        self._insert(len(self._records), [photo])


def _order(visit: Visit) -> tuple[float, str]:
    return visit.started_at, visit.id


def _is_today(at: float) -> bool:
    return datetime.fromtimestamp(at).date() == datetime.now().date()
