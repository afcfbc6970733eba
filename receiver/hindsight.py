"""Visits looked at again when photos have come or gone: who was a stranger then may be somebody known now.

docs/decisions/0019-looking-back.md says why so. The same lines decide as at the door, and nobody is told a second
time: what chats show is put right in silence.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from receiver.face_records import FaceRecords
from receiver.models import GalleryChanged, Judgement, Visit
from receiver.verdicts import IN_HINDSIGHT

if TYPE_CHECKING:
    from receiver.database import Database
    from receiver.models import Change

_log = logging.getLogger(__name__)

LOOKS_BACK_S = 86_400.0
"""Visits that began earlier stay as they were told."""
MOST = 500
"""Visits that are looked at again at once, the newest first."""


class Hindsight:
    """Hears of every change of the gallery and looks back when it has come to rest.

    `again` judges a visit anew, as one engine saw it, and returns it if it says something else now; `tell` gets those
    visits, the newest first; `engine` is the recogniser's name; `clock` returns Unix seconds.
    """

    def __init__(
        self,
        database: Database,
        again: Callable[[str, str], Visit | None],
        tell: Callable[[Sequence[Visit]], None],
        *,
        engine: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._faces = FaceRecords(database)
        self._again = again
        self._tell = tell
        self._engine = engine
        self._clock = clock
        self._usable: frozenset[tuple[str, str]] | None = None
        """(whose, hash) of every photo that people are known by; None before the gallery was read."""
        self._heard = self._waiting = self._done = 0
        """How many changes there were: so far, at the last look, and when it was looked back."""

    def hear(self, change: Change) -> None:
        """Photos may have come or gone; while some are still being judged it is too early."""
        if isinstance(change, GalleryChanged) and not change.pending:
            photos = (photo for person in change.identities for photo in person.photos)
            usable = frozenset((p.identity, p.hash) for p in photos if p.judgement is Judgement.GOOD)
            if usable != self._usable:
                self._usable = usable
                self._heard += 1

    def look(self) -> None:
        """Look back once nothing has changed since the last look: an agenda's duty."""
        heard = self._heard
        at_rest, self._waiting = heard == self._waiting, heard
        if at_rest and heard != self._done:
            self._done = heard
            self.look_back()

    def look_back(self) -> None:
        """Judge the last day's visitors without a name again, and those who got theirs in this way."""
        engine, since = self._engine(), self._clock() - LOOKS_BACK_S
        visits = self._faces.open_visits(engine, since, IN_HINDSIGHT, MOST)
        changed = [visit for id_ in visits if (visit := self._again(id_, engine))]
        if changed:
            _log.info("Photos changed: %d visits of the last day are told differently now", len(changed))
            self._tell(changed)
