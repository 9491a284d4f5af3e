"""Decides whether a question goes on with the one before it."""

from __future__ import annotations

import re

from kb.knowledge import Knowledge
from kb.subject import names_no_subject
from kb.tokenizer import find_codes, normalise

_GOES_ON = re.compile(r"^(?:那|哪|它|他|她|这|再|还|又|然后|如果是|要是|换成|呢)|呢[?？]?$")
_NEW_TOPIC = re.compile(r"^(?:换个|另外|再问|问一下别的|不是这个)")
_LONGEST = 16
"""A longer question says itself what it is about."""

_FEW_TERMS = 1


def goes_on(knowledge: Knowledge, question: str) -> bool:
    """Whether a question needs the one before it: it begins like a continuation, or it is short and names
    no subject, or hardly anything that the glossary knows.

    A code is a subject of its own, and so is a word that stands nowhere in the library: 今天天气怎么样 after
    an answer must not be answered again.
    """
    text = normalise(question).strip()
    if _NEW_TOPIC.search(text) or len(text) > _LONGEST or find_codes(text):
        return False
    if names_no_subject(text):
        return True
    if not all(knowledge.engine.frequencies(knowledge.tokenizer.subject_tokens(text)).values()):
        return False
    words = {normalise(word) for term in knowledge.terms for word in (term.word, *term.synonyms)}
    named = [word for word in words if len(word) > 1 and word in text]
    return bool(_GOES_ON.search(text)) or len(named) <= _FEW_TERMS
