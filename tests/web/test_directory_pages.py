"""People of the bureau's directory at the pages: they sign in as all do, and what this service asks for still holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kb.accounts.rights import Role
from tests.slapd import BASE, ENGINEERS, PASSWORD, READER, READER_PASSWORD, STAFF, Directory
from tests.web.people import person, sign_in
from tests.web.reading import page, text
from web.app import create_app
from web.services import Services

Opened = Callable[..., FlaskClient]


@pytest.fixture(scope="session", autouse=True)
def _people(directory: Directory) -> None:
    directory.add_person("page1", "窗口经办员乙", STAFF)
    directory.add_person("page2", "无组的人")


@pytest.fixture
def opened_with(guarded: Services, directory: Directory) -> Opened:
    """A browser at a service with this directory, and further settings of the test's own."""

    def open_with(**further: object) -> FlaskClient:
        settings = replace(
            guarded.settings,
            ldap_url=directory.secure,
            ldap_ca=directory.ca,
            ldap_bind=READER,
            ldap_password=READER_PASSWORD,
            ldap_base=BASE,
            ldap_roles=f"engineer: {ENGINEERS}; counter: {STAFF}",
            **further,  # type: ignore[arg-type]
        )
        accounts = replace(guarded.accounts, settings=settings)
        return create_app(replace(guarded, settings=settings, accounts=accounts)).test_client()

    return open_with


def test_somebody_of_the_directory_signs_in_and_may_what_the_role_may(opened_with: Opened) -> None:
    client = opened_with()
    assert sign_in(client, "page1", PASSWORD) == 302
    assert client.get("/").status_code == 200
    assert client.get("/admin/accounts").status_code == 403
    profile = text(page(client, "/profile/"))
    assert "窗口经办员乙" in profile
    assert "由单位统一身份系统管理" in profile
    assert "修改密码" not in profile


@pytest.mark.parametrize(
    ("name", "password"), [("page1", "wrong"), ("page2", PASSWORD), ("nobody-there", PASSWORD)]
)
def test_others_stay_out(opened_with: Opened, name: str, password: str) -> None:
    client = opened_with()
    assert sign_in(client, name, password) == 401
    assert client.get("/").status_code == 302


def test_a_directory_that_is_down_is_said_and_local_accounts_go_on(opened_with: Opened) -> None:
    client = opened_with(ldap_seconds=1)
    services: Services = client.application.extensions["wenzhi"]
    down = replace(services.accounts.settings, ldap_url="ldaps://127.0.0.1:1")
    client.application.extensions["wenzhi"] = replace(
        services, accounts=replace(services.accounts, settings=down)
    )
    assert sign_in(client, "page1", PASSWORD) == 401
    assert sign_in(client, Role.COUNTER.value) == 302


def test_one_time_codes_are_required_of_the_directorys_people_too(opened_with: Opened) -> None:
    client = opened_with(second_factor="required")
    assert sign_in(client, "page1", PASSWORD) == 302
    assert client.get("/").location == "/profile/second-factor"


def test_an_administrator_sees_where_accounts_come_from(opened_with: Opened) -> None:
    client = opened_with()
    assert sign_in(client, "page1", PASSWORD) == 302
    services: Services = client.application.extensions["wenzhi"]
    made = services.accounts.named("page1")
    office = person(client.application, Role.ADMINISTRATOR)
    assert "目录服务" in text(page(office, "/admin/security"))
    shown = text(page(office, f"/admin/accounts/{made.id}"))
    assert "由单位统一身份系统管理" in shown
    assert "生成设置密码的链接" not in shown
    assert READER_PASSWORD not in office.get("/admin/security").text
