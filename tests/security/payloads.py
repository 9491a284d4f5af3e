"""What tries to become a script in a page: payloads.txt, one a line (⏎ a line's end), by the way it tries."""

from __future__ import annotations

from pathlib import Path

_LINES = Path(__file__).with_name("payloads.txt").read_text(encoding="utf-8").split("\n")

PAYLOADS: tuple[str, ...] = tuple(
    line.replace("⏎", "\n") for line in _LINES if line and not line.startswith("§")
)
