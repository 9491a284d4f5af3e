"""Remembers the settings of the last start, so that a changed one is put on record at the next."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

from kb.settings import Settings

_NAME = "settings.json"
_SECRET = ("password", "secret", "database")
"""A setting whose name ends so may hold a password: its value is not kept, and a change of it is not told."""


def changes_since_last_start(settings: Settings) -> list[str]:
    """What differs from the settings that `remember` kept last, each as `name：old → new`; nothing at a first start."""
    path = settings.state / _NAME
    try:
        before = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    now = _kept(settings)
    return [
        f"{name}：{before.get(name, '')} → {value}"
        for name, value in now.items()
        if before.get(name) != value
    ]


def remember(settings: Settings) -> None:
    """Keep the settings of this start, but no secret among them."""
    path: Path = settings.state / _NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(_kept(settings), ensure_ascii=False, indent=1), "utf-8")
    fresh.replace(path)


def _kept(settings: Settings) -> dict[str, str]:
    names = [item.name for item in fields(settings) if not item.name.endswith(_SECRET)]
    return {name: str(getattr(settings, name)) for name in names}
