"""Reads the E5S1 file: multilingual-e5-small's vocabulary and 4-bit weights.

Layout (little-endian): magic "E5S1", u32 version; i32 x 7 sizes; f32 epsilon; i32 block length;
i32 x 5 (pieces, bos, eos, pad, unk); u64 length of the piece text; u32[n+1] piece offsets; f32[n]
scores; the piece text in UTF-8; a normalisation map, not needed here; the tensor directory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelError

Floats = NDArray[np.float32]
BLOCK = 32  # weights that share one scale
PLAIN, QUANTIZED = 0, 1  # the two tensor kinds in the file's directory
MODULES = {  # name in the file -> BertModel's name inside encoder.layer.N
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class BertSize:
    """The sizes that make a BERT encoder; all are counts."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int  # rows of the word embedding: may exceed the number of pieces
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True)
class Quantized:
    """A matrix of 4-bit weights: weight = (code - 8) * scale of its block of 32 along the row."""

    codes: NDArray[np.uint8]  # (rows, columns), 0..15
    scales: Floats  # (rows, columns / 32)

    def rows(self, numbers: NDArray[np.int64]) -> Quantized:
        """The matrix of the given rows only, in the given order."""
        return Quantized(self.codes[numbers], self.scales[numbers])

    def values(self) -> Floats:
        """The weights as float32, shape (rows, columns)."""
        blocks = self.codes.reshape(len(self.codes), -1, BLOCK).astype(np.float32) - 8
        return (blocks * self.scales[..., None]).reshape(self.codes.shape)


@dataclass(frozen=True, slots=True)
class Adapted:
    """A matrix of 4-bit weights to which the product of two narrow ones is added."""

    base: Quantized
    left: Floats  # (rows, rank)
    right: Floats  # (rank, columns)

    def values(self) -> Floats:
        """The weights as float32, shape (rows, columns)."""
        return self.base.values() + self.left @ self.right


Tensors = dict[str, "Floats | Quantized | Adapted"]


@dataclass(frozen=True, slots=True)
class SourceModel:
    """A whole E5S1 file; tensors carry BertModel's names, scores are log probabilities."""

    size: BertSize
    pieces: tuple[str, ...]
    scores: Floats  # (pieces,)
    tensors: Tensors


class _Reader:
    """A cursor over the mapped file."""

    def __init__(self, content: memoryview) -> None:
        self.content = content
        self.offset = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        """The values of one struct layout, little-endian, without padding."""
        values = struct.unpack_from("<" + layout, self.content, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def take_bytes(self, length: int) -> bytes:
        start, self.offset = self.offset, self.offset + length
        return bytes(self.content[start : self.offset])


def read_source(path: Path) -> SourceModel:
    """Read an E5S1 file, version 1. Raises ModelError when it is something else or cut short."""
    reader = _Reader(np.memmap(path, dtype=np.uint8, mode="r").data)
    try:
        if reader.take_bytes(4) != b"E5S1" or reader.take("I") != (1,):
            raise ModelError(
                f"模型权重文件 {path.name} 不是 E5S1 第 1 版格式", "请重新取得模型安装包"
            )
        size = BertSize(*reader.take("7i"))
        block = reader.take("fi")[1]
        pieces, scores = _read_vocabulary(reader)
        reader.take_bytes(reader.take("iI")[1])  # the normalisation map: tokenizer.json has its own
        tensors = _read_tensors(reader, size)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise ModelError(
            f"模型权重文件 {path.name} 已损坏：{error}", "请重新取得模型安装包"
        ) from error
    if block != BLOCK:
        raise ModelError(f"模型权重文件 {path.name} 的量化块长为 {block}，应为 {BLOCK}")
    return SourceModel(size, pieces, scores, tensors)


def _read_vocabulary(reader: _Reader) -> tuple[tuple[str, ...], Floats]:
    count = reader.take("5i")[0]
    text_length = reader.take("Q")[0]
    offsets = reader.take(f"{count + 1}I")
    scores = np.frombuffer(reader.take_bytes(4 * count), "<f4")
    text = reader.take_bytes(text_length)
    pieces = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    return pieces, scores


def _read_tensors(reader: _Reader, size: BertSize) -> Tensors:
    """All tensors under BertModel's names."""
    directory: dict[str, tuple[int, int, int, int]] = {}  # kind, count, offset, bytes
    for _ in range(reader.take("i")[0]):
        name = reader.take_bytes(reader.take("H")[0]).decode()
        kind, count, offset, length = reader.take("BIQQ")
        directory[name] = (kind, count, offset, length)

    def tensor(name: str, columns: int) -> Floats | Quantized:
        kind, count, offset, length = directory[name]
        content = reader.content[offset : offset + length]
        read = _read_quantized if kind == QUANTIZED else _read_plain
        return read(content, count // columns, columns)

    return _with_bert_names(tensor, size)


def _with_bert_names(tensor: Callable[[str, int], Floats | Quantized], size: BertSize) -> Tensors:
    hidden = size.hidden
    named: Tensors = {
        "embeddings.word_embeddings.weight": tensor("emb.word", hidden),
        "embeddings.position_embeddings.weight": tensor("emb.pos", hidden),
        "embeddings.token_type_embeddings.weight": tensor("emb.type", hidden),
        "embeddings.LayerNorm.weight": tensor("emb.ln.w", 1),
        "embeddings.LayerNorm.bias": tensor("emb.ln.b", 1),
    }
    for layer in range(size.layers):
        for short, module in MODULES.items():
            columns = 1 if module.endswith("LayerNorm") else hidden
            columns = size.feed_forward if short == "fo" else columns
            name = f"encoder.layer.{layer}.{module}"
            named[f"{name}.weight"] = tensor(f"l{layer}.{short}.w", columns)
            named[f"{name}.bias"] = tensor(f"l{layer}.{short}.b", 1)
    return named


def _read_plain(content: memoryview, rows: int, columns: int) -> Floats:
    """A float32 array, shape (rows, columns), or (rows,) for one column."""
    values = np.frombuffer(content, "<f4").astype(np.float32)
    return values.reshape(rows) if columns == 1 else values.reshape(rows, columns)


def _read_quantized(content: memoryview, rows: int, columns: int) -> Quantized:
    """Blocks of a float16 scale and 16 bytes; byte j holds weight j (low half) and j + 16."""
    blocks = np.frombuffer(content, np.uint8).reshape(-1, 2 + BLOCK // 2)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = blocks[:, 2:]
    codes = np.concatenate([halves & 15, halves >> 4], axis=1)
    return Quantized(codes.reshape(rows, columns), scales.reshape(rows, -1))
