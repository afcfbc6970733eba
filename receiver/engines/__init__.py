"""Face engines: a picture in, faces with embeddings out; nothing here knows a name.

To add one: a module in this folder with a class that fits `FaceEngine`, and a line in `ENGINES`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

from receiver.errors import EngineError
from receiver.language import phrase
from receiver.models import Analysis


class FaceEngine(Protocol):
    """Finds the faces of a picture and turns each into a vector. Lives in a worker process."""

    name: str
    """Kept beside every embedding, so that vectors of two engines are never compared."""
    dimensions: int
    """Length of an embedding."""
    remark: str
    """What the owner should know about how it was loaded, in a sentence; empty when all is well."""

    def __init__(self, *, models: Path | None, detector: str, threads: int) -> None:
        """As `create` is told."""

    def analyse(self, picture: Path) -> Analysis:
        """Every face of a picture file, EXIF orientation applied.

        Raises BrokenPicture when the file cannot be decoded to its end, OSError when it cannot be read.
        """


ENGINES = {"dlib": "receiver.engines.dlib_engine:DlibEngine"}
"""Name -> `module:class`; looked up only when used, because loading models takes time and memory."""


def create(name: str, *, models: Path | None = None, detector: str = "auto", threads: int = 1) -> FaceEngine:
    """Load an engine with its models. Raises EngineError with a sentence when that fails.

    `models` is the folder for what engines make or fetch once (None: nothing is kept on disk), `detector` is the
    setting recognition.detector, `threads` is how many cores one picture may take.
    """
    if name not in ENGINES:
        raise EngineError(
            phrase("There is no engine {name}", name=name), phrase("Known are: {engines}.", engines=", ".join(ENGINES))
        )
    module, _, attribute = ENGINES[name].partition(":")
    try:
        engine: FaceEngine = getattr(import_module(module), attribute)(
            models=models, detector=detector, threads=threads
        )
    except (ImportError, OSError, RuntimeError) as error:
        raise EngineError(phrase("The engine {name} cannot be loaded", name=name), str(error)) from error
    return engine
