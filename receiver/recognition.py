"""Next unfinished snapshot -> worker -> gallery -> store: the verdict and its deliveries in one transaction.

The rows are the queue: a wake-up is only a hint, and whatever happens here leaves the row for the next attempt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from receiver.errors import BrokenPicture, EngineError, StationError, StoreError
from receiver.face_records import FaceRecords
from receiver.fusion import Fused, Visitor
from receiver.gallery import Gallery
from receiver.language import mark, phrase
from receiver.matching import Rule
from receiver.models import (
    TOLD,
    Analysis,
    Conclusion,
    Match,
    Message,
    PartState,
    Ruling,
    Snapshot,
    SnapshotState,
    Verdict,
    Visit,
)
from receiver.store import Store
from receiver.verdicts import decide, judge, not_yet_strangers, reconsider
from receiver.workers import WorkerLost, WorkerPool

log = logging.getLogger(__name__)

BROKEN = mark("the picture arrived broken")
TAKEN_DOWN = mark("the picture took the recogniser down twice")
GONE = mark("the picture's file is gone")
STILL_READING = mark("the photos of your people are still being read")
UNREADABLE = mark("the picture's file cannot be read")
UNEXPECTED = mark("something unexpected went wrong")

MOST_ATTEMPTS = 2
"""So often may a picture take a worker down before it is given up."""
_LOOK_AGAIN_S = 5.0
"""Nothing woke us for so long: look anyway, and see that the workers are alive."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
"""Between attempts while the engine cannot be loaded or the store cannot be used."""
_GALLERY_S = 5.0
"""A ring in the very first moment waits so long for the gallery to be read from the cache."""
_NEW_PHOTOS_S = 20.0
"""So long does a stranger's verdict wait for new photos of the gallery that are being judged: a busy computer that has
just been started needs more than ten seconds for the first ones."""
_FINISH_S = 3.0


class Recognition:
    """Threads, one per worker process, that conclude snapshots in the order of their arrival.

    `rule` says how sure a name must be, `routes` gives the messages of a verdict, `may_tell` whether people are told
    it, `publish` tells subscribers of the visit, `wake_couriers` sends the deliveries on their way, `report` tells the
    owner how recognition is doing.
    """

    def __init__(
        self,
        store: Store,
        pool: WorkerPool,
        gallery: Gallery,
        *,
        rule: Callable[[], Rule],
        routes: Callable[[], Sequence[Message]],
        may_tell: Callable[[Visit], Ruling] = lambda _visit: TOLD,
        publish: Callable[[Visit], None],
        wake_couriers: Callable[[], None],
        report: Callable[[PartState, str], None],
    ) -> None:
        self._store = store
        self._faces = FaceRecords(store)
        self._pool = pool
        self._gallery = gallery
        self._rule = rule
        self._routes = routes
        self._may_tell = may_tell
        self._publish = publish
        self._wake_couriers = wake_couriers
        self._report = report
        self._in_hand: set[str] = set()
        self._work = threading.Condition()
        self._deciding = threading.Lock()
        self._woken = 0
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Load the models and carry on with whatever is not done; returns at once."""
        self._report(PartState.STARTING, mark("loading the models"))
        self._pool.start()
        self._threads = [
            threading.Thread(target=self._run, name=f"recognition-{number}") for number in range(self._pool.processes)
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There may be a new snapshot."""
        with self._work:
            self._woken += 1
            self._work.notify_all()

    def stop(self) -> None:
        """Finish what is in hand within a few seconds, or leave it to the next start. Final."""
        self._stopping.set()
        self.wake()
        deadline = time.monotonic() + _FINISH_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            self._pool.stop()  # the row is the queue: what is abandoned is done next time
        for thread in self._threads:
            thread.join()
        self._report(PartState.OFF, "")

    def _run(self) -> None:
        patience = _FIRST_WAIT_S
        while not self._stopping.is_set():
            woken = self._woken
            if self._attempt():
                patience = _FIRST_WAIT_S
                self._sleep(woken, _LOOK_AGAIN_S)
            else:
                self._sleep(woken, patience)
                patience = min(patience * 2, _LONGEST_WAIT_S)

    def _sleep(self, woken: int, seconds: float) -> None:
        """Until someone has woken us since `woken` was read, at most so long."""
        with self._work:
            self._work.wait_for(lambda: self._woken != woken or self._stopping.is_set(), seconds)

    def _attempt(self) -> bool:
        """Conclude everything there is; False when the world is not ready and it must be tried again later."""
        try:
            self._pool.load()
            self._report(PartState.WORKING, _ready(self._pool.remark))
            self._work_off()
        except StationError as error:
            if not self._stopping.is_set():
                log.info("Recognition waits: %s", error.source)
                self._report(PartState.FAILED, error.source)
            return False
        except Exception:
            log.exception("recognition was interrupted and will be tried again")
            self._report(PartState.FAILED, mark("something unexpected went wrong; it is tried again"))
            return False
        return True

    def _work_off(self) -> None:
        while not self._stopping.is_set() and (snapshot := self._take()):
            try:
                self._recognise(snapshot)
            finally:
                self._put_back(snapshot)

    def _take(self) -> Snapshot | None:
        """The oldest snapshot that nobody has in hand."""
        with self._work:
            waiting = self._store.unfinished(limit=len(self._in_hand) + 1)
            snapshot = next((s for s in waiting if s.id not in self._in_hand), None)
            if snapshot:
                self._in_hand.add(snapshot.id)
            return snapshot

    def _put_back(self, snapshot: Snapshot) -> None:
        """Concluded or not: the row tells whether there is more to do with it."""
        with self._work:
            self._in_hand.discard(snapshot.id)

    def _recognise(self, snapshot: Snapshot) -> None:
        """Raises EngineError and StoreError: then it is not the picture's fault, and it waits."""
        try:
            analysis = self._pool.analyse(snapshot.path)
            complete = self._gallery_tells_all(analysis)
            self._decide(snapshot, analysis, complete)
        except BrokenPicture:
            self._conclude(snapshot, SnapshotState.BROKEN, _without_faces(Verdict.UNCLEAR, BROKEN))
        except FileNotFoundError:
            self._conclude(snapshot, SnapshotState.FAILED, _without_faces(Verdict.FAILED, GONE))
        except (EngineError, StoreError):
            raise
        except Exception as error:  # whatever a picture sets off, it must not stand in the way of the next one
            if not self._stopping.is_set() and self._is_to_blame(snapshot, error):
                self._conclude(snapshot, SnapshotState.FAILED, _without_faces(Verdict.FAILED, _why(error)))

    def _decide(self, snapshot: Snapshot, analysis: Analysis, complete: bool) -> None:
        """One picture of a visit at a time, so that each is judged together with all that came before it."""
        with self._deciding:
            before = [seen for seen in self._faces.sightings(snapshot.id) if seen.engine == analysis.engine]
            conclusion = decide(analysis, self._match, before)
            if not complete:
                conclusion = not_yet_strangers(conclusion, STILL_READING)
            self._conclude(snapshot, SnapshotState.RECOGNISED, conclusion)

    def judge_again(self, face: int) -> Visit:
        """What may be said now about the visitor one of whose faces this is. Raises KeyError for an unknown face."""
        with self._deciding:
            seen = self._faces.same_visitor(face)
            visitor = Visitor(0, tuple(sighting.judged.face for sighting in seen))
            verdict, reason, match = judge(visitor, self._match)
            return self._faces.rewrite_face(face, verdict, reason, match)

    def look_back(self, visit: str, engine: str) -> Visit | None:
        """Judge again whoever has no name in a visit, or has it from looking back; None when nothing changes."""
        with self._deciding:
            changed = reconsider(self._faces.seen_in(visit, engine), self._match)
            return self._faces.rewrite(visit, changed) if changed else None

    def _match(self, fused: Fused) -> Match:
        return self._gallery.match(fused, self._rule())

    def _gallery_tells_all(self, analysis: Analysis) -> bool:
        """Whether every photo takes part; a stranger's picture waits a while for those that are being judged."""
        self._gallery.wait_loaded(_GALLERY_S)
        if self._gallery.wait_complete(0) or decide(analysis, self._match).verdict is not Verdict.UNKNOWN:
            return True
        deadline = time.monotonic() + _NEW_PHOTOS_S
        while not (complete := self._gallery.wait_complete(0.1)) and time.monotonic() < deadline:
            if self._stopping.is_set():
                raise WorkerLost("Recognition was stopped")
        return complete

    def _is_to_blame(self, snapshot: Snapshot, error: Exception) -> bool:
        attempts = self._store.blame(snapshot.id)
        expected = isinstance(error, (StationError, OSError))
        log.log(
            logging.INFO if expected else logging.ERROR,
            "Snapshot %s was not examined (attempt %d): %s",
            snapshot.id,
            attempts,
            error,
            exc_info=None if expected else error,
        )
        return attempts >= MOST_ATTEMPTS

    def _conclude(self, snapshot: Snapshot, state: SnapshotState, conclusion: Conclusion) -> None:
        visit = self._store.conclude(snapshot.id, state, conclusion, self._routes(), self._may_tell)
        if visit is None:
            return
        self._publish(visit)
        self._wake_couriers()


def _why(error: Exception) -> str:
    if isinstance(error, WorkerLost):
        return TAKEN_DOWN
    return UNREADABLE if isinstance(error, OSError) else UNEXPECTED


def _without_faces(verdict: Verdict, reason: str) -> Conclusion:
    return Conclusion(verdict, reason, (), engine="")


def _ready(remark: str) -> str:
    return phrase("ready; {remark}", remark=phrase(remark)) if remark else mark("ready")
