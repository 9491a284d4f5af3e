"""What holds for every request and response: same-origin writes, and headers that keep a page to itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def install(app: Flask, host: str) -> None:
    """Guard an application that listens on `host`.

    On a loopback address only loopback names are served, so that no web site can reach the service by
    pointing its own name at this machine.
    """
    if host in _LOOPBACK:
        app.before_request(_refuse_foreign_names)
    app.before_request(_refuse_foreign_writes)
    app.after_request(_add_headers)


def _refuse_foreign_names() -> None:
    """Refuse a request that calls this machine by a name of its own making."""
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        abort(400)


def _refuse_foreign_writes() -> None:
    """Refuse a write that a page of another site sends through the reader's browser."""
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
