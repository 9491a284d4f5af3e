"""How passwords are kept: Argon2id hashes, compared without telling which accounts exist."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, VerifyMismatchError

LONGEST = 128
"""Characters of the longest password; what is longer is never worked on."""

_MEMORY_KIB = 46 * 1024
_PASSES = 2
_LANES = 1
"""Twice the work of the first choice of OWASP's Password Storage Cheat Sheet (46 MiB, 1 pass, 1 lane).

Measured on two cores that others used as well: 76 ms at best; median 115 ms at a load of 2, 190 ms at a load of 4.
The low-memory choice of RFC 9106 (64 MiB, 3 passes, 4 lanes) took 151 ms at best and 217 ms at a load of 2, and its
lanes would slow down everybody else's answers. Eight sign-ins at once, as many as the server has threads, take
368 MiB.
"""

_NOBODYS = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"
"""A hash of today's parameters that no password has: all its bytes are zero."""


def normalised(password: str) -> str:
    """The password as it is judged, hashed and compared: NFKC, so that every way of typing it is the same."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """The Argon2id hash in its standard text form, with a salt of its own.

    Raises ValueError for a password longer than LONGEST, which objections() names first.
    """
    if len(password) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    return _hasher().hash(_encoded(password))


def is_password(kept: str, password: str) -> bool:
    """Whether the password has this hash; takes as long for a wrong one, and for a hash that is damaged."""
    if len(password) > LONGEST:
        burn()
        return False
    try:
        return _hasher().verify(kept, _encoded(password))
    except VerifyMismatchError:
        return False
    except (Argon2Error, ValueError):
        burn(password)
        return False


def burn(password: str = "") -> None:
    """Take as long as is_password() does, for an account that does not exist or must not sign in."""
    is_password(_NOBODYS, password[:LONGEST])


def needs_rehash(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's, and is best made anew at the next sign-in."""
    try:
        return _hasher().check_needs_rehash(kept)
    except ValueError:
        return True


def was_used_before(password: str, kept: Sequence[str]) -> bool:
    """Whether a password is one of the account's earlier ones, whose hashes these are (the caller keeps five).

    Takes as long as one is_password() for each hash.
    """
    return any([is_password(one, password) for one in kept])  # noqa: C419  each takes its time


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher(
        time_cost=_PASSES, memory_cost=_MEMORY_KIB, parallelism=_LANES, type=Type.ID
    )


def _encoded(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")
