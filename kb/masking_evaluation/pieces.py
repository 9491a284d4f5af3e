"""A piece of a made-up text, and the ways in which people type a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

_FULL_WIDTH = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)} | {" ": "\u3000"}
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What is personal or only looks so, of a kind; `before` and `after` are the words and marks around it."""

    kind: str
    text: str
    before: str = ""
    after: str = ""


def typed(chance: Random, number: str, *groupings: Sequence[int]) -> str:
    """A number as someone types it: mostly at one go, else in groups of the given sizes; at times full-width."""
    draw = chance.random()
    if draw < 0.35 and groupings:
        number = chance.choice((" ", " ", "-", "-", "  ", "－", "—", "\u200b")).join(
            _groups(number, chance.choice(groupings))
        )
    if chance.random() < 0.12:
        return number.translate(_FULL_WIDTH)
    return number.lower() if chance.random() < 0.4 else number


def _groups(number: str, sizes: Sequence[int]) -> list[str]:
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return [part for part in (*parts, number[at:]) if part]


def labelled(chance: Random, labels: Sequence[str]) -> tuple[str, str]:
    """A label with what follows it, and what comes after the number: a closing bracket or nothing."""
    label = chance.choice(labels)
    mark = chance.choice(("：", "：", ":", "是", "为", "", " ", "： ", "（", "(", "="))
    return label + mark, {"（": "）", "(": ")"}.get(mark, "")


def maybe_bracketed(chance: Random) -> tuple[str, str]:
    """Brackets around a number, most often none."""
    if chance.random() < 0.85:
        return "", ""
    return chance.choice((("（", "）"), ("(", ")"), ("【", "】"), ("“", "”"), ("[", "]")))
