"""What the short codes of rows and wire mean to a person: English here, Vietnamese in the catalogue."""

from __future__ import annotations

WAYS = {
    "/": "Today",
    "/bulletins/new": "Write",
    "/programmes": "Programmes",
    "/calendar": "Calendar",
    "/devices": "Speakers",
    "/cameras": "Cameras",
    "/alerts": "Alerts",
    "/incidents": "Incidents",
    "/reports": "Reports",
    "/settings": "Settings",
}

TROUBLES = {
    "not-ready": "not ready for a broadcast",
    "device-offline": "no connection",
    "no-receipt": "does not say what it played",
    "quiet-hours-refused": "ordered to sound in quiet hours",
    "device-refused": "refuses orders",
    "message-refused": "messages that cannot be used",
    "clock-unproven": "does not know the time for sure",
    "clock-off": "its clock is wrong",
    "disk": "trouble with its storage",
    "hijack-try": "somebody else tries to speak",
    "broker-lost": "the message broker cannot be reached",
    "signature-failed": "an alert with a wrong signature",
    "source-silent": "a source of alerts is silent",
    "alert-waiting": "an alert waits for a decision",
    "notice-undelivered": "somebody cannot be told",
    "node-down": "most of what hangs on it is gone",
    "camera-reach": "the camera cannot be reached",
    "camera-service": "the camera does not let us in",
    "camera-stream": "the camera sends no picture",
    "camera-picture": "the picture is worth nothing",
    "told-by-people": "told by people",
    "log-in-failures": "somebody guesses passwords",
}

SEVERITIES = {"notice": "to know", "warning": "to look after", "serious": "serious", "critical": "critical"}

INCIDENT_STATES = {
    "open": "open",
    "acknowledged": "being looked after",
    "resolved": "ended by itself",
    "closed": "closed",
    "acknowledge": "looking after it",
    "mute": "muting it",
    "close": "closing it",
}

INCIDENT_STEPS = {
    "open": "It was found.",
    "renew": "It changed.",
    "group": "A common cause was found.",
    "release": "The common cause is gone, this is still so.",
    "acknowledge": "{name} looks after it.",
    "mute": "{name} muted it.",
    "resolve": "It ended by itself.",
    "reopen": "It came back.",
    "close": "{name} closed it.",
}

SUBJECTS = {
    "device": "Loudspeakers",
    "area": "Areas",
    "camera": "Cameras",
    "node": "Nodes",
    "source": "Sources",
    "channel": "Notices",
    "site": "This installation",
}

MUTES = {60: "for an hour", 480: "for eight hours", 1440: "for a day", 10080: "for a week", 43200: "for 30 days"}

COMPLAINTS = {"silent": "it is silent", "too-loud": "it is too loud"}

NO_RECEIPT = {
    "awaited": "no receipt yet",
    "offline": "no receipt yet: no connection since {moment}",
    "never-seen": "no receipt yet: it was never seen here",
    "no-receipt": "no receipt, although it is there",
}

WEEKDAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}

SHORT_WEEKDAYS = {"MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun"}

NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}

NOT_READY = {
    "": "not ready",
    "plan-not-held": "has not fetched the newest plan yet",
    "offline": "no connection",
    "never-seen": "never seen here",
    "audio-missing": "the sound is still being fetched",
    "audio-refused": "the controller does not give it the sound",
    "audio-damaged": "the sound arrived damaged and is being fetched again",
    "audio-unplayable": "it cannot play this sound",
    "disk-full": "its storage is full",
    "disk-broken": "its storage is broken",
    "voice-missing": "it cannot say the words itself",
    "all-stop": "everything was stopped",
    "busy": "something else was on the air",
    "clock-unproven": "it does not know the time for sure",
    "quiet-hours": "it falls into quiet hours",
    "class-hours": "bulletins of this class are not heard at this hour",
    "mourning": "music is silent during mourning",
    "exam": "it is quiet during exams",
    "maintenance": "it is being repaired",
    "holiday": "it is a holiday",
    "skipped": "this day is left out",
    "day-limit": "the day has had its share of sound",
    "session-limit": "the session has had its share of sound",
}

SILENT = {
    "stronger-sound": "a more urgent bulletin took the air",
    "withdrawn": "it was taken off the air",
    "plan-late": "it got the plan too late",
    "was-off": "it had no power or was not running",
    "late": "it was too late to begin",
    "joined-late": "it joined late",
    "agent-stopped": "it was switched off",
    "power": "the power failed",
    "again-after-power": "the power failed meanwhile, and it was heard again from the start",
    "clock-corrected": "its clock was wrong and was set right meanwhile",
    "sound-device": "its amplifier failed",
    **{code: text for code, text in NOT_READY.items() if code},
}

REFUSED = {
    "wire": "cannot be understood",
    "bad-topic": "an address that nobody speaks on",
    "malformed": "cannot be read",
    "unknown-version": "written in a version that is not known here",
    "untrusted": "no valid signature",
    "bad-broker-login": "a connection to the broker with a wrong name, password or key",
    "bad-key": "sent with a key that no source of warnings has",
    "bad-signature": "the signature is not that of the device",
    "wrong-topic": "speaks in the name of another device",
    "expired": "too old",
    "superseded": "overtaken by a newer one",
    "fault": "could not be dealt with here",
    "quiet-hours": "would have broken the quiet hours",
    "unknown-alarm": "an alarm that its configuration does not know",
}

PLACES_TO_SPEAK = {
    "state": "state of a device",
    "receipt": "receipts",
    "health": "health of a device",
    "unknown": "unknown address",
    "plan": "plans",
    "urgent": "urgent orders",
    "config": "configuration",
    "command": "commands",
    "live": "live voice",
    "source": "warning services",
    "sensor": "gauges",
}

ROLES = {
    "administrator": "administrator",
    "editor": "editor",
    "approver": "approver",
    "operator": "operator",
    "technician": "technician",
    "viewer": "viewer",
}

VOICES = {
    "recording": "a person's recording",
    "espeak-ng": "computer voice espeak-ng ({accent})",
    "gtts": "computer voice of Google ({accent})",
    "piper": "computer voice Piper ({accent})",
}

VOICE_TROUBLES = {
    "engine-late": "{engine} rests: it took too long.",
    "engine-died": "{engine} rests: it stopped half-way.",
    "engine-refused": "{engine} rests: it refused to speak.",
    "engine-unfit": "{engine} rests: its program or its voice file cannot be used; the settings name them.",
}

OUTCOMES = {
    "played": "played",
    "interrupted": "cut short",
    "cancelled": "cancelled",
    "missed": "missed",
}

REGIONS = {
    "north": "northern accent",
    "central": "central accent",
    "south": "southern accent",
}

DOUBTS = {
    "no-marks": "This looks like Vietnamese typed without its marks: the voice would say other words.",
    "foreign": "A part of this is not Vietnamese, and the voice speaks nothing else: have a person record it.",
}

SOUND_WARNINGS = {
    "clipped": "The loudest places are distorted: record it again with less gain, if you can.",
    "quiet": "It was recorded very quietly; its noise has become louder with it.",
    "loudness": "It could not be brought to the loudness of other broadcasts.",
}

SPEEDS = {80: "slow", 90: "a little slower", 100: "as usual", 110: "a little faster", 125: "fast"}

PITCHES = {-20: "low", -10: "a little lower", 0: "as usual", 10: "a little higher", 20: "high"}

CLASSES = {
    "normal": ("normal", "News and notices; waits for what is more urgent."),
    "priority": ("priority", "Interrupts normal bulletins."),
    "emergency": ("emergency", "Danger to life: interrupts everything."),
}

STATES = {
    "draft": "draft",
    "submitted": "waiting for approval",
    "returned": "returned",
    "approved": "approved",
    "withdrawn": "withdrawn",
    "submit": "sending it for approval",
    "approve": "approving it",
    "return": "returning it",
    "withdraw": "withdrawing it",
    "change": "changing it",
}

DEVICE_STATES = {
    "online": "online",
    "offline": "offline",
    "never-seen": "never seen",
    "shut-out": "shut out",
}

HOLIDAYS = {
    "skip": "{when}, except on holidays",
    "only": "{when}, on holidays only",
    "move": "{when}, on holidays at another time",
}

HOLIDAY_CHOICES = {
    "keep": "as on other days",
    "skip": "silent",
    "only": "on holidays only",
    "move": "at another time, as it was set",
}
