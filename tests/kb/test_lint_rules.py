"""Every rule of lint has a seeded defect in `tests/kb/defective`, found where it stands and called by its name.

A file of that library says in its head what lint must report of it: `# 应报：severity line words`.
"""

from __future__ import annotations

import ast
import re
import trace
from datetime import date
from pathlib import Path

import pytest

import kb.lint
from kb.lint import lint
from kb.types import Finding

LIBRARY = Path(__file__).resolve().parent / "defective"
TODAY = date(2026, 11, 22)
LIMIT = 100_000
_EXPECTED = re.compile(r"^# 应报：(error|warning) (\d+) (.+)$", re.MULTILINE)
RULES = Path(kb.lint.__file__).parent


def expected() -> list[tuple[str, str, int, str]]:
    """Path, severity, line and words of every seeded defect."""
    found = []
    for path in sorted(LIBRARY.rglob("*")):
        if path.suffix in (".md", ".yaml"):
            text = path.read_text("utf-8", errors="replace")
            name = path.relative_to(LIBRARY).as_posix()
            found += [(name, kind, int(line), said) for kind, line, said in _EXPECTED.findall(text)]
    return found


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    return lint(LIBRARY, LIMIT, TODAY)


@pytest.mark.parametrize(("path", "severity", "line", "said"), expected())
def test_a_seeded_defect_is_found(
    findings: list[Finding], path: str, severity: str, line: int, said: str
) -> None:
    of_file = [item for item in findings if item.path == path]
    assert any(
        (item.severity, item.line) == (severity, line) and said in item.message for item in of_file
    ), of_file


def test_nothing_else_is_reported(findings: list[Finding]) -> None:
    wanted = sorted((path, line) for path, _, line, _ in expected())
    assert sorted((item.path, item.line) for item in findings) == wanted, findings


def test_every_rule_has_its_seeded_defect() -> None:
    """Each place in kb/lint that reports something is reached by the seeded library.

    Left out: what only another file system or file name can cause, and the check against facts.
    """
    tracer = trace.Trace(count=1, trace=0)
    tracer.runfunc(lint, LIBRARY, LIMIT, TODAY)
    reached = {(name, line) for name, line in tracer.results().counts}
    unreached = [
        f"{path.name}:{line}"
        for path in sorted(RULES.glob("*.py"))
        if path.name not in ("figures.py", "files.py")
        for line in _reports(path)
        if (str(path), line) not in reached
    ]
    assert unreached == []


def _reports(path: Path) -> list[int]:
    """The lines of a module where a Finding is yielded."""
    tree = ast.parse(path.read_text("utf-8"))
    yields = [node for node in ast.walk(tree) if isinstance(node, ast.Yield)]
    return [node.lineno for node in yields if isinstance(node.value, ast.Call)]
