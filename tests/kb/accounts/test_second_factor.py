"""Codes of the authenticator app: those of RFC 6238, once each, and only about now."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest

from kb.accounts.second_factor import (
    STEP_SECONDS,
    accepted_step,
    new_secret,
    provisioning_uri,
    qr_picture,
)
from kb.records import CHINA_TIME

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 6238, appendix B, SHA-1: seconds since 1970 and the last six of its eight digits.
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_the_codes_of_the_standard_prove_their_step(seconds: int, code: str) -> None:
    assert accepted_step(SECRET, code, at(seconds), None) == seconds // STEP_SECONDS
    there = at(seconds).astimezone(CHINA_TIME)
    assert accepted_step(SECRET, code, there, None) == seconds // STEP_SECONDS


def test_a_clock_may_be_one_step_off_and_no_more() -> None:
    seconds, code = VECTORS[3]
    step = seconds // STEP_SECONDS
    offsets = {
        offset: accepted_step(SECRET, code, at(step * 30 + offset), None)
        for offset in (-31, -30, -1, 0, 29, 30, 59, 60)
    }
    expected = {-31: None, -30: step, -1: step, 0: step, 29: step, 30: step, 59: step, 60: None}
    assert offsets == expected


def test_a_code_counts_once() -> None:
    seconds, code = VECTORS[3]
    step = accepted_step(SECRET, code, at(seconds), None)
    assert step is not None
    assert accepted_step(SECRET, code, at(seconds), step) is None
    assert accepted_step(SECRET, code, at(seconds + 20), step) is None
    assert accepted_step(SECRET, code, at(seconds), step + 1) is None
    assert accepted_step(SECRET, code, at(seconds), step - 1) == step


def test_the_step_zero_is_a_step_like_others() -> None:
    assert accepted_step(SECRET, "755224", at(3), None) == 0  # RFC 4226, appendix D
    assert accepted_step(SECRET, "755224", at(3), 0) is None


def test_a_code_may_be_typed_with_blanks_and_wide_digits() -> None:
    seconds, _ = VECTORS[0]
    for code in ("287 082", " 287082 ", "２８７０８２", "28 70 82\n"):
        assert accepted_step(SECRET, code, at(seconds), None) == 1


@pytest.mark.parametrize(
    "code",
    [
        "",
        "28708",
        "2870820",
        "287083",
        "28708a",
        "287082" + " " * 20 + "9",
        "٢٨٧٠٨٢",
        "-87082",
        "9" * 10**6,
        "\ud83d",
    ],
)
def test_anything_else_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, at(59), None) is None


def test_a_long_text_is_not_worked_on() -> None:
    started = time.perf_counter()
    assert accepted_step(SECRET, "\u0301\u0327" * 20_000, at(59), None) is None
    assert time.perf_counter() - started < 0.1


def test_the_code_of_another_secret_proves_nothing() -> None:
    assert accepted_step(new_secret(), "287082", at(59), None) is None


def test_secrets_are_of_160_bits_and_differ() -> None:
    found = {new_secret() for _ in range(100)}
    assert len(found) == 100
    assert all(len(base64.b32decode(one)) == 20 for one in found)


def test_the_app_is_told_account_and_issuer() -> None:
    parts = urlsplit(provisioning_uri(SECRET, "zhang san@窗口"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/问知:zhang san@窗口"
    told = parse_qs(parts.query)
    assert told["secret"] == [SECRET]
    assert told["issuer"] == ["问知"]
    defaults = {"algorithm": "SHA1", "digits": "6", "period": "30"}
    assert all(told.get(key, [value]) == [value] for key, value in defaults.items())


def test_the_picture_is_svg_in_itself_fetches_nothing_and_is_of_its_address() -> None:
    uri = provisioning_uri(SECRET, "zhangsan")
    picture = qr_picture(uri)
    kind, _, content = picture.partition(",")
    assert kind.startswith("data:image/svg+xml")
    tree = ElementTree.fromstring(unquote(content))  # noqa: S314  made by ourselves
    assert tree.tag == "{http://www.w3.org/2000/svg}svg"
    assert "http" not in unquote(content).replace("http://www.w3.org/2000/svg", "")
    assert qr_picture(uri) == picture
    assert qr_picture(provisioning_uri(SECRET, "lisi")) != picture


def test_a_day_of_codes_is_accepted_each_at_its_time_and_none_twice() -> None:
    import pyotp

    secret, moment, last = new_secret(), at(1_800_000_000), None
    for _ in range(200):
        step = accepted_step(secret, pyotp.TOTP(secret).at(moment), moment, last)
        assert step is not None
        assert last is None or step > last
        last, moment = step, moment + timedelta(seconds=STEP_SECONDS)
