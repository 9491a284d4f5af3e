"""Writes the model as one ONNX file with 4-bit weights: token ids in, unit-length vectors out.

Inputs `input_ids` and `attention_mask` are int64 (texts, tokens); the output `sentence_embedding`
is float32 (texts, hidden): the mean over the attended tokens, scaled to length 1. The 4-bit weights
are the source's own, only packed in another order.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kb.bundled_model.weights import BLOCK, Adapted, BertSize, Floats, Quantized, Tensors

MICROSOFT = "com.microsoft"  # the operator set of onnxruntime's own operators
INT8_ACTIVATIONS = 4  # MatMulNBits: quantise activations by block, each text on its own
LAYER_NORM_EPSILON = 1e-12
# Read back by kb.embedder, which refuses a directory that pools in another way.
METADATA = {"pooling": "mean", "normalize": "true"}


class _Graph:
    """Collects the nodes and constants of a graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: NDArray[Any], name: str = "") -> str:
        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64))

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Append one node with one output; returns the output's name."""
        output = output or f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def split(self, value: str, *sizes: int) -> list[str]:
        """Split a value along its last axis."""
        outputs = [f"{value}_part_{number}" for number in range(len(sizes))]
        inputs = [value, self.integers(*sizes)]
        self.nodes.append(helper.make_node("Split", inputs, outputs, outputs[0], axis=-1))
        return outputs

    def finish(self, dimension: int) -> onnx.GraphProto:
        """The whole graph, with the inputs and the output that the module describes."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        output = helper.make_tensor_value_info(
            "sentence_embedding", TensorProto.FLOAT, ["texts", dimension]
        )
        return helper.make_graph(self.nodes, "encoder", inputs, [output], self.constants)


def write_onnx(size: BertSize, tensors: Tensors, path: Path) -> None:
    """Write the graph of the given tensors, whose matrices must be Quantized, to one file."""
    graph = _Graph()
    hidden = _embed(graph, tensors)
    mask = graph.add("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(size.layers):
        hidden = _encoder_layer(graph, tensors, f"encoder.layer.{layer}", size, hidden, mask)
    _pool(graph, hidden)
    model = helper.make_model(
        graph.finish(size.hidden),
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=10,
        producer_name="wenzhi",
    )
    helper.set_model_props(model, METADATA)
    onnx.save(model, str(path))


def _embed(graph: _Graph, tensors: Tensors) -> str:
    """Word + position + token type 0, normalised: (texts, tokens, hidden)."""
    words = _gather_words(graph, cast(Quantized, tensors["embeddings.word_embeddings.weight"]))
    positions = cast(Floats, tensors["embeddings.position_embeddings.weight"])
    types = cast(Floats, tensors["embeddings.token_type_embeddings.weight"])
    table = graph.constant(positions + types[0], "embeddings.positions")
    length = graph.add("Gather", graph.add("Shape", "input_ids"), graph.integers(1), axis=0)
    places = graph.add("Slice", table, graph.integers(0), length, graph.integers(0))
    return _layer_norm(graph, tensors, "embeddings.LayerNorm", graph.add("Add", words, places))


def _gather_words(graph: _Graph, words: Quantized) -> str:
    """Look words up in the 4-bit table; the operator wants signed codes (-8..7) for INT4."""
    signed = np.bitwise_xor(
        _pack_pairs(words), np.uint8(0x88)
    )  # code - 8 in two's complement, both halves of each byte
    shape = list(words.codes.shape)
    name = "embeddings.words"
    graph.constants.append(
        helper.make_tensor(name, TensorProto.INT4, shape, signed.tobytes(), raw=True)
    )
    return graph.add(
        "GatherBlockQuantized",
        name,
        "input_ids",
        graph.constant(words.scales, "embeddings.words.scales"),
        domain=MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )


def _encoder_layer(
    graph: _Graph, tensors: Tensors, layer: str, size: BertSize, hidden: str, mask: str
) -> str:
    """Attention and feed-forward, each with its residual and normalisation after it."""
    attended = _attention(graph, tensors, f"{layer}.attention", size, hidden, mask)
    hidden = _layer_norm(
        graph, tensors, f"{layer}.attention.output.LayerNorm", graph.add("Add", attended, hidden)
    )
    inner = graph.add("Gelu", _dense(graph, tensors, [f"{layer}.intermediate.dense"], hidden))
    outer = _dense(graph, tensors, [f"{layer}.output.dense"], inner)
    return _layer_norm(graph, tensors, f"{layer}.output.LayerNorm", graph.add("Add", outer, hidden))


def _attention(
    graph: _Graph, tensors: Tensors, name: str, size: BertSize, hidden: str, mask: str
) -> str:
    # One multiplication for query, key and value is faster than three.
    projections = [f"{name}.self.{part}" for part in ("query", "key", "value")]
    joined = _dense(graph, tensors, projections, hidden)
    query, key, value = graph.split(joined, size.hidden, size.hidden, size.hidden)
    context = graph.add(
        "MultiHeadAttention", query, key, value, "", mask, domain=MICROSOFT, num_heads=size.heads
    )
    return _dense(graph, tensors, [f"{name}.output.dense"], context)


def _dense(graph: _Graph, tensors: Tensors, names: list[str], value: str) -> str:
    """Multiply by weights and add biases; the outputs of several modules stand side by side."""
    adapted = [tensors[f"{name}.weight"] for name in names]
    weights = [
        cast(Quantized, item.base if isinstance(item, Adapted) else item) for item in adapted
    ]
    codes = np.concatenate([weight.codes for weight in weights])
    scales = np.concatenate([weight.scales for weight in weights])
    biases = np.concatenate([cast(Floats, tensors[f"{name}.bias"]) for name in names])
    outputs, inputs = codes.shape
    packed = _pack_pairs(Quantized(codes, scales)).reshape(outputs, -1, BLOCK // 2)
    product = graph.add(
        "MatMulNBits",
        value,
        graph.constant(packed, f"{names[0]}.weight"),
        graph.constant(scales.reshape(-1), f"{names[0]}.scales"),
        domain=MICROSOFT,
        K=inputs,
        N=outputs,
        bits=4,
        block_size=BLOCK,
        accuracy_level=INT8_ACTIVATIONS,
    )
    if all(isinstance(item, Adapted) for item in adapted):
        learned = _narrow(
            graph, names[0], [item for item in adapted if isinstance(item, Adapted)], value
        )
        product = graph.add("Add", product, learned)
    return graph.add("Add", product, graph.constant(biases, f"{names[0]}.bias"))


def _narrow(graph: _Graph, name: str, adapted: list[Adapted], value: str) -> str:
    """What the narrow matrices of several modules add to their outputs, side by side."""
    right = np.concatenate([item.right for item in adapted])
    left = np.zeros((sum(len(item.left) for item in adapted), len(right)), np.float32)
    row = column = 0
    for item in adapted:
        rows, rank = item.left.shape
        left[row : row + rows, column : column + rank] = item.left
        row, column = row + rows, column + rank
    inner = graph.add("MatMul", value, graph.constant(right.T, f"{name}.right"))
    return graph.add("MatMul", inner, graph.constant(left.T, f"{name}.left"))


def _pack_pairs(matrix: Quantized) -> NDArray[np.uint8]:
    """Two codes to a byte, the earlier in the low half: shape (rows, columns / 2)."""
    packed = matrix.codes[:, 0::2] | (matrix.codes[:, 1::2] << 4)
    return packed.astype(np.uint8, copy=False)


def _layer_norm(graph: _Graph, tensors: Tensors, name: str, value: str) -> str:
    weight = graph.constant(cast(Floats, tensors[f"{name}.weight"]), f"{name}.weight")
    bias = graph.constant(cast(Floats, tensors[f"{name}.bias"]), f"{name}.bias")
    return graph.add("LayerNormalization", value, weight, bias, axis=-1, epsilon=LAYER_NORM_EPSILON)


def _pool(graph: _Graph, hidden: str) -> None:
    """The mean of the attended tokens, divided by its length, becomes `sentence_embedding`."""
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    attended = graph.add("Mul", hidden, graph.add("Unsqueeze", mask, graph.integers(-1)))
    total = graph.add("ReduceSum", attended, graph.integers(1), keepdims=0)
    count = graph.add("ReduceSum", mask, graph.integers(1), keepdims=1)
    mean = graph.add("Div", total, count)
    length = graph.add("ReduceL2", mean, graph.integers(-1), keepdims=1)
    positive = graph.add("Max", length, graph.constant(np.array(1e-12, np.float32)))
    graph.add("Div", mean, positive, output="sentence_embedding")
