"""What a broker asks that somebody else runs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from controller.web.access import bearer
from controller.web.services import Services, services_of

router = APIRouter(tags=["devices"])

Us = Annotated[Services, Depends(services_of)]
Word = Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")]


class ComerTaken(BaseModel):
    """Whoever wants to come in at the broker, in EMQX's words."""

    username: Word = Field(default="", description="of the account; a device's is its id")
    password: Word = Field(default="", description="of the account")
    clientid: Word = Field(default="", description="under which it wants to connect")


class AdmissionGiven(BaseModel):
    """EMQX's answer of an HTTP authenticator."""

    result: Literal["allow", "deny"] = Field(description="whether it may come in")
    is_superuser: Literal[False] = Field(default=False, description="the access rules hold for everybody")
    client_attrs: dict[str, str] = Field(description="what the access rules need to know of it")


@router.post("/broker/admit", summary="EMQX asks, with its own key, whether somebody may come in")
def admit(request: Request, us: Us, body: ComerTaken) -> AdmissionGiven:
    """The key is LOA_EMQX_KEY, as bearer. Too many wrong keys are answered with 429."""
    us.admission.check_key(bearer(request) or "")
    known = us.admission.admit(body.username, body.password, body.clientid)
    return AdmissionGiven(result="deny" if known is None else "allow", client_attrs=known or {})
