"""MicroPython onto a board that shows as a drive: the file is judged before a byte of it is copied."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from serial.tools import list_ports

from receiver.door_setup import bootsel, drives, put_micropython
from receiver.errors import SetUpError, SetUpStopped

RP2040, RP2350 = 0xE48BFF56, 0xE48BFF59


def uf2(blocks: int = 300, **changes: int) -> bytes:
    """A UF2 file; a change applies to its last block."""
    made = []
    for number in range(blocks):
        block = {
            "first": 0x0A324655, "second": 0x9E5D5157, "flags": 0x2000, "address": 0x10000000 + 256 * number,
            "size": 256, "number": number, "count": blocks, "family": RP2040, "last": 0x0AB16F30,
        }  # fmt: skip
        if number == blocks - 1:
            block |= changes
        last = block.pop("last")
        made.append(struct.pack("<8I", *block.values()) + bytes(476) + struct.pack("<I", last))
    return b"".join(made)


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A board in BOOTSEL mode, beside a drive that is none."""
    board, other = tmp_path / "RPI RP2", tmp_path / "stick"
    for folder in (board, other):
        folder.mkdir()
    (board / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n")
    monkeypatch.setattr(bootsel, "_mounted", lambda: iter([other, board, tmp_path / "gone"]))
    return board


@pytest.fixture
def image(tmp_path: Path) -> Path:
    file = tmp_path / "W5100S_EVB_PICO.uf2"
    file.write_bytes(uf2())
    return file


def boards_that_come(ports: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        list_ports,
        "comports",
        lambda: [SimpleNamespace(device=port, vid=0x2E8A, pid=5, serial_number=port[-1]) for port in ports],
    )


def test_a_board_gets_micropython(drive: Path, image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole file, with progress; the board is the port that was not there before."""
    ports = ["/dev/ttyACM0"]
    boards_that_come(ports, monkeypatch)
    steps: list[tuple[int, int]] = []

    def told(words: str, done: int, total: int) -> None:
        steps.append((done, total))
        if words.startswith("Waiting"):
            ports.append("/dev/ttyACM1")

    assert put_micropython(image, told).port == "/dev/ttyACM1"
    assert (drive / "door.uf2").read_bytes() == image.read_bytes()
    assert steps == [(0, 153_600), (65_536, 153_600), (131_072, 153_600), (153_600, 153_600)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no UF2 file"),
        (b"<html>" * 256, "no UF2 file"),
        (uf2()[:-512], "not downloaded to its end"),
        (uf2()[:-1], "not downloaded to its end"),
        (uf2(family=RP2350), "another chip"),
        (uf2(flags=0), "another chip"),
        (uf2(number=7), "not downloaded to its end"),
        (uf2(last=0), "no UF2 file"),
        (uf2(size=477), "no UF2 file"),
    ],
)
def test_a_file_that_is_not_for_this_board(drive: Path, image: Path, content: bytes, words: str) -> None:
    """Refused with the name of the right one, and nothing is on the drive."""
    image.write_bytes(content)
    with pytest.raises(SetUpError, match=rf"{words}.*W5100S_EVB_PICO"):
        put_micropython(image, lambda *_: None)
    assert not (drive / "door.uf2").exists()
    with pytest.raises(SetUpError, match="cannot be read"):
        put_micropython(image.with_name("none.uf2"), lambda *_: None)


def test_no_drive_explains_the_button(drive: Path, image: Path) -> None:
    (drive / "INFO_UF2.TXT").write_text("Board-ID: RP2350\r\n")
    assert drives() == ()
    with pytest.raises(SetUpError, match=r"No board is waiting.*BOOTSEL"):
        put_micropython(image, lambda *_: None)


def test_stopped_and_a_board_that_does_not_come_back(drive: Path, image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boards_that_come([], monkeypatch)
    with pytest.raises(SetUpStopped):
        put_micropython(image, lambda *_: None, lambda: True)
    monkeypatch.setattr(bootsel, "_START_S", 0.0)
    with pytest.raises(SetUpError, match="does not come back"):
        put_micropython(image, lambda *_: None)


@pytest.mark.parametrize(("fails_at", "fine"), [(1, False), (3, True)])
def test_the_drive_goes_away(
    drive: Path, image: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int, fine: bool
) -> None:
    """With the last piece that is the board restarting; before, it is an error."""
    ports: list[str] = []
    boards_that_come(ports, monkeypatch)
    monkeypatch.setattr(bootsel.os, "fsync", failing_at(fails_at))

    def told(words: str, *_: int) -> None:
        ports.extend(["/dev/ttyACM0"] if words.startswith("Waiting") else [])

    if fine:
        assert put_micropython(image, told).port == "/dev/ttyACM0"
        return
    with pytest.raises(SetUpError, match="could not be put"):
        put_micropython(image, told)


def failing_at(call: int) -> Callable[[int], None]:
    calls = []

    def fsync(_file: int) -> None:
        calls.append(1)
        if len(calls) == call:
            raise OSError(5, "Input/output error")

    return fsync


def test_drives_of_linux_are_read_from_its_table() -> None:
    """Blanks in a mount point are written in octal; only FAT can be a board."""
    table = "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/me/RPI\\040RP2 vfat rw 0 0\n"
    assert list(bootsel._linux_mounts(table)) == [Path("/media/me/RPI RP2")]
