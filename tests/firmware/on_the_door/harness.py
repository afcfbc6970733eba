"""Runs one check on the virtual board, in simulated time: `python harness.py FIRMWARE PICTURES MODULE CHECK`.

Runs under CPython and under MicroPython alike. PICTURES is a folder of prepared files for the scene.
"""

import sys


def main(firmware, pictures, module, check):
    here = __file__.replace("\\", "/").rsplit("/", 1)[0]
    sys.path[:0] = [firmware + "/twin", firmware, here]
    import compat  # noqa: PLC0415  only now on the path

    compat.install(simulated_time=True)
    import asyncio  # noqa: PLC0415  only now complete

    asyncio.run(getattr(__import__(module), check)(pictures))
    print("held")


main(*sys.argv[1:])
