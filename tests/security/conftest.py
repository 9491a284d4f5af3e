"""The fixtures of the web tests: attacks go through the same real application."""

from __future__ import annotations

from tests.web.conftest import (
    address,
    app,
    client,
    guarded,
    guarded_app,
    library,
    open_library,
    opened,
    peopled,
    services,
)

__all__ = [
    "address",
    "app",
    "client",
    "guarded",
    "guarded_app",
    "library",
    "open_library",
    "opened",
    "peopled",
    "services",
]
