"""Misspells golden questions as a pinyin input method does, one character of each, and measures what that costs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.golden import GoldenQuestion, rank_of, sections_found
from bot.replay import replay
from kb.errors import DatasetError
from kb.knowledge import Knowledge
from kb.pinyin import common_characters, syllables
from kb.tokenizer import Tokenizer
from kb.types import Scope

_FIRST_PAGE = 9
"""So many characters does an input method offer at once."""
_NOWHERE = 1_000_000


@dataclass(frozen=True, slots=True)
class Loss:
    """Hit rates 0..1 of the right sections over the questions that have any: as they are, and with typos.

    `mistyped` of the questions could be misspelt; the others (a bare code) are asked as they are.
    """

    seed: int
    questions: int
    mistyped: int
    hit_1: float
    hit_3: float
    typos_hit_1: float
    typos_hit_3: float


def measure_loss(
    knowledge: Knowledge,
    questions: Sequence[GoldenQuestion],
    seed: int,
    progress: Callable[[int, int], None],
) -> Loss:
    """Search every golden question twice; `progress` is told how many of how many are done.

    Raises DatasetError when no question names a section.
    """
    sought = [question for question in questions if question.sections]
    if not sought:
        raise DatasetError("没有一个黄金问题写明 sections", "照 tests/golden 的写法补上")
    ranks: list[tuple[int, int]] = []
    mistyped = 0
    for number, question in enumerate(sought, 1):
        text = misspell(knowledge.tokenizer, question.question, seed)
        mistyped += text != question.question
        ranks.append(_ranks(knowledge, question, text))
        progress(number, len(sought))
    before, after = zip(*ranks, strict=True)
    return Loss(
        seed,
        len(sought),
        mistyped,
        *(_share(of, best) for of in (before, after) for best in (1, 3)),
    )


def _ranks(knowledge: Knowledge, question: GoldenQuestion, text: str) -> tuple[int, int]:
    """The ranks of the right section for the question as it is, and for `text`."""
    history = replay(knowledge, question.after, Scope(as_of=question.asked_on))
    found = [
        rank_of(question, sections_found(knowledge, question, put, history))
        for put in (question.question, text)
    ]
    return found[0] or _NOWHERE, found[1] or _NOWHERE


def _share(ranks: Sequence[int], best: int) -> float:
    return sum(rank <= best for rank in ranks) / len(ranks)


def misspell(tokenizer: Tokenizer, question: str, seed: int) -> str:
    """The question with a random character of a random word that says something replaced by a homophone.

    Digits, codes, Latin letters and words that say nothing stay; so does a question without any other. The
    same question and seed always give the same mistake.
    """
    choice = random.Random(f"{seed}:{question}")  # noqa: S311 - a measure, not a secret
    mistakes = list(_mistakes(tokenizer, question))
    if not mistakes:
        return question
    place, others = choice.choice(mistakes)
    return question[:place] + choice.choice(others) + question[place + 1 :]


def _mistakes(tokenizer: Tokenizer, question: str) -> Iterator[tuple[int, str]]:
    """The places of the question where one may slip, each with the characters that may come instead."""
    for word in sorted(tokenizer.common_words(question)):
        start = question.find(word)
        if start < 0:
            continue
        for place, syllable in enumerate(syllables(word), start):
            others = _offered(tokenizer, syllable).replace(question[place], "")
            if others:
                yield place, others


def _offered(tokenizer: Tokenizer, syllable: str) -> str:
    """The characters that an input method offers first for a syllable: the most frequent in the language."""
    known = common_characters().get(syllable, "")
    return "".join(sorted(known, key=tokenizer.commonness, reverse=True)[:_FIRST_PAGE])
