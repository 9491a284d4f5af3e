"""The wiki: the tree of articles, the article page with marked evidence, tags, attachments, lint findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from flask import Blueprint, Response, render_template, request, send_from_directory
from markupsafe import Markup, escape

from kb.errors import NotFound, NotYours
from kb.findings import findings_within
from kb.highlight import evidence_anchor, mark_evidence
from kb.types import ALL_LEVELS, KIND_NAMES, KINDS, LEAD_ANCHOR, Article, Finding
from web.dates import day_of
from web.restricted import record_file, record_view
from web.services import (
    knowledge_of,
    readable_article,
    readable_articles,
    reader_scope,
    services,
)

bp = Blueprint("wiki", __name__)

_RECENT = 8
_NO_ATTACHMENT = ("没有这个附件", "检查文章里的链接")
_INLINE = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
_SOURCE_FILES = frozenset({".md", ".markdown", ".yaml", ".yml", ".bak", ".orig", ".swp", ".tmp"})


@dataclass(frozen=True, slots=True)
class Folder:
    """The articles of one folder of the library; `name` is Chinese where the folder is named as a kind."""

    path: str
    name: str
    articles: tuple[Article, ...]


@bp.get("/")
def home() -> str:
    """The question box, the kinds to browse and what was changed last."""
    articles = readable_articles(reader_scope())
    return render_template(
        "wiki/home.html",
        kinds=count_kinds(articles),
        examples=_examples(articles),
        recent=_recent(articles),
    )


@bp.get("/wiki/")
def tree() -> str:
    """All articles by folder, or those of one kind."""
    kind = request.args.get("kind", "")
    articles = readable_articles(reader_scope())
    chosen = [article for article in articles if kind in ("", article.head.kind)]
    return render_template(
        "wiki/tree.html",
        folders=folders_of(chosen),
        kinds=count_kinds(articles),
        kind=reader_scope(kind=kind).kind,
        total=len(articles),
    )


@bp.get("/wiki/tags/<path:tag>")
def tagged(tag: str) -> str:
    """The articles that carry a tag."""
    articles = [item for item in readable_articles(reader_scope()) if tag in item.head.tags]
    if not articles:
        raise NotFound(f"没有带“{tag[:30]}”标签的文章", "从知识库目录或搜索里找")
    return render_template("wiki/tag.html", tag=tag, articles=articles)


@bp.get("/wiki/<path:slug>")
def article(slug: str) -> str:
    """One article; `mark` in the address is the quote to show, `at` the section it stands in."""
    scope = reader_scope()
    found = readable_article(slug, scope)
    record_view([found])
    others = {other.slug: other for other in readable_articles(scope)}
    return render_template(
        "wiki/article.html",
        article=found,
        body=marked_body(found, request.args.get("mark", ""), request.args.get("at", "")),
        supersedes=[others[old] for old in found.head.supersedes if old in others],
        superseded_by=[item for item in others.values() if slug in item.head.supersedes],
        readings=[
            (others[step.article], step.why)
            for step in found.head.reading
            if step.article in others
        ],
        titles={other: item.title for other, item in others.items()},
        broken=bool(_errors_of(found)),
    )


@bp.get("/attachments/<path:path>")
def attachment(path: str) -> Response:
    """A picture or file that an article shows which the reader may open; never an article's source or a hidden
    file."""
    library = services().settings.articles.resolve()
    known = knowledge_of(reader_scope())
    parts = PurePosixPath(path).parts
    suffixes = {suffix.lower() for suffix in PurePosixPath(path).suffixes}
    hidden = any(part.startswith(".") or "\\" in part or part.endswith("~") for part in parts)
    closed = path not in known.attachments.of(known.engine)
    if closed or hidden or suffixes & _SOURCE_FILES or not _lies_in(library, path):
        raise NotYours(*_NO_ATTACHMENT)
    record_file(path)
    shown = PurePosixPath(path).suffix.lower() in _INLINE
    response = send_from_directory(library, path, as_attachment=not shown)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/findings")
def findings() -> str:
    """What lint reports of the articles that the reader may open, errors first."""
    levels = reader_scope().access
    found = findings_within(services().knowledge, levels)
    found.sort(key=lambda item: (item.severity != "error", item.path, item.line))
    errors = sum(item.severity == "error" for item in found)
    whole = levels >= ALL_LEVELS
    return render_template("wiki/findings.html", findings=found, errors=errors, whole=whole)


def count_kinds(articles: Sequence[Article]) -> list[tuple[str, str, int]]:
    """Key, Chinese name and number of articles of every kind that has any."""
    counts = Counter(article.head.kind for article in articles)
    return [(kind, KIND_NAMES[kind], counts[kind]) for kind in KINDS if counts[kind]]


def folders_of(articles: Sequence[Article]) -> list[Folder]:
    """The articles by folder, in the order of the kinds, then by path."""
    grouped: dict[str, list[Article]] = {}
    for item in articles:
        grouped.setdefault(item.slug.rpartition("/")[0], []).append(item)
    order = {kind: place for place, kind in enumerate(KINDS)}
    paths = sorted(grouped, key=lambda path: (order.get(path.split("/")[0], len(order)), path))
    return [Folder(path, folder_name(path), tuple(grouped[path])) for path in paths]


def folder_name(path: str) -> str:
    """A folder's name as readers see it."""
    parts = (KIND_NAMES.get(part, part) for part in path.split("/"))
    return " / ".join(parts) if path else "未分目录"


def marked_body(article: Article, quote: str, anchor: str) -> Markup:
    """The summary and the sanitised text of an article, with the quote marked where it stands."""
    html = article.html
    if article.head.summary:
        html = f'<p class="summary" id="lead">{escape(article.head.summary)}</p>\n{html}'
    if quote:
        place = anchor or evidence_anchor(html, [quote]) or LEAD_ANCHOR
        html = mark_evidence(html, place, [quote])
    return Markup(html)  # noqa: S704 - kb/markup.py sanitised it


def _examples(articles: Sequence[Article]) -> list[str]:
    """A question of each kind that the library answers, as staff ask it."""
    first: dict[str, str] = {}
    for item in articles:
        if item.head.questions:
            first.setdefault(item.head.kind, item.head.questions[0])
    return [first[kind] for kind in KINDS if kind in first]


def _recent(articles: Sequence[Article]) -> list[tuple[Article, date]]:
    """The articles whose files were changed last, with the day."""
    files = services().knowledge.engine.files()
    known = [(item, files[item.path].modified_ns) for item in articles if item.path in files]
    known.sort(key=lambda pair: -pair[1])
    return [(item, day_of(modified)) for item, modified in known[:_RECENT]]


def _errors_of(article: Article) -> list[Finding]:
    state = services().knowledge.engine.files().get(article.path)
    return [item for item in state.findings if item.severity == "error"] if state else []


def _lies_in(library: Path, path: str) -> bool:
    """Whether the file, links followed, lies inside the library."""
    try:
        return (library / path).resolve(strict=True).is_relative_to(library)
    except (OSError, ValueError, RuntimeError):
        return False
