"""dlib's face network, as fast as this machine can run it."""

from __future__ import annotations

import logging
from pathlib import Path

from receiver.engines.conversion import CannotConvert, converted
from receiver.engines.kept_network import KeptNetwork, digest, discard
from receiver.engines.runtimes import CannotRun, DlibNetwork, Network, OnnxNetwork, silent_runtime
from receiver.errors import EngineError
from receiver.language import phrase

__all__ = ["Network", "load"]

log = logging.getLogger(__name__)


def load(weights: Path, models: Path | None, threads: int = 1) -> tuple[Network, str]:
    """The fastest network that can be had, and a remark in words for the owner ("" when all is well).

    `weights` is dlib_face_recognition_resnet_model_v1.dat. It is converted once into the folder `models`, which takes
    2 s, and from then on loaded from there; without a folder it is converted each time. Where it cannot be converted
    or ONNX Runtime cannot be used, dlib's own network does the work on one thread.

    Raises EngineError when not even dlib can load the file.
    """
    try:
        return _fast(weights, models, threads), ""
    except (CannotConvert, CannotRun) as error:
        log.warning("The face network runs in dlib, which is slow: %s", error)
        return DlibNetwork(weights), phrase("Recognition works with the slow network: {error}.", error=error)


def _fast(weights: Path, models: Path | None, threads: int) -> OnnxNetwork:
    silent_runtime()  # nothing is worth converting without it
    if models is None:
        return OnnxNetwork(converted(weights), threads)
    place = KeptNetwork(models, _digest(weights))
    return _from_disk(place, threads) or _made(weights, place, threads)


def _from_disk(place: KeptNetwork, threads: int) -> OnnxNetwork | None:
    path = place.find()
    if path is None:
        return None
    try:
        return OnnxNetwork(path, threads)
    except CannotRun:  # whole, but not for this ONNX Runtime
        discard(path)
        return None


def _made(weights: Path, place: KeptNetwork, threads: int) -> OnnxNetwork:
    """At a first start several workers want it at once: one makes it, the others wait for that."""
    with place.alone():
        if made_meanwhile := _from_disk(place, threads):
            return made_meanwhile
        model = converted(weights)
        log.info("The face network was converted for ONNX Runtime")
        return OnnxNetwork(place.keep(model) or model, threads)


def _digest(weights: Path) -> str:
    try:
        return digest(weights)
    except OSError as error:
        raise EngineError("The face network cannot be read", str(error)) from error
