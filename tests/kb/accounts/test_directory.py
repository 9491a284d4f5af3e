"""The directory says who somebody is and whether a password is right, and is asked over nothing that leaks it."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kb.accounts.directory import normal_dn, person, reachable
from kb.accounts.outside import require_usable, roles_of_directory
from kb.accounts.rights import Role
from kb.accounts.role_mapping import role_of
from kb.errors import SettingsError, UnansweredError
from kb.settings import Settings, load_settings
from tests.certificates import write_certificates
from tests.slapd import (
    BASE,
    ENGINEERS,
    PASSWORD,
    READER,
    READER_PASSWORD,
    SLAPD,
    STAFF,
    Directory,
    fill,
    make_directory,
)

ROLES = f"engineer: {ENGINEERS}; counter: {STAFF}"


@pytest.fixture
def settings(directory: Directory) -> Settings:
    return Settings(
        ldap_url=directory.secure,
        ldap_ca=directory.ca,
        ldap_bind=READER,
        ldap_password=READER_PASSWORD,
        ldap_base=BASE,
        ldap_roles=ROLES,
        ldap_seconds=2,
    )


@pytest.fixture(scope="session")
def zhangsan(directory: Directory) -> str:
    """Somebody of both groups."""
    directory.add_person("zhangsan", "张三（Müller）", STAFF, ENGINEERS)
    return "zhangsan"


@pytest.fixture(scope="session")
def lisi(directory: Directory) -> str:
    """Somebody of no group."""
    directory.add_person("lisi", "李四")
    return "lisi"


def test_a_right_password_tells_the_name_and_the_groups(settings: Settings, zhangsan: str) -> None:
    found = person(settings, zhangsan, PASSWORD)
    assert found is not None
    assert found.display_name == "张三（Müller）"
    assert found.groups == {normal_dn(STAFF), normal_dn(ENGINEERS)}


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD[:-1], "*", "\0"])
def test_another_password_is_nobodys(settings: Settings, zhangsan: str, password: str) -> None:
    assert person(settings, zhangsan, password) is None


@pytest.mark.parametrize("password", ["\u00ad", "\u200b", "\ufeff", "\u00ad\u200d"])
def test_a_password_of_characters_that_count_as_nothing_is_not_the_empty_one(
    settings: Settings, zhangsan: str, password: str
) -> None:
    """The directory of the tests lets anybody bind with an empty password, as Active Directory does."""
    assert person(settings, zhangsan, password) is None


@pytest.mark.parametrize(
    "name",
    [
        "nobody",
        "*",
        "zhang*",
        "*)(uid=*",
        "zhangsan)(uid=*",
        "zhangsan)(|(uid=*)",
        "\\2a",
        "(",
        "\0",
    ],
)
def test_a_name_finds_nobody_but_its_owner(settings: Settings, zhangsan: str, name: str) -> None:
    assert person(settings, name, PASSWORD) is None
    assert person(settings, zhangsan, PASSWORD) is not None


def test_two_entries_of_one_name_are_nobody(settings: Settings, zhangsan: str, lisi: str) -> None:
    both = replace(settings, ldap_filter=f"(|(uid={{name}})(uid={lisi}))")
    assert person(both, zhangsan, PASSWORD) is None
    assert person(settings, zhangsan, PASSWORD) is not None


@pytest.mark.parametrize("how", ["memberOf", "MEMBEROF", "(member={dn})", "(&(cn=*)(member={dn}))"])
def test_groups_are_read_from_an_attribute_or_searched(
    settings: Settings, zhangsan: str, lisi: str, how: str
) -> None:
    asked = replace(settings, ldap_groups=how)
    found, without = person(asked, zhangsan, PASSWORD), person(asked, lisi, PASSWORD)
    assert found is not None
    assert without is not None
    assert found.groups == {normal_dn(STAFF), normal_dn(ENGINEERS)}
    assert without.groups == frozenset()


def test_of_several_groups_the_first_of_the_setting_gives_the_role(
    settings: Settings, zhangsan: str, lisi: str
) -> None:
    found, without = person(settings, zhangsan, PASSWORD), person(settings, lisi, PASSWORD)
    assert found is not None
    assert without is not None
    turned = replace(settings, ldap_roles="; ".join(reversed(ROLES.split("; "))))
    assert role_of(roles_of_directory(settings), found.groups) is Role.ENGINEER
    assert role_of(roles_of_directory(turned), found.groups) is Role.COUNTER
    assert role_of(roles_of_directory(settings), without.groups) is None


@pytest.mark.parametrize(
    "spelling",
    [
        "CN=Kb-Staff,OU=Groups,DC=example,DC=gov,DC=cn",
        "cn=kb-staff, ou=groups, dc=example, dc=gov, dc=cn",
        "cn=\\6bb-staff,ou=groups,dc=example,dc=gov,dc=cn",
    ],
)
def test_all_spellings_of_a_group_are_the_same(spelling: str) -> None:
    assert normal_dn(spelling) == normal_dn(STAFF)


@pytest.mark.parametrize(
    "other",
    [
        f"cn=kb-staff,ou=other,{BASE}",
        f"cn=kb-staff\\,ou\\=groups,{BASE}",
        f"ou=kb-staff,ou=groups,{BASE}",
        f"cn=kb-staff+ou=groups,{BASE}",
    ],
)
def test_a_group_of_another_place_is_another_group(other: str) -> None:
    assert normal_dn(other) != normal_dn(STAFF)


def test_a_name_written_in_codes_is_the_same_group() -> None:
    coded = "".join(f"\\{byte:02X}" for byte in "问知".encode())
    assert normal_dn(f"CN={coded} 工程师,{BASE}") == normal_dn(f"cn=问知 工程师,{BASE}")


def test_references_to_other_servers_are_not_followed(
    directory: Directory, settings: Settings, zhangsan: str
) -> None:
    everything = replace(settings, ldap_filter="(|(uid={name})(objectClass=referral))")
    with socket.create_server(("127.0.0.1", 0)) as lure:
        lure.setblocking(False)
        dn, port = f"ou=lure,{BASE}", lure.getsockname()[1]
        reference = {"ou": "lure", "ref": f"ldap://127.0.0.1:{port}/{dn}"}
        directory.add(dn, ["referral", "extensibleObject"], reference)
        assert person(everything, zhangsan, PASSWORD) is not None
        with pytest.raises(UnansweredError):
            person(replace(settings, ldap_base=dn), zhangsan, PASSWORD)
        with pytest.raises(BlockingIOError):
            lure.accept()


def test_start_tls_encrypts_before_the_password_is_sent(
    directory: Directory, settings: Settings, zhangsan: str
) -> None:
    asked = replace(settings, ldap_url=directory.plain, ldap_starttls=True)
    assert person(asked, zhangsan, PASSWORD) is not None


@pytest.mark.parametrize("starttls", [True, False])
def test_a_server_that_another_authority_vouches_for_is_not_asked(
    directory: Directory, settings: Settings, zhangsan: str, tmp_path: Path, starttls: bool
) -> None:
    write_certificates(tmp_path)
    url = directory.plain if starttls else directory.secure
    for authority in (tmp_path / "ca.pem", Path(".")):
        asked = replace(settings, ldap_url=url, ldap_starttls=starttls, ldap_ca=authority)
        with pytest.raises(UnansweredError):
            person(asked, zhangsan, PASSWORD)


@pytest.mark.parametrize("starttls", [True, False])
def test_a_server_whose_certificate_names_another_is_not_asked(
    directory: Directory, settings: Settings, zhangsan: str, starttls: bool
) -> None:
    url = directory.plain if starttls else directory.secure
    asked = replace(
        settings, ldap_url=url.replace("localhost", "127.0.0.1"), ldap_starttls=starttls
    )
    with pytest.raises(UnansweredError):
        person(asked, zhangsan, PASSWORD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ldap_password": "wrong"},
        {"ldap_bind": f"cn=nobody,{BASE}"},
        {"ldap_base": "dc=elsewhere"},
        {"ldap_filter": "((uid={name}"},
        {"ldap_url": "ldaps://nowhere.invalid"},
    ],
)
def test_what_is_set_up_wrongly_is_no_wrong_password(
    settings: Settings, zhangsan: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(UnansweredError):
        person(replace(settings, **wrong), zhangsan, PASSWORD)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_server_that_accepts_and_says_nothing_is_waited_for_only_so_long(
    settings: Settings, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(UnansweredError):
            reachable(replace(settings, ldap_url=url, ldap_seconds=1))
        assert time.monotonic() - began < 5


@pytest.mark.skipif(SLAPD is None, reason="no slapd on this machine")
def test_a_directory_that_was_down_is_asked_again_once_it_is_up(
    settings: Settings, tmp_path: Path
) -> None:
    own = make_directory(tmp_path / "own")
    asked = replace(settings, ldap_url=own.secure, ldap_ca=own.ca)
    with pytest.raises(UnansweredError, match="不能用"):
        reachable(asked)
    server = own.start()
    try:
        fill(own)
        own.add_person("wangwu", "王五", STAFF)
        assert person(asked, "wangwu", PASSWORD) is not None
    finally:
        server.terminate()
        server.wait(timeout=10)
    with pytest.raises(UnansweredError):
        person(asked, "wangwu", PASSWORD)


def test_no_password_stands_in_the_log(
    settings: Settings, zhangsan: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert person(settings, zhangsan, PASSWORD) is not None
    with pytest.raises(UnansweredError):
        person(replace(settings, ldap_base="dc=elsewhere"), zhangsan, PASSWORD)
    said = caplog.text + repr(settings)
    assert "noSuchObject" in said
    assert PASSWORD not in said
    assert READER_PASSWORD not in said


def test_a_malformed_secret_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "wenzhi.toml").write_text("ldap_password = 31415926\n", "utf-8")
    with pytest.raises(SettingsError, match="ldap_password") as caught:
        load_settings(tmp_path, {})
    assert "31415926" not in str(caught.value)


GOOD = Settings(
    ldap_url="ldaps://dc1.example.gov.cn",
    ldap_base=BASE,
    ldap_bind=READER,
    ldap_password="x",
    ldap_roles=ROLES,
)


def test_settings_that_are_complete_are_usable() -> None:
    require_usable(GOOD)
    require_usable(replace(GOOD, ldap_url="ldap://dc1.example.gov.cn:3268", ldap_starttls=True))
    require_usable(replace(GOOD, ldap_url="ldap://127.0.0.1"))
    require_usable(replace(GOOD, ldap_bind="", ldap_password=""))
    require_usable(Settings())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ldap_url", "ldap://dc1.example.gov.cn"),
        ("ldap_url", "http://dc1.example.gov.cn"),
        ("ldap_url", "dc1.example.gov.cn"),
        ("ldap_url", "ldaps://user:x@dc1.example.gov.cn"),
        ("ldap_url", "ldaps://dc1.example.gov.cn:99999"),
        ("ldap_starttls", True),
        ("ldap_base", ""),
        ("ldap_bind", ""),
        ("ldap_filter", "(uid=zhangsan)"),
        ("ldap_filter", "uid={name}"),
        ("ldap_filter", "(&(uid={name})"),
        ("ldap_groups", "(member=x)"),
        ("ldap_ca", Path("/nowhere/ca.pem")),
        ("ldap_roles", ""),
        ("ldap_roles", "engineer"),
        ("ldap_roles", "engineer: kb-engineers"),
        ("ldap_roles", f"boss: {STAFF}"),
        ("ldap_roles", f"administrator: {STAFF}"),
        ("ldap_roles", f"counter: {STAFF}; auditor: {ENGINEERS}"),
    ],
)
def test_settings_that_are_not_safe_or_make_no_sense_refuse_to_start(
    key: str, value: str | bool | Path
) -> None:
    with pytest.raises(SettingsError, match=key):
        require_usable(replace(GOOD, **{key: value}))  # type: ignore[arg-type]
