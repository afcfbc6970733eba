"""Notifiers: ways to tell someone. Threads, retries and order come from the outbox.

To add one: a module in this folder with a class that fits `Notifier`, and its place in `messengers.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from receiver.models import Camera, Chat, Delivery, Door, Named, PartState, Photo, SentMessage, Visit


class Host(Protocol):
    """What a notifier may ask of the station it works for."""

    def report(self, state: PartState, detail: str) -> None:
        """Tell how the notifier is doing, in words for the owner."""

    def wake(self) -> None:
        """Messages that had to wait may go through again: try now."""

    def said(self, text: str, door: str = "") -> str:
        """Someone allowed wrote `text` for one door or for all; returns the answer to give them."""

    def status(self) -> str:
        """The station's state in a few lines of plain text."""

    def recall(self, key: str) -> str | None:
        """A small value remembered across restarts."""

    def remember(self, key: str, value: str) -> None:
        """Remember a small value, durably, before returning."""

    # ---- for notifiers that one can talk with; what fails raises StationError, an unknown id KeyError

    def chats(self) -> tuple[Chat, ...]:
        """Who may see or do something."""

    def pair(self, text: str, target: str, name: str) -> Chat | None:
        """Pair a chat whose text is the code that is waited for; None for any other text."""

    def ignored(self, target: str, name: str) -> None:
        """Someone wrote who may do nothing: the owner is told, once."""

    def moved(self, old: int, new: int) -> None:
        """A chat has another id from now on: what waits for it, and its rights, go with it."""

    def quiet(self, visit: Visit | None) -> bool:
        """Whether the owner wants no sound now: of a visit, or (None) of words that belong to none."""

    def visits(self, limit: int) -> Sequence[Visit]:
        """The latest visits, newest first."""

    def visit(self, visit: str) -> Visit:
        """One visit."""

    def visit_of(self, delivery: int) -> Visit:
        """The visit of which a delivery tells."""

    def doors(self) -> Sequence[Door]:
        """Every door ever heard."""

    def cameras(self) -> Sequence[Camera]:
        """Those of the doors that are cameras."""

    def names(self) -> Sequence[str]:
        """Everybody enrolled."""

    def look(self, door: str) -> None:
        """Have a door take a picture now; it comes as a visit of its own."""

    def hush(self, seconds: float | None, by: str) -> str:
        """Make no sound for so long (None: no longer be silent); returns the answer to give."""

    def name_face(self, face: int, name: str) -> Named:
        """Somebody says who this is."""

    def reject_face(self, face: int) -> tuple[Visit, str]:
        """Somebody says that this is not who it was said to be; returns the visit now and how to undo it."""

    def enrol(self, name: str, photo: bytes) -> tuple[Photo, str]:
        """Judge a photo and add a good one to a person; returns how to undo it, too (empty: nothing to undo)."""

    def undo(self, token: str) -> bool:
        """Take back what naming, rejecting or enrolling did; whether that was not done before."""

    def keep_message(self, sent: SentMessage) -> None:
        """Remember a message that may be answered or edited later."""

    def message(self, chat: int, message: int) -> SentMessage | None:
        """What is known about a message of ours."""

    def verdict_message(self, visit: str, target: str) -> SentMessage | None:
        """The message that carries a visit's verdict in a chat."""


class Notifier(Protocol):
    """One way to tell someone."""

    name: str
    """Also the part's name in the status strip and the notifier column of a delivery."""
    alert_kind: str
    """Kind of the message "someone is at the door"."""
    verdict_kind: str
    """Kind of the message with the verdict."""
    lanes: tuple[tuple[str, ...], ...]
    """Kinds of messages, in their order of importance, that need not wait for those of the other lanes.

    Texts go in the first lane, and a visit's messages of another one after its alert. Without any there is one line for
    everything.
    """

    def targets(self) -> tuple[str, ...]:
        """Whom to tell; each gets its messages in order, independently of the others."""

    def start(self, host: Host) -> None:
        """Begin listening, in threads of its own; returns at once and never raises for the world's faults."""

    def stop(self) -> None:
        """End every thread within a second or two; a later send raises TryLater."""

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Hand one message over, and return only once the other side has it.

        Raises TryLater or Rejected; calls for one lane of one target never overlap, all others may.
        """

    def check(self) -> str:
        """Try the way there without telling anyone; returns one line of good news or raises NotifierError."""


@runtime_checkable
class Speaker(Protocol):
    """A notifier that can also hand over a plain text: a digest, a summary after an outage, a test that failed."""

    def say(self, target: str, text: str) -> None:
        """Hand a text over, and return only once the other side has it. Raises TryLater or Rejected."""
