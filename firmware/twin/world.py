"""The world around the virtual board: lines with levels, what hangs on the buses, the cable, the watchdog.

The fake `machine` and `network` are the board's side of it; control.py and the tests are the hand that presses
the button and pulls the cable. There is one world per process, as there is one board.
"""

import time

FALLING, RISING = 4, 8
"""As in machine.Pin.IRQ_FALLING and IRQ_RISING."""

BUTTON, CAMERA_SELECT, RELAY, BUZZER, LED = 6, 13, 14, 15, 25
CAMERA_SPI = (1, (10, 11, 12))
"""SPI number; SCK, MOSI, MISO the camera is soldered to."""
I2C_WIRES = (0, (9, 8))
"""I2C number; SCL, SDA."""

_DHCP_MS = 1600
_REMEMBERED_CHANGES = 64


class Line:
    """One wire: a level, who wants to hear of its edges, and when it changed last."""

    def __init__(self, level: int = 0):
        self.level = level
        self.rises = 0
        self.changes = []
        self.on_change = None
        self.interrupt = None
        self.trigger = 0

    def drive(self, level: int) -> None:
        """Set the level; an edge calls the device on the wire, then the board's interrupt."""
        level = 1 if level else 0
        if level == self.level:
            return
        self.level = level
        self.rises += level
        self.changes.append((time.ticks_ms(), level))
        del self.changes[:-_REMEMBERED_CHANGES]
        if self.on_change:
            self.on_change(level)
        if self.interrupt and self.trigger & (RISING if level else FALLING):
            self.interrupt()


class Cable:
    """The Ethernet cable, and the DHCP server at its other end. `refuses_dhcp` keeps the address from coming."""

    def __init__(self):
        self.plugged = True
        self.refuses_dhcp = False
        self.address = "127.0.0.1"
        self._active_since = None

    @property
    def active(self) -> bool:
        """Has the firmware switched the interface on?"""
        return self._active_since is not None

    def switch(self, on: bool) -> None:
        """Switch the interface on or off; switching it on asks for an address anew, if the cable is plugged."""
        if on and not self.active:
            self._active_since = time.ticks_ms()
            self._asked = self.plugged and not self.refuses_dhcp
        elif not on:
            self._active_since = None

    def has_address(self) -> bool:
        """Has DHCP answered? The board keeps its address when the cable is pulled, as the real one does."""
        waited_ms = time.ticks_diff(time.ticks_ms(), self._active_since) if self.active else 0
        return self.active and self._asked and waited_ms >= _DHCP_MS


class World:
    """Everything outside the firmware."""

    def __init__(self):
        self.lines = {BUTTON: Line(1), CAMERA_SELECT: Line(1)}
        self.spi_devices = {}
        self.i2c_devices = {}
        self.cable = Cable()
        self.reset_cause = 1
        self.unique_id = b"\xe6\x61\x64\x08\x43\x00\x00\x01"
        self.watchdog_ms = None
        self.watchdog_fed_at = 0

    def line(self, number: int) -> Line:
        """The wire at this pin."""
        return self.lines.setdefault(number, Line())

    def press(self) -> None:
        """Push the button down, cleanly."""
        self.line(BUTTON).drive(0)

    def release(self) -> None:
        """Let the button go."""
        self.line(BUTTON).drive(1)

    def add_camera(self, camera) -> None:
        """Solder a camera to its pins."""
        self.line(CAMERA_SELECT).on_change = camera.select
        self.spi_devices[CAMERA_SPI] = camera
        self.i2c_devices[camera.sensor.ADDRESS] = camera.sensor

    def watchdog_has_bitten(self) -> bool:
        """Has the firmware started the watchdog and then not fed it in time?"""
        if self.watchdog_ms is None:
            return False
        return time.ticks_diff(time.ticks_ms(), self.watchdog_fed_at) > self.watchdog_ms


world = World()
