"""What the program must never do with a text it was given: no shell, no evaluation, no loading of code, no fetching."""

from __future__ import annotations

import ast
import socket
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path

import lxml.html
import pytest

from kb.errors import BadQuestion
from scripts.commands.new import run
from tests.test_structure import ROOT, imports, modules, name_of, tree_of
from web.app import create_app
from web.services import Services

PARTS = ("kb", "bot", "web", "scripts")
FORBIDDEN_CALLS = frozenset(
    {"eval", "exec", "compile", "__import__", "input", "os.system", "os.popen"}
    | {"os.spawnl", "os.spawnv", "pickle.load", "pickle.loads", "marshal.loads", "marshal.load"}
    | {
        "shelve.open",
        "subprocess.getoutput",
        "subprocess.getstatusoutput",
        "importlib.import_module",
    }
    | {"yaml.unsafe_load", "yaml.full_load", "yaml.load_all", "joblib.load", "dill.loads"}
    | {"tempfile.mktemp", "render_template_string", "flask.render_template_string"}
)
NOT_CODE = frozenset({"re.compile"})
SAFE_LOADERS = frozenset({"yaml.BaseLoader", "yaml.SafeLoader"})
SPAWNS = frozenset(
    {
        "kb/bundled_model/source.py",
        "scripts/environment.py",
        "scripts/test.py",
        "scripts/commands/bench.py",
    }
)
"""What may run other programs: what builds and checks this one, never what answers a request."""
TALKS = {
    "urllib.request": {"scripts/commands/bench.py", "scripts/commands/doctor.py"},
    "http.client": {"scripts/commands/doctor.py"},
    "socket": {"scripts/serve.py", "web/guard.py"}
    | {f"scripts/commands/{x}.py" for x in ("audit", "bench", "doctor")},
    "ftplib": set(),
    "smtplib": set(),
    "xmlrpc.client": set(),
    "telnetlib": set(),
    "aiohttp": set(),
    "urllib3": set(),
    "requests": {"web/federation.py"},
    "httpx": {"bot/model.py"},
    "pickle": set(),
    "marshal": set(),
    "shelve": set(),
}
"""What speaks to other machines, or unpacks code, and the only places that may; none of them takes an address from
a request: bench and doctor ask the service itself, serve and guard listen and name this machine."""


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def found(path: Path, name: str, node: ast.Call) -> str:
    return f"{name_of(path)}:{node.lineno} {name}"


def test_nothing_is_evaluated_unpickled_or_handed_to_a_shell() -> None:
    wrong = [
        found(path, name, node)
        for path in modules(*PARTS)
        for name, node in calls(path)
        if name in FORBIDDEN_CALLS
    ]
    assert wrong == []


def test_no_command_goes_through_a_shell() -> None:
    wrong = [
        found(path, name, node)
        for path in modules(*PARTS)
        for name, node in calls(path)
        for keyword in node.keywords
        if keyword.arg == "shell"
    ]
    assert wrong == []


def test_yaml_is_read_as_data_only() -> None:
    loads = [
        (found(path, name, node), {ast.unparse(item.value) for item in node.keywords})
        for path in modules(*PARTS)
        for name, node in calls(path)
        if name.lower().endswith(("yaml.load", "_yaml.load"))
    ]
    assert len(loads) >= 3
    assert [place for place, given in loads if not given & SAFE_LOADERS] == []


def test_programs_are_run_only_by_what_builds_and_measures() -> None:
    users = {name_of(path) for path in modules(*PARTS) if "subprocess" in set(imports(path))}
    assert users == SPAWNS
    replaces = {
        name_of(path)
        for path in modules(*PARTS)
        for name, _ in calls(path)
        if name.startswith("os.exec")
    }
    assert replaces == {"scripts/environment.py"}  # itself, in its own environment


def test_every_program_is_run_by_a_list_that_begins_with_a_fixed_program() -> None:
    """A list never becomes a shell line, and a text of a user is nowhere near: none of these reads a request."""
    spawned = 0
    for name in SPAWNS:
        path = ROOT / name
        for called, node in calls(path):
            if called not in {"subprocess.run", "subprocess.Popen", "subprocess.check_output"}:
                continue
            spawned += 1
            given = node.args[0]
            assert not isinstance(given, ast.JoinedStr | ast.Constant | ast.BinOp), found(
                path, called, node
            )
        assert not {"flask", "web", "web.services"} & set(imports(path))
    assert spawned >= 4


@pytest.mark.parametrize("module", TALKS)
def test_nothing_that_serves_speaks_to_other_machines(module: str) -> None:
    users = {
        name_of(path)
        for path in modules(*PARTS)
        if any(name == module or name.startswith(f"{module}.") for name in imports(path))
    }
    assert users <= TALKS[module]


def test_no_statement_of_the_database_is_put_together_from_text() -> None:
    """SQL stands in SQLAlchemy expressions; what is written as text has no value in it."""
    wrong = [
        found(path, name, node)
        for path in modules(*PARTS)
        for name, node in calls(path)
        if name.split(".")[-1] in {"text", "exec_driver_sql", "executescript"}
        and name != "request.get_data"
        and node.args
        and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
        and name_of(path) != "kb/database.py"  # names of its own tables and columns
    ]
    assert wrong == []


def test_templates_escape_and_mark_nothing_as_safe() -> None:
    templates = sorted((ROOT / "web" / "templates").rglob("*"))
    texts = {path: path.read_text("utf-8") for path in templates if path.is_file()}
    assert len(texts) > 20
    wrong = [
        name_of(path)
        for path, text in texts.items()
        if "|safe" in text.replace(" ", "") or "autoescape" in text or path.suffix != ".html"
    ]
    assert wrong == []


def test_html_is_trusted_in_two_places_only() -> None:
    users = {
        name_of(path)
        for path in modules("web", "bot", "kb")
        for name, _ in calls(path)
        if name == "Markup"
    }
    assert users == {"web/wiki.py", "web/serialise.py"}


def test_scripts_of_the_pages_write_text_and_no_markup() -> None:
    banned = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
    )
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "web/static").glob("*.js")}
    assert len(texts) >= 4
    assert [(name, word) for name, text in texts.items() for word in banned if word in text] == []


REMOTE = """\
---
title: 外部图片
kind: howto
summary: 这里有外部图片。
sources: [{title: 网页, url: "http://169.254.169.254/latest/meta-data"}]
---
![a](http://127.0.0.1:9/a.png) ![b](//10.0.0.1/b.png) <img src="http://[::1]/c.png">
[d](file:///etc/passwd) ![e](ftp://10.0.0.1/e) ![f](gopher://10.0.0.1/f) <http://metadata.internal/>
"""


@pytest.mark.parametrize("asked", ["http://127.0.0.1:9/x", "看 http://169.254.169.254/ 失业金"])
def test_no_address_that_a_user_gives_is_fetched(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_library: Callable[[Path], Services],
    asked: str,
) -> None:
    def refuse(*target: object, **_: object) -> None:
        raise AssertionError(f"spoke to {target}")

    library = tmp_path / "articles"
    library.mkdir()
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (library / "remote.md").write_text(REMOTE, encoding="utf-8")
    services = open_library(library)
    client = create_app(services).test_client()
    page = client.get("/wiki/remote")
    assert page.status_code == 200
    sources = lxml.html.document_fromstring(page.text).xpath("//main//@src")
    assert [address for address in sources if "//" in address or ":" in address] == []
    assert client.get("/ask", query_string={"q": asked}).status_code == 200
    assert client.get("/findings").status_code == 200


def test_an_option_is_no_slug() -> None:
    with pytest.raises(BadQuestion):
        run(Namespace(articles=None, index=None, kind="policy", slug="--upload-pack=x"))
