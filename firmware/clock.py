"""Time on a board without a battery clock: seconds since the start, and the time of day once the station told it."""

import time

try:
    from time import ticks_diff, ticks_ms
except ImportError:  # CPython, in the tests

    def ticks_ms() -> int:  # type: ignore[misc]
        """Milliseconds of a clock that never goes back."""
        return int(time.monotonic() * 1000)  # type: ignore[attr-defined]

    def ticks_diff(later: int, earlier: int) -> int:  # type: ignore[no-redef]
        """Milliseconds from `earlier` to `later`."""
        return later - earlier


def since_ms(earlier) -> int:
    """Milliseconds since a value of `ticks_ms`; good for six days, then the counter comes round."""
    return ticks_diff(ticks_ms(), earlier)


class Clock:
    """Must be asked at least every six days, which the heartbeat does; then it never jumps.

    `ticks` is a source of milliseconds like `ticks_ms`.
    """

    def __init__(self, ticks=ticks_ms):
        self.first_set = None
        """When the time of day was learned first since the start, in Unix seconds."""
        self._ticks = ticks
        self._last = ticks()
        self._passed_ms = 0
        self._offset_s = None

    def uptime(self) -> int:
        """Seconds since the start."""
        ticks = self._ticks()
        self._passed_ms += ticks_diff(ticks, self._last)
        self._last = ticks
        return self._passed_ms // 1000

    def set(self, unix: int) -> None:
        """Take over the time of day, in Unix seconds."""
        self._offset_s = unix - self.uptime()
        if self.first_set is None:
            self.first_set = unix

    def now(self):
        """Unix seconds, or None while nobody has told the time."""
        return None if self._offset_s is None else self._offset_s + self.uptime()
