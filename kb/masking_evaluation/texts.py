"""Puts personal and harmless pieces into questions as they are asked at a counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from kb.masking_evaluation.harmless import HARMLESS
from kb.masking_evaluation.personal import PERSONAL
from kb.masking_evaluation.pieces import Piece

TEXTS = 2000
_WITH_PERSONAL = 0.6

_OPENINGS = (
    "|||你好，|请问|帮我查一下|查下|窗口来了个人，|系统报错，|单位问|群众来电，|麻烦看看|有个老人来认证，|王某来补缴，|"
    "省里回复了，|对账的时候，|这个情况："
).split("|")
_JOINTS = "，|,|。| |；|、|  |，还有|，另外|/|\n|，附：|（见下）\n".split("|")
_TAILS = (
    "||。|？|能退休吗|，怎么处理|，怎么补缴|查不到，为什么|，什么时候到账|，养老金没到账|，帮忙看下|，急|！！|，谢谢|，需要什么材料|"
    "，系统提示不存在|，要不要重新申报|。失业金能领几个月|，社保卡激活不了|，是不是按 2025 年的基数"
).split("|")

Drawn = tuple[tuple[int, Callable[[Random], Piece]], ...]
Placed = tuple[int, int, str]
"""Where a piece stands in a text (start, end), and its kind."""


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up question with what must be hidden of it and what must stay; all the rest must stay too."""

    text: str
    personal: tuple[Placed, ...]
    harmless: tuple[Placed, ...]


def examples(seed: int, count: int = TEXTS) -> list[Example]:
    """So many made-up questions; the same seed gives the same ones."""
    chance = Random(seed)  # noqa: S311
    return [_example(chance) for _ in range(count)]


def _example(chance: Random) -> Example:
    secret = chance.choices((1, 2, 3), (6, 3, 1))[0] if chance.random() < _WITH_PERSONAL else 0
    plain = chance.choices((0, 1, 2), (4, 4, 2))[0] if secret else chance.choice((1, 1, 2, 3))
    pieces = [(True, _draw(chance, PERSONAL)) for _ in range(secret)]
    pieces += [(False, _draw(chance, HARMLESS)) for _ in range(plain)]
    chance.shuffle(pieces)
    return _written(chance, pieces)


def _draw(chance: Random, of: Drawn) -> Piece:
    return chance.choices([draw for _, draw in of], [weight for weight, _ in of])[0](chance)


def _written(chance: Random, pieces: Sequence[tuple[bool, Piece]]) -> Example:
    text = chance.choice(_OPENINGS)
    placed: dict[bool, list[Placed]] = {True: [], False: []}
    for number, (is_personal, piece) in enumerate(pieces):
        text += (chance.choice(_JOINTS) if number else "") + piece.before
        placed[is_personal].append((len(text), len(text) + len(piece.text), piece.kind))
        text += piece.text + piece.after
    return Example(text + chance.choice(_TAILS), tuple(placed[True]), tuple(placed[False]))
