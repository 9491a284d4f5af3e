"""Mends error codes in which a letter was typed for the digit that looks like it, or the other way round."""

from __future__ import annotations

import re

from kb.knowledge import Knowledge
from kb.tokenizer import find_codes

_CODE = re.compile(r"(?<![a-z0-9_.])([a-z01]{2,10})([-_ :]{0,2})([0-9oil]{3,8})(?![a-z0-9_.])")
_LETTERS = str.maketrans("01", "oi")
_DIGITS = str.maketrans("oil", "011")


def mend_codes(knowledge: Knowledge, normalised: str) -> tuple[str, list[str]]:
    """The text with such codes put right, and these codes. Only what the library knows is put in, and what it
    knows is never touched."""
    mended: list[str] = []

    def put_right(match: re.Match[str]) -> str:
        right = match[1].translate(_LETTERS) + match[2] + match[3].translate(_DIGITS)
        if right == match[0] or _knows(knowledge, match[0]) or not _knows(knowledge, right):
            return match[0]
        mended.append(right.upper())
        return right

    return _CODE.sub(put_right, normalised), mended


def _knows(knowledge: Knowledge, text: str) -> bool:
    codes = find_codes(text)
    return bool(codes) and all(knowledge.engine.frequencies(codes).values())
