"""What bulletins are about, as people call it."""

from __future__ import annotations

TOPICS = {
    "village": "notices of the village",
    "direction": "guidance of the commune",
    "party": "Party and unions",
    "law": "law",
    "security": "public order and safety",
    "defence": "defence and military service",
    "economy": "economy and farming",
    "countryside": "new countryside",
    "health": "health",
    "education": "education",
    "culture": "culture and sport",
    "welfare": "work and welfare",
    "disaster": "protection against disasters",
    "environment": "environment and clean water",
    "digital": "digital change and administration",
    "models": "good people, good deeds",
    "other": "other topics",
}
