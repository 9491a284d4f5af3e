"""Watches the articles and indexes what is saved, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from watchfiles import watch

from kb.errors import WenzhiError
from kb.glossary import GLOSSARY_PATH
from kb.indexer import Indexer

_LOG = logging.getLogger(__name__)
_DEBOUNCE_MS = 200
_STEP_MS = 50
"""Saves that follow each other within a step are indexed together, for as long as the debounce."""

_LOOK_AGAIN_SECONDS = 30.0
"""So often the articles are looked over without a save: for what the system did not tell (a network drive,
a folder put in another's place) and for another try after a failed update (disk full)."""

_LOG_EVERY_SECONDS = 30.0


def start_watching(
    indexer: Indexer, stop: threading.Event, look_again: float = _LOOK_AGAIN_SECONDS
) -> threading.Thread:
    """Start the thread; it ends soon after `stop` is set. `look_again`: seconds."""
    thread = threading.Thread(
        target=_watch, args=(indexer, stop, look_again), name="watch-articles", daemon=True
    )
    thread.start()
    return thread


def _watch(indexer: Indexer, stop: threading.Event, look_again: float) -> None:
    while not stop.is_set():
        try:
            _follow(indexer, stop, look_again)
        except Exception as error:  # the system's watches are used up, the folder is gone, …
            _LOG.error("监视文章目录 %s 出错，%g 秒后再试：%s", indexer.library, look_again, error)
            update_once(indexer)
            stop.wait(look_again)


def _follow(indexer: Indexer, stop: threading.Event, look_again: float) -> None:
    """Update at once, whenever something that matters changed, and when it is time to look again."""
    root = indexer.library.resolve()
    due = 0.0
    for changed in watch(
        root,
        watch_filter=lambda _, path: matters(Path(path), root),
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_DEBOUNCE_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if changed or time.monotonic() >= due:
            update_once(indexer)
            due = time.monotonic() + look_again


def matters(path: Path, library: Path) -> bool:
    """Whether a change at `path` can change the index: an article, the glossary, or a folder of articles."""
    if not path.is_relative_to(library):
        return True
    inside = path.relative_to(library)
    if any(part.startswith(".") for part in inside.parts):
        return False
    return inside.suffix in ("", ".md") or inside == Path(GLOSSARY_PATH)


class _Log:
    """Writes now and then how far a long update has come."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _LOG_EVERY_SECONDS

    def __call__(self, step: str, done: int, total: int) -> None:
        if time.monotonic() >= self._next:
            _LOG.info("%s：%d/%d 篇", step, done, total)
            self._next = time.monotonic() + _LOG_EVERY_SECONDS


def update_once(indexer: Indexer) -> bool:
    """Index what changed; a failure is logged and leaves the old index in use. Returns success."""
    try:
        report = indexer.update(_Log(), hurry=True)
    except WenzhiError as error:
        _LOG.error("索引更新失败，继续使用原索引：%s", error)
        return False
    except Exception:  # a defect of ours must not end the watching for good
        _LOG.exception("索引更新失败，继续使用原索引")
        return False
    if report.changed or report.removed:
        _LOG.info("索引已更新：改动 %d 篇，删除 %d 篇", report.changed, report.removed)
    return True
