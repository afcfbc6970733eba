"""Visitors, and photos of them held to the camera, as an OV2640 would take them: simulated, for flat_photos.

A portrait becomes head and shoulders before a wall, or a print or a screen that shows such a picture; both go through
the lens, the Bayer mosaic, the pixels skipped at SVGA and VGA (datasheet 1.6, figure 5), noise and JPEG.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.door_pictures import CONDITIONS

Array = NDArray[Any]

GENUINE = ("plain wall", "door frame", "bricks and stripes")
PRINTS = ("print, white border", "print, cut round the head")
DOTS = {"old screen": 400, "laptop": 700, "phone": 950, "tablet": 1650}
"""Dots of a screen over the height of the portrait: 6 cm at 170, 16 cm at 110, 6 cm at 400, 16 cm at 264 per inch."""
PHOTOS = (*PRINTS, "old screen", "phone")
SCREENS = tuple(DOTS)
SIZES = (60, 120, 320)
"""Height of the portrait in pixels of a VGA picture; at 320 the photo fills the picture, and its edge is outside."""
WEATHER = ("clear", "poor JPEG", "dusk", "soft")
MODES = ("VGA", "SVGA", "UXGA")
SENSOR = 1600
"""Pixels of the sensor from left to right; a VGA picture has 640 in their place."""
TILT = 8.0
"""By how many degrees (standard deviation) a photo in a hand is tilted, in every picture."""
LENS = 0.5
"""Standard deviation of the lens's blur in pixels of the sensor; few of the OV2640's lenses are as good."""

EYES_AND_NOSE = np.array(
    [(4.45, 2.66, 3.17), (1.86, 2.59, 3.76), (-4.45, 2.66, 3.17), (-1.86, 2.59, 3.76), (0, -2.09, 6.06)]
)
"""An average head's landmarks in cm (right, up, to the front) in dlib's order: vertices 263, 362, 33, 133 and 2 of
MediaPipe's canonical face model."""
EYES_APART = 6.3


@dataclass(frozen=True, slots=True)
class Shot:
    """What is before the lens."""

    kind: str
    size: int
    condition: str = "clear"
    mode: str = "VGA"
    moment: int = 0
    turn: float = 0.0


# ---- what stands before the lens

_UNIT, _LEFT, _TOP = 200, 0.5, 0.4
"""Pixels of a portrait's height on the canvas, and where on it the portrait begins, in portraits."""


def visitor(portrait: Image.Image, chance: np.random.Generator, stripes: bool, turn: tuple[float, float]) -> Array:
    """Head and shoulders, RGBA, two portraits wide and high; grey portraits are given a skin's colour."""
    head = np.asarray(portrait.resize((_UNIT, _UNIT), Image.Resampling.BICUBIC), np.float32)
    if not np.ptp(head, axis=2).any():
        head = head * np.array([1.12, 0.94, 0.82], np.float32) * chance.uniform(0.95, 1.05, 3).astype(np.float32)
    canvas = np.empty((2 * _UNIT, 2 * _UNIT, 4), np.float32)
    canvas[..., :3] = chance.uniform(40, 140) * chance.uniform(0.8, 1.2, 3)
    if stripes:
        canvas[np.arange(2 * _UNIT) // 5 % 2 == 0, :, :3] += 70
    mask = np.zeros(canvas.shape[:2], np.uint8)
    cv2.ellipse(mask, (_UNIT, int(2.05 * _UNIT)), (int(0.85 * _UNIT), int(0.68 * _UNIT)), 0, 0, 360, 255, -1)
    oval = np.zeros_like(mask)
    cv2.ellipse(oval, (_UNIT, int(0.9 * _UNIT)), (int(0.46 * _UNIT), int(0.55 * _UNIT)), 0, 0, 360, 255, -1)
    top, left = int(_TOP * _UNIT), int(_LEFT * _UNIT)
    place = np.s_[top : top + _UNIT, left : left + _UNIT]
    share = cv2.GaussianBlur(oval, (0, 0), 3)[place][..., None] / 255.0
    canvas[place][..., :3] = canvas[place][..., :3] * (1 - share) + turned(head, *turn) * share
    canvas[..., 3] = cv2.GaussianBlur(np.maximum(mask, oval), (0, 0), 2)
    return canvas.clip(0, 255).astype(np.uint8)


def turned(head: Array, yaw: float, pitch: float) -> Array:
    """A portrait as the relief of an average head shows it when it turns and nods by some degrees."""
    pixel = _UNIT * 0.36 / EYES_APART  # a tight portrait's eyes are 0.36 of its height apart
    x, y = np.meshgrid((np.arange(_UNIT) - _UNIT / 2) / pixel, (0.37 * _UNIT - np.arange(_UNIT)) / pixel + 2.6)
    depth = relief(x, y) - 4.4
    right = x / np.cos(np.radians(yaw)) - depth * np.tan(np.radians(yaw))
    up = y / np.cos(np.radians(pitch)) - depth * np.tan(np.radians(pitch))
    column, row = _UNIT / 2 + right * pixel, 0.37 * _UNIT - (up - 2.6) * pixel
    return cv2.remap(head, column.astype(np.float32), row.astype(np.float32), cv2.INTER_CUBIC, None, cv2.BORDER_REFLECT)


def relief(x: Array, y: Array) -> Array:
    """cm to the front: a curved face with a nose, within 2 mm of EYES_AND_NOSE."""
    nose = 1.9 * np.exp(-((x / 1.1) ** 2) / 2 - ((y + 1.0) / 1.9) ** 2 / 2)
    return 3.97 - 0.0365 * x**2 - 0.02 * np.abs(y) ** 1.8 + 0.2 * np.clip(2.6 - y, 0, 2) + nose


def wall(kind: str, side: int, scale: float, chance: np.random.Generator) -> Array:
    """What is behind, RGB; a door frame stands around the head, as it does around whoever opens or leaves a door."""
    light = np.linspace(chance.uniform(95, 130), chance.uniform(130, 170), side)[:, None] * chance.uniform(0.9, 1.1, 3)
    picture = np.tile(light.astype(np.uint8)[:, None], (1, side, 1))
    if kind == "door frame":
        half, thick, middle = int(scale * chance.uniform(0.75, 1.0)), max(2, int(0.06 * scale)), side // 2
        low, high = (middle - half, middle - int(half * 1.05)), (middle + half, middle + 2 * half)
        cv2.rectangle(picture, low, high, chance.uniform(40, 90, 3).tolist(), -1)
        cv2.rectangle(picture, low, high, chance.uniform(190, 240, 3).tolist(), thick)
    if kind == "bricks and stripes":
        tall, long, gap = int(0.14 * scale), int(0.4 * scale), max(2, int(0.02 * scale))
        for row, y in enumerate(range(0, side, tall)):
            cv2.line(picture, (0, y), (side, y), (190, 185, 180), gap)
            for x in range(-long * (row % 2) // 2, side, long):
                cv2.line(picture, (x, y), (x, y + tall), (190, 185, 180), gap)
    return picture


def view(scale: float, side: int, angles: Sequence[float], shift: Array) -> Array:
    """Homography from canvas to sensor of a plane turned by (yaw, pitch, roll) in degrees, 5 portraits away."""
    about_y, about_x, about_z = (rotation(axis, angle) for axis, angle in zip((1, 0, 2), angles, strict=True))
    plane = (about_z @ about_x @ about_y)[:, :2]
    lens = np.diag([5 * scale, 5 * scale, 1.0])
    lens[:2, 2] = side / 2 + shift
    centred = np.array([[1 / _UNIT, 0, -1.0], [0, 1 / _UNIT, -_TOP - 0.5], [0, 0, 1]])
    return lens @ np.column_stack([plane, [0, 0, 5.0]]) @ centred


def rotation(axis: int, degrees: float) -> Array:
    """About x, y or z."""
    return np.asarray(cv2.Rodrigues(np.eye(3)[axis] * np.radians(degrees))[0])


# ---- photos of it


def photo(figure: Array, kind: str, chance: np.random.Generator) -> Array:
    """What is held up, RGBA: the visitor's picture printed or shown, with its border, bezel, gloss and losses."""
    backdrop = (chance.uniform(100, 190) * chance.uniform(0.8, 1.2, 3)).astype(np.float32)
    share = figure[..., 3:].astype(np.float32) / 255
    shown = figure[..., :3] * share + backdrop * (1 - share)
    shade = cv2.GaussianBlur(shown, (0, 0), 1.0)  # the camera and the printer before this one
    printed = kind in PRINTS
    black = chance.uniform(12, 30) if printed else chance.uniform(6, 25)
    white = chance.uniform(225, 245) if printed else 255.0
    cast = chance.uniform(0.94, 1.06, 3).astype(np.float32)
    shade = black + (white - black) * (shade.clip(0, 255) / 255) ** chance.uniform(0.9, 1.15) * cast
    shade = shade.mean(axis=2, keepdims=True) * 0.1 + shade * 0.9
    ramp = np.add.outer(*[np.linspace(-0.5, 0.5, 2 * _UNIT, dtype=np.float32)] * 2)
    shade += (chance.uniform(5, 25) * np.clip(ramp * chance.choice([-1, 1]), 0, 1))[..., None]  # gloss, glare
    edge: Array = np.full(figure.shape[:2], 255, np.uint8)
    outside = int(0.08 * _UNIT)
    if kind == "print, cut round the head":
        cut = cv2.dilate((figure[..., 3] > 128).astype(np.uint8) * 255, np.ones((13, 13), np.uint8))
        outline = max(cv2.findContours(cut, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0], key=len)
        edge = cv2.fillPoly(np.zeros_like(edge), [cv2.approxPolyDP(outline, 5, True)], 255)
    else:
        inside = np.zeros_like(edge)
        inside[outside:-outside, 2 * outside : -2 * outside] = 1
        edge[:, :outside] = edge[:, -outside:] = 0
        shade[inside == 0] = chance.uniform(225, 245) if printed else chance.uniform(10, 35)
    return np.dstack([shade.clip(0, 255), edge]).astype(np.uint8)


def dots(shape: tuple[int, int], kind: str, to_sensor: Array, scale: float, blur: float) -> Array:
    """Light of a screen's red, green and blue stripes on the sensor's pixels, 1 on average: n x m x 3.

    A stripe is 0.28 of a dot wide and 0.85 high. Each harmonic is weakened as the lens and the pixel's own width do.
    """
    down, across = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    u, v, w = (row @ [0, 0, 1] + row[0] * across + row[1] * down for row in np.linalg.inv(to_sensor).astype(np.float32))
    columns, rows = (place / w * np.float32(DOTS[kind] / _UNIT) for place in (u, v))
    density = DOTS[kind] / scale  # dots per pixel of the sensor
    lines = _wave(rows, density, 0.85, blur)
    return np.dstack([_wave(columns - channel / 3, density, 0.28, blur) * lines for channel in range(3)]).clip(0)


def _wave(place: Array, density: float, wide: float, blur: float) -> Array:
    """Two harmonics of a train of slits, as the sensor gets them."""
    light = np.ones_like(place)
    for n in (1, 2):
        passed = np.sinc(n * density) * np.exp(-2 * (np.pi * blur * n * density) ** 2)
        if abs(passed) > 1e-3:
            light += np.float32(2 * np.sinc(n * wide) * passed) * np.cos(np.float32(2 * np.pi * n) * place)
    return light


# ---- the camera

_LINEAR = ((np.arange(256) / 255) ** 2.2).astype(np.float32)


def taken(portrait: Image.Image, shot: Shot, draw: int) -> bytes:
    """The part of the picture around the visitor, three portraits wide at most, as JPEG."""
    condition = next(known for known in CONDITIONS if known.name == shot.condition)
    same = np.random.default_rng([draw, shot.size, sum(shot.kind.encode())])
    chance = np.random.default_rng([draw, shot.size, shot.moment, int(shot.turn), sum(shot.kind.encode())])
    scale, side = shot.size * SENSOR / 640, min(3 * shot.size, 400) * SENSOR // 640 // 20 * 20
    turn = tuple(chance.normal(0, shot.turn, 2)) if shot.moment else (0.0, 0.0)
    figure = visitor(portrait, same, shot.kind == "bricks and stripes", (turn[0], turn[1]))
    behind = wall(shot.kind if shot.kind in GENUINE else str(same.choice(GENUINE)), side, scale, same)
    angles = [0.0, 0.0, chance.uniform(-4, 4)]
    if shot.kind not in GENUINE:
        figure = photo(figure, shot.kind, same)
        angles[:2] = chance.normal(0, TILT, 2)
    to_sensor = view(scale * chance.uniform(0.96, 1.04), side, angles, chance.uniform(-0.06, 0.06, 2) * scale)
    seen = cv2.warpPerspective(figure, to_sensor, (side, side), flags=cv2.INTER_AREA)
    share = seen[..., 3:].astype(np.float32) / 255
    blur = float(np.hypot(LENS, condition.blur * SENSOR / 640))
    held = cv2.GaussianBlur(_LINEAR[seen[..., :3]], (0, 0), blur)
    if shot.kind in DOTS:
        held *= dots((side, side), shot.kind, to_sensor, scale, blur)
    light = cv2.GaussianBlur(_LINEAR[behind], (0, 0), blur) * (1 - share) + held * share
    picture = developed(light, shot.mode)
    picture = condition.shade(picture, np.ones_like(picture), chance) * chance.uniform(0.9, 1.1)
    picture = picture + condition.noise * chance.standard_normal(picture.shape, np.float32)
    out = io.BytesIO()
    Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=condition.jpeg)
    return out.getvalue()


def developed(light: Array, mode: str) -> Array:
    """Mosaic, at VGA and SVGA every other pair of rows and columns skipped, colours rebuilt, scaled, gamma: 0-255."""
    raw = np.empty(light.shape[:2], np.uint16)
    for row, column, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        raw[row::2, column::2] = (light[row::2, column::2, channel] * 40000).clip(0, 65535)
    if mode != "UXGA":
        half = len(raw) // 4
        raw = np.ascontiguousarray(raw.reshape(half, 4, half, 4)[:, :2, :, :2].reshape(2 * half, 2 * half))
    colours: Array = cv2.cvtColor(raw, cv2.COLOR_BayerRGGB2RGB).astype(np.float32)
    if mode == "VGA":
        colours = cv2.resize(colours, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    return (colours / 40000).clip(0, 1.2) ** np.float32(1 / 2.2) * 255
