"""How often one may ask and try: enough for people, too little for a program that guesses or floods."""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter

from kb.settings import Settings
from web.identity import identity

_SIGN_IN = "30 per minute"
"""Of one address, whatever names it tries; the lock after wrong passwords is stricter (kb/accounts/attempts.py)."""
_ASKING = ("chat.ask_page", "api.ask", "api.find", "search.results", "debug.retrieval")
_FEDERATION = ("federation.begin", "federation.finish")
"""These are limited though they only read: each asks the sign-in service."""
_REPORTING = ("chat.feedback", "api.feedback", "chat.report_problem", "api.report_problem")
_SIGNING_IN = ("signing_in.sign_in", "signing_in.code", "signing_in.invitation")


def install(app: Flask, settings: Settings) -> None:
    """Limit an application that others reach; the trial serves this machine only.

    Counts are kept in the memory of one process: several workers each allow as much.
    """
    if settings.access == "trial":
        return
    limiter = Limiter(_who, app=app, storage_uri="memory://", strategy="moving-window")
    asking = limiter.shared_limit(f"{settings.asks_per_minute} per minute", "asking")
    reporting = limiter.shared_limit(f"{settings.asks_per_minute} per minute", "reporting")
    signing_in = limiter.shared_limit(
        _SIGN_IN, "signing-in", key_func=_where, exempt_when=lambda: request.method == "GET"
    )
    federation = limiter.shared_limit(_SIGN_IN, "federation", key_func=_where)
    for names, limit in (
        (_ASKING, asking),
        (_REPORTING, reporting),
        (_SIGNING_IN, signing_in),
        (_FEDERATION, federation),
    ):
        for name in names:
            app.view_functions[name] = limit(app.view_functions[name])  # type: ignore[assignment]


def _who() -> str:
    return identity().account or _where()


def _where() -> str:
    return request.remote_addr or ""
