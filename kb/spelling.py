"""Mends what was mistyped: what the library never says gives way to what sounds like it and is said often.

A question is touched only where characters meet that (nearly) never do so in the library, and only when one
change turns them into what the library says often. docs/retrieval.md says how the thresholds were found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.confusables import mend_codes
from kb.knowledge import Knowledge
from kb.likely import Change, characters_like, words_sounding_like, words_spelt_like
from kb.tokenizer import STOP_WORDS, normalise
from kb.types import Turn

_RUN = re.compile(r"[\u4e00-\u9fff]{2,}+(?!\s*[〔\[(]\s*\d)")
"""A stretch of Chinese characters, but for the organ of a document number."""

_RARE = 36
"""A character is looked at only where each pair that it makes stands in fewer passages."""
_SEEN = 5
"""A pair or word that stands in fewer is nothing to mend towards."""
_MOST_CHANGES = 3
"""Of one stretch."""
_LOOKED_AT = 4
_TOO_DEAR = 9.0

# What a change must gain, and the tolls on changing what may be right: logarithms, as in kb/likely.py.
_TERM_GAINS, _WORD_GAINS = 4.5, 5.5
_FUNCTION_WORD = 2.0


@dataclass(frozen=True, slots=True)
class Mended:
    """A question as it is looked up, and the words that were put right in it."""

    text: str
    words: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """What staff are told: what was looked up in the place of what they typed."""
        shown = "、".join(f"“{word}”" for word in self.words)
        return (f"已按{shown}检索",) if shown else ()


def mend(knowledge: Knowledge, question: str) -> Mended:
    """The question with what was mistyped put right; exactly as it was typed where nothing was."""
    if len(question) > knowledge.settings.question_limit:
        return Mended(question)
    typed = normalise(question)
    words: list[str] = []

    def mended(match: re.Match[str]) -> str:
        run, found = _mend_run(knowledge, match[0])
        words.extend(found)
        return run

    text, codes = mend_codes(knowledge, _RUN.sub(mended, typed))
    return Mended(text, (*dict.fromkeys(words), *codes)) if text != typed else Mended(question)


def mended_turn(knowledge: Knowledge, turn: Turn) -> Turn:
    """A turn of the conversation with its question put right."""
    return replace(turn, question=mend(knowledge, turn.question).text)


def _mend_run(knowledge: Knowledge, run: str) -> tuple[str, list[str]]:
    """The stretch put right, and the words that came of it."""
    words: list[str] = []
    for _ in range(_MOST_CHANGES):
        found = _best_change(knowledge, run)
        if found is None:
            break
        run, word = found
        words.append(word)
    kept = [word for word in words if word in run]
    return run, [word for word in kept if not any(word in other != word for other in kept)]


def _best_change(knowledge: Knowledge, run: str) -> tuple[str, str] | None:
    """The stretch after the change that gains most, and the word it makes; None where none gains enough."""
    counts = knowledge.engine.frequencies(_pairs(run))
    if min(counts.values(), default=_RARE) >= _RARE:
        return None
    tolls = _tolls(knowledge, run)
    found = _changes(knowledge, run, counts, tolls)
    changes = [(change, _pairs_made(run, change)) for change in found]
    counts |= knowledge.engine.frequencies({pair for _, made in changes for pair in made})
    gains = ((_gain(run, change, counts) - _toll(change, tolls), change) for change, _ in changes)
    likely = sorted((item for item in gains if item[0] > _TERM_GAINS), reverse=True)
    for gain, change in likely[:_LOOKED_AT]:
        word = _word_made(knowledge, run, change)
        if word and gain > (_TERM_GAINS if word in knowledge.tokenizer.glossary else _WORD_GAINS):
            return change.applied(run), word
    return None


def _is_rare(run: str, place: int, counts: Mapping[str, int]) -> bool:
    return all(counts[pair] < _RARE for pair in _pairs(run[max(0, place - 1) : place + 2]))


def _tolls(knowledge: Knowledge, run: str) -> list[float]:
    """What it costs to change each character: the more, the more usual the word is that it stands in."""
    tolls: list[float] = []
    for word in knowledge.tokenizer.words(run):
        known = knowledge.tokenizer.commonness(word) if len(word) > 1 else 0
        toll = _FUNCTION_WORD if word in STOP_WORDS else math.log1p(known)
        fixed = word in knowledge.tokenizer.glossary
        tolls += [math.inf if fixed else toll] * len(word)
    return tolls


def _toll(change: Change, tolls: Sequence[float]) -> float:
    """The toll on the characters that a change takes away; on what it parts where it takes none."""
    if change.start < change.end:
        return max(tolls[change.start : change.end])
    return min(tolls[max(0, change.start - 1) : change.end + 1])


def _changes(
    knowledge: Knowledge, run: str, counts: Mapping[str, int], tolls: Sequence[float]
) -> Iterator[Change]:
    """What may have been meant where the library does not say what was typed."""
    glossary, places = knowledge.tokenizer.glossary, range(len(run))
    weak = [at for at in places if tolls[at] < _TOO_DEAR and _is_rare(run, at, counts)]
    said = knowledge.pair_counts.of(knowledge.engine) if weak else {}
    for place in weak:
        before, after = run[max(0, place - 1) : place], run[place + 1 : place + 2]
        for change in characters_like(run, place):
            if max(said.get(before + change.put, 0), said.get(change.put + after, 0)) >= _SEEN:
                yield change
    yield from words_sounding_like(glossary, run, weak)
    joints = [place for place in places[:-1] if counts[run[place : place + 2]] < _SEEN]
    yield from words_spelt_like(glossary, run, joints)


def _gain(run: str, change: Change, counts: Mapping[str, int]) -> float:
    """By how much oftener the library says what comes of a change than what was typed.

    Typed pairs that it does say speak against the change once more.
    """
    typed = [counts[pair] for pair in _pairs(run[max(0, change.start - 1) : change.end + 1])]
    meant = [counts[pair] for pair in _pairs_made(run, change)]
    return _weight(meant) - _weight(typed) - math.log1p(max(typed)) - change.toll


def _pairs_made(run: str, change: Change) -> list[str]:
    before, after = run[max(0, change.start - 1) : change.start], run[change.end : change.end + 1]
    return _pairs(before + change.put + after)


def _weight(counts: Sequence[int]) -> float:
    return sum(math.log(count + 0.5) for count in counts)


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _word_made(knowledge: Knowledge, run: str, change: Change) -> str:
    """The word that a change makes, if the library knows it; else empty."""
    end = 0
    for word in knowledge.tokenizer.words(change.applied(run)):
        end += len(word)
        if end > change.start:
            seen = len(word) > 1 and knowledge.engine.frequencies([word])[word] >= _SEEN
            return word if seen or word in knowledge.tokenizer.glossary else ""
    return ""
