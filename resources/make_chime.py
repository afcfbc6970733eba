"""Writes sounds/*.wav: what a ring can sound like, synthesised here so that no one else's sound is shipped.

Each note of `porch` and `bell` is a struck bar: a few partials at the ratios of a free vibrating bar (1 : 2.756 :
5.404, Fletcher and Rossing, The Physics of Musical Instruments, 2.3), the higher ones dying sooner, after a 4 ms
attack. A knock is the same bar, low and dead after a twentieth of a second.

Run it with `python -m resources.make_chime`.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path
from typing import NamedTuple

RATE = 22_050
ATTACK_S = 0.004
LOUDNESS = 0.42
PARTIALS = ((1.0, 1.0, 1.0), (2.756, 0.28, 1.92), (5.404, 0.09, 3.46))
"""Ratio to the pitch, loudness, decay as a multiple of the fundamental's."""


class Sound(NamedTuple):
    """What is struck when."""

    notes: tuple[tuple[float, float], ...]
    """Start in seconds, pitch in Hz."""
    decay: float
    """Of the fundamental, per second."""
    length_s: float


SOUNDS = {
    "porch": Sound(((0.0, 659.26), (0.42, 523.25)), 2.6, 2.1),
    "bell": Sound(((0.0, 1046.5), (0.16, 1046.5), (0.32, 1046.5)), 4.5, 1.5),
    "knock": Sound(((0.0, 196.0), (0.19, 185.0), (0.38, 196.0)), 34.0, 0.9),
}
"""The falling third of a door bell (E5, C5); three strokes on a desk bell (C6); three knocks on wood."""


def sample(sound: Sound, at: float) -> float:
    """The air's displacement at a time, roughly within -1 and 1."""
    return sum(_note(at - start, pitch, sound.decay) for start, pitch in sound.notes)


def _note(since: float, pitch: float, decay: float) -> float:
    if since < 0:
        return 0.0
    attack = min(since / ATTACK_S, 1.0)
    return attack * sum(
        loudness * math.exp(-decay * faster * since) * math.sin(2 * math.pi * pitch * ratio * since)
        for ratio, loudness, faster in PARTIALS
    )


def write(sound: Sound, target: Path) -> None:
    """Write a sound as 16-bit mono WAV, faded out at its end."""
    count = int(RATE * sound.length_s)
    fade = int(RATE * 0.2)
    samples = (sample(sound, i / RATE) * LOUDNESS * min(1.0, (count - i) / fade) for i in range(count))
    frames = b"".join(struct.pack("<h", round(max(-1.0, min(1.0, s)) * 32_767)) for s in samples)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)


if __name__ == "__main__":
    for name, sound in SOUNDS.items():
        write(sound, Path(__file__).resolve().parent / "sounds" / f"{name}.wav")
