"""How often each question is asked. Timers only ask; the rows know the answers. The home of APScheduler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True, slots=True)
class Job:
    """`ask` must return quickly and may be asked late, twice or never without harm.

    `due`, where there is one, is the moment from which asking is of use; whoever moves a clock by hand stops there.
    """

    name: str
    every: timedelta
    ask: Callable[[], None]
    due: Callable[[], datetime] | None = None


class Timers:
    """Asks each job's question again and again between `start` and `stop`."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1)},
            # A question that was late is still asked, once: APScheduler's own default drops what is 1 s late.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for job in jobs:
            self._scheduler.add_job(job.ask, "interval", seconds=job.every.total_seconds(), id=job.name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
