"""A notice to begin with: it fills in what is still empty, and never takes away what was typed."""

from __future__ import annotations

from controller.alerts.own_alerts import TEMPLATES
from controller.broadcasting.patterns import PATTERNS, Pattern, pattern_named
from controller.store.topics import Topic
from controller.web.pages.bulletin_form import Typed
from controller.web.pages.notice_words import PATTERNS as NAMES
from controller.web.pages.words import Words
from schedules.priority import BulletinClass

_PRIORITY_FROM = 3
"""The level of a disaster from which on a notice of it goes before others."""


def filled(typed: Typed, pattern: Pattern) -> Typed:
    """What was typed stays; the notice follows it."""
    before = typed.text.rstrip()
    if pattern.text in before:
        return typed
    usual = Typed()
    changes = {
        "source": "text",
        "text": f"{before}\n\n{pattern.text}" if before else pattern.text,
        "title": typed.title or pattern.title,
        "topic": pattern.topic.value if typed.topic == usual.topic else typed.topic,
        "bulletin_class": (
            pattern.bulletin_class.value
            if typed.bulletin_class == usual.bulletin_class and not before
            else typed.bulletin_class
        ),
    }
    return typed.model_copy(update=changes)


def offered(words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """What there is to choose from, in groups: what happens in a village, and each hazard by its levels."""
    notices = [(one.name, words.say(NAMES[one.name])) for one in PATTERNS]
    hazards = [
        (f"{one.hazard}-{level}", f"{one.event}: {words.say('Level {level}', level=level)}")
        for one in TEMPLATES
        for level in sorted(one.instructions)
    ]
    return [(words.say("Notices"), notices), (words.say("Disasters, by level"), hazards)]


def chosen(name: str) -> Pattern | None:
    """The notice of this name, one for a hazard and level among them."""
    hazard, _, level = name.rpartition("-")
    for one in TEMPLATES:
        if one.hazard == hazard and level.isdecimal() and int(level) in one.instructions:
            urgency = BulletinClass.PRIORITY if int(level) >= _PRIORITY_FROM else BulletinClass.NORMAL
            text = f"{one.headline}, cấp độ rủi ro thiên tai: cấp {level}.\n{one.instructions[int(level)]}"
            return Pattern(name, Topic.DISASTER, one.event, text, urgency)
    return pattern_named(name)
