"""The part of `manage.py evaluate --golden` for new articles: what is found when sections list few questions."""

from __future__ import annotations

from pathlib import Path

from bot.golden import GoldenQuestion, judge_all, read_golden, summarise
from kb.knowledge import Knowledge
from scripts.commands.apart import indexed_apart, indexed_with_few
from scripts.commands.golden import Figures, figures_of
from scripts.commands.options import print_json
from scripts.progress import progress_bar


def evaluate_few(knowledge: Knowledge, folder: Path, most: int, as_json: bool) -> None:
    """Ask every golden question of the articles, and of the same with at most `most` listed questions a section;
    print the figures of both."""
    questions = read_golden(folder)
    with indexed_apart(knowledge) as apart:
        whole = _figures(apart, questions, "提问")
    with indexed_with_few(knowledge, most) as apart:
        few = _figures(apart, questions, "问法减少后提问")
    if as_json:
        print_json({"golden": whole, "few": {"listed": most, **few}})
    else:
        print("\n".join(_lines(whole, few, most)))


def _figures(knowledge: Knowledge, questions: list[GoldenQuestion], step: str) -> Figures:
    with progress_bar("问") as show:
        judged = judge_all(knowledge, questions, lambda *done: show(step, *done))
    return figures_of(summarise(judged))


def _lines(whole: Figures, few: Figures, most: int) -> list[str]:
    lines = [
        f"{whole['questions']} 题；每节只留文件里的前 {most} 个问法，文章正文不变",
        f"{'':20}    全部  只留 {most} 个",
    ]
    return lines + [
        f"{name:20}{_cell(value)}{_cell(few[name])}"
        for name, value in whole.items()
        if name != "questions"
    ]


def _cell(value: float | None) -> str:
    if value is None:
        return "       –"
    return f"{value:8d}" if isinstance(value, int) else f"{value:8.3f}"
