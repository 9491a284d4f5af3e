"""What the bundled model learned of this field: how its parameters differ from those that were published.

`manage.py tune` learns the differences (kb/tuning.py). Those of vectors are kept whole, those of matrices as
the product of two narrow ones (low-rank adaptation: Hu et al. 2021), so that a small file carries them;
docs/retrieval.md says what they are worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from kb.bundled_model.source import sha256_of
from kb.bundled_model.weights import Adapted, Floats, Quantized, Tensors
from kb.errors import ModelError

TUNING_PATH = Path(__file__).with_suffix(".safetensors")
"""The learned values that come with the project, in half precision, by BertModel's names."""

RANK = 16
"""Width of the narrow matrices."""

SHARE = 0.6
"""So much of the way from the published parameters to the learned ones is gone: half way keeps what the model
knows of other fields, and nearly all that it learned of this one (Wortsman et al. 2022, WiSE-FT)."""

_LEFT, _RIGHT = ".left", ".right"


def is_tunable(name: str) -> bool:
    """Whether the parameter of that name is learned: everything in the encoder's layers."""
    return name.startswith("encoder.layer.")


def compress(before: Mapping[str, Floats], after: Mapping[str, Floats]) -> dict[str, Floats]:
    """What `apply_tuning` needs to go SHARE of the way from the parameters `before` to (nearly) those `after`."""
    kept: dict[str, Floats] = {}
    for name, values in after.items():
        step = SHARE * (values - before[name])
        if values.ndim == 1:
            kept[name] = before[name] + step
            continue
        left, sizes, right = np.linalg.svd(step, full_matrices=False)
        root = np.sqrt(sizes[:RANK])
        kept[name + _LEFT] = left[:, :RANK] * root
        kept[name + _RIGHT] = root[:, None] * right[:RANK]
    return kept


def apply_tuning(tensors: Tensors, tuning: Path | None) -> Tensors:
    """The tensors with learned ones in their place; unchanged without a file. Raises ModelError."""
    if tuning is None:
        return tensors
    learned = {name: value.astype(np.float32) for name, value in load_file(tuning).items()}
    tuned: Tensors = {}
    for key, value in learned.items():
        name = key.removesuffix(_LEFT).removesuffix(_RIGHT)
        fitting = _fitting(tensors.get(name), key, value, learned.get(name + _RIGHT))
        if fitting is None or not is_tunable(name):
            raise ModelError(
                f"微调文件 {tuning.name} 与自带模型对不上（{key}）", "请恢复程序自带的微调文件"
            )
        if not key.endswith(_RIGHT):
            tuned[name] = fitting
    return tensors | tuned


def _fitting(
    own: Floats | Quantized | Adapted | None, key: str, value: Floats, right: Floats | None
) -> Floats | Adapted | None:
    """The tensor that takes the place of `own`; None when the learned value does not fit it."""
    if isinstance(own, np.ndarray):
        return value if own.shape == value.shape else None
    if not isinstance(own, Quantized) or right is None:
        return None
    rows, columns = own.codes.shape
    left = value if key.endswith(_LEFT) else np.zeros((rows, right.shape[0]), np.float32)
    fits = left.shape == (rows, right.shape[0]) and right.shape[1] == columns
    return Adapted(own, left, right) if fits else None


def keep_tuning(learned: Mapping[str, Floats], path: Path = TUNING_PATH) -> None:
    """Write learned values, whole or not at all."""
    new = path.with_suffix(".new")
    halves = {
        name: np.ascontiguousarray(value, np.float16) for name, value in sorted(learned.items())
    }
    save_file(halves, new)
    new.chmod(0o644)
    new.replace(path)


def tuning_digest(tuning: Path | None) -> str:
    """Names the learned values; empty for a model without them."""
    return sha256_of(tuning) if tuning is not None else ""
