"""Finds the words of a passage that answer a question: a sentence, a table row, or numbered steps."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.types import Evidence
from kb.knowledge import Knowledge
from kb.sentences import spans
from kb.tokenizer import find_codes, normalise
from kb.types import LEAD_ANCHOR, Hit, Query

_STEP = re.compile(r"^\s*\d{1,2}\. ")
_PROCEDURE = re.compile(r"怎么|怎样|如何|流程|步骤|手续|办理|处理|操作|怎么办|咋")
_TABLE_LINE = " | "
_MATERIALS = re.compile(r"材料|资料|证件|带什么|要带")
_ASPECTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (_MATERIALS, re.compile(r"材料|证件|带什么")),
    (
        re.compile(r"多久|几天|多少天|时限|期限|什么时候到账"),
        re.compile(r"时限|多久|几天|到账|期限"),
    ),
    (re.compile(r"依据|哪个文件|文号|哪条"), re.compile(r"依据|来源")),
)
"""What a question asks for, and the headings under which that stands."""

_CONSIDERED = 8
_CONSIDERED_WITH_DATE = 40
_STEPS_SHOWN = 8
_DATED_BONUS = 0.3
_DATED_ROW_BONUS = 0.9
_SHORT_CELL = 12
_CODE_BONUS = 0.6
_CODE_ROW_BONUS = 0.9
_ASPECT_BONUS = 0.3
_LEAD_BONUS = 0.25
"""A lead begins with the conclusion, so its first sentence is preferred to one that only repeats the words."""
_COVERAGE_WEIGHT = 0.5
"""Weight of the best sentence's coverage beside the fused score when the passage to answer from is chosen."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each subject token of a question tells: its inverse document frequency."""

    of: Mapping[str, float]

    def coverage(self, text: str, codes: Sequence[str] = ()) -> float:
        """The share 0..1 of the question's weight that stands in a normalised text or among codes.

        Subject tokens are character pairs, words, quantities and codes, so that looking for them as parts
        of the text does what tokenizing it would, in a hundredth of the time.
        """
        total = sum(self.of.values())
        held = sum(weight for token, weight in self.of.items() if token in text or token in codes)
        return held / total if total else 0.0

    def without(self, tokens: Collection[str]) -> Weights:
        """The same weights less those of some tokens."""
        return Weights({token: weight for token, weight in self.of.items() if token not in tokens})


def question_weights(knowledge: Knowledge, query: Query) -> Weights:
    """Weigh the question's subject tokens by how rare they are in the library."""
    count = knowledge.engine.size()
    frequencies = knowledge.engine.frequencies(knowledge.tokenizer.subject_tokens(query.text))
    return Weights(
        {
            token: math.log1p((count - frequency + 0.5) / (frequency + 0.5))
            for token, frequency in frequencies.items()
        }
    )


def names_dates(query: Query, hit: Hit) -> bool:
    """Whether the passage or its headings name every year and month of the question.

    A table row names only the dates that begin one of its short cells: a year in its source column says
    nothing of what the row is about.
    """
    text = normalise(" ".join((*hit.passage.headings, hit.passage.text)))
    if hit.passage.form == "row":
        cells = (cell.rpartition("=")[2].strip() for cell in normalise(hit.passage.text).split(";"))
        text = ";".join(cell for cell in cells if len(cell) <= _SHORT_CELL and cell[:4].isdecimal())
    return all(re.search(_spellings(day), text) for day in query.dates)


def _spellings(day: str) -> str:
    """A pattern for `2024年` or `1967年3月` in the spellings 2024年, 2024-01-01, 1967-03 and a bare 2024."""
    year, month = day[:4], day[5:-1]
    end = rf"(?:年{month}月|-0?{month}(?!\d))" if month else r"(?!\d)"
    return rf"(?<![\d〔]){year}{end}"


def _date_bonus(query: Query, hit: Hit, undated: Weights) -> float:
    """A question about 2024 shall be answered from what is said of 2024, first of all from its table row.

    The bonus grows with how much of the question the section and text hold beside the date (`undated`), so
    that the row of another table with the same year gains nothing.
    """
    if not query.dates or not names_dates(query, hit):
        return 0.0
    local = normalise(f"{hit.passage.section} {hit.passage.text}")
    bonus = _DATED_ROW_BONUS if hit.passage.form == "row" else _DATED_BONUS
    return bonus * undated.coverage(local, hit.passage.codes)


def _code_bonus(query: Query, hit: Hit) -> float:
    """A question about a code is answered from where the code itself stands, not from an overview."""
    named = set(find_codes(normalise(f"{hit.passage.title} {hit.passage.text}")))
    if not query.codes or named.isdisjoint(query.codes):
        return 0.0
    return _CODE_ROW_BONUS if hit.passage.form == "row" else _CODE_BONUS


def _aspect_bonus(query: Query, hit: Hit) -> float:
    """Prefer the section that is headed by what the question asks for (材料, 时限, 依据)."""
    section = hit.passage.section
    fits = any(asked.search(query.text) and headed.search(section) for asked, headed in _ASPECTS)
    return _ASPECT_BONUS if fits else 0.0


def choose_evidence(
    knowledge: Knowledge, query: Query, hits: Sequence[Hit], weights: Weights
) -> list[Evidence]:
    """The evidence to answer with, best first: one passage, and the steps of its article where needed."""
    count = _CONSIDERED_WITH_DATE if query.dates else _CONSIDERED
    undated = weights.without(knowledge.tokenizer.subject_tokens(" ".join(query.dates)))
    considered = []
    for hit in hits[:count]:
        score, evidence = _evidence_of(hit, weights)
        bonus = (
            _date_bonus(query, hit, undated) + _code_bonus(query, hit) + _aspect_bonus(query, hit)
        )
        considered.append((score + bonus, evidence))
    if not considered:
        return []
    codes_first = [item for item in considered if item[1].hit.code_match] or considered
    best = max(codes_first, key=lambda item: item[0])[1]
    if _STEP.search(best.quote) or not _PROCEDURE.search(query.text):
        return [_with_steps(best, query)]
    steps = _steps_of_article(best, hits)
    return [best, steps] if steps else [best]


def _evidence_of(hit: Hit, weights: Weights) -> tuple[float, Evidence]:
    """The passage's best span and its score: fused score plus the weighted coverage of the span."""
    text, above = hit.passage.text, normalise(_above(hit))
    if hit.passage.form == "row":
        coverage = weights.coverage(f"{above} {normalise(text)}", hit.passage.codes)
        return hit.score + _COVERAGE_WEIGHT * coverage, Evidence(hit, ((0, len(text)),))
    best, found = -1.0, (0, len(text))
    for number, (start, end) in enumerate(spans(text)):
        if _TABLE_LINE in text[start:end]:
            continue  # its row is a passage of its own, with the header
        score = weights.coverage(f"{above} {normalise(text[start:end])}")
        if number == 0:
            score += _LEAD_BONUS if hit.passage.anchor == LEAD_ANCHOR else _LEAD_BONUS / 3
        if score > best:
            best, found = score, (start, end)
    return hit.score + _COVERAGE_WEIGHT * best, Evidence(hit, (_whole_line(text, found),))


def _above(hit: Hit) -> str:
    """What stands above a span. A row is read under its own heading only: the title of an article with
    many tables names what stands in the other ones."""
    own = hit.passage.form == "row" and hit.passage.section
    return " ".join(("" if own else hit.passage.title, hit.passage.section, hit.question))


def _whole_line(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A step or list item is shown whole even when only one of its sentences matched."""
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    end = len(text) if end < 0 else end
    line = text[start:end]
    return (
        (start, end)
        if _STEP.match(line) or line.lstrip().startswith("·") or end - start <= 120
        else span
    )


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
