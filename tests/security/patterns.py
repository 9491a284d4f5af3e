"""Runs every regular expression of the program against texts made to keep it busy, and prints how its time grows.

A process of its own, so that a pattern that explodes is ended from outside: `python -m tests.security.patterns`.
"""

from __future__ import annotations

import gc
import importlib
import json
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

PACKAGES = ("kb", "bot", "web")
BASE = 250
FACTORS = (1, 4)
LINEAR, POLYNOMIAL = 12.0, 200.0
"""Four times the text may take so many times as long: what is linear takes 4 times, with the square 16, with the
cube 64 (and a busy machine more), and what explodes never ends."""
NOTABLE_SECONDS = 0.003
"""What takes less for the longer text is not judged: the clock is too coarse, and it is fast enough."""
_SKIPPED = ("kb.bundled_model", "kb.tuning")
_SPECIAL = {
    r"\d": "1",
    r"\w": "a",
    r"\s": " ",
    r"\S": "a",
    r"\W": "-",
    r"\D": "x",
    r"\b": "",
    r"\n": "\n",
    r"\t": "\t",
}
_ALWAYS = (
    "a",
    "1",
    " ",
    "\n",
    "长",
    "、",
    "-",
    ".",
    "(",
    "（",
    "〔",
    "=",
    "；",
    "a1",
    "1-",
    "a ",
    "((",
    "一",
    "年",
    "1年",
    "1月",
    "王",
    "先生",
    "x@",
    "<",
    "{",
    "[",
    "#",
    "|",
    "省",
    "元",
    "0.",
    "，",
    "：",
    "姓名：",
    "\u3000",
)


def every_pattern() -> dict[str, re.Pattern[str]]:
    """The patterns by where they stand: of modules, in tuples, mappings and dataclasses, and those in use."""
    found: dict[str, re.Pattern[str]] = {}
    for package in PACKAGES:
        whole = importlib.import_module(package)
        for info in pkgutil.walk_packages(whole.__path__, f"{package}."):
            if info.name.startswith(_SKIPPED):
                continue
            module = importlib.import_module(info.name)
            for name, value in list(vars(module).items()):
                for pattern in _within(value, 4):
                    found.setdefault(pattern.pattern, pattern)
                    found.setdefault(f"{info.name}.{name}", pattern)
    unique: dict[str, re.Pattern[str]] = {}
    seen: set[tuple[str, int]] = set()
    for place, pattern in found.items():
        if place != pattern.pattern and (key := (pattern.pattern, pattern.flags)) not in seen:
            seen.add(key)
            unique[place] = pattern
    return unique


def _within(value: object, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict):
        for item in (*list(value.keys())[:500], *list(value.values())[:500]):
            yield from _within(item, depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for item in list(value)[:500]:
            yield from _within(item, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _within(getattr(value, field.name, None), depth - 1)


def bites(pattern: re.Pattern[str]) -> list[str]:
    """What to repeat: its literal pieces, one of each of its classes, and their pairs."""
    pieces = re.findall(r"\\[dwsSWDnt]|\[[^\]]{1,40}\]|[\w一-鿿]{1,6}|[^\w\s\\]", pattern.pattern)
    chosen = []
    for piece in pieces:
        if piece in _SPECIAL:
            chosen.append(_SPECIAL[piece])
        elif piece.startswith("[") and len(piece) > 2:
            inner = piece[1:-1].lstrip("^")
            chosen += [_SPECIAL.get(inner[:2], inner[:1]), _SPECIAL.get(inner[-2:], inner[-1:])]
        elif piece not in "()|?*+^$":
            chosen.append(piece)
    kept = [piece for piece in dict.fromkeys(chosen) if piece][:10]
    pairs = [one + other for one in kept[:3] for other in kept[:3] if one != other]
    return list(dict.fromkeys([*kept, *_ALWAYS, *pairs]))


def texts(bite: str, length: int) -> Iterator[str]:
    """The bite again and again: alone, and with what spoils the match before or behind."""
    body = (bite * (length // len(bite) + 1))[:length]
    yield body + "\x01"
    yield "\x01" + body + "!\n"


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """The time of all that is ever done with a pattern: searched through, and fitted from the beginning."""
    began = time.perf_counter()
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)
    pattern.match(text)
    return time.perf_counter() - began


def worst_of(pattern: re.Pattern[str]) -> tuple[float, float, str]:
    """The steepest growth that matters, the seconds of the longer text, and what was repeated."""
    worst = (0.0, 0.0, "")
    for bite in bites(pattern):
        for short, long in zip(texts(bite, BASE), texts(bite, BASE * FACTORS[1]), strict=True):
            took = seconds(pattern, long)
            if took < NOTABLE_SECONDS:
                continue
            took = min(took, *(seconds(pattern, long) for _ in range(3)))
            if took < NOTABLE_SECONDS:
                continue  # something else had kept the machine busy
            growth = took / max(min(seconds(pattern, short) for _ in range(3)), 1e-9)
            worst = max(worst, (growth, took, bite))
    return worst


def _tell(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    gc.disable()
    for place, pattern in every_pattern().items():
        _tell({"begun": place})
        growth, took, bite = worst_of(pattern)
        _tell({"place": place, "growth": growth, "seconds": took, "bite": bite})


if __name__ == "__main__":
    sys.exit(main())
