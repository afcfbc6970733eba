"""The optional door opener: a timer of the board ends what a command began, even if everything else hangs."""

from clock import since_ms, ticks_ms


class Relay:
    """Shut from the start. `timer` is `machine.Timer`; `longest_s` is how long it may stay open in one go."""

    def __init__(self, pin, timer, longest_s: int):
        self._pin = pin
        self._longest_ms = longest_s * 1000
        self._opened = ticks_ms()
        self._timer = timer()
        pin.off()

    def open(self, seconds: int) -> None:
        """Open for so long from now on; while it is open, for no longer than it may since it was opened first."""
        if not self._pin():
            self._opened = ticks_ms()
        period = min(seconds * 1000, self._longest_ms - since_ms(self._opened))
        self._pin.on()
        try:
            # In the interrupt itself, not when the interpreter comes round to it (MicroPython 1.26 or newer).
            self._timer.init(period=max(1, period), mode=self._timer.ONE_SHOT, callback=self._shut, hard=True)
        except BaseException:
            self._pin.off()
            raise

    def _shut(self, _timer) -> None:
        self._pin.off()
