"""Of what and how people are told, in words."""

from __future__ import annotations

CHANNEL_KINDS = {
    "apprise": "a person (mail, Telegram, SMS gateway: an Apprise address)",
    "webhook": "a program (webhook)",
}
WISHES = {
    "waiting": "a warning that waits for a decision",
    "spoken": "a warning that is being said",
    "incidents": "incidents",
    "approval": "a bulletin that waits for approval",
    "decision": "what was decided about one's own bulletins",
}
TURNS = {
    "0": "at once",
    "1": "when nobody kept the first deadline",
    "2": "when nobody kept the second deadline",
    "3": "when nobody kept the third deadline",
}
