"""What holds for every request and response: known names, same-origin writes, headers that keep a page to itself."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.accounts.outside import LOOPBACK, require_usable
from kb.errors import ForgedRequest, HostileInput, SettingsError
from kb.settings import Settings
from web.hostile import is_hostile
from web.services import levels

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Via",
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "private, no-cache",
}
_ABOUT_ACCOUNTS = frozenset({"signing_in", "profile", "administration", "auditing"})
"""Their pages show links, tokens and codes once, and the audit log: a browser keeps none of it."""
_A_YEAR = 365 * 24 * 3600


def require_safe(settings: Settings) -> None:
    """Raise SettingsError for a service that others could reach without signing in, or by a way that is not safe."""
    if settings.access == "trial" and settings.host not in LOOPBACK:
        raise SettingsError(
            f"试用模式不能监听 {settings.host}：别的机器不登录就能访问",
            '把 host 改回 127.0.0.1，或设置 access = "login"',
        )
    if settings.public_url and urlsplit(settings.public_url).scheme not in {"http", "https"}:
        raise SettingsError(
            f"设置“public_url”写成了“{settings.public_url}”，不能使用",
            "写成 https://kb.example.gov.cn 的样子",
        )
    if settings.access == "login":
        require_usable(settings)


def install(app: Flask, settings: Settings) -> None:
    """Guard an application. Raises SettingsError where it would be open to others.

    On a loopback address only loopback names are served, so that no web site can reach the service by
    pointing its own name at this machine; with a public address, that name too.
    """
    require_safe(settings)
    if settings.access == "trial":
        app.before_request(_refuse_forwarded)
    elif settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count)  # type: ignore[method-assign]
    public = urlsplit(settings.public_url)
    names: set[str | None] = {public.hostname} if public.hostname else set()
    if settings.host in LOOPBACK:
        names |= set(LOOPBACK)
    app.before_request(_refuse_hostile_paths)
    if names:
        app.before_request(lambda: _refuse_foreign_names(names))
    else:
        app.before_request(_refuse_invented_names)
    app.before_request(_refuse_foreign_writes)
    app.after_request(_add_headers)
    if public.scheme == "https":
        app.after_request(_add_transport_security)


def _refuse_forwarded() -> None:
    """Refuse what a proxy hands on: the trial knows nobody, and a proxy would let everybody in."""
    if any(name in request.headers for name in _FORWARDED):
        raise ForgedRequest(
            "试用模式不接受代理转来的请求",
            '直接在本机打开；要给别的机器用，请设置 access = "login"',
        )


def _refuse_foreign_names(names: set[str | None]) -> None:
    """Refuse a request that calls this machine by a name of its own making."""
    if urlsplit(f"//{request.host}").hostname not in names:
        raise ForgedRequest("请求里的服务器名称不对", "用系统的正式地址打开")


def _refuse_invented_names() -> None:
    """Where no name was set up, the service is called by its number, or by what this machine calls itself.

    Any other name may be one that a foreign site points here; it would stand in the links that are handed out.
    """
    name = urlsplit(f"//{request.host}").hostname or ""
    try:
        ip_address(name)
    except ValueError as error:
        if name != socket.gethostname().lower():
            remedy = "用 IP 地址打开；要用名称，请在 public_url 里设置"
            raise ForgedRequest("请求里的服务器名称不对", remedy) from error


def _refuse_hostile_paths() -> None:
    """Refuse what looks for files outside the folders, before anything else reads it."""
    if is_hostile(request.path, request.environ.get("PATH_INFO", "")):
        raise HostileInput("没有这个地址", "从知识库目录或搜索里找")


def _refuse_foreign_writes() -> None:
    """Refuse a write that a page of another site sends through the reader's browser."""
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    foreign = origin is not None and origin.rpartition("://")[2] != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise ForgedRequest("这个请求不是从本系统的页面发出的", "从本系统的页面操作")


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.blueprint in _ABOUT_ACCOUNTS or levels() - {
        "staff"
    }:  # nothing of what others may not read stays behind in a browser
        response.headers["Cache-Control"] = "no-store"
    return response


def _add_transport_security(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = f"max-age={_A_YEAR}; includeSubDomains"
    return response
