"""Bell and light of the door. Runs under CPython and MicroPython: see harness.py."""

import asyncio
import time

import board
import led
from bell import CHIME, DING_DONG, Bell
from world import BUTTON, BUZZER, LED, world


async def _bounce(level, times=6):
    line = world.line(BUTTON)
    for _ in range(times):
        line.drive(level)
        await asyncio.sleep_ms(3)
        line.drive(not level)
        await asyncio.sleep_ms(2)
    line.drive(level)


async def _push(hold_ms=150):
    await _bounce(0)
    await asyncio.sleep_ms(hold_ms)
    await _bounce(1)
    await asyncio.sleep_ms(60)


async def _watched():
    """A bell whose watch has seen that nobody presses yet."""
    bell = Bell(board.button(), board.buzzer())
    watch = asyncio.create_task(bell.watch())
    await asyncio.sleep_ms(100)
    return bell, watch


async def check_a_bouncing_press_is_one_press(_pictures):
    """However often the contacts bounce, going down and coming up, it is one press each time."""
    bell, _task = await _watched()
    for expected in range(1, 6):
        await _push()
        assert bell.presses == expected
        await asyncio.sleep(4)
    assert bell.presses == 5


async def check_a_press_is_heard_within_fifty_milliseconds(_pictures):
    """From quiet contacts to `pressed()` and the buzzer."""
    bell, _task = await _watched()
    began = time.ticks_ms()
    world.press()
    assert await bell.pressed() == 1
    await asyncio.sleep_ms(1)
    assert time.ticks_diff(time.ticks_ms(), began) <= 50
    assert world.line(BUZZER).level == 1
    world.release()


async def check_a_held_button_is_one_press(_pictures):
    """A button that is stuck for a minute rings once, and again after it was let go."""
    bell, _task = await _watched()
    await _push(hold_ms=60_000)
    assert bell.presses == 1
    await _push()
    assert bell.presses == 2


async def check_a_spike_is_no_press(_pictures):
    """A disturbance shorter than the contacts may bounce rings nobody."""
    bell, _task = await _watched()
    for _ in range(20):
        world.press()
        await asyncio.sleep_ms(10)
        world.release()
        await asyncio.sleep_ms(200)
    assert bell.presses == 0


async def check_impatience_is_one_ring_in_three_seconds(_pictures):
    """Five presses in two seconds are one ring; three seconds after it the next counts."""
    bell, _task = await _watched()
    for _ in range(5):
        await _push(hold_ms=100)
        await asyncio.sleep_ms(180)
    assert bell.presses == 1
    await asyncio.sleep(2)
    await _push()
    assert bell.presses == 2


async def check_a_press_during_the_handling_of_another_is_remembered(_pictures):
    """`pressed()` returns at once for a press that came meanwhile, and then waits again."""
    bell, _task = await _watched()
    await _push()
    assert await bell.pressed() == 1
    await asyncio.sleep(5)
    await _push()
    assert await bell.pressed() == 2
    try:
        await asyncio.wait_for(bell.pressed(), 10)
    except asyncio.TimeoutError:  # noqa: UP041  two different ones on MicroPython
        return
    raise AssertionError("nobody pressed a third time")


async def check_the_buzzer_plays_its_pattern_and_falls_silent(_pictures):
    """Ding-dong at a press; the chime after it, never into it; silence at the end, also when it is cut off."""
    bell, _task = await _watched()
    line = world.line(BUZZER)
    world.press()
    await bell.pressed()
    await asyncio.sleep_ms(5)
    await bell.sound(CHIME)
    world.release()
    assert line.rises == len(DING_DONG) + len(CHIME)
    sounds = [line.changes[i + 1][0] - line.changes[i][0] for i in range(0, len(line.changes), 2)]
    expected = [pair[0] for pair in DING_DONG + CHIME]
    assert all(abs(a - b) <= 2 for a, b in zip(sounds, expected)), sounds  # noqa: B905  MicroPython's has no strict
    cut_off = asyncio.create_task(bell.sound(((60_000, 0),)))
    await asyncio.sleep_ms(10)
    assert line.level == 1
    cut_off.cancel()
    await asyncio.sleep_ms(10)
    assert line.level == 0


async def check_the_light_can_be_counted(_pictures):
    """Each trouble is its number of flashes; another pattern begins at once."""
    light = led.StatusLight(board.led())
    _running = [asyncio.create_task(light.run())]
    line = world.line(LED)
    for pattern, flashes in ((led.NO_NETWORK, 2), (led.NO_STATION, 3), (led.NO_CAMERA, 4), (led.NOT_SET_UP, 5)):
        light.show(pattern)
        await asyncio.sleep_ms(5)
        before = line.rises - line.level
        await asyncio.sleep_ms(sum(on + off for on, off in pattern) - 50)
        assert line.rises - before == flashes, (flashes, line.rises - before)
        assert line.level == 0
    light.show(led.RINGING)
    await asyncio.sleep_ms(5)
    assert line.level == 1
    await asyncio.sleep(20)
    assert line.level == 1
    assert line.changes[-1][0] < time.ticks_ms() - 19_000, "steady, without a flicker"
    light.show(led.WELL)
    await asyncio.sleep(31)
    assert 10 <= len([c for c in line.changes if c[0] > time.ticks_ms() - 30_000 and c[1]]) <= 11
