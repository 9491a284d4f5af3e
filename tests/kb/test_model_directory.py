"""What a model directory says of itself decides how it is opened, or why it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from kb.embedder import OnnxEmbedder, SentenceTransformerEmbedder, open_embedder
from kb.errors import ModelError


def _variation(model: Path, copy: Path, **replaced: Any) -> Path:
    """A directory of links to the model's files, some replaced (new content) or left out (None)."""
    for path in model.rglob("*"):
        if path.is_file() and path.name != "checksums.json":
            link = copy / path.relative_to(model)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    for name, content in replaced.items():
        (copy / name).unlink()
        if content is not None:
            (copy / name).write_text(json.dumps(content))
    return copy


def test_the_directory_s_own_prompts_are_used_and_change_the_name(
    bundled_model: Path, tmp_path: Path
) -> None:
    original = open_embedder("bundled", bundled_model.parent)
    settings = {"prompts": {"ask": "query: "}, "default_prompt_name": "ask"}
    copy = _variation(
        bundled_model, tmp_path / "e5-small-lite", **{"config_sentence_transformers.json": settings}
    )
    changed = open_embedder(str(copy), tmp_path)
    assert changed.name != original.name
    text = "女职工年满五十周岁可以申请退休。"
    assert np.allclose(changed.embed_passages([text])[0], original.embed_query(text), atol=1e-6)


def test_a_directory_without_onnx_weights_is_loaded_with_sentence_transformers(
    bundled_model: Path, tmp_path: Path
) -> None:
    copy = _variation(bundled_model, tmp_path / "e5-small-lite", **{"model.onnx": None})
    opened = open_embedder(str(copy), tmp_path)
    assert isinstance(opened, SentenceTransformerEmbedder)
    assert opened.name.startswith("e5-small-lite-")


@pytest.mark.parametrize(
    "pooling",
    [
        {"word_embedding_dimension": 384, "pooling_mode_cls_token": True},
        {"embedding_dimension": 384, "pooling_mode": ["mean", "max"]},
        {"embedding_dimension": 384, "pooling_mode": "mean", "include_prompt": False},
    ],
)
def test_onnx_weights_that_pool_otherwise_than_the_directory_asks_are_refused(
    bundled_model: Path, tmp_path: Path, pooling: dict[str, object]
) -> None:
    copy = _variation(bundled_model, tmp_path / "copy", **{"1_Pooling/config.json": pooling})
    with pytest.raises(ModelError, match=r"池化方式.*不一致") as raised:
        open_embedder(str(copy), tmp_path)
    assert str(copy) in raised.value.message


def test_both_ways_of_writing_mean_pooling_are_understood(
    bundled_model: Path, tmp_path: Path
) -> None:
    pooling = {"embedding_dimension": 384, "pooling_mode": "mean", "include_prompt": True}
    copy = _variation(bundled_model, tmp_path / "copy", **{"1_Pooling/config.json": pooling})
    assert isinstance(open_embedder(str(copy), tmp_path), OnnxEmbedder)


def test_onnx_weights_that_do_not_say_how_they_pool_are_refused(
    bundled_model: Path, tmp_path: Path
) -> None:
    copy = _variation(bundled_model, tmp_path / "copy")
    model = onnx.load(copy / "model.onnx")
    del model.metadata_props[:]
    (copy / "model.onnx").unlink()
    onnx.save(model, copy / "model.onnx")
    with pytest.raises(ModelError, match="未注明"):
        open_embedder(str(copy), tmp_path)


def test_changed_weights_of_the_bundled_model_are_refused(
    bundled_model: Path, tmp_path: Path
) -> None:
    copy = _variation(bundled_model, tmp_path / "e5-small-lite")
    (copy / "checksums.json").symlink_to(bundled_model / "checksums.json")
    weights = bytearray((copy / "model.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (copy / "model.onnx").unlink()
    (copy / "model.onnx").write_bytes(weights)
    with pytest.raises(ModelError, match=r"model\.onnx 已损坏"):
        open_embedder("bundled", tmp_path)


def test_a_file_that_is_no_onnx_model_is_named(bundled_model: Path, tmp_path: Path) -> None:
    copy = _variation(bundled_model, tmp_path / "copy", **{"model.onnx": "no model"})
    with pytest.raises(ModelError, match=r"model\.onnx 无法载入"):
        open_embedder(str(copy), tmp_path)
