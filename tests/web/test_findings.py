"""What lint found is told to those who may open the articles it speaks of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kb.findings import findings_within
from kb.types import ALL_LEVELS
from web.services import Services

STAFF = frozenset({"staff"})
_HEAD = "---\ntitle: {}\naccess: {}\nkind: howto\n---\n"


def test_a_broken_file_is_told_in_full_only_to_who_holds_all_levels(
    open_library: Callable[[Path], Services], tmp_path: Path
) -> None:
    library = tmp_path / "articles"
    library.mkdir()
    for name, access in (("open", "staff"), ("closed", "engineer")):
        (library / f"{name}.md").write_text(_HEAD.format(name, access) + "正文。\n", "utf-8")
    services = open_library(library)
    for name in ("open", "closed", "new"):
        text = _HEAD.format(name, "engineer").replace("howto", "暗号") + "正文。\n"
        (library / f"{name}.md").write_text(text, "utf-8")
    services.indexer.update()

    def told(levels: frozenset[str]) -> list[tuple[str, bool]]:
        found = findings_within(services.knowledge, levels)
        return [(item.path, "暗号" in item.message) for item in found if item.severity == "error"]

    assert told(frozenset()) == []
    assert told(STAFF) == [("open.md", False)]
    assert told(STAFF | {"engineer"}) == [("closed.md", False), ("open.md", False)]
    assert told(ALL_LEVELS) == [("closed.md", True), ("new.md", True), ("open.md", True)]


def test_a_link_to_a_closed_article_is_found_as_one_to_a_missing_one(
    open_library: Callable[[Path], Services], tmp_path: Path
) -> None:
    library = tmp_path / "articles"
    library.mkdir()
    (library / "open.md").write_text(
        _HEAD.format("甲", "staff") + "见[乙](closed.md)和[丙](missing.md)。\n", "utf-8"
    )
    (library / "closed.md").write_text(_HEAD.format("甲", "engineer") + "正文。\n", "utf-8")
    services = open_library(library)

    def said(levels: frozenset[str]) -> list[str]:
        found = findings_within(services.knowledge, levels)
        return [item.message for item in found if item.severity == "error"]

    closed, missing = said(STAFF)
    assert closed == missing.replace("missing.md", "closed.md")
    assert said(ALL_LEVELS) == [missing]
    assert not any("标题" in item.message for item in findings_within(services.knowledge, STAFF))
    assert any("标题" in item.message for item in findings_within(services.knowledge, ALL_LEVELS))
