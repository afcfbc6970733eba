"""The door's camera on the virtual one. Runs under CPython and MicroPython: see harness.py."""

import asyncio
import gc
import sys
import time

from bench import Seen, camera_at, drivers, file_of, read, refusal, solder, taken
from camera import Camera, CameraError
from ov2640 import SIZES


async def check_every_size_arrives_byte_by_byte(pictures):
    """A picture of each size is the scene's file, from FF D8 to FF D9, without the padding."""
    model, camera = camera_at(pictures)
    await camera.start()
    for name, size in SIZES.items():
        await camera.configure(size=name)
        assert model.sensor.size == size, (name, model.sensor.size)
        assert await taken(camera) == file_of(pictures, size), name
    assert camera.taken == len(SIZES)
    assert camera.broken == 0


async def check_the_end_is_found_wherever_pieces_are_cut(pictures):
    """FF D9 across the border of two pieces, and any size of buffer."""
    _, camera = camera_at(pictures, size="QVGA")
    await camera.start()
    whole = file_of(pictures, (320, 240))
    length = whole[0]
    for size in (length - 1, length, length + 1, 1000, 2048):
        assert await taken(camera, size) == whole, size


async def check_one_leading_zero_is_dropped(pictures):
    """Boards that put a zero before the picture deliver the same picture."""
    model, camera = camera_at(pictures, size="QVGA")
    model.lead = 1
    await camera.start()
    assert await taken(camera) == file_of(pictures, (320, 240))
    picture = camera.capture(bytearray(500))
    assert await picture.length() == file_of(pictures, (320, 240))[0]


async def check_the_length_is_known_before_the_first_byte_is_sent(pictures):
    """`length()` reads the picture once and leaves it to be read again."""
    model, camera = camera_at(pictures)
    await camera.start()
    picture = camera.capture(bytearray(1024))
    length = await picture.length()
    whole = await read(picture)
    assert length == whole[0]
    assert whole == file_of(pictures, (800, 600))
    assert model.captures == 1
    assert camera.taken == 1


async def check_quality_and_orientation_reach_the_registers(pictures):
    """What is configured stands in the sensor, also after the camera was started again."""
    model, camera = camera_at(pictures, size="VGA", quality=20)
    await camera.start()
    assert model.sensor.quantiser == 20
    await camera.configure(quality=5, mirror=True)
    await camera.configure(flip=True)
    model.fault = "hung"
    await refusal(camera)
    await taken(camera)
    sensor = model.sensor
    assert (sensor.quantiser, sensor.mirror, sensor.flip, sensor.size) == (5, True, True, (640, 480))
    await camera.configure(quality=99, mirror=False)
    assert (sensor.quantiser, sensor.mirror, sensor.flip) == (40, False, True)


async def check_an_unknown_size_is_refused(pictures):
    """A command with a size that does not exist changes nothing."""
    _, camera = camera_at(pictures)
    await camera.start()
    try:
        await camera.configure(size="8K", quality=40)
    except ValueError as error:
        assert "8K" in str(error)
    else:
        raise AssertionError("8K was accepted")
    assert await taken(camera) == file_of(pictures, (800, 600))


FAULTS = {
    "dead": "does not answer",
    "blind": "sensor does not answer",
    "garbage": "no beginning",
    "stuck": "empty pictures",
    "endless": "impossible length",
    "frozen": "no picture within",
}


async def check_every_fault_is_said_in_words_and_mends(pictures):
    """Each fault ends in a CameraError with words, in bounded time, and the first picture after it is whole again."""
    for fault, words in FAULTS.items():
        model, camera = camera_at(pictures, size="QVGA")
        await camera.start()
        model.fault = fault
        if fault == "blind":
            camera._healthy = False  # a blind chip goes on delivering; its sensor is missed at the next start
        began = time.ticks_ms()
        said = await refusal(camera)
        assert words in said, (fault, said)
        assert camera.fault == said
        assert time.ticks_diff(time.ticks_ms(), began) < 8000, fault
        model.fault = None
        assert await taken(camera) == file_of(pictures, (320, 240)), fault
        assert camera.fault is None
        assert camera.broken >= 1, fault


async def check_a_hung_chip_is_cured_by_the_restart(pictures):
    """A capture that never ends costs one picture: the restart resets the chip, nobody has to come."""
    model, camera = camera_at(pictures, size="QVGA")
    await camera.start()
    model.fault = "hung"
    assert "no picture within" in await refusal(camera)
    assert await taken(camera) == file_of(pictures, (320, 240))


async def check_a_camera_that_is_missing_at_the_start_may_come_later(pictures):
    """The start says what is missing; a camera plugged in afterwards works at the next picture."""
    model, camera = camera_at(pictures, size="QVGA")
    model.fault = "dead"
    try:
        await camera.start()
    except CameraError as error:
        assert "SPI" in str(error)
    else:
        raise AssertionError("a dead camera was started")
    model.fault = None
    assert await taken(camera) == file_of(pictures, (320, 240))


async def check_broken_pictures_are_counted_and_do_not_restart_the_camera(pictures):
    """One broken picture in five: each is found before it is sent, counted, and the next one is whole."""
    model, camera = camera_at(pictures, size="QVGA")
    await camera.start()
    model.fault = "flaky"
    running_since = camera._started_at
    whole_length = file_of(pictures, (320, 240))[0]
    good = 0
    for _ in range(20):
        picture = camera.capture(bytearray(1024))
        try:
            assert await picture.length() == whole_length
            good += 1
        except CameraError as error:
            assert "no end" in str(error)
    assert (good, camera.broken) == (16, 4)
    assert camera._started_at == running_since, "one broken picture now and then must not cost seconds of exposure"


async def check_a_throw_away_picture_never_disturbs_a_reader(pictures):
    """While a picture is read, throw_away does nothing; an abandoned one does not block it for ever."""
    model, camera = camera_at(pictures)
    await camera.start()
    picture = camera.capture(bytearray(1024))
    seen = Seen()
    async for piece in picture:
        seen.add(piece)
        await camera.throw_away()
    assert seen.end() == file_of(pictures, (800, 600))
    assert model.captures == 2, "only after the last piece"

    abandoned = camera.capture(bytearray(1024))
    async for _ in abandoned:
        break
    await asyncio.sleep(6)
    await camera.throw_away()
    assert model.captures == 4


async def check_a_new_picture_ends_the_old_one(pictures):
    """Whoever still reads the old picture hears so instead of getting bytes of the new one."""
    _, camera = camera_at(pictures)
    await camera.start()
    old = camera.capture(bytearray(1024))
    async for _ in old:
        break
    assert await taken(camera) == file_of(pictures, (800, 600))
    try:
        async for _ in old:
            pass
    except CameraError as error:
        assert "something else" in str(error)
    else:
        raise AssertionError("the old picture went on")


async def check_the_night_is_noticed_and_ends(pictures):
    """A dark scene brings long exposures and gain, once the sensor has settled; the day takes them back."""
    model, camera = camera_at(pictures)
    await camera.start()
    model.sensor.light = 0.03
    await camera.throw_away()
    assert not camera.night, "six seconds are for settling"
    await asyncio.sleep(30)
    dark = model.sensor.exposure
    await camera.throw_away()
    assert camera.night
    await asyncio.sleep(30)
    assert model.sensor.exposure > 3 * dark
    for _ in range(3):
        await camera.throw_away()
        assert camera.night, "brighter pictures of the same night must not bring the day back"
        await asyncio.sleep(30)
    await camera.configure(size="UXGA")
    assert model.sensor.longer == 8, "a change of size must not end the night"
    model.sensor.light = 1.0
    await asyncio.sleep(30)
    await camera.throw_away()
    assert not camera.night
    assert await taken(camera) == file_of(pictures, (1600, 1200))


async def check_a_frame_needs_less_than_ten_kilobytes(pictures):
    """A UXGA picture passes through a heap with 10 KB left, the virtual camera's own needs included."""
    camera = Camera(*_soldered(pictures), size="UXGA")
    await camera.start()
    buffer = bytearray(1024)
    expected = file_of(pictures, (1600, 1200))[0]
    await _count(camera, buffer)
    if sys.implementation.name != "micropython":
        return
    gc.collect()
    before = gc.mem_alloc()
    live = 0
    async for _ in camera.capture(buffer):
        gc.collect()
        live = max(live, gc.mem_alloc() - before)
    print("bytes alive during a frame:", live)
    assert live < 5000, live
    ballast = _fill_heap(leaving=10_000)
    assert await _count(camera, buffer) == expected
    del ballast


def _soldered(pictures):
    solder(pictures)
    return drivers()


async def _count(camera, buffer):
    length = 0
    async for piece in camera.capture(buffer):
        length += len(piece)
    return length


def _fill_heap(leaving):
    """Take all memory but this many bytes, in a chain: a list would have to grow."""
    chain = None
    gc.collect()
    for size in (16384, 1024, 128):
        while gc.mem_free() > leaving + 2 * size:
            try:
                chain = (bytearray(size), chain)
            except MemoryError:
                break
    gc.collect()
    assert gc.mem_free() < leaving + 600, gc.mem_free()
    return chain
