"""Which characters sound alike, and where readers of this county hear no difference."""

from __future__ import annotations

import pytest

from kb.pinyin import blurred, common_characters, readings, sounding_alike, syllables


def test_a_character_is_read_as_its_word_has_it() -> None:
    assert syllables("重新") == ["chong", "xin"]
    assert syllables("重量") == ["zhong", "liang"]


def test_what_is_no_chinese_keeps_its_place() -> None:
    assert syllables("卡vpn号") == ["ka", "v", "p", "n", "hao"]


def test_only_the_usual_readings_count() -> None:
    assert readings("行") == {"xing", "hang"}
    assert readings("率") == {"lv", "shuai"}
    assert syllables("利率") == ["li", "lv"]
    assert readings("a") == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhi", "zi"),
        ("chi", "ci"),
        ("shi", "si"),
        ("ning", "lin"),
        ("deng", "den"),
        ("nan", "lang"),
    ],
)
def test_sounds_that_are_not_told_apart_are_one(one: str, other: str) -> None:
    assert blurred(one) == blurred(other)


def test_other_sounds_stay_apart() -> None:
    assert (
        len({blurred(one) for one in ("ba", "pa", "hu", "fu", "ran", "lan", "gong", "kong")}) == 8
    )


def test_characters_of_the_same_sound_are_told_from_those_of_a_blurred_one() -> None:
    alike = sounding_alike("针")
    assert alike["真"] is True
    assert alike["正"] is False
    assert "针" not in alike
    assert "办" not in alike


def test_the_common_characters_of_a_syllable_are_all_there() -> None:
    assert set("宝保报包饱") <= set(common_characters()["bao"])
    assert len({one for many in common_characters().values() for one in many}) == 3755
