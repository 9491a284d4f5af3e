"""Writes the model as an ordinary sentence-transformers directory, with the ONNX file beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from kb.bundled_model.onnx_graph import LAYER_NORM_EPSILON, write_onnx
from kb.bundled_model.source import Variant
from kb.bundled_model.vocabulary import (
    MASK_PIECE,
    PASSAGE_PROMPT,
    QUERY_PROMPT,
    SPECIAL_PIECES,
    prune_vocabulary,
)
from kb.bundled_model.weights import BertSize, Floats, Quantized, SourceModel, Tensors

WORDS = "embeddings.word_embeddings.weight"
README = """\
# multilingual-e5-small

本目录由问知在本机生成：权重取自安装包 {package}（MIT 许可），
原模型为 intfloat/multilingual-e5-small（MIT 许可），词表已精简（{variant}），
编码层按问知自己的文章微调过。
请勿手工修改；删除整个目录后可重新生成。
"""
SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": MASK_PIECE,
}
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "clean_up_tokenization_spaces": False,
    "model_input_names": ["input_ids", "attention_mask"],
}
SENTENCE_TRANSFORMER = {
    "prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT, "passage": PASSAGE_PROMPT},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}
MEAN_POOLING = {  # the key names of sentence-transformers before 6, which version 6 reads too
    "pooling_mode_cls_token": False,
    "pooling_mode_mean_tokens": True,
    "pooling_mode_max_tokens": False,
    "pooling_mode_mean_sqrt_len_tokens": False,
    "include_prompt": True,
}


def write_directory(
    source: SourceModel,
    variant: Variant,
    folder: Path,
    package: str,
    progress: Callable[[str, float], None],
) -> None:
    """Fill the empty folder; `progress` gets a Chinese step name and the share done, 0..1."""
    progress("精简词表", 0.0)
    kept, tokenizer = prune_vocabulary(source.pieces, source.scores, variant)
    tokenizer.save(str(folder / "tokenizer.json"))
    words = source.tensors[WORDS]
    assert isinstance(words, Quantized)
    tensors: Tensors = source.tensors | {WORDS: words.rows(kept)}
    progress("写出 sentence-transformers 权重", 0.4)
    _write_safetensors(tensors, source.size.hidden, folder / "model.safetensors")
    for name, content in _configurations(source.size, len(kept)).items():
        _write_json(folder / name, content)
    (folder / "README.md").write_text(README.format(package=package, variant=variant), "utf-8")
    progress("写出 ONNX 权重", 0.8)
    write_onnx(source.size, tensors, folder / "model.onnx")


def _write_safetensors(tensors: Tensors, hidden: int, path: Path) -> None:
    plain: dict[str, Floats] = {
        name: tensor if isinstance(tensor, np.ndarray) else tensor.values()
        for name, tensor in tensors.items()
    }
    # Mean pooling never uses BERT's pooler; zeros keep transformers from reporting it missing.
    plain["pooler.dense.weight"] = np.zeros((hidden, hidden), np.float32)
    plain["pooler.dense.bias"] = np.zeros(hidden, np.float32)
    save_file(plain, path, metadata={"format": "pt"})


def _configurations(size: BertSize, vocabulary: int) -> dict[str, Any]:
    """File name -> content of the directory's JSON files."""
    limit = size.positions
    return {
        "config.json": _bert_configuration(size, vocabulary),
        "special_tokens_map.json": SPECIAL_TOKENS,
        "tokenizer_config.json": SPECIAL_TOKENS | TOKENIZER | {"model_max_length": limit},
        "sentence_bert_config.json": {"max_seq_length": limit, "do_lower_case": False},
        "config_sentence_transformers.json": SENTENCE_TRANSFORMER,
        "modules.json": [
            _module(0, "", "Transformer"),
            _module(1, "1_Pooling", "Pooling"),
            _module(2, "2_Normalize", "Normalize"),
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": size.hidden} | MEAN_POOLING,
        "2_Normalize/config.json": {},
    }


def _bert_configuration(size: BertSize, vocabulary: int) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": size.hidden,
        "num_hidden_layers": size.layers,
        "num_attention_heads": size.heads,
        "intermediate_size": size.feed_forward,
        "vocab_size": vocabulary,
        "max_position_embeddings": size.positions,
        "type_vocab_size": size.token_types,
        "layer_norm_eps": LAYER_NORM_EPSILON,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "bos_token_id": SPECIAL_PIECES.index("<s>"),
        "pad_token_id": SPECIAL_PIECES.index("<pad>"),
        "eos_token_id": SPECIAL_PIECES.index("</s>"),
        "torch_dtype": "float32",
    }


def _module(number: int, path: str, kind: str) -> dict[str, Any]:
    module_type = f"sentence_transformers.models.{kind}"
    return {"idx": number, "name": str(number), "path": path, "type": module_type}


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
