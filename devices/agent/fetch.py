"""How recordings come to the device: what is needed, in order of need, tried again with patience."""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from devices.agent.cache import Cache, Problem
from schedules.plan import Occurrence
from schedules.programme import Sha256, Sound

FIRST_PATIENCE = 1.0
LAST_PATIENCE = 120.0
AT_ONCE = 2


class FetchFailed(Exception):
    """The bytes did not come; `problem` says why."""

    def __init__(self, problem: Problem, words: str) -> None:
        super().__init__(words)
        self.problem = problem


class Fetch(Protocol):
    """Where the bytes come from, and which thread waits for them."""

    def run(self, job: Callable[[], None], *, urgent: bool = False) -> None:
        """Do `job`, now or in another thread; one that is `urgent` does not wait for the others."""

    def pull(self, sound: Sound, part: Path) -> None:
        """Bring the bytes of `sound` into `part`, going on from what is there already. FetchFailed when they do not
        come; what has come by then stays."""

    def close(self) -> None:
        """No job is begun any more."""


class DirectFetch:
    """Takes the bytes from a function, at once and in the calling thread. None means that there is no such sound."""

    def __init__(self, read: Callable[[Sha256], bytes | None]) -> None:
        self._read = read

    def run(self, job: Callable[[], None], *, urgent: bool = False) -> None:
        job()

    def pull(self, sound: Sound, part: Path) -> None:
        content = self._read(sound.sha256)
        if content is None:
            raise FetchFailed(Problem.MISSING, "not there")
        part.write_bytes(content)

    def close(self) -> None:
        pass


class Downloads:
    """Knows of every wanted sound whether it is here. Times are seconds of the monotonic clock."""

    def __init__(self, cache: Cache, fetch: Fetch, nudge: Callable[[], None]) -> None:
        self._cache = cache
        self._fetch = fetch
        self._nudge = nudge
        self._wanted: dict[Sha256, Sound] = {}
        self._kept: dict[Sha256, Sound] = {}
        self._urgent: frozenset[Sha256] = frozenset()
        self._here: set[Sha256] = set()
        self._under_way: set[Sha256] = set()
        self._problems: dict[Sha256, Problem] = {}
        self._patience: dict[Sha256, float] = {}
        self._not_before: dict[Sha256, float] = {}
        self._results: deque[tuple[Sound, Problem | None]] = deque()
        self._given_up: deque[frozenset[Sha256]] = deque()
        self._to_inspect: dict[Sha256, Sound] = {}

    def want(self, sounds: Iterable[Sound], urgent: Iterable[Sha256] = ()) -> None:
        """What is needed from now on, in order of need; what is `urgent` waits behind nothing."""
        self._urgent = frozenset(urgent)
        self._wanted = {}
        for sound in sounds:
            self._wanted.setdefault(sound.sha256, sound)
        self._forget_the_rest()

    def keep(self, sounds: Iterable[Sound]) -> None:
        """What is always to be here, fetched behind what is wanted and never given up for it."""
        self._kept = {sound.sha256: sound for sound in sounds}
        self._forget_the_rest()

    def _forget_the_rest(self) -> None:
        # What nobody needs may be removed at any time: it is looked at again when somebody does.
        self._here &= self._wanted.keys() | self._kept.keys()

    def problem(self, occurrence: Occurrence) -> Problem | None:
        """Why the occurrence could not be played if it began now; None when all its sounds are here."""
        for sound in occurrence.sounds:
            if sound.sha256 not in self._here:
                return self._problems.get(sound.sha256, Problem.MISSING)
        return None

    def doubt(self, sound: Sound) -> None:
        """A sound that was here seems to be damaged: it is looked at again, and fetched again if that is so."""
        self._here.discard(sound.sha256)
        self._problems[sound.sha256] = Problem.DAMAGED

    def inspect(self, sound: Sound) -> None:
        """Look through a sound that is here; until something is found wrong with it, it counts as whole."""
        if sound.sha256 in self._here:
            self._to_inspect[sound.sha256] = sound

    def hurry(self) -> None:
        """The network is back: whatever is missing is tried at once."""
        self._not_before.clear()
        self._patience.clear()

    def step(self, elapsed: float) -> bool:
        """Take in what has come, ask for what is missing. True when readiness may have changed."""
        changed = self._take_results(elapsed)
        by_need = tuple(dict.fromkeys((*self._urgent, *self._kept, *self._wanted)))
        while self._to_inspect and len(self._under_way) < AT_ONCE:
            name, sound = self._to_inspect.popitem()
            if name not in self._under_way:
                self._under_way.add(name)
                self._fetch.run(self._job(sound, by_need))
        for sound in (*self._wanted.values(), *self._kept.values()):
            name = sound.sha256
            if len(self._under_way) >= AT_ONCE and name not in self._urgent:
                break
            waiting = name in self._under_way or self._not_before.get(name, elapsed) > elapsed
            if name not in self._here and not waiting:
                self._under_way.add(name)
                self._fetch.run(self._job(sound, by_need), urgent=name in self._urgent)
                changed |= self._take_results(elapsed)
        return changed

    @property
    def next_try(self) -> float | None:
        """When a failed download is tried again."""
        waits = (
            self._not_before.get(name, 0.0)
            for name in (*self._wanted, *self._kept)
            if name not in self._here and name not in self._under_way
        )
        return min(waits, default=None) if len(self._under_way) < AT_ONCE else None

    def _take_results(self, elapsed: float) -> bool:
        changed = False
        while self._given_up:
            self._here -= self._given_up.popleft()
        while self._results:
            sound, problem = self._results.popleft()
            name = sound.sha256
            self._under_way.discard(name)
            if problem is None:
                self._here.add(name)
                self._problems.pop(name, None)
                self._patience.pop(name, None)
            else:
                self._here.discard(name)
                self._problems[name] = problem
                patience = self._patience.get(name, FIRST_PATIENCE)
                self._not_before[name] = elapsed + patience
                self._patience[name] = min(2 * patience, LAST_PATIENCE)
            changed = True
        return changed

    def _job(self, sound: Sound, by_need: tuple[Sha256, ...]) -> Callable[[], None]:
        def bring() -> None:
            problem: Problem | None = Problem.DISK_BROKEN
            try:
                problem = self._bring(sound, by_need)
            finally:
                self._results.append((sound, problem))
                self._nudge()

        return bring

    def _bring(self, sound: Sound, by_need: tuple[Sha256, ...]) -> Problem | None:
        try:
            if self._cache.check(sound):
                return None
            if not self._cache.has_room_for(sound):
                self._given_up.append(self._cache.make_room(sound, by_need))
                if not self._cache.has_room_for(sound):
                    return Problem.DISK_FULL
            self._fetch.pull(sound, self._cache.part(sound.sha256))
            return self._cache.admit(sound)
        except FetchFailed as failed:
            return failed.problem
        except OSError as failed:
            return Problem.DISK_FULL if failed.errno in (errno.ENOSPC, errno.EDQUOT) else Problem.DISK_BROKEN
