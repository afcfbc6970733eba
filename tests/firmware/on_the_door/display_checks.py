"""The door's text display, of each kind and of none. Runs under CPython and MicroPython: see harness.py."""

import asyncio
import errno
import time

import board
import display
import displays
from display import NoDisplay, Screen
from displays import solder_display
from world import world

_LONG = "Please leave the parcel with the neighbours on the second floor, door on the left. Thank you very much, Maria!"


class _Noise:
    """Something on the bus that acknowledges everything and means nothing."""

    def __init__(self, address):
        self.address = address
        self.taken = 0

    def answers(self):
        return True

    def write(self, data, stop):
        self.taken += len(data)

    def read(self, count):
        return bytes([0x5A] * count)


class _Failing:
    def __init__(self, number):
        self._number = number
        self.asked = 0

    def answers(self):
        self.asked += 1
        raise OSError(self._number)


class _Life:
    """The longest time without a sign of it."""

    def __init__(self):
        self.longest_ms = 0
        self._last = time.ticks_ms()

    def sign(self):
        now = time.ticks_ms()
        self.longest_ms = max(self.longest_ms, time.ticks_diff(now, self._last))
        self._last = now


def _screen(kind, columns=16, lines=2):
    """A screen that is looked after, with the display the house has told it of."""
    solder_display(world, kind)
    changes = []
    screen = Screen(board.i2c(), columns, lines, lambda: changes.append(screen.text))
    screen.changes = changes
    screen.task = asyncio.create_task(screen.run())
    return screen


def _seen():
    """What a person reads."""
    return next(device.text for device in world.i2c_devices.values())


async def check_each_kind_shows_a_text_for_its_time(_pictures):
    """Found by itself, shown at once, wrapped between words, and blank again in time."""
    for kind, told, size, shown in (
        ("oled", (20, 4), "16x8", "Back in ten\nminutes, sorry"),
        ("lcd", (16, 2), "16x2", "Back in ten\nminutes, sorry"),
        ("lcd20x4", (20, 4), "20x4", "Back in ten minutes,\nsorry"),
    ):
        screen = _screen(kind, *told)
        await asyncio.sleep_ms(100)
        assert screen.size == size, (kind, screen.size)
        assert (screen.text, _seen()) == ("", "")
        screen.show("Back in ten minutes, sorry", 60)
        assert _seen() == shown, (kind, _seen())
        await asyncio.sleep(59)
        assert (screen.text, _seen()) == ("Back in ten minutes, sorry", shown)
        await asyncio.sleep(2)
        assert (screen.text, _seen()) == ("", "")
        assert screen.changes == ["Back in ten minutes, sorry", ""]
        screen.task.cancel()


async def check_a_long_text_is_turned_page_by_page(_pictures):
    """Every 3 s the next two lines, and after the last the first again; all of it can be read."""
    screen = _screen("lcd")
    await asyncio.sleep_ms(100)
    screen.show(_LONG, 60)
    pages = []
    for _ in range(5):
        pages.append(_seen())
        await asyncio.sleep_ms(display.PAGE_MS + 500)
    assert pages[4] == pages[0], pages
    assert " ".join(" ".join(pages[:4]).split()) == " ".join(_LONG.split()), pages
    assert screen.text == _LONG
    assert len(screen.changes) == 1, "a page is no other text"


async def check_the_longest_text_fits_the_oled(_pictures):
    """120 characters at once."""
    _screen("oled").show("x" * 120, 60)
    assert _seen().replace("\n", "") == "x" * 120


async def check_the_next_text_takes_the_place_of_the_last(_pictures):
    """With a time of its own; an empty one blanks the screen."""
    screen = _screen("oled")
    screen.show("first", 10)
    await asyncio.sleep(8)
    screen.show("second", 10)
    assert _seen() == "second"
    await asyncio.sleep(8)
    assert _seen() == "second"
    screen.show("   ", 10)
    assert (screen.text, _seen()) == ("", "")
    assert screen.changes == ["first", "second", ""]


async def check_every_letter_can_be_read(_pictures):
    """Umlauts and accents as on a telegram, quotes and dashes plain, the rest a question mark."""
    screen = _screen("oled")
    for text, shown in (
        ("Grüße, Übel!", "Gruesse, Uebel!"),
        ("déjà vu – Ångström", "deja vu -\nAngstroem"),
        ("„Hallo“… 5 €", '"Hallo"... 5 EUR'),
        ("☕ 你好 \U0001f600", "? ?? ?"),
        ("a\nb\tc", "a b c"),
        ("{}~\\|@", "{}~\\|@"),
    ):
        screen.show(text, 5)
        assert _seen() == shown, (text, _seen())
        assert screen.text == text
    solder_display(world, "lcd")
    await asyncio.sleep_ms(50)
    screen = _screen("lcd")
    await asyncio.sleep_ms(50)
    screen.show("~a\\b", 5)
    assert _seen() == "-a/b", "that chip has other letters there"


async def check_without_a_display_nobody_is_told_a_lie(_pictures):
    """The text is refused, and nothing is shown later either."""
    screen = _screen("none")
    await asyncio.sleep_ms(100)
    assert (screen.size, screen.text) == ("", "")
    _refused(screen)
    solder_display(world, "oled")
    await asyncio.sleep(40)
    assert (screen.size, screen.text, _seen()) == ("16x8", "", "")
    assert screen.changes == []


async def check_a_display_plugged_in_later_is_found(_pictures):
    """Within half a minute by itself, at once when there is something to show."""
    screen = _screen("none")
    await asyncio.sleep(31)
    solder_display(world, "lcd")
    await asyncio.sleep_ms(50)
    screen.show("there", 5)
    assert _seen() == "there"
    await asyncio.sleep(10)
    solder_display(world, "oled")
    await asyncio.sleep(31)
    assert screen.size == "16x8"


async def check_a_display_that_is_pulled_out_costs_nothing_but_the_text(_pictures):
    """Noticed, told, and shown again for the rest of its time when it is back, even if it forgot everything."""
    for kind in ("oled", "lcd"):
        screen = _screen(kind)
        await asyncio.sleep_ms(100)
        screen.show("at the back door", 60)
        solder_display(world, "none")
        await asyncio.sleep(4)
        assert (screen.text, screen.size) == ("", "")
        solder_display(world, kind)
        await asyncio.sleep(4)
        assert (screen.text, _seen()) == ("at the back door", "at the back door")
        await asyncio.sleep(60)
        assert _seen() == ""
        assert screen.changes == ["at the back door", "", "at the back door", ""]
        screen.task.cancel()


async def check_a_character_display_that_was_without_power_is_set_up_again(_pictures):
    """The swap is not noticed as an error on the bus; what is shown is right all the same."""
    screen = _screen("lcd")
    await asyncio.sleep_ms(100)
    screen.show("hello", 60)
    solder_display(world, "lcd")
    assert _seen() == ""
    await asyncio.sleep(7)
    assert _seen() == "hello"


async def check_half_a_byte_too_many_does_not_spoil_the_next_text(_pictures):
    """A disturbance that looked like a pulse of E puts the display out of step until the next drawing."""
    screen = _screen("lcd")
    await asyncio.sleep_ms(100)
    screen.show("hello", 60)
    board.i2c().writeto(displays.HD44780Model.ADDRESS, b"\x5d\x59")
    screen.show("hello again", 60)
    assert _seen() == "hello again"


async def check_garbage_on_the_bus_is_no_display(_pictures):
    """Devices that acknowledge and mean nothing, elsewhere and at a display's address; the camera's sensor too."""
    others = [_Noise(address) for address in (0x20, 0x27, 0x30, 0x38, 0x3F, 0x50)]
    for device in others:
        world.i2c_devices[device.address] = device
    screen = Screen(board.i2c())
    _refused(screen)
    assert (others[2].taken, others[5].taken) == (0, 0), "nobody else's address is touched"
    world.i2c_devices[0x3C] = _Noise(0x3C)
    screen.show("into the void", 5)
    assert screen.size == "16x8", "an OLED says nothing that could be checked"


async def check_a_stuck_bus_is_left_after_one_try(_pictures):
    """Each wait is 50 ms on the board: not for eighteen addresses, and not longer than the watchdog waits."""
    stuck = _Failing(errno.ETIMEDOUT)
    for address in range(0x20, 0x40):
        world.i2c_devices[address] = stuck
    screen = Screen(board.i2c())
    _refused(screen)
    assert stuck.asked == 1


async def check_the_screen_shows_life(_pictures):
    """Its progress is called again and again, with and without a display, at least every second."""
    for kind in ("none", "oled"):
        solder_display(world, kind)
        life = _Life()
        task = asyncio.create_task(Screen(board.i2c()).run(life.sign))
        await asyncio.sleep(40)
        task.cancel()
        life.sign()
        assert 0 < life.longest_ms <= 1000


async def check_the_models_are_as_strict_as_the_chips(_pictures):
    """Dark without its charge pump or upside down; nothing but signs without the four wires set up."""
    solder_display(world, "oled")
    bus, oled = board.i2c(), display.Oled(board.i2c(), 0x3C)
    oled.draw(["hello"])
    assert _seen() == "hello"
    for spoils, mends in ((b"\x00\x8d\x10", b"\x00\x8d\x14"), (b"\x00\xa0", b"\x00\xa1"), (b"\x00\xc0", b"\x00\xc8")):
        bus.writeto(0x3C, spoils)
        assert _seen() == ""
        bus.writeto(0x3C, mends)
        assert _seen() == "hello"
    bus.writeto(0x3C, b"\x40\x55")
    assert _seen() != "hello"
    solder_display(world, "lcd")
    lcd = display.CharacterDisplay(board.i2c(), 0x27, 16, 2)
    lcd.draw(["too early"])
    assert _seen() == "", "it needs 40 ms after its power came"
    await asyncio.sleep_ms(50)
    lcd._levels = 0x08
    lcd._send(0x0C)
    lcd._send(0x80)
    assert _seen() == "", "eight wires until it is told otherwise"
    lcd.draw(["first", "second"])
    assert _seen() == "first\nsecond"


def _refused(screen):
    try:
        screen.show("hello", 5)
    except NoDisplay as error:
        assert str(error) == "there is no display"
        assert screen.text == ""
        return
    raise AssertionError("shown on nothing")
