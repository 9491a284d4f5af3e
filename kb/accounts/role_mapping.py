"""Which group of a directory or a sign-in service gives which role, as the settings write it down."""

from __future__ import annotations

from collections.abc import Callable, Collection

from kb.accounts.rights import Role
from kb.errors import SettingsError

GIVEN_BY_GROUPS = (Role.COUNTER, Role.ENGINEER, Role.SUPERVISOR)
"""What a group may give. Whoever keeps the directory could otherwise become administrator and auditor at once;
these two are given here, by an administrator and at the server, and no group takes them away."""


Mapping = tuple[tuple[str, Role], ...]
"""Groups and their roles in the order of the setting."""


def role_of(mapping: Mapping, groups: Collection[str]) -> Role | None:
    """The role of the first group of the setting that is among these; None when none is."""
    return next((role for group, role in mapping if group in groups), None)


def mapping_of(setting: str, text: str, key: Callable[[str], str] = str.strip) -> Mapping:
    """Read `role: group; role: group`; `key` gives all spellings of a group one form, or raises ValueError.

    Raises SettingsError.
    """
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    if not parts:
        raise SettingsError(f"没有设置“{setting}”，谁也登录不了", _form())
    return tuple(_pair(setting, part, key) for part in parts)


def _pair(setting: str, part: str, key: Callable[[str], str]) -> tuple[str, Role]:
    name, colon, group = part.partition(":")
    role = next((role for role in GIVEN_BY_GROUPS if role.value == name.strip()), None)
    try:
        if role is None or not colon or not group.strip():
            raise ValueError(part)
        return key(group.strip()), role
    except ValueError as error:
        raise SettingsError(f"设置“{setting}”里的“{part}”不能使用", _form()) from error


def _form() -> str:
    roles = "、".join(GIVEN_BY_GROUPS)
    return (
        f"写成“角色: 组; 角色: 组”，角色可选 {roles}；administrator 和 auditor 只能在本系统里授予"
    )
