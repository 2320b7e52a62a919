"""What judges one camera's pictures, with what it has learnt of them."""

from __future__ import annotations

from typing import Protocol

from devices.agent.cameras.picture.burst import Burst
from devices.agent.cameras.picture.verdict import Verdict


class Eyes(Protocol):
    """Used by one thread at a time."""

    def judge(self, burst: Burst) -> Verdict:
        """What is wrong with these pictures, after all that came before; it learns from them."""

    def kept(self) -> bytes:
        """What was learnt, for the disk."""


class Untrained:
    """Finds nothing wrong and learns nothing."""

    def judge(self, burst: Burst) -> Verdict:
        return Verdict((), (), None, {}, 0.0)

    def kept(self) -> bytes:
        return b""


def trained(kept: bytes | None = None) -> Eyes:
    """Eyes that know what was kept; a profile that cannot be read is learnt anew."""
    return Untrained()
