"""The forms that people fill in; each takes its own fields and no others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import EqualTo, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from kb.accounts.rights import RIGHT_NAMES, ROLE_NAMES, TOKEN_RIGHTS, Right, Role
from kb.accounts.tokens import MOST_DAYS

_MUST = "请填写"
_LONG = "太长了"


def token_choices(rights: Iterable[Right]) -> list[SelectChoice]:
    """The rights that a token may be given, to choose from."""
    return [SelectChoice(right.value, RIGHT_NAMES[right]) for right in sorted(rights)]


def _text(label: str, longest: int, **shown: Any) -> StringField:
    return StringField(
        label, [InputRequired(_MUST), Length(max=longest, message=_LONG)], render_kw=shown
    )


def _secret(label: str, autocomplete: str) -> PasswordField:
    checks = [InputRequired(_MUST), Length(max=128, message=_LONG)]
    return PasswordField(label, checks, render_kw={"autocomplete": autocomplete})


def _again() -> PasswordField:
    checks = [InputRequired(_MUST), EqualTo("new", "两次输入的密码不一样")]
    return PasswordField("再输入一次", checks, render_kw={"autocomplete": "new-password"})


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Name and password."""

    name = _text("账号", 64, autocomplete="username", autofocus=True, autocapitalize="none")
    password = _secret("密码", "current-password")
    next = HiddenField()
    submit = SubmitField("登录")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """A one-time code."""

    code = _text("动态口令", 40, autocomplete="one-time-code", autofocus=True)
    submit = SubmitField("确定")


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """One's password, before something that only its owner may do."""

    current = _secret("现在的密码", "current-password")
    submit = SubmitField("确定")


class InvitedForm(FlaskForm):  # type: ignore[misc]
    """A password of one's own choice."""

    new = _secret("新密码", "new-password")
    again = _again()
    submit = SubmitField("设置密码")


class FirstForm(InvitedForm):
    """The first administrator."""

    name = _text("账号名", 32, autocomplete="username", autocapitalize="none")
    display_name = _text("姓名", 32, autocomplete="name")


class PasswordForm(InvitedForm):
    """A new password in the place of the present one."""

    current = _secret("现在的密码", "current-password")


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A new account. Auditors are added at the server, so that who manages accounts cannot become one."""

    name = _text("账号名", 32, autocomplete="off", autocapitalize="none")
    display_name = _text("姓名", 32, autocomplete="off")
    role = SelectField(
        "角色",
        choices=[
            SelectChoice(role.value, ROLE_NAMES[role]) for role in Role if role is not Role.AUDITOR
        ],
    )
    submit = SubmitField("添加账号")


class TokenForm(FlaskForm):  # type: ignore[misc]
    """A token for a program."""

    name = _text("给哪个程序用", 32, autocomplete="off")
    rights = SelectMultipleField(
        "权限",
        choices=token_choices(TOKEN_RIGHTS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    days = IntegerField(
        "有效天数",
        [InputRequired(_MUST), NumberRange(1, MOST_DAYS, f"1到{MOST_DAYS}天")],
        default=90,
    )
    submit = SubmitField("生成令牌")
