"""All visits that are wanted, as a list model that knows a key of each and the records of those in sight."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from desktop_app import history_words, words
from desktop_app.item_models import RECORD
from desktop_app.tasks import run_in_background
from receiver.models import EVERYTHING, Visit, VisitDeleted, VisitFilter, VisitKey

if TYPE_CHECKING:
    from receiver.station import Station

Index = QModelIndex | QPersistentModelIndex
STARTED = RECORD + 1
"""The role under which a row says when its visit began, whether or not its record is here."""


class _Keys:
    """Newest first; each is found, added and removed without a walk over all of them."""

    def __init__(self, keys: Sequence[VisitKey] = ()) -> None:
        self._oldest_first = [(key.started_at, key.id) for key in reversed(keys)]
        self._started = {key.id: key.started_at for key in keys}

    def __len__(self) -> int:
        return len(self._oldest_first)

    def __getitem__(self, row: int) -> VisitKey:
        at, visit = self._oldest_first[-1 - row]
        return VisitKey(visit, at)

    def row_of(self, visit: str) -> int | None:
        at = self._started.get(visit)
        return None if at is None else len(self) - 1 - bisect_left(self._oldest_first, (at, visit))

    def row_for(self, key: VisitKey) -> int:
        """Where a key that is not here belongs."""
        return len(self) - bisect_left(self._oldest_first, (key.started_at, key.id))

    def add(self, key: VisitKey) -> None:
        self._oldest_first.insert(len(self) - self.row_for(key), (key.started_at, key.id))
        self._started[key.id] = key.started_at

    def remove(self, row: int) -> None:
        _, visit = self._oldest_first.pop(-1 - row)
        del self._started[visit]


class HistoryModel(QAbstractListModel):
    """Rows are there at once, their records come when a view asks for them, with a page around them.

    A visit stays while it is on show, also when it changes so that the filter would leave it out: whoever has just
    named a stranger wants to see that.
    """

    PAGE = 24
    KEPT = 600
    """Records in memory, some ten screens full."""

    loaded = Signal()
    """The list is what the filter wants."""

    def __init__(self, station: Station, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._keys = _Keys()
        self._records: OrderedDict[str, Visit] = OrderedDict()
        self._wanted: deque[int] = deque(maxlen=self.PAGE)
        """Rows that were looked at and had no record, the latest last: what was scrolled past is not fetched."""
        self._coming: set[str] = set()
        """Ids of the records that are being read, without those that have changed since."""
        self._reading = False
        self._meanwhile: list[Callable[[], None]] | None = None
        """What happened while a list is being read; None while none is."""
        self.filter = EVERYTHING
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._fetch)

    # ---- what a view asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many visits there are."""
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The record (None until it is here), its beginning, its headline, or its sentence for screen readers."""
        if not index.isValid() or not 0 <= index.row() < len(self._keys):
            return None
        key = self._keys[index.row()]
        if role == STARTED:
            return key.started_at
        if role not in (RECORD, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        visit = self._records.get(key.id)
        if visit is None:
            self._wanted.append(index.row())
            self._soon.start(0)
        if role == RECORD:
            return visit
        if visit is None:
            return words.moment(key.started_at)
        return history_words.headline(visit) if role == Qt.ItemDataRole.DisplayRole else history_words.spoken(visit)

    def id_at(self, row: int) -> str:
        """The visit of a row."""
        return self._keys[row].id

    def row_of(self, visit: str) -> int | None:
        """Where a visit stands, or None when it is not in the list."""
        return self._keys.row_of(visit)

    def record(self, visit: str) -> Visit | None:
        """A visit's record, if it is in memory."""
        return self._records.get(visit)

    # ---- what the page asks

    def show_only(self, wanted: VisitFilter) -> None:
        """Show what a filter wants; `loaded` follows."""
        self.filter = wanted
        self._meanwhile = []
        task = partial(_read, self._station, wanted)
        run_in_background(self, task, partial(self._take, wanted))

    # ---- what happens

    @Slot(object)
    def upsert(self, visit: Visit) -> None:
        """A visit is new or has changed."""
        if self._meanwhile is not None:
            self._meanwhile.append(partial(self.upsert, visit))
        row = self.row_of(visit.id)
        if row is not None:
            self._coming.discard(visit.id)
            self._remember(visit)
            self.dataChanged.emit(self.index(row), self.index(row))
        elif self._meanwhile is None:
            self._let_in(visit)

    @Slot(object)
    def forget(self, gone: VisitDeleted) -> None:
        """A visit is deleted, by whomever."""
        if self._meanwhile is not None:
            self._meanwhile.append(partial(self.forget, gone))
        self._drop(gone.visit)

    # ---- inside

    def _let_in(self, visit: Visit) -> None:
        """Only the station knows what a filter wants."""
        if self.filter == EVERYTHING:
            self._remember(visit)
            self._insert(VisitKey(visit.id, visit.started_at))
        else:
            task = partial(self._station.visit_keys, self.filter, visit.id)
            run_in_background(self, task, partial(self._judged, self.filter))

    def _judged(self, wanted: VisitFilter, found: Sequence[VisitKey]) -> None:
        for key in found:
            if self.filter == wanted and self.row_of(key.id) is None:
                self._insert(key)

    def _take(self, wanted: VisitFilter, keys: _Keys) -> None:
        if wanted != self.filter or self._meanwhile is None:
            return  # another filter was chosen meanwhile
        happened, self._meanwhile = self._meanwhile, None
        self.beginResetModel()
        self._keys = keys
        self._wanted.clear()
        self.endResetModel()
        for again in happened:
            again()
        self.loaded.emit()

    def _insert(self, key: VisitKey) -> None:
        row = self._keys.row_for(key)
        self.beginInsertRows(QModelIndex(), row, row)
        self._keys.add(key)
        self.endInsertRows()

    def _drop(self, visit: str) -> None:
        self._records.pop(visit, None)
        self._coming.discard(visit)
        row = self.row_of(visit)
        if row is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._keys.remove(row)
            self.endRemoveRows()

    def _remember(self, visit: Visit) -> None:
        self._records[visit.id] = visit
        self._records.move_to_end(visit.id)
        while len(self._records) > self.KEPT:
            self._records.popitem(last=False)

    def _fetch(self) -> None:
        """Read the records that were looked for last, and a page below and above them; one reading at a time."""
        if self._reading or not self._wanted:
            return
        first, last = min(self._wanted), max(self._wanted)
        if last - first >= 2 * self.PAGE:  # the view has jumped: only where it is now
            first = last = self._wanted[-1]
        self._wanted.clear()
        rows = range(max(first - self.PAGE, 0), min(last + self.PAGE + 1, len(self._keys)))
        ids = [self._keys[row].id for row in rows]
        ids = [visit for visit in ids if visit not in self._records]
        if not ids:
            return
        self._reading = True
        self._coming = set(ids)
        run_in_background(self, partial(self._station.visits_of, ids), self._arrived, self._failed)

    def _arrived(self, found: Sequence[Visit]) -> None:
        self._reading = False
        fresh = [visit for visit in found if visit.id in self._coming]
        self._coming.clear()
        for visit in fresh:
            self._remember(visit)
        rows = [row for visit in fresh if (row := self.row_of(visit.id)) is not None]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        self._soon.start(0)

    def _failed(self, error: Exception) -> None:
        self._reading = False
        self._coming.clear()
        raise error


def _read(station: Station, wanted: VisitFilter) -> _Keys:
    return _Keys(station.visit_keys(wanted))
