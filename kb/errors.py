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


class NotYours(NotFound):
    """The thing is there, but not for the asker: told as if there were none, and put on record."""


class DeadLink(NotFound):
    """A one-time link that holds no more, or never did: put on record, since somebody may be guessing."""


NO_ARTICLE = ("没有这篇文章", "检查地址，或从知识库目录、搜索里找")
"""Message and remedy of the NotFound for an article."""


class RecordsError(WenzhiError):
    """The records database cannot be read or written."""


class AuditError(WenzhiError):
    """The audit log cannot be written or is not in order; what was to be recorded must not be done."""


class DatasetError(WenzhiError):
    """An evaluation data set is missing or malformed."""


class AccountError(WenzhiError):
    """An account, a password or a code cannot be used as asked; its message is for whoever typed it."""


class SignInError(WenzhiError):
    """Signing in is refused; never says whether the account exists."""


class UnansweredError(SignInError):
    """The directory or sign-in service that knows the password could not be asked: nothing was found wrong.

    `why` is for the log and for engineers: it may name servers.
    """

    def __init__(self, message: str, remedy: str = "", why: str = "") -> None:
        super().__init__(message, remedy)
        self.why = why


class NotSignedIn(WenzhiError):
    """Only those who signed in are served here, and the asker has not."""


class NotAllowed(WenzhiError):
    """The asker is known and lacks the right for this."""


class ForgedRequest(WenzhiError):
    """A request that no page of this service sends: from another site, by another name, through a proxy."""


class HostileInput(WenzhiError):
    """What no link, no page and no person sends: somebody looks for a way out of the folders. Put on record."""


class ChangeRefused(AccountError):
    """A change of accounts that its asker must not make, whatever rights they hold. Put on record."""


class SecretError(WenzhiError):
    """The key file, or something sealed with its key, cannot be used."""
