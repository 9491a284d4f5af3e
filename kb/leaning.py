"""What the conversation adds to the measures of a question's candidates, and whether they need it at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kb.candidates import Candidate
from kb.conversation import Understood
from kb.features import FEATURES, Matrix
from kb.listwise import Vector
from kb.reranker import learned_weights
from kb.types import LEAD_ANCHOR, Passage

_CITED, _PUT, _SAID, _ASKED, _CALLED = 1.5, 0.5, 2.0, 3.0, 1.0
"""Of the article cited last, added to the score of a section: when a follow-up says something new of it; when it
only puts one word in the place of another; taken off its conclusion, which the reader has just been told; when
the heading is the side of the matter that is asked for; as far as headings or listed questions hold what is
said. In units of the reranker's scores: 1 makes a section e times as likely. Chosen on conversations made for
it."""

_NAMED = 0.75
"""A section is called what a question says when a title, a heading or a listed question of it holds so much of
the question."""

_NAMING = [
    FEATURES.index(name) for name in ("question_coverage", "heading_coverage", "title_coverage")
]
_OWN = _NAMING[:2]
_WHOLE = FEATURES.index("whole_coverage")


_SIDES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked), re.compile(headed))
    for asked, headed in (
        (r"材料|资料|证件|带什么|要带|带啥", r"材料|证件|要带|带什么"),
        (
            r"多久|几天|多少天|时限|期限|多长时间|什么时候(?:到账|办好|好)|出结果",
            r"时限|多久|几天|期限|到账",
        ),
        (r"依据|哪个文件|文号|哪条|哪一条|什么规定", r"依据"),
        (r"哪里|哪儿|在哪|哪个窗口|去哪", r"哪里|渠道"),
        (r"谁能|谁可以|代办|别人|家里人|家属|亲戚|子女", r"谁能办|谁可以|代办"),
        (r"谁[来]?(?:出|付|交|缴|掏|承担)|自费|收费|费用", r"谁[来]?(?:出|付|交|缴)|费用"),
        (r"多少钱|领多少|给多少|有多少|拿多少|补多少", r"多少|标准"),
        (r"怎么算|咋算|如何计算|怎么计算", r"怎么算|计算"),
        (r"步骤|流程|怎么办理|怎么申请", r"步骤"),
        (r"验证|确认.{0,3}好|好了没|修好", r"^验证"),
        (r"预防|避免|以后.{0,3}防|怎么防", r"预防|怎么防"),
        (r"上报|报告|报给谁|要报", r"上报"),
        (r"转给谁|找谁|归谁", r"转给谁|找谁"),
        (r"跟.{0,4}说|怎么解释|怎么答|怎么回", r"跟.{1,4}说|怎么说|对群众"),
        (r"影响", r"^影响"),
    )
)
"""What a follow-up asks for, and the headings under which that stands."""


def bonus(asked: Understood, candidates: Sequence[Candidate], measured: Matrix) -> Vector:
    """What is added to the score of each candidate; `measured` has a row of all features for each."""
    rows = zip(candidates, measured, strict=True)
    return np.array([_bonus(asked, item.place, row) for item, row in rows], np.float64)


def _bonus(asked: Understood, place: Passage, measured: Vector) -> float:
    if place.slug not in asked.cited[:1]:
        return 0.0
    if asked.text == asked.own:
        return _PUT
    asks = any(side.search(asked.own) and headed.search(place.section) for side, headed in _SIDES)
    said = place.anchor == LEAD_ANCHOR
    named = float(measured[_OWN].max())
    return _CITED - _SAID * said + _ASKED * asks + _CALLED * named


def stands_alone(asked: Understood, candidates: Sequence[Candidate], measured: Matrix) -> bool:
    """Whether the best section for what was said, looked up alone, is called just that and stands elsewhere
    than where the question may go on."""
    if not candidates:
        return False
    best = int(np.argmax(measured @ learned_weights()))
    if candidates[best].place.slug in asked.cited:
        return False
    held = min(measured[best, _NAMING].max(), measured[best, _WHOLE])
    return bool(held >= _NAMED)
