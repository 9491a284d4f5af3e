"""Turns text into the tokens that every engine indexes and searches: words, character bigrams, codes."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

import jieba
import opencc

jieba.setLogLevel(logging.WARNING)

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_PIECE = re.compile(f"[{_CJK}]+|[a-z0-9_]+(?:[.:][a-z0-9_]+)*")
_BRACKETS = str.maketrans(
    {"[": "〔", "【": "〔", "(": "〔", "]": "〕", "】": "〕", ")": "〕", "﹝": "〔", "﹞": "〕"}
)

# Organs and document kinds that begin a document number (人社部发, 浙政, 国办发, 浙劳社老, 法释 …).
_ORGAN = "国浙绍嵊杭江兴州省市县区局人社部厅发办函规财税医保劳老政府委字民中组教卫建综法释"
_DOCUMENT_NUMBER = re.compile(
    rf"([{_ORGAN}]{{0,10}})\s*[〔【\[(﹝]\s*((?:19|20)\d\d)\s*[〕】\])﹞]\s*第?\s*(\d{{1,4}})\s*号"
    rf"|([{_ORGAN}]{{1,9}}[发函办字规政])\s*((?:19|20)\d\d)\s*年?\s*第?\s*(\d{{1,4}})\s*号"
)
_ORDER_NUMBER = re.compile(r"令\s*第?\s*(\d{1,4})\s*号|(?<!\d)(\d{1,4})\s*号\s*令")
_HEX_CODE = re.compile(r"(?<![a-z0-9])(?:0x([0-9a-f]{2,8})|(80[0-2][0-9a-f]{5}))(?![a-z0-9])")
_LETTER_CODE = re.compile(
    r"(?<![a-z0-9_.])(?:(ora|tns)[-_ :]{0,2}(\d{1,5})|([a-z]{1,10})[-_ :]?(\d{3,8}))"
    r"(?![a-z0-9_.]*[a-z_])(?!\.?\d)"
)
_SHARED_CODES = 12000
_HTTP_STATUS = re.compile(
    r"(?:^|(?:报错?|错误码?|状态码|提示|出现|显示|返回)\s*)(40\d|413|429|50[0-5])(?=$|[^\da-z元块天个人份年月.])"
)

_CODES = (_DOCUMENT_NUMBER, _ORDER_NUMBER, _HEX_CODE, _LETTER_CODE, _HTTP_STATUS)

# Year and month as written (1967年3月), and numbers with their unit (60岁, 5级, 12个月): looked up whole.
_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*年(?:\s*(1[0-2]|0?[1-9])\s*月)?")
_QUANTITY = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?:个月|周岁|岁|级|天|日|倍|元|%)")

# Function words and question words that say nothing about the subject of a question.
STOP_WORDS = frozenset(
    "的 了 是 在 和 与 及 或 也 都 就 而 把 被 对 从 到 为 以 于 之 其 这 那 有 吗 呢 吧 啊 呀 么 "
    "什么 怎么 怎样 如何 哪些 哪个 哪里 哪儿 多少 为什么 为何 请问 可以 能否 能不能 是否 是不是 需要 "
    "应该 一下 我 你 他 她 它 我们 你们 他们 您 个 一个 等 等等 并 且 但 但是 如果 the a an of to in is and or".split()
)


_INVISIBLE = re.compile(
    r"[\xad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
"""Characters without width, as pasted from web pages: they must not cut a word in two."""


@lru_cache(maxsize=1)
def _traditional_to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=32768)
def normalise(text: str) -> str:
    """Return text in the one spelling that is compared: NFKC, lower case, simplified characters."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if folded.isascii():
        return folded
    folded = _INVISIBLE.sub("", folded).encode("utf-8", "replace").decode()
    return str(_traditional_to_simplified().convert(folded))


def find_codes(normalised: str) -> list[str]:
    """Return the codes in normalised text in canonical spelling, in order, without repeats.

    Document numbers (`人社部发〔2024〕94号`), order numbers (`令55号`), error codes (`ora-12541`, Oracle's
    always with five digits) and hexadecimal codes (`0x8010001d`): the strings that staff look up exactly.
    """
    codes: list[str] = []
    for match in _DOCUMENT_NUMBER.finditer(normalised):
        organ, year, number = match.groups()[:3] if match[2] else match.groups()[3:]
        codes.append(f"{organ}〔{year}〕{int(number)}号")
    codes += [f"令{int(match[1] or match[2])}号" for match in _ORDER_NUMBER.finditer(normalised)]
    codes += [f"0x{match[1] or match[2]}" for match in _HEX_CODE.finditer(normalised)]
    for match in _LETTER_CODE.finditer(normalised):
        codes.append(_oracle_code(*match.groups()[:2]) if match[1] else f"{match[3]}-{match[4]}")
    codes += [f"http-{match[1]}" for match in _HTTP_STATUS.finditer(normalised)]
    return list(dict.fromkeys(codes))


def _oracle_code(layer: str, number: str) -> str:
    """Oracle's code with five digits; from 12000 on the network layer (TNS) and the server (ORA) share codes."""
    return f"{'ora' if int(number) >= _SHARED_CODES else layer}-{number:>05}"


def is_document_number(code: str) -> bool:
    """Whether a code, as `find_codes` spells it, names a document (人社部发〔2024〕94号, 令55号)."""
    return code.endswith("号")


def without_codes(normalised: str) -> str:
    """Normalised text with a blank in the place of each of its codes."""
    for pattern in _CODES:
        normalised = pattern.sub(" ", normalised)
    return normalised


def find_dates(normalised: str) -> list[str]:
    """Return the years (`2024年`) and months (`1967年3月`) in normalised text, without repeats."""
    found = (
        f"{match[1]}年{int(match[2])}月" if match[2] else f"{match[1]}年"
        for match in _YEAR_MONTH.finditer(normalised)
    )
    return list(dict.fromkeys(found))


def _quantities(normalised: str) -> list[str]:
    years = [f"{match[1]}年" for match in _YEAR_MONTH.finditer(normalised)]
    months = [found for found in find_dates(normalised) if found.endswith("月")]
    return years + months + _QUANTITY.findall(normalised)


_RARE = 30
"""Added to a word's frequency in jieba's dictionary (60 million in all)."""


@lru_cache(maxsize=1)
def _general() -> jieba.Tokenizer:
    """jieba as it comes, without a glossary."""
    found = jieba.Tokenizer()
    found.initialize()
    return found


def _remembering(dictionary: jieba.Tokenizer) -> Callable[[str], tuple[str, ...]]:
    """Cuts a run of Chinese characters into words; the last ones are remembered, for a question is cut by its
    search, its evidence and its confidence alike."""

    @lru_cache(maxsize=1024)
    def cut(run: str) -> tuple[str, ...]:
        return tuple(dictionary.cut(run))

    return cut


@lru_cache(maxsize=1)
def _general_cut() -> Callable[[str], tuple[str, ...]]:
    return _remembering(_general())


class Tokenizer:
    """jieba with the glossary as its dictionary, plus character bigrams and whole codes.

    Two-character words are always found, because every pair of neighbouring characters is a token.
    """

    VERSION = 4
    """Raised whenever the same text gives other tokens, so that indexes are built anew."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._jieba = jieba.Tokenizer()
        self._lock = threading.Lock()
        self._glossary = frozenset(normalise(word) for word in words)
        self._jieba.initialize()
        for word in sorted(self._glossary):
            self._jieba.add_word(word)
        self._cut = _remembering(self._jieba)

    def learn(self, words: Iterable[str]) -> None:
        """Take another glossary in the place of the one there is; may be called while others read."""
        fresh = Tokenizer(words)
        if fresh._glossary != self._glossary:
            self._jieba, self._glossary = fresh._jieba, fresh._glossary
            self._cut = fresh._cut

    @property
    def glossary(self) -> frozenset[str]:
        """Every spelling of the glossary, normalised."""
        return self._glossary

    @property
    def recipe(self) -> str:
        """Names what this tokenizer does: its version and its dictionary."""
        words = hashlib.sha256("\n".join(sorted(self._glossary)).encode()).hexdigest()[:12]
        return f"tokenizer-{self.VERSION}-{words}"

    def tokens(self, text: str) -> list[str]:
        """Return the tokens of a text, in order and with repeats (their count is the term frequency)."""
        normalised = normalise(text)
        found = find_codes(normalised) + _quantities(normalised)
        for piece in _PIECE.findall(normalised):
            if _CJK_RUN.fullmatch(piece):
                found += self._chinese(piece)
            else:
                found += _latin(piece)
        return found

    def subject_tokens(self, text: str) -> set[str]:
        """The tokens that carry what a text is about: codes (whole, not their parts), quantities, Latin words,
        glossary words, and the character pairs inside words; pairs that only meet at a word boundary are left
        out."""
        normalised = normalise(text)
        found = set(find_codes(normalised)) | set(_quantities(normalised))
        for piece in _PIECE.findall(without_codes(normalised)):
            if not _CJK_RUN.fullmatch(piece):
                found.update(_latin(piece))
                continue
            for word in self._cut(piece):
                if word not in STOP_WORDS:
                    found.update(word[i : i + 2] for i in range(len(word) - 1))
                    if word in self._glossary:
                        found.add(word)
        return found - STOP_WORDS

    def common_words(self, text: str) -> dict[str, float]:
        """The words of a text that say something, each with the logarithm of how frequent it is in the language
        at large, after jieba's dictionary; a word that it does not know counts as a rare one."""
        runs = _CJK_RUN.findall(normalise(text))
        words = {word for run in runs for word in _general_cut()(run) if len(word) > 1}
        frequencies, total = _general().FREQ, _general().total
        return {
            word: math.log((frequencies.get(word, 0) + _RARE) / total)
            for word in words - STOP_WORDS
        }

    def words(self, text: str) -> list[str]:
        """The words and single characters that a text of Chinese characters consists of, in order; together they
        are the text. Only the dictionary's words count: nothing is guessed."""
        return list(self._jieba.cut(text, HMM=False))

    def commonness(self, word: str) -> int:
        """How often a word or character stands in the language at large, after jieba's dictionary; 0 for others."""
        return int(_general().FREQ.get(word, 0))

    def _chinese(self, run: str) -> list[str]:
        """Bigrams and dictionary words; a two-character word counts twice, which sets it above chance pairs."""
        pairs = [run[i : i + 2] for i in range(len(run) - 1)]
        words = [word for word in self._cut(run) if len(word) > 1 or len(run) == 1]
        return [token for token in pairs + words if token not in STOP_WORDS]


def _latin(piece: str) -> list[str]:
    parts = [part for part in re.split(r"[_.:]", piece) if part]
    if piece in STOP_WORDS:
        return []
    return [piece] if len(parts) <= 1 else [piece, *parts]
