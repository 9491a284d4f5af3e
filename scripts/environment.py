"""Makes `.venv` and installs the pinned requirements into it, with the standard library only."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
STAMP = "wenzhi-requirements.json"
INSTALLING = "wenzhi-installing"
LOG_LINES = 25


class EnvironmentProblem(Exception):
    """The environment cannot be made; the message is Chinese and says what to do."""


def hand_over(requirements: Sequence[Path], venv: Path = VENV) -> None:
    """Continue under the environment's Python: returns when already there, else never.

    A problem ends the program with a Chinese message and status 1.
    """
    try:
        python = ensure(requirements, venv)
    except EnvironmentProblem as problem:
        sys.exit(f"环境准备失败：{problem}")
    except KeyboardInterrupt:
        sys.exit("\n已中断；下次启动时会接着准备环境")
    except OSError as error:
        sys.exit(
            f"环境准备失败：{error.filename or venv} {error.strerror}；请检查目录权限和磁盘空间"
        )
    if Path(sys.prefix).resolve() != venv.resolve():
        sys.stdout.flush()
        os.execv(python, [str(python), *sys.argv])  # noqa: S606


def system_trouble(error: OSError) -> str:
    """What to tell people when the operating system refuses to read or write."""
    path = f"{error.filename}：" if error.filename else ""
    return f"{path}{error.strerror or error}（处理办法：请检查目录权限和磁盘空间）"


def ensure(requirements: Sequence[Path], venv: Path = VENV) -> Path:
    """Return the environment's Python with all the requirement files installed.

    Quick when nothing changed. One start at a time does the work, others wait for it; what a killed
    start left half done is made anew. Raises EnvironmentProblem.
    """
    _require_python()
    with _only_one(venv.with_name(f"{venv.name}.lock")):
        version = _make_venv(venv)
        wanted = {path.name: _fingerprint(path, version) for path in requirements}
        installed = _installed(venv)
        missing = [path for path in requirements if installed.get(path.name) != wanted[path.name]]
        if missing:
            _install(venv, missing)
            _write_stamp(venv, installed | wanted)
    return _python(venv)


def _require_python() -> None:
    if sys.version_info < OLDEST_PYTHON:
        needed, found = ".".join(map(str, OLDEST_PYTHON)), ".".join(map(str, sys.version_info[:2]))
        raise EnvironmentProblem(
            f"需要 Python {needed} 或更新的版本，现在是 {found}；请换用新版本的 python3 启动"
        )
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise EnvironmentProblem("缺少 Python 的 venv 模块；请先执行：apt-get install python3-venv")


@contextmanager
def _only_one(lock_path: Path) -> Iterator[None]:
    with lock_path.open("w") as lock:
        # A pip that outlives its killed parent keeps the lock, so nobody works beside it.
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("另一个进程正在准备环境，等待它完成……")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv(venv: Path) -> str:
    """Make the environment when it is missing or broken; returns its Python version."""
    version = None if (venv / INSTALLING).exists() else _version(venv)
    if version is None:
        if venv.exists():
            _say(f"虚拟环境 {venv.name} 不完整，重新创建……")
            shutil.rmtree(venv)
        else:
            _say(f"创建虚拟环境 {venv.name} ……")
        _run([sys.executable, "-m", "venv", str(venv)])
        version = _version(venv)
    if version is None:
        raise EnvironmentProblem(
            f"虚拟环境 {venv} 创建不了；请检查磁盘空间和目录权限，或执行：apt-get install python3-venv"
        )
    return version


def _version(venv: Path) -> str | None:
    """The version of the environment's Python, or None when it has none that works with pip."""
    command = [str(_python(venv)), "-I", "-c", "import pip, sys; print(sys.version)"]
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return finished.stdout.strip() if finished.returncode == 0 else None


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


def _fingerprint(path: Path, version: str) -> str:
    return hashlib.sha256(version.encode() + b"\0" + path.read_bytes()).hexdigest()


def _installed(venv: Path) -> dict[str, str]:
    """Requirement file name -> fingerprint, as of the last install that succeeded."""
    try:
        content = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_stamp(venv: Path, fingerprints: dict[str, str]) -> None:
    new = venv / f"{STAMP}.new"
    new.write_text(json.dumps(fingerprints), encoding="utf-8")
    os.replace(new, venv / STAMP)


def _install(venv: Path, requirements: Sequence[Path]) -> None:
    """Install; a mark in the environment tells the next start that this one was killed on the way."""
    _say(f"安装依赖（{'、'.join(path.name for path in requirements)}）；第一次需要几分钟……")
    mark = venv / INSTALLING
    mark.touch()
    options = [option for path in requirements for option in ("-r", str(path))]
    pip = [str(_python(venv)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    lines = _run([*pip, *options])
    if lines is None:
        mark.unlink()
        _say("依赖已安装")
        return
    if not any(line.startswith("Installing collected packages") for line in lines):
        mark.unlink()  # pip changed nothing yet, so the environment is whole
    raise EnvironmentProblem("安装依赖失败；请检查网络、磁盘空间和 pip 的软件源设置后重试")


def _run(command: Sequence[str]) -> list[str] | None:
    """Run a command, showing one changing line on a terminal; None, or all it printed when it fails."""
    lines: list[str] = []
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        close_fds=False,  # hands the lock on: see _only_one
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            _show_step(lines[-1])
    _show_step("")
    if process.returncode == 0:
        return None
    print("\n".join(lines[-LOG_LINES:]), file=sys.stderr)
    return lines


def _show_step(line: str) -> None:
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 4
        print(f"\r\033[K  {line.strip()[:width]}" if line else "\r\033[K", end="", file=sys.stderr)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
