"""Small data sets in the forms that `manage.py fit` and `evaluate` read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

DOCUMENTS = {
    "d1": (
        "越国古桥",
        "玉成桥在城南，横跨剡溪。\n它建于一七八〇年，由乡人集资修成。\n桥上有亭，供人歇脚。",
    ),
    "d2": ("竹编", "竹编用本地毛竹。\n匠人先破篾，再编成筐。\n一只细筐要编十二天。"),
    "d3": ("越剧小戏", "小戏班有七人。\n他们春天下乡，秋天回城。\n最早的班主姓袁。"),
}
QUERIES = {
    "q1": ("玉成桥建于哪一年", "d1", "一七八〇年"),
    "q2": ("一只细筐要编多少天", "d2", "十二天"),
    "q3": ("小戏班最早的班主姓什么", "d3", "姓袁"),
    "q4": ("玉成桥在哪里", "d1", "城南"),
}


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """A JSONL file with these rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_dataset(folder: Path, answers: bool = True) -> Path:
    """Three documents and four questions in BEIR form, with the words that answer them."""
    write_lines(
        folder / "corpus.jsonl",
        ({"_id": name, "title": title, "text": text} for name, (title, text) in DOCUMENTS.items()),
    )
    marked = {
        name: {"answers": [answer]} if answers else {} for name, (_, _, answer) in QUERIES.items()
    }
    write_lines(
        folder / "queries.jsonl",
        ({"_id": name, "text": text, **marked[name]} for name, (text, _, _) in QUERIES.items()),
    )
    judgements = [f"{name}\t{document}\t1" for name, (_, document, _) in QUERIES.items()]
    lines = ["query-id\tcorpus-id\tscore", *judgements]
    (folder / "qrels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
