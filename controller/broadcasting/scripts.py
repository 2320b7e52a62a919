"""What makes a draft fit to be kept: its title, its text, words that were given by hand."""

from __future__ import annotations

from textwrap import shorten

from controller.broadcasting.drafts import Draft, Script
from controller.errors import Invalid
from controller.speech.reading.clean import clean
from controller.speech.studio import Cut

MAX_TEXT = 20_000
MAX_TITLE = 200
_OWN_TITLE = 80
"""How much of its first line names a bulletin that nobody gave a title."""


def title_of(draft: Draft) -> str:
    if draft.recording is None:
        if not draft.language.has_voice:
            raise Invalid(
                "needs-recording",
                "No voice here speaks this language: choose a recording of a person who does.",
                field="language",
            )
        check_text(draft.script.text)
    elif draft.script.text or draft.script.spoken:
        raise Invalid("text-or-recording", "A bulletin has either a text or a recording.", field="text")
    title = draft.title.strip() or own_title(draft.script.text)
    if not title:
        raise Invalid("no-title", "Give the bulletin a title.", field="title")
    if len(title) > MAX_TITLE:
        raise Invalid("long-title", "A title has at most {most} characters.", field="title", most=MAX_TITLE)
    return title


def own_title(text: str) -> str:
    """What a bulletin is called that nobody gave a title."""
    return shorten(text.strip().split("\n", 1)[0], _OWN_TITLE, placeholder=" …")


def cut_of(script: Script) -> Cut:
    return Cut(repeat=script.repeat, speech_band=script.speech_band)


def by_hand(spoken: str) -> str:
    """Words given by hand are said as they are; only what nobody could say or see is left out."""
    if not spoken.strip():
        return ""
    _check_length(spoken, "spoken")
    words = clean(spoken).strip()
    if not any(letter.isalnum() for letter in words):
        raise Invalid("nothing-to-speak", "There is nothing in this text that can be spoken.", field="spoken")
    return words


def check_text(text: str) -> None:
    if not text.strip():
        raise Invalid("empty-text", "The text is empty: write what shall be said.", field="text")
    _check_length(text, "text")


def _check_length(text: str, field: str) -> None:
    if len(text) > MAX_TEXT:
        raise Invalid(
            "long-text",
            "The text has {length} characters; at most {most} can be read in one bulletin.",
            field=field,
            length=len(text),
            most=MAX_TEXT,
        )
