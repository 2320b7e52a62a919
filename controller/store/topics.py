"""What bulletins are about (chuyên mục), as communes count them in their reports."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    DIRECTION = "direction"
    """What the commune decides and asks of people."""
    PARTY = "party"
    LAW = "law"
    SECURITY = "security"
    DEFENCE = "defence"
    ECONOMY = "economy"
    COUNTRYSIDE = "countryside"
    """The programme for a new countryside."""
    HEALTH = "health"
    EDUCATION = "education"
    CULTURE = "culture"
    WELFARE = "welfare"
    DISASTER = "disaster"
    ENVIRONMENT = "environment"
    DIGITAL = "digital"
    """Digital change and the reform of administration."""
    MODELS = "models"
    """Good people and good deeds."""
    VILLAGE = "village"
    """Notices of the villages: meetings, power cuts, lost things."""
    OTHER = "other"
