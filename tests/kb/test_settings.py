"""Settings: default, then wenzhi.toml, then environment, then command line; nothing wrong passes silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings, load_settings


def write(folder: Path, text: str) -> None:
    (folder / "wenzhi.toml").write_text(text, encoding="utf-8")


def test_without_anything_the_defaults_hold_and_paths_lie_in_the_folder(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert (settings.port, settings.host, settings.watch) == (8000, "127.0.0.1", True)
    assert settings.articles == tmp_path / "articles"
    assert settings.index == tmp_path / "var" / "index"
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'wenzhi.sqlite'}"


def test_the_later_source_wins(tmp_path: Path) -> None:
    write(tmp_path, "port = 1001\nthreads = 11\nquestion_limit = 101\n")
    environment = {"WENZHI_THREADS": "12", "WENZHI_QUESTION_LIMIT": "102", "PATH": "x"}
    settings = load_settings(tmp_path, environment, question_limit=103, port=None)
    assert (settings.port, settings.threads, settings.question_limit) == (1001, 12, 103)


def test_the_index_moves_with_the_state_unless_it_is_set(tmp_path: Path) -> None:
    moved = load_settings(tmp_path, {"WENZHI_STATE": "elsewhere"})
    both = load_settings(tmp_path, {"WENZHI_STATE": "elsewhere", "WENZHI_INDEX": "idx"})
    assert moved.index == tmp_path / "elsewhere" / "index"
    assert both.index == tmp_path / "idx"


def test_absolute_paths_stay(tmp_path: Path) -> None:
    assert load_settings(Path("."), {"WENZHI_ARTICLES": str(tmp_path)}).articles == tmp_path


@pytest.mark.parametrize(
    ("written", "flag"), [("true", True), ("1", True), ("FALSE", False), ("0", False)]
)
def test_flags_are_written_as_words_or_digits(tmp_path: Path, written: str, flag: bool) -> None:
    assert load_settings(tmp_path, {"WENZHI_WATCH": written}).watch is flag


def test_a_byte_order_mark_in_the_file_does_no_harm(tmp_path: Path) -> None:
    write(tmp_path, "\ufeffport = 1001\n")
    assert load_settings(tmp_path, {}).port == 1001


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("port", "80a"),
        ("port", "0"),
        ("port", "65536"),
        ("port", "-1"),
        ("port", "8000.5"),
        ("port", ""),
        ("port", "9" * 5000),
        ("threads", "65"),
        ("question_limit", "9"),
        ("article_limit", "1"),
        ("watch", "ja"),
        ("engine", "oceanbase9"),
        ("articles", ""),
        ("host", "  "),
        ("model", ""),
    ],
)
def test_a_malformed_value_refuses_to_start_and_names_the_key(
    tmp_path: Path, key: str, value: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {f"WENZHI_{key.upper()}": value})
    assert f"WENZHI_{key.upper()}" in caught.value.message
    assert f"“{key}”" in caught.value.message
    assert key in caught.value.remedy


@pytest.mark.parametrize(
    "line", ["port = true", "port = [1]", "watch = 'ja'", "host = 1", "articles = 1"]
)
def test_a_value_of_the_wrong_type_in_the_file_refuses_to_start(tmp_path: Path, line: str) -> None:
    write(tmp_path, line)
    with pytest.raises(SettingsError, match=rf"wenzhi\.toml.*“{line.split()[0]}”"):
        load_settings(tmp_path, {})


@pytest.mark.parametrize(
    ("toml", "environment", "named"),
    [
        ("prot = 8000", {}, "prot"),
        ("[server]\nport = 8000", {}, "server"),
        ("", {"WENZHI_PROT": "8000"}, "prot"),
        ("", {"WENZHI_": "8000"}, ""),
    ],
)
def test_an_unknown_key_refuses_to_start_and_names_it(
    tmp_path: Path, toml: str, environment: dict[str, str], named: str
) -> None:
    write(tmp_path, toml)
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, environment)
    assert f"“{named}”" in caught.value.message
    assert "port" in caught.value.remedy


def test_an_unknown_override_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="命令行"):
        load_settings(tmp_path, {}, prot=1)


@pytest.mark.parametrize("text", ["port = ", "port 8000", "\x00"])
def test_a_file_that_is_no_toml_refuses_to_start_and_names_the_file(
    tmp_path: Path, text: str
) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError, match=r"wenzhi\.toml"):
        load_settings(tmp_path, {})


def test_a_file_that_cannot_be_read_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "wenzhi.toml").mkdir()
    with pytest.raises(SettingsError, match=r"wenzhi\.toml"):
        load_settings(tmp_path, {})


def test_the_error_is_one_sentence_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, {"WENZHI_PORT": "x"})
    assert str(caught.value) == (
        "环境变量 WENZHI_PORT 中的设置“port”写成了“x”，不能使用（处理办法：port：监听端口，1–65535）"
    )


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    with pytest.raises(AttributeError):
        settings.port = 1  # type: ignore[misc]
    assert isinstance(settings, Settings)
