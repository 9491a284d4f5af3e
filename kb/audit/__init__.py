"""The audit log: who did what, when, from where and with what outcome; nothing in it changes unnoticed."""

from __future__ import annotations

from pathlib import Path

from kb.audit.log import AuditLog
from kb.database import Database
from kb.settings import Settings


def open_audit_log(settings: Settings, database: Database) -> AuditLog:
    """The audit log that the settings name; touches nothing yet."""
    key = settings.audit_key if settings.audit_key != Path(".") else None
    return AuditLog(database, settings.audit_folder, key)
