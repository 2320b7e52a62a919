"""The commune's own words: how its place names and abbreviations are said, every version of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from controller.errors import NotFound
from controller.store import lexicon, people
from controller.store.lexicon import Change, LexiconVersion
from controller.store.people import Account, AccountId, Role
from controller.web.access import need
from controller.web.api.bases import Given, Taken
from controller.web.services import Services, services_of

router = APIRouter(tags=["lexicon"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Editor = Annotated[Account, Depends(need(Role.EDITOR))]

_LATEST = 200


class NewEntry(Taken):
    written: str
    spoken: str
    note: str = ""


class ChangeGiven(Given):
    version: int = Field(description="of the whole lexicon, from this change on")
    written: str
    spoken: str | None = Field(description="null: the entry was taken out")
    note: str
    changed_by: str
    changed_at: datetime


class LexiconGiven(Given):
    version: int
    entries: list[ChangeGiven]


@router.get("/lexicon", summary="The commune's own words, now or as they stood in an earlier version")
def read_lexicon(us: Us, _: Anyone, version: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None) -> LexiconGiven:
    with us.database.read() as connection:
        now = lexicon.version(connection)
        if version is not None and version > now:
            raise NotFound("unknown-version", "The lexicon has no version {version} yet.", version=version)
        names = people.names(connection)
        wanted = None if version is None else LexiconVersion(version)
        found = [change_given(one, names) for one in lexicon.entries(connection, wanted)]
    return LexiconGiven(version=now if version is None else version, entries=found)


@router.get("/lexicon/changes", summary="Who changed which word, newest first")
def list_changes(us: Us, _: Anyone) -> list[ChangeGiven]:
    with us.database.read() as connection:
        names = people.names(connection)
        return [change_given(one, names) for one in lexicon.history(connection, _LATEST)]


@router.put("/lexicon", summary="Say a written form this way from now on")
def put_entry(us: Us, body: NewEntry, who: Editor) -> ChangeGiven:
    change = us.own_words.put(body.written, body.spoken, body.note, who)
    return _given(us, change)


@router.delete("/lexicon", summary="Take a written form out")
def remove_entry(us: Us, written: Annotated[str, Query(max_length=1000)], who: Editor) -> ChangeGiven:
    return _given(us, us.own_words.remove(written, who))


def _given(us: Services, change: Change) -> ChangeGiven:
    with us.database.read() as connection:
        return change_given(change, people.names(connection))


def change_given(change: Change, names: dict[AccountId, str]) -> ChangeGiven:
    return ChangeGiven(
        version=change.version,
        written=change.written,
        spoken=change.spoken,
        note=change.note,
        changed_by=names[change.changed_by],
        changed_at=change.changed_at,
    )
