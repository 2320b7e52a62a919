"""`loa town`: days of a whole commune in minutes, with faults from a seed; what was heard is held against promises."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path

from controller.town.events import DAY, Event, Kind, draw
from controller.town.ledger import Broken, Ledger, Promise, judge
from controller.town.shortest import shortest
from controller.town.story import BEGINS, Setting, Story
from devices.clock import Clock, SystemClock
from schedules.outcome import Outcome
from schedules.timespan import COMMUNE_ZONE

TRIES = 60
"""So many stories are tried to find a shorter one that breaks the same promise."""
SHOWN = 5
_MEMORY = Path("/dev/shm")
"""Nothing of a town is worth a disk, where there is a folder in memory."""

WORDS = {
    Promise.EXPLAINED: ("một lượt phát không có kết quả", "a broadcast has no outcome"),
    Promise.ONCE: ("một lượt phát hai lần", "something was heard or told twice"),
    Promise.QUIET_HOURS: ("phát trong giờ yên lặng", "quiet hours were broken"),
    Promise.SIGNED: ("phát điều không ai duyệt", "something sounded that nobody approved"),
    Promise.RECEIPTS: ("mất nhật ký phát", "receipts were lost"),
    Promise.TRUE: ("nhật ký phát sai sự thật", "a receipt is untrue"),
    Promise.READY_PLAYS: ("đã sẵn sàng mà không phát", "a loudspeaker was ready and stayed silent"),
    Promise.READY_IN_TIME: ("đủ thời gian mà không sẵn sàng", "a loudspeaker had time enough and was not ready"),
}


def run_town(setting: Setting, *, as_json: bool, clock: Clock | None = None) -> int:
    """Prints the ledger; 0 when every promise was kept, else 1 with the seed and the shortest story that shows it."""
    clock = clock or SystemClock()
    begun = clock.monotonic()
    events = draw(setting.seed, setting.days, setting.speakers, setting.weather)
    with tempfile.TemporaryDirectory(prefix="loa-town-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        stories = Stories(Path(folder))
        ledger = stories.tell(setting, events)
        seconds = clock.monotonic() - begun
        print(json.dumps(figures(ledger, seconds)) if as_json else "\n".join(_table(setting, ledger, seconds)))
        if not ledger.broken:
            return 0
        print("\n".join(_told(setting, *stories.shorten(setting, events, ledger.broken[0]))), file=sys.stderr)
        return 1


class Stories:
    """Tells one after the other in `folder`; what was spoken in one is not spoken again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def tell(self, setting: Setting, events: Sequence[Event]) -> Ledger:
        self._count += 1
        with tempfile.TemporaryDirectory(prefix=f"{self._count}-", dir=self._folder) as place:
            story = Story(setting, events, Path(place), self._folder / "spoken")
            story.tell()
            return judge(story.evidence())

    def shorten(
        self, setting: Setting, events: Sequence[Event], broken: Broken
    ) -> tuple[tuple[Event, ...], Setting, Sequence[Broken]]:
        """The shortest story found that breaks the promise of `broken`, in how many days, and what it breaks."""
        days = min(ceil((broken.at - BEGINS).total_seconds() / DAY + 0.01), setting.days)
        shorter = replace(setting, days=days)
        found: list[Sequence[Broken]] = [[broken]]

        def breaks(part: Sequence[Event]) -> bool:
            again = [one for one in self.tell(shorter, part).broken if one.promise is broken.promise]
            if again:
                found.append(again)
            return bool(again)

        before = [one for one in events if one.at < days * DAY]
        if not breaks(before):
            return tuple(events), setting, [broken]
        part = shortest(before, breaks, tries=TRIES)
        return part, shorter, found[-1]


def figures(ledger: Ledger, seconds: float) -> dict[str, object]:
    """What programs read: each broken promise by its name, and every planned broadcast by its outcome."""
    counts: dict[str, object] = {"planned": ledger.planned}
    for outcome in (Outcome.PLAYED, Outcome.INTERRUPTED, Outcome.CANCELLED):
        counts[outcome.value] = ledger.outcomes[outcome]
    counts["missed"] = dict(sorted(ledger.missed.items()))
    for promise in Promise:
        counts[promise.value] = ledger.count(promise)
    counts["seconds"] = round(seconds, 1)
    return counts


def _table(setting: Setting, ledger: Ledger, seconds: float) -> Iterator[str]:
    speed = setting.days * setting.speakers / seconds * 60
    yield f"{setting.days} ngày/days · {setting.speakers} loa/speakers · {setting.weather.value} · seed {setting.seed}"
    yield f"{seconds:.1f} s, {speed:,.0f} ngày loa mỗi phút / device-days a minute"
    for name, count in figures(ledger, seconds).items():
        if name != "seconds":
            yield f"  {name:24}{count if isinstance(count, int) else json.dumps(count)}"


def _told(setting: Setting, events: Sequence[Event], shorter: Setting, broken: Sequence[Broken]) -> Iterator[str]:
    vi, en = WORDS[broken[0].promise]
    yield f"loa town: sai lời hứa: {vi} / a promise is broken: {en} (seed {setting.seed})"
    yield f"chuyện ngắn nhất / the shortest story: {shorter.days} days, {shorter.speakers} speakers"
    for event in events:
        yield f"  {_moment(event)} {event.kind.value} {_details(event, shorter)}"
    for one in broken[:SHOWN]:
        yield f"  {one.at.astimezone(COMMUNE_ZONE):%d/%m %H:%M:%S} {one.device} {one.occurrence}: {one.words}"


def _moment(event: Event) -> str:
    return f"{(BEGINS + event.when).astimezone(COMMUNE_ZONE):%d/%m %H:%M:%S}"


def _details(event: Event, setting: Setting) -> str:
    whom = "" if event.kind.by_people or event.kind.of_commune else f"loudspeaker {event.number % setting.speakers} "
    steps = f"after {event.steps} steps " if event.kind in (Kind.AGENT_KILLED, Kind.CONTROLLER_KILLED) else ""
    return f"{whom}{steps}{event.seconds:g} s".strip()
