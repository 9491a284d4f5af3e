"""Puts the names of their kinds in the place of what identifies a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from kb.masking.addresses import ADDRESS, address_spans
from kb.masking.names import NAME, name_spans
from kb.masking.numbers import NAMES, Span, number_spans, phone_spans


@dataclass(frozen=True, slots=True)
class Masked:
    """The text to go on with, and the kinds that were taken out, each once, as they stood."""

    text: str
    found: tuple[str, ...]

    @property
    def warning(self) -> str:
        """What to tell the person who typed the text; empty when nothing was hidden."""
        return f"问题里的{'、'.join(self.found)}已隐去" if self.found else ""


def mask(text: str) -> Masked:
    """Replace numbers of persons, and names and addresses behind a label, by the name of their kind.

    A number must be of the right form and, where it has one, carry the right check digit; behind a label
    such as 身份证号 a mistyped number is hidden too. Masking a masked text changes nothing.
    """
    names: list[str] = []
    while spans := find(text):  # what is hidden may have hidden something else: A12345678-6222…
        names += [name for _, _, name in spans]
        text = _replaced(text, spans)
    return Masked(text, tuple(dict.fromkeys(names)))


def _replaced(text: str, spans: Iterable[Span]) -> str:
    parts, place = [], 0
    for start, end, name in spans:
        parts += [text[place:start], f"［{name}］"]
        place = end
    return "".join([*parts, text[place:]])


def find(text: str) -> list[Span]:
    """What is to be hidden in a text: (start, end, kind) in order, none overlapping; better kinds win."""
    folded = _fold(text)
    taken = bytearray(len(text))
    spans = []
    for spans_of in (number_spans, phone_spans, address_spans, name_spans):
        for start, end, name in spans_of(folded):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                spans.append((start, end, name))
    return sorted(spans)


def without_marks(text: str) -> str:
    """A masked text without the names of what was hidden and their labels: they are not what is asked for."""
    return _MARK.sub(" ", text).strip() if "［" in text else text


def _fold(text: str) -> str:
    """The text with full-width characters as ASCII and in upper case; every character keeps its place."""
    return "".join(map(_folded, text))


@cache
def _folded(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).upper()
    return folded if len(folded) == 1 else character


_MARK = re.compile(
    r"(?:(?:[我他她]的?|本人)?(?:身份证|证件|手机|电话|银行卡|社保卡|卡|个人)(?:号码?|编号)[是为:：]?|"
    r"(?:[我他她]|本人|名)叫|(?:姓名|名字|住址|地址|邮箱)[是为:：]{0,2})?"
    rf"［(?:{'|'.join((*NAMES, NAME, ADDRESS))})］"
)
"""What stands in the place of something personal, with its label; 社保卡［社保卡号］丢了 is still about the card."""
