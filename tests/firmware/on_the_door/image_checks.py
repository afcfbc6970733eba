"""What a board's MicroPython is asked, whichever it is: the twin here, and a real image in test_board_image.py.

`answers` is sent to that board as it stands here, so it needs nothing but what is on its flash.
"""


def answers(modules):
    """Load all these files of the firmware and try what depends on the board's own C code."""
    import sys  # noqa: PLC0415  all of this happens on the board
    import time  # noqa: PLC0415

    for name in modules:
        __import__(name)
    import board  # noqa: PLC0415
    import display  # noqa: PLC0415
    import machine  # noqa: PLC0415
    import network  # noqa: PLC0415
    from relay import Relay  # noqa: PLC0415
    from signing import Hmac  # noqa: PLC0415

    seal = Hmac(b"\x0b" * 20)
    seal.update(b"Hi There")
    opener = board.relay()
    relay = Relay(opener, machine.Timer, 1)
    relay.open(60)
    opened = opener()
    time.sleep_ms(1100)
    return {
        "interpreter": list(sys.implementation.version[:3]),
        "seal": seal.digest().hex(),
        "relay": [opened, opener()],
        "letters": display.readable("Grüße…"),
        "ethernet": hasattr(network, "WIZNET5K"),
    }


async def check_the_twin_answers_as_a_board_must(_pictures):
    """The same questions, so that they are known to be good ones before a real image is asked."""
    import json  # noqa: PLC0415

    said = answers(["config", "commands", "station", "camera", "bell", "led", "mqtt", "rings", "heartbeat", "watchdog"])
    said.pop("interpreter")
    assert json.loads(json.dumps(said)) == {
        "seal": "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        "relay": [1, 0],
        "letters": "Gruesse...",
        "ethernet": True,
    }
