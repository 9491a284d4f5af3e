"""Reads what a sentence-transformers directory says of itself: prompts, pooling, token limit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.bundled_model.checksums import REBUILD_REMEDY, recorded_checksums, require_recorded
from kb.errors import ModelError

QUERY_PROMPTS = ("query",)  # names under which models define the two prompts
PASSAGE_PROMPTS = ("document", "passage")
FINGERPRINT_LENGTH = 12  # hexadecimal digits
PROMPTS_FILE = "config_sentence_transformers.json"
VECTOR_FILES = ("model.onnx", "tokenizer.json", PROMPTS_FILE, "sentence_bert_config.json")


def fingerprint(directory: Path) -> str:
    """A short hash of the files that shape an ONNX model's vectors.

    Raises ModelError when one is missing or differs from what the directory's build recorded.
    """
    recorded = recorded_checksums(directory)
    hashes = [require_recorded(directory, name, recorded) for name in VECTOR_FILES]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()[:FINGERPRINT_LENGTH]


def read_prompts(directory: Path) -> tuple[Mapping[str, str], str | None]:
    """The prompts by name, and the name of the one to use when no other fits."""
    content = _read_json(directory / PROMPTS_FILE)
    return content.get("prompts", {}), content.get("default_prompt_name")


def choose_prompt(prompts: Mapping[str, str], default: str | None, names: Sequence[str]) -> str:
    """The first non-empty prompt under one of the names, else the default one, else ""."""
    candidates = [*names, default or ""]
    return next((prompts[name] for name in candidates if prompts.get(name)), "")


def open_tokenizer(directory: Path) -> Any:
    """The directory's tokenizer, cutting off at its token limit and not padding."""
    from tokenizers import Tokenizer  # here, not above: commands that embed nothing do without

    path = directory / "sentence_bert_config.json"
    limit = _read_json(path).get("max_seq_length")
    if not isinstance(limit, int):
        raise ModelError(f"{path} 没有写明 max_seq_length", "请写上模型的最大词片数，例如 512")
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    return tokenizer


def require_same_pooling(directory: Path, baked: Mapping[str, str]) -> None:
    """Raise ModelError unless the ONNX file's `baked` notes pool just as the directory asks.

    `baked` is the file's metadata: `pooling`, e.g. "mean", and `normalize`, "true" or "false".
    """
    wanted = _declared_pooling(directory)
    found = {key: baked.get(key, "未注明") for key in wanted}
    if found != wanted:
        raise ModelError(
            f"模型目录 {directory} 要求的池化方式 {wanted} 与 model.onnx 里的 {found} 不一致",
            "请删除该目录里的 model.onnx，改由 sentence-transformers 载入",
        )


def _declared_pooling(directory: Path) -> dict[str, str]:
    """The pooling that modules.json and its pooling module ask for, in the words of `baked`."""
    modules = _read_json(directory / "modules.json")
    try:
        kinds = [module["type"].rpartition(".")[2] for module in modules]
        pooling = "+".join(kinds)  # an unusual chain of modules: matches no ONNX file
        if kinds in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
            pooling = _pooling_mode(_read_json(directory / modules[1]["path"] / "config.json"))
    except (TypeError, KeyError, AttributeError) as error:
        message = f"{directory / 'modules.json'} 的内容不是模块列表"
        raise ModelError(message, REBUILD_REMEDY) from error
    return {"pooling": pooling, "normalize": "true" if "Normalize" in kinds else "false"}


def _pooling_mode(settings: dict[str, Any]) -> str:
    """For example "mean"; reads the form of sentence-transformers 6 and the earlier one."""
    earlier = [
        key.removeprefix("pooling_mode_").removesuffix("_tokens").removesuffix("_token")
        for key, chosen in settings.items()
        if key.startswith("pooling_mode_") and chosen
    ]
    modes = settings.get("pooling_mode", earlier)
    mode = modes if isinstance(modes, str) else "+".join(modes)
    return mode if settings.get("include_prompt", True) else f"{mode} 不含提示词"


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        message = f"模型目录 {path.parent} 不完整：缺少文件 {path.name}"
        raise ModelError(message, REBUILD_REMEDY) from error
    except ValueError as error:
        raise ModelError(f"{path} 不是合法的 JSON：{error}", REBUILD_REMEDY) from error
