"""What search finds for each golden question that names its right sections, in an index of the articles alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.golden import GoldenQuestion, read_golden
from kb.knowledge import Knowledge
from kb.search import Found, look_up
from kb.types import Scope, Turn
from scripts.commands.apart import indexed_apart
from scripts.progress import progress_bar


def found_for_golden(knowledge: Knowledge, folder: Path) -> Iterator[tuple[GoldenQuestion, Found]]:
    """Look up the questions of a folder, each after those before it in its conversation."""
    questions = [item for item in read_golden(folder) if item.sections]
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        for number, item in enumerate(questions, 1):
            history = [Turn(question) for question in item.after]
            yield item, look_up(apart, item.question, Scope(as_of=item.asked_on), history)
            show("提问", number, len(questions))
