"""`scripts/serve.py` starts, answers over HTTP, follows the articles and stops cleanly."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kb.database import Database
from kb.models import AnswerRow
from kb.records import Records

ROOT = Path(__file__).resolve().parents[2]
SERVE = str(ROOT / "scripts" / "serve.py")
PATIENCE = 90.0


@pytest.fixture
def variables(tmp_path: Path, bundled_model: Path) -> dict[str, str]:
    state, model = str(tmp_path / "var"), str(bundled_model)
    return os.environ | {"WENZHI_STATE": state, "WENZHI_MODEL": model}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    library: Path, variables: dict[str, str]
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server on a free port, once it says its address."""
    port = free_port()
    command = [sys.executable, SERVE, "--port", str(port), "--articles", str(library)]
    log = library.parent / "serve.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, env=variables, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            first = server.stdout.readline()
            assert f"http://127.0.0.1:{port}" in first, log.read_text("utf-8")
            yield f"http://127.0.0.1:{port}", server
        finally:
            if server.poll() is None:
                server.kill()


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as response:
        return json.load(response)


def found(address: str, words: str) -> list[str]:
    return [hit["slug"] for hit in get(f"{address}/api/v1/search?q={words}")["hits"]]


def test_it_serves_follows_the_articles_and_stops_on_interrupt(
    library: Path, variables: dict[str, str]
) -> None:
    with serving(library, variables) as (address, server):
        assert get(f"{address}/healthz")["status"] == "ok"
        assert "playbook/ora-12541" in found(address, "ORA-12541")
        (library / "howto" / "new.md").write_text(
            "---\ntitle: XYZ-98765 怎么处理\nkind: howto\n---\n换一根网线。\n", "utf-8"
        )
        deadline = time.monotonic() + PATIENCE
        while "howto/new" not in found(address, "XYZ-98765"):
            assert time.monotonic() < deadline, "the new article was never indexed"
            time.sleep(0.1)
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0
    log = (library.parent / "serve.log").read_text("utf-8")
    assert "已停止" in log
    assert "Traceback" not in log


def test_a_broken_article_does_not_keep_the_rest_from_being_served(
    library: Path, variables: dict[str, str]
) -> None:
    (library / "howto" / "broken.md").write_text("---\ntitle: [\n---\n坏\n", "utf-8")
    with serving(library, variables) as (address, server):
        assert "playbook/ora-12541" in found(address, "ORA-12541")
        server.terminate()
        assert server.wait(30) == 0
    assert "manage.py lint" in (library.parent / "serve.log").read_text("utf-8")


def test_what_was_kept_long_enough_is_deleted_while_it_serves(
    library: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}/var/wenzhi.sqlite")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    Records(database, lambda: long_ago).record_answer("断缴怎么补", "answer", 0.9, [], 5)
    with serving(library, variables) as (_, server):
        deadline = time.monotonic() + PATIENCE
        while "已删除过期记录" not in (library.parent / "serve.log").read_text("utf-8"):
            assert time.monotonic() < deadline, "nothing was deleted"
            time.sleep(0.1)
        server.terminate()
        assert server.wait(30) == 0
    with database.reading() as session:
        assert session.scalars(select(AnswerRow)).all() == []
    database.close()


def test_a_port_in_use_is_said_at_once(library: Path, variables: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run_serve(
            variables, "--port", str(taken.getsockname()[1]), "--articles", str(library)
        )
    assert ended.returncode == 1
    assert "已被占用" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_settings_that_cannot_be_used_end_the_start_with_their_name(
    variables: dict[str, str],
) -> None:
    ended = run_serve(variables | {"WENZHI_THREADS": "many"})
    assert ended.returncode == 1
    assert "threads" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_missing_model_ends_the_start_with_a_remedy(
    library: Path, variables: dict[str, str]
) -> None:
    ended = run_serve(
        variables | {"WENZHI_MODEL": "/nowhere/model"},
        "--port",
        str(free_port()),
        "--articles",
        str(library),
    )
    assert ended.returncode == 1
    assert "/nowhere/model" in ended.stderr
    assert "处理办法" in ended.stderr


def test_wrong_usage_ends_with_status_2(variables: dict[str, str]) -> None:
    ended = run_serve(variables, "--port", "eighty")
    assert ended.returncode == 2
    assert "不是 1 到 65535 的整数" in ended.stderr


def run_serve(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SERVE, *arguments],
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
