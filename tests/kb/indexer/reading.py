"""What tests look at after an update."""

from __future__ import annotations

from pathlib import Path

from kb.indexer import IndexReport

BROKEN = "---\ntitle: [没有写完\n---\n正文"


def files_of(index: Path) -> dict[str, int]:
    """Every file of an index with its inode: a write changes them."""
    return {str(path): path.stat().st_ino for path in index.rglob("*")}


def messages(report: IndexReport) -> list[str]:
    return [finding.message for finding in report.findings]
