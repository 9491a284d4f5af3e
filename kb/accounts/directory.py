"""Asks the bureau's directory (LDAP, Active Directory) who somebody is, and whether a password is right."""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ldap3 import ANONYMOUS, NONE, SIMPLE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPInvalidDnError, LDAPStartTLSError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

from kb.errors import UnansweredError
from kb.settings import Settings

logger = logging.getLogger(__name__)

_SUCCESS, _TOO_MANY = 0, 4
_CANNOT_ANSWER = frozenset({1, 2, 3, 8, 11, 13, 51, 52, 80})
"""Result codes of a bind that say nothing of the password: the server is busy, failing, or wants something else
(RFC 4511, appendix A)."""
_MOST_GROUPS = 1000
_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the directory knows; `groups` are normal_dn() of each."""

    display_name: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Entry:
    dn: str
    values: dict[str, list[str]]


def person(settings: Settings, name: str, password: str) -> Person | None:
    """Who has this name and password; None when nobody has. With an empty password it only asks for the name,
    which takes about as long. Raises UnansweredError when the directory cannot say."""
    with _failures():
        with _bound(settings, settings.ldap_bind, settings.ldap_password) as reading:
            wanted = settings.ldap_filter.replace("{name}", escape_filter_chars(name))
            entries = _entries(reading, settings, wanted, 2)
            if len(entries) > 1:
                logger.warning("the directory has several entries of one name; none is taken")
            if len(entries) != 1 or not password:
                return None
            found = entries[0]
            groups = _groups(reading, settings, found)
        if not _is_password(settings, found.dn, password):
            return None
    return Person(" ".join(found.values.get(settings.ldap_name.lower(), [])[:1]), groups)


def reachable(settings: Settings) -> None:
    """Sign in and search as for a name that nobody has. Raises UnansweredError, which says what is wrong."""
    try:
        person(settings, "wenzhi-doctor", "")
    except UnansweredError as error:
        message = f"目录服务 {settings.ldap_url} 不能用：{error.why}"
        remedy = "检查地址、根证书（ldap_ca）、只读账号（ldap_bind）和 ldap_base"
        raise UnansweredError(message, remedy, error.why) from error


def normal_dn(text: str) -> str:
    """One form for all spellings of a DN: case, blanks, escapes. Raises ValueError for what is none."""
    try:
        parts = parse_dn(text, escape=False, strip=True)
    except LDAPInvalidDnError as error:
        raise ValueError(text) from error
    return "\0".join(
        f"{kind.strip().lower()}={' '.join(_unescaped(value).casefold().split())}{joined}"
        for kind, value, joined in parts
    )


def _unescaped(value: str) -> str:
    def read(match: re.Match[str]) -> str:
        codes, character = match.groups()
        return (
            bytes.fromhex(codes.replace("\\", "")).decode("utf-8", "replace")
            if codes
            else character
        )

    return _ESCAPED.sub(read, value)


def _groups(reading: Any, settings: Settings, found: _Entry) -> frozenset[str]:
    """The groups that an entry names, or, by a filter, those that name it."""
    if settings.ldap_groups.startswith("("):
        wanted = settings.ldap_groups.replace("{dn}", escape_filter_chars(found.dn))
        named = [item.dn for item in _entries(reading, settings, wanted, _MOST_GROUPS)]
    else:
        named = found.values.get(settings.ldap_groups.lower(), [])
    return frozenset(filter(None, map(_normal_or_nothing, named)))


def _normal_or_nothing(text: str) -> str:
    try:
        return normal_dn(text)
    except ValueError:
        return ""


def _entries(reading: Any, settings: Settings, wanted: str, most: int) -> list[_Entry]:
    """What a search finds; references to other servers are not followed."""
    names = [
        settings.ldap_name,
        *([] if settings.ldap_groups.startswith("(") else [settings.ldap_groups]),
    ]
    reading.search(
        settings.ldap_base,
        wanted,
        SUBTREE,
        attributes=names,
        size_limit=most,
        time_limit=settings.ldap_seconds,
    )
    if reading.result["result"] not in {_SUCCESS, _TOO_MANY}:
        raise _unanswered(f"search: {reading.result['description']}")
    return [
        _Entry(
            item["dn"],
            {
                key.lower(): [value.decode("utf-8", "replace") for value in values]
                for key, values in item["raw_attributes"].items()
            },
        )
        for item in reading.response or []
        if item["type"] == "searchResEntry"
    ]


def _is_password(settings: Settings, dn: str, password: str) -> bool:
    with _connected(settings, dn, password) as connection:
        connection.bind(read_server_info=False)
        code = connection.result["result"]
        if code in _CANNOT_ANSWER:
            raise _unanswered(f"bind: {connection.result['description']}")
        return bool(code == _SUCCESS)


@contextmanager
def _bound(settings: Settings, dn: str, password: str) -> Iterator[Any]:
    with _connected(settings, dn, password) as connection:
        if not connection.bind(read_server_info=False):
            raise _unanswered(f"ldap_bind: {connection.result['description']}")
        yield connection


@contextmanager
def _connected(settings: Settings, dn: str, password: str) -> Iterator[Any]:
    """A connection, encrypted where the settings say so, before anything is sent on it.

    The password goes as bytes: ldap3 would drop characters of a text (SASLprep), and a password of none but
    such ones would become the empty one, with which anybody binds (RFC 4513, 5.1.2).
    """
    connection = Connection(
        _server(settings),
        user=dn or None,
        password=password.encode("utf-8", "surrogatepass") if dn else None,
        authentication=SIMPLE if dn else ANONYMOUS,
        read_only=True,
        auto_referrals=False,
        receive_timeout=settings.ldap_seconds,
        check_names=False,
    )
    try:
        connection.open(read_server_info=False)
        if settings.ldap_starttls and not connection.start_tls(read_server_info=False):
            raise LDAPStartTLSError("not started")
        yield connection
    finally:
        connection.unbind()


def _server(settings: Settings) -> Any:
    parts = urlsplit(settings.ldap_url)
    encrypted = parts.scheme == "ldaps"
    file = str(settings.ldap_ca) if settings.ldap_ca.name else None
    return Server(
        parts.hostname,
        port=parts.port or (636 if encrypted else 389),
        use_ssl=encrypted,
        tls=Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=file, sni=parts.hostname),
        get_info=NONE,
        connect_timeout=settings.ldap_seconds,
    )


@contextmanager
def _failures() -> Iterator[None]:
    """Say in Chinese that the directory cannot be asked; the log says why, without names and passwords."""
    try:
        yield
    except (LDAPException, OSError) as error:
        raise _unanswered(str(error)) from error


def _unanswered(why: str) -> UnansweredError:
    """What a person is told is also true of a wrong password: it must not tell which accounts are local."""
    logger.warning("the directory cannot be asked: %s", why)
    return UnansweredError(
        "账号或密码不对，或者单位目录服务暂时连不上",
        "检查后重新输入；一直这样时请找系统管理员。本系统自己的账号不受影响",
        why,
    )
