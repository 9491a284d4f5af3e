"""Turns texts into unit-length vectors, with the bundled model or any sentence-transformers model.

A model is a sentence-transformers directory. One that carries `model.onnx` is served straight by
onnxruntime and tokenizers; every other is loaded with sentence-transformers.
"""

from __future__ import annotations

import hashlib
import re
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kb.bundled_model import build_bundled_model, is_built
from kb.bundled_model.checksums import REBUILD_REMEDY
from kb.errors import ModelError
from kb.model_directory import (
    FINGERPRINT_LENGTH,
    PASSAGE_PROMPTS,
    QUERY_PROMPTS,
    choose_prompt,
    fingerprint,
    open_tokenizer,
    read_prompts,
    require_same_pooling,
)

Vector = NDArray[np.float32]  # shape (d,), unit length
Matrix = NDArray[np.float32]  # shape (n, d), rows unit length

BUNDLED = "bundled"
BUNDLED_FOLDER = "e5-small-lite"
BATCH = 4  # larger batches are slower on a CPU: short texts wait for the longest
HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


class Embedder(Protocol):
    """An embedding model; all methods may be called from several threads at once."""

    @property
    def name(self) -> str:
        """Model and a short hash of all that shapes its vectors: a key for stored vectors."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    def embed_query(self, text: str) -> Vector:
        """The vector of a question; text beyond the model's limit (512 tokens) is ignored."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """The vectors of passages, in their order; shape (0, d) for none."""


def open_embedder(
    model: str, models_folder: Path, threads: int = 1, wheel_folder: Path | None = None
) -> Embedder:
    """Open "bundled" (built on first use), a model directory, or a model hub's `owner/name`.

    A directory may be relative to `models_folder`. `threads` computes passages only: queries always
    take one, because several fight each other under load. `wheel_folder` holds the bundled model's
    package on a machine without a package index. Raises ModelError.
    """
    if model == BUNDLED:
        return _open_directory(_bundled_directory(models_folder, wheel_folder), threads)
    for directory in (Path(model).expanduser(), models_folder / model):
        if model and directory.is_dir():
            return _open_directory(directory.resolve(), threads)
    if HUB_NAME.fullmatch(model):
        return SentenceTransformerEmbedder(model, threads)
    raise ModelError(
        f"找不到向量模型目录 {Path(model).expanduser().absolute()}",
        f"请改正设置里的模型路径，或改用自带模型（填 {BUNDLED}）",
    )


def _bundled_directory(models_folder: Path, wheel_folder: Path | None) -> Path:
    target = models_folder / BUNDLED_FOLDER
    if is_built(target):
        return target
    from tqdm import tqdm

    with tqdm(total=100, bar_format="{desc} {bar} {n:.0f}%", file=sys.stderr) as bar:

        def show(step: str, share: float) -> None:
            bar.n = 100 * share
            bar.set_description_str(step)  # redraws

        return build_bundled_model(target, progress=show, wheel_folder=wheel_folder)


def _open_directory(directory: Path, threads: int) -> Embedder:
    if (directory / "model.onnx").is_file():
        session = _open_session(directory / "model.onnx")
        if any(output.name == "sentence_embedding" for output in session.get_outputs()):
            return OnnxEmbedder(directory, session, threads)
    if not (directory / "config.json").is_file() and not (directory / "modules.json").is_file():
        raise ModelError(
            f"目录 {directory} 里没有向量模型（缺少 modules.json 和 config.json）",
            f"请改正设置里的模型路径，或改用自带模型（填 {BUNDLED}）",
        )
    return SentenceTransformerEmbedder(str(directory), threads)


class OnnxEmbedder:
    """Runs a directory's model.onnx, which pools and normalises itself, on one thread per call."""

    def __init__(self, directory: Path, session: Any, threads: int = 1) -> None:
        require_same_pooling(directory, session.get_modelmeta().custom_metadata_map)
        prompts, default = read_prompts(directory)
        self._query_prompt = choose_prompt(prompts, default, QUERY_PROMPTS)
        self._passage_prompt = choose_prompt(prompts, default, PASSAGE_PROMPTS)
        self._name = f"{directory.name}-{fingerprint(directory)}"
        self._tokenizer = open_tokenizer(directory)
        self._session = session
        self._threads = threads

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return int(self._session.get_outputs()[0].shape[-1])

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self._run([self._query_prompt + text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        # Texts of like length share a batch; the long ones first, so that threads end together.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]

        def run(batch: list[int]) -> Matrix:
            return self._run([self._passage_prompt + texts[number] for number in batch])

        with ThreadPoolExecutor(self._threads) as pool:
            for batch, rows in zip(batches, pool.map(run, batches), strict=True):
                vectors[batch] = rows
        return vectors

    def _run(self, texts: list[str]) -> Matrix:
        pieces = [self._tokenizer.encode(_encodable(text)).ids for text in texts]
        ids = np.zeros((len(pieces), max(map(len, pieces))), np.int64)
        mask = np.zeros_like(ids)  # masked places do not count, whatever piece stands there
        for row, numbers in enumerate(pieces):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        feeds = {"input_ids": ids, "attention_mask": mask}
        try:
            vectors: Matrix = self._session.run(["sentence_embedding"], feeds)[0]
        except Exception as error:  # onnxruntime's own errors have no common base
            raise ModelError(
                f"向量模型 {self._name} 计算出错", "运行 manage.py doctor 检查模型"
            ) from error
        return vectors


class SentenceTransformerEmbedder:
    """Runs any model with sentence-transformers on the processor, one call at a time."""

    def __init__(self, model: str, threads: int = 1) -> None:
        self._model = _load_sentence_transformer(model, threads)
        prompts, default = self._model.prompts, self._model.default_prompt_name
        self._query_prompt = choose_prompt(prompts, default, QUERY_PROMPTS)
        self._passage_prompt = choose_prompt(prompts, default, PASSAGE_PROMPTS)
        self._name = f"{Path(model).name}-{_weights_fingerprint(self._model)}"
        self._one_at_a_time = threading.Lock()  # its tokenizer's padding state is shared

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def embed_query(self, text: str) -> Vector:
        vector: Vector = self._run([text], self._query_prompt)[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return self._run(texts, self._passage_prompt)

    def _run(self, texts: Sequence[str], prompt: str) -> Matrix:
        with self._one_at_a_time:
            vectors: Matrix = self._model.encode(
                [_encodable(text) for text in texts],
                prompt=prompt,
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return vectors.astype(np.float32, copy=False)


def _open_session(path: Path) -> Any:
    """An onnxruntime session that computes on the calling thread and never spins."""
    import onnxruntime  # here, not above: commands that embed nothing start without it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no narrower base class
        raise ModelError(f"模型文件 {path} 无法载入：{error}", REBUILD_REMEDY) from error


def _load_sentence_transformer(model: str, threads: int) -> Any:
    """Load a directory or hub model; `threads` holds for all of torch in this process."""
    try:
        import torch  # here, not above: this import takes seconds and hundreds of megabytes
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        local = Path(model).is_dir()
        return SentenceTransformer(model, device="cpu", local_files_only=local)
    except Exception as error:  # every model type raises its own kind
        raise ModelError(
            f"向量模型 {model} 无法载入：{str(error).partition(chr(10))[0]}",
            "请确认它是完整的 sentence-transformers 模型目录；内网机器不能从模型库下载，"
            f"请先把模型目录拷到本机，或改用自带模型（填 {BUNDLED}）",
        ) from error


def _weights_fingerprint(model: Any) -> str:
    """A short hash of the loaded parameters and of what else shapes the vectors."""
    import torch

    digest = hashlib.sha256(repr((model.max_seq_length, model.prompts)).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()[:FINGERPRINT_LENGTH]


def _encodable(text: str) -> str:
    """The text with half surrogate pairs, which no tokenizer takes, as question marks."""
    return text.encode("utf-8", "replace").decode()
