"""What can go wrong, in words a homeowner can act on.

StationError
 |-- SettingsError        a setting is unknown, malformed or out of range          (exit code 2)
 |-- StoreError           the database cannot be opened, or is newer than we are
 |-- PortInUse            another program listens where the receiver should
 |-- AlreadyRunning       another station uses the same data directory
 |-- EngineError          recognition cannot start: a model or library is missing
 |-- ModelError           a model file cannot be fetched, is not the one we know, or cannot be kept
 |    `-- FetchStopped    a download was ended on the owner's word
 |-- GalleryError         a name or photo cannot be used
 |-- CameraError          a camera cannot be opened, or gives no picture
 |-- KeyMissing           a door was paired, but its key cannot be read here
 |-- OpeningRefused       a door is not opened from afar, and why
 |-- SetUpError           a board cannot be made a door
 |    `-- SetUpStopped    the set-up was ended on the owner's word
 |-- UploadRefused        an upload is turned away; carries the HTTP status
 |    |-- NotAJpeg        what arrived is no JPEG that can be read
 |    `-- Replayed        a signed request with a number that was used already
 |-- BrokenPicture        a JPEG that starts well and then falls apart
 `-- NotifierError        a message could not be handed over
      |-- TryLater        the world's fault and temporary: wait, then send again
      `-- Rejected        permanent: sending the same again cannot help
"""

from __future__ import annotations

from receiver.language import Phrase, phrase, shown


class StationError(Exception):
    """Something the owner should know: a short title, and a message with the next step.

    Both are given in English, with `language.phrase` where there are values in them, and read in the owner's language.
    """

    def __init__(self, title: str, message: str = "") -> None:
        super().__init__(title, message)
        self._title = title
        self._message = message

    @property
    def title(self) -> str:
        """In the owner's language."""
        return shown(self._title)

    @property
    def message(self) -> str:
        """In the owner's language."""
        return shown(self._message)

    @property
    def what(self) -> Phrase:
        """The title in English."""
        return phrase(self._title)

    @property
    def why(self) -> Phrase:
        """The message in English."""
        return phrase(self._message)

    @property
    def source(self) -> Phrase:
        """Both in English, for the log and for what is kept."""
        if not self._message:
            return self.what
        return phrase("{title}: {message}", title=self.what, message=self.why)

    def __str__(self) -> str:
        return shown(self.source)


def in_english(error: Exception) -> str:
    """What went wrong, for the log."""
    return error.source if isinstance(error, StationError) else str(error)


class SettingsError(StationError):
    """A setting is unknown, malformed or out of range."""


class StoreError(StationError):
    """The database cannot be opened or used."""


class PortInUse(StationError):
    """Another program listens where the receiver should."""


class AlreadyRunning(StationError):
    """Another station uses the same data directory."""


class EngineError(StationError):
    """Recognition cannot start: a model or library is missing or damaged."""


class ModelError(StationError):
    """A model file cannot be fetched, is not the one we know, or cannot be kept."""


class FetchStopped(ModelError):
    """A download was ended on the owner's word; what has come so far is kept for the next time."""


class GalleryError(StationError):
    """A name or a photo cannot be used for the gallery."""


class UploadRefused(StationError):
    """An upload is turned away; `status` is the HTTP status the sender gets."""

    def __init__(self, status: int, title: str, message: str = "") -> None:
        super().__init__(title, message)
        self.args = (status, title, message)  # keeps the error picklable
        self.status = status


class NotAJpeg(UploadRefused):
    """What arrived is no JPEG that can be read."""

    def __init__(self, message: str) -> None:
        super().__init__(400, "Not a usable JPEG", message)
        self.args = (message,)


class Replayed(UploadRefused):
    """A signed request with a number that is not above all before it; `visit` is what became of it, if it was taken."""

    def __init__(self, visit: str | None) -> None:
        title, message = "This number was used", "Every request of a session needs a higher number than the one before."
        if visit:
            title, message = "This has arrived already", "Nothing is to be done; the next request needs a new number."
        super().__init__(409, title, message)
        self.args = (visit,)
        self.visit = visit


class CameraError(StationError):
    """A camera cannot be opened, or gives no picture."""


class KeyMissing(StationError):
    """A door was paired, but its key cannot be read here."""

    def __init__(self, door: str) -> None:
        super().__init__(
            phrase("The key of the door {door} cannot be read", door=door),
            "The place for secrets is locked, or belongs to another user. Unlock it, or pair the door anew.",
        )
        self.args = (door,)


class OpeningRefused(StationError):
    """A door is not opened from afar, and why."""


class SetUpError(StationError):
    """A board cannot be made a door, with what the owner can do about it."""


class SetUpStopped(SetUpError):
    """The set-up was ended on the owner's word; the board waits for the next one."""


class BrokenPicture(StationError):
    """A JPEG that starts well and then falls apart: cut off, or ending in bytes of an older one."""

    def __init__(self, message: str = "") -> None:
        super().__init__("The picture arrived broken", message)
        self.args = (message,)


class NotifierError(StationError):
    """A message could not be handed over."""


class TryLater(NotifierError):
    """Temporary: wait (`retry_after` seconds where the other side said so), then send again."""

    def __init__(self, title: str, message: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(title, message)
        self.retry_after = retry_after


class Rejected(NotifierError):
    """Permanent: sending the same again cannot help."""
