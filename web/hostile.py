"""Recognises addresses that no link and no person writes: ways out of a folder, and hidden files."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_HIDDEN = frozenset(
    ".git .svn .hg .bzr .env .ssh .aws .venv .htaccess .htpasswd .bash_history .DS_Store".lower().split()
)
_SCHEME = re.compile(r"[a-z]+[:|]")
"""A drive letter, or a scheme such as `file:`, in the place of a folder."""
_OVERLONG = (
    *("\xc0\xae", "\xc0\xaf", "\xc1\x9c", "\xc0\x80"),
    *("\xe0\x80\xae", "\xe0\x80\xaf", "\xe0\x81\x9c"),
    *("\xf0\x80\x80\xae", "\xf0\x80\x80\xaf"),
)
"""`.`, `/`, `\\` and NUL in more bytes than UTF-8 takes for them, each byte as a character."""
_UNPACKED = 3
"""How often an address may have been encoded."""


def is_hostile(path: str, raw: str) -> bool:
    """Whether an address looks for a way out; `path` decoded once, `raw` its bytes as characters (WSGI).

    A wrong address alone is not hostile: `/wiki/wenzhi.toml` is nothing but not there.
    """
    if any(sequence in raw for sequence in _OVERLONG):
        return True
    for _ in range(_UNPACKED):
        if _leads_out(unicodedata.normalize("NFKC", path)):
            return True
        path = unquote(path)
    return False


def _leads_out(path: str) -> bool:
    if "\\" in path or "::$" in path or any(unicodedata.category(one) == "Cc" for one in path):
        return True
    return any(_is_no_name(segment.strip().lower()) for segment in path.split("/"))


def _is_no_name(segment: str) -> bool:
    return segment.startswith("..") or segment in _HIDDEN or _SCHEME.fullmatch(segment) is not None
