"""What identifies a person is hidden however it is typed; what staff must look up stays."""

from __future__ import annotations

import time

import pytest

from kb.masking import mask, without_marks

ID = "330682199001011233"  # no person's: 1990-01-01 with the check digit that belongs to it
CARD_19 = "6222021201001234569"
CARD_16 = "6228480012345671"
FULL_WIDTH = str.maketrans("0123456789Xx-+ ", "０１２３４５６７８９Ｘｘ－＋\u3000")


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
        " ".join((ID[:4], ID[4:8], ID[8:12], ID[12:16], ID[16:])),
        ID.translate(FULL_WIDTH),
        f"{ID[:6]} {ID[6:14]}-{ID[14:]}".translate(FULL_WIDTH),
        "\u200b".join((ID[:6], ID[6:])),
        "11010519491231002X",
        "11010519491231002x",
        "11010519491231002Ｘ",
        "330682900101123",
        "330682 900101 123",
    ],
)
def test_an_id_number_is_hidden_however_it_is_typed(written: str) -> None:
    masked = mask(f"王某{written}能退休吗")
    assert masked.text == "王某［身份证号］能退休吗"
    assert masked.found == ("身份证号",)


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "+8613812345678",
        "8613812345678",
        "0086-13812345678",
        "13812345678".translate(FULL_WIDTH),
        "＋86－138－1234－5678",
        "19912345678",
    ],
)
def test_a_mobile_number_is_hidden_however_it_is_typed(written: str) -> None:
    assert mask(f"请回电{written}，谢谢").text == "请回电［手机号］，谢谢"


@pytest.mark.parametrize(
    "written",
    [
        CARD_19,
        CARD_16,
        " ".join((CARD_16[:4], CARD_16[4:8], CARD_16[8:12], CARD_16[12:])),
        "-".join((CARD_19[:4], CARD_19[4:8], CARD_19[8:12], CARD_19[12:16], CARD_19[16:])),
        CARD_19.translate(FULL_WIDTH),
    ],
)
def test_a_bank_card_is_hidden_however_it_is_typed(written: str) -> None:
    assert mask(f"养老金发到{written}了").text == "养老金发到［银行卡号］了"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("社保卡号：A12345678", "社保卡号：［社保卡号］"),
        ("社会保障卡号码 330682001234", "社会保障卡号码 ［社保卡号］"),
        ("社保卡a12345678丢了", "社保卡［社保卡号］丢了"),
        ("个人编号 1001234567 查不到", "个人编号 ［个人编号］ 查不到"),
    ],
)
def test_a_social_security_card_number_is_hidden_behind_its_label(
    written: str, expected: str
) -> None:
    assert mask(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("身份证号330682199001011230校验不过", "身份证号［身份证号］校验不过"),
        ("社会保障号：330682199013011233", "社会保障号：［身份证号］"),
        ("银行卡号6222021201001234560退回", "银行卡号［银行卡号］退回"),
    ],
)
def test_a_mistyped_number_behind_its_label_is_hidden_too(written: str, expected: str) -> None:
    assert mask(written).text == expected


@pytest.mark.parametrize(
    "kept",
    [
        "ORA-12541 怎么处理，还有 E-1032、0x8010001d、ORA-00060",
        "人社部发〔2024〕94号、浙人社发〔2015〕113号、国务院令第765号",
        "2025年1月1日、2025-01-01 2025-12-31、20250101-20251231、2024.12.31",
        "2024 2025 2026 2027 年基数",
        "4986.5元、1,380,000.00、13812345678元、13812345678.50、￥13812345678.00",
        "打12333或12393，行政服务大厅0575-83012345",
        "批次号202501011234567890123",
        "流水号2013812345678、138123456789、1381234567",
        "330682199001011230",  # the check digit is wrong
        "330682199013011233",  # no 13th month
        "990682900101123",  # no such province
        "6222021201001234560",  # the Luhn sum is wrong
        "91330682123456789X、913306820000000008",  # codes of organisations
        "社保卡20250101丢了",
        "基数150 2024-2025年度",
        "",
        "👍🏻 女职工退休",
    ],
)
def test_what_is_no_personal_number_stays_as_it_was(kept: str) -> None:
    assert mask(kept).text == kept
    assert mask(kept).found == ()


def test_several_numbers_in_one_text_are_each_hidden_and_named_once() -> None:
    masked = mask(f"1 {ID} 13812345678，配偶 {ID}，卡 {CARD_19} 6")
    assert masked.text == "1 ［身份证号］ ［手机号］，配偶 ［身份证号］，卡 ［银行卡号］ 6"
    assert masked.found == ("身份证号", "手机号", "银行卡号")
    assert masked.warning == "问题里的身份证号、手机号、银行卡号已隐去"


def test_a_number_after_an_unrelated_number_is_still_found() -> None:
    assert mask(f"2025 {ID[:4]} {ID[4:8]} {ID[8:12]} {ID[12:]}").text == "2025 ［身份证号］"


def test_masking_twice_changes_nothing_more() -> None:
    once = mask(f"{ID} 13812345678 {CARD_19} 社保卡号A12345678").text
    assert mask(once).text == once


def test_characters_that_grow_when_folded_do_not_shift_the_places() -> None:
    assert mask(f"ŉß㈱{ID}ﬁ").text == "ŉß㈱［身份证号］ﬁ"


@pytest.mark.parametrize("text", ["1 " * 5000, "1" * 10_000, "13812345678 " * 800, "1-" * 5000])
def test_a_hostile_text_of_10000_characters_is_masked_within_a_second(text: str) -> None:
    started = time.perf_counter()
    mask(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (f"我的身份证号是{ID} 交了几年", "交了几年"),
        (f"{ID}", ""),
        ("社保卡330600123丢了怎么办", "社保卡 丢了怎么办"),
        ("方括号［注意］不动", "方括号［注意］不动"),
    ],
)
def test_the_name_of_a_hidden_number_is_not_part_of_the_question(asked: str, left: str) -> None:
    assert without_marks(mask(asked).text) == left
