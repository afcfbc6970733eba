"""From the folder to the view: what lies there, what is known about it, and what everybody is shown of that."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from receiver import search
from receiver.enrolment import PhotoJudge
from receiver.face_records import FaceRecords
from receiver.gallery_cache import GalleryCache
from receiver.gallery_files import PhotoFile, same_name, walk
from receiver.gallery_view import EMPTY, Pace, View, grown_index, view_of
from receiver.known_photos import KnownPhotos
from receiver.models import GalleryChanged

if TYPE_CHECKING:
    from receiver.models import Embedding

_SETTLED_S = 0.5
"""A file changed more recently than this may still be being written."""


class Survey:
    """Keeps the view as the folder is. `publish` is told of every new view, in the thread that made it.

    Whoever changes the folder holds `changing` meanwhile and looks again afterwards.
    """

    def __init__(
        self,
        folder: Path,
        faces: FaceRecords,
        engine: str,
        cache: GalleryCache,
        known: KnownPhotos,
        *,
        publish: Callable[[GalleryChanged], None],
    ) -> None:
        self._folder = folder
        self._faces = faces
        self._engine = engine
        self._cache = cache
        self._known = known
        self._publish = publish
        self._walked: dict[str, PhotoFile] = {}
        self._rejections: tuple[tuple[str, Embedding], ...] = ()
        self._recalled = False
        self._publishing = threading.Lock()
        self._pace = Pace()
        self.view: View = EMPTY
        """What is shown and matched against."""
        self.index: search.Index | None = None
        """For a huge gallery only."""
        self.files: tuple[PhotoFile, ...] = ()
        """Every photo of the folder that is not just being written."""
        self.changing = threading.RLock()
        self.surveyed = threading.Event()
        """The folder has been looked at once."""
        self.complete = threading.Event()
        """No photo waits to be judged."""

    @property
    def rest_s(self) -> float:
        """Seconds until it should look again, so that it does not take all the time."""
        return self._pace.rest_s

    def look(self, settled_s: float = _SETTLED_S) -> float | None:
        """Walk the folder and show what is known; returns after how many seconds a file may have settled."""
        with self.changing, self._pace:
            self._recall()
            files = tuple(walk(self._folder, self._walked))
            self._walked = {str(file.path): file for file in files}
            now = time.time()
            settled = tuple(f for f in files if self._known.is_known(f) or not 0 <= now - f.modified / 1e9 < settled_s)
            self._known.forget_files_except(self._walked.keys())
            changed = settled != self.files or not self.surveyed.is_set()
            self.files = settled
            if changed:
                self._rebuild()
            self.surveyed.set()
        if changed:
            self._tell_everyone()
        return None if len(settled) == len(files) else settled_s

    def judge_new(self, judge: PhotoJudge) -> None:
        """Until everything is judged or the gallery stops; the view follows at its pace and is right at the end.

        Raises EngineError when nothing can be judged.
        """
        unseen = 0
        try:
            for _ in judge.side_by_side(judge.judge_file, self._new_files()):
                unseen += 1
                if self._pace.due:
                    self._show()
                    unseen = 0
        finally:
            if unseen:
                self._show()

    def index_many(self, cancelled: Callable[[], bool]) -> None:
        """Give a huge gallery its index, and a new one when it has grown by much."""
        if index := grown_index(self.view.people, self.index, cancelled):
            self.index = index
            self._show()

    def heed_rejections(self) -> None:
        """What the owner has said that a face is not, as the store has it now."""
        with self.changing:
            self._rejections = self._faces.rejections(self._engine)
            self.view = self._heeding_rejections(self.view)

    # ---- names

    def spelling(self, name: str) -> str:
        """The name as it is known: systems that ignore case must not see two people."""
        known = self._names()
        return name if name in known else next((person for person in known if same_name(person, name)), name)

    def has(self, name: str) -> bool:
        """Whether there is somebody of this name, however it is spelled."""
        return any(same_name(person, name) for person in self._names())

    def _names(self) -> set[str]:
        return {file.identity for file in self.files} | {person.name for person in self.view.identities}

    # ---- small steps

    def _recall(self) -> None:
        """What earlier runs found out, once."""
        if self._recalled:
            return
        self._known.recall()
        self._rejections = self._faces.rejections(self._engine)
        self._recalled = True

    def _new_files(self) -> list[PhotoFile]:
        return [file for file in self.files if self._known.verdict_on(file) is None]

    def _show(self) -> None:
        with self.changing, self._pace:
            self._rebuild()
        self._tell_everyone()

    def _rebuild(self) -> None:
        known = [(file, *verdict) for file in self.files if (verdict := self._known.verdict_on(file))]
        view = view_of(known, self._cache, self.index, pending=len(self.files) - len(known))
        self.view = self._heeding_rejections(view)
        if self.view.pending:
            self.complete.clear()
        else:
            self.complete.set()

    def _heeding_rejections(self, view: View) -> View:
        return replace(view, people=replace(view.people, rejections=self._rejections))

    def _tell_everyone(self) -> None:
        """The view as it is when its turn comes, so that the last word is always the newest."""
        with self._publishing:
            view = self.view
            self._publish(GalleryChanged(view.identities, view.pending))
