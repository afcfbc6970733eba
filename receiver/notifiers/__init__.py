"""Notifiers: ways to tell someone. Threads, retries and order come from the outbox.

To add one: a module in this folder with a class that fits `Notifier`, and a line in `station.py`'s table.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from receiver.models import Delivery, PartState, Visit


class Host(Protocol):
    """What a notifier may ask of the station it works for."""

    def report(self, state: PartState, detail: str) -> None:
        """Tell how the notifier is doing, in words for the owner."""

    def wake(self) -> None:
        """Messages that had to wait may go through again: try now."""

    def said(self, text: str) -> str:
        """Someone allowed wrote `text` for the door; returns the answer to give them."""

    def status(self) -> str:
        """The station's state in a few lines of plain text."""

    def recall(self, key: str) -> str | None:
        """A small value remembered across restarts."""

    def remember(self, key: str, value: str) -> None:
        """Remember a small value, durably, before returning."""


class Notifier(Protocol):
    """One way to tell someone."""

    name: str
    """Also the part's name in the status strip and the notifier column of a delivery."""
    alert_kind: str
    """Kind of the message "someone is at the door"."""
    verdict_kind: str
    """Kind of the message with the verdict."""

    def targets(self) -> tuple[str, ...]:
        """Whom to tell; each gets its messages in order, independently of the others."""

    def start(self, host: Host) -> None:
        """Begin listening, in threads of its own; returns at once and never raises for the world's faults."""

    def stop(self) -> None:
        """End every thread within a second or two; a later send raises TryLater."""

    def send(self, delivery: Delivery, visit: Visit) -> None:
        """Hand one message over, and return only once the other side has it.

        Raises TryLater or Rejected; calls for one target never overlap, calls for different targets may.
        """

    def check(self) -> str:
        """Try the way there without telling anyone; returns one line of good news or raises NotifierError."""


@runtime_checkable
class Speaker(Protocol):
    """A notifier that can also hand over a plain text: a digest, a summary after an outage, a test that failed."""

    def say(self, target: str, text: str) -> None:
        """Hand a text over, and return only once the other side has it. Raises TryLater or Rejected."""
