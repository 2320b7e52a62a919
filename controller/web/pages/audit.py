"""Who changed what, for administrators."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.store import audit, people
from controller.store.audit import Asked, Entry
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.pages.audit_words import AUDITED, AUDITED_ACTS
from controller.web.pages.frame import go, page
from controller.web.services import Services, services_of

router = APIRouter()

Us = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]

_PAGE = 50
_LONGEST = 160
_NEWEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the audit as a person reads it; `act` and `kind` are sentences of `meanings`."""

    id: int
    at: datetime
    name: str
    address: str
    way: str
    act: str
    kind: str
    about: str
    changes: tuple[tuple[str, str, str], ...]


@router.get("/audit")
def show(
    request: Request, us: Us, who: Administrator, by: str = "", what: str = "", about: str = "", before: int = 0
) -> Response:
    older_than = before if 0 < before <= _NEWEST else None
    with us.database.read() as connection:
        found = audit.latest(connection, Asked(by, what, about, before=older_than), _PAGE + 1)
        everyone = people.names(connection)
    shown = found[:_PAGE]
    asked = {"by": by, "what": what, "about": about}
    older = _address(**asked, before=shown[-1].id) if len(found) > _PAGE else None
    return page(
        request,
        "audit.html.j2",
        who,
        lines=[_line(entry) for entry in shown],
        asked=asked,
        people=sorted(everyone.items(), key=lambda one: one[1]),
        kinds=AUDITED,
        older=older,
        newest=_address(**asked) if older_than else None,
    )


@router.get("/audit/verdict")
def verdict(request: Request, us: Us, who: Administrator) -> Response:
    return page(request, "audit_verdict.html.j2", who, proof=us.proofs.proof())


@router.post("/audit/verdict")
def prove(us: Us, who: Administrator) -> Response:
    us.proofs.prove_whole()
    return go("/audit/verdict")


def _address(**asked: object) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/audit?{query}" if query else "/audit"


def _line(entry: Entry) -> Line:
    kind, _, act = entry.what.partition(".")
    before, after = json.loads(entry.before), json.loads(entry.after)
    changes = tuple(
        (name, _short(before.get(name, "")), _short(after.get(name, ""))) for name in dict.fromkeys((*before, *after))
    )
    return Line(
        entry.id,
        entry.at,
        entry.name,
        entry.address,
        entry.way,
        AUDITED_ACTS.get(act, act),
        AUDITED.get(kind, kind),
        entry.about,
        changes,
    )


def _short(value: object) -> str:
    words = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]} …"
