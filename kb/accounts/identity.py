"""Who is asking: an account that signed in, a program with a token, or a visitor of the trial."""

from __future__ import annotations

from dataclasses import dataclass

from kb.accounts.rights import LEVELS, RIGHTS, VISITOR_RIGHTS, Right, Role


@dataclass(frozen=True, slots=True)
class Identity:
    """One who asks: what they may do (`rights`) and which articles they may read (`levels`).

    `account` is empty for a visitor of the trial. `name` is what the audit log writes.
    """

    account: str
    name: str
    role: Role
    rights: frozenset[Right]
    levels: frozenset[str]

    def may(self, right: Right) -> bool:
        """Whether this one holds a right."""
        return right in self.rights


VISITOR = Identity("", "试用访客", Role.COUNTER, VISITOR_RIGHTS, LEVELS[Role.COUNTER])

NOBODY = Identity("", "未登录", Role.COUNTER, frozenset(), frozenset())
"""Somebody who has not proved who they are."""


def identity_of(account: str, name: str, role: Role) -> Identity:
    """Who holds an account of a role."""
    return Identity(account, name, role, RIGHTS[role], LEVELS[role])


def limited(identity: Identity, rights: frozenset[Right]) -> Identity:
    """The same one with no other rights than these, as a token gives them."""
    return Identity(
        identity.account, identity.name, identity.role, identity.rights & rights, identity.levels
    )
