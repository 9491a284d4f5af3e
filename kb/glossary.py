"""The glossary: one term file feeds the tokenizer, the synonyms and the tooltips."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from kb.sentences import squeeze
from kb.tokenizer import normalise
from kb.types import Finding, Term

GLOSSARY_PATH = "glossary/terms.yaml"
"""Where the term file lies in the library."""


def read_glossary(library: Path) -> tuple[list[Term], list[Finding]]:
    """Read the term file of a library; a missing file is an empty glossary, a broken entry a Finding."""
    try:
        text = (library / GLOSSARY_PATH).read_text(encoding="utf-8-sig")
        entries = yaml.load(text, Loader=yaml.BaseLoader) or []  # noqa: S506 - reads text only
    except FileNotFoundError:
        return [], []
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        message = f"术语表第 {line} 行附近无法解析；请检查冒号、引号和缩进"
        return [], [Finding(GLOSSARY_PATH, line, message)]
    if not isinstance(entries, list):
        return [], [Finding(GLOSSARY_PATH, 1, "术语表要写成列表，每条以“- term: ”开头")]
    terms = [_term(entry) for entry in entries]
    begins = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("-")]
    findings = [
        Finding(GLOSSARY_PATH, line, f"术语表第 {number} 条缺少 term 或写法不对")
        for number, (term, line) in enumerate(zip_longest(terms, begins, fillvalue=1), 1)
        if term is None
    ]
    return [term for term in terms if term is not None], findings


def _term(entry: Any) -> Term | None:
    """The term of an entry; None without a word and where something is not text."""
    if not isinstance(entry, dict):
        return None
    word, definition = entry.get("term"), entry.get("definition") or ""
    synonyms = entry.get("synonyms") or []
    texts = [word, definition, *synonyms] if isinstance(synonyms, list) else []
    if not word or not texts or not all(isinstance(text, str) for text in texts):
        return None
    spellings = filter(None, map(squeeze, synonyms))
    return Term(squeeze(word), tuple(spellings), squeeze(definition)) if word.strip() else None


def all_words(terms: Iterable[Term]) -> list[str]:
    """Every spelling in the glossary, for the tokenizer's dictionary."""
    return [word for term in terms for word in (term.word, *term.synonyms)]


def names_of(terms: Iterable[Term]) -> frozenset[str]:
    """Every spelling in the glossary of two characters or more, normalised."""
    return frozenset(word for word in map(normalise, all_words(terms)) if len(word) > 1)
