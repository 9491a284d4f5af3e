"""`manage.py bench`: how long a question takes, stage by stage, beside the bare query embedding."""

from __future__ import annotations

import argparse
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from bot.ask import ask
from kb.article import read_article
from kb.engines import Engine, open_engine_at
from kb.errors import IndexStoreError
from kb.knowledge import Knowledge, open_knowledge
from kb.search import keyword_leg, make_query
from kb.synthetic import synthetic_library
from kb.types import Passage, Scope
from scripts.commands.options import print_json, require_index, settings_from
from scripts.environment import ROOT
from scripts.parser import count
from scripts.progress import progress_bar

_QUESTION = "养老金退票怎么重发"
_STARTUP_LIMIT = 120.0
_MEANING = {
    "passages": "段落数",
    "questions": "问题数",
    "embedding_p50_ms": "问题向量，中位毫秒",
    "keyword_p50_ms": "关键词检索，中位毫秒",
    "nearest_p50_ms": "语义检索，中位毫秒",
    "ask_p50_ms": "整次提问，中位毫秒",
    "ask_p95_ms": "整次提问，95% 毫秒",
    "ask_to_embedding": "整次提问 ÷ 问题向量",
    "build_seconds": "建索引（不含向量），秒",
    "peak_memory_mib": "内存峰值，MiB",
    "startup_seconds": "启动到第一个回答，秒",
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="测量速度：各阶段用时和启动用时")
    parser.add_argument(
        "--passages", type=count(100, 2_000_000), default=20_000, metavar="N", help="扩充到多少段落"
    )
    parser.add_argument("--real", action="store_true", help="不扩充，直接测量现有索引")
    parser.add_argument("--startup", action="store_true", help="只测量从启动到第一个回答的时间")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")


def run(arguments: argparse.Namespace) -> int:
    """Measure and print one flat set of figures."""
    figures = _startup() if arguments.startup else _stages(arguments)
    if arguments.json:
        print_json(figures)
    else:
        for name, value in figures.items():
            print(f"{_MEANING[name]}：{value:g}")
    return 0


def _stages(arguments: argparse.Namespace) -> dict[str, float]:
    knowledge = open_knowledge(settings_from(arguments))
    try:
        require_index(knowledge)
        questions = [q for article in knowledge.engine.articles() for q in article.head.questions]
        if not questions:
            raise IndexStoreError(
                "索引里的文章没有常见问法，无法测速", "先索引带 questions 的文章目录"
            )
        if arguments.real:
            return _measure(knowledge, questions, {})
        with tempfile.TemporaryDirectory(prefix="wenzhi-bench-") as folder:
            grown, seconds = _grow(knowledge, Path(folder), arguments.passages)
            return _measure(grown, questions, {"build_seconds": round(seconds, 1)})
    finally:
        knowledge.close()


def _grow(knowledge: Knowledge, folder: Path, wanted: int) -> tuple[Knowledge, float]:
    """A copy of the library's passages and as many synthetic ones as are wanted, in a folder apart."""
    articles = [
        parsed
        for slug in (article.path for article in knowledge.engine.articles())
        if (
            parsed := read_article(
                knowledge.settings.articles, PurePosixPath(slug), 10_000_000
            ).article
        )
    ]
    own = [passage for article in articles for passage in article.passages]
    engine: Engine = open_engine_at(knowledge.settings.engine, folder)
    started = time.perf_counter()
    with progress_bar("段") as show:
        engine.write(_counted(knowledge, own, wanted, show), set(), {})
    return replace(knowledge, engine=engine), time.perf_counter() - started


def _counted(
    knowledge: Knowledge, own: list[Passage], wanted: int, show: Callable[[str, int, int], None]
) -> Any:
    done = 0
    library = synthetic_library(own, wanted, knowledge.tokenizer, knowledge.embedder.dimension)
    for indexed in library:
        yield indexed
        done += len(indexed.entries)
        show("建立测速索引", done, wanted)


def _measure(
    knowledge: Knowledge, questions: list[str], extra: dict[str, float]
) -> dict[str, float]:
    """Every stage on every question, in turn, so that all see the same state of the machine."""
    scope = Scope(as_of=date.today())
    stages: dict[str, list[float]] = {"embedding": [], "keyword": [], "nearest": [], "ask": []}
    for warm_up in (True, False):
        for question in questions[:20] if warm_up else questions:
            query = make_query(knowledge, question, scope)
            vector, seconds = _timed(partial(knowledge.embedder.embed_query, query.text))
            times = {
                "embedding": seconds,
                "keyword": _timed(partial(keyword_leg, knowledge, query))[1],
                "nearest": _timed(partial(knowledge.engine.nearest, vector, scope, 100))[1],
                "ask": _timed(partial(ask, knowledge, question, scope))[1],
            }
            for name, value in times.items() if not warm_up else ():
                stages[name].append(value * 1000)
    medians = {name: float(np.median(values)) for name, values in stages.items()}
    return {
        "passages": knowledge.engine.size(),
        "questions": len(stages["ask"]),
        **{f"{name}_p50_ms": round(value, 2) for name, value in medians.items()},
        "ask_p95_ms": round(float(np.percentile(stages["ask"], 95)), 2),
        "ask_to_embedding": round(medians["ask"] / medians["embedding"], 2),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **extra,
    }


def _timed(action: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = action()
    return result, time.perf_counter() - started


def _startup() -> dict[str, float]:
    """Start the server as a user does, ask one question over HTTP, stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = time.perf_counter()
    command = [sys.executable, str(ROOT / "scripts" / "serve.py"), "--port", str(port)]
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=os.environ
    )
    try:
        _first_answer(server, port, started)
        return {"startup_seconds": round(time.perf_counter() - started, 2)}
    finally:
        server.terminate()
        server.wait(10)


def _first_answer(server: subprocess.Popen[bytes], port: int, started: float) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/ask",
        json.dumps({"question": _QUESTION}).encode(),
        {"Content-Type": "application/json"},
    )
    while time.perf_counter() - started < _STARTUP_LIMIT:
        if server.poll() is not None:
            output = server.stderr.read().decode(errors="replace") if server.stderr else ""
            raise IndexStoreError(f"服务没有启动成功：{output.strip()[-500:]}", "按提示处理后重试")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                if json.load(response)["outcome"] == "answer":
                    return
        except OSError:
            time.sleep(0.05)
    raise IndexStoreError(f"{_STARTUP_LIMIT:g} 秒内没有得到回答", "运行 manage.py doctor 检查")
