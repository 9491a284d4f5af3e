"""The record of what a built model directory holds: who built it, and every file's SHA-256."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from kb.bundled_model.source import PACKAGE, Variant, sha256_of
from kb.bundled_model.tuning import TUNING_PATH, tuning_digest
from kb.errors import ModelError

CHECKSUMS = "checksums.json"
CONVERTER = 2  # raise when the files' content changes: models built by an older one are rebuilt
REBUILD_REMEDY = "请换上完整的模型目录；自带模型只要删除整个目录，下次启动时会重新生成"


def is_built(target: Path, variant: Variant = "lite", tuning: Path | None = TUNING_PATH) -> bool:
    """Whether the directory is this converter's complete product; does not read the weights."""
    return _identity(_read(target)) == _identity(_description(variant, tuning, {}))


def verify_bundled_model(target: Path) -> None:
    """Compare every file with its recorded SHA-256; raises ModelError naming the first bad file."""
    checksums = recorded_checksums(target)
    if not checksums:
        raise ModelError(f"模型目录 {target} 不完整：缺少 {CHECKSUMS}", REBUILD_REMEDY)
    for name in checksums:
        require_recorded(target, name, checksums)


def recorded_checksums(target: Path) -> dict[str, str]:
    """File name -> SHA-256 as recorded by the build; nothing for a directory of another origin."""
    files = _read(target).get("files")
    return files if isinstance(files, dict) else {}


def require_recorded(target: Path, name: str, checksums: dict[str, str]) -> str:
    """The file's SHA-256; raises ModelError when it is missing or differs from a recorded one."""
    path = target / name
    if not path.is_file():
        raise ModelError(f"模型目录 {target} 不完整：缺少文件 {name}", REBUILD_REMEDY)
    found = sha256_of(path)
    if checksums.get(name, found) != found:
        raise ModelError(
            f"模型文件 {path} 已损坏或被改动过（SHA-256 与登记的不符）", REBUILD_REMEDY
        )
    return found


def seal(folder: Path, variant: Variant, tuning: Path | None) -> None:
    """Make the files readable for everyone, force them to disk and write their checksums last."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    checksums = {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}
    text = json.dumps(_description(variant, tuning, checksums), ensure_ascii=False, indent=1)
    (folder / CHECKSUMS).write_text(text + "\n", "utf-8")
    for path in [*files, folder / CHECKSUMS]:
        path.chmod(0o644)  # safetensors writes 0600, which would lock out the service's own user
        with path.open("rb") as file:
            os.fsync(file.fileno())


def _description(
    variant: Variant, tuning: Path | None, checksums: dict[str, str]
) -> dict[str, Any]:
    return {
        "package": PACKAGE,
        "converter": CONVERTER,
        "variant": variant,
        "tuning": tuning_digest(tuning),
        "files": checksums,
    }


def _identity(description: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(description.get(key) for key in ("package", "converter", "variant", "tuning"))


def _read(target: Path) -> dict[str, Any]:
    """The directory's checksums.json, or nothing when it has none that can be read."""
    try:
        content = json.loads((target / CHECKSUMS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
