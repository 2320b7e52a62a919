"""The documents of Mosquitto's dynamic security plugin: accounts and roles as JSON. Pure.

Each principal has one role, named like its account.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from controller.fleet.broker.access import Principal
from devices.link.filters import has_wildcard

CONTROL = "$CONTROL/dynamic-security/v1"
RESPONSE = f"{CONTROL}/response"
ITERATIONS = 101
"""As the plugin itself does it: passwords are long and random, and thousands of devices may come back at once."""

PAGE = 100
"""So many roles fit into one message."""

Document = dict[str, Any]

ADMIN = Principal("loa.accounts", speaks=(CONTROL,), hears=(RESPONSE,), client_id="loa.accounts")
"""The controller's own account for changing accounts; no device id has a dot in it."""

_NOTHING = {"publishClientSend": False, "publishClientReceive": False, "subscribe": False, "unsubscribe": True}


def document(
    existing: Document | None, changes: Mapping[str, tuple[Principal, str] | None], salt: Callable[[], bytes]
) -> Document:
    """The plugin's file: what is in `existing`, but the accounts in `changes` (with passwords) as they say, or gone."""
    kept = {} if existing is None else existing
    new = [change for change in changes.values() if change is not None]
    return {
        "defaultACLAccess": _NOTHING,
        "clients": [client for client in kept.get("clients", ()) if client["username"] not in changes]
        + [{**_client(principal), **_hashed(password, salt())} for principal, password in new],
        "groups": kept.get("groups", []),
        "roles": [role for role in kept.get("roles", ()) if role["rolename"] not in changes]
        + [_role(principal) for principal, _ in new],
    }


def allow(principal: Principal, password: str) -> list[Document]:
    """Commands that make the account, or change it into what it shall be. The makers fail when it is there already."""
    client = {**_client(principal), "password": password}
    return [
        {"command": "createRole", **_role(principal)},
        {"command": "modifyRole", **_role(principal)},
        {"command": "createClient", **client},
        {"command": "modifyClient", **client},
    ]


def list_roles(offset: int) -> list[Document]:
    """The command that tells of so many roles, all that they may included."""
    return [{"command": "listRoles", "verbose": True, "count": PAGE, "offset": offset}]


def listed(responses: Iterable[Document]) -> list[Document]:
    """The roles that were told of."""
    return [role for response in responses for role in response.get("data", {}).get("roles", ())]


def renew(principals: Iterable[Principal], found: Iterable[Document]) -> list[Document]:
    """Commands that make the roles that were `found` into what they shall be; none for those that are."""
    known = {role["rolename"]: _rights(role) for role in found}
    wanted = [_role(principal) for principal in principals]
    return [
        {"command": "modifyRole", **role}
        for role in wanted
        if role["rolename"] in known and known[role["rolename"]] != _rights(role)
    ]


def revoke(username: str) -> list[Document]:
    """Commands that end the account and its connections. Both fail when it is not there."""
    return [{"command": "deleteClient", "username": username}, {"command": "deleteRole", "rolename": username}]


def refusals(responses: Iterable[Document]) -> list[str]:
    """What went wrong, apart from things being so already."""
    return [
        f"{response.get('command')}: {response['error']}"
        for response in responses
        if response.get("error") and not _is_so_already(response)
    ]


def _is_so_already(response: Document) -> bool:
    verb = str(response.get("command"))[:6]
    return (verb == "create" and "exists" in response["error"]) or (
        verb == "delete" and "not found" in response["error"]
    )


def _client(principal: Principal) -> Document:
    client: Document = {"username": principal.username, "roles": [{"rolename": principal.username}]}
    if principal.client_id is not None:
        client["clientid"] = principal.client_id
    return client


def _role(principal: Principal) -> Document:
    acls = [_acl("publishClientSend", topic) for topic in principal.speaks]
    for topic in principal.hears:
        acls.append(_acl("subscribePattern" if has_wildcard(topic) else "subscribeLiteral", topic))
        acls.append(_acl("publishClientReceive", topic))
    return {"rolename": principal.username, "acls": acls}


def _rights(role: Document) -> set[tuple[str, str, bool]]:
    return {(one["acltype"], one["topic"], one["allow"]) for one in role.get("acls", ())}


def _acl(kind: str, topic: str) -> Document:
    return {"acltype": kind, "topic": topic, "priority": 0, "allow": True}


def _hashed(password: str, salt: bytes) -> Document:
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS, dklen=64)
    return {
        "password": base64.b64encode(digest).decode(),
        "salt": base64.b64encode(salt).decode(),
        "iterations": ITERATIONS,
    }
