"""Passages, articles and file states as JSON values, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from kb.types import (
    Article,
    FileState,
    Finding,
    FrontMatter,
    Passage,
    QuizItem,
    Reading,
    Section,
    SectionQuestions,
    Source,
)

_DAYS = ("effective_from", "effective_to", "review_by")
_ENTRIES: dict[str, type[Any]] = {
    "section_questions": SectionQuestions,
    "reading": Reading,
    "quiz": QuizItem,
}
_TUPLES = ("audience", "systems", "supersedes", "questions", "codes", "tags")


def passage_record(passage: Passage) -> dict[str, Any]:
    """A passage as JSON values."""
    return {name: getattr(passage, name) for name in Passage.__dataclass_fields__}


def passage_of(record: dict[str, Any]) -> Passage:
    """The passage of a JSON record."""
    record["headings"] = tuple(record["headings"])
    record["codes"] = tuple(record["codes"])
    return Passage(**record)


def article_record(article: Article) -> dict[str, Any]:
    """An article as JSON values, without its HTML and its passages, which are kept apart."""
    record = asdict(replace(article, html="", passages=()))
    head = record["head"]
    head |= {key: head[key].isoformat() if head[key] else None for key in _DAYS}
    for source in head["sources"]:
        source["date"] = source["date"].isoformat() if source["date"] else None
    return record


def article_of(record: dict[str, Any]) -> Article:
    """The article of a JSON record, without HTML and passages."""
    head = record["head"]
    head |= {key: _day(head[key]) for key in _DAYS}
    head |= {key: tuple(head[key]) for key in _TUPLES}
    head["sources"] = tuple(map(_source, head["sources"]))
    for key, kind in _ENTRIES.items():
        head[key] = tuple(kind(**_tupled(item)) for item in head[key])
    record |= {
        "head": FrontMatter(**head),
        "sections": tuple(Section(**section) for section in record["sections"]),
        "passages": (),
        "links": tuple(record["links"]),
        "attachments": tuple(record.get("attachments", ())),
    }
    return Article(**record)


def _source(record: dict[str, Any]) -> Source:
    return Source(**(_tupled(record) | {"date": _day(record["date"])}))


def _tupled(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its lists as tuples."""
    return {key: tuple(item) if isinstance(item, list) else item for key, item in record.items()}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def file_records(states: Iterable[FileState]) -> dict[str, Any]:
    """File states as JSON values; recipes, which most files share, are written once."""
    recipes: dict[str, int] = {}
    rows = [
        [
            state.path,
            state.size,
            state.modified_ns,
            state.revision,
            state.indexed,
            recipes.setdefault(state.recipe, len(recipes)),
            [asdict(finding) for finding in state.findings],
        ]
        for state in states
    ]
    return {"recipes": list(recipes), "rows": rows}


def files_of(records: Mapping[str, Any]) -> dict[str, FileState]:
    """The file states of their JSON records, by path."""
    recipes = records["recipes"]
    return {
        path: FileState(
            path, size, modified, revision, indexed, recipes[recipe], tuple(map(_finding, findings))
        )
        for path, size, modified, revision, indexed, recipe, findings in records["rows"]
    }


def _finding(record: dict[str, Any]) -> Finding:
    return Finding(**record)
