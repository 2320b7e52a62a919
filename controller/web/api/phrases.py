"""The fixed sentences of an emergency, and whose voice says them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from controller.store.people import Account, Role
from controller.web.access import need
from controller.web.api.speech import recording_given
from controller.web.api.speech_shapes import PhraseGiven, PhraseTaken
from controller.web.services import Services, services_of
from schedules.programme import Sha256

router = APIRouter(tags=["speech"])

Us = Annotated[Services, Depends(services_of)]
Anyone = Annotated[Account, Depends(need())]
Approver = Annotated[Account, Depends(need(Role.APPROVER))]


@router.get("/speech/phrases", summary="The fixed sentences that every device has at hand, in the order of their need")
def list_phrases(us: Us, _: Anyone) -> list[PhraseGiven]:
    return [
        PhraseGiven(
            key=phrase.key,
            text=phrase.text,
            by_person=kept is not None and kept.by_person,
            recording=recording_given(sound) if sound else None,
        )
        for phrase, kept, sound in us.phrases.listed()
    ]


@router.put("/speech/phrases/{key}", summary="Have a person's recording heard for a fixed sentence")
def record_phrase(us: Us, key: str, body: PhraseTaken, who: Approver) -> list[PhraseGiven]:
    us.phrases.record(key, Sha256(body.recording))
    return list_phrases(us, who)


@router.delete("/speech/phrases/{key}", summary="Have the computer voice heard for a fixed sentence again")
def speak_phrase(us: Us, key: str, who: Approver) -> list[PhraseGiven]:
    us.phrases.speak_again(key)
    return list_phrases(us, who)
