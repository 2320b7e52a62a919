"""Broadcasts that a standing order allows: written by the warning service's hand, approved by the order itself."""

from __future__ import annotations

from datetime import datetime

from controller.broadcasting.approval import Approval
from controller.broadcasting.desk import Desk, Draft, Script
from controller.errors import NotNow
from controller.store import bulletins, people
from controller.store.database import Database
from controller.store.people import Account, AccountId, Role
from controller.store.states import ProgrammeState, Step
from controller.store.topics import Topic
from devices.clock import Clock
from schedules.priority import BulletinClass
from schedules.programme import AreaId, ProgrammeId
from schedules.recurrence import Recurrence

WRITER = Account(AccountId("a-warnings"), "canh-bao.tu-dong", "Cảnh báo tự động", frozenset({Role.EDITOR}))
ORDER = Account(AccountId("a-standing-order"), "lenh.thuong-truc", "Lệnh thường trực", frozenset({Role.APPROVER}))
_NO_PASSWORD = "nobody logs in here"
_VOLUME = 90


class UnderStandingOrders:
    def __init__(self, database: Database, desk: Desk, approval: Approval, clock: Clock) -> None:
        self._database = database
        self._desk = desk
        self._approval = approval
        self._clock = clock

    def put(
        self,
        programme: ProgrammeId,
        title: str,
        spoken: str,
        bulletin_class: BulletinClass,
        chosen: tuple[AreaId, ...],
        start: datetime,
    ) -> None:
        """Plans it once at `start`. The same once more changes nothing. ControllerError or SpeechError."""
        with self._database.write() as connection:
            found = bulletins.find_programme(connection, programme)
            for person in (WRITER, ORDER):
                if people.by_username(connection, person.username) is None:
                    people.add(connection, person, _NO_PASSWORD, self._clock.now())
        if found is None:
            draft = Draft(
                title,
                bulletin_class,
                Script(text=spoken, spoken=spoken, urgent=True),
                topic=Topic.DISASTER,
                public=False,
            )
            bulletin = self._desk.write(draft, WRITER)
            once = Recurrence.once(start)
            found = self._desk.propose(bulletin.id, chosen, once, _VOLUME, WRITER, programme)
        if found.author != WRITER.id:
            return  # a person has changed it since: then a person approves it
        if found.state is ProgrammeState.DRAFT:
            found = self._approval.take(programme, Step.SUBMIT, WRITER)
        if found.state is ProgrammeState.SUBMITTED:
            self._approval.take(programme, Step.APPROVE, ORDER)

    def take_off(self, programme: ProgrammeId) -> None:
        try:
            self._approval.take(programme, Step.WITHDRAW, WRITER)
        except NotNow:
            return
