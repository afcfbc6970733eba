"""What the checks of the camera share: a virtual camera soldered on, and the firmware's own camera at its buses."""

import hashlib

import board
from arducam_model import ArduCamModel
from arduchip import ArduChip
from camera import Camera, CameraError
from ov2640 import OV2640
from scene import Folder
from world import world


def solder(pictures):
    """The model, on the board."""
    model = ArduCamModel(Folder(pictures))
    world.add_camera(model)
    return model


def drivers():
    return ArduChip(board.camera_bus(), board.camera_select()), OV2640(board.i2c())


def camera_at(pictures, **look):
    """The model, and the door's camera that drives it."""
    model = solder(pictures)
    return model, Camera(*drivers(), **look)


class Seen:
    """A picture, as its length and digest: a whole one would not fit into the board's memory."""

    def __init__(self):
        self.length = 0
        self._digest = hashlib.sha256()

    def add(self, piece):
        self.length += len(piece)
        self._digest.update(piece)

    def end(self):
        return self.length, self._digest.digest()


async def taken(camera, buffer_size=1024):
    """Length and digest of one picture."""
    return await read(camera.capture(bytearray(buffer_size)))


async def read(picture):
    """Length and digest of what is left of this picture."""
    seen = Seen()
    async for piece in picture:
        seen.add(piece)
    return seen.end()


async def refusal(camera):
    """The words with which the camera refuses a picture."""
    try:
        await taken(camera)
    except CameraError as error:
        return str(error)
    raise AssertionError("the picture was taken nevertheless")


def file_of(pictures, size):
    """Length and digest of the scene's file."""
    seen = Seen()
    with open(f"{pictures}/{size[0]}x{size[1]}.jpg", "rb") as file:  # noqa: PTH123  no pathlib on MicroPython
        while piece := file.read(1024):
            seen.add(piece)
    return seen.end()
