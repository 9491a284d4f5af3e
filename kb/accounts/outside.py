"""What the settings say of the bureau's directory and sign-in service, checked before anybody is served."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from kb.accounts.directory import normal_dn
from kb.accounts.role_mapping import Mapping, mapping_of
from kb.errors import SettingsError
from kb.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def roles_of_directory(settings: Settings) -> Mapping:
    """Which group's DN gives which role. Raises SettingsError."""
    return mapping_of("ldap_roles", settings.ldap_roles, normal_dn)


def roles_of_service(settings: Settings) -> Mapping:
    """Which value of the claim gives which role. Raises SettingsError."""
    return mapping_of("oidc_roles", settings.oidc_roles)


def require_usable(settings: Settings) -> None:
    """Raise SettingsError for a directory or a sign-in service that cannot be asked safely as it is set up."""
    if settings.ldap_url:
        _require_directory(settings)
    if settings.oidc_issuer:
        _require_service(settings)


def _require_directory(settings: Settings) -> None:
    _require_address("ldap_url", settings.ldap_url, "ldap", "ldaps")
    parts = urlsplit(settings.ldap_url)
    bare = parts.scheme == "ldap" and not settings.ldap_starttls
    if bare and parts.hostname not in LOOPBACK:
        _refuse(
            "ldap_url",
            settings.ldap_url,
            "密码会不加密地传出去；改用 ldaps://，或设置 ldap_starttls = true",
        )
    if parts.scheme == "ldaps" and settings.ldap_starttls:
        _refuse("ldap_starttls", "true", "ldaps:// 已经加密，去掉其中一个")
    if bool(settings.ldap_bind) != bool(settings.ldap_password):
        _refuse(
            "ldap_bind", settings.ldap_bind, "ldap_bind 和 ldap_password 要么都设置，要么都不设置"
        )
    if not settings.ldap_base:
        _refuse("ldap_base", "", "写明从哪里往下查找，如 dc=example,dc=gov,dc=cn")
    _require_filter("ldap_filter", settings.ldap_filter, "{name}")
    if settings.ldap_groups.startswith("("):
        _require_filter("ldap_groups", settings.ldap_groups, "{dn}")
    _require_file("ldap_ca", settings.ldap_ca)
    roles_of_directory(settings)


def _require_service(settings: Settings) -> None:
    _require_address("oidc_issuer", settings.oidc_issuer, "https", "http")
    parts = urlsplit(settings.oidc_issuer)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        _refuse("oidc_issuer", settings.oidc_issuer, "改用 https:// 地址，否则谁都能冒充它")
    if not settings.oidc_client or not settings.oidc_secret:
        _refuse("oidc_client", settings.oidc_client, "oidc_client 和 oidc_secret 都要设置")
    if "openid" not in settings.oidc_scope.split():
        _refuse("oidc_scope", settings.oidc_scope, "加上 openid")
    _require_file("oidc_ca", settings.oidc_ca)
    roles_of_service(settings)


def _require_address(key: str, text: str, *schemes: str) -> None:
    try:
        parts = urlsplit(text)
        right = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    if not right or parts.username or parts.query or parts.fragment:
        _refuse(key, text, f"写成 {schemes[0]}://主机名 或 {schemes[1]}://主机名 的样子")


def _require_filter(key: str, text: str, variable: str) -> None:
    if variable not in text or not text.startswith("(") or text.count("(") != text.count(")"):
        _refuse(key, text, f"写成带括号的查找条件，里面有 {variable}")


def _require_file(key: str, path: Path) -> None:
    if path.name and not path.is_file():
        _refuse(key, str(path), "写成根证书（PEM）文件的位置")


def _refuse(key: str, written: str, remedy: str) -> None:
    raise SettingsError(f"设置“{key}”写成了“{written}”，不能使用", remedy)
