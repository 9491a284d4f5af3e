"""Lets a request through to its view when who asks holds the right for it, and records who was refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response

from kb.accounts.accounts import OIDC
from kb.accounts.credentials import must_change
from kb.accounts.sealing import Purpose, key_for
from kb.errors import ForgedRequest, NotAllowed, NotSignedIn
from web.identity import API_PREFIX, asker, shows_token, signed_in, start
from web.rights import PUBLIC, RIGHT_OF, WITHOUT_DELAY
from web.services import Services, services

_csrf = CSRFProtect()


def install(app: Flask, opened: Services) -> None:
    """Guard every view of an application by `web/rights.py`; sign its cookie with a key outside the database."""
    app.config.update(
        SECRET_KEY=key_for(opened.accounts.keys, Purpose.SESSION),
        SESSION_COOKIE_NAME="wenzhi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=opened.settings.public_url.startswith("https:"),
        WTF_CSRF_CHECK_DEFAULT=False,  # _refuse_forged does it, after the rights
        WTF_CSRF_TIME_LIMIT=None,  # it holds as long as the sign-in
    )
    _csrf.init_app(app)
    app.before_request(_require_right)
    app.before_request(_refuse_forged)


def safe_target(wanted: str | None) -> str:
    """Where to go after signing in: an address of this service that was wanted, else the home page."""
    home = start()
    if not wanted or not wanted.startswith("/") or "\\" in wanted or len(wanted) > 2000:
        return home
    if wanted.startswith("//") or any(ord(one) < 33 for one in wanted):
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc else wanted


def _require_right() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in PUBLIC:
        return None  # an address that does not exist says so to everybody
    found = asker()
    if found is None:
        return _ask_to_sign_in()
    g.levels = found.levels
    right = RIGHT_OF.get(endpoint)
    if right is None or not found.may(right):
        raise NotAllowed("您的角色不能这样操作", "需要这项权限时，请找系统管理员")
    return _settle_first(endpoint)


def _ask_to_sign_in() -> Response:
    """Programs are told; people are led to the page, and come back to what they wanted."""
    if request.path.startswith(API_PREFIX) or request.method != "GET":
        raise NotSignedIn("还没有登录，或登录已经过期", "重新登录后再操作")
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("signing_in.sign_in", next=wanted if wanted != "/" else None))


def _settle_first(endpoint: str) -> Response | None:
    """Lead whoever must change the password, or must set up one-time codes, there before anything else."""
    found = signed_in()
    if found is None or endpoint in WITHOUT_DELAY:
        return None
    required = services().settings.second_factor == "required"
    page = ""
    if must_change(services().accounts, found.account):
        page = "profile.password"
    elif required and found.account.origin != OIDC and not found.account.has_second_factor:
        page = "profile.second_factor"
    if page and request.path.startswith(API_PREFIX):
        raise NotAllowed("密码到期或动态口令还没有设置", "先在“我的账号”里完成")
    return redirect(url_for(page)) if page else None


def _refuse_forged() -> None:
    """Ask every change that a browser sends for the token of its own page (CSRF).

    Programs with a token send it themselves; the interface of the trial, where nobody is signed in, only takes
    JSON from its own pages (web/guard.py).
    """
    programs = request.path.startswith(API_PREFIX) and (shows_token() or "_user_id" not in session)
    if request.endpoint is not None and not programs:
        try:
            _csrf.protect()
        except CSRFError as error:
            raise ForgedRequest("页面已经过期，这次操作没有完成", "刷新页面后重新操作") from error
