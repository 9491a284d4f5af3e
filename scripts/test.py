"""The single command for a finished test run: formatting, lint, types, security and tests, each with its verdict."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.environment import ROOT, hand_over

REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DIRECTORIES = ("slapd",)
_NO_SERVICE = "slapd slapd/no_configuration boolean true\n"
"""The tests run a directory of their own; the package is not to set one up for the machine."""
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("格式（ruff format）", ("ruff", "format", "--check")),
    ("规范（ruff check）", ("ruff", "check")),
    ("类型（mypy）", ("mypy",)),
    (
        "安全写法（bandit）",
        ("bandit", "-q", "-c", "pyproject.toml", "-r", "kb", "bot", "web", "scripts"),
    ),
    ("测试（pytest）", ("pytest", "-q")),
)

AUDITED = "依赖漏洞（pip-audit）"
AUDIT = ("-m", "pip_audit", "--local", "--format=json", "--progress-spinner=off", "--timeout=5")
"""Asks PyPI's advisories about every installed package; a closed network does not reach them."""
_ELSEWHERE = "请在能上网的机器上运行本命令"


def main(pytest_arguments: Sequence[str]) -> int:
    """Run every step, whatever the others say; returns 1 when one of them fails."""
    lacking = [said for said in (_lacking_browser(), _lacking_directory()) if said]
    verdicts = []
    for name, command in STEPS:
        extra = pytest_arguments if command[0] == "pytest" else ()
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        finished = subprocess.run(
            [sys.executable, "-m", *command, *extra], cwd=ROOT, env=_variables(), check=False
        )
        verdicts.append((name, finished.returncode, time.monotonic() - started))
    print(f"\n== {AUDITED} ==", flush=True)
    vulnerable, said = audit_dependencies()
    print("\n== 小结 ==")
    for name, status, seconds in verdicts:
        print(
            f"{'✘' if status else '✔'} {name}：{'没有通过' if status else '通过'}，{seconds:.0f} 秒"
        )
    print(f"{'?' if vulnerable is None else '✘' if vulnerable else '✔'} {AUDITED}：{said}")
    for missing in lacking:
        print(f"! 没有 {missing}测试已跳过")
    return 1 if vulnerable or any(status for _, status, _ in verdicts) else 0


def audit_dependencies() -> tuple[bool | None, str]:
    """Whether an installed package has a known vulnerability, and that in words; None when not all were checked.

    pip-audit ends with 1 both for a finding and for an unreachable service, and with 0 where a service answers
    that it knows no package at all; so what it prints decides.
    """
    command = [sys.executable, *AUDIT]
    finished = subprocess.run(
        command, cwd=ROOT, env=_variables(), capture_output=True, text=True, check=False
    )
    try:
        packages = json.loads(finished.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        print((finished.stderr.strip().splitlines() or ["没有输出"])[-1][:200])
        return None, f"没有查，连不上漏洞库；{_ELSEWHERE}"
    found = [
        f"{package['name']} {package['version']}：{vulnerability['id']}，"
        f"修复版本 {'、'.join(vulnerability['fix_versions']) or '还没有'}"
        for package in packages
        for vulnerability in package.get("vulns", ())
    ]
    print("\n".join(found or ["没有发现已知漏洞"]))
    unknown = sum("skip_reason" in package for package in packages)
    if found:
        return True, f"发现 {len(found)} 处"
    if unknown == len(packages):
        return None, f"没有查，漏洞库不认识任何一个包（不是真的 PyPI）；{_ELSEWHERE}"
    if unknown:
        return None, f"没有查全，{len(packages)} 个包里 {unknown} 个没有查到；{_ELSEWHERE}"
    return False, f"通过，查了 {len(packages)} 个包"


def _variables() -> dict[str, str]:
    """One thread per library keeps timings steady on small machines."""
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ


def _lacking_browser() -> str:
    """What is skipped for want of a browser; nothing when there is one."""
    return "" if _found(BROWSERS, "chromium", "浏览器") else "Chromium，浏览器"


def _lacking_directory() -> str:
    """What is skipped for want of a directory server; nothing when there is one."""
    return "" if _found(DIRECTORIES, "slapd", "目录服务（LDAP）") else "slapd，目录服务（LDAP）"


def _found(names: Sequence[str], package: str, tests: str) -> bool:
    """Whether a program for tests is there; the administrator's run installs it where it is missing."""
    places = os.environ.get("PATH", os.defpath) + ":/usr/sbin"
    if any(shutil.which(name, path=places) for name in names):
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"安装{tests}测试用的 {package} ……", flush=True)
        _run_quietly(("debconf-set-selections",), _NO_SERVICE)
        for command in (("apt-get", "update"), ("apt-get", "install", "-y", package)):
            _run_quietly(command)
    if shutil.which(package, path=places):
        return True
    print(f"! 没有 {package}，{tests}测试会跳过；要运行它们，请先执行：apt-get install {package}")
    return False


def _run_quietly(command: Sequence[str], typed: str = "") -> None:
    finished = subprocess.run(
        command,
        input=typed,
        env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        print("\n".join((finished.stdout + finished.stderr).splitlines()[-10:]))


if __name__ == "__main__":
    hand_over(REQUIREMENTS)
    sys.exit(main(sys.argv[1:]))
