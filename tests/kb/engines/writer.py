"""A process that starts writers to be killed: for each line it reads, one that writes until it is killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from kb.engines import Engine, open_engine_at
from kb.types import FileState
from tests.kb.engines.making import made, state_of

SLUGS = tuple(f"policy/a{number}" for number in range(5))


def write_version(engine: Engine, version: int) -> None:
    """Bring every article and every file to this version, in one write."""
    added = [made(slug, f"第{version}版", f"第{version}版 {slug}", "不变") for slug in SLUGS]
    files = {f"{slug}.md": state_of(f"{slug}.md", str(version)) for slug in SLUGS}
    engine.write(added, (), files)


def version_of(files: dict[str, FileState]) -> int:
    """The version that the files are at."""
    versions = {int(state.revision) for state in files.values()} or {0}
    assert len(versions) == 1
    return versions.pop()


def _write_on(folder: Path, committed: int) -> None:
    """Write version after version and report each that is written."""
    engine = open_engine_at("embedded", folder)
    while True:
        version = version_of(dict(engine.files())) + 1
        write_version(engine, version)
        os.write(committed, f"{version}\n".encode())


def _main(folder: Path) -> None:
    committed = os.open(folder.parent / "committed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            _write_on(folder, committed)
        print(child, flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("dead", flush=True)  # noqa: T201


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
