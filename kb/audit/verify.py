"""Verifies the whole audit log, archives and table as one chain, and names everything that was tampered with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.audit import table
from kb.audit.anchors import NAME, Anchor, anchors_in
from kb.audit.archive import LOCK, archive_files, fingerprint, read_archive
from kb.audit.chain import Chain, Fault
from kb.audit.entry import Entry
from kb.audit.files import locked
from kb.audit.head import Head, read_head
from kb.audit.key import AuditKey
from kb.audit.log import AuditLog
from kb.audit.table import End
from kb.errors import AuditError

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: the first faults (at most 1,000) and how many there are.

    `resumed` says in Chinese where the log was taken up again after a damage, and what was lost then.
    """

    entries: int
    archived: int
    faults: tuple[Fault, ...]
    fault_count: int
    resumed: tuple[str, ...]


def verify(log: AuditLog, copies: Sequence[Path] = ()) -> Verification:
    """Check every entry, seal, anchor and file; `copies` are files of anchors that were kept elsewhere.

    The service may go on writing. Raises AuditError without a key, or when a copy cannot be read.
    """
    outside = (log.key_path, log.folder / "head", log.folder / NAME)
    with log.database.reading() as session:
        begun = bool(table.numbers(session, -1, 1)) or any(path.exists() for path in outside)
    if not begun:
        return Verification(0, 0, (), 0, ())
    with locked(log.folder, LOCK):
        return _verified(log, log.key(), copies)


def _verified(log: AuditLog, key: AuditKey, copies: Sequence[Path]) -> Verification:
    chain = Chain(key)
    head = _head(log, key, chain)
    known = _anchors(chain, log.folder / NAME, key)
    for copy in copies:
        if not copy.is_file():
            raise AuditError(f"锚点文件 {copy} 不存在", "检查 --anchors 的路径")
        known += _anchors(chain, copy, key)
    chain.expect(head, known)
    end = _end(log, chain)
    for entry in _archived(log, chain, end.archived_to if end else None):
        chain.take(entry)
    archived = chain.taken
    if end:
        chain.end_of_archive(end.archived_to)
    for found in _stored(log, end.sequence if end else None):
        if isinstance(found, Entry):
            chain.take(found)
        else:
            chain.unreadable(found)
    chain.finish(end)
    later = [item for item in anchors_in(log.folder / NAME, key) if item]
    chain.require_anchors({item.sequence for item in [*known, *later]})
    return Verification(
        chain.taken, archived, tuple(chain.faults), chain.fault_count, tuple(chain.resumed)
    )


def _head(log: AuditLog, key: AuditKey, chain: Chain) -> Head | None:
    try:
        head = read_head(log.folder, key)
    except AuditError as error:
        chain.fault(0, error.message)
        return None
    if head is None:
        chain.fault(0, f"审计日志的 {log.folder / 'head'} 文件不见了")
    return head


def _anchors(chain: Chain, path: Path, key: AuditKey) -> list[Anchor]:
    """The file's genuine anchors; the others become faults."""
    found = []
    for number, anchor in enumerate(anchors_in(path, key), 1):
        if anchor is None:
            chain.fault(0, f"锚点文件 {path.name} 第 {number} 行被改动，或前面有锚点被删除")
        else:
            found.append(anchor)
    return found


def _end(log: AuditLog, chain: Chain) -> End | None:
    """Where the table says that the log ends: what is added later is verified the next time."""
    with log.database.reading() as session:
        for name in table.missing_triggers(session):
            chain.fault(0, f"记录库里防止改动审计日志的触发器 {name} 不见了")
        try:
            return table.read_end(session)
        except AuditError as error:
            chain.fault(0, error.message)
            return None


def _archived(log: AuditLog, chain: Chain, archived_to: int | None) -> Iterator[Entry]:
    """The entries of the archive; a file that was written and not taken over yet is in the table still."""
    for file in archive_files(log.folder):
        if archived_to is not None and file.first > archived_to:
            continue
        chain.archive(file.path.name, fingerprint(file.path))
        try:
            yield from read_archive(file.path)
        except AuditError as error:
            chain.fault(0, error.message)


def _stored(log: AuditLog, last: int | None) -> Iterator[Entry | int]:
    """The table's entries in order, each batch in a short transaction; the number of one that cannot be read."""
    with log.database.reading() as session:
        after = table.before_first(session)
    while True:
        found = _batch(log, after)
        for item in found:
            number = item if isinstance(item, int) else item.sequence
            if last is not None and number > last and _was_added_since(log, last):
                return
            yield item
            after = number
        if not found:
            return


def _batch(log: AuditLog, after: int) -> list[Entry | int]:
    with log.database.reading() as session:
        try:
            return list(table.batch(session, after, _BATCH))
        except (ValueError, TypeError):
            found: list[Entry | int] = []
            for number in table.numbers(session, after, _BATCH):
                try:
                    found += table.batch(session, number - 1, 1)
                except (ValueError, TypeError):
                    found.append(number)
            return found


def _was_added_since(log: AuditLog, last: int) -> bool:
    """Whether the log went on meanwhile, so that entries after `last` are no forgery."""
    with log.database.reading() as session:
        return table.read_end(session).sequence > last
