"""What lint reports to one reader: of the articles open to the reader's levels, as if there were no others."""

from __future__ import annotations

from collections.abc import Iterator

from kb.knowledge import Knowledge
from kb.lint import lint
from kb.types import ALL_LEVELS, Finding

_BROKEN = "文件有错误，网站继续显示上一个正确的版本；请在服务器上运行 manage.py lint 看错在哪里"


def findings_within(knowledge: Knowledge, levels: frozenset[str]) -> list[Finding]:
    """All Findings for who holds all levels. For others those of a library without what is not open to them.

    Whom a file is meant for that cannot be parsed nobody knows: what is wrong with it is told to the former
    only, to the others that it is broken where they may open the version that is still served.
    """
    library, limit = knowledge.settings.articles, knowledge.settings.article_limit
    if levels >= ALL_LEVELS:
        return lint(library, limit)
    return [*lint(library, limit, levels=levels), *_broken(knowledge.within(levels))]


def _broken(knowledge: Knowledge) -> Iterator[Finding]:
    for state in knowledge.engine.files().values():
        if not state.revision and not state.waits:
            yield Finding(state.path, 1, _BROKEN)
