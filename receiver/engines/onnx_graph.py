"""Writes dlib's face network as an ONNX graph (opset 17): uint8 RGB chips in, embeddings out.

What is constant is worked out here, in double precision: the affine layers and the division by 256 go into the
convolutions before them, the mean colour into the first bias, which is exact because nothing is padded there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from receiver.engines.dlib_alphabet import UnreadableNetwork
from receiver.engines.dlib_file import CHIP, DIMENSIONS, Block, FaceNetwork, Stage

INPUT, OUTPUT = "chips", "embeddings"

_OPSET, _IR_VERSION = 17, 8
"""Of 2022: every ONNX Runtime from 1.12 on reads them."""

_Doubles = NDArray[np.float64]


def written(network: FaceNetwork) -> bytes:
    """An ONNX file for the network: `chips` (n x 150 x 150 x 3, uint8) to `embeddings` (n x 128, float32).

    Raises UnreadableNetwork when so many blocks halve the picture that nothing is left of it.
    """
    graph = _Graph()
    planes, side = _entrance(graph, network)
    for number, block in enumerate(network.blocks, 1):
        planes, side = _block(graph, f"block{number}", block, planes, side)
    _exit(graph, network, planes)
    model = graph.finished()
    onnx.checker.check_model(model)
    serialised: bytes = model.SerializeToString(deterministic=True)
    return serialised


class _Graph:
    """Collects nodes and constants; each node is named for what it gives."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def node(self, kind: str, name: str, *inputs: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def convolution(self, name: str, folded: tuple[_Doubles, _Doubles], stride: int, pad: int, source: str) -> str:
        weights, bias = (values.astype(np.float32) for values in folded)
        constants = self.constant(f"{name}.weights", weights), self.constant(f"{name}.bias", bias)
        return self.node(
            "Conv", name, source, *constants, kernel_shape=weights.shape[2:], strides=[stride] * 2, pads=[pad] * 4
        )

    def padded(self, name: str, source: str, channels: int = 0, pixels: int = 0) -> str:
        """Zeros behind the last channel, below the last row and right of the last column."""
        if not channels and not pixels:
            return source
        counts = np.array([0, 0, 0, 0, 0, channels, pixels, pixels], np.int64)
        return self.node("Pad", name, source, self.constant(f"{name}.counts", counts))

    def finished(self) -> Any:
        chips = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", CHIP, CHIP, 3])
        embeddings = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", DIMENSIONS])
        graph = helper.make_graph(self._nodes, "dlib_face_network", [chips], [embeddings], self._constants)
        opset = helper.make_opsetid("", _OPSET)
        return helper.make_model(graph, producer_name="porchlight", opset_imports=[opset], ir_version=_IR_VERSION)


def _folded(stage: Stage) -> tuple[_Doubles, _Doubles]:
    """Weights and bias of a convolution that does what the stage does."""
    gamma = stage.affine.gamma.astype(np.float64)
    weights = stage.convolution.filters * gamma[:, None, None, None]
    return weights, stage.convolution.bias * gamma + stage.affine.beta


def _entrance(graph: _Graph, network: FaceNetwork) -> tuple[str, int]:
    """The name of what it gives, and its side in pixels."""
    weights, bias = _folded(network.entrance)
    weights = weights / 256
    bias = bias - weights.sum(axis=(2, 3)) @ np.array(network.mean)
    planes = graph.node("Transpose", "planes", INPUT, perm=[0, 3, 1, 2])
    floats = graph.node("Cast", "floats", planes, to=TensorProto.FLOAT)
    convolution = network.entrance.convolution
    found = graph.convolution("entrance", (weights, bias), convolution.stride, convolution.pad, floats)
    positive = graph.node("Relu", "entrance.relu", found)
    pooled = graph.node("MaxPool", "entrance.pool", positive, kernel_shape=[3, 3], strides=[2, 2])
    return pooled, _shrunk(_shrunk(CHIP, convolution.filters.shape[2], 2), 3, 2)


def _block(graph: _Graph, name: str, block: Block, source: str, side: int) -> tuple[str, int]:
    """dlib's add_prev takes the larger of both sides in every dimension; what is missing counts as zero."""
    first = block.first.convolution
    found = graph.convolution(f"{name}.first", _folded(block.first), first.stride, first.pad, source)
    positive = graph.node("Relu", f"{name}.first.relu", found)
    found = graph.convolution(f"{name}.second", _folded(block.second), 1, 1, positive)
    if block.halves:
        shrunk, side = _shrunk(side, 3, 2), _shrunk(side, 2, 2)
        wider = block.second.convolution.filters.shape[0] - first.filters.shape[1]
        source = graph.node("AveragePool", f"{name}.average", source, kernel_shape=[2, 2], strides=[2, 2])
        source = graph.padded(f"{name}.wider", source, channels=wider)
        found = graph.padded(f"{name}.larger", found, pixels=side - shrunk)
    added = graph.node("Add", f"{name}.sum", found, source)
    return graph.node("Relu", f"{name}.relu", added), side


def _shrunk(side: int, window: int, stride: int) -> int:
    if side < window:
        raise UnreadableNetwork("It halves the picture until nothing is left.")
    return (side - window) // stride + 1


def _exit(graph: _Graph, network: FaceNetwork, source: str) -> None:
    mean = graph.node("GlobalAveragePool", "mean", source)
    flat = graph.node("Flatten", "flat", mean)
    graph.node("MatMul", OUTPUT, flat, graph.constant("exit.weights", network.exit))
