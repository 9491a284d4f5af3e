"""A secret key in a file of its own, made once and readable by nobody but the service."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from kb.errors import SecretError

KEY_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def read_or_make_key(path: Path) -> bytes:
    """The KEY_BYTES random bytes that the file holds; made if there is none, its folder too.

    However many processes ask first at once, all get the same key. Raises SecretError, with the remedy, for
    a file that others may read, a folder that others may write, a file of another length, and one that
    cannot be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        message = f"密钥文件 {path} 无法读取或创建：{error.strerror}"
        raise SecretError(
            message, "检查该目录的权限和磁盘空间，让运行服务的用户可以读写"
        ) from error


def _make(path: Path) -> None:
    """Write the whole key under another name, then give it its name unless that is taken meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
        _keep_name(path.parent)
    except FileExistsError:
        pass  # another process was faster; its key is everybody's
    finally:
        draft.unlink()


def _keep_name(folder: Path) -> None:
    """Have the folder's entry on the disk before anything is sealed with the key."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        key = file.read(KEY_BYTES + 1)
    if mode & _OTHERS:
        message = f"密钥文件 {path} 能被其他用户读写（权限 {stat.S_IMODE(mode):o}）"
        raise SecretError(message, f"执行 chmod 600 {path}；可能已有人看过时，按泄露更换密钥")
    if path.parent.stat().st_mode & _OTHERS_WRITE:
        message = f"密钥文件所在目录 {path.parent} 能被其他用户写入"
        raise SecretError(message, f"执行 chmod 700 {path.parent}")
    if len(key) != KEY_BYTES:
        message = f"密钥文件 {path} 已损坏：应为 {KEY_BYTES} 字节"
        remedy = "从备份恢复该文件；没有备份就删除它并重启，全部用户须重新登录并重新绑定动态口令"
        raise SecretError(message, remedy)
    return key
