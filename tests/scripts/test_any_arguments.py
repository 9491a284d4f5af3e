"""Whatever is typed behind manage.py and serve.py is understood, or refused with status 2 and a Chinese complaint."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import manage, serve
from scripts.commands import NAMES
from tests.texts import bounded

PIECES = (
    *(
        "--json",
        "--help",
        "-h",
        "--limit",
        "--offset",
        "--since",
        "--articles",
        "--index",
        "--as-of",
        "--role",
    ),
    *(
        "--region",
        "--port",
        "--host",
        "--dry-run",
        "--golden",
        "--few",
        "--prune",
        "--link",
        "--",
        "-",
        "",
        "=",
        "-1",
    ),
    *(
        "0",
        "1",
        "99999999999999999999",
        "1e3",
        "٣",
        "²",
        "①",
        "2024-01-01",
        "2024-02-30",
        "counter",
        "verify",
        "%s",
        "%",
    ),
    *(
        "add",
        "list",
        "show",
        "失业金",
        "\ud800",
        "\0",
        "x" * 3_000,
        "--port=²",
        "--limit=",
        "--few=",
        "@file",
        "{}",
    ),
)
words = st.one_of(st.sampled_from(PIECES), st.text(max_size=12))


def status_of(parse: object, argv: list[str]) -> tuple[int, str]:
    """The exit status, 0 for what is understood, and what was complained of."""
    errors = io.StringIO()
    try:
        with redirect_stderr(errors), redirect_stdout(io.StringIO()):
            parse(argv)  # type: ignore[operator]
    except SystemExit as end:
        return int(str(end.code)), errors.getvalue()
    return 0, ""


@bounded(400)
@given(
    st.one_of(st.just([]), st.sampled_from(NAMES).map(lambda name: [name])),
    st.lists(words, max_size=5),
)
def test_any_command_line_is_understood_or_refused(name: list[str], rest: list[str]) -> None:
    status, said = status_of(manage._parse, [*name, *rest])
    assert status in (0, 2)
    assert (status == 2) == ("参数有误" in said)


@bounded(150)
@given(st.lists(words, max_size=4))
def test_any_options_of_the_server_are_understood_or_refused(argv: list[str]) -> None:
    status, said = status_of(serve.parse, argv)
    assert status in (0, 2)
    assert (status == 2) == ("参数有误" in said)


def test_a_number_without_end_is_refused_in_chinese() -> None:
    status, said = status_of(serve.parse, ["--port", "9" * 5_000])
    assert status == 2
    assert "不是 1 到 65535 的整数" in said


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(name: str) -> None:
    assert status_of(manage._parse, [name, "--help"]) == (0, "")
