"""By what people and their programs come in, besides passwords: one-time links, API tokens, second factors.

Codes and tokens are kept as SHA-256: whoever reads the rows cannot come in with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from controller.store.people import Account, AccountId, Role, account_of
from controller.store.sealing import seal, unseal
from controller.store.tables import accounts, api_tokens, invitations

_TO_THE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """`roles` are at most used of those of its account."""

    id: str
    account: AccountId
    name: str
    roles: frozenset[Role]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """`secret` is in base32; `step` that of the code that was used last; `recovery` the digests of what is left."""

    secret: str
    step: int
    recovery: tuple[str, ...]


def invite(connection: Connection, code: str, account: AccountId, now: datetime, expires_at: datetime) -> None:
    """Any earlier invitation of this account is over."""
    unused = (invitations.c.account == account) & invitations.c.used_at.is_(None)
    connection.execute(update(invitations).where(unused).values(used_at=now))
    connection.execute(invitations.insert().values(code=code, account=account, made_at=now, expires_at=expires_at))


def invited(connection: Connection, code: str, now: datetime) -> AccountId | None:
    """Whose code it is; None when it never was, has been used, or is too old."""
    usable = (invitations.c.code == code) & invitations.c.used_at.is_(None) & (invitations.c.expires_at > now)
    account = connection.scalar(select(invitations.c.account).where(usable))
    return None if account is None else AccountId(account)


def use_invitation(connection: Connection, code: str, now: datetime) -> bool:
    usable = (invitations.c.code == code) & invitations.c.used_at.is_(None) & (invitations.c.expires_at > now)
    return connection.execute(update(invitations).where(usable).values(used_at=now)).rowcount == 1


def add_token(connection: Connection, made: ApiToken, token: str) -> None:
    """`token` is its SHA-256."""
    said = {"roles": sorted(role.value for role in made.roles), "made_at": made.made_at, "expires_at": made.expires_at}
    connection.execute(
        api_tokens.insert().values(id=made.id, token=token, account=made.account, name=made.name, **said)
    )


def tokens_of(connection: Connection, account: AccountId) -> tuple[ApiToken, ...]:
    """Newest first, without those that were revoked."""
    mine = select(api_tokens).where(api_tokens.c.account == account, api_tokens.c.revoked_at.is_(None))
    return tuple(map(_token, connection.execute(mine.order_by(api_tokens.c.made_at.desc()))))


def bearer_of(connection: Connection, token: str, now: datetime) -> tuple[Account, ApiToken] | None:
    """Whose token it is, while it holds."""
    asked = select(api_tokens).where(
        api_tokens.c.token == token, api_tokens.c.expires_at > now, api_tokens.c.revoked_at.is_(None)
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    person = connection.execute(
        select(accounts).where(accounts.c.id == row.account, accounts.c.closed_at.is_(None))
    ).one_or_none()
    return None if person is None else (account_of(person), _token(row))


def is_worth_noting(token: ApiToken, now: datetime) -> bool:
    """Its last use is kept to the minute, so that a busy program does not write with each request."""
    return token.used_at is None or now - token.used_at >= _TO_THE_MINUTE


def used(connection: Connection, token: ApiToken, now: datetime) -> None:
    connection.execute(update(api_tokens).where(api_tokens.c.id == token.id).values(used_at=now))


def revoke_token(connection: Connection, account: AccountId, token: str, now: datetime) -> bool:
    mine = (api_tokens.c.id == token) & (api_tokens.c.account == account) & api_tokens.c.revoked_at.is_(None)
    return connection.execute(update(api_tokens).where(mine).values(revoked_at=now)).rowcount == 1


def second_factor(connection: Connection, account: AccountId) -> SecondFactor | None:
    row = connection.execute(
        select(accounts.c.totp, accounts.c.totp_step, accounts.c.recovery).where(accounts.c.id == account)
    ).one()
    if not row.totp:
        return None
    return SecondFactor(unseal(connection, row.totp, _place(account)), row.totp_step, tuple(row.recovery))


def keep_second_factor(connection: Connection, account: AccountId, factor: SecondFactor | None) -> None:
    """None: there is none any more."""
    said = (
        {"totp": seal(connection, factor.secret, _place(account)), "totp_step": factor.step}
        if factor
        else {"totp": "", "totp_step": 0}
    )
    recovery = list(factor.recovery) if factor else []
    connection.execute(update(accounts).where(accounts.c.id == account).values(**said, recovery=recovery))


def use_step(connection: Connection, account: AccountId, step: int) -> bool:
    """Compare and set: False where the code of this step, or a later one, was used before."""
    newer = (accounts.c.id == account) & (accounts.c.totp_step < step)
    return connection.execute(update(accounts).where(newer).values(totp_step=step)).rowcount == 1


def _place(account: AccountId) -> str:
    return f"accounts/{account}/totp"


def _token(row: Row[tuple[object, ...]]) -> ApiToken:
    return ApiToken(
        row.id,
        AccountId(row.account),
        row.name,
        frozenset(map(Role, row.roles)),
        row.made_at,
        row.expires_at,
        row.used_at,
        row.revoked_at,
    )
