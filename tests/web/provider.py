"""A real OpenID Connect provider for tests: Authlib's authorization server over TLS, on a port of this machine."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from markupsafe import escape
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.certificates import write_certificates

CLIENT, SECRET = "wenzhi", "client-Secret-1"


@dataclass
class Behaviour:
    """Who signs in there, and what is wrong with the ID tokens; tests change it."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: rsa_key("first"))
    published: RSAKey | None = None
    forge: Callable[[dict[str, Any]], str] | None = None
    offered: tuple[str, ...] = ("RS256", "HS256", "none")
    metadata: dict[str, Any] = field(default_factory=dict)
    without_token: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Provider:
    """A running provider, the certificate that vouches for it, and how it behaves."""

    issuer: str
    ca: Path
    behaviour: Behaviour


@dataclass
class _Client(ClientMixin):  # type: ignore[misc]
    redirect_uri: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method, endpoint) == ("client_secret_basic", "token")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code(AuthorizationCodeMixin):  # type: ignore[misc]
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


@cache
def rsa_key(which: str, kid: str = "") -> RSAKey:
    """A key, the same one for the same words; `kid` is how it is called where that is another's name."""
    return RSAKey.generate_key(2048, {"kid": kid or which})


def forged(claims: dict[str, Any], algorithm: str, shared: bytes = b"") -> str:
    """A token as anybody can make it: not signed, or with something that others know."""
    header = {"alg": algorithm, "kid": "first", "typ": "JWT"}
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    seal = hmac.digest(shared, signed.encode(), "sha256") if shared else b""
    return f"{signed}.{_encoded(seal)}"


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@contextmanager
def running(folder: Path, port: int, redirect_uri: str) -> Iterator[Provider]:
    """Serve until the end of the block; the only client comes back to `redirect_uri`."""
    write_certificates(folder)
    provider = Provider(f"https://localhost:{port}", folder / "ca.pem", Behaviour())
    files = (str(folder / "server.pem"), str(folder / "server.key"))
    app = _application(provider, redirect_uri)
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def _application(provider: Provider, redirect_uri: str) -> Flask:
    app = Flask("provider")
    codes: dict[str, _Code] = {}
    client = _Client(redirect_uri)
    server = AuthorizationServer(
        app,
        query_client=lambda name: client if name == CLIENT else None,
        save_token=lambda token, request: None,
    )
    server.register_grant(_grant(codes), [_tokens(provider), CodeChallenge(required=True)])
    _add_views(app, provider, server)
    return app


def _grant(codes: dict[str, _Code]) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            sent = request.payload.data
            codes[code] = _Code(
                request.payload.redirect_uri,
                request.scope,
                sent["nonce"],
                sent["code_challenge"],
                sent["code_challenge_method"],
            )

        def query_authorization_code(self, code: str, _client: Any) -> _Code | None:
            return codes.get(code)

        def delete_authorization_code(self, authorization_code: _Code) -> None:
            for name in [name for name, kept in codes.items() if kept is authorization_code]:
                del codes[name]

        def authenticate_user(self, _code: _Code) -> str:
            return "somebody"

    return Grant


def _tokens(provider: Provider) -> OpenIDCode:
    behaviour = provider.behaviour

    class Tokens(OpenIDCode):  # type: ignore[misc]
        def exists_nonce(self, _nonce: str, _request: Any) -> bool:
            return False

        def encode_id_token(self, _token: Any, request: Any) -> str:
            moment = int(time.time())
            claims = {
                "iss": provider.issuer,
                "aud": CLIENT,
                "iat": moment,
                "exp": moment + 300,
                "nonce": request.authorization_code.nonce,
                **behaviour.claims,
            }
            if behaviour.forge:
                return behaviour.forge(claims)
            header = {"alg": "RS256", "kid": behaviour.key.kid}
            return jwt.encode(header, claims, behaviour.key, algorithms=["RS256"])

        def process_token(self, grant: Any, response: Any) -> Any:
            return (
                response[1] if behaviour.without_token else super().process_token(grant, response)
            )

    return Tokens(require_nonce=True)


def _add_views(app: Flask, provider: Provider, server: AuthorizationServer) -> None:
    behaviour = provider.behaviour

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Response:
        known = {
            "issuer": provider.issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "jwks_uri": f"{provider.issuer}/keys",
            "end_session_endpoint": f"{provider.issuer}/end",
            "id_token_signing_alg_values_supported": behaviour.offered,
        }
        return jsonify(known | behaviour.metadata)

    @app.get("/keys")
    def keys() -> Response:
        shown = behaviour.published or behaviour.key
        return jsonify({"keys": [shown.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize() -> Any:
        if behaviour.asks and "agreed" not in request.args:
            return f'<a href="{escape(request.url)}&amp;agreed=1">agree</a>'
        grant = server.get_consent_grant(end_user="somebody")
        return server.create_authorization_response(grant_user="somebody", grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    @app.get("/end")
    def end() -> Any:
        sent = request.args
        return redirect(f"{sent['post_logout_redirect_uri']}?state={sent['state']}")
