"""Writes sounds/chime.wav: a two-note door chime, synthesised here so that no one else's sound is shipped.

Each note is a struck bar: a few partials at the ratios of a free vibrating bar (1 : 2.756 : 5.404, Fletcher and
Rossing, The Physics of Musical Instruments, 2.3), the higher ones dying sooner, after a 4 ms attack.

Run it with `python -m resources.make_chime`.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
NOTES = ((0.0, 659.26), (0.42, 523.25))
"""Start in seconds, pitch in Hz: E5, then C5, the falling third of a door bell."""
PARTIALS = ((1.0, 1.0, 2.6), (2.756, 0.28, 5.0), (5.404, 0.09, 9.0))
"""Ratio to the pitch, loudness, decay per second."""
LENGTH_S = 2.1
ATTACK_S = 0.004
LOUDNESS = 0.42


def sample(at: float) -> float:
    """The air's displacement at a time, roughly within -1 and 1."""
    return sum(_note(at - start, pitch) for start, pitch in NOTES)


def _note(since: float, pitch: float) -> float:
    if since < 0:
        return 0.0
    attack = min(since / ATTACK_S, 1.0)
    return attack * sum(
        loudness * math.exp(-decay * since) * math.sin(2 * math.pi * pitch * ratio * since)
        for ratio, loudness, decay in PARTIALS
    )


def write(target: Path) -> None:
    """Write the chime as 16-bit mono WAV, faded out at its end."""
    count = int(RATE * LENGTH_S)
    fade = int(RATE * 0.2)
    samples = (sample(i / RATE) * LOUDNESS * min(1.0, (count - i) / fade) for i in range(count))
    frames = b"".join(struct.pack("<h", round(max(-1.0, min(1.0, s)) * 32_767)) for s in samples)
    with wave.open(str(target), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames)


if __name__ == "__main__":
    write(Path(__file__).resolve().parent / "sounds" / "chime.wav")
