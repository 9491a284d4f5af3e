"""The single command for a running server: environment, model, index, then http://127.0.0.1:8000."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, hand_over, system_trouble
from scripts.parser import ChineseParser, count

if TYPE_CHECKING:
    from kb.settings import Settings
    from web.services import Services

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SECONDS_TO_STOP = 10
_LARGEST_BODY = 1024 * 1024
"""Bytes that the server takes in, of which it would else keep a gigabyte on the disk; the application takes 256 KiB."""
_LARGEST_HEADER = 64 * 1024
"""Bytes of address and headers; the longest address of ours, a long quote to mark, takes 14 KiB."""


def parse(argv: Sequence[str]) -> Namespace:
    """The options; wrong ones end the program with status 2."""
    parser = ChineseParser(prog="serve.py", description="启动问知服务")
    parser.add_argument("--host", metavar="地址", help="监听地址，默认 127.0.0.1")
    parser.add_argument("--port", type=count(1, 65535), metavar="端口", help="监听端口，默认 8000")
    parser.add_argument("--articles", type=Path, metavar="目录", help="文章目录")
    parser.add_argument("--index", type=Path, metavar="目录", help="索引目录")
    return parser.parse_args(argv)


def main(arguments: Namespace) -> int:
    """Serve until interrupted; returns the exit status."""
    for name in _THREAD_VARIABLES:  # read by numpy when it is first imported
        os.environ.setdefault(name, "1")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("watchfiles").setLevel(logging.WARNING)
    from kb.errors import WenzhiError

    try:
        serve(_settings(arguments))
    except WenzhiError as error:
        print(f"启动失败：{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"启动失败：{system_trouble(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n已停止", file=sys.stderr)
    return 0


def serve(settings: Settings) -> None:
    """Bring the index up to date and answer requests until interrupted. Raises WenzhiError."""
    from waitress.server import create_server

    from web.app import create_app
    from web.guard import require_safe
    from web.services import open_services

    require_safe(settings)
    _require_free_port(settings.host, settings.port)
    print("打开知识库……", file=sys.stderr)
    services = open_services(settings)
    update_index(services)
    server = create_server(
        create_app(services),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        max_request_body_size=_LARGEST_BODY,
        max_request_header_size=_LARGEST_HEADER,
    )
    announce(services)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a script's background
    print(f"问知已启动：http://{settings.host}:{settings.port}（按 Ctrl-C 停止）", flush=True)
    with watching(services):
        server.run()
    print("已停止", file=sys.stderr)


def announce(services: Services) -> None:
    """Record the start, and lead whoever set up the login to the first administrator's page. Raises WenzhiError."""
    from kb.accounts.caller import at_the_server
    from kb.accounts.invitations import invite_first
    from kb.audit.entry import Action
    from kb.setting_changes import changes_since_last_start, remember

    settings, by = services.settings, at_the_server()
    if settings.access == "trial":
        return
    services.audit.record(by.event(Action.SERVICE_STARTED, settings.address))
    for changed in changes_since_last_start(settings):
        services.audit.record(by.event(Action.SETTINGS_CHANGED, detail=changed))
    remember(settings)
    bearer = invite_first(services.accounts, by)
    if bearer is not None:
        link = f"{settings.address}/invitation/{bearer}"
        print(
            f"还没有账号。24小时内打开这个链接建立第一位系统管理员（只能用一次）：\n{link}",
            flush=True,
        )


def update_index(services: Services) -> None:
    """Index what changed. When that fails and there is an older index, that one is served.

    What takes minutes, many new vectors, is left to the watching thread; until then keywords have to do.
    """
    from kb.errors import IndexStoreError
    from scripts.progress import progress_bar

    try:
        with progress_bar() as show:
            if services.settings.watch and services.indexer.is_far_behind():
                services.indexer.update_words(show)
            else:
                services.indexer.update(show)
    except IndexStoreError as error:
        if services.knowledge.engine.size() == 0:
            raise
        print(f"提醒：索引没有更新，继续使用原来的索引。{error}", file=sys.stderr)
        return
    states = services.knowledge.engine.files().values()
    passages = services.knowledge.engine.size()
    print(f"索引就绪：{len(states)} 个文件，{passages} 个段落", file=sys.stderr)
    if waiting := sum(state.waits for state in states):
        print(f"{waiting} 个文件在后台计算向量，完成之前只按关键词检索", file=sys.stderr)
    if findings := sum(len(state.findings) for state in states):
        remedy = "python3 scripts/manage.py lint"
        print(f"提醒：文章里有 {findings} 处问题，查看：{remedy}", file=sys.stderr)


@contextmanager
def watching(services: Services) -> Iterator[None]:
    """Keep the index up to date with the articles, and delete what was kept long enough, while the body runs;
    then release everything."""
    from kb.retention import start_forgetting
    from kb.watcher import start_watching

    stop = threading.Event()
    threads = [start_forgetting(services.accounts, stop)]
    if services.settings.watch:
        threads.append(start_watching(services.indexer, stop))
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=_SECONDS_TO_STOP)
        services.indexer.cache.close()
        services.database.close()
        services.knowledge.close()


def _settings(arguments: Namespace) -> Settings:
    """The settings, with the command line's (paths relative to the current folder) on top."""
    from kb.settings import load_settings

    given = {key: value for key, value in vars(arguments).items() if value is not None}
    for key in ("articles", "index"):
        if key in given:
            given[key] = given[key].absolute()
    return load_settings(ROOT, **given)


def _require_free_port(host: str, port: int) -> None:
    """Raise SettingsError when the address cannot be listened on, before anything slow begins."""
    from kb.errors import SettingsError

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"端口 {port} 已被占用", "停掉占用它的程序，或用 --port 换一个端口"
            ) from error
        raise SettingsError(
            f"不能监听 {host}:{port}（{error.strerror}）", "检查 host 和 port 设置"
        ) from error


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    chosen = parse(sys.argv[1:])
    hand_over([ROOT / "requirements.txt"])
    for stream in (sys.stdout, sys.stderr):  # whatever the log cannot hold is spelled out
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(chosen))
