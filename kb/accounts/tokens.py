"""Tokens with which programs use the interface: limited to some rights, ended by time or by will, hashed at rest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from kb.accounts.accounts import Accounts, account_of, row_of
from kb.accounts.bearer import fingerprint, is_bearer, new_bearer
from kb.accounts.caller import Caller
from kb.accounts.identity import Identity, limited
from kb.accounts.rights import RIGHT_NAMES, TOKEN_RIGHTS, Right
from kb.audit.entry import Action
from kb.errors import AccountError, NotFound, NotYours
from kb.models import TokenRow

PREFIX = "wz_"
MOST_DAYS = 366
_MOST_TOKENS = 20
_LONGEST_NAME = 32
_NO_TOKEN = ("没有这个令牌", "回到令牌列表重新选择")
_USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner may know it; moments in UTC."""

    id: str
    name: str
    rights: frozenset[Right]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def make_token(
    accounts: Accounts, by: Caller, name: str, rights: Collection[Right], days: int
) -> str:
    """A new token of one's own, shown once. Raises AccountError for rights that one does not hold."""
    name, rights = name.strip()[:_LONGEST_NAME], frozenset(rights)
    if not name or not rights:
        raise AccountError("令牌要有名称和至少一项权限", "写明给哪个程序用，勾选它需要的权限")
    if not rights <= by.identity.rights & TOKEN_RIGHTS:
        raise AccountError("令牌不能有这些权限", "只能勾选自己有的、允许给程序用的权限")
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(f"有效期“{days}天”不能用", f"1到{MOST_DAYS}天")
    bearer, moment = new_bearer(PREFIX), accounts.clock()
    with accounts.database.writing() as session:
        if len(_of_account(accounts, by.identity.account)) >= _MOST_TOKENS:
            raise AccountError(f"令牌最多{_MOST_TOKENS}个", "先删除不用的")
        session.add(
            TokenRow(
                id=uuid4().hex,
                account_id=by.identity.account,
                fingerprint=fingerprint(bearer),
                name=name,
                rights=sorted(rights),
                created_at=moment,
                expires_at=moment + timedelta(days=days),
                used_at=None,
            )
        )
        said = "、".join(RIGHT_NAMES[right] for right in sorted(rights))
        accounts.audit.append(session, by.event(Action.TOKEN_MADE, name, detail=said))
    return bearer


def revoke_token(accounts: Accounts, by: Caller, identifier: str) -> None:
    """End a token of one's own. Raises NotFound, for another's NotYours."""
    with accounts.database.writing() as session:
        row = session.get(TokenRow, identifier)
        if row is None:
            raise NotFound(*_NO_TOKEN)
        if row.account_id != by.identity.account:
            raise NotYours(*_NO_TOKEN)
        session.delete(row)
        accounts.audit.append(session, by.event(Action.TOKEN_REVOKED, row.name))


def bearer_of_token(accounts: Accounts, bearer: str) -> Identity | None:
    """Who shows a token, with no more rights than it and its owner have; None when it does not hold."""
    if not is_bearer(bearer, PREFIX):
        return None
    moment = accounts.clock()
    with accounts.database.reading() as session:
        wanted = select(TokenRow).where(TokenRow.fingerprint == fingerprint(bearer))
        row = session.scalar(wanted)
        if row is None or row.expires_at <= moment:
            return None
        account = account_of(row_of(session, row.account_id))
    if account.disabled_at is not None:
        return None
    if row.used_at is None or moment - row.used_at >= _USED_EVERY:
        with accounts.database.writing() as session:
            known = session.get(TokenRow, row.id)
            if known is not None:
                known.used_at = moment
    return limited(account.identity, frozenset(map(Right, row.rights)) & TOKEN_RIGHTS)


def tokens_of(accounts: Accounts, account_id: str) -> list[Token]:
    """The tokens of an account, the newest first."""
    return [
        Token(
            row.id,
            row.name,
            frozenset(map(Right, row.rights)),
            row.created_at,
            row.expires_at,
            row.used_at,
        )
        for row in _of_account(accounts, account_id)
    ]


def _of_account(accounts: Accounts, account_id: str) -> list[TokenRow]:
    wanted = (
        select(TokenRow)
        .where(TokenRow.account_id == account_id)
        .order_by(TokenRow.created_at.desc())
    )
    with accounts.database.reading() as session:
        return list(session.scalars(wanted))
