"""Why there is no recording.

SpeechError
├── BadVoice          a speed or pitch that no voice has
├── NothingToSay      a text without a word
├── TooLong           more text, or a longer recording, than one broadcast may have
├── SilentSpeech      every engine that tried turned the text, or one sentence of it, into silence
├── NoVoice           no engine could speak the text; `failures` says why, engine by engine
├── EngineFailure     one engine could not speak the text, and the next one takes over
│   ├── EngineLate        it did not answer within its time limit and was stopped
│   ├── EngineDied        it ended before the text did
│   ├── EngineRefused     it answered, with a refusal or with something that is no sound
│   ├── EngineUnfit       its program or its voice file is not there, or is not one
│   ├── EngineBusy        it has spoken as much as it may for now
│   └── EngineSilent      what it made cannot be heard
└── BadRecording      an uploaded recording that cannot be broadcast
    ├── NotAudio          not a sound file of a kind that is taken, or damaged beyond use
    ├── TooShort          so short a sound that its loudness cannot be measured
    └── SilentAudio       a sound file in which nothing can be heard
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class SpeechError(Exception):
    """`code` is stable; the message is one English sentence that says what to do."""

    code: ClassVar[str] = "speech"


class BadVoice(SpeechError):
    code = "bad-voice"


class NothingToSay(SpeechError):
    code = "nothing-to-say"


class TooLong(SpeechError):
    code = "too-long"


class SilentSpeech(SpeechError):
    code = "silent-speech"


class EngineFailure(SpeechError):
    code = "engine-failure"


class EngineLate(EngineFailure):
    code = "engine-late"


class EngineDied(EngineFailure):
    code = "engine-died"


class EngineRefused(EngineFailure):
    code = "engine-refused"


class EngineUnfit(EngineFailure):
    code = "engine-unfit"


class EngineBusy(EngineFailure):
    code = "engine-busy"


class EngineSilent(EngineFailure):
    code = "engine-silent"


class NoVoice(SpeechError):
    """`failures` maps the name of each engine that was asked to how it failed; a resting one is not in it."""

    code = "no-voice"

    def __init__(self, message: str, failures: Mapping[str, EngineFailure]) -> None:
        super().__init__(message)
        self.failures = dict(failures)


class BadRecording(SpeechError):
    code = "bad-recording"


class NotAudio(BadRecording):
    code = "not-audio"


class TooShort(BadRecording):
    code = "too-short"


class SilentAudio(BadRecording):
    code = "silent-audio"
