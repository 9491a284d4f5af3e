"""Offers the best articles' matters when a question names no subject (连不上, 补贴怎么申请)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.evidence.kinds import Particular, things_asked
from kb.subject import names_no_subject
from kb.tokenizer import normalise
from kb.types import Hit, Query

_MOST = 4
_PROMPT = "问题里没有说是哪一项业务，请选一种："
_SAME, _NEAR = 0.97, 0.2
"""A listed question from the first cosine on is the question itself; an article is offered when its best listed
question is at most the second less near than the nearest."""
_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
_REST = re.compile(r"[：:？?].*$")
_LONG, _SHORT = 16, 4
"""A longer matter is cut at a comma, as a choice is read at a glance, but never to less than the second."""


def choices_by_matter(query: Query, hits: Sequence[Hit]) -> tuple[str, tuple[str, ...]] | None:
    """The prompt and one completed question for each of the best articles.

    None when the question names a subject, when a section lists the very question, and when a single article
    is near. How probable the sections are does not count: without a subject that rests on chance words.
    """
    if query.dates or not names_no_subject(query.text):
        return None
    if any((hit.question_cosine or 0.0) >= _SAME for hit in hits):
        return None
    near = max(map(_nearness, hits)) - _NEAR
    choices: dict[str, str] = {}
    things = things_asked(query.text)
    for hit in hits:
        if _nearness(hit) >= near and _may_hold(hit, things):
            choices.setdefault(matter_of(hit.passage.title), _asked_of(hit, query))
    offered = [f"{matter}：{asked}" for matter, asked in choices.items()][:_MOST]
    return (_PROMPT, tuple(offered)) if len(offered) > 1 else None


def of_matter(query: Query, hits: Sequence[Hit]) -> Sequence[Hit]:
    """The hits of the matter that the question begins with, as a choice does; none when it begins with none."""
    begun, colon, _ = query.text.partition("：")
    return [hit for hit in hits if colon and matter_of(hit.passage.title) == begun]


def matter_of(title: str) -> str:
    """What an article is about, in the few words that its title begins with."""
    head = _REST.sub("", _ASIDE.sub("", title)).strip()
    while len(head) > _LONG and (cut := max(head.rfind("、"), head.rfind("，"))) >= _SHORT:
        head = head[:cut]
    return head or title


def _asked_of(hit: Hit, query: Query) -> str:
    """What the article is asked: the section that was found; its lead has no heading, so the question itself."""
    return hit.passage.section or query.text


def _may_hold(hit: Hit, asked: Sequence[Particular]) -> bool:
    """Whether the passage found holds what is asked for, if that is a particular thing: an article without it would
    be chosen in vain."""
    text = normalise(hit.passage.text)
    return all(thing.held.search(text) for thing in asked)


def _nearness(hit: Hit) -> float:
    """How near the section's best listed question is, or its text where it lists none."""
    return max(hit.question_cosine or 0.0, hit.cosine or 0.0)
