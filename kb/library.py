"""Finds the article files of a library and tells whether one was changed."""

from __future__ import annotations

import os
from pathlib import Path

from kb.errors import IndexStoreError

Stamp = tuple[int, int]
"""A file's size and time of change in nanoseconds; (-1, 0) when it cannot be told."""

UNREADABLE = "\ufffd"
"""Stands in a path for what is not UTF-8, as in names unpacked from a ZIP file of an older Windows."""


def scan(library: Path) -> dict[str, Stamp]:
    """The stamp of every article file by path, in order; hidden folders and links out of the library are
    left out.

    Raises IndexStoreError when a folder cannot be read: its articles must not seem removed.
    """
    if not library.is_dir():
        raise IndexStoreError(f"文章目录 {library} 不存在", "检查 articles 设置或 --articles 参数")
    root = library.resolve()
    found: dict[str, Stamp] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in _entries(library / folder):
            path = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{path}/")
            elif entry.name.endswith(".md") and _is_inside(entry, root):
                found[os.fsencode(path).decode("utf-8", "replace")] = stamp_of(entry)
    return dict(sorted(found.items()))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What lies in a folder and is not hidden."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:  # removed meanwhile
        return []
    except OSError as error:
        raise IndexStoreError(
            f"文章目录 {folder} 读不出来：{error.strerror}", "检查目录权限和磁盘；原索引仍可用"
        ) from error


def _is_inside(entry: os.DirEntry[str], root: Path) -> bool:
    """Whether it is a file, and no link to one elsewhere."""
    inside = not entry.is_symlink() or Path(entry.path).resolve().is_relative_to(root)
    return inside and entry.is_file()


def stamp_of(file: Path | os.DirEntry[str]) -> Stamp:
    """The stamp of a file."""
    try:
        status = file.stat()
    except OSError:
        return -1, 0
    return status.st_size, status.st_mtime_ns
