"""Who asks: a visitor of the trial, somebody who signed in, or a program that shows a token."""

from __future__ import annotations

from flask import Flask, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from kb.accounts.accounts import Account
from kb.accounts.caller import Caller
from kb.accounts.identity import NOBODY, VISITOR, Identity
from kb.accounts.rights import RIGHT_NAMES, Right
from kb.accounts.sign_ins import resume
from kb.accounts.tokens import bearer_of_token
from kb.errors import NotFound
from web.rights import RIGHT_OF
from web.services import services

API_PREFIX = "/api/"
_SCHEME = "bearer "
_MENU = (
    ("chat.ask_page", "提问"),
    ("wiki.tree", "知识库"),
    ("search.results", "搜索"),
    ("chat.problems", "问题库"),
    ("administration.accounts", "账号"),
    ("administration.roles", "角色"),
    ("administration.security", "安全设置"),
    ("auditing.entries", "审计日志"),
)
"""The pages that the masthead leads to, for those who may open them."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """Somebody whose browser shows the bearer value of a sign-in."""

    def __init__(self, account: Account, bearer: str) -> None:
        self.account = account
        self.bearer = bearer

    def get_id(self) -> str:
        """What the signed cookie carries."""
        return self.bearer


def install(app: Flask) -> None:
    """Let the application know who asks."""
    manager = LoginManager(app)
    manager.session_protection = "strong"
    manager.user_loader(_load)
    app.jinja_env.globals["may"] = may  # macros of imported templates know globals only


def asker() -> Identity | None:
    """Who asks in this request; None for somebody who has not signed in."""
    if "asker" not in g:
        g.asker = _asker()
    found: Identity | None = g.asker
    return found


def may(right: str) -> bool:
    """Whether who asks holds a right."""
    return right in identity().rights


def identity() -> Identity:
    """Who asks, for what is only served to those who may: without one, somebody without any right."""
    return asker() or NOBODY


def caller() -> Caller:
    """Who asks and from where, for the audit log."""
    return Caller(identity(), request.remote_addr or "")


def shows_token() -> bool:
    """Whether a program asks that sends its token itself, so that no other site can send it for it."""
    return request.headers.get("Authorization", "").lower().startswith(_SCHEME)


def signed_in() -> SignedIn | None:
    """The browser's sign-in, if it has one."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def account() -> Account:
    """The account that signed in. Raises NotFound for visitors and programs."""
    found = signed_in()
    if found is None:
        raise NotFound("没有登录的账号", "请先登录")
    return found.account


def remember(found: Account, bearer: str) -> None:
    """Let this browser be signed in; whatever it carried before is forgotten (no fixation)."""
    session.clear()
    login_user(SignedIn(found, bearer))
    g.pop("asker", None)


def forget() -> None:
    """Let this browser be signed in no more."""
    logout_user()
    session.clear()
    g.pop("asker", None)


def start() -> str:
    """The page to begin with: the first of those that who asks may open."""
    rights = identity().rights
    if Right.READ in rights:
        return url_for("wiki.home")
    return next(
        (url_for(name) for name, _ in _MENU if RIGHT_OF[name] in rights), url_for("wiki.home")
    )


def words() -> dict[str, object]:
    """What every template may say of who asks."""
    found = asker()
    rights = found.rights if found else frozenset()
    return {
        "asker": found,
        "menu": [(endpoint, name) for endpoint, name in _MENU if RIGHT_OF[endpoint] in rights],
        "signed_in": signed_in(),
        "start": start(),
        "trial": services().settings.access == "trial",
        "right_names": RIGHT_NAMES,
    }


def _asker() -> Identity | None:
    if services().settings.access == "trial":
        return VISITOR
    if shows_token():
        if not request.path.startswith((API_PREFIX, "/metrics")):
            return None
        return bearer_of_token(
            services().accounts, request.headers["Authorization"][len(_SCHEME) :]
        )
    found = signed_in()
    return found.account.identity if found else None


def _load(bearer: str) -> SignedIn | None:
    if services().settings.access == "trial":
        return None
    found = resume(services().accounts, bearer)
    return SignedIn(found, bearer) if found else None
