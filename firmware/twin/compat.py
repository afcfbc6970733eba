"""What MicroPython has and CPython lacks, as far as the firmware uses it; and time that passes only by waiting.

`install()` comes before the first import of firmware. Under MicroPython nothing is missing. It changes modules of
the whole process, so only a process that is a virtual door does it.
"""

import sys

ON_MICROPYTHON = sys.implementation.name == "micropython"


def install(simulated_time: bool = False, hurry: int = 1) -> None:
    """Fill the gaps. With `simulated_time`, sleeping takes no time and all clocks jump to the end of the sleep.

    `hurry` lets that many seconds pass in each one outside; only MicroPython can.
    """
    if ON_MICROPYTHON:
        if simulated_time:
            import simulated_micropython  # noqa: PLC0415  only one of the two interpreters has it

            simulated_micropython.install()
        elif hurry > 1:
            import hurried_micropython  # noqa: PLC0415  only one of the two interpreters has it

            hurried_micropython.install(hurry)
        return
    if hurry > 1:
        sys.exit("only MicroPython can hurry")
    import cpython_gaps  # noqa: PLC0415

    cpython_gaps.install(simulated_time)
