"""Who may do what: the one table of roles, rights and levels of access."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from kb.types import ACCESS_LEVELS


class Right(StrEnum):
    """Something that not everybody may do; its value is what an audit entry and a token's scope say."""

    READ = "read"
    """Browse and search the articles that the role's levels open, and ask."""
    REPORT = "report"
    """Judge answers, and put questions into the problem library."""
    INSPECT = "inspect"
    """See how a question was searched, and what lint found."""
    WORK_PROBLEMS = "work_problems"
    """Take up, answer and close problems."""
    EDIT = "edit"
    """Write and publish articles."""
    OVERSEE = "oversee"
    """Read the service's figures and reports."""
    MEASURE = "measure"
    """Fetch the figures of the running service (/metrics)."""
    ADMINISTER = "administer"
    """Manage accounts, roles and what is held on people, and see the security settings."""
    AUDIT = "audit"
    """Read and export the audit log."""
    OWN = "own"
    """Manage one's own account."""


RIGHT_NAMES: Mapping[Right, str] = {
    Right.READ: "查阅和提问",
    Right.REPORT: "反馈和提交问题",
    Right.INSPECT: "查看检索过程和文章检查",
    Right.WORK_PROBLEMS: "处理问题库",
    Right.EDIT: "编写和发布文章",
    Right.OVERSEE: "查看服务统计",
    Right.MEASURE: "读取运行指标",
    Right.ADMINISTER: "管理账号和安全设置",
    Right.AUDIT: "查看审计日志",
    Right.OWN: "管理自己的账号",
}


class Role(StrEnum):
    """What an account is for; each account has one, so that duties stay apart (GB/T 22239-2019 8.1.4.2 d)."""

    COUNTER = "counter"
    ENGINEER = "engineer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_NAMES: Mapping[Role, str] = {
    Role.COUNTER: "窗口经办",
    Role.ENGINEER: "驻场工程师",
    Role.SUPERVISOR: "科室负责人",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "安全审计员",
}

_STAFF = frozenset({Right.READ, Right.REPORT, Right.OWN})

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.COUNTER: _STAFF,
    Role.ENGINEER: _STAFF | {Right.INSPECT, Right.WORK_PROBLEMS, Right.EDIT, Right.MEASURE},
    Role.SUPERVISOR: _STAFF | {Right.OVERSEE, Right.WORK_PROBLEMS},
    Role.ADMINISTRATOR: _STAFF | {Right.ADMINISTER, Right.MEASURE},
    Role.AUDITOR: frozenset({Right.AUDIT, Right.OWN}),
}
"""Nobody holds both ADMINISTER and AUDIT: who manages accounts cannot read or alter what is recorded of it."""

LEVELS: Mapping[Role, frozenset[str]] = {
    Role.COUNTER: frozenset({"staff"}),
    Role.ENGINEER: frozenset({"staff", "engineer"}),
    Role.SUPERVISOR: frozenset({"staff"}),
    Role.ADMINISTRATOR: frozenset(ACCESS_LEVELS),
    Role.AUDITOR: frozenset(),
}
"""Which levels of an article's `access` a role may read."""

VISITOR_RIGHTS = (RIGHTS[Role.COUNTER] - {Right.OWN}) | {Right.INSPECT, Right.MEASURE}
"""Whoever opens the trial on this machine acts as counter staff, and may look at how it works."""

TOKEN_RIGHTS = frozenset({Right.READ, Right.REPORT, Right.MEASURE})
"""What a token of the programming interface may be given: nothing that manages accounts."""
