"""The owner's word about a stranger: earlier visits get the name too, and all of it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiver.errors import GalleryError, StationError
from receiver.face_records import FaceRecords
from receiver.models import (
    Box,
    Conclusion,
    DetectedFace,
    JudgedFace,
    Judgement,
    Match,
    Photo,
    SnapshotState,
    Verdict,
    Visit,
)
from receiver.naming import Naming
from receiver.store import Store
from tests.receiver.made_up import QUALITY, Clock, ring

GOOD = replace(QUALITY, eye_distance=60)
BLURRED = replace(GOOD, sharpness=0.1)


class Album:
    """A gallery that takes every face, and remembers what it was told."""

    def __init__(self, faces: FaceRecords) -> None:
        self.faces = faces
        self.denied: set[str | None] = set()
        self.judgement = Judgement.GOOD
        self.calls: list[tuple[Any, ...]] = []
        self.gone = False

    def enrol_face(self, name: str, picture: Path, box: Box) -> Photo:
        self.calls.append(("enrol_face", name))
        return Photo(name, Path(f"/gallery/{name}/1.jpg"), "h", self.judgement, "")

    def enrol(self, name: str, photos: list[Path]) -> tuple[Photo, ...]:
        self.calls.append(("enrol", name, photos[0].suffix, photos[0].read_bytes()))
        return (Photo(name, Path(f"/gallery/{name}/1.jpg"), "h", self.judgement, "too dark"),)

    def remove_photo(self, path: Path) -> str:
        if self.gone:
            raise GalleryError("This photo is not in the gallery")
        self.calls.append(("remove_photo", path))
        return "token"

    def reject(self, name: str, face: int) -> int:
        self.denied.add(name)
        return self.faces.reject(name, face)

    def withdraw(self, rejection: int, *, withdrawn: bool = True) -> None:
        self.denied = set() if withdrawn else {"Anna"}
        self.faces.withdraw(rejection, withdrawn=withdrawn)


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder / "station.sqlite3")
        self.faces = FaceRecords(self.store)
        self.album = Album(self.faces)
        self.clock = Clock(1_790_000_000.0)
        self.judged_again: list[int] = []

    def naming(self) -> Naming:
        def judge_again(face: int) -> Visit:
            self.judged_again.append(face)
            seen, _, _ = self.faces.face(face)
            denied = self.album.denied & {seen.match.identity}
            verdict = Verdict.UNKNOWN if denied else Verdict.KNOWN
            return self.faces.rewrite_face(face, verdict, "", seen.match)

        return Naming(self.store, self.album, judge_again, self.clock)  # type: ignore[arg-type]

    def visit(self, *at: float, quality: Any = GOOD, match: Match | None = None, engine: str = "dlib") -> Visit:
        """A visit by people whose embeddings are these places on a line."""
        self.clock.advance(60)
        rung = ring(self.store, self.folder, [], at=self.clock())
        verdict = Verdict.KNOWN if match else Verdict.UNKNOWN
        judged = tuple(
            JudgedFace(_face(place, number, quality), verdict, "", match or Match("Bob", 0.9, None, None), number)
            for number, place in enumerate(at)
        )
        done = self.store.conclude(
            rung.snapshots[-1].id, SnapshotState.RECOGNISED, Conclusion(verdict, "", judged, engine), []
        )
        assert done
        return done

    def names(self, visit: Visit) -> tuple[str, ...]:
        return self.store.visit(visit.id).identities


def _face(place: float, number: int, quality: Any) -> DetectedFace:
    box = Box(0, 100 + 200 * number, 100, 200 * number)
    return DetectedFace(box, ((1.0, 1.0),), np.array([place, 0], np.float32), quality)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def test_the_same_strangers_other_visits_get_the_name(house: House) -> None:
    """Before and after; not somebody else's, and not the visitor beside them."""
    before, other = house.visit(0.1), house.visit(3.0)
    now = house.visit(0.0)
    after = house.visit(5.0, 0.3)
    named = house.naming().name(now.faces[0].id, "Anna")
    assert (named.visit.identities, named.photo.judgement) == (("Anna",), Judgement.GOOD)
    assert {visit.id for visit in named.others} == {before.id, after.id}
    assert [house.names(visit) for visit in (before, other, now, after)] == [("Anna",), (), ("Anna",), ("Anna",)]
    assert house.store.visit(after.id).strangers == 1


def test_all_of_it_is_taken_back_once_also_after_a_restart(house: House) -> None:
    """The photo leaves the gallery, every visit says what it said before."""
    visits = [house.visit(0.1), house.visit(0.0)]
    before = [house.store.visit(visit.id) for visit in visits]
    undo = house.naming().name(visits[1].faces[0].id, "Anna").undo
    changed = house.naming().undo(undo)
    assert changed
    assert {visit.id for visit in changed} == {visit.id for visit in visits}
    assert [house.store.visit(visit.id) for visit in visits] == before
    assert house.album.calls[-1] == ("remove_photo", Path("/gallery/Anna/1.jpg"))
    assert house.naming().undo(undo) is None
    with pytest.raises(KeyError):
        house.naming().undo("4711")


@pytest.mark.parametrize("how", ["far", "blurred", "known", "rejected", "another engine"])
def test_who_may_be_somebody_else_keeps_no_name(house: House, how: str) -> None:
    """The line of the recogniser (0.5), its quality lines, names given before, and the owner's "not Anna" hold."""
    bob = Match("Bob", 0.3, None, None)
    other = house.visit(
        0.6 if how == "far" else 0.1,
        quality=BLURRED if how == "blurred" else GOOD,
        match=bob if how == "known" else None,
        engine="other" if how == "another engine" else "dlib",
    )
    if how == "rejected":
        house.faces.reject("Anna", other.faces[0].id)
    now = house.visit(0.0)
    assert house.naming().name(now.faces[0].id, "Anna").others == ()
    assert house.names(other) == (("Bob",) if how == "known" else ())


def test_a_blurred_face_speaks_for_nobody_else(house: House) -> None:
    other, now = house.visit(0.1), house.visit(0.0, quality=BLURRED)
    assert house.naming().name(now.faces[0].id, "Anna").visit.identities == ("Anna",)
    assert house.names(other) == ()


def test_a_face_that_was_not_enrolled_leaves_the_gallery_alone_when_undone(house: House) -> None:
    house.album.judgement = Judgement.TOO_DARK
    named = house.naming().name(house.visit(0.0).faces[0].id, "Anna")
    house.naming().undo(named.undo)
    assert house.album.calls == [("enrol_face", "Anna")]


def test_undoing_survives_what_is_gone_meanwhile(house: House) -> None:
    """The photo was taken out by hand, an earlier visit was deleted."""
    before, now = house.visit(0.1), house.visit(0.0)
    undo = house.naming().name(now.faces[0].id, "Anna").undo
    house.store.delete_visit(before.id)
    house.album.gone = True
    changed = house.naming().undo(undo)
    assert changed
    assert [visit.id for visit in changed] == [now.id]


ANNA = Match("Anna", 0.3, None, None)


def test_not_anna_takes_the_name_off_earlier_visits_by_the_same_person(house: House) -> None:
    """Not off somebody else of that name, nor off another person."""
    before, far, bob = (
        house.visit(0.1, match=ANNA),
        house.visit(0.9, match=ANNA),
        house.visit(0.0, match=Match("Bob", 0.3, None, None)),
    )
    now = house.visit(0.0, match=ANNA)
    said = house.naming().reject(now.faces[0].id)
    assert (said.visit.id, said.visit.identities, said.identity) == (now.id, (), "Anna")
    assert [visit.id for visit in said.others] == [before.id]
    assert [house.names(visit) for visit in (before, far, bob)] == [(), ("Anna",), ("Bob",)]


def test_not_anna_is_taken_back_with_every_visit_as_it_was(house: House) -> None:
    visits = [house.visit(0.1, match=ANNA), house.visit(0.0, match=ANNA)]
    before = [house.store.visit(visit.id) for visit in visits]
    undo = house.naming().reject(visits[1].faces[0].id).undo
    house.naming().undo(undo)
    assert [house.store.visit(visit.id) for visit in visits] == before
    assert house.naming().rejections("Anna") == ()
    assert house.naming().undo(undo) is None


@pytest.mark.parametrize("own_word", [False, True])
def test_what_the_owner_said_of_another_visit_stays_unless_that_word_is_taken_back(
    house: House, own_word: bool
) -> None:
    """A recogniser's mistake says nothing about the owner's own words; a word taken back is so wherever it went."""
    other, now = house.visit(0.1), house.visit(0.0, match=None if own_word else ANNA)
    house.naming().name((now if own_word else other).faces[0].id, "Anna")
    if not own_word:
        house.faces.rewrite_face(now.faces[0].id, Verdict.KNOWN, "", ANNA)
    assert house.names(other) == ("Anna",)
    house.naming().reject(now.faces[0].id)
    assert house.names(other) == (() if own_word else ("Anna",))


def test_an_old_rejection_can_be_withdrawn_on_the_persons_page(house: House) -> None:
    """Also when the visit it was said of is gone: whoever looks like that is judged again."""
    like, other, now = (
        house.visit(0.1, match=ANNA),
        house.visit(2.0, match=Match("Bob", 0.9, None, None)),
        house.visit(0.0, match=ANNA),
    )
    house.naming().reject(now.faces[0].id)
    (kept,) = house.naming().rejections("Anna")
    seen = kept.glimpse
    assert seen
    assert (seen.face, seen.box, seen.visit) == (now.faces[0].id, now.faces[0].box, now.id)
    assert (seen.picture, seen.at, kept.door) == (now.snapshots[0].path, now.started_at, now.door_name)
    house.store.delete_visit(now.id)
    house.visit(7.0)  # whose face does not take the deleted one's place
    (kept,) = house.naming().rejections("Anna")
    assert (kept.glimpse, kept.door) == (None, "")
    house.judged_again.clear()
    withdrawn = house.naming().withdraw(kept.id)
    assert ([visit.id for visit in withdrawn.visits], withdrawn.identity) == ([like.id], "Anna")
    assert house.judged_again == [like.faces[0].id]
    assert (house.names(like), house.names(other)) == (("Anna",), ("Bob",))
    with pytest.raises(KeyError):
        house.naming().withdraw(kept.id)


def test_taking_a_rejection_back_can_be_undone(house: House) -> None:
    """It holds again, and every visit says what it said before."""
    like, now = house.visit(0.1, match=ANNA), house.visit(0.0, match=ANNA)
    house.naming().reject(now.faces[0].id)
    before, kept = [house.store.visit(visit.id) for visit in (like, now)], house.naming().rejections("Anna")
    withdrawn = house.naming().withdraw(kept[0].id)
    assert {visit.id for visit in withdrawn.visits} == {like.id, now.id}
    assert house.naming().rejections("Anna") == ()
    house.naming().undo(withdrawn.undo)
    assert [house.store.visit(visit.id) for visit in (like, now)] == before
    assert house.naming().rejections("Anna") == kept
    assert [name for name, _ in house.faces.rejections("dlib")] == ["Anna"]


def test_a_face_near_to_nobody_cannot_be_rejected(house: House) -> None:
    visit = house.visit(0.0, match=Match(None, None, None, None))
    with pytest.raises(StationError):
        house.naming().reject(visit.faces[0].id)


@pytest.mark.parametrize(
    ("photo", "suffix"), [(b"\xff\xd8\xff rest", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"?", ".jpg")]
)
def test_a_photo_from_the_phone_is_judged_like_any_other(house: House, photo: bytes, suffix: str) -> None:
    judged, undo = house.naming().enrol("Anna", photo)
    assert house.album.calls == [("enrol", "Anna", suffix, photo)]
    house.naming().undo(undo)
    assert house.album.calls[-1] == ("remove_photo", judged.path)
    house.album.judgement = Judgement.TOO_DARK
    assert house.naming().enrol("Anna", photo)[1] == ""
