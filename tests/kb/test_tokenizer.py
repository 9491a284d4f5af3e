"""One tokenizer for index and question: words are found wherever they stand, codes however they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.tokenizer import Tokenizer, find_codes, find_dates, normalise

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
ANYTHING = st.one_of(
    HAN, st.sampled_from("的了吗，。 aB1９Ｆ-·é☎\n"), st.characters(exclude_categories=["Cs"])
)
TOKENIZER = Tokenizer(["断缴", "缴费基数", "浙里办", "Smart Card"])


def codes(text: str) -> list[str]:
    return find_codes(normalise(text))


# Words


@given(
    st.sampled_from(["补缴", "欠费", "断缴", "社保", "工伤"]),
    st.text(ANYTHING, max_size=12),
    st.text(ANYTHING, max_size=12),
)
def test_a_word_of_two_characters_is_found_whatever_stands_around_it(
    word: str, before: str, after: str
) -> None:
    assert word in TOKENIZER.tokens(before + word + after)


@given(st.text(HAN, max_size=6), st.text(HAN, max_size=6))
def test_a_word_of_the_glossary_is_found_whole_after_punctuation(before: str, after: str) -> None:
    assert "缴费基数" in TOKENIZER.tokens(f"{before}，缴费基数，{after}")


@given(st.text(ANYTHING, max_size=60))
def test_any_text_has_tokens_without_an_error_and_always_the_same(text: str) -> None:
    tokens = TOKENIZER.tokens(text)
    assert tokens == TOKENIZER.tokens(text)
    assert all(tokens)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("繳費基數", "缴费基数"),
        ("養老保險關係轉移", "养老保险关系转移"),
        ("ＯＲＡ－０００６０", "ORA-00060"),
        ("SMART CARD", "smart card"),
        ("２０２４年缴费基数", "2024年缴费基数"),
        ("社\u200b保\ufeff卡\u00ad丢了", "社保卡丢了"),
        ("Ⅱ类户", "II类户"),
    ],
)
def test_spellings_of_one_text_give_the_same_tokens(written: str, same: str) -> None:
    assert TOKENIZER.tokens(written) == TOKENIZER.tokens(same)


def test_half_a_surrogate_pair_does_no_harm() -> None:
    assert "社保" in TOKENIZER.tokens("社保\ud83d卡")


def test_function_words_are_no_tokens() -> None:
    assert set(TOKENIZER.tokens("的了是什么怎么")) & {"的", "什么", "怎么"} == set()


def test_what_a_question_is_about_leaves_out_pairs_across_words() -> None:
    subject = TOKENIZER.subject_tokens("断缴怎么补")
    assert "断缴" in subject
    assert "缴怎" not in subject
    assert "怎么" not in subject


@pytest.mark.parametrize("written", ["ORA 60", "ora00060", "ORA-00060"])
def test_a_code_is_what_a_question_is_about_not_its_parts(written: str) -> None:
    assert TOKENIZER.subject_tokens(written) == {"ora-00060"}


def test_latin_words_are_found_whole_and_by_their_parts() -> None:
    tokens = TOKENIZER.tokens("改 tnsnames.ora 和 proxy_read_timeout")
    assert {"tnsnames.ora", "tnsnames", "ora", "proxy_read_timeout", "timeout"} <= set(tokens)


@pytest.mark.parametrize("written", ["60岁", "8级", "12个月", "30日", "1.5倍", "997.2元", "90%"])
def test_quantities_are_found_with_their_unit(written: str) -> None:
    assert written in TOKENIZER.tokens(f"要{written}才行")


def test_another_glossary_is_another_recipe() -> None:
    same = Tokenizer(["Smart Card", "浙里办", "缴费基数", "断缴"])
    assert same.recipe == TOKENIZER.recipe
    assert Tokenizer(["断缴"]).recipe != TOKENIZER.recipe


# Codes


@pytest.mark.parametrize(
    "written",
    [
        "ORA-00060",
        "ora00060",
        "ORA 00060",
        "Ora_00060",
        "ORA:00060",
        "ORA－00060",
        "ＯＲＡ－０００６０",
        "报ORA-00060错误",
        "ORA-00060: deadlock",
        "ORA 60",
        "ora-60",
        "ora60怎么办",
    ],
)
def test_oracle_codes_are_the_same_with_and_without_zeros_and_hyphen(written: str) -> None:
    assert codes(written) == ["ora-00060"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("E-1032", "e-1032"),
        ("e1032是什么", "e-1032"),
        ("AAA094", "aaa-094"),
        ("TNS-511", "tns-00511"),
        ("BEA-000337", "bea-000337"),
        ("0x8010001D", "0x8010001d"),
        ("0X8010001d错误", "0x8010001d"),
        ("报8010001D", "0x8010001d"),
        ("HTTP 502", "http-502"),
        ("系统报504", "http-504"),
        ("502", "http-502"),
        ("404", "http-404"),
    ],
)
def test_codes_have_one_spelling(written: str, code: str) -> None:
    assert codes(written) == [code]


def test_zeros_count_in_codes_that_are_not_oracles() -> None:
    assert codes("AAA094") != codes("AAA94")
    assert codes("E-0132") != codes("E-132")


@pytest.mark.parametrize(
    "written",
    [
        "人社部发〔2024〕94号",
        "人社部发[2024]94号",
        "人社部发(2024)94号",
        "人社部发（2024）94号",
        "人社部发【2024】94号",
        "人社部发﹝2024﹞94号",
        "人社部发 〔 2024 〕 94 号",
        "人社部发〔２０２４〕９４号",
        "人社部發〔2024〕94號",
        "人社部发〔2024〕第94号",
        "人社部发〔2024〕094号",
        "人社部发2024年94号",
        "人社部发2024 94号",
        "按照人社部发〔2024〕94号文件",
    ],
)
def test_document_numbers_are_the_same_in_every_bracket(written: str) -> None:
    assert codes(written) == ["人社部发〔2024〕94号"]


def test_document_numbers_of_different_organs_differ() -> None:
    written = [
        "浙人社发〔2024〕94号",
        "绍市人社发〔2024〕94号",
        "浙江省人社厅发〔2024〕94号",
        "法释〔2024〕94号",
    ]
    found = [codes(text) for text in written]
    assert found == [[text] for text in written]


@pytest.mark.parametrize(
    "written",
    ["令第55号", "令55号", "令 第 55 号", "人力资源社会保障部令第55号", "第55号令", "55号令"],
)
def test_order_numbers_are_found_in_every_order(written: str) -> None:
    assert codes(written) == ["令55号"]


def test_several_codes_are_found_in_order_each_once() -> None:
    assert codes("ORA-00060/ORA-00054，又报 ora60") == ["ora-00060", "ora-00054"]


@pytest.mark.parametrize(
    "written",
    [
        "2024年缴费基数",
        "12333",
        "4986元",
        "提示500元",
        "上报500人",
        "13812345678",
        "83261234",
        "IP 169.254.1.1",
        "win10",
        "1.2.3",
        "社保2024年1号前缴",
        "ora",
        "covid-19",
        "缴费100个月",
    ],
)
def test_numbers_that_are_no_codes_are_none(written: str) -> None:
    assert codes(written) == []


def test_a_code_is_a_token() -> None:
    assert "ora-00060" in TOKENIZER.tokens("报ORA 60")
    assert "人社部发〔2024〕94号" in TOKENIZER.tokens("看人社部发[2024]94号")


# Dates


@pytest.mark.parametrize(
    ("written", "dates"),
    [
        ("2024年缴费基数", ["2024年"]),
        ("1967年3月的男职工", ["1967年3月"]),
        ("1967年03月", ["1967年3月"]),
        ("1967 年 3 月", ["1967年3月"]),
        ("１９６７年３月", ["1967年3月"]),
        ("2024年和2025年、2024年", ["2024年", "2025年"]),
        ("2024年13月", ["2024年"]),
        ("15年6个月", []),
        ("12024年", []),
        ("1899年", []),
    ],
)
def test_years_and_months_are_found(written: str, dates: list[str]) -> None:
    assert find_dates(normalise(written)) == dates


def test_a_month_is_a_token_with_its_year() -> None:
    assert {"1967年", "1967年3月"} <= set(TOKENIZER.tokens("1967年3月出生"))
