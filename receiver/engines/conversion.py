"""From dlib's file to a network for ONNX Runtime that is known to give what dlib gives.

    python -m receiver.engines.conversion WEIGHTS > network.onnx

Done in a process of its own: a worker that did it itself would keep 75 MB of it for good (benchmarks/network.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np

from receiver.engines import dlib_file
from receiver.engines.dlib_alphabet import UnreadableNetwork
from receiver.engines.dlib_file import CHIP
from receiver.engines.runtimes import CannotRun, Chips, DlibNetwork, OnnxNetwork
from receiver.errors import EngineError

TOLERANCE = 1e-5
"""Largest difference of a component that passes; real ones are under 1e-6, people are 0.6 apart."""

_LIMIT_S = 90.0
"""It takes 2 s; a cold disk and a busy machine may need a minute."""
_REFUSED = 3


class CannotConvert(Exception):
    """There is no converted network; says why in words that end a sentence."""


def converted(weights: Path) -> bytes:
    """The checked ONNX file for dlib's file, made in a short-lived process. Raises CannotConvert."""
    command = [sys.executable, "-P", "-m", __name__, str(weights)]
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(  # noqa: S603  -- our own module
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": paths},
            timeout=_LIMIT_S,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotConvert(f"converting it took longer than {_LIMIT_S:g} seconds") from None
    except OSError as error:
        raise CannotConvert(f"the conversion could not be started ({error})") from error
    if done.returncode:
        raise CannotConvert(_last_words(done))
    return done.stdout


def _last_words(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines() or ["without a word"]
    return lines[-1] if done.returncode == _REFUSED else f"the conversion ended with {done.returncode}: {lines[-1]}"


def convert_here(weights: Path) -> bytes:
    """The same in this process, which keeps the memory. Raises CannotConvert."""
    try:
        from receiver.engines import onnx_graph  # noqa: PLC0415  -- its library may be missing

        model = onnx_graph.written(dlib_file.read(weights))
        difference = _difference(model, weights)
    except ImportError as error:
        raise CannotConvert(f"the Python package onnx cannot be used ({error})") from error
    except (UnreadableNetwork, OSError) as error:
        raise CannotConvert(f"dlib's file {weights.name} cannot be converted ({error})") from error
    except (CannotRun, EngineError) as error:
        raise CannotConvert(str(error)) from error
    if not difference < TOLERANCE:  # which NaN is not, either
        raise CannotConvert(f"the converted network differs from dlib's by {difference:.1e}")
    return model


def _difference(model: bytes, weights: Path) -> float:
    """Largest difference of a component between the converted network and dlib's."""
    chips = known_chips()
    return float(np.abs(OnnxNetwork(model).embed(chips) - DlibNetwork(weights).embed(chips)).max())


def known_chips() -> Chips:
    """Four pictures without a face that reach every filter: noise, a coloured slope, rings, darkness."""
    noise = np.random.default_rng(7).integers(0, 256, (CHIP, CHIP, 3), np.uint8)
    down, across = np.mgrid[:CHIP, :CHIP]
    slope = np.stack([down, across, CHIP - 1 - down], axis=-1) * (255 / (CHIP - 1))
    rings = 127 + 127 * np.sin(np.hypot(down - 70, across - 60) / 4)
    dark = noise // 32
    return np.stack([noise, slope.astype(np.uint8), np.dstack([rings] * 3).astype(np.uint8), dark])


def main(weights: str) -> None:
    """Write the network to the standard output, or the reason why not to the standard error."""
    try:
        model = convert_here(Path(weights))
    except CannotConvert as error:
        _refuse(str(error))
    sys.stdout.buffer.write(model)


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(" ".join(why.split()) + "\n")
    sys.exit(_REFUSED)


if __name__ == "__main__":
    main(*sys.argv[1:])
