"""What the settings say of security, in words that an administrator checks against the bureau's rules."""

from __future__ import annotations

from dataclasses import dataclass

from kb.settings import Settings


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One point: what it is about, how it is set, by which setting, and whether that is as strict as by default."""

    topic: str
    state: str
    setting: str
    fits: bool


def safeguards(settings: Settings) -> list[Safeguard]:
    """How the service is protected."""
    return [*_of_access(settings), *_of_passwords(settings), *_of_records(settings)]


def _of_access(settings: Settings) -> list[Safeguard]:
    default, login = Settings(), settings.access == "login"
    secure, required = (
        settings.public_url.startswith("https:"),
        settings.second_factor == "required",
    )
    idle, hours = settings.idle_minutes, settings.session_hours
    elsewhere = {"目录服务": settings.ldap_url, "统一身份服务": settings.oidc_issuer}
    used = "、".join(name for name, address in elsewhere.items() if address)
    return [
        Safeguard("访问方式", "登录后使用" if login else "试用，不登录", "access", login),
        Safeguard("传输加密", "HTTPS" if secure else "没有", "public_url", secure),
        Safeguard("动态口令", "必须" if required else "自愿", "second_factor", required),
        Safeguard("单位账号", used or "不用，只有本系统的账号", "ldap_url、oidc_issuer", True),
        Safeguard(
            "自动退出",
            f"{idle}分钟没有操作，或登录满{hours}小时",
            "idle_minutes、session_hours",
            idle <= default.idle_minutes and hours <= default.session_hours,
        ),
    ]


def _of_passwords(settings: Settings) -> list[Safeguard]:
    default = Settings()
    length, days = settings.password_length, settings.password_days
    history, tries, minutes = (
        settings.password_history,
        settings.lockout_tries,
        settings.lockout_minutes,
    )
    lasting = f"{days}天后必须更换" if days else "不限"
    strict = tries <= default.lockout_tries and minutes >= default.lockout_minutes
    return [
        Safeguard(
            "密码",
            f"至少{length}个字符，四类字符中至少三类，不能是弱密码",
            "password_length",
            length >= default.password_length,
        ),
        Safeguard("密码有效期", lasting, "password_days", 0 < days <= default.password_days),
        Safeguard(
            "旧密码",
            f"不能与最近{history}次用过的相同",
            "password_history",
            history >= default.password_history,
        ),
        Safeguard(
            "登录失败锁定",
            f"同一账号或同一地址{tries}次失败，锁定{minutes}分钟",
            "lockout_tries、lockout_minutes",
            strict,
        ),
    ]


def _of_records(settings: Settings) -> list[Safeguard]:
    kept, days = settings.retention_days, settings.audit_days
    return [
        Safeguard("审计日志", f"在线保存{days}天，之后归档不删除", "audit_days", True),
        Safeguard("问答记录", f"保存{kept}天后删除", "retention_days", True),
    ]
