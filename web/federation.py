"""Signing in through the bureau's sign-in service: OpenID Connect, authorization code with PKCE, state and nonce."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, current_app, redirect, request, session, url_for
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from kb.accounts.accounts import OIDC
from kb.accounts.caller import nobody
from kb.accounts.outside import roles_of_service
from kb.accounts.role_mapping import role_of
from kb.accounts.signing_in import sign_in_vouched
from kb.accounts.vouched import Vouched, subject_of
from kb.audit.entry import Action, Outcome
from kb.errors import NotFound, SignInError, UnansweredError
from kb.settings import Settings
from web import refusals
from web.access import safe_target
from web.forms import SignInForm
from web.identity import remember, signed_in, start
from web.services import services
from web.signing_in import origin, sign_in_page

logger = logging.getLogger(__name__)

bp = Blueprint("federation", __name__, url_prefix="/login/oidc")

_EXTENSION = "wenzhi-federation"
_WANTED = "wanted"
_STATE = f"_state_{OIDC}_"
"""How Authlib calls what it remembers of a sign-in that has begun."""
_TOLERATED_SECONDS = 60
"""How far the clock of the sign-in service may be off."""
_SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Those that only the holder of a private key can make: never `none`, and no secret that clients share."""

Page = str | tuple[str, int] | Response


class _Service(FlaskOAuth2App):  # type: ignore[misc]
    """The sign-in service, of which nothing is believed but what the settings allow."""

    def load_server_metadata(self) -> dict[str, Any]:
        """What the service says of itself. Raises ValueError when it calls itself otherwise than the settings do
        (OpenID Connect Discovery, 4.3)."""
        known: dict[str, Any] = super().load_server_metadata()
        if known.get("issuer") != services().settings.oidc_issuer:
            raise ValueError(f"the service calls itself {known.get('issuer')!r}")
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        kept = sorted(_SIGNATURES.intersection(offered))
        return known | {"id_token_signing_alg_values_supported": kept}

    def forget(self) -> None:
        """Ask again at the next sign-in: keys and addresses change."""
        for key in ("_loaded_at", "jwks"):
            self.server_metadata.pop(key, None)


def install(app: Flask, settings: Settings) -> None:
    """Let the application know the sign-in service; asks it nothing yet."""
    if not settings.oidc_issuer:
        return
    options: dict[str, object] = {
        "scope": settings.oidc_scope,
        "code_challenge_method": "S256",
        "default_timeout": settings.oidc_seconds,
        "trust_env": False,
    }
    if settings.oidc_ca.name:
        options["verify"] = str(settings.oidc_ca)
    app.extensions[_EXTENSION] = OAuth(app).register(
        OIDC,
        client_cls=_Service,
        client_id=settings.oidc_client,
        client_secret=settings.oidc_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs=options,
    )


@bp.get("")
def begin() -> Page:
    """Send the browser to the sign-in service."""
    client = _client()
    if services().settings.access == "trial" or signed_in():
        return redirect(start())
    for key in [key for key in session if key.startswith(_STATE)]:
        session.pop(key)  # a cookie holds few of them; the newest counts
    session[_WANTED] = request.args.get("next", "")[:2000]
    try:
        with _answering(client):
            found: Response = client.authorize_redirect(_address("federation.finish"))
            return found
    except SignInError as trouble:
        return _refused(trouble)


@bp.get("/back")
def finish() -> Page:
    """Sign in whom the sign-in service sends back with a code."""
    client = _client()
    if services().settings.access == "trial":
        return redirect(start())
    wanted = session.pop(_WANTED, "")
    try:
        with _answering(client):
            found = _vouched(_claims(client))
    except SignInError as trouble:
        _record(trouble)
        return _refused(trouble)
    try:
        passed = sign_in_vouched(services().accounts, found, origin())
    except SignInError as trouble:
        return _refused(trouble)
    remember(passed.account, passed.bearer)
    return redirect(safe_target(wanted))


@bp.get("/leave")
def leave() -> Page:
    """Send the browser where the sign-in service itself signs out, if it can."""
    client = _client()
    try:
        with _answering(client):
            if not client.load_server_metadata().get("end_session_endpoint"):
                raise UnansweredError("统一身份服务不能从这里退出", "请到单位统一身份的页面退出")
            found = client.create_logout_url(
                post_logout_redirect_uri=_address("signing_in.sign_in"),
                client_id=client.client_id,
            )
    except SignInError as trouble:
        return _refused(trouble)
    return redirect(found["url"])


def _client() -> _Service:
    """What speaks with the sign-in service. Raises NotFound where none is set up."""
    if _EXTENSION not in current_app.extensions:
        raise NotFound("没有设置单位统一身份登录", "用账号和密码登录")
    found: _Service = current_app.extensions[_EXTENSION]
    return found


def _claims(client: _Service) -> Mapping[str, Any]:
    """What the service says of who signed in, after the token's signature, issuer, audience, times and nonce."""
    settings = services().settings
    expected = {
        "iss": {"essential": True, "value": settings.oidc_issuer},
        "aud": {"essential": True, "value": settings.oidc_client},
    }
    token = client.authorize_access_token(claims_options=expected, leeway=_TOLERATED_SECONDS)
    found: Mapping[str, Any] = token["userinfo"]  # of the ID token; not there without one
    return found


def _vouched(claims: Mapping[str, Any]) -> Vouched:
    """Raises ValueError for somebody without an identifier."""
    settings, subject = services().settings, claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise ValueError("sub is empty")
    return Vouched(
        OIDC,
        str(_claim(claims, settings.oidc_name) or ""),
        str(claims.get("name") or ""),
        role_of(roles_of_service(settings), _texts(_claim(claims, settings.oidc_groups))),
        subject_of(settings.oidc_issuer, subject),
    )


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """A claim of this very name, else the nested one that a name with dots leads to."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _texts(value: object) -> frozenset[str]:
    """The values of a claim that is one text or a list of them."""
    values = value if isinstance(value, list) else [value]
    return frozenset(item for item in values if isinstance(item, str))


def _address(endpoint: str) -> str:
    """An address of this service as it was registered there: by the settings, never by the request."""
    return services().settings.address + url_for(endpoint)


@contextmanager
def _answering(client: _Service) -> Iterator[None]:
    """Say what went wrong between the services; whatever was learned is asked for again, since keys change."""
    try:
        yield
    except RequestException as error:
        logger.warning("the sign-in service does not answer: %r", error)
        client.forget()
        remedy = "稍后再试；本系统自己的账号不受影响"
        raise UnansweredError("单位统一身份服务现在连不上", remedy) from error
    except (AuthlibBaseError, JoseError, RuntimeError, ValueError, KeyError, TypeError) as error:
        logger.warning("the sign-in service's answer is refused: %r", error)
        client.forget()
        raise SignInError(
            "单位统一身份登录没有完成", "请重新登录；一直这样时请找系统管理员"
        ) from error


def _record(trouble: SignInError) -> None:
    event = nobody(request.remote_addr or "").event(
        Action.SIGN_IN_FAILED, "单位统一身份", Outcome.REFUSED, trouble.message
    )
    refusals.record(event)


def _refused(trouble: SignInError) -> Page:
    return sign_in_page(SignInForm(formdata=None), trouble), 401
