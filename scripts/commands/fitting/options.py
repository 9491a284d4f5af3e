"""What the parts of `manage.py fit` share: where the golden questions lie, and how weights are shown."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kb.listwise import Vector, keep_weights
from scripts.commands.golden import GOLDEN_FOLDER
from scripts.commands.options import print_json


def add_golden_option(parser: argparse.ArgumentParser) -> None:
    """Add `--golden`."""
    parser.add_argument("--golden", type=Path, default=GOLDEN_FOLDER, metavar="目录")


def finish(path: Path, weights: Mapping[str, float], write: bool) -> None:
    """Put the weights in their place if they shall be written."""
    if write:
        keep_weights(path, weights)


def rounded(names: Sequence[str], weights: Vector) -> dict[str, float]:
    """Learned weights by name, as they are kept."""
    return {name: round(float(value), 4) for name, value in zip(names, weights, strict=True)}


def report(
    arguments: argparse.Namespace,
    path: Path,
    weights: Mapping[str, float],
    held: Mapping[str, Any],
    lines: Sequence[str],
) -> None:
    """Print how well weights do on what they were not fitted to, and the weights themselves."""
    if arguments.json:
        print_json({"weights": weights, "held_out": held})
    else:
        print("\n".join([*lines, *weight_lines(path, weights, arguments.write)]))


def weight_lines(path: Path, weights: Mapping[str, float], written: bool) -> list[str]:
    """The weights, the largest first, and what became of them."""
    by_size = sorted(weights.items(), key=lambda item: -abs(item[1]))
    lines = [f"  {name:24} {value:8.3f}" for name, value in by_size]
    return [*lines, f"已写入 {path}" if written else "没有写入；要用这组权重请加 --write"]
