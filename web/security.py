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
    default = Settings()
    secure = settings.public_url.startswith("https:")
    length, days, history = (
        settings.password_length,
        settings.password_days,
        settings.password_history,
    )
    tries, minutes = settings.lockout_tries, settings.lockout_minutes
    return [
        Safeguard(
            "访问方式",
            "登录后使用" if settings.access == "login" else "试用，不登录",
            "access",
            settings.access == "login",
        ),
        Safeguard("传输加密", "HTTPS" if secure else "没有", "public_url", secure),
        Safeguard(
            "密码长度",
            f"至少{length}个字符，四类字符中至少三类",
            "password_length",
            length >= default.password_length,
        ),
        Safeguard(
            "密码有效期",
            f"{days}天" if days else "不限",
            "password_days",
            0 < days <= default.password_days,
        ),
        Safeguard(
            "旧密码",
            f"不能与最近{history}次相同",
            "password_history",
            history >= default.password_history,
        ),
        Safeguard(
            "登录失败锁定",
            f"同一账号或同一地址连续{tries}次失败，锁定{minutes}分钟",
            "lockout_tries、lockout_minutes",
            tries <= default.lockout_tries and minutes >= default.lockout_minutes,
        ),
        Safeguard(
            "自动退出",
            f"{settings.idle_minutes}分钟没有操作，或登录满{settings.session_hours}小时",
            "idle_minutes、session_hours",
            settings.idle_minutes <= default.idle_minutes
            and settings.session_hours <= default.session_hours,
        ),
        Safeguard(
            "动态口令",
            "必须" if settings.second_factor == "required" else "自愿",
            "second_factor",
            settings.second_factor == "required",
        ),
        Safeguard(
            "审计日志保存", f"在线{settings.audit_days}天，之后归档不删除", "audit_days", True
        ),
        Safeguard("问答记录保存", f"{settings.retention_days}天", "retention_days", True),
    ]
