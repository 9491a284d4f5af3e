"""Which segments make up the index and what each of them serves: the file CURRENT, replaced as one.

index/CURRENT          the current generation; what it does not name does not count
index/segment-000007/  the articles of one write: complete before CURRENT names it, never changed after
index/write.lock       held by the one writer
index/damaged/         the last index that was found damaged
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kb.engines.embedded.disk import Checksum, DamagedIndex, replace_file
from kb.engines.embedded.records import file_records, files_of
from kb.types import FileState

FORMAT = 2
"""Raised whenever the files are laid out anew; an index of another format is built again."""

Stamp = tuple[int, int, int]
"""Tells one CURRENT from another without reading it."""

_CURRENT = "CURRENT"
_OURS = ("CURRENT*", "segment-*", "generation-*", "building-*")
"""Everything of this and the former format, but for the lock and what was set aside."""


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in a generation: its files and the slugs it still serves; what else it holds is dead."""

    name: str
    files: Mapping[str, Checksum]
    slugs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of the index. `number` counts the segments ever made, so that no name comes twice."""

    number: int = 0
    parts: tuple[Part, ...] = ()
    files: Mapping[str, FileState] = field(default_factory=dict)

    @property
    def next_name(self) -> str:
        """The name of the segment to be made next."""
        return f"segment-{self.number + 1:06d}"

    def without(self, slugs: Collection[str]) -> Generation:
        """The same without these articles; segments that serve none any more are left out."""
        parts = (replace(part, slugs=part.slugs.difference(slugs)) for part in self.parts)
        return replace(self, parts=tuple(part for part in parts if part.slugs))

    def adding(self, part: Part) -> Generation:
        """The same with one more segment, whose articles take the place of older ones."""
        rest = self.without(part.slugs)
        return replace(rest, number=self.number + 1, parts=(*rest.parts, part))


def stamp_of(folder: Path) -> Stamp | None:
    """The stamp of the current generation; None when there is none."""
    try:
        status = (folder / _CURRENT).stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read_generation(folder: Path) -> Generation:
    """The current generation; an empty one when nothing was ever written. Raises DamagedIndex."""
    path = folder / _CURRENT
    try:
        checksum, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        if any(_leftovers(folder, Generation())):
            raise DamagedIndex(f"索引目录 {folder} 缺少 {_CURRENT} 文件") from None
        return Generation()
    if checksum != _checksum(content):
        raise DamagedIndex(f"索引文件 {path} 已损坏，或来自别的版本")
    try:
        return _generation_of(json.loads(content))
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedIndex(f"索引文件 {path} 来自别的版本") from error


def publish(folder: Path, generation: Generation) -> None:
    """Make a generation the current one and remove the segments that it does not name."""
    record = {
        "format": FORMAT,
        "number": generation.number,
        "parts": [
            {"name": part.name, "files": part.files, "slugs": sorted(part.slugs)}
            for part in generation.parts
        ],
        "files": file_records(generation.files.values()),
    }
    content = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    replace_file(folder / _CURRENT, _checksum(content) + b"\n" + content)
    sweep(folder, generation)


def sweep(folder: Path, generation: Generation) -> None:
    """Remove what killed writers left and segments of the past; who reads them has them open."""
    for path in _leftovers(folder, generation):
        shutil.rmtree(path, ignore_errors=True)


def set_aside(folder: Path) -> Path:
    """Move a damaged index out of the way and keep it, the last one only, for inspection."""
    aside = folder / "damaged"
    if aside.exists():
        shutil.rmtree(aside)
    aside.mkdir()
    for pattern in _OURS:
        for path in folder.glob(pattern):
            path.rename(aside / path.name)
    return aside


def _leftovers(folder: Path, generation: Generation) -> Iterable[Path]:
    """Folders of segments, of this or the former format, that the generation does not name."""
    names = {part.name for part in generation.parts}
    for pattern in _OURS:
        yield from (
            path for path in folder.glob(pattern) if path.is_dir() and path.name not in names
        )


def _checksum(content: bytes) -> bytes:
    return b"%08x" % zlib.crc32(content)


def _generation_of(record: Mapping[str, Any]) -> Generation:
    if record["format"] != FORMAT:
        raise ValueError(record["format"])
    parts = tuple(
        Part(
            item["name"],
            {name: (size, checksum) for name, (size, checksum) in item["files"].items()},
            frozenset(item["slugs"]),
        )
        for item in record["parts"]
    )
    return Generation(record["number"], parts, files_of(record["files"]))
