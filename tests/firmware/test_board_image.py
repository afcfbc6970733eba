"""A real image of the board's MicroPython in an emulator of the processor (PyPI: rp2040py), if there is one at hand.

    DOOR_UF2=W5100S_EVB_PICO-....uf2 python3 start.py test tests/firmware/test_board_image.py

The emulator knows neither the Ethernet chip nor the camera; what runs is everything else. Nothing is on the network.
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from firmware import slot_files
from tests.firmware.interpreters import INTERPRETERS, checks_in, run_check

pytest.importorskip("rp2040py", reason="the emulator is not installed (PyPI: rp2040py)")
from rp2040py.boards import BoardSpec
from rp2040py.device import MicroPythonDevice
from rp2040py.memory_map import FLASH_START_ADDRESS

IMAGE = os.environ.get("DOOR_UF2")
_QUESTIONS = Path(__file__).parent / "on_the_door" / "image_checks.py"
_BOOT_S = 300.0
_ANSWER_S = 900.0
_PIECE = 1024
_NOT_ASKED = ("main.py",)
"""It would begin the door's day."""


def board_with(image: Path) -> MicroPythonDevice:
    """A processor with this image in its flash and nothing around it."""
    return MicroPythonDevice(board=BoardSpec(image=image))


@pytest.mark.parametrize("interpreter", INTERPRETERS)
@pytest.mark.parametrize("check", checks_in("image_checks"))
def test_the_questions(check: str, interpreter: str, tmp_path: Path) -> None:
    """What the check's own docstring in on_the_door/image_checks.py says."""
    run_check(interpreter, "image_checks", check, tmp_path)


def uf2(code: bytes) -> bytes:
    """An image with this code at the beginning of the flash; one block holds up to 256 bytes."""
    head = struct.pack("<8I", 0x0A324655, 0x9E5D5157, 0x2000, FLASH_START_ADDRESS, 256, 0, 1, 0xE48BFF56)
    return head + code.ljust(476, b"\0") + struct.pack("<I", 0x0AB16F30)


def speaking(words: bytes) -> bytes:
    """Thumb code that writes these words to UART0 and ends at a breakpoint."""
    uart0, text_at = 0x40034000, FLASH_START_ADDRESS + 28
    code = struct.pack(
        "<10H2I",
        0x4804, 0x4905,                  # r0 = UART0, r1 = text
        0x780A, 0x2A00, 0xD002,          # next: r2 = byte at r1; if it is 0, go to end
        0x6002, 0x3101, 0xE7F9,          # UART0's data register = r2; r1 += 1; go to next
        0xBE00, 0x0000,                  # end: break
        uart0, text_at,
    )  # fmt: skip
    return code + words + b"\0"


def test_the_emulator_runs_what_is_in_the_image(tmp_path: Path) -> None:
    """A program of eight instructions, so that a real image is not the first thing this file ever boots."""
    image = tmp_path / "tiny.uf2"
    image.write_bytes(uf2(speaking(b"Porchlight")))
    heard = bytearray()

    async def run() -> None:
        board = board_with(image)
        board.mcu.uart[0].on_byte = heard.append
        board.mcu.core.pc = FLASH_START_ADDRESS
        await asyncio.wait_for(board.simulator.execute(), 60)

    asyncio.run(run())
    assert heard == b"Porchlight"


@pytest.mark.skipif(not IMAGE, reason="DOOR_UF2 names no image of the board's MicroPython")
@pytest.mark.timeout(3600)
def test_the_firmware_on_the_boards_own_micropython() -> None:
    """Every file is put on the emulated flash and loaded by the real interpreter, and the questions are answered."""
    said = asyncio.run(_ask(Path(str(IMAGE))))
    assert said["interpreter"] >= [1, 28, 0]
    assert said["seal"] == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert said["relay"] == [1, 0]
    assert said["letters"] == "Gruesse..."
    assert said["ethernet"], "this is no image for the W5100S-EVB-Pico"


async def _ask(image: Path) -> dict[str, Any]:
    board = board_with(image)
    await board.astart(_BOOT_S)
    try:
        modules = []
        for name, content in slot_files().items():
            if name not in _NOT_ASKED:
                await _put(board, name, content)
                modules.append(name.removesuffix(".py"))
        questions = _QUESTIONS.read_text(encoding="utf-8")
        return dict(json.loads(await _run(board, f"{questions}\nimport json\nprint(json.dumps(answers({modules})))")))
    finally:
        board.stop()


async def _put(board: MicroPythonDevice, name: str, content: bytes) -> None:
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        await _run(board, f"with open({name!r}, {'ab' if start else 'wb'!r}) as f:\n    f.write({piece!r})")


async def _run(board: MicroPythonDevice, source: str) -> str:
    said, trouble = await board.aexec(source, _ANSWER_S)
    assert not trouble, trouble.decode()
    return str(said.decode())
