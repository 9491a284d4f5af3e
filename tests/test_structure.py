"""The walls of the project: who may import what, what the README promises, what may stand in a file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from kb.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("kb", "bot", "web", "scripts", "tests")
MAY_IMPORT = {
    "kb": {"kb"},
    "bot": {"bot", "kb"},
    "web": {"web", "bot", "kb"},
    "scripts": {"scripts", "web", "bot", "kb"},
}
# A library's import name, and the only places of kb/, bot/, web/ and scripts/ that may know it.
HOMES = {
    "flask": ("web/",),
    "flask_bootstrap": ("web/",),
    "flask_limiter": ("web/limits.py",),
    "flask_login": ("web/identity.py",),
    "flask_wtf": ("web/forms.py", "web/access.py"),
    "jinja2": ("web/",),
    "werkzeug": ("web/",),
    "waitress": ("scripts/serve.py",),
    "whoosh": ("kb/engines/embedded/",),
    "sentence_transformers": ("kb/embedder.py", "kb/tuning.py"),
    "sklearn": ("bot/confidence/fitting.py", "kb/trees.py"),
    "scipy": ("kb/listwise.py",),
    "torch": ("kb/embedder.py", "kb/tuning.py"),
    "onnxruntime": ("kb/embedder.py",),
    "onnx": ("kb/bundled_model/",),
    "tokenizers": ("kb/model_directory.py", "kb/bundled_model/"),
    "safetensors": ("kb/bundled_model/",),
    "sqlalchemy": (
        *("kb/models.py", "kb/records.py", "kb/database.py", "kb/retention.py"),
        *("kb/accounts/", "kb/audit/"),
    ),
    "sqlite3": ("kb/vector_cache.py", "kb/vector_tables.py", "kb/database.py"),
    "frontmatter": ("kb/frontmatter.py",),
    "markdown": ("kb/markup.py", "kb/loosen.py"),
    "nh3": ("kb/markup.py",),
    "jieba": ("kb/tokenizer.py",),
    "opencc": ("kb/tokenizer.py",),
    "pypinyin": ("kb/pinyin.py",),
    "watchfiles": ("kb/watcher.py",),
    "argon2": ("kb/accounts/passwords.py",),
    "zxcvbn": ("kb/accounts/weakness.py",),
    "pyotp": ("kb/accounts/second_factor.py",),
    "segno": ("kb/accounts/second_factor.py",),
    "cryptography": ("kb/accounts/sealing.py",),
    "openai": ("bot/model.py",),
    "httpx": ("bot/model.py",),
    "requests": ("web/federation.py",),
    "authlib": ("web/federation.py",),
    "joserfc": ("web/federation.py",),
    "ldap3": ("kb/accounts/directory.py",),
}
LONGEST_FUNCTION = 30
LONGEST_MODULE = 400

# Folders of one machine (of nobody's: /home/me); the pattern does not match its own text.
MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:work|farm|root|home/(?!me/)\w+|Users/\w+|mnt/\w+)/")
BINARY = {".png", ".jpg", ".ico", ".gif", ".woff", ".woff2", ".xz", ".gz", ".zip", ".onnx"}


def modules(*parts: str) -> list[Path]:
    return sorted(path for part in parts for path in (ROOT / part).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, also inside functions."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            yield node.module or ""


def kept_files() -> list[Path]:
    """Every file that is or would be kept in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_point_one_way(part: str) -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules(part)
        for name in imports(path)
        if name.split(".")[0] in PARTS and name.split(".")[0] not in MAY_IMPORT[part]
    ]
    assert wrong == []


@pytest.mark.parametrize("library", HOMES)
def test_every_library_has_one_home(library: str) -> None:
    wrong = [
        name_of(path)
        for path in modules(*MAY_IMPORT)
        if any(name.split(".")[0] == library for name in imports(path))
        and not name_of(path).startswith(HOMES[library] or ("\0",))
    ]
    assert wrong == []


def test_engines_do_not_import_each_other() -> None:
    wrong = [
        f"{name_of(path)} imports {name}"
        for path in modules("kb/engines")
        for name in imports(path)
        if name.startswith("kb.engines.")
        and path.parent != ROOT / "kb" / "engines"
        and not name.startswith(f"kb.engines.{path.relative_to(ROOT / 'kb/engines').parts[0]}")
    ]
    assert wrong == []


def test_engines_are_opened_in_one_place() -> None:
    outside = [
        path for path in modules("kb", "bot", "web", "scripts") if "engines" not in path.parts
    ]
    wrong = [
        name_of(path)
        for path in outside
        if any(name.startswith("kb.engines.") for name in imports(path))
    ]
    assert wrong == []


@pytest.mark.parametrize("script", ["serve.py", "test.py", "environment.py", "parser.py"])
def test_what_runs_before_the_environment_exists_imports_only_the_standard_library(
    script: str,
) -> None:
    path = ROOT / "scripts" / script
    allowed = {"__future__", *sys.stdlib_module_names}
    own = {"scripts.environment", "scripts.parser"}
    wrong = [
        name
        for node in tree_of(path).body
        for name in _top_level_imports(node)
        if name.split(".")[0] not in allowed and name not in own
    ]
    assert wrong == []


def _top_level_imports(node: ast.stmt) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module):
            return [module or ""]
        case _:
            return []


def test_nothing_is_built_at_import() -> None:
    """A module's top level defines things; it does not call what opens files or talks."""
    calls = {"open", "print", "open_knowledge", "open_services", "create_app", "load_settings"}
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules("kb", "bot", "web", "scripts")
        for statement in tree_of(path).body
        if isinstance(statement, ast.Expr | ast.Assign | ast.AnnAssign)
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in calls
    ]
    assert wrong == []


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = [name_of(path) for path in modules(*PARTS) if not ast.get_docstring(tree_of(path))]
    assert silent == []


def test_modules_and_functions_stay_small() -> None:
    long_modules = [
        name_of(path)
        for path in modules("kb", "bot", "web", "scripts")
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
    ]
    long_functions = [
        f"{name_of(path)}:{node.lineno} {node.name}"
        for path in modules("kb", "bot", "web", "scripts")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and _lines_of_code(node) > LONGEST_FUNCTION
    ]
    assert (long_modules, long_functions) == ([], [])


def _lines_of_code(function: ast.FunctionDef) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def settings_rows() -> list[tuple[str, str, str]]:
    """Setting, default as written in the tables, and meaning."""
    return [
        (item.name, _shown(item.default), item.metadata["description"]) for item in fields(Settings)
    ]


def _shown(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_the_chinese_settings_table_equals_the_settings() -> None:
    wanted = [
        f"| `{name}` | `{PREFIX}{name.upper()}` | {f'`{default}`' if default else '（空）'} | {meaning} |"
        for name, default, meaning in settings_rows()
    ]
    assert _table_rows("README.zh-CN.md") == wanted


def test_the_english_settings_table_names_every_setting_and_default() -> None:
    wanted = [
        f"| `{name}` | `{PREFIX}{name.upper()}` | {f'`{default}`' if default else '(empty)'} |"
        for name, default, _ in settings_rows()
    ]
    found = [row[: row.rindex("|", 0, -1)].rstrip() for row in _table_rows("README.md")]
    assert [f"{row} |" for row in found] == wanted


def _table_rows(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if re.match(rf"\| `\w+` \| `{PREFIX}", line)]


def test_no_kept_file_names_a_folder_of_one_machine() -> None:
    wrong = []
    for path in kept_files():
        if path.suffix in BINARY:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        wrong += [f"{name_of(path)}: {match[0]}" for match in MACHINE_PATH.finditer(text)]
    assert wrong == []


def test_requirements_are_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        wanted = [line for line in lines if line and not line.startswith("#")]
        assert wanted
        assert [line for line in wanted if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_the_build_server_runs_the_same_command_as_everyone() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "exec python3 scripts/test.py" in lines
