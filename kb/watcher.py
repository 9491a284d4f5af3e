"""Watches the articles and indexes what is saved, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from watchfiles import watch

from kb.errors import WenzhiError
from kb.glossary import GLOSSARY_PATH
from kb.indexer import Indexer

_LOG = logging.getLogger(__name__)
_DEBOUNCE_MS = 200
"""Saves that follow each other this closely are indexed together."""

_RETRY_SECONDS = 30.0
"""After a failed update (disk full, index read-only) the next try comes after this long without a save."""


def start_watching(indexer: Indexer, stop: threading.Event) -> threading.Thread:
    """Start the thread; it ends soon after `stop` is set."""
    thread = threading.Thread(
        target=_watch, args=(indexer, stop), name="watch-articles", daemon=True
    )
    thread.start()
    return thread


def _watch(indexer: Indexer, stop: threading.Event) -> None:
    failed = not update_once(indexer)
    changes = watch(
        indexer.library,
        watch_filter=lambda _, path: _matters(path),
        debounce=_DEBOUNCE_MS,
        step=50,
        stop_event=stop,
        rust_timeout=int(_RETRY_SECONDS * 1000),
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for changed in changes:
        if changed or failed:
            failed = not update_once(indexer)


def _matters(path: str) -> bool:
    name = Path(path).name
    return (name.endswith(".md") and not name.startswith(".")) or path.endswith(GLOSSARY_PATH)


def update_once(indexer: Indexer) -> bool:
    """Index what changed; a failure is logged and leaves the old index in use. Returns success."""
    try:
        report = indexer.update(hurry=True)
    except WenzhiError as error:
        _LOG.error("索引更新失败，继续使用原索引：%s", error)
        return False
    if report.changed or report.removed:
        _LOG.info("索引已更新：改动 %d 篇，删除 %d 篇", report.changed, report.removed)
    return True
