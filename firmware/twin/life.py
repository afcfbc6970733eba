"""A virtual board's life: power on, run the firmware's program, until it, its watchdog or its host ends."""

import asyncio
import os
import sys

from arducam_model import ArduCamModel
from control import Control
from displays import solder_display
from machine import WATCHDOG_EXIT
from scene import Asked
from traffic import carry_streams
from world import world

_LOOK_MS = 100


async def live(host: tuple, settings: dict) -> None:
    """Run the program; `host` and `settings` as run.py says."""
    camera = _solder(host, settings)
    others = [asyncio.create_task(Control(camera).serve(host)), asyncio.create_task(_bite())]
    _boot()
    program = __import__(settings.get("main", "main"))
    await program.main()
    for other in others:
        other.cancel()


def _solder(host: tuple, settings: dict) -> ArduCamModel:
    camera = ArduCamModel(Asked(host))
    world.add_camera(camera)
    world.reset_cause = int(settings.get("reset_cause", "1"))
    if "id" in settings:
        world.unique_id = bytes.fromhex(settings["id"])
    solder_display(world, settings.get("display", "none"))
    carry_streams()
    return camera


def _boot() -> None:
    """As the board does: boot.py first, which goes to the slot that the program lies in."""
    if "boot.py" in os.listdir():
        checkout = sys.path.index("") + 1
        del sys.path[checkout]  # what is not on the flash does not exist
        __import__("boot")


async def _bite() -> None:
    """Be the watchdog."""
    while not world.watchdog_has_bitten():
        await asyncio.sleep_ms(_LOOK_MS)
    print("the watchdog was not fed")
    sys.exit(WATCHDOG_EXIT)
