"""Signing in and out, one-time codes, and the links with which people set their own password."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from kb.accounts.accounts import OIDC
from kb.accounts.invitations import accept, accept_first, invited
from kb.accounts.sign_ins import end
from kb.accounts.signing_in import From, sign_in_by_code
from kb.accounts.signing_in import sign_in as check
from kb.errors import AccountError, SignInError
from kb.records import now_utc
from web.access import safe_target
from web.forms import CodeForm, FirstForm, InvitedForm, SignInForm
from web.identity import caller, forget, remember, signed_in, start
from web.services import services

bp = Blueprint("signing_in", __name__)

_CODE_WITHIN = timedelta(minutes=5)
"""How long after the password the one-time code is waited for."""
_WAITING = "waiting"

Page = str | tuple[str, int] | Response


@bp.route("/login", methods=["GET", "POST"])
def sign_in() -> Page:
    """Ask for name and password."""
    if services().settings.access == "trial" or signed_in():
        return redirect(start())
    form = SignInForm(data={"next": request.args.get("next", "")})
    if not form.validate_on_submit():
        return sign_in_page(form)
    try:
        passed = check(services().accounts, form.name.data, form.password.data, origin())
    except SignInError as trouble:
        return sign_in_page(form, trouble), 401
    if not passed.bearer:
        session.clear()
        wanted = form.next.data if safe_target(form.next.data) == form.next.data else ""
        session[_WAITING] = [passed.account.id, now_utc().timestamp(), wanted]
        return redirect(url_for("signing_in.code"))
    remember(passed.account, passed.bearer)
    return redirect(safe_target(form.next.data))


@bp.route("/login/code", methods=["GET", "POST"])
def code() -> Page:
    """Ask whoever gave the right password for a one-time code."""
    account_id, since, wanted = session.get(_WAITING, ("", 0.0, ""))
    if not account_id or now_utc().timestamp() - since > _CODE_WITHIN.total_seconds():
        session.pop(_WAITING, None)
        return redirect(url_for("signing_in.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/code.html", form=form)
    try:
        passed = sign_in_by_code(services().accounts, account_id, form.code.data, origin())
    except SignInError as trouble:
        return render_template("accounts/code.html", form=form, trouble=trouble), 401
    remember(passed.account, passed.bearer)
    return redirect(safe_target(wanted))


@bp.post("/logout")
def sign_out() -> Response:
    """End this browser's sign-in; the browser forgets what it kept of the pages."""
    found, left = signed_in(), None
    if found is not None:
        end(services().accounts, found.bearer, caller())
        left = OIDC if found.account.origin == OIDC else None
    forget()
    response = redirect(url_for("signing_in.sign_in", left=left))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/invitation/<bearer>", methods=["GET", "POST"])
def invitation(bearer: str) -> Page:
    """Let the bearer of a link set a password; the first link of all makes the first administrator."""
    found = invited(services().accounts, bearer)
    form = InvitedForm() if found else FirstForm()
    shown = {"form": form, "account": found, "settings": services().settings}
    if not form.validate_on_submit():
        return render_template("accounts/invitation.html", **shown)
    address = request.remote_addr or ""
    try:
        if found:
            accept(services().accounts, bearer, form.new.data, address)
        else:
            given = (form.name.data, form.display_name.data, form.new.data)
            accept_first(services().accounts, bearer, *given, address)
    except AccountError as trouble:
        return render_template("accounts/invitation.html", trouble=trouble, **shown), 400
    flash("密码已设置，请登录")
    return redirect(url_for("signing_in.sign_in"))


def sign_in_page(form: SignInForm, trouble: SignInError | None = None) -> str:
    """The page that asks for name and password, or offers the sign-in service."""
    return render_template(
        "accounts/sign_in.html",
        form=form,
        trouble=trouble,
        federated=bool(services().settings.oidc_issuer),
        left=request.args.get("left") == OIDC,
    )


def origin() -> From:
    """Where this request comes from."""
    return From(request.remote_addr or "", request.headers.get("User-Agent", ""))
