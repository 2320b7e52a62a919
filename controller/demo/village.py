"""The commune of the demo: three villages with four loudspeakers each, and the people who run it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from controller.demo.ground import draw
from controller.store.people import Role

COMMUNE = "xa-phu-nghia"
VILLAGES = {"thon-1": "Thôn 1", "thon-2": "Thôn 2", "thon-3": "Thôn 3"}
PLACES = ("Nhà văn hóa", "Cổng làng", "Đình làng", "Trường mầm non")


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    name: str
    password: str
    roles: tuple[Role, ...]
    area: str = ""
    """Where the roles are held; empty: everywhere."""


def people() -> tuple[Person, Person]:
    """The editor, who also looks after the loudspeakers, and the approver; their passwords are made anew each time."""
    return (
        _person("soanbai", "Nguyễn Thị Hoa", Role.EDITOR, Role.TECHNICIAN),
        _person("chutich", "Trần Văn Bình", Role.APPROVER),
    )


def more_people() -> tuple[Person, ...]:
    """Who else has worked there in a month."""
    return (
        _person("phochutich", "Lê Thị Mai", Role.APPROVER),
        _person("kythuat", "Phạm Văn Sơn", Role.TECHNICIAN, Role.OPERATOR),
        _person("truongthon3", "Đỗ Văn Lực", Role.EDITOR, area="thon-3"),
    )


def administrator() -> Person:
    return _person("quantri", "Quản trị", Role.ADMINISTRATOR)


def _person(username: str, name: str, *roles: Role, area: str = "") -> Person:
    return Person(username, name, secrets.token_urlsafe(9), roles, area)


def settle(client: httpx.Client, everyone: tuple[Person, ...]) -> list[str]:
    """Through the API of a new controller, as its administrator: people, areas, and a code for each loudspeaker."""
    _post(client, "areas", {"id": COMMUNE, "kind": "commune", "name": "Xã Phú Nghĩa"})
    for village, name in VILLAGES.items():
        _post(client, "areas", {"id": village, "parent": COMMUNE, "kind": "village", "name": name})
    for person in everyone:
        account: dict[str, object] = {"username": person.username, "name": person.name, "password": person.password}
        if person.area:
            account["limited"] = [{"role": role.value, "area": person.area} for role in person.roles]
        else:
            account["roles"] = [role.value for role in person.roles]
        _post(client, "accounts", account)
    codes = []
    for village, name in VILLAGES.items():
        for number, place in enumerate(PLACES, start=1):
            device = {"device": f"loa-{village}-{number}", "area": village, "name": f"{place} {name.lower()}"}
            codes.append(str(_post(client, "enrolment-codes", device)["code"]))
    draw(client)
    return codes


def log_in(client: httpx.Client, username: str, password: str) -> None:
    """From now on `client` speaks as this person."""
    session = _post(client, "session", {"username": username, "password": password})
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {session['token']}"


def _post(client: httpx.Client, path: str, body: Mapping[str, object]) -> dict[str, object]:
    answer = client.post(f"/api/v1/{path}", json=body)
    answer.raise_for_status()
    found: dict[str, object] = answer.json()
    return found
