"""Keys that lie outside the database, one for each purpose, and values sealed with them.

Whoever has a copy of the database alone can neither sign a session nor read a second factor's secret.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kb.errors import SecretError
from kb.keyfile import KEY_BYTES, read_or_make_key

_FORM = "v1."
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random nonces of 96 bits, far fewer than 2^32 of them


class Purpose(StrEnum):
    """What a key is for; a key of one purpose opens nothing of another."""

    SESSION = "session"
    SECOND_FACTOR = "second-factor"


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of the key file, from which all others are derived; never shown."""

    root: bytes = field(repr=False)


def keys_of(state: Path) -> Keys:
    """The keys of a state folder, from `secret/key` in it, which is made on first use. Raises SecretError."""
    return Keys(read_or_make_key(state / "secret" / "key"))


def key_for(keys: Keys, purpose: Purpose) -> bytes:
    """The 32 bytes of a purpose (HKDF-SHA256, RFC 5869)."""
    derivation = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"wenzhi:{purpose}".encode())
    return derivation.derive(keys.root)


def seal(keys: Keys, purpose: Purpose, text: str, owner: str) -> str:
    """The text encrypted (AES-256-GCM) so that it opens only for the same purpose and owner.

    `owner` is what the value belongs to, such as an account's identifier: a sealed value that somebody
    copies to another account's row does not open there. ASCII, about 1.4 characters a byte and 40 more.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(key_for(keys, purpose))
    hidden = cipher.encrypt(nonce, text.encode(), _bound(purpose, owner))
    return _FORM + base64.urlsafe_b64encode(nonce + hidden).decode()


def unseal(keys: Keys, purpose: Purpose, sealed: str, owner: str) -> str:
    """The text that was sealed.

    Raises SecretError when the value was altered, belongs to another owner, or was sealed with another key.
    """
    try:
        if not sealed.startswith(_FORM):
            raise ValueError(_FORM)
        raw = base64.b64decode(sealed.removeprefix(_FORM).encode("ascii"), b"-_", validate=True)
        cipher = AESGCM(key_for(keys, purpose))
        return cipher.decrypt(
            raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(purpose, owner)
        ).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        message = "加密保存的内容打不开：它被改动过，或者不是用现在的密钥文件加密的"
        remedy = "恢复与数据库同一份备份里的密钥文件（运行数据目录/secret/key），或由管理员重置该账号的动态口令"
        raise SecretError(message, remedy) from error


def _bound(purpose: Purpose, owner: str) -> bytes:
    return f"{purpose}\0{owner}".encode()
