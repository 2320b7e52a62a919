"""What judges one camera's pictures, with what it has learnt of them."""

from __future__ import annotations

from typing import Protocol

from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.judging import judge
from devices.agent.cameras.picture.keeping import from_bytes, to_bytes
from devices.agent.cameras.picture.profile import Profile
from devices.agent.cameras.picture.verdict import Verdict
from devices.agent.errors import BadProfile


class Eyes(Protocol):
    """Used by one thread at a time."""

    def judge(self, burst: Burst) -> Verdict:
        """What is wrong with these pictures, after all that came before; it learns from them."""

    def kept(self) -> bytes:
        """What was learnt, for the disk."""


class Trained:
    """Eyes that know a profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def judge(self, burst: Burst) -> Verdict:
        self._profile, verdict = judge(self._profile, burst)
        return verdict

    def kept(self) -> bytes:
        return to_bytes(self._profile)


def trained(kept: bytes | None = None) -> Trained:
    """Eyes that know what was kept; a profile that cannot be read is learnt anew."""
    try:
        return Trained(from_bytes(kept) if kept else Profile())
    except BadProfile:
        return Trained(Profile())
