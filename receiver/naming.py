"""Who somebody is, by the owner's word: a face gets its name, in its own visit and in the stranger's other ones.

Every word can be taken back, also days and restarts later: the store keeps how everything was before.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from receiver.errors import GalleryError, StationError
from receiver.face_records import FaceRecords
from receiver.fusion import alike
from receiver.gallery import Gallery
from receiver.gallery_files import kind_of
from receiver.models import Judgement, Match, Named, Photo, Rejection, Trigger, Unnamed, Verdict, Visit, Withdrawn
from receiver.phone_records import PhoneRecords
from receiver.records import Nameless
from receiver.rejection_records import RejectionRecords
from receiver.store import Store
from receiver.verdicts import NAMED_BY_OWNER, shortcoming

if TYPE_CHECKING:
    from receiver.models import Embedding

_log = logging.getLogger(__name__)

MOST_OTHERS = 500
"""Other visits that one word relabels."""


class Naming:
    """Acts on what the owner says about faces; may be used from any thread.

    `judge_again` says anew what may be said about a face, `clock` returns Unix seconds.
    """

    def __init__(
        self,
        store: Store,
        gallery: Gallery,
        judge_again: Callable[[int], Visit],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._faces = FaceRecords(store)
        self._records = PhoneRecords(store)
        self._rejections = RejectionRecords(store)
        self._gallery = gallery
        self._judge_again = judge_again
        self._clock = clock

    def name(self, face: int, name: str, also: Sequence[int] = ()) -> Named:
        """Enrol a face if it is good enough, name its visitor, and the same stranger's other visits.

        `also` are faces of visitors who are known to be the same stranger.
        Raises KeyError for an unknown face, StationError for one of a test, and what `Gallery.enrol_face` raises.
        """
        seen, snapshot, _ = self._faces.face(face)
        if self._store.visit(snapshot.visit).trigger is Trigger.TEST:
            raise StationError("This was a test", "Nobody is enrolled from it.")
        photo = self._gallery.enrol_face(name, snapshot.path, seen.box)
        match = Match(photo.identity, None, seen.match.identity, seen.match.distance)
        same = self._each_visitor_once(face, (*also, *self._same_stranger(face, photo.identity)))
        before = [self._faces.labels(one) for one in (face, *same)]
        visit = self._faces.rewrite_face(face, Verdict.KNOWN, NAMED_BY_OWNER, match)
        others = tuple(self._faces.rewrite_face(one, Verdict.KNOWN, NAMED_BY_OWNER, match) for one in same)
        added = str(photo.path) if photo.judgement is Judgement.GOOD else None
        return Named(visit, photo, others, self._can_undo(labels=before, photo=added))

    def reject(self, face: int) -> Unnamed:
        """Take the name off a visitor, and off whoever looks like them in other visits where that was the reason.

        What the owner said of other visits stays, unless it is the owner's own word that is taken back.
        Raises KeyError for an unknown face, StationError when it is near to nobody.
        """
        seen, _, _ = self._faces.face(face)
        name = seen.match.identity
        if name is None:
            raise StationError("This face has no name to take away")
        like = self._same_name(face, name, spare="" if seen.reason == NAMED_BY_OWNER else NAMED_BY_OWNER)
        before = [self._faces.labels(one) for one in (face, *like)]
        rejection = self._gallery.reject(name, face)
        undo = self._can_undo(labels=before, rejection=rejection)
        visit = self._judge_again(face)
        return Unnamed(visit, name, self._judge_all_again(like), undo)

    def rejections(self, name: str) -> tuple[Rejection, ...]:
        """What the owner said is not this person, the latest first."""
        return self._rejections.of(name)

    def withdraw(self, rejection: int) -> Withdrawn:
        """Take a rejection back, however long ago it was; whoever looks like that is judged again.

        Raises KeyError for one that does not hold.
        """
        name, engine, embedding = self._rejections.said(rejection)
        self._gallery.withdraw(rejection)
        nameless = self._rejections.nearest_to(name, engine, (Verdict.UNKNOWN, Verdict.UNCLEAR))
        like = _one_of_each(nameless, [embedding])
        before = [self._faces.labels(one) for one in like]
        changed = self._judge_all_again(like)
        return Withdrawn(name, changed, self._can_undo(labels=before, withdrawn=rejection))

    def enrol(self, name: str, photo: bytes) -> tuple[Photo, str]:
        """Judge a photo that came from somewhere and add a good one to a person; returns how to undo it, too.

        Raises GalleryError for an impossible name, EngineError when nothing can be judged.
        """
        with tempfile.TemporaryDirectory(prefix="porchlight-") as folder:
            file = Path(folder) / f"phone{kind_of(photo) or '.jpg'}"
            file.write_bytes(photo)
            (judged,) = self._gallery.enrol(name, [file])
        return judged, self._can_undo(photo=str(judged.path)) if judged.judgement is Judgement.GOOD else ""

    def undo(self, token: str) -> tuple[Visit, ...] | None:
        """Take something back; returns the visits that changed, or None when it was taken back before.

        Raises KeyError for an unknown token.
        """
        steps, done = self._records.undo(int(token))
        if done or not self._records.undone(int(token), self._clock()):
            return None
        if steps.get("photo"):
            self._take_out(Path(steps["photo"]))
        if steps.get("rejection"):
            self._gallery.withdraw(steps["rejection"])
        if steps.get("withdrawn"):
            self._gallery.withdraw(steps["withdrawn"], withdrawn=False)
        return tuple(visit for labels in steps.get("labels", ()) if (visit := self._faces.relabel(labels)))

    # ---- inside

    def _same_stranger(self, face: int, name: str) -> tuple[int, ...]:
        """A face of each other visit in which the recogniser takes a visitor without a name for this one."""
        mine = [seen for seen in self._faces.same_visitor(face) if not shortcoming(seen.judged.face.quality)[1]]
        if not mine:
            return ()
        others = self._faces.nameless_sightings(mine[0].engine, apart_from=face, not_called=name)
        good = [other for other in others if not shortcoming(other.quality)[1]]
        return _one_of_each(good, [seen.judged.face.embedding for seen in mine])

    def _same_name(self, face: int, name: str, *, spare: str) -> tuple[int, ...]:
        """A face of each other visitor with this name who looks like the one whose face this is."""
        mine = self._faces.same_visitor(face)
        own = {seen.id for seen in mine}
        given = self._rejections.nearest_to(name, mine[0].engine, (Verdict.KNOWN,), spare=spare)
        others = [other for other in given if other.face not in own]
        return _one_of_each(others, [seen.judged.face.embedding for seen in mine])

    def _judge_all_again(self, faces: Sequence[int]) -> tuple[Visit, ...]:
        """The visits of these faces that are told differently now."""
        changed = []
        for face in faces:
            _, snapshot, _ = self._faces.face(face)
            before = self._store.visit(snapshot.visit)
            after = self._judge_again(face)
            if (before.verdict, before.faces) != (after.verdict, after.faces):
                changed.append(after)
        return tuple(changed)

    def _each_visitor_once(self, apart_from: int, faces: Sequence[int]) -> tuple[int, ...]:
        """Of several faces of one visitor the first."""
        taken = {seen.id for seen in self._faces.same_visitor(apart_from)}
        chosen: list[int] = []
        for face in faces:
            if face not in taken:
                taken |= {seen.id for seen in self._faces.same_visitor(face)}
                chosen.append(face)
        return tuple(chosen)

    def _take_out(self, photo: Path) -> None:
        try:
            self._gallery.remove_photo(photo)
        except GalleryError as error:
            _log.info("A photo to be taken back is not there any more: %s", error.source)

    def _can_undo(self, **steps: Any) -> str:
        return str(self._records.keep_undo(steps, self._clock()))


def _one_of_each(others: Sequence[Nameless], visitor: Sequence[Embedding]) -> tuple[int, ...]:
    """A face of each other visitor who looks like this one, the likest first."""
    chosen: dict[tuple[str, int], int] = {}
    for place in alike(visitor, [other.embedding for other in others]):
        chosen.setdefault((others[place].visit, others[place].visitor), others[place].face)
    return tuple(chosen.values())[:MOST_OTHERS]
