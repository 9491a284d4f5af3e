"""No address leads out of the folders that are served, however it is written; who tries it stands in the audit log."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.accounts.rights import Role
from kb.errors import BadQuestion
from scripts.commands.new import run
from tests.conftest import REPOSITORY
from tests.security.recorded import refusals
from tests.web.conftest import picture
from tests.web.people import person
from web.refusals import Refusals
from web.services import Services

SECRET = "nobody-may-read-this"
HOSTILE = """
../secret.png
../../secret.png
../../../../../../etc/passwd
..
...
....//....//secret.png
..;/secret.png
.. /secret.png
policy/../../secret.png
policy/../../../secret.png
./../secret.png
%2e%2e/secret.png
%2e%2e%2fsecret.png
..%2fsecret.png
.%2e/secret.png
%2e./secret.png
%2E%2E%2Fsecret.png
policy%2f..%2f..%2fsecret.png
%252e%252e%252fsecret.png
%252e%252e/secret.png
..%252fsecret.png
%25252e%25252e%25252fsecret.png
..%5csecret.png
%2e%2e%5csecret.png
%255c..%255csecret.png
..\\secret.png
..\\..\\secret.png
policy\\..\\..\\secret.png
policy\\chart.png
%5c%5cserver%5cshare%5csecret.png
%c0%ae%c0%ae/secret.png
%c0%ae%c0%ae%c0%afsecret.png
..%c0%afsecret.png
..%c1%9csecret.png
%e0%80%ae%e0%80%ae/secret.png
..%e0%80%afsecret.png
%f0%80%80%ae%f0%80%80%ae/secret.png
%uff0e%uff0e/..%2fsecret.png
\uff0e\uff0e/secret.png
\uff0e\uff0e\uff0fsecret.png
\u2025/secret.png
policy/chart.png%00.md
secret%00.png
%00
policy/%00/chart.png
policy/chart.png%0a
policy/chart.png%0d%0aSet-Cookie:%20a=b
policy/%7fchart.png
%2500secret.png
C:/Windows/win.ini
c:%5cWindows%5cwin.ini
C|/Windows/win.ini
policy/D:/secret.png
file:/etc/passwd
file:%2f%2f%2fetc%2fpasswd
php:/filter/read=x/resource=secret.png
policy/chart.png::$DATA
policy/chart.png%3a%3a$DATA
.git/config
.git/config.png
.git%2fconfig.png
%2egit/config.png
.GIT/config.png
policy/.git/HEAD
.env
.svn/entries
.ssh/id_rsa
.htaccess
policy/.DS_Store
.venv/pyvenv.cfg
""".split("\n")[1:-1]
"""Below a folder that is served, what no link and no person writes."""

ORDINARY = """
etc/passwd
wenzhi.toml
var/wenzhi.sqlite
var/secret/key
audit/key
policy/link.png
policy/.hidden.png
policy/unemployment.md
policy/chart.png~
glossary/terms.yaml
~root/secret.png
proc/self/environ
policy/%ff%fe
policy/./nothing.png
""".split()
"""What a wrong link may hold as well: not there, and not worth an entry."""

DOORS = ("/attachments/", "/wiki/", "/static/", "/api/v1/articles/", "/bootstrap/static/")


def reach(client: FlaskClient, door: str, written: str) -> TestResponse:
    """Ask for an address byte by byte, as servers hand it on; clients would put it right before they send it."""
    path = (door.encode() + unquote_to_bytes(written)).decode("latin-1")
    return client.get("/", environ_overrides={"PATH_INFO": path})


@pytest.fixture
def traps(library: Path) -> None:
    """Files that must not come out lie all around."""
    for place in (library.parent, library.parent.parent):
        (place / "secret.png").write_bytes(picture() + SECRET.encode())


@pytest.mark.usefixtures("traps")
@pytest.mark.parametrize("door", DOORS)
def test_no_address_brings_a_file_from_elsewhere(app: Flask, door: str) -> None:
    assert len(set(HOSTILE)) >= 60
    client = app.test_client()
    for written in [*HOSTILE, *ORDINARY]:
        with reach(client, door, written) as response:
            assert response.status_code == 404, written
            assert "没有" in response.text, written
            assert SECRET not in response.text
            assert "root:" not in response.text


@pytest.mark.parametrize("written", HOSTILE)
def test_who_looks_for_a_way_out_stands_in_the_audit_log(
    services: Services, client: FlaskClient, written: str
) -> None:
    assert reach(client, "/attachments/", written).status_code == 404
    assert len(refusals(services, "refused_input")) == 1


@pytest.mark.parametrize("written", ORDINARY)
def test_a_wrong_address_is_not_worth_an_entry(
    services: Services, client: FlaskClient, written: str
) -> None:
    assert reach(client, "/attachments/", written).status_code == 404
    assert refusals(services, "refused_input") == []


def test_whoever_has_not_signed_in_is_told_nothing_else(
    guarded_app: Flask, guarded: Services
) -> None:
    assert guarded_app.test_client().get("/attachments/..%2fsecret.png").status_code == 404
    assert refusals(guarded, "refused_input")[0][0] == "未登录"


def test_a_flood_of_tries_is_counted_and_not_written_one_by_one(
    services: Services, client: FlaskClient
) -> None:
    for _ in range(50):
        client.get("/attachments/..%2fsecret.png")
    assert 0 < len(refusals(services, "refused_input")) < 50
    counted = Refusals()
    assert [counted.count("a", "b") for _ in range(21)][-1] is None


def test_files_of_this_service_are_served(client: FlaskClient) -> None:
    for address in ("/attachments/policy/chart.png", "/static/wenzhi.css", "/wiki/howto/review"):
        with client.get(address) as response:
            assert response.status_code == 200


def test_a_picture_of_an_article_for_others_is_not_served(
    guarded_app: Flask, guarded: Services, library: Path
) -> None:
    withheld = library / "playbook" / "room.png"
    withheld.write_bytes(picture())
    article = library / "playbook" / "server-room.md"
    before = article.read_text("utf-8")
    try:
        article.write_text(before + "\n![机房](room.png)\n", encoding="utf-8")
        guarded.indexer.update()
        served = {}
        for role in (Role.COUNTER, Role.SUPERVISOR, Role.ENGINEER):
            with person(guarded_app, role).get("/attachments/playbook/room.png") as response:
                served[role] = response.status_code
    finally:
        article.write_text(before, encoding="utf-8")
        withheld.unlink()
        guarded.indexer.update()
    assert served == {Role.COUNTER: 404, Role.SUPERVISOR: 404, Role.ENGINEER: 200}
    assert ("counter", "/attachments/playbook/room.png") in refusals(guarded, "denied")


SLUGS = """
../outside /etc/x a/../../outside ..\\outside C:/x ./x .git/config a//b a/ -x --help=x a;id
$(id) `id` a|b a&b a.md/../b a%2f..%2fb %2e%2e/b ~/x ~root/x A/B a_b a/.b \u4e2d\u6587 \uff0e\uff0e/x a/-b a- wenzhi.toml
""".split()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_new_article_is_written_nowhere_but_in_the_library(tmp_path: Path, slug: str) -> None:
    library = tmp_path / "deep" / "articles"
    library.mkdir(parents=True)
    wanted = Namespace(articles=library, index=None, kind="policy", slug=slug)
    with pytest.raises(BadQuestion, match="不能用"):
        run(wanted)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_command_line_says_in_chinese_that_a_place_cannot_be_used(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/manage.py", "new", "--articles", str(tmp_path), "policy"]
    made = subprocess.run(
        [*command, "--", "../x"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert made.returncode != 0
    assert "不能用" in made.stderr
    assert "Traceback" not in made.stderr
