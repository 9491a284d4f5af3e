"""Passwords are kept as Argon2id hashes; comparing takes as long for accounts that do not exist."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, extract_parameters

from kb.accounts.passwords import (
    LONGEST,
    burn,
    hash_password,
    is_password,
    needs_rehash,
    was_used_before,
)

PASSWORD = "Tiger7-lamp-钥匙"


@pytest.fixture(scope="module")
def kept() -> str:
    return hash_password(PASSWORD)


def fastest(action: Callable[[], object]) -> float:
    """Seconds of the fastest of seven runs; the others were held up by something else."""
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return min(taken)


def test_the_password_is_right_and_others_are_wrong(kept: str) -> None:
    assert is_password(kept, PASSWORD)
    for other in ("", PASSWORD + " ", PASSWORD.lower(), PASSWORD[:-1], kept, PASSWORD * 20):
        assert not is_password(kept, other)


def test_the_hash_is_argon2id_with_at_least_the_parameters_of_owasp(kept: str) -> None:
    parameters = extract_parameters(kept)
    assert kept.startswith("$argon2id$v=19$")
    assert (parameters.memory_cost, parameters.parallelism) == (47104, 1)
    assert parameters.time_cost >= 1
    assert (parameters.salt_len, parameters.hash_len) == (16, 32)
    assert PASSWORD not in kept


def test_equal_passwords_have_different_hashes(kept: str) -> None:
    assert hash_password(PASSWORD) != kept


def test_every_way_of_typing_a_password_is_the_same() -> None:
    wide, narrow = "Ｔｉｇｅｒ７－ｌａｍｐ", "Tiger7-lamp"
    composed, apart = "Tiger7-l\u00e4mp", "Tiger7-la\u0308mp"
    assert is_password(hash_password(wide), narrow)
    assert is_password(hash_password(narrow), wide)
    assert is_password(hash_password(apart), composed)


@pytest.mark.parametrize(
    "odd", ["nul\0inside", "half \ud83d pair", "👍🏻" * 9, "", "\u0301" * LONGEST]
)
def test_any_text_can_be_hashed_and_is_compared_whole(odd: str) -> None:
    kept = hash_password(odd)
    assert is_password(kept, odd)
    assert not is_password(kept, odd[:-1] + "x")


def test_a_password_beyond_the_limit_is_not_worked_on() -> None:
    with pytest.raises(ValueError, match="128"):
        hash_password("x" * (LONGEST + 1))
    kept = hash_password("x" * LONGEST)
    assert is_password(kept, "x" * LONGEST)
    assert not is_password(kept, "x" * (LONGEST + 1))
    assert fastest(lambda: is_password(kept, "\u0301\u0327" * 20_000)) < 1


@pytest.mark.parametrize(
    "broken", ["", "plain", "$argon2id$v=19$m=47104,t=2,p=1$", "$2b$12$abcdefgh", "密"]
)
def test_a_damaged_hash_opens_nothing_and_asks_to_be_made_anew(broken: str) -> None:
    assert not is_password(broken, broken)
    assert not is_password(broken, "")
    assert needs_rehash(broken)


def test_only_hashes_of_other_parameters_are_made_anew(kept: str) -> None:
    assert not needs_rehash(kept)
    weaker = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    assert needs_rehash(weaker)
    assert is_password(weaker, PASSWORD)


def test_an_account_that_does_not_exist_takes_as_long_as_a_wrong_password(kept: str) -> None:
    wrong = fastest(lambda: is_password(kept, "wrong"))
    for nobody in (burn, lambda: burn("wrong"), lambda: is_password("damaged", "wrong")):
        assert 0.6 < fastest(nobody) / wrong < 1.6
    assert 0.6 < fastest(lambda: is_password(kept, PASSWORD)) / wrong < 1.6
    assert 0.6 < fastest(lambda: is_password(kept, "x" * 10**6)) / wrong < 1.6


def test_trying_passwords_out_is_slow_and_signing_in_is_not() -> None:
    assert 0.02 < fastest(lambda: hash_password(PASSWORD)) < 0.5


def test_nobody_has_the_password_of_the_account_that_does_not_exist() -> None:
    from kb.accounts import passwords

    assert not any(is_password(passwords._NOBODYS, one) for one in ("", "\0", "\0" * 32, "admin"))


def test_a_password_that_was_used_before_is_known_however_it_is_typed() -> None:
    earlier = [hash_password(f"Earlier-{number}-钥匙") for number in range(5)]
    assert was_used_before("Earlier-4-钥匙", earlier)
    assert was_used_before("Ｅarlier-0-钥匙", earlier)
    assert not was_used_before("Earlier-5-钥匙", earlier)
    assert not was_used_before("Earlier-5-钥匙", [])
