"""What the conversation adds to the measures of a question's candidates, and whether they need it at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from kb.candidates import Candidate
from kb.conversation import Bearing, Understood
from kb.features import FEATURES
from kb.listwise import Matrix, Vector, softmax
from kb.reranker import learned_weights
from kb.types import LEAD_ANCHOR, Passage
from kb.unfinished import asks_difference, tried_in_vain, wants_next_step

_CITED, _PUT, _SAID, _ASKED, _CALLED, _FOUND = 1.5, 0.5, 2.0, 3.0, 1.0, 2.0
"""Of the article cited last, added to the score of a section: when a follow-up says something new of it; when it
only puts one word in the place of another; taken off its conclusion, which the reader has just been told; when
the heading is the side of the matter that is asked for; as far as headings or listed questions hold what is
said; as far as what is said alone finds the section, among those of the article. In units of the reranker's
scores: 1 makes a section e times as likely. Chosen on conversations made for it."""

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

_APART = re.compile("区别|差在|不同|不一样|怎么分|分清|比较|怎么选|别混")
"""Where an article tells two things apart."""

_EXTREMES = (re.compile("最高|上限|上下限|封顶"), re.compile("最低|下限|上下限|起码"))

_DEADLINE = re.compile(
    r"(?:几|多少)[天日](?:之|以)?内.{0,3}(?:[去来办报提交缴退]|申请|告知)|[要得须].{0,2}几天(?:之|以)?内"
    "|最[晚迟]"
)
_OF_OFFICE = re.compile("办结|办完|到账")
"""Within how many days somebody has to come, and the headings that say how long the office takes."""

_CAUSE, _CURE = re.compile("^诊断步骤|还不行"), re.compile("^诊断步骤|^处理|怎么处理")
"""Where an article says what may be wrong when the first attempt did not help, and what is to be done next."""


def bonus(asked: Understood, candidates: Sequence[Candidate], measured: Matrix) -> Vector:
    """What is added to the score of each candidate; `measured` has a row of all features for each."""
    rows = zip(candidates, measured, strict=True)
    return np.array([_bonus(asked, item.place, row) for item, row in rows], np.float64)


def _bonus(asked: Understood, place: Passage, measured: Vector) -> float:
    if asked.bearing is Bearing.ALONE:
        return 0.0
    if _DEADLINE.search(asked.own) and _OF_OFFICE.search(place.section):
        return -_ASKED
    if asked.text == asked.own and _is_opposite(asked.own, place.section):
        return -_SAID
    if place.slug not in asked.cited[:1]:
        return 0.0
    if asked.text == asked.own:
        return _PUT + _ASKED * _tells_apart(asked.own, place.section)
    asks = _asks_for(asked.own, place.section)
    said = place.anchor == LEAD_ANCHOR and not _DEADLINE.search(asked.own)
    named = 0.0 if tried_in_vain(asked.own) else float(measured[_OWN].max())
    return _CITED - _SAID * said + _ASKED * asks + _CALLED * named


def _tells_apart(asked: str, heading: str) -> bool:
    return asks_difference(asked) and bool(_APART.search(heading))


def _is_opposite(asked: str, heading: str) -> bool:
    """Whether the heading names the other extreme (最低) than the question (那最高呢), and only that."""
    return any(
        one.search(asked)
        and not other.search(asked)
        and other.search(heading)
        and not one.search(heading)
        for one, other in (_EXTREMES, _EXTREMES[::-1])
    )


def _asks_for(said: str, heading: str) -> bool:
    """Whether a heading is the side of the matter that a follow-up asks for."""
    if any(side.search(said) and headed.search(heading) for side, headed in _SIDES):
        return True
    wanted = _CAUSE if tried_in_vain(said) else _CURE if wants_next_step(said) else None
    return bool(wanted and wanted.search(heading))


def bonus_of_own(
    asked: Understood, candidates: Sequence[Candidate], alone: Sequence[Candidate], measured: Matrix
) -> Vector:
    """What is added to the score of each candidate of the article that was cited, by how probable its section
    is among those of the article that were found for what was said `alone`. What was tried in vain finds what
    is not wanted."""
    rows = [row for row, item in enumerate(alone) if item.place.slug in asked.cited[:1]]
    if not rows or tried_in_vain(asked.own):
        return np.zeros(len(candidates))
    chances = softmax(measured[rows] @ learned_weights())
    known = {alone[row].place.section_id: chance for row, chance in zip(rows, chances, strict=True)}
    return np.array([_FOUND * known.get(item.place.section_id, 0.0) for item in candidates])


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
