"""What is set up once, in words."""

from __future__ import annotations

PARTS = {
    "/areas": ("Areas", "Commune, villages and clusters: add, rename, move, take away."),
    "/calendars": ("Quiet hours and holidays", "When loudspeakers are silent, and which days are different."),
    "/lexicon": ("The commune's own words", "How place names and abbreviations are said here."),
    "/settings/voices": ("Voices", "Who reads the texts aloud; listen to each accent."),
    "/alerts/sources": ("Sources and trust", "Who may send warnings, under which keys, and what is done with them."),
    "/people": ("People and roles", "Who comes in, and what each may do where."),
    "/me/channels": ("What I am told", "My addresses and devices, of what they are told, and when not."),
    "/channels": ("Who is told", "People and programs that are told of warnings and incidents."),
    "/settings/backup": ("Backup", "The whole commune in one file."),
    "/refusals": ("Refused messages", "What came in and was not believed, and why."),
    "/audit": ("Audit", "Who did what and when; whether any of it was altered."),
    "/settings/about": ("About", "Version, licence, what runs here and how much room it takes."),
}

AREA_KINDS = {"province": "province", "commune": "commune", "village": "village", "cluster": "cluster"}

AREA_USES = {
    "areas": "areas inside it",
    "loudspeakers": "loudspeakers",
    "cameras": "cameras",
    "nodes": "nodes",
    "programmes": "programmes, or what sounded there",
    "incidents": "incidents",
    "alerts": "alerts",
    "calendars": "entries of the calendar",
    "people": "people with a role there",
}

CALENDAR_KINDS = {
    "quiet-hours": "Quiet hours",
    "class-hours": "Hours of a class",
    "holiday": "Holidays",
    "mourning": "Mourning",
    "exam": "Exams",
    "maintenance": "Maintenance",
    "limit": "Limits",
}

CALENDAR_EMPTY = {
    "quiet-hours": "Write when nothing but an emergency may sound, such as 22:00 to 05:00.",
    "class-hours": "Write at which hours bulletins of a class may be heard.",
    "holiday": "Write the days on which programmes that leave out holidays keep silent: 2/9, 10/3 âm, 04/05/2026.",
    "mourning": "During mourning music keeps silent in the areas that you choose; the news goes on.",
    "exam": "During exams it is quiet around the schools; write days, and hours if not all day.",
    "maintenance": "While poles or lines are repaired, nothing is expected of the loudspeakers there.",
    "limit": "Write how many minutes a day or a session may sound, so that nobody gets too much.",
}

ENGINES = {
    "piper": "natural voice, on this machine",
    "gtts": "voice of Google, over the internet",
    "espeak-ng": "plain voice, on this machine",
}
