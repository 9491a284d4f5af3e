"""The key that seals the audit log: 32 random bytes in a file of its own, never in the database."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from kb.audit.files import make_folder
from kb.errors import AuditError

_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class AuditKey:
    """Seals texts, each kind of text in its own way, so that no seal serves for another kind."""

    secret: bytes = field(repr=False)

    def seal(self, kind: str, content: bytes) -> str:
        """HMAC-SHA256 as 64 hexadecimal digits."""
        return hmac.digest(
            self.secret, f"wenzhi audit {kind} 1\0".encode() + content, "sha256"
        ).hex()

    def fits(self, mac: str, kind: str, content: bytes) -> bool:
        """Whether the seal is that of the content."""
        return hmac.compare_digest(mac.encode(), self.seal(kind, content).encode())


def load_key(path: Path) -> AuditKey:
    """Read the key. Raises AuditError when it is missing, damaged or open to others."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
    except FileNotFoundError:
        remedy = "从备份恢复这个文件；没有它，已有的审计日志无法校验，也不能再写"
        raise AuditError(f"审计日志密钥 {path} 不见了", remedy) from None
    except OSError as error:
        message = f"审计日志密钥 {path} 读不出来：{error.strerror}"
        raise AuditError(message, "检查文件权限，它应属于运行服务的系统账号") from error
    if mode & _OTHERS:
        raise AuditError(f"审计日志密钥 {path} 别人也能读", f"运行 chmod 600 {path}")
    if len(secret) != _BYTES:
        raise AuditError(f"审计日志密钥 {path} 已损坏", "从备份恢复这个文件")
    return AuditKey(secret)


def make_key(path: Path) -> None:
    """Make the key file, whole or not at all; one that is there stays as it is. Raises OSError."""
    make_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(descriptor)
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was faster
    finally:
        fresh.unlink()
