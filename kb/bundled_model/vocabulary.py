"""Chooses the vocabulary pieces to keep and makes tokenizer.json from them.

The source has 250,002 pieces of a hundred languages. Keeping Chinese, punctuation and some or all
ASCII pieces saves most of the memory and changes vectors of Chinese text by less than 0.001.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Nmt, Replace
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Metaspace, WhitespaceSplit
from tokenizers.pre_tokenizers import Sequence as PreTokenizers
from tokenizers.processors import TemplateProcessing

from kb.bundled_model.source import Variant
from kb.errors import ModelError

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")  # the source's first four pieces, in order
MASK_PIECE = "<mask>"  # the source's last piece
WORD_START = "▁"
# Losing one of these moves every vector: without "▁passage" the cosine falls to 0.977.
PROMPT_PIECES = frozenset({"▁query", "▁passage"})
FREQUENT = 40_000  # pieces are numbered by frequency; "lite" keeps Latin words below this number
# The source keeps U+FF5E, which NFKC would turn into "~": it passes as a private-use character.
WIDE_TILDE, SHIELD = "～", "\ue0f1"

IDEOGRAPHS = (
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003134f"),
    ("〇", "〇"),
)


def kept_pieces(pieces: Sequence[str], variant: Variant) -> NDArray[np.int64]:
    """Numbers of the pieces to keep, ascending: shape (kept,), the four special pieces first."""
    last = len(pieces) - 1
    return np.array(
        [
            number
            for number, piece in enumerate(pieces)
            if number < len(SPECIAL_PIECES) or number == last or _is_kept(piece, number, variant)
        ],
        dtype=np.int64,
    )


def _is_kept(piece: str, number: int, variant: Variant) -> bool:
    text = piece.replace(WORD_START, "")
    if not text or piece in PROMPT_PIECES:
        return True
    if all(map(_is_ascii, text)):
        return variant == "ascii" or _is_common_ascii(text, number)
    if any(map(_is_ideograph, text)):
        return all(_is_ideograph(char) or _is_ascii(char) for char in text)
    return all(unicodedata.category(char)[0] in "PSNZ" for char in text)  # punctuation, numbers


def _is_common_ascii(text: str, number: int) -> bool:
    return not text.isalpha() or len(text) <= 2 or number < FREQUENT


def _is_ideograph(char: str) -> bool:
    return any(first <= char <= last for first, last in IDEOGRAPHS)


def _is_ascii(char: str) -> bool:
    return "!" <= char <= "~"


def make_tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """The Unigram tokenizer `<s> pieces </s>` of a vocabulary; neither pads nor truncates."""
    vocabulary = list(zip(pieces, scores, strict=True))
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=SPECIAL_PIECES.index("<unk>")))
    tokenizer.normalizer = Normalizers(
        [
            Replace(WIDE_TILDE, SHIELD),
            Nmt(),
            NFKC(),
            Replace(SHIELD, WIDE_TILDE),
            Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = PreTokenizers([WhitespaceSplit(), Metaspace(WORD_START, "always")])
    tokenizer.decoder = MetaspaceDecoder(WORD_START, "always")
    special = [AddedToken(piece, normalized=False, special=True) for piece in SPECIAL_PIECES]
    mask = AddedToken(MASK_PIECE, lstrip=True, normalized=False, special=True)
    tokenizer.add_special_tokens([*special, mask])
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    return tokenizer


def prune_vocabulary(
    pieces: Sequence[str], scores: NDArray[np.float32], variant: Variant
) -> tuple[NDArray[np.int64], Tokenizer]:
    """The kept piece numbers, which are also the embedding rows to keep, and their tokenizer.

    Raises ModelError when the pruned tokenizer would cut the prompts differently from the source's.
    """
    kept = kept_pieces(pieces, variant)
    tokenizer = make_tokenizer([pieces[number] for number in kept], scores[kept].tolist())
    source = make_tokenizer(pieces, scores.tolist())
    for prompt in (QUERY_PROMPT, PASSAGE_PROMPT):
        if tokenizer.encode(prompt).tokens != source.encode(prompt).tokens:
            raise ModelError(
                f"精简后的词表丢失了提示词「{prompt.strip()}」的词片", "请报告开发人员"
            )
    return kept, tokenizer
