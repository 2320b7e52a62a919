"""The errors of the agent. Each says in Vietnamese and in English what is wrong and what to do.

AgentError
├── BadSettings        a setting, a file of settings or an argument that cannot be used
├── NotEnrolled        the folder holds no identity, or one that cannot be read
├── EnrolmentRefused   the controller does not take this code
├── ControllerAway     the controller cannot be reached, or does not answer as a controller does
├── BadProfile         what was kept about a camera's picture cannot be read
└── JournalUnreadable  the journal was written by a newer agent
"""

from __future__ import annotations


class AgentError(Exception):
    """One sentence in each language."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


class BadSettings(AgentError):
    pass


class NotEnrolled(AgentError):
    pass


class EnrolmentRefused(AgentError):
    pass


class ControllerAway(AgentError):
    pass


class JournalUnreadable(AgentError):
    pass


class BadProfile(AgentError):
    pass
