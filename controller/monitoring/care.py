"""What people do about incidents: look after one, mute it for a time, close it with a note."""

from __future__ import annotations

from datetime import timedelta

from controller.errors import Invalid, NotAllowed, NotFound, NotNow
from controller.happenings import Happening, Happenings, Kind
from controller.store import areas, incident_list, incidents
from controller.store.database import Database
from controller.store.incident_list import IncidentId
from controller.store.incident_states import IncidentStep
from controller.store.people import Account, Role
from devices.clock import Clock

CARERS = (Role.TECHNICIAN, Role.OPERATOR, Role.EDITOR, Role.APPROVER)
MAX_NOTE = 1000
LONGEST_MUTE = timedelta(days=90)
TAKEN_BY_PEOPLE = (IncidentStep.ACKNOWLEDGE, IncidentStep.MUTE, IncidentStep.CLOSE)


class Care:
    def __init__(self, database: Database, clock: Clock, happenings: Happenings) -> None:
        self._database = database
        self._clock = clock
        self._happenings = happenings

    def take(
        self,
        incident: IncidentId,
        step: IncidentStep,
        who: Account,
        *,
        note: str = "",
        mute_for: timedelta | None = None,
    ) -> None:
        """Takes the step for the incident and all beneath it. Raises NotFound, NotAllowed, NotNow or Invalid."""
        if len(note) > MAX_NOTE:
            raise Invalid("long-note", "A note has at most {most} characters.", field="note", most=MAX_NOTE)
        now = self._clock.now()
        with self._database.write() as connection:
            found = incident_list.find(connection, incident)
            if found is None:
                raise NotFound("unknown-incident", "There is no incident {incident}.", incident=incident)
            if not who.at(areas.tree(connection), [found.area] if found.area else []).is_any(*CARERS):
                raise NotAllowed("not-carer", "Your account may look at incidents, but not decide about them.")
            match step:
                case IncidentStep.ACKNOWLEDGE:
                    changed = incidents.acknowledge(connection, [incident], who.id, now)
                case IncidentStep.MUTE:
                    changed = incidents.mute(connection, [incident], now + _allowed(mute_for), who.id, now)
                case IncidentStep.CLOSE:
                    if not note.strip():
                        raise Invalid("no-note", "Say in a few words what it was.", field="note")
                    changed = incidents.close(connection, [incident], note.strip(), who.id, now)
                case _:
                    raise NotAllowed("not-a-persons-step", "This step is not taken by people.")
            if incident not in changed:
                raise NotNow(
                    "settled",
                    "This incident is {state}: {step} is not possible now.",
                    state=found.state.value,
                    step=step.value,
                )
        for one in changed:
            self._happenings.tell(Happening(Kind.INCIDENT, now, str(one)))


def _allowed(mute_for: timedelta | None) -> timedelta:
    if mute_for is None or not timedelta(0) < mute_for <= LONGEST_MUTE:
        raise Invalid("bad-mute", "It can be muted for up to {days} days.", field="minutes", days=LONGEST_MUTE.days)
    return mute_for
