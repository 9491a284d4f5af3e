"""The typing part of `manage.py evaluate --golden`: what one mistyped character in each question costs."""

from __future__ import annotations

from pathlib import Path

from bot.golden import read_golden
from bot.misspelling import Loss, measure_loss
from kb.knowledge import Knowledge
from scripts.commands.apart import indexed_apart
from scripts.commands.options import print_json
from scripts.progress import progress_bar


def evaluate_typos(knowledge: Knowledge, folder: Path, seed: int, as_json: bool) -> None:
    """Index the articles apart from what is served, search every golden question as it is and with one
    homophone, and print the hit rates and what is lost."""
    questions = read_golden(folder)
    with indexed_apart(knowledge) as apart, progress_bar("问") as show:
        loss = measure_loss(
            apart, questions, seed, lambda done, all_: show("打错一个字再提问", done, all_)
        )
    if as_json:
        print_json({"typos": _record(loss)})
    else:
        print("\n".join(_lines(loss)))


def _record(loss: Loss) -> dict[str, int | float]:
    return {
        "seed": loss.seed,
        "questions": loss.questions,
        "mistyped": loss.mistyped,
        "hit@1": round(loss.hit_1, 4),
        "hit@3": round(loss.hit_3, 4),
        "typos_hit@1": round(loss.typos_hit_1, 4),
        "typos_hit@3": round(loss.typos_hit_3, 4),
        "loss@1": round(loss.hit_1 - loss.typos_hit_1, 4),
        "loss@3": round(loss.hit_3 - loss.typos_hit_3, 4),
    }


def _lines(loss: Loss) -> list[str]:
    figures = _record(loss)
    return [
        f"{loss.questions} 题，其中 {loss.mistyped} 题打错了一个字（种子 {loss.seed}）",
        "　　　　　hit@1  hit@3",
        f"原来的问题 {figures['hit@1']:5.3f}  {figures['hit@3']:5.3f}",
        f"打错以后　 {figures['typos_hit@1']:5.3f}  {figures['typos_hit@3']:5.3f}",
        f"损失　　　 {figures['loss@1']:5.3f}  {figures['loss@3']:5.3f}",
    ]
