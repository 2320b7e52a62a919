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


def people() -> tuple[Person, Person]:
    """The editor, who also looks after the loudspeakers, and the approver; their passwords are made anew each time."""
    return (
        Person("soanbai", "Nguyễn Thị Hoa", secrets.token_urlsafe(9), (Role.EDITOR, Role.TECHNICIAN)),
        Person("chutich", "Trần Văn Bình", secrets.token_urlsafe(9), (Role.APPROVER,)),
    )


def settle(client: httpx.Client, everyone: tuple[Person, ...]) -> list[str]:
    """Through the API of a new controller, as its administrator: people, areas, and a code for each loudspeaker."""
    for person in everyone:
        roles = [role.value for role in person.roles]
        _post(
            client,
            "accounts",
            {"username": person.username, "name": person.name, "password": person.password, "roles": roles},
        )
    _post(client, "areas", {"id": COMMUNE, "kind": "commune", "name": "Xã Phú Nghĩa"})
    codes = []
    for village, name in VILLAGES.items():
        _post(client, "areas", {"id": village, "parent": COMMUNE, "kind": "village", "name": name})
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
