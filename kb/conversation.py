"""Understands a question by the ones before it: what it leaves unsaid, what it corrects, or that it is a new one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from kb.knowledge import Knowledge
from kb.subject import names_no_subject
from kb.substitution import is_group, mend, substitute
from kb.tokenizer import find_codes, normalise
from kb.types import Turn
from kb.unfinished import compares, says_only_what_was_tried

_GOES_ON = re.compile(r"^(?:那|哪|它|他|她|这|再|还|又|也|然后|如果是|要是|换成|呢)|呢[?？]?$")
_THAT = re.compile(r"^那么?|的?呢[?？]?$")
_POLITE = re.compile(
    r"(?:好的?|嗯|哦|谢谢[你您]?|多谢|知道了|明白了?|收到|行|可以|ok|[\s,，。!！~])+", re.I
)
"""Says nothing that a question could go on with. No part repeats by itself: it would take for ever over 嗯嗯嗯…嗯甲."""
_NEW_TOPIC = re.compile(
    r"^(?:换一?个(?:问题|话题|事)?|另外|再?问(?:个|一下)?(?:别的|其他的)|下一个问题)(?:再?问(?:一下|下)?)?[\s,，。:：]*"
)
_CORRECTS = re.compile(
    r"^(?:(?:不是(?:这个|这)?|不对|错了?|搞错了?|弄错了?|(?:打|写|说|问|输)错(?:字|了)*|我(?:问|说|要)的不是这个?)"
    r"(?:$|[\s,，。!！;；:：]+))+"
)
_MEANS = re.compile(
    r"^(?:我?是?(?:要问|想问|问|说|指|要|想)的(?:其实)?是|我(?:的意思)?是(?:说|问|想问|要问|指)?|(?:应该|应当)?是)[\s,，:：]*"
)
_MISTYPED = re.compile(r"^(?:打|写|输|说)错")
_A_KIND = re.compile(r"^.{1,10}的$")
"""What is meant by a word like this is the same question about other people or things: 灵活就业的. After
a question asked back it says which case is meant."""

_LONGEST = 16
"""A longer question says itself what it is about."""

_LONGEST_SAID = 24
"""One that compares, tells what was tried, or only names something of the same kind says less in as many."""

_LONGEST_CASE = 8
"""What is said to what was asked back: longer, or with a question word, it is a question of its own."""
_ASKS = re.compile(r"什么|怎么|怎样|如何|多少|多久|[几吗呢伐哪谁咋啥?？]|能不能|要不要|可不可以")

_FEW_TERMS = 1


class Bearing(Enum):
    """How a question stands to the one before it."""

    ALONE = auto()
    UNSURE = auto()
    GOES_ON = auto()


@dataclass(frozen=True, slots=True)
class Understood:
    """A question with what the conversation adds to it.

    `own` is what the reader says now and `text` the same with what it goes on with: they differ only where
    `bearing` is not ALONE. `cited` are the articles it may go on about; `refused` those that must not be
    offered again.
    """

    text: str
    own: str
    bearing: Bearing = Bearing.ALONE
    cited: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def understand(knowledge: Knowledge, question: str, history: Sequence[Turn]) -> Understood:
    """Read a question by the turns before it, oldest first.

    What it goes on with is the last question that stood alone: a follow-up to a follow-up still knows it. A
    question that holds that one whole, as the choices of a clarification do, leaves nothing unsaid.
    """
    turns = [turn for turn in history if not _POLITE.fullmatch(turn.question.strip())]
    subject = ""
    for place, turn in enumerate(turns):
        subject = _subject(knowledge, turn, subject, turns[place - 1] if place else None)
    read = _read(knowledge, question, subject, turns[-1] if turns else None)
    return replace(read, refused=_refused(turns)) if read.refused else read


def _subject(knowledge: Knowledge, turn: Turn, subject: str, earlier: Turn | None) -> str:
    """What the conversation is about after a turn. Where its words left it open, the articles shown tell."""
    read = _read(knowledge, turn.question, subject, earlier)
    if read.bearing is Bearing.ALONE or read.text == read.own:
        return read.own
    if earlier is None or not turn.slugs or turn.slugs[0] in earlier.slugs:
        return subject
    if _GOES_ON.search(read.own):
        return read.text
    return read.own if read.bearing is Bearing.UNSURE else subject


def _refused(turns: Sequence[Turn]) -> tuple[str, ...]:
    """The articles shown since the question that the reader says is not answered yet."""
    shown: list[str] = []
    for turn in reversed(turns):
        shown += turn.slugs
        if any(character.isalnum() for character in _meant(turn.question)):
            break
    return tuple(dict.fromkeys(shown))


def _meant(text: str) -> str:
    """What a correction says was meant; the text itself when it corrects nothing."""
    return _MEANS.sub("", _CORRECTS.sub("", text.strip()))


def _read(knowledge: Knowledge, question: str, subject: str, last: Turn | None) -> Understood:
    text = question.strip()
    topic = _NEW_TOPIC.match(text)
    if topic is not None:
        return Understood(text[topic.end() :] or text, text[topic.end() :] or text)
    if not subject or last is None or subject in text:
        return Understood(text, text)
    said = _CORRECTS.sub("", text)
    meant = _MEANS.sub("", said)
    if said != text or (meant != said and len(meant) <= _LONGEST):
        return _corrected(knowledge, text, meant, subject, last)
    return _followed(knowledge, text, subject, last)


def _corrected(knowledge: Knowledge, text: str, meant: str, subject: str, last: Turn) -> Understood:
    """A correction says what was meant, or only that the articles shown were not it."""
    if not any(character.isalnum() for character in meant):
        return Understood(subject, subject, Bearing.GOES_ON, refused=last.slugs)
    mended = mend(subject, meant) if _MISTYPED.search(text) else None
    if mended is not None:
        return Understood(mended, mended, Bearing.GOES_ON)
    followed = _followed(
        knowledge, f"那{meant}呢" if _A_KIND.search(meant) else meant, subject, last
    )
    return replace(followed, cited=())


def _followed(knowledge: Knowledge, text: str, subject: str, last: Turn) -> Understood:
    cited = last.slugs if last.outcome == "answer" else ()
    if compares(text) and len(text) <= _LONGEST_SAID:
        return _joined(subject, text, cited)
    if len(text) <= _LONGEST_SAID:
        put = substitute(subject, text)
        brief = len(text) <= _LONGEST and _GOES_ON.search(text)
        if put is not None and (not put[1] or brief):
            return _joined(*put, cited)
    bearing = bearing_of(knowledge, text)
    if bearing is Bearing.ALONE:
        return Understood(text, text)
    if last.outcome == "clarification" and _names_a_case(knowledge, text):
        return _joined(subject, text, ())
    return Understood(f"{subject} {text}", text, bearing, cited)


def _names_a_case(knowledge: Knowledge, text: str) -> bool:
    """Whether a reply to what was asked back says which case is meant (灵活就业的, 工人), and asks nothing new."""
    if _A_KIND.search(text) or is_group(text):
        return True
    brief = len(text) <= _LONGEST_CASE and not _ASKS.search(text)
    return brief and normalise(text) not in knowledge.term_names


def _joined(subject: str, words: str, cited: tuple[str, ...]) -> Understood:
    """A question that is only whole together with words of the one before: it says nothing by itself."""
    whole = f"{subject} {words}".strip()
    return Understood(whole, whole, Bearing.GOES_ON, cited)


def bearing_of(knowledge: Knowledge, question: str) -> Bearing:
    """How a question stands to the one before, by its words: it goes on when it begins like a continuation or
    names nothing; it may when it is short and names one thing.

    A code is a subject of its own, and so is a word that stands nowhere in the library: 今天天气怎么样 after
    an answer must not be answered again.
    """
    text = normalise(question).strip()
    bare = _THAT.sub("", text)
    if len(text) <= _LONGEST_SAID and (compares(text) or says_only_what_was_tried(text)):
        return Bearing.GOES_ON
    if len(text) > _LONGEST or find_codes(text):
        return Bearing.ALONE
    if names_no_subject(text):
        return Bearing.GOES_ON
    if not all(knowledge.engine.frequencies(knowledge.tokenizer.subject_tokens(bare)).values()):
        return Bearing.ALONE
    words = knowledge.term_names
    if bare != text and bare in words and not is_group(bare):
        return Bearing.UNSURE
    if _GOES_ON.search(text):
        return Bearing.GOES_ON
    named = [word for word in words if word in text]
    return Bearing.UNSURE if len(named) <= _FEW_TERMS else Bearing.ALONE
