"""A door that resets itself once, and the second time forgets its watchdog."""

import asyncio

import machine


async def main():
    print("started, cause", machine.reset_cause())
    if machine.reset_cause() == machine.PWRON_RESET:
        machine.reset()
    try:
        open("fed.txt").close()  # noqa: PTH123  no pathlib on MicroPython
    except OSError:
        open("fed.txt", "w").close()  # noqa: PTH123
        machine.WDT(timeout=300)
    await asyncio.sleep(60)
