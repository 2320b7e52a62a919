"""The controller at work: its threads and timers, started in order and stopped in reverse."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack

from controller.app import App, Question
from controller.jobs import Timers

log = logging.getLogger(__name__)


class Running:
    """The controller at work, in real time: link, worker and timers. Leaving the context stops them, last first."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stack = ExitStack()
        self._ending = threading.Event()

    def __enter__(self) -> App:
        app = self._app
        worker = threading.Thread(target=self._work, name="worker", daemon=True)
        timers = Timers(app.jobs)
        with ExitStack() as stack:
            stack.callback(app.close)
            app.subscribe()
            app.link.start()
            stack.callback(app.link.stop)
            worker.start()
            stack.callback(self._stop_worker, worker)
            timers.start()
            stack.callback(timers.stop)
            threading.Thread(target=self._speak, name="voice", daemon=True).start()
            threading.Thread(target=self._look_after_warnings, name="warnings", daemon=True).start()
            threading.Thread(target=self._ask_feeds, name="feeds", daemon=True).start()
            threading.Thread(target=self._tell_others, name="notices", daemon=True).start()
            self._stack = stack.pop_all()
        return app

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _speak(self) -> None:
        """In a thread of its own, which may take its time; what it was at when the process ends is begun again."""
        self._app.rehearse()
        self._app.renders.resume()
        while not self._ending.is_set():
            try:
                self._app.speak()
            except Exception:  # as in _work
                log.exception("the voice stumbled and goes on")
                self._ending.wait(1.0)

    def _look_after_warnings(self) -> None:
        while not self._ending.wait(0.2):
            try:
                while self._app.warnings.work() and not self._ending.is_set():
                    pass
            except Exception:  # as in _work
                log.exception("the work on warnings stumbled and goes on")
                self._ending.wait(1.0)

    def _ask_feeds(self) -> None:
        while not self._ending.wait(2.0):
            try:
                self._app.warnings.begin_polling()
            except Exception:  # as in _work
                log.exception("asking the feeds stumbled and goes on")

    def _tell_others(self) -> None:
        while not self._ending.wait(2.0):
            try:
                self._app.sending.begin()
            except Exception:  # as in _work
                log.exception("telling others stumbled and goes on")

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                self._app.answer()
            except Exception:  # the worker must outlive any single mishap; the rows remember what is left to do
                log.exception("the worker stumbled and goes on")
                self._ending.wait(1.0)
            self._app.wait()

    def _stop_worker(self, worker: threading.Thread) -> None:
        self._ending.set()
        self._app.ask(Question.POST)
        worker.join(timeout=3.0)
