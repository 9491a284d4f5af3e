"""Finds the words of a passage that answer a question: a sentence, a table row, or numbered steps."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.sentences import spans
from kb.tokenizer import find_dates, normalise
from kb.types import LEAD_ANCHOR, Hit, Query

_STEP = re.compile(r"^\s*\d{1,2}\. ")
_PROCEDURE = re.compile(r"怎么|怎样|如何|流程|步骤|手续|办理|处理|操作|怎么办|咋")
_MATERIALS = re.compile(r"材料|资料|证件|带什么|要带")
_CONSIDERED = 8
_CONSIDERED_WITH_DATE = 40
_STEPS_SHOWN = 8
_DATED_BONUS = 0.3
_DATED_ROW_BONUS = 0.7
_LEAD_BONUS = 0.25
"""A lead begins with the conclusion, so its first sentence is preferred to one that only repeats the words."""
_COVERAGE_WEIGHT = 0.5
"""Weight of the best sentence's coverage beside the fused score when the passage to answer from is chosen."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each token of a question tells: its inverse document frequency."""

    of: Mapping[str, float]

    def coverage(self, tokens: Collection[str]) -> float:
        """The share 0..1 of the question's weight that these tokens hold."""
        total = sum(self.of.values())
        return sum(self.of[token] for token in self.of.keys() & set(tokens)) / total if total else 0.0


def question_weights(knowledge: Knowledge, query: Query) -> Weights:
    """Weigh the question's tokens by how rare they are in the library."""
    count = knowledge.engine.size()
    frequencies = knowledge.engine.frequencies(set(query.tokens))
    return Weights(
        {
            token: math.log1p((count - frequency + 0.5) / (frequency + 0.5))
            for token, frequency in frequencies.items()
        }
    )


def names_dates(query: Query, hit: Hit) -> bool:
    """Whether the passage or its headings name every year and month of the question."""
    text = " ".join((*hit.passage.headings, hit.passage.text))
    return set(query.dates) <= set(find_dates(normalise(text)))


def _date_bonus(knowledge: Knowledge, query: Query, hit: Hit, weights: Weights) -> float:
    """A question about 2024 shall be answered from what is said of 2024, first of all from its table row.

    The bonus grows with how much of the question the section and text hold beside the date, so that the
    row of another table with the same year gains nothing.
    """
    if not query.dates or not names_dates(query, hit):
        return 0.0
    local = knowledge.tokenizer.tokens(f"{hit.passage.section} {hit.passage.text}")
    dates = set(knowledge.tokenizer.tokens(" ".join(query.dates)))
    undated = Weights({token: weight for token, weight in weights.of.items() if token not in dates})
    cells = [cell.rpartition("=")[2] for cell in normalise(hit.passage.text).split(";")]
    keyed = hit.passage.form == "row" and any(cell.startswith(query.dates[0]) for cell in cells[:2])
    return (_DATED_ROW_BONUS if keyed else _DATED_BONUS) * undated.coverage(local)


def choose_evidence(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], weights: Weights
) -> list[Evidence]:
    """The evidence to answer with, best first: one passage, and the steps of its article where needed."""
    count = _CONSIDERED_WITH_DATE if query.dates else _CONSIDERED
    considered = []
    for hit in hits[:count]:
        score, evidence = _evidence_of(knowledge, hit, weights)
        considered.append((score + _date_bonus(knowledge, query, hit, weights), evidence))
    if not considered:
        return []
    codes_first = [item for item in considered if item[1].hit.code_match] or considered
    best = max(codes_first, key=lambda item: item[0])[1]
    if _STEP.search(best.quote) or not _PROCEDURE.search(query.text):
        return [_with_steps(best, query)]
    steps = _steps_of_article(best, hits)
    return [best, steps] if steps else [best]


def _evidence_of(knowledge: Knowledge, hit: Hit, weights: Weights) -> tuple[float, Evidence]:
    """The passage's best span and its score: fused score plus the weighted coverage of the span."""
    text = hit.passage.text
    if hit.passage.form == "row":
        coverage = weights.coverage(_tokens(knowledge, hit, text))
        return hit.score + _COVERAGE_WEIGHT * coverage, Evidence(hit, ((0, len(text)),))
    best, found = -1.0, (0, len(text))
    for number, (start, end) in enumerate(spans(text)):
        score = weights.coverage(_tokens(knowledge, hit, text[start:end]))
        if number == 0:
            score += _LEAD_BONUS if hit.passage.anchor == LEAD_ANCHOR else _LEAD_BONUS / 3
        if score > best:
            best, found = score, (start, end)
    return hit.score + _COVERAGE_WEIGHT * best, Evidence(hit, (_whole_line(text, found),))


def _tokens(knowledge: Knowledge, hit: Hit, text: str) -> set[str]:
    context = " ".join((hit.passage.title, hit.passage.section, hit.question))
    return set(knowledge.tokenizer.tokens(f"{context} {text}"))


def _whole_line(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A step or list item is shown whole even when only one of its sentences matched."""
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    end = len(text) if end < 0 else end
    line = text[start:end]
    return (start, end) if _STEP.match(line) or line.lstrip().startswith("·") or end - start <= 120 else span


def _with_steps(evidence: Evidence, query: Query) -> Evidence:
    """Widen evidence inside numbered steps to all steps of the passage when the question asks for them."""
    if not (_PROCEDURE.search(query.text) or _MATERIALS.search(query.text)):
        return evidence
    steps = _step_lines(evidence.hit.passage.text)
    return Evidence(evidence.hit, steps) if len(steps) > 1 else evidence


def _steps_of_article(best: Evidence, hits: Sequence[Hit]) -> Evidence | None:
    """The best-ranked passage of the same article that holds numbered steps."""
    for hit in hits:
        if hit.passage.slug == best.hit.passage.slug and hit.passage.id != best.hit.passage.id:
            steps = _step_lines(hit.passage.text)
            if len(steps) > 1:
                return Evidence(hit, steps)
    return None


def _step_lines(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the numbered lines of a passage, at most _STEPS_SHOWN."""
    result, start = [], 0
    for line in text.split("\n"):
        if _STEP.match(line):
            result.append((start, start + len(line)))
        start += len(line) + 1
    return tuple(result[:_STEPS_SHOWN])
