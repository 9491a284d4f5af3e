"""The single command for a finished test run: formatting, lint, types and tests, each with its verdict."""

from __future__ import annotations

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
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("格式（ruff format）", ("ruff", "format", "--check")),
    ("规范（ruff check）", ("ruff", "check")),
    ("类型（mypy）", ("mypy",)),
    ("测试（pytest）", ("pytest", "-q")),
)


def main(pytest_arguments: Sequence[str]) -> int:
    """Run every step, whatever the others say; returns 1 when one of them fails."""
    browser = _find_browser()
    verdicts = []
    for name, command in STEPS:
        extra = pytest_arguments if command[0] == "pytest" else ()
        print(f"\n== {name} ==", flush=True)
        started = time.monotonic()
        finished = subprocess.run(
            [sys.executable, "-m", *command, *extra], cwd=ROOT, env=_variables(), check=False
        )
        verdicts.append((name, finished.returncode, time.monotonic() - started))
    print("\n== 小结 ==")
    for name, status, seconds in verdicts:
        print(
            f"{'✘' if status else '✔'} {name}：{'没有通过' if status else '通过'}，{seconds:.0f} 秒"
        )
    if browser is None:
        print("! 没有 Chromium，浏览器测试已跳过")
    return 1 if any(status for _, status, _ in verdicts) else 0


def _variables() -> dict[str, str]:
    """One thread per library keeps timings steady on small machines."""
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | os.environ


def _find_browser() -> str | None:
    """The browser for the tests; the administrator's run installs one where it is missing."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is not None:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("安装浏览器测试用的 Chromium ……", flush=True)
        for command in (("apt-get", "update"), ("apt-get", "install", "-y", "chromium")):
            _run_quietly(command)
    found = shutil.which("chromium")
    if found is None:
        print("! 没有 Chromium，浏览器测试会跳过；要运行它们，请先执行：apt-get install chromium")
    return found


def _run_quietly(command: Sequence[str]) -> None:
    finished = subprocess.run(
        command,
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
