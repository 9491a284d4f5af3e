"""What the audit log says: the event as its caller tells it, and the entry as it is kept and sealed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from kb.accounts.identity import Identity
from kb.audit.key import AuditKey
from kb.masking import mask

GENESIS = "0" * 64
"""What stands where the seal of an entry before the first one would."""


class Action(StrEnum):
    """What was done or tried."""

    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    LOCKED_OUT = "locked_out"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ROLE_CHANGED = "role_changed"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    INVITATION_MADE = "invitation_made"
    DENIED = "denied"
    ARTICLE_VIEWED = "article_viewed"
    ARTICLE_EDITED = "article_edited"
    ARTICLE_PUBLISHED = "article_published"
    EXPORTED = "exported"
    PROBLEM_CHANGED = "problem_changed"
    SETTINGS_CHANGED = "settings_changed"
    RECORD_DELETED = "record_deleted"
    REFUSED_INPUT = "refused_input"
    AUDIT_READ = "audit_read"
    AUDIT_VERIFIED = "audit_verified"
    AUDIT_ARCHIVED = "audit_archived"
    AUDIT_RESUMED = "audit_resumed"
    SERVICE_STARTED = "service_started"


ACTION_NAMES: Mapping[Action, str] = {
    Action.SIGN_IN: "登录",
    Action.SIGN_IN_FAILED: "登录失败",
    Action.SIGN_OUT: "退出登录",
    Action.LOCKED_OUT: "账号锁定",
    Action.PASSWORD_CHANGED: "修改密码",
    Action.SECOND_FACTOR_CHANGED: "变更第二因素",
    Action.ACCOUNT_ADDED: "新建账号",
    Action.ACCOUNT_CHANGED: "修改账号",
    Action.ACCOUNT_DISABLED: "停用账号",
    Action.ROLE_CHANGED: "变更角色权限",
    Action.TOKEN_MADE: "发放接口令牌",
    Action.TOKEN_REVOKED: "作废接口令牌",
    Action.INVITATION_MADE: "发出邀请",
    Action.DENIED: "越权被拒",
    Action.ARTICLE_VIEWED: "查阅受限文章",
    Action.ARTICLE_EDITED: "编辑文章",
    Action.ARTICLE_PUBLISHED: "发布文章",
    Action.EXPORTED: "导出",
    Action.PROBLEM_CHANGED: "变更问题记录",
    Action.SETTINGS_CHANGED: "变更设置",
    Action.RECORD_DELETED: "删除记录",
    Action.REFUSED_INPUT: "拒绝异常输入",
    Action.AUDIT_READ: "查看审计日志",
    Action.AUDIT_VERIFIED: "校验审计日志",
    Action.AUDIT_ARCHIVED: "归档审计日志",
    Action.AUDIT_RESUMED: "确认现状并恢复审计",
    Action.SERVICE_STARTED: "服务启动",
}


class Outcome(StrEnum):
    """What came of it: done, refused for want of a right, or failed."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"


OUTCOME_NAMES: Mapping[Outcome, str] = {
    Outcome.OK: "成功",
    Outcome.REFUSED: "拒绝",
    Outcome.FAILED: "失败",
}


@dataclass(frozen=True, slots=True)
class Event:
    """What is to be recorded: who (`actor` the account's id, `name` as text), from where, what, on what.

    Texts are masked, made printable and cut to the columns' lengths when the entry is made.
    """

    action: Action
    outcome: Outcome = Outcome.OK
    actor: str = ""
    name: str = ""
    role: str = ""
    address: str = ""
    subject: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is kept: `sequence` from 1, `moment` in UTC, seals as 64 hexadecimal digits.

    `action` and `outcome` are plain text, so that a newer version's entries stay readable.
    """

    sequence: int
    moment: datetime
    action: str
    actor: str
    name: str
    role: str
    address: str
    subject: str
    outcome: str
    detail: str
    previous: str
    mac: str


_FIELDS = tuple(item.name for item in fields(Entry))
_LONGEST = {
    "actor": 32,
    "name": 100,
    "role": 16,
    "address": 64,
    "subject": 300,
    "detail": 2000,
}


def event_by(
    identity: Identity,
    action: Action,
    subject: str = "",
    outcome: Outcome = Outcome.OK,
    detail: str = "",
    address: str = "",
) -> Event:
    """The event of something that one who is known did or tried."""
    return Event(
        action, outcome, identity.account, identity.name, identity.role, address, subject, detail
    )


def sealed(key: AuditKey, event: Event, sequence: int, moment: datetime, previous: str) -> Entry:
    """The entry that follows the one whose seal is `previous`."""
    texts = {name: _storable(getattr(event, name), longest) for name, longest in _LONGEST.items()}
    values: dict[str, Any] = {
        "sequence": sequence,
        "moment": moment.astimezone(UTC),
        "action": str(event.action),
        "outcome": str(event.outcome),
        "previous": previous,
        **texts,
    }
    return Entry(mac=_seal(key, values), **values)


def is_genuine(key: AuditKey, entry: Entry) -> bool:
    """Whether the entry is as it was sealed; what lies in a column of another type is not."""
    try:
        return key.fits(entry.mac, "entry", _encoded(values_of(entry)))
    except (TypeError, ValueError, AttributeError, OverflowError):
        return False


def values_of(entry: Entry) -> dict[str, Any]:
    """The entry's fields by their names."""
    return {name: getattr(entry, name) for name in _FIELDS}


def line_of(entry: Entry) -> str:
    """The entry as one line of JSON, without the line's end."""
    values = values_of(entry) | {"moment": entry.moment.isoformat(timespec="microseconds")}
    return json.dumps(values, ensure_ascii=False, sort_keys=True)


def entry_of(line: str) -> Entry:
    """The entry that a line holds; raises ValueError, TypeError or KeyError for another text."""
    values = json.loads(line)
    values["moment"] = datetime.fromisoformat(values["moment"])
    entry = Entry(**values)
    if not isinstance(entry.sequence, int) or line_of(entry) != line.rstrip("\n"):
        raise ValueError("not a line of the audit log")
    return entry


def _seal(key: AuditKey, values: Mapping[str, Any]) -> str:
    return key.seal("entry", _encoded(values))


def _encoded(values: Mapping[str, Any]) -> bytes:
    """One text for one entry: JSON in ASCII with sorted names, so that no two entries share an encoding."""
    moment = values["moment"].astimezone(UTC).isoformat(timespec="microseconds")
    content = {name: value for name, value in values.items() if name != "mac"} | {"moment": moment}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def _storable(text: str, longest: int) -> str:
    """The text masked, then in printable characters only, so that none can forge a line, then cut."""
    shown = "".join(map(_printable, mask(text).text))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _printable(character: str) -> str:
    if character.isprintable():
        return character
    category = unicodedata.category(character)
    return " " if category.startswith("Z") or character in "\t\n\r" else "\ufffd"
