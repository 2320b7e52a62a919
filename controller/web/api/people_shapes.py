"""People, as the API takes and gives them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from controller.store.credentials import ApiToken
from controller.store.people import Account, Role
from controller.web.api.bases import Given, Taken

Name = Annotated[str, Field(max_length=200)]
Password = Annotated[str, Field(max_length=1000)]
Code = Annotated[str, Field(max_length=200)]


class LogIn(Taken):
    username: Name
    password: Password
    code: Code = Field("", description="six digits of the phone, or a recovery code, where a second factor is set up")


class WithPassword(Taken):
    password: Password


class NewPassword(Taken):
    old: Password
    new: Password


class GrantTaken(Taken):
    role: Role
    area: Annotated[str, Field(min_length=1, max_length=63, description="there, and in all areas inside")]


class NewAccount(Taken):
    username: Name
    name: Name = ""
    password: Password = Field("", description="empty: the person is invited next, by a one-time link")
    roles: list[Role] = Field(default_factory=list, description="held everywhere")
    limited: list[GrantTaken] = Field(default_factory=list, description="held in parts of the tree", max_length=500)


class AccountChange(Taken):
    """What is left out stays."""

    name: Name | None = None
    roles: list[Role] | None = None
    limited: Annotated[list[GrantTaken], Field(max_length=500)] | None = None
    closed: bool | None = None


class InvitationAccepted(Taken):
    code: Code
    password: Password


class NewToken(Taken):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    roles: Annotated[list[Role], Field(min_length=1, description="at most your own")]
    days: Annotated[int, Field(ge=1, le=366)] = 90


class SecondFactorProven(Taken):
    ticket: Annotated[str, Field(max_length=1000)]
    code: Code


class GrantGiven(Given):
    role: Role
    area: str


class AccountGiven(Given):
    id: str
    username: str
    name: str
    roles: list[Role] = Field(description="held everywhere")
    limited: list[GrantGiven] = Field(description="held in parts of the tree")

    @classmethod
    def of(cls, account: Account) -> AccountGiven:
        return cls(**_said(account))


class PersonGiven(AccountGiven):
    closed_at: datetime | None

    @classmethod
    def of(cls, account: Account, closed_at: datetime | None = None) -> PersonGiven:
        return cls(**_said(account), closed_at=closed_at)


class SessionGiven(Given):
    token: str = Field(description="send it as `Authorization: Bearer …`")
    expires_at: datetime
    account: AccountGiven


class InvitationGiven(Given):
    url: str = Field(description="shown once, works once")
    code: str
    expires_at: datetime


class TokenGiven(Given):
    id: str
    name: str
    roles: list[Role]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, token: ApiToken) -> TokenGiven:
        return cls(
            id=token.id,
            name=token.name,
            roles=sorted(token.roles, key=lambda role: role.value),
            made_at=token.made_at,
            expires_at=token.expires_at,
            used_at=token.used_at,
        )


class TokenMade(TokenGiven):
    token: str = Field(description="shown once; send it as `Authorization: Bearer …`")


class SecondFactorBegun(Given):
    secret: str = Field(description="base32, for typing into the app")
    address: str = Field(description="otpauth://…, for a QR code")
    ticket: str = Field(description="send it back with the first code")


class SecondFactorSet(Given):
    recovery_codes: list[str] = Field(description="shown once; each comes in once, in the place of the phone")


def _said(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "username": account.username,
        "name": account.name,
        "roles": sorted(account.roles, key=lambda role: role.value),
        "limited": [
            GrantGiven(role=one.role, area=one.area)
            for one in sorted(account.limited, key=lambda one: (one.area, one.role.value))
        ],
    }
