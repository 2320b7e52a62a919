"""The commune's own words: place names and local abbreviations, said as editors wish from the next text on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from controller.errors import Invalid, NotFound, NotNow
from controller.speech.reading import EMPTY_LEXICON, BadEntry, Entry, Lexicon
from controller.speech.reading.clean import clean
from controller.store import lexicon
from controller.store.database import Connection, Database
from controller.store.lexicon import NEVER_CHANGED, Change, LexiconVersion
from controller.store.people import Account
from devices.clock import Clock

MAX_NOTE = 500
MAX_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class Edition:
    """The words of one version, ready to be read with."""

    version: LexiconVersion = NEVER_CHANGED
    words: Lexicon = EMPTY_LEXICON


class OwnWords:
    """Safe to use from several threads, and beside other controllers on the same database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._edition = Edition()

    def edition(self) -> Edition:
        """The words as they stand now; a change is in force as soon as it is kept."""
        with self._lock, self._database.read() as connection:
            now = lexicon.version(connection)
            if now != self._edition.version:
                pairs = [(one.written, one.spoken or "") for one in lexicon.entries(connection)]
                self._edition = Edition(now, Lexicon.of(pairs))
            return self._edition

    def words_of(self, version: LexiconVersion) -> Lexicon:
        """The words as they stood in that version."""
        with self._database.read() as connection:
            return Lexicon.of((one.written, one.spoken or "") for one in lexicon.entries(connection, version))

    def put(self, written: str, spoken: str, note: str, who: Account) -> Change:
        """From now on `written` is said as `spoken`, word for word; what it was said as before is replaced.

        The same once more changes nothing. Raises Invalid, or NotNow when somebody else was quicker.
        """
        entry = _entry(written, spoken)
        note = " ".join(clean(note).split())
        if len(note) > MAX_NOTE:
            raise Invalid("long-note", "A note has at most {most} characters.", field="note", most=MAX_NOTE)
        with self._database.write() as connection:
            change = self._next(connection, entry.written, who)
            before = lexicon.entry(connection, entry.written)
            if before and (before.spoken, before.note) == (entry.spoken, note):
                return before
            if before is None and len(lexicon.entries(connection)) >= MAX_ENTRIES:
                raise Invalid("full-lexicon", "The lexicon is full: it holds {most} entries.", most=MAX_ENTRIES)
            return _kept(connection, replace(change, spoken=entry.spoken, note=note))

    def remove(self, written: str, who: Account) -> Change:
        """Takes an entry out. Raises NotFound where there is none, NotNow when somebody else was quicker."""
        written = clean(written).strip()
        with self._database.write() as connection:
            change = self._next(connection, written, who)
            if lexicon.entry(connection, written) is None:
                raise NotFound("unknown-entry", "The lexicon has no entry {written!r}.", written=written)
            return _kept(connection, change)

    def _next(self, connection: Connection, written: str, who: Account) -> Change:
        # The number is read before anything else: whatever is read later is at least as new as that.
        version = LexiconVersion(lexicon.version(connection) + 1)
        return Change(version, written, None, "", who.id, self._clock.now())


def _entry(written: str, spoken: str) -> Entry:
    try:
        (entry,) = Lexicon.of([(written, spoken)]).entries
    except BadEntry as error:
        raise Invalid(
            "bad-entry",
            "Written and spoken form are each one line of 1 to 200 characters.",
            field="spoken" if written.strip() else "written",
        ) from error
    for field, form in (("written", entry.written), ("spoken", entry.spoken)):
        if not any(letter.isalnum() for letter in form):
            raise Invalid("no-word", "Written and spoken form each need a letter or a digit.", field=field)
    return entry


def _kept(connection: Connection, change: Change) -> Change:
    if not lexicon.record(connection, change):
        raise NotNow("changed-meanwhile", "Somebody else has just changed the lexicon: look again.")
    return change
