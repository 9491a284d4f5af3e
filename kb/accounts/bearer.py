"""Random values whose holder is let in: sessions, set-up links, tokens of the programming interface."""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib

TOKEN_PREFIX = "wz_"  # noqa: S105  what scanners for leaked secrets look for, no secret
_ALPHABET = string.digits + string.ascii_letters
_RANDOM = 43
"""Characters of 62 kinds: 256 bits."""
_CHECK = 6
"""Characters that hold the 32 bits of a CRC."""


def new_bearer(prefix: str = "") -> str:
    """A value nobody can guess: the prefix, 43 random letters and digits (256 bits), 6 of a checksum.

    Only ASCII letters and digits follow the prefix, so that it needs no escaping in an address and a double
    click marks all of it.
    """
    value = prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return value + _checksum(value)


def is_bearer(text: str, prefix: str = "") -> bool:
    """Whether a text has the form of a bearer value with this prefix and a right checksum.

    What has not was mistyped or made up, and needs no look into the database.
    """
    value, check = text[:-_CHECK], text[-_CHECK:]
    return (
        text.isascii()
        and len(text) == len(prefix) + _RANDOM + _CHECK
        and text.startswith(prefix)
        and text[len(prefix) :].isalnum()
        and _checksum(value) == check
    )


def fingerprint(bearer: str) -> str:
    """What the database keeps instead of the value: its SHA-256, 64 hexadecimal digits.

    A slow hash would add nothing: 256 random bits cannot be tried out.
    """
    return hashlib.sha256(bearer.encode("utf-8", "surrogatepass")).hexdigest()


def _checksum(value: str) -> str:
    left = zlib.crc32(value.encode())
    digits = ""
    for _ in range(_CHECK):
        left, place = divmod(left, len(_ALPHABET))
        digits = _ALPHABET[place] + digits
    return digits
