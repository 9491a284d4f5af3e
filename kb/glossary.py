"""The glossary: one term file feeds the tokenizer, the synonyms and the tooltips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kb.types import Finding, Term

GLOSSARY_PATH = "glossary/terms.yaml"
"""Where the term file lies in the library."""


def read_glossary(library: Path) -> tuple[list[Term], list[Finding]]:
    """Read the term file of a library; a missing file is an empty glossary, a broken entry a Finding."""
    path = library / GLOSSARY_PATH
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], []
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        return [], [
            Finding(GLOSSARY_PATH, line, f"术语表第 {line} 行附近无法解析；请检查冒号、引号和缩进")
        ]
    terms: list[Term] = []
    findings: list[Finding] = []
    for number, item in enumerate(content or [], 1):
        term = _term(item)
        if term is None:
            findings.append(Finding(GLOSSARY_PATH, 1, f"术语表第 {number} 条缺少 term 或写法不对"))
        else:
            terms.append(term)
    return terms, findings


def _term(item: Any) -> Term | None:
    if not isinstance(item, dict) or not str(item.get("term") or "").strip():
        return None
    synonyms = item.get("synonyms") or []
    if not isinstance(synonyms, list):
        return None
    return Term(
        word=str(item["term"]).strip(),
        synonyms=tuple(str(word).strip() for word in synonyms if str(word).strip()),
        definition=" ".join(str(item.get("definition") or "").split()),
    )


def all_words(terms: list[Term]) -> list[str]:
    """Every spelling in the glossary, for the tokenizer's dictionary."""
    return [word for term in terms for word in (term.word, *term.synonyms)]
