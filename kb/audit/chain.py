"""Follows the chain of entries one by one, in memory that does not grow with them, and notes what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kb.audit.anchors import Anchor, china_day
from kb.audit.entry import GENESIS, Action, Entry, is_genuine
from kb.audit.head import Head
from kb.audit.key import AuditKey
from kb.audit.table import End

_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong, in Chinese; `sequence` is the entry's number, 0 for the log as a whole."""

    sequence: int
    message: str


class Chain:
    """What is known of the log after the entries taken so far."""

    def __init__(self, key: AuditKey) -> None:
        self.faults: list[Fault] = []
        self.fault_count = 0
        self.resumed: list[str] = []
        self.taken = 0
        self._key = key
        self._sequence = 0
        self._mac = GENESIS
        self._day: date | None = None
        self._moment: datetime | None = None
        self._expected: dict[int, set[str]] = {}
        self._head: Head | None = None
        self._gaps: list[tuple[int, int]] = []
        self._days_ended: list[int] = []
        self._archives: dict[str, str] = {}

    def fault(self, sequence: int, message: str) -> None:
        """Note that something is wrong."""
        self.fault_count += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(sequence, message))

    def expect(self, head: Head | None, anchors: Sequence[Anchor]) -> None:
        """Say which entries must come, with which seals."""
        self._head = head
        for sequence, mac in [(item.sequence, item.mac) for item in anchors]:
            self._expected.setdefault(sequence, set()).add(mac)
        if head and head.sequence:
            self._expected.setdefault(head.sequence, set()).add(head.mac)

    def archive(self, name: str, fingerprint: str) -> None:
        """Say that the entries to come are those of an archive; a later entry must know its fingerprint."""
        self._archives[name] = fingerprint

    def take(self, entry: Entry) -> None:
        """The next entry."""
        self.taken += 1
        number = entry.sequence
        genuine = is_genuine(self._key, entry)
        if not genuine:
            self.fault(number, f"第 {number} 条的内容被改动，或是伪造的")
        self._place(entry, genuine)
        if entry.mac not in (wanted := self._expected.pop(number, {entry.mac})) or len(wanted) > 1:
            self.fault(number, f"第 {number} 条与锚点或 head 文件记下的不符，日志被整段替换过")
        day = china_day(entry.moment) if genuine else None
        if None not in (self._day, day) and self._day != day:
            self._days_ended.append(self._sequence)
        self._sequence, self._mac, self._day = number, entry.mac, day
        self._moment = entry.moment
        if genuine:
            self._listen(entry)

    def unreadable(self, number: int) -> None:
        """An entry whose columns hold what no entry holds."""
        self.taken += 1
        self.fault(number, f"第 {number} 条的内容被改动，读不出来")
        self._sequence, self._mac = number, ""

    def end_of_archive(self, archived_to: int) -> None:
        """The archive's entries are over; the table says that they go up to `archived_to`."""
        if archived_to != self._sequence:
            said = f"归档到第 {self._sequence} 条为止，记录库记下的是第 {archived_to} 条"
            self.fault(self._sequence, said)

    def finish(self, end: End | None) -> None:
        """There are no more entries; `end` is where the table says that the log ends."""
        number = self._sequence
        if end and end.sequence != number:
            self.fault(number, f"日志止于第 {number} 条，记录库记下的是第 {end.sequence} 条")
        elif end and number and (end.mac, end.moment) != (self._mac, self._moment):
            self.fault(number, f"记录库的末尾记录被改动，与第 {number} 条不符")
        for number in sorted(self._expected):
            if not any(first <= number <= last for first, last in self._gaps):
                self.fault(number, f"第 {number} 条不见了，锚点或 head 文件里有它")
        for name in self._archives:
            self.fault(0, f"归档文件 {name} 的内容与归档时不符，或日志里没有归档它的记录")

    def require_anchors(self, known: set[int]) -> None:
        """Every day that is over must have an anchor among these."""
        for number in self._days_ended:
            if number not in known:
                self.fault(number, f"第 {number} 条是当天最后一条，它的锚点不见了")

    def _place(self, entry: Entry, genuine: bool) -> None:
        """Whether the entry stands where it belongs."""
        number, expected = entry.sequence, self._sequence + 1
        follows = entry.previous == self._mac or not self._mac
        resumed = genuine and follows and entry.action == Action.AUDIT_RESUMED
        if number > expected and resumed:
            self._gaps.append((expected, number - 1))
        elif number > expected:
            self.fault(number, f"第 {expected} 到第 {number - 1} 条不见了")
        elif number < expected:
            self.fault(number, f"第 {number} 条重复，或次序被改动")
        elif not follows:
            self.fault(number, f"第 {number} 条接不上前一条，前一条被替换或次序被改动")

    def _listen(self, entry: Entry) -> None:
        """What an entry says of the log itself."""
        if entry.action == Action.AUDIT_ARCHIVED:
            fingerprint = self._archives.get(entry.subject)
            if fingerprint and entry.detail.endswith(fingerprint):
                del self._archives[entry.subject]
        if entry.action == Action.AUDIT_RESUMED:
            self._days_ended.clear()
            gap = next((gap for gap in self._gaps if gap[1] == entry.sequence - 1), None)
            lost = f"，此前第 {gap[0]} 到第 {gap[1]} 条已丢失" if gap else ""
            self.resumed.append(f"第 {entry.sequence} 条起恢复记录{lost}：{entry.detail}")
