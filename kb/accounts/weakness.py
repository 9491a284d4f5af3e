"""Whether a password is little more than what everybody tries: weak pieces put together, or few guesses by zxcvbn."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from kb.accounts.folding import foldings, plain, without_edges

_LIST = Path(__file__).with_name("weak_passwords.txt")
_SHORTEST, _LONGEST = 3, 24
"""Characters of a piece."""
_MUST_BE_OWN = 4
"""So many characters, or half of them, must belong to no weak piece, however digits and symbols at the ends and
separators are taken off."""
_FEWEST_DIFFERENT = 5

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz 01234567890 1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./ "
    "!@#$%^&*()_+ 1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol. qazwsxedcrfvtgbyhnujmikolp aabbccddeeffgg 00112233445566778899"
)
_WALKS = f"{_ROWS} {_ROWS[::-1]}"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NUMBER = re.compile(
    rf"(?:19|20)\d\d|(?:(?:19|20)\d\d|\d\d){_MONTH_DAY}|(?:19|20)\d\d(?:0[1-9]|1[0-2])"
    r"|1[3-9]\d{9}|0\d{2,3}\d{7,8}|\d{17}[\dx]"
)
"""Years, dates, months, mobile and other telephone numbers, identity numbers; of bounded length."""

_JUDGED = 20
"""Characters that zxcvbn judges: it takes 2 s for 72 made up of leet signs, 0.2 s for these (measured)."""
_FEWEST_GUESSES = 10**8
"""Where zxcvbn's third score of four begins: safe against guessing at the service itself."""
_WORD_LENGTH, _GUESSES_FOR_A_WORD = 6, 10**5
"""Six random characters take zxcvbn 10^6 guesses, a word of its lists some 10^2 to 10^4."""


def is_repetitive(password: str) -> bool:
    """Whether it repeats one short part, or has fewer than five different characters."""
    text = plain(password)
    again = any(text[size:] == text[:-size] for size in range(1, len(text) // 2 + 1))
    return again or len(set(text)) < _FEWEST_DIFFERENT


def is_made_of_weak_pieces(password: str) -> bool:
    """Whether hardly anything but common passwords, runs along alphabet or keyboard, dates and numbers is in it."""
    read = {folded for one in without_edges(plain(password)) for folded in foldings(one)}
    return any(_own_characters(one) < min(_MUST_BE_OWN, len(one) / 2) for one in read)


def is_soon_guessed(password: str) -> bool:
    """Whether zxcvbn (Wheeler 2016), which also knows English words and names, needs few guesses.

    A single word is refused whatever digits and symbols stand before and behind it: zxcvbn takes those for
    random, and people put the year there.
    """
    judged = password[:_JUDGED]
    core = min(without_edges(judged), key=len)
    is_word = len(core) >= _WORD_LENGTH and _guesses(core) < _GUESSES_FOR_A_WORD
    return is_word or _guesses(judged) < _FEWEST_GUESSES


def _guesses(text: str) -> int:
    from zxcvbn import zxcvbn  # reads its lists, 40 ms, which no other command needs

    return int(zxcvbn(text, user_inputs=sorted(weak_pieces()))["guesses"])


@lru_cache(maxsize=1)
def weak_pieces() -> frozenset[str]:
    """The common passwords and their parts, in small letters."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(piece for line in lines if not line.startswith("#") for piece in line.split())


def _own_characters(text: str) -> int:
    """The fewest characters that are left when weak pieces that do not overlap are taken out."""
    fewest = [0]
    for end in range(1, len(text) + 1):
        starts = range(max(end - _LONGEST, 0), end - _SHORTEST + 1)
        through = [fewest[start] for start in starts if _is_weak(text[start:end])]
        fewest.append(min([fewest[-1] + 1, *through]))
    return fewest[-1]


def _is_weak(piece: str) -> bool:
    again = any(piece[size:] == piece[:-size] for size in (1, 2, 3) if 2 * size <= len(piece))
    return again or piece in weak_pieces() or piece in _WALKS or bool(_NUMBER.fullmatch(piece))
