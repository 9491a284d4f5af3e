"""Who is known to the directory signs in with the directory's password, and gets the role that its groups give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from kb.accounts.accounts import LDAP, OIDC, Accounts
from kb.accounts.caller import Caller, at_the_server
from kb.accounts.credentials import (
    add_second_factor,
    add_with_password,
    change_password,
    confirm_password,
)
from kb.accounts.rights import Role
from kb.accounts.sealing import keys_of
from kb.accounts.second_factor import new_secret
from kb.accounts.sign_ins import resume
from kb.accounts.signing_in import From, sign_in, sign_in_by_code
from kb.audit import open_audit_log
from kb.audit.table import Filter
from kb.database import Database
from kb.errors import AccountError, NotFound, SignInError, UnansweredError
from kb.settings import Settings
from tests.slapd import (
    BASE,
    ENGINEERS,
    PASSWORD,
    PEOPLE,
    READER,
    READER_PASSWORD,
    STAFF,
    Directory,
)

HERE = From("10.0.0.7", "a browser")
LOCAL_PASSWORD = "本地-Lantern-77-quiet"


@pytest.fixture
def settings(directory: Directory, tmp_path: Path) -> Settings:
    return Settings(
        state=tmp_path,
        audit_key=tmp_path / "audit" / "key",
        ldap_url=directory.secure,
        ldap_ca=directory.ca,
        ldap_bind=READER,
        ldap_password=READER_PASSWORD,
        ldap_base=BASE,
        ldap_roles=f"engineer: {ENGINEERS}; counter: {STAFF}",
        ldap_seconds=1,
    )


@pytest.fixture
def accounts(settings: Settings) -> Iterator[Accounts]:
    database = Database(settings.database_url)
    audit = open_audit_log(settings, database)
    made = Accounts(database, audit, settings, keys_of(settings.state))
    add_with_password(made, at_the_server(), "boss", "管理员甲", Role.ADMINISTRATOR, LOCAL_PASSWORD)
    yield made
    database.close()


@pytest.fixture(scope="session")
def people(directory: Directory) -> None:
    """One of each kind; tests that change somebody add their own."""
    directory.add_person("counter1", "窗口经办员甲", STAFF)
    directory.add_person("engineer1", "工程师乙", STAFF, ENGINEERS)
    directory.add_person("nogroup", "无组的人")
    directory.add_person("boss", "目录里的同名人", ENGINEERS)


def entries(accounts: Accounts, action: str) -> list[tuple[str, str, str]]:
    found = accounts.audit.entries(Filter(action=action))
    return [(entry.name, entry.subject, entry.detail) for entry in found]


def down(accounts: Accounts) -> Accounts:
    """The same while the directory cannot be reached."""
    url = "ldaps://127.0.0.1:1"
    return replace(accounts, settings=replace(accounts.settings, ldap_url=url))


@pytest.mark.usefixtures("people")
def test_the_first_sign_in_makes_the_account_with_the_role_of_the_groups(
    accounts: Accounts,
) -> None:
    passed = sign_in(accounts, " Engineer1 ", PASSWORD, HERE)
    made = accounts.named("engineer1")
    assert passed.account == made
    assert (made.origin, made.role, made.display_name) == (LDAP, Role.ENGINEER, "工程师乙")
    assert not made.has_password
    found = resume(accounts, passed.bearer)
    assert found is not None
    assert found.id == made.id
    assert entries(accounts, "account_added")[0] == ("单位目录服务", "engineer1", "驻场工程师")
    assert sign_in(accounts, "counter1", PASSWORD, HERE).account.role is Role.COUNTER


@pytest.mark.usefixtures("people")
def test_a_second_sign_in_finds_the_same_account(accounts: Accounts) -> None:
    first = sign_in(accounts, "counter1", PASSWORD, HERE).account
    assert sign_in(accounts, "ｃｏｕｎｔｅｒ1", PASSWORD, HERE).account == first


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("counter1", "wrong"),
        ("counter1", ""),
        ("counter1", "\u00ad"),
        ("nobody-there", PASSWORD),
        ("*)(uid=*", PASSWORD),
        ("boss", "wrong"),
        ("boss", PASSWORD),
        ("nogroup", "wrong"),
    ],
)
def test_whatever_is_wrong_is_told_in_the_same_words_and_makes_no_account(
    accounts: Accounts, name: str, password: str
) -> None:
    with pytest.raises(SignInError) as caught:
        sign_in(accounts, name, password, HERE)
    assert caught.value.message == "账号或密码不对"
    assert [item.name for item in accounts.every()] == ["boss"]
    assert entries(accounts, "sign_in_failed")[0][2] == "账号或密码不对"


@pytest.mark.usefixtures("people")
def test_a_local_account_is_never_the_directorys_of_that_name(accounts: Accounts) -> None:
    assert sign_in(accounts, "boss", LOCAL_PASSWORD, HERE).account.role is Role.ADMINISTRATOR
    assert accounts.named("boss").display_name == "管理员甲"


@pytest.mark.usefixtures("people")
def test_an_account_of_the_sign_in_service_is_not_the_directorys(accounts: Accounts) -> None:
    accounts.add(at_the_server(), "counter1", "", Role.SUPERVISOR, OIDC)
    with pytest.raises(SignInError, match="账号或密码不对"):
        sign_in(accounts, "counter1", PASSWORD, HERE)
    assert accounts.named("counter1").origin == OIDC


@pytest.mark.usefixtures("people")
def test_who_is_in_no_group_is_told_so_and_gets_no_account(accounts: Accounts) -> None:
    for _ in range(accounts.settings.lockout_tries + 1):
        with pytest.raises(SignInError, match="没有使用本系统的权限"):
            sign_in(accounts, "nogroup", PASSWORD, HERE)
    with pytest.raises(NotFound):
        accounts.named("nogroup")
    assert entries(accounts, "sign_in_failed")[0][1] == "（没有这个账号）"


@pytest.mark.usefixtures("people")
def test_wrong_passwords_lock_a_name_of_the_directory_too(accounts: Accounts) -> None:
    for _ in range(accounts.settings.lockout_tries):
        with pytest.raises(SignInError, match="账号或密码不对"):
            sign_in(accounts, "counter1", "wrong", HERE)
    with pytest.raises(SignInError, match="尝试次数过多"):
        sign_in(accounts, "counter1", PASSWORD, From("10.0.0.8"))


@pytest.mark.usefixtures("people")
def test_a_disabled_account_stays_out_whatever_the_directory_says(accounts: Accounts) -> None:
    made = sign_in(accounts, "counter1", PASSWORD, HERE).account
    accounts.disable(at_the_server(), made.id)
    with pytest.raises(SignInError, match="账号或密码不对"):
        sign_in(accounts, "counter1", PASSWORD, HERE)


def test_a_changed_name_and_role_come_along_and_end_the_other_sign_ins(
    accounts: Accounts, directory: Directory
) -> None:
    directory.add_person("mover", "王五", STAFF)
    first = sign_in(accounts, "mover", PASSWORD, HERE)
    dn = f"uid=mover,{PEOPLE}"
    directory.modify(dn, {"cn": [("MODIFY_REPLACE", ["王五妹"])]})
    directory.modify(ENGINEERS, {"member": [("MODIFY_ADD", [dn])]})
    second = sign_in(accounts, "mover", PASSWORD, HERE)
    assert second.account.id == first.account.id
    assert (second.account.role, second.account.display_name) == (Role.ENGINEER, "王五妹")
    assert resume(accounts, first.bearer) is None
    assert resume(accounts, second.bearer) is not None
    assert entries(accounts, "role_changed")[0] == (
        "单位目录服务",
        "mover",
        "窗口经办 → 驻场工程师",
    )
    assert entries(accounts, "account_changed")[0][2] == "王五 → 王五妹"


def test_who_left_all_groups_is_signed_out_at_the_next_try(
    accounts: Accounts, directory: Directory
) -> None:
    directory.add_person("leaver", "赵六", STAFF)
    first = sign_in(accounts, "leaver", PASSWORD, HERE)
    directory.modify(STAFF, {"member": [("MODIFY_DELETE", [f"uid=leaver,{PEOPLE}"])]})
    with pytest.raises(SignInError, match="没有使用本系统的权限"):
        sign_in(accounts, "leaver", PASSWORD, HERE)
    assert resume(accounts, first.bearer) is None


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_group_takes_away_what_was_given_here(accounts: Accounts, role: Role) -> None:
    made = sign_in(accounts, "counter1", PASSWORD, HERE).account
    accounts.change_role(at_the_server(), made.id, role)
    assert sign_in(accounts, "counter1", PASSWORD, HERE).account.role is role


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("Jürgen Müller-Groß", "Jürgen Müller-Groß"),
        ("张三(信息科)", "张三（信息科）"),
        ("<script>alert(1)</script>", "odd"),
        ("字" * 60, "字" * 32),
    ],
)
def test_a_display_name_that_pages_cannot_show_is_replaced(
    accounts: Accounts, directory: Directory, shown: str, kept: str
) -> None:
    name = f"odd{sum(map(ord, shown))}"
    directory.add_person(name, shown, STAFF)
    assert sign_in(accounts, name, PASSWORD, HERE).account.display_name.startswith(kept)


@pytest.mark.usefixtures("people")
def test_while_the_directory_is_down_local_accounts_go_on(accounts: Accounts) -> None:
    made = sign_in(accounts, "counter1", PASSWORD, HERE).account
    without = down(accounts)
    for _ in range(accounts.settings.lockout_tries + 1):
        with pytest.raises(UnansweredError, match="连不上"):
            sign_in(without, "counter1", PASSWORD, HERE)
    assert sign_in(without, "boss", LOCAL_PASSWORD, HERE).bearer
    assert sign_in(accounts, "counter1", PASSWORD, HERE).account == made


def test_while_the_directory_is_down_nothing_tells_which_accounts_are_local(
    accounts: Accounts,
) -> None:
    without, said = down(accounts), set()
    for name in ("boss", "nobody-there"):
        with pytest.raises(SignInError) as caught:
            sign_in(without, name, "wrong", HERE)
        said.add(str(caught.value))
    assert len(said) == 1


def test_while_the_directory_is_down_local_passwords_cannot_be_guessed_without_end(
    accounts: Accounts,
) -> None:
    without = down(accounts)
    for _ in range(accounts.settings.lockout_tries):
        with pytest.raises(UnansweredError):
            sign_in(without, "boss", "wrong", HERE)
    with pytest.raises(SignInError, match="尝试次数过多"):
        sign_in(without, "boss", LOCAL_PASSWORD, HERE)


@pytest.mark.usefixtures("people")
def test_without_a_directory_its_accounts_cannot_sign_in(accounts: Accounts) -> None:
    sign_in(accounts, "counter1", PASSWORD, HERE)
    without = replace(accounts, settings=replace(accounts.settings, ldap_url=""))
    with pytest.raises(SignInError, match="账号或密码不对"):
        sign_in(without, "counter1", PASSWORD, HERE)


@pytest.mark.usefixtures("people")
def test_one_time_codes_are_asked_for_after_the_directorys_password(accounts: Accounts) -> None:
    made = sign_in(accounts, "counter1", PASSWORD, HERE).account
    secret = new_secret()
    by = Caller(made.identity, "10.0.0.7")
    codes = add_second_factor(accounts, by, secret, pyotp.TOTP(secret).now())
    waiting = sign_in(accounts, "counter1", PASSWORD, HERE)
    assert waiting.bearer == ""
    assert sign_in_by_code(accounts, made.id, codes[0], HERE).bearer


@pytest.mark.usefixtures("people")
def test_the_directorys_password_confirms_and_is_not_changed_here(accounts: Accounts) -> None:
    by = Caller(sign_in(accounts, "counter1", PASSWORD, HERE).account.identity, "10.0.0.7")
    confirm_password(accounts, by, PASSWORD)
    with pytest.raises(AccountError, match="现在的密码不对"):
        confirm_password(accounts, by, "wrong")
    with pytest.raises(AccountError, match="密码不在本系统里"):
        change_password(accounts, by, PASSWORD, "另一个-Lantern-52-quiet")
