"""Measures on data sets with marked answers whether what is quoted contains the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.evidence.choose import choose_evidence
from bot.evidence.room import TEXT_LIMIT
from bot.evidence.units import sentences
from bot.golden import folded
from kb.dataset import Dataset, without_limit
from kb.knowledge import Knowledge
from kb.search import search
from kb.types import Query, Ranking, Scope

_HITS = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown for a question by each picker.

    `quote`: the first evidence of an answer; `key`: its best unit, which is marked; `sentence`: of the best
    passage the sentence that shares the most tokens with the question; `extended`: that with its neighbours,
    up to the length of a quote.
    """

    quote: str
    key: str
    sentence: str
    extended: str


@dataclass(frozen=True, slots=True)
class Picked:
    """Of one picker: the share (0..1) of questions with an answer in what it shows, and its mean length."""

    answered: float
    characters: float


def evaluate_evidence(
    dataset: Dataset, knowledge: Knowledge, progress: Callable[[int, int], None]
) -> dict[str, Picked]:
    """Measure each field of Shown on the questions with marked answers; the data set is indexed.

    An answer counts when it stands there whole, blanks and widths aside.
    """
    limited = without_limit(knowledge)
    wanted = [name for name in dataset.answers if name in dataset.queries]
    shown = []
    for number, name in enumerate(wanted, 1):
        shown.append(_show(limited, search(limited, dataset.queries[name], Scope(), _HITS)))
        progress(number, len(wanted))
    answers = [[folded(answer) for answer in dataset.answers[name]] for name in wanted]
    return {
        picker: _picked([getattr(item, picker) for item in shown], answers)
        for picker in ("quote", "key", "sentence", "extended")
    }


def _show(knowledge: Knowledge, ranking: Ranking) -> Shown:
    evidence = choose_evidence(knowledge, ranking.query, ranking.hits, ranking.further)[:1]
    quote, key = (evidence[0].quote, evidence[0].key.text) if evidence else ("", "")
    text = ranking.hits[0].passage.text if ranking.hits else ""
    return Shown(quote, key, *most_alike(knowledge, ranking.query, text))


def most_alike(knowledge: Knowledge, query: Query, text: str) -> tuple[str, str]:
    """The sentence of a text that shares the most tokens with the question (the first of equals), and the same
    with its neighbours."""
    cut = sentences(text)
    if not cut:
        return "", ""
    asked = set(query.tokens)
    shared = [len(asked & set(knowledge.tokenizer.tokens(text[start:end]))) for start, end in cut]
    best = shared.index(max(shared))
    first, last = _grown(cut, best)
    return text[slice(*cut[best])], text[cut[first][0] : cut[last][1]]


def _grown(cut: Sequence[tuple[int, int]], best: int) -> tuple[int, int]:
    """The first and last sentence around the best one that together fit into a quote; by turns one behind and
    one before is taken."""
    first = last = best
    grew = True
    while grew:
        grew = False
        for before, behind in ((0, 1), (1, 0)):
            low, high = first - before, last + behind
            if low >= 0 and high < len(cut) and cut[high][1] - cut[low][0] <= TEXT_LIMIT:
                first, last, grew = low, high, True
    return first, last


def _picked(texts: Sequence[str], answers: Sequence[Sequence[str]]) -> Picked:
    pairs = zip(map(folded, texts), answers, strict=True)
    found = [any(answer in text for answer in wanted) for text, wanted in pairs]
    count = max(1, len(texts))
    return Picked(sum(found) / count, sum(map(len, texts)) / count)
