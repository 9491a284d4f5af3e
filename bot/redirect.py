"""Sends on what the library has no answer to: another office's business, other topics, small talk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.confidence import ANSWER_FROM
from bot.elsewhere import GENERAL_DOOR, OFFICES, OTHER_TOPICS, OUT_OF_SCOPE, TALKS, Office
from bot.types import Evidence, Unit
from kb.knowledge import Knowledge
from kb.search import search
from kb.tokenizer import normalise
from kb.types import Hit, Query, Ranking

_OURS = re.compile(
    "养老|退休|失业|工伤|社保卡|市民卡|参保|缴费|补缴|断缴|基数|待遇|津贴|补助|抚恤|丧葬|认定|鉴定|伤残|劳动|工资|"
    "单位|用人|职工|员工|客户|系统|接口|窗口机|报错|打印|读卡|扫描|对账|报盘|回盘|到账|打卡里|上班|下班|受伤|出事|"
    "离职|辞职|开除|档案|领金|领取|抢救|药费|住院费|账户|资格|关系|认证|核身|备份|数据|网络|断网|端口|权限|日志"
)
"""Words of this library's business that are no glossary terms by themselves."""
_NEUTRAL = frozenset({"社保", "人社", "社保局", "人社局", "社保窗口", "人社窗口", "社保大厅"})
"""The bureau's own name says nothing of what is asked: 社保局能办护照吗."""
_IN_CHARGE = re.compile("(?:找谁|归谁)=")
"""A column of the articles' tables that say who is in charge."""
_NUMBER = re.compile(r"\d+")
_SECTIONS = 10
"""Looked through for the row that says who is in charge."""
_SAME_QUESTION = 0.9
"""A listed question of this cosine is the question that was asked."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """What is said instead of an answer out of the hits.

    `evidence` is the table row of an article that says who is in charge: then that is the answer.
    `sure` is false when the words may also belong to a question of ours that was not understood. `is_talk`:
    nothing was asked of a library.
    """

    message: str
    evidence: Evidence | None = None
    sure: bool = True
    is_talk: bool = False


def redirect_for(
    knowledge: Knowledge, question: str, ranking: Ranking, confidence: float
) -> Redirect | None:
    """Where to send a question that is not this library's; None for every other one.

    `question` with its typos mended and without the one before it; `confidence` of the evidence found. From
    ANSWER_FROM on, only small talk and what is worded as another office's matter, with no word of our own
    and no section about it, is redirected.
    """
    text = normalise(question).strip()
    talk = next((item for item in TALKS if item.pattern.search(text)), None)
    if talk is not None and (talk.anything or not _names_ours(knowledge, text)):
        return Redirect(talk.message, is_talk=True)
    for office in OFFICES:
        matter, named = office.matters.search(text), office.topics.search(text)
        topic = matter or (named if confidence < ANSWER_FROM else None)
        if topic is not None:
            if _is_ours(knowledge, text, topic[0], ranking, confidence):
                return None
            if confidence >= ANSWER_FROM and _sends_on(ranking.hits, office):
                return None
            row = _row_about(knowledge, named[0], ranking.query) if named else None
            message = office.message if matter else office.hint
            return Redirect(message, row, sure=matter is not None)
    other = OTHER_TOPICS.search(text)
    if other is None or _is_ours(knowledge, text, other[0], ranking, confidence):
        return None
    return Redirect(OUT_OF_SCOPE)


def _row_about(knowledge: Knowledge, topic: str, query: Query) -> Evidence | None:
    """The row of an article's table that says who is in charge of a topic."""
    found = search(knowledge, f"{topic}找谁", query.scope, _SECTIONS)
    rows = (hit for hit in (*found.hits, *found.further) if hit.passage.form == "row")
    for hit in rows:
        first, *others = hit.passage.text.split("；")
        if topic in normalise(first) and any(map(_IN_CHARGE.match, others)):
            row = Unit(hit.passage, 0, len(hit.passage.text))
            return Evidence(hit, row, (row,))
    return None


def _is_ours(
    knowledge: Knowledge, text: str, topic: str, ranking: Ranking, confidence: float
) -> bool:
    """Whether a question that names a foreign topic is nevertheless this library's."""
    if _names_ours(knowledge, text.replace(topic, " ")):
        return True
    return confidence >= ANSWER_FROM and _treats(ranking.hits, topic)


def _names_ours(knowledge: Knowledge, text: str) -> bool:
    """Whether a normalised text holds a word of this library's business."""
    if _OURS.search(text):
        return True
    return any(word in text for word in knowledge.term_names - _NEUTRAL)


def _treats(hits: Sequence[Hit], topic: str) -> bool:
    """Whether the best section is about the topic: it is called so, or lists the very question."""
    if not hits:
        return False
    best = hits[0]
    called = normalise(f"{best.passage.title} {' '.join(best.passage.headings)}")
    return topic in called or (best.question_cosine or 0.0) >= _SAME_QUESTION


def _sends_on(hits: Sequence[Hit], office: Office) -> bool:
    """Whether the best passage itself gives the office's own number: then it is the answer."""
    number = _NUMBER.search(office.way)
    if not hits or number is None or number[0] == GENERAL_DOOR:
        return False
    return number[0] in hits[0].passage.text
