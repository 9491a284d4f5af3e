"""`scripts/test.py` runs every step, passes arguments on, and fails when one step fails."""

from __future__ import annotations

import subprocess

import pytest

from scripts import test as testing

PASS = ("python_passes", ("timeit", "-n1", "-r1", "pass"))
FAIL = ("python_fails", ("no_such_module_of_wenzhi",))


NOTHING_FOUND = '{"dependencies": [{"name": "flask", "version": "3.1.3", "vulns": []}]}'
FOUND = (
    '{"dependencies": [{"name": "old", "version": "1.0", "vulns": '
    '[{"id": "PYSEC-2020-1", "fix_versions": ["1.1"]}]}, {"name": "own", "skip_reason": "not on PyPI"}]}'
)


def audit_says(monkeypatch: pytest.MonkeyPatch, out: str, error: str = "", status: int = 0) -> None:
    """Put a program in pip-audit's place."""
    program = f"import sys; print({out!r}); print({error!r}, file=sys.stderr); sys.exit({status})"
    monkeypatch.setattr(testing, "AUDIT", ("-c", program))


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    audit_says(monkeypatch, NOTHING_FOUND)
    monkeypatch.setattr(testing.shutil, "which", lambda name, path=None: f"/usr/bin/{name}")


def test_all_steps_passing_is_success(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS, PASS))
    assert testing.main([]) == 0
    assert capfd.readouterr().out.count("✔") == 3


def test_one_failing_step_fails_the_run_and_the_others_still_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "STEPS", (FAIL, PASS))
    assert testing.main([]) == 1
    out = capfd.readouterr().out
    assert "✘ python_fails：没有通过" in out
    assert "✔ python_passes：通过" in out


def test_arguments_go_to_pytest_only(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, stdout=NOTHING_FOUND)

    monkeypatch.setattr(testing.subprocess, "run", run)
    assert testing.main(["-k", "lint"]) == 0
    steps, audit = ran[:-1], ran[-1]
    assert [command[2] for command in steps] == ["ruff", "ruff", "mypy", "bandit", "pytest"]
    assert [command[2] for command in ran if command[-2:] == ["-k", "lint"]] == ["pytest"]
    assert tuple(audit[1:]) == testing.AUDIT


@pytest.mark.parametrize(
    ("package", "tests"), [("chromium", "浏览器"), ("slapd", "目录服务（LDAP）")]
)
def test_what_tests_lack_is_said_and_does_not_fail_the_run(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], package: str, tests: str
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS,))
    monkeypatch.setattr(testing.shutil, "which", lambda name, path=None: None)
    assert testing.main([]) == 0
    out = capfd.readouterr().out
    assert f"apt-get install {package}" in out
    assert f"{tests}测试已跳过" in out


@pytest.mark.parametrize("package", ["chromium", "slapd"])
def test_the_administrators_run_installs_what_tests_lack(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    ran: list[tuple[str, ...]] = []

    def found(name: str, path: str = "/usr/sbin") -> str | None:
        assert path.endswith("/usr/sbin")
        wanted = name in testing.BROWSERS if package == "chromium" else name == package
        return None if wanted and ("apt-get", "install", "-y", package) not in ran else name

    monkeypatch.setattr(testing, "STEPS", (PASS,))
    monkeypatch.setattr(testing.shutil, "which", found)
    monkeypatch.setattr(testing.os, "geteuid", lambda: 0)
    monkeypatch.setattr(testing, "_run_quietly", lambda command, _="": ran.append(tuple(command)))
    assert testing.main([]) == 0
    assert ran == [
        ("debconf-set-selections",),
        ("apt-get", "update"),
        ("apt-get", "install", "-y", package),
    ]


def test_a_known_vulnerability_fails_the_run_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS,))
    audit_says(monkeypatch, FOUND, status=1)
    assert testing.main([]) == 1
    out = capfd.readouterr().out
    assert "old 1.0：PYSEC-2020-1，修复版本 1.1" in out
    assert "✘ 依赖漏洞（pip-audit）：发现 1 处" in out


SKIPPED = '{"name": "own", "skip_reason": "not found on PyPI"}'
NONE_KNOWN = f'{{"dependencies": [{SKIPPED}]}}'
ONE_UNKNOWN = NOTHING_FOUND.replace("]}]}", f"]}}, {SKIPPED}]}}")


@pytest.mark.parametrize(
    ("out", "said"),
    [(NONE_KNOWN, "没有查，漏洞库不认识"), (ONE_UNKNOWN, "没有查全，2 个包里 1 个")],
)
def test_packages_that_no_advisory_service_knows_have_not_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], out: str, said: str
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS,))
    audit_says(monkeypatch, out, "No known vulnerabilities found")
    assert testing.main([]) == 0
    assert f"? 依赖漏洞（pip-audit）：{said}" in capfd.readouterr().out


@pytest.mark.parametrize("out", ["", "no JSON", "[]", "{}"])
def test_an_audit_that_could_not_be_done_is_never_said_to_have_passed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], out: str
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS,))
    audit_says(monkeypatch, out, "ConnectionError: pypi.org", status=1)
    assert testing.main([]) == 0
    shown = capfd.readouterr().out
    assert "ConnectionError: pypi.org" in shown
    assert "? 依赖漏洞（pip-audit）：没有查，连不上漏洞库" in shown
    assert "✔ 依赖" not in shown
