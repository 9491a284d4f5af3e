"""A setting that differs from the last start's is told; a secret is neither kept nor told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kb.setting_changes import changes_since_last_start, remember
from kb.settings import Settings


def test_a_first_start_has_changed_nothing(tmp_path: Path) -> None:
    assert changes_since_last_start(Settings(state=tmp_path)) == []


def test_what_was_changed_is_told_with_both_values(tmp_path: Path) -> None:
    before = Settings(state=tmp_path)
    remember(before)
    assert changes_since_last_start(before) == []
    after = replace(before, idle_minutes=60, access="login")
    assert changes_since_last_start(after) == ["access：trial → login", "idle_minutes：30 → 60"]


def test_what_may_hold_a_password_is_not_kept(tmp_path: Path) -> None:
    before = Settings(state=tmp_path, database="mysql+pymysql://u:hidden@127.0.0.1/d")
    remember(before)
    assert "hidden" not in (tmp_path / "settings.json").read_text("utf-8")
    assert changes_since_last_start(replace(before, database="")) == []


def test_a_damaged_file_is_as_a_first_start(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{", "utf-8")
    assert changes_since_last_start(Settings(state=tmp_path)) == []
