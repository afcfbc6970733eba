"""Which pin goes where: the W5100S-EVB-Pico with its camera, button, buzzer, relay and light.

The Ethernet chip sits on SPI0 (GP16-21) and belongs to `network.WIZNET5K`, which knows its pins itself.
"""

import machine
from micropython import const

CPU_HZ = const(125_000_000)
CAMERA_SPI_HZ = const(8_000_000)
I2C_HZ = const(100_000)

_SDA, _SCL = const(8), const(9)
_SCK, _MOSI, _MISO, _CAMERA_SELECT = const(10), const(11), const(12), const(13)
_BUTTON, _RELAY, _BUZZER, _LED = const(6), const(14), const(15), const(25)


def set_clock() -> None:
    """Run the processor and its peripherals at 125 MHz; before any bus is opened.

    Without the second number the peripherals run from the 48 MHz clock and Ethernet's SPI at 12 MHz.
    """
    machine.freq(CPU_HZ, CPU_HZ)  # type: ignore[call-overload]  # the RP2040's takes both


def camera_bus() -> machine.SPI:
    """The camera's SPI (mode 0). All pins are named because SPI(1) would take GP8 as MISO, which is our SDA."""
    return machine.SPI(
        1,
        baudrate=CAMERA_SPI_HZ,
        polarity=0,
        phase=0,
        sck=machine.Pin(_SCK),
        mosi=machine.Pin(_MOSI),
        miso=machine.Pin(_MISO),
    )


def camera_select() -> machine.Pin:
    """The camera's chip select: low for the length of one command."""
    return machine.Pin(_CAMERA_SELECT, machine.Pin.OUT, value=1)


def i2c() -> machine.I2C:
    """The bus that the camera's sensor and the optional text display share."""
    return machine.I2C(0, sda=machine.Pin(_SDA), scl=machine.Pin(_SCL), freq=I2C_HZ)


def button() -> machine.Pin:
    """The bell button: low while it is pressed."""
    return machine.Pin(_BUTTON, machine.Pin.IN, machine.Pin.PULL_UP)


def buzzer() -> machine.Pin:
    """The buzzer: sounds while high."""
    return machine.Pin(_BUZZER, machine.Pin.OUT, value=0)


def relay() -> machine.Pin:
    """The optional door opener: open while high; pulled down, so it stays shut while the board starts."""
    return machine.Pin(_RELAY, machine.Pin.OUT, value=0)


def led() -> machine.Pin:
    """The status light on the board."""
    return machine.Pin(_LED, machine.Pin.OUT, value=0)
