"""Shows how far a long step has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

Show = Callable[[str, int, int], None]
"""Told the step, how much is finished and of how much."""

_SECONDS_BETWEEN_LOG_LINES = 10


@contextmanager
def progress_bar(unit: str = "篇") -> Iterator[Show]:
    """Yield a function that is told the step, how much is finished and of how much.

    On a terminal a bar moves; in a log a line appears now and then.
    """
    interval = 0.1 if sys.stderr.isatty() else _SECONDS_BETWEEN_LOG_LINES
    bar: tqdm[Any] | None = None

    def show(step: str, done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            bar = tqdm(total=total, desc=step, unit=unit, mininterval=interval, file=sys.stderr)
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()
