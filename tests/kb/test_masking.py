"""What identifies a person is hidden however it is typed; what staff must look up stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

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
        ("身份证3306821990010112335多打一位", "身份证［身份证号］多打一位"),
        ("身份证33068219900101123少一位", "身份证［身份证号］少一位"),
        ("银行卡号6222021201001234560退回", "银行卡号［银行卡号］退回"),
    ],
)
def test_a_mistyped_number_behind_its_label_is_hidden_too(written: str, expected: str) -> None:
    assert mask(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("姓名：王建国，60岁", "姓名：［姓名］，60岁"),
        ("姓名是李芳怎么补缴", "姓名是［姓名］怎么补缴"),
        ("参保人陈水根能退休吗", "参保人［姓名］能退休吗"),
        ("申请人：欧阳建华的材料", "申请人：［姓名］的材料"),
        ("户主诸葛亮在哪里领", "户主［姓名］在哪里领"),
        ("本人叫裘春来，", "本人叫［姓名］，"),
        ("我叫竺和平今年60岁", "我叫［姓名］今年60岁"),
        ("姓名：迪丽热巴·迪力木拉提的社保卡", "姓名：［姓名］的社保卡"),
        ("参保人员：买买提•吐尔逊要认证", "参保人员：［姓名］要认证"),
        ("姓名：田能武", "姓名：［姓名］"),
    ],
)
def test_a_name_is_hidden_behind_its_label(written: str, expected: str) -> None:
    assert mask(written).text == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("家里电话0575-83012345", "家里电话［电话号码］"),
        ("联系电话：(0575)83012345。", "联系电话：［电话号码］。"),
        ("护照号E12345678", "护照号［护照号］"),
        ("回乡证 H0123456789", "回乡证 ［通行证号］"),
        ("台胞证号：12345678", "台胞证号：［通行证号］"),
        ("永久居留证USA123456789012", "永久居留证［永久居留证号］"),
        (f"残疾证{ID}11", "残疾证［残疾人证号］"),
        (f"{ID}44", "［残疾人证号］"),
        ("发到zhang.wei_88@qq.com吧", "发到［邮箱］吧"),
        ("住址：嵊州市三江街道官河南路12号3幢502室，", "住址：［住址］，"),
        ("家住甘霖镇东王村的老人", "家住［住址］的老人"),
        ("存折账号 19525101040012345", "存折账号 ［银行卡号］"),
        ("13812 345678、1381 2345 678", "13812 345678、［手机号］"),
    ],
)
def test_what_else_identifies_a_person_is_hidden(written: str, expected: str) -> None:
    assert mask(written).text == expected


@pytest.mark.parametrize(
    "kept",
    [
        "姓名不一致怎么办、姓名：、姓名：___、姓名：某某、姓名：张某、姓名是什么",
        "参保人员增加，参保人应当认证，参保人单位欠费，参保人和单位，参保人查询",
        "申请人条件，申请人：单位或职工本人，申请人王先生，户主变更，户名：嵊州市人力资源和社会保障局",
        "比如张三：姓名：张三，申请人李四",
        "咨询电话0575-83012345，窗口联系电话：0575-83012345，0575-83012345，联系电话12333",
        "单位地址：嵊州市官河南路358号，住址变更去哪个街道，家住农村能参保吗，地址：10.33.1.8",
        "邮箱sz12333@zj.gov.cn，root@10.33.1.8，scott@orcl",
        "流水号13812345678，业务号330683202501030012，凭证号6222021201001234569",
        "日志 3f13812345678ab29c00d1e2f3a4b5c6d，坐标 120.13812345678",
        "金额13800000000，￥13812345678，13812345678 元",
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
        "社保卡20250101丢了，身份证20140101-20340101到期",
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


HOSTILE = (
    "1|1 |1-|1 3 8 |13812345678 |3306|身份证号 |卡号6222 |姓名|姓名：|姓名：王|参保人王建|王·|姓名：王·|家住|住址：嵊州市|"
    "住址：镇村路1号|路1号|A.|A@|A@A.|0575-|联系电话|F1|流水号1|(+86)|社保卡 A12345678-6222021201001234569 "
).split("|")


def _seconds(part: str, characters: int) -> float:
    """The best of three runs over a text of so many characters."""
    text = (part * characters)[:characters]
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        mask(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize("part", HOSTILE)
def test_the_time_for_a_hostile_text_grows_with_its_length_only(part: str) -> None:
    """A hundred times the text may take a few hundred times as long; backtracking would take ten thousand."""
    assert _seconds(part, 50_000) < 400 * max(_seconds(part, 500), 1e-4)


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (f"我的身份证号是{ID} 交了几年", "交了几年"),
        (f"{ID}", ""),
        ("社保卡330600123丢了怎么办", "社保卡 丢了怎么办"),
        ("本人叫王建国，姓名：李芳怎么补缴", "， 怎么补缴"),
        ("参保人王建国怎么补缴", "参保人 怎么补缴"),
        ("方括号［注意］不动", "方括号［注意］不动"),
    ],
)
def test_the_name_of_a_hidden_number_is_not_part_of_the_question(asked: str, left: str) -> None:
    assert without_marks(mask(asked).text) == left


GOLDEN = Path(__file__).parents[1] / "golden"


def test_masking_changes_no_golden_question() -> None:
    questions = [
        text
        for path in sorted(GOLDEN.glob("*.yaml"))
        for item in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
        for text in (str(item["question"]), *map(str, item.get("after", ())))
    ]
    assert len(questions) > 500
    assert [text for text in questions if mask(text).text != text] == []
