"""Files of the index folder: checked reading, synced writing, the one writer's lock, errors in Chinese."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import IndexStoreError

Checksum = tuple[int, int]
"""A file's size and CRC-32."""

_LOG = logging.getLogger(__name__)
_BLOCK = 1 << 20


class DamagedIndex(IndexStoreError):
    """What lies in the index folder is not what was written there."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "重新建立索引：python3 scripts/manage.py index")


class Blob:
    """A checked file that is read in pieces, by any thread; closed when the last reader lets go of it."""

    def __init__(self, path: Path, checksum: Checksum) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        if _measure(self._descriptor) != checksum:
            raise DamagedIndex(f"索引文件 {path} 已损坏")

    def read(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on. Raises IndexStoreError."""
        with translated(self._path.parent):
            content = os.pread(self._descriptor, length, offset)
        if len(content) != length:
            raise DamagedIndex(f"索引文件 {self._path} 被截短了")
        return content

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)


def read_checked(path: Path, checksum: Checksum) -> bytes:
    """The whole file. Raises DamagedIndex when it is not as it was written."""
    content = path.read_bytes()
    if (len(content), zlib.crc32(content)) != checksum:
        raise DamagedIndex(f"索引文件 {path} 已损坏")
    return content


def sync_files(folder: Path) -> dict[str, Checksum]:
    """Bring the files of a folder, and the folder, safely to the disk; returns their checksums by name."""
    checksums = {}
    for path in sorted(folder.iterdir()):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            checksums[path.name] = _measure(descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    _sync(folder)
    return checksums


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of a file: after a crash the old or the new one is there, whole."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    _sync(new)
    os.replace(new, path)
    _sync(path.parent)


def _measure(descriptor: int) -> Checksum:
    size, checksum = 0, 0
    while block := os.pread(descriptor, _BLOCK, size):
        size += len(block)
        checksum = zlib.crc32(block, checksum)
    return size, checksum


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class WriteLock:
    """Held by one writer among all threads and processes; the holding thread may take it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock and hold it while the body runs; makes the folder when it is missing."""
        with self._threads:
            descriptor = self._acquire() if self._depth == 0 else None
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if descriptor is not None:
                    os.close(descriptor)

    def _acquire(self) -> int:
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._folder / "write.lock", os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                _LOG.info("另一个进程正在写索引 %s，等待它完成", self._folder)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            return descriptor


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about the index folder into an IndexStoreError."""
    try:
        yield
    except OSError as error:
        raise IndexStoreError(*_explain(folder, error)) from error


def _explain(folder: Path, error: OSError) -> tuple[str, str]:
    """Message and remedy."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return f"磁盘已满，索引目录 {folder} 写不进去", "清理磁盘后重试；原索引仍可用"
        case errno.EROFS:
            return f"索引目录 {folder} 不可写：磁盘是只读的", "检查磁盘挂载；原索引仍可用"
        case errno.EACCES | errno.EPERM:
            return f"索引目录 {folder} 没有读写权限", "检查目录的属主和权限；原索引仍可用"
        case errno.ENOTDIR | errno.EEXIST:
            return f"索引目录 {folder} 不是目录", "改 index 设置或移走同名文件"
        case _:
            return f"索引目录 {folder} 读写出错：{error.strerror}", "检查磁盘；原索引仍可用"
