"""A door that rings and takes a picture, without a network: what the test of the control channel runs."""

import asyncio

import board
import led
import machine
from arduchip import ArduChip
from bell import Bell
from camera import Camera, CameraError
from ov2640 import OV2640


async def main():
    bell = Bell(board.button(), board.buzzer())
    light = led.StatusLight(board.led())
    camera = Camera(ArduChip(board.camera_bus(), board.camera_select()), OV2640(board.i2c()), size="VGA")
    tasks = [asyncio.create_task(bell.watch()), asyncio.create_task(light.run())]
    print("started, cause", machine.reset_cause())
    light.show(led.WELL)
    while tasks:
        await bell.pressed()
        light.show(led.RINGING)
        light.show(await _take(camera))


async def _take(camera):
    try:
        with open("last.jpg", "wb") as file:  # noqa: PTH123  no pathlib on MicroPython
            async for piece in camera.capture(bytearray(1024)):
                file.write(piece)
    except CameraError as error:
        print("no picture:", error)
        return led.NO_CAMERA
    print("picture", camera.taken)
    return led.WELL
