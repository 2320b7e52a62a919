"""Reading a text, hearing it, and uploading a human voice."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile

from controller.broadcasting.desk import Script
from controller.broadcasting.renders import Waiting
from controller.errors import Invalid
from controller.speech.reading import Reading, Region
from controller.speech.voice import Voice
from controller.store import recordings
from controller.store.lexicon import LexiconVersion
from controller.store.people import Account, Role
from controller.store.recordings import Recording
from controller.store.renders import RenderId
from controller.web.access import need
from controller.web.api.speech_shapes import (
    PreviewGiven,
    PreviewTaken,
    ReadingGiven,
    RecordingGiven,
    RenderGiven,
    ScriptTaken,
    SpanGiven,
    VoicesGiven,
)
from controller.web.language import Language, translate_finished
from controller.web.problems import language_of
from controller.web.services import Services, services_of
from schedules.priority import BulletinClass

router = APIRouter(tags=["speech"])

Us = Annotated[Services, Depends(services_of)]
Editor = Annotated[Account, Depends(need(Role.EDITOR, somewhere=True))]

MAX_UPLOAD = 200 * 1024 * 1024


@router.get("/speech/voices", summary="Which voice would speak a new text now")
def voices(us: Us, _: Editor) -> VoicesGiven:
    found = us.desk.voices()
    return VoicesGiven(first=found.first, resting=dict(found.resting))


@router.post("/speech/readings", summary="How a text is read, in words only: at once, without a sound")
def read(us: Us, body: PreviewTaken, _: Editor) -> ReadingGiven:
    return _reading_given(*us.desk.read(body.text, region(body.region)))


@router.post("/speech/previews", summary="Hear a text before anything is decided")
def preview(us: Us, body: PreviewTaken, _: Editor) -> PreviewGiven:
    urgent = body.bulletin_class is BulletinClass.EMERGENCY
    found = us.desk.preview(replace(script_of(body), urgent=urgent))
    words = dict(_reading_given(found.reading, found.lexicon), spoken=found.spoken)
    return PreviewGiven(**words, by_hand=found.by_hand, recording=recording_given(found.recording))


@router.post("/speech/renders", status_code=202, summary="Have a long text read aloud while you wait for nothing")
def ask_for_render(request: Request, us: Us, body: PreviewTaken, who: Editor) -> RenderGiven:
    """The answer names the render; ask for it until its `state` is `done`, `failed` or `cancelled`.

    A bulletin with the same words and voice is then written at once.
    """
    urgent = body.bulletin_class is BulletinClass.EMERGENCY
    asked = us.renders.ask(replace(script_of(body), urgent=urgent), who)
    return find_render(request, us, asked.id, who)


@router.get("/speech/renders", summary="The latest texts that you have asked for")
def list_renders(request: Request, us: Us, who: Editor) -> list[RenderGiven]:
    return [find_render(request, us, one.id, who) for one in us.renders.latest(who)]


@router.get("/speech/renders/{render}", summary="How far the voice is with a text")
def find_render(request: Request, us: Us, render: str, who: Editor) -> RenderGiven:
    return _render_given(us, us.renders.find(RenderId(render), who), language_of(request))


@router.post("/speech/renders/{render}/cancel", summary="Stop the voice; nothing is kept")
def cancel_render(request: Request, us: Us, render: str, who: Editor) -> RenderGiven:
    us.renders.cancel(RenderId(render), who)
    return find_render(request, us, render, who)


@router.post("/recordings", status_code=201, summary="Upload a human voice (MP3, WAV, M4A, OGG, WebM)")
def upload(
    us: Us, file: Annotated[UploadFile, File()], _: Editor, speech_band: Annotated[bool, Form()] = False
) -> RecordingGiven:
    with tempfile.TemporaryDirectory(prefix="loa-upload-") as folder:
        path = Path(folder) / "upload"
        size = 0
        with path.open("wb") as kept:
            while piece := file.file.read(1 << 20):
                size += len(piece)
                if size > MAX_UPLOAD:
                    raise Invalid("large-upload", "A recording has at most 200 MB.", field="file")
                kept.write(piece)
        return recording_given(us.desk.take_recording(path, speech_band=speech_band))


def _reading_given(reading: Reading, lexicon: LexiconVersion) -> ReadingGiven:
    return ReadingGiven(
        spoken=reading.spoken,
        spans=[SpanGiven(written=one.written, spoken=one.spoken, category=one.category) for one in reading.spans],
        unknown=list(reading.unknown),
        doubts=list(reading.doubts),
        lexicon=lexicon,
    )


def _render_given(us: Services, waiting: Waiting, language: Language) -> RenderGiven:
    render = waiting.render
    with us.database.read() as connection:
        sound = recordings.find(connection, render.recording) if render.recording else None
    return RenderGiven(
        id=render.id,
        title=render.title,
        state=render.state,
        share=render.share,
        before=waiting.before,
        asked_at=render.asked_at,
        ended_at=render.ended_at,
        recording=recording_given(sound) if sound else None,
        problem=translate_finished(render.problem, language) if render.problem else "",
        problem_code=render.problem_code,
    )


def recording_given(recording: Recording) -> RecordingGiven:
    return RecordingGiven(
        sha256=recording.sha256,
        seconds=recording.seconds,
        size=recording.size,
        voice=recording.voice,
        waveform=list(recording.waveform),
        lufs=recording.lufs,
        peak_dbtp=recording.peak_dbtp,
        silences=list(recording.silences),
        warnings=list(recording.warnings),
        url=f"/audio/{recording.sha256}",
    )


def script_of(body: ScriptTaken) -> Script:
    """Invalid or BadVoice for a voice that nobody has."""
    voice = Voice(region(body.region), body.speed, body.pitch)
    return Script(body.text, voice, body.spoken, body.repeat, body.speech_band)


def region(name: str) -> Region:
    try:
        return Region(name)
    except ValueError:
        raise Invalid("unknown-region", "The region is one of north, central and south.", field="region") from None
