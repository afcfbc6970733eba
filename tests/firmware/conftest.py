"""What the tests of the firmware share."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from firmware.twin.pictures import Photographer

SIZES = [(320, 240), (352, 288), (640, 480), (800, 600), (1024, 768), (1280, 1024), (1600, 1200)]


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory, astronaut: Image.Image) -> Path:
    """A folder with a picture of every size the camera knows."""
    folder = tmp_path_factory.mktemp("pictures")
    Photographer(astronaut).prepare(folder, SIZES)
    return folder
