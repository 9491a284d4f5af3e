"""The environment is made once, mended when it is broken, and says in Chinese what is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from scripts import environment
from scripts.environment import INSTALLING, STAMP, EnvironmentProblem, ensure

ROOT = Path(__file__).resolve().parents[2]
ENSURE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scripts.environment import ensure
print(ensure([Path(sys.argv[2])], Path(sys.argv[3])))
"""


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.fixture(scope="module")
def whole_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished environment without packages; tests copy it, because making one takes seconds."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "requirements.txt").write_text("# nothing\n", "utf-8")
    ensure([folder / "requirements.txt"], folder / "venv")
    return folder


@pytest.fixture
def made(whole_venv: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Requirement file and environment of one test."""
    shutil.copytree(whole_venv, tmp_path / "made", symlinks=True)
    return tmp_path / "made" / "requirements.txt", tmp_path / "made" / "venv"


def probe_wheel(folder: Path) -> Path:
    """A package that needs no download: one module, `wenzhi_probe`."""
    path = folder / "wenzhi_probe-1.0-py3-none-any.whl"
    about = "wenzhi_probe-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("wenzhi_probe.py", "FOUND = True\n")
        wheel.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: wenzhi-probe\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{about}/RECORD", "")
    return path


def has_probe(python: Path) -> bool:
    return subprocess.run([python, "-c", "import wenzhi_probe"], check=False).returncode == 0


def test_a_new_environment_gets_its_requirements(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"{probe_wheel(tmp_path)}\n", "utf-8")
    python = ensure([requirements], tmp_path / "venv")
    assert has_probe(python)
    said = capfd.readouterr().err
    assert "创建虚拟环境" in said
    assert "依赖已安装" in said
    assert "Processing" not in said, "pip is quiet while all goes well"


def test_a_second_start_does_nothing_and_is_quick(
    made: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    requirements, venv = made
    before = (venv / STAMP).stat().st_mtime_ns
    started = time.monotonic()
    ensure([requirements], venv)
    assert time.monotonic() - started < 3
    assert (venv / STAMP).stat().st_mtime_ns == before
    assert capfd.readouterr().err == ""


def test_changed_requirements_are_installed(made: tuple[Path, Path]) -> None:
    requirements, venv = made
    requirements.write_text(f"{probe_wheel(requirements.parent)}\n", "utf-8")
    assert has_probe(ensure([requirements], venv))


def test_a_second_requirement_file_leaves_the_first_alone(made: tuple[Path, Path]) -> None:
    requirements, venv = made
    more = requirements.with_name("requirements-dev.txt")
    more.write_text(f"{probe_wheel(requirements.parent)}\n", "utf-8")
    ensure([requirements, more], venv)
    after_both = (venv / STAMP).read_text("utf-8")
    assert has_probe(ensure([requirements], venv))
    assert (venv / STAMP).read_text("utf-8") == after_both


def test_a_failed_install_shows_what_pip_said_and_can_be_repeated(
    made: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    requirements, venv = made
    requirements.write_text("no-such-package-of-wenzhi==1.0\n", "utf-8")
    with pytest.raises(EnvironmentProblem, match="安装依赖失败"):
        ensure([requirements], venv)
    assert "no-such-package-of-wenzhi" in capfd.readouterr().err
    assert not (venv / INSTALLING).exists(), "nothing was changed, so nothing has to be made anew"
    requirements.write_text("# nothing\n", "utf-8")
    ensure([requirements], venv)


@pytest.mark.parametrize("harm", ["no-pip", "killed-install"])
def test_a_broken_environment_is_made_anew(
    made: tuple[Path, Path], harm: str, capfd: pytest.CaptureFixture[str]
) -> None:
    requirements, venv = made
    match harm:
        case "no-pip":
            shutil.rmtree(next(venv.glob("lib/python*/site-packages/pip")))
        case "killed-install":
            (venv / INSTALLING).touch()
    python = ensure([requirements], venv)
    assert "不完整，重新创建" in capfd.readouterr().err
    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    assert not (venv / INSTALLING).exists()


def test_a_start_killed_at_any_moment_is_repaired_by_the_next(tmp_path: Path) -> None:
    requirements, venv = tmp_path / "requirements.txt", tmp_path / "venv"
    requirements.write_text(f"{probe_wheel(tmp_path)}\n", "utf-8")
    for seconds in (0.5, 2.0):
        start = start_ensure(requirements, venv)
        time.sleep(seconds)
        os.killpg(start.pid, signal.SIGKILL)
        start.communicate()
    assert has_probe(ensure([requirements], venv))


def test_two_starts_at_once_both_succeed_and_one_waits(tmp_path: Path) -> None:
    requirements, venv = tmp_path / "requirements.txt", tmp_path / "venv"
    requirements.write_text("# nothing\n", "utf-8")
    starts = [start_ensure(requirements, venv) for _ in range(2)]
    ended = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0]
    said = [error for _, error in ended]
    assert sum("等待它完成" in text for text in said) == 1
    assert sum("依赖已安装" in text for text in said) == 1


def start_ensure(requirements: Path, venv: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ENSURE, str(ROOT), str(requirements), str(venv)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_an_old_python_is_refused_by_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(EnvironmentProblem, match=r"需要 Python 99\.0"):
        ensure([], tmp_path / "venv")


def test_a_missing_venv_module_names_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name)
    )
    with pytest.raises(EnvironmentProblem, match="apt-get install python3-venv"):
        ensure([], tmp_path / "venv")


def test_a_problem_ends_the_start_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "venv").write_text("我不是目录", "utf-8")
    program = ENSURE.replace("ensure", "hand_over").replace("print", "")
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            str(ROOT),
            str(tmp_path / "none.txt"),
            str(tmp_path / "venv"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("环境准备失败：")
    assert "Traceback" not in ended.stderr
