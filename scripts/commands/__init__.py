"""The commands of manage.py: one module each, with `register(subparsers)` and `run(arguments)`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

NAMES = (
    *("index", "lint", "new", "search", "ask", "explain"),
    *("user", "audit", "forget"),
    *("evaluate", "fit", "tune", "bench", "doctor"),
)


def load_commands() -> list[ModuleType]:
    """The command modules, in the order of the help text."""
    modules = (f"{__name__}.{name}" for name in NAMES)
    return [import_module(module) for module in modules if find_spec(module) is not None]
