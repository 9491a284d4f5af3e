"""What the audit log says of what was refused."""

from __future__ import annotations

from kb.audit.table import Filter
from web.services import Services


def refusals(services: Services, action: str) -> list[tuple[str, str]]:
    """Account and subject of the refused entries of an action, the newest first."""
    entries = services.audit.entries(Filter(action=action, outcome="refused"))
    return [(entry.name, entry.subject) for entry in entries]
