"""`manage.py fit documents`: learn the order of sections that list no questions from data sets of documents."""

from __future__ import annotations

import argparse
from pathlib import Path

from kb import document_order
from kb.dataset import read_dataset
from kb.document_fitting import Question, across, questions_of, teach
from kb.document_order import keep_order
from kb.errors import BadQuestion
from kb.knowledge import Knowledge
from scripts.commands.apart import dataset_apart
from scripts.commands.options import print_json
from scripts.progress import progress_bar

MEANING = "没有列出问法的文档的排序，由评测数据集学"

_COLUMNS = {
    "fused": "融合分",
    "own": "学自同一数据集的另一半",
    "joint": "学自所有数据集的另一半",
    "strange": "学自别的数据集",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this part."""
    parser.add_argument(
        "--documents",
        nargs="+",
        type=Path,
        default=[],
        metavar="目录",
        help="评测数据集（BEIR 格式），各占一样的分量",
    )


def learn(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Judge by halves, in both directions; fit to all questions only to write it. Raises BadQuestion."""
    if not arguments.documents:
        raise BadQuestion("没有说明用哪些数据集来学", "加上 --documents 和数据集目录")
    sets = {folder.name: _questions(knowledge, folder) for folder in arguments.documents}
    with progress_bar("次") as show:
        held = across(sets, lambda *done: show("学习", *done))
    if arguments.write:
        keep_order(teach(list(sets.values())))
    if arguments.json:
        print_json({"held_out": held})
        return
    print("nDCG@10，用另一半问题学的排序（偶数题、奇数题）：")
    for name, columns in held.items():
        shown = (f"{_COLUMNS[key]} {even:.4f} {odd:.4f}" for key, (even, odd) in columns.items())
        print(f"{name}：{'；'.join(shown)}")
    print(f"已写入 {document_order.ORDER_PATH}" if arguments.write else "没有写入；加 --write 才写")


def _questions(knowledge: Knowledge, folder: Path) -> list[Question]:
    dataset = read_dataset(folder)
    with dataset_apart(knowledge, dataset) as apart, progress_bar("问") as show:
        return questions_of(apart, dataset, lambda *done: show("提问", *done))
