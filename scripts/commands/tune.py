"""`manage.py tune`: teach the bundled model the articles' own ways of asking."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from kb.bundled_model import build_bundled_model
from kb.bundled_model.tuning import TUNING_PATH, keep_tuning
from kb.fitting import passages_of
from kb.settings import Settings
from kb.tuning import Lesson, Tuned, lessons_of, tune
from scripts.commands.options import settings_from
from scripts.progress import progress_bar

_ROUNDS = 0.6
"""More rounds teach the articles' wording by heart and other wordings no better."""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("tune", help="用文章列出的问法微调自带的向量模型")
    parser.add_argument(
        "--rounds", type=float, default=_ROUNDS, metavar="轮数", help=f"默认 {_ROUNDS}"
    )


def run(arguments: argparse.Namespace) -> int:
    """Learn from the published articles and put the learned values in the place of those there are."""
    settings = settings_from(arguments)
    lessons = lessons_of(passages_of(settings.articles, settings.article_limit))
    if not lessons:
        print("没有可学的内容：文章里没有列出至少两种问法的小节")
        return 1
    tuned = _learn(settings, lessons, arguments.rounds)
    keep_tuning(dict(tuned.values))
    print(f"{len(lessons)} 个小节，损失由 {tuned.first_loss:.2f} 降到 {tuned.last_loss:.2f}；")
    print(f"已写入 {TUNING_PATH}。接着运行 fit centres --write 和 fit sections --write，再重建索引")
    return 0


def _learn(settings: Settings, lessons: list[Lesson], rounds: float) -> Tuned:
    wheel = settings.model_wheel
    with tempfile.TemporaryDirectory(prefix="wenzhi-tune-") as folder, progress_bar("步") as show:
        untuned = build_bundled_model(
            Path(folder) / "model",
            wheel_folder=None if wheel == Path(".") else wheel,
            tuning=None,
        )
        return tune(untuned, lessons, rounds, lambda done, total, _: show("微调", done, total))
