"""Weak passwords are refused with the reason and the remedy; good ones are not held up."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.folding import foldings, plain, without_edges
from kb.accounts.password_rules import MINIMUM, objections
from kb.accounts.passwords import LONGEST
from kb.accounts.weakness import weak_pieces

GOOD = "Tiger7-lamp-Qv"

# All are long enough and of three classes: nothing but their content speaks against them.
WEAK = """
P@ssw0rd1234 Passw0rd!!!! p@$$W0RD2024 Password@123 Password2024! PASSWORD123a! Pa55word!!2023 p.a.s.s.W.o.r.d1
123Password! !!Password99 2024Password# MyPassword1! Passwort2023! Password,123 drowssaP123! Password#1990
Admin@123456 Admin12345!@ Admin!@#$1234 Adm1n@2024!! @dmin123456A Admin_2025!! Administrator1! adminADMIN123
Admin888888! Admin#20240101 Root@1234567 Root!@#12345 rootROOT@123 Toor12345!! SysAdmin@123 Superuser#1 Super@Admin1
Welcome@2024 Welcome123!! W3lc0me!2023 Welcome12345! welcomE#2026 Changeme123! ChangeMe@2025 Letmein@123! Login@123456
Test@123456! Test123456!a Tester#2024! Guest@123456 User@1234567 User!2024#01 Demo@2024!!! Temp@123456! Default@1234
Abc123456!@# Abc@12345678 Abcd1234!@#$ ABCabc123!@# Abcdefg@123 Abcd@2024!! Aa123456!@#$ Aa@123456789 Aa12345678! a1b2c3d4E5! A1B2C3d4!@#
Qwer1234!@#$ Qwert@12345 Qwerty123456 Qwerty@2024! qwerASDF1234 QWER!@#$asdf1 Qwertyuiop1! qwertyUIOP@1 Asdf1234!@#$ Asdfghjkl@1 Zxcvbnm@123 zxcvASDF!1 ASDqwe123!@#
1qaz2wsx3EDC 1qaz@WSX3edc !QAZ2wsx#EDC 1QAZ2wsx!@# 2wsx3EDC$%^ zaq12WSX!! 1q2w3e4R5T! 1Q2w3E4r!@# Q1w2e3R4!! q1W2e3r4t5! Qaz123wsx! QAZwsx123! qazWSXedc123 1234Qwer!@#$ qweASDzxc123
Woaini1314! Woaini@520520 WoAiNi5201314 woaini!1314A Aini@1314520 Wo@iNi2024! Woaizhongguo1! Woaiwojia@123 5201314Woaini! Nihao@123456 Nihao!2024A Zhongguo@2024 Zhongguo123! Beijing@2008 Beijing2022! Hangzhou@123 Hangzhou2023! Shanghai#2010 Mima@123456 Mima123456! Guanliyuan@1 Xitongguanli1! Guanliyuan2024! Ceshi@123456 Yonghu@12345 Danwei@2024! Bangongshi#1 Caiwuke@2024 Weirenminfuwu1! Gongxifacai888! Xingfu@2024! Kuaile@1234 Laopo@520520 Baobei!5201314 Shouji@13800
Zhangsan@123 Zhangsan2024! Lisi@123456! Wangwei@1990 Zhangwei123! Liwei#888888 Xiaoming@123 XiaoHong2024! Chenchen!123 Wangfang@1985
Zy19900101! zyx@19851212 Ls900101!900101 Lm13812345678# Wq@13957512345 Ab330682199001011233! Zhang@1990 Wang1988!! Chen@198808 A19900101b! Kk2024-01-01! Lx@19991231
Abcabcabc1!A aaaaaAAAA11! Aaaa1111!!!! AAAbbb111!!! Abab1212!@!@ 111222333Aa! Aa112233!! 123123Aa!! Aa!123321!! 88888888Aa! 666666Qq!! Aa520520520! 147258369Aa! Aa741852963!
Iloveyou520! ILoveYou@1314 Iloveu2024!! Sunshine123! Dragon@1234! Monkey123!!! Superman@123 Batman2024!! Football#10 Baseball123! Princess@01 Starwars!1977 Michael1987! Jennifer@123 Charlie2024! Summer2024!! Winter@2025! Spring#2023! Autumn2022!! January@2024 Monday@1234 Computer99!! Internet@1 Microsoft@1 Huawei@12345 Huawei@123! Cisco@12345! Oracle@12345 Mysql@123456 Linux@123456 Windows@2024 Tomcat@12345 H3c@12345678 Inspur@123456
Liverpool@10 Manchester#99 Strawberry#12 Elephant2020! Arsenal2015!! Butterfly12! Barcelona@1 Chelsea2012! Anthony1990! Crystal!2024 Diamond#2023 Samantha@99 Alexander2020!
我爱你1314Ab! 密码Mm123456! 管理员Admin@1 中国China2024 生日快乐Aa123
""".split()  # fmt: skip

WORDS = (
    "tiger lamp river copper violin basket thunder pencil harbor meadow lantern walnut compass velvet glacier "
    "saddle mango anchor pepperoni trumpet orchid quarry ribbon falcon cactus marble napkin tunnel"
).split()
CHARACTERS = "鹭竹灯舟井杏雾桥铜瓦砚梨麦鼓藤篮岩笛霜鲤钟帆槐杉碗鹤窗"
SIGNS = "!@#$%^&*-_=+?.,:"


def good_ones() -> list[str]:
    """Passwords as a keeper of passwords makes them, as words put together, and as Chinese words put together."""
    chance = random.Random(20261123)
    anything = string.ascii_letters + string.digits + SIGNS
    found = []
    for _ in range(60):
        kinds = [string.ascii_lowercase, string.ascii_uppercase, string.digits, SIGNS]
        letters = [chance.choice(one) for one in kinds]
        letters += chance.choices(anything, k=chance.choice((8, 10, 12, 16, 28)))
        chance.shuffle(letters)
        found.append("".join(letters))
        first, second, third = chance.sample(WORDS, 3)
        found.append(
            f"{first.title()}{chance.randint(2, 98)}{chance.choice(SIGNS)}{second}-{third}"
        )
        signs = chance.sample(CHARACTERS, 7)
        found.append(f"{''.join(signs[:4])}{chance.randint(20, 98)}{''.join(signs[4:])}Kv")
    return found


def content_reasons(password: str) -> list[str]:
    """What speaks against it apart from its length and its kinds of characters."""
    return [one for one in objections(password) if "种类" not in one and "个字符" not in one]


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert len(WEAK) == len(set(WEAK)) >= 150
    assert len(set(good_ones())) >= 100


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_for_its_content(password: str) -> None:
    assert content_reasons(password)


def test_good_passwords_are_accepted() -> None:
    refused = {
        one: found
        for one in good_ones()
        if (found := objections(one, account="zhaoqian", display_name="赵茜"))
    }
    assert refused == {}


def test_a_password_needs_so_many_characters() -> None:
    assert objections("kT7#mQ2x!") == ["密码只有 9 个字符：请至少用 10 个字符"]
    assert objections("kT7#mQ2x!9") == []
    assert objections("kT7#mQ2x!9", minimum=12) == ["密码只有 10 个字符：请至少用 12 个字符"]
    assert MINIMUM == 10


def test_a_password_has_at_most_128_characters_and_a_longer_one_is_not_looked_at() -> None:
    chance = random.Random(1)
    long = "".join(chance.choices(string.ascii_letters + string.digits + SIGNS, k=LONGEST))
    assert objections(long) == []
    assert objections(long + "x") == ["密码超过 128 个字符：请缩短到 128 个字符以内"]
    assert objections("\ufdfa" * LONGEST) == objections(
        long + "x"
    )  # 18 characters each once normalised
    started = time.perf_counter()
    assert len(objections("\u0301\u0327" * 20_000)) == 1
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("vkzqmwhtxr", False),
        ("vkzqmwhtxr7", False),
        ("VKZQMWHTXR7", False),
        ("vkzq-mwht-xr", False),
        ("vkzqM7whtxr", True),
        ("vkzqM-whtxr", True),
        ("vkzq7-whtxr", True),
        ("VKZQ7-WHTXR", True),
        ("鹭竹灯舟井杏雾桥铜瓦", False),
        ("鹭竹灯舟井杏雾桥铜瓦58", False),
        ("鹭竹灯舟井杏雾桥铜瓦-!", False),
        ("鹭竹灯舟井杏雾桥58k", True),
    ],
)
def test_three_of_four_classes_are_wanted_and_chinese_counts_with_the_symbols(
    password: str, good: bool
) -> None:
    assert ("种类太少" in "".join(objections(password))) is not good
    assert bool(objections(password)) is not good


@pytest.mark.parametrize(
    "hidden", ["\t", "\0", "\u200b", "\u202e", "\n", "\ufeff", "\ud83d", "\ue000"]
)
def test_characters_that_nobody_sees_are_refused(hidden: str) -> None:
    assert any("看不见" in one for one in objections(f"Tiger7-{hidden}lamp-Qv"))
    assert objections(GOOD.replace("-", " ")) == []


@pytest.mark.parametrize(
    "password",
    [
        "Qv7#zhaoqian-Lamp",
        "ZHAOQIAN#lamp7Qv",
        "Qv7#Zh@0q1@n-lamp",
        "Qv7#zhao.qian-lamp",
        "Ｚhaoqian#lamp7Qv",
    ],
)
def test_the_name_of_the_account_is_refused_in_every_disguise(password: str) -> None:
    assert objections(password) == []
    for account in ("zhaoqian", "zhao.qian", "ZhaoQian02"):
        assert any("账号名" in one for one in objections(password, account=account))


@pytest.mark.parametrize(
    "password",
    [
        "Qv7#欧阳明珠-Lamp",
        "Qv7#OuyangMingzhu9",
        "Qv7#MingzhuOuyang9",
        "Qv7#mingzhu-Lamp",
        "m1ngzhu-Qv7#Lamp",
        "Qv7#OYMZ-Lamp",
        "oymz2468#Qv7Lamp",
    ],
)
def test_the_name_of_a_person_is_refused_also_as_pinyin_and_initials(password: str) -> None:
    assert objections(password) == []
    found = objections(password, display_name="欧阳明珠")
    assert any("姓名" in one for one in found)


def test_short_initials_are_refused_only_where_they_stand_alone() -> None:
    assert any("姓名" in one for one in objections("Zq@8452-4173x", display_name="赵茜"))
    for password in ("Lamp7-kzqvt-Qv", "Lamp7-Zq-Qvt84"):
        assert objections(password, display_name="赵茜") == []


def test_a_short_given_name_is_refused_with_the_surname_behind_it() -> None:
    assert objections("Qv7#anzhang-Lx") == []
    assert any("姓名" in one for one in objections("Qv7#anzhang-Lx", display_name="张安"))


def test_a_western_name_is_refused_in_either_order() -> None:
    for password in ("Qv7#johnsmith-Lx", "Qv7#SmithJohn-Lx", "Qv7#smith-Lx84k"):
        assert any("姓名" in one for one in objections(password, display_name="John Smith"))


@pytest.mark.parametrize("name", ["", " ", "·", "1", "李", "!!!"])
def test_a_name_that_says_nothing_refuses_nothing(name: str) -> None:
    assert objections(GOOD, account=name, display_name=name) == []


@pytest.mark.parametrize(
    "password",
    [
        "Shengzhou@2024",
        "Sh3ngzh0u#8452x",
        "2024@shengzhouRS",
        "Szrsj@2024!!",
        "SzRS#20240101",
        "Sz@2024#84x!",
        "rsj-Qv7#8452",
        "Renshe@12345x",
        "renSheJu#2024",
        "Hrss2024!@#x",
        "Qv7#12333-Lamp",
        "Qv7#0575-Lampk",
        "Wenzhi@2024!",
        "Wen.Zhi@2024!",
        "问知系统2024Ab!",
        "嵊州人社2024Ab",
        "Shebao@2024!x",
        "社保局Aa#8452",
        "Ｓｈｅｎｇｚｈｏｕ@2024",
    ],
)
def test_what_stands_for_the_bureau_is_refused(password: str) -> None:
    assert any("单位" in one for one in objections(password))


def test_further_words_of_the_place_can_be_refused() -> None:
    for password in ("Qv7#yuexiu-Lamp", "Qv7#YueX1u-Lamp", "Qv7#越秀-Lamp"):
        assert objections(password) == []
        assert any("单位" in one for one in objections(password, words=["越秀", ""]))


@pytest.mark.parametrize(
    "password",
    ["Kv7#Kv7#Kv7#", "Kv7#mKv7#m", "kV7#Kv7#kv7#", "Kv7!Kv7!Kv7", "AAaa11!!11AA", "ＫＫ77kk77KK"],
)
def test_a_repeated_part_is_named_as_such(password: str) -> None:
    assert any("重复" in one for one in content_reasons(password))


@pytest.mark.parametrize(
    "password", ["Admin@123456", "Fedcba98765!", "Lm13812345678#", "qwerASDF1234", "Zy19900101!"]
)
def test_weak_pieces_are_found_by_our_own_list(password: str) -> None:
    """zxcvbn alone lets all of these pass."""
    assert any("常见弱口令" in one for one in content_reasons(password))


@pytest.mark.parametrize(
    "password", ["Liverpool@10", "Elephant2020!", "Strawberry#12", "Barcelona@1"]
)
def test_western_words_and_names_are_found_by_the_second_judge(password: str) -> None:
    assert any("容易被猜中" in one for one in content_reasons(password))


def test_all_reasons_come_at_once_and_each_names_its_remedy() -> None:
    found = objections("zhaoqian", account="zhaoqian", display_name="赵茜")
    assert len(found) >= 4
    assert all("：请" in one for one in found)


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=8))
def test_any_text_gets_an_answer_that_repeats_nothing_of_it(
    password: str, account: str, name: str
) -> None:
    found = objections(password, account=account, display_name=name)
    assert found == objections(password, account=account, display_name=name)
    if len(password.strip()) > 9 and not password.isascii():
        assert not any(password in one for one in found)


@pytest.mark.parametrize(
    "part",
    [
        "4@8({[<369!1|0$57+%2aB",
        "qwe1987asd",
        "aB1!",
        "a",
        "0",
        "19900101",
        "鹭",
        "p@ssw0rd",
        "1!i|lL",
        "zhaoqian",
        "ab",
        "\u0301a",
    ],
)
def test_no_password_takes_long_to_judge(part: str) -> None:
    for password in (
        (part * LONGEST)[:LONGEST],
        ("Kv7#" + part * LONGEST)[:LONGEST],
        (part * 9)[:20],
    ):
        started = time.perf_counter()
        objections(password, account="zhaoqian", display_name="欧阳明珠", words=["越秀"] * 20)
        assert time.perf_counter() - started < 1.5


def test_the_list_is_kept_as_the_folding_reads_it() -> None:
    assert len(weak_pieces()) > 600
    assert all(plain(piece) == piece and 2 < len(piece) <= 24 for piece in weak_pieces() - {"qq"})


def test_disguises_are_read() -> None:
    assert {"password", "p@ssw0rd"} <= foldings(plain("P@ssW0rd"))
    assert "admin" in foldings(plain("Ａdm!n"))
    assert "apple" in foldings(plain("app1e"))
    assert "woaini" in foldings(plain("我-爱-你"))
    assert without_edges("12ab3!") == {"12ab3!", "ab3!", "12ab", "ab"}
    assert without_edges("123") == {"123", ""}
