"""Codes on paper that open an account once each when the telephone with the second factor is lost."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from hmac import compare_digest

COUNT = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Douglas Crockford's base 32: no letters that look like digits."""
_LOOKALIKES = str.maketrans("OIL", "011")
_LENGTH = 16
"""Characters of 5 bits: 80 bits, which nobody can try out, so that a fast hash is enough at rest."""
_GROUP = 4
_LONGEST_TYPED = 64


def new_codes() -> tuple[str, ...]:
    """COUNT random codes such as `7K2M-XQ4D-0HTV-9RWB`, to be shown once."""
    return tuple(_grouped("".join(_random())) for _ in range(COUNT))


def code_fingerprint(code: str) -> str:
    """What the database keeps of a code: SHA-256, 64 hexadecimal digits; blanks, hyphens and case do not count."""
    typed = code if len(code) <= _LONGEST_TYPED else ""
    folded = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
    plain = "".join(one for one in folded if one in _ALPHABET)
    return hashlib.sha256(plain.encode()).hexdigest()


def matching(code: str, fingerprints: Iterable[str]) -> str | None:
    """The fingerprint that a typed code proves, which the store must then strike off; None when it is none's.

    All are compared, so that the time says nothing about which one was near.
    """
    mine = code_fingerprint(code)
    found = [kept for kept in fingerprints if compare_digest(kept, mine)]
    return found[0] if found else None


def _random() -> Iterable[str]:
    return (secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def _grouped(code: str) -> str:
    return "-".join(code[place : place + _GROUP] for place in range(0, _LENGTH, _GROUP))
