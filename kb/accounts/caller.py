"""Who does something, and from where: what every entry of the audit log begins with."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, replace

from kb.accounts.identity import NOBODY, Identity
from kb.accounts.rights import Role
from kb.audit.entry import Action, Event, Outcome, event_by


@dataclass(frozen=True, slots=True)
class Caller:
    """One who asks, and the address (IP, or 本机) that the request comes from."""

    identity: Identity
    address: str

    def event(
        self, action: Action, subject: str = "", outcome: Outcome = Outcome.OK, detail: str = ""
    ) -> Event:
        """What the audit log is told of something this one did, or was refused."""
        event = event_by(self.identity, action, subject, outcome, detail, self.address)
        return event if self.identity.account else replace(event, role="")


def at_the_server() -> Caller:
    """Whoever works on the server's command line."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "未知"
    identity = Identity("", f"服务器命令行:{user}", Role.ADMINISTRATOR, frozenset(), frozenset())
    return Caller(identity, "本机")


def the_service() -> Caller:
    """The service itself, in what it does on time without being asked."""
    return Caller(Identity("", "系统定时任务", Role.COUNTER, frozenset(), frozenset()), "本机")


def nobody(address: str) -> Caller:
    """Somebody who has not proved who they are."""
    return Caller(NOBODY, address)
