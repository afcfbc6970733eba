"""The door's own program on a virtual board: `micropython -X heapsize=400k run.py HOST PORT [NAME=VALUE ...]`.

HOST PORT is where host.py listens: it answers for pictures and holds the control channel. The working directory is
the board's flash; where that has no boot.py, the firmware is that of the checkout. Names:

 main          module whose coroutine `main` is the program (main)
 id            the board's number in hexadecimal
 display       what is on the I2C bus beside the camera: oled, lcd, lcd20x4 (none)
 hurry         how much faster than outside time passes, under MicroPython (1)
 reset_cause   as machine.reset_cause() says it (1, power on)

Exit status 75: the firmware reset the board; 76: the watchdog did.
"""

import sys


def _prepare_path() -> None:
    """The twin's `machine` and `network` first, then the flash (where boot.py is, then its slot), then the checkout."""
    script = __file__.replace("\\", "/")
    here = script.rsplit("/", 1)[0] if "/" in script else "."
    sys.path[:0] = [here, "", here + "/.."]


def main(arguments: list) -> None:
    """Run the door."""
    _prepare_path()
    # What MicroPython has must be there before anything of the firmware is imported.
    import compat  # noqa: PLC0415

    settings = dict(argument.split("=", 1) for argument in arguments[2:])
    compat.install(hurry=int(settings.get("hurry", "1")))
    import asyncio  # noqa: PLC0415

    import life  # noqa: PLC0415

    asyncio.run(life.live((arguments[0], int(arguments[1])), settings))


if __name__ == "__main__":
    main(sys.argv[1:])
