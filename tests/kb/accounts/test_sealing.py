"""What is sealed opens with the same key, purpose and owner, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kb.accounts.sealing import Keys, Purpose, key_for, keys_of, seal, unseal
from kb.errors import SecretError

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return keys_of(tmp_path)


def test_what_was_sealed_opens_after_a_restart(tmp_path: Path) -> None:
    sealed = seal(keys_of(tmp_path), Purpose.SECOND_FACTOR, SECRET, "zhangsan")
    assert unseal(keys_of(tmp_path), Purpose.SECOND_FACTOR, sealed, "zhangsan") == SECRET
    assert (tmp_path / "secret" / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "嵊州 ü \0", "x" * 10_000])
def test_any_text_can_be_sealed(keys: Keys, text: str) -> None:
    assert unseal(keys, Purpose.SESSION, seal(keys, Purpose.SESSION, text, "a"), "a") == text


def test_the_sealed_value_shows_nothing_and_never_comes_twice(keys: Keys) -> None:
    sealed = {seal(keys, Purpose.SECOND_FACTOR, SECRET, "zhangsan") for _ in range(50)}
    assert len(sealed) == 50
    assert all(one.isascii() and SECRET not in one and len(one) <= 120 for one in sealed)


def test_every_altered_character_is_noticed(keys: Keys) -> None:
    sealed = seal(keys, Purpose.SECOND_FACTOR, "secret", "a")
    for place, one in enumerate(sealed):
        other = "A" if one != "A" else "Q"
        altered = sealed[:place] + other + sealed[place + 1 :]
        with pytest.raises(SecretError):
            unseal(keys, Purpose.SECOND_FACTOR, altered, "a")


@pytest.mark.parametrize(
    "broken", ["", "v1.", "v1.AAAA", "v2.AAAA", "secret", "v1.密", "v1.A", "v1.\ud83d"]
)
def test_what_was_never_sealed_is_refused_with_a_remedy(keys: Keys, broken: str) -> None:
    with pytest.raises(SecretError, match="打不开") as caught:
        unseal(keys, Purpose.SECOND_FACTOR, broken, "a")
    assert "备份" in caught.value.remedy


def test_a_value_opens_neither_for_another_owner_nor_for_another_purpose(keys: Keys) -> None:
    sealed = seal(keys, Purpose.SECOND_FACTOR, SECRET, "zhangsan")
    with pytest.raises(SecretError):
        unseal(keys, Purpose.SECOND_FACTOR, sealed, "admin")
    with pytest.raises(SecretError):
        unseal(keys, Purpose.SESSION, sealed, "zhangsan")


def test_a_value_does_not_open_with_the_key_of_another_installation(
    keys: Keys, tmp_path: Path
) -> None:
    sealed = seal(keys, Purpose.SECOND_FACTOR, SECRET, "zhangsan")
    with pytest.raises(SecretError):
        unseal(keys_of(tmp_path / "other"), Purpose.SECOND_FACTOR, sealed, "zhangsan")


def test_each_purpose_has_its_own_key_and_keeps_it(keys: Keys) -> None:
    derived = {key_for(keys, purpose) for purpose in Purpose}
    assert len(derived) == len(Purpose)
    assert keys.root not in derived
    fixed = Keys(bytes(range(32)))
    expected = HKDF(SHA256(), 32, None, b"wenzhi:session").derive(bytes(range(32)))
    assert key_for(fixed, Purpose.SESSION) == expected  # or every session would end with an update


def test_the_key_is_not_shown_where_its_holder_is_logged(keys: Keys) -> None:
    assert repr(keys) == str(keys) == "Keys()"
