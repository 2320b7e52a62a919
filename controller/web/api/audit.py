"""Who changed what: to be read, taken along, and proven whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from controller.auditing.exporting import as_csv, as_json_lines
from controller.store import audit
from controller.store.audit import Asked
from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.bases import Given
from controller.web.services import Services, services_of

router = APIRouter(tags=["audit"])

Us = Annotated[Services, Depends(services_of)]
Administrator = Annotated[Account, Depends(need(Role.ADMINISTRATOR))]
Word = Annotated[str, Query(max_length=200)]


class AuditRowGiven(Given):
    id: int
    at: datetime
    who: str = Field(description="account; empty: the controller itself")
    name: str
    session: str = Field(description="tells sessions and tokens of one account apart")
    address: str
    way: str = Field(description="request or command")
    what: str = Field(description="as in programmes.changed")
    about: str
    before: str = Field(description="JSON: what was different before")
    after: str = Field(description="JSON: what is different now")
    digest: str = Field(description="SHA-256 of the row before and of this one")


class FaultGiven(Given):
    row: int
    code: str
    words: str


class VerdictGiven(Given):
    whole: bool
    rows: int
    first: int
    last: int
    anchors: int = Field(description="signed anchors that these rows meet")
    faults: list[FaultGiven]


class Form(StrEnum):
    JSON_LINES = "jsonl"
    CSV = "csv"


@router.get("/audit", summary="Who changed what, newest first")
def list_entries(
    us: Us,
    _: Administrator,
    who: Word = "",
    what: Annotated[str, Query(max_length=80, description="a kind, or its beginning: as in programmes")] = "",
    about: Word = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="rows older than this id")] = None,
    most: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[AuditRowGiven]:
    with us.database.read() as connection:
        found = audit.latest(connection, Asked(who, what, about, since, until, before), most)
    return [AuditRowGiven.model_validate(entry) for entry in found]


@router.get(
    "/audit/export",
    summary="All rows: JSON lines with the signed anchors, or a table",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}, "text/csv": {}}}},
)
def export(us: Us, _: Administrator, format: Form = Form.JSON_LINES) -> StreamingResponse:
    def lines() -> Iterator[str]:
        with us.database.read() as connection:
            rows = audit.entries(connection)
            yield from as_csv(rows) if format is Form.CSV else as_json_lines(rows, audit.anchors(connection))

    media_type = "text/csv; charset=utf-8" if format is Form.CSV else "application/x-ndjson"
    kept_as = f'attachment; filename="audit.{format.value}"'
    return StreamingResponse(lines(), media_type=media_type, headers={"Content-Disposition": kept_as})


@router.get("/audit/verdict", summary="Whether the audit is whole: nothing altered, put in or taken out")
def verdict(us: Us, _: Administrator) -> VerdictGiven:
    return VerdictGiven.model_validate(us.proofs.prove_whole())
