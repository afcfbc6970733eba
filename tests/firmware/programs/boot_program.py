"""Boots in the working directory: `boot_program.py FIRMWARE`; prints the slot and how long the watchdog waits."""

import json
import os
import sys


def main(firmware):
    sys.path[:0] = [firmware + "/twin", ""]
    import compat  # noqa: PLC0415  only now on the path

    compat.install()
    from world import world  # noqa: PLC0415  only now complete

    __import__("boot")
    slot = os.getcwd().replace("\\", "/").rsplit("/", 1)[-1]  # noqa: PTH109  no pathlib on MicroPython
    print(json.dumps({"slot": slot, "watched": world.watchdog_ms}))


main(sys.argv[1])
