"""Errors of the domain: each message is Chinese, names the thing at fault and how to put it right."""

from __future__ import annotations


class WenzhiError(Exception):
    """Something a person can act on.

    `message` says what is wrong and names the thing; `remedy` says what to do about it (may be empty).
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}（处理办法：{self.remedy}）" if self.remedy else self.message


class SettingsError(WenzhiError):
    """A setting is unknown or malformed; the program must not start."""


class ModelError(WenzhiError):
    """The embedding model is missing, damaged or of a kind that cannot be used."""


class IndexStoreError(WenzhiError):
    """The index directory cannot be read or written."""


class BadQuestion(WenzhiError):
    """A question or search text that cannot be processed (empty, too long)."""


class NotFound(WenzhiError):
    """The thing asked for does not exist, or the asker may not know that it does."""


NO_ARTICLE = ("没有这篇文章", "检查地址，或从知识库目录、搜索里找")
"""Message and remedy of the NotFound for an article."""


class RecordsError(WenzhiError):
    """The records database cannot be read or written."""


class AuditError(WenzhiError):
    """The audit log cannot be written or is not in order; what was to be recorded must not be done."""


class DatasetError(WenzhiError):
    """An evaluation data set is missing or malformed."""
