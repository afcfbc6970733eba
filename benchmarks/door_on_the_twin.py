"""The door's whole program on the twin, in simulated time that every transfer uses up; run by door.py.

    micropython door_on_the_twin.py FIRMWARE ORDER

ORDER is the path of a JSON object: `figures` are the assumptions of door.py, `mode` is "ours", "padded" or "original",
`picture` a file, `presses` how often the button is pushed. The working directory is a slot on a door's flash. Each line
of the output that begins with a brace is a press: moments in milliseconds since the button's contact closed, and the
milliseconds that the sending of its picture spent on what.

Nothing of the firmware is changed: what costs time are the bus, the hash, the network and the event loop around it.
"""

import sys


def main(firmware, order):
    """Prepare the module path and the clock before anything of the door is imported."""
    sys.path[:0] = [firmware + "/twin", ""]
    import compat  # noqa: PLC0415

    compat.install(simulated_time=True)
    import asyncio  # noqa: PLC0415
    import json  # noqa: PLC0415

    with open(order) as file:  # noqa: PTH123  no pathlib on MicroPython
        order = json.loads(file.read())
    costs = Costs(order["figures"])
    costs.charge_the_event_loop()
    costs.charge_the_hash()
    asyncio.run(run(order, costs))


class Costs:
    """Moves the simulated clock on; what is less than a millisecond is owed until it is one."""

    def __init__(self, figures):
        import time  # noqa: PLC0415  the simulated one

        self.figures = figures
        self._time = time
        self.spent = {"camera": 0, "hash": 0, "network": 0, "python": 0}
        self._owed_us = 0

    def spend(self, kind, microseconds):
        """The processor does nothing else for so long."""
        self.spent[kind] += microseconds
        self._owed_us += microseconds
        whole = int(self._owed_us // 1000)
        if whole:
            self._owed_us -= whole * 1000
            self._time.sleep_ms(whole)

    def now(self):
        """Milliseconds."""
        return self._time.ticks_ms() + self._owed_us / 1000

    def charge_the_event_loop(self):
        """Each turn: the scheduler, and the Python that runs until the next."""
        from asyncio import core  # noqa: PLC0415

        costs, waiting = self, type(core._io_queue)

        class Queue(waiting):
            def wait_io_event(self, duration):
                if duration > 0:  # only then does it look at the button, which takes it 2 ms of real time
                    super().wait_io_event(duration)
                else:  # a task is about to run
                    costs.spend("python", costs.figures["turn_us"])

        core._io_queue = Queue()

    def charge_the_hash(self):
        """SHA-256, of requests and of pictures."""
        import hashlib  # noqa: PLC0415

        costs, real = self, hashlib.sha256

        class Sha256:
            def __init__(self, data=b""):
                self._real = real()
                self.update(data)

            def update(self, data):
                costs.spend("hash", len(data) * costs.figures["hash_us_per_byte"])
                self._real.update(data)

            def digest(self):
                return self._real.digest()

        class Hashlib:
            sha256 = Sha256

        sys.modules["hashlib"] = Hashlib


# ---- the camera


class OneFile:
    """What the camera sees."""

    def __init__(self, path):
        self._path = path

    def picture(self, _sensor):
        file = open(self._path, "rb")  # noqa: PTH123, SIM115  no pathlib on MicroPython; the FIFO closes it
        length = file.seek(0, 2)
        file.seek(0)
        return file, length


def solder(order, costs):
    """A camera whose bus takes its time, and whose sensor is in the middle of a picture when it is asked for one."""
    from arducam_model import ArduCamModel  # noqa: PLC0415
    from world import world  # noqa: PLC0415

    class Camera(ArduCamModel):
        def transfer(self, data, into):
            costs.spend("camera", len(into if data is None else data) * costs.figures["camera_us_per_byte"])
            return super().transfer(data, into)

        def _capture(self):
            super()._capture()
            began, frame = costs.now(), self.sensor.frame_ms
            self._done_at += int(frame - began % frame)
            self.captures_at.append((began, self._done_at))

    camera = Camera(OneFile(order["picture"]))
    camera.captures_at = []
    world.add_camera(camera)
    return camera


# ---- network and station


class Station:
    """Answers as ours does, after the time that ours was measured to take; remembers when what arrived."""

    def __init__(self, costs, key):
        self.costs = costs
        self.key = key
        self.arrivals = []

    async def open_connection(self, _host, _port):
        """In place of asyncio.open_connection."""
        import asyncio  # noqa: PLC0415

        link = Link(self.costs, self)
        await asyncio.sleep_ms(0)
        return link, link

    def answer(self, path, body):
        """The bytes of an answer to a whole request."""
        import json  # noqa: PLC0415

        message = self._greeting(json.loads(body)) if path == "/v1/hello" else {"visit": "01J0000000000000000000000"}
        content = json.dumps(message).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: " + str(len(content)).encode() + b"\r\n\r\n" + content

    def _greeting(self, hello):
        import signing  # noqa: PLC0415

        session, time = "5" * 32, 1_800_000_000
        mac = signing.greeting_mac(self.key, hello["id"], hello["boot"], hello["nonce"], session=session, time=time)
        return {"session": session, "time": time, "mac": mac.hex()}


class Link:
    """One TCP connection, reader and writer in one: lwIP's segments, a small one held back as Nagle wants."""

    def __init__(self, costs, station):
        self._costs = costs
        self._figures = costs.figures
        self._station = station
        self._unsent = self._segments = 0
        self._acknowledged_at = 0
        self._start = b""
        self._answered = False
        self.opened_at, self._spent_before = costs.now(), dict(costs.spent)
        self._frame(0)
        costs.spend("network", self._figures["round_trip_us"])
        self._frame(0)
        self._frame(0)

    def write(self, data):
        """As the writer's: what fits into whole segments goes at once."""
        if len(self._start) < 1024:
            self._start += bytes(data[: 1024 - len(self._start)])
        self._unsent += len(data)
        most = self._figures["segment_bytes"]
        while self._unsent >= most:
            self._send(most)
        if self._unsent and self._costs.now() >= self._acknowledged_at:
            self._send(self._unsent)

    async def drain(self):
        """As the writer's."""
        import asyncio  # noqa: PLC0415

        await asyncio.sleep_ms(0)

    async def read(self, _count):
        """The station's answer, once it has the whole request."""
        import asyncio  # noqa: PLC0415

        if self._answered:
            return b""
        self._answered = True
        if self._unsent:
            await asyncio.sleep_ms(max(0, int(self._acknowledged_at - self._costs.now() + 0.999)))
            self.flush()
        head, _, body = self._start.partition(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        arrived, before = self._costs.now(), self._spent_before
        spent = {kind: (used - before[kind]) / 1000 for kind, used in self._costs.spent.items()}
        await asyncio.sleep_ms(self._figures["station_ms"])
        self._costs.spend("network", self._figures["round_trip_us"])
        self._frame(250)
        self._station.arrivals.append((path, self.opened_at, arrived, self._costs.now(), spent))
        return self._station.answer(path, body)

    def flush(self):
        """Send what was held back."""
        if self._unsent:
            self._send(self._unsent)

    def close(self):
        """As the writer's."""
        self._frame(0)

    async def wait_closed(self):
        """As the writer's."""

    def _send(self, count):
        self._unsent -= count
        self._frame(count)
        self._segments += 1
        delay = 0 if self._segments % 2 == 0 else self._figures["delayed_ack_ms"]
        self._acknowledged_at = self._costs.now() + self._figures["round_trip_us"] / 1000 + delay
        if self._segments % 2 == 0:
            self._frame(0)  # the acknowledgement comes in

    def _frame(self, payload):
        """One Ethernet frame between the processor and the W5100S: headers, payload, and the registers around it."""
        self._costs.spend("network", (payload + 57) * self._figures["ethernet_us_per_byte"] + self._figures["frame_us"])


# ---- the day


async def run(order, costs):
    """The presses of one order, a line of JSON for each."""
    import json  # noqa: PLC0415

    camera = solder(order, costs)
    if order["mode"] == "original":
        take = OriginalDoor(order, costs, camera).press
    else:
        take = await our_door(order, costs, camera)
    for number in range(order["presses"]):
        moments = await take(number)
        print(json.dumps({name: round(moment, 1) for name, moment in moments.items()}))


async def our_door(order, costs, camera):
    """Start the door's program; returns what presses its button."""
    import asyncio  # noqa: PLC0415

    import lookout  # noqa: PLC0415
    import main as door  # noqa: PLC0415
    from config import load  # noqa: PLC0415

    lookout.PIECE_BYTES = costs.figures["piece_bytes"]
    station = Station(costs, load("../config.json").key)
    asyncio.open_connection = station.open_connection
    if order["mode"] == "padded":
        send_padded()
    living.append(asyncio.create_task(door.main()))
    await asyncio.sleep(20)
    return lambda number: press(order, costs, camera, station, number)


living = []
"""The door's program; kept, or it would be thrown away."""


async def press(order, costs, camera, station, number):
    """Push the button once, each time at another moment of the sensor's picture."""
    import asyncio  # noqa: PLC0415

    from world import BUZZER, world  # noqa: PLC0415

    bells, frame = [], camera.sensor.frame_ms
    world.line(BUZZER).on_change = lambda _level: bells.append(costs.now())
    phase = frame * number / order["presses"]
    await asyncio.sleep_ms(int(10_000 + frame + phase - costs.now() % frame))
    del station.arrivals[:], camera.captures_at[:], bells[:]
    began = costs.now()
    world.press()
    await asyncio.sleep(4)  # whoever looked more often would take time from the door
    world.release()
    ring = next(arrival for arrival in station.arrivals if "rings" in arrival[0])
    picture = next(arrival for arrival in station.arrivals if "snapshots" in arrival[0])
    if world.watchdog_has_bitten():
        raise RuntimeError("the watchdog was not fed")
    moments = {
        "bell": bells[0],
        "ring": ring[2],
        "accepted": ring[3],
        "capture": camera.captures_at[0][0],
        "frame": camera.captures_at[0][1],
        "sending": picture[1],
        "picture": picture[2],
    }
    result = {name: moment - began for name, moment in moments.items()}
    result.update(picture[4])
    return result


def send_padded():
    """Instead of reading a picture twice, announce what the FIFO says and send the padding, too."""
    import camera  # noqa: PLC0415

    class Padded(camera.Capture):
        async def length(self):
            if self._fifo_length is None:
                await self._expose()
            return self._fifo_length

        async def __anext__(self):
            size = min(len(self._buffer), self._fifo_length - self._position)
            if not size:
                raise StopAsyncIteration
            if self._position == 0:
                self._chip.rewind()
            self._chip.read_into(self._view[:size])
            self._end_of_picture(0, size)
            self._position += size
            return self._view[:size]

    camera.Capture = Padded


class OriginalDoor:
    """What the original sketch does: a picture, in 1,024 bytes at a time, unsigned, and nothing before it."""

    def __init__(self, order, costs, camera):
        import board  # noqa: PLC0415
        from arduchip import ArduChip  # noqa: PLC0415
        from ov2640 import OV2640  # noqa: PLC0415

        costs.figures["turn_us"] = costs.figures["hash_us_per_byte"] = 0
        self._order, self._costs, self._camera = order, costs, camera
        self._chip, self._sensor = ArduChip(board.camera_bus(), board.camera_select()), OV2640(board.i2c())

    async def press(self, number):
        """Push the button once."""
        from time import sleep_ms  # noqa: PLC0415

        chip, costs = self._chip, self._costs
        if not number:
            await self._set_up()
        frame = self._camera.sensor.frame_ms
        sleep_ms(int(10_000 + frame + frame * number / self._order["presses"] - costs.now() % frame))
        began = costs.now()
        chip.start_capture()
        while not chip.read(0x41) & 0x08:
            sleep_ms(1)
        done = costs.now()
        self._send()
        return {"frame": done - began, "picture": costs.now() - began}

    async def _set_up(self):
        from time import sleep_ms  # noqa: PLC0415

        await self._chip.reset()
        self._sensor.reset()
        sleep_ms(100)
        self._sensor.load_jpeg()
        self._sensor.set_size("QVGA")

    def _send(self):
        link, left = Link(self._costs, None), self._chip.fifo_length()
        link.write(b"x" * 230)  # as long as its header lines are
        piece = memoryview(bytearray(1024))
        self._chip.rewind()
        while left > 0:
            self._chip.read_into(piece[: min(left, 1024)])
            link.write(piece[: min(left, 1024)])
            left -= 1024
        link.flush()


main(*sys.argv[1:])
