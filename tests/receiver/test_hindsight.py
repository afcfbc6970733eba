"""Looking back: photos that come or go change what earlier visits say, by the lines that hold at the door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from receiver.fusion import Fused
from receiver.hindsight import LOOKS_BACK_S, Hindsight
from receiver.models import (
    Box,
    Conclusion,
    DetectedFace,
    GalleryChanged,
    Identity,
    JudgedFace,
    Judgement,
    Match,
    Photo,
    Sighting,
    SnapshotState,
    Trigger,
    Verdict,
    Visit,
)
from receiver.store import Store
from receiver.verdicts import IN_HINDSIGHT, NAMED_BY_OWNER, reconsider
from tests.receiver.made_up import QUALITY, Clock, ring

GOOD = replace(QUALITY, eye_distance=60)
NOBODY = Match(None, None, None, None)
NEAR = Match("Anna", 0.3, None, None, 0.97, 0.5)
FAR = Match("Anna", 0.8, None, None, 0.01, 0.5)
TORN = Match("Anna", 0.48, "Bob", 0.5, 0.6, 0.5)


def _seen(
    verdict: Verdict, match: Match = NOBODY, reason: str = "", *, place: float = 0.0, visitor: int = 0
) -> Sighting:
    face = DetectedFace(Box(0, 100, 100, 0), ((1.0, 1.0),), np.array([place, 0], np.float32), GOOD)
    return Sighting(visitor + 1, "picture", "dlib", JudgedFace(face, verdict, reason, match, visitor))


def test_a_stranger_gets_the_name_that_the_same_picture_would_get_now() -> None:
    """And the reason says that it came later."""
    (changed,) = reconsider([_seen(Verdict.UNKNOWN)], lambda _: NEAR)
    assert (changed.judged.verdict, changed.judged.reason) == (Verdict.KNOWN, IN_HINDSIGHT)
    assert changed.judged.match == NEAR


def test_a_name_that_came_with_photos_goes_with_them() -> None:
    (changed,) = reconsider([_seen(Verdict.KNOWN, NEAR, IN_HINDSIGHT)], lambda _: FAR)
    assert (changed.judged.verdict, changed.judged.reason) == (Verdict.UNKNOWN, "")


def test_what_is_not_sure_now_is_no_name_either() -> None:
    """A stranger who may be somebody is no stranger any more; nothing is given that the door would not give."""
    (changed,) = reconsider([_seen(Verdict.UNKNOWN)], lambda _: TORN)
    assert (changed.judged.verdict, changed.judged.match.identity) == (Verdict.UNCLEAR, "Anna")


@pytest.mark.parametrize("reason", ["", NAMED_BY_OWNER])
def test_names_given_at_the_door_or_by_the_owner_stay(reason: str) -> None:
    assert reconsider([_seen(Verdict.KNOWN, NEAR, reason)], lambda _: FAR) == ()


def test_whoever_is_told_the_same_is_left_alone() -> None:
    """Also when the figures differ a little: they say how it was judged then."""
    assert reconsider([_seen(Verdict.UNKNOWN, FAR)], lambda _: replace(FAR, distance=0.7)) == ()
    assert reconsider([_seen(Verdict.KNOWN, NEAR, IN_HINDSIGHT)], lambda _: NEAR) == ()


def test_nobody_is_named_beside_somebody_who_has_the_name() -> None:
    """Whether the other one has had it all along, or is nearer now."""
    other = _seen(Verdict.UNKNOWN, place=9.0, visitor=1)
    assert reconsider([_seen(Verdict.KNOWN, NEAR, NAMED_BY_OWNER), other], lambda _: NEAR) == ()

    def nearer(fused: Fused) -> Match:
        return replace(NEAR, distance=0.4 if fused.embedding[0] > 1 else 0.2)

    first, second = reconsider([_seen(Verdict.UNKNOWN), other], nearer)
    assert (first.judged.verdict, second.judged.verdict) == (Verdict.KNOWN, Verdict.UNCLEAR)
    assert second.judged.reason == "another face is nearer to Anna"


class Evening:
    """A station's visits, a gallery's news, and what is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock(1_790_000_000.0)
        self.store = Store(folder / "station.sqlite3", clock=self.clock)
        self.asked: list[tuple[str, str]] = []
        self.differs: set[str] = set()
        self.told: list[list[str]] = []
        self.hindsight = Hindsight(self.store, self._again, self._tell, engine=lambda: "dlib", clock=self.clock)

    def visit(
        self, verdict: Verdict, reason: str = "", *, trigger: Trigger = Trigger.RING, engine: str = "dlib"
    ) -> str:
        self.clock.advance(60)
        rung = ring(self.store, self.folder, [], at=self.clock(), trigger=trigger)
        said = Conclusion(verdict, "", (_seen(verdict, NEAR, reason).judged,), engine)
        assert self.store.conclude(rung.snapshots[0].id, SnapshotState.RECOGNISED, said, [])
        return rung.id

    def photos(self, *names: str, pending: int = 0, judgement: Judgement = Judgement.GOOD) -> None:
        photos = [Photo(name, Path(f"{name}.jpg"), name, judgement, "") for name in names]
        self.hindsight.hear(GalleryChanged(tuple(Identity(p.identity, (p,)) for p in photos), pending))

    def rest(self) -> None:
        """Two rounds of the agenda without news."""
        for _ in range(3):
            self.hindsight.look()

    def _again(self, visit: str, engine: str) -> Visit | None:
        self.asked.append((visit, engine))
        return self.store.visit(visit) if visit in self.differs else None

    def _tell(self, visits: Sequence[Visit]) -> None:
        self.told.append([visit.id for visit in visits])


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    made = Evening(tmp_path)
    yield made
    made.store.close()


def test_the_last_days_visitors_without_a_name_are_looked_at_again(evening: Evening) -> None:
    """And those named by looking back; not names, not tests, not another engine's faces, not what is over for long."""
    evening.visit(Verdict.UNKNOWN)
    evening.clock.advance(LOOKS_BACK_S)
    stranger, unclear = evening.visit(Verdict.UNKNOWN), evening.visit(Verdict.UNCLEAR)
    evening.visit(Verdict.KNOWN)
    evening.visit(Verdict.UNKNOWN, trigger=Trigger.TEST)
    evening.visit(Verdict.UNKNOWN, engine="another")
    later = evening.visit(Verdict.KNOWN, IN_HINDSIGHT)
    evening.differs = {stranger}
    evening.photos("Anna")
    evening.rest()
    assert evening.asked == [(later, "dlib"), (unclear, "dlib"), (stranger, "dlib")]
    assert evening.told == [[stranger]]


def test_it_waits_until_the_gallery_has_come_to_rest(evening: Evening) -> None:
    """Photos still being judged, and photos that come one after the other, are waited for; then it looks once."""
    evening.visit(Verdict.UNKNOWN)
    evening.photos("Anna", pending=1)
    evening.rest()
    assert evening.asked == []
    evening.photos("Anna")
    evening.hindsight.look()
    evening.photos("Anna", "Bob")
    evening.hindsight.look()
    assert evening.asked == []
    evening.rest()
    evening.rest()
    assert len(evening.asked) == 1
    assert evening.told == []


def test_only_photos_that_people_are_known_by_matter(evening: Evening) -> None:
    evening.photos("Anna")
    evening.rest()
    evening.visit(Verdict.UNKNOWN)
    evening.photos("Anna")
    evening.rest()
    assert evening.asked == []
    evening.photos()
    evening.rest()
    assert len(evening.asked) == 1
