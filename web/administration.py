"""The administrator's pages: accounts, the table of roles, and what the settings say of security."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.accounts.accounts import LOCAL, Account
from kb.accounts.attempts import unlock
from kb.accounts.credentials import remove_second_factor
from kb.accounts.invitations import invite
from kb.accounts.rights import LEVELS, RIGHT_NAMES, RIGHTS, ROLE_NAMES, Right, Role
from kb.accounts.sign_ins import end_everywhere, of_account
from kb.errors import AccountError, BadQuestion, ChangeRefused, NotAllowed
from kb.types import ACCESS_NAMES
from web.errors import record
from web.forms import AccountForm
from web.identity import caller
from web.security import safeguards
from web.services import services

bp = Blueprint("administration", __name__, url_prefix="/admin")

Page = str | tuple[str, int] | Response

_GIVEN_HERE = tuple(role for role in Role if role is not Role.AUDITOR)
"""Auditors are added and reset at the server (`manage.py user`), so that nobody who manages accounts becomes one."""

_NOT_FOR_ONESELF = frozenset({"invite", "second_factor"})
"""Whoever finds an administrator's screen unattended must not take over the account for good."""


@bp.get("/accounts")
def accounts() -> str:
    """All accounts, and the form for a new one."""
    return _list(AccountForm(formdata=None))


@bp.post("/accounts")
def add() -> Page:
    """Add an account and show the link with which its owner sets a password."""
    form = AccountForm()
    _refuse_auditors(request.form.get("role", ""))
    if not form.validate_on_submit():
        return _list(form), 400
    role = Role(form.role.data)
    try:
        made = services().accounts.add(caller(), form.name.data, form.display_name.data, role)
    except AccountError as trouble:
        return _list(form, trouble), 400
    return _show(made, link=_link(made))


@bp.get("/accounts/<identifier>")
def account(identifier: str) -> str:
    """One account, and what can be done with it."""
    return _show(services().accounts.get(identifier))


@bp.post("/accounts/<identifier>")
def change(identifier: str) -> Page:
    """Change one thing of an account: `do` says what."""
    found = services().accounts.get(identifier)
    wanted = request.form.get("do", "")
    if found.role is Role.AUDITOR and wanted not in {"disable", "sign_out"}:
        trouble = ChangeRefused("审计员账号不能在这里改", "在服务器上用 manage.py user 处理")
        record(trouble)
        return _show(found, trouble=trouble), 403
    try:
        link = _change(found, wanted)
    except AccountError as trouble:
        record(trouble)
        return _show(found, trouble=trouble), 400
    if link:
        return _show(found, link=link)
    return redirect(url_for("administration.account", identifier=identifier))


@bp.get("/roles")
def roles() -> str:
    """Who may do what."""
    return render_template(
        "accounts/roles.html",
        roles=ROLE_NAMES,
        rights=RIGHT_NAMES,
        held=RIGHTS,
        levels=LEVELS,
        level_names=ACCESS_NAMES,
    )


@bp.get("/security")
def security() -> str:
    """How the service is protected as it is set up now."""
    return render_template("accounts/security.html", safeguards=safeguards(services().settings))


def _change(found: Account, wanted: str) -> str:
    """Do one thing; returns a link where one was made."""
    book, by = services().accounts, caller()
    if found.id == by.identity.account and wanted in _NOT_FOR_ONESELF:
        raise ChangeRefused(
            "自己的密码和动态口令不能在这里重置", "到“我的账号”里改，要先输入现在的密码"
        )
    match wanted:
        case "rename":
            book.rename(by, found.id, request.form.get("display_name", ""))
        case "role":
            book.change_role(by, found.id, _role(request.form.get("role", "")))
        case "invite":
            return _link(found)
        case "disable":
            book.disable(by, found.id)
        case "enable":
            book.enable(by, found.id)
        case "unlock":
            unlock(book, by, found.name)
        case "sign_out":
            end_everywhere(book, found.id, by)
        case "second_factor":
            remove_second_factor(book, by, found.id)
        case _:
            raise BadQuestion("没有这个操作", "回到账号页重新操作")
    flash("已保存")
    return ""


def _refuse_auditors(name: str) -> None:
    if name == Role.AUDITOR:
        raise NotAllowed("不能在这里添加审计员", "在服务器上用 manage.py user 添加")


def _role(name: str) -> Role:
    _refuse_auditors(name)
    if name not in {role.value for role in _GIVEN_HERE}:
        raise AccountError("没有这个角色", "从列表里选择；审计员在服务器上添加")
    return Role(name)


def _link(found: Account) -> str:
    if found.origin != LOCAL:
        return ""
    bearer = invite(services().accounts, caller(), found.id)
    path, public = url_for("signing_in.invitation", bearer=bearer), services().settings.public_url
    return public.rstrip("/") + path if public else urljoin(request.host_url, path)


def _list(form: AccountForm, trouble: AccountError | None = None) -> str:
    every = services().accounts.every()
    return render_template(
        "accounts/accounts.html", form=form, accounts=every, roles=ROLE_NAMES, trouble=trouble
    )


def _show(found: Account, link: str = "", trouble: AccountError | None = None) -> str:
    book = services().accounts
    return render_template(
        "accounts/account.html",
        account=book.get(found.id),
        roles={role: ROLE_NAMES[role] for role in _GIVEN_HERE},
        role_names=ROLE_NAMES,
        sign_ins=of_account(book, found.id),
        link=link,
        trouble=trouble,
        own=found.id == caller().identity.account,
        may_change=found.role is not Role.AUDITOR,
        rights=[RIGHT_NAMES[right] for right in Right if right in RIGHTS[found.role]],
    )
