"""Where the past of the demo is kept from one start to the next, so that only the first has to live through a month."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from controller.demo.month import DAYS
from controller.demo.past import Past, Record, Tell, beginning
from controller.demo.story import Story
from devices.clock import Clock

NAME = "demo-"
LONGEST = timedelta(days=DAYS + 15)
"""A past that began longer ago is begun anew: what is in it would lie too far back."""
WORTH_KEEPING = timedelta(hours=12)
_SOURCES = Path(__file__).parents[1]


def past_of(folder: Path, clock: Clock, tell: Tell) -> Record:
    """`folder`, which is empty, is that of a commune with a month behind it, up to this moment."""
    kept = _place()
    with ExitStack() as stack:
        with suppress(OSError):  # then it is lived each time
            stack.enter_context(_alone(kept.parent))
        before = _taken_over(kept, folder, clock)
        with Past(folder, before or Record.new(beginning(clock.now(), DAYS))) as past:
            story = Story(past)
            story.tell()
            past.live(clock, tell)
            story.leave_something_to_do()
            record = past.record
        if before is None or record.until - before.until > WORTH_KEEPING:
            with suppress(OSError):
                _keep(folder, kept)
    return record


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Of several demos that begin together one lives through the month, and the others wait for it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _place() -> Path:
    """One for each edition of the programs that lived it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256()
    for part in ("demo", "town", "store/migrations/versions"):
        for path in sorted((_SOURCES / part).glob("*.py")):
            digest.update(path.read_bytes())
    return cache / "loa-xa" / f"{NAME}{digest.hexdigest()[:16]}"


def _taken_over(kept: Path, folder: Path, clock: Clock) -> Record | None:
    try:
        record = Record.load(kept)
        if record is None or not record.until <= clock.now() < record.begins + LONGEST:
            return None
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    except (OSError, ValueError, KeyError):
        return None
    return record


def _keep(folder: Path, kept: Path) -> None:
    """The new one is there whole, or the old one still is; those of other editions go."""
    unfinished = Path(tempfile.mkdtemp(prefix=".new-", dir=kept.parent))
    try:
        shutil.copytree(folder, unfinished, dirs_exist_ok=True)
        for old in kept.parent.glob(f"{NAME}*"):
            shutil.rmtree(old, ignore_errors=True)
        unfinished.rename(kept)
    except OSError:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
