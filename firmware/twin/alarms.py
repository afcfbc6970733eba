"""The board's timers: what they call is called in time even while the event loop is busy, as an interrupt would.

A simulated clock rings them while it moves on. In real time nothing can interrupt the program; machine.Timer then
leaves it to a task.
"""

_waiting = []


class Alarm:
    """Calls `callback` once, `after_ms` from now, unless it is cancelled before."""

    def __init__(self, after_ms: int, callback):
        self.left_ms = after_ms
        self._callback = callback
        _waiting.append(self)

    def ring(self) -> None:
        """It is time; does nothing the second time."""
        if self.cancel():
            self._callback()

    def cancel(self) -> bool:
        """Never mind; False if it is over already."""
        if self not in _waiting:
            return False
        _waiting.remove(self)
        return True


def pass_ms(duration: float, move) -> None:
    """Move a clock on by calling `move(ms)`, and ring on the way whatever comes due."""
    while due := [alarm for alarm in _waiting if alarm.left_ms <= duration]:
        first = min(due, key=lambda alarm: alarm.left_ms)
        step = max(0, first.left_ms)
        _pass(step, move)
        duration -= step
        first.ring()
    _pass(duration, move)


def _pass(step: float, move) -> None:
    move(step)
    for alarm in _waiting:
        alarm.left_ms -= step
