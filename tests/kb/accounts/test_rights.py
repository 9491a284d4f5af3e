"""The table of roles and rights says what DESIGN says of them, and gives nobody more than one duty."""

from __future__ import annotations

import pytest

from kb.accounts.identity import NOBODY, VISITOR, identity_of, limited
from kb.accounts.rights import (
    LEVELS,
    RIGHT_NAMES,
    RIGHTS,
    ROLE_NAMES,
    TOKEN_RIGHTS,
    VISITOR_RIGHTS,
    Right,
    Role,
)
from kb.types import ACCESS_LEVELS

HOLDERS = {
    Right.READ: "counter engineer supervisor administrator",
    Right.REPORT: "counter engineer supervisor administrator",
    Right.INSPECT: "engineer",
    Right.WORK_PROBLEMS: "engineer supervisor",
    Right.EDIT: "engineer",
    Right.OVERSEE: "supervisor",
    Right.MEASURE: "engineer administrator",
    Right.ADMINISTER: "administrator",
    Right.AUDIT: "auditor",
    Right.OWN: "counter engineer supervisor administrator auditor",
}


@pytest.mark.parametrize("right", Right)
def test_a_right_is_held_by_these_roles_and_no_other(right: Right) -> None:
    assert {role for role in Role if right in RIGHTS[role]} == set(
        map(Role, HOLDERS[right].split())
    )


def test_every_role_and_right_has_a_name_for_people() -> None:
    assert set(ROLE_NAMES) == set(RIGHTS) == set(LEVELS) == set(Role)
    assert set(RIGHT_NAMES) == set(Right)
    assert len(set(ROLE_NAMES.values())) == len(Role)


def test_duties_that_check_each_other_are_never_one_persons() -> None:
    for role in Role:
        assert len(RIGHTS[role] & {Right.ADMINISTER, Right.AUDIT, Right.EDIT}) <= 1


def test_only_who_reads_has_levels_and_staff_is_open_to_all_of_them() -> None:
    for role in Role:
        assert bool(LEVELS[role]) == (Right.READ in RIGHTS[role])
        assert LEVELS[role] <= set(ACCESS_LEVELS)
        assert not LEVELS[role] or "staff" in LEVELS[role]
    assert "admin" not in set().union(*(LEVELS[role] for role in Role if role != "administrator"))


def test_programs_and_visitors_manage_nothing() -> None:
    managing = {Right.ADMINISTER, Right.EDIT, Right.WORK_PROBLEMS, Right.OWN}
    assert not managing & TOKEN_RIGHTS
    assert not (managing | {Right.AUDIT, Right.OVERSEE}) & VISITOR_RIGHTS
    assert VISITOR.levels == {"staff"}


def test_nobody_may_nothing() -> None:
    assert not [right for right in Right if NOBODY.may(right)]
    assert NOBODY.levels == frozenset()


@pytest.mark.parametrize("role", Role)
def test_limiting_an_identity_never_adds_a_right(role: Role) -> None:
    whole = identity_of("a" * 32, "chen", role)
    assert whole.rights == RIGHTS[role]
    for right in Right:
        assert limited(whole, frozenset({right})).rights == RIGHTS[role] & {right}
    assert limited(whole, frozenset()).levels == whole.levels
