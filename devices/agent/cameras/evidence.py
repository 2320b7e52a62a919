"""Which pictures of a camera the controller is to have, by what its settings say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from devices.agent.cameras.picture.burst import Picture
from devices.agent.cameras.picture.stills import thumbnail
from devices.agent.cameras.seen import Seen
from devices.protocol.messages import CameraPictures, KeepPictures
from schedules.programme import Sha256

WIDTH, SMALL = 640, 160
"""Pixels of a picture that is kept as evidence, and of its thumbnail."""


@dataclass(slots=True)
class Evidence:
    """`good` is the last picture that nothing was wrong with, `bad` whether the last look found something."""

    good: Picture | None = None
    bad: bool = False

    def of(
        self, seen: Seen, wanted: KeepPictures, before: CameraPictures, keep: Callable[[bytes], Sha256]
    ) -> CameraPictures:
        """What the report names after this look; `keep` is given each picture that the controller is to have."""
        if seen.verdict is None or seen.burst is None or not seen.burst.frames:
            return before
        picture, bad, was_bad = seen.burst.frames[-1], bool(seen.verdict.findings), self.bad
        reference, self.bad = self.good, bad
        if not bad and not seen.verdict.suspected:
            self.good = picture
        if wanted is KeepPictures.NEVER:
            return CameraPictures()
        pictures = before
        if wanted is KeepPictures.LATEST or (was_bad and not bad):
            pictures = msgspec.structs.replace(
                pictures,
                latest=keep(thumbnail(picture, WIDTH)),
                thumbnail=keep(thumbnail(picture, SMALL)),
                taken_at=seen.at,
            )
        if bad and not was_bad:
            named = "" if reference is None else keep(thumbnail(reference, WIDTH))
            return msgspec.structs.replace(
                pictures, reference=named, event=keep(thumbnail(picture, WIDTH)), taken_at=seen.at
            )
        return pictures if bad else msgspec.structs.replace(pictures, reference="", event="")
