"""Generations of the index on disk: a new one is built aside and becomes current by one atomic rename.

index/CURRENT            names the generation that readers open
index/generation-000007/ complete and never changed again
index/building-…/        a write in progress, or what a killed one left behind
index/write.lock         held by the one writer
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import IndexStoreError

_CURRENT = "CURRENT"
_MANIFEST = "checksums.json"
_BLOCK = 1 << 20


def current_generation(folder: Path) -> Path | None:
    """The generation that readers should open, or None when nothing was ever written."""
    try:
        name = (folder / _CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexStoreError(
            f"索引指针 {folder / _CURRENT} 读不出来", "删除索引目录后重新建立索引"
        ) from error
    return folder / name


def verify(generation: Path) -> None:
    """Raise IndexStoreError when a file of the generation is missing or differs from its checksum."""
    try:
        expected = json.loads((generation / _MANIFEST).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise IndexStoreError(f"索引 {generation} 不完整：缺少校验文件", "重新建立索引") from error
    for name, (size, checksum) in expected.items():
        if list(_measure(generation / name)) != [size, checksum]:
            raise IndexStoreError(f"索引文件 {generation / name} 已损坏", "重新建立索引")


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Yield an empty folder for the next generation; on leaving it becomes the current one.

    When the body raises, nothing changes for readers. One
    writer at a time: others wait for the lock. Raises IndexStoreError when the disk refuses.
    """
    with _translated(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "write.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _remove_leftovers(folder)
            target = folder / f"building-{os.getpid()}"
            target.mkdir()
            try:
                yield target
                _publish(folder, target)
            except BaseException:
                shutil.rmtree(target, ignore_errors=True)
                raise


def link_files(base: Path, target: Path, skip: frozenset[str] = frozenset()) -> None:
    """Hard-link the immutable files of a generation into the next one."""
    for path in base.iterdir():
        if path.is_file() and path.name not in skip and path.name != _MANIFEST:
            os.link(path, target / path.name)


def set_aside(folder: Path, generation: Path) -> Path:
    """Move a damaged generation out of the way, keep it for inspection, and forget the pointer."""
    with _translated(folder):
        aside = folder / f"damaged-{generation.name}"
        if aside.exists():
            shutil.rmtree(aside)
        if generation.exists():
            os.replace(generation, aside)
        (folder / _CURRENT).unlink(missing_ok=True)
        return aside


def _publish(folder: Path, built: Path) -> None:
    manifest = {path.name: _measure(path) for path in sorted(built.iterdir()) if path.is_file()}
    (built / _MANIFEST).write_text(json.dumps(manifest), encoding="ascii")
    for path in built.iterdir():
        _sync(path)
    _sync(built)
    name = f"generation-{_next_number(folder):06d}"
    os.rename(built, folder / name)
    pointer = folder / f"{_CURRENT}.new"
    pointer.write_text(name, encoding="ascii")
    _sync(pointer)
    os.replace(pointer, folder / _CURRENT)
    _sync(folder)
    _remove_leftovers(folder)


def _next_number(folder: Path) -> int:
    numbers = [int(path.name.rpartition("-")[2]) for path in folder.glob("generation-*")]
    return max(numbers, default=0) + 1


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left and old generations; open readers keep their files (Unix)."""
    current = current_generation(folder)
    for path in folder.iterdir():
        stale = path.name.startswith(("building-", "generation-")) and path != current
        if stale:
            shutil.rmtree(path, ignore_errors=True)


def _measure(path: Path) -> tuple[int, int]:
    """Size and CRC-32 of a file; (-1, 0) when it cannot be read."""
    size, checksum = 0, 0
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                size += len(block)
                checksum = zlib.crc32(block, checksum)
    except OSError:
        return -1, 0
    return size, checksum


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                raise IndexStoreError(
                    f"磁盘已满，索引目录 {folder} 写不进去", "清理磁盘后重试；原索引仍可用"
                ) from error
            case errno.EACCES | errno.EPERM | errno.EROFS:
                raise IndexStoreError(
                    f"索引目录 {folder} 不可写", "检查目录权限和磁盘是否只读；原索引仍可用"
                ) from error
            case errno.ENOTDIR | errno.EEXIST:
                raise IndexStoreError(
                    f"索引目录 {folder} 不是目录", "改 index 设置或移走同名文件"
                ) from error
            case _:
                raise IndexStoreError(
                    f"索引目录 {folder} 读写出错：{error.strerror}", "检查磁盘；原索引仍可用"
                ) from error
