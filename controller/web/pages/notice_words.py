"""What the notices are called that one can begin with."""

from __future__ import annotations

PATTERNS = {
    "meeting": "Village meeting",
    "vaccination": "Vaccination",
    "power-cut": "Power cut",
    "water-cut": "Water cut",
    "lost": "Something lost",
    "funeral": "Sad news",
    "conscription": "Military service",
    "taxes": "Taxes",
    "election": "Election",
}
