"""`scripts/test.py` runs every step, passes arguments on, and fails when one step fails."""

from __future__ import annotations

import subprocess

import pytest

from scripts import test as testing

PASS = ("python_passes", ("timeit", "-n1", "-r1", "pass"))
FAIL = ("python_fails", ("no_such_module_of_wenzhi",))


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing.shutil, "which", lambda name, path=None: f"/usr/bin/{name}")


def test_all_steps_passing_is_success(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(testing, "STEPS", (PASS, PASS))
    assert testing.main([]) == 0
    assert capfd.readouterr().out.count("✔") == 2


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
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(testing.subprocess, "run", run)
    assert testing.main(["-k", "lint"]) == 0
    assert [command[2] for command in ran] == ["ruff", "ruff", "mypy", "pytest"]
    assert [command[-2:] == ["-k", "lint"] for command in ran] == [False, False, False, True]


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
