"""The bundled model keeps the pieces that Chinese text and the prompts need; only E5S1 is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from kb.bundled_model.source import Variant
from kb.bundled_model.vocabulary import FREQUENT, SPECIAL_PIECES, kept_pieces, prune_vocabulary
from kb.bundled_model.weights import read_source
from kb.errors import ModelError


def test_a_file_of_another_format_is_not_read_as_weights(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"weights\.bin 不是 E5S1"):
        read_source(tmp_path / "weights.bin")


def test_weights_cut_short_are_refused(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"E5S1" + bytes([1, 0, 0, 0]) + bytes(40))
    with pytest.raises(ModelError, match=r"weights\.bin 已损坏"):
        read_source(tmp_path / "weights.bin")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("query: 养老", ["▁que", "ry", ":", "▁", "养老"]),
        ("passage: 养老", ["▁passage", ":", "▁", "养老"]),
        ("1～2", ["▁1", "～", "2"]),
    ],
)
def test_the_built_tokenizer_cuts_the_prompts_and_the_wide_tilde_as_the_source_does(
    bundled_model: Path, text: str, pieces: list[str]
) -> None:
    tokenizer = Tokenizer.from_file(str(bundled_model / "tokenizer.json"))
    assert tokenizer.encode(text).tokens == ["<s>", *pieces, "</s>"]


@pytest.mark.parametrize("variant", ["lite", "ascii"])
def test_the_prompts_survive_pruning_even_as_rare_pieces(variant: Variant) -> None:
    filler = [f"ひ{number}" for number in range(FREQUENT)]
    prompts = ["▁query", "▁passage", ":", *"querypasg"]
    pieces = [*SPECIAL_PIECES, *filler, *dict.fromkeys(prompts), "<mask>"]
    scores = np.full(len(pieces), -1.0, np.float32)
    kept, tokenizer = prune_vocabulary(pieces, scores, variant)
    assert tokenizer.encode("passage:").tokens == ["<s>", "▁passage", ":", "</s>"]
    assert len(kept) < FREQUENT


@pytest.mark.parametrize(
    ("piece", "lite", "ascii_variant"),
    [
        ("养老保险", True, True),
        ("▁社保", True, True),
        ("𠮷", True, True),
        ("〔", True, True),
        ("①", True, True),
        ("▁2024", True, True),
        ("第3", True, True),
        ("▁reconciliation", False, True),
        ("ひらがな", False, False),
        ("年の", False, False),
        ("▁пенсия", False, False),
    ],
)
def test_a_rare_piece_is_kept_by_its_script(piece: str, lite: bool, ascii_variant: bool) -> None:
    pieces = [*SPECIAL_PIECES, *["ん"] * FREQUENT, piece, "<mask>"]
    number = len(pieces) - 2
    assert (number in kept_pieces(pieces, "lite")) is lite
    assert (number in kept_pieces(pieces, "ascii")) is ascii_variant
