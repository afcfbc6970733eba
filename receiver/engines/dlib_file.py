"""Reads dlib's face network, dlib_face_recognition_resnet_model_v1.dat, without dlib.

The layout follows dlib's public serialisation (dlib/serialize.h, dlib/dnn/layers.h and core.h, Boost licence) and the
network's definition (dlib's example dnn_face_recognition_ex.cpp); He et al., "Deep Residual Learning for Image
Recognition", is where the blocks come from.

    entrance   7x7 convolution of stride 2, affine, ReLU, 3x3 max-pool of stride 2
    block      3x3 convolution, affine, ReLU, 3x3 convolution, affine; plus what came in, or plus its 2x2 average where
               the block halves the picture; ReLU
    exit       mean over the picture, then a product with a matrix

The file holds them in this order, each with leftovers of the training, which are skipped but never unread: a file
that does not fit to its last byte is refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NoReturn, TypeVar

from receiver.engines.dlib_alphabet import Floats, Reader, UnreadableNetwork

CHIP = 150
"""Height and width of the pictures the network takes, pixels."""
DIMENSIONS = 128
"""Length of what it gives."""

_INPUT = "input_rgb_image_sized"
_LOSS = "loss_metric_2"
_NEWEST_VERSION = 3
_MOST_LAYERS = 1_000
_MOST_BYTES = 256 << 20
"""The real file has 22 MB; what is larger is not read into memory."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution with the same stride and padding in both directions."""

    filters: Floats
    """Outputs x inputs x height x width."""
    bias: Floats
    """One for each output."""
    stride: int
    pad: int
    """Zeros at each of the four sides."""


@dataclass(frozen=True, slots=True)
class Affine:
    """A factor and an offset for each channel: what batch normalisation becomes after training."""

    gamma: Floats
    beta: Floats


@dataclass(frozen=True, slots=True)
class Stage:
    """A convolution and the affine layer behind it."""

    convolution: Convolution
    affine: Affine


@dataclass(frozen=True, slots=True)
class Block:
    """Two stages around which the input finds a shorter way."""

    first: Stage
    second: Stage
    halves: bool
    """Whether the shorter way averages 2x2 pixels. Missing channels and pixels count as zeros at the end."""


@dataclass(frozen=True, slots=True)
class FaceNetwork:
    """Everything the file says that matters for computing an embedding."""

    mean: tuple[float, float, float]
    """Subtracted from red, green and blue before they are divided by 256."""
    entrance: Stage
    blocks: tuple[Block, ...]
    exit: Floats
    """256 x 128."""


def read(path: Path) -> FaceNetwork:
    """The network in a file. Raises UnreadableNetwork when it is no such network, OSError when it cannot be read."""
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise UnreadableNetwork(f"It has {size:,} bytes, far more than dlib's face network.")
    return parse(path.read_bytes())


def parse(data: bytes) -> FaceNetwork:
    """The network in the bytes of a file. Raises UnreadableNetwork."""
    reader = Reader(data)
    versions = _head(reader)
    mean = _input(reader)
    layers = list(_layers(reader, innermost_version=versions[-1]))
    network = _assembled(mean, layers)
    _check_count(network, len(layers), len(versions))
    _check_widths(network)
    return network


# ---- the file, from its first byte to its last


@dataclass(frozen=True, slots=True)
class _Relu:
    pass


@dataclass(frozen=True, slots=True)
class _Sum:
    """Adds what the block was given to what it made of it."""


@dataclass(frozen=True, slots=True)
class _Pool:
    kind: str
    window: int
    """0 stands for the whole picture."""
    stride: int


@dataclass(frozen=True, slots=True)
class _Exit:
    matrix: Floats


_Layer = Convolution | Affine | _Relu | _Sum | _Pool | _Exit


def _head(reader: Reader) -> list[int]:
    """Versions of all layers, from the output to the input."""
    reader.expect_integer(1, "the file's version")
    reader.expect_name(_LOSS)
    reader.skip_floats(2)  # margin and threshold of the training
    versions: list[int] = []
    while reader.peek_integer() <= _NEWEST_VERSION:
        versions.append(reader.integer(1, _NEWEST_VERSION))
        if len(versions) > _MOST_LAYERS:
            reader.refuse("too many layers")
    if not versions:
        reader.refuse("a network without layers")
    return versions


def _input(reader: Reader) -> tuple[float, float, float]:
    reader.expect_name(_INPUT)
    mean = (reader.float(), reader.float(), reader.float())
    if not all(0 <= channel <= 255 for channel in mean):
        reader.refuse("a mean colour that is no colour")
    for side in ("height", "width"):
        reader.expect_integer(CHIP, f"the {side} of a chip")
    return mean


def _layers(reader: Reader, innermost_version: int) -> Iterator[_Layer]:
    yield _layer(reader)
    if innermost_version == _NEWEST_VERSION:
        reader.integer(0, 1)  # whether the gradient at the input was wanted
    while not reader.at_end:
        yield _layer(reader)


def _layer(reader: Reader) -> _Layer:
    name = reader.name()
    if name not in _RECORDS:
        reader.refuse(f"a layer {name!r}")
    layer = _RECORDS[name](reader)
    reader.skip_booleans(3)
    for _ in range(3):  # gradient, cached output, gradient of the parameters
        reader.tensor()
    return layer


def _convolution(reader: Reader, booleans: int) -> Convolution:
    parameters = reader.tensor()
    count, rows, columns = (reader.integer(1, 4096) for _ in range(3))
    stride = reader.same_twice(1, 16, "strides")
    pad = reader.same_twice(0, 16, "paddings")
    filters, bias = reader.shape(), reader.shape()
    reader.skip_floats(4)  # learning rates and decays
    reader.skip_booleans(booleans)
    if (filters[0], *filters[2:]) != (count, rows, columns) or bias != (1, count, 1, 1):
        reader.refuse("a convolution that contradicts itself")
    weights, offsets = reader.split(parameters, math.prod(filters), count)
    return Convolution(weights.reshape(filters), offsets, stride, pad)


def _affine(reader: Reader, booleans: int) -> Affine:
    parameters = reader.tensor()
    gamma, beta = reader.shape(), reader.shape()
    reader.expect_integer(0, "an affine layer's mode (one factor for each channel)")
    reader.skip_booleans(booleans)
    if gamma != beta or gamma != (1, gamma[1], 1, 1):
        reader.refuse("an affine layer that contradicts itself")
    return Affine(*reader.split(parameters, gamma[1], gamma[1]))


def _relu(reader: Reader, booleans: int) -> _Relu:
    reader.skip_booleans(booleans)
    return _Relu()


def _sum(_: Reader) -> _Sum:
    return _Sum()


def _pool(reader: Reader, kind: str) -> _Pool:
    window = reader.same_twice(0, 16, "window sides")
    stride = reader.same_twice(1, 16, "strides")
    for _ in range(2):
        reader.expect_integer(0, "a pool's padding")
    return _Pool(kind, window, stride)


def _exit(reader: Reader, booleans: int) -> _Exit:
    outputs, inputs = (reader.integer(1, 1 << 16) for _ in range(2))
    parameters = reader.tensor()
    matrix = reader.shape()
    reader.shape()  # of the bias, which this network has not
    reader.expect_integer(1, "the last layer's mode (no bias)")
    reader.skip_floats(4)
    reader.skip_booleans(booleans)
    if matrix != (inputs, outputs, 1, 1):
        reader.refuse("a last layer that contradicts itself")
    weights, _ = reader.split(parameters, inputs * outputs, 0)
    return _Exit(weights.reshape(inputs, outputs))


_RECORDS: dict[str, Callable[[Reader], _Layer]] = {
    "con_4": partial(_convolution, booleans=0),
    "con_5": partial(_convolution, booleans=1),
    "con_6": partial(_convolution, booleans=2),
    "affine_": partial(_affine, booleans=0),
    "affine_2": partial(_affine, booleans=1),
    "relu_": partial(_relu, booleans=0),
    "relu_2": partial(_relu, booleans=1),
    "max_pool_2": partial(_pool, kind="max_pool"),
    "avg_pool_2": partial(_pool, kind="avg_pool"),
    "add_prev_": _sum,
    "fc_2": partial(_exit, booleans=0),
    "fc_3": partial(_exit, booleans=1),
}
"""Newer dlibs write the higher numbers when they save the same network again; their booleans say what it has anyway."""


# ---- what the layers make together

_Kind = TypeVar("_Kind", Convolution, Affine, _Exit)


class _Row:
    """The layers in their order, taken one by one."""

    def __init__(self, layers: list[_Layer]) -> None:
        self._layers = layers
        self._next = 0

    def take(self, kind: type[_Kind]) -> _Kind:
        layer = self._pop()
        if not isinstance(layer, kind):
            self._refuse(layer)
        return layer

    def take_exactly(self, *expected: _Layer) -> None:
        for layer in expected:
            if (found := self._pop()) != layer:
                self._refuse(found)

    def take_stage(self) -> Stage:
        return Stage(self.take(Convolution), self.take(Affine))

    @property
    def upcoming(self) -> _Layer | None:
        return self._layers[self._next] if self._next < len(self._layers) else None

    def _pop(self) -> _Layer | None:
        layer = self.upcoming
        self._next += 1
        return layer

    def _refuse(self, layer: _Layer | None) -> NoReturn:
        found = type(layer).__name__.strip("_").lower() if layer else "the end"
        raise UnreadableNetwork(f"It is another network: layer {self._next} is not expected to be {found}.")


def _assembled(mean: tuple[float, float, float], layers: list[_Layer]) -> FaceNetwork:
    row = _Row(layers)
    entrance = row.take_stage()
    row.take_exactly(_Relu(), _Pool("max_pool", 3, 2))
    blocks = []
    while isinstance(row.upcoming, Convolution):
        blocks.append(_block(row))
    row.take_exactly(_Pool("avg_pool", 0, 1))
    matrix = row.take(_Exit).matrix
    if row.upcoming is not None:
        raise UnreadableNetwork("It goes on behind its last layer.")
    return FaceNetwork(mean, entrance, tuple(blocks), matrix)


def _block(row: _Row) -> Block:
    first = row.take_stage()
    row.take_exactly(_Relu())
    second = row.take_stage()
    halves = isinstance(row.upcoming, _Pool)
    if halves:
        row.take_exactly(_Pool("avg_pool", 2, 2))
    row.take_exactly(_Sum(), _Relu())
    return Block(first, second, halves)


def _check_count(network: FaceNetwork, layers: int, versions: int) -> None:
    """Tags and skips have no record, only a version: one for a plain block, three for one that halves."""
    unrecorded = sum(3 if block.halves else 1 for block in network.blocks)
    if layers + unrecorded != versions:
        raise UnreadableNetwork(f"It announces {versions} layers and holds {layers + unrecorded}.")


def _check_widths(network: FaceNetwork) -> None:
    """Each stage takes the channels that the one before gives."""
    stages = [network.entrance, *(stage for block in network.blocks for stage in (block.first, block.second))]
    widths = [3]
    for stage in stages:
        outputs, inputs = stage.convolution.filters.shape[:2]
        if inputs != widths[-1] or len(stage.affine.gamma) != outputs:
            raise UnreadableNetwork(f"A convolution of {inputs} channels is given {widths[-1]}.")
        widths.append(outputs)
    if network.exit.shape != (widths[-1], DIMENSIONS):
        raise UnreadableNetwork(f"Its last layer is {network.exit.shape}, not {(widths[-1], DIMENSIONS)}.")
    _check_entrance(network.entrance.convolution)
    _check_blocks(network.blocks, widths[1::2])


def _check_entrance(convolution: Convolution) -> None:
    if (convolution.filters.shape[2:], convolution.stride, convolution.pad) != ((7, 7), 2, 0):
        raise UnreadableNetwork("It begins with a convolution of an unknown kind.")


def _check_blocks(blocks: tuple[Block, ...], widths: list[int]) -> None:
    for block, (before, after) in zip(blocks, pairwise(widths), strict=True):
        first, second = block.first.convolution, block.second.convolution
        shape = (first.stride, first.pad, second.stride, second.pad)
        expected = (2, 0, 1, 1) if block.halves else (1, 1, 1, 1)
        sides = {*first.filters.shape[2:], *second.filters.shape[2:]}
        if shape != expected or sides != {3} or after < before or not (block.halves or after == before):
            raise UnreadableNetwork("It has a block of an unknown kind.")
