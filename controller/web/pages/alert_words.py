"""What the short codes of warnings mean to a person: English here, Vietnamese in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from controller.alerts.held import Held
from controller.web.pages.words import Words

ALERT_STATES = {
    "silent": "not said",
    "waiting": "waiting for a person",
    "seconded": "waiting for a second person",
    "slotted": "in the next slot",
    "released": "released",
    "spoken": "being said",
    "held": "silent: all stop holds it",
    "partly-held": "being said, but not where all stop holds it",
    "rejected": "rejected",
    "ended": "over",
}

SIGNATURES = {"verified": "verified", "unverified": "not verified", "failed": "the signature does not hold"}

ANNOUNCEMENTS = {
    "alert": "What is being said",
    "held": "What all stop keeps silent",
    "slot": "What is read out in the next slot",
    "ending": "How its ending was said",
    "correction": "How it was corrected",
}

TOLD = {
    "received": "received",
    "unreadable": "could not be read",
    "written": "written here",
    "decided-speak": "to be said",
    "decided-queue": "not by itself",
    "decided-ignore": "not to be said",
    "escalated": "nobody answered in time: asked again",
    "recorded": "its recording is ready",
    "not-recorded": "no recording: the loudspeakers speak it themselves",
    "planned": "planned as a broadcast",
    "release": "released",
    "second": "first of two people",
    "reject": "rejected",
    "correct": "taken back as wrong",
    **{f"state-{code}": text for code, text in ALERT_STATES.items()},
}

SOURCE_WAYS = {
    "post": "sends over HTTP",
    "feed": "a feed that is asked",
    "mqtt": "publishes over MQTT",
    "hand": "files by hand",
    "operator": "written here",
    "sensor": "gauges",
}

ALERT_REASONS = {
    "undecided": "not yet decided",
    "duplicate": "the same message has come before",
    "signature-failed": "the signature does not hold: no sound",
    "withdrawn": "a person has taken it back",
    "exercise": "an exercise, and none of that name is open",
    "no-status": "its status is missing; only Actual can sound",
    "test": "a test: logged, never said",
    "system": "a sign of life of its source",
    "draft": "a draft",
    "not-public": "not meant for the public",
    "envelope-status": "its envelope is not Actual",
    "envelope-expired": "its envelope has expired",
    "answer": "an answer, not a warning",
    "no-kind": "it does not say what kind of message it is",
    "no-identity": "its sender, number or time is missing",
    "from-the-future": "sent in the future",
    "cancelled": "cancelled by its sender",
    "replaced": "replaced by a newer message",
    "cancels": "a cancellation: it ends the messages it names",
    "cancel-unverified": "a cancellation that cannot be verified",
    "nothing-said": "there is nothing to say in it",
    "expired": "expired",
    "translation": "the same places are told in a better language",
    "elsewhere": "no loudspeaker here is in its area",
    "all-clear": "an all-clear: it ends the messages it names",
    "no-area": "no area that a machine can read: choose where",
    "area-unclear": "its area cannot be read for certain: choose where",
    "language": "no voice here speaks its language",
    "unverified": "it cannot be verified: a person decides",
    "unreadable": "part of it cannot be read",
    "level-unclear": "its level of risk cannot be read",
    "drill-words": "real by its status, but it speaks of a drill",
    "old": "sent hours before it arrived: not announced as new",
    "axes": "here only if latitude and longitude are swapped",
    "next-slot": "for the next slot of the programme",
    "confirm": "a person confirms it, by standing order",
    "confirmed": "released by a person",
    "at-once": "verified: at once",
    "too-large": "too large to be read",
    "not-xml": "not XML",
    "forbidden": "it holds what no warning may hold",
    "no-alert": "no warning is in it",
}


@dataclass(frozen=True, slots=True)
class AlertWords:
    """A code that has no words yet is shown as it is."""

    words: Words

    def state(self, state: str, held: Held | None = None) -> str:
        """`held`: what all stop keeps it from."""
        if held is not None and state == "spoken":
            state = "held" if held.whole else "partly-held"
        return self.words.say(ALERT_STATES.get(state, state))

    def reason(self, code: str) -> str:
        return self.words.say(ALERT_REASONS.get(code, code))

    def signature(self, genuine: str) -> str:
        return self.words.say(SIGNATURES.get(genuine, genuine))

    def announcement(self, kind: str, held: Held | None = None) -> str:
        if held is not None and held.whole and kind == "alert":
            kind = "held"
        return self.words.say(ANNOUNCEMENTS.get(kind, kind))

    def told(self, what: str) -> str:
        return self.words.say(TOLD.get(what, what))
