"""A small library served by the real application: real index, real model, real records."""

from __future__ import annotations

import shutil
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.server import create_server

from kb.accounts.rights import Role
from kb.engines import open_engine_at
from kb.settings import Settings
from tests.web.people import add_person
from web.app import create_app
from web.services import Services, open_services, over_database


def picture() -> bytes:
    """A PNG of one red pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    size = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    parts = chunk(b"IHDR", size), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


ARTICLES = {
    "policy/unemployment.md": """\
---
title: 失业保险金领取期限
kind: policy
summary: 缴费满一年领三个月失业金，最长领取二十四个月。
region: 浙江
effective_from: 2022-08-01
supersedes: [policy/unemployment-old, policy/secret-plan]
sources:
  - {title: 浙江省失业保险条例, number: 浙人大〔2022〕7号, date: 2022-07-29, url: https://example.gov.cn/a}
questions: [失业金能领几个月, 失业金最长领多久]
systems: [省集中系统]
tags: [失业, 待遇]
owner: 就业科
review_by: 2099-06-30
---
失业保险金按累计缴费时间计算，缴费满一年的领三个月。

## 领取月数

按下表查，最长不超过二十四个月。

| 累计缴费 | 领取月数 |
| --- | --- |
| 满1年 | 3个月 |
| 满5年 | 11个月 |
| 满10年 | 18个月 |

### 计算例子

缴费 6 年的，先算前 5 年，再算后 1 年。

![流程图](chart.png)

## 办理步骤

1. 核对身份证和社保卡。
2. 查询累计缴费时间，
   打印缴费清单。
3. 录入失业金申请，提交[复核](../howto/review.md)。
""",
    "policy/unemployment-old.md": """\
---
title: 失业保险金旧办法
kind: policy
summary: 旧办法最长领取十二个月，已经停用。
effective_from: 2004-01-01
effective_to: 2022-07-31
sources: [{title: 旧条例, date: 2003-09-04}]
tags: [失业]
---
旧办法按缴费年限分三档。
""",
    "policy/next-year.md": """\
---
title: 明年的缴费办法
kind: policy
summary: 缴费办法从2099年起施行。
effective_from: 2099-01-01
sources: [{title: 缴费办法, date: 2098-12-01}]
---
还没有施行的缴费办法。
""",
    "policy/secret-plan.md": """\
---
title: 未定稿的紫色长颈鹿方案
kind: policy
summary: 紫色长颈鹿方案还在讨论。
status: draft
sources: [{title: 草案, date: 2026-01-01}]
questions: [紫色长颈鹿方案什么时候公布]
tags: [长颈鹿]
---
紫色长颈鹿方案的正文。
""",
    "playbook/server-room.md": """\
---
title: 机房保密柜钥匙借用
kind: playbook
access: engineer
summary: 机房保密柜钥匙由驻场工程师保管。
questions: [机房保密柜钥匙在哪里]
tags: [机房]
---
机房保密柜钥匙放在值班室。
""",
    "system/root-keys.md": """\
---
title: 根密钥备份盘的存放
kind: system
access: admin
summary: 根密钥备份盘放在保险柜第二个抽屉。
questions: [根密钥备份盘放在哪个抽屉]
---
根密钥备份盘放在保险柜第二个抽屉。
""",
    "playbook/deep/ora-12541.md": """\
---
title: ORA-12541 无监听怎么处理
kind: playbook
summary: 目标主机的端口上没有监听，由库侧启动监听。
codes: [ORA-12541]
verified: false
---
先测端口通不通。

```
tnsping ORCL
lsnrctl status
```
""",
    "policy/pension-employee.md": """\
---
title: 职工养老金领取条件
kind: policy
summary: 养老金领取条件分年龄和年限两项。
sources: [{title: 养老保险条例, date: 2020-01-01}]
questions: [养老金领取条件]
---
职工到龄且缴费满年限的可以领取。
""",
    "policy/pension-resident.md": """\
---
title: 城乡居民养老金领取条件
kind: policy
summary: 养老金领取条件分年龄和年限两项。
sources: [{title: 养老保险条例, date: 2020-01-01}]
questions: [养老金领取条件]
---
居民到龄且缴费满年限的可以领取。
""",
    "howto/review.md": """\
---
title: 复核怎么做
kind: howto
summary: 复核岗逐项核对后提交。
questions: [复核怎么做]
---
复核岗逐项核对金额和账户。
""",
    "howto/markup.md": """\
---
title: "<script>alert('title')</script> & 标题"
kind: howto
summary: "<img src=x onerror=alert('summary')> 摘要里的斑马线"
questions: ["<b>斑马线</b>怎么画"]
tags: ["<i>斜体</i>"]
sources: [{title: "<u>来源</u>", url: "javascript:alert('source')"}]
---
正文里的斑马线。<script>alert('body')</script>

[甲](../policy/link.png) [乙](../policy/.hidden.png) [丙](../.git/config.png) [丁](../glossary/terms.yaml)
[戊](../policy/UNEMPLOYMENT.MD) [己](../policy/none.png) [庚](../policy/)
[申请表](../policy/form.docx) [示意图](../policy/drawing.svg)

## <em onclick="alert('heading')">标题</em>里的标记

文字。
""",
}


GRADES = """\
---
title: 缴费档次对照表
kind: policy
summary: 缴费档次从第1档到第90档。
sources: [{title: 缴费档次通知, date: 2020-01-01}]
---
按档次查月缴费。

## 档次

| 档次 | 月缴费 |
| --- | --- |
""" + "".join(f"| 第{grade}档 | {grade * 100}元 |\n" for grade in range(1, 91))


def write_library(library: Path) -> None:
    """Write the articles, with a picture, a drawing and files that must not be served."""
    for name, text in [*ARTICLES.items(), ("policy/grades.md", GRADES)]:
        path = library / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (library / "policy" / "chart.png").write_bytes(picture())
    (library / "policy" / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (library / "policy" / "form.docx").write_bytes(b"PK form")
    (library / "policy" / ".hidden.png").write_bytes(picture())
    (library / ".git").mkdir()
    (library / ".git" / "config.png").write_bytes(picture())
    (library / "glossary").mkdir()
    (library / "glossary" / "terms.yaml").write_text(
        "- {term: 断缴, synonyms: [中断缴费]}\n", "utf-8"
    )


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The articles' folder; tests that change it make their own."""
    folder = tmp_path_factory.mktemp("library") / "articles"
    write_library(folder)
    (folder.parent / "outside.png").write_bytes(picture())
    (folder / "policy" / "link.png").symlink_to(folder.parent / "outside.png")
    return folder


def open_and_index(library: Path, bundled_model: Path) -> Services:
    """Open a library with all state beside it, and bring its index up to date."""
    state = library.parent / "var"
    model = str(bundled_model)
    settings = Settings(articles=library, state=state, index=state / "index", model=model)
    services = open_services(settings)
    services.indexer.update()
    return services


def close(services: Services) -> None:
    """Release everything, as the server does when it ends."""
    services.indexer.cache.close()
    services.database.close()
    services.knowledge.close()


@pytest.fixture(scope="session")
def opened(library: Path, bundled_model: Path) -> Iterator[Services]:
    """The library opened and indexed once."""
    services = open_and_index(library, bundled_model)
    yield services
    close(services)


@pytest.fixture
def open_library(bundled_model: Path) -> Iterator[Callable[[Path], Services]]:
    """Opens and indexes a library of the test's own."""
    made: list[Services] = []

    def open_one(library: Path) -> Services:
        made.append(open_and_index(library, bundled_model))
        return made[-1]

    yield open_one
    for services in made:
        close(services)


@pytest.fixture
def services(opened: Services, tmp_path: Path) -> Iterator[Services]:
    """The shared index with records of the test's own."""
    settings = replace(opened.settings, state=tmp_path, audit_key=tmp_path / "audit" / "key")
    made = over_database(settings, opened.knowledge, opened.indexer)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def peopled(opened: Services, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with somebody of every role in its records: hashing passwords takes its time, once."""
    state = tmp_path_factory.mktemp("peopled")
    settings = replace(opened.settings, state=state, audit_key=state / "audit" / "key")
    made = over_database(settings, opened.knowledge, opened.indexer)
    for role in Role:
        add_person(made, role)
    made.database.close()
    return state


@pytest.fixture
def guarded(services: Services, peopled: Path) -> Services:
    """The same behind a login, with somebody of every role."""
    shutil.copytree(peopled, services.settings.state, dirs_exist_ok=True)
    settings = replace(services.settings, access="login", asks_per_minute=6000)
    return replace(
        services, settings=settings, accounts=replace(services.accounts, settings=settings)
    )


@pytest.fixture
def guarded_app(guarded: Services) -> Flask:
    """The application behind a login."""
    return create_app(guarded)


@pytest.fixture
def app(services: Services) -> Flask:
    """The application as it is served."""
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader without a browser."""
    return app.test_client()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An application served by the real server on a free port of this machine; yields its address."""
    connections: dict[int, object] = {}
    server = create_server(app, map=connections, host="127.0.0.1", port=0, threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served."""
    with served(app) as at:
        yield at


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The file of the test's own records."""
    return tmp_path / "wenzhi.sqlite"


@pytest.fixture
def damaged(database: Path) -> None:
    """The records cannot be read or written."""
    database.write_bytes(b"this is no database " * 500)


@pytest.fixture
def broken(services: Services, tmp_path: Path) -> Iterator[FlaskClient]:
    """A service whose index was lost before it could be opened."""
    folder = tmp_path / "index"
    engine = open_engine_at("embedded", folder)
    folder.mkdir(exist_ok=True)
    (folder / "CURRENT").write_text("generation-000009", encoding="ascii")
    lost = replace(services, knowledge=replace(services.knowledge, engine=engine))
    yield create_app(lost).test_client()
    engine.close()
