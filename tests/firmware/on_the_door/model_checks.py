"""The virtual camera is as strict as the real one. Runs under CPython and MicroPython: see harness.py."""

import asyncio

import board
import ov2640_tables
from bench import drivers, solder
from machine import I2C, SPI, Pin
from ov2640 import OV2640


async def check_the_test_register_answers_only_while_selected(pictures):
    """Chip select frames a command: without it the bus is empty."""
    solder(pictures)
    chip, _ = drivers()
    assert chip.answers()
    chip.write(0x00, 0x55)
    bus, answer = board.camera_bus(), bytearray(2)
    bus.write_readinto(b"\x00\x00", answer)
    assert answer == b"\xff\xff"
    select = board.camera_select()
    select(0)
    bus.write_readinto(b"\x00\x00", answer)
    select(1)
    assert answer[1] == 0x55


async def check_wrong_wiring_does_not_answer(pictures):
    """SPI(1) without its MISO pin, too fast a clock, or another I2C: nobody is there."""
    solder(pictures)
    sck, mosi, miso = Pin(10), Pin(11), Pin(12)
    for bus in (
        SPI(1, 8_000_000, sck=sck, mosi=mosi),
        SPI(1, 20_000_000, sck=sck, mosi=mosi, miso=miso),
        SPI(1, 8_000_000, polarity=1, sck=sck, mosi=mosi, miso=miso),
    ):
        board.camera_select()(0)
        assert bus.read(2) == b"\xff\xff"
        board.camera_select()(1)
    assert I2C(1, sda=Pin(8), scl=Pin(9)).scan() == []
    assert board.i2c().scan() == [0x30]


async def check_the_chip_sleeps_after_its_reset(pictures):
    """Registers read zero until 100 ms after the reset is let go."""
    solder(pictures)
    chip, _ = drivers()
    chip.write(0x07, 0x80)
    assert not chip.answers()
    chip.write(0x07, 0x00)
    assert not chip.answers()
    await asyncio.sleep_ms(100)
    assert chip.answers()


async def check_the_sensor_has_two_banks_and_no_repeated_start(pictures):
    """The same register number means two things by bank; a read needs the stop before it."""
    model = solder(pictures)
    _, sensor = drivers()
    await asyncio.sleep_ms(200)
    assert sensor.is_there()
    sensor.set_quality(17)
    assert model.sensor.quantiser == 17
    bus = board.i2c()
    bus.writeto(0x30, b"\xff\x01")
    bus.writeto(0x30, b"\x44")
    assert bus.readfrom(0x30, 1) == b"\x00"
    try:
        bus.readfrom_mem(0x30, 0x0A, 1)
    except OSError:
        pass
    else:
        raise AssertionError("SCCB knows no repeated start")


async def check_a_sensor_reset_forgets_everything_and_takes_its_time(pictures):
    """COM7 bit 7 clears both banks; what is written in the next 100 ms is lost."""
    model = solder(pictures)
    _, sensor = drivers()
    await asyncio.sleep_ms(200)
    sensor.set_quality(17)
    sensor.reset()
    assert model.sensor.quantiser == 0
    sensor.set_quality(17)
    assert model.sensor.quantiser == 0
    await asyncio.sleep_ms(100)
    sensor.set_quality(17)
    assert model.sensor.quantiser == 17


async def check_a_capture_takes_a_frames_time_and_the_pointer_is_the_readers(pictures):
    """Done is set after the frame, length counts padding, and only a rewind goes back to the beginning."""
    model, chip = await _ready(pictures)
    chip.start_capture()
    assert chip.read(0x41) & 0x08 == 0
    assert chip.fifo_length() == 0
    assert await chip.captured(1000)
    with open(f"{pictures}/320x240.jpg", "rb") as file:  # noqa: PTH123  no pathlib on MicroPython
        start = file.read(8)
        size = file.seek(0, 2)
    assert size < chip.fifo_length() <= size + 1024
    first, second = bytearray(4), bytearray(4)
    chip.read_into(memoryview(first))
    chip.read_into(memoryview(second))
    assert bytes(first + second) == start
    chip.rewind()
    chip.read_into(memoryview(first))
    assert bytes(first) == start[:4]
    chip.start_capture()
    await chip.captured(1000)
    chip.read_into(memoryview(first))
    assert bytes(first) == start[4:8], "a new capture does not move the read pointer"
    assert model.captures == 2


async def check_a_start_without_clearing_done_takes_nothing(pictures):
    """The old picture's flag must be cleared first."""
    model, chip = await _ready(pictures)
    chip.start_capture()
    await chip.captured(1000)
    chip.write(0x04, 0x02)
    assert model.captures == 1


async def check_a_sensor_that_is_not_set_up_delivers_noise(pictures):
    """JPEG comes only from a sensor whose encoder was switched on and whose window fits the picture."""
    model, chip = await _ready(pictures)
    assert model.sensor.delivers_jpeg
    sensor = OV2640(board.i2c())
    sensor.reset()
    await asyncio.sleep_ms(100)
    assert not model.sensor.delivers_jpeg
    sensor.load_jpeg()
    sensor.set_size("QVGA")
    assert model.sensor.delivers_jpeg
    board.i2c().writeto(0x30, b"\xff\x00")
    board.i2c().writeto(0x30, b"\xda\x00")
    chip.start_capture()
    await chip.captured(1000)
    chip.rewind()
    first = bytearray(2)
    chip.read_into(memoryview(first))
    assert first != b"\xff\xd8"


async def check_the_dark_lowers_the_brightness_and_gain_raises_it(pictures):
    """YAVG follows the light; the night's settings make more of it and take longer."""
    model, _ = await _ready(pictures)
    sensor = OV2640(board.i2c())
    await asyncio.sleep(2)
    day, frame_ms = sensor.brightness(), model.sensor.frame_ms
    model.sensor.light = 0.02
    dark = sensor.brightness()
    sensor.set_night(True)
    assert dark < 30 < sensor.brightness() <= day
    assert sensor.is_amplifying()
    assert model.sensor.frame_ms == 8 * frame_ms


async def check_the_tables_are_complete(_pictures):
    """As many writes as the maker's tables have, in pairs."""
    lengths = (len(ov2640_tables.BASE), len(ov2640_tables.YUV422), len(ov2640_tables.JPEG))
    assert lengths == (2 * 190, 2 * 9, 2 * 8)


async def _ready(pictures):
    model = solder(pictures)
    chip, sensor = drivers()
    await asyncio.sleep_ms(200)
    sensor.load_jpeg()
    sensor.set_size("QVGA")
    return model, chip
