"""Writes what was learned beside the code that uses it, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_learned(path: Path, content: Any, indent: int | None = None) -> None:
    """Put `content` as JSON in the place of the file."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content, indent=indent) + "\n", encoding="utf-8")
    os.replace(new, path)
