"""The queue of texts that wait for a voice: nobody sits in front of a long one, and none is lost in a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from controller.broadcasting.desk import Desk, Script, new_id, own_title
from controller.errors import ControllerError, NotFound, NotNow
from controller.speech.errors import SpeechError
from controller.store import renders
from controller.store.database import Database
from controller.store.people import Account, AccountId, Role
from controller.store.renders import Render, RenderId
from controller.store.states import RenderState
from devices.clock import Clock
from schedules.errors import ScheduleError
from schedules.programme import ProgrammeId

log = logging.getLogger(__name__)

Save = Callable[[Render], ProgrammeId]
"""Saves what its author had typed, now that it can be heard. May raise ControllerError, SpeechError, ScheduleError."""

REMEMBERED = timedelta(days=2)
LATEST = 50
MOST_TRIES = 4
"""A text that ends the whole controller, as only the worst fault does, is taken up again three times."""
_SCRIPT = msgspec.json.Decoder(Script)


class Cancelled(Exception):
    """Somebody does not want it any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A render and how many are before it."""

    render: Render
    before: int


class Renders:
    """`wake` is called when there is something to do. Only `work` speaks, one text after the other."""

    def __init__(self, database: Database, desk: Desk, clock: Clock, wake: Callable[[], None]) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock
        self._wake = wake
        self._save: Save | None = None
        self._one_at_a_time = threading.Lock()

    def then(self, save: Save) -> None:
        """What is done with a form whose text can be heard."""
        self._save = save

    def ask(self, script: Script, who: Account, *, form: str = "", title: str = "") -> Render:
        """Puts a text into the queue; the same once more, while it is under way, gives the first answer.

        Raises Invalid, as the desk does, for a text that nobody could read.
        """
        self._desk.read(script.text, script.voice.region)
        now = self._clock.now()
        wanted = Render(
            RenderId(new_id("r", now)),
            msgspec.json.encode(script).decode(),
            who.id,
            now,
            title=title or own_title(script.text),
            form=form,
        )
        with self._database.write() as connection:
            if under_way := renders.open_like(connection, wanted):
                return under_way
            renders.add(connection, wanted)
        self._wake()
        return wanted

    def find(self, render: RenderId, who: Account) -> Waiting:
        """NotFound for what is not there, or is somebody else's."""
        with self._database.read() as connection:
            found = renders.find(connection, render)
            if found is None or not (found.author == who.id or who.is_any(Role.ADMINISTRATOR)):
                raise NotFound("unknown-render", "There is no text {render!r} that waits for a voice.", render=render)
            return Waiting(found, renders.count_before(connection, found) if found.is_open else 0)

    def latest(self, who: Account) -> tuple[Render, ...]:
        """What this person has asked for, newest first."""
        with self._database.read() as connection:
            return renders.latest(connection, who.id, LATEST)

    def unsaved(self, who: AccountId) -> tuple[Render, ...]:
        """Bulletins of this person that are still being read, or could not be, in the last two days."""
        with self._database.read() as connection:
            return renders.unfinished(connection, who, self._clock.now() - REMEMBERED)

    def cancel(self, render: RenderId, who: Account) -> Render:
        """Whoever speaks it stops at the next sentence. NotFound; NotNow when it has ended already."""
        found = self.find(render, who).render
        ended = replace(found, state=RenderState.CANCELLED, ended_at=self._clock.now())
        with self._database.write() as connection:
            if not renders.end(connection, ended):
                raise NotNow("render-ended", "It is too late to stop: the voice has finished.")
        return ended

    def resume(self) -> None:
        """At the start of the only controller: whatever was being spoken when the last one ended is spoken again."""
        with self._database.write() as connection:
            renders.give_back(connection)
        self._wake()

    def work(self) -> bool:
        """Speaks the next text to its end. False when none waits, or another thread works already."""
        if not self._one_at_a_time.acquire(blocking=False):
            return False
        try:
            with self._database.write() as connection:
                taken = renders.take(connection, self._clock.now())
            if taken is None:
                return False
            self._end(self._spoken(taken))
            return True
        finally:
            self._one_at_a_time.release()

    def _spoken(self, taken: Render) -> Render:
        try:
            _check_tries(taken)
            script = _SCRIPT.decode(taken.script)
            heard = self._desk.preview(script, lambda share: self._tell(taken.id, share))
            self._tell(taken.id, 1.0)
            done = replace(taken, state=RenderState.DONE, share=1.0, recording=heard.recording.sha256)
            return replace(done, programme=self._save(taken)) if taken.form and self._save else done
        except Cancelled:
            return replace(taken, state=RenderState.CANCELLED)
        except (ControllerError, SpeechError, ScheduleError) as wrong:
            return replace(taken, state=RenderState.FAILED, problem=str(wrong), problem_code=wrong.code)
        except Exception:
            log.exception("the text %s could not be spoken", taken.id)
            sentence = "Something went wrong here; it has been written down."
            return replace(taken, state=RenderState.FAILED, problem=sentence, problem_code="fault")

    def _tell(self, render: RenderId, share: float) -> None:
        with self._database.write() as connection:
            if not renders.progress(connection, render, share, self._clock.now()):
                raise Cancelled

    def _end(self, ended: Render) -> None:
        with self._database.write() as connection:
            renders.end(connection, replace(ended, ended_at=self._clock.now()))


def _check_tries(taken: Render) -> None:
    if taken.tries > MOST_TRIES:
        raise NotNow(
            "given-up",
            "The controller has ended {times} times while it read this text: shorten it, or record it.",
            times=MOST_TRIES,
        )
