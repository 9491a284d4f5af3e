"""One's own account: password, one-time codes, browsers signed in, tokens, and what is held on oneself."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from kb.accounts import tokens
from kb.accounts.credentials import (
    add_second_factor,
    change_password,
    confirm_password,
    must_change,
    remove_second_factor,
)
from kb.accounts.held import held_on
from kb.accounts.rights import TOKEN_RIGHTS, Right
from kb.accounts.second_factor import new_secret, provisioning_uri, qr_picture
from kb.accounts.sign_ins import end_everywhere, of_account
from kb.errors import AccountError, ChangeRefused
from web.forms import CodeForm, ConfirmForm, PasswordForm, TokenForm, token_choices
from web.identity import account, caller, signed_in
from web.services import services

bp = Blueprint("profile", __name__, url_prefix="/profile")

_SECRET = "second_factor"  # noqa: S105 - a key of the session, whose cookie is signed

Page = str | tuple[str, int] | Response


@bp.get("/")
def show() -> str:
    """The account as it is, where it is signed in, and its tokens."""
    return _page()


@bp.route("/password", methods=["GET", "POST"])
def password() -> Page:
    """Change one's password."""
    accounts, form = services().accounts, PasswordForm()
    shown = {
        "form": form,
        "forced": must_change(accounts, account()),
        "settings": services().settings,
    }
    if not form.validate_on_submit():
        return render_template("accounts/password.html", **shown)
    try:
        change_password(accounts, caller(), form.current.data, form.new.data, _bearer())
    except AccountError as trouble:
        return render_template("accounts/password.html", trouble=trouble, **shown), 400
    flash("密码已修改，其他设备上的登录已退出")
    return redirect(url_for("profile.show"))


@bp.post("/sign-out-elsewhere")
def sign_out_elsewhere() -> Response:
    """Sign out of all other browsers."""
    end_everywhere(services().accounts, account().id, caller(), keeping=_bearer())
    flash("其他设备上的登录都已退出")
    return redirect(url_for("profile.show"))


@bp.route("/second-factor", methods=["GET", "POST"])
def second_factor() -> Page:
    """Set up one-time codes: nothing changes before the first right code."""
    if account().has_second_factor:
        raise ChangeRefused("动态口令已经启用", "要换手机，先停用，或请系统管理员重置")
    secret = session.setdefault(_SECRET, new_secret())
    uri = provisioning_uri(secret, account().name)
    form, shown = CodeForm(), {"picture": qr_picture(uri), "secret": secret}
    if not form.validate_on_submit():
        return render_template("accounts/second_factor.html", form=form, **shown)
    try:
        codes = add_second_factor(services().accounts, caller(), secret, form.code.data)
    except AccountError as trouble:
        page = render_template("accounts/second_factor.html", form=form, trouble=trouble, **shown)
        return page, 400
    session.pop(_SECRET)
    return render_template("accounts/recovery_codes.html", codes=codes)


@bp.route("/second-factor/stop", methods=["GET", "POST"])
def stop_second_factor() -> Page:
    """Ask for no one-time codes any more; only who knows the password may."""
    form, shown = ConfirmForm(), {"required": services().settings.second_factor == "required"}
    if shown["required"] or not form.validate_on_submit():
        return render_template("accounts/stop_second_factor.html", form=form, **shown)
    try:
        confirm_password(services().accounts, caller(), form.current.data)
    except AccountError as trouble:
        page = render_template(
            "accounts/stop_second_factor.html", form=form, trouble=trouble, **shown
        )
        return page, 400
    remove_second_factor(services().accounts, caller(), account().id)
    flash("动态口令已停用")
    return redirect(url_for("profile.show"))


@bp.post("/tokens")
def make_token() -> Page:
    """Make a token; it is shown on the page that answers, and never again."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _page(form), 400
    rights = [Right(name) for name in form.rights.data]
    try:
        bearer = tokens.make_token(
            services().accounts, caller(), form.name.data, rights, form.days.data
        )
    except AccountError as trouble:
        return _page(form, trouble=trouble), 400
    return _page(bearer=bearer)


@bp.post("/tokens/<identifier>/end")
def end_token(identifier: str) -> Response:
    """End a token."""
    tokens.revoke_token(services().accounts, caller(), identifier)
    flash("令牌已删除")
    return redirect(url_for("profile.show"))


@bp.get("/held.json")
def held() -> Response:
    """All that is held on oneself, as a file."""
    response = jsonify(held_on(services().accounts, caller(), account().id))
    response.headers["Content-Disposition"] = "attachment; filename=held.json"
    return response


def _page(form: TokenForm | None = None, **shown: object) -> str:
    own, accounts = account(), services().accounts
    form = form or TokenForm(formdata=None)
    form.rights.choices = token_choices(own.identity.rights & TOKEN_RIGHTS)
    return render_template(
        "accounts/profile.html",
        account=own,
        sign_ins=of_account(accounts, own.id, _bearer()),
        tokens=tokens.tokens_of(accounts, own.id),
        form=form,
        settings=services().settings,
        **shown,
    )


def _bearer() -> str:
    found = signed_in()
    return found.bearer if found else ""
