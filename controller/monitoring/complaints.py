"""Whoever hears a dead or a howling loudspeaker may say so without an account; a person makes an incident of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from controller.errors import Invalid, NotNow, TooOften
from controller.happenings import Happening, Happenings, Kind
from controller.store import areas, complaints, incidents
from controller.store.complaints import ComplaintState, Wrong
from controller.store.database import Database
from controller.store.people import Account
from controller.store.troubles import Severity, Subject, SubjectKind, Trouble, TroubleKind
from devices.clock import Clock
from schedules.programme import AreaId
from schedules.timespan import COMMUNE_ZONE

MOST_FROM_ONE = 3
WITHIN = timedelta(hours=1)
MOST_WAITING = 200
"""So many wait for a person at once: whoever sends from many addresses fills no more than that."""
LONGEST_PLACE = 200


@dataclass(frozen=True, slots=True)
class Complaints:
    database: Database
    clock: Clock
    happenings: Happenings

    def tell(self, area: str, wrong: str, place: str, address: str) -> None:
        """Keeps it as a proposal; of the sender, nothing that names them. Invalid, or TooOften."""
        now, place = self.clock.now(), " ".join(place.split())
        if wrong not in [one.value for one in Wrong]:
            raise Invalid("no-wrong", "Say what is wrong with the loudspeaker.", field="wrong")
        if not place or len(place) > LONGEST_PLACE:
            raise Invalid("no-place", "Say in a few words where the loudspeaker is.", field="place")
        day = now.astimezone(COMMUNE_ZONE).date()
        sender = hashlib.sha256(f"{day} {address}".encode()).hexdigest()
        with self.database.write() as connection:
            if AreaId(area) not in areas.tree(connection):
                raise Invalid("no-area", "Choose at least one area.", field="area")
            often = complaints.since(connection, sender, now - WITHIN) >= MOST_FROM_ONE
            if often or complaints.count_waiting(connection) >= MOST_WAITING:
                raise TooOften("told-often", "Thank you: enough has been told for now. Try again in an hour.")
            complaints.add(connection, AreaId(area), Wrong(wrong), place, sender, now)

    def accept(self, complaint: int, who: Account) -> None:
        """It becomes an incident of its area. NotNow where somebody was quicker."""
        now = self.clock.now()
        with self.database.write() as connection:
            found = complaints.decide(connection, complaint, ComplaintState.ACCEPTED, who.id, now)
            if found is None:
                raise NotNow("decided", "Somebody has decided on this already.")
            where = Subject(SubjectKind.AREA, found.area)
            trouble = Trouble(
                TroubleKind.TOLD_BY_PEOPLE,
                where,
                Severity.WARNING,
                found.wrong.value,
                found.area,
                {"place": found.place},
                events=1,
            )
            changed = incidents.report(connection, trouble, now)
        if changed is not None:
            self.happenings.tell(Happening(Kind.INCIDENT, now, str(changed)))

    def refuse(self, complaint: int, who: Account) -> None:
        with self.database.write() as connection:
            if complaints.decide(connection, complaint, ComplaintState.REFUSED, who.id, self.clock.now()) is None:
                raise NotNow("decided", "Somebody has decided on this already.")
