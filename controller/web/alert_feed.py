"""What anybody may read without logging in: the warnings that are being said, signed by the commune."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from controller.errors import NotFound
from controller.web.access import Number
from controller.web.services import Services, services_of

router = APIRouter(tags=["public"])

Us = Annotated[Services, Depends(services_of)]
_SHORT = "public, max-age=30"


@router.get("/public/alerts.atom", summary="The warnings in force, as an Atom feed of CAP 1.2", response_class=Response)
def feed(us: Us, request: Request) -> Response:
    rows = us.warnings.mirror.active()
    tag = '"' + hashlib.sha256(b"".join(one.document for one in rows)).hexdigest()[:32] + '"'
    headers = {"ETag": tag, "Cache-Control": _SHORT}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    body = us.warnings.mirror.feed(f"{us.settings.url}/public/alerts")
    return Response(body, media_type="application/atom+xml", headers=headers)


@router.get("/public/alerts.pem", summary="The certificate under which the commune signs", response_class=Response)
def certificate(us: Us) -> Response:
    return Response(us.warnings.mirror.certificate, media_type="application/x-pem-file")


@router.get("/public/alerts/{alert}.cap", summary="One warning in force, as signed CAP 1.2", response_class=Response)
def message(us: Us, alert: Number) -> Response:
    found = us.warnings.mirror.find(alert)
    if found is None:
        raise NotFound("unknown-alert", "There is no alert {alert}.", alert=alert)
    return Response(found.document, media_type="application/cap+xml", headers={"Cache-Control": _SHORT})
