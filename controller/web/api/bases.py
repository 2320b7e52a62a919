"""What all bodies of the API have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Taken(BaseModel):
    """A request body: unknown fields are a mistake of the sender."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Given(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)
