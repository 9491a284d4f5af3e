"""Bearer values cannot be guessed, are recognised when they leak, and are kept as fingerprints only."""

from __future__ import annotations

import hashlib
import re

import pytest

from kb.accounts.bearer import TOKEN_PREFIX, fingerprint, is_bearer, new_bearer


@pytest.mark.parametrize("prefix", ["", TOKEN_PREFIX])
def test_a_bearer_value_is_long_random_and_fit_for_an_address(prefix: str) -> None:
    found = {new_bearer(prefix) for _ in range(500)}
    assert len({one[:25] for one in found}) == 500
    assert all(re.fullmatch(prefix + "[0-9A-Za-z]{49}", one) for one in found)
    assert all(is_bearer(one, prefix) for one in found)


def test_all_letters_and_digits_occur_about_equally_often() -> None:
    text = "".join(new_bearer()[:43] for _ in range(1000))
    counts = [text.count(one) for one in set(text)]
    assert len(counts) == 62
    assert max(counts) < 1.3 * min(counts)


def test_a_token_of_another_kind_is_none() -> None:
    assert not is_bearer(new_bearer(), TOKEN_PREFIX)
    assert not is_bearer(new_bearer(TOKEN_PREFIX))
    assert not is_bearer(new_bearer("xy_"), TOKEN_PREFIX)


def test_every_mistyped_character_is_noticed() -> None:
    value = new_bearer(TOKEN_PREFIX)
    for place, one in enumerate(value):
        other = "a" if one != "a" else "b"
        assert not is_bearer(value[:place] + other + value[place + 1 :], TOKEN_PREFIX)
        assert not is_bearer(value[:place] + value[place + 1 :], TOKEN_PREFIX)


@pytest.mark.parametrize(
    "text", ["", "wz_", "wz_" + "A" * 49, "社" * 52, "\ud83d" * 52, " " * 52, "wz_" + "-" * 49]
)
def test_what_was_made_up_is_no_bearer_value(text: str) -> None:
    assert not is_bearer(text, TOKEN_PREFIX)


def test_the_form_of_a_token_stays_what_scanners_were_told() -> None:
    """CRC-32 of all before it, 0x5344ede5, in base 62 with digits first, small letters, capitals."""
    assert is_bearer("wz_" + "0" * 43 + "1wxMlT", TOKEN_PREFIX)


def test_the_fingerprint_is_a_sha_256_of_the_value() -> None:
    value = new_bearer()
    assert fingerprint(value) == hashlib.sha256(value.encode()).hexdigest()
    assert fingerprint(new_bearer()) != fingerprint(value)
    assert len(fingerprint("\ud83d")) == 64
