"""Two ways to run dlib's face network: ONNX Runtime, and dlib itself, more than ten times slower."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from receiver.engines.dlib_file import CHIP, DIMENSIONS
from receiver.errors import EngineError

Chips = NDArray[np.uint8]
Embeddings = NDArray[np.float32]

_AT_ONCE = 16
"""Chips of one run; more would only need more memory (docs/decisions/0007-onnx-runtime.md)."""

_ERRORS_ONLY = 3


class Network(Protocol):
    """Turns aligned faces into vectors."""

    def embed(self, chips: Chips) -> Embeddings:
        """Embeddings (n x 128) of RGB chips (n x 150 x 150 x 3). Raises ValueError for any other shape or type."""


class CannotRun(Exception):
    """ONNX Runtime is missing or does not take the network; says why in words that end a sentence."""


class OnnxNetwork:
    """The converted network, a file or its bytes (22 MB more memory), on so many threads. Raises CannotRun.

    Each thread computes chips of its own: two threads on one chip wait for each other half of the time. May be used
    from several threads at once; Python's lock is released while it computes.
    """

    def __init__(self, model: Path | bytes, threads: int = 1) -> None:
        runtime = silent_runtime()
        source = model if isinstance(model, bytes) else str(model)
        try:
            self._session = runtime.InferenceSession(source, _options(runtime), ["CPUExecutionProvider"])
        except Exception as error:  # its errors have no common class but Exception
            raise CannotRun(f"ONNX Runtime does not take it ({error})") from error
        self._threads = threads
        self._helpers = ThreadPoolExecutor(max(threads - 1, 1), "embedding")

    def embed(self, chips: Chips) -> Embeddings:
        """See Network."""
        _check(chips)
        if not len(chips):
            return np.empty((0, DIMENSIONS), np.float32)
        mine, *others = np.array_split(chips, min(self._threads, len(chips)))
        helped = [self._helpers.submit(self._part, part) for part in others]
        return np.concatenate([self._part(mine), *(part.result() for part in helped)])

    def _part(self, chips: Chips) -> Embeddings:
        return np.concatenate([self._run(chips[start : start + _AT_ONCE]) for start in range(0, len(chips), _AT_ONCE)])

    def _run(self, chips: Chips) -> Embeddings:
        (embeddings,) = self._session.run(None, {"chips": np.ascontiguousarray(chips)})
        found: Embeddings = embeddings
        return found


class DlibNetwork:
    """dlib's own; one thread, holding Python's lock for 0.1 s per face. Raises EngineError when it cannot be loaded."""

    def __init__(self, weights: Path) -> None:
        try:
            import dlib  # noqa: PLC0415  -- whoever has the fast network needs neither its time nor its memory

            self._network = dlib.face_recognition_model_v1(str(weights))
        except (ImportError, RuntimeError) as error:
            raise EngineError("The face network cannot be loaded", str(error)) from error

    def embed(self, chips: Chips) -> Embeddings:
        """See Network."""
        _check(chips)
        found = [self._network.compute_face_descriptor(np.ascontiguousarray(chip)) for chip in chips]
        return np.array(found, np.float32).reshape(len(chips), DIMENSIONS)


def silent_runtime() -> Any:
    """The module onnxruntime, told to report to nobody. Raises CannotRun when it cannot be imported.

    From 1.29 on it sends usage data to its maker, and lays an identifier in the home folder, unless this variable is
    there before it is imported (onnxruntime's Privacy.md); the older ones on Windows heed the call. Whoever imports
    onnxruntime elsewhere must do so through here.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415
    except Exception as error:  # a missing package, a library of the system, a CPU that is too old
        raise CannotRun(f"the Python package onnxruntime cannot be used ({error})") from error
    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
    return onnxruntime


def _options(runtime: Any) -> Any:
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return options


def _check(chips: Chips) -> None:
    if chips.dtype != np.uint8 or chips.shape[1:] != (CHIP, CHIP, 3):
        raise ValueError(f"Chips are n x {CHIP} x {CHIP} x 3 of uint8, not {chips.shape} of {chips.dtype}")
