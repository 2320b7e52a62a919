"""What happens in the month before the demo, day by day: told to a `Past`, which lets it happen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from controller.alerts.cap.message import CapArea, Circle, Point, Status
from controller.alerts.cap.message import Kind as CapKind
from controller.broadcasting.desk import Script
from controller.demo import month
from controller.demo.ground import place_loudspeakers
from controller.demo.month import NOTICES, STANDING, UNDECIDED, UNFINISHED, Notice, Standing
from controller.demo.past import Past
from controller.demo.scenes import cameras, draw
from controller.errors import ControllerError
from controller.town.events import HOUR, Event, Kind
from controller.town.warnings import FEED, SENDER, WarningService, service_key
from schedules.timespan import COMMUNE_ZONE

AN_HOUR, A_BREATH = timedelta(hours=1), timedelta(seconds=10)
LIVES_ON = timedelta(days=60)
"""So long after its beginning the standing programmes still sound."""
WATCHED_FROM = 21
SELDOM = {"liveness_every": 2 * HOUR, "picture_every": 8 * HOUR}
BANK = CapArea("ven sông, thôn 3", circles=(Circle(Point(20.9251, 105.659), 1.0),))
CHAIR, EDITOR, TECHNICIAN, ADMINISTRATOR = "chutich", "soanbai", "kythuat", "quantri"


@dataclass
class Story:
    past: Past

    def __post_init__(self) -> None:
        begins = self.past.record.begins.astimezone(COMMUNE_ZONE)
        self._first = begins.date()
        self._programmes: dict[str, str] = {}

    def tell(self) -> None:
        """Puts everything that happens into the agenda."""
        if self.past.is_new:
            self._rehearse()
        else:
            self._find_cameras(self.past.folder / "scenes")
        self._on(0, time(6), self._begin)
        for notice in NOTICES:
            self._write(notice)
        self._mishaps()
        self._cameras()
        self._people()
        self._warnings()

    def leave_something_to_do(self) -> None:
        """Whoever comes now finds something to approve and something to finish."""
        today = self.past.town.clock.now().astimezone(COMMUNE_ZONE).date()
        for state, notice in (("submitted", UNDECIDED), ("draft", UNFINISHED)):
            if not self.past.get(EDITOR, f"programmes?state={state}"):
                air = datetime.combine(today + timedelta(days=notice.after), notice.at, COMMUNE_ZONE)
                programme = self._draft(notice, air)
                if state == "submitted":
                    self.past.post(EDITOR, f"programmes/{programme}/submit")

    def _rehearse(self) -> None:
        """The voice speaks ahead, beside everything else: most of a month is waiting for it."""
        desk = self.past.town.app.services.desk
        texts = [one.text for one in (*STANDING, *NOTICES, UNDECIDED, UNFINISHED)]

        def speak() -> None:
            with suppress(ControllerError):
                for text in texts:
                    desk.preview(Script(text))

        self.past.beside(speak)

    def _on(self, day: int, at: time, do: Any, *given: Any) -> None:
        self.past.at(self._moment(day, at), lambda: do(*given))

    def _moment(self, day: int, at: time) -> datetime:
        return datetime.combine(self._first + timedelta(days=day), at, COMMUNE_ZONE)

    def _begin(self) -> None:
        self._believe()
        for standing in STANDING:
            self._stand(standing)
        for written, spoken in month.WORDS:
            self.past.put(EDITOR, "lexicon", {"written": written, "spoken": spoken})
        day = self._first + timedelta(days=12)
        holiday = {"kind": "holiday", "name": month.HOLIDAY, "when": {"dates": [day.isoformat()]}}
        self.past.post(CHAIR, "calendar", holiday)

    def _believe(self) -> None:
        """The commune knows where its loudspeakers stand and whose warnings it believes."""
        place_loudspeakers(self.past.client(TECHNICIAN))
        pem, senders = service_key("KTTV", self._first.year).pem, [SENDER]
        self.past.put(ADMINISTRATOR, "alert-authorities/kttv", {"certificates": pem, "senders": senders})
        source = {"id": FEED, "kind": "post", "name": "Đài khí tượng thủy văn", "authorities": ["kttv"]}
        self.past.post(ADMINISTRATOR, "alert-sources", source)

    def _stand(self, one: Standing) -> None:
        last = (self._first + LIVES_ON).isoformat()
        when = {"time": one.at.isoformat(), "until": last, "weekdays": list(one.weekdays)}
        bulletin = {"title": one.title, "text": one.text, "topic": one.topic}
        written = self.past.post(one.author, "bulletins", bulletin)
        body = {"bulletin": written["id"], "areas": list(one.areas), "when": when}
        programme = self.past.post(one.author, "programmes", body)["id"]
        self._programmes[one.title] = str(programme)
        self.past.post(one.author, f"programmes/{programme}/submit")
        self.past.post(CHAIR, f"programmes/{programme}/approve")
        self.past.town.app.services.replan()

    # One notice: written, perhaps returned, approved, heard.

    def _write(self, notice: Notice) -> None:
        written = self._moment(notice.day, notice.written)
        air = self._moment(notice.day + notice.after, notice.at)
        held: list[str] = []

        def submit() -> None:
            if not held:
                held.append(self._draft(notice, air))
            self.past.post(notice.author, f"programmes/{held[0]}/submit")

        def send_back() -> None:
            self.past.post(notice.approver, f"programmes/{held[0]}/return", {"reason": notice.returned})

        self.past.at(written, submit)
        if notice.returned:
            self.past.at(written + AN_HOUR / 2, send_back)
            self.past.at(written + AN_HOUR * 0.8, submit)
        self.past.at(written + AN_HOUR, lambda: self.past.post(notice.approver, f"programmes/{held[0]}/approve"))
        if notice.withdrawn:
            self.past.at(written + 2 * AN_HOUR, lambda: self.past.post(notice.author, f"programmes/{held[0]}/withdraw"))

    def _draft(self, notice: Notice, air: datetime) -> str:
        said = {"title": notice.title, "text": notice.text, "topic": notice.topic, "class": notice.urgency}
        bulletin = self.past.post(notice.author, "bulletins", said)["id"]
        manner = {"repeats": notice.repeats, "gap": 5 if notice.repeats > 1 else 0}
        body = {"bulletin": bulletin, "areas": list(notice.areas), "when": {"at": air.isoformat()}, "manner": manner}
        return str(self.past.post(notice.author, "programmes", body)["id"])

    # What befalls loudspeakers and lines.

    def _mishaps(self) -> None:
        for day, at, kind, horn, seconds in (
            (4, time(16, 40), Kind.POWER_CUT, 6, 2 * HOUR),
            (9, time(14, 0), Kind.LINE_CUT, 8, 5 * HOUR),
            (9, time(14, 0), Kind.LINE_CUT, 9, 5 * HOUR),
            (9, time(14, 0), Kind.LINE_CUT, 10, 5 * HOUR),
            (9, time(14, 0), Kind.LINE_CUT, 11, 5 * HOUR),
            (12, time(20, 0), Kind.ORDER_FORGED, 1, 0.0),
            (13, time(20, 0), Kind.ORDER_FORGED, 2, 0.0),
            (15, time(4, 0), Kind.POWER_CUT, 1, 14 * HOUR),
            (20, time(10, 0), Kind.CONTROLLER_CUT, 0, 3 * HOUR),
            (23, time(16, 0), Kind.POWER_CUT, 4, 90 * 60.0),
            (28, time(3, 0), Kind.LINE_CUT, 2, 6 * HOUR),
        ):
            self._on(day, at, self.past.befalls, Event(0.0, kind, horn, seconds))

    # Cameras: three that are well for a week, with a covered lens and a pulled cable in between.

    def _cameras(self) -> None:
        scenes = self.past.folder / "scenes"
        self._on(WATCHED_FROM, time(7), self._put_up_cameras, scenes)
        self._on(25, time(9, 30), self._cover, scenes / "1")
        self._on(26, time(8), self._uncover, scenes / "1")
        self._on(27, time(13), self._unplug, scenes / "2")
        self._on(27, time(18), self._plug_in, scenes / "2")
        self._on(28, time(12), self._cover, scenes / "3")

    def _put_up_cameras(self, scenes: Path) -> None:
        for one in cameras(scenes, night=False):
            self.past.post(ADMINISTRATOR, "cameras", {**one, **SELDOM})

    def _find_cameras(self, scenes: Path) -> None:
        """What was kept lies in another folder now, and its pictures with it."""
        known: Any = self.past.get(ADMINISTRATOR, "cameras")
        for one in known:
            moved = {"address": str(scenes / Path(one["address"]).name)}
            settled = {name: one[name] for name in ("name", "area", "source", "keep_pictures", "purpose", "notice")}
            # One after the other: an older order must not reach a loudspeaker behind the newer.
            self.past.town.run_for(A_BREATH)
            self.past.put(ADMINISTRATOR, f"cameras/{one['id']}", {**settled, **SELDOM, **moved})

    def _cover(self, scene: Path) -> None:
        scene.rename(scene.with_suffix(".lit"))
        draw(scene, 3, dark=True)

    def _uncover(self, scene: Path) -> None:
        for picture in scene.iterdir():
            picture.unlink()
        scene.rmdir()
        scene.with_suffix(".lit").rename(scene)

    def _unplug(self, scene: Path) -> None:
        scene.rename(scene.with_suffix(".away"))

    def _plug_in(self, scene: Path) -> None:
        scene.with_suffix(".away").rename(scene)

    # What people do about it, and what the villages say.

    def _people(self) -> None:
        for day in range(1, month.DAYS - 1):  # what is found on the last day is left to whoever comes
            self._on(day, time(9, 50), self._look_after_incidents)
            self._on(day, time(18, 40), self._close_what_is_over)
        self._on(7, time(18, 30), self._complain, "thon-2", "silent", "cột điện trước nhà ông Tám")
        self._on(8, time(8), self._answer_complaint, 1, "accept")
        self._on(17, time(12), self._complain, "thon-1", "too-loud", "gần trường mầm non")
        self._on(18, time(8), self._answer_complaint, 2, "refuse")
        self._on(29, time(17, 45), self._complain, "thon-3", "silent", "đầu ngõ vào chùa")
        self._on(11, time(9), self._skip, STANDING[0].title, 12)

    def _look_after_incidents(self) -> None:
        for incident in self._incidents():
            if incident["state"] == "open":
                self.past.post(TECHNICIAN, f"incidents/{incident['id']}/acknowledge")

    def _close_what_is_over(self) -> None:
        """What the villages told does not end by itself: somebody has been there."""
        for incident in self._incidents():
            if incident["kind"] == "told-by-people" and incident["state"] == "acknowledged":
                note = "Đã đến tận nơi thay cầu chì, loa phát tốt."
                self.past.post(TECHNICIAN, f"incidents/{incident['id']}/close", {"note": note})

    def _incidents(self) -> list[dict[str, Any]]:
        found: Any = self.past.get(TECHNICIAN, "incidents?most=100")
        return list(found["incidents"])

    def _complain(self, area: str, wrong: str, place: str) -> None:
        self.past.fill_in("/public/complain", {"area": area, "wrong": wrong, "place": place})

    def _answer_complaint(self, number: int, what: str) -> None:
        self.past.fill_in(f"/complaints/{number}/{what}", {}, TECHNICIAN)

    def _skip(self, title: str, day: int) -> None:
        on = (self._first + timedelta(days=day)).isoformat()
        body = {"date": on, "skip": True, "why": month.HOLIDAY}
        self.past.post(CHAIR, f"programmes/{self._programmes[title]}/changes", body)

    # One warning that spoke for itself, and an exercise.

    def _warnings(self) -> None:
        self._on(11, time(5, 40), self._warn)
        self._on(18, time(9), self._exercise)

    def _warn(self) -> None:
        service = self._service()
        service.issue(service.write("KTTV-1", areas=(BANK,), lasts=timedelta(hours=6)))

        def all_clear() -> None:
            service.issue(service.write("KTTV-2", kind=CapKind.CANCEL, of=("KTTV-1",)))

        self.past.at(self.past.town.clock.now() + 3 * AN_HOUR, all_clear)

    def _exercise(self) -> None:
        until = self.past.town.clock.now() + AN_HOUR
        self.past.post(CHAIR, "exercise", {"name": month.EXERCISE, "until": until.isoformat()})
        service = self._service()
        service.issue(
            service.write("KTTV-3", areas=(BANK,), status=Status.EXERCISE, lasts=AN_HOUR, note=month.EXERCISE)
        )

    def _service(self) -> WarningService:
        us = self.past.town.app.services
        service = WarningService(us.warnings.office, us.database, self.past.town.clock)
        service.key = service_key("KTTV", self._first.year)  # the year may have turned since it was pinned
        return service
