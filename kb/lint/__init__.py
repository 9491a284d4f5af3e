"""Checks the whole library: what one article cannot know of itself, and what its author forgot.

`head`, `layout` and `wording` look at one article; `links` and `across` at how articles fit together;
`figures` compares them with a list of facts, on demand only.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePosixPath

from kb.article import slug_of
from kb.glossary import GLOSSARY_PATH, all_words, read_glossary
from kb.library import scan
from kb.lint.across import across_findings
from kb.lint.files import ArticleFile, read_file
from kb.lint.head import head_findings
from kb.lint.layout import layout_findings
from kb.lint.links import link_findings
from kb.lint.wording import personal_data, wording_findings
from kb.types import Finding


def lint(
    library: Path, limit: int, today: date | None = None, levels: frozenset[str] | None = None
) -> list[Finding]:
    """All Findings of a library, sorted by path and line; `limit` is an article's largest size in bytes.

    With `levels` those of a library that holds nothing but the articles open to these: no drafts, and no file
    that cannot be parsed.
    Never raises for what stands in a file; raises IndexStoreError when the library does not exist.
    """
    day = today or date.today()
    terms, findings = read_glossary(library)
    known = frozenset(word.lower() for word in all_words(terms))
    findings += personal_data(_glossary_file(library))
    files: dict[str, ArticleFile] = {}
    for path in scan(library):
        file, page, found = read_file(library, path, limit)
        if levels is not None and not (page is not None and page.head.is_open_to(levels)):
            continue
        files[slug_of(PurePosixPath(path))] = file
        findings += [*found, *personal_data(file)]
        if page is not None:
            findings += head_findings(file, page.head, day)
            findings += layout_findings(page)
            findings += wording_findings(page, known)
    findings += link_findings(files, library)
    findings += across_findings(files)
    return sorted(findings, key=lambda item: (item.path, item.line, item.message))


def _glossary_file(library: Path) -> ArticleFile:
    """The term file by its lines; without lines when there is none."""
    try:
        text = (library / GLOSSARY_PATH).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    return ArticleFile(GLOSSARY_PATH, tuple(text.splitlines()))
