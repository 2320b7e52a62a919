"""What the rows of the audit are about, and what happened, in words."""

from __future__ import annotations

AUDITED = {
    "accounts": "person",
    "sessions": "log-in",
    "invitations": "one-time link",
    "api_tokens": "API token",
    "areas": "area",
    "bulletins": "bulletin",
    "programmes": "programme",
    "programme_changes": "single day of a programme",
    "calendar_entries": "calendar entry",
    "calendar_links": "calendar link",
    "lexicon": "own word",
    "phrases": "fixed sentence",
    "devices": "device",
    "device_orders": "order to a loudspeaker",
    "enrolment_codes": "enrolment code",
    "cameras": "camera",
    "nodes": "switch or power line",
    "device_nodes": "what a device hangs on",
    "maintenance": "announced work",
    "channels": "channel",
    "alerts": "warning",
    "alert_story": "decision on a warning",
    "alert_sources": "source of warnings",
    "alert_authorities": "authority",
    "alert_settings": "setting for warnings",
    "gauges": "gauge",
    "stops": "all stop",
    "incident_steps": "incident",
    "complaints": "what people told",
}
AUDITED_ACTS = {
    "added": "added",
    "changed": "changed",
    "removed": "removed",
    "opened": "logged in",
    "refused": "refused",
    "closed": "logged out",
}
